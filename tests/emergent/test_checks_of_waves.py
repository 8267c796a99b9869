"""Checks of the action, of fluids and of superpositions: they pass, and they can fail."""

from __future__ import annotations

import inspect
import math
from dataclasses import replace

import numpy as np
import pytest

from qnpapers.emergent import (
    checks_action,
    checks_fluid,
    checks_superposition,
    madelung,
    schrodinger,
    vortices,
)
from qnpapers.emergent.identities import Identity
from qnpapers.evidence import Report, Verdict

MODULES = (checks_action, checks_fluid, checks_superposition)
CHECKS = {
    "action_is_entropy_production": Verdict.HOLDS,
    "stationary_flow_is_not_learning": Verdict.HOLDS,
    "constraint_is_fisher_information": Verdict.HOLDS,
    "every_multiplier_has_solutions": Verdict.HOLDS,
    "near_equilibrium_it_is_madelung": Verdict.CONDITIONAL,
    "learning_term_lowers_hbar": Verdict.HOLDS,
    "noise_that_follows_mobility": Verdict.HOLDS,
    "fluid_is_wave": Verdict.HOLDS,
    "fluid_fails_near_nodes": Verdict.HOLDS,
    "circulation_is_conserved": Verdict.HOLDS,
    "twisted_wave_is_the_fluid": Verdict.HOLDS,
    "cut_wave_is_wrong_unless_quantised": Verdict.HOLDS,
    "gradients_explain_no_vortex": Verdict.HOLDS,
    "circulation_around_nodes_is_quantised": Verdict.HOLDS,
    "fringes_measure_hbar": Verdict.HOLDS,
    "superpositions_have_vortices": Verdict.HOLDS,
    "multiples_are_not_closed": Verdict.HOLDS,
    "branches_are_invisible": Verdict.HOLDS,
    "small_hbar_is_classical": Verdict.CONDITIONAL,
    "caustic_ends_the_classical_flow": Verdict.HOLDS,
}
CONTROLS = [
    "action_with_half_the_noise_term",
    "stationary_flow_taken_for_learning",
    "constraint_as_imposed",
    "one_planck_constant_for_all",
    "madelung_with_another_constant",
    "learning_term_neglected",
    "noise_that_does_not",
    "fluid_without_quantum_potential",
    "fluid_far_from_nodes",
    "circulation_of_a_periodic_wave",
    "wave_with_half_the_twist",
    "defect_of_the_twisted_wave",
    "gradients_explain_a_potential_flow",
    "circulation_with_another_hbar",
    "fringes_of_another_hbar",
    "superpositions_of_packets_at_rest",
    "multiples_of_one_are_closed",
    "half_branches_are_invisible",
    "small_hbar_after_a_caustic",
    "caustic_with_quantum_potential",
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


def test_every_check_of_the_modules_is_listed_here():
    assert set(FOUND) == {*CHECKS, *CONTROLS}
    assert len(CHECKS) == len(CONTROLS)


@pytest.mark.parametrize("name", CHECKS)
def test_checks_pass(name):
    report = run(name)
    assert report.verdict == CHECKS[name], report
    assert report.inside.cases > 0
    assert report.inside.worst


@pytest.mark.parametrize("name", CONTROLS)
def test_controls_are_rejected(name):
    report = run(name)
    assert report.verdict == Verdict.FAILS, report
    assert report.inside.cases > 0


@pytest.mark.parametrize(
    "name",
    [
        "circulation_around_nodes_is_quantised",
        "superpositions_have_vortices",
        "multiples_are_not_closed",
        "branches_are_invisible",
    ],
)
def test_checks_that_draw_pass_at_other_seeds_and_repeat(name):
    for seed in (2, 20201214):
        assert run(name, seed).verdict == Verdict.HOLDS
    assert run(name, 3) == run(name, 3)


# A check that cannot fail shows nothing: break the library, and see the verdict change.


def other_hbar(function):
    def wrong(psi, potential, box, hbar, *others, **options):
        return function(psi, potential, box, 1.02 * hbar, *others, **options)

    return wrong


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (checks_action, "constraint_is_fisher_information"),
        (checks_action, "every_multiplier_has_solutions"),
        (checks_action, "stationary_flow_is_not_learning"),
        (checks_action, "noise_that_follows_mobility"),
        (checks_fluid, "fluid_is_wave"),
        (checks_fluid, "fluid_fails_near_nodes"),
        (checks_fluid, "twisted_wave_is_the_fluid"),
        (checks_superposition, "fringes_measure_hbar"),
    ],
)
def test_a_wave_with_an_hbar_two_percent_off_is_noticed(monkeypatch, module, name):
    monkeypatch.setattr(module, "schrodinger", other_hbar(schrodinger))
    assert run(name).verdict == Verdict.FAILS


@pytest.mark.parametrize("name", ["learning_term_lowers_hbar", "every_multiplier_has_solutions"])
def test_a_flow_with_a_multiplier_one_percent_off_is_noticed(monkeypatch, name):
    right = checks_action.stationary_flow

    def wrong(*fields, lam, **options):
        return right(*fields, lam=1.01 * lam, **options)

    monkeypatch.setattr(checks_action, "stationary_flow", wrong)
    assert run(name).verdict == Verdict.FAILS


