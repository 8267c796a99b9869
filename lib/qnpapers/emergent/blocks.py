"""An ensemble of learners in blocks: fixed memory, any number of threads, the same result."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import Literal

import numba
import numpy as np
from rich.console import Console
from rich.progress import Progress

from qnpapers.emergent.cell_grid import CellGrid

BLOCK = 8192
"""Learners that are moved together: their positions and random numbers stay in the cache."""

Status = Literal["completed", "interrupted"]


@dataclass(eq=False)
class Tally:
    """What is known about the learners that have been followed, at each of the recorded times.

    Args:
        counts: learners in each cell, shape (times, cells).
        outside: learners left and right of the grid, shape (times, 2).
        sums: of q and of q^2, shape (times, 2).
        learners: how many.
        paths: positions of those that are kept, a list of arrays of shape (times, block).
    """

    counts: np.ndarray
    outside: np.ndarray
    sums: np.ndarray
    learners: int = 0
    paths: list[np.ndarray] = field(default_factory=list)

    @staticmethod
    def empty(times: int, cells: int) -> Tally:
        """A tally of nobody."""
        return Tally(
            np.zeros((times, cells), dtype=np.int64),
            np.zeros((times, 2), dtype=np.int64),
            np.zeros((times, 2)),
        )

    def record(self, at: int, q: np.ndarray, grid: CellGrid) -> None:
        """Count the positions q at the time of this index."""
        cell = np.floor((q - grid.low) / grid.width)
        inside = cell[(cell >= 0) & (cell < grid.cells)].astype(np.int64)
        self.counts[at] = np.bincount(inside, minlength=grid.cells)
        self.outside[at] = np.count_nonzero(cell < 0), np.count_nonzero(cell >= grid.cells)
        self.sums[at] = q.sum(), np.square(q).sum()

    def add(self, other: Tally) -> None:
        """Add the tally of another block."""
        self.counts += other.counts
        self.outside += other.outside
        self.sums += other.sums
        self.learners += other.learners
        self.paths += other.paths


class Stopped(Exception):  # noqa: N818 (no error: the person in front of the screen asked for it)
    """A block ended early because somebody interrupted the run."""


def tally_block(
    q: np.ndarray,
    steps: list[int],
    advance: Callable[[], None],
    check: Callable[[np.ndarray], None],
    *,
    grid: CellGrid,
    keep: int,
    stop: Event,
) -> Tally:
    """Move the learners of one block and count them at the recorded times.

    Args:
        q: positions; `advance` moves them in place by one step.
        steps: how many before each recorded time.
        advance: one step of all learners of the block.
        check: raises if a position is lost; called at the recorded times.
        grid: where they are counted.
        keep: of how many of these learners the positions are kept; none if 0 or negative.
        stop: set when somebody interrupts the run.

    Raises:
        Stopped: the run was interrupted.
    """
    tally, path = Tally.empty(len(steps), grid.cells), np.empty((len(steps), q.size))
    for at, number in enumerate(steps):
        for _ in range(number):
            advance()
        if stop.is_set():
            raise Stopped
        check(q)
        tally.record(at, q, grid)
        path[at] = q
    tally.learners = q.size
    if keep > 0:
        tally.paths.append(path[:, :keep])
    return tally


Follow = Callable[[int, int, np.random.Generator, Event], Tally]
"""Follow a block: index of its first learner, size, its own random numbers, a request to stop."""


def follow_blocks(
    follow: Follow,
    total: Tally,
    ensemble_size: int,
    *,
    threads: int | None,
    rng: np.random.Generator,
) -> Status:
    """Follow all blocks and add them up in their order, so that threads change nothing.

    Block number i has the i-th child of `rng`. An interruption keeps the blocks in front of the
    first unfinished one: the result is that of a smaller ensemble with the same generator.

    Args:
        follow: follows one block.
        total: where the blocks are added up.
        ensemble_size: learners in all blocks.
        threads: how many blocks at a time; None is numba's number of threads.
        rng: parent of the generators.

    Raises:
        KeyboardInterrupt: before the first block was done, so that there is nothing to keep.
    """
    stop = Event()
    starts = iter(range(0, ensemble_size, BLOCK))
    workers = numba.get_num_threads() if threads is None else threads
    running: deque[Future[Tally]] = deque()
    with ThreadPoolExecutor(workers) as pool, progress("learners", ensemble_size) as advance:
        try:
            while True:
                while len(running) < 2 * workers and (start := next(starts, None)) is not None:
                    size = min(BLOCK, ensemble_size - start)
                    [child] = rng.spawn(1)
                    running.append(pool.submit(follow, start, size, child, stop))
                if not running:
                    return "completed"
                done = running.popleft().result()
                total.add(done)
                advance(done.learners)
        except KeyboardInterrupt:
            if not total.learners:
                raise
            return "interrupted"
        finally:
            stop.set()
            for waiting in running:
                waiting.cancel()


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, and nothing elsewhere; gives the function that advances it."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.advance(task, done)
