from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracles.amplitudes import hidden_integral, hidden_spins, hidden_sum
from qnpapers.errors import ColourError, ParameterError
from qnpapers.spinnet import hidden_spin_amplitude, hidden_spin_formula

SPINS = st.integers(0, 30)


@given(SPINS, SPINS, SPINS, st.floats(0.1, 20), st.floats(-3, 3))
def test_the_sum_with_a_vertex_in_many_digits(two_h0, one, other, width, angle):
    exact = hidden_sum(hidden_spins((one, other), one + other), two_h0 / 2, width, angle)
    found = hidden_spin_amplitude(two_h0, width, angle=angle, joins=(one, other))
    assert found == pytest.approx(exact, rel=1e-12, abs=1e-12 * (two_h0 + 1))


@pytest.mark.parametrize("angle", [0.0, 0.5, -2.0])
def test_the_sum_without_a_vertex_in_many_digits(angle):
    exact = hidden_sum(hidden_spins(None, 400), 10.5, 2.5, angle)
    found = hidden_spin_amplitude(21, 2.5, angle=angle)
    assert abs(found - exact) < 1e-12 * 22 * 2.5


@given(SPINS, SPINS)
def test_without_a_weight_the_vertex_counts_states(one, other):
    """Clebsch and Gordan: sum (2 h + 1) = (2 j1 + 1)(2 j2 + 1)."""
    found = hidden_spin_amplitude(0, 1e9, joins=(one, other))
    assert found == pytest.approx((one + 1) * (other + 1), rel=1e-12)


@given(SPINS, SPINS, SPINS)
def test_a_narrow_hidden_spin_asks_for_a_triangle(two_h0, one, other):
    """The smallest width gives 2 h0 + 1 if the three spins are admissible, else 0."""
    fits = abs(one - other) <= two_h0 <= one + other and (one + other + two_h0) % 2 == 0
    found = hidden_spin_amplitude(two_h0, 0.01, joins=(one, other))
    assert found == pytest.approx((two_h0 + 1) * fits, abs=1e-12)


@given(SPINS, SPINS, SPINS, st.floats(0.5, 8))
def test_symmetric_in_the_two_spins_and_real_at_angle_zero(two_h0, one, other, width):
    found = hidden_spin_amplitude(two_h0, width, joins=(one, other))
    assert found == hidden_spin_amplitude(two_h0, width, joins=(other, one))
    assert found.imag == 0


@given(st.floats(-5, 5))
def test_the_conjugate_angle_gives_the_conjugate(angle):
    one, other = (hidden_spin_amplitude(9, 2.0, angle=a, joins=(4, 7)) for a in (angle, -angle))
    assert one == pytest.approx(other.conjugate(), abs=1e-12)


@pytest.mark.parametrize(("one", "other"), [(0, 20), (12, 30), (20, 20), (3, 60)])
@pytest.mark.parametrize("angle", [0.0, 0.2])
def test_the_formula_with_a_vertex_is_the_integral(one, other, angle):
    low, high = (abs(one - other) - 1) / 2, (one + other + 1) / 2
    exact = hidden_integral(low, high, 10.0, 3.0, angle)
    found = hidden_spin_formula(20, 3.0, angle=angle, joins=(one, other))
    assert abs(found - exact) < 1e-9 * 21 * 3


@pytest.mark.parametrize("angle", [0.0, 0.3, 1.0, 3.0])
def test_the_formula_without_a_vertex_is_exact_to_round_off(angle):
    exact = hidden_spin_amplitude(80, 3.0, angle=angle)
    assert abs(hidden_spin_formula(80, 3.0, angle=angle) - exact) < 1e-12 * 81 * 3


def test_beyond_two_pi_the_next_bump_is_nearer():
    """Half-integer spins make the amplitude periodic in the angle, with period 4 pi."""
    here, there = (hidden_spin_amplitude(80, 3.0, angle=a) for a in (0.1, 0.1 + 4 * math.pi))
    assert there == pytest.approx(here, rel=1e-9)
    assert abs(hidden_spin_formula(80, 3.0, angle=0.1 + 4 * math.pi)) < 1e-9


@pytest.mark.parametrize("width", [1.0, 2.0, 4.0])
def test_the_formula_with_a_vertex_errs_by_one_over_width_squared(width):
    largest = 41 * math.sqrt(2 * math.pi) * width
    for one in range(0, 60, 7):
        for other in range(0, 60, 7):
            exact = hidden_spin_amplitude(40, width, joins=(one, other))
            error = abs(exact - hidden_spin_formula(40, width, joins=(one, other)))
            assert error < 0.05 * largest / width**2


@pytest.mark.parametrize("function", [hidden_spin_amplitude, hidden_spin_formula])
@pytest.mark.parametrize(
    ("given_", "error", "message"),
    [
        ((-1, 1.0, None), ColourError, "-1: twice a spin"),
        ((0.5, 1.0, None), ColourError, "0.5: twice a spin"),
        ((True, 1.0, None), ColourError, "True: twice a spin"),
        ((2, 1.0, (1, -2)), ColourError, "-2: twice a spin"),
        ((2, 0.0, None), ParameterError, "width = 0.0: must be positive and finite"),
        ((2, math.inf, None), ParameterError, "width = inf"),
    ],
)
def test_input_that_is_refused(function, given_, error, message):
    two_h0, width, joins = given_
    with pytest.raises(error, match=message):
        function(two_h0, width, joins=joins)
