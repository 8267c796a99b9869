from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import laws.ranks as laws
from laws.strategies import (
    KINDS,
    architectures,
    integer_weights,
    networks_with_region,
    regions,
    seeds,
)
from oracles.ranks import dense_matrix_modulo, rank_modulo, rank_over_rationals
from qnpapers.convac import (
    Architecture,
    Weights,
    certified_rank,
    certified_ranks,
    coefficient_tensor,
    distinct_subtrees,
    interleaved,
    left_right,
    matricize,
    min_cut,
    random_weights,
    rank_modulo_p,
    regions_up_to_symmetry,
)
from qnpapers.convac.finite_field import PRIME
from qnpapers.errors import RegionError, ShapeError, SizeError

NETWORKS_OF_EACH_KIND = 8


def rank_of(weights: Weights, region: tuple[int, ...]) -> int:
    return rank_modulo_p(weights, region, rng=np.random.default_rng(0))


def dense_rank(weights: Weights, region: tuple[int, ...]) -> int:
    return rank_modulo(dense_matrix(weights, region), PRIME)


def dense_matrix(weights: Weights, region: tuple[int, ...]) -> list[list[int]]:
    architecture = weights.architecture
    return dense_matrix_modulo(
        weights.layers,
        weights.output[0],
        architecture.window,
        region,
        architecture.sites,
        PRIME,
    )


def random_case(
    window: int, shared: bool, rng: np.random.Generator
) -> tuple[Architecture, tuple[int, ...]]:
    sites, levels = {2: (8, 3), 3: (9, 2), 4: (4, 1), 8: (8, 1)}[window]
    if window == 2 and rng.random() < 0.3:
        sites, levels = 4, 2
    local_dim = int(rng.integers(2, 4 if sites < 9 else 3))
    channels = tuple(int(r) for r in rng.integers(1, 6, size=levels))
    size = rng.integers(1, sites)
    region = tuple(int(j) for j in rng.choice(sites, size=size, replace=False))
    return Architecture(sites, local_dim, channels, window, shared), region


# An oracle written differently: 512 networks, weights given, dense matrix, FLINT's elimination.


@pytest.mark.parametrize("window", [2, 3, 4, 8])
@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_the_rank_is_that_of_the_dense_matrix(window, shared, kind):
    rng = np.random.default_rng([window, shared, KINDS.index(kind)])
    for _ in range(NETWORKS_OF_EACH_KIND):
        architecture, region = random_case(window, shared, rng)
        weights = integer_weights(kind, architecture, rng)
        expected = dense_rank(weights, region)
        assert rank_modulo_p(weights, region, rng=rng) == expected
        for at_most in (1, 3):
            stopped = rank_modulo_p(weights, region, rng=rng, at_most=at_most)
            assert stopped == min(at_most, expected)


@given(networks_with_region(shapes=((4, 2), (8, 2), (3, 3), (4, 4))), st.sampled_from(KINDS), seeds)
@settings(max_examples=40)
def test_the_rank_never_exceeds_the_rank_over_the_rationals(case, kind, seed):
    architecture, region = case
    weights = integer_weights(kind, architecture, np.random.default_rng(seed))
    exact = replace(weights, layers=tuple(a.astype(object) for a in weights.layers))
    matrix = matricize(coefficient_tensor(exact), region).tolist()
    assert rank_of(weights, region) <= rank_over_rationals(matrix)


def test_a_certificate_is_the_rank_of_the_weights_that_were_drawn():
    # The same draws, made again here: layers first, then the output.
    architecture, region = Architecture(8, 2, (3, 2, 3), classes=2), (0, 2, 3)
    rng = np.random.default_rng(9)
    shapes = [*architecture.weight_shapes(), (2, 3)]
    *layers, output = (rng.integers(PRIME, size=s, dtype=np.uint32) for s in shapes)
    weights = Weights(architecture, tuple(layers), output)
    certified = certified_rank(architecture, region, rng=np.random.default_rng(9))
    assert certified == dense_rank(weights, region)


@given(networks_with_region(), seeds)
def test_certificates_stay_below_the_minimal_cut_and_repeat(case, seed):
    one, other = (certified_rank(*case, rng=np.random.default_rng(seed)) for _ in range(2))
    assert one == other <= min_cut(*case).weight
    assert certified_rank(*case, rng=np.random.default_rng(seed + 1)) == one


