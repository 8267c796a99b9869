"""Regions of sites: the partitions that the paper compares, and all of them up to symmetry."""

from __future__ import annotations

import math
from itertools import combinations, combinations_with_replacement

import numpy as np

from qnpapers.errors import RegionError


def left_right(sites: int) -> tuple[int, ...]:
    """The first half of the sites: the partition with the fewest neighbours across it."""
    return stripes(sites, sites // 2)


def interleaved(sites: int) -> tuple[int, ...]:
    """Every other site, 0, 2, 4, ...: the odd-even partition of the paper."""
    return stripes(sites, 1)


def stripes(sites: int, width: int) -> tuple[int, ...]:
    """Stripes of `width` sites in turn inside and outside, the first one inside.

    Raises:
        RegionError: two stripes of this width do not divide the sites.
    """
    if width < 1 or sites % (2 * width):
        raise RegionError(f"width = {width}: two stripes of this width must divide {sites} sites")
    return tuple(site for site in range(sites) if site // width % 2 == 0)


def balanced_regions(sites: int, most: int, *, rng: np.random.Generator) -> list[tuple[int, ...]]:
    """Halves of the sites made of whole aligned blocks, some for each size of the blocks.

    Args:
        sites: a power of two.
        most: regions at most for blocks of one size; where there are more, some are drawn.
        rng: draws them.

    Returns:
        the largest blocks first; each region holds site 0, so that no partition comes twice.

    Raises:
        RegionError: `sites` is no power of two from 2 on, or `most` is below 1.

    Example:
        >>> balanced_regions(4, 9, rng=np.random.default_rng(0))
        [(0, 1), (0, 2), (0, 3)]
    """
    if sites < 2 or sites & (sites - 1) or most < 1:
        raise RegionError(
            f"sites = {sites}, most = {most}: a power of 2 and at least 1 region are needed"
        )
    regions: dict[tuple[int, ...], None] = {}
    for width in (2**k for k in reversed(range(sites.bit_length() - 1))):
        blocks = sites // width
        halves = [half for half in combinations(range(blocks), blocks // 2) if 0 in half]
        for number in sorted(rng.permutation(len(halves))[:most].tolist()):
            region = (block * width + j for block in halves[number] for j in range(width))
            regions[tuple(region)] = None
    return list(regions)


def regions_up_to_symmetry(sites: int, window: int = 2) -> list[tuple[int, ...]]:
    """One region for each class of bipartitions of the tree.

    Two bipartitions are in one class when swapping subtrees below the same copy tensor, or
    swapping region and complement, carries one into the other. For generic unshared weights the
    Schmidt number is the same in a class.

    Args:
        sites: a power of `window`.
        window: P.

    Returns:
        the regions; 12 for 8 sites and 126 for 16 sites with window 2.

    Raises:
        RegionError: `sites` is no power of `window`.
    """
    if window < 2 or sites < window or window ** round(math.log(sites, window)) != sites:
        raise RegionError(f"sites = {sites}: must be a power of the window {window}")
    patterns: list[tuple[bool, ...]] = [(False,), (True,)]
    while len(patterns[0]) < sites:
        patterns = [sum(group, ()) for group in combinations_with_replacement(patterns, window)]
    keep: dict[tuple[bool, ...], None] = {}
    for pattern in patterns:
        other = _canonical(tuple(not inside for inside in pattern), window)
        if any(pattern) and not all(pattern) and other not in keep:
            keep[_canonical(pattern, window)] = None
    return [tuple(j for j, inside in enumerate(pattern) if inside) for pattern in keep]


def _canonical(pattern: tuple[bool, ...], window: int) -> tuple[bool, ...]:
    """The pattern with the subtrees of every window sorted, from the sites up."""
    if len(pattern) == 1:
        return pattern
    size = len(pattern) // window
    parts = [_canonical(pattern[k : k + size], window) for k in range(0, len(pattern), size)]
    return sum(sorted(parts), ())
