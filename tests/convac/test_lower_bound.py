from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import laws.cuts as laws
from laws.strategies import networks_with_region
from oracles.cuts import smallest_cut_of_all
from qnpapers.convac import (
    Architecture,
    certified_rank,
    interleaved,
    left_right,
    lower_bound,
    lower_bounds,
    min_cut,
    regions_up_to_symmetry,
    rounded_down,
)
from qnpapers.errors import ArchitectureError, RegionError


def weight_of(architecture, region):
    return lower_bound(architecture, region).weight


def best_of_all(architecture, region):
    """Every base up to the largest dimension, every cut."""

    def down(number, base):
        return base ** (len(np.base_repr(number, base)) - 1)

    dimensions = (architecture.local_dim, *architecture.channels)
    rounded = ([down(d, p) for d in dimensions] for p in range(2, min(36, max(*dimensions, 2)) + 1))
    return max(
        smallest_cut_of_all(architecture.sites, m, r, architecture.window, region)
        for m, *r in rounded
    )


@given(networks_with_region(dimensions=st.integers(1, 9)))
def test_it_is_the_best_over_all_bases_and_all_cuts(case):
    assert weight_of(*case) == best_of_all(*case)


@pytest.mark.parametrize("bound_of", [weight_of, best_of_all])
class TestLaws:
    @given(case=networks_with_region())
    @settings(max_examples=20)
    def test_equal_for_the_complement(self, bound_of, case):
        laws.equal_for_the_complement(bound_of, *case)

    @given(case=networks_with_region())
    @settings(max_examples=20)
    def test_at_most_the_obvious_cuts(self, bound_of, case):
        laws.at_most_the_obvious_cuts(bound_of, *case)

    @given(case=networks_with_region())
    @settings(max_examples=20)
    def test_equal_after_swapping_siblings(self, bound_of, case):
        laws.equal_after_swapping_siblings(bound_of, *case)


@given(networks_with_region(dimensions=st.integers(1, 40)))
def test_it_lies_between_the_cut_and_a_root_of_it(case):
    # Rounding down to a power of 2 takes r to no less than r**(ln 2 / ln 3), with equality at 3.
    cut = min_cut(*case).weight
    assert cut ** (math.log(2) / math.log(3)) * (1 - 1e-12) <= weight_of(*case) <= cut


@given(networks_with_region(), st.integers(2, 5))
@settings(max_examples=30)
def test_it_is_the_cut_for_powers_of_one_number(case, base):
    architecture, region = case
    powers = replace(
        architecture,
        local_dim=base**2,
        channels=tuple(base ** (r % 4) for r in architecture.channels),
    )
    assert weight_of(powers, region) == min_cut(powers, region).weight


@given(networks_with_region(shared=False))
def test_generic_ranks_reach_it(case):
    assert certified_rank(*case, rng=np.random.default_rng(0)) >= weight_of(*case)


def test_two_bonds_that_no_base_serves():
    architecture, region = Architecture(8, 3, (3, 2, 3)), (0, 1, 4)
    cut = min_cut(architecture, region)
    assert [(bond.dimension, bond.count) for bond in cut.layers if bond.count] == [(3, 1), (2, 1)]
    assert min_cut(rounded_down(architecture, 2), region).weight == 4
    assert min_cut(rounded_down(architecture, 3), region).weight == 3
    assert lower_bound(architecture, region).weight == 4
    assert lower_bound(architecture, region).base == 2


def test_the_base_is_the_smallest_of_the_best():
    assert lower_bound(Architecture(4, 4, (4, 4)), interleaved(4)).base == 2
    assert lower_bound(Architecture(4, 3, (9, 9)), interleaved(4)).base == 3
    assert lower_bound(Architecture(4, 1, (1, 1)), left_right(4)).weight == 1


@pytest.mark.parametrize(
    ("base", "rounded"),
    [(2, (4, 2, 8)), (3, (3, 3, 9)), (5, (5, 1, 5)), (9, (1, 1, 9)), (10, (1,) * 3)],
)
def test_rounding_down(base, rounded):
    found = rounded_down(Architecture(4, 5, (3, 9), shared=True), base)
    assert (found.local_dim, *found.channels) == rounded
    assert found.shared


@pytest.mark.parametrize("base", [1, 0, -2, 2.0, True])
def test_bases_that_are_none_are_refused(base):
    with pytest.raises(ArchitectureError, match=r"base = .*: must be an integer of at least 2"):
        rounded_down(Architecture(4, 2, (2, 2)), base)


@pytest.mark.parametrize(("sites", "window"), [(8, 2), (9, 3)])
def test_many_regions_at_once(sites, window):
    channels = (5, 3, 6)[: round(math.log(sites, window))]
    architecture = Architecture(sites, 3, channels, window)
    regions = regions_up_to_symmetry(sites, window)
    assert lower_bounds(architecture, regions).tolist() == [
        weight_of(architecture, region) for region in regions
    ]


def test_a_region_that_is_none_is_refused():
    with pytest.raises(RegionError, match="region is empty"):
        lower_bound(Architecture(4, 2, (2, 2)), [])
