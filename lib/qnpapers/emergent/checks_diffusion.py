"""Checks and controls of claims L1 to L4: learning as diffusion.

Every function takes `rng` and `profile` ("smoke" or "full") and returns a `Report`. A control is
the same comparison on input for which the claim must be rejected.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from qnpapers.emergent.binary_units import BinaryHiddenUnits, eight_units
from qnpapers.emergent.cell_grid import CellGrid
from qnpapers.emergent.fokker_planck import (
    entropy_rates,
    equilibrium_density,
    fokker_planck,
)
from qnpapers.emergent.learning import normal_start, simulate_learning
from qnpapers.emergent.rule import LearningRule
from qnpapers.emergent.two_time_scales import joint_equilibrium
from qnpapers.evidence import Evidence, Report

RULE = LearningRule(beta=1.0, gamma=-1.0, diffusion=0.25)
"""Descent, with trainable variables four times colder than the hidden ones."""

FOUR_UNITS = BinaryHiddenUnits(
    np.array([0.9, -0.7, 0.5, 0.8]), np.array([0.2, 0.5, -0.3, 0.1]), decay=2.5
)

FAST = 0.002
"""Relaxation time that counts as fast; the trainable variable moves in times of order 1."""


# L1: fast hidden variables


def fast_units_give_diffusion(*, rng: np.random.Generator, profile: str) -> Report:
    """L1: the stationary density with hidden units of their own against that of F.

    Inside: hidden units that relax in the time `FAST`. Outside: in a time of order 1.
    """
    expected = equilibrium_density(FOUR_UNITS, _grid(FAST), RULE)
    slow_expected = equilibrium_density(FOUR_UNITS, _grid(1.0), RULE)
    return Report(_distance(RULE, FAST, expected), _distance(RULE, 1.0, slow_expected))


def fast_units_follow_their_best_state(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of L1: the diffusion of learners whose hidden units are always in the best state."""
    grid = _grid(FAST)
    lowest = FOUR_UNITS.energies(grid.centres).min(axis=-1)
    weights = np.exp(-(lowest - lowest.min()) / RULE.temperature)
    return Report(_distance(RULE, FAST, weights / (weights.sum() * grid.width)))


def equal_temperatures_give_free_energy(*, rng: np.random.Generator, profile: str) -> Report:
    """L1b: T_q = T_x; the density is exp(-beta F) for fast and for slow hidden units."""
    return Report(_worst_distance(1.0))


