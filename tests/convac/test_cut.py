from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import laws.cuts as laws
from laws.strategies import architectures, networks_with_region, regions
from oracles.cuts import smallest_cut_by_flow, smallest_cut_of_all
from qnpapers.convac import (
    Architecture,
    bond_graph,
    distinct_subtrees,
    interleaved,
    left_right,
    min_cut,
    min_cuts,
    regions_up_to_symmetry,
)
from qnpapers.errors import RegionError


def weight_of(architecture, region):
    return min_cut(architecture, region).weight


def best_of_all(architecture, region):
    return smallest_cut_of_all(
        architecture.sites,
        architecture.local_dim,
        architecture.channels,
        architecture.window,
        region,
    )


def by_flow(architecture, region):
    return round(
        smallest_cut_by_flow(
            architecture.sites,
            architecture.local_dim,
            architecture.channels,
            architecture.window,
            region,
        )
    )


def among_others(architecture, region):
    """The same through the distinct subtrees of several regions."""
    others = [(0,), region, tuple(range(architecture.sites - 1))]
    return min_cuts(architecture, others)[1]


IMPLEMENTATIONS = [weight_of, among_others, best_of_all, by_flow]


@given(networks_with_region())
def test_the_cut_is_the_best_of_all_cuts(case):
    assert weight_of(*case) == best_of_all(*case)


@pytest.mark.parametrize(
    ("sites", "window"), [(16, 2), (64, 2), (27, 3), (64, 4), (64, 8), (11, 11)]
)
@pytest.mark.parametrize("base", [2, 3, 5])
def test_the_cut_is_the_maximal_flow_exactly_for_powers_of_one_number(sites, window, base):
    rng = np.random.default_rng([sites, window, base])
    levels = round(math.log(sites, window))
    for _ in range(4):
        channels = tuple(base ** int(e) for e in rng.integers(4, size=levels))
        architecture = Architecture(sites, base ** int(rng.integers(1, 3)), channels, window)
        region = np.flatnonzero(rng.random(sites) < 0.4).tolist() or [0]
        flow = smallest_cut_by_flow(
            sites, architecture.local_dim, channels, window, set(region), base
        )
        assert weight_of(architecture, region) == flow


@given(networks_with_region(shapes=((16, 2), (16, 4), (9, 3))))
@settings(max_examples=30)
def test_the_cut_is_the_maximal_flow_for_any_widths(case):
    # Flows add at most 31 logarithms below 2, each to 2e-16: the exponent is off by less than 1e-13
    # and the weight, at most 3**8 on 16 sites of dimension 3, by less than 1e-9. It is an integer.
    assert weight_of(*case) == by_flow(*case)


@pytest.mark.parametrize("cut_of", IMPLEMENTATIONS)
class TestLaws:
    @given(case=networks_with_region())
    @settings(max_examples=20)
    def test_equal_for_the_complement(self, cut_of, case):
        laws.equal_for_the_complement(cut_of, *case)

    @given(case=networks_with_region())
    @settings(max_examples=12)
    def test_no_smaller_when_a_width_grows(self, cut_of, case):
        laws.no_smaller_when_a_width_grows(cut_of, *case)

    @given(case=networks_with_region())
    @settings(max_examples=20)
    def test_at_most_the_obvious_cuts(self, cut_of, case):
        laws.at_most_the_obvious_cuts(cut_of, *case)

    @given(case=networks_with_region(), data=st.data())
    @settings(max_examples=12)
    def test_submultiplicative(self, cut_of, case, data):
        laws.submultiplicative(cut_of, *case, data.draw(regions(case[0].sites)))

    @given(case=networks_with_region())
    @settings(max_examples=10)
    def test_equal_after_swapping_siblings(self, cut_of, case):
        laws.equal_after_swapping_siblings(cut_of, *case)


@given(networks_with_region(shapes=((4, 2), (8, 2), (16, 2), (9, 3), (16, 4), (8, 8))))
def test_the_reported_cut_separates_the_region(case):
    architecture, region = case
    cut = min_cut(architecture, region)
    laws.reported_bonds_separate(cut, architecture, region)
    laws.reported_sides_are_apart(cut, architecture, region)


@given(architectures(shared=False), st.data())
def test_sharing_does_not_change_the_cut(architecture, data):
    shared = Architecture(
        architecture.sites,
        architecture.local_dim,
        architecture.channels,
        architecture.window,
        shared=True,
    )
    region = data.draw(regions(architecture.sites))
    assert weight_of(architecture, region) == weight_of(shared, region)


