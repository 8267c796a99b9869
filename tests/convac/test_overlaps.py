from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given

from laws.strategies import architectures, integer_weights, seeds
from qnpapers.convac import Architecture, coefficient_tensor, random_weights, state_overlaps


@given(architectures(), seeds)
def test_overlaps_are_the_inner_products_of_the_dense_tensors_exactly(architecture, seed):
    architecture = replace(architecture, classes=3)
    weights = integer_weights("zero or one", architecture, np.random.default_rng(seed))
    tensors = [coefficient_tensor(weights, label) for label in range(3)]
    expected = [[int((a * b).sum()) for b in tensors] for a in tensors]
    assert state_overlaps(weights).tolist() == expected


@given(architectures(), seeds)
def test_overlaps_are_symmetric_and_positive_semidefinite(architecture, seed):
    architecture = replace(architecture, classes=4)
    weights = random_weights(architecture, rng=np.random.default_rng(seed))
    gram = state_overlaps(weights)
    # Sums of at most 6 terms in each of 3 levels, all of one sign on the diagonal.
    scale = 1e-13 * np.trace(gram)
    assert np.abs(gram - gram.T).max() <= scale
    assert np.linalg.eigvalsh(gram).min() >= -scale


def test_norms_where_the_tensor_has_more_entries_than_there_is_memory():
    # Identity weights: a GHZ state of 256 sites, the sum of 3 orthogonal products.
    architecture = Architecture(256, 3, (3,) * 8, classes=2)
    identity = integer_weights("identity", architecture, np.random.default_rng(0))
    weights = replace(identity, output=np.array([[1, 2, 3], [1, 0, -1]]))
    assert state_overlaps(weights).tolist() == [[14, -2], [-2, 2]]
