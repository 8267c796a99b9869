"""The grand canonical ensemble of a network that exchanges neurons with a reservoir, exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from qnpapers.emergent.limits import finite, positive
from qnpapers.emergent.neuron_pump import ExchangingNetwork, LoopNetwork
from qnpapers.errors import NormalisationError, ParameterError

LARGEST_TAIL = 1e-12
"""Largest probability that a number of neurons may have where the sum over it is cut off."""


@dataclass(frozen=True)
class GrandCanonical:
    """Exact means at fixed chemical potential, for each value of the trainable variable.

    Args:
        beta: inverse temperature.
        mu: chemical potential.
        numbers: the numbers of neurons N, shape (n,).
        potential: Omega, shape (points,).
        probabilities: P_N, shape (points, n).
        free_energies: F_N at fixed N, shape (points, n).
        canonical_forces: <dH/dq> at fixed N, shape (points, n).
    """

    beta: float
    mu: float
    numbers: np.ndarray
    potential: np.ndarray
    probabilities: np.ndarray
    free_energies: np.ndarray
    canonical_forces: np.ndarray

    @property
    def mean_number(self) -> np.ndarray:
        """<N>, shape (points,)."""
        return self.probabilities @ self.numbers

    @property
    def number_variance(self) -> np.ndarray:
        """<N^2> - <N>^2, shape (points,)."""
        from_mean = self.numbers - self.mean_number[:, None]
        return (self.probabilities * from_mean**2).sum(axis=1)

    @property
    def force(self) -> np.ndarray:
        """<dH/dq> over states and numbers, shape (points,)."""
        return (self.probabilities * self.canonical_forces).sum(axis=1)

    @property
    def cost_of_a_neuron(self) -> np.ndarray:
        """<F_{N+1} - F_N>, shape (points,); near mu where many neurons fluctuate."""
        weights = self.probabilities[:, :-1]
        steps = np.diff(self.free_energies, axis=1)
        return (weights * steps).sum(axis=1) / weights.sum(axis=1)


def grand_canonical(
    network: ExchangingNetwork, beta: float, mu: float, q: float | np.ndarray = 0.0
) -> GrandCanonical:
    """The grand canonical ensemble by summing over every state and every number of neurons.

        Xi = sum_N e^{beta mu N} Z_N(beta, q),   Omega = -(1/beta) ln Xi,
        <N> = -dOmega/dmu,   Var N = -(1/beta) d^2 Omega / dmu^2,   dOmega/dq = <dH/dq>.

    Args:
        network: what exchanges neurons, for example a `NeuronPump`.
        beta: inverse temperature, larger than 0.
        mu: chemical potential of the reservoir.
        q: values of the trainable variable, shape (points,) or a single one.

    Returns:
        A `GrandCanonical`. Its numbers are exact up to round-off: a few ulps of beta F_N.

    Raises:
        ParameterError: beta is not positive or mu is not finite.
        NormalisationError: the sum over N is cut off where a term is still above `LARGEST_TAIL` of
            the whole; the message has the limits of mu.

    Reference:
        [katsnelson2021], where the ensemble is introduced; the identities are textbook ones.

    Example:
        >>> from qnpapers.emergent import NeuronPump
        >>> ensemble = grand_canonical(NeuronPump(), beta=1.0, mu=0.7, q=np.array([0.0, 1.0]))
        >>> round(float(np.diff(ensemble.potential)[0]), 12)
        0.7
    """
    check_ensemble(beta, mu)
    points = np.atleast_1d(np.asarray(q, dtype=float))
    log_weights = network.log_counts() - beta * network.energies(points)
    log_Z = logsumexp(log_weights, axis=2)
    inside = np.exp(log_weights - log_Z[:, :, None])
    forces = np.where(inside > 0, network.forces(points), 0.0)
    log_terms = log_Z + beta * mu * network.numbers
    log_Xi = logsumexp(log_terms, axis=1)
    probabilities = np.exp(log_terms - log_Xi[:, None])
    _check_tails(network, mu, probabilities, -log_Z / beta)
    return GrandCanonical(
        beta,
        mu,
        network.numbers,
        -log_Xi / beta,
        probabilities,
        -log_Z / beta,
        (inside * forces).sum(axis=2),
    )


@dataclass(frozen=True)
class OpenNetwork:
    """A network connected to a reservoir, as one that learns: Omega(q) in the place of F(q).

    Args:
        network: what exchanges neurons.
        mu: chemical potential of the reservoir.

    Example:
        >>> from qnpapers.emergent import NeuronPump
        >>> learner = OpenNetwork(NeuronPump(), mu=0.7)
        >>> around = learner.free_energy(np.array([0.0, 1.0]), beta=2.0)
        >>> round(float(np.diff(around)[0]), 12)
        0.7
    """

    network: ExchangingNetwork
    mu: float

    def free_energy(self, q: np.ndarray, beta: float) -> np.ndarray:
        """Omega(beta, mu, q), of the shape of q.

        Raises:
            ParameterError: as `grand_canonical`.
            NormalisationError: as `grand_canonical`.
        """
        places = np.asarray(q, dtype=float)
        return grand_canonical(self.network, beta, self.mu, places.ravel()).potential.reshape(
            places.shape
        )

    def mean_force(self, q: np.ndarray, beta: float) -> np.ndarray:
        """The derivative of Omega by q, the mean of dH/dq over states and numbers.

        Raises:
            ParameterError: as `grand_canonical`.
            NormalisationError: as `grand_canonical`.
        """
        places = np.asarray(q, dtype=float)
        return grand_canonical(self.network, beta, self.mu, places.ravel()).force.reshape(
            places.shape
        )


def potential_gain(
    network: LoopNetwork, beta: float, mu: float, *, loops: int = 1, start: float = 0.0
) -> float:
    """Omega(start + loops L) - Omega(start): what the grand potential gains on the way.

    For a `NeuronPump` it is loops n mu exactly, whatever beta and the couplings; for a network that
    is periodic it is exactly 0.

    Args:
        network: a network on a loop.
        beta: inverse temperature, larger than 0.
        mu: chemical potential.
        loops: how many times round.
        start: value of q where the loop begins.

    Raises:
        ParameterError: as `grand_canonical`.
        NormalisationError: as `grand_canonical`.

    Example:
        >>> from qnpapers.emergent import PeriodicNetwork
        >>> round(abs(potential_gain(PeriodicNetwork(), beta=1.0, mu=0.7)), 12)
        0.0
    """
    ends = start + np.array([0.0, loops * network.length])
    before, after = grand_canonical(network, beta, mu, ends).potential
    return float(after - before)


def frozen_gain(network: LoopNetwork, beta: float, number: int, *, start: float = 0.0) -> float:
    """F_N(start + L) - F_N(start): the same with the number of neurons held fixed.

    For a `NeuronPump` it is F_{N+n} - F_N: it depends on N, on beta and on the couplings.

    Args:
        network: a network on a loop.
        beta: inverse temperature, larger than 0.
        number: N, one of the network's numbers.
        start: value of q where the loop begins.

    Raises:
        ParameterError: beta is not positive, or the network has no such number.

    Example:
        >>> from qnpapers.emergent import NeuronPump
        >>> round(frozen_gain(NeuronPump(), beta=1.0, number=0), 4)
        0.1338
    """
    check_ensemble(beta, 0.0)
    index = index_of(network, number)
    energies = network.energies(start + np.array([0.0, network.length]))[:, index]
    before, after = -logsumexp(-beta * energies, axis=1) / beta
    return float(after - before)


def check_ensemble(beta: float, mu: float) -> None:
    """Refuse temperatures and chemical potentials that define no ensemble."""
    positive(beta=beta)
    finite(mu=mu)


def index_of(network: ExchangingNetwork, number: int) -> int:
    """Position of a number of neurons in the network's list."""
    low, high = int(network.numbers[0]), int(network.numbers[-1])
    if not low <= number <= high:
        raise ParameterError(f"number = {number!r}: must be from {low} to {high}")
    return number - low


def _check_tails(
    network: ExchangingNetwork, mu: float, probabilities: np.ndarray, free_energies: np.ndarray
) -> None:
    ends = [end for end, cut in zip((0, -1), network.truncated, strict=True) if cut]
    worst = max(ends, key=lambda end: probabilities[:, end].max(), default=None)
    if worst is None or probabilities[:, worst].max() <= LARGEST_TAIL:
        return
    low, high = network.numbers[[0, -1]]
    steps = np.diff(free_energies, axis=1)
    below = f"above {steps[:, 0].max():.4g}" if 0 in ends else ""
    above = f"below {steps[:, -1].min():.4g}" if -1 in ends else ""
    raise NormalisationError(
        f"mu = {mu:g}: the sum over N = {low} ... {high} does not converge there: "
        f"P(N = {network.numbers[worst]}) = {probabilities[:, worst].max():.1e}, must be at most "
        f"{LARGEST_TAIL:g}; mu must lie well {' and '.join(filter(None, (below, above)))}, or more "
        "numbers must be kept"
    )
