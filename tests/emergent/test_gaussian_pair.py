"""Gaussian waves of coupled oscillators: their equation, and what one says of the other."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from qnpapers.emergent import GaussianWave, ground_state
from qnpapers.errors import NormalisationError, ParameterError, ShapeError

COUPLED = np.array([[1.0, -0.8], [-0.8, 1.0]])
GROUND = ground_state(COUPLED, hbar=0.7, mass=1.4)


def apart(second):
    return np.diag([1.0, second])


def test_the_ground_state_by_hand():
    """Normal modes 0.2 and 1.8 along (1, 1) and (1, -1)."""
    modes = np.array([[1, 1], [1, -1]]) / np.sqrt(2)
    variances = 0.7 / (2 * np.sqrt(1.4 * np.array([0.2, 1.8])))
    assert modes.T @ np.diag(variances) @ modes == pytest.approx(GROUND.covariance, abs=1e-14)
    assert not GROUND.current.any()
    energy = -1j * GROUND.matrix @ (-1j * GROUND.matrix) / 1.4
    assert energy == pytest.approx(COUPLED, abs=1e-13)


def test_a_ground_state_stays():
    later = GROUND.after(3.0, COUPLED)
    assert later.matrix == pytest.approx(GROUND.matrix, abs=1e-12)
    assert GROUND.flow(3.0, COUPLED) == pytest.approx(np.eye(2), abs=1e-12)


def test_the_equation_of_motion():
    """The Schroedinger equation for a Gaussian is W' = -W W / m - K."""
    step, K = 1e-4, apart(5.0)
    before, now, after = (GROUND.after(0.6 + d, K).matrix for d in (-step, 0, step))
    assert (after - before) / (2 * step) == pytest.approx(-now @ now / 1.4 - K, abs=1e-5)


def test_one_free_packet_spreads_as_in_textbooks():
    width, hbar, mass = 0.6, 0.8, 1.3
    packet = GaussianWave(np.array([[1j * hbar / (2 * width**2)]]), hbar, mass)
    later = packet.after(2.0, np.zeros((1, 1)))
    tau = hbar * 2.0 / (2 * mass * width**2)
    assert later.covariance[0, 0] == pytest.approx(width**2 * (1 + tau**2), rel=1e-12)
    assert packet.flow(2.0, np.zeros((1, 1)))[0, 0] == pytest.approx(np.sqrt(1 + tau**2), rel=1e-9)


def test_the_flow_against_an_integrator():
    """Oracle: q' = u(q, t), by an adaptive integrator, for two starts."""

    def velocity(time, q):
        return (GROUND.after(time, apart(6.0)).current @ q.reshape(2, 2)).ravel()

    path = solve_ivp(velocity, (0, 1.5), np.eye(2).ravel(), rtol=1e-9, atol=1e-11)
    assert GROUND.flow(1.5, apart(6.0)) == pytest.approx(path.y[:, -1].reshape(2, 2), abs=1e-7)


def test_the_flow_converges_with_fourth_order():
    exact = GROUND.flow(1.5, apart(6.0), steps=1600)
    errors = [np.abs(GROUND.flow(1.5, apart(6.0), steps=n) - exact).max() for n in (100, 200)]
    assert np.log2(errors[0] / errors[1]) == pytest.approx(4, abs=0.15)


@pytest.mark.parametrize("second", [1.0, 9.0])
def test_the_flow_carries_the_density(second):
    flow = GROUND.flow(1.0, apart(second))
    later = GROUND.after(1.0, apart(second)).covariance
    assert flow @ GROUND.covariance @ flow.T == pytest.approx(later, abs=1e-9)


def test_the_marginal_does_not_tell_what_is_done_to_the_other_but_paths_do():
    one, other = (GROUND.after(1.0, apart(second)) for second in (1.0, 9.0))
    assert one.covariance[0, 0] == pytest.approx(other.covariance[0, 0], abs=1e-12)
    assert abs(one.current[0, 1] - other.current[0, 1]) > 0.1
    paths = [GROUND.flow(1.0, apart(second))[0, 1] for second in (1.0, 9.0)]
    assert abs(paths[0] - paths[1]) > 0.1


def test_without_entanglement_no_drift_depends_on_the_other():
    product = ground_state(np.diag([1.0, 2.0]), hbar=0.7, mass=1.4).after(1.0, apart(9.0))
    assert np.abs(product.current[0, 1]) < 1e-14
    assert np.abs(product.osmotic[0, 1]) < 1e-14


def test_the_osmotic_drift_is_the_slope_of_the_density():
    assert GROUND.osmotic == pytest.approx(
        -0.7 / (2 * 1.4) * np.linalg.inv(GROUND.covariance), abs=1e-13
    )


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: ground_state(COUPLED, hbar=0.0, mass=1.0), ParameterError, "hbar = 0.0: must"),
        (lambda: ground_state(np.ones(2), hbar=1, mass=1), ShapeError, "stiffness: shape"),
        (lambda: ground_state(-COUPLED, hbar=1, mass=1), NormalisationError, "stiffness: must be"),
        (lambda: GaussianWave(np.ones((2, 3)), 1, 1), ShapeError, r"matrix: shape \(2, 3\), must"),
        (lambda: GaussianWave(COUPLED + 0j, 1, 1), NormalisationError, "matrix: its imaginary"),
        (lambda: GaussianWave(1j * COUPLED, 1, 0.0), ParameterError, "mass = 0.0: must"),
        (lambda: GROUND.after(np.nan, COUPLED), ParameterError, "time = nan: must"),
        (lambda: GROUND.after(1.0, np.eye(3)), ShapeError, r"\(3, 3\), must be \(2, 2\)"),
        (lambda: GROUND.flow(np.inf, COUPLED), ParameterError, "time = inf: must"),
        (lambda: GROUND.flow(1.0, COUPLED, steps=0), ParameterError, "steps = 0: must"),
    ],
)
def test_wrong_arguments(make, error, message):
    with pytest.raises(error, match=message):
        make()
