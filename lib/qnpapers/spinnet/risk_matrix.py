"""Risk over two axes: how many hexagons a picture has, and how many levels of grey."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from numbers import Integral

import numpy as np
from scipy.special import logsumexp

from qnpapers.errors import ParameterError, ShapeError
from qnpapers.mnist import Mnist
from qnpapers.spinnet.classifier import AmplitudeClassifier
from qnpapers.spinnet.quantum_numbers import level


def coarse(images: np.ndarray, side: int, levels: int) -> np.ndarray:
    """Shrink images by means of blocks, and round to levels of grey.

    Args:
        images: values 0 to 255, shape (count, s, s) with s a multiple of `side`.
        side: rows and columns afterwards, at least 2.
        levels: white in the result, at least 1; 1 is black and white.

    Returns:
        int64 of 0 to `levels`, shape (count, side, side).

    Raises:
        ShapeError: the images are not square, or `side` does not divide theirs.
        ParameterError: `levels` is no integer of at least 1.

    >>> coarse(np.full((1, 4, 4), 255), 2, 16).tolist()
    [[[16, 16], [16, 16]]]
    """
    images = np.asarray(images)
    square = images.ndim == 3 and images.shape[1] == images.shape[2]
    if not square or side < 2 or images.shape[1] % side:
        raise ShapeError(
            f"images: shape {images.shape}, side = {side}: must be (count, s, s) with s a multiple "
            "of side, and side at least 2"
        )
    _check_levels(levels)
    block = images.shape[1] // side
    means = images.reshape(len(images), side, block, side, block).mean(axis=(2, 4))
    return np.floor(means * (levels / 255) + 0.5).astype(np.int64)


def risk_matrix(
    split: Mnist,
    sides: Sequence[int],
    levels: Sequence[int],
    options: AmplitudeClassifier | None = None,
) -> np.ndarray:
    """Share of errors of the classifier without training, for each size and number of levels.

    Args:
        split: digits to fit on and digits to test.
        sides: of the pictures, see `coarse`: the topological axis.
        levels: of grey, see `coarse`: the metric axis.
        options: of the classifier; None for eqs 33 and 34 as printed.

    Returns:
        shape (len(sides), len(levels)).

    Raises:
        ShapeError, ParameterError: see `coarse`.

    Reference: [marciano2022, figure 3].
    """
    options = AmplitudeClassifier() if options is None else options
    return np.array([[_risk(split, side, one, options) for one in levels] for side in sides])


def total_valence(side: int) -> int:
    """Ends of edges at the vertices of a honeycomb: the topological capacity of the dictionary.

    Reference: [marciano2022, appendix A].

    >>> total_valence(28)
    4698
    """
    return 6 * (side**2 - 1)


def log_volume(side: int, levels: int) -> float:
    """Logarithm of the dimension of the Hilbert space on a honeycomb, natural.

    The dimension is Verlinde's number for genus side^2, at the lowest level r at which all pictures
    with these levels of grey are admissible, r = 3 levels + 2.

    Args:
        side: rows and columns of hexagons, at least 2.
        levels: of grey, at least 1.

    Raises:
        ParameterError: `levels` is no integer of at least 1.

    >>> round(math.exp(log_volume(2, 1)))  # Verlinde's number for genus 4 at r = 5
    800
    """
    _check_levels(levels)
    return log_verlinde(side**2, 3 * levels + 2)


def log_verlinde(genus: int, r: int) -> float:
    """Logarithm of Verlinde's number, by the sum over sines; `verlinde` is exact.

    Args:
        genus: at least 0.
        r: level, at least 3.

    Raises:
        ColourError: r is below 3.
        ParameterError: r is None.

    >>> round(math.exp(log_verlinde(2, 5)))
    20
    """
    if level(r) is None:
        raise ParameterError("r = None: classically the number is infinite")
    sines = np.log(np.sin(np.pi * np.arange(1, r) / r))
    return float((genus - 1) * math.log(r / 2) + logsumexp((2 - 2 * genus) * sines))


def product_residuals(risks: np.ndarray) -> np.ndarray:
    """What is left of ln risk when it is fitted by one term for each row and one for each column.

    Zero everywhere if the risk is a product of a function of the row and one of the column.

    Args:
        risks: positive, shape (rows, columns).

    Raises:
        ParameterError: a risk is not positive.

    >>> abs(product_residuals(np.outer([1.0, 2.0], [3.0, 5.0]))).max().round(12)
    np.float64(0.0)
    """
    if not np.all(np.asarray(risks) > 0):
        raise ParameterError("risks: each must be positive, for its logarithm is fitted")
    logs = np.log(risks)
    rows, columns = logs.mean(axis=1, keepdims=True), logs.mean(axis=0)
    return np.asarray(logs - rows - columns + logs.mean())


def _risk(split: Mnist, side: int, levels: int, options: AmplitudeClassifier) -> float:
    options = replace(options, brightest=float(levels))
    fitted = options.fit(coarse(split.train_images, side, levels), split.train_labels)
    return 1 - fitted.accuracy(coarse(split.test_images, side, levels), split.test_labels)


def _check_levels(levels: object) -> None:
    if not isinstance(levels, Integral) or isinstance(levels, bool) or int(levels) < 1:
        raise ParameterError(f"levels = {levels!r}: must be an integer of at least 1")
