"""Minimal cuts through the tensor network of a ConvAC, exactly and in linear time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from qnpapers.convac.architecture import Architecture, region_mask
from qnpapers.convac.subtrees import Subtrees, as_subtrees

Node = tuple[str] | tuple[str, int] | tuple[str, int, int]
"""A node of `bond_graph`."""


@dataclass(frozen=True)
class CutLayer:
    """The bonds of one kind that a cut goes through.

    Args:
        name: "legs" for the open legs of the sites, "level l" for the copy tensors of level l.
        dimension: bond dimension, M for legs and r_l for copy tensors.
        bonds: 0-based positions of the cut bonds within the layer.
    """

    name: str
    dimension: int
    bonds: np.ndarray

    @property
    def count(self) -> int:
        """Number of cut bonds."""
        return int(self.bonds.size)


@dataclass(frozen=True)
class MinCut:
    """A cut of least weight that separates a region of sites from its complement.

    Args:
        weight: product of the dimensions of the cut bonds, each copy tensor once; exact.
        layers: what is cut in each layer, the open legs first, then levels 0 to L-1.
        sides: for each level of weight matrices (the output vector last) on which side of the cut
            they stand: True with the region.
    """

    weight: int
    layers: tuple[CutLayer, ...]
    sides: tuple[np.ndarray, ...]

    def nodes(self, region: Iterable[int]) -> tuple[list[Node], list[Node]]:
        """Nodes of `bond_graph`: those on the region's side, and the copy tensors that are cut."""
        *levels, top = self.sides
        inside: list[Node] = [("site", int(j)) for j in region]
        for level, side in enumerate(levels):
            inside += [("matrix", level, int(j)) for j in np.flatnonzero(side)]
        inside += [("output",)] if top[0] else []
        cut = enumerate(self.layers[1:])
        return inside, [("copy", level, int(j)) for level, layer in cut for j in layer.bonds]

    @property
    def log_weight(self) -> float:
        """ln(weight): the cap that the cut puts on the entanglement entropy."""
        return math.log(self.weight)


@dataclass(frozen=True)
class Branches:
    """The dynamic programme at one level: what it costs to cut the subtree of each site.

    A subtree ends in a weight matrix. Row 0 of the arrays, shape (2, sites of the level), holds
    for the case that this matrix stands on the region's side, row 1 for the other case.

    Args:
        costs: least weight of a cut through the subtree; int64, or Python integers where int64
            could overflow.
        cut: whether that cut goes through the copy tensor below the matrix.
    """

    costs: np.ndarray
    cut: np.ndarray

    @property
    def free(self) -> np.ndarray:
        """The cheaper case: what the subtree costs below a copy tensor that is cut."""
        return np.minimum(self.costs[0], self.costs[1])

    def take(self, numbers: np.ndarray) -> Branches:
        """The branches with these numbers, in this order."""
        return Branches(self.costs[:, numbers], self.cut[:, numbers])

    def rank_bounds(self, width: int) -> list[tuple[int, int]]:
        """How many (rows, columns) of each subtree can be independent, by the minimal cut.

        Args:
            width: number of channels in which the subtree ends.
        """
        return [(min(b, a * width), min(a, b * width)) for a, b in self.costs.T.tolist()]


def min_cut(architecture: Architecture, region: Iterable[int]) -> MinCut:
    """Least multiplicative weight W = prod of cut bond dimensions, with one cut that has it.

    A copy tensor whose legs have dimension r counts r once, however many of its legs are cut: it
    has Schmidt rank r across every bipartition of its legs. From the leaves up,

        W_A(v) = min( prod_children W_A , r_l prod_children min(W_A, W_B) ),

    likewise W_B, starting from (1, M) for a site of the region and (M, 1) for the others. All
    sites of a level are worked out at once, so 2**20 sites take well under a second. Where several
    cuts have the least weight, the one with fewer cut copy tensors near the output is returned.

    Args:
        architecture: any window, shared or not (sharing does not change the cut).
        region: 0-based sites.

    Returns:
        the cut; its `weight` is an exact integer of any length.

    Raises:
        RegionError: the region is empty, everything, out of range or not made of integers.
    """
    mask = region_mask(architecture.sites, region)
    levels = branches(architecture, mask)
    sides, cuts = _sweep_down(architecture, levels)
    legs = CutLayer("legs", architecture.local_dim, np.flatnonzero(sides[0] != mask))
    deltas = [
        CutLayer(f"level {level}", width, np.flatnonzero(cut))
        for level, (width, cut) in enumerate(zip(architecture.channels, cuts, strict=True))
    ]
    return MinCut(int(levels[-1].free[0]), (legs, *deltas), sides)


