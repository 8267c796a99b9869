"""The explicit networks: sums by formula, by listing, by quadrature, by sampling."""

from __future__ import annotations

import numpy as np
import pytest

from laws import hidden_units as laws
from oracles import learning as oracle
from qnpapers.emergent import (
    BinaryHiddenUnits,
    GaussianHiddenUnits,
    TanhHiddenUnits,
    canonical_ensemble,
    eight_units,
    inverse_temperature,
)
from qnpapers.errors import NormalisationError, ParameterError, ShapeError, SizeError

EIGHT = eight_units(2.5)
GAUSSIAN = GaussianHiddenUnits(
    [[0.2, -0.5, 0.1], [0.4, 0.1, 0.3], [-0.2, 0.3, -0.4]],
    [0.5, -1.0, 0.2],
    weights_slope=[[0.1, 0.2, 0.0], [0.0, -0.1, 0.3], [0.2, 0.0, 0.1]],
    bias_slope=[1.0, -0.5, 0.3],
    ridge=0.3,
    decay=0.7,
)
TANH = TanhHiddenUnits([[0.8, -0.5], [1.3, 0.4]], [0.2, -0.3], [1.0, 0.5], ridge=0.3, decay=0.7)
NETWORKS = {"binary": EIGHT, "gaussian": GAUSSIAN, "tanh": TANH}
every_network = pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)


@every_network
@pytest.mark.parametrize("beta", [0.3, 1.0, 4.0])
def test_force_is_the_slope_of_the_free_energy(network, beta):
    laws.force_is_slope_of_free_energy(network, beta)


@pytest.mark.parametrize("network", [EIGHT, GAUSSIAN], ids=["binary", "gaussian"])
@pytest.mark.parametrize("beta", [0.3, 1.0, 4.0])
def test_curvature_is_the_slope_of_the_force(network, beta):
    laws.curvature_is_slope_of_force(network, beta)


@every_network
def test_arrays_of_every_shape(network):
    laws.shapes_are_those_of_q(network, 1.2)


@pytest.mark.parametrize("beta", [0.4, 1.0, 3.0])
@pytest.mark.parametrize("q", [-2.0, 0.0, 0.5])
def test_binary_units_by_listing(beta, q):
    sums = oracle.binary_sums(EIGHT.w, EIGHT.c, EIGHT.decay, q, beta)
    ensemble = canonical_ensemble(EIGHT.energies(q), beta)
    round_off = 1e-13  # 256 terms of order 1 to 10, added in pairs
    assert EIGHT.free_energy(q, beta) == pytest.approx(sums["free_energy"], abs=round_off)
    assert EIGHT.mean_force(q, beta) == pytest.approx(sums["mean_force"], abs=round_off)
    assert ensemble.free_energy == pytest.approx(sums["free_energy"], abs=round_off)
    assert ensemble.mean_energy == pytest.approx(sums["mean_energy"], abs=round_off)
    assert ensemble.entropy == pytest.approx(sums["entropy"], abs=round_off)
    assert ensemble.probabilities @ EIGHT.forces(q) == pytest.approx(
        sums["mean_force"], abs=round_off
    )


def test_states_are_listed_with_the_first_unit_slowest():
    network = BinaryHiddenUnits([1.0, 10.0], [0.0, 0.0])
    assert network.states().tolist() == [[1, 1], [1, -1], [-1, 1], [-1, -1]]
    assert network.energies(np.array([1.0]))[0].tolist() == [-11, 9, -9, 11]


def test_large_fields_do_not_overflow():
    assert EIGHT.free_energy(1e4, 50.0) == pytest.approx(
        EIGHT.decay * 1e8 / 2 - np.abs(EIGHT.w * 1e4 + EIGHT.c).sum(), rel=1e-15
    )


@pytest.mark.parametrize("beta", [0.5, 2.0])
def test_gaussian_units_by_adaptive_quadrature(beta):
    network = GaussianHiddenUnits(
        [[0.2, -0.5], [0.4, 0.1]], [0.5, -1.0], [[0.3, 0.1], [0.0, -0.2]], [1.0, 0.4], 0.3, 0.7
    )
    q = 0.6
    log_sum = oracle.integral_of_weights(lambda x: float(network.loss(x, q)), 2, beta, 14)
    assert network.free_energy(q, beta) == pytest.approx(-log_sum / beta, abs=1e-9)


