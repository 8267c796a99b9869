from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import log_loss

from oracles.amplitudes import gaussian_score
from qnpapers.errors import ParameterError, ShapeError
from qnpapers.spinnet import gaussian_scores, mean_loss, train_means

LABELS = np.arange(60) % 3


@pytest.fixture(scope="module")
def images():
    rng = np.random.default_rng(6)
    centres = rng.random((3, 5))
    return centres[LABELS] + 0.3 * rng.normal(size=(60, 5))


def class_means(images):
    return np.array([images[k == LABELS].mean(axis=0) for k in range(3)])


WIDTHS = np.linspace(0.2, 1.0, 5)


def test_the_likelihood_by_hand(images):
    means = class_means(images)
    scores = [gaussian_score(j, means[k], WIDTHS) for j, k in zip(images, LABELS, strict=True)]
    found = mean_loss(images, LABELS, means, WIDTHS, "likelihood")
    assert found == pytest.approx(-np.mean(scores), rel=1e-13)


def test_the_cross_entropy_of_scikit_learn(images):
    means = class_means(images)
    scores = gaussian_scores(images, means, WIDTHS)
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    found = mean_loss(images, LABELS, means, WIDTHS, "cross-entropy")
    assert found == pytest.approx(log_loss(LABELS, shares), rel=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_the_likelihood_ends_at_the_class_means_from_everywhere(images, seed):
    start = 10 * np.random.default_rng(seed).normal(size=(3, 5))
    found = train_means(images, LABELS, WIDTHS, start=start, loss="likelihood")
    np.testing.assert_allclose(found, class_means(images), atol=1e-7)


def test_the_cross_entropy_leaves_the_class_means_for_a_point_that_is_stationary(images):
    """Derivatives by differences: none is left at the end, where the loss is lower."""
    means = class_means(images)
    found = train_means(images, LABELS, WIDTHS, start=means, loss="cross-entropy", iterations=5000)
    loss = lambda at: mean_loss(images, LABELS, at, WIDTHS, "cross-entropy")  # noqa: E731
    assert loss(found) < loss(means) - 1e-3
    for k, edge in ((0, 0), (1, 3), (2, 4)):
        step = np.zeros((3, 5))
        step[k, edge] = 1e-5
        assert abs(loss(found + step) - loss(found - step)) / 2e-5 < 1e-5
        assert abs(loss(means + step) - loss(means - step)) / 2e-5 > 1e-3


def test_widths_of_each_class(images):
    widths = np.random.default_rng(1).uniform(0.5, 2, (3, 5))
    found = train_means(images, LABELS, widths, start=np.zeros((3, 5)), loss="likelihood")
    np.testing.assert_allclose(found, class_means(images), atol=1e-7)


def test_the_loss_never_rises(images):
    for loss in ("likelihood", "cross-entropy"):
        start = np.random.default_rng(2).random((3, 5))
        losses = [mean_loss(images, LABELS, start, WIDTHS, loss)]
        for iterations in (1, 2, 5):
            found = train_means(
                images, LABELS, WIDTHS, start=start, loss=loss, iterations=iterations
            )
            losses.append(mean_loss(images, LABELS, found, WIDTHS, loss))
        assert losses == sorted(losses, reverse=True)


ONES = np.ones((2, 3))


@pytest.mark.parametrize(
    ("labels", "loss", "error", "message"),
    [
        (np.array([0, 1]), "hinge", ParameterError, "one of likelihood, cross-entropy"),
        (np.array([0.0, 1.0]), "likelihood", ShapeError, "one integer for each image"),
        (np.array([0]), "likelihood", ShapeError, "one integer for each image"),
        (np.array([0, 2]), "likelihood", ShapeError, "labels from 0 to 2: must be 0 to 1"),
        (np.array([-1, 1]), "cross-entropy", ShapeError, "labels from -1"),
    ],
)
def test_input_that_is_refused(labels, loss, error, message):
    with pytest.raises(error, match=message):
        mean_loss(ONES, labels, ONES, np.ones(3), loss)
    with pytest.raises(error, match=message):
        train_means(ONES, labels, np.ones(3), start=ONES, loss=loss)


def test_no_steps_are_refused():
    with pytest.raises(ParameterError, match="iterations = 0: must be at least 1"):
        train_means(ONES, np.array([0, 1]), np.ones(3), start=ONES, loss="likelihood", iterations=0)
