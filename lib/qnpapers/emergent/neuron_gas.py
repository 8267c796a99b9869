"""Neurons on sites that can be empty: a network with a finite number of neurons, E5."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from qnpapers.errors import ParameterError

MAX_SITES = 2000
"""Largest number of sites: (sites + 1)^2 numbers are summed for every q, 64 MB at the limit."""


@dataclass(frozen=True)
class NeuronGas:
    """M sites, each of them empty or with a neuron in the state +1 or -1; q is the common bias.

        H = e N - J S^2 / 2M - q S,    N neurons,  S = sum of their states.

    Only N and the number u of neurons that are up matter, so the states of the ensemble are u = 0
    ... N, and each stands for M! / ((M - N)! u! (N - u)!) states of the sites.

    Args:
        sites: M, from 1 to `MAX_SITES`.
        cost: e, the energy of a neuron.
        coupling: J; below 0 neurons avoid each other's states.

    Raises:
        ParameterError: the number of sites is out of range.

    Example:
        >>> gas = NeuronGas(sites=2)
        >>> np.exp(gas.log_counts()).round()
        array([[1., 0., 0.],
               [2., 2., 0.],
               [1., 2., 1.]])
    """

    sites: int = 200
    cost: float = 0.2
    coupling: float = 0.5

    def __post_init__(self) -> None:
        if not 1 <= self.sites <= MAX_SITES:
            raise ParameterError(f"sites = {self.sites!r}: must be from 1 to {MAX_SITES}")

    @property
    def numbers(self) -> np.ndarray:
        """N from 0 to M."""
        return np.arange(self.sites + 1)

    @property
    def truncated(self) -> tuple[bool, bool]:
        """Both ends are real: there are no neurons, or no empty sites."""
        return False, False

    def energies(self, q: np.ndarray) -> np.ndarray:
        """H(u, N, q), shape (len(q), M + 1, M + 1); +inf where u > N."""
        bias = np.atleast_1d(np.asarray(q, dtype=float))[:, None, None]
        S = self._sums()
        energy = self.cost * self.numbers[:, None] - self.coupling * S**2 / (2 * self.sites)
        return np.where(self._exists(), energy - bias * S, np.inf)

    def forces(self, q: np.ndarray) -> np.ndarray:
        """dH/dq = -S, shape (len(q), M + 1, M + 1)."""
        return np.broadcast_to(-self._sums(), (np.size(q), self.sites + 1, self.sites + 1))

    def log_counts(self) -> np.ndarray:
        """Logarithm of the number of states of the sites with this N and u, -inf where u > N."""
        N, up = self.numbers[:, None], self.numbers[None, :]
        down = np.maximum(N - up, 0)
        ways = gammaln(self.sites + 1) - gammaln(self.sites - N + 1)
        return np.where(self._exists(), ways - gammaln(up + 1) - gammaln(down + 1), -np.inf)

    def _sums(self) -> np.ndarray:
        return (2.0 * self.numbers[None, :] - self.numbers[:, None]).astype(float)

    def _exists(self) -> np.ndarray:
        return self.numbers[None, :] <= self.numbers[:, None]