@pytest.mark.parametrize("rank", [rank_of, dense_rank])
class TestLaws:
    @given(case=networks_with_region(), kind=st.sampled_from(KINDS), seed=seeds)
    @settings(max_examples=30)
    def test_equal_for_the_complement(self, rank, case, kind, seed):
        weights = integer_weights(kind, case[0], np.random.default_rng(seed))
        laws.equal_for_the_complement(rank, weights, case[1])

    @given(case=networks_with_region(), kind=st.sampled_from(KINDS), seed=seeds)
    @settings(max_examples=15)
    def test_changes_at_most_by_the_dimension_of_a_moved_site(self, rank, case, kind, seed):
        weights = integer_weights(kind, case[0], np.random.default_rng(seed))
        laws.changes_at_most_by_the_dimension_of_a_moved_site(rank, weights, case[1])

    @given(case=networks_with_region(), data=st.data(), seed=seeds)
    @settings(max_examples=30)
    def test_submultiplicative(self, rank, case, data, seed):
        weights = integer_weights("small", case[0], np.random.default_rng(seed))
        other = data.draw(regions(case[0].sites))
        laws.submultiplicative(rank, weights, case[1], tuple(set(other) - set(case[1])) or other)

    @given(case=networks_with_region(), kind=st.sampled_from(KINDS), seed=seeds)
    @settings(max_examples=30)
    def test_at_most_the_minimal_cut(self, rank, case, kind, seed):
        weights = integer_weights(kind, case[0], np.random.default_rng(seed))
        laws.at_most_the_minimal_cut(rank, weights, case[1])

    @given(case=networks_with_region(), kind=st.sampled_from(KINDS), seed=seeds)
    @settings(max_examples=12)
    def test_equal_after_swapping_siblings(self, rank, case, kind, seed):
        weights = integer_weights(kind, case[0], np.random.default_rng(seed))
        laws.equal_after_swapping_siblings(rank, weights, case[1])

    @given(case=networks_with_region(), seed=seeds)
    @settings(max_examples=15)
    def test_equal_after_scaling_a_layer(self, rank, case, seed):
        weights = integer_weights("small", case[0], np.random.default_rng(seed))
        laws.equal_after_scaling_a_layer(rank, weights, case[1])


@given(networks_with_region(), st.data())
@settings(max_examples=20)
def test_the_generic_rank_does_not_change_when_siblings_are_swapped(case, data):
    architecture, region = case
    swap = data.draw(st.sampled_from(laws.swaps(architecture)))
    ranks = {
        certified_rank(architecture, where, rng=np.random.default_rng(seed))
        for seed, where in enumerate((region, swap.of_region(region)))
    }
    assert len(ranks) == 1


@given(architectures(), st.data())
@settings(max_examples=30)
def test_sharing_weights_never_raises_the_rank(architecture, data):
    region = data.draw(regions(architecture.sites))
    free, tied = (
        certified_rank(replace(architecture, shared=s), region, rng=np.random.default_rng(1))
        for s in (False, True)
    )
    assert tied <= free


def test_each_class_has_its_own_rank():
    architecture = Architecture(4, 2, (2, 2), classes=2)
    layers = integer_weights("identity", replace(architecture, classes=1), np.random.default_rng(0))
    weights = Weights(architecture, layers.layers, np.array([[1, 1], [1, 0]]))
    rng = np.random.default_rng(0)
    ranks = [rank_modulo_p(weights, [0, 1], rng=rng, label=label) for label in (0, 1)]
    assert ranks == [2, 1]
    with pytest.raises(ShapeError, match="label = 2: the network has the classes 0 to 1"):
        rank_modulo_p(weights, [0, 1], rng=rng, label=2)


def test_sixty_four_sites_with_a_rank_of_a_thousand():
    architecture = Architecture(64, 4, (4, 4, 4, 4, 4, 4))
    region = (0, 2, 16, 33, 63)  # far apart, so that each pays for its own leg
    assert min_cut(architecture, region).weight == 1024
    assert certified_rank(architecture, region, rng=np.random.default_rng(0)) == 1024


def test_at_most_certifies_a_lower_bound_where_the_cut_is_astronomical():
    architecture = Architecture(256, 2, (2,) * 8)
    rank = certified_rank(architecture, interleaved(256), rng=np.random.default_rng(0), at_most=100)
    assert rank == 100


