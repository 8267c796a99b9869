from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings

import laws.scores as laws
from laws.strategies import architectures, integer_weights, seeds
from oracles.forward import forward
from qnpapers.convac import (
    Architecture,
    Weights,
    coefficient_tensor,
    contract,
    contract_in_order,
    multiplications,
    product_state,
    random_weights,
    score,
    tensor_network,
)
from qnpapers.convac.score import backward, forward_tape
from qnpapers.errors import ShapeError


def as_inner_product(weights: Weights, features: np.ndarray) -> np.ndarray:
    labels = range(weights.architecture.classes)
    tensors = [coefficient_tensor(weights, label) for label in labels]
    return np.array([[np.vdot(product_state(f), a) for a in tensors] for f in features])


def as_contraction(weights: Weights, features: np.ndarray) -> np.ndarray:
    labels = range(weights.architecture.classes)
    return np.array(
        [[float(contract(tensor_network(weights, f, y))) for y in labels] for f in features]
    )


def as_greedy_contraction(weights: Weights, features: np.ndarray) -> np.ndarray:
    labels = range(weights.architecture.classes)
    return np.array(
        [
            [float(contract_in_order(tensor_network(weights, f, y))) for y in labels]
            for f in features
        ]
    )


def of_the_tape(weights: Weights, features: np.ndarray) -> np.ndarray:
    return forward_tape(weights, features)[-1][0][:, 0] @ weights.output.T


IMPLEMENTATIONS = [score, of_the_tape, as_inner_product, as_contraction, as_greedy_contraction]
NETWORKS = [
    Architecture(8, 3, (4, 5, 6), classes=2),
    Architecture(8, 2, (3, 2, 4), shared=True),
    Architecture(9, 2, (2, 3), window=3, classes=3),
    Architecture.shallow(5, 3, 4, shared=True, classes=2),
]


