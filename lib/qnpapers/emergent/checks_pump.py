"""Checks and controls of claims G1 to G4: neurons that are exchanged with a reservoir.

Every function takes `rng` and `profile` ("smoke" or "full") and returns a `Report`. A control is
the same comparison on input for which the claim must be rejected.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import numpy as np

from qnpapers.emergent.grand_canonical import (
    GrandCanonical,
    frozen_gain,
    grand_canonical,
    potential_gain,
)
from qnpapers.emergent.loop_work import FiniteRate, QuasiStatic, loop_work
from qnpapers.emergent.neuron_gas import NeuronGas
from qnpapers.emergent.neuron_pump import (
    ExchangingNetwork,
    LoopNetwork,
    NeuronPump,
    PeriodicNetwork,
)
from qnpapers.evidence import Evidence, Report

BETAS = (0.5, 1.0, 3.0)
POTENTIALS = (-1.0, 0.2, 0.7, 1.5)
FREE_ENERGY_ROUND_OFF = 1e-12
"""Free energies of up to 700 are summed, each with a relative error of 2^-53 or a few."""

_STEP = 1e-2  # of central differences of sixth order
_PLACES = np.arange(-3, 4)
_SLOPE = (-1 / 60, 3 / 20, -3 / 4, 0, 3 / 4, -3 / 20, 1 / 60)
_BEND = (1 / 90, -3 / 20, 3 / 2, -49 / 18, 3 / 2, -3 / 20, 1 / 90)

Case = tuple[str, float]
"""What was compared, and by how much it differs."""


def _networks(profile: str) -> list[ExchangingNetwork]:
    gas = NeuronGas(sites=30 if profile == "smoke" else 200)
    return [NeuronPump(), NeuronPump(coupling=0.6, winding=2), PeriodicNetwork(), gas]


def _worst(quantity: str, cases: Iterable[Case], tolerance: float) -> Evidence:
    """The largest difference, which must be 0 within the tolerance."""
    listed = list(cases)
    where, largest = max(listed, key=lambda case: abs(case[1]))
    return Evidence(quantity, abs(largest), 0.0, len(listed), where, tolerance=tolerance)


# G1: mean and variance of the number of neurons


def numbers_are_derivatives(*, rng: np.random.Generator, profile: str) -> Report:
    """G1: <N> and Var N against derivatives of Omega by mu, for four networks."""
    return Report(_numbers(profile, lambda beta, bend: -bend / beta))


def numbers_without_temperature(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of G1: the variance as if the temperature were 1."""
    return Report(_numbers(profile, lambda _, bend: -bend))


def _numbers(profile: str, variance: Callable[[float, float], float]) -> Evidence:
    cases: list[Case] = []
    for network in _networks(profile):
        for beta in (0.5, 2.0):
            for mu in POTENTIALS:
                exact = grand_canonical(network, beta, mu, 0.3)
                omegas = [_omega(network, beta, mu + d) for d in _STEP * _PLACES]
                where = f"{type(network).__name__}, beta = {beta:g}, mu = {mu:g}"
                slope, bend = np.dot(_SLOPE, omegas) / _STEP, np.dot(_BEND, omegas) / _STEP**2
                cases.append((f"<N>, {where}", slope + exact.mean_number[0]))
                cases.append((f"Var N, {where}", variance(beta, bend) - exact.number_variance[0]))
    # sixth derivatives of Omega are up to a few thousand beta^5 times step^6 / 140
    return _worst("largest |difference| of <N> or Var N from a derivative", cases, 1e-6)


def _omega(network: ExchangingNetwork, beta: float, mu: float) -> float:
    return float(grand_canonical(network, beta, mu, 0.3).potential[0])


# G1.1: what one more neuron costs


def a_neuron_costs_mu(*, rng: np.random.Generator, profile: str) -> Report:
    """G1.1: <F_{N+1} - F_N> = mu + 1 / (2 beta Var N) up to order M^-2."""
    return Report(_order_of_cost(profile, lambda one: 1 / (2 * one.beta * one.number_variance[0])))


