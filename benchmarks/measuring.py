"""How the benchmarks measure."""

from __future__ import annotations

import importlib.metadata
import statistics
import time
import timeit
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numba
import numpy as np

from qnpapers.convac import finite_field


def seconds(function: Callable[[], object], repeats: int = 5) -> float:
    """Median wall time of a call, after one call that is not counted."""
    function()
    return statistics.median(once(function) for _ in range(repeats))


def fastest(function: Callable[[], object], repeats: int = 15) -> float:
    """Smallest wall time of a call; short ones are repeated until a millisecond is over."""
    function()
    calls = max(1, round(1e-3 / max(once(function), 1e-7)))
    return min(timeit.repeat(function, number=calls, repeat=repeats)) / calls


def once(function: Callable[[], object]) -> float:
    """Wall time of a single call."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def peer(name: str) -> str:
    """Name and version of a peer."""
    return f"{name} {importlib.metadata.version(name)}"


@dataclass
class Work:
    """Multiply-adds modulo p, counted from the shapes of what is multiplied and eliminated."""

    join: int = 0
    eliminate: int = 0


@contextmanager
def counted_work() -> Iterator[Work]:
    """Count the work of every `certified_rank` in the block; it must not be timed meanwhile."""
    work, join, rank = Work(), finite_field.join, finite_field.rank

    def counting_join(left, right, layer, rows, columns, state):
        result = join(left, right, layer, rows, columns, state)
        height, _, breadth = result.shape
        work.join += height * left.shape[1] * breadth * (1 + len(layer))
        for core in (left, right):
            if left.shape[2] * right.shape[2] > columns:
                work.join += core.size * breadth
            if len(left) * len(right) > rows:
                mixed = breadth if left.shape[2] * right.shape[2] > columns else core.shape[2]
                work.join += height * len(core) * core.shape[1] * mixed
        return result

    def counting_rank(matrix):
        found = rank(matrix)
        work.eliminate += elimination_work(*matrix.shape, found)
        return found

    finite_field.join, finite_field.rank = counting_join, counting_rank
    try:
        yield work
    finally:
        finite_field.join, finite_field.rank = join, rank


def elimination_work(rows: int, columns: int, rank: int) -> int:
    """Multiply-adds of an elimination: (rows - k)(columns - k) for pivot k; n**3 / 3 if square."""
    return sum((rows - k) * (columns - k) for k in range(1, rank + 1))


def rates(work: int, elapsed: float, floor: float) -> dict[str, object]:
    """Columns of a table: multiply-adds, how many a nanosecond, and how far from the floor."""
    return {
        "multiply-adds": f"{work:.2e}",
        "per ns": work / elapsed / 1e9,
        "times the floor": elapsed * floor / work,
    }


def multiply_adds_per_second() -> float:
    """The floor: 64-bit sums of products of 32-bit numbers in the cache, without any reduction."""
    target = np.zeros(1024, dtype=np.uint64)
    sources = np.ones((4, 1024), dtype=np.uint32)
    return 4 * 1024 * 10_000 / seconds(lambda: _add_products(target, sources, 10_000))


@numba.njit
def _add_products(target: np.ndarray, sources: np.ndarray, repeats: int) -> None:
    a, b, c, d = sources[0, 0], sources[1, 0], sources[2, 0], sources[3, 0]
    x, y, z, w = sources[0], sources[1], sources[2], sources[3]
    for _ in range(repeats):
        for j in range(target.size):
            first = np.uint64(a) * np.uint64(x[j]) + np.uint64(b) * np.uint64(y[j])
            target[j] += first + np.uint64(c) * np.uint64(z[j]) + np.uint64(d) * np.uint64(w[j])
