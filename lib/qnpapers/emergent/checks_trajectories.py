"""Checks and controls of claims N1 to N3 and D1.1: who samples the square of the wave function.

Every function takes `rng` and `profile` ("smoke" or "full") and returns a `Report`. A control is
the same comparison on input for which the claim must be rejected.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from qnpapers.emergent.binary_units import eight_units
from qnpapers.emergent.cell_grid import CellGrid
from qnpapers.emergent.equilibrium_wave import equilibrium_potential
from qnpapers.emergent.fokker_planck import equilibrium_density, fokker_planck
from qnpapers.emergent.gaussian_pair import ground_state
from qnpapers.emergent.grid import Box
from qnpapers.emergent.guided_walkers import (
    BOHM,
    LEARNER,
    NELSON,
    Guidance,
    free_packets,
    guided_walkers,
)
from qnpapers.emergent.rule import LearningRule
from qnpapers.emergent.schrodinger import schrodinger
from qnpapers.evidence import Evidence, Report

AT_THE_FLOOR = 1.5
"""Distance to |psi|^2, in units of what sampling alone gives, up to which walkers sample it.

The floor is a sum over about a hundred cells, so that it scatters by a tenth.
"""

COUPLED = np.array([[1.0, -0.8], [-0.8, 1.0]])
"""Stiffness of two oscillators that were coupled."""


# N1 and N2: which rule samples |psi|^2


def learners_sample_the_wave(*, rng: np.random.Generator, profile: str) -> Report:
    """N1: independent learners, drift gamma F' and noise D = hbar / 2m."""
    return Report(_distance([LEARNER], rng, profile))


def learners_without_noise(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of N1: the same drift, which is half of the flow, and no noise."""
    return Report(_distance([Guidance(LEARNER.current, 0.0, 0.0)], rng, profile))


def nelson_and_bohm_sample_the_wave(*, rng: np.random.Generator, profile: str) -> Report:
    """N2: drift 2 gamma F' + D d ln p with noise, and drift 2 gamma F' without."""
    return Report(_distance([NELSON, BOHM], rng, profile))


def nelson_without_the_density(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of N2: drift 2 gamma F' and noise, but no term with the density."""
    return Report(_distance([Guidance(1.0, 0.0, 1.0)], rng, profile))


def sloshing(q: np.ndarray, time: float) -> np.ndarray:
    """Ground and first excited state of an oscillator in equal parts, hbar = m = omega = 1."""
    ground = np.pi**-0.25 * np.exp(-(q**2) / 2 - 0.5j * time)
    return ground * (1 + np.sqrt(2) * q * np.exp(-1j * time)) / np.sqrt(2)


def cell_densities(
    wave: Callable[[np.ndarray, float], np.ndarray], time: float, grid: CellGrid
) -> np.ndarray:
    """Mean of |psi|^2 over each cell, by the rule of Gauss with four points."""
    nodes, weights = np.polynomial.legendre.leggauss(4)
    places = grid.centres[:, None] + grid.width / 2 * nodes
    return np.abs(wave(places, time)) ** 2 @ weights / 2


def _distance(rules: list[Guidance], rng: np.random.Generator, profile: str) -> Evidence:
    slit = partial(free_packets, centres=(-2.5, 2.5), width=0.5, hbar=1.0, mass=1.0)
    walkers, step = (10_000, 0.005) if profile == "smoke" else (50_000, 0.002)
    grid, cases = CellGrid(-18, 18, 240), []
    for name, wave, time in (("double slit", slit, 1.2), ("sloshing", sloshing, 1.0)):
        cells = cell_densities(wave, time, grid)
        for rule in rules:
            run = guided_walkers(
                wave, walkers, rule, hbar=1.0, mass=1.0, times=[time], step=step, grid=grid, rng=rng
            )
            ratio = float(run.distances(cells)[0] / run.noise_floors(cells))
            cases.append((ratio, f"{name}, {rule}"))
    largest, where = max(cases)
    return Evidence(
        "largest L1 distance to |psi|^2, in units of the noise of sampling",
        largest,
        AT_THE_FLOOR,
        len(cases),
        where,
        relation="<=",
    )


# N3: paths know what is done far away, densities do not


def only_paths_know_the_other(*, rng: np.random.Generator, profile: str) -> Report:
    """N3: a change at the second of two entangled oscillators, seen at the first."""
    return Report(_seen_at_the_first(COUPLED))


def paths_of_independent_oscillators(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of N3: oscillators that never were coupled; nothing is seen at all."""
    return Report(_seen_at_the_first(np.diag(np.diag(COUPLED))))


def _seen_at_the_first(stiffness: np.ndarray) -> Evidence:
    wave, cases = ground_state(stiffness, hbar=1.0, mass=1.0), []
    for time in (0.5, 1.0, 2.0):
        for second in (0.0, 4.0, 9.0):
            ends = [np.diag([1.0, k]) for k in (1.0, second)]
            variances = [wave.after(time, K).covariance[0, 0] for K in ends]
            paths = [wave.flow(time, K, steps=100)[0] for K in ends]
            told = abs(variances[1] - variances[0])
            known = float(np.abs(paths[1] - paths[0]).max())
            where = f"t = {time:g}, stiffness {second:g}: density {told:.1e}, path {known:.1e}"
            cases.append((told / known if known > 1e-9 else 1.0, where))  # 1: nothing to know
    largest, where = max(cases)
    return Evidence(
        "change of the first one's variance over the change of its paths",
        largest,
        0.0,
        len(cases),
        where,
        tolerance=1e-10,
    )


# D1.1: the learning equilibrium is a stationary state


def learners_at_rest_are_a_stationary_state(*, rng: np.random.Generator, profile: str) -> Report:
    """D1.1: equal densities of learners and of a wave at equilibrium. Outside: on the way to it."""
    return Report(_apart(profile, None, 1.0), _apart(profile, (0.5, 0.4), 1.0))


def learners_at_rest_in_another_potential(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of D1.1: a wave in half of the potential that belongs to the equilibrium."""
    return Report(_apart(profile, None, 0.5))


def _apart(profile: str, displaced: tuple[float, float] | None, share: float) -> Evidence:
    network, rule = eight_units(), LearningRule()
    grid = CellGrid(-6, 6, 300 if profile == "smoke" else 600)
    times = np.array([0.0, 0.5, 1.0, 1.5])
    start = grid.gaussian(*displaced) if displaced else equilibrium_density(network, grid, rule)
    learners = fokker_planck(network, grid, rule, start, times).density
    potential = equilibrium_potential(network, rule, mass=1.0)
    box = Box.line(grid.low + grid.width / 2, grid.high + grid.width / 2)  # the same points
    wave = schrodinger(
        np.sqrt(start), lambda q: share * potential(q), box, 2 * rule.diffusion, 1.0, times
    )
    distances = np.abs(wave.density - learners).sum(axis=1) * grid.width
    worst = int(distances.argmax())
    return Evidence(
        "largest L1 distance between the densities of learners and of the wave",
        float(distances[worst]),
        0.0,
        len(times),
        f"time {times[worst]:g}, from {displaced or 'the equilibrium'}",
        tolerance=1e-3,  # cells against points: the square of the width
    )
