"""Renyi entropy of order two, for regions and sizes at which no spectrum can be had."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import reduce

import numpy as np

from qnpapers.convac.architecture import region_mask
from qnpapers.convac.tensor import output_vector
from qnpapers.convac.weights import Weights
from qnpapers.errors import ShapeError, SizeError

MAX_CORE = 2**26
"""Largest array that is carried up the tree: 2**26 entries, half a gigabyte of float64."""


def renyi_two(weights: Weights, region: Iterable[int], label: int = 0) -> float:
    """Renyi entropy S_2 = -ln sum_a lambda_a^4 = -ln tr rho_A^2 of the normalised state, in nats.

    Never above the entanglement entropy S, and with it between 0 and the logarithm of the minimal
    cut: a *lower bound* on S where the spectrum is out of reach. The trace is a network of four
    copies of the state. Their bonds run in parallel up the tree, r_l^4 numbers for each subtree, so
    the cost is of order N r^5 for *any* region, not a power of the minimal cut.

    Args:
        weights: real weights.
        region: 0-based sites.
        label: y, 0-based.

    Returns:
        0 for a product state; ln n for n equal Schmidt coefficients. Round-off is absolute, about
        1e-15 for each site; where the channels nearly cancel each other, more digits are lost.

    Raises:
        RegionError: the region is empty, everything, out of range or not made of integers.
        ShapeError: A^y = 0, which has no normalised state.
        SizeError: an array would have more than `MAX_CORE` entries.

    Example:
        >>> from qnpapers.convac.shallow_and_deep import paired_weights
        >>> odd_even = renyi_two(paired_weights(512, [1.0, 1.0]), range(0, 512, 2))
        >>> round(odd_even / math.log(2), 9)  # 256 pairs, a bit each
        256.0
    """
    inside = region_mask(weights.architecture.sites, region)
    _require_room(weights)

    def four_copies(grams: np.ndarray, sites: np.ndarray) -> np.ndarray:
        """Copies 12 and 34 share the index of a site outside the region, 14 and 23 inside."""
        pairs = grams[:, :, :, None, None] * grams[:, None, None, :, :]
        pairs[inside[sites]] = pairs[inside[sites]].transpose(0, 1, 3, 4, 2)
        return pairs  # j1234

    log_norm = _log_contraction(weights, lambda grams, _: grams, label)
    if log_norm == -math.inf:
        raise ShapeError("the coefficient tensor is zero: it has no normalised state")
    return max(0.0, 2 * log_norm - _log_contraction(weights, four_copies, label))


def _require_room(weights: Weights) -> None:
    architecture = weights.architecture
    sizes = [
        architecture.sites_at(level + 1) * width**4
        for level, width in enumerate(architecture.channels)
    ]
    if max(sizes) > MAX_CORE:
        raise SizeError(
            f"the Renyi entropy of {architecture.sites} sites with channels "
            f"{architecture.channels} needs arrays of {float(max(sizes)):.2g} entries; at most "
            f"{MAX_CORE} are formed: use fewer channels or schmidt_spectrum"
        )


def _log_contraction(
    weights: Weights, leaf: Callable[[np.ndarray, np.ndarray], np.ndarray], label: int
) -> float:
    """Logarithm of what several copies of the network contract to.

    `leaf` makes the cores of some sites from their Gram matrices, one axis for each copy.
    """
    architecture, bottom = weights.architecture, weights.layer(0)
    children = np.arange(architecture.sites).reshape(-1, architecture.window).T
    grams = ((bottom[some] @ bottom[some].transpose(0, 2, 1), some) for some in children)
    cores, log = _rescaled(reduce(np.multiply, (leaf(gram, some) for gram, some in grams)))
    for level in range(1, architecture.levels):
        mixed = _mixed(cores, weights.layer(level))
        windows = mixed.reshape(-1, architecture.window, *mixed.shape[1:])
        cores, factor = _rescaled(windows.prod(axis=1))
        log += factor
    value = float(_mixed(cores, output_vector(weights, label)[None, None, :]).item())
    return log + math.log(value) if value > 0 else -math.inf


def _mixed(cores: np.ndarray, layer: np.ndarray) -> np.ndarray:
    """The weight matrices (r_l, r_{l-1}) of a level on the channels of every copy."""
    for _ in range(cores.ndim - 1):
        count, width, *others = cores.shape
        mixed = layer @ cores.reshape(count, width, -1)  # jg(others)
        cores = np.moveaxis(mixed.reshape(count, -1, *others), 1, -1)
    return cores


def _rescaled(cores: np.ndarray) -> tuple[np.ndarray, float]:
    """Cores with largest entry 1, and the logarithm of all factors taken out."""
    largest = np.abs(cores).reshape(len(cores), -1).max(axis=1)
    if not largest.all():
        return cores, 0.0
    return cores / largest.reshape(-1, *[1] * (cores.ndim - 1)), float(np.log(largest).sum())
