from __future__ import annotations

import numpy as np
import pytest

from qnpapers.errors import ParameterError
from qnpapers.mnist import Mnist
from qnpapers.spinnet import random_feature_errors


def noise(count, rng):
    return rng.integers(256, size=(count, 3, 3)), rng.integers(4, size=count)


def test_wide_layers_fit_any_labels():
    rng = np.random.default_rng(0)
    split = Mnist(*noise(40, rng), *noise(50, rng))
    errors = random_feature_errors(split, (2, 60, 400), rng=rng)
    assert errors.shape == (3, 2)
    assert errors[0, 0] > 0.3
    assert errors[1:, 0].tolist() == [0, 0]  # more units than digits
    assert errors[:, 1].min() > 0.5  # there is nothing to learn: chance is an error of 0.75


def test_they_learn_what_can_be_learned():
    rng = np.random.default_rng(1)
    images = rng.integers(256, size=(500, 3, 3))
    labels = (images[:, 1, 1] > 128).astype(int)
    split = Mnist(images[:300], labels[:300], images[300:], labels[300:])
    errors = random_feature_errors(split, (100,), ridge=1e-3, rng=rng)
    assert errors[0, 1] < 0.1


def test_least_squares_against_numpy():
    rng = np.random.default_rng(2)
    (images, labels), split_rng = noise(30, rng), np.random.default_rng(7)
    split = Mnist(images, labels, images, labels)
    found = random_feature_errors(split, (12,), rng=split_rng)
    again = np.random.default_rng(7)
    w, b = again.normal(size=(9, 12)) * 2 / 3, 0.1 * again.normal(size=12)
    features = np.maximum((images.reshape(30, 9) / 255 - 0.1) @ w + b, 0)
    layer, *_ = np.linalg.lstsq(features, np.eye(4)[labels] - 0.25, rcond=None)
    wrong = np.mean((features @ layer).argmax(axis=1) != labels)
    assert found.tolist() == [[wrong, wrong]]


def test_a_large_ridge_leaves_chance():
    rng = np.random.default_rng(3)
    split = Mnist(*noise(40, rng), *noise(50, rng))
    same = [random_feature_errors(split, (60,), rng=np.random.default_rng(1)) for _ in range(2)]
    assert np.array_equal(*same)
    assert random_feature_errors(split, (60,), ridge=1e6, rng=rng)[0, 0] > 0.3


def test_wrong_widths():
    rng = np.random.default_rng(0)
    split = Mnist(*noise(4, rng), *noise(4, rng))
    with pytest.raises(ParameterError, match=r"widths = \[5, 0\]: must be integers of at least 1"):
        random_feature_errors(split, (5, 0), rng=rng)
    with pytest.raises(ParameterError, match="ridge = -1: must be at least 0"):
        random_feature_errors(split, (5,), ridge=-1, rng=rng)
