"""Checks and controls of claims Q1 and Q2: two constants of Planck that must agree.

Every function takes `rng` and `profile` ("smoke" or "full") and returns a `Report`. A control is
the same comparison on input for which the claim must be rejected.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from qnpapers.emergent.bohr import bohr_test
from qnpapers.emergent.grid import Box
from qnpapers.emergent.madelung import madelung
from qnpapers.emergent.ring_levels import ring_levels
from qnpapers.evidence import Evidence, Report

RATIOS = (0.5, 0.8, 1.0, 1.25, 2.0)
"""Chemical potential over 2 pi hbar: the two constants agree at 1."""

ONE_CONSTANT = 1e-5
"""Relative spread below which the constants of all windings count as one."""


# Q1: one constant for all windings


def one_constant_if_tuned(*, rng: np.random.Generator, profile: str) -> Report:
    """Q1: Bohr's constants of all windings are one if and only if hbar = mu / 2 pi."""
    return Report(_misjudged(lambda ratio: ratio == 1.0, profile))


def one_constant_at_twice_the_quantum(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of Q1: as if the constants agreed at hbar = mu / 4 pi."""
    return Report(_misjudged(lambda ratio: ratio == 2.0, profile))


def _misjudged(predicted: Callable[[float], bool], profile: str) -> Evidence:
    windings = range(3 if profile == "smoke" else 6)
    hbar, wrong = 0.5, []
    for ratio in RATIOS:
        mu = 2 * math.pi * hbar * ratio
        constants = np.array([bohr_test(mu, hbar, n).from_levels for n in windings])
        spread = float(np.ptp(constants) / constants.mean())
        off = float(np.abs(constants / hbar - 1).max())
        if (max(spread, off) < ONE_CONSTANT) != predicted(ratio):
            wrong.append(f"mu / 2 pi hbar = {ratio:g}: spread {spread:.1e}, off by {off:.1e}")
    return Evidence(
        "ratios of mu to 2 pi hbar that are judged wrongly",
        len(wrong),
        0,
        len(RATIOS),
        wrong[0] if wrong else "all ratios as predicted",
    )


# Q1.1: what the ratio of the two does to Bohr's constants


def bohr_constants_follow_the_formula(*, rng: np.random.Generator, profile: str) -> Report:
    """Q1.1: (E_{n+1} - E_n) / omega = (mu / 2 pi) (2n + 1) / (2n + 2 pi hbar / mu)."""
    return Report(_from_formula(lambda n, ratio: (2 * n + 1) / (2 * n + 1 / ratio), profile))


def bohr_constants_as_if_tuned(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of Q1.1: mu / 2 pi for all windings and ratios."""
    return Report(_from_formula(lambda *_: 1.0, profile))


def _from_formula(formula: Callable[[int, float], float], profile: str) -> Evidence:
    windings = range(3 if profile == "smoke" else 6)
    cases = []
    for ratio in RATIOS:
        mu = math.pi * ratio  # hbar = 1/2
        for n in windings:
            measured = bohr_test(mu, 0.5, n).from_levels / (mu / (2 * math.pi))
            where = f"n = {n}, mu / 2 pi hbar = {ratio:g}: {measured:.5f}"
            cases.append((abs(measured - formula(n, ratio)), where))
    largest, where = max(cases)
    return Evidence(
        "largest |2 pi (E_{n+1} - E_n) / (omega mu) - formula|",
        largest,
        0.0,
        len(cases),
        where,
        tolerance=ONE_CONSTANT,
    )


# Q1.2: a reservoir that is not the same for all networks


def fringes_wash_out(*, rng: np.random.Generator, profile: str) -> Report:
    """Q1.2: with mu spread by sigma over the networks winding n has the visibility e^{-n^2 ...}."""
    return Report(_visibilities(rng, profile, power=2))


def fringes_wash_out_slowly(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of Q1.2: with n in the place of n^2."""
    return Report(_visibilities(rng, profile, power=1))


def _visibilities(rng: np.random.Generator, profile: str, power: int) -> Evidence:
    networks, hbar = (40_000 if profile == "smoke" else 4_000_000), 0.5
    worst, where = 0.0, "none"
    for sigma in (0.1, 0.3):
        shifts = rng.normal(0.0, sigma, networks)
        for n in (1, 2, 3):
            measured = abs(np.exp(1j * n * shifts / hbar).mean())
            predicted = math.exp(-(n**power) * sigma**2 / (2 * hbar**2))
            deviation = abs(measured - predicted) * math.sqrt(networks)
            if deviation > worst:
                worst, where = deviation, f"n = {n}, sigma = {sigma:g}: {measured:.4f}"
    return Evidence(
        "largest |visibility - formula| times the root of the number of networks",
        worst,
        0.0,
        6,
        where,
        tolerance=4.0,  # the variance of one term is at most 1
    )


# Q2: levels of a ring


def windings_are_levels(*, rng: np.random.Generator, profile: str) -> Report:
    """Q2: (n mu)^2 / 2 m L^2 is the energy of the fluid and a level at hbar = mu / 2 pi."""
    return Report(_levels(0.0))


def windings_are_levels_with_half_a_flux(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of Q2: with the boundary phase pi, where no winding is a level."""
    return Report(_levels(math.pi))


def _levels(flux: float) -> Evidence:
    cases = []
    for mu, mass, length in ((1.0, 1.0, 2 * math.pi), (0.3, 2.0, 1.5), (4.0, 0.25, 10.0)):
        hbar = mu / (2 * math.pi)
        levels = ring_levels(lambda q: 0 * q, hbar, mass, length, flux, 11)
        for n in range(6):
            energy = (n * mu) ** 2 / (2 * mass * length**2)
            unit = mu**2 / (2 * mass * length**2)
            fluid = _fluid_energy(n * mu, hbar, mass, length)
            off = max(np.abs(levels - energy).min(), abs(fluid - energy)) / unit
            cases.append((float(off), f"n = {n}, mu = {mu:g}, m = {mass:g}, L = {length:g}"))
    largest, where = max(cases)
    return Evidence(
        "largest distance of the energy of n from a level and from the fluid's, in units of E_1",
        largest,
        0.0,
        len(cases),
        where,
        tolerance=1e-9,
    )


def _fluid_energy(circulation: float, hbar: float, mass: float, length: float) -> float:
    """Energy of the Madelung fluid that flows evenly with this circulation."""
    points = 16
    flow = np.full(points, circulation / (mass * length))
    even = np.full(points, 1 / length)
    run = madelung(even, flow, None, Box.ring(length), hbar, mass, [0.0])
    return float(run.energy[0])
