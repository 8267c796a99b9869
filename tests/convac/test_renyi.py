"""The Renyi entropy of order two: exact traces, Schmidt spectra, and large networks."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

import oracles.entropies as oracle
from laws.cuts import complement
from laws.strategies import networks_with_region, seeds
from laws.swaps import swaps
from qnpapers.convac import (
    Architecture,
    Weights,
    coefficient_tensor,
    entanglement_entropy,
    interleaved,
    left_right,
    matricize,
    min_cut,
    paired_weights,
    random_weights,
    renyi,
    renyi_two,
    schmidt_spectrum,
)
from qnpapers.errors import RegionError, ShapeError, SizeError

ROUND_OFF = 1e-9
"""Absolute. Where channels nearly cancel, each of four copies loses a digit or two of sixteen."""


def integers(architecture: Architecture, seed: int) -> Weights:
    rng = np.random.default_rng(seed)
    layers = tuple(rng.integers(-3, 4, size=shape) for shape in architecture.weight_shapes())
    return Weights(architecture, layers, rng.integers(1, 4, size=(1, architecture.channels[-1])))


@given(networks_with_region(), seeds)
def test_it_is_that_of_the_schmidt_spectrum(case, seed):
    architecture, region = case
    weights = random_weights(architecture, rng=np.random.default_rng(seed))
    spectrum = schmidt_spectrum(weights, region)
    expected = -math.log(math.fsum(spectrum**4))
    assert renyi_two(weights, region) == pytest.approx(expected, abs=ROUND_OFF)


@pytest.mark.parametrize(
    ("architecture", "region"),
    [
        (Architecture(4, 2, (3, 2)), (0, 1)),
        (Architecture(4, 3, (2, 3)), (0, 2)),
        (Architecture(8, 2, (2, 3, 2)), (0, 1, 4, 6)),
        (Architecture(9, 2, (3, 2), window=3), (1, 2, 4, 5)),
        (Architecture(4, 2, (3,), window=4), (0, 3)),
        (Architecture(8, 2, (2, 3, 2), shared=True), (0, 2, 4, 5)),
    ],
)
def test_it_is_the_trace_of_the_squared_density_matrix_exactly(architecture, region):
    weights = integers(architecture, 5)
    matrix = matricize(coefficient_tensor(weights), region)
    expected = -math.log(oracle.purity(matrix.tolist()))
    assert renyi_two(weights, region) == pytest.approx(expected, abs=ROUND_OFF)


@given(networks_with_region(), seeds)
@settings(max_examples=25)
def test_laws(case, seed):
    architecture, region = case
    weights = random_weights(architecture, rng=np.random.default_rng(seed))
    entropy = renyi_two(weights, region)
    assert 0 <= entropy <= min_cut(architecture, region).log_weight + ROUND_OFF
    assert entropy <= entanglement_entropy(schmidt_spectrum(weights, region)) + ROUND_OFF
    other = complement(architecture.sites, region)
    assert renyi_two(weights, other) == pytest.approx(entropy, abs=ROUND_OFF)
    for swap in swaps(architecture):
        swapped = renyi_two(swap.of_weights(weights), swap.of_region(region))
        assert swapped == pytest.approx(entropy, abs=ROUND_OFF)
    scaled = replace(weights, layers=(-1e-5 * weights.layers[0], *weights.layers[1:]))
    assert renyi_two(scaled, region) == pytest.approx(entropy, abs=ROUND_OFF)


def test_partners_of_many_pairs():
    """A pair of amplitudes 1, 2 has tr rho^2 = (1 + 16) / 25; pairs multiply."""
    weights = paired_weights(2048, [1.0, 2.0])
    expected = 1024 * math.log(25 / 17)
    assert renyi_two(weights, interleaved(2048)) == pytest.approx(expected, abs=1e-9)
    assert renyi_two(weights, left_right(2048)) == pytest.approx(0, abs=1e-9)


def test_halves_of_a_large_network():
    architecture = Architecture(512, 4, (4,) * 9)
    weights = random_weights(architecture, rng=np.random.default_rng(2))
    expected = -math.log(math.fsum(schmidt_spectrum(weights, left_right(512)) ** 4))
    assert renyi_two(weights, left_right(512)) == pytest.approx(expected, abs=1e-11)


def test_each_class_has_an_entropy_of_its_own():
    architecture = Architecture(4, 2, (2, 2), classes=2)
    bottom = np.broadcast_to(np.eye(2), (4, 2, 2))
    weights = Weights(architecture, (bottom, np.broadcast_to(np.eye(2), (2, 2, 2))), np.eye(2) + 1)
    spectrum = schmidt_spectrum(weights, (0, 1), label=1)
    assert renyi_two(weights, (0, 1), label=1) == pytest.approx(-math.log(np.sum(spectrum**4)))


def test_what_has_no_entropy_is_refused(monkeypatch):
    weights = random_weights(Architecture(4, 2, (2, 2)), rng=np.random.default_rng(0))
    with pytest.raises(ShapeError, match="the coefficient tensor is zero: it has no normalised"):
        renyi_two(replace(weights, output=np.zeros((1, 2))), (0, 1))
    with pytest.raises(RegionError, match="region names site 4"):
        renyi_two(weights, (4,))
    monkeypatch.setattr(renyi, "MAX_CORE", 15)
    with pytest.raises(SizeError, match=r"channels \(2, 2\) needs arrays of 32 entries"):
        renyi_two(weights, (0, 1))
