from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles.racah as oracle
from qnpapers.errors import ColourError, SizeError
from qnpapers.spinnet import SquareRoot, admissible, six_j, six_j_row, tetrahedron, theta

EPS = 2.0**-52


def triads(a, b, c, d, e, f):
    return ((a, b, c), (a, e, f), (d, b, f), (d, e, c))


@st.composite
def admissible_spins(draw, top=40):
    """Six doubled spins whose four triads are admissible."""
    a, b, d = (draw(st.integers(0, top)) for _ in range(3))
    c = draw(st.sampled_from(range(abs(a - b), a + b + 1, 2)))
    e = draw(st.sampled_from(range(abs(d - c), d + c + 1, 2)))
    both = [f for f in range(2 * top + 1) if admissible(a, e, f) and admissible(d, b, f)]
    return (a, b, c, d, e, draw(st.sampled_from(both or [0])))


@given(admissible_spins(12))
def test_exact_symbols_are_those_of_sympy(spins):
    if all(admissible(*triad) for triad in triads(*spins)):
        value = six_j(*spins, exact=True)
        assert (value.sign, value.square) == oracle.symbol_and_square(*spins)


@given(admissible_spins(300))
def test_floats_are_those_of_wignernj(spins):
    # ours is the nearest float64; the other is some units in the last place away
    assert six_j(*spins) == pytest.approx(oracle.nearest(*spins), rel=4 * EPS, abs=0)


@pytest.mark.parametrize("two_j", [1000, 2000, 4000])
def test_large_spins(two_j):
    assert six_j(*[two_j] * 6) == pytest.approx(oracle.nearest(*[two_j] * 6), rel=4 * EPS, abs=0)


@given(admissible_spins())
def test_racah_symbols_are_tetrahedra_over_thetas(spins):
    a, b, c, d, e, f = spins
    if all(admissible(*triad) for triad in triads(*spins)):
        value = six_j(*spins, exact=True)
        # {A/2 B/2 F/2; C/2 D/2 E/2} = Tet[A B E; C D F] / sqrt|theta theta theta theta|
        tet = tetrahedron(a, b, f, d, e, c)
        thetas = math.prod(abs(theta(*triad)) for triad in triads(*spins))
        assert value.square == tet**2 / thetas
        assert value.sign == (tet > 0) - (tet < 0)


def test_the_float_is_the_nearest_one():
    for spins in product(range(6), repeat=6):
        exact = six_j(*spins, exact=True)
        value = abs(six_j(*spins))
        assert value == abs(float(exact))
        if value:
            below = (Fraction(value) + Fraction(math.nextafter(value, 0))) / 2
            above = (Fraction(value) + Fraction(math.nextafter(value, 2))) / 2
            assert below**2 <= exact.square <= above**2


def test_forbidden_symbols_are_exactly_zero():
    assert six_j(1, 1, 1, 1, 1, 1) == 0.0
    assert six_j(2, 2, 6, 2, 2, 2, exact=True) == SquareRoot(0, 0)
    assert float(SquareRoot(0, 0)) == 0.0


def test_symbols_below_the_smallest_float_underflow():
    assert six_j(*[4000, 4000, 4000, 4000, 4000, 8000]) == 0.0
    assert six_j(*[4000, 4000, 4000, 4000, 4000, 8000], exact=True).sign == 1


@pytest.mark.parametrize("value", [-1, 0.5, "1", True])
def test_spins_are_doubled(value):
    with pytest.raises(ColourError, match=r"two_j3 = .*: a colour is twice a spin"):
        six_j(1, 1, value, 1, 1, 1)
    with pytest.raises(ColourError, match=r"two_j2 = .*: a colour is twice a spin"):
        six_j_row(value, 1, 1, 1, 1)


# Rows


def relative_to_the_row(row, exact):
    """Largest difference of sqrt(2 j1 + 1) {...} from the exact one, over the largest of them."""
    weights = np.sqrt(row.two_j1 + 1.0)
    return np.abs((row.values - exact) * weights).max() / np.abs(exact * weights).max()


@given(admissible_spins(60))
def test_rows_are_exact_symbols(spins):
    row = six_j_row(*spins[1:])
    exact = np.array([six_j(int(x), *spins[1:]) for x in row.two_j1])
    assert np.array_equal(np.sign(row.values), np.sign(exact)) or not exact.all()
    if exact.any():
        # the recursion adds a round-off of some eps in each of up to 100 steps
        assert relative_to_the_row(row, exact) < 30 * EPS
    else:
        assert not row.values.any()


@pytest.mark.parametrize(
    "spins", [(1000,) * 5, (700, 900, 500, 800, 1100), (10, 600, 604, 20, 600)]
)
def test_long_rows_are_exact_symbols(spins):
    row = six_j_row(*spins)
    exact = np.array([six_j(int(x), *spins) for x in row.two_j1])
    assert relative_to_the_row(row, exact) < 1000 * EPS


def test_rows_of_spins_of_fifty_thousand():
    row = six_j_row(*[100_000] * 5)
    assert len(row.values) == 100_001
    squares = (row.two_j1 + 1.0) * 100_001.0 * row.values**2
    assert squares.sum() == pytest.approx(1, abs=1e-12)
    # {0 j j; j j j} = (-1)^(3j) / (2j + 1); errors of 1e5 steps
    assert row.values[0] == pytest.approx(1 / 100_001, rel=1e-12)
    assert row.values[500] == pytest.approx(six_j(1000, *[100_000] * 5), rel=1e-10)


@pytest.mark.parametrize("spins", [(4, 4, 6, 5, 5), (3, 5, 4, 4, 2), (20, 12, 14, 9, 17)])
def test_rows_are_orthogonal(spins):
    b, c, _, e, f = spins
    rows = []
    for d in range(max(abs(b - f), abs(c - e)), min(b + f, c + e) + 1, 2):
        row = six_j_row(b, c, d, e, f)
        rows.append(row.values * np.sqrt((row.two_j1 + 1.0) * (d + 1.0)))
    # some ten entries of order 1
    np.testing.assert_allclose(np.array(rows) @ np.array(rows).T, np.eye(len(rows)), atol=1e-14)


def test_rows_without_symbols():
    assert len(six_j_row(1, 2, 1, 1, 1).values) == 0  # no j1 has both parities
    assert len(six_j_row(0, 8, 2, 1, 1).values) == 0  # nor lies in both ranges
    forbidden = six_j_row(2, 2, 9, 2, 2)
    assert forbidden.two_j1.tolist() == [0, 2, 4]
    assert forbidden.values.tolist() == [0, 0, 0]


def test_rows_have_a_largest_spin():
    with pytest.raises(SizeError, match="two_j = 200001: rows are for at most 200000"):
        six_j_row(200_001, 1, 1, 1, 1)
