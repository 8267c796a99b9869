from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import Perceptron
from sklearn.neighbors import NearestCentroid

from oracles.amplitudes import gaussian_score
from qnpapers.errors import ParameterError, ShapeError
from qnpapers.spinnet import amplitude_of_layer, gaussian_scores

SEEDS = st.integers(0, 10_000)


def random_amplitude(seed, *, count=5, classes=3, edges=4, pooled=False):
    rng = np.random.default_rng(seed)
    shape = (edges,) if pooled else (classes, edges)
    return rng.random((count, edges)), rng.random((classes, edges)), rng.uniform(0.5, 2, shape)


@given(SEEDS, st.booleans())
def test_scores_against_the_product_of_gaussians(seed, pooled):
    spins, means, variances = random_amplitude(seed, pooled=pooled)
    own = np.broadcast_to(variances, means.shape)
    expected = [[gaussian_score(j, m, v) for m, v in zip(means, own, strict=True)] for j in spins]
    np.testing.assert_allclose(gaussian_scores(spins, means, variances), expected, atol=1e-13)


def test_equal_widths_are_the_nearest_mean():
    """Literature: nearest-centroid classification (Rocchio), as scikit-learn has it."""
    rng = np.random.default_rng(3)
    spins, labels = rng.random((200, 6)), np.arange(200) % 4
    nearest = NearestCentroid().fit(spins, labels)
    scores = gaussian_scores(spins, nearest.centroids_, np.full(6, 0.3))
    np.testing.assert_array_equal(scores.argmax(axis=1), nearest.predict(spins))


@given(SEEDS, st.floats(0.01, 100))
def test_units_of_the_spins_make_no_difference(seed, unit):
    spins, means, variances = random_amplitude(seed)
    np.testing.assert_allclose(
        gaussian_scores(unit * spins, unit * means, unit**2 * variances),
        gaussian_scores(spins, means, variances),
        atol=1e-12,
    )


@given(SEEDS, st.booleans())
def test_an_amplitude_has_the_scores_of_its_layer(seed, with_variances):
    """Differences of scores, which are all that softmax and argmax see."""
    rng = np.random.default_rng(seed)
    weights, biases, spins = (rng.normal(size=s) * 3 for s in ((4, 5), 4, (6, 5)))
    variances = rng.uniform(0.1, 10, 5) if with_variances else None
    means, widths = amplitude_of_layer(weights, biases, variances)
    assert means.shape == (4, 6)
    assert (means >= 0).all()
    np.testing.assert_array_equal(widths[:-1], 1.0 if variances is None else variances)
    padded = np.column_stack([spins, np.zeros(6)])
    layer = spins @ weights.T + biases
    found = gaussian_scores(padded, means, widths)
    np.testing.assert_allclose(found - found[:, :1], layer - layer[:, :1], atol=1e-9)


def test_a_layer_with_negative_weights_trained_by_scikit_learn():
    rng = np.random.default_rng(7)
    spins = rng.random((300, 8))
    labels = (spins[:, 0] > spins[:, 1]).astype(int) + 2 * (spins[:, 2] > 0.5)
    layer = Perceptron(max_iter=20, tol=None, random_state=1).fit(spins, labels)
    assert (layer.coef_ < 0).any()
    means, variances = amplitude_of_layer(layer.coef_, layer.intercept_)
    padded = np.column_stack([spins, np.zeros(300)])
    decided = gaussian_scores(padded, means, variances).argmax(axis=1)
    np.testing.assert_array_equal(layer.classes_[decided], layer.predict(spins))


def test_only_the_ratio_of_mean_and_variance_is_determined():
    weights, biases = np.array([[2.0, 0.0], [0.0, 1.0]]), np.array([0.5, 0.0])
    narrow, wide = (amplitude_of_layer(weights, biases, np.full(2, v))[0] for v in (1.0, 4.0))
    np.testing.assert_allclose(wide[:, :-1], 4 * narrow[:, :-1])


ONES = np.ones((2, 3))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: gaussian_scores(ONES[0], ONES, ONES), ShapeError, r"spins \(3,\) and means"),
        (lambda: gaussian_scores(ONES, ONES[:, :2], ONES), ShapeError, r"must be \(count, E\)"),
        (lambda: gaussian_scores(ONES, ONES, np.ones(2)), ShapeError, r"shape \(2,\), must be"),
        (lambda: gaussian_scores(ONES, ONES, 0 * ONES), ParameterError, "must be positive"),
        (lambda: amplitude_of_layer(ONES[0], ONES[0]), ShapeError, r"must be \(K, E\) and \(K,\)"),
        (lambda: amplitude_of_layer(ONES, np.ones(3)), ShapeError, r"biases \(3,\)"),
        (lambda: amplitude_of_layer(ONES, np.ones(2), np.ones(2)), ShapeError, r"must be \(3,\)"),
        (lambda: amplitude_of_layer(ONES, np.ones(2), -np.ones(3)), ParameterError, "is -1.0|-1"),
    ],
)
def test_input_that_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
