"""Checks and controls of claims T1 to T7: the hidden variables in equilibrium.

Every function takes `rng` and `profile` ("smoke" or "full") and returns a `Report`. A control is
the same comparison on input for which the claim must be rejected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product
from typing import NamedTuple

import numpy as np
from scipy.integrate import cumulative_simpson
from scipy.optimize import LinearConstraint, brentq, minimize

from qnpapers.emergent.binary_units import BinaryHiddenUnits, eight_units
from qnpapers.emergent.canonical import canonical_ensemble, inverse_temperature
from qnpapers.emergent.cell_grid import CellGrid
from qnpapers.emergent.fokker_planck import fokker_planck
from qnpapers.emergent.gaussian_units import GaussianHiddenUnits
from qnpapers.emergent.learning import normal_start, simulate_learning
from qnpapers.emergent.networks import Network
from qnpapers.emergent.rule import LearningRule
from qnpapers.emergent.sample_entropy import spacing_entropy
from qnpapers.emergent.tanh_units import TanhHiddenUnits
from qnpapers.evidence import Evidence, Report

DIFFERENCES = 1e-8
"""Allowed where a derivative by differences of order 4 is compared: about 1e-13 / step, step 1e-3,
and the fourth power of the step."""

_STEP = 1e-3
_BETAS = (0.5, 1.0, 2.0)
_PLACES = (-1.2, 0.0, 0.5)

Curve = Callable[[float], float]


def slope(curve: Curve, at: float) -> float:
    """Derivative by the central difference of order 4."""
    h = _STEP
    return (8 * (curve(at + h) - curve(at - h)) - curve(at + 2 * h) + curve(at - 2 * h)) / (12 * h)


def _worst(
    quantity: str, cases: Iterable[tuple[str, float, float]], tolerance: float = DIFFERENCES
) -> Evidence:
    """The case, given as (where, measured, expected), with the largest difference."""
    listed = list(cases)
    where, measured, expected = max(listed, key=lambda case: abs(case[1] - case[2]))
    difference = abs(measured - expected)
    return Evidence(quantity, difference, 0.0, len(listed), where, tolerance=tolerance)


# T1: the canonical ensemble


def largest_entropy_is_canonical(*, rng: np.random.Generator, profile: str) -> Report:
    """T1: maximise -sum p ln p numerically at fixed mean loss, over the 16 states of four units."""
    return Report(_distance_to_canonical(_negative_entropy, rng, profile))


def smallest_purity_is_canonical(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T1: minimise sum p^2, another measure of order, under the same constraints."""
    return Report(_distance_to_canonical(lambda p: (p @ p, 2 * p), rng, profile))


def _negative_entropy(p: np.ndarray) -> tuple[float, np.ndarray]:
    logs = np.log(np.maximum(p, 1e-300))
    return p @ logs, logs + 1


def _distance_to_canonical(
    measure: Callable[[np.ndarray], tuple[float, np.ndarray]],
    rng: np.random.Generator,
    profile: str,
) -> Evidence:
    cases = []
    for number in range(3 if profile == "smoke" else 20):
        network = BinaryHiddenUnits(rng.normal(size=4), rng.normal(size=4))
        energies = network.energies(0.5)
        mean = 0.7 * energies.mean() + 0.3 * energies.min()
        constraints = LinearConstraint(np.stack([np.ones(16), energies]), [1, mean], [1, mean])
        found = minimize(
            measure,
            np.full(16, 1 / 16),
            jac=True,
            bounds=[(0, 1)] * 16,
            constraints=constraints,
            method="SLSQP",
            options={"ftol": 1e-15, "maxiter": 500},
        )
        canonical = canonical_ensemble(energies, inverse_temperature(energies, mean)).probabilities
        cases.append((f"network {number}", float(np.abs(found.x - canonical).max()), 0.0))
    return _worst("largest |p found - p canonical|", cases, tolerance=1e-6)


# T2: the force


def force_is_mean_gradient(*, rng: np.random.Generator, profile: str) -> Report:
    """T2: dF/dq by differences against <dH/dq>, by listing, by quadrature and by determinants."""
    return Report(_force_differences(lambda network, q, beta: float(network.mean_force(q, beta))))


