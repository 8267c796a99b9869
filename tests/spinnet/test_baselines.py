from __future__ import annotations

import numpy as np
import pytest

from qnpapers.errors import ParameterError
from qnpapers.mnist import small_mnist
from qnpapers.spinnet import BASELINES, predict_baseline


@pytest.fixture(scope="module")
def digits():
    return small_mnist(rng=np.random.default_rng(7), test_fraction=0.8)


def predict(name, digits, seed=0):
    return predict_baseline(name, [digits], rng=np.random.default_rng(seed))


def squared_distances(digits, others):
    images = digits.test_images.reshape(-1, 784) / 255
    return ((images[:, None] - others) ** 2).sum(axis=2)


def test_nearest_class_mean_by_hand(digits):
    train = digits.train_images.reshape(-1, 784) / 255
    means = np.stack([train[digits.train_labels == k].mean(axis=0) for k in range(10)])
    nearest = squared_distances(digits, means).argmin(axis=1)
    np.testing.assert_array_equal(predict("nearest class mean", digits), nearest)


def test_nearest_neighbour_by_hand(digits):
    few = type(digits)(
        digits.train_images[:50],
        digits.train_labels[:50],
        digits.test_images[:200],
        digits.test_labels[:200],
    )
    nearest = squared_distances(few, few.train_images.reshape(-1, 784) / 255).argmin(axis=1)
    np.testing.assert_array_equal(predict("nearest neighbour", few), few.train_labels[nearest])


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("naive Bayes of scikit-learn", 0.5, 0.72),
        ("linear discriminant", 0.82, 0.88),
        ("softmax regression, 10 epochs", 0.83, 0.9),
        ("perceptron, 10 epochs", 0.8, 0.88),
    ],
)
def test_accuracies_with_a_thousand_digits(digits, name, least, most):
    """In the range that is usual for so few digits; on all of MNIST see the stored table."""
    assert least < np.mean(predict(name, digits) == digits.test_labels) < most


@pytest.mark.parametrize("name", BASELINES[-2:])
def test_training_follows_the_generator(digits, name):
    first, again, other = (predict(name, digits, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_splits_are_joined(digits):
    once = predict("nearest class mean", digits)
    twice = predict_baseline("nearest class mean", [digits, digits], rng=np.random.default_rng(0))
    np.testing.assert_array_equal(twice, np.concatenate([once, once]))


def test_an_unknown_baseline(digits):
    with pytest.raises(ParameterError, match="baseline 'oracle': must be one of nearest class"):
        predict("oracle", digits)


def test_no_split():
    with pytest.raises(ParameterError, match="splits: at least one"):
        predict_baseline(BASELINES[0], [], rng=np.random.default_rng(0))
