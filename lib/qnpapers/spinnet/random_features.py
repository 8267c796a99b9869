"""A trained model whose capacity is its width, and that contains no topology: random features."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qnpapers.errors import ParameterError
from qnpapers.mnist import Mnist


def random_feature_errors(
    split: Mnist, widths: Sequence[int], *, ridge: float = 0.0, rng: np.random.Generator
) -> np.ndarray:
    """Errors of a linear layer on a hidden layer of random weights, for several widths.

        score_k(x) = sum_h C_kh max(0, w_h . x + b_h)

    Only C is trained, by least squares on indicators of the classes: of all best C the shortest, or
    with a ridge the minimum of |F C - Y|^2 + ridge width |C|^2.

    Args:
        split: digits to fit on and digits to test, of any shape, with values 0 to 255.
        widths: numbers of hidden units, each at least 1.
        ridge: strength of the penalty, at least 0.
        rng: draws w with standard deviation 2 / sqrt(pixels), and b with 0.1.

    Returns:
        Share of errors on digits that were fitted and on new ones, shape (len(widths), 2).

    Raises:
        ParameterError: a width is below 1, or the ridge is negative.

    Reference: M. Belkin et al., PNAS 116 (2019) 15849, for the second descent.
    """
    if min(widths, default=0) < 1:
        raise ParameterError(f"widths = {list(widths)}: must be integers of at least 1")
    if not ridge >= 0:
        raise ParameterError(f"ridge = {ridge!r}: must be at least 0")
    classes, number = np.unique(split.train_labels, return_inverse=True)
    targets = np.eye(len(classes))[number] - 1 / len(classes)
    old, new = (_pixels(some) for some in (split.train_images, split.test_images))
    errors = np.empty((len(widths), 2))
    for row, width in zip(errors, widths, strict=True):
        w = rng.normal(size=(old.shape[1], width)) * 2 / np.sqrt(old.shape[1])
        b = 0.1 * rng.normal(size=width)
        fitted, tested = (np.maximum(x @ w + b, 0) for x in (old, new))
        layer = _least_squares(fitted, targets, ridge * width)
        for place, features, labels in (
            (0, fitted, split.train_labels),
            (1, tested, split.test_labels),
        ):
            row[place] = np.mean(classes[(features @ layer).argmax(axis=1)] != labels)
    return errors


def _least_squares(features: np.ndarray, targets: np.ndarray, penalty: float) -> np.ndarray:
    u, s, vt = np.linalg.svd(features, full_matrices=False)
    inverse = np.zeros_like(s)
    used = s > 1e-10 * s[0]
    inverse[used] = s[used] / (s[used] ** 2 + penalty)
    return np.asarray(vt.T @ (inverse[:, None] * (u.T @ targets)))


def _pixels(images: np.ndarray) -> np.ndarray:
    return np.asarray(images.reshape(len(images), -1) / 255 - 0.1)
