"""Checks and controls of claims B1 to B3: criticality, and the noise of real gradients.

Every function takes `rng` and `profile` ("smoke" or "full") and returns a `Report`. A control is
the same comparison on input for which the claim must be rejected.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from qnpapers.emergent.cell_grid import CellGrid
from qnpapers.emergent.digit_network import DigitNetwork, digits
from qnpapers.emergent.fokker_planck import fokker_planck
from qnpapers.emergent.gaussian_units import GaussianHiddenUnits, critical_unit
from qnpapers.emergent.gradient_noise import (
    Divide,
    NoiseRun,
    measure_gradient_noise,
    noise_exponent,
)
from qnpapers.emergent.rule import LearningRule
from qnpapers.evidence import Evidence, Report

NETWORK = DigitNetwork(hidden=8, decay=0.01)

EXPONENTS: dict[Divide, float] = {"nothing": 0.0, "root of noise": 0.5, "noise": 1.0}
"""The exponent a that each update rule has by construction."""


# B1: a power law from a coupling of fourth order


def quartic_coupling_gives_power_law(*, rng: np.random.Generator, profile: str) -> Report:
    """B1: p ~ |q|^(-T_x / T_q) away from the critical point, after long learning."""
    return Report(_power_law(critical_unit(), profile))


def bias_coupling_gives_power_law(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of B1: q acts on the unit as a bias, a coupling of second order."""
    by_bias = GaussianHiddenUnits(
        np.zeros((1, 1)), np.zeros(1), bias_slope=np.ones(1), ridge=0.01, decay=0.1
    )
    return Report(_power_law(by_bias, profile))


def _power_law(network: GaussianHiddenUnits, profile: str) -> Evidence:
    """Slope of ln p in ln sqrt(k + q^2), weight decay divided out, for three temperatures."""
    grid, cases = CellGrid(-24, 24, 2400), []
    window = (grid.centres > 0.3) & (grid.centres < 1.5)
    q = grid.centres[window]
    for diffusion in (0.5, 1.0) if profile == "smoke" else (0.5, 0.75, 1.0, 1.5):
        rule = LearningRule(beta=1.0, gamma=-1.0, diffusion=diffusion)
        run = fokker_planck(network, grid, rule, grid.gaussian(1.0, 0.3), [60.0])
        flat = np.log(run.density[0][window]) + network.decay * q**2 / (2 * diffusion)
        slope = np.polyfit(np.log(np.sqrt(network.ridge + q**2)), flat, 1)[0]
        cases.append((abs(slope + 1 / diffusion), f"T_q = {diffusion:g} T_x: slope {slope:.3f}"))
    worst, where = max(cases)
    return Evidence(
        "largest |exponent of |q| + T_x / T_q|",
        float(worst),
        0.0,
        len(cases),
        where,
        tolerance=0.02,
    )


# B2: metric and noise


def metric_is_a_power_of_noise(*, rng: np.random.Generator, profile: str) -> Report:
    """B2: the exponents of three update rules, measured from temperatures on real digits."""
    theta = _trained(rng)
    runs = {divide: _run(theta, divide, rng, profile) for divide in EXPONENTS}
    return Report(_exponent_errors(runs))


def metric_is_a_power_of_foreign_noise(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of B2: each weight gets the noise of another one."""
    theta = _trained(rng)
    run = _run(theta, "nothing", rng, profile)
    order = rng.permutation(run.noise.shape[1])
    return Report(_exponent_errors({"nothing": replace(run, noise=run.noise[:, order])}))


def _exponent_errors(runs: dict[Divide, NoiseRun]) -> Evidence:
    cases = []
    for divide, run in runs.items():
        found = noise_exponent(run)
        what = f"divided by {divide}: a = {found.value:.3f} +- {found.error:.3f}"
        cases.append((abs(found.value - EXPONENTS[divide]), what))
    worst, where = max(cases)
    return Evidence(
        "largest |a - exponent of the rule|", worst, 0.0, len(cases), where, tolerance=0.05
    )


# B3: one Planck constant?


def plain_descent_has_one_temperature(*, rng: np.random.Generator, profile: str) -> Report:
    """B3: diffusion over mobility of the noisiest weights against that of the quietest."""
    return Report(_temperature_ratio("nothing", rng, profile))


def root_of_noise_has_one_temperature(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of B3: steps divided by the root of the noise (RMSProp)."""
    return Report(_temperature_ratio("root of noise", rng, profile))


def _temperature_ratio(divide: Divide, rng: np.random.Generator, profile: str) -> Evidence:
    found = noise_exponent(_run(_trained(rng), divide, rng, profile))
    noise = found.noise[-1] / found.noise[0]
    return Evidence(
        "temperature of the noisiest weights / of the quietest",
        float(found.temperature[-1] / found.temperature[0]),
        1.0,
        len(found.noise),
        f"steps divided by {divide}, noise differs by a factor of {noise:.0f}",
        tolerance=0.5,
    )


def _trained(rng: np.random.Generator) -> np.ndarray:
    """Weights of one copy near a minimum, shape (1, parameters)."""
    theta, data = NETWORK.start(1, rng=rng), digits()
    for _ in range(3000):
        chosen = rng.integers(len(data.images), size=(1, 16))
        theta -= 0.2 * NETWORK.gradient(theta, data.images[chosen], data.targets[chosen])
    return theta


def _run(theta: np.ndarray, divide: Divide, rng: np.random.Generator, profile: str) -> NoiseRun:
    copies, steps = (4, 4000) if profile == "smoke" else (8, 20_000)
    start = np.repeat(theta, copies, axis=0)
    return measure_gradient_noise(NETWORK, start, divide=divide, steps=steps, rng=rng)
