"""Weights that are integers, so that ranks are exact: drawn from a small range, or from floats."""

from __future__ import annotations

import numpy as np

from qnpapers.convac.architecture import Architecture
from qnpapers.convac.weights import Weights
from qnpapers.errors import ShapeError


def integer_weights(
    architecture: Architecture, largest: int, *, rng: np.random.Generator
) -> Weights:
    """Independent integers, uniform from -largest to largest.

    For small `largest` many draws fall into the exceptional set of measure zero where the rank is
    below the generic one. A minor of degree d that is not the zero polynomial vanishes for at most
    a share d / (2 largest + 1) of the draws, so rare draws are left for a wide range.

    Args:
        architecture: the shape.
        largest: at least 1.
        rng: source of the numbers.

    Raises:
        ShapeError: `largest` is below 1.

    Example:
        >>> weights = integer_weights(Architecture(4, 2, (2, 2)), 1, rng=np.random.default_rng(0))
        >>> sorted(set(weights.output.ravel().tolist()) | {-1, 0, 1})
        [-1, 0, 1]
    """
    if largest < 1:
        raise ShapeError(f"largest = {largest}: must be an integer of at least 1")
    shapes = (*architecture.weight_shapes(), (architecture.classes, architecture.channels[-1]))
    *layers, output = (rng.integers(-largest, largest + 1, size=shape) for shape in shapes)
    return Weights(architecture, tuple(layers), output)


def scaled_to_integers(weights: Weights) -> Weights:
    """The same weights times a power of two for each layer, so that all of them are integers.

    A float64 is an integer times a power of two, and a factor of a whole layer changes no rank:
    the rank of the result *is* that of the floats, without any round-off.

    Args:
        weights: finite real numbers.

    Returns:
        weights of dtype object that hold Python integers.

    Raises:
        ShapeError: a weight is NaN or infinite.

    Example:
        >>> half = Weights(Architecture(2, 1, (1,)), (np.array([[[0.5]], [[3.0]]]),), [[1.0]])
        >>> scaled_to_integers(half).layers[0].ravel().tolist()
        [1, 6]
    """
    layers = tuple(_integers(layer) for layer in weights.layers)
    return Weights(weights.architecture, layers, _integers(weights.output))


def _integers(array: np.ndarray) -> np.ndarray:
    if not np.isfinite(array).all():
        raise ShapeError("weights: finite numbers are needed, got NaN or infinity")
    ratios = [float(x).as_integer_ratio() for x in array.ravel()]
    common = max(denominator for _, denominator in ratios)
    integers = np.empty(len(ratios), dtype=object)
    integers[:] = [numerator * (common // denominator) for numerator, denominator in ratios]
    return integers.reshape(array.shape)
