"""Closed formulas for blocks and stripes: against exhaustive cuts, FLINT and certified ranks."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracles.cuts import smallest_cut_of_all
from oracles.ranks import dense_matrix_modulo, rank_modulo
from qnpapers.convac import (
    Architecture,
    block_rank,
    certified_rank,
    interleaved,
    left_right,
    left_right_rank,
    min_cut,
    stripe_rank,
    stripes,
    window_stripes,
)
from qnpapers.errors import ArchitectureError, RegionError

PRIME = 998244353
"""Not the prime of the library."""

SHAPES = [(2, 1), (2, 2), (2, 3), (3, 1), (3, 2), (4, 1), (4, 2), (5, 1)]


@st.composite
def stripes_of_networks(draw, shapes=SHAPES, widest=7, largest_dim=4):
    window, levels = draw(st.sampled_from(shapes))
    widths = draw(st.tuples(*[st.integers(1, widest)] * levels))
    local_dim, shared = draw(st.integers(1, largest_dim)), draw(st.booleans())
    architecture = Architecture(window**levels, local_dim, widths, window, shared=shared)
    return architecture, draw(st.integers(0, levels - 1)), draw(st.integers(1, window - 1))


def flint_rank(architecture: Architecture, region: tuple[int, ...], seed: int) -> int:
    """The largest of three draws: ranks modulo a prime are never too large."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(3):
        layers = [rng.integers(PRIME, size=shape) for shape in architecture.weight_shapes()]
        output = rng.integers(PRIME, size=architecture.channels[-1])
        matrix = dense_matrix_modulo(
            layers, output, architecture.window, region, architecture.sites, PRIME
        )
        found.append(rank_modulo(matrix, PRIME))
    return max(found)


# By hand


@pytest.mark.parametrize(("channels", "ranks"), [((4, 2, 2), [256, 4, 2]), ((2, 4, 4), [16, 4, 4])])
def test_eight_sites_by_hand(channels, ranks):
    architecture = Architecture(8, 4, channels)
    assert [stripe_rank(architecture, level) for level in range(3)] == ranks
    assert left_right_rank(architecture) == ranks[-1]


def test_four_sites_with_shared_weights_by_hand():
    """The two sites of a half have the same weights: three symmetric products in place of four."""
    unshared = Architecture(4, 2, (4, 4))
    assert [block_rank(unshared, level) for level in (0, 1)] == [2, 4]
    shared = replace(unshared, shared=True)
    assert [block_rank(shared, level) for level in (0, 1)] == [2, 3]
    assert stripe_rank(shared, 1) == 3
    assert stripe_rank(shared, 0) == stripe_rank(unshared, 0) == 4


def test_a_window_of_four_by_hand():
    """min(r_0, M^2) with two sites inside, min(r_0, M) with one or three."""
    window = Architecture(4, 2, (3,), window=4)
    assert [stripe_rank(window, 0, inside) for inside in (1, 2, 3)] == [2, 3, 2]
    assert stripe_rank(window, 0) == 3
    assert stripe_rank(replace(window, channels=(9,)), 0) == 4
    assert stripe_rank(replace(window, channels=(9,), shared=True), 0) == 3


# Laws and other routes


@given(stripes_of_networks())
def test_unshared_stripes_have_the_weight_of_the_minimal_cut(case):
    architecture, level, inside = case
    unshared = replace(architecture, shared=False)
    cut = min_cut(unshared, window_stripes(unshared, level, inside))
    assert stripe_rank(unshared, level, inside) == cut.weight
    assert stripe_rank(replace(unshared, shared=True), level, inside) <= cut.weight


@given(stripes_of_networks([(2, 2), (2, 3), (3, 1), (4, 1)], widest=9, largest_dim=9))
def test_unshared_stripes_have_the_weight_of_the_smallest_of_all_cuts(case):
    net, level, inside = case
    region = window_stripes(net, level, inside)
    smallest = smallest_cut_of_all(net.sites, net.local_dim, net.channels, net.window, region)
    assert stripe_rank(replace(net, shared=False), level, inside) == smallest


@given(stripes_of_networks(), st.integers(0, 2**32))
def test_stripes_are_certified_for_any_widths_shared_or_not(case, seed):
    architecture, level, inside = case
    region = window_stripes(architecture, level, inside)
    found = certified_rank(architecture, region, rng=np.random.default_rng(seed), at_most=300)
    assert found == min(300, stripe_rank(architecture, level, inside))


