from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial import Polynomial
from scipy.optimize import minimize

from oracles.slices import action, gaussian_path_sum, mehler
from qnpapers.errors import ParameterError, ResolutionError, ShapeError
from qnpapers.spinnet import least_action_path, path_sum

POINTS = np.linspace(-9, 9, 181)
PHYSICS = {"time": 1.3, "mass": 0.8, "hbar": 1.1}


def oscillator(omega):
    return Polynomial([0, 0, PHYSICS["mass"] * omega**2 / 2])


@pytest.mark.parametrize("slices", [1, 2, 3, 10])
@pytest.mark.parametrize("omega", [0.0, 1.5])
def test_the_sum_is_the_gaussian_integral(slices, omega):
    K = path_sum(POINTS, slices=slices, potential=oscillator(omega), **PHYSICS)
    for i, j in ((90, 90), (80, 95), (70, 105)):
        exact = gaussian_path_sum(POINTS[j], POINTS[i], slices, omega=omega, **PHYSICS)
        assert K[i, j] == pytest.approx(exact, rel=1e-11)


def test_slices_of_a_free_particle_compose():
    """Variances add: hbar t / m of the whole is the sum of those of the slices."""
    width = PHYSICS["hbar"] * PHYSICS["time"] / PHYSICS["mass"]
    for slices in (1, 7, 20):
        row = path_sum(POINTS, slices=slices, **PHYSICS)[90]
        row /= row.sum()
        assert row @ POINTS**2 == pytest.approx(width, rel=1e-8)  # points up to 6.7 widths


def test_many_slices_tend_to_mehlers_kernel():
    """Literature, with an error of the order 1/N^2."""
    errors = []
    for slices in (4, 8, 16):
        K = path_sum(POINTS, slices=slices, potential=oscillator(2.0), **PHYSICS)
        exact = mehler(POINTS[85], POINTS[95], omega=2.0, **PHYSICS)
        errors.append(abs(K[95, 85] / exact - 1))
    slope = np.polyfit(np.log([4, 8, 16]), np.log(errors), 1)[0]
    assert slope == pytest.approx(-2, abs=0.15)


def test_the_sum_is_symmetric_and_composes_in_time():
    half = PHYSICS | {"time": PHYSICS["time"] / 2}
    whole = path_sum(POINTS, slices=8, potential=oscillator(1.0), **PHYSICS)
    part = path_sum(POINTS, slices=4, potential=oscillator(1.0), **half)
    np.testing.assert_allclose(whole, whole.T, atol=1e-15)
    np.testing.assert_allclose(part @ part * 0.1, whole, atol=1e-14)


@given(st.floats(-2, 2), st.floats(-2, 2), st.integers(1, 12))
def test_a_free_path_is_straight(start, end, slices):
    found = least_action_path(start, end, slices=slices, time=2.0, mass=3.0)
    np.testing.assert_allclose(found.path, np.linspace(start, end, slices + 1), atol=1e-13)
    assert found.action == pytest.approx(3.0 * (end - start) ** 2 / 4, abs=1e-13)


@pytest.mark.parametrize("slices", [1, 2, 9])
def test_least_action_of_an_oscillator_by_a_search(slices):
    found = least_action_path(
        0.3, 1.2, slices=slices, time=1.3, mass=0.8, potential=oscillator(1.5)
    )
    assert found.action == pytest.approx(action(found.path, 1.3, 0.8, 1.5), rel=1e-13)
    searched = minimize(
        lambda inner: action(np.concatenate([[0.3], inner, [1.2]]), 1.3, 0.8, 1.5),
        np.zeros(slices - 1),
        tol=1e-12,
    ) if slices > 1 else None  # fmt: skip
    if searched is not None:
        assert found.action <= searched.fun + 1e-14
        np.testing.assert_allclose(found.path[1:-1], searched.x, atol=1e-5)


def test_newton_law_in_a_quartic_potential():
    V = Polynomial([0, 0, 0, 0, 0.25])
    path = least_action_path(-1.0, 1.5, slices=400, time=2.0, mass=1.0, potential=V).path
    acceleration = np.diff(path, 2) / (2.0 / 400) ** 2
    np.testing.assert_allclose(acceleration, path[1:-1] ** 3, atol=1e-7)  # imaginary time: + V'


def call_sum(**changes):
    settings = {"slices": 2, "time": 1.0, "mass": 1.0, "hbar": 1.0} | changes
    return path_sum(settings.pop("points", POINTS), **settings)


@pytest.mark.parametrize("name", ["slices", "time", "mass", "hbar"])
def test_numbers_that_are_not_positive_are_refused(name):
    with pytest.raises(ParameterError, match=f"{name} = 0: must be positive"):
        call_sum(**{name: 0})
    if name != "hbar":
        settings = {"slices": 2, "time": 1.0, "mass": 1.0} | {name: -1}
        with pytest.raises(ParameterError, match=f"{name} = -1: must be positive"):
            least_action_path(0, 1, **settings)


@pytest.mark.parametrize("points", [np.array([1.0]), np.array([0.0, 1, 3]), np.array([1.0, 0, -1])])
def test_points_that_are_not_equally_spaced_are_refused(points):
    with pytest.raises(ShapeError, match="at least two, equally spaced"):
        call_sum(points=points)


def test_points_that_are_too_far_apart_are_refused():
    with pytest.raises(ResolutionError, match="slices = 1000: must be at most 56"):
        call_sum(slices=1000)
    call_sum(slices=56)
    with pytest.raises(ResolutionError, match=r"must be at most 56 where points are 0\.1 apart"):
        call_sum(slices=57)


@pytest.mark.parametrize("potential", [Polynomial([0, 0, -200.0]), Polynomial([0, 0, 0, -90.0])])
def test_a_potential_without_a_path_of_least_action_is_refused(potential):
    with pytest.raises(ParameterError, match="no path of least action found, must be convex"):
        least_action_path(-1.0, 1.1, slices=8, time=3.0, mass=1.0, potential=potential)
