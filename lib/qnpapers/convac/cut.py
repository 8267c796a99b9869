"""Minimal cuts through the tensor network of a ConvAC, exactly and in linear time."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from qnpapers.convac.architecture import Architecture, region_mask

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
    """The dynamic programme at one level: the distinct subtrees that occur, and their costs.

    A subtree ends in a weight matrix. `with_region[s]` is the least weight of a cut through
    subtree s when that matrix stands on the region's side, `without[s]` when it does not.
    `kind` gives the distinct subtree s that stands at each site of the level.
    """

    kind: np.ndarray
    with_region: list[int]
    without: list[int]


@dataclass(frozen=True)
class _Choices:
    """For each site of a level: is the copy tensor cut if its parent is with the region, or not."""

    window_kind: np.ndarray
    cut_with_region: np.ndarray
    cut_without: np.ndarray


def min_cut(architecture: Architecture, region: Iterable[int]) -> MinCut:
    """Least multiplicative weight W = prod of cut bond dimensions, with one cut that has it.

    A copy tensor whose legs have dimension r counts r once, however many of its legs are cut: it
    has Schmidt rank r across every bipartition of its legs. From the leaves up,

        W_A(v) = min( prod_children W_A , r_l prod_children min(W_A, W_B) ),

    likewise W_B, starting from (1, M) for a site of the region and (M, 1) for the others. Equal
    subtrees are worked out once, so a partition of 2**20 sites takes well under a second. Where
    several cuts have the least weight, the one with fewer cut copy tensors near the output is
    returned.

    Args:
        architecture: any window, shared or not (sharing does not change the cut).
        region: 0-based sites.

    Returns:
        the cut; its `weight` is an exact integer of any length.

    Raises:
        RegionError: the region is empty, everything, out of range or not made of integers.
    """
    mask = region_mask(architecture.sites, region)
    levels, choices = _sweep_up(architecture, mask)
    top = levels[-1]
    weight = min(top.with_region[0], top.without[0])
    sides, cuts = _sweep_down(levels, choices, top.with_region[0] <= top.without[0])
    legs = CutLayer("legs", architecture.local_dim, np.flatnonzero(sides[0] != mask))
    deltas = [
        CutLayer(f"level {level}", width, np.flatnonzero(cuts[level]))
        for level, width in enumerate(architecture.channels)
    ]
    return MinCut(weight, (legs, *deltas), sides)


def branches(architecture: Architecture, region: Iterable[int]) -> list[Branches]:
    """The dynamic programme behind `min_cut`, level by level, the whole network last."""
    return _sweep_up(architecture, region_mask(architecture.sites, region))[0]


def _sweep_up(
    architecture: Architecture, mask: np.ndarray
) -> tuple[list[Branches], list[_Choices]]:
    dimension = architecture.local_dim
    levels = [Branches(mask.astype(np.int64), [dimension, 1], [1, dimension])]
    choices = []
    for width in architecture.channels:
        above, chosen = _join_windows(levels[-1], architecture.window, width)
        levels.append(above)
        choices.append(chosen)
    return levels, choices


def _join_windows(below: Branches, window: int, width: int) -> tuple[Branches, _Choices]:
    """Join the subtrees of each window by a copy tensor with legs of dimension `width`."""
    free = [min(a, b) for a, b in zip(below.with_region, below.without, strict=True)]
    rows, window_kind = _distinct_rows(np.sort(below.kind.reshape(-1, window), axis=1))
    kinds: dict[tuple[int, int], int] = {}
    renamed = np.empty(len(rows), dtype=np.int64)
    cut_a = np.empty(len(rows), dtype=bool)
    cut_b = np.empty(len(rows), dtype=bool)
    for number, row in enumerate(rows.tolist()):
        uncut_a = _product(below.with_region, row)
        uncut_b = _product(below.without, row)
        cut = width * _product(free, row)
        cut_a[number], cut_b[number] = cut < uncut_a, cut < uncut_b
        pair = (min(uncut_a, cut), min(uncut_b, cut))
        renamed[number] = kinds.setdefault(pair, len(kinds))
    costs_a, costs_b = [a for a, _ in kinds], [b for _, b in kinds]
    return Branches(renamed[window_kind], costs_a, costs_b), _Choices(window_kind, cut_a, cut_b)


def _product(costs: list[int], row: list[int]) -> int:
    """Product of the costs of the subtrees in a row; in a long row equal ones are counted first."""
    if len(row) <= 16:
        return math.prod([costs[s] for s in row])
    return math.prod(costs[s] ** n for s, n in Counter(row).items())


def _distinct_rows(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distinct rows of an integer array, and for each row which of them it is."""
    base, window = int(rows.max()) + 1, rows.shape[1]
    if base**window < 2**62:  # a row fits in one integer: much faster to compare
        return _distinct_keys(rows, rows @ base ** np.arange(window), base**window)
    bytewise = rows.view(np.dtype((np.void, rows.itemsize * rows.shape[1]))).reshape(-1)
    _, first, inverse = np.unique(bytewise, return_index=True, return_inverse=True)
    return rows[first], inverse


def _distinct_keys(rows: np.ndarray, keys: np.ndarray, limit: int) -> tuple[np.ndarray, np.ndarray]:
    """The same for rows that have one key each; few possible keys need no sorting."""
    if limit > 4 * len(rows) + 1024:
        _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        return rows[first], inverse
    last = np.full(limit, -1)
    last[keys] = np.arange(len(rows))
    present = np.flatnonzero(last >= 0)
    number = np.empty(limit, dtype=np.int64)
    number[present] = np.arange(len(present))
    return rows[last[present]], number[keys]


def _sweep_down(
    levels: list[Branches], choices: list[_Choices], with_region: bool
) -> tuple[tuple[np.ndarray, ...], list[np.ndarray]]:
    """Follow the choices from the output vector down to the sites."""
    sides = [np.array([with_region])]
    cuts: list[np.ndarray] = []
    for below, chosen in zip(reversed(levels[:-1]), reversed(choices), strict=True):
        parent = sides[-1]
        cut = np.where(
            parent,
            chosen.cut_with_region[chosen.window_kind],
            chosen.cut_without[chosen.window_kind],
        )
        window = below.kind.size // parent.size
        sides.append(_child_sides(below, np.repeat(parent, window), np.repeat(cut, window)))
        cuts.append(cut)
    return tuple(sides[::-1]), cuts[::-1]


def _child_sides(below: Branches, parent: np.ndarray, cut: np.ndarray) -> np.ndarray:
    """A child follows its parent; below a cut copy tensor it takes its own cheaper side."""
    pairs = list(zip(below.with_region, below.without, strict=True))
    prefers_a = np.array([a < b for a, b in pairs])[below.kind]
    prefers_b = np.array([a > b for a, b in pairs])[below.kind]
    return np.where(cut & (prefers_a | prefers_b), prefers_a, parent)
