"""Honeycombs of images in float64, compiled, with a bound on the error that is computed with them.

The sweep is that of `evaluate_honeycomb`. Beside each state's value v runs the sum m of the
absolute values of its terms. Every term is a product of table entries, each rounded once, so after
k rounded operations along any path

    |computed - exact|  <=  k u / (1 - k u) m,      u = 2^-53.

Tables come from the exact numbers of `recoupling`, so nothing cancels in them; what cancels between
terms is what the bound counts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np

from qnpapers.errors import PrecisionError, SizeError
from qnpapers.spinnet.honeycomb import check_sides, honeycomb, honeycomb_colouring, one_image
from qnpapers.spinnet.honeycomb_weights import outer_factor, weight_tables
from qnpapers.spinnet.quantum_numbers import level

MAX_STATES = 4_000_000
"""Largest frontier that is held, about 1 GB."""

_U = 2.0**-53
_SMALLEST = 2.0**-900


@dataclass(frozen=True)
class FloatValue:
    """A number near mantissa * 2^exponent.

    Args:
        mantissa: float64.
        error: bound on the error of the mantissa.
        exponent: power of two that was split off.
        states: largest frontier that was held.
    """

    mantissa: float
    error: float
    exponent: int
    states: int

    @property
    def value(self) -> float:
        """The number.

        Raises:
            PrecisionError: it lies outside the range of float64.
        """
        return _scaled(self.mantissa, self.exponent)

    @property
    def bound(self) -> float:
        """The exact number lies within this distance of `value`.

        Raises:
            PrecisionError: it lies outside the range of float64.
        """
        return _scaled(self.error, self.exponent)

    @property
    def log_abs(self) -> float:
        """ln|value|, in the range of float64 for any image; -inf where the mantissa is 0."""
        if self.mantissa == 0:
            return -math.inf
        return math.log(abs(self.mantissa)) + self.exponent * math.log(2)


def evaluate_honeycomb_float(
    pixels: np.ndarray | Sequence[Sequence[int]],
    r: int | None = None,
    *,
    max_states: int = MAX_STATES,
) -> FloatValue:
    """Kauffman-Lins value of an image's honeycomb in float64, with a bound on the error.

    Args:
        pixels: integers of at least 0, shape (rows, columns), at least 2 x 2.
        r: level, at least 3; None for the classical value.
        max_states: largest frontier allowed.

    Returns:
        The value and the bound. An exact 0 where the colouring is not admissible; where the terms
        of the sum cancel, a mantissa of the size of its error, and no statement that it is 0.

    Raises:
        ColourError, NetworkError: as `evaluate_honeycomb`.
        SizeError: the frontier grows beyond `max_states`, or the pixels are too large to tabulate.
        PrecisionError: a weight lies outside the range of float64.

    >>> round(evaluate_honeycomb_float([[1, 1, 1], [1, 1, 1], [1, 1, 1]]).value, 12)
    -2.0625
    """
    image, r = one_image(pixels), level(r)
    check_sides(*image.shape)
    if r is not None:
        vertices = np.array(honeycomb(*image.shape).network.vertices)
        if honeycomb_colouring(image)[vertices].sum(axis=1).max() > 2 * r - 4:
            return FloatValue(0.0, 0.0, 0, 0)
    left, right, corners = weight_tables(image, r)
    mantissa, total, exponent, states = _sweep(image, corners, left, right, max_states)
    if states > max_states:
        raise SizeError(f"the frontier has {states} states: max_states = {max_states} are allowed")
    outer = outer_factor(image, r)
    if not (math.isfinite(total) and math.isfinite(outer)):
        raise PrecisionError("a weight lies outside the range of float64: use evaluate_honeycomb")
    # for each hexagon two table entries and two products, 6 units of round-off, and one sum less
    # than the colour of an edge has labels; for each hexagon at the boundary two factors
    operations = image.size * (6 + 2 * int(image.max())) + 12 * sum(image.shape)
    error = operations * _U / (1 - 2 * operations * _U) * abs(total * outer)
    return FloatValue(mantissa * outer, error, exponent, states)


def _scaled(mantissa: float, exponent: int) -> float:
    try:
        value = math.ldexp(mantissa, exponent)
    except OverflowError:
        value = math.inf
    if math.isinf(value) or (mantissa and abs(value) < 2.0**-1022):
        raise PrecisionError(
            f"{mantissa:.6g} * 2^{exponent} lies outside the range of float64: use log_abs"
        )
    return value


@numba.njit(cache=True)
def _sweep(
    image: np.ndarray, corners: np.ndarray, left: np.ndarray, right: np.ndarray, max_states: int
) -> tuple[float, float, int, int]:
    """Value, sum of absolute terms, their power of two, and the largest frontier."""
    rows, columns = image.shape
    labels = np.zeros((1, columns), dtype=np.int16)
    sums = np.ones((1, 2))  # of the terms and of their absolute values
    keys = np.zeros(1, dtype=np.uint64)
    count, largest, exponent = 1, 1, 0
    for i in range(rows):
        for j in range(columns):
            boundary = i == 0 or j == 0 or i == rows - 1 or j == columns - 1
            room = 1 + (count if boundary else count * (image[i, j] + image[i - 1, j] + 1))
            new_labels = np.empty((room, columns), dtype=np.int16)
            new_sums, new_keys = np.empty((room, 2)), np.empty(room, dtype=np.uint64)
            tables = left[corners[0, i, j]], right[corners[1, i, j]]
            count = _step(
                image, i, j, tables, (labels, sums, keys), count, (new_labels, new_sums, new_keys)
            )
            labels, sums, keys = new_labels, new_sums, new_keys
            largest = max(largest, count)
            if largest > max_states:
                return 0.0, 0.0, 0, largest
        exponent += _rescale(sums[:count])
    if count == 0:
        return 0.0, 0.0, 0, largest
    return sums[0, 0], sums[0, 1], exponent, largest


@numba.njit(cache=True)
def _step(image, i, j, tables, before, count, after):  # type: ignore[no-untyped-def]
    """Add hexagon (i, j) to every state, over all its labels; returns the number of new states."""
    labels, sums, keys = before
    new_labels, new_sums, new_keys = after
    left, right = tables
    rows, columns = image.shape
    boundary = i == 0 or j == 0 or i == rows - 1 or j == columns - 1
    here = image[i, j]
    c_left = here + image[i, j - 1] if j > 0 else 0
    c_up = here + image[i - 1, j] if i > 0 else 0
    c_right = here + image[i - 1, j + 1] if i > 0 and j < columns - 1 else 0
    slots = np.full(_table_size(len(new_sums)), -1, dtype=np.int64)
    mixer = _mix(np.uint64(j + 1))
    found = 0
    for s in range(count):
        up = labels[s, j]
        lowest, highest = (here, here) if boundary else (abs(up - c_up), up + c_up)
        for x in range(lowest, highest + 1, 2):
            a = (labels[s, j - 1] - x + c_left) >> 1 if j > 0 else 0
            b = (up - x + c_up) >> 1 if i > 0 else 0
            c = (labels[s, j + 1] - x + c_right) >> 1 if i > 0 and j < columns - 1 else 0
            if min(a, b, c) < 0 or a > c_left or b > c_up or c > c_right:
                continue
            weight = left[x, a, b] * right[x, b, c]
            if weight == 0.0:
                continue
            key = keys[s] + np.uint64(x - up) * mixer
            for column in range(columns):  # a guess; kept where no known state equals it
                new_labels[found, column] = labels[s, column]
            new_labels[found, j] = x
            new_keys[found] = key
            at = _find_or_add(slots, new_labels, new_keys, found)
            if at == found:
                new_sums[at, 0] = new_sums[at, 1] = 0.0
                found += 1
            new_sums[at, 0] += sums[s, 0] * weight
            new_sums[at, 1] += sums[s, 1] * abs(weight)
    return found


@numba.njit(cache=True)
def _find_or_add(slots: np.ndarray, labels: np.ndarray, keys: np.ndarray, last: int) -> int:
    """The number of the state that equals state `last`, which is entered where there is none."""
    mask = np.uint64(len(slots) - 1)
    slot = _mix(keys[last]) & mask
    while slots[slot] >= 0:
        known = slots[slot]
        if keys[known] == keys[last] and np.all(labels[known] == labels[last]):
            return known
        slot = (slot + np.uint64(1)) & mask
    slots[slot] = last
    return last


@numba.njit(cache=True)
def _mix(key: np.uint64) -> np.uint64:
    """Spread the bits of a key over 64 bits (the finaliser of splitmix64)."""
    key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return key ^ (key >> np.uint64(31))


@numba.njit(cache=True)
def _table_size(states: int) -> int:
    size = 16
    while size < 2 * states:
        size *= 2
    return size


@numba.njit(cache=True)
def _rescale(sums: np.ndarray) -> int:
    """Divide by a power of two so that the largest sum of absolute values is below 1.

    Sums that are tiny beside it are enlarged, so that the bound covers their underflow too.
    """
    if len(sums) == 0:
        return 0
    _, exponent = math.frexp(np.max(sums[:, 1]))
    for s in range(len(sums)):
        sums[s, 0] = math.ldexp(sums[s, 0], -exponent)
        sums[s, 1] = max(math.ldexp(sums[s, 1], -exponent), _SMALLEST)
    return exponent
