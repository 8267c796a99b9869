"""Checks and controls of claims A1, A3 to A5 and M1 to M3: the action and what follows from it.

Every function takes `rng` and `profile` ("smoke" or "full") and returns a `Report`. A control is
the same comparison on input for which the claim must be rejected.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.optimize import minimize_scalar

from qnpapers.emergent.action import MadelungAction, madelung_action
from qnpapers.emergent.gaussian_fluid import GaussianFluid, gaussian_fluid
from qnpapers.emergent.grid import Box, Grid
from qnpapers.emergent.identities import identities
from qnpapers.emergent.ripple import ripple_hbar_squared
from qnpapers.emergent.schrodinger import WaveRun, schrodinger
from qnpapers.emergent.stationary_flow import stationary_flow
from qnpapers.evidence import Evidence, Report

GAMMA, LAM = 0.5, 2.0
"""Learning rate and multiplier wherever only one is needed; the mass is 1."""

RING = 2 * math.pi


# A1, M1: the symbolic functional


def action_is_entropy_production(*, rng: np.random.Generator, profile: str) -> Report:
    """A1: the five terms are entropy production and the constraint; their variations are right."""
    return Report(_unproved(("A1", "A2", "A3", "B1", "B2"), madelung_action(), "as stated"))


def action_with_half_the_noise_term(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of A1: -2D in place of -4D."""
    return Report(_unproved(("A1", "A2", "A3", "B1", "B2"), _halved(madelung_action()), "-2D"))


def near_equilibrium_it_is_madelung(*, rng: np.random.Generator, profile: str) -> Report:
    """M1: m = 1/2 gamma, hbar^2 = 4D/(gamma lam). Outside: the learning term kept."""
    action, tags = madelung_action(), ("C1", "C2", "C3", "E1", "E2")
    near = _unproved(tags, action.near_equilibrium, "without the learning term")
    return Report(near, _unproved(tags, action, "with the learning term"))


