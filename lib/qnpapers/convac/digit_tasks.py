"""Digits as a ConvAC reads them, and three ways to start its training."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from qnpapers.convac.architecture import Architecture, region_mask
from qnpapers.convac.data_entanglement import gaussian_information
from qnpapers.convac.digits import SIDE, load_digits, patches
from qnpapers.convac.ensembles import isometric_weights
from qnpapers.convac.fit import near_product_weights
from qnpapers.convac.representation import fit_gaussians
from qnpapers.convac.trained import (
    OrthonormalFunctions,
    orthonormal_functions,
    scaled_to_data,
)
from qnpapers.convac.weights import Weights, random_weights
from qnpapers.errors import ParameterError, ShapeError

CLASSES = 10


@dataclass(frozen=True)
class DigitTask:
    """Digits cut into patches, as representation values.

    Args:
        patches: grey values to fit on, shape (count, sites, pixels of a patch).
        features: representation values f_d of these patches, shape (count, sites, M).
        labels: 0 to 9, shape (count,).
        test_features: of digits that no fit sees.
        test_labels: of these.
        orthonormal: functions that are orthonormal over the digits to fit on.
    """

    patches: np.ndarray
    features: np.ndarray
    labels: np.ndarray
    test_features: np.ndarray
    test_labels: np.ndarray
    orthonormal: OrthonormalFunctions

    def values_inside(self, mask: np.ndarray) -> np.ndarray:
        """For each grey value of an image whether its site is in the region, flat."""
        return np.repeat(mask, self.patches.shape[2])

    def information(self, regions: Iterable[Iterable[int]], noise: float) -> np.ndarray:
        """Gaussian mutual information of the grey values across each partition, in nats."""
        masks = (region_mask(self.patches.shape[1], region) for region in regions)
        inside = (self.values_inside(mask) for mask in masks)
        return np.array([gaussian_information(self.values, one, noise) for one in inside])

    @property
    def values(self) -> np.ndarray:
        """Grey values of each image in the order of the sites, shape (count, values)."""
        return self.patches.reshape(len(self.patches), -1)


def digit_task(
    sites: int,
    local_dim: int,
    *,
    rng: np.random.Generator,
    small: bool = False,
    scrambled: bool = False,
    transposed: bool = False,
    count: int | None = None,
) -> DigitTask:
    """The digits of scikit-learn with Gaussian representation functions, two thirds to fit on.

    Args:
        sites: N, a power of two up to 64.
        local_dim: M, number of Gaussians.
        rng: decides the split and all that follows.
        small: half as large, in one of the four quarters of the frame, see `in_a_quarter`.
        scrambled: the patches of all images in one random order.
        transposed: rows and columns exchanged.
        count: digits to fit on, at most; by default all.

    Example:
        >>> task = digit_task(4, 2, rng=np.random.default_rng(0), count=50)
        >>> task.features.shape, len(task.test_labels)
        ((50, 4, 2), 599)
    """
    digits = load_digits(rng=rng)
    order = rng.permutation(sites) if scrambled else np.arange(sites)
    cut = []
    for images in (digits.train_images[:count], digits.test_images):
        shown = images.transpose(0, 2, 1) if transposed else images
        cut.append(patches(in_a_quarter(shown, rng=rng) if small else shown, sites)[:, order])
    functions = fit_gaussians(cut[0], local_dim, rng=rng)
    features, test_features = (functions(part) for part in cut)
    return DigitTask(
        cut[0],
        features,
        digits.train_labels[:count],
        test_features,
        digits.test_labels,
        orthonormal_functions(features),
    )


def in_a_quarter(images: np.ndarray, *, rng: np.random.Generator) -> np.ndarray:
    """Digits of 8 x 8 pixels halved in size by means of 2 x 2, in a random quarter of the frame.

    Args:
        images: shape (batch, 8, 8).
        rng: draws the quarters.

    Raises:
        ShapeError: the images have another size.
    """
    if images.shape[1:] != (SIDE, SIDE):
        raise ShapeError(f"images: shape (batch, {SIDE}, {SIDE}) is needed, got {images.shape}")
    half = SIDE // 2
    small = images.reshape(-1, half, 2, half, 2).mean(axis=(2, 4))
    frames = np.zeros_like(images).reshape(-1, 2, half, 2, half)
    row, column = rng.integers(2, size=(2, len(images)))
    frames[np.arange(len(images)), row, :, column, :] = small
    return frames.reshape(images.shape)


STARTS = ("product", "Gaussian", "isometric")
"""Three ways to start: hardly entangled, entangled like chapter 8's ensembles, and more so."""


def start_weights(
    kind: str, architecture: Architecture, features: np.ndarray, *, rng: np.random.Generator
) -> Weights:
    """Weights from which a fit can start, scaled so that products over all sites stay near 1.

    Args:
        kind: one of `STARTS`.
        architecture: of the network.
        features: digits to fit on, shape (batch, sites, M).
        rng: source of the numbers.

    Raises:
        ParameterError: the kind is none of `STARTS`.
    """
    if kind not in STARTS:
        raise ParameterError(f"kind = {kind!r}: must be one of {', '.join(STARTS)}")
    if kind == "product":
        spread = 1.2 / np.sqrt(architecture.sites)  # so that a product over all sites varies by e
        return near_product_weights(architecture, rng=rng, noise=float(spread))
    ensembles: dict[str, Callable[..., Weights]] = {
        "Gaussian": random_weights,
        "isometric": isometric_weights,
    }
    return scaled_to_data(ensembles[kind](architecture, rng=rng), features)
