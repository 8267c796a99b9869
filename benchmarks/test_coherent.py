"""`coherent_intertwiner_norm` beside the integral over SU(2), and against fractions.

The integral is the route for five spins and more: points that are exact for its polynomials, as
many as the cube of the spins, in numpy, with nodes by scipy.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from measuring import fastest, peer

from qnpapers.spinnet import coherent_intertwiner_norm
from qnpapers.spinnet.checks_semiclassical import TETRAHEDRON
from qnpapers.spinnet.coherent import _integral

NORM = "coherent_intertwiner_norm, regular tetrahedron of spins j (ms, fastest of several runs)"


def exact(two_j: int) -> Fraction:
    """Overlaps are 2/3; opposite pairs are joined by equal numbers of lines p, q, 2 j - p - q."""
    fact = [math.factorial(n) for n in range(2 * two_j + 2)]
    total = sum(
        Fraction(1, (fact[p] * fact[q] * fact[two_j - p - q]) ** 2)
        for p in range(two_j + 1)
        for q in range(two_j + 1 - p)
    )
    return Fraction(fact[two_j] ** 4, fact[2 * two_j + 1]) * Fraction(2, 3) ** (2 * two_j) * total


@pytest.mark.parametrize("j", [5, 10, 20, 40, 80, 320, 1000])
def test_norm(tables, j):
    norm = coherent_intertwiner_norm([2 * j] * 4, TETRAHEDRON)
    error: object = "-"
    if j <= 40:
        error = abs(float(Fraction(norm) / exact(2 * j) - 1))
        assert error < 8 * j * 2.0**-52
    integral: object = "-"
    if j <= 20:
        spins = np.array([2 * j] * 4)
        assert norm == pytest.approx(_integral(spins, TETRAHEDRON), abs=1e-14)
        integral = 1e3 * fastest(lambda: _integral(spins, TETRAHEDRON), 2)
    tables.add(
        NORM,
        j=j,
        **{
            "terms": (2 * j + 1) * (2 * j + 2) // 2,
            "points": (4 * j + 1) * (8 * j + 1) * (4 * j + 2),
        },
        qnpapers=1e3 * fastest(lambda: coherent_intertwiner_norm([2 * j] * 4, TETRAHEDRON), 5),
        **{f"integral, {peer('scipy')}": integral, "relative error": error},
    )
