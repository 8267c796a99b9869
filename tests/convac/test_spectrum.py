from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import laws.spectra as laws
import oracles.entropies as oracle
from laws.strategies import architectures, integer_weights, networks_with_region, regions, seeds
from qnpapers.convac import (
    Architecture,
    Weights,
    certified_rank,
    coefficient_tensor,
    entanglement_entropy,
    geometric_measure,
    interleaved,
    left_right,
    matricize,
    random_weights,
    schmidt_number,
    schmidt_spectrum,
    spectrum,
)
from qnpapers.errors import RegionError, ShapeError, SizeError

EPS = float(np.finfo(float).eps)


def dense_spectrum(weights: Weights, region: tuple[int, ...]) -> np.ndarray:
    values = np.linalg.svd(matricize(coefficient_tensor(weights), region), compute_uv=False)
    return values / np.linalg.norm(values)


IMPLEMENTATIONS = [schmidt_spectrum, dense_spectrum]


@given(networks_with_region(), seeds)
def test_the_spectrum_is_that_of_the_dense_matrix(case, seed):
    architecture, region = case
    weights = random_weights(architecture, rng=np.random.default_rng(seed))
    found, dense = schmidt_spectrum(weights, region), dense_spectrum(weights, region)
    assert laws.difference(found, dense) < laws.ROUND_OFF


@pytest.mark.parametrize("region", [left_right(16), interleaved(16), (0, 3, 4, 9, 10, 11, 15)])
def test_the_spectrum_of_sixteen_sites_is_that_of_the_dense_matrix(region):
    weights = random_weights(Architecture(16, 2, (3, 5, 4, 3)), rng=np.random.default_rng(6))
    found, dense = schmidt_spectrum(weights, region), dense_spectrum(weights, region)
    assert laws.difference(found, dense) < laws.ROUND_OFF


@pytest.mark.parametrize(
    ("architecture", "region"),
    [
        (Architecture(4, 2, (2, 2)), (0, 1)),
        (Architecture(4, 2, (3, 4), shared=True), (0, 2)),
        (Architecture(8, 2, (3, 4, 3)), (0, 1, 2, 3)),
        (Architecture(8, 2, (2, 3, 2)), (1, 2, 6)),
        (Architecture(9, 2, (2, 3), window=3), (0, 4)),
        (Architecture.shallow(6, 2, 7), (0, 3)),
    ],
)
def test_spectrum_and_entropy_are_those_of_the_reduced_density_matrix(architecture, region):
    # Integer weights, so that the density matrix and its characteristic polynomial are exact.
    rng = np.random.default_rng(8)
    for _ in range(3):
        weights = integer_weights("small", architecture, rng)
        matrix = matricize(coefficient_tensor(weights), region)
        found = schmidt_spectrum(weights, region)
        exact = oracle.probabilities(matrix.tolist())
        assert laws.difference(found**2, np.array(exact)) < laws.ROUND_OFF
        # dS = -sum (1 + ln p) dp over at most 8 coefficients with dp = 1e-15. Where p is so small
        # that ln p < -32, the whole term is below 1e-12.
        assert abs(entanglement_entropy(found) - oracle.entropy(matrix.tolist())) < 1e-12
        assert abs(geometric_measure(found) ** 2 - (1 - exact[0])) < laws.ROUND_OFF


@pytest.mark.parametrize("spectrum_of", IMPLEMENTATIONS)
class TestLaws:
    @given(case=networks_with_region(), seed=seeds)
    @settings(max_examples=30)
    def test_normalised_and_sorted(self, spectrum_of, case, seed):
        weights = random_weights(case[0], rng=np.random.default_rng(seed))
        laws.normalised_and_sorted(spectrum_of, weights, case[1])
        laws.no_longer_than_the_minimal_cut(spectrum_of, weights, case[1])
        laws.measures_lie_in_their_ranges(spectrum_of, weights, case[1])

    @given(case=networks_with_region(), seed=seeds)
    @settings(max_examples=30)
    def test_equal_for_the_complement(self, spectrum_of, case, seed):
        weights = random_weights(case[0], rng=np.random.default_rng(seed))
        laws.equal_for_the_complement(spectrum_of, weights, case[1])

    @given(case=networks_with_region(), seed=seeds)
    @settings(max_examples=15)
    def test_equal_after_swapping_siblings(self, spectrum_of, case, seed):
        weights = random_weights(case[0], rng=np.random.default_rng(seed))
        laws.equal_after_swapping_siblings(spectrum_of, weights, case[1])

    @given(case=networks_with_region(), seed=seeds)
    @settings(max_examples=15)
    def test_equal_after_scaling_a_layer(self, spectrum_of, case, seed):
        weights = random_weights(case[0], rng=np.random.default_rng(seed))
        laws.equal_after_scaling_a_layer(spectrum_of, weights, case[1])

    @given(case=networks_with_region(), seed=seeds)
    @settings(max_examples=15)
    def test_equal_after_rotating_every_site(self, spectrum_of, case, seed):
        rng = np.random.default_rng(seed)
        weights = random_weights(case[0], rng=rng)
        laws.equal_after_rotating_every_site(spectrum_of, weights, case[1], rng)


