"""Whole rows of Racah-Wigner 6j symbols by a three-term recursion, for spins up to 50,000.

For fixed j2 ... j6 the numbers g(j1) = sqrt(2 j1 + 1) {j1 j2 j3; j4 j5 j6} satisfy

    a(j1) g(j1 - 1) + b(j1) g(j1) + a(j1 + 1) g(j1 + 1) = 0.

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
        sqrt(2 j1 + 1) |{...}| of the row for spins to 500, 1e-13 for spins of 50,000. Symbols below
        2e-308 underflow to 0.

    Raises:
        ColourError: an argument is no integer or negative.
        SizeError: an argument is above `MAX_TWO_J`.

    >>> six_j_row(2, 2, 2, 2, 2).values
    array([-0.33333333,  0.16666667,  0.16666667])
    """
    named = {"2": two_j2, "3": two_j3, "4": two_j4, "5": two_j5, "6": two_j6}
    b, c, d, e, f = (colour(f"two_j{name}", value) for name, value in named.items())
    if max(b, c, d, e, f) > MAX_TWO_J:
        raise SizeError(f"two_j = {max(b, c, d, e, f)}: rows are for at most {MAX_TWO_J}")
    lowest, highest = max(abs(b - c), abs(e - f)), min(b + c, e + f)
    if (b + c + e + f) % 2 or lowest > highest:
        return SixJRow(np.empty(0, dtype=np.int64), np.empty(0))
    two_j1 = np.arange(lowest, highest + 1, 2)
    if not (fits(CLASSICAL, d, b, f) and fits(CLASSICAL, d, e, c)):
        return SixJRow(two_j1, np.zeros(len(two_j1)))
    beside, diagonal = _coefficients(
        lowest, len(two_j1), *(float(two_j) for two_j in (b, c, d, e, f))
    )
    sign = (-1) ** ((b + c + e + f) // 2)
    return SixJRow(two_j1, _solve(beside, diagonal) * sign / np.sqrt((two_j1 + 1.0) * (d + 1.0)))


@numba.njit(cache=True)
def _coefficients(
    lowest: int, n: int, b: float, c: float, d: float, e: float, f: float
) -> tuple[np.ndarray, np.ndarray]:
    """4 a(j1) and 4 b(j1) of the recursion, from exact integers; beside[0] is 0."""
    beside, diagonal = np.zeros(n), np.empty(n)
    p, q, s, t = b * (b + 2), c * (c + 2), e * (e + 2), f * (f + 2)
    total, skew = p + q + s + t - 2 * d * (d + 2), (p - q) * (s - t)
    for k in range(n):
        x = lowest + 2.0 * k
        if k > 0:
            first = ((x - b + c) * (x + b - c)) * ((b + c + 2 - x) * (b + c + 2 + x))
            second = ((x - e + f) * (x + e - f)) * ((e + f + 2 - x) * (e + f + 2 + x))
            beside[k] = np.sqrt(first / (x - 1) * (second / (x + 1))) / (2 * x)
        square = x * (x + 2)
        diagonal[k] = total - square + (skew / square if x > 0 else 0.0)
    return beside, diagonal


@numba.njit(cache=True, error_model="numpy")
def _solve(beside: np.ndarray, diagonal: np.ndarray) -> np.ndarray:
    """The null vector of the recursion, of length 1, its last entry positive; shape (n,)."""
    n = len(diagonal)
    row = np.ones(n)
    low = 0  # row[low] = 1: below it row holds ratios to the right neighbour
    ratio = 0.0
    while low < n - 1:
        ratio = -beside[low + 1] / (diagonal[low] + beside[low] * ratio)
        if not abs(ratio) < 1.0:
            break
        row[low] = ratio
        low += 1
    high, sign = n - 1, 1.0  # above it row holds ratios to the left neighbour
    ratio = 0.0
    after = 0.0
    while high > low:
        ratio = -beside[high] / (diagonal[high] + after * ratio)
        if not abs(ratio) < 1.0:
            break
        row[high] = ratio
        sign *= np.sign(ratio)
        after = beside[high]
        high -= 1
    _join(row, beside, diagonal, low, high)
    for k in range(low - 1, -1, -1):
        row[k] *= row[k + 1]
    for k in range(high + 1, n):
        row[k] *= row[k - 1]
    return row * (sign * np.sign(row[high]) / np.sqrt(np.sum(row * row)))


@numba.njit(cache=True, error_model="numpy")
def _join(row: np.ndarray, beside: np.ndarray, diagonal: np.ndarray, low: int, high: int) -> None:
    """Fill row between low and high: carry the numbers on from both sides and join them."""
    if low == high:
        return
    middle = (low + high) // 2
    before = row[low - 1] if low > 0 else 0.0
    row[low] = 1.0
    for k in range(low, middle + 1):
        here = row[k]
        forward = -(diagonal[k] * here + beside[k] * before) / beside[k + 1]
        before = here
        if k < middle:
            row[k + 1] = forward
    at, above = row[middle], forward
    before = row[high + 1] if high + 1 < len(row) else 0.0
    after = beside[high + 1] if high + 1 < len(row) else 0.0
    row[high] = 1.0
    for k in range(high, middle, -1):
        here = row[k]
        backward = -(diagonal[k] * here + after * before) / beside[k]
        before, after = here, beside[k]
        if k > middle + 1:
            row[k - 1] = backward
    scale = (at * backward + above * row[middle + 1]) / (at * at + above * above)
    for k in range(low, middle + 1):
        row[k] *= scale
    # ratios below low stay ratios: only row[low] carries the scale