def a_neuron_costs_exactly_mu(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of G1.1: without the term 1 / (2 beta Var N)."""
    return Report(_order_of_cost(profile, lambda _: 0.0))


def _order_of_cost(profile: str, term: Callable[[GrandCanonical], float]) -> Evidence:
    sites = [100, 200, 400, 800] if profile == "smoke" else [200, 400, 800, 1600]
    rests = []
    for M in sites:
        ensemble = grand_canonical(NeuronGas(M), 1.0, -0.5, 0.3)
        rests.append(abs(ensemble.cost_of_a_neuron[0] - ensemble.mu - term(ensemble)))
    order = math.log2(rests[-2] / rests[-1])
    return Evidence(
        "order in 1/M of what is left of the cost of a neuron",
        order,
        2.0,
        len(sites),
        f"M = {sites[-2]} and {sites[-1]}, rests {rests[-2]:.1e} and {rests[-1]:.1e}",
        tolerance=0.15,
    )


# G2: the learning force


def force_is_mean_of_canonical_forces(*, rng: np.random.Generator, profile: str) -> Report:
    """G2: dOmega/dq at fixed mu against <dF_N/dq>."""
    return Report(_forces(profile, lambda ensemble: ensemble.force[0]))


def force_at_the_most_probable_number(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of G2: dF_N/dq of the most probable N alone."""
    return Report(_forces(profile, _most_probable_force))


def _most_probable_force(ensemble: GrandCanonical) -> float:
    return ensemble.canonical_forces[0, ensemble.probabilities[0].argmax()]


def _forces(profile: str, force: Callable[[GrandCanonical], float]) -> Evidence:
    cases: list[Case] = []
    for network in _networks(profile):
        for beta in BETAS:
            for q in (0.1, 0.35, 0.8):
                around = grand_canonical(network, beta, 0.7, q + _STEP / 10 * _PLACES)
                slope = np.dot(_SLOPE, around.potential) / (_STEP / 10)
                difference = slope - force(grand_canonical(network, beta, 0.7, q))
                where = f"{type(network).__name__}, beta = {beta:g}, q = {q:g}"
                cases.append((where, float(difference)))
    return _worst("largest |dOmega/dq - <dF_N/dq>|", cases, 1e-6)


# G3: is the grand potential multivalued?


def potential_gains_mu_on_a_loop(*, rng: np.random.Generator, profile: str) -> Report:
    """G3: Omega grows by n mu on a loop that relabels n neurons. Outside: one that relabels none.

    The outside case exchanges neurons with the same reservoir.
    """
    pumps = [NeuronPump(coupling=J, winding=n) for J in (0.0, 0.8) for n in (1, 2, -1)]
    inside = _gains([(pump, pump.winding, potential_gain) for pump in pumps])
    return Report(inside, _gains([(PeriodicNetwork(), 1, potential_gain)]))


def potential_of_frozen_neurons(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of G3: no exchange at all; the free energy of N neurons on the same loop."""
    frozen = partial(_frozen, number=0)
    return Report(_gains([(NeuronPump(), 1, frozen)]))


def _frozen(network: LoopNetwork, beta: float, mu: float, *, number: int) -> float:
    return frozen_gain(network, beta, number)


def _gains(
    loops: Sequence[tuple[LoopNetwork, int, Callable[[LoopNetwork, float, float], float]]],
) -> Evidence:
    cases = [
        (
            f"{type(network).__name__}, n = {winding}, beta = {beta:g}, mu = {mu:g}: "
            f"{gain(network, beta, mu):.4f}",
            gain(network, beta, mu) - winding * mu,
        )
        for network, winding, gain in loops
        for beta in BETAS
        for mu in POTENTIALS
    ]
    return _worst("largest |gain of the potential on a loop - n mu|", cases, FREE_ENERGY_ROUND_OFF)


# G3.1: a store that can be empty


def a_store_runs_dry(*, rng: np.random.Generator, profile: str) -> Report:
    """G3.1: where N cannot fall below a least number the gain is mu - ln(1 - P_empty) / beta."""
    return Report(_store_gains(lambda beta, empty: -math.log1p(-empty) / beta))


def a_store_never_runs_dry(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of G3.1: mu alone, as if the store had no bottom."""
    return Report(_store_gains(lambda *_: 0.0))


def _store_gains(excess: Callable[[float, float], float]) -> Evidence:
    cases: list[Case] = []
    for beta in BETAS:
        for mu in (-0.5, 0.2, 1.0):
            for lowest in (-8, -4, -1):
                store = NeuronPump(lowest=lowest, store=True)
                empty = grand_canonical(store, beta, mu).probabilities[0, 0]
                gain = potential_gain(store, beta, mu)
                where = f"beta = {beta:g}, mu = {mu:g}, empty with probability {empty:.3g}"
                cases.append((where, gain - mu - excess(beta, empty)))
    return _worst("largest |gain - mu + ln(1 - P_empty) / beta|", cases, 10 * FREE_ENERGY_ROUND_OFF)


# G4: Planck's constant is the circulation over 2 pi


def circulation_is_mu(*, rng: np.random.Generator, profile: str) -> Report:
    """G4: the sampled circulation grows with mu with slope 1. Outside: two neurons for a loop."""
    inside = _slope(NeuronPump(), rng, profile)
    return Report(inside, _slope(NeuronPump(winding=2), rng, profile))


def circulation_of_a_periodic_network(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of G4: a network that exchanges neurons, but relabels none of them."""
    return Report(_slope(PeriodicNetwork(), rng, profile))


def sampled_circulations(
    network: LoopNetwork,
    potentials: Sequence[float],
    betas: Sequence[float],
    *,
    rng: np.random.Generator,
    profile: str,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mu, circulation and its error for every pair of temperature and chemical potential.

    The profile "full" is the experiment of the chapter at full size: 256 chains at each of 32
    points, 1,200 sweeps.
    """
    size = QuasiStatic(64, 150, 100) if profile == "smoke" else QuasiStatic()
    chains = 32 if profile == "smoke" else 256
    pairs = [(beta, mu) for beta in betas for mu in potentials]
    works = [loop_work(network, *pair, size, chains=chains, rng=rng) for pair in pairs]
    mus = np.array([mu for _, mu in pairs])
    return mus, np.array([one.work for one in works]), np.array([one.error for one in works])


def _slope(network: LoopNetwork, rng: np.random.Generator, profile: str) -> Evidence:
    potentials = (-1.0, 0.2, 0.7, 1.5) if profile == "smoke" else (-1.0, -0.3, 0.2, 0.7, 1.5)
    mus, works, errors = sampled_circulations(
        network, potentials, (0.5, 1.0), rng=rng, profile=profile
    )
    slope, error = _weighted_slope(mus, works, errors)
    return Evidence(
        "slope of the circulation against mu",
        slope,
        1.0,
        len(mus),
        f"{type(network).__name__}, standard error {error:.1e}",
        tolerance=4 * error,
    )


def _weighted_slope(x: np.ndarray, y: np.ndarray, errors: np.ndarray) -> tuple[float, float]:
    """Slope of the straight line that fits best, and its standard error."""
    weights = 1 / errors**2
    from_mean = x - np.average(x, weights=weights)
    total = float((weights * from_mean**2).sum())
    return float((weights * from_mean * y).sum()) / total, total**-0.5


# G4.1: at a finite rate


def excess_falls_with_the_speed(*, rng: np.random.Generator, profile: str) -> Report:
    """G4.1: the work exceeds mu by an amount in proportion to the speed on the loop."""
    return Report(_order_of_excess(0.5, rng, profile))


def excess_without_exchange(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of G4.1: no exchange, so that the work never becomes mu."""
    return Report(_order_of_excess(0.0, rng, profile))


def _order_of_excess(exchange: float, rng: np.random.Generator, profile: str) -> Evidence:
    mu, chains = 0.7, 4000 if profile == "smoke" else 20_000
    steps = np.array([20, 40, 80, 160])
    works = [
        loop_work(
            NeuronPump(),
            1.0,
            mu,
            FiniteRate(n),
            chains=chains,
            exchange=exchange,
            number=1,
            rng=rng,
        )
        for n in steps.tolist()
    ]
    excess = np.array([abs(one.work - mu) for one in works])
    errors = np.array([one.error for one in works]) / excess
    slope, error = _weighted_slope(np.log(steps), np.log(excess), errors)
    return Evidence(
        "power of the number of steps with which |work - mu| falls",
        -slope,
        1.0,
        len(steps),
        f"exchange {exchange:g}, 20 to 160 steps, standard error {error:.1e}",
        tolerance=4 * error + 0.1,  # the next order in 1/steps shows at 20 steps
    )
