from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st

import laws.recoupling as laws
import oracles.quantum_symbols as oracle
from qnpapers.errors import ColourError, PrecisionError
from qnpapers.spinnet import (
    admissible,
    channels,
    loop_value,
    quantum_integer,
    recoupling,
    recoupling_matrix,
    tetrahedron,
    theta,
)
from qnpapers.spinnet.quantum_numbers import nearest_float

LEVELS = [3, 4, 5, 6, 9, 12]
colours = st.integers(0, 6)


@pytest.fixture(autouse=True)
def _precision():
    """The balls that the laws add and multiply keep their digits."""
    with ctx.workprec(160):
        yield


class Implementation:
    """One arithmetic: exact fractions, floats at level r, or balls at level r."""

    def __init__(self, r=None, precision=None):
        self.options = {"r": r} if precision is None else {"r": r, "precision": precision}
        self.r = r

    def fits(self, a, b, c):
        return admissible(a, b, c, self.r)

    def loop(self, a):
        return loop_value(a, **self.options)

    def theta(self, a, b, c):
        return theta(a, b, c, **self.options)

    def tet(self, *labels):
        return tetrahedron(*labels, **self.options)

    def recoupling(self, *labels):
        return recoupling(*labels, **self.options)

    def equal(self, x, y):
        if isinstance(x, Fraction | int) and isinstance(y, Fraction | int):
            return x == y
        if isinstance(x, float):
            # some ten numbers, each correct to 2^-52 of the largest term, which is below 1000
            return abs(x - y) < 1e-11
        return arb(x).overlaps(arb(y)) and arb(x - y).abs_upper() < 1e-25


IMPLEMENTATIONS = [
    Implementation(),
    *(Implementation(r) for r in LEVELS),
    Implementation(7, precision=160),
    Implementation(10, precision=160),
]
implementations = pytest.mark.parametrize(
    "symbols", IMPLEMENTATIONS, ids=lambda one: str(one.options)
)


@implementations
def test_the_f_move_is_orthogonal(symbols):
    for a, b, c, d in product(range(3), repeat=4):
        laws.orthogonal(symbols.recoupling, symbols.fits, symbols.equal, a, b, c, d)


@implementations
def test_two_tetrahedra_equal_three(symbols):
    rng = np.random.default_rng(0)
    top = 5 if symbols.r is None else min(5, symbols.r - 1)
    found = 0
    while found < 12:
        a, b, c, p, q, s, x, y, z = labels = [int(n) for n in rng.integers(0, top, size=9)]
        faces = ((a, b, c), (a, q, s), (b, p, s), (c, p, q), (a, y, z), (b, x, z), (c, x, y))
        if all(symbols.fits(*face) for face in faces):
            found += any(labels)
            laws.two_three_move(
                symbols.loop, symbols.theta, symbols.tet, symbols.fits, symbols.equal, labels
            )


@implementations
def test_the_tetrahedron_is_symmetric(symbols):
    rng = np.random.default_rng(1)
    for labels in rng.integers(0, 6, size=(60, 6)).tolist():
        laws.tetrahedrally_symmetric(symbols.tet, symbols.equal, *labels)


@implementations
@pytest.mark.parametrize("a", range(4))
def test_zero_edges_can_be_left_out(symbols, a):
    laws.theta_with_a_zero_edge_is_a_loop(symbols.theta, symbols.loop, symbols.equal, a)
    for b, c in product(range(5), repeat=2):
        laws.tetrahedron_with_a_zero_edge_is_a_theta(
            symbols.tet, symbols.theta, symbols.fits, symbols.equal, a, b, c
        )


@given(colours, colours, colours, st.integers(3, 14))
def test_theta_is_the_printed_formula(a, b, c, r):
    value = theta(a, b, c, r)
    if admissible(a, b, c, r):
        assert value == pytest.approx(float(oracle.theta(a, b, c, r)), rel=4e-16, abs=0)
    else:
        assert value == 0


@given(st.tuples(*[colours] * 6), st.integers(3, 14))
def test_the_tetrahedron_is_the_printed_formula(labels, r):
    A, B, E, C, D, F = labels
    fits = all(admissible(*t, r) for t in ((A, D, E), (B, C, E), (A, B, F), (C, D, F)))
    expected = float(oracle.tetrahedron(*labels, r)) if fits else 0.0
    if abs(expected) < 1e-40:
        assert tetrahedron(*labels, r) == 0  # exactly, where 60 digits show nothing
    else:
        assert tetrahedron(*labels, r) == pytest.approx(expected, rel=4e-16, abs=0)


def test_a_sum_that_vanishes_is_exactly_zero():
    labels, r = (2, 2, 2, 2, 2, 2), 6
    assert abs(oracle.tetrahedron(*labels, r)) < 1e-50
    assert tetrahedron(*labels, r) == recoupling(*labels, r) == 0.0
    assert tetrahedron(*labels, r, precision=100).contains(0)


def test_admissible_symbols_vanish_exactly_where_sixty_digits_do():
    r, zeros = 6, 0
    for labels in product(range(r - 1), repeat=6):
        A, B, E, C, D, F = labels
        if all(admissible(*t, r) for t in ((A, D, E), (B, C, E), (A, B, F), (C, D, F))):
            vanishes = abs(oracle.tetrahedron(*labels, r)) < 1e-50
            assert (tetrahedron(*labels, r) == 0) is bool(vanishes)
            zeros += vanishes
    assert zeros == 1  # Tet[2 2 2; 2 2 2], all spins 1


