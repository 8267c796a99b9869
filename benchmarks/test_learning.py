"""`simulate_learning` beside a loop in numpy, and beside its floor: the random numbers."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from measuring import once, peer

from qnpapers.emergent import (
    CellGrid,
    LearningRule,
    eight_units,
    normal_start,
    simulate_learning,
)

TITLE = "simulate_learning: a million learners with eight hidden units (ns for a learner's step)"
TASKS = "simulate_learning: growth with the ensemble (two threads, 200 steps)"

SIZE, STEPS, STEP, THREADS = 1_000_000, 50, 0.005, 2
NETWORK, RULE, GRID = eight_units(), LearningRule(), CellGrid(-6, 6, 120)


def _ours(size: int, steps: int, threads: int, rng: np.random.Generator) -> None:
    simulate_learning(
        NETWORK,
        size,
        RULE,
        start=normal_start(1.5, 0.4),
        times=[steps * STEP],
        step=STEP,
        grid=GRID,
        threads=threads,
        rng=rng,
    )


def _plain(size: int, steps: int, rng: np.random.Generator) -> np.ndarray:
    """All learners in one array; the force by its formula at every step."""
    w, c = NETWORK.w, NETWORK.c
    q = rng.normal(1.5, 0.4, size)
    for _ in range(steps):
        force = NETWORK.decay * q - np.tanh(q[:, None] * w + c) @ w
        noise = rng.standard_normal(size)
        q = q - STEP * force + np.sqrt(2 * RULE.diffusion * STEP) * noise
    return q


def _draw(size: int, steps: int, threads: int, rng: np.random.Generator) -> None:
    """Nothing but the same number of normal random numbers, in blocks that stay in the cache."""

    def fill(own: np.random.Generator) -> None:
        block = np.empty(8192)
        for _ in range(size * steps // threads // len(block)):
            own.standard_normal(out=block)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(fill, rng.spawn(threads)))


def _both(function: Callable[[], object]) -> tuple[float, float]:
    """Wall time and time of all cores, the median of three calls."""
    function()
    times = []
    for _ in range(3):
        wall, cores = time.perf_counter(), time.process_time()
        function()
        times.append((time.perf_counter() - wall, time.process_time() - cores))
    return sorted(times)[1]


def test_a_million_learners(tables, rng):
    floor = _both(lambda: _draw(SIZE, STEPS, THREADS, rng))
    programs = {
        "qnpapers, 2 threads": (lambda: _ours(SIZE, STEPS, THREADS, rng), STEPS),
        "qnpapers, 1 thread": (lambda: _ours(SIZE, STEPS, 1, rng), STEPS),
        f"loop over steps, {peer('numpy')}": (lambda: _plain(SIZE, 4, rng), 4),
        "floor: random numbers, 1 thread": (lambda: _draw(SIZE, STEPS, 1, rng), STEPS),
        "floor: random numbers, 2 threads": (None, STEPS),
    }
    for name, (program, steps) in programs.items():
        wall, cores = floor if program is None else _both(program)
        tables.add(
            TITLE,
            program=name,
            wall=1e9 * wall / SIZE / steps,
            **{
                "all cores": 1e9 * cores / SIZE / steps,
                "wall / floor": wall / floor[0] * STEPS / steps,
                "cores / floor": cores / floor[1] * STEPS / steps,
            },
        )


def test_growth(tables, rng):
    for size in (10_000, 100_000, 1_000_000):
        elapsed = once(lambda size=size: _ours(size, 200, THREADS, rng))
        tables.add(TASKS, learners=size, s=elapsed, ns=1e9 * elapsed / size / 200)
