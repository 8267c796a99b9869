"""Tables of theta and tetrahedron values at a root of unity, in floating point, with bounds.

The exact values of single networks are `qnpapers.spinnet.recoupling`'s; a state sum needs millions
of them at once, normalised so that none overflows.
"""

from __future__ import annotations

import numba
import numpy as np


def quantum_integers(r: int) -> np.ndarray:
    """[n] = sin(n pi / r) / sin(pi / r) for n = 0 to r; shape (r + 1,)."""
    return np.sin(np.arange(r + 1) * np.pi / r) / np.sin(np.pi / r)


def log_quantum_factorials(r: int) -> np.ndarray:
    """Log [n]! for n = 0 to r - 1; shape (r,)."""
    logs = np.cumsum(np.log(quantum_integers(r)[1:r]), dtype=np.longdouble)
    return np.concatenate([[0.0], logs]).astype(np.float64)


def loop_values(r: int) -> np.ndarray:
    """Delta_a = (-1)^a [a + 1], the value of a loop of colour a = 0 to r - 2; shape (r - 1,)."""
    return (-1.0) ** np.arange(r - 1) * quantum_integers(r)[1:r]


def normalised_tetrahedra(colours: np.ndarray, r: int) -> tuple[np.ndarray, np.ndarray]:
    """Tet / sqrt|theta theta theta theta| for many tetrahedra at once: Racah's symbol, signed.

        (-1)^s [s+1]! / (prod_i [s - a_i]! prod_k [b_k - s]!), summed over s, times
        prod_{i,k} [b_k - a_i]! / ([A]! ... [F]!) / sqrt|theta theta theta theta|

    where a_i are half the sums of the faces and b_k half the sums of the quadrilaterals.

    Args:
        colours: colours (A, B, E, C, D, F) of Tet[A B E; C D F], with the faces (A D E),
            (B C E), (A B F), (C D F) admissible; shape (n, 6).
        r: level; [n] vanishes at n = r, so that the sum ends at s = r - 2.

    Returns:
        The values and the sums of the absolute values of their terms, shapes (n,). The second
        times a few round-off errors bounds the error of the first.

    Source: [marciano2020], KL normalisation of section 4.1 of its companions; Kauffman and Lins.
    """
    colours = np.ascontiguousarray(colours, dtype=np.int16)
    values, sizes = np.empty(len(colours)), np.empty(len(colours))
    _sum_terms(colours, log_quantum_factorials(r), quantum_integers(r), values, sizes)
    return values, sizes


@numba.njit(cache=True)
def _sum_terms(colours, logs, integers, values, sizes):  # type: ignore[no-untyped-def]
    r = len(logs)
    a = np.empty(4, dtype=np.int64)
    b = np.empty(3, dtype=np.int64)
    for row in range(len(colours)):
        A, B, E, C, D, F = colours[row]
        a[0], a[1] = (A + D + E) // 2, (B + C + E) // 2
        a[2], a[3] = (A + B + F) // 2, (C + D + F) // 2
        b[0], b[1], b[2] = (B + D + E + F) // 2, (A + C + E + F) // 2, (A + B + C + D) // 2
        first = a.max()
        logarithm = logs[first + 1]  # of the first term; its prefactor is sqrt(prod / prod)
        for i in range(4):
            logarithm -= 0.5 * logs[a[i] + 1] + logs[first - a[i]]
        for k in range(3):
            logarithm -= logs[b[k] - first]
            for i in range(4):
                logarithm += 0.5 * logs[b[k] - a[i]]
        term = np.exp(logarithm) * (1.0 - 2.0 * (first % 2))
        value, size = term, abs(term)
        for s in range(first, min(b.min(), r - 2)):  # from the term of s to the term of s + 1
            over = integers[s + 2] * integers[b[0] - s] * integers[b[1] - s] * integers[b[2] - s]
            under = 1.0
            for i in range(4):
                under *= integers[s + 1 - a[i]]
            term *= -over / under
            value += term
            size += abs(term)
        values[row], sizes[row] = value, size
