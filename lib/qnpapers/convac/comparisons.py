"""Evidence from many comparisons of two integers, and the weights on which bounds are tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from qnpapers.convac.architecture import Architecture
from qnpapers.convac.weights import Weights
from qnpapers.evidence import Evidence

Case = tuple[str, int, int]
"""What was compared, the rank, and the number it is compared with."""


def mismatches(quantity: str, cases: Iterable[Case]) -> Evidence:
    """How many cases differ; the first one that does is the counter-example."""
    count, different, example = 0, 0, "none"
    for what, rank, expected in cases:
        count += 1
        if rank != expected:
            different += 1
            example = f"{what}: {rank}, not {expected}" if different == 1 else example
    return Evidence(quantity, different, 0, count, example)


def largest_excess(quantity: str, cases: Iterable[Case]) -> Evidence:
    """Largest difference (rank - bound), which must not be positive; where it is found first."""
    excesses = [(rank - bound, f"{what}: {rank}, bound {bound}") for what, rank, bound in cases]
    worst, where = max(excesses, key=lambda excess: excess[0])
    return Evidence(quantity, worst, 0, len(excesses), where, relation="<=")


def special_weights(
    architecture: Architecture, rng: np.random.Generator
) -> Iterator[tuple[str, Weights]]:
    """Integer weights as exact Python integers: generic ones, and points of measure zero."""
    shapes = architecture.weight_shapes()
    top = (1, architecture.channels[-1])

    def build(draw: Callable[[tuple[int, ...]], np.ndarray]) -> Weights:
        layers = tuple(draw(shape).astype(object) for shape in shapes)
        return Weights(architecture, layers, draw(top).astype(object))

    yield "random", build(lambda shape: rng.integers(-99, 100, size=shape))
    yield "all equal", build(lambda shape: np.ones(shape, dtype=int))
    yield "zero or one", build(lambda shape: rng.integers(0, 2, size=shape))
    yield "identity", build(lambda shape: np.ones(shape, dtype=int) * _identity(shape))


def _identity(shape: tuple[int, ...]) -> np.ndarray:
    return np.eye(shape[-2], shape[-1], dtype=np.int64)


def describe(architecture: Architecture) -> str:
    """One line that names an architecture, as `Architecture(...)` would build it."""
    sharing = ", shared" if architecture.shared else ""
    return (
        f"N={architecture.sites} P={architecture.window} M={architecture.local_dim} "
        f"r={architecture.channels}{sharing}"
    )