def madelung_with_another_constant(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of M1: half the noise term, so hbar^2 = 2D/(gamma lam)."""
    action = _halved(madelung_action().near_equilibrium)
    return Report(_unproved(("C1", "C2", "C3", "E1", "E2"), action, "hbar^2 = 2D/(gamma lam)"))


def _halved(action: MadelungAction) -> MadelungAction:
    noise, *others = action.terms
    return replace(action, terms=(noise / 2, *others))


def _unproved(tags: tuple[str, ...], action: MadelungAction, where: str) -> Evidence:
    known = identities()
    wrong = [tag for tag in tags if not known[tag].proved(action)]
    worst = f"{where}: not {', '.join(wrong)}" if wrong else where
    return Evidence("identities that computer algebra refutes", len(wrong), 0, len(tags), worst)


# A3, A4: a packet on its stationary path


def stationary_flow_is_not_learning(*, rng: np.random.Generator, profile: str) -> Report:
    """A3: on a stationary path dS/dt differs from the formula of learning by what is derived."""
    return Report(_entropy_gap(profile, 1.0))


def stationary_flow_taken_for_learning(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of A3: no difference, as if the path obeyed the Fokker-Planck equation."""
    return Report(_entropy_gap(profile, 0.0))


def _entropy_gap(profile: str, factor: float) -> Evidence:
    """dS/dt on a path minus the formula of learning, against sigma'/2 sigma - D/sigma^2."""
    grid, cases = Box.line(-24.0, 24.0).grid(384), []
    for hbar in (0.8, 1.5) if profile == "smoke" else (0.5, 0.8, 1.0, 1.5, 2.0):
        diffusion = GAMMA * LAM * hbar**2 / 4
        for start in (0.8, 1.2):
            run = _free_packet(grid, hbar, start)
            entropy = grid.integrate(-run.density * np.log(run.density.clip(min=1e-300)))
            rate = float(entropy[4] - entropy[2]) / (run.times[4] - run.times[2])
            learning = diffusion * _fisher(run) + GAMMA * _curvature(run)
            width = math.sqrt(float(grid.integrate(run.density[3] * grid.points[0] ** 2)))
            slope = (hbar / 2) ** 2 * run.times[3] / (start**2 * width)  # m = 1
            expected = factor * (slope / (2 * width) - diffusion / width**2)
            difference = rate - learning - expected
            cases.append((difference, f"hbar = {hbar}, sigma(0) = {start}, D = {diffusion:g}"))
    worst, where = max(cases, key=lambda case: abs(case[0]))
    # dS/dt is a central difference over 2 x 0.005: its error is about S''' 0.005^2 / 6.
    return Evidence(
        "dS/dt - formula of learning - expected", worst, 0.0, len(cases), where, tolerance=2e-5
    )


def _free_packet(grid: Grid, hbar: float, width: float) -> WaveRun:
    """A packet at rest of mass 1, at times around 1."""
    psi0 = np.exp(-(grid.points[0] ** 2) / (4 * width**2)) / (2 * math.pi * width**2) ** 0.25
    times = [0.0, 0.99, 0.995, 1.0, 1.005, 1.01]
    return schrodinger(psi0, None, grid.box, hbar, 1.0, times, order=6)


def _fisher(run: WaveRun) -> float:
    """Integral of p'^2 / p = 4 (sqrt p)'^2 at the middle time."""
    slope = run.grid.derivative(np.sqrt(run.density[3])).real
    return float(4 * run.grid.integrate(slope**2))


def _curvature(run: WaveRun) -> float:
    """<F''> at the middle time, by parts: -int p' F', with p F' = hbar Im(psi* psi')."""
    grid, psi, density = run.grid, run.psi[3], run.density[3]
    slope = grid.derivative(density).real
    momentum = run.hbar * np.imag(psi.conj() * grid.derivative(psi)) / density.clip(min=1e-300)
    return float(-grid.integrate(slope * momentum))


def constraint_is_fisher_information(*, rng: np.random.Generator, profile: str) -> Report:
    """A4: on a stationary path lam C = -D I_F."""
    return Report(_constraint(profile, 1.0))


def constraint_as_imposed(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of A4: C = 0, the constraint as it was imposed."""
    return Report(_constraint(profile, 0.0))


def _constraint(profile: str, factor: float) -> Evidence:
    grid, gap = Box.ring(RING).grid(64), 1e-3
    (q,) = grid.points
    cases = []
    for hbar in (0.5, 1.0) if profile == "smoke" else (0.3, 0.5, 1.0, 2.0):
        diffusion = GAMMA * LAM * hbar**2 / 4
        psi0 = np.sqrt((1 + 0.3 * np.cos(q)) / RING) * np.exp(0.2j * np.sin(q) / hbar)
        for t in (0.5, 1.5):
            times = [0.0, t - gap, t, t + gap]
            run = schrodinger(psi0, 0.2 * np.cos(q), grid.box, hbar, 1.0, times, order=6)
            change = hbar * np.angle(run.psi[3] * run.psi[1].conj()) / (2 * gap)
            slope = grid.derivative(run.psi[2])
            momentum = hbar * np.imag(run.psi[2].conj() * slope) / run.density[2]
            constraint = change + GAMMA * momentum**2 + 0.2 * np.cos(q)
            measured = LAM * float(grid.integrate(run.density[2] * constraint))
            root = grid.derivative(np.sqrt(run.density[2])).real
            expected = -factor * diffusion * float(4 * grid.integrate(root**2))
            cases.append((measured - expected, f"hbar = {hbar}, t = {t}"))
    worst, where = max(cases, key=lambda case: abs(case[0]))
    # dF/dt is a central difference over 2 x 1e-3: its error is of the order 1e-6.
    return Evidence("lam C - expected", worst, 0.0, len(cases), where, tolerance=1e-5)


# A5, M2: the learning term kept


def every_multiplier_has_solutions(*, rng: np.random.Generator, profile: str) -> Report:
    """A5: for every lam the stationary flow is a wave, each with its own Planck constant."""
    return Report(_flow_against_wave(profile))


def one_planck_constant_for_all(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of A5: the waves of lam = 2 for all values of lam."""
    return Report(_flow_against_wave(profile, lam_of_wave=2.0))


def exact_hbar_squared(lam: float, diffusion: float, gamma: float = GAMMA) -> float:
    """4D/(gamma lam) - 1/lam^2."""
    return 4 * diffusion / (gamma * lam) - 1 / lam**2


def _flow_against_wave(profile: str, lam_of_wave: float | None = None) -> Evidence:
    grid, diffusion = Box.ring(RING).grid(48), 0.3
    (q,) = grid.points
    density, potential = (1 + 0.3 * np.cos(q)) / RING, 0.2 * np.cos(q)
    cases = []
    for lam in (1.0, 2.0, 5.0) if profile == "smoke" else (0.6, 1.0, 2.0, 3.0, 5.0, 10.0):
        rule = {"gamma": GAMMA, "diffusion": diffusion, "lam": lam}
        flow = stationary_flow(
            density, 0.2 * np.cos(q), potential, grid.box, **rule, times=[0.0, 1.0]
        )
        wave = _wave_of_action(grid, density, potential, lam_of_wave or lam, diffusion)
        difference = float(grid.integrate(np.abs(flow.density[-1] - wave)))
        cases.append((difference, f"lam = {lam}"))
    worst, where = max(cases)
    return Evidence("L1 distance of flow and wave", worst, 1e-6, len(cases), where, relation="<=")


def _wave_of_action(
    grid: Grid, density: np.ndarray, potential: np.ndarray, lam: float, diffusion: float
) -> np.ndarray:
    """Density at t = 1 of the wave sqrt p exp(i G / hbar) with F = 0.2 sin q."""
    hbar = math.sqrt(exact_hbar_squared(lam, diffusion))
    phase = 0.2 * np.sin(grid.points[0]) - np.log(density) / (2 * lam)
    psi0 = np.sqrt(density) * np.exp(1j * phase / hbar)
    run = schrodinger(psi0, potential, grid.box, hbar, 1 / (2 * GAMMA), [0.0, 1.0], order=6)
    return run.density[-1]


def learning_term_lowers_hbar(*, rng: np.random.Generator, profile: str) -> Report:
    """M2: hbar^2 = 4D/(gamma lam) - 1/lam^2, measured by ripples; it can be negative."""
    return Report(_measured_hbar(profile, exact_hbar_squared))


def learning_term_neglected(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of M2: hbar^2 = 4D/(gamma lam)."""
    return Report(_measured_hbar(profile, lambda lam, diffusion: 4 * diffusion / (GAMMA * lam)))


def _measured_hbar(profile: str, formula: Callable[[float, float], float]) -> Evidence:
    ratios = (0.9, 1.2, 4.0) if profile == "smoke" else (0.9, 1.2, 2.0, 4.0, 16.0)
    cases = []
    for ratio in ratios:  # 4 D lam / gamma: below 1 there is no wave
        diffusion = ratio * GAMMA / (4 * LAM)
        difference = measured_hbar_squared(diffusion) - formula(LAM, diffusion)
        cases.append((difference, f"4 D lam / gamma = {ratio}"))
    worst, where = max(cases, key=lambda case: abs(case[0]))
    return Evidence("hbar^2 - formula", worst, 0.0, len(cases), where, tolerance=1e-4)


def measured_hbar_squared(diffusion: float, *, lam: float = LAM, periods: float = 1.0) -> float:
    """Square of Planck's constant from a ripple on the stationary flow, learning term kept."""
    grid = Box.ring(RING).grid(16)
    (q,) = grid.points
    density = (1 + 1e-4 * np.cos(q)) / RING
    scale = math.sqrt(abs(exact_hbar_squared(lam, diffusion))) * GAMMA  # frequency of the ripple
    times = np.linspace(0.0, periods * 2 * math.pi / max(scale, 0.05), 33)
    rule = {"gamma": GAMMA, "diffusion": diffusion, "lam": lam}
    flow = stationary_flow(density, np.zeros_like(q), None, grid.box, **rule, times=times)
    return ripple_hbar_squared(flow.density, times[1], RING, 1 / (2 * GAMMA))


# M3: several trainable variables


def noise_that_follows_mobility(*, rng: np.random.Generator, profile: str) -> Report:
    """M3: with D_k proportional to gamma_k two correlated variables share one wave."""
    return Report(_two_variables(profile, (0.5, 0.2), proportional=True))


def noise_that_does_not(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of M3: the same D for both, with different learning rates."""
    return Report(_two_variables(profile, (0.5, 0.2), proportional=False))


def _two_variables(profile: str, gammas: tuple[float, float], *, proportional: bool) -> Evidence:
    cases = []
    for correlation in (0.6,) if profile == "smoke" else (0.3, 0.6, -0.8):
        rates = np.array(gammas) if proportional else np.full(2, gammas[0])
        hbars = np.sqrt(4 * 0.25 * rates / (np.array(gammas) * LAM))  # D = 0.25 rates
        difference, best = nearest_wave(hbars, 1 / (2 * np.array(gammas)), correlation)
        cases.append((difference, f"correlation {correlation}, nearest hbar = {best:.4f}"))
    worst, where = max(cases)
    return Evidence(
        "largest difference of covariances, for the nearest single hbar",
        worst,
        1e-6,
        len(cases),
        where,
        relation="<=",
    )


def nearest_wave(hbars: np.ndarray, masses: np.ndarray, correlation: float) -> tuple[float, float]:
    """Distance of a Gaussian fluid from the nearest wave, and the Planck constant of that wave.

    Two variables without potential, at rest, with unit variances and this correlation. The fluid
    has its own constant for each variable, the wave has one for both; covariances are compared at
    three times. The wave is followed by `schrodinger`, the search for its constant uses the fluid.
    """
    times = [0.0, 0.5, 1.0, 1.5]
    covariance = np.array([[1.0, correlation], [correlation, 1.0]])
    zero, nothing = np.zeros(2), np.zeros((2, 2))
    start = GaussianFluid(zero, covariance, zero, nothing)

    def covariances(constants: np.ndarray) -> np.ndarray:
        return gaussian_fluid(start, nothing, list(constants), list(masses), times).covariance

    fluid = covariances(hbars)

    def distance(hbar: float) -> float:
        return float(np.abs(covariances(np.full(2, hbar)) - fluid).max())

    low, high = float(hbars.min()), float(hbars.max())
    best = low
    if high > low * (1 + 1e-12):
        best = float(minimize_scalar(distance, bounds=(low, high), method="bounded").x)
    wave = _covariances_of_wave(covariance, best, masses, times)
    return float(np.abs(wave - fluid).max()), best


def _covariances_of_wave(
    covariance: np.ndarray, hbar: float, masses: np.ndarray, times: list[float]
) -> np.ndarray:
    grid = Box.square(-12.0, 12.0).grid(64, 64)
    x, y = grid.points
    inverse = np.linalg.inv(covariance)
    exponent = inverse[0, 0] * x * x + 2 * inverse[0, 1] * x * y + inverse[1, 1] * y * y
    psi0 = np.exp(-exponent / 4) / math.sqrt(2 * math.pi * math.sqrt(np.linalg.det(covariance)))
    run = schrodinger(psi0, None, grid.box, hbar, masses, times)
    products = np.array([[x * x + 0 * y, x * y], [x * y, 0 * x + y * y]])
    moments = [grid.integrate(density * products) for density in run.density]
    return np.array(moments)
