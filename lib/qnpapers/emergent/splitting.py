"""Splittings: two flows that are known exactly, composed so that their sum is approximated."""

from __future__ import annotations

from dataclasses import dataclass

from qnpapers.errors import ParameterError


@dataclass(frozen=True)
class Splitting:
    """Shares of a time step, in the order kick, drift, kick, ..., drift, kick.

        e^{b_1 B} e^{a_1 A} e^{b_2 B} ... e^{a_s A} e^{b_{s+1} B} = e^{A + B} + O(step^{order+1})

    Kicks come from the potential B, drifts from the kinetic energy A. Orders 4 and 6 need that A is
    quadratic in the momenta, so that [B, [B, [B, A]]] = 0.

    Args:
        order: power of the step with which the error of a run falls.
        kicks: b, one more than drifts; they sum to 1.
        drifts: a, they sum to 1.

    Reference:
        order 2: Strang; order 4: method SRKN_6^b, order 6: SRKN_11^b, of [blanes2002, table 3].
    """

    order: int
    kicks: tuple[float, ...]
    drifts: tuple[float, ...]


def splitting(order: int) -> Splitting:
    """The splitting of order 2, 4 or 6, with 1, 6 or 11 drifts in a step.

    Raises:
        ParameterError: another order.

    Example:
        >>> splitting(2)
        Splitting(order=2, kicks=(0.5, 0.5), drifts=(1.0,))
    """
    if order not in _SPLITTINGS:
        raise ParameterError(f"order = {order!r}: must be 2, 4 or 6")
    return _SPLITTINGS[order]


def _around_a_kick(order: int, kicks: list[float], drifts: list[float]) -> Splitting:
    """The palindrome whose middle is a kick, from its first coefficients but one each."""
    drifts = [*drifts, 0.5 - sum(drifts)]
    kicks = [*kicks, 1.0 - 2 * sum(kicks)]
    return Splitting(order, (*kicks, *kicks[-2::-1]), (*drifts, *drifts[::-1]))


def _around_a_drift(order: int, kicks: list[float], drifts: list[float]) -> Splitting:
    """The palindrome whose middle is a drift."""
    kicks = [*kicks, 0.5 - sum(kicks)]
    drifts = [*drifts, 1.0 - 2 * sum(drifts)]
    return Splitting(order, (*kicks, *kicks[::-1]), (*drifts, *drifts[-2::-1]))


_SPLITTINGS = {
    2: _around_a_drift(2, [], []),
    4: _around_a_kick(
        4,
        [0.0829844064174052, 0.396309801498368, -0.0390563049223486],
        [0.245298957184271, 0.604872665711080],
    ),
    6: _around_a_drift(
        6,
        [
            0.0414649985182624,
            0.198128671918067,
            -0.0400061921041533,
            0.0752539843015807,
            -0.0115113874206879,
        ],
        [
            0.123229775946271,
            0.290553797799558,
            -0.127049212625417,
            -0.246331761062075,
            0.357208872795928,
        ],
    ),
}
