"""Networks that exchange neurons while a trainable variable goes round a loop: E4p, its control."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from qnpapers.emergent.limits import positive
from qnpapers.errors import ParameterError

MAX_UNITS = 12
"""Largest number of hidden units: their 2^12 states are enumerated for every number of neurons."""


class ExchangingNetwork(Protocol):
    """What the grand canonical ensemble needs to know of a network.

    Attributes:
        numbers: the numbers of neurons N that can occur, consecutive integers, ascending.
        truncated: whether the sum over N really goes on below the first and above the last number.
    """

    @property
    def numbers(self) -> np.ndarray:
        """N in ascending order."""
        ...

    @property
    def truncated(self) -> tuple[bool, bool]:
        """Below and above."""
        ...

    def energies(self, q: np.ndarray) -> np.ndarray:
        """H(x, N, q), shape (len(q), len(numbers), states); +inf where a state does not exist."""
        ...

    def forces(self, q: np.ndarray) -> np.ndarray:
        """dH/dq, of the same shape."""
        ...

    def log_counts(self) -> np.ndarray:
        """Logarithm of how many states an entry stands for; broadcasts to (numbers, states)."""
        ...


class LoopNetwork(ExchangingNetwork, Protocol):
    """An exchanging network with binary hidden units, on a loop of its trainable variable.

    State s of the 2^units has unit j up where bit j of s is set.
    """

    @property
    def length(self) -> float:
        """L, the length of the loop."""
        ...

    @property
    def units(self) -> int:
        """Number of hidden units."""
        ...


@dataclass(frozen=True)
class NeuronPump:
    """A network in which once round the loop relabels the number of neurons: H_N(q+L) = H_{N+n}(q).

        H(s, N, q) = a y^2 / 2 + b cos(2 pi y) - sum_j s_j [ w_j sin(2 pi y + c_j) + g y ]
                     - J cos(2 pi y) sum_{i<j} s_i s_j,        y = N + n q / L,

    with s_j = +1 or -1. N counts neurons from a reference filling, so it can be negative.

    Args:
        stiffness: a, larger than 0; without it no sum over N converges.
        barrier: b, any number.
        weights: w_j, one for each hidden unit, at most `MAX_UNITS` of them, possibly none.
        phases: c_j in radians, as many.
        field: g, coupling of the units to y; it renormalises a, which must stay above 0 in the sum.
        coupling: J, interaction of the units with each other.
        winding: n, the number of neurons that one loop relabels; 0 gives no pump at all.
        length: L, the length of the loop in q, larger than 0.
        lowest: the smallest N that is kept.
        highest: the largest N that is kept.
        store: whether the network is really empty at `lowest`. If not, the sum over N is meant
            to go on, and to be cut off where its terms no longer matter.

    Raises:
        ParameterError: one of the limits above is broken, or `lowest` is not below `highest`.

    Example:
        >>> pump = NeuronPump()
        >>> q = np.array([0.25])
        >>> bool(np.allclose(pump.energies(q + 1)[:, :-1], pump.energies(q)[:, 1:]))
        True
    """

    stiffness: float = 0.35
    barrier: float = 0.25
    weights: tuple[float, ...] = (0.8, -0.5, 0.6, 0.4)
    phases: tuple[float, ...] = (0.3, 1.1, 2.0, 4.0)
    field: float = 0.15
    coupling: float = 0.0
    winding: int = 1
    length: float = 1.0
    lowest: int = -60
    highest: int = 60
    store: bool = False

    def __post_init__(self) -> None:
        positive(stiffness=self.stiffness, length=self.length)
        _check_units(self.weights, self.phases)
        _check_numbers(self.lowest, self.highest)

    @property
    def numbers(self) -> np.ndarray:
        """N from `lowest` to `highest`."""
        return np.arange(self.lowest, self.highest + 1)

    @property
    def truncated(self) -> tuple[bool, bool]:
        """Only a store that can be empty ends the sum for good, below."""
        return not self.store, True

    @property
    def units(self) -> int:
        """Number of hidden units."""
        return len(self.weights)

    def energies(self, q: np.ndarray) -> np.ndarray:
        """H(s, N, q), shape (len(q), len(numbers), 2^units)."""
        y, s = self._filling(q), spins(self.units)
        turn = 2 * np.pi * y
        bare = self.stiffness * y**2 / 2 + self.barrier * np.cos(turn)
        local = np.sin(turn + np.asarray(self.phases)) * self.weights + self.field * y
        return bare - local @ s.T - self.coupling * np.cos(turn) * _pairs(s)

    def forces(self, q: np.ndarray) -> np.ndarray:
        """dH/dq, shape (len(q), len(numbers), 2^units)."""
        y, s = self._filling(q), spins(self.units)
        turn, rate = 2 * np.pi * y, 2 * np.pi
        bare = self.stiffness * y - rate * self.barrier * np.sin(turn)
        local = rate * np.cos(turn + np.asarray(self.phases)) * self.weights + self.field
        along = bare - local @ s.T + rate * self.coupling * np.sin(turn) * _pairs(s)
        return along * self.winding / self.length

    def log_counts(self) -> np.ndarray:
        """Every state once."""
        return np.zeros((1, 1))

    def _filling(self, q: np.ndarray) -> np.ndarray:
        """y, shape (len(q), numbers, 1)."""
        turns = self.winding * np.atleast_1d(np.asarray(q, dtype=float)) / self.length
        return (self.numbers + turns[:, None])[:, :, None]


@dataclass(frozen=True)
class PeriodicNetwork:
    """The control: neurons are exchanged, but the loop relabels nothing, H_N(q+L) = H_N(q).

        H(s, N, q) = a N^2 / 2 - b N sin(2 pi q / L) - (1 + g N) sum_j s_j w_j sin(2 pi q / L + c_j)

    Args:
        stiffness: a, larger than 0.
        drive: b, how strongly q acts on the number of neurons.
        growth: g, how the local fields grow with the number of neurons.
        weights: w_j, one for each hidden unit.
        phases: c_j in radians, as many.
        length: L, larger than 0.
        lowest: the smallest N that is kept.
        highest: the largest N that is kept.

    Raises:
        ParameterError: stiffness or length is not positive, weights and phases differ in number, or
            `lowest` is not below `highest`.

    Example:
        >>> control = PeriodicNetwork()
        >>> q = np.array([0.25])
        >>> bool(np.allclose(control.energies(q + 1), control.energies(q)))
        True
    """

    stiffness: float = 0.4
    drive: float = 0.3
    growth: float = 0.2
    weights: tuple[float, ...] = (0.8, -0.5, 0.6, 0.4)
    phases: tuple[float, ...] = (0.3, 1.1, 2.0, 4.0)
    length: float = 1.0
    lowest: int = -60
    highest: int = 60

    def __post_init__(self) -> None:
        positive(stiffness=self.stiffness, length=self.length)
        _check_units(self.weights, self.phases)
        _check_numbers(self.lowest, self.highest)

    @property
    def numbers(self) -> np.ndarray:
        """N from `lowest` to `highest`."""
        return np.arange(self.lowest, self.highest + 1)

    @property
    def truncated(self) -> tuple[bool, bool]:
        """The sum over N is meant to go on at both ends."""
        return True, True

    @property
    def units(self) -> int:
        """Number of hidden units."""
        return len(self.weights)

    def energies(self, q: np.ndarray) -> np.ndarray:
        """H(s, N, q), shape (len(q), len(numbers), 2^units)."""
        N, turn = self._numbers_and_turn(q)
        local = np.sin(turn + np.asarray(self.phases)) * self.weights
        units = (1 + self.growth * N) * (local @ spins(self.units).T)
        return self.stiffness * N**2 / 2 - self.drive * N * np.sin(turn) - units

    def forces(self, q: np.ndarray) -> np.ndarray:
        """dH/dq, shape (len(q), len(numbers), 2^units)."""
        N, turn = self._numbers_and_turn(q)
        local = np.cos(turn + np.asarray(self.phases)) * self.weights
        units = (1 + self.growth * N) * (local @ spins(self.units).T)
        return 2 * np.pi / self.length * (-self.drive * N * np.cos(turn) - units)

    def log_counts(self) -> np.ndarray:
        """Every state once."""
        return np.zeros((1, 1))

    def _numbers_and_turn(self, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        turn = 2 * np.pi * np.atleast_1d(np.asarray(q, dtype=float)) / self.length
        return self.numbers[:, None], turn[:, None, None]


def spins(units: int) -> np.ndarray:
    """The 2^units states of `units` binary units, +1 where bit j is set, shape (2^units, units)."""
    states = np.arange(2**units)[:, None]
    return 2.0 * (states >> np.arange(units) & 1) - 1


def _pairs(s: np.ndarray) -> np.ndarray:
    """The sum over pairs s_i s_j of each state."""
    return (s.sum(axis=1) ** 2 - s.shape[1]) / 2


def _check_units(weights: tuple[float, ...], phases: tuple[float, ...]) -> None:
    if len(weights) != len(phases):
        raise ParameterError(
            f"phases: {len(phases)} of them, must be one for each of the {len(weights)} weights"
        )
    if len(weights) > MAX_UNITS:
        raise ParameterError(f"weights: {len(weights)} of them, must be at most {MAX_UNITS}")


def _check_numbers(lowest: int, highest: int) -> None:
    if not lowest < highest:
        raise ParameterError(f"lowest = {lowest}: must be below highest = {highest}")