def drawn(architecture: Architecture, seed: int) -> tuple[Weights, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    shape = (2, 3, architecture.sites, architecture.local_dim)
    return random_weights(architecture, rng=rng), *rng.normal(size=shape)


@given(architectures(), seeds)
def test_the_score_is_that_of_plain_loops_exactly(architecture, seed):
    # Small integers: every number on the way stays below 2**53, so float64 is exact too.
    rng = np.random.default_rng(seed)
    architecture = replace(architecture, classes=2)
    weights = integer_weights("zero or one", architecture, rng)
    features = rng.integers(-1, 2, size=(4, architecture.sites, architecture.local_dim))
    scores = score(weights, features)
    lists = [a.tolist() for a in weights.layers], weights.output.tolist()
    for one, found in zip(features, scores, strict=True):
        expected, count = forward(*lists, architecture.window, one.tolist())
        assert found.tolist() == expected
        assert multiplications(architecture) == count


@pytest.mark.parametrize("score_of", IMPLEMENTATIONS)
@pytest.mark.parametrize("architecture", NETWORKS)
class TestLaws:
    def test_it_agrees_with_the_forward_pass(self, score_of, architecture):
        weights, features, _ = drawn(architecture, 0)
        scale = laws.size_of_terms(weights, features)
        assert laws.close(score_of(weights, features), score(weights, features), scale)

    def test_linear_in_every_site(self, score_of, architecture):
        laws.linear_in_every_site(score_of, *drawn(architecture, 1))

    def test_zero_if_one_site_is_zero(self, score_of, architecture):
        weights, features, _ = drawn(architecture, 2)
        laws.zero_if_one_site_is_zero(score_of, weights, features)

    def test_each_input_on_its_own(self, score_of, architecture):
        weights, features, _ = drawn(architecture, 3)
        laws.each_input_on_its_own(score_of, weights, features)

    def test_equal_after_swapping_siblings(self, score_of, architecture):
        weights, features, _ = drawn(architecture, 4)
        laws.equal_after_swapping_siblings(score_of, weights, features)


def test_unshared_weights_see_the_order_of_siblings():
    weights, features, _ = drawn(Architecture(8, 3, (4, 5, 6)), 5)
    swapped = features[:, [1, 0, 2, 3, 4, 5, 6, 7]]
    assert not np.allclose(score(weights, features), score(weights, swapped))


def test_features_of_zeros_score_zero():
    weights, features, _ = drawn(Architecture(8, 3, (4, 5, 6), classes=10), 6)
    assert score(weights, 0 * features).tolist() == [[0.0] * 10] * 3


def test_no_inputs_have_no_scores():
    weights, features, _ = drawn(Architecture(4, 3, (4, 5), classes=2), 7)
    assert score(weights, features[:0]).shape == (0, 2)


def test_the_same_input_gives_the_same_bytes():
    weights, features, _ = drawn(Architecture(8, 3, (4, 5, 6), classes=10), 8)
    assert score(weights, features).tobytes() == score(weights, features).tobytes()


@pytest.mark.parametrize("shape", [(3, 4), (3, 4, 3), (3, 3, 2), (1, 3, 4, 2), ()])
@pytest.mark.parametrize("forward_pass", [score, forward_tape])
def test_features_that_do_not_fit_are_refused(forward_pass, shape):
    weights = random_weights(Architecture(4, 2, (2, 2)), rng=np.random.default_rng(0))
    with pytest.raises(ShapeError, match=r"features: shape \(batch, 4, 2\) is needed, got"):
        forward_pass(weights, np.ones(shape))


GRADIENTS = [*NETWORKS, Architecture(16, 2, (3, 2), window=4), Architecture.shallow(8, 2, 3)]


@pytest.mark.parametrize("architecture", GRADIENTS)
@pytest.mark.parametrize("zeros", [0.0, 0.5])
def test_the_gradient_is_exact_also_where_factors_are_zero(architecture, zeros):
    """Scores are polynomials in each weight: finite differences give the derivative, exactly."""
    rng = np.random.default_rng(17)
    weights = integer_weights("small", architecture, rng)
    features = rng.integers(-2, 3, size=(2, architecture.sites, architecture.local_dim))
    features[rng.random(features.shape[:2]) < zeros] = 0  # whole sites: zeros in the products
    upstream = rng.integers(-3, 4, size=(2, architecture.classes))
    layers, output = backward(weights, forward_tape(weights, features), upstream)
    for level in range(architecture.levels + 1):
        gradient = output if level == architecture.levels else layers[level]
        for index in rng.permutation(list(np.ndindex(gradient.shape)))[:25]:
            expected = derivative(weights, features, upstream, level, tuple(index))
            assert gradient[tuple(index)] == expected


def derivative(weights, features, upstream, level, index) -> Fraction:
    """By Newton's interpolation: a shared weight occurs once per site, an unshared one once."""
    architecture = weights.architecture
    degree = architecture.sites if architecture.shared else 1
    values = []
    for step in range(degree + 1):
        arrays = [a.astype(object) for a in (*weights.layers, weights.output)]
        arrays[level][index] += step
        changed = replace(weights, layers=tuple(arrays[:-1]), output=arrays[-1])
        tape_free = score(changed, features.astype(object))
        values.append(int((upstream * tape_free).sum()))
    # f'(0) = sum_k (-1)^(k+1) / k * D^k f(0).
    result, differences = Fraction(0), values
    for k in range(1, degree + 1):
        differences = [b - a for a, b in pairwise(differences)]
        result += Fraction((-1) ** (k + 1), k) * differences[0]
    return result


def test_gradients_of_real_numbers_by_differences():
    architecture = Architecture(8, 3, (4, 5, 6), classes=2)
    weights, features, _ = drawn(architecture, 9)
    upstream = np.random.default_rng(10).normal(size=(3, 2))
    layers, _ = backward(weights, forward_tape(weights, features), upstream)
    for level in range(3):
        step = np.zeros_like(weights.layers[level])
        step[0, 0, 0] = 1.0
        arrays = list(weights.layers)
        arrays[level] = arrays[level] + step  # linear in one weight: the difference is exact
        changed = score(replace(weights, layers=tuple(arrays)), features)
        expected = np.sum(upstream * (changed - score(weights, features)))
        scale = laws.size_of_terms(replace(weights, layers=tuple(arrays)), features)
        assert abs(layers[level][0, 0, 0] - expected) < laws.ROUND_OFF * scale


@given(architectures(shapes=((4, 2), (9, 3))), seeds)
@settings(max_examples=10)
def test_the_gradient_has_the_shape_of_the_weights(architecture, seed):
    rng = np.random.default_rng(seed)
    weights = random_weights(architecture, rng=rng)
    features = rng.normal(size=(2, architecture.sites, architecture.local_dim))
    layers, output = backward(weights, forward_tape(weights, features), np.ones((2, 1)))
    assert [a.shape for a in layers] == [a.shape for a in weights.layers]
    assert output.shape == weights.output.shape
