"""The paper's lower bound on generic ranks: minimal cuts with rounded dimensions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from numbers import Integral

import numpy as np

from qnpapers.convac.architecture import Architecture, region_mask
from qnpapers.convac.cut import min_cuts
from qnpapers.convac.subtrees import Subtrees, as_subtrees, subtrees_of_region
from qnpapers.errors import ArchitectureError


@dataclass(frozen=True)
class LowerBound:
    """The best lower bound of its kind.

    Args:
        weight: the minimal cut of the rounded network.
        base: the number p to whose powers the dimensions were rounded, the smallest that is best.
    """

    weight: int
    base: int


def rounded_down(architecture: Architecture, base: int) -> Architecture:
    """The same network with every dimension rounded down to a power of `base`.

        r  ->  p**floor(log_p r),   likewise M; a dimension below p becomes 1

    Args:
        architecture: any.
        base: p, at least 2.

    Raises:
        ArchitectureError: `base` is no integer of at least 2.

    Example:
        >>> rounded_down(Architecture(4, 3, (5, 9)), 3).channels
        (3, 9)
    """
    if not isinstance(base, Integral) or isinstance(base, bool) or base < 2:
        raise ArchitectureError(f"base = {base!r}: must be an integer of at least 2")
    return replace(
        architecture,
        local_dim=_power_below(architecture.local_dim, base),
        channels=tuple(_power_below(r, base) for r in architecture.channels),
    )


def lower_bound(architecture: Architecture, region: Iterable[int]) -> LowerBound:
    """The largest minimal cut of the network rounded down to powers of one integer [levine2017].

        rank [[A]]  >=  max_p  min cut of the network with dimensions p**floor(log_p r)

    for almost all weights, if they are not shared between sites; with shared weights the rank can
    be smaller. Rounding to powers of 2 alone costs a dimension r at most the exponent ln 2 / ln 3,
    reached by r = 3, so that

        (min cut)**0.6309...  <=  lower bound  <=  min cut.

    The lower bound equals the cut where all dimensions on the way are powers of one integer.
    *It says nothing about particular weights*: all weights zero have rank 0.

    Args:
        architecture: any window.
        region: 0-based sites.

    Raises:
        RegionError: the region is empty, everything, out of range or not made of integers.

    Example:
        >>> lower_bound(Architecture(4, 3, (3, 3)), [0, 2])
        LowerBound(weight=9, base=3)
    """
    mask = region_mask(architecture.sites, region)
    one = subtrees_of_region(mask, architecture.window)
    weights = {p: int(min_cuts(a, one)[0]) for p, a in _roundings(architecture).items()}
    base = max(weights, key=weights.__getitem__)
    return LowerBound(weights[base], base)


def lower_bounds(
    architecture: Architecture, regions: Subtrees | Sequence[Iterable[int]]
) -> np.ndarray:
    """Weights of the lower bounds of many regions, see `lower_bound`.

    Args:
        architecture: any window.
        regions: 0-based sites of each region, or their `distinct_subtrees`.

    Raises:
        RegionError: as for `lower_bound`, or there is no region.

    Example:
        >>> lower_bounds(Architecture(4, 3, (3, 2)), [[0, 1], [0, 2]]).tolist()
        [2, 9]
    """
    subtrees = as_subtrees(architecture, regions)
    cuts = [min_cuts(rounded, subtrees) for rounded in _roundings(architecture).values()]
    return np.max(cuts, axis=0)


def _roundings(architecture: Architecture) -> dict[int, Architecture]:
    """Every network that rounding down can give, by the smallest p that gives it."""
    largest = max(architecture.local_dim, *architecture.channels)
    found: dict[Architecture, int] = {}
    for base in range(2, max(largest, 2) + 1):
        found.setdefault(rounded_down(architecture, base), base)
    return {base: rounded for rounded, base in found.items()}


def _power_below(number: int, base: int) -> int:
    power = 1
    while power * base <= number:
        power *= base
    return power
