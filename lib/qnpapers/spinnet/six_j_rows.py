"""Whole rows of Racah-Wigner 6j symbols by a three-term recursion, for spins up to 50,000.

For fixed j2 ... j6 the symbols f(j1) = {j1 j2 j3; j4 j5 j6} satisfy

    (j1 + 1) A(j1) f(j1 - 1) + B(j1) f(j1) + j1 A(j1 + 1) f(j1 + 1) = 0.

Where a symbol is classically forbidden, near the ends of the row, ratios of neighbours are carried
towards the middle, in which direction the recursion is stable; from where they reach 1 the numbers
themselves are carried on. Both parts are joined in the middle and scaled by the sum rule
sum (2 j1 + 1) (2 j4 + 1) {...}^2 = 1 and the sign of the last symbol, (-1)^(j2 + j3 + j5 + j6).

Source: K. Schulten and R. G. Gordon, J. Math. Phys. 16 (1975) 1961 (recursion, sum rule, sign);
J. H. Luscombe and M. Luban, Phys. Rev. E 57 (1998) 7274 (ratios in the forbidden regions).
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np

from qnpapers.errors import SizeError
from qnpapers.spinnet.quantum_numbers import CLASSICAL, colour
from qnpapers.spinnet.recoupling import fits

MAX_TWO_J = 200_000
"""Largest doubled spin: up to it every integer below is exact in float64."""


@dataclass(frozen=True)
class SixJRow:
    """The symbols {j1 j2 j3; j4 j5 j6} for all j1.

    Args:
        two_j1: doubled spins, ascending in steps of 2, shape (n,).
        values: the symbols, shape (n,).
    """

    two_j1: np.ndarray
    values: np.ndarray


def six_j_row(two_j2: int, two_j3: int, two_j4: int, two_j5: int, two_j6: int) -> SixJRow:
    """All 6j symbols {j1 j2 j3; j4 j5 j6} with given j2 ... j6, spins doubled.

    Args:
        two_j2: twice the spin j2, an integer from 0 to `MAX_TWO_J`, as the others are.
        two_j3: twice the spin j3.
        two_j4: twice the spin j4.
        two_j5: twice the spin j5.
        two_j6: twice the spin j6.

    Returns:
        every j1 that is admissible with (j2 j3) and (j5 j6), and the symbols; all are 0 where
        (j4 j2 j6) or (j4 j5 j3) is not admissible, and there is none where no j1 is.
        Errors were measured against exact values: up to 1e-14 of the largest number
        sqrt(2 j1 + 1) |{...}| of the row, for spins to 50,000. Symbols below 2e-308 underflow to 0.

    Raises:
        ColourError: an argument is no integer or negative.
        SizeError: an argument is above `MAX_TWO_J`.

    >>> six_j_row(2, 2, 2, 2, 2).values
    array([-0.33333333,  0.16666667,  0.16666667])
    """
    b, c = colour("two_j2", two_j2), colour("two_j3", two_j3)
    d, e, f = colour("two_j4", two_j4), colour("two_j5", two_j5), colour("two_j6", two_j6)
    if max(b, c, d, e, f) > MAX_TWO_J:
        raise SizeError(f"two_j = {max(b, c, d, e, f)}: rows are for at most {MAX_TWO_J}")
    lowest, highest = max(abs(b - c), abs(e - f)), min(b + c, e + f)
    if (b + c + e + f) % 2 or lowest > highest:
        return SixJRow(np.empty(0, dtype=np.int64), np.empty(0))
    two_j1 = np.arange(lowest, highest + 1, 2)
    if not (fits(CLASSICAL, d, b, f) and fits(CLASSICAL, d, e, c)):
        return SixJRow(two_j1, np.zeros(len(two_j1)))
    sign = -1.0 if (b + c + e + f) // 2 % 2 else 1.0
    row = _row(float(lowest), len(two_j1), float(b), float(c), float(d), float(e), float(f), sign)
    return SixJRow(two_j1, row)


@numba.njit(cache=True, error_model="numpy")
def _row(lowest, n, b, c, d, e, f, sign):  # type: ignore[no-untyped-def]
    """The symbols; sign is that of the last one. All arguments but n are floats."""
    row = np.ones(n)
    total = b * (b + 2) + c * (c + 2) + e * (e + 2) + f * (f + 2) - 2 * d * (d + 2)
    skew = (b * (b + 2) - c * (c + 2)) * (e * (e + 2) - f * (f + 2))
    spins = b, c, e, f, total, skew
    low = _ratios_upwards(row, lowest, spins)
    high, last = _ratios_downwards(row, lowest, spins, low)
    _join(row, lowest, spins, low, high)
    for k in range(low - 1, -1, -1):
        row[k] *= row[k + 1]
    for k in range(high + 1, n):
        row[k] *= row[k - 1]
    square = 0.0
    for k in range(n):
        square += (lowest + 2 * k + 1) * row[k] ** 2
    row *= sign * last * np.sign(row[high]) / np.sqrt(square * (d + 1))
    return row


@numba.njit(cache=True, error_model="numpy", forceinline=True)
def _equation(x, spins):  # type: ignore[no-untyped-def]
    """Factors of f(j1 - 1), f(j1) and f(j1 + 1), times 32, for x = 2 j1."""
    b, c, e, f, total, skew = spins
    square = x * (x + 2)
    before, after = (x + 2) * _root(x, b, c, e, f), x * _root(x + 2, b, c, e, f)
    here = 2 * (x + 1) * (square * (total - square) + skew)
    if x == 0:  # all three are 0: divided by x
        here, after = 4 * total, _root(2.0, b, c, e, f)
    return before, here, after


@numba.njit(cache=True, error_model="numpy", forceinline=True)
def _root(x, b, c, e, f):  # type: ignore[no-untyped-def]
    """16 A(j1), A^2 = (j1^2 - (j2-j3)^2) ((j2+j3+1)^2 - j1^2) times the same of j5 and j6."""
    first = ((x - b + c) * (x + b - c)) * ((b + c + 2 - x) * (b + c + 2 + x))
    second = ((x - e + f) * (x + e - f)) * ((e + f + 2 - x) * (e + f + 2 + x))
    return np.sqrt(first * second)


@numba.njit(cache=True, error_model="numpy")
def _ratios_upwards(row, lowest, spins):  # type: ignore[no-untyped-def]
    """Ratios to the right neighbour from the left end, while below 1; where they end."""
    low, ratio = 0, 0.0
    while low < len(row) - 1:
        before, here, after = _equation(lowest + 2 * low, spins)
        ratio = -after / (here + before * ratio)
        if not abs(ratio) < 1.0:
            break
        row[low] = ratio
        low += 1
    return low


@numba.njit(cache=True, error_model="numpy")
def _ratios_downwards(row, lowest, spins, low):  # type: ignore[no-untyped-def]
    """Ratios to the left neighbour from the right end; where they end, and their sign."""
    high, ratio, sign = len(row) - 1, 0.0, 1.0
    while high > low:
        before, here, after = _equation(lowest + 2 * high, spins)
        ratio = -before / (here + after * ratio)
        if not abs(ratio) < 1.0:
            break
        row[high] = ratio
        sign *= np.sign(ratio)
        high -= 1
    return high, sign


@numba.njit(cache=True, error_model="numpy")
def _join(row, lowest, spins, low, high):  # type: ignore[no-untyped-def]
    """Fill row between low and high: carry the numbers on from both sides and join them."""
    if low == high:
        return
    middle = (low + high) // 2
    row[low], row[high] = 1.0, 1.0
    left, forward = row[low - 1] if low > 0 else 0.0, 1.0
    for k in range(low, middle + 1):
        before, here, after = _equation(lowest + 2 * k, spins)
        row[k] = forward
        left, forward = forward, -(here * forward + before * left) / after
    right, backward = row[high + 1] if high + 1 < len(row) else 0.0, 1.0
    for k in range(high, middle, -1):
        before, here, after = _equation(lowest + 2 * k, spins)
        row[k] = backward
        right, backward = backward, -(here * backward + after * right) / before
    # forward goes with row[middle + 1], backward with row[middle]
    scale = row[middle] * backward + forward * row[middle + 1]
    scale /= row[middle] ** 2 + forward**2
    for k in range(low, middle + 1):
        row[k] *= scale
    # ratios below low stay ratios: only row[low] carries the scale
