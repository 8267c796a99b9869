"""Digits classified by one number each: the value of their network, or how much ink they have."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from qnpapers.errors import ParameterError, PrecisionError, ShapeError
from qnpapers.mnist import Mnist
from qnpapers.spinnet.honeycomb import honeycomb
from qnpapers.spinnet.honeycomb_float import evaluate_honeycomb_float

Predictor = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
"""Numbers and labels to learn from, numbers to classify -> predicted labels."""

_DIGITS = 9
"""Decimals of a logarithm that are kept; equal values are then equal numbers."""


def black_and_white(images: np.ndarray, side: int) -> np.ndarray:
    """Shrink images to `side` x `side` pixels by means of blocks; 1 where the mean is 128 or more.

    Args:
        images: values 0 to 255, shape (count, s, s) with s a multiple of `side`.
        side: at least 2.

    Returns:
        int64 of 0 and 1, shape (count, side, side).

    Raises:
        ShapeError: the images are not square, or `side` does not divide theirs.

    >>> black_and_white(np.array([[[255, 255], [0, 0]]]).repeat(2, 1).repeat(2, 2), 2).tolist()
    [[[1, 1], [0, 0]]]
    """
    images = np.asarray(images)
    square = images.ndim == 3 and images.shape[1] == images.shape[2]
    if not square or side < 2 or images.shape[1] % side:
        raise ShapeError(
            f"images: shape {images.shape}, side = {side}: must be (count, s, s) with s a multiple "
            "of side, and side at least 2"
        )
    block = images.shape[1] // side
    means = images.reshape(len(images), side, block, side, block).mean(axis=(2, 4))
    return (means >= 128).astype(np.int64)


def log_values(images: np.ndarray, r: int | None = None) -> np.ndarray:
    """Logarithm of the absolute value of the honeycomb of each image, ln |<H>|.

    Args:
        images: integers of at least 0, shape (count, rows, columns).
        r: level, at least 3; None for the classical value.

    Returns:
        float64 rounded to nine decimals, so that equal values are equal numbers; shape (count,).
        -inf where the image is not admissible at level r.

    Raises:
        PrecisionError: round-off may have changed the ninth decimal.
        ColourError, NetworkError, SizeError: see `evaluate_honeycomb_float`.

    Reference: [lulli2023, eq. 8].

    >>> log_values(np.array([[[1, 1], [1, 1]]])).round(6).tolist()
    [1.098612]
    """
    found = [evaluate_honeycomb_float(image, r) for image in images]
    allowed = 0.1**_DIGITS / 2
    lost = [n for n, one in enumerate(found) if one.error > allowed * abs(one.mantissa)]
    if lost:
        raise PrecisionError(
            f"image {lost[0]}: its value is lost in round-off, evaluate it exactly"
        )
    return np.array([one.log_abs for one in found]).round(_DIGITS)


def transition_probabilities(logs: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Transition probabilities of the planar physical scalar product, normalised by the larger.

        A_ij = min(|e_i|, |e_j|)^2 / max(|e_i|, |e_j|)^2 = exp(-2 |ln|e_i| - ln|e_j||)

    Args:
        logs: ln|e_i|, finite, shape (m,).
        others: ln|e_j|, finite, shape (n,).

    Returns:
        shape (m, n), between 0 and 1; exactly 1 where the values are equal.

    Reference: [lulli2023, eqs. 9 and 10].

    >>> transition_probabilities(np.log([3.0]), np.log([4.0])).round(4).tolist()
    [[0.5625]]
    """
    return np.exp(-2 * np.abs(np.subtract.outer(np.asarray(logs), np.asarray(others))))


