"""Regions of sites: the partitions that the paper compares, and all of them up to symmetry."""

from __future__ import annotations

import math
from itertools import combinations_with_replacement

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
