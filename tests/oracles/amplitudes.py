"""Gaussian amplitudes and hidden spins written out term by term, in many digits."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import mpmath


def gaussian_score(j: Sequence[float], mean: Sequence[float], variance: Sequence[float]) -> float:
    """Log of the square of the product of Gaussian weights, as the product stands."""
    amplitude = mpmath.mpf(1)
    for one, centre, square in zip(j, mean, variance, strict=True):
        amplitude *= mpmath.exp(-((mpmath.mpf(one) - centre) ** 2) / (2 * mpmath.mpf(square)))
    return float(mpmath.log(amplitude**2))


def hidden_spins(joins: tuple[int, int] | None, largest: int) -> list[mpmath.mpf]:
    """The spins that may stand on the hidden edge, by going through all and asking each."""
    halves = [mpmath.mpf(n) / 2 for n in range(largest + 1)]
    if joins is None:
        return halves
    one, other = (mpmath.mpf(n) / 2 for n in joins)
    return [
        h
        for h in halves
        if h <= one + other and one <= h + other and other <= one + h
        and int(2 * (h + one + other)) % 2 == 0
    ]  # fmt: skip


def hidden_sum(spins: list[mpmath.mpf], h0: float, width: float, angle: float) -> complex:
    """The sum over the hidden spin, one spin after another."""
    return complex(mpmath.fsum(_term(h0, width, angle)(h) for h in spins))


def hidden_integral(low: float, high: float, h0: float, width: float, angle: float) -> complex:
    """The same with an integral, by quadrature."""
    ends = [low, *(x for x in (h0 - width, h0, h0 + width) if low < x < high), high]
    return complex(mpmath.quad(_term(h0, width, angle), ends))


def _term(h0: float, width: float, angle: float) -> Callable[[mpmath.mpf], mpmath.mpc]:
    def term(h: mpmath.mpf) -> mpmath.mpc:
        gauss = mpmath.exp(-((h - h0) ** 2) / (2 * mpmath.mpf(width) ** 2))
        return (2 * h + 1) * gauss * mpmath.exp(-1j * mpmath.mpf(angle) * h)

    return term