@pytest.mark.parametrize("colour", [60, 200])
def test_cancellation_costs_no_digits(colour):
    # six equal colours: the terms are larger than their sum by many orders of magnitude
    r = 3 * colour
    value = tetrahedron(*[colour] * 6, r, precision=4000)
    assert value.rel_accuracy_bits() > 3000
    symbol = recoupling(*[colour] * 6, r)
    assert symbol == pytest.approx(
        float(recoupling(*[colour] * 6, r, precision=4000)), rel=2e-16, abs=0
    )


@pytest.mark.parametrize("r", [None, 5, 8])
def test_quantum_integers(r):
    assert quantum_integer(0, r) == 0
    assert quantum_integer(1, r) == 1
    assert quantum_integer(-3, r) == -quantum_integer(3, r)
    # [2] [n] = [n + 1] + [n - 1], some float64 roundings below 10
    for n in range(8):
        left = quantum_integer(2, r) * quantum_integer(n, r)
        right = quantum_integer(n + 1, r) + quantum_integer(n - 1, r)
        assert abs(left - right) < 1e-14


@pytest.mark.parametrize("r", LEVELS)
def test_values_beyond_the_level_are_exactly_zero(r):
    assert quantum_integer(r, r) == 0.0
    assert loop_value(r - 1, r) == loop_value(r + 3, r) == 0.0
    assert theta(r - 1, r - 1, 0, r) == 0.0
    assert tetrahedron(*[r - 1] * 6, r) == 0.0
    assert recoupling(*[r - 1] * 6, r, precision=64) == 0


def test_inadmissible_colours_give_exact_zero():
    assert theta(1, 1, 1) == theta(1, 1, 4) == Fraction(0)
    assert tetrahedron(1, 1, 1, 1, 1, 1) == recoupling(1, 1, 1, 1, 1, 1) == Fraction(0)


@pytest.mark.parametrize("r", [5, 8, 30])
def test_a_ball_holds_the_float(r):
    ball = tetrahedron(2, 2, 2, 2, 2, 2, r, precision=200)
    assert isinstance(ball, arb)
    assert ball.rel_accuracy_bits() > 180
    assert float(ball) == tetrahedron(2, 2, 2, 2, 2, 2, r)


def test_classical_values_are_the_limit_of_large_levels():
    # corrections are of order 1 / r^2
    assert theta(4, 4, 6, 10**4) == pytest.approx(float(theta(4, 4, 6)), rel=1e-5)


@pytest.mark.parametrize("r", [None, *LEVELS])
def test_recoupling_matrices_are_orthogonal(r):
    for a, b, c, d in product(range(4), repeat=4):
        matrix = recoupling_matrix(a, b, c, d, r)
        assert matrix.shape == (len(channels(a, d, b, c, r)), len(channels(a, b, c, d, r)))
        # entries up to 1, correct to some units of round-off
        np.testing.assert_allclose(matrix @ matrix.T, np.eye(len(matrix)), atol=1e-14)


@pytest.mark.parametrize("value", [-1, 1.0, 0.5, "2", True, None, np.float64(1)])
def test_a_colour_is_an_integer_from_zero(value):
    with pytest.raises(ColourError, match=r"b = .*: a colour is twice a spin, an integer"):
        theta(1, value, 1)
    with pytest.raises(ColourError, match=r"a = .*: a colour is twice a spin"):
        loop_value(value)


def test_numpy_integers_are_integers():
    assert theta(np.int64(1), np.int8(1), np.uint16(2), np.int32(5)) == theta(1, 1, 2, 5)


@pytest.mark.parametrize("r", [2, 0, -5, 5.0, "5", True])
def test_a_level_is_an_integer_from_three(r):
    for call in (quantum_integer, loop_value):
        with pytest.raises(ColourError, match=r"r = .*: must be None \(classical\) or an integer"):
            call(1, r)
    with pytest.raises(ColourError, match=r"r = .*must be None"):
        admissible(1, 1, 2, r)
    with pytest.raises(ColourError, match=r"r = .*must be None"):
        tetrahedron(1, 1, 2, 1, 1, 2, r)


def test_quantum_integers_are_of_integers():
    with pytest.raises(ColourError, match=r"n = 1.5: must be an integer"):
        quantum_integer(1.5)


def test_precision_needs_a_level_and_is_a_number_of_bits():
    with pytest.raises(ColourError, match="precision = 64: classical values are exact"):
        theta(1, 1, 2, precision=64)
    with pytest.raises(ColourError, match=r"precision = 1.5: must be a number of bits"):
        theta(1, 1, 2, 5, precision=1.5)


def test_what_float64_cannot_hold_is_an_error():
    with pytest.raises(PrecisionError, match="outside the range of float64"):
        theta(2000, 2000, 2000, 10_000)
    assert theta(2000, 2000, 2000, 10_000, precision=100) != 0


def test_a_value_that_cannot_be_told_from_zero_is_an_error():
    with pytest.raises(PrecisionError, match="65536 bits do not tell this value at r = 3 from"):
        nearest_float(lambda _: arb(0, 1), 3, lambda _: arb(3, 1))


def test_golden_ratio():
    golden = (1 + math.sqrt(5)) / 2
    np.testing.assert_allclose(
        recoupling_matrix(2, 2, 2, 2, 5),
        [[1 / golden, -(golden**-0.5)], [-(golden**-0.5), -1 / golden]],
        rtol=1e-15,
    )
