"""Two tensors joined by one bond: the smallest tensor network that can miss its minimal cut."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from qnpapers.convac import finite_field
from qnpapers.convac.architecture import Architecture, region_mask
from qnpapers.convac.cut import branches
from qnpapers.errors import ArchitectureError, ShapeError, SizeError

Pencil = tuple[int, int]
"""Dimensions of the two legs (inside, outside) of a tensor; its third leg is the bond."""

MAX_SIDE = 4096
"""Largest flattening that is eliminated."""


def bridge_cut(left: Pencil, right: Pencil, bond: int = 2) -> int:
    """Minimal cut of two tensors with legs (a, b) and (a', b') that are joined by one bond.

        min( a a',  b b',  w a b',  w b a' )

    The legs a and a' belong to the region, b and b' to its complement. Each tensor stands on one
    side and pays for its leg to the other one; if they stand apart, the bond is paid too.

    Args:
        left: (a, b), positive.
        right: (a', b'), positive.
        bond: w, dimension of the bond.

    Raises:
        ShapeError: a dimension is below 1.

    Example:
        >>> bridge_cut((3, 5), (5, 3))
        15
    """
    (a, b), (c, d) = _checked(left, right, bond)
    return min(a * c, b * d, bond * a * d, bond * b * c)


def bridge_rank(left: Pencil, right: Pencil) -> int:
    """Rank of the flattening of two generic tensors that are joined by a bond of dimension 2.

    A tensor with a bond of dimension 2 is a pair of matrices. Kronecker's normal form cuts a
    generic pair of shape (a, b) with a < b into b - a blocks of shapes (i, i + 1), as equal as
    they can be; one with a = b into a blocks of shape (1, 1). Joining two blocks of shapes (i, j)
    and (k, l) gives a matrix of shape (i k, j l) of full rank, so that

        rank = sum over pairs of blocks of  min(i k, j l).

    No other tensors of these shapes have a larger rank. The normal form is classical
    [gesmundo2022]; that joints have full rank follows because they are 6j symbols with a spin one
    half, which are never zero (derived here).

    Args:
        left: (a, b), dimensions inside and outside the region, positive.
        right: (a', b'), likewise.

    Raises:
        ShapeError: a dimension is below 1.

    Example:
        >>> bridge_rank((3, 5), (5, 3)), bridge_cut((3, 5), (5, 3))
        (14, 15)
    """
    _checked(left, right, 2)
    return sum(min(i * k, j * m) for i, j in pencil_blocks(left) for k, m in pencil_blocks(right))


def pencil_blocks(pencil: Pencil) -> list[Pencil]:
    """Shapes of the blocks of a generic pair of matrices in Kronecker's normal form.

    Args:
        pencil: shape (a, b) of the matrices.

    Example:
        >>> pencil_blocks((3, 5))
        [(1, 2), (2, 3)]
    """
    a, b = pencil
    if a > b:
        return [(i, j) for j, i in pencil_blocks((b, a))]
    if a == b:
        return [(1, 1)] * a
    count = b - a
    sizes = [a // count + (k >= count - a % count) for k in range(count)]
    return [(i, i + 1) for i in sizes]


def certified_bridge_rank(
    left: Pencil, right: Pencil, bond: int = 2, *, rng: np.random.Generator
) -> int:
    """The rank of the flattening for random tensors over GF(p), p = 2**31 - 1.

    A lower bound on the generic rank, like `certified_rank`.

    Args:
        left: (a, b), dimensions inside and outside the region, positive.
        right: (a', b'), likewise.
        bond: w.
        rng: draws the tensors.

    Raises:
        ShapeError: a dimension is below 1.
        SizeError: a side of the flattening exceeds `MAX_SIDE`.

    Example:
        >>> certified_bridge_rank((3, 5), (5, 3), rng=np.random.default_rng(0))
        14
    """
    (a, b), (c, d) = _checked(left, right, bond)
    if max(a * c, b * d) > MAX_SIDE:
        raise SizeError(f"the flattening has the shape {(a * c, b * d)}: at most {MAX_SIDE} a side")
    one = finite_field.random_residues((a * b, bond), rng=rng)
    other = finite_field.random_residues((bond, c * d), rng=rng)
    joined = finite_field.multiply(one, other).reshape(a, b, c, d)
    return finite_field.rank(joined.transpose(0, 2, 1, 3).reshape(a * c, b * d))


def bridge_in(architecture: Architecture, region: Iterable[int]) -> tuple[Pencil, Pencil]:
    """The bridge at the top of a network with windows of two: what its halves can bring.

    Cut at the last copy tensor, whose bond is r_{L-1}, a network falls into two halves. The legs
    of the pencil of a half are the largest numbers of independent vectors that the half has inside
    and outside the region, by minimal cuts below it. With r_{L-1} = 2,

        rank  <=  bridge_rank(*bridge_in(architecture, region))   for all weights.

    Args:
        architecture: windows of two, at least two levels.
        region: 0-based sites.

    Raises:
        ArchitectureError: another window, or only one level.
        RegionError: the region is empty, everything, out of range or not made of integers.

    Example:
        >>> bridge_in(Architecture(16, 2, (3, 5, 5, 2)), (5, 6, 7, 11, 12, 13, 14, 15))
        ((6, 10), (10, 6))
    """
    if architecture.window != 2 or architecture.levels < 2:
        raise ArchitectureError(
            f"window = {architecture.window}, {architecture.levels} levels: a bridge needs windows "
            "of two and at least two levels"
        )
    halves = branches(architecture, region_mask(architecture.sites, region))[-2]
    left, right = halves.rank_bounds(architecture.channels[-1])
    return left, right


def _checked(left: Pencil, right: Pencil, bond: int) -> tuple[Pencil, Pencil]:
    if min(*left, *right, bond) < 1:
        raise ShapeError(
            f"left = {left}, right = {right}, bond = {bond}: every dimension must be at least 1"
        )
    return left, right
