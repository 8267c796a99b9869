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
"""Largest array r**4 that is carried up the tree: half a gigabyte of float64, r = 90."""

Core = tuple[np.ndarray, float]
"""An array whose largest entry is 1, and the logarithm of the factor taken out."""


def renyi_two(weights: Weights, region: Iterable[int], label: int = 0) -> float:
    """Renyi entropy S_2 = -ln sum_a lambda_a^4 = -ln tr rho_A^2 of the normalised state, in nats.

    Never above the entanglement entropy S, and with it between 0 and the logarithm of the minimal
    cut: a *lower bound* on S where the spectrum is out of reach. The trace is a network of four
    copies of the state. Their bonds run in parallel up the tree as one core of r_l^4 entries for
    each subtree, so the cost is N r^5 for *any* region, not a power of the minimal cut.

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
        SizeError: a core would have more than `MAX_CORE` entries.

    Example:
        >>> from qnpapers.convac.shallow_and_deep import paired_weights
        >>> halves = renyi_two(paired_weights(512, [1.0, 1.0]), range(0, 512, 2))
        >>> round(halves / math.log(2), 9)  # 256 pairs, a bit each
        256.0
    """
    inside = region_mask(weights.architecture.sites, region)
    widest = max(weights.architecture.channels)
    if widest**4 > MAX_CORE:
        raise SizeError(
            f"the Renyi entropy needs arrays of {float(widest**4):.2g} entries for {widest} "
            f"channels; at most {MAX_CORE} are formed: use fewer channels or schmidt_spectrum"
        )
    bottom = weights.layer(0)

    def two_copies(site: int) -> np.ndarray:
        return bottom[site] @ bottom[site].T  # gh

    def four_copies(site: int) -> np.ndarray:
        """Copies 12 and 34 share the index of a site outside the region, 14 and 23 inside."""
        gram = two_copies(site)
        pairs = np.multiply.outer(gram, gram)
        return pairs.transpose(0, 2, 3, 1) if inside[site] else pairs

    log_norm = _log_contraction(weights, two_copies, label)
    if log_norm == -math.inf:
        raise ShapeError("the coefficient tensor is zero: it has no normalised state")
    return max(0.0, 2 * log_norm - _log_contraction(weights, four_copies, label))


def _log_contraction(weights: Weights, leaf: Callable[[int], np.ndarray], label: int) -> float:
    """Logarithm of what several copies of the network contract to, given their cores at the sites.

    Depth first, so that only one core for each level is held at a time.
    """
    window = weights.architecture.window

    def subtree(level: int, site: int) -> Core:
        if level == 0:
            return _rescaled(leaf(site), 0.0)
        core, log = pooled(level - 1, site * window)
        return _rescaled(_mixed(core, weights.layer(level)[site]), log)

    def pooled(level: int, first: int) -> Core:
        cores, logs = zip(*(subtree(level, first + k) for k in range(window)), strict=True)
        return reduce(np.multiply, cores), math.fsum(logs)

    core, log = pooled(weights.architecture.levels - 1, 0)
    value = float(_mixed(core, output_vector(weights, label)[None, :]).item())
    return log + math.log(value) if value > 0 else -math.inf


def _mixed(core: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """A weight matrix (r_l, r_{l-1}) on the channels of every copy."""
    for _ in range(core.ndim):
        core = np.moveaxis(core @ matrix.T, -1, 0)  # the axis just mixed comes first
    return core


def _rescaled(core: np.ndarray, log: float) -> Core:
    largest = float(np.abs(core).max())
    return (core / largest, log + math.log(largest)) if largest > 0 else (core, log)
