"""The grand canonical ensemble: against plain sums, and the identities of thermodynamics."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracles.exchange import control_energy, gas_sums, grand_sums, pump_energy
from qnpapers.emergent import (
    NeuronGas,
    NeuronPump,
    OpenNetwork,
    PeriodicNetwork,
    frozen_gain,
    grand_canonical,
    potential_gain,
)
from qnpapers.errors import NormalisationError, ParameterError

NETWORKS = [NeuronPump(), NeuronPump(coupling=0.6), PeriodicNetwork(), NeuronGas(sites=40)]
temperatures = st.sampled_from([0.5, 1.0, 3.0])
potentials = st.floats(-1.5, 1.5)


@pytest.mark.parametrize(
    ("network", "energy"), [(NeuronPump(), pump_energy), (PeriodicNetwork(), control_energy)]
)
@pytest.mark.parametrize(("beta", "mu", "q"), [(1.0, 0.7, 0.3), (0.5, -1.0, 0.9), (3.0, 1.5, 0.0)])
def test_against_plain_sums(network, energy, beta, mu, q):
    ensemble = grand_canonical(network, beta, mu, q)
    potential, mean, variance = grand_sums(energy, beta, mu, q, range(-60, 61))
    assert ensemble.potential[0] == pytest.approx(potential, abs=1e-12)
    assert ensemble.mean_number[0] == pytest.approx(mean, abs=1e-12)
    assert ensemble.number_variance[0] == pytest.approx(variance, abs=1e-12)


@pytest.mark.parametrize(("beta", "mu", "q"), [(1.0, -0.5, 0.3), (2.0, 0.5, -0.7)])
def test_the_gas_against_all_states_of_its_sites(beta, mu, q):
    ensemble = grand_canonical(NeuronGas(7, cost=0.2, coupling=0.5), beta, mu, q)
    potential, mean, force = gas_sums(7, 0.2, 0.5, beta, mu, q)
    assert ensemble.potential[0] == pytest.approx(potential, abs=1e-12)
    assert ensemble.mean_number[0] == pytest.approx(mean, abs=1e-12)
    assert ensemble.force[0] == pytest.approx(force, abs=1e-12)


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: type(network).__name__)
@given(beta=temperatures, mu=potentials, q=st.floats(0, 1))
def test_derivatives_of_the_potential(network, beta, mu, q):
    """<N>, Var N and the force from differences of Omega."""
    step = 1e-3
    middle = grand_canonical(network, beta, mu, q)
    low, high = (grand_canonical(network, beta, mu + d, q) for d in (-step, step))
    slope = (high.potential - low.potential)[0] / (2 * step)
    bend = (high.potential - 2 * middle.potential + low.potential)[0] / step**2
    scale = 1 + abs(middle.mean_number[0]) + beta * middle.number_variance[0]
    # third and fourth cumulants of N, times step^2; round-off of Omega over step^2
    assert abs(slope + middle.mean_number[0]) < 1e-4 * scale * beta**2
    assert abs(bend + beta * middle.number_variance[0]) < 1e-3 * scale * beta**2
    below, above = (grand_canonical(network, beta, mu, q + d) for d in (-1e-5, 1e-5))
    force = (above.potential - below.potential)[0] / 2e-5
    assert abs(force - middle.force[0]) < 1e-6 * max(1.0, abs(force)) * beta**2


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: type(network).__name__)
def test_the_probabilities_and_the_mean_of_canonical_forces(network):
    ensemble = grand_canonical(network, 1.0, 0.4, np.array([0.1, 0.8]))
    assert ensemble.probabilities.sum(axis=1) == pytest.approx([1, 1], abs=1e-13)
    numbers = ensemble.numbers
    weights = np.exp(-(ensemble.free_energies - 0.4 * numbers - ensemble.potential[:, None]))
    assert ensemble.probabilities == pytest.approx(weights, abs=1e-12)
    step = 1e-5
    ahead, behind = (
        grand_canonical(network, 1.0, 0.4, 0.1 + d).free_energies[0] for d in (step, -step)
    )
    slopes = (ahead - behind) / (2 * step)
    middle = np.abs(numbers - ensemble.mean_number[0]) < 10
    assert ensemble.canonical_forces[0, middle] == pytest.approx(slopes[middle], abs=1e-6)


@given(
    beta=temperatures,
    mu=potentials,
    coupling=st.floats(-1, 1),
    winding=st.integers(-2, 2),
    loops=st.integers(-2, 3),
    start=st.floats(-1, 1),
)
def test_the_pump_gains_mu_for_each_neuron(beta, mu, coupling, winding, loops, start):
    """T2: exactly, for any interaction, temperature and place to start from."""
    pump = NeuronPump(coupling=coupling, winding=winding, length=0.5)
    gain = potential_gain(pump, beta, mu, loops=loops, start=start)
    assert gain == pytest.approx(loops * winding * mu, abs=2e-13)


@given(beta=temperatures, mu=potentials, start=st.floats(-1, 1))
def test_a_periodic_network_gains_nothing(beta, mu, start):
    """T1."""
    assert potential_gain(PeriodicNetwork(), beta, mu, start=start) == pytest.approx(0, abs=2e-13)


@pytest.mark.parametrize(("beta", "gain"), [(0.5, 0.1512), (1.0, 0.1338)])
def test_the_frozen_gain_of_the_prototype(beta, gain):
    """Two numbers that were computed before this library was written."""
    assert frozen_gain(NeuronPump(), beta, 0) == pytest.approx(gain, abs=5e-5)
    free = grand_canonical(NeuronPump(), beta, 3.0).free_energies[0]
    assert frozen_gain(NeuronPump(), beta, 2) == pytest.approx(free[63] - free[62], abs=1e-13)


def test_a_frozen_periodic_network_gains_nothing():
    assert frozen_gain(PeriodicNetwork(), 1.0, 3) == pytest.approx(0, abs=1e-13)


@given(mu=st.floats(-0.5, 1.0), lowest=st.integers(-4, -1))
def test_a_pump_with_a_store_gains_more_as_it_runs_dry(mu, lowest):
    """Ours: Omega(q + L) - Omega(q) = mu - ln(1 - P_empty(q)) / beta."""
    pump = NeuronPump(lowest=lowest, store=True)
    empty = grand_canonical(pump, 1.0, mu).probabilities[0, 0]
    expected = mu - math.log1p(-empty)
    assert potential_gain(pump, 1.0, mu) == pytest.approx(expected, abs=1e-12)


def test_without_units_the_sum_is_a_theta_function():
    """Literature: Jacobi's imaginary transformation of the theta function, q = 0 and mu = 0."""
    a, beta = 0.35, 0.9
    pump = NeuronPump(weights=(), phases=(), barrier=0.0, stiffness=a)
    Xi = math.exp(-beta * grand_canonical(pump, beta, 0.0).potential[0])
    dual = 2 * math.pi**2 / (beta * a)
    expected = math.sqrt(2 * math.pi / (beta * a)) * (1 + 2 * math.exp(-dual))
    assert pytest.approx(expected, rel=1e-13) == Xi