def test_computer_algebra_that_proves_nothing_is_noticed(monkeypatch):
    monkeypatch.setattr(Identity, "proved", lambda *_: False)
    report = run("action_is_entropy_production")
    assert report.verdict == Verdict.FAILS
    assert report.inside.measured == 5
    assert run("near_equilibrium_it_is_madelung").verdict == Verdict.FAILS


def test_computer_algebra_that_proves_everything_accepts_the_controls(monkeypatch):
    monkeypatch.setattr(Identity, "proved", lambda *_: True)
    assert run("action_with_half_the_noise_term").verdict == Verdict.HOLDS
    assert run("near_equilibrium_it_is_madelung").verdict == Verdict.HOLDS


def test_a_fluid_that_never_stops_is_noticed(monkeypatch):
    def restless(*arguments, **options):
        return replace(madelung(*arguments, **options), status="completed", stopped=1e9)

    monkeypatch.setattr(checks_fluid, "madelung", restless)
    monkeypatch.setattr(checks_superposition, "madelung", restless)
    assert run("fluid_fails_near_nodes").verdict == Verdict.FAILS
    assert run("caustic_ends_the_classical_flow").verdict == Verdict.FAILS


def test_a_fluid_whose_circulation_drifts_is_noticed(monkeypatch):
    def leaking(*arguments, **options):
        found = madelung(*arguments, **options)
        return replace(found, gradient=found.gradient * (1 - 1e-6))

    monkeypatch.setattr(checks_fluid, "madelung", leaking)
    assert run("circulation_is_conserved").verdict == Verdict.FAILS


def test_windings_counted_with_the_wrong_sign_are_noticed(monkeypatch):
    def mirrored(psi, grid):
        return vortices(psi.conj(), grid)

    monkeypatch.setattr(checks_fluid, "vortices", mirrored)
    assert run("circulation_around_nodes_is_quantised").verdict == Verdict.FAILS


def test_a_classical_density_of_another_flow_is_noticed(monkeypatch):
    right = checks_superposition.classical_density
    monkeypatch.setattr(
        checks_superposition, "classical_density", lambda q, time: right(q, 1.02 * time)
    )
    assert run("small_hbar_is_classical").verdict == Verdict.FAILS


# What the checks are made of


@pytest.mark.parametrize(
    ("quanta", "published"), [(0.0, 0.0), (0.25, 0.385), (0.5, 0.551), (0.75, 0.386), (1.0, 0.0)]
)
def test_the_defect_is_that_of_the_prototype(quanta, published):
    """Measured before this library was written, on a coarser grid that smooths the jump."""
    assert checks_fluid.wallstrom_defect(quanta) == pytest.approx(published, abs=0.006)


def test_the_defect_does_not_depend_on_the_grid():
    """The jump is resolved slowly: errors fall like its tail, one over the number of points."""
    fine, finer = (checks_fluid.wallstrom_defect(0.5, points=n) for n in (1024, 2048))
    assert fine == pytest.approx(finer, abs=1e-3)


@pytest.mark.parametrize("time", [0.5, 0.9])
def test_classical_particles_are_conserved(time):
    q = 2 * math.pi * np.arange(4096) / 4096
    density = checks_superposition.classical_density(q, time)
    assert density.mean() * 2 * math.pi == pytest.approx(1, abs=1e-8)


def test_three_branches_after_the_caustic_by_hand():
    """At q = 0, t = 2 the rays that arrive start at 0 and where a = 2 sin a, a = +-1.8955."""
    start = 1.895494267
    expected = (1 + 2 / abs(1 - 2 * math.cos(start))) / (2 * math.pi)
    found = checks_superposition.classical_density(np.array([1e-9]), 2.0)
    assert found[0] == pytest.approx(expected, rel=1e-6)


def test_the_nearest_wave_of_unequal_noise_lies_between_the_two_constants():
    distance, hbar = checks_action.nearest_wave(np.array([0.5, 1.0]), np.array([1.0, 2.0]), 0.5)
    assert 0.5 < hbar < 1.0
    assert distance > 0.01


def test_uncorrelated_variables_need_no_common_constant():
    """A product of two packets is a product of waves, each with its own constant."""
    hbars, masses = np.array([0.5, 1.0]), np.array([1.0, 2.0])
    fluid = checks_action.gaussian_fluid(
        checks_action.GaussianFluid(np.zeros(2), np.eye(2), np.zeros(2), np.zeros((2, 2))),
        np.zeros((2, 2)),
        hbars.tolist(),
        masses.tolist(),
        [0.0, 1.0],
    )
    expected = 1 + (hbars / (2 * masses)) ** 2
    np.testing.assert_allclose(np.diag(fluid.covariance[-1]), expected, rtol=1e-10)
    assert fluid.covariance[-1][0, 1] == 0