@given(architectures(shared=False, local_dims=st.integers(2, 3)), st.data(), seeds)
@settings(max_examples=25)
def test_the_entropy_is_at_most_the_logarithm_of_the_certified_rank(architecture, data, seed):
    region = data.draw(regions(architecture.sites))
    rng = np.random.default_rng(seed)
    weights = random_weights(architecture, rng=rng)
    rank = certified_rank(architecture, region, rng=rng)
    assert entanglement_entropy(schmidt_spectrum(weights, region)) <= math.log(rank) + 1e-12


def test_a_network_of_one_channel_is_a_product_state():
    weights = random_weights(Architecture(8, 3, (1, 1, 1)), rng=np.random.default_rng(0))
    found = schmidt_spectrum(weights, interleaved(8))
    assert found.tolist() == [1.0]
    assert entanglement_entropy(found) == 0
    assert geometric_measure(found) == 0
    assert schmidt_number(found) == 1


def test_a_copy_tensor_is_a_state_of_equal_coefficients():
    # Identity weights: the GHZ state of 9 sites of dimension 3.
    architecture = Architecture(9, 3, (3, 3), window=3)
    identity = integer_weights("identity", architecture, np.random.default_rng(0))
    ghz = replace(identity, output=np.ones((1, 3), dtype=int))
    found = schmidt_spectrum(ghz, (0, 1, 5))
    assert found[:3] == pytest.approx([1 / math.sqrt(3)] * 3, abs=4 * EPS)
    assert not found[3:].any()  # the cut allows nine
    assert entanglement_entropy(found) == pytest.approx(math.log(3), abs=8 * EPS)
    assert geometric_measure(found) == pytest.approx(math.sqrt(2 / 3), abs=8 * EPS)
    assert schmidt_number(found) == 3


def test_each_class_has_its_own_spectrum():
    architecture = Architecture(4, 2, (3, 2), classes=2)
    weights = random_weights(architecture, rng=np.random.default_rng(0))
    for label in (0, 1):
        matrix = matricize(coefficient_tensor(weights, label), left_right(4))
        values = np.linalg.svd(matrix, compute_uv=False)
        found = schmidt_spectrum(weights, left_right(4), label)
        assert laws.difference(found, values / np.linalg.norm(values)) < laws.ROUND_OFF
    with pytest.raises(ShapeError, match="label = 2: the network has the classes 0 to 1"):
        schmidt_spectrum(weights, left_right(4), 2)


def test_sixty_four_sites_need_no_tensor():
    # 2**64 entries. The state of a half is seen through r_5 = 3 channels only.
    architecture = Architecture(64, 2, (2, 4, 4, 3, 3, 3))
    weights = random_weights(architecture, rng=np.random.default_rng(1))
    found = schmidt_spectrum(weights, left_right(64))
    assert len(found) == 3
    laws.normalised_and_sorted(schmidt_spectrum, weights, left_right(64))
    other = schmidt_spectrum(weights, range(32, 64))
    assert laws.difference(found, other) < laws.ROUND_OFF


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_weights_of_extreme_size_do_not_overflow(scale):
    weights = random_weights(Architecture(16, 2, (3, 3, 3, 3)), rng=np.random.default_rng(2))
    extreme = replace(weights, layers=tuple(scale * a for a in weights.layers))
    found, plain = (schmidt_spectrum(w, left_right(16)) for w in (extreme, weights))
    assert laws.difference(found, plain) < laws.ROUND_OFF