def force_is_gradient_at_best_state(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T2: dH/dq in the state of lowest loss instead of its mean."""

    def at_best(network: Network, q: float, _beta: float) -> float:
        eight = eight_units()
        return float(eight.forces(q)[eight.energies(q).argmin()])

    return Report(_force_differences(at_best, [eight_units()]))


def _force_differences(
    force: Callable[[Network, float, float], float], networks: Iterable[Network] | None = None
) -> Evidence:
    every: list[Network] = [eight_units(), _tanh_pair(), *_linear_networks()]
    chosen = every if networks is None else networks
    cases = (
        (
            f"{type(network).__name__}, q = {q}, beta = {beta}",
            slope(lambda x, n=network, b=beta: float(n.free_energy(x, b)), q),  # type: ignore[misc]
            force(network, q, beta),
        )
        for network in chosen
        for q in _PLACES
        for beta in _BETAS
    )
    return _worst("largest |dF/dq - <dH/dq>|", cases)


def _tanh_pair() -> TanhHiddenUnits:
    weights, bias, along = [[0.8, -0.5], [1.3, 0.4]], [0.2, -0.3], [1.0, 0.5]
    return TanhHiddenUnits(np.array(weights), np.array(bias), np.array(along), 0.3, 0.7)


def _linear_networks(ridge: float = 0.0) -> list[GaussianHiddenUnits]:
    """Three linear networks whose weights are trainable; without ridge the least loss is 0."""
    weights = [
        np.array([[0.3]]),
        np.array([[0.2, -0.5], [0.4, 0.1]]),
        np.array([[0.2, -0.5, 0.1], [0.4, 0.1, 0.3], [-0.2, 0.3, -0.4]]),
    ]
    slopes = [np.array([[0.2]]), np.array([[0.1, 0.2], [0.0, -0.2]]), 0.2 * weights[2].T]
    return [
        GaussianHiddenUnits(w, 0.5 + np.arange(len(w)), s, np.ones(len(w)), ridge)
        for w, s in zip(weights, slopes, strict=True)
    ]


# T3: entropy and mean loss as derivatives


def entropy_and_loss_are_derivatives(*, rng: np.random.Generator, profile: str) -> Report:
    """T3: S = -sum p ln p against beta (U - F), and U = <H> against d(beta F)/dbeta."""
    return Report(_derivative_differences(lambda F, beta: slope(lambda b: b * F(b), beta)))


def loss_is_slope_of_free_energy(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T3: U = dF/dbeta, a factor beta forgotten."""
    return Report(_derivative_differences(slope))


def _derivative_differences(mean_loss: Callable[[Curve, float], float]) -> Evidence:
    network, cases = eight_units(), []
    for q, beta in product(_PLACES, _BETAS):
        ensemble = canonical_ensemble(network.energies(q), beta)
        U = mean_loss(lambda b, q=q: float(network.free_energy(q, b)), beta)  # type: ignore[misc]
        F, where = float(network.free_energy(q, beta)), f"q = {q}, beta = {beta}"
        cases.append((f"U, {where}", float(ensemble.mean_energy), U))
        cases.append((f"S, {where}", float(ensemble.entropy), beta * (U - F)))
    return _worst("largest difference of U or S", cases)


# T4: does Z factorise?


def partition_function_factorises(*, rng: np.random.Generator, profile: str) -> Report:
    """T4: d^2 ln Z / dbeta dq = 0 for linear networks that reach loss 0. Outside: binary units."""
    return Report(_mixed_derivatives(_linear_networks()), _mixed_derivatives([eight_units()]))


def partition_function_with_ridge(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T4: linear networks whose least loss is not 0."""
    return Report(_mixed_derivatives(_linear_networks(ridge=0.3)))


def _mixed_derivatives(networks: Iterable[Network]) -> Evidence:
    cases = (
        (
            f"{type(network).__name__}, q = {q}, beta = {beta}",
            slope(
                lambda b, n=network, q=q: -b * float(n.mean_force(q, b)),  # type: ignore[misc]
                beta,
            ),
            0.0,
        )
        for network in networks
        for q in _PLACES
        for beta in _BETAS
    )
    return _worst("largest |d^2 ln Z / dbeta dq|", cases)


# T5: the second law


def entropy_falls(*, rng: np.random.Generator, profile: str) -> Report:
    """T5: entropy of broad ensembles of learners falls. Outside: of narrow ones."""
    return Report(_largest_rise("S", (1.0, 1.3, 1.6)), _largest_rise("S", (0.15, 0.4)))


def entropy_falls_from_points(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T5: ensembles that start almost at a point, where noise must spread them."""
    return Report(_largest_rise("S", (0.05, 0.1)))


def free_energy_of_learners_falls(*, rng: np.random.Generator, profile: str) -> Report:
    """T5.1: -gamma <F> - D S never rises, for narrow and for broad ensembles."""
    return Report(_largest_rise("-gamma <F> - D S", (0.15, 0.4, 1.0, 1.6)))


def free_energy_without_entropy_falls(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T5.1: -gamma <F> alone, which rises where learners spread out of the minimum."""
    return Report(_largest_rise("-gamma <F>", (0.15, 0.4, 1.0, 1.6)))


def _largest_rise(what: str, widths: Iterable[float]) -> Evidence:
    network, rule, cases = eight_units(), LearningRule(), []
    grid = CellGrid(-12, 12, 1200)
    for width in widths:
        for mean in (-0.5, 1.5):
            run = fokker_planck(network, grid, rule, grid.gaussian(mean, width), _TIMES)
            loss, order = -rule.gamma * run.free_energy, -rule.diffusion * run.entropy
            curve = {"S": run.entropy, "-gamma <F>": loss}.get(what, loss + order)
            cases.append((float(np.diff(curve).max()), f"start at {mean}, deviation {width}"))
    rise, where = max(cases)
    return Evidence(
        f"largest rise of {what} in {_TIMES[1]:g} units of time", rise, 0.0, len(cases), where, "<="
    )


_TIMES = np.linspace(0, 3, 31)


# T6: the first law


def loss_changes_by_heat(*, rng: np.random.Generator, profile: str) -> Report:
    """T6: dU = T dS in equilibrium of learning, or at fixed q. Outside: where q moves off it."""
    inside = [*_equilibrium_paths(), *_paths_at_fixed_place()]
    return Report(_heat_differences(inside), _heat_differences(_moving_paths(speed=1.0)))


def loss_changes_by_heat_at_fixed_temperature(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T6: q moves at constant temperature, and the work of learning is missing."""
    return Report(_heat_differences(_moving_paths(speed=0.0)))


class Path(NamedTuple):
    """A network, and beta and q as functions of the position s along a path."""

    name: str
    network: Network
    beta: Curve
    q: Curve

    def mean_loss(self, s: float) -> float:
        """U = d(beta F)/dbeta."""
        q = self.q(s)
        return slope(lambda b: b * float(self.network.free_energy(q, b)), self.beta(s))

    def entropy(self, s: float) -> float:
        """S = beta (U - F)."""
        F = float(self.network.free_energy(self.q(s), self.beta(s)))
        return self.beta(s) * (self.mean_loss(s) - F)

    def case(self, s: float) -> tuple[str, float, float]:
        """DU/ds and T dS/ds."""
        heat = slope(self.entropy, s) / self.beta(s)
        return f"{self.name}, s = {s}", slope(self.mean_loss, s), heat


def _warming(s: float) -> float:
    return 1 + s


def _equilibrium_paths() -> list[Path]:
    """Q follows the minimum of F while the temperature changes."""
    eight = eight_units()

    def lowest(s: float) -> float:
        return float(brentq(lambda q: float(eight.mean_force(q, 1 + s)), -3, 3, xtol=1e-14))

    return [Path("eight units, q at the minimum", eight, _warming, lowest)]


def _paths_at_fixed_place() -> list[Path]:
    return [
        Path(f"{n.units} linear units, q fixed", n, _warming, lambda _: 0.4)
        for n in _linear_networks()
    ]


def _moving_paths(speed: float) -> list[Path]:
    """Q moves by itself, out of equilibrium, while beta changes at this speed."""
    eight = Path("eight units, q moves", eight_units(), lambda s: 1 + speed * s, lambda s: 0.3 + s)
    linear = [
        Path(f"{n.units} linear units, q moves", n, eight.beta, eight.q) for n in _linear_networks()
    ]
    return [eight, *linear]


def _heat_differences(paths: Iterable[Path]) -> Evidence:
    """Largest |dU - T dS| along the paths."""
    cases = [path.case(s) for path in paths for s in (-0.3, 0.0, 0.4)]
    return _worst("largest |dU - T dS| for a unit of the path", cases, tolerance=1e-6)


# T7: efficiency


def learning_destroys_entropy_by_curvature(*, rng: np.random.Generator, profile: str) -> Report:
    """T7: without noise the entropy of an ensemble changes at the rate gamma <F''>."""
    return Report(_destroyed("curvature", rng, profile))


def learning_destroys_entropy_by_slope(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T7: gamma <F'^2>, the rate at which the mean of F changes."""
    return Report(_destroyed("slope", rng, profile))


def _destroyed(what: str, rng: np.random.Generator, profile: str) -> Evidence:
    network, rule = eight_units(), LearningRule(diffusion=0.0)
    count = 8000 if profile == "smoke" else 100_000
    run = simulate_learning(
        network,
        count,
        rule,
        start=normal_start(1.0, 0.5),
        times=np.linspace(0, 1, 21),
        step=0.0005,
        grid=CellGrid(-6, 6, 60),
        keep=count,
        rng=rng,
    )
    if what == "curvature":
        rates = rule.gamma * network.curvature(run.paths, rule.beta).mean(axis=1)
    else:
        rates = rule.gamma * (network.mean_force(run.paths, rule.beta) ** 2).mean(axis=1)
    expected = cumulative_simpson(rates, x=run.times, initial=0)
    entropies = np.array([spacing_entropy(q) for q in run.paths])
    cases = [
        (f"time {t:.2f}", float(change), float(e))
        for t, change, e in zip(run.times, entropies - entropies[0], expected, strict=True)
    ]
    return _worst(f"largest |change of S - its rate by {what}, integrated|", cases, tolerance=0.01)
