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
from qnpapers.spinnet.hashing import mix
from qnpapers.spinnet.honeycomb import check_sides, honeycomb, honeycomb_colouring, one_image
from qnpapers.spinnet.honeycomb_weights import outer_factor, weight_tables
from qnpapers.spinnet.quantum_numbers import level

MAX_STATES = 4_000_000
"""Largest frontier that is held, about 1 GB."""

_U = 2.0**-53
_SMALLEST = 2.0**-900
_FIRST_STATES = 64


@dataclass(frozen=True)
class FloatValue:
    """A number near mantissa * 2^exponent.

    Args:
        mantissa: float64.
        error: bound on the error of the mantissa.
        exponent: power of two that was split off.
        states: largest frontier that was held, and
        products: products of a state with a weight: the deterministic measures of work.
    """

    mantissa: float
    error: float
    exponent: int
    states: int
    products: int = 0

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
    mantissa, total, exponent, states, products = _sweep(image, corners, left, right, max_states)
    if states > max_states:
        raise SizeError(f"the frontier has {states} states: max_states = {max_states} are allowed")
    outer = outer_factor(image, r)
    if not (math.isfinite(total) and math.isfinite(outer)):
        raise PrecisionError("a weight lies outside the range of float64: use evaluate_honeycomb")
    # for each hexagon two table entries and two products, 6 units of round-off, and one sum less
    # than the colour of an edge has labels; for each hexagon at the boundary two factors
    operations = image.size * (6 + 2 * int(image.max())) + 12 * sum(image.shape)
    error = operations * _U / (1 - 2 * operations * _U) * abs(total * outer)
    return FloatValue(mantissa * outer, error, exponent, states, products)


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
) -> tuple[float, float, int, int, int]:
    """Value, sum of absolute terms, their power of two, largest frontier, products."""
    rows, columns = image.shape
    labels, sums, keys = _states(_FIRST_STATES, columns)
    new_labels, new_sums, new_keys = _states(_FIRST_STATES, columns)
    slots = np.empty(0, dtype=np.int64)
    labels[0, :], sums[0, :], keys[0] = 0, 1.0, 0
    count, largest, exponent, products = 1, 1, 0, 0
    for i in range(rows):
        for j in range(columns):
            size, start, found = _table_size(2 * count), np.int64(0), np.int64(0)
            while start < count and found <= max_states:
                if len(slots) < size:
                    slots = np.empty(2 * size, dtype=np.int64)
                if len(new_keys) < size // 2:
                    new_labels, new_sums, new_keys = _longer(new_labels, new_sums, new_keys, size)
                _hash_states(slots, size, new_labels, new_keys, found)
                start, found, more = _step(
                    image, i, j, corners, left, right, labels, sums, keys, count, new_labels,
                    new_sums, new_keys, slots, size, start, found,
                )  # fmt: skip
                size, products = 2 * size, products + more
            labels, new_labels = new_labels, labels
            sums, new_sums = new_sums, sums
            keys, new_keys = new_keys, keys
            count, largest = int(found), max(largest, int(found))
            if largest > max_states:
                return 0.0, 0.0, 0, largest, products
        exponent += _rescale(sums[:count])
    if count == 0:
        return 0.0, 0.0, 0, largest, products
    return sums[0, 0], sums[0, 1], exponent, largest, products


@numba.njit(cache=True)
def _step(  # type: ignore[no-untyped-def]
    image, i, j, corners, left, right, labels, sums, keys, count, new_labels, new_sums, new_keys,
    slots, size, start, found,
):  # fmt: skip
    """Add hexagon (i, j) to the states from `start` on, over all its labels.

    Returns the first state that there was no room for, the number of new states, and of products.
    Arrays are neither made nor replaced here, which costs more than all the arithmetic.
    """
    rows, columns = image.shape
    boundary = i == 0 or j == 0 or i == rows - 1 or j == columns - 1
    here, mixer = image[i, j], mix(np.uint64(j + 1))
    before, behind = corners[0, i, j], corners[1, i, j]
    c_left = here + image[i, j - 1] if j > 0 else 0
    c_up = here + image[i - 1, j] if i > 0 else 0
    c_right = here + image[i - 1, j + 1] if i > 0 and j < columns - 1 else 0
    room = size // 2 - (1 if boundary else c_up + 1)
    s, products = start, 0
    while s < count and found <= room:
        up = labels[s, j]
        lowest, highest = (here, here) if boundary else (abs(up - c_up), up + c_up)
        for x in range(lowest, highest + 1, 2):
            a = (labels[s, j - 1] - x + c_left) >> 1 if j > 0 else 0
            b = (up - x + c_up) >> 1 if i > 0 else 0
            c = (labels[s, j + 1] - x + c_right) >> 1 if i > 0 and j < columns - 1 else 0
            if min(a, b, c) >= 0 and a <= c_left and b <= c_up and c <= c_right:
                weight = left[before, x, a, b] * right[behind, x, b, c]
                if weight != 0.0:
                    products += 1
                    key = keys[s] + np.uint64(x - up) * mixer
                    slot = _slot(slots, size, new_labels, new_keys, key, labels, s, j, x)
                    at = slots[slot]
                    if at < 0:
                        at = slots[slot] = found
                        for column in range(columns):
                            new_labels[at, column] = labels[s, column]
                        new_labels[at, j], new_keys[at] = x, key
                        new_sums[at, 0] = new_sums[at, 1] = 0.0
                        found += 1
                    new_sums[at, 0] += sums[s, 0] * weight
                    new_sums[at, 1] += sums[s, 1] * abs(weight)
        s += 1
    return s, found, products


@numba.njit(cache=True, forceinline=True)
def _slot(slots, size, known, keys, key, labels, s, j, x):  # type: ignore[no-untyped-def]
    """The slot of the known state that is state s with label x at j, or a free one for it."""
    mask = np.uint64(size - 1)
    slot = mix(key) & mask
    while slots[slot] >= 0 and not _is_state(known, keys, slots[slot], key, labels, s, j, x):
        slot = (slot + np.uint64(1)) & mask
    return slot


@numba.njit(cache=True, forceinline=True)
def _is_state(known, keys, at, key, labels, s, j, x):  # type: ignore[no-untyped-def]
    same, column = keys[at] == key and known[at, j] == x, 0
    while same and column < labels.shape[1]:
        same = column == j or known[at, column] == labels[s, column]
        column += 1
    return same


@numba.njit(cache=True)
def _hash_states(slots, size, labels, keys, count):  # type: ignore[no-untyped-def]
    """Enter all states into the first `size` slots."""
    for slot in range(size):
        slots[slot] = -1
    for s in range(count):
        slots[_slot(slots, size, labels, keys, keys[s], labels, s, 0, labels[s, 0])] = s


@numba.njit(cache=True)
def _states(room, columns):  # type: ignore[no-untyped-def]
    """Labels, sums of terms and of their absolute values, and keys."""
    labels = np.empty((room, columns), dtype=np.int16)
    return labels, np.empty((room, 2)), np.empty(room, dtype=np.uint64)


@numba.njit(cache=True)
def _longer(labels, sums, keys, room):  # type: ignore[no-untyped-def]
    """The same states with more room."""
    count, columns = labels.shape
    longer, longer_sums, longer_keys = _states(room, columns)
    for s in range(count):
        for column in range(columns):
            longer[s, column] = labels[s, column]
        longer_sums[s, 0], longer_sums[s, 1] = sums[s, 0], sums[s, 1]
        longer_keys[s] = keys[s]
    return longer, longer_sums, longer_keys


@numba.njit(cache=True)
def _table_size(states: int) -> int:
    size = 64
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
