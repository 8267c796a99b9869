"""The grand canonical ensemble by Metropolis moves that exchange neurons with the reservoir."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from qnpapers.emergent.exchange_moves import measure_gas, move_chains, random_state
from qnpapers.emergent.grand_canonical import check_ensemble, grand_canonical
from qnpapers.emergent.loop_work import at_least
from qnpapers.emergent.neuron_gas import NeuronGas
from qnpapers.emergent.neuron_pump import LoopNetwork


@dataclass(frozen=True)
class SampledEnsemble:
    """Means over independent chains, with their standard errors.

    Args:
        mean_number: <N>.
        number_error: its error.
        number_variance: <N^2> - <N>^2.
        variance_error: its error.
        force: <dH/dq>.
        force_error: its error.
    """

    mean_number: float
    number_error: float
    number_variance: float
    variance_error: float
    force: float
    force_error: float


def sample_grand_canonical(
    network: LoopNetwork | NeuronGas,
    beta: float,
    mu: float,
    q: float = 0.0,
    *,
    chains: int = 64,
    sweeps: int = 2000,
    burn_in: int = 500,
    rng: np.random.Generator,
) -> SampledEnsemble:
    """Sample states and numbers of neurons at fixed chemical potential.

    A sweep of a network with hidden units tries to flip each of them, and to gain or lose a neuron;
    one of a `NeuronGas` makes M moves, each a flip, an insertion or a deletion. Chains start from a
    number near the most probable one.

    Args:
        network: what exchanges neurons.
        beta: inverse temperature, larger than 0.
        mu: chemical potential.
        q: the trainable variable.
        chains: independent chains, at least 2; errors come from their spread.
        sweeps: measured sweeps of each, at least 1.
        burn_in: sweeps before them, at least 0.
        rng: source of all random numbers.

    Raises:
        ParameterError: beta or one of the counts is out of range.
        NormalisationError: as `grand_canonical`.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> gas = NeuronGas(sites=20)
        >>> sampled = sample_grand_canonical(gas, 1.0, -0.5, 0.3, rng=rng)
        >>> exact = grand_canonical(gas, 1.0, -0.5, 0.3)
        >>> bool(abs(sampled.mean_number - exact.mean_number[0]) < 5 * sampled.number_error)
        True
    """
    check_ensemble(beta, mu)
    at_least(2, chains=chains)
    at_least(1, sweeps=sweeps)
    at_least(0, burn_in=burn_in)
    exact = grand_canonical(network, beta, mu, q)
    start = np.full(chains, int(exact.probabilities[0].argmax()))
    if isinstance(network, NeuronGas):
        sums, steps = _gas_sums(network, beta, mu, q, start, sweeps, burn_in, rng)
    else:
        sums, steps = _unit_sums(network, beta, mu, q, start, sweeps, burn_in, rng), sweeps
    return _summary(sums / steps, int(network.numbers[0]))


def _unit_sums(
    network: LoopNetwork,
    beta: float,
    mu: float,
    q: float,
    numbers: np.ndarray,
    sweeps: int,
    burn_in: int,
    rng: np.random.Generator,
) -> np.ndarray:
    at = np.array([q])
    table = beta * (mu * network.numbers[:, None] - network.energies(at)[0])
    moved = (table, network.forces(at)[0], numbers << network.units, network.units, 1.0)
    random = random_state(rng=rng)
    move_chains(*moved, burn_in, random)
    return move_chains(*moved, sweeps, random).T


def _gas_sums(
    gas: NeuronGas,
    beta: float,
    mu: float,
    q: float,
    neurons: np.ndarray,
    sweeps: int,
    burn_in: int,
    rng: np.random.Generator,
) -> tuple[np.ndarray, int]:
    setting = (gas.sites, beta * (mu - gas.cost), beta * q, beta * gas.coupling)
    ups = neurons // 2
    measure_gas(*setting, neurons, ups, burn_in * gas.sites, rng)
    sums = measure_gas(*setting, neurons, ups, sweeps * gas.sites, rng)
    sums[:, 0] *= -1  # dH/dq = -S
    return sums, sweeps * gas.sites


def _summary(means: np.ndarray, lowest: int) -> SampledEnsemble:
    """From the means of dH/dq, N and N^2 of each chain, N counted from the lowest number."""
    force, number, square = means.mean(axis=0)
    spread = means[:, 2] - 2 * number * means[:, 1]  # its mean plus number^2 is the variance
    errors = [np.std(one, ddof=1) / math.sqrt(len(means)) for one in (means[:, 1], spread)]
    force_error = np.std(means[:, 0], ddof=1) / math.sqrt(len(means))
    return SampledEnsemble(
        float(number) + lowest,
        float(errors[0]),
        float(square - number**2),
        float(errors[1]),
        float(force),
        float(force_error),
    )
