"""How the benchmarks measure."""

from __future__ import annotations

import importlib.metadata
import statistics
import time
from collections.abc import Callable

import numpy as np


def seconds(function: Callable[[], object], repeats: int = 5) -> float:
    """Median wall time of a call, after one call that is not counted."""
    function()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def growth(sizes: list[int], times: list[float]) -> float:
    """Exponent of a power law through the upper half of the points."""
    half = len(sizes) // 2
    return float(np.polyfit(np.log(sizes[half:]), np.log(times[half:]), 1)[0])


def peer(name: str) -> str:
    """Name and version of a peer."""
    return f"{name} {importlib.metadata.version(name)}"