def test_tanh_units_by_adaptive_quadrature():
    beta, q = 1.7, 0.4
    log_sum = oracle.integral_of_weights(lambda x: float(TANH.loss(np.array(x), q)), 2, beta, 8)
    assert TANH.free_energy(q, beta) == pytest.approx(-log_sum / beta, abs=1e-9)


@every_network
def test_sampled_force(network):
    """z-value of the mean of dH/dq over 20,000 states; fixed seed, so it cannot fail by chance."""
    q, beta, count = 0.4, 1.7, 20_000
    rng = np.random.default_rng(5)
    options = {"steps": 40} if network is TANH else {}
    x = network.sample_hidden(np.full(count, q), beta, rng=rng, **options)
    if network is EIGHT:
        forces = EIGHT.decay * q - x @ EIGHT.w
    else:
        forces = network.loss_gradient(x, np.full(count, q))
    error = forces.std() / np.sqrt(count)
    assert abs(forces.mean() - network.mean_force(q, beta)) < 3 * error


def test_gaussian_moments_of_samples():
    mean, spread = GAUSSIAN.hidden_moments(0.4, 1.7)
    x = GAUSSIAN.sample_hidden(np.full(100_000, 0.4), 1.7, rng=np.random.default_rng(6))
    np.testing.assert_allclose(x.mean(axis=0), mean, atol=4 * np.sqrt(spread.max() / 1e5))
    np.testing.assert_allclose(np.cov(x.T), spread, atol=6 * spread.max() / np.sqrt(1e5))


def test_entropy_of_states_that_do_not_exist():
    ensemble = canonical_ensemble(np.array([0.0, np.inf, 0.0]), 1.0)
    assert ensemble.probabilities.tolist() == [0.5, 0.0, 0.5]
    assert ensemble.entropy == pytest.approx(np.log(2), abs=1e-15)
    assert ensemble.mean_energy == 0


@pytest.mark.parametrize("beta", [1e-3, 0.7, 20.0])
def test_temperature_of_a_mean_loss(beta):
    energies = EIGHT.energies(0.5)
    mean = float(canonical_ensemble(energies, beta).mean_energy)
    assert inverse_temperature(energies, mean) == pytest.approx(beta, rel=1e-9)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: BinaryHiddenUnits([1.0], [1.0, 2.0]), ShapeError, r"w, c: shapes \(1,\) and"),
        (lambda: BinaryHiddenUnits([np.nan], [1.0]), ShapeError, "finite numbers"),
        (lambda: BinaryHiddenUnits([1.0], [1.0], decay=-1.0), ParameterError, "decay = -1.0: must"),
        (lambda: EIGHT.free_energy(0.0, -1.0), ParameterError, "beta = -1.0: must be a finite"),
        (lambda: EIGHT.mean_force(0.0, 0.0), ParameterError, "beta = 0.0: must be"),
        (
            lambda: BinaryHiddenUnits([1.0] * 21, [0.0] * 21).states(),
            SizeError,
            "21 units: at most 20",
        ),
        (
            lambda: GaussianHiddenUnits([[0.0]], [0.0, 1.0]),
            ShapeError,
            r"weights: shape \(1, 1\), must be \(2, 2\)",
        ),
        (
            lambda: GaussianHiddenUnits([[0.0]], [0.0], decay=np.inf),
            ParameterError,
            "decay = inf: must be a finite number",
        ),
        (
            lambda: GaussianHiddenUnits([[1.0]], [0.0]).free_energy(0.0, 1.0),
            NormalisationError,
            "does not grow in every direction",
        ),
        (
            lambda: GaussianHiddenUnits([[0.5]], [0.0], ridge=-1.0).free_energy(0.0, 1.0),
            NormalisationError,
            "does not grow in every direction",
        ),
        (lambda: TanhHiddenUnits(np.eye(3), [0] * 3, [0] * 3), ShapeError, "3 units, must be 1 or"),
        (lambda: TanhHiddenUnits(np.eye(2), [0, 0], [0.0]), ShapeError, r"slope: shape \(1,\)"),
        (
            lambda: TANH.sample_hidden(0.0, 1.0, steps=0, rng=np.random.default_rng(1)),
            ParameterError,
            "steps = 0: must be an integer of at least 1",
        ),
        (lambda: canonical_ensemble([0.0, np.nan], 1.0), ShapeError, r"only \+inf may stand"),
        (lambda: canonical_ensemble([np.inf], 1.0), ShapeError, "at least one state"),
        (lambda: inverse_temperature([0.0, 1.0], 0.6), ParameterError, "must be between 0.0 and"),
    ],
)
def test_errors(make, error, message):
    with pytest.raises(error, match=message):
        make()
