"""Classifiers to compare with: some of them trained, some as little as the amplitude."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from qnpapers.errors import ParameterError
from qnpapers.mnist import Mnist

EPOCHS = 10
"""Passes over the digits in training, as many as in [marciano2022]."""


BASELINES = (
    "nearest class mean",
    "naive Bayes of scikit-learn",
    "linear discriminant",
    "nearest neighbour",
    "softmax regression, 10 epochs",
    "perceptron, 10 epochs",
)
"""The last two are trained, the others are computed from the digits in one go.

The linear discriminant has one covariance matrix for all classes, shrunk as Ledoit and Wolf say.
Softmax regression minimises the cross-entropy by Adam, 32 digits a step.
"""


def predict_baseline(name: str, splits: Sequence[Mnist], *, rng: np.random.Generator) -> np.ndarray:
    """Labels that a baseline predicts from raw pixels for the test digits of all splits.

    Args:
        name: one of `BASELINES`.
        splits: each is fitted and tested by itself.
        rng: decides the order in which digits are seen in training.

    Returns:
        shape (test digits of all splits,).

    Raises:
        ParameterError: the name is unknown, or there is no split.

    >>> from qnpapers.mnist import small_mnist
    >>> rng = np.random.default_rng(1)
    >>> predict_baseline("nearest class mean", [small_mnist(rng=rng)], rng=rng).shape
    (1000,)
    """
    if name not in BASELINES:
        raise ParameterError(f"baseline {name!r}: must be one of {', '.join(BASELINES)}")
    if not splits:
        raise ParameterError("splits: at least one is needed")
    seeds = rng.integers(2**31, size=len(splits)).tolist()
    pairs = zip(splits, seeds, strict=True)
    return np.concatenate([_predict(_model(name, seed), split) for split, seed in pairs])


def _model(name: str, seed: int) -> Any:
    """A model of scikit-learn that has not been fitted."""
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
    from sklearn.linear_model import Perceptron
    from sklearn.naive_bayes import GaussianNB
    from sklearn.neighbors import KNeighborsClassifier, NearestCentroid
    from sklearn.neural_network import MLPClassifier

    models = (
        NearestCentroid(),
        GaussianNB(),
        LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto"),
        KNeighborsClassifier(1, algorithm="brute"),
        MLPClassifier((), batch_size=32, max_iter=EPOCHS, alpha=0.0, random_state=seed),
        Perceptron(max_iter=EPOCHS, tol=None, random_state=seed),
    )
    return models[BASELINES.index(name)]


def _predict(model: Any, digits: Mnist) -> np.ndarray:
    with warnings.catch_warnings():
        # pixels that never vary, and ten epochs that are not the end: both are intended
        warnings.filterwarnings("ignore", category=UserWarning, module="sklearn")
        model.fit(_pixels(digits.train_images), digits.train_labels)
    return np.asarray(model.predict(_pixels(digits.test_images)))


def _pixels(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1) / 255
