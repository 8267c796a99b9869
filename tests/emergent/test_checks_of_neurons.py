"""Checks of the pump, of Planck's constant and of trajectories: they pass, and they can fail."""

from __future__ import annotations

import inspect
from dataclasses import replace

import numpy as np
import pytest

from qnpapers.emergent import checks_planck, checks_pump, checks_trajectories
from qnpapers.evidence import Report, Verdict

MODULES = (checks_pump, checks_planck, checks_trajectories)
CHECKS = {
    "numbers_are_derivatives": Verdict.HOLDS,
    "a_neuron_costs_mu": Verdict.HOLDS,
    "force_is_mean_of_canonical_forces": Verdict.HOLDS,
    "potential_gains_mu_on_a_loop": Verdict.CONDITIONAL,
    "a_store_runs_dry": Verdict.HOLDS,
    "circulation_is_mu": Verdict.CONDITIONAL,
    "excess_falls_with_the_speed": Verdict.HOLDS,
    "one_constant_if_tuned": Verdict.HOLDS,
    "bohr_constants_follow_the_formula": Verdict.HOLDS,
    "fringes_wash_out": Verdict.HOLDS,
    "windings_are_levels": Verdict.HOLDS,
    "learners_sample_the_wave": Verdict.FAILS,
    "nelson_and_bohm_sample_the_wave": Verdict.HOLDS,
    "only_paths_know_the_other": Verdict.HOLDS,
    "learners_at_rest_are_a_stationary_state": Verdict.CONDITIONAL,
}
CONTROLS = [
    "numbers_without_temperature",
    "a_neuron_costs_exactly_mu",
    "force_at_the_most_probable_number",
    "potential_of_frozen_neurons",
    "a_store_never_runs_dry",
    "circulation_of_a_periodic_network",
    "excess_without_exchange",
    "one_constant_at_twice_the_quantum",
    "bohr_constants_as_if_tuned",
    "fringes_wash_out_slowly",
    "windings_are_levels_with_half_a_flux",
    "learners_without_noise",
    "nelson_without_the_density",
    "paths_of_independent_oscillators",
    "learners_at_rest_in_another_potential",
]
FOUND = {
    name: function
    for module in MODULES
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if function.__module__ == module.__name__
    and list(inspect.signature(function).parameters) == ["rng", "profile"]
}


def run(name: str, seed: int = 1) -> Report:
    return FOUND[name](rng=np.random.default_rng(seed), profile="smoke")


def test_every_check_is_listed_here():
    assert set(FOUND) == {*CHECKS, *CONTROLS}


@pytest.mark.parametrize("seed", [1, 20201210])
@pytest.mark.parametrize("name", CHECKS)
def test_checks_have_their_verdicts(name, seed):
    report = run(name, seed)
    assert report.verdict == CHECKS[name], report
    assert report.inside.cases > 1
    assert np.isfinite(report.inside.measured)


@pytest.mark.parametrize("seed", [1, 20201210])
@pytest.mark.parametrize("name", CONTROLS)
def test_controls_are_rejected(name, seed):
    report = run(name, seed)
    assert report.verdict == Verdict.FAILS, report
    assert np.isfinite(report.inside.measured)


@pytest.mark.parametrize(
    "name", ["circulation_is_mu", "fringes_wash_out", "learners_sample_the_wave"]
)
def test_the_same_seed_gives_the_same_evidence(name):
    assert run(name) == run(name)


# A check that cannot fail shows nothing: break the library, and see the verdict change.


def broken(monkeypatch, module, name, change):
    right = getattr(module, name)
    monkeypatch.setattr(module, name, lambda *args, **options: change(right(*args, **options)))


def test_a_gain_that_is_off_by_a_little_is_noticed(monkeypatch):
    broken(monkeypatch, checks_pump, "potential_gain", lambda gain: gain * (1 + 1e-10))
    assert run("potential_gains_mu_on_a_loop").verdict == Verdict.FAILS
    assert run("a_store_runs_dry").verdict == Verdict.FAILS


def test_a_periodic_network_that_pumps_would_lift_the_condition(monkeypatch):
    monkeypatch.setattr(checks_pump, "PeriodicNetwork", checks_pump.NeuronPump)
    assert run("potential_gains_mu_on_a_loop").verdict == Verdict.HOLDS


def test_probabilities_that_are_off_are_noticed(monkeypatch):
    def flatter(one):
        weights = one.probabilities**0.99
        return replace(one, probabilities=weights / weights.sum(axis=1, keepdims=True))

    broken(monkeypatch, checks_pump, "grand_canonical", flatter)
    for name in ("numbers_are_derivatives", "force_is_mean_of_canonical_forces"):
        assert run(name).verdict == Verdict.FAILS


def test_work_that_is_off_by_two_percent_is_noticed(monkeypatch):
    broken(monkeypatch, checks_pump, "loop_work", lambda one: replace(one, work=1.02 * one.work))
    assert run("circulation_is_mu").verdict == Verdict.FAILS


def test_an_excess_that_stays_is_noticed(monkeypatch):
    broken(monkeypatch, checks_pump, "loop_work", lambda one: replace(one, work=one.work + 0.3))
    assert run("excess_falls_with_the_speed").verdict == Verdict.FAILS


def test_a_frequency_that_is_off_is_noticed(monkeypatch):
    broken(
        monkeypatch, checks_planck, "bohr_test", lambda one: replace(one, fast=one.fast * 1.0001)
    )
    for name in ("one_constant_if_tuned", "bohr_constants_follow_the_formula"):
        assert run(name).verdict == Verdict.FAILS


def test_levels_that_are_off_are_noticed(monkeypatch):
    broken(monkeypatch, checks_planck, "ring_levels", lambda levels: levels + 1e-6)
    assert run("windings_are_levels").verdict == Verdict.FAILS


def test_walkers_that_are_shifted_are_noticed(monkeypatch):
    broken(
        monkeypatch,
        checks_trajectories,
        "guided_walkers",
        lambda run: replace(run, counts=np.roll(run.counts, 1, axis=1)),
    )
    assert run("nelson_and_bohm_sample_the_wave").verdict == Verdict.FAILS


def test_learners_that_obey_nelson_would_sample_the_wave(monkeypatch):
    monkeypatch.setattr(checks_trajectories, "LEARNER", checks_trajectories.NELSON)
    assert run("learners_sample_the_wave").verdict == Verdict.HOLDS


class Telling:
    """A wave whose first oscillator feels the second one also after they were separated."""

    def __init__(self, wave):
        self.wave = wave

    def after(self, time, stiffness):
        return self.wave.after(time, stiffness + np.array([[0, 0.1], [0.1, 0]]))

    def flow(self, time, stiffness, steps):
        return self.wave.flow(time, stiffness, steps)


def test_a_density_that_tells_is_noticed(monkeypatch):
    broken(monkeypatch, checks_trajectories, "ground_state", Telling)
    assert run("only_paths_know_the_other").verdict == Verdict.FAILS


def test_a_potential_that_is_off_is_noticed(monkeypatch):
    broken(
        monkeypatch,
        checks_trajectories,
        "equilibrium_potential",
        lambda V: lambda q: V(q) + 0.1 * q,
    )
    assert run("learners_at_rest_are_a_stationary_state").verdict == Verdict.FAILS
