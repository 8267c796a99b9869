"""Small networks, regions and weights for Hypothesis to choose from."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from qnpapers.convac import Architecture, Weights

SHAPES = ((2, 2), (4, 2), (8, 2), (3, 3), (9, 3), (4, 4), (8, 8))
"""(sites, window) whose dense tensors stay small."""

KINDS = (
    "uniform modulo p",
    "small",
    "all one",
    "zero or one",
    "identity",
    "rank one",
    "a zero layer",
    "equal siblings",
)
"""Ways to draw integer weights: two generic ones, and points of measure zero."""

WIDTHS = st.integers(1, 6)
LOCAL_DIMS = st.integers(1, 3)

seeds = st.integers(0, 2**32 - 1)


@st.composite
def architectures(
    draw: st.DrawFn,
    shapes: tuple[tuple[int, int], ...] = SHAPES,
    dimensions: st.SearchStrategy[int] = WIDTHS,
    local_dims: st.SearchStrategy[int] = LOCAL_DIMS,
    shared: bool | None = None,
) -> Architecture:
    sites, window = draw(st.sampled_from(shapes))
    levels = next(k for k in range(1, 20) if window**k == sites)
    channels = draw(st.lists(dimensions, min_size=levels, max_size=levels))
    tied = draw(st.booleans()) if shared is None else shared
    return Architecture(sites, draw(local_dims), tuple(channels), window, tied)


def regions(sites: int) -> st.SearchStrategy[tuple[int, ...]]:
    """Every region but the empty one and the whole."""
    number = st.integers(1, 2**sites - 2)
    return number.map(lambda bits: tuple(j for j in range(sites) if bits >> j & 1))


@st.composite
def networks_with_region(draw: st.DrawFn, **options: Any) -> tuple[Architecture, tuple[int, ...]]:
    architecture = draw(architectures(**options))
    return architecture, draw(regions(architecture.sites))


def integer_weights(kind: str, architecture: Architecture, rng: np.random.Generator) -> Weights:
    """Integer weights of one of `KINDS`, dtype int64."""
    layers = [_integers(kind, shape, rng) for shape in architecture.weight_shapes()]
    if kind == "a zero layer":
        layers[rng.integers(len(layers))][:] = 0
    if kind == "equal siblings":
        layers = [np.repeat(a[:1], len(a), axis=0) for a in layers]
    output = _integers(kind, (1, architecture.classes, architecture.channels[-1]), rng)[0]
    return Weights(architecture, tuple(layers), output)


def _integers(kind: str, shape: tuple[int, int, int], rng: np.random.Generator) -> np.ndarray:
    if kind == "uniform modulo p":
        return rng.integers(2**31 - 1, size=shape)
    if kind == "all one":
        return np.ones(shape, dtype=np.int64)
    if kind == "zero or one":
        return rng.integers(2, size=shape)
    if kind == "identity":
        return np.array(np.broadcast_to(np.eye(*shape[1:], dtype=np.int64), shape))
    if kind == "rank one":
        left, right = (
            rng.integers(-9, 10, size=(*shape[:2], 1)),
            rng.integers(-9, 10, size=shape[2]),
        )
        return left * right
    return rng.integers(-5, 6, size=shape)