def test_the_cost_of_a_neuron_is_near_mu_for_many():
    """T3: <F_{N+1} - F_N> - mu = 1 / (2 beta Var N), the rest falling faster than 1 / M."""
    rest = []
    for sites in (50, 100, 200, 400):
        ensemble = grand_canonical(NeuronGas(sites), 1.0, -0.5, 0.3)
        excess = ensemble.cost_of_a_neuron[0] + 0.5
        rest.append(excess - 1 / (2 * ensemble.number_variance[0]))
    order = -np.polyfit(np.log([50, 100, 200, 400]), np.log(np.abs(rest)), 1)[0]
    assert order == pytest.approx(2.3, abs=0.2)  # 2 for large M, from above


def test_an_open_network_learns_with_the_grand_potential():
    learner = OpenNetwork(NeuronPump(), mu=0.7)
    q = np.array([[0.1, 0.4], [0.7, 1.1]])
    ensemble = grand_canonical(NeuronPump(), 2.0, 0.7, q.ravel())
    assert learner.free_energy(q, 2.0).tolist() == ensemble.potential.reshape(2, 2).tolist()
    assert learner.mean_force(q, 2.0).tolist() == ensemble.force.reshape(2, 2).tolist()


def test_one_place_and_many_agree():
    many = grand_canonical(NeuronPump(), 1.0, 0.7, np.array([0.2, 0.5]))
    one = grand_canonical(NeuronPump(), 1.0, 0.7, 0.5)
    assert many.potential[1] == one.potential[0]


@pytest.mark.parametrize("beta", [0.0, -1.0, math.inf, math.nan])
def test_a_temperature_that_is_none(beta):
    with pytest.raises(ParameterError, match=r"beta = .*: must be a finite number larger than 0"):
        grand_canonical(NeuronPump(), beta, 0.7)
    with pytest.raises(ParameterError, match="beta = "):
        frozen_gain(NeuronPump(), beta, 0)


def test_a_chemical_potential_that_is_none():
    with pytest.raises(ParameterError, match="mu = nan: must be a finite number"):
        grand_canonical(NeuronPump(), 1.0, math.nan)


@pytest.mark.parametrize(("mu", "end"), [(25.0, 60), (-25.0, -60)])
def test_a_chemical_potential_beyond_the_limit(mu, end):
    with pytest.raises(
        NormalisationError, match=rf"P\(N = {end}\) = 9.9e-01.*well above -20.23 and below 20.23"
    ):
        grand_canonical(NeuronPump(), 1.0, mu)


def test_a_store_ends_the_sum_only_below():
    store = NeuronPump(lowest=-1, store=True)
    assert grand_canonical(store, 1.0, -20.0).probabilities[0, 0] == pytest.approx(1, abs=1e-6)
    with pytest.raises(
        NormalisationError, match=r"P\(N = -1\) = .* must lie well above -.* and below"
    ):
        grand_canonical(NeuronPump(lowest=-1), 1.0, 0.0)
    with pytest.raises(NormalisationError, match=r"must lie well below 20\.23, or more"):
        grand_canonical(store, 1.0, 25.0)


def test_a_number_that_the_network_does_not_have():
    with pytest.raises(ParameterError, match="number = 61: must be from -60 to 60"):
        frozen_gain(NeuronPump(), 1.0, 61)
