from __future__ import annotations

import importlib
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laws.strategies import KINDS, architectures, integer_weights, networks_with_region, seeds
from laws.swaps import swaps
from oracles.ranks import dense_matrix_modulo, rank_modulo
from qnpapers.convac import (
    Architecture,
    bridge_rank,
    certified_rank,
    interleaved,
    left_right,
    min_cut,
    refined_cut,
    refined_cuts,
    regions_up_to_symmetry,
)
from qnpapers.convac.checks_tightness import symmetric_left_right
from qnpapers.errors import RegionError

PRIME = 2**31 - 19


@given(networks_with_region(), st.sampled_from(KINDS), seeds)
@settings(max_examples=150)
def test_it_bounds_the_rank_for_all_weights(case, kind, seed):
    architecture, region = case
    weights = integer_weights(kind, architecture, np.random.default_rng(seed))
    dense = dense_matrix_modulo(
        weights.layers, weights.output[0], architecture.window, region, architecture.sites, PRIME
    )
    assert rank_modulo(dense, PRIME) <= refined_cut(*case) <= min_cut(*case).weight


@given(networks_with_region(shapes=((2, 2), (4, 2), (8, 2))))
@settings(max_examples=200)
def test_it_is_the_rank_of_small_networks_with_windows_of_two(case):
    assert refined_cut(*case) == certified_rank(*case, rng=np.random.default_rng(0))


@given(networks_with_region(shapes=((2, 2), (3, 3), (4, 4), (6, 6), (8, 8)), shared=True))
def test_it_is_the_rank_of_shared_stars(case):
    assert refined_cut(*case) == certified_rank(*case, rng=np.random.default_rng(0))


@given(st.integers(1, 60), st.integers(1, 4), st.integers(1, 5))
def test_shared_stars_have_symmetric_powers_on_both_sides(channels, local_dim, inside):
    star = Architecture.shallow(6, local_dim, channels, shared=True)
    powers = (math.comb(local_dim + n - 1, n) for n in (inside, 6 - inside))
    assert refined_cut(star, range(inside)) == min(channels, *powers)


@given(architectures(shared=True), st.data())
def test_it_does_not_change_when_siblings_are_swapped(architecture, data):
    sites = architecture.sites
    region = data.draw(st.sets(st.integers(0, sites - 1), min_size=1, max_size=sites - 1))
    swap = data.draw(st.sampled_from(swaps(architecture)))
    assert refined_cut(architecture, region) == refined_cut(architecture, swap.of_region(region))


@given(networks_with_region())
def test_it_is_equal_for_the_complement(case):
    architecture, region = case
    other = sorted(set(range(architecture.sites)) - set(region))
    assert refined_cut(architecture, other) == refined_cut(*case)


@given(networks_with_region(), st.data())
@settings(max_examples=40)
def test_it_is_no_smaller_when_a_width_grows(case, data):
    architecture, region = case
    level = data.draw(st.integers(0, architecture.levels - 1))
    channels = list(architecture.channels)
    channels[level] += 1
    wider = replace(architecture, channels=tuple(channels))
    higher = replace(architecture, local_dim=architecture.local_dim + 1)
    assert refined_cut(*case) <= min(refined_cut(wider, region), refined_cut(higher, region))


@given(networks_with_region())
def test_sharing_weights_lowers_it_if_anything(case):
    architecture, region = case
    free, tied = (refined_cut(replace(architecture, shared=s), region) for s in (False, True))
    assert tied <= free


@given(st.tuples(*[st.integers(1, 12)] * 4), st.integers(1, 5))
def test_left_right_it_is_the_formula_with_symmetric_squares(channels, local_dim):
    shared = Architecture(16, local_dim, channels, shared=True)
    assert refined_cut(shared, left_right(16)) == symmetric_left_right(shared)


@given(st.tuples(*[st.integers(1, 12)] * 4), st.integers(1, 5))
@settings(max_examples=20)
def test_interleaved_sharing_changes_nothing(channels, local_dim):
    shared = Architecture(16, local_dim, channels, shared=True)
    assert refined_cut(shared, interleaved(16)) == min(local_dim, channels[0]) ** 8


@pytest.mark.parametrize(
    ("architecture", "region", "bound"),
    [
        (Architecture(4, 2, (4, 4), shared=True), (0, 1), 3),  # symmetric 2 x 2
        (Architecture(8, 2, (4, 16, 16), shared=True), left_right(8), 6),  # 3 * 4 / 2
        (Architecture(4, 3, (99,), window=4, shared=True), (0, 1), 6),  # both sides symmetric
        (Architecture(9, 2, (3, 2), window=3), (1, 2, 4, 5), 7),  # planes that meet: 2 * 4 - 1
        (Architecture(9, 2, (3, 3), window=3), (1, 2, 4, 5), 9),  # three planes fill 3 x 3
        (Architecture(16, 2, (3, 5, 5, 2)), (5, 6, 7, 11, 12, 13, 14, 15), 56),  # a bridge
        (Architecture(16, 2, (3, 5, 5, 3)), (5, 6, 7, 11, 12, 13, 14, 15), 60),
    ],
)
def test_bounds_by_hand(architecture, region, bound):
    assert refined_cut(architecture, region) == bound


def test_the_bridge_is_used_with_two_channels_only(monkeypatch):
    called = []
    monkeypatch.setattr(
        importlib.import_module("qnpapers.convac.refined_cut"),  # the package's name is a function
        "bridge_rank",
        lambda left, right: called.append((left, right)) or bridge_rank(left, right),
    )
    refined_cut(Architecture(8, 2, (2, 2, 3)), left_right(8))
    refined_cut(Architecture(8, 2, (2,), window=8), left_right(8))
    assert called == []
    refined_cut(Architecture(8, 2, (2, 2, 2)), left_right(8))
    assert called == [((1, 2), (2, 1))]


def test_16_shared_sites_have_exceptions():
    # The same weights below two copy tensors tie more than exchanges do (chapter 5).
    shared = Architecture(16, 2, (2, 2, 4, 4), shared=True)
    region = (7, 9, 10, 11, 12, 13, 14, 15)
    ranks = {certified_rank(shared, region, rng=np.random.default_rng(seed)) for seed in range(3)}
    assert ranks == {12}
    assert refined_cut(shared, region) == min_cut(shared, region).weight == 16


@pytest.mark.parametrize("shared", [False, True])
def test_many_regions_at_once(shared):
    architecture = Architecture(8, 2, (3, 4, 2), shared=shared)
    regions = regions_up_to_symmetry(8)
    found = refined_cuts(architecture, regions).tolist()
    assert found == [refined_cut(architecture, region) for region in regions]


def test_a_region_that_is_none_is_refused():
    with pytest.raises(RegionError, match="region is empty"):
        refined_cut(Architecture(4, 2, (2, 2)), [])
    with pytest.raises(RegionError, match="region holds all 4 sites"):
        refined_cuts(Architecture(4, 2, (2, 2)), [range(4)])
