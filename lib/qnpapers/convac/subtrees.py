"""The distinct subtrees that a set of regions makes of one network: each is worked out once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from qnpapers.convac.architecture import Architecture, region_mask
from qnpapers.errors import RegionError


@dataclass(frozen=True)
class Subtrees:
    """Subtrees of one network, level by level, each with the sites of a region marked in it.

    A subtree of level l ends in the weight matrix of one of its sites, those of level L in the
    output vector. Two regions that look alike below a matrix have that subtree in common. With
    shared weights so have two places that look alike, in any order of their children.

    Args:
        inside: for each subtree of level 0, a single site, whether it belongs to the region.
        places: for each level, the site whose matrix a subtree ends in; all 0 if weights are
            shared.
        children: for each level from 1 on, subtrees of the level below, shape (subtrees, P).
        tops: for each region its subtree of level L, the whole network.
    """

    inside: np.ndarray
    places: tuple[np.ndarray, ...]
    children: tuple[np.ndarray, ...]
    tops: np.ndarray

    @property
    def count(self) -> int:
        """Number of joins: subtrees above level 0."""
        return sum(len(level) for level in self.children)


def distinct_subtrees(architecture: Architecture, regions: Iterable[Iterable[int]]) -> Subtrees:
    """The subtrees of all regions, each one listed once.

    The channels of the architecture play no part, so one list serves all widths.

    Args:
        architecture: any window, shared or not.
        regions: 0-based sites of each region.

    Raises:
        RegionError: there is no region, or one is empty, everything, out of range or not made of
            integers.

    Example:
        >>> distinct_subtrees(Architecture(4, 2, (2, 2)), [[0], [1], [0, 1]]).count  # not 9
        7
    """
    sites, window, shared = architecture.sites, architecture.window, architecture.shared
    masks = [region_mask(sites, region) for region in regions]
    if not masks:
        raise RegionError("regions: at least one region is needed, got none")
    inside = np.array(masks)
    place = np.zeros(sites, dtype=np.int64) if shared else np.arange(sites)
    codes, numbers = np.unique(2 * place + inside, return_inverse=True)
    places: list[np.ndarray] = [codes // 2]
    children: list[np.ndarray] = []
    while sites > 1:
        sites //= window
        rows = numbers.reshape(-1, window)
        rows = np.sort(rows, axis=1) if shared else rows
        level, first, numbers = np.unique(rows, axis=0, return_index=True, return_inverse=True)
        children.append(level)
        places.append(np.zeros_like(first) if shared else first % sites)
    return Subtrees(codes % 2 == 1, tuple(places), tuple(children), numbers.reshape(len(masks)))


def subtrees_of_region(mask: np.ndarray, window: int) -> Subtrees:
    """All subtrees of one region, alike or not: quicker to list than the distinct ones."""
    counts, sites = [], len(mask)
    while sites > 1:
        sites //= window
        counts.append(sites)
    children = tuple(np.arange(n * window).reshape(n, window) for n in counts)
    places = tuple(np.arange(n) for n in (len(mask), *counts))
    return Subtrees(mask, places, children, np.zeros(1, dtype=np.int64))


def restricted(subtrees: Subtrees, kept: np.ndarray) -> tuple[Subtrees, list[np.ndarray]]:
    """Only what some of the regions need.

    Args:
        subtrees: of all regions.
        kept: for each region whether to keep it; at least one.

    Returns:
        the subtrees of the regions that are kept, and for each level the numbers that they had.
    """
    numbers, tops = np.unique(subtrees.tops[kept], return_inverse=True)
    needed: list[np.ndarray] = [numbers]
    children: list[np.ndarray] = []
    for level in reversed(subtrees.children):
        rows = level[numbers]
        numbers, renamed = np.unique(rows, return_inverse=True)
        needed.insert(0, numbers)
        children.insert(0, renamed.reshape(rows.shape))
    places = tuple(old[new] for old, new in zip(subtrees.places, needed, strict=True))
    return Subtrees(subtrees.inside[needed[0]], places, tuple(children), tops), needed


def as_subtrees(
    architecture: Architecture, regions: Subtrees | Sequence[Iterable[int]]
) -> Subtrees:
    """Regions as their subtrees, if they are not that already."""
    if isinstance(regions, Subtrees):
        return regions
    return distinct_subtrees(architecture, regions)
