from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oracles.tensors as oracle
from laws.strategies import KINDS, integer_weights, networks_with_region, seeds
from qnpapers.convac import (
    Architecture,
    Weights,
    coefficient_tensor,
    matricize,
    product_state,
    random_weights,
    score,
)
from qnpapers.errors import RegionError, ShapeError, SizeError

TINY = {
    "shapes": ((2, 2), (4, 2), (3, 3), (4, 4), (8, 8)),
    "dimensions": st.integers(1, 3),
    "local_dims": st.integers(1, 2),
}


def fractions(weights: Weights) -> Weights:
    """The same integers as exact fractions, each divided by 7 so that they are no integers."""
    exact = np.vectorize(lambda n: Fraction(int(n), 7), otypes=[object])
    return replace(
        weights, layers=tuple(exact(a) for a in weights.layers), output=exact(weights.output)
    )


def by_definition(weights: Weights) -> oracle.Tensor:
    architecture = weights.architecture
    layers = [a.tolist() for a in weights.layers]
    return oracle.coefficient_tensor(
        layers, weights.output[0].tolist(), architecture.window, architecture.sites
    )


@given(networks_with_region(**TINY), st.sampled_from(KINDS), seeds)
def test_tensor_and_matrix_are_those_of_the_definition_exactly(case, kind, seed):
    architecture, region = case
    weights = fractions(integer_weights(kind, architecture, np.random.default_rng(seed)))
    tensor, expected = coefficient_tensor(weights), by_definition(weights)
    assert tensor.shape == (architecture.local_dim,) * architecture.sites
    assert {index: tensor[index] for index in expected} == expected
    rows = oracle.unfold(expected, architecture.sites, region)
    assert matricize(tensor, region).tolist() == rows


@pytest.mark.parametrize(
    "architecture",
    [Architecture(8, 2, (2, 2, 2)), Architecture(9, 2, (2, 2), window=3, shared=True)],
)
def test_a_tree_of_more_sites_is_that_of_the_definition_exactly(architecture):
    weights = integer_weights("small", architecture, np.random.default_rng(4))
    tensor, expected = coefficient_tensor(weights), by_definition(weights)
    assert {index: int(tensor[index]) for index in expected} == expected


@given(networks_with_region(**TINY), seeds)
@settings(max_examples=30)
def test_the_score_is_the_inner_product_of_the_definition_exactly(case, seed):
    architecture, _ = case
    rng = np.random.default_rng(seed)
    weights = fractions(integer_weights("small", architecture, rng))
    features = np.vectorize(lambda n: Fraction(int(n), 3), otypes=[object])(
        rng.integers(-9, 10, size=(architecture.sites, architecture.local_dim))
    )
    expected = oracle.inner_product(by_definition(weights), features.tolist())
    assert np.vdot(product_state(features), coefficient_tensor(weights)) == expected


def test_each_class_has_its_own_tensor():
    architecture = Architecture(4, 2, (3, 2), classes=3)
    weights = random_weights(architecture, rng=np.random.default_rng(0))
    for label in range(3):
        alone = replace(
            weights,
            architecture=replace(architecture, classes=1),
            output=weights.output[label : label + 1],
        )
        tensor = coefficient_tensor(weights, label)
        assert np.array_equal(tensor, coefficient_tensor(alone))


@pytest.mark.parametrize("label", [-1, 3])
def test_a_class_that_is_none_is_refused(label):
    architecture = Architecture(4, 2, (3, 2), classes=3)
    weights = random_weights(architecture, rng=np.random.default_rng(0))
    with pytest.raises(ShapeError, match=f"label = {label}: the network has the classes 0 to 2"):
        coefficient_tensor(weights, label)


def test_a_tensor_too_large_is_refused():
    weights = random_weights(Architecture(32, 2, (2,) * 5), rng=np.random.default_rng(0))
    message = (
        r"32 sites of dimension 2 has 4\.3e\+09 entries; at most 67108864 are formed: use score"
    )
    with pytest.raises(SizeError, match=message):
        coefficient_tensor(weights)


def test_many_channels_at_the_top_need_no_more_memory_than_the_tensor():
    # 2**16 entries, and 4,096 channels: all products at once would take two gigabytes.
    architecture = Architecture(16, 2, (2, 2, 2, 4096))
    weights = random_weights(architecture, rng=np.random.default_rng(0))
    tensor = coefficient_tensor(weights)
    basis = np.eye(2)[np.random.default_rng(1).integers(2, size=(5, 16))]
    for vectors, value in zip(basis, score(weights, basis)[:, 0], strict=True):
        entry = tensor[tuple(vectors.argmax(axis=1))]
        # Sums of 4,096 products of order 1e-2: 4096 x 1e-16 at most.
        assert abs(entry - value) < 1e-12


def test_product_states_and_matrices_by_hand():
    state = product_state([[1, 2], [3, 5, 7]])
    assert state.tolist() == [[3, 5, 7], [6, 10, 14]]
    tensor = np.arange(24).reshape(2, 3, 4)
    assert matricize(tensor, [1]).tolist() == [
        [0, 1, 2, 3, 12, 13, 14, 15],
        [4, 5, 6, 7, 16, 17, 18, 19],
        [8, 9, 10, 11, 20, 21, 22, 23],
    ]
    assert np.array_equal(matricize(tensor, [2, 0]), tensor.transpose(0, 2, 1).reshape(8, 3))


def test_a_product_state_has_rank_one():
    rng = np.random.default_rng(0)
    state = product_state(rng.integers(1, 5, size=(4, 3)))
    for region in ([0], [1, 3], [0, 1, 2]):
        assert np.linalg.matrix_rank(matricize(state, region)) == 1


def test_matricize_refuses_impossible_regions():
    with pytest.raises(RegionError, match="region names site 2: allowed are 0 to 1"):
        matricize(np.ones((2, 2)), [2])
    with pytest.raises(RegionError, match="region is empty"):
        matricize(np.ones((2, 2)), [])
