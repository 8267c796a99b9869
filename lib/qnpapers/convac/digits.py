"""Real handwritten digits, cut into the patches that a ConvAC reads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qnpapers.errors import ShapeError

SIDE = 8
"""Digits of scikit-learn's `load_digits` are 8 x 8 pixels (UCI optdigits, 1,797 of them)."""


@dataclass(frozen=True)
class Digits:
    """Images in [0, 1], shape (count, 8, 8), and their labels 0 to 9, split in two.

    Args:
        train_images, train_labels: to fit on.
        test_images, test_labels: never seen by a fit.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


def load_digits(*, rng: np.random.Generator, test_fraction: float = 1 / 3) -> Digits:
    """The 1,797 digits of scikit-learn, shuffled and split.

    Args:
        rng: decides which digits go into the test part.
        test_fraction: share of the test part.
    """
    import sklearn.datasets

    images, labels = sklearn.datasets.load_digits(return_X_y=True)
    order = rng.permutation(len(labels))
    images, labels = images[order].reshape(-1, SIDE, SIDE) / 16.0, labels[order]
    split = round(len(labels) * (1 - test_fraction))
    return Digits(images[:split], labels[:split], images[split:], labels[split:])


def pixel_order(side: int) -> np.ndarray:
    """Order of the pixels of a square image in which every aligned block of 2**k is a rectangle.

    The Z-order (Morton order): halve the image top and bottom, each half left and right, and so
    on. Pooling two neighbours in this order pools two neighbouring rectangles.

    Args:
        side: pixels along one side, a power of two.

    Returns:
        pixel numbers (row * side + column), shape (side**2,).
    """
    bits = side.bit_length() - 1
    if side != 2**bits:
        raise ShapeError(f"side = {side}: must be a power of 2")
    grid = np.arange(side**2).reshape((2,) * (2 * bits))  # row bits, then column bits
    interleaved = [axis for k in range(bits) for axis in (k, bits + k)]
    return grid.transpose(interleaved).reshape(-1)


def patches(images: np.ndarray, sites: int) -> np.ndarray:
    """Cut square images into `sites` equal rectangles, in Z-order.

    Args:
        images: shape (batch, side, side), the side a power of two.
        sites: N, a power of two up to side**2.

    Returns:
        patches x_1..x_N, shape (batch, sites, side**2 / sites).

    Raises:
        ShapeError: the images are not square, or cannot be cut into so many rectangles.
    """
    images = np.asarray(images)
    if images.ndim != 3 or images.shape[1] != images.shape[2]:
        raise ShapeError(f"images: shape (batch, side, side) is needed, got {images.shape}")
    order = _patch_pixels(images.shape[1], sites)
    return images.reshape(len(images), -1)[:, order]


def patch_boxes(side: int, sites: int) -> np.ndarray:
    """Where the patches lie: (top row, left column, height, width) of each, shape (sites, 4).

    Args and errors as for `patches`, with the side of the images for the images.
    """
    rows, columns = np.divmod(_patch_pixels(side, sites), side)
    top, left = rows.min(axis=1), columns.min(axis=1)
    return np.stack([top, left, rows.max(1) - top + 1, columns.max(1) - left + 1], axis=1)


def _patch_pixels(side: int, sites: int) -> np.ndarray:
    """Pixel numbers of each patch, shape (sites, pixels of a patch)."""
    pixels = side**2
    if sites < 1 or pixels % sites or sites & (sites - 1):
        raise ShapeError(f"sites = {sites}: must be a power of 2 that divides {pixels} pixels")
    return pixel_order(side).reshape(sites, -1)
