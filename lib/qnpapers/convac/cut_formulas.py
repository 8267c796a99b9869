"""Closed formulas for the ranks of blocks and stripes: which level serves which distance."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from qnpapers.convac.architecture import Architecture
from qnpapers.errors import ArchitectureError, RegionError


def block_rank(architecture: Architecture, level: int) -> int:
    """How many channels of one block of P**level sites are linearly independent, generically.

        rho_0 = min(M, r_0)
        rho_s = min(r_s, r_{s-1}, rho_{s-1}^P)               unshared weights
        rho_s = min(r_s, r_{s-1}, C(rho_{s-1} + P - 1, P))   shared weights

    The binomial coefficient counts the symmetric products of P equal blocks. This is also the rank
    between an aligned block and all other sites.

    Args:
        architecture: any window and widths, shared or unshared.
        level: s, 0 to L-1.

    Raises:
        ArchitectureError: the network has no such level.

    Example:
        >>> net = Architecture(8, 2, (4, 3, 9))
        >>> [block_rank(net, level) for level in range(3)]
        [2, 3, 3]
    """
    _require_level(architecture, level)
    widths = architecture.channels
    rank = min(architecture.local_dim, widths[0])
    for below, width in pairwise(widths[: level + 1]):
        rank = min(width, below, _products(architecture, rank, architecture.window))
    return rank


def stripe_rank(architecture: Architecture, level: int, inside: int | None = None) -> int:
    """Rank for almost all weights across stripes of P**level sites, for any widths.

    Every window of level s has `inside` of its P blocks in the region (see `window_stripes`), and

        rank = min( r_s, rho_s^inside, rho_s^(P - inside) ) ** (N / P**(s+1)),

    with rho_s from `block_rank`; for shared weights the powers become numbers of symmetric
    products. Windows of two: rho_s ** (N / 2**(s+1)) [levine2017, for unshared weights and powers
    of one number; derived here for any widths and for shared weights]. *No width above r_s enters*.

    Args:
        architecture: any window and widths, shared or unshared.
        level: s, 0 to L-1; level 0 are single sites, L-1 are parts of the whole input.
        inside: blocks of each window that belong to the region, 1 to P-1; by default half of them.

    Returns:
        an exact integer of any length.

    Raises:
        ArchitectureError: the network has no such level.
        RegionError: `inside` is not between 1 and P-1, or missing for an odd window.

    Example:
        >>> [stripe_rank(Architecture(8, 4, (4, 2, 2)), level) for level in range(3)]
        [256, 4, 2]
    """
    _require_level(architecture, level)
    window = architecture.window
    inside = _blocks_inside(window, inside)
    rho = block_rank(architecture, level)
    sides = (_products(architecture, rho, blocks) for blocks in (inside, window - inside))
    one_window = min(architecture.channels[level], *sides)
    return int(one_window ** architecture.sites_at(level + 1))


def left_right_rank(architecture: Architecture) -> int:
    """Rank between the left and the right half, unshared weights, as one minimum.

        min( r_{L-1}, r_l^((P/2) P^(L-2-l)) for l = L-2, ..., 0, M^(N/2) )

    Each exponent is the number of copy tensors of that level, or of sites, in one half. For windows
    of two: min(r_{L-1}, r_{L-2}, r_{L-3}^2, ..., r_0^(N/4), M^(N/2)).

    Args:
        architecture: an even window, unshared weights.

    Raises:
        ArchitectureError: the window is odd, or the weights are shared.

    Example:
        >>> left_right_rank(Architecture(8, 4, (2, 4, 4)))
        4
    """
    if architecture.window % 2 or architecture.shared:
        raise ArchitectureError(
            f"window = {architecture.window}, shared = {architecture.shared}: the formula for "
            "halves needs an even window and unshared weights; stripe_rank covers shared weights"
        )
    top = architecture.levels - 1
    halves = [
        width ** (architecture.sites_at(level + 1) // 2)
        for level, width in enumerate(architecture.channels[:top])
    ]
    legs = architecture.local_dim ** (architecture.sites // 2)
    return int(min(architecture.channels[top], legs, *halves))


def window_stripes(
    architecture: Architecture, level: int, inside: int | None = None
) -> tuple[int, ...]:
    """The region that holds the first `inside` of the P blocks of every window of a level.

    For windows of two: stripes of 2**level sites. On an image in Z-order with windows of four and
    two blocks inside: rows, or up to a symmetry of the tree columns, of 2**level pixels.

    Args:
        architecture: only its sites and its window are read.
        level: s, 0 to L-1; the blocks have P**level sites.
        inside: 1 to P-1; by default half of the blocks.

    Raises:
        ArchitectureError: the network has no such level.
        RegionError: `inside` is not between 1 and P-1, or missing for an odd window.

    Example:
        >>> window_stripes(Architecture(8, 2, (2, 2, 2)), 1)
        (0, 1, 4, 5)
    """
    _require_level(architecture, level)
    inside = _blocks_inside(architecture.window, inside)
    blocks = np.arange(architecture.sites) // architecture.window**level
    return tuple(np.flatnonzero(blocks % architecture.window < inside).tolist())


def _products(architecture: Architecture, rank: int, blocks: int) -> int:
    """Independent products of vectors from `blocks` blocks of `rank` dimensions each."""
    return math.comb(rank + blocks - 1, blocks) if architecture.shared else rank**blocks


def _require_level(architecture: Architecture, level: int) -> None:
    if not 0 <= level < architecture.levels:
        raise ArchitectureError(
            f"level = {level}: a network of {architecture.levels} levels has the levels 0 to "
            f"{architecture.levels - 1}"
        )


def _blocks_inside(window: int, inside: int | None) -> int:
    if inside is None and window % 2:
        raise RegionError(f"inside: say how many of the {window} blocks of a window are inside")
    blocks = window // 2 if inside is None else inside
    if not 0 < blocks < window:
        raise RegionError(f"inside = {blocks}: must be 1 to {window - 1}")
    return blocks
