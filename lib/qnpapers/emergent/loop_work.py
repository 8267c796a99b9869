"""Work of the learning force once round a loop, sampled on a network that exchanges neurons."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from qnpapers.emergent.exchange_moves import drive_chains, move_chains, random_state
from qnpapers.emergent.grand_canonical import (
    check_ensemble,
    frozen_gain,
    grand_canonical,
    index_of,
    potential_gain,
)
from qnpapers.emergent.neuron_pump import LoopNetwork
from qnpapers.errors import NormalisationError, ParameterError, ResolutionError, SizeError

MAX_TABLE = 2**27
"""Largest number of energies that are tabulated at once, 1 GB."""

QUADRATURE_ERROR = 1e-4
"""Largest error of the rule on the loop, as a share of beta^-1 + |mu|."""

_BLOCK = 2048

_T = TypeVar("_T")


@dataclass(frozen=True)
class QuasiStatic:
    """The loop in equilibrium: chains wait at each point until the mean force there is known.

    Args:
        points: number of points on the loop, at least 2.
        sweeps: sweeps that are measured at each point, at least 1.
        burn_in: sweeps before them, at least 0.
    """

    points: int = 32
    sweeps: int = 1200
    burn_in: int = 200

    def __post_init__(self) -> None:
        at_least(2, points=self.points)
        at_least(1, sweeps=self.sweeps)
        at_least(0, burn_in=self.burn_in)


@dataclass(frozen=True)
class FiniteRate:
    """The loop at a finite speed: q moves by L / steps, then one sweep, and so on.

    Args:
        steps: steps in one loop, at least 1.
        loops: how many loops; the work is that of the last one. At least 1.
    """

    steps: int
    loops: int = 3

    def __post_init__(self) -> None:
        at_least(1, steps=self.steps, loops=self.loops)


@dataclass(frozen=True)
class LoopWork:
    """The circulation of the learning force, as sampled.

    Args:
        work: mean of the integral of dH/dq round the loop.
        error: its standard error, from the spread of independent chains.
        q: points of the loop, shape (points,); empty at a finite rate.
        forces: mean of dH/dq at each, shape (points,); empty at a finite rate.
        force_errors: their standard errors; empty at a finite rate.
        numbers: mean N at each point; at a finite rate the mean N before and after the last loop.
    """

    work: float
    error: float
    q: np.ndarray
    forces: np.ndarray
    force_errors: np.ndarray
    numbers: np.ndarray


def loop_work(
    network: LoopNetwork,
    beta: float,
    mu: float,
    drive: QuasiStatic | FiniteRate | None = None,
    *,
    chains: int = 256,
    exchange: float = 1.0,
    number: int | None = None,
    threads: int = 1,
    rng: np.random.Generator,
) -> LoopWork:
    """Sample the integral of <dH/dq> dq once round the loop by Metropolis moves.

    A sweep tries to flip each unit once, and `exchange` times to gain or lose one neuron, which is
    accepted with probability min(1, e^{-beta (dH - mu dN)}).

        quasi-static:  -> n mu for a pump, 0 for a periodic network
        frozen:        F_N(q + L) - F_N(q), which does not know mu
        finite rate:   in between, with an excess over n mu that falls as 1/steps

    Args:
        network: a network on a loop.
        beta: inverse temperature, larger than 0.
        mu: chemical potential of the reservoir.
        drive: `QuasiStatic` (the default) or `FiniteRate`.
        chains: independent chains, at each point or round the loop, at least 2.
        exchange: mean number of attempts to exchange a neuron in a sweep, from 0 (frozen) to 1.
        number: N at the start; where it is None, the most probable one at the start of the loop.
        threads: blocks that run side by side; the result does not depend on it.
        rng: source of all random numbers; each block gets a child of it by its index.

    Returns:
        A `LoopWork`. Its error is statistical; `QuasiStatic` adds at most `QUADRATURE_ERROR`.

    Raises:
        ParameterError: beta, chains, exchange, number or threads is out of range.
        NormalisationError: as `grand_canonical`; or a chain has reached a number of neurons where
            the sum is cut off.
        ResolutionError: there are too few points for the force to be integrated.
        SizeError: the tables of a loop would need more than 1 GB.

    Example:
        >>> from qnpapers.emergent import NeuronPump
        >>> rng = np.random.default_rng(1)
        >>> sampled = loop_work(NeuronPump(), 1.0, 0.7, QuasiStatic(32, 100), chains=64, rng=rng)
        >>> abs(sampled.work - 0.7) < 4 * sampled.error < 0.2
        True
    """
    check_ensemble(beta, mu)
    at_least(2, chains=chains)
    at_least(1, threads=threads)
    if not 0 <= exchange <= 1:
        raise ParameterError(f"exchange = {exchange!r}: must be from 0 (frozen) to 1")
    if number is None:
        number = int(_most_probable(network, beta, mu, np.zeros(1))[0])
    start = index_of(network, number)
    setting = _Setting(network, beta, mu, chains, exchange, start, threads)
    if isinstance(drive, FiniteRate):
        return _finite_rate(setting, drive, rng)
    return _quasi_static(setting, drive or QuasiStatic(), rng)


@dataclass(frozen=True)
class _Setting:
    network: LoopNetwork
    beta: float
    mu: float
    chains: int
    exchange: float
    start: int
    threads: int

    def table(self, q: np.ndarray) -> np.ndarray:
        """-beta (H - mu N), shape (len(q), numbers, states)."""
        shape = (len(q), len(self.network.numbers), 2**self.network.units)
        if math.prod(shape) > MAX_TABLE:
            raise SizeError(
                f"{len(q)} points of the loop: a table of {math.prod(shape):,} energies is "
                f"needed, at most {MAX_TABLE:,} are held"
            )
        gain = self.mu * self.network.numbers[:, None]
        return self.beta * (gain - self.network.energies(q))

    def side_by_side(self, function: Callable[[int], _T], count: int) -> list[_T]:
        """The function of each index, in order, on as many threads as asked for."""
        with ThreadPoolExecutor(self.threads) as pool:
            return list(pool.map(function, range(count)))


def _quasi_static(setting: _Setting, drive: QuasiStatic, rng: np.random.Generator) -> LoopWork:
    network, chains, exchange = setting.network, setting.chains, setting.exchange
    q, weights = _rule(setting, drive.points)
    _check_rule(setting, q, weights)
    starts = _starts(setting, q)
    tables, forces, children = setting.table(q), network.forces(q), rng.spawn(len(q))

    def at_point(point: int) -> np.ndarray:
        places = np.full(chains, starts[point] << network.units)
        random = random_state(rng=children[point])
        moved = (tables[point], forces[point], places, network.units, exchange)
        move_chains(*moved, drive.burn_in, random)
        return move_chains(*moved, drive.sweeps, random)

    sums = np.stack(setting.side_by_side(at_point, len(q))) / drive.sweeps  # [point, what, chain]
    means, errors = sums.mean(axis=2), sums.std(axis=2, ddof=1) / math.sqrt(chains)
    return LoopWork(
        float(weights @ means[:, 0]),
        float(np.sqrt(weights**2 @ errors[:, 0] ** 2)),
        q,
        means[:, 0],
        errors[:, 0],
        means[:, 1] + network.numbers[0],
    )


def _finite_rate(setting: _Setting, drive: FiniteRate, rng: np.random.Generator) -> LoopWork:
    network, chains = setting.network, setting.chains
    places = np.full(chains, setting.start << network.units)
    parts = [slice(first, first + _BLOCK) for first in range(0, chains, _BLOCK)]
    randoms = [random_state(rng=child) for child in rng.spawn(len(parts))]
    before = places
    for loop in range(drive.loops):
        q = network.length * (loop + np.arange(drive.steps + 1) / drive.steps)
        table, before = setting.table(q), places.copy()

        def round_the_loop(block: int, table: np.ndarray = table) -> np.ndarray:
            moved = (places[parts[block]], network.units, setting.exchange, randoms[block])
            gains, low, high = drive_chains(table, *moved)
            _check_reached(network, low, high)
            return -gains / setting.beta

        work = np.concatenate(setting.side_by_side(round_the_loop, len(parts)))
    means = [(one >> network.units).mean() for one in (before, places)]
    ends = np.array(means) + network.numbers[0]
    none = np.empty(0)
    error = work.std(ddof=1) / math.sqrt(chains)
    return LoopWork(float(work.mean()), float(error), none, none, none, ends)


def _rule(setting: _Setting, points: int) -> tuple[np.ndarray, np.ndarray]:
    """Points and weights on the loop: uniform for a periodic force, of Gauss where N is frozen."""
    if setting.exchange > 0:
        q = np.arange(points) / points
        weights = np.full(points, 1 / points)
    else:
        q, weights = np.polynomial.legendre.leggauss(points)
        q, weights = (q + 1) / 2, weights / 2
    return setting.network.length * q, setting.network.length * weights


def _check_rule(setting: _Setting, q: np.ndarray, weights: np.ndarray) -> None:
    """The force is known exactly by enumeration; what the rule misses must not show."""
    network, beta, mu = setting.network, setting.beta, setting.mu
    exact = grand_canonical(network, beta, mu, q)
    if setting.exchange > 0:
        error = weights @ exact.force - potential_gain(network, beta, mu)
    else:
        forces = exact.canonical_forces[:, setting.start]
        error = weights @ forces - frozen_gain(network, beta, network.numbers[setting.start])
    allowed = QUADRATURE_ERROR * (1 / beta + abs(mu))
    if not abs(error) <= allowed:
        raise ResolutionError(
            f"points = {len(q)}: too few, the rule on the loop is wrong by {abs(error):.1e}, must "
            f"be at most {allowed:.1e}"
        )


def _starts(setting: _Setting, q: np.ndarray) -> np.ndarray:
    """Positions of the first numbers of neurons, one for each point."""
    if setting.exchange == 0:
        return np.full(len(q), setting.start)
    most = _most_probable(setting.network, setting.beta, setting.mu, q)
    return most - setting.network.numbers[0]


def _most_probable(network: LoopNetwork, beta: float, mu: float, q: np.ndarray) -> np.ndarray:
    probabilities = grand_canonical(network, beta, mu, q).probabilities
    return network.numbers[probabilities.argmax(axis=1)]


def _check_reached(network: LoopNetwork, low: int, high: int) -> None:
    last = len(network.numbers) - 1
    below, above = network.truncated
    if (below and low == 0) or (above and high == last):
        number = network.numbers[0 if below and low == 0 else last]
        raise NormalisationError(
            f"a chain has reached N = {number}, where the numbers of the network are cut off; more "
            "numbers must be kept, or fewer loops run"
        )


def at_least(minimum: int, **values: int) -> None:
    """Require integers of at least `minimum`."""
    for name, value in values.items():
        if not (isinstance(value, int) and value >= minimum):
            raise ParameterError(f"{name} = {value!r}: must be an integer of at least {minimum}")
