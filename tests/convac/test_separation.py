from __future__ import annotations

import numpy as np
import pytest

from qnpapers.convac import (
    Architecture,
    certified_rank,
    fit_gaussians,
    interleaved,
    left_right,
    load_digits,
    patches,
    random_weights,
    separation_rank,
)
from qnpapers.errors import RegionError

POOL = np.random.default_rng(0).normal(size=(200, 4, 3))


@pytest.mark.parametrize("channels", [(1, 2), (2, 1), (2, 2), (3, 2), (2, 3), (3, 3), (4, 4)])
@pytest.mark.parametrize("region", [left_right(4), interleaved(4), (0,), (1, 2, 3)])
def test_it_is_the_schmidt_number_for_independent_functions(channels, region):
    architecture = Architecture(4, 3, channels)
    rng = np.random.default_rng(5)
    weights = random_weights(architecture, rng=rng)
    expected = certified_rank(architecture, region, rng=rng)
    assert separation_rank(weights, POOL, region, rng=rng) == expected


@pytest.mark.parametrize("channels", [(3, 1), (3, 4), (1, 4)])
def test_small_singular_values_are_told_from_round_off_on_real_patches(channels):
    architecture = Architecture(4, 3, channels)
    cut = patches(load_digits(rng=np.random.default_rng(0)).train_images, 4)
    features = fit_gaussians(cut, 3, rng=np.random.default_rng(1))(cut)
    for seed in range(25):
        rng = np.random.default_rng(seed)
        weights = random_weights(architecture, rng=rng)
        found = separation_rank(weights, features, interleaved(4), rng=rng)
        assert found == min(3, channels[0]) ** 2


def test_it_is_smaller_for_dependent_functions():
    weights = random_weights(Architecture(4, 3, (3, 3)), rng=np.random.default_rng(5))
    dependent = POOL.copy()
    dependent[:, :, 2] = dependent[:, :, 0] - 2 * dependent[:, :, 1]
    found = separation_rank(weights, dependent, interleaved(4), rng=np.random.default_rng(0))
    assert found == 4  # two functions are left at each of two sites
    one = np.ones_like(POOL)
    assert separation_rank(weights, one, interleaved(4), rng=np.random.default_rng(0)) == 1


def test_it_is_zero_for_a_score_that_vanishes():
    weights = random_weights(Architecture(4, 3, (3, 3)), rng=np.random.default_rng(5))
    found = separation_rank(weights, 0 * POOL, left_right(4), rng=np.random.default_rng(0))
    assert found == 0


def test_no_more_inputs_than_were_drawn_are_told_apart():
    weights = random_weights(Architecture(4, 3, (3, 3)), rng=np.random.default_rng(5))
    rng = np.random.default_rng(0)
    assert separation_rank(weights, POOL, interleaved(4), rng=rng, count=5) == 5


def test_a_region_that_is_none_is_refused():
    weights = random_weights(Architecture(4, 3, (3, 3)), rng=np.random.default_rng(5))
    with pytest.raises(RegionError, match="region is empty"):
        separation_rank(weights, POOL, [], rng=np.random.default_rng(0))
