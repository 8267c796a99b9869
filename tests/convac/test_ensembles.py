"""Ensembles of weights, their entanglement, and the overlaps of their channels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta

from laws.spectra import ROUND_OFF, difference
from qnpapers.convac import (
    Architecture,
    Weights,
    channel_overlaps,
    coefficient_tensor,
    entanglement_entropy,
    geometric_measure,
    interleaved,
    isometric_weights,
    left_right,
    mean_isometric_entropy,
    min_cut,
    nonnegative_weights,
    random_weights,
    sample_entanglement,
    schmidt_spectrum,
)
from qnpapers.errors import ParameterError


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


widths = st.lists(st.integers(1, 5), min_size=1, max_size=3)


# Weights


@given(widths, st.integers(1, 5), st.booleans(), st.integers(0, 2**32))
def test_rows_or_columns_are_orthonormal(channels, local_dim, shared, seed):
    net = Architecture(2 ** len(channels), local_dim, channels, shared=shared, classes=3)
    for layer in isometric_weights(net, rng=rng(seed)).layers:
        for matrix in layer:
            rows, columns = matrix.shape
            gram = matrix @ matrix.T if rows <= columns else matrix.T @ matrix
            assert np.allclose(gram, np.eye(min(rows, columns)), rtol=0, atol=1e-14 * columns)


def test_isometries_prefer_no_direction():
    """Uniform: every entry has mean 0 and mean square 1/4 (five standard errors)."""
    net = Architecture(2, 4, (4,))
    matrices = np.concatenate([isometric_weights(net, rng=rng(s)).layers[0] for s in range(2000)])
    assert np.abs(matrices.mean(axis=0)).max() < 5 * 0.5 / math.sqrt(len(matrices))
    squares = np.square(matrices)
    error = squares.std(axis=0).max() / math.sqrt(len(matrices))
    assert np.abs(squares.mean(axis=0) - 0.25).max() < 5 * error


def test_nonnegative_weights_are_uniform_between_0_and_1():
    weights = nonnegative_weights(Architecture(64, 5, (5,) * 6, classes=7), rng=rng())
    numbers = np.concatenate([a.ravel() for a in (*weights.layers, weights.output)])
    assert weights.output.shape == (7, 5)
    assert 0 <= numbers.min() < 0.01 < 0.99 < numbers.max() < 1
    assert abs(numbers.mean() - 0.5) < 5 * math.sqrt(1 / 12 / len(numbers))


@pytest.mark.parametrize("weights_of", [isometric_weights, nonnegative_weights])
def test_the_same_seed_gives_the_same_weights(weights_of):
    net = Architecture(4, 3, (2, 4))
    one, two = (weights_of(net, rng=rng(7)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one.layers, two.layers, strict=True))
    assert np.array_equal(one.output, two.output)


# Isometries hand the output's spectrum down


@given(widths, st.integers(0, 3), st.sampled_from([2, 3]), st.integers(0, 2**32))
@settings(max_examples=40)
def test_halves_of_isometric_networks_have_the_spectrum_of_the_output(channels, more, window, seed):
    channels = sorted(channels, reverse=True)
    net = Architecture(window ** len(channels), channels[0] + more, channels, window)
    weights = isometric_weights(net, rng=rng(seed))
    block = range(net.sites // window)
    output = np.sort(np.abs(weights.output[0]))[::-1] / np.linalg.norm(weights.output)
    assert difference(schmidt_spectrum(weights, block), output) < ROUND_OFF


@pytest.mark.parametrize("channels", [(3, 3, 3), (3, 5, 2), (3, 1, 4)])
def test_odd_and_even_sites_of_square_isometries_have_the_entries_of_the_upper_network(channels):
    """The bottom is a change of basis, and each pair holds one index of the network above."""
    weights = isometric_weights(Architecture(8, 3, channels), rng=rng(3))
    upper = Architecture(4, 3, channels[1:])
    entries = np.abs(coefficient_tensor(Weights(upper, weights.layers[1:], weights.output)))
    expected = np.sort(entries.ravel())[::-1] / np.linalg.norm(entries)
    found = schmidt_spectrum(weights, interleaved(8))
    assert difference(found, expected) < ROUND_OFF


@pytest.mark.parametrize("channels", [1, 2, 3, 8, 50])
def test_the_mean_entropy_is_an_integral_over_one_squared_component(channels):
    """Each p = a^2 / sum a^2 follows the beta distribution of 1/2 and (r - 1)/2."""
    found = mean_isometric_entropy(channels)
    if channels == 1:
        assert found == pytest.approx(0, abs=1e-15)
    else:
        density = beta(0.5, (channels - 1) / 2).pdf
        # x = t^2 takes the singularity at 0 away, 1 - x = t^2 the one at 1.
        low = quad(lambda t: -(t**2) * math.log(t**2) * density(t**2) * 2 * t, 0, math.sqrt(0.5))[0]
        high = quad(
            lambda t: -(1 - t**2) * math.log1p(-(t**2)) * density(1 - t**2) * 2 * t,
            0,
            math.sqrt(0.5),
        )[0]
        assert found == pytest.approx(channels * (low + high), rel=1e-7)


def test_two_channels_have_the_mean_entropy_of_a_random_angle():
    assert mean_isometric_entropy(2) == pytest.approx(2 * math.log(2) - 1, abs=1e-15)


def test_mean_entropies_are_met_by_samples_at_any_depth():
    for net in (Architecture(4, 3, (3, 3)), Architecture(64, 3, (3,) * 6)):
        sample = sample_entanglement(
            net, [left_right(net.sites)], 300, rng=rng(5), weights_of=isometric_weights
        ).entropy
        error = sample.std() / math.sqrt(sample.size)
        assert abs(sample.mean() - mean_isometric_entropy(3)) < 4 * error


def test_a_mean_needs_a_channel():
    with pytest.raises(ParameterError, match="channels = 0: must be at least 1"):
        mean_isometric_entropy(0)


# Samples


def test_a_sample_holds_the_measures_of_its_draws():
    net, regions = Architecture(8, 2, (3, 2, 4)), [left_right(8), interleaved(8), (0, 3)]
    sample = sample_entanglement(net, regions, 4, rng=rng(11))
    assert sample.caps == pytest.approx([min_cut(net, r).log_weight for r in regions])
    for draw, child in enumerate(rng(11).spawn(4)):
        weights = random_weights(net, rng=child)
        for k, region in enumerate(regions):
            spectrum = schmidt_spectrum(weights, region)
            assert sample.entropy[draw, k] == entanglement_entropy(spectrum)
            assert sample.distance[draw, k] == geometric_measure(spectrum)


def test_more_draws_continue_a_shorter_sample():
    net = Architecture(4, 2, (2, 2))
    short, long = (sample_entanglement(net, [(0, 1)], n, rng=rng(4)) for n in (3, 9))
    assert np.array_equal(short.entropy, long.entropy[:3])


@given(widths, st.integers(1, 3), st.integers(0, 2**32))
@settings(max_examples=15)
def test_no_draw_exceeds_its_cap(channels, local_dim, seed):
    net = Architecture(2 ** len(channels), local_dim, channels)
    regions = [left_right(net.sites), interleaved(net.sites)]
    for weights_of in (random_weights, isometric_weights, nonnegative_weights):
        sample = sample_entanglement(net, regions, 2, rng=rng(seed), weights_of=weights_of)
        assert np.all(sample.entropy <= sample.caps + ROUND_OFF)
        assert np.all(sample.distance <= np.sqrt(1 - np.exp(-sample.caps)) + 1e-7)


def test_a_sample_needs_a_draw():
    with pytest.raises(ParameterError, match="draws = 0: must be at least 1"):
        sample_entanglement(Architecture(4, 2, (2, 2)), [(0,)], 0, rng=rng())


# Overlaps of channels


@pytest.mark.parametrize("shared", [False, True])
def test_overlaps_are_those_of_the_channels_written_out(shared):
    net = Architecture(8, 2, (3, 2, 4), shared=shared)
    weights = random_weights(net, rng=rng(9))
    found = channel_overlaps(weights)
    for level in range(3):
        for site in range(net.sites_at(level)):
            vectors = [channel(weights, level, site, g) for g in range(net.channels[level])]
            unit = np.array([v / np.linalg.norm(v) for v in vectors])
            assert found[level][site] == pytest.approx(np.abs(unit @ unit.T), abs=1e-13)


def channel(weights: Weights, level: int, site: int, number: int) -> np.ndarray:
    """phi^{l,j,g} by its definition."""
    row = weights.layer(level)[site][number]
    if level == 0:
        return row
    children = (
        [channel(weights, level - 1, 2 * site + k, a) for a in range(len(row))] for k in (0, 1)
    )
    return sum(w * np.outer(x, y).ravel() for w, x, y in zip(row, *children, strict=True))


def test_a_channel_that_is_zero_overlaps_with_none():
    net = Architecture(2, 2, (2,))
    weights = Weights(net, (np.array([[[1.0, 2.0], [0.0, 0.0]]] * 2),), np.ones((1, 2)))
    assert channel_overlaps(weights)[0].tolist() == [[[1, 0], [0, 0]]] * 2


def test_overlaps_stay_finite_in_large_networks():
    net = Architecture(2048, 2, (2,) * 11)
    for scale in (1e-8, 1e8):
        weights = random_weights(net, rng=rng(1))
        scaled = Weights(net, tuple(scale * a for a in weights.layers), weights.output)
        pairs = zip(channel_overlaps(weights), channel_overlaps(scaled), strict=True)
        assert all(np.allclose(one, two, rtol=1e-6) for one, two in pairs)