def predict_by_transitions(logs: np.ndarray, labels: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The class to whose digits the mean transition probability is largest.

    Args:
        logs: ln|e| of the digits to learn from, shape (m,).
        labels: their labels, shape (m,).
        others: ln|e| of the digits to classify, shape (n,).

    Returns:
        Predicted labels, shape (n,).

    >>> predict_by_transitions(np.array([0.0, 5.0]), np.array([7, 3]), np.array([4.0])).tolist()
    [3]
    """
    classes = np.unique(labels)
    values, place = np.unique(others, return_inverse=True)
    means = [_mean_transition(values, *_counted(logs[labels == k])) for k in classes]
    return classes[np.argmax(means, axis=0)][place]


def predict_by_gaussians(feature: np.ndarray, labels: np.ndarray, others: np.ndarray) -> np.ndarray:
    """One Gaussian of one number for each class, all equally likely beforehand.

    Args:
        feature: of the digits to learn from, shape (m,).
        labels: their labels, shape (m,).
        others: of the digits to classify, shape (n,).

    Raises:
        ParameterError: the number does not vary within a class.

    >>> feature, labels = np.array([0.0, 1.0, 5.0, 7.0]), np.array([3, 3, 8, 8])
    >>> predict_by_gaussians(feature, labels, np.array([0.2, 6.0])).tolist()
    [3, 8]
    """
    classes = np.unique(labels)
    means = np.array([feature[labels == k].mean() for k in classes])
    deviations = np.array([feature[labels == k].std() for k in classes])
    if not deviations.all():
        raise ParameterError(f"feature: does not vary within class {classes[deviations == 0][0]}")
    distances = (others[:, None] - means) / deviations
    return classes[(-(distances**2) / 2 - np.log(deviations)).argmax(axis=1)]


def predict_by_votes(
    features: np.ndarray, labels: np.ndarray, others: np.ndarray, voters: int = 15
) -> np.ndarray:
    """The label that most of the nearest digits have, by the distance of their features.

    Args:
        features: of the digits to learn from, shape (m,) or (m, d).
        labels: their labels, shape (m,).
        others: of the digits to classify, shape (n,) or (n, d).
        voters: how many of the nearest vote, 1 to m.

    Raises:
        ParameterError: there are fewer digits than voters.

    >>> features, labels = np.array([0.0, 1.0, 2.0, 9.0]), np.array([3, 3, 8, 8])
    >>> predict_by_votes(features, labels, np.array([0.4]), voters=3).tolist()
    [3]
    """
    from sklearn.neighbors import KNeighborsClassifier

    if not 1 <= voters <= len(labels):
        raise ParameterError(f"voters = {voters!r}: must be between 1 and {len(labels)}")
    model = KNeighborsClassifier(voters).fit(features.reshape(len(features), -1), labels)
    return np.asarray(model.predict(others.reshape(len(others), -1)))


def accuracy_by(predict: Predictor, splits: Sequence[Mnist]) -> float:
    """Share of the test digits of all splits that one of the predictors above gets right.

    Args:
        predict: for example `predict_by_gaussians`.
        splits: with numbers in place of images, shape (count,), as `cross_validation` makes them.

    Raises:
        ParameterError: there is no split.

    >>> numbers, labels = np.array([1.0, 5.0, 1.0, 5.0]), np.array([0, 1, 0, 1])
    >>> accuracy_by(predict_by_transitions, [Mnist(numbers, labels, numbers, labels)])
    1.0
    """
    if not splits:
        raise ParameterError("splits: at least one is needed")
    hits = [
        predict(one.train_images, one.train_labels, one.test_images) == one.test_labels
        for one in splits
    ]
    return float(np.concatenate(hits).mean())


def local_counts(images: np.ndarray) -> np.ndarray:
    """How many hexagons have ink, how many pairs that touch, how many triples that meet.

    ink - pairs + triples is the number of pieces less the number of holes (Euler characteristic).

    Args:
        images: shape (count, rows, columns); every pixel above 0 is ink.

    Returns:
        int64, shape (count, 3).

    >>> local_counts(np.array([[[1, 1], [1, 0]]])).tolist()
    [[3, 3, 1]]
    """
    comb = honeycomb(*images.shape[1:])
    ink = np.pad(images.reshape(len(images), -1) > 0, ((0, 0), (0, 1)))  # -1, the outside: empty
    face = np.argsort(comb.order) - 1  # the number of a hexagon, or -1, of a face of the network
    corners = face[np.array(comb.network.vertex_faces)]
    pairs = ink[:, comb.pairs].all(axis=2).sum(axis=1)
    return np.stack([ink.sum(axis=1), pairs, ink[:, corners].all(axis=2).sum(axis=1)], axis=1)


def _counted(logs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Different values, and how often each occurs."""
    values, counts = np.unique(logs, return_counts=True)
    return values, counts


def _mean_transition(logs: np.ndarray, values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Mean over weighted values of exp(-2 |x - v|) for x in ascending order, in blocks of rows."""
    blocks = np.array_split(logs, len(logs) // 512 + 1)
    rows = [transition_probabilities(block, values) @ counts for block in blocks]
    return np.concatenate(rows) / counts.sum()