def test_the_report_of_a_small_cut():
    cut = min_cut(Architecture(8, 2, (3, 6, 2)), left_right(8))
    assert cut.weight == 2
    assert cut.log_weight == math.log(2)
    assert [layer.name for layer in cut.layers] == ["legs", "level 0", "level 1", "level 2"]
    assert [layer.dimension for layer in cut.layers] == [2, 3, 6, 2]
    assert [layer.count for layer in cut.layers] == [0, 0, 0, 1]
    assert cut.layers[3].bonds.tolist() == [0]
    assert [len(side) for side in cut.sides] == [8, 4, 2, 1]
    assert cut.sides[2].tolist() == [True, False]
    inside, copies = cut.nodes(left_right(8))
    assert copies == [("copy", 2, 0)]
    assert set(inside) - {("output",)} == {
        *(("site", j) for j in range(4)),
        *(("matrix", 0, j) for j in range(4)),
        *(("matrix", 1, j) for j in range(2)),
        ("matrix", 2, 0),
    }
    assert set(inside) <= set(bond_graph(Architecture(8, 2, (3, 6, 2))))


def test_the_log_of_a_weight_beyond_any_float():
    sites = 2**13
    cut = min_cut(Architecture(sites, 3, (3,) * 13), interleaved(sites))
    assert cut.weight == 3 ** (sites // 2)
    # ln of an integer of 6,500 bits: one rounding.
    assert cut.log_weight == pytest.approx(sites // 2 * math.log(3), rel=4e-16)


@pytest.mark.parametrize("sites", [70, 200])
def test_a_window_too_wide_for_one_machine_word(sites):
    architecture = Architecture.shallow(sites, 2, 3)
    assert weight_of(architecture, range(sites // 2)) == 3
    assert weight_of(architecture, [7]) == 2
    two_levels = Architecture(sites**2, 3, (2, 4), window=sites)
    assert weight_of(two_levels, range(sites)) == 2
    assert weight_of(two_levels, range(0, sites**2, sites)) == 2**sites
    some = range(0, sites * (sites // 2), sites)  # one site of each window of the first half
    assert weight_of(two_levels, some) == 2 ** (sites // 2)


def test_a_million_sites_interleaved_and_left_right():
    levels, sites = 20, 2**20
    widths = tuple(3 + level for level in range(levels))
    architecture = Architecture(sites, 5, widths)
    assert weight_of(architecture, np.arange(0, sites, 2)) == 3 ** (sites // 2)
    assert weight_of(architecture, np.arange(sites // 2)) == 21  # r_18 < r_19


def test_a_million_sites_in_a_random_region():
    sites = 2**20
    region = np.flatnonzero(np.random.default_rng(7).random(sites) < 0.5)
    architecture = Architecture(sites, 2, (4,) * 20)
    cut = min_cut(architecture, region)
    assert cut.weight == math.prod(layer.dimension**layer.count for layer in cut.layers)
    assert cut.weight == weight_of(architecture, np.setdiff1d(np.arange(sites), region))
    # One leg of every pair that is half inside, and every copy tensor of level 1, is a cut too.
    mixed = np.bincount(region // 2, minlength=sites // 2) == 1
    assert cut.weight.bit_length() - 1 <= mixed.sum() + 2 * (sites // 4)


def test_the_same_request_gives_the_same_report():
    architecture = Architecture(64, 2, (3, 5, 4, 6, 2, 3))
    region = [1, 2, 3, 8, 30, 31, 47, 63]
    one, other = (min_cut(architecture, region) for _ in range(2))
    assert one.weight == other.weight
    for a, b in zip(one.sides, other.sides, strict=True):
        assert a.tobytes() == b.tobytes()


def test_a_region_that_is_none_is_refused():
    with pytest.raises(RegionError, match="region holds all 8 sites"):
        min_cut(Architecture(8, 2, (2, 2, 2)), range(8))


def test_one_class_of_regions_has_one_cut():
    architecture = Architecture(8, 2, (3, 5, 4))
    cuts = {region: weight_of(architecture, region) for region in regions_up_to_symmetry(8)}
    assert len(cuts) == 12
    assert cuts == {region: best_of_all(architecture, region) for region in cuts}


# Many regions at once


@given(architectures(shapes=((4, 2), (8, 2), (16, 2), (9, 3), (16, 4), (8, 8))), st.data())
def test_many_regions_have_the_cuts_that_they_have_alone(architecture, data):
    some = data.draw(st.lists(regions(architecture.sites), min_size=1, max_size=8))
    expected = [weight_of(architecture, region) for region in some]
    assert min_cuts(architecture, some).tolist() == expected
    subtrees = distinct_subtrees(architecture, some)
    wider = replace(architecture, local_dim=7, channels=(5,) * architecture.levels)
    expected = [weight_of(wider, region) for region in some]
    assert min_cuts(wider, subtrees).tolist() == expected  # the list serves other widths too


def test_cuts_of_many_regions_beyond_one_machine_word():
    architecture = Architecture(128, 3, (4,) * 7)
    cuts = min_cuts(architecture, [interleaved(128), (5,)])
    assert cuts.tolist() == [3**64, 3]


def test_many_regions_with_one_that_is_none_are_refused():
    with pytest.raises(RegionError, match="region holds all 8 sites"):
        min_cuts(Architecture(8, 2, (2, 2, 2)), [(0,), range(8)])
    with pytest.raises(RegionError, match="at least one region is needed"):
        min_cuts(Architecture(8, 2, (2, 2, 2)), [])
