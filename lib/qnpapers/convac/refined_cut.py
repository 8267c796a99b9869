"""An upper bound on ranks below the minimal cut: for shared weights, and for two channels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from qnpapers.convac.architecture import Architecture, region_mask
from qnpapers.convac.bridge import bridge_rank
from qnpapers.convac.symmetry_types import SITE, Space, combined, joined, size

Marks = tuple[bool, ...]
"""For each site of a subtree whether it belongs to the region; equal subtrees sorted."""


def refined_cut(architecture: Architecture, region: Iterable[int]) -> int:
    """An upper bound on rank [[A]] for all weights, at most the minimal cut.

    Three things are added to the minimal cut.

    *Symmetry* (shared weights only). Subtrees of a window that look alike hold the same tensor,
    so exchanging them leaves [[A]] as it is. In a basis adapted to these exchanges [[A]] falls
    into blocks, one for each type of symmetry, and each block has a minimal cut of its own:

        rank  =  sum over types  d_type rank_type,    rank_type <= min cut of the type.

    *Planes that meet*. Each channel of a copy tensor gives a product of subspaces of the
    children's spaces. Two subspaces of dimension k in m dimensions meet in at least 2k - m, so r
    channels span at most

        r prod_children k  -  floor(r / 2) prod_children max(0, 2k - m).

    *A bridge* (windows of two). If the last copy tensor has two channels, the halves are two
    pairs of matrices joined by a bond of dimension 2, see `bridge_rank`.

    Derived here. The rank for almost all weights equals this bound in every case with windows of
    two that was tried, up to 16 sites for unshared and up to 8 for shared weights; exceptions are
    known for wider windows, and for shared weights on 16 sites.

    Args:
        architecture: shared or unshared weights, any window.
        region: 0-based sites.

    Raises:
        RegionError: the region is empty, everything, out of range or not made of integers.

    Example:
        >>> refined_cut(Architecture(4, 2, (4, 4), shared=True), [0, 1])  # symmetric 2 x 2
        3
        >>> refined_cut(Architecture(9, 2, (3, 2), window=3), (1, 2, 4, 5))  # 2 * 4 - 1
        7
    """
    return _bound(architecture, region_mask(architecture.sites, region), {})


def refined_cuts(architecture: Architecture, regions: Iterable[Iterable[int]]) -> np.ndarray:
    """`refined_cut` of many regions; subtrees that look alike are worked out once.

    Args:
        architecture: shared or unshared weights, any window.
        regions: 0-based sites of each region.

    Raises:
        RegionError: as for `refined_cut`.

    Example:
        >>> refined_cuts(Architecture(4, 2, (4, 4), shared=True), [[0, 1], [0, 2]]).tolist()
        [3, 4]
    """
    known: dict[Marks, _Spans] = {}
    masks = (region_mask(architecture.sites, region) for region in regions)
    return np.array([_bound(architecture, mask, known) for mask in masks])


@dataclass(frozen=True)
class _Spans:
    """Bounds on what all channels of a subtree together span, inside the region and outside."""

    inside: Space
    outside: Space

    @property
    def single(self) -> Space:
        """Bound on the rank of one channel, type by type."""
        return combined(min, self.inside, self.outside)

    @property
    def sides(self) -> tuple[Space, Space]:
        return self.inside, self.outside


def _bound(architecture: Architecture, mask: np.ndarray, known: dict[Marks, _Spans]) -> int:
    marks = _sorted(tuple(mask.tolist()), architecture.window)
    whole = size(_spans(architecture, marks, architecture.levels, known).single)
    if (architecture.window, architecture.channels[-1]) != (2, 2):
        return whole
    halves = [
        _spans(architecture, part, architecture.levels - 1, known)
        for part in _parts(marks, architecture.window)
    ]
    left, right = ((size(half.inside), size(half.outside)) for half in halves)
    return min(whole, bridge_rank(left, right))


def _spans(
    architecture: Architecture, marks: Marks, level: int, known: dict[Marks, _Spans]
) -> _Spans:
    if marks not in known:
        known[marks] = (
            _join(architecture, marks, level, known) if level else _site(architecture, marks)
        )
    return known[marks]


def _site(architecture: Architecture, marks: Marks) -> _Spans:
    one, many = {SITE: 1}, {SITE: architecture.local_dim}
    return _Spans(many, one) if marks[0] else _Spans(one, many)


def _join(
    architecture: Architecture, marks: Marks, level: int, known: dict[Marks, _Spans]
) -> _Spans:
    """Join the children of a window by a copy tensor of level - 1."""
    parts = _parts(marks, architecture.window)
    kinds = Counter(parts).items() if architecture.shared else [(part, 1) for part in parts]
    children = [(count, _spans(architecture, part, level - 1, known)) for part, count in kinds]
    width = architecture.channels[level - 1]
    channel = joined([(count, child.single) for count, child in children])
    sides = []
    for side in (0, 1):
        whole = joined([(count, child.sides[side]) for count, child in children])
        common = joined(
            [(count, _common(child.single, child.sides[side])) for count, child in children]
        )
        meeting = {kind: (width // 2) * many for kind, many in common.items()}
        through = combined(lambda k, met: width * k - met, channel, meeting)
        sides.append(combined(min, whole, through))
    return _Spans(*sides)


def _common(single: Space, whole: Space) -> Space:
    """What two channels have in common at least: 2k - m of each type."""
    return combined(lambda k, m: 2 * k - m, single, whole)


def _sorted(marks: Marks, window: int) -> Marks:
    """The same subtree with the children of every window sorted."""
    if len(marks) == 1:
        return marks
    return sum(sorted(_sorted(part, window) for part in _parts(marks, window)), ())


def _parts(marks: Marks, window: int) -> list[Marks]:
    step = len(marks) // window
    return [marks[k : k + step] for k in range(0, len(marks), step)]
