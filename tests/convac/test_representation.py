from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laws.strategies import seeds
from qnpapers.convac import (
    Gaussians,
    Neurons,
    fit_gaussians,
    independence,
    load_digits,
    patches,
    random_neurons,
)
from qnpapers.errors import ParameterError, ShapeError


@given(seeds, st.integers(1, 4), st.integers(1, 5), st.floats(0.05, 3))
def test_gaussians_are_those_of_the_formula(seed, pixels, local_dim, width):
    rng = np.random.default_rng(seed)
    centres, inputs = rng.uniform(size=(local_dim, pixels)), rng.uniform(size=(2, 3, pixels))
    values = Gaussians(centres, width)(inputs)
    assert values.shape == (2, 3, local_dim)
    for b, j in np.ndindex(2, 3):
        heights = [
            math.exp(
                -math.fsum((x - c) ** 2 for x, c in zip(inputs[b, j], centre, strict=True))
                / (2 * width**2)
            )
            for centre in centres
        ]
        if min(heights) > 1e-200:
            expected = [height / math.fsum(heights) for height in heights]
            # exp(-q) has the relative error q x 2.2e-16, with q up to 800.
            assert values[b, j] == pytest.approx(expected, rel=1e-12)


def test_gaussians_sum_to_one_even_far_from_every_centre():
    values = Gaussians(np.array([[0.0], [1.0]]), 1e-3)(np.array([[[1000.0], [0.5], [-3.0]]]))
    assert values.sum(axis=2).tolist() == [[1, 1, 1]]
    assert values[0].tolist() == [[0, 1], [0.5, 0.5], [1, 0]]


@pytest.mark.parametrize("width", [0, -0.5, math.inf, math.nan])
def test_a_width_that_is_no_width_is_refused(width):
    with pytest.raises(ParameterError, match=rf"width = {width}: must be a positive finite number"):
        Gaussians(np.ones((2, 3)), width)


def test_neurons_rectify_affine_functions():
    neurons = Neurons(np.array([[1.0, -2.0], [0.5, 0.5]]), np.array([0.0, -1.0]))
    values = neurons(np.array([[[3.0, 1.0], [1.0, 3.0]]]))
    assert values.tolist() == [[[1.0, 1.0], [0.0, 1.0]]]


def test_random_neurons_have_the_stated_distributions():
    neurons = random_neurons(25, 4000, rng=np.random.default_rng(0))
    scaled = neurons.slopes * 5
    # 100,000 standard normals: standard errors 0.0032 of the mean, 0.0045 of the mean square.
    assert abs(scaled.mean()) < 4 * 0.0032
    assert abs((scaled**2).mean() - 1) < 4 * 0.0045
    assert neurons.offsets.min() >= 0
    assert neurons.offsets.max() <= 1
    # 4,000 uniform numbers: standard error 1 / sqrt(12 x 4000) = 0.0046.
    assert abs(neurons.offsets.mean() - 0.5) < 4 * 0.0046


@pytest.mark.parametrize(
    "functions", [Gaussians(np.ones((2, 3)), 1.0), Neurons(np.ones((2, 3)), np.ones(2))]
)
@pytest.mark.parametrize("shape", [(5, 4), (5, 4, 2), (1, 5, 4, 3), ()])
def test_patches_that_do_not_fit_are_refused(functions, shape):
    with pytest.raises(ShapeError, match=r"patches: shape \(batch, sites, 3\) is needed, got"):
        functions(np.ones(shape))


def test_fitted_gaussians_find_well_separated_clusters():
    rng = np.random.default_rng(1)
    centres = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    which = rng.integers(3, size=(50, 4))
    found = fit_gaussians(centres[which] + rng.normal(size=(50, 4, 2)) * 0.01, 3, rng=rng)
    nearest = np.linalg.norm(found.centres[:, None] - centres, axis=2)
    assert sorted(nearest.argmin(axis=1)) == [0, 1, 2]
    # Means of about 67 points of spread 0.01: 0.0012 along each axis, times five.
    assert nearest.min(axis=1).max() < 0.006
    assert found.width == 0.1  # the spread, 0.014, is below the least width
    assert fit_gaussians(centres[which], 3, rng=rng, width=0.7).width == 0.7


def test_the_width_is_the_distance_to_the_nearest_centre():
    points = np.array([[[-1.0], [1.0], [9.0], [11.0]]])
    found = fit_gaussians(points, 2, rng=np.random.default_rng(0))
    assert found.centres.tolist() == [[0.0], [10.0]]
    assert found.width == pytest.approx(1.0, rel=1e-12)


def test_the_same_seed_gives_the_same_gaussians():
    cut = patches(load_digits(rng=np.random.default_rng(0)).train_images[:200], 16)
    one, other = (fit_gaussians(cut, 4, rng=np.random.default_rng(3)) for _ in range(2))
    assert one.centres.tobytes() == other.centres.tobytes()
    assert one.width == other.width


def test_more_functions_than_different_patches_are_refused():
    cut = np.array([[[0.0], [1.0], [0.0], [1.0]]])
    message = "local_dim = 3: the patches take only 2 different values"
    with pytest.raises(ShapeError, match=message):
        fit_gaussians(cut, 3, rng=np.random.default_rng(0))


def test_independence_by_hand():
    assert independence(np.array([[[1.0, 0.0], [0.0, 1.0]]])) == 1
    assert independence(np.array([[[3.0, 0.0]], [[0.0, 1.5]]])) == 0.5
    # A dependent third column: zero to round-off of an SVD of norm about 6.
    table = np.array([[[1.0, 2.0, 3.0], [2.0, 1.0, 3.0], [1.0, 0.0, 1.0]]])
    assert independence(table) < 1e-15


@pytest.mark.parametrize("features", [np.ones((1, 1, 3)), np.ones((1, 2, 3)), np.zeros((4, 1, 3))])
def test_functions_that_patches_cannot_tell_apart_are_dependent(features):
    assert independence(features) == 0


@given(seeds)
def test_independence_lies_between_zero_and_one(seed):
    features = np.random.default_rng(seed).normal(size=(3, 2, 4))
    assert 0 < independence(features) <= 1
    assert independence(7 * features) == pytest.approx(independence(features), rel=1e-12)
