"""Minimal cuts of ConvACs by looking at every cut, and by maximal flow."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import networkx as nx
import numpy as np


def smallest_cut_of_all(
    sites: int, local_dim: int, channels: Sequence[int], window: int, region: Collection[int]
) -> int:
    """Try every assignment of weight matrices and output vector to the two sides.

    A leg whose site and matrix lie apart costs M; a copy tensor whose neighbours do not all lie on
    one side costs r, once.
    """
    counts = [sites // window**level for level in range(len(channels) + 1)]
    starts = np.cumsum([0, *counts])
    assignments = np.arange(2 ** int(starts[-1]))
    side = [(assignments >> bit) & 1 for bit in range(int(starts[-1]))]
    weight = np.ones(len(assignments), dtype=np.int64)
    for j in range(sites):
        weight *= np.where(side[j] != int(j in region), local_dim, 1)
    for level, width in enumerate(channels):
        for j in range(counts[level + 1]):
            first = int(starts[level]) + j * window
            neighbours = [*range(first, first + window), int(starts[level + 1]) + j]
            inside = sum(side[k] for k in neighbours)
            weight *= np.where((inside > 0) & (inside < window + 1), width, 1)
    return int(weight.min())


def largest_flow(
    sites: int,
    channels: Sequence[int],
    window: int,
    region: Collection[int],
    capacity: Sequence[float],
) -> float:
    """Maximal flow from the region to its complement; equal to the additive minimal cut.

    Args:
        sites: N.
        channels: only their number is read.
        window: P.
        region: 0-based sites.
        capacity: of a leg, then of the copy tensors of each level: exact integers (exponents of a
            common base) or logarithms of the dimensions.
    """
    graph = nx.DiGraph()
    for j in range(sites):
        ends = ("source", ("site", j)) if j in region else (("site", j), "sink")
        graph.add_edge(*ends)  # no capacity: as much as you like
        for one, other in ((("site", j), (0, j)), ((0, j), ("site", j))):
            graph.add_edge(one, other, capacity=capacity[0])
    for level in range(len(channels)):
        for j in range(sites // window ** (level + 1)):
            into, out = ("into", level, j), ("out", level, j)
            graph.add_edge(into, out, capacity=capacity[level + 1])
            children = [(level, j * window + k) for k in range(window)]
            for neighbour in [*children, (level + 1, j)]:
                graph.add_edge(neighbour, into)
                graph.add_edge(out, neighbour)
    return nx.maximum_flow_value(graph, "source", "sink")


def smallest_cut_by_flow(
    sites: int,
    local_dim: int,
    channels: Sequence[int],
    window: int,
    region: Collection[int],
    base: int | None = None,
) -> float:
    """Minimal cut by maximal flow: exact for powers of `base`, else exp of a float."""
    dimensions = (local_dim, *channels)
    if base is None:
        flow = largest_flow(sites, channels, window, region, [math.log(d) for d in dimensions])
        return math.exp(flow)
    exponents = [exponent(d, base) for d in dimensions]
    return base ** int(largest_flow(sites, channels, window, region, exponents))


def exponent(number: int, base: int) -> int:
    """The number e with base**e == number."""
    found = next(e for e in range(number) if base**e >= number)
    if base**found != number:
        raise ValueError(f"{number} is no power of {base}")
    return found