def test_the_same_weights_give_the_same_bytes():
    weights = random_weights(Architecture(16, 2, (3, 5, 4, 3)), rng=np.random.default_rng(6))
    one, other = (schmidt_spectrum(weights, interleaved(16)) for _ in range(2))
    assert one.tobytes() == other.tobytes()


def test_a_tensor_of_zeros_has_no_state():
    architecture = Architecture(4, 2, (2, 2))
    weights = random_weights(architecture, rng=np.random.default_rng(0))
    nothing = replace(weights, layers=(weights.layers[0], np.zeros((2, 2, 2))))
    with pytest.raises(ShapeError, match="the coefficient tensor is zero: it has no normalised"):
        schmidt_spectrum(nothing, left_right(4))


def test_arrays_that_would_be_too_large_are_refused():
    weights = random_weights(Architecture(32, 4, (4,) * 5), rng=np.random.default_rng(0))
    message = r"needs an array of 2\.6e\+05 entries; at most 10000 are formed: choose a region with"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spectrum, "MAX_CORE", 10_000)
        with pytest.raises(SizeError, match=message):
            schmidt_spectrum(weights, interleaved(32))


def test_the_limit_keeps_a_request_within_memory():
    assert spectrum.MAX_CORE * 8 == 2**29  # half a gigabyte of float64
    weights = random_weights(Architecture(64, 2, (2,) * 6), rng=np.random.default_rng(0))
    with pytest.raises(SizeError, match=r"needs an array of 8\.6e\+09 entries; at most 67108864"):
        schmidt_spectrum(weights, interleaved(64))


def test_a_region_that_is_none_is_refused():
    weights = random_weights(Architecture(4, 2, (2, 2)), rng=np.random.default_rng(0))
    with pytest.raises(RegionError, match="region is empty"):
        schmidt_spectrum(weights, [])


def test_measures_by_hand():
    half = np.sqrt([0.5, 0.5])
    assert entanglement_entropy(half) == pytest.approx(math.log(2), abs=4 * EPS)
    assert geometric_measure(half) == pytest.approx(math.sqrt(0.5), abs=4 * EPS)
    unequal = np.sqrt([0.9, 0.1, 0.0])
    by_hand = -0.9 * math.log(0.9) - 0.1 * math.log(0.1)
    assert entanglement_entropy(unequal) == pytest.approx(by_hand, abs=4 * EPS)
    assert geometric_measure(unequal) == pytest.approx(math.sqrt(0.1), abs=4 * EPS)
    assert schmidt_number(unequal) == 2
    assert entanglement_entropy(np.array([1.0])) == 0
    assert geometric_measure(np.array([0.0, 1.0])) == 0


@given(st.lists(st.floats(1e-3, 1.0), min_size=1, max_size=8))
def test_the_entropy_is_that_of_the_probabilities(numbers):
    total = math.fsum(numbers)
    probabilities = [x / total for x in numbers]
    expected = -math.fsum(p * math.log(p) for p in probabilities)
    # 8 terms of size at most 1/e, and a spectrum that was rounded: 8 x 10 x 2.2e-16.
    found = entanglement_entropy(np.sqrt(probabilities))
    assert found == pytest.approx(expected, abs=80 * EPS)
    assert 0 <= found <= math.log(len(numbers)) + 80 * EPS


def test_small_coefficients_count_only_above_the_tolerance():
    small = np.array([1.0, 1e-10, 1e-15, 1e-20])
    small /= np.linalg.norm(small)
    assert schmidt_number(small) == 3  # 1e-15 is above 4 x 2.2e-16
    assert schmidt_number(small, tolerance=1e-12) == 2
    assert schmidt_number(small, tolerance=1e-5) == 1
    assert schmidt_number(small, tolerance=0) == 4


@pytest.mark.parametrize("measure", [entanglement_entropy, geometric_measure, schmidt_number])
@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ([0.5, 0.5], r"squares sum to 1 are needed, got shape \(2,\) with sum 0.5"),
        ([[1.0]], r"got shape \(1, 1\) with sum 1"),
        ([], r"got shape \(0,\) with sum 0"),
        ([math.nan, 1.0], "with sum nan"),
    ],
)
def test_numbers_that_are_no_spectrum_are_refused(measure, numbers, message):
    with pytest.raises(ShapeError, match=message):
        measure(np.array(numbers))
