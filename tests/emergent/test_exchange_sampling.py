"""Sampled ensembles that exchange neurons, against exact sums; the gas of neurons by hand."""

from __future__ import annotations

from dataclasses import astuple, replace

import numpy as np
import pytest
from scipy.stats import chi2

from qnpapers.emergent import (
    NeuronGas,
    NeuronPump,
    PeriodicNetwork,
    grand_canonical,
    sample_grand_canonical,
)
from qnpapers.errors import NormalisationError, ParameterError

CASES = [
    (network, beta, mu)
    for network in (NeuronPump(coupling=0.4), PeriodicNetwork(), NeuronGas(sites=30))
    for beta, mu in ((1.0, -0.5), (0.5, 0.6))
]


def deviations(network, beta, mu, seed):
    """Deviations of <N>, Var N and the force in units of their errors."""
    rng = np.random.default_rng(seed)
    sampled = sample_grand_canonical(network, beta, mu, 0.3, chains=128, sweeps=200, rng=rng)
    exact = grand_canonical(network, beta, mu, 0.3)
    found = np.array(astuple(sampled)).reshape(3, 2)
    true = np.array([exact.mean_number[0], exact.number_variance[0], exact.force[0]])
    return (found[:, 0] - true) / found[:, 1]


@pytest.mark.parametrize("what", range(3), ids=["number", "variance", "force"])
def test_sampled_means_are_exact_means_within_their_errors(what):
    z = [deviations(*case, seed)[what] for seed, case in enumerate(CASES * 2)]
    assert 1e-3 < chi2.sf(np.square(z).sum(), len(z)) < 1 - 1e-3


def test_a_wrong_potential_is_noticed():
    """The test above can fail: a shift of mu by 0.05 is far outside of the errors."""
    network, beta, mu = CASES[0]
    rng = np.random.default_rng(0)
    sampled = sample_grand_canonical(network, beta, mu + 0.05, 0.3, chains=128, rng=rng)
    exact = grand_canonical(network, beta, mu, 0.3)
    assert abs(sampled.mean_number - exact.mean_number[0]) > 5 * sampled.number_error


def test_errors_are_the_spread_between_seeds():
    means, errors = [], []
    for seed in range(40):
        sampled = sample_grand_canonical(
            NeuronPump(), 1.0, 0.7, chains=16, sweeps=50, rng=np.random.default_rng(seed)
        )
        means.append(sampled.mean_number)
        errors.append(sampled.number_error)
    # a standard deviation from 40 numbers is known to about 11 percent
    assert np.std(means, ddof=1) == pytest.approx(np.mean(errors), rel=0.35)


@pytest.mark.parametrize("network", [NeuronPump(), NeuronGas(sites=10)])
def test_the_same_seed_gives_the_same_sample(network):
    one, other = (
        sample_grand_canonical(network, 1.0, 0.2, sweeps=20, rng=np.random.default_rng(5))
        for _ in range(2)
    )
    assert one == other


def test_the_gas_by_hand():
    gas = NeuronGas(sites=2, cost=0.3, coupling=0.8)
    H = gas.energies(np.array([0.5]))[0]
    assert H[0, 0] == 0
    assert H[1, :2] == pytest.approx([0.3 - 0.2 + 0.5, 0.3 - 0.2 - 0.5])
    assert H[2] == pytest.approx([0.6 - 0.8 + 1.0, 0.6, 0.6 - 0.8 - 1.0])
    assert np.isinf(H[1, 2])
    assert np.exp(gas.log_counts()) == pytest.approx(np.array([[1, 0, 0], [2, 2, 0], [1, 2, 1]]))
    assert gas.forces(np.zeros(3)).shape == (3, 3, 3)
    assert gas.forces(np.zeros(1))[0, 2].tolist() == [2, 0, -2]


def test_free_neurons_on_sites_are_a_binomial():
    """Literature: without coupling each site is empty, up or down on its own."""
    beta, mu, q = 0.8, -0.4, 0.6
    gas = NeuronGas(sites=25, cost=0.2, coupling=0.0)
    odds = 2 * np.exp(beta * (mu - 0.2)) * np.cosh(beta * q)
    ensemble = grand_canonical(gas, beta, mu, q)
    assert ensemble.potential[0] == pytest.approx(-25 * np.log1p(odds) / beta, abs=1e-12)
    share = odds / (1 + odds)
    assert ensemble.mean_number[0] == pytest.approx(25 * share, abs=1e-11)
    assert ensemble.number_variance[0] == pytest.approx(25 * share * (1 - share), abs=1e-10)


@pytest.mark.parametrize("sites", [0, 2001])
def test_a_gas_without_sites_or_with_too_many(sites):
    with pytest.raises(ParameterError, match=f"sites = {sites}: must be from 1 to 2000"):
        NeuronGas(sites=sites)


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ({"chains": 1}, "chains = 1: must be an integer of at least 2"),
        ({"sweeps": 0}, "sweeps = 0: must be an integer of at least 1"),
        ({"burn_in": -1}, "burn_in = -1: must be an integer of at least 0"),
        ({"beta": -1.0}, "beta = -1.0: must be"),
    ],
)
def test_wrong_arguments(argument, message):
    with pytest.raises(ParameterError, match=message):
        sample_grand_canonical(
            NeuronPump(), **({"beta": 1.0, "mu": 0.1} | argument), rng=np.random.default_rng(1)
        )


def test_a_sum_that_is_cut_off_is_refused():
    few = replace(NeuronPump(), lowest=-2, highest=2)
    with pytest.raises(NormalisationError, match="does not converge"):
        sample_grand_canonical(few, 1.0, 0.0, rng=np.random.default_rng(1))
