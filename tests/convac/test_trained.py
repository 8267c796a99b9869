"""Entropies of all classes, weights scaled to data, and functions that are orthonormal over it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oracles.entropies import entropy as exact_entropy
from qnpapers.convac import (
    Architecture,
    Weights,
    class_entropies,
    coefficient_tensor,
    matricize,
    orthonormal_functions,
    random_weights,
    scaled_to_data,
    schmidt_spectrum,
    score,
)
from qnpapers.errors import ShapeError

NETS = [
    Architecture(8, 3, (4, 2, 3), classes=3),
    Architecture(8, 2, (3, 5, 4), classes=2, shared=True),
    Architecture(9, 3, (4, 2), classes=2, window=3),
]


def inputs(net: Architecture, seed: int = 0, batch: int = 40) -> np.ndarray:
    values = np.random.default_rng(seed).uniform(size=(batch, net.sites, net.local_dim))
    return values / values.sum(axis=2, keepdims=True)


# entropies


def test_entropies_are_those_of_the_density_matrix():
    rng = np.random.default_rng(0)
    net = Architecture(4, 2, (2, 2), classes=2)
    layers = tuple(rng.integers(-3, 4, size=s) for s in net.weight_shapes())
    weights = Weights(net, layers, np.array([[1, 2], [3, -1]]))
    regions = [(0, 1), (0, 2), (3,)]
    found = class_entropies(
        replace(weights, layers=tuple(a.astype(float) for a in layers)), regions
    )
    for label, row in enumerate(found):
        tensor = coefficient_tensor(weights, label)
        for region, value in zip(regions, row, strict=True):
            assert value == pytest.approx(exact_entropy(matricize(tensor, region).tolist()))


# scaled to data


@pytest.mark.parametrize("net", NETS)
def test_channels_have_mean_square_one(net):
    features = inputs(net)
    scaled = scaled_to_data(random_weights(net, rng=np.random.default_rng(1)), features)
    signal = features
    for level in range(net.levels):
        mixed = np.einsum("bjd,jgd->bjg", signal, scaled.layer(level))
        square = (mixed**2).mean(axis=(0, 2))
        assert (square.mean() if net.shared else square) == pytest.approx(1)
        signal = mixed.reshape(len(mixed), -1, net.window, mixed.shape[2]).prod(axis=2)
    assert (score(scaled, features) ** 2).mean() == pytest.approx(0.01)


@pytest.mark.parametrize("net", NETS)
def test_scaling_changes_no_schmidt_coefficient(net):
    weights = random_weights(net, rng=np.random.default_rng(1))
    scaled = scaled_to_data(weights, inputs(net))
    one, other = (schmidt_spectrum(w, (0, 2, 5)) for w in (weights, scaled))
    assert one == pytest.approx(other, abs=1e-13)


def test_dead_channels_are_refused():
    net = Architecture(4, 2, (2, 2))
    weights = random_weights(net, rng=np.random.default_rng(0))
    layers = (np.zeros_like(weights.layers[0]), weights.layers[1])
    with pytest.raises(ShapeError, match="level 0: all channels of a site are 0"):
        scaled_to_data(replace(weights, layers=layers), inputs(net))


def test_no_output_stays_no_output():
    net = Architecture(4, 2, (2, 2))
    weights = random_weights(net, rng=np.random.default_rng(0))
    silent = replace(weights, output=np.zeros_like(weights.output))
    assert not scaled_to_data(silent, inputs(net)).output.any()


# orthonormal functions


@pytest.mark.parametrize("net", NETS)
def test_new_functions_are_orthonormal_and_scores_stay(net):
    features = inputs(net)
    weights = random_weights(net, rng=np.random.default_rng(2))
    functions = orthonormal_functions(features)
    new = functions.features(features)
    grams = np.einsum("bjd,bje->jde", new, new) / len(new)
    assert grams == pytest.approx(np.broadcast_to(np.eye(net.local_dim), grams.shape), abs=1e-10)
    assert not functions.weights(weights).architecture.shared
    # Round-off is multiplied by 1 / (smallest root), about 10, at each of 9 sites at most.
    assert score(functions.weights(weights), new) == pytest.approx(score(weights, features))


def test_any_orthonormal_functions_give_the_same_coefficients():
    """Oracle: Gram-Schmidt (Cholesky) instead of the symmetric root."""
    net = NETS[0]
    features = inputs(net)
    weights = random_weights(net, rng=np.random.default_rng(2))
    triangles = np.linalg.cholesky(np.einsum("bjd,bje->jde", features, features) / len(features))
    other = Weights(net, (weights.layer(0) @ triangles, *weights.layers[1:]), weights.output)
    for region in ((0, 1, 2, 3), (1, 6)):
        ours = schmidt_spectrum(orthonormal_functions(features).weights(weights), region)
        assert ours == pytest.approx(schmidt_spectrum(other, region), abs=1e-12)
        assert ours != pytest.approx(schmidt_spectrum(weights, region), abs=1e-3)


def test_the_norm_is_the_mean_square_over_independent_patches():
    """All 3 * 3 pairs of patches, each once: the patches are independent, exactly."""
    net = Architecture(2, 2, (2,))
    values = np.random.default_rng(3).uniform(size=(3, 2))
    pairs = np.array([[a, b] for a in values for b in values])
    weights = random_weights(net, rng=np.random.default_rng(4))
    tensor = coefficient_tensor(orthonormal_functions(pairs).weights(weights))
    assert np.sum(tensor**2) == pytest.approx((score(weights, pairs) ** 2).mean())


def test_a_patch_that_never_changes_leaves_one_function():
    features = inputs(NETS[0])
    features[:, 3] = [0.2, 0.3, 0.5]
    functions = orthonormal_functions(features)
    new = functions.features(features)[:, 3]
    assert new == pytest.approx(np.broadcast_to(new[0], new.shape))
    assert np.sum(new[0] ** 2) == pytest.approx(1)
    weights = random_weights(NETS[0], rng=np.random.default_rng(2))
    old = score(weights, features)
    assert score(functions.weights(weights), functions.features(features)) == pytest.approx(old)
    assert schmidt_spectrum(functions.weights(weights), (3,))[1:] == pytest.approx(0, abs=1e-7)


def test_shapes_that_do_not_fit_are_refused():
    functions = orthonormal_functions(inputs(NETS[0]))
    with pytest.raises(ShapeError, match=r"features: 8 sites with 3 functions are needed"):
        functions.features(np.ones((5, 8, 2)))
    with pytest.raises(ShapeError, match=r"weights: 8 sites with 3 functions .* 8 sites with 2"):
        functions.weights(random_weights(NETS[1], rng=np.random.default_rng(0)))
    with pytest.raises(ShapeError, match=r"shape \(batch, sites, M\) is needed, got \(3, 2\)"):
        orthonormal_functions(np.ones((3, 2)))
