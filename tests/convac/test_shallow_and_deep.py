"""Shallow against deep networks: channels needed, distances, fits."""

from __future__ import annotations

import math
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oracles.entropies as oracle
from qnpapers.convac import (
    Architecture,
    certified_rank,
    coefficient_tensor,
    entanglement_entropy,
    fit_shallow,
    interleaved,
    left_right,
    matricize,
    paired_weights,
    random_weights,
    schmidt_spectrum,
    score,
    shallow_channels_needed,
    truncation_errors,
)
from qnpapers.errors import ArchitectureError, ParameterError, RegionError, ShapeError

EPS = float(np.finfo(float).eps)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


# The network that compares partners


@pytest.mark.parametrize(
    ("sites", "amplitudes"), [(2, (3, -2)), (4, (1, 1)), (4, (2, -1, 5)), (8, (1, 3))]
)
def test_partners_are_compared_pair_by_pair(sites, amplitudes):
    tensor = coefficient_tensor(paired_weights(sites, amplitudes))
    for values in product(range(len(amplitudes)), repeat=sites):
        pairs = list(zip(values[::2], values[1::2], strict=True))
        expected = math.prod(amplitudes[a] if a == b else 0 for a, b in pairs)
        assert tensor[values] == expected


def test_the_score_of_basis_vectors_says_whether_partners_agree():
    weights = paired_weights(64, [1.0, 1.0])
    values = np.repeat(rng().integers(2, size=32), 2)
    wrong = values.copy()
    wrong[7] = 1 - wrong[7]
    assert score(weights, np.eye(2)[[values, wrong]]).ravel().tolist() == [1, 0]


@given(st.lists(st.floats(0.1, 2.0), min_size=1, max_size=4), st.sampled_from([2, 4, 8]))
def test_the_interleaved_entropy_of_partners_is_that_of_a_pair_times_their_number(numbers, sites):
    spectrum = schmidt_spectrum(paired_weights(sites, numbers), interleaved(sites))
    p = np.square(numbers) / np.sum(np.square(numbers))
    expected = sites / 2 * -np.sum(p * np.log(p))
    # At most 256 terms, each below 1/e, and a spectrum of rounded products of 4 numbers.
    assert entanglement_entropy(spectrum) == pytest.approx(expected, abs=4000 * EPS)


def test_partners_have_nothing_to_do_with_other_pairs():
    spectrum = schmidt_spectrum(paired_weights(16, [1.0, 2.0]), left_right(16))
    assert spectrum.tolist() == [1.0]


@pytest.mark.parametrize("sites", [0, 1, 3, 6])
def test_partners_need_a_power_of_two(sites):
    with pytest.raises(ArchitectureError, match=f"sites = {sites}: must be"):
        paired_weights(sites, [1, 1])


# Channels needed


@pytest.mark.parametrize(("sites", "expected"), [(4, 4), (8, 16), (16, 256)])
def test_e7_channels_needed_for_the_odd_even_rank(sites, expected):
    """r^(N/2) with r = min(M, r_0) = 2, the bound of the fundamental theorem [bentkamp2016]."""
    deep = Architecture(sites, 2, (2,) * (sites.bit_length() - 1))
    rank = certified_rank(deep, interleaved(sites), rng=rng())
    found = shallow_channels_needed(sites, 2, interleaved(sites), rank, rng=rng(1))
    assert found == expected == rank


@given(st.integers(2, 6), st.integers(1, 3), st.integers(1, 5), st.integers(1, 30))
def test_a_channel_of_a_shallow_network_is_worth_one_rank(sites, local_dim, size, rank):
    size = min(size, sites - 1)
    found = shallow_channels_needed(sites, local_dim, range(size), rank, rng=rng())
    largest = local_dim ** min(size, sites - size)
    assert found == (rank if rank <= largest else None)


@given(st.integers(2, 7), st.integers(1, 3), st.integers(1, 6), st.integers(1, 30))
def test_with_shared_weights_symmetric_products_are_the_limit(sites, local_dim, size, rank):
    size = min(size, sites - 1)
    n = min(size, sites - size)
    found = shallow_channels_needed(sites, local_dim, range(size), rank, rng=rng(), shared=True)
    assert found == (rank if rank <= math.comb(local_dim - 1 + n, n) else None)


def test_wrong_requests_are_refused():
    with pytest.raises(ParameterError, match="rank = 0: must be at least 1"):
        shallow_channels_needed(4, 2, (0, 1), 0, rng=rng())
    with pytest.raises(RegionError, match="region names site 4"):
        shallow_channels_needed(4, 2, (4,), 2, rng=rng())


# Distances


def test_truncation_errors_by_hand():
    assert truncation_errors(np.sqrt([0.5, 0.3, 0.2])) == pytest.approx(
        [1, math.sqrt(0.5), math.sqrt(0.2), 0], abs=4 * EPS
    )
    assert truncation_errors(np.array([1.0])).tolist() == [1, 0]