@given(
    stripes_of_networks([(2, 2), (2, 3), (3, 1), (4, 1)], widest=5, largest_dim=2),
    st.integers(0, 2**32),
)
def test_stripes_have_the_rank_of_the_dense_matrix_by_flint(case, seed):
    architecture, level, inside = case
    region = window_stripes(architecture, level, inside)
    assert flint_rank(architecture, region, seed) == stripe_rank(architecture, level, inside)


@given(stripes_of_networks(), st.integers(0, 2**32))
def test_an_aligned_block_has_the_rank_of_its_formula(case, seed):
    architecture, level, _ = case
    block = range(architecture.window**level)
    found = certified_rank(architecture, block, rng=np.random.default_rng(seed))
    assert found == block_rank(architecture, level)


@given(st.lists(st.integers(1, 50), min_size=1, max_size=6), st.integers(1, 9))
def test_halves_by_one_minimum_and_by_recursion_agree(channels, local_dim):
    for window in (2, 4) if len(channels) < 4 else (2,):
        sites = window ** len(channels)
        architecture = Architecture(sites, local_dim, channels, window)
        top = architecture.levels - 1
        assert left_right_rank(architecture) == stripe_rank(architecture, top)
        assert left_right_rank(architecture) == min_cut(architecture, left_right(sites)).weight


@given(stripes_of_networks(), st.integers(1, 9))
def test_no_width_above_the_level_enters(case, width):
    architecture, level, inside = case
    channels = (*architecture.channels[: level + 1], *[width] * (architecture.levels - level - 1))
    other = replace(architecture, channels=channels)
    assert stripe_rank(other, level, inside) == stripe_rank(architecture, level, inside)


@given(stripes_of_networks())
def test_region_and_complement_have_the_same_rank(case):
    architecture, level, inside = case
    other_side = stripe_rank(architecture, level, architecture.window - inside)
    assert stripe_rank(architecture, level, inside) == other_side


def test_integers_of_any_length_are_exact():
    architecture = Architecture(2**12, 10, (7,) * 12)
    assert stripe_rank(architecture, 0) == 7**2048


# Regions


def test_window_stripes_are_the_stripes_of_pairs():
    for level in range(4):
        architecture = Architecture(16, 2, (2, 2, 2, 2))
        assert window_stripes(architecture, level) == stripes(16, 2**level)
    assert window_stripes(architecture, 0) == interleaved(16)


@pytest.mark.parametrize(("window", "levels"), SHAPES)
def test_every_window_holds_the_same_blocks(window, levels):
    architecture = Architecture(window**levels, 2, (2,) * levels, window)
    for level, inside in ((s, k) for s in range(levels) for k in range(1, window)):
        region = set(window_stripes(architecture, level, inside))
        size = window**level
        for block in range(architecture.sites // size):
            held = [site in region for site in range(block * size, (block + 1) * size)]
            assert set(held) == {block % window < inside}


def test_every_choice_of_blocks_in_a_window_has_the_same_rank():
    window, rng = Architecture(4, 2, (3,), window=4), np.random.default_rng(5)
    for region in combinations(range(4), 2):
        assert certified_rank(window, region, rng=rng) == stripe_rank(window, 0, 2)


# Errors


@pytest.mark.parametrize("function", [block_rank, stripe_rank, window_stripes])
@pytest.mark.parametrize("level", [-1, 3])
def test_a_level_that_is_not_there_is_refused(function, level):
    with pytest.raises(
        ArchitectureError, match=f"level = {level}: a network of 3 levels has the levels 0 to 2"
    ):
        function(Architecture(8, 2, (2, 2, 2)), level)


@pytest.mark.parametrize("function", [stripe_rank, window_stripes])
def test_blocks_inside_must_be_some_but_not_all(function):
    threes = Architecture(9, 2, (2, 2), window=3)
    with pytest.raises(RegionError, match="say how many of the 3 blocks of a window are inside"):
        function(threes, 0)
    for inside in (0, 3, -1):
        with pytest.raises(RegionError, match=f"inside = {inside}: must be 1 to 2"):
            function(threes, 0, inside)


def test_the_minimum_for_halves_says_where_it_does_not_apply():
    with pytest.raises(ArchitectureError, match="window = 3, shared = False: the formula for"):
        left_right_rank(Architecture(9, 2, (2, 2), window=3))
    with pytest.raises(ArchitectureError, match="window = 2, shared = True: the formula for"):
        left_right_rank(Architecture(4, 2, (2, 2), shared=True))
