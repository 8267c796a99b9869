from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laws.strategies import architectures, networks_with_region, seeds
from oracles.ranks import dense_matrix_modulo, rank_modulo
from qnpapers.convac import (
    Architecture,
    Weights,
    certified_rank,
    integer_weights,
    random_weights,
    rank_modulo_p,
    scaled_to_integers,
)
from qnpapers.convac.finite_field import PRIME
from qnpapers.errors import ShapeError


@given(architectures(), st.integers(1, 5), seeds)
def test_integers_of_the_range_and_nothing_else(architecture, largest, seed):
    one, other = (
        integer_weights(architecture, largest, rng=np.random.default_rng(seed)) for _ in range(2)
    )
    for array, again in zip((*one.layers, one.output), (*other.layers, other.output), strict=True):
        assert array.dtype.kind == "i"
        assert np.abs(array).max() <= largest
        assert array.tobytes() == again.tobytes()


def test_all_integers_of_the_range_are_equally_likely():
    drawn = integer_weights(Architecture(2, 100, (100,)), 2, rng=np.random.default_rng(0))
    counts = np.bincount(drawn.layers[0].ravel() + 2)
    # chi-square with 4 degrees of freedom: 18.5 has p = 0.001
    assert np.sum((counts - 4000) ** 2 / 4000) < 18.5


@pytest.mark.parametrize("largest", [0, -1])
def test_an_empty_range_is_refused(largest):
    with pytest.raises(ShapeError, match=f"largest = {largest}: must be an integer of at least 1"):
        integer_weights(Architecture(4, 2, (2, 2)), largest, rng=np.random.default_rng(0))


@given(architectures(), seeds)
def test_floats_differ_from_their_integers_by_one_power_of_two(architecture, seed):
    weights = random_weights(architecture, rng=np.random.default_rng(seed))
    exact = scaled_to_integers(weights)
    for array, integers in zip(
        (*weights.layers, weights.output), (*exact.layers, exact.output), strict=True
    ):
        assert all(isinstance(x, int) for x in integers.ravel())
        ratios = {int(n) / float(x) for n, x in zip(integers.ravel(), array.ravel(), strict=True)}
        assert len(ratios) == 1
        assert math.frexp(ratios.pop())[0] == 0.5


@given(networks_with_region(shapes=((4, 2), (3, 3))), seeds)
def test_ranks_of_gaussian_weights_without_round_off(case, seed):
    architecture, region = case
    rng = np.random.default_rng(seed)
    exact = scaled_to_integers(random_weights(architecture, rng=rng))
    dense = dense_matrix_modulo(
        exact.layers, exact.output[0], architecture.window, region, architecture.sites, PRIME
    )
    assert rank_modulo_p(exact, region, rng=rng) == rank_modulo(dense, PRIME)
    # Floats drawn at random are generic, but for a share of about 2**-30 of the draws.
    assert rank_modulo_p(exact, region, rng=rng) == certified_rank(architecture, region, rng=rng)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_weights_that_are_not_finite_are_refused(bad):
    weights = Weights(Architecture(2, 1, (1,)), (np.array([[[bad]], [[1.0]]]),), np.ones((1, 1)))
    with pytest.raises(ShapeError, match="finite numbers are needed, got NaN or infinity"):
        scaled_to_integers(weights)