def test_at_most_may_be_larger_than_any_rank():
    architecture, rng = Architecture(8, 2, (3, 4, 3)), np.random.default_rng(0)
    assert certified_rank(architecture, left_right(8), rng=rng, at_most=10**6) == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, r"the minimal cut is about 10\^38\.5, too large to eliminate \(at most 8192\): pass"),
        ({"at_most": 10_000}, r"the minimal cut is about 10\^38\.5.*pass at_most=\.\.\."),
        ({"at_most": 0}, "at_most = 0: must be at least 1"),
        ({"at_most": -5}, "at_most = -5: must be at least 1"),
    ],
)
def test_ranks_that_cannot_be_found_are_refused(options, message):
    architecture = Architecture(256, 2, (2,) * 8)
    with pytest.raises(SizeError, match=message):
        certified_rank(architecture, interleaved(256), rng=np.random.default_rng(0), **options)


def test_a_cut_just_too_large_is_named_in_full():
    architecture = Architecture(32, 2, (2,) * 5)
    with pytest.raises(SizeError, match=r"the minimal cut is 65536, too large"):
        certified_rank(architecture, interleaved(32), rng=np.random.default_rng(0))


def test_regions_and_weights_that_are_none_are_refused():
    architecture, rng = Architecture(4, 2, (2, 2)), np.random.default_rng(0)
    with pytest.raises(RegionError, match="region is empty"):
        certified_rank(architecture, [], rng=rng)
    with pytest.raises(ShapeError, match="integers are needed, got numbers of float64"):
        rank_modulo_p(random_weights(architecture, rng=rng), left_right(4), rng=rng)


def test_small_integer_types_hold_weights_too():
    weights = integer_weights("small", Architecture(4, 2, (2, 2)), np.random.default_rng(0))
    narrow = replace(
        weights,
        layers=tuple(a.astype(np.int8) for a in weights.layers),
        output=weights.output.astype(np.int8),
    )
    assert rank_of(narrow, left_right(4)) == rank_of(weights, left_right(4)) == 2


# Many regions with one draw of the weights


@pytest.mark.parametrize("window", [2, 3, 4, 8])
@pytest.mark.parametrize("shared", [False, True])
def test_ranks_of_many_regions_are_those_of_the_weights_that_were_drawn(window, shared):
    rng = np.random.default_rng([window, shared])
    architecture, _ = random_case(window, shared, rng)
    regions = regions_up_to_symmetry(architecture.sites, window)
    found = certified_ranks(architecture, regions, rng=np.random.default_rng(9))
    again = np.random.default_rng(9)  # the same draws: layers first, then the output
    shapes = [*architecture.weight_shapes(), (1, architecture.channels[-1])]
    *layers, output = (again.integers(PRIME, size=s, dtype=np.uint32) for s in shapes)
    weights = Weights(architecture, tuple(layers), output)
    assert found.tolist() == [dense_rank(weights, region) for region in regions]


@given(architectures(shapes=((4, 2), (8, 2), (16, 2), (9, 3), (8, 8))), st.data())
@settings(max_examples=40)
def test_many_regions_have_the_ranks_that_they_have_alone(architecture, data):
    some = data.draw(st.lists(regions(architecture.sites), min_size=1, max_size=5))
    rng = np.random.default_rng(0)
    alone = [certified_rank(architecture, region, rng=rng) for region in some]
    assert certified_ranks(architecture, some, rng=rng).tolist() == alone
    subtrees = distinct_subtrees(architecture, some)
    at_most = certified_ranks(architecture, subtrees, rng=rng, at_most=2)
    assert at_most.tolist() == [min(2, rank) for rank in alone]


def test_many_regions_repeat_for_the_same_seed():
    architecture, regions = Architecture(16, 2, (3, 5, 5, 2)), regions_up_to_symmetry(16)
    one, other = (
        certified_ranks(architecture, regions, rng=np.random.default_rng(4)) for _ in range(2)
    )
    assert one.tobytes() == other.tobytes()


def test_many_regions_with_one_that_cannot_be_found_are_refused():
    architecture, rng = Architecture(64, 2, (2,) * 6), np.random.default_rng(0)
    with pytest.raises(SizeError, match=r"the minimal cut is about 10\^9\.6, too large"):
        certified_ranks(architecture, [(0,), interleaved(64)], rng=rng)
    with pytest.raises(RegionError, match="region is empty"):
        certified_ranks(architecture, [(0,), ()], rng=rng)
