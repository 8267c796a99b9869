from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qnpapers.convac import Architecture, Weights, random_weights
from qnpapers.errors import ShapeError


def test_the_same_seed_gives_the_same_weights():
    architecture = Architecture(8, 3, (4, 5, 6), classes=2)
    one, other = (random_weights(architecture, rng=np.random.default_rng(5)) for _ in range(2))
    for a, b in zip((*one.layers, one.output), (*other.layers, other.output), strict=True):
        assert a.tobytes() == b.tobytes()
    third = random_weights(architecture, rng=np.random.default_rng(6))
    assert third.output.tobytes() != one.output.tobytes()


def test_random_weights_have_the_stated_mean_and_variance():
    architecture = Architecture(64, 7, (40, 30, 20, 20, 20, 200), classes=50)
    weights = random_weights(architecture, rng=np.random.default_rng(11))
    for array in (*weights.layers, weights.output):
        scaled = array * np.sqrt(array.shape[-1])
        # Mean and mean square of n standard normals: standard errors 1/sqrt(n) and sqrt(2/n).
        # 4.5 of them have p = 7e-6 each, for 14 numbers.
        assert abs(scaled.mean()) < 4.5 / np.sqrt(array.size)
        assert abs((scaled**2).mean() - 1) < 4.5 * np.sqrt(2 / array.size)


def test_the_mean_square_of_a_level_stays_near_one():
    # Inputs of mean square 1; products of independent channels keep it on average.
    architecture = Architecture(4, 50, (50, 50))
    rng = np.random.default_rng(2)
    squares = []
    for _ in range(200):
        weights = random_weights(architecture, rng=rng)
        vectors = rng.choice([-1.0, 1.0], size=(4, 50))
        squares.append(np.mean(np.einsum("jgd,jd->jg", weights.layer(0), vectors) ** 2))
    # 40,000 squares of standard normals: standard error sqrt(2 / 40000) = 0.007.
    assert abs(np.mean(squares) - 1) < 0.03


def test_layer_repeats_shared_weights_without_a_copy():
    architecture = Architecture(8, 3, (4, 5, 6), shared=True)
    weights = random_weights(architecture, rng=np.random.default_rng(0))
    layer = weights.layer(1)
    assert layer.shape == (4, 5, 4)
    assert all(np.array_equal(one, weights.layers[1][0]) for one in layer)
    assert np.shares_memory(layer, weights.layers[1])
    unshared = random_weights(replace(architecture, shared=False), rng=np.random.default_rng(0))
    assert np.array_equal(unshared.layer(1), unshared.layers[1])


def test_lists_become_arrays():
    weights = Weights(Architecture(2, 1, (1,)), ([[[2]], [[3]]],), [[5]])
    assert isinstance(weights.layers[0], np.ndarray)
    assert isinstance(weights.output, np.ndarray)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"layers": ()}, "layers: 2 arrays are needed, got 0"),
        (
            {"layers": (np.ones((4, 3, 2)), np.ones((2, 3, 4)))},
            r"layers\[1\]: shape \(2, 4, 3\) is needed, got \(2, 3, 4\)",
        ),
        (
            {"layers": (np.ones((1, 3, 2)), np.ones((1, 4, 3)))},
            r"layers\[0\]: shape \(4, 3, 2\) is needed, got \(1, 3, 2\)",
        ),
        ({"output": np.ones(4)}, r"output: shape \(1, 4\) is needed, got \(4,\)"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(change, message):
    weights = random_weights(Architecture(4, 2, (3, 4)), rng=np.random.default_rng(0))
    with pytest.raises(ShapeError, match=message):
        replace(weights, **change)