def unequal_temperatures_give_free_energy(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of L1b: trainable variables that are four times colder."""
    return Report(_worst_distance(0.25))


def _grid(relaxation: float) -> CellGrid:
    """Cells narrow enough for this relaxation time."""
    return CellGrid(-8, 7, int(15 / min(0.05, np.sqrt(relaxation * RULE.diffusion))) + 1)


def _distance(rule: LearningRule, relaxation: float, expected: np.ndarray) -> Evidence:
    grid = _grid(relaxation)
    density = joint_equilibrium(FOUR_UNITS, grid, rule, relaxation).sum(axis=0)
    distance = float(np.abs(density - expected).sum() * grid.width)
    return Evidence(
        "L1 distance of stationary densities",
        distance,
        0.0,
        1,
        f"relaxation time {relaxation:g}, T_q = {rule.temperature:g}, T_x = {1 / rule.beta:g}",
        tolerance=0.01,
    )


def _worst_distance(temperature: float) -> Evidence:
    rule = LearningRule(beta=1.0, gamma=-1.0, diffusion=temperature)
    cases = [
        _distance(rule, relaxation, equilibrium_density(FOUR_UNITS, _grid(relaxation), rule))
        for relaxation in (0.05, 0.5, 5.0)
    ]
    worst = max(cases, key=lambda case: case.measured)
    return replace(worst, cases=len(cases), tolerance=1e-9)


# L2: the ensemble


def ensemble_follows_fokker_planck(*, rng: np.random.Generator, profile: str) -> Report:
    """L2: the L1 distance of histogram and density, in units of the sampling noise."""
    return Report(_excess(RULE, rng, profile))


def ensemble_follows_other_diffusion(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of L2: the Fokker-Planck equation with a diffusion that is a quarter larger."""
    return Report(_excess(replace(RULE, diffusion=1.25 * RULE.diffusion), rng, profile))


def _excess(rule: LearningRule, rng: np.random.Generator, profile: str) -> Evidence:
    size, step = (50_000, 0.005) if profile == "smoke" else (1_000_000, 0.00125)
    fine, cases = CellGrid(-6, 6, 960), []
    for decay in (1.0, 2.5):
        network = eight_units(decay)
        density = fokker_planck(network, fine, rule, fine.gaussian(1.5, 0.4), [1.0]).density
        expected = density.reshape(1, 120, 8).mean(axis=2)
        run = simulate_learning(
            network,
            size,
            RULE,
            start=normal_start(1.5, 0.4),
            times=[1.0],
            step=step,
            grid=CellGrid(-6, 6, 120),
            rng=rng,
        )
        ratio = float(run.distances(expected)[0] / run.noise_floors(expected)[0])
        cases.append((ratio, f"decay {decay}, {size} learners"))
    worst, where = max(cases)
    return Evidence("L1 distance / sampling noise", worst, 1.0, len(cases), where, "<=", 0.5)


# L3: production and destruction of entropy


def entropy_rate_is_production_less_destruction(
    *, rng: np.random.Generator, profile: str
) -> Report:
    """L3: dS/dt by differences along a Fokker-Planck run."""
    return Report(_rate_differences(learning=1.0, profile=profile))


def entropy_rate_is_production(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of L3: without the term of learning."""
    return Report(_rate_differences(learning=0.0, profile=profile))


def _rate_differences(learning: float, profile: str) -> Evidence:
    cells = 600 if profile == "smoke" else 2400
    grid, times, cases = CellGrid(-6, 6, cells), np.linspace(0.1, 2, 96), []
    for decay in (1.0, 2.5):
        run = fokker_planck(eight_units(decay), grid, RULE, grid.gaussian(1.5, 0.4), times)
        S, h = run.entropy, times[1] - times[0]
        measured = (8 * (S[3:-1] - S[1:-3]) - S[4:] + S[:-4]) / (12 * h)
        expected = (run.production - learning * run.destruction)[2:-2]
        at = int(np.abs(measured - expected).argmax())
        difference = float(abs(measured - expected)[at])
        cases.append((difference, f"decay {decay}, time {times[at + 2]:.2f}, {cells} cells"))
    worst, where = max(cases)
    # Order 2: the error is 1.3e-3 with 600 cells.
    allowed = 3e-3 * (600 / cells) ** 2
    return Evidence("largest |dS/dt - rates|", worst, 0.0, len(cases), where, tolerance=allowed)


# L4: balance


def production_balances_destruction(*, rng: np.random.Generator, profile: str) -> Report:
    """L4: 4 D int |d sqrt p|^2 = -gamma <F''> at the learning equilibrium."""
    return Report(_imbalance(RULE.diffusion))


def production_balances_destruction_when_cold(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of L4: the equilibrium of learners with half the diffusion."""
    return Report(_imbalance(RULE.diffusion / 2))


def _imbalance(diffusion: float) -> Evidence:
    cases = []
    for decay in (1.0, 2.5):
        network, grid = eight_units(decay), CellGrid(-8, 8, 1600)
        p = equilibrium_density(network, grid, replace(RULE, diffusion=diffusion))
        production, destruction = (float(rate) for rate in entropy_rates(network, grid, RULE, p))
        cases.append((abs(production / destruction - 1), f"decay {decay}: {destruction:.5f}"))
    worst, where = max(cases)
    return Evidence("|production / destruction - 1|", worst, 0.0, len(cases), where, tolerance=1e-3)
