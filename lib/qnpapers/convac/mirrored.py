"""The two networks of the experiment of Levine et al. (wide base, wide tip), and image regions."""

from __future__ import annotations

from typing import Literal

import numpy as np

from qnpapers.convac.architecture import Architecture
from qnpapers.convac.digits import pixel_order
from qnpapers.errors import ArchitectureError, ShapeError

SIDE = 64
"""Pixels along one side of the images of the experiment."""


def mirrored_network(kind: Literal["base", "tip"], r: int, *, shared: bool = False) -> Architecture:
    """Channels 4r, 4r, 2r, 2r, r, r from the image to the output, or the same backwards.

    Windows of 2 x 2 on 64 x 64 pixels, 10 representation functions, 10 classes [levine2017, the
    experiment as remembered, not checked]. The weight matrices of one network have the shapes of
    the other's, transposed, so that with shared weights both have 31 r**2 + 50 r weights.

    Args:
        kind: "base" for the wide base, "tip" for the wide tip.
        r: the smallest number of channels.
        shared: as for `Architecture`.

    Example:
        >>> [mirrored_network(kind, 10, shared=True).parameters for kind in ("base", "tip")]
        [3600, 3600]
    """
    channels = wide_base(r, 6) if kind == "base" else wide_tip(r, 6)
    return Architecture(SIDE**2, 10, channels, window=4, shared=shared, classes=10)


def pixel_region(inside: np.ndarray) -> tuple[int, ...]:
    """The region of the marked pixels of a square image, its sites in Z-order.

    Args:
        inside: True for the pixels of the region, shape (side, side), the side a power of 2.

    Raises:
        ShapeError: the image is not square, or its side is no power of 2.

    Example:
        >>> pixel_region(np.array([[True, False], [True, False]]))
        (0, 2)
    """
    marked = np.asarray(inside, dtype=bool)
    if marked.ndim != 2 or marked.shape[0] != marked.shape[1]:
        raise ShapeError(f"inside: shape (side, side) is needed, got {marked.shape}")
    return tuple(np.flatnonzero(marked.ravel()[pixel_order(len(marked))]).tolist())


def wide_base(width: int, levels: int) -> tuple[int, ...]:
    """Many channels in the early layers: for six levels (4r, 4r, 2r, 2r, r, r) [levine2017].

    Args:
        width: r.
        levels: L, 2 to 6. Fewer than six leave out layers so that the mirrored network,
            `wide_tip`, always has as many weights where M = Y.

    Raises:
        ArchitectureError: no such number of levels.
    """
    patterns = {2: (2, 1), 3: (4, 2, 1), 4: (4, 2, 2, 1), 5: (4, 4, 2, 1, 1), 6: (4, 4, 2, 2, 1, 1)}
    if levels not in patterns or width < 1:
        raise ArchitectureError(
            f"width = {width}, levels = {levels}: width must be at least 1, levels 2 to 6"
        )
    return tuple(factor * width for factor in patterns[levels])


def wide_tip(width: int, levels: int) -> tuple[int, ...]:
    """The mirror image of `wide_base`: many channels in the late layers."""
    return wide_base(width, levels)[::-1]
