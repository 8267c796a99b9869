"""Racah-Wigner 6j symbols: single ones exactly."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, overload

from flint import fmpz

from qnpapers.spinnet.quantum_numbers import CLASSICAL, colour
from qnpapers.spinnet.recoupling import fits

BITS = 80
"""Bits of the square root that is rounded to float64; the last one is sticky."""


@dataclass(frozen=True)
class SquareRoot:
    """The number sign * sqrt(square), exactly.

    Args:
        sign: -1, 0 or 1.
        square: a fraction of at least 0.
    """

    sign: int
    square: Fraction

    def __float__(self) -> float:
        """The nearest float64; 0.0 below the smallest one."""
        return self.sign * _rounded_root(fmpz(self.square.numerator), fmpz(self.square.denominator))


@overload
def six_j(
    two_j1: int, two_j2: int, two_j3: int, two_j4: int, two_j5: int, two_j6: int
) -> float: ...
@overload
def six_j(
    two_j1: int,
    two_j2: int,
    two_j3: int,
    two_j4: int,
    two_j5: int,
    two_j6: int,
    *,
    exact: Literal[True],
) -> SquareRoot: ...
def six_j(
    two_j1: int,
    two_j2: int,
    two_j3: int,
    two_j4: int,
    two_j5: int,
    two_j6: int,
    *,
    exact: bool = False,
) -> float | SquareRoot:
    """The 6j symbol {j1 j2 j3; j4 j5 j6} of SU(2), in Racah's and Wigner's convention.

        {A/2 B/2 F/2; C/2 D/2 E/2} = Tet[A B E; C D F] / sqrt|theta theta theta theta|

    over the triads (j1 j2 j3), (j1 j5 j6), (j4 j2 j6), (j4 j5 j3); spins enter doubled. The sum
    over s is done in integers, so nothing cancels; a symbol of spins near 1,000 takes some ten
    milliseconds. `six_j_row` is faster for many symbols and for large spins.

    Args:
        two_j1: twice the spin j1, an integer of at least 0, as the others are.
        two_j2: twice the spin j2.
        two_j3: twice the spin j3.
        two_j4: twice the spin j4.
        two_j5: twice the spin j5.
        two_j6: twice the spin j6.
        exact: return the sign and the square in place of the nearest float64.

    Returns:
        The nearest float64 of the exact value, or the exact value; 0 where a triad is not
        admissible.

    Raises:
        ColourError: an argument is no integer or negative.

    >>> six_j(1, 1, 2, 1, 1, 2)
    0.16666666666666666
    """
    named = {"1": two_j1, "2": two_j2, "3": two_j3, "4": two_j4, "5": two_j5, "6": two_j6}
    a, b, c, d, e, f = (colour(f"two_j{name}", value) for name, value in named.items())
    triads = ((a, b, c), (a, e, f), (d, b, f), (d, e, c))
    sign, above, below = 0, fmpz(0), fmpz(1)
    if all(fits(CLASSICAL, *triad) for triad in triads):
        squares = [(b + c + e + f) // 2, (a + c + d + f) // 2, (a + b + d + e) // 2]
        sign, above, below = _exact([sum(triad) // 2 for triad in triads], squares, triads)
    if exact:
        return SquareRoot(sign, Fraction(int(above), int(below)))
    return sign * _rounded_root(above, below)


def _exact(
    vertices: list[int], squares: list[int], triads: tuple[tuple[int, int, int], ...]
) -> tuple[int, fmpz, fmpz]:
    """Sign and square of S sqrt(prod_triads m! n! p! / (J + 1)!), S as in `tetrahedron_sum`."""
    total = _alternating_sum(vertices, squares)
    above, below = total * total, fmpz(1)
    for triad, half in zip(triads, vertices, strict=True):
        for two_j in triad:
            above *= _factorial(half - two_j)
        below *= _factorial(half + 1)
    return (total > 0) - (total < 0), above, below


def _alternating_sum(vertices: list[int], squares: list[int]) -> fmpz:
    """sum_s (-1)^s (s + 1)! / (prod (s - a)! prod (b - s)!), each term from the one before."""
    first = max(vertices)
    term = _factorial(first + 1)
    for number in (first - a for a in vertices):
        term //= _factorial(number)
    for number in (b - first for b in squares):
        term //= _factorial(number)
    term *= (-1) ** first
    total = term
    for s in range(first, min(squares)):
        up = (s + 2) * math.prod(b - s for b in squares)
        term = -term * up // math.prod(s + 1 - a for a in vertices)
        total += term
    return total


def _factorial(n: int) -> fmpz:
    return fmpz.fac_ui(n)  # type: ignore[arg-type]  # takes an int, whatever its stub says


def _rounded_root(above: fmpz, below: fmpz) -> float:
    """The float64 nearest to sqrt(above / below)."""
    if above == 0:
        return 0.0
    shift = BITS + max(0, (below.bit_length() - above.bit_length()) // 2 + 1)
    scaled, rest = divmod(above << 2 * shift, below)
    root = scaled.isqrt()
    sticky = rest != 0 or root * root != scaled
    # Python rounds the quotient of two integers correctly; a root of 80 bits and one that says
    # whether anything follows them is rounded like the root itself
    return int(root << 1 | sticky) / (1 << shift + 1)
