"""An ensemble of learners: the Langevin equation of a trainable variable, many times over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event

import numpy as np
from scipy.special import gammaln, xlogy

from qnpapers.emergent.blocks import Status, Tally, follow_blocks, tally_block
from qnpapers.emergent.cell_grid import CellGrid
from qnpapers.emergent.force_table import ForceTable, step_learners, tabulate_force
from qnpapers.emergent.limits import counts, positive
from qnpapers.emergent.networks import Network
from qnpapers.emergent.rule import LearningRule
from qnpapers.errors import NormalisationError, ParameterError, ResolutionError, ShapeError

Start = Callable[[np.random.Generator, int], np.ndarray]
"""Draws the positions at time 0 of so many learners, for example `normal_start(1.5, 0.4)`."""

_TOGETHER = 1e-9  # relative slack when a time is compared with a multiple of the step


@dataclass(frozen=True, eq=False)
class LearningRun:
    """Histograms and moments of an ensemble at the times that were asked for.

    Args:
        times: shape (times,).
        grid: cells of the histograms.
        counts: learners in each cell, shape (times, cells).
        outside: learners left and right of the grid, shape (times, 2).
        mean: of q, over all learners, shape (times,).
        variance: of q.
        paths: positions of the learners that were kept, shape (times, kept).
        learners: how many were followed to the end.
        status: "interrupted" if fewer than asked for, because somebody pressed a key.
    """

    times: np.ndarray
    grid: CellGrid
    counts: np.ndarray
    outside: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    paths: np.ndarray
    learners: int
    status: Status

    @property
    def density(self) -> np.ndarray:
        """The histograms as densities, shape (times, cells)."""
        return self.counts / (self.learners * self.grid.width)

    def distances(self, densities: np.ndarray) -> np.ndarray:
        """L1 distances int |p - p'| to other densities on the same grid, shape (times,)."""
        return np.abs(self.density - densities).sum(axis=-1) * self.grid.width

    def noise_floors(self, densities: np.ndarray) -> np.ndarray:
        """The distances that sampling alone would give if these densities were the true ones.

        The mean absolute deviation of the Poisson number in every cell, added up. It falls as one
        over the root of the number of learners.
        """
        expected = np.asarray(densities) * self.learners * self.grid.width
        below = np.floor(expected)
        log_value = xlogy(below + 1, expected) - expected - gammaln(below + 1)
        return (2 * np.exp(log_value)).sum(axis=-1) / self.learners


def normal_start(mean: float, deviation: float) -> Start:
    """Positions at time 0 that are normally distributed."""
    return lambda rng, size: rng.normal(mean, deviation, size)


def simulate_learning(
    network: Network,
    ensemble_size: int,
    rule: LearningRule,
    *,
    start: Start,
    times: Sequence[float] | np.ndarray,
    step: float,
    grid: CellGrid,
    keep: int = 0,
    threads: int | None = None,
    rng: np.random.Generator,
) -> LearningRun:
    """Follow independent learners by Euler-Maruyama steps and count where they are.

        q <- q + gamma F'(beta, q) dt + sqrt(2 D dt) xi,   xi normal (Ito)

    The error of the density is of order dt, and of order M^(-1/2) from sampling. The force comes
    from a spline on the grid, right to nine digits, and from the network outside of it. Memory does
    not grow with the ensemble, and the result does not depend on the number of threads. A long run
    shows its progress on a terminal, and keeps what it has when it is interrupted.

    Args:
        network: gives the mean force.
        ensemble_size: M, at least 1.
        rule: beta, gamma and D.
        start: draws the positions at time 0.
        times: when to count, increasing, multiples of the step; 0 is allowed.
        step: dt.
        grid: cells of the histograms.
        keep: of how many learners the positions at these times are returned.
        threads: at most so many; None is numba's number of threads.
        rng: parent of the generators of all blocks.

    Returns:
        Histograms and moments; with `status` "interrupted" those of the learners that were done.

    Raises:
        ParameterError: a number is out of range, or a time is no multiple of the step.
        ResolutionError: the step is above 1 / (|gamma| max |F''|), beyond which it overshoots.
        ShapeError: the start does not give one position for each learner.
        NormalisationError: learners run away to infinity.

    Example:
        >>> from qnpapers.emergent import CellGrid, LearningRule, eight_units
        >>> run = simulate_learning(
        ...     eight_units(), 1000, LearningRule(), start=normal_start(1.5, 0.4), times=[0, 1],
        ...     step=0.01, grid=CellGrid(-6, 6, 60), rng=np.random.default_rng(1))
        >>> run.counts.sum(axis=1).tolist(), run.status
        ([1000, 1000], 'completed')
    """
    counts(ensemble_size=ensemble_size)
    positive(step=step)
    steps = steps_between(times, step)
    table = tabulate_force(lambda q: network.mean_force(q, rule.beta), grid.low, grid.high)
    check_step(step, rule, table.steepest)
    move = _mover(network, rule, step, table)

    def follow(first: int, size: int, own: np.random.Generator, stop: Event) -> Tally:
        q, noise = check_start(start(own, size), size), np.empty(size)
        stray = size  # learners that may be outside of the table

        def advance() -> None:
            nonlocal stray
            own.standard_normal(out=noise)
            stray = move(q, noise, stray)

        return tally_block(
            q, steps, advance, check_positions, grid=grid, keep=keep - first, stop=stop
        )

    return run_ensemble(follow, ensemble_size, times, grid, threads=threads, rng=rng)


