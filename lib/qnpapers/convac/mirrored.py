"""The two networks of the experiment of Levine et al. (wide base, wide tip), and image regions."""

from __future__ import annotations

from typing import Literal

import numpy as np

from qnpapers.convac.architecture import Architecture
from qnpapers.convac.digits import pixel_order
from qnpapers.errors import ShapeError

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
    widths = (4 * r, 4 * r, 2 * r, 2 * r, r, r)
    channels = widths if kind == "base" else widths[::-1]
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
