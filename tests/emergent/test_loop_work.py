"""Work round the loop: sampled against exact, against a chain's matrices, and its limits."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from oracles.exchange import driven_work, pump_energy
from qnpapers.emergent import (
    FiniteRate,
    NeuronPump,
    PeriodicNetwork,
    QuasiStatic,
    frozen_gain,
    grand_canonical,
    loop_work,
)
from qnpapers.errors import NormalisationError, ParameterError, ResolutionError, SizeError

PUMP = NeuronPump()
SHORT = QuasiStatic(points=32, sweeps=200, burn_in=100)


def sampled(network=PUMP, beta=1.0, mu=0.7, drive=SHORT, seed=1, chains=64, **options):
    return loop_work(
        network, beta, mu, drive, chains=chains, rng=np.random.default_rng(seed), **options
    )


def test_the_circulation_of_the_pump_is_mu():
    z = []
    for seed, (beta, mu) in enumerate(
        [(0.5, 0.2), (0.5, -1.0), (1.0, 0.7), (1.0, 1.5), (2.0, 0.4)]
    ):
        found = sampled(beta=beta, mu=mu, seed=seed)
        z.append((found.work - mu) / found.error)
    assert 1e-3 < chi2.sf(np.square(z).sum(), len(z)) < 1 - 1e-3


def test_two_neurons_a_loop_give_two_mu():
    found = sampled(NeuronPump(winding=2), drive=QuasiStatic(64, 200))
    assert abs(found.work - 1.4) < 4 * found.error < 0.1


def test_the_circulation_of_the_control_is_zero():
    found = sampled(PeriodicNetwork())
    assert abs(found.work) < 4 * found.error < 0.15


def test_forces_and_numbers_at_the_points_are_the_exact_ones():
    found = sampled(seed=4)
    exact = grand_canonical(PUMP, 1.0, 0.7, found.q)
    z = (found.forces - exact.force) / found.force_errors
    assert 1e-3 < chi2.sf(np.square(z).sum(), z.size) < 1 - 1e-3
    assert found.numbers == pytest.approx(exact.mean_number, abs=0.4)
    assert found.q.tolist() == (np.arange(32) / 32).tolist()


@pytest.mark.parametrize("mu", [-1.0, 0.7])
def test_frozen_neurons_do_not_know_mu(mu):
    found = sampled(mu=mu, exchange=0.0, number=0)
    assert abs(found.work - frozen_gain(PUMP, 1.0, 0)) < 4 * found.error < 0.04
    assert found.numbers.tolist() == [0.0] * 32


def test_frozen_neurons_of_another_number_give_another_work():
    found = sampled(exchange=0.0, number=3)
    assert abs(found.work - frozen_gain(PUMP, 1.0, 3)) < 4 * found.error
    assert frozen_gain(PUMP, 1.0, 3) - frozen_gain(PUMP, 1.0, 0) > 20 * found.error


@pytest.mark.parametrize(("steps", "exchange"), [(10, 1.0), (40, 1.0), (40, 0.3)])
def test_work_at_a_finite_rate_is_that_of_the_chain(steps, exchange):
    """Against the mean over the whole distribution, carried along by matrices."""
    found = sampled(drive=FiniteRate(steps), chains=4000, exchange=exchange, number=1, seed=steps)
    exact = driven_work(
        pump_energy, 1.0, 0.7, range(-12, 13), steps=steps, loops=3, exchange=exchange, start=1
    )
    assert abs(found.work - exact) < 4 * found.error < 0.15


def test_the_excess_falls_as_one_over_the_steps():
    """Exactly, by matrices: W - mu is linear in 1 / steps, and positive."""
    excess = [
        steps
        * (
            driven_work(
                pump_energy, 1.0, 0.7, range(-12, 13), steps=steps, loops=2, exchange=1.0, start=1
            )
            - 0.7
        )
        for steps in (100, 200)
    ]
    assert excess[0] > 0
    assert excess[1] == pytest.approx(excess[0], rel=0.02)


def test_one_neuron_goes_to_the_reservoir_in_each_loop():
    found = sampled(drive=FiniteRate(100), chains=4000)
    assert found.numbers[1] - found.numbers[0] == pytest.approx(-1, abs=0.2)
    assert found.q.size == found.forces.size == found.force_errors.size == 0


def test_the_length_of_the_loop_scales_nothing():
    long, short = (sampled(NeuronPump(length=length)).work for length in (10.0, 1.0))
    assert long == pytest.approx(short, rel=1e-12)


@pytest.mark.parametrize("drive", [QuasiStatic(32, 20), FiniteRate(20)])
def test_threads_change_nothing(drive):
    one, two = (sampled(drive=drive, chains=600, threads=threads) for threads in (1, 2))
    assert (one.work, one.error) == (two.work, two.error)


def test_the_error_is_the_spread_between_seeds():
    found = [sampled(drive=QuasiStatic(32, 40, 40), chains=16, seed=seed) for seed in range(40)]
    spread = np.std([one.work for one in found], ddof=1)
    # a standard deviation from 40 numbers is known to about 11 percent
    assert spread == pytest.approx(np.mean([one.error for one in found]), rel=0.35)


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ({"beta": 0.0}, "beta = 0.0: must be"),
        ({"chains": 1}, "chains = 1: must be an integer of at least 2"),
        ({"threads": 0}, "threads = 0: must be an integer of at least 1"),
        ({"exchange": 1.5}, r"exchange = 1.5: must be from 0 \(frozen\) to 1"),
        ({"number": 99}, "number = 99: must be from -60 to 60"),
        ({"number": -99, "drive": FiniteRate(5)}, "number = -99: must be from -60 to 60"),
    ],
)
def test_wrong_arguments(argument, message):
    with pytest.raises(ParameterError, match=message):
        sampled(**argument)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: QuasiStatic(points=1), "points = 1: must be an integer of at least 2"),
        (lambda: QuasiStatic(sweeps=0), "sweeps = 0: must be"),
        (lambda: QuasiStatic(burn_in=-1), "burn_in = -1: must be"),
        (lambda: FiniteRate(0), "steps = 0: must be an integer of at least 1"),
        (lambda: FiniteRate(5, loops=0), "loops = 0: must be"),
    ],
)
def test_wrong_drives(make, message):
    with pytest.raises(ParameterError, match=message):
        make()


def test_too_few_points():
    with pytest.raises(ResolutionError, match=r"points = 8: too few, .* wrong by 3.6e-03"):
        sampled(beta=3.0, drive=QuasiStatic(points=8))
    with pytest.raises(ResolutionError, match="points = 3: too few"):
        sampled(drive=QuasiStatic(points=3), exchange=0.0, number=0)


def test_a_chain_at_the_end_of_the_numbers():
    few = NeuronPump(lowest=-20)
    with pytest.raises(NormalisationError, match="a chain has reached N = -20"):
        sampled(few, drive=FiniteRate(20, loops=30))


def test_a_store_may_run_dry():
    store = NeuronPump(lowest=-2, store=True)
    assert sampled(store, drive=FiniteRate(40, loops=8)).work > 1.0


def test_a_table_that_is_too_large():
    with pytest.raises(SizeError, match=r"1000001 points of the loop: a table of .* at most"):
        sampled(drive=FiniteRate(1_000_000))