def run_ensemble(
    follow: Callable[[int, int, np.random.Generator, Event], Tally],
    ensemble_size: int,
    times: Sequence[float] | np.ndarray,
    grid: CellGrid,
    *,
    threads: int | None,
    rng: np.random.Generator,
) -> LearningRun:
    """Follow all blocks of an ensemble and make a `LearningRun` of their tallies."""
    if threads is not None:
        counts(threads=threads)
    total = Tally.empty(len(times), grid.cells)
    status = follow_blocks(follow, total, ensemble_size, threads=threads, rng=rng)
    mean, square = total.sums.T / total.learners
    return LearningRun(
        times=np.array(times, dtype=float),
        grid=grid,
        counts=total.counts,
        outside=total.outside,
        mean=mean,
        variance=np.maximum(square - mean**2, 0.0),
        paths=np.concatenate([np.empty((len(times), 0)), *total.paths], axis=1),
        learners=total.learners,
        status=status,
    )


def steps_between(times: Sequence[float] | np.ndarray, step: float) -> list[int]:
    """How many steps lead to each of the times from the one before, or from 0.

    Raises:
        ParameterError: the times do not increase from 0 on, or are no multiples of the step.
    """
    at = np.asarray(times, dtype=float)
    if at.ndim != 1 or not len(at) or not np.isfinite(at).all():
        raise ParameterError(f"times = {times!r}: must be a list of at least one finite number")
    gaps = np.diff(at, prepend=0.0)
    if at[0] < 0 or (gaps[1:] <= 0).any():
        raise ParameterError(f"times = {times!r}: must increase, from 0 on")
    numbers = np.round(gaps / step)
    if (np.abs(gaps - numbers * step) > _TOGETHER * max(step, float(at[-1]))).any():
        raise ParameterError(f"times = {times!r}: must be multiples of the step {step!r}")
    return [int(number) for number in numbers]


def check_step(step: float, rule: LearningRule, steepest: float) -> None:
    """Refuse a step that overshoots where the free energy curves most.

    Raises:
        ResolutionError: step * |gamma| * max |F''| is above 1.
    """
    curvature = abs(rule.gamma) * steepest
    if step * curvature > 1:
        raise ResolutionError(
            f"step = {step!r}: must be at most {1 / curvature:.3g}, which is "
            f"1 / (|gamma| max |F''|) on the grid; beyond it a step overshoots the minimum"
        )


def check_start(q: np.ndarray, size: int) -> np.ndarray:
    """Return the first positions as an array of its own.

    Raises:
        ShapeError: there is not one finite position for each learner.
    """
    q = np.array(q, dtype=float)
    if q.shape != (size,) or not np.isfinite(q).all():
        raise ShapeError(f"start: gave shape {q.shape}, must be ({size},), finite numbers")
    return q


def check_positions(q: np.ndarray) -> None:
    """Refuse positions that are no numbers any more.

    Raises:
        NormalisationError: a learner has run away.
    """
    if not np.isfinite(q).all():
        raise NormalisationError(
            "learners run away to infinity: with this sign of gamma there is no normalisable "
            "equilibrium, because the free energy is flat or inverted far out"
        )


def _mover(
    network: Network, rule: LearningRule, step: float, table: ForceTable
) -> Callable[[np.ndarray, np.ndarray, int], int]:
    """One step of a block, in place. Learners outside of the table get their force exactly."""
    drift, spread = rule.gamma * step, float(np.sqrt(2 * rule.diffusion * step))
    high = table.low + table.width * len(table.coefficients)
    constants = (table.coefficients, table.low, table.width, drift, spread)

    def move(q: np.ndarray, noise: np.ndarray, stray: int) -> int:
        if not stray:
            return step_learners(q, noise, *constants)
        away = np.flatnonzero(~((q >= table.low) & (q < high)))
        there = q[away]
        stray = step_learners(q, noise, *constants)
        with np.errstate(over="ignore", invalid="ignore"):  # `check_positions` tells it in words
            force = network.mean_force(there, rule.beta)
            q[away] = there + drift * force + spread * noise[away]
        return stray + len(away)

    return move
