"""Entanglement from the definition: the spectrum of a reduced density matrix, exact to the end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from flint import ctx, fmpq, fmpq_mat

Matrix = Sequence[Sequence[int | Fraction]]


def probabilities(matrix: Matrix, bits: int = 256) -> list[float]:
    """Eigenvalues of rho = A A^T / tr A A^T that are not zero, largest first.

    rho and its characteristic polynomial are rational; the roots come with their multiplicities
    and proven error bounds. They are the squares of the Schmidt coefficients of A.
    """
    rows = [[fmpq(Fraction(x).numerator, Fraction(x).denominator) for x in row] for row in matrix]
    a = fmpq_mat(rows)
    product = a * a.transpose()
    trace = sum((product[k, k] for k in range(product.nrows())), fmpq(0))
    polynomial = (product / trace).charpoly()
    before = ctx.prec
    ctx.prec = bits
    try:
        roots = polynomial.complex_roots()
    finally:
        ctx.prec = before
    found = [float(root.real) for root, times in roots if root != 0 for _ in range(times)]
    return sorted(found, reverse=True)


def entropy(matrix: Matrix) -> float:
    """-tr rho ln rho in nats."""
    return -math.fsum(p * math.log(p) for p in probabilities(matrix))


def purity(matrix: Matrix) -> Fraction:
    """The trace of rho^2, rho = A A^T / tr A A^T, exact: sums of products of entries."""
    rows = [[Fraction(x) for x in row] for row in matrix]
    overlaps = [[sum(x * y for x, y in zip(a, b, strict=True)) for b in rows] for a in rows]
    trace = sum(overlaps[k][k] for k in range(len(rows)))
    return sum((x * x for row in overlaps for x in row), Fraction(0)) / trace**2
