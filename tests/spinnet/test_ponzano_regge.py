from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qnpapers.errors import ColourError, GeometryError
from qnpapers.spinnet import classical_tetrahedron, ponzano_regge, six_j


def envelope(two_js):
    solid = classical_tetrahedron(*((two_j + 1) / 2 for two_j in two_js))
    return 1 / math.sqrt(12 * math.pi * math.sqrt(abs(solid.volume_squared)))


# Section 4.9 of the notes on [marciano2020]: J, the 6j symbol, the formula.
@pytest.mark.parametrize(
    ("J", "exact", "formula"),
    [(6, 2.843209e-2, 2.849070e-2), (30, 4.102353e-4, 4.033457e-4),
     (120, 3.557757e-4, 3.557502e-4), (1200, -1.107680e-5, -1.107663e-5)],
)  # fmt: skip
def test_the_regular_tetrahedron(J, exact, formula):
    two_js = (2 * J,) * 6
    assert six_j(*two_js) == pytest.approx(exact, rel=1e-6)
    assert ponzano_regge(*two_js) == pytest.approx(formula, rel=1e-6)


@pytest.mark.parametrize("shape", [(2, 2, 2, 2, 2, 2), (12, 14, 16, 14, 16, 18)])
def test_the_error_falls_at_least_as_one_over_j(shape):
    for factor in (3, 10, 30, 100):
        two_js = tuple(factor * two_j for two_j in shape)
        error = abs(six_j(*two_js) - ponzano_regge(*two_js)) / envelope(two_js)
        assert error < 0.2 / (sum(two_js) / 12)


@pytest.mark.parametrize("scale", [10, 20, 40])
def test_the_forbidden_region(scale):
    """A fixed shape with V^2 < 0: the ratio tends to 1 while the symbol falls exponentially."""
    two_js = tuple(2 * scale * n for n in (5, 5, 9, 5, 5, 8))
    solid = classical_tetrahedron(*((two_j + 1) / 2 for two_j in two_js))
    assert solid.region == "forbidden"
    assert ponzano_regge(*two_js) / six_j(*two_js) == pytest.approx(1, abs=0.05 / scale)


@pytest.mark.parametrize(
    ("J", "exact"), [(5, 5.2448e-3), (10, 1.9836e-4), (20, 5.3909e-7), (40, 7.7559e-12)]
)
def test_at_the_edge_of_the_forbidden_region(J, exact):
    two_js = (2 * J, 2 * J, 2 * J, 2 * J, 2 * J, 4 * J)
    assert six_j(*two_js) == pytest.approx(exact, rel=1e-4)
    assert ponzano_regge(*two_js) == pytest.approx(exact, rel=0.08)


@given(st.integers(0, 10**6))
def test_volume_and_angles_of_random_points(seed):
    """Oracle: the determinant of three edge vectors, and the normals of the faces."""
    points = np.random.default_rng(seed).normal(size=(4, 3))
    volume = abs(np.linalg.det(points[1:] - points[0])) / 6
    if volume < 0.01:
        return
    pairs = [(1, 2), (0, 2), (0, 1), (0, 3), (1, 3), (2, 3)]
    solid = classical_tetrahedron(*(np.linalg.norm(points[a] - points[b]) for a, b in pairs))
    assert solid.region == "allowed"
    assert solid.volume_squared == pytest.approx(volume**2, rel=1e-6)
    normals = []
    for corner in range(4):
        a, b, c = (points[k] for k in range(4) if k != corner)
        normal = np.cross(b - a, c - a)
        outward = normal * np.sign(normal @ (a - points[corner]))
        normals.append(outward / np.linalg.norm(outward))
    for (a, b), angle in zip(pairs, solid.exterior_angles, strict=True):
        k, m = (corner for corner in range(4) if corner not in (a, b))
        assert math.cos(angle.real) == pytest.approx(normals[k] @ normals[m], abs=1e-6)
        assert angle.imag == 0


def test_regular_angles():
    solid = classical_tetrahedron(*[7.0] * 6)
    assert solid.volume_squared == pytest.approx((7**3 / (6 * 2**0.5)) ** 2)
    assert solid.exterior_angles == pytest.approx([math.acos(-1 / 3)] * 6)


def test_symmetry_of_the_symbol():
    """Permuting the columns and swapping rows in two columns leaves it alone."""
    upper, lower = (24, 28, 32), (28, 32, 36)
    value = ponzano_regge(*upper, *lower)
    for order in permutations(range(3)):
        up, down = [upper[k] for k in order], [lower[k] for k in order]
        assert ponzano_regge(*up, *down) == pytest.approx(value, rel=1e-9)
        swapped = ponzano_regge(down[0], down[1], up[2], up[0], up[1], down[2])
        assert swapped == pytest.approx(value, rel=1e-9)


def test_faces_that_are_not_admissible_give_zero():
    assert ponzano_regge(2, 2, 6, 2, 2, 2) == 0.0
    assert ponzano_regge(1, 1, 1, 1, 1, 1) == 0.0


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: ponzano_regge(2, 2, 2, 2, 2, -2), ColourError, "two_j6 = -2: must be an integer"),
        (lambda: ponzano_regge(1.5, 2, 2, 2, 2, 2), ColourError, "two_j1 = 1.5"),
        (lambda: classical_tetrahedron(1, 1, 1, 1, 1, 0), GeometryError, "must be positive"),
        (lambda: classical_tetrahedron(1, 1, 3, 1, 1, 1), GeometryError, "breaks the triangle"),
        (lambda: classical_tetrahedron(1, 2**0.5, 1, 1, 2**0.5, 1), GeometryError, "V = 0"),
    ],
)
def test_input_that_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
