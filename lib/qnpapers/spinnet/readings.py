"""Ways to read eqs 33 and 34 of [marciano2022], and how well each classifies digits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import get_args

import numpy as np

from qnpapers.errors import ParameterError
from qnpapers.mnist import Mnist
from qnpapers.spinnet.classifier import (
    AmplitudeClassifier,
    EdgeRule,
    Width,
    ZeroVariance,
    scores_of_readings,
)

AS_PRINTED = AmplitudeClassifier()
"""Eqs 33 and 34 with sums of pixels, and the floor 0.01 where the paper says nothing."""

EQ_33 = replace(AS_PRINTED, dimension=False, normaliser=False)
"""Eq. 33 alone. Its factor Delta is the same for all classes and decides nothing."""

NAIVE_BAYES = replace(EQ_33, log_determinant=True)
"""The Gaussian with its normalisation."""

FLOORS = (1e-6, 1e-3, 1e-2, 3e-2, 1e-1, 1.0)
"""Variance floors that are tried, in units of scale^2."""

LIKE_TABLE_ONE = replace(EQ_33, width="deviation", variance_floor=1e-3)
"""What comes nearest to table I of [marciano2022], on the last fifth of the 60,000 digits."""

READINGS: Mapping[str, AmplitudeClassifier] = {
    "eqs 33 and 34, sums, floor 0.01": AS_PRINTED,
    "floor 0.000001": replace(AS_PRINTED, variance_floor=1e-6),
    "floor 0.001": replace(AS_PRINTED, variance_floor=1e-3),
    "floor 0.03": replace(AS_PRINTED, variance_floor=3e-2),
    "floor 0.1": replace(AS_PRINTED, variance_floor=1e-1),
    "floor 1": replace(AS_PRINTED, variance_floor=1.0),
    "0.01 added to all variances": replace(AS_PRINTED, zero_variance="add"),
    "zero variances left out": replace(AS_PRINTED, zero_variance="leave out"),
    "one variance for all classes": replace(AS_PRINTED, variance="pooled"),
    "deviation in place of variance": replace(AS_PRINTED, width="deviation"),
    "spins up to 255": replace(AS_PRINTED, scale=255.0),
    "without eq. 34": EQ_33,
    "without eq. 34, one variance for all (a linear layer)": replace(EQ_33, variance="pooled"),
    "without eq. 34, deviation": replace(EQ_33, width="deviation"),
    "without eq. 34, deviation, floor 0.001": LIKE_TABLE_ONE,
    "with log-determinant (naive Bayes)": NAIVE_BAYES,
    "smaller pixel": replace(AS_PRINTED, edges="minimum"),
    "larger pixel": replace(AS_PRINTED, edges="maximum"),
    "difference": replace(AS_PRINTED, edges="difference"),
    "absolute difference": replace(AS_PRINTED, edges="absolute difference"),
    "pixels, no network": replace(AS_PRINTED, edges="pixels"),
    "pixels, without eq. 34, deviation, floor 0.001": replace(LIKE_TABLE_ONE, edges="pixels"),
    "absolute difference, floor 0.03": replace(
        AS_PRINTED, edges="absolute difference", variance_floor=3e-2
    ),
    "difference, floor 0.03, naive Bayes": replace(
        NAIVE_BAYES, edges="difference", variance_floor=3e-2
    ),
}
"""One choice changed at a time, and combinations that reach the printed accuracy."""


def all_readings() -> tuple[AmplitudeClassifier, ...]:
    """Every combination of the open choices, 780 of them.

    Six rules for an edge, thirteen treatments of small variances (six floors, the same six added,
    zeros left out), one width or one for each class, variance or deviation, and eq. 33 alone, with
    eq. 34, or with the log-determinant. The last is left out where all classes share their width,
    since it then says nothing.

    >>> len(all_readings())
    780
    """
    return tuple(_all_readings())


def _all_readings() -> Iterator[AmplitudeClassifier]:
    small: list[tuple[ZeroVariance, float]] = [("leave out", FLOORS[0])]
    small += product(("floor", "add"), FLOORS)
    for edges, (zero, floor), width, score in product(
        get_args(EdgeRule),
        small,
        get_args(Width),
        (EQ_33, AS_PRINTED, NAIVE_BAYES),
    ):
        one = replace(score, edges=edges, zero_variance=zero, variance_floor=floor, width=width)
        yield one
        if score is not NAIVE_BAYES:
            yield replace(one, variance="pooled")


def is_stated(reading: AmplitudeClassifier) -> bool:
    """Whether a reading departs from nothing that the paper prints.

    Printed are sums on the honeycomb, the means and variances of each class, and eqs 33 and 34;
    a reading that stops at eq. 33 is counted too. Open is what to do about small variances.
    """
    printed = (reading.edges, reading.variance, reading.width) == ("sum", "class", "variance")
    return printed and reading.dimension is reading.normaliser and not reading.log_determinant


def predict_with(readings: Sequence[AmplitudeClassifier], splits: Sequence[Mnist]) -> np.ndarray:
    """Labels that each reading predicts for the test digits of all splits.

    Readings with the same spins are fitted once and scored together.

    Args:
        readings: at least one.
        splits: each is fitted and tested by itself.

    Returns:
        shape (number of readings, test digits of all splits).

    Raises:
        ParameterError: there is no reading or no split.

    >>> from qnpapers.mnist import small_mnist
    >>> digits = small_mnist(rng=np.random.default_rng(1), test_fraction=0.1)
    >>> predict_with([AS_PRINTED, EQ_33], [digits]).shape
    (2, 500)
    """
    if not readings or not splits:
        raise ParameterError("readings, splits: at least one of each is needed")
    return np.concatenate([_predict(readings, split) for split in splits], axis=1)


def _predict(readings: Sequence[AmplitudeClassifier], digits: Mnist) -> np.ndarray:
    groups: dict[AmplitudeClassifier, list[int]] = {}
    for number, one in enumerate(readings):
        spins = AmplitudeClassifier(one.edges, one.scale, one.brightest, one.only)
        groups.setdefault(spins, []).append(number)
    predicted = np.empty((len(readings), len(digits.test_labels)), digits.train_labels.dtype)
    for spins, numbers in groups.items():
        fitted = spins.fit(digits.train_images, digits.train_labels)
        same = [fitted.with_options(**_free_options(readings[n])) for n in numbers]
        scores = scores_of_readings(same, digits.test_images)
        predicted[numbers] = fitted.classes[scores.argmax(axis=2)].T
    return predicted


def _free_options(reading: AmplitudeClassifier) -> dict[str, object]:
    return {
        name: getattr(reading, name)
        for name in (
            "variance_floor",
            "zero_variance",
            "variance",
            "width",
            "dimension",
            "normaliser",
            "log_determinant",
        )
    }


def true_labels(splits: Sequence[Mnist]) -> np.ndarray:
    """Labels of the test digits of all splits, in the order of `predict_with`."""
    return np.concatenate([split.test_labels for split in splits])


def standard_error(accuracy: float, count: int) -> float:
    """Binomial standard error of an accuracy, sqrt(p (1 - p) / count).

    >>> standard_error(0.5, 100)
    0.05
    """
    return float(np.sqrt(accuracy * (1 - accuracy) / count))


def f1_scores(predicted: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """F1 of each of the ten digits: hits over the mean of how many there are and are predicted.

    Args:
        predicted: labels 0 to 9, shape (..., count).
        labels: the true ones, shape (count,).

    Returns:
        shape (..., 10); 0 where a digit is neither there nor predicted.

    >>> f1_scores(np.array([0, 0, 1]), np.array([0, 1, 1]))[:3].round(3).tolist()
    [0.667, 0.667, 0.0]
    """
    digits = np.arange(10)[:, None]
    guessed, true = np.asarray(predicted)[..., None, :] == digits, labels == digits
    hits = 2 * (guessed & true).sum(axis=-1)
    return hits / np.maximum(guessed.sum(axis=-1) + true.sum(axis=-1), 1)
