"""Values of many tetrahedra at a root of unity, in floating point, with bounds.

The exact values of single networks are `qnpapers.spinnet.recoupling`'s; a state sum needs millions
of them at once, normalised so that none overflows.
"""

from __future__ import annotations

from functools import lru_cache

import numba
import numpy as np
from flint import arb, ctx, fmpq

MAX_LEVEL = 500
"""Up to this level every product of the factors below stays within float64."""

_BITS = 128

FACTORIAL, INVERSE, ROOT, INVERSE_ROOT, LOOP_VALUE = range(5)
"""The rows of `level_table`."""


@lru_cache(maxsize=64)
def level_table(r: int) -> np.ndarray:
    """Factors of thetas and tetrahedra at level r, each the nearest float64 but one.

    With f_n = prod_{k <= n} 2 sin(k pi / r), which is [n]! (2 sin(pi / r))^n and lies between
    exp(-0.17 r) and r exp(0.17 r).

    Returns:
        rows f_n, 1 / f_n, sqrt f_n, (2 sin(pi / r))^(1/4) / sqrt f_n for n = 0 to r - 1, and
        Delta_n, which is 0 for n = r - 1; shape (5, r), not to be changed.
    """
    with ctx.workprec(_BITS):
        sines = [2 * arb.sin_pi_fmpq(fmpq(n, r)) for n in range(1, r)]
        factorials = [arb(1)]
        for sine in sines:
            factorials.append(factorials[-1] * sine)
        fourth = sines[0].sqrt().sqrt()
        table = [
            factorials,
            [1 / f for f in factorials],
            [f.sqrt() for f in factorials],
            [fourth / f.sqrt() for f in factorials],
            [(-1) ** n * sine / sines[0] for n, sine in enumerate(sines)] + [arb(0)],
        ]
    array = np.array([[float(x.mid()) for x in row] for row in table])
    array.setflags(write=False)
    return array


def loop_values(r: int) -> np.ndarray:
    """Delta_a = (-1)^a [a + 1], the value of a loop of colour a = 0 to r - 2; shape (r - 1,)."""
    return level_table(r)[LOOP_VALUE, :-1]


def normalised_tetrahedra(colours: np.ndarray, r: int) -> tuple[np.ndarray, np.ndarray]:
    """Tet / sqrt|theta theta theta theta| for many tetrahedra at once: Racah's symbol, signed.

        (-1)^s [s+1]! / (prod_i [s - a_i]! prod_k [b_k - s]!), summed over s, times
        prod_{i,k} [b_k - a_i]! / ([A]! ... [F]!) / sqrt|theta theta theta theta|

    where a_i are half the sums of the faces and b_k half the sums of the quadrilaterals.

    Args:
        colours: colours (A, B, E, C, D, F) of Tet[A B E; C D F], with the faces (A D E),
            (B C E), (A B F), (C D F) admissible; shape (n, 6).
        r: level, at most `MAX_LEVEL`; [n] vanishes at n = r, so that the sum ends at s = r - 2.

    Returns:
        The values and the sums of the absolute values of their terms, shapes (n,). The second
        times `roundings(r)` units of round-off bounds the error of the first.

    Source: [marciano2020], KL normalisation of section 4.1 of its companions; Kauffman and Lins.
    """
    colours = np.ascontiguousarray(colours, dtype=np.int64)
    values, sizes = np.empty(len(colours)), np.empty(len(colours))
    _each(colours, level_table(r), values, sizes)
    return values, sizes


@numba.njit(cache=True)
def roundings(r: int) -> int:
    """Roundings along the way to a normalised tetrahedron, in units of 2^-53.

    Twice for each of 24 entries of the table, once for each product with them, and once for each
    of the at most r / 2 terms.
    """
    return 3 * 24 + r // 2 + 1


@numba.njit(cache=True)
def _each(colours, table, values, sizes):  # type: ignore[no-untyped-def]
    for n in range(len(colours)):
        A, B, E, C, D, F = colours[n]
        values[n], sizes[n], _ = signed_symbol(A, B, E, C, D, F, 0, table)


@numba.njit(cache=True, forceinline=True)
def signed_symbol(A, B, E, C, D, F, signed, table):  # type: ignore[no-untyped-def]
    """A normalised tetrahedron times the signs of the thetas of some faces.

    The faces are given as bits 1 (A D E), 2 (B C E), 4 (A B F), 8 (C D F), the level as its table.
    Returned are the value, the sum of the absolute values of the terms, and the multiplications:
    7 for each term and 5 for each face.
    """
    a0, a1, a2, a3 = (A + D + E) >> 1, (B + C + E) >> 1, (A + B + F) >> 1, (C + D + F) >> 1
    b0, b1, b2 = (B + D + E + F) >> 1, (A + C + E + F) >> 1, (A + B + C + D) >> 1
    first, last = max(a0, a1, a2, a3), min(b0, b1, b2, table.shape[1] - 2)
    even, odd = 0.0, 0.0
    for s in range(first, last + 1):
        inner = table[1, s - a0] * table[1, s - a1] * table[1, s - a2] * table[1, s - a3]
        outer = table[1, b0 - s] * table[1, b1 - s] * table[1, b2 - s]
        even, odd = odd, even + table[0, s + 1] * inner * outer
    # `odd` now holds the terms of s = last, last - 2, ...
    size = even + odd
    value = odd - even
    for a in (a0, a1, a2, a3):
        factor = table[3, a + 1] * table[2, b0 - a] * table[2, b1 - a] * table[2, b2 - a]
        value, size = value * factor, size * factor
    parity = last + (signed & 1) * a0 + (signed >> 1 & 1) * a1
    parity += (signed >> 2 & 1) * a2 + (signed >> 3 & 1) * a3
    return (-value if parity & 1 else value), size, 7 * (last - first + 1) + 20