def min_cuts(architecture: Architecture, regions: Subtrees | Sequence[Iterable[int]]) -> np.ndarray:
    """Weights of the minimal cuts of many regions, see `min_cut`.

    What two regions have in common is worked out once.

    Args:
        architecture: as for `min_cut`.
        regions: 0-based sites of each region, or their `distinct_subtrees`.

    Returns:
        exact integers in the order of the regions; int64, or Python integers where int64 could
        overflow.

    Raises:
        RegionError: there is no region, or one is empty, everything, out of range or not made of
            integers.

    Example:
        >>> min_cuts(Architecture(4, 2, (3, 2)), [[0, 1], [0, 2]]).tolist()
        [2, 4]
    """
    subtrees = as_subtrees(architecture, regions)
    return branches_of_subtrees(architecture, subtrees)[-1].free[subtrees.tops]


def branches(architecture: Architecture, mask: np.ndarray) -> list[Branches]:
    """The dynamic programme behind `min_cut`, level by level, the whole network last.

    Args:
        architecture: as for `min_cut`.
        mask: for each site, whether it belongs to the region, as `region_mask` returns it.
    """
    levels = [_leaves(architecture, mask)]
    for width in architecture.channels:
        levels.append(_join_windows(levels[-1], architecture.window, width))
    return levels


def branches_of_subtrees(architecture: Architecture, subtrees: Subtrees) -> list[Branches]:
    """The same for distinct subtrees, one column for each."""
    levels = [_leaves(architecture, subtrees.inside)]
    for children, width in zip(subtrees.children, architecture.channels, strict=True):
        below = levels[-1].take(children.ravel())
        levels.append(_join_windows(below, architecture.window, width))
    return levels


def _leaves(architecture: Architecture, mask: np.ndarray) -> Branches:
    costs = np.where((mask, ~mask), 1, architecture.local_dim)
    return Branches(costs, np.zeros(costs.shape, dtype=bool))


def _join_windows(below: Branches, window: int, width: int) -> Branches:
    """Join the subtrees of each window by a copy tensor with legs of dimension `width`."""
    costs, free = below.costs, below.free
    if costs.dtype != object and width * int(costs.max()) ** window >= 2**63:
        costs, free = costs.astype(object), free.astype(object)
    uncut, cut = _products(costs, window), width * _products(free, window)
    return Branches(np.minimum(uncut, cut), cut < uncut)


def _products(costs: np.ndarray, window: int) -> np.ndarray:
    """Product over each window, by halves, so that long integers meet long integers."""
    costs = costs.reshape(*costs.shape[:-1], -1, window)
    while (count := costs.shape[-1]) > 1:
        half = count // 2
        pairs = costs[..., :half] * costs[..., half : 2 * half]
        costs = np.concatenate((pairs, costs[..., -1:]), axis=-1) if count % 2 else pairs
    return costs[..., 0]


def _sweep_down(
    architecture: Architecture, levels: list[Branches]
) -> tuple[tuple[np.ndarray, ...], list[np.ndarray]]:
    """Follow the choices from the output vector down to the sites.

    A child stands on the side of its parent; below a cut copy tensor it takes its cheaper side.
    """
    sides = [levels[-1].costs[0] <= levels[-1].costs[1]]
    cuts: list[np.ndarray] = []
    for above, below in zip(levels[:0:-1], levels[-2::-1], strict=True):
        cut = np.where(sides[-1], *above.cut)
        parent, free = (np.repeat(a, architecture.window) for a in (sides[-1], cut))
        with_region, without = below.costs
        free &= with_region != without
        sides.append(np.where(free, with_region < without, parent))
        cuts.append(cut)
    return tuple(sides[::-1]), cuts[::-1]
