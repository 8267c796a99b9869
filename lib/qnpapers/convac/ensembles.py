"""Ensembles of random weights, and how entangled the states are that they make."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.progress import track
from scipy.special import digamma

from qnpapers.convac.architecture import Architecture
from qnpapers.convac.cut import min_cuts
from qnpapers.convac.spectrum import entanglement_entropy, geometric_measure, schmidt_spectrum
from qnpapers.convac.weights import Weights, random_weights
from qnpapers.errors import ParameterError


def isometric_weights(architecture: Architecture, *, rng: np.random.Generator) -> Weights:
    """Weight matrices with orthonormal rows or columns, uniformly distributed; normal output.

    Where a level has no more channels than it has inputs, its rows are orthonormal: orthonormal
    channels below give orthonormal channels above, for products of orthonormal vectors are
    orthonormal. Where a level has more channels, its columns are.

    If no level widens (M >= r_0 >= r_1 >= ...), the Schmidt coefficients between two halves are
    therefore the moduli of the normalised output weights, whatever the depth [derived here].

    Args:
        architecture: any.
        rng: source of the numbers.

    Example:
        >>> net = Architecture(4, 3, (2, 2))
        >>> rows = isometric_weights(net, rng=np.random.default_rng(0)).layer(0)[0]
        >>> np.allclose(rows @ rows.T, np.eye(2))
        True
    """
    layers = tuple(_isometries(shape, rng) for shape in architecture.weight_shapes())
    output = rng.normal(size=(architecture.classes, architecture.channels[-1]))
    return Weights(architecture, layers, output)


def nonnegative_weights(architecture: Architecture, *, rng: np.random.Generator) -> Weights:
    """Independent weights, uniform between 0 and 1, as in a network that models probabilities.

    Args:
        architecture: any.
        rng: source of the numbers.

    Example:
        >>> weights = nonnegative_weights(Architecture(4, 2, (3, 3)), rng=np.random.default_rng(0))
        >>> bool(np.all(weights.output >= 0))
        True
    """
    layers = tuple(rng.uniform(size=shape) for shape in architecture.weight_shapes())
    return Weights(
        architecture, layers, rng.uniform(size=(architecture.classes, architecture.channels[-1]))
    )


def _isometries(shape: tuple[int, int, int], rng: np.random.Generator) -> np.ndarray:
    """Haar-distributed: the signs of the triangular factor are taken out."""
    count, rows, columns = shape
    normal = rng.normal(size=(count, max(rows, columns), min(rows, columns)))
    isometry, triangle = np.linalg.qr(normal)
    isometry *= np.sign(np.einsum("jaa->ja", triangle))[:, None, :]
    return isometry if rows >= columns else isometry.transpose(0, 2, 1)


def mean_isometric_entropy(channels: int) -> float:
    """Mean entropy of r squared normal numbers divided by their sum: psi(r/2 + 1) - psi(3/2).

    With `isometric_weights` and levels that do not widen this is the mean entanglement entropy
    between two halves, in nats, with r = r_{L-1} and for any number of sites [derived here]. For
    large r it falls short of ln r by ln 2 + psi(3/2) = 0.7296.

    Args:
        channels: r, at least 1.

    Raises:
        ParameterError: r is below 1.

    Example:
        >>> round(mean_isometric_entropy(2), 4)  # 2 ln 2 - 1
        0.3863
    """
    if channels < 1:
        raise ParameterError(f"channels = {channels}: must be at least 1")
    return float(digamma(channels / 2 + 1) - digamma(1.5))


@dataclass(frozen=True)
class EntanglementSample:
    """Measures of entanglement of many draws of the weights.

    Args:
        entropy: entanglement entropy in nats, shape (draws, regions).
        distance: geometric measure sqrt(1 - lambda_1^2), same shape.
        caps: logarithm of the minimal cut of each region, shape (regions,).
    """

    entropy: np.ndarray
    distance: np.ndarray
    caps: np.ndarray


def sample_entanglement(
    architecture: Architecture,
    regions: Sequence[Iterable[int]],
    draws: int,
    *,
    rng: np.random.Generator,
    weights_of: Callable[..., Weights] = random_weights,
) -> EntanglementSample:
    """Draw weights many times and measure how entangled the regions are with the rest.

    All regions are measured in the same state. Draw number i uses the i-th child of `rng`, so that
    more draws continue a shorter sample. A bar shows the progress on a terminal.

    Args:
        architecture: any that `schmidt_spectrum` can do.
        regions: 0-based sites of each region.
        draws: number of draws, at least 1.
        rng: parent of the generators of the draws.
        weights_of: makes weights, as `random_weights` does.

    Raises:
        ParameterError: `draws` is below 1.
        RegionError, SizeError: as for `schmidt_spectrum`.

    Example:
        >>> net = Architecture(4, 2, (2, 2))
        >>> sample = sample_entanglement(net, [(0, 1), (0, 2)], 5, rng=np.random.default_rng(0))
        >>> sample.entropy.shape, bool(np.all(sample.entropy <= sample.caps))
        ((5, 2), True)
    """
    if draws < 1:
        raise ParameterError(f"draws = {draws}: must be at least 1")
    found = []
    for child in _with_bar(rng.spawn(draws)):
        weights = weights_of(architecture, rng=child)
        spectra = [schmidt_spectrum(weights, region) for region in regions]
        found.append([(entanglement_entropy(s), geometric_measure(s)) for s in spectra])
    entropy, distance = np.array(found).transpose(2, 0, 1)
    caps = np.array([math.log(cut) for cut in min_cuts(architecture, regions).tolist()])
    return EntanglementSample(entropy, distance, caps)


def _with_bar(children: Sequence[np.random.Generator]) -> Iterable[np.random.Generator]:
    """A bar on a terminal, and nothing elsewhere."""
    return track(
        children,
        "draws",
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )


def channel_overlaps(weights: Weights) -> list[np.ndarray]:
    """Cosines |<phi^a | phi^b>| / (|phi^a| |phi^b|) between the channels of a site, by level.

    Orthogonal channels can carry entanglement to the levels above; *parallel channels carry none*,
    however many they are.

    Args:
        weights: real weights.

    Returns:
        one array for each level l, shape (sites of the level, r_l, r_l), with ones on the diagonal;
        0 where a channel is zero.

    Example:
        >>> net = Architecture(4, 2, (2, 2))
        >>> channels = channel_overlaps(isometric_weights(net, rng=np.random.default_rng(0)))
        >>> [bool(np.allclose(cosines, np.eye(2))) for cosines in channels]
        [True, True]
    """
    bottom, window = weights.layer(0), weights.architecture.window
    grams = [_scaled(bottom @ bottom.transpose(0, 2, 1))]  # jgh
    for level in range(1, weights.architecture.levels):
        layer = weights.layer(level)
        pooled = grams[-1].reshape(-1, window, *grams[-1].shape[1:]).prod(axis=1)
        grams.append(_scaled(layer @ pooled @ layer.transpose(0, 2, 1)))  # jgh
    return [_cosines(gram) for gram in grams]


def _scaled(grams: np.ndarray) -> np.ndarray:
    """The matrices with largest entry 1, so that no product over many sites leaves the floats."""
    largest = np.abs(grams).max(axis=(1, 2), keepdims=True)
    return grams / np.where(largest > 0, largest, 1)


def _cosines(grams: np.ndarray) -> np.ndarray:
    lengths = np.sqrt(np.einsum("jgg->jg", grams))
    lengths = np.where(lengths > 0, lengths, np.inf)
    return np.abs(grams) / (lengths[:, :, None] * lengths[:, None, :])