def test_truncation_errors_of_an_integer_matrix_are_those_of_its_exact_eigenvalues():
    matrix = [[3, 1, 2], [0, 2, -1], [1, 1, 4], [2, 0, 1]]
    exact = oracle.probabilities(matrix)
    values = np.linalg.svd(np.array(matrix), compute_uv=False)
    errors = truncation_errors(values / np.linalg.norm(values))
    for k, error in enumerate(errors):
        assert error == pytest.approx(math.sqrt(math.fsum(exact[k:])), abs=40 * EPS)


@given(st.integers(0, 2**32), st.integers(1, 4))
@settings(max_examples=15)
def test_a_truncated_matrix_is_as_far_away_as_the_error_says(seed, k):
    weights = random_weights(Architecture(4, 2, (3, 4)), rng=rng(seed))
    matrix = matricize(coefficient_tensor(weights), (0, 2))
    left, values, right = np.linalg.svd(matrix)
    truncated = (left[:, :k] * values[:k]) @ right[:k]
    distance = np.linalg.norm(matrix - truncated) / np.linalg.norm(matrix)
    errors = truncation_errors(schmidt_spectrum(weights, (0, 2)))
    assert errors[min(k, len(errors) - 1)] == pytest.approx(distance, abs=1e-7)


# Fits


def relative_distance(tensor: np.ndarray, other: np.ndarray) -> float:
    return float(np.linalg.norm(tensor - other) / np.linalg.norm(tensor))


def test_the_error_is_the_distance_of_the_network_that_is_returned():
    tensor = rng(3).normal(size=(2,) * 5)
    fit = fit_shallow(tensor, 3, rng=rng(4), sweeps=5)
    assert fit.weights.architecture == Architecture.shallow(5, 2, 3)
    assert fit.error == pytest.approx(relative_distance(tensor, coefficient_tensor(fit.weights)))


def test_a_shallow_network_is_found_again():
    planted = coefficient_tensor(random_weights(Architecture.shallow(6, 3, 2), rng=rng(1)))
    assert min(fit_shallow(planted, 2, rng=rng(seed)).error for seed in range(3)) < 1e-7


@pytest.mark.parametrize("channels", [1, 2, 3])
def test_for_two_sites_the_fit_is_the_truncated_singular_value_decomposition(channels):
    """Alternating least squares on a matrix is subspace iteration: it finds the best one."""
    matrix = np.array([[4.0, 1.0, 0.0], [0.0, 2.0, 1.0], [1.0, 0.0, 1.0]])
    values = np.linalg.svd(matrix, compute_uv=False)
    best = truncation_errors(values / np.linalg.norm(values))[channels]
    found = fit_shallow(matrix, channels, rng=rng(2), sweeps=200).error
    assert found == pytest.approx(best, abs=1e-7)


@given(st.integers(0, 2**32), st.integers(1, 5))
@settings(max_examples=15)
def test_no_shallow_network_is_nearer_than_the_schmidt_spectra_allow(seed, channels):
    weights = random_weights(Architecture(4, 2, (3, 2)), rng=rng(seed))
    fit = fit_shallow(coefficient_tensor(weights), channels, rng=rng(seed), sweeps=20)
    for region in ((0, 1), (0, 2), (1,), (0, 1, 3)):
        errors = truncation_errors(schmidt_spectrum(weights, region))
        assert fit.error >= errors[min(channels, len(errors) - 1)] - 1e-7


def test_more_sweeps_never_make_it_worse():
    tensor = rng(5).normal(size=(3, 3, 3, 3))
    errors = [fit_shallow(tensor, 4, rng=rng(6), sweeps=n).error for n in (1, 2, 5, 20, 60)]
    assert all(b <= a + 1e-9 for a, b in pairwise(errors))
    assert errors[-1] < errors[0]


def test_a_network_that_compares_partners_is_missed_by_its_share_of_patterns():
    tensor = coefficient_tensor(paired_weights(4, [1.0, 1.0]))
    for channels in (1, 2, 3):
        found = min(fit_shallow(tensor, channels, rng=rng(s)).error for s in range(3))
        assert found == pytest.approx(math.sqrt(1 - channels / 4), abs=1e-9)


@pytest.mark.parametrize("tensor", [np.zeros((2, 2)), np.ones(3), np.ones((2, 3))])
def test_tensors_that_no_network_has_are_refused(tensor):
    with pytest.raises(ShapeError, match="at least two axes of one length and an entry that is"):
        fit_shallow(tensor, 1, rng=rng())


@pytest.mark.parametrize(("channels", "sweeps"), [(0, 1), (1, 0)])
def test_a_fit_needs_a_channel_and_a_sweep(channels, sweeps):
    message = f"channels = {channels}, sweeps = {sweeps}: must be at least 1"
    with pytest.raises(ParameterError, match=message):
        fit_shallow(np.ones((2, 2)), channels, rng=rng(), sweeps=sweeps)
