"""Numbers of Levine et al. 2017 [levine2017], and of what follows from it.

Names of tests carry the claim or experiment: t6, e8, 4_1 for T6, E8, 4.1. Formulas for stripes
and blocks follow from cutting each subtree on its own; measured values were found by independent
programs, exactly modulo a prime unless a spread is given.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import erfc

from qnpapers.convac import (
    Architecture,
    certified_rank,
    entanglement_entropy,
    interleaved,
    left_right,
    min_cut,
    pixel_order,
    random_weights,
    regions_up_to_symmetry,
    schmidt_spectrum,
    search_architectures,
    stripes,
)
from qnpapers.convac.checks import cut_counting_every_leg


def rank(architecture: Architecture, region, seed: int = 0) -> int:
    return certified_rank(architecture, region, rng=np.random.default_rng(seed))


def cut(architecture: Architecture, region) -> int:
    return min_cut(architecture, region).weight


def rounded_down(architecture: Architecture, base: int) -> Architecture:
    """Every dimension replaced by the largest power of `base` that is not above it."""

    def down(number: int) -> int:
        power = 1
        while power * base <= number:
            power *= base
        return power

    channels = tuple(down(r) for r in architecture.channels)
    return replace(architecture, local_dim=down(architecture.local_dim), channels=channels)


def lower_bound(architecture: Architecture, region) -> int:
    """T2: the best of the minimal cuts of networks rounded down to powers of one integer."""
    largest = max(architecture.local_dim, *architecture.channels)
    return max(cut(rounded_down(architecture, p), region) for p in range(2, largest + 1))


# T2 and section 4.1: the minimal cut is not always reached


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("architecture", "region", "bound", "measured", "weight"),
    [
        (
            Architecture(16, 2, (3, 5, 5, 2)),
            (5, 6, 7, 11, 12, 13, 14, 15),
            32,
            56,
            60,
        ),
        (Architecture(9, 2, (3, 2), window=3), (1, 2, 4, 5), 4, 7, 8),
    ],
)
def test_4_1_networks_that_miss_their_cut(architecture, region, bound, measured, weight, seed):
    assert lower_bound(architecture, region) == bound
    assert rank(architecture, region, seed) == measured
    assert cut(architecture, region) == weight


@given(
    st.tuples(*[st.integers(2, 7)] * 3),
    st.integers(2, 4),
    st.sampled_from(regions_up_to_symmetry(8)),
)
def test_t1_and_t2_generic_ranks_lie_between_the_two_bounds(channels, local_dim, region):
    architecture = Architecture(8, local_dim, channels)
    assert (
        lower_bound(architecture, region) <= rank(architecture, region) <= cut(architecture, region)
    )


def test_4_1_all_of_a_sample_of_small_networks_reach_their_cut():
    # 0 failures of 6,609 for N = 8, M = 2..4, r in 2..7.
    rng = np.random.default_rng(41)
    for _ in range(40):
        architecture = Architecture(8, int(rng.integers(2, 5)), rng.integers(2, 8, size=3))
        for region in regions_up_to_symmetry(8)[::3]:
            assert rank(architecture, region) == cut(architecture, region)


def test_4_1_one_miss_on_sixteen_sites_is_found_by_the_search():
    # 1 in 31,504 for M = 2, r in 2..5 and cuts below 256; here r = 2, 3, 5.
    found = search_architectures(16, (2, 3, 5), rng=np.random.default_rng(41))
    assert found.cases == 3**4 * 126
    [miss] = found.misses
    assert (miss.architecture.channels, miss.rank, miss.bound) == ((3, 5, 5, 2), 56, 60)


# T4, section 2.4: a copy tensor counts once


def test_t4_four_sites_in_one_window():
    window = Architecture(4, 2, (2,), window=4)
    assert cut_counting_every_leg(window, (0, 1)) == 4
    assert cut(window, (0, 1)) == 2
    assert rank(window, (0, 1)) == 2


# Section 4.2: shared weights


@pytest.mark.parametrize(
    ("sites", "channels", "shared_rank", "weight"),
    [(4, (4, 4), 3, 4), (8, (4, 16, 16), 6, 16), (8, (2, 4, 8), 3, 4)],
)
def test_4_2_shared_weights_miss_even_cuts_of_powers_of_two(sites, channels, shared_rank, weight):
    shared = Architecture(sites, 2, channels, shared=True)
    assert rank(shared, left_right(sites)) == shared_rank
    assert rank(replace(shared, shared=False), left_right(sites)) == weight
    assert cut(shared, left_right(sites)) == weight


@given(st.tuples(*[st.integers(1, 9)] * 3), st.integers(1, 4))
def test_4_2_left_right_ranks_of_shared_weights(channels, local_dim):
    # Symmetric products of two equal subtrees span rho (rho + 1) / 2 dimensions.
    rho = min(local_dim, channels[0])
    for below, width in pairwise(channels):
        rho = min(width, below, rho * (rho + 1) // 2)
    shared = Architecture(8, local_dim, channels, shared=True)
    assert rank(shared, left_right(8)) == rho


@given(st.tuples(*[st.integers(1, 6)] * 3), st.integers(1, 3))
@settings(max_examples=30)
def test_4_2_interleaved_ranks_do_not_feel_the_sharing(channels, local_dim):
    shared = Architecture(8, local_dim, channels, shared=True)
    assert rank(shared, interleaved(8)) == min(local_dim, channels[0]) ** 4


# T5, E7: the shallow network


@pytest.mark.parametrize(
    ("region", "ranks"), [((0, 1), [1, 2, 5, 16, 16]), ((0,), [1, 2, 4, 4, 4])]
)
def test_e7_shallow_networks_of_four_sites(region, ranks):
    found = [rank(Architecture.shallow(4, 4, k), region) for k in (1, 2, 5, 16, 40)]
    assert found == ranks


@pytest.mark.parametrize("channels", [2, 8, 32, 128])
def test_e7_a_shallow_network_needs_as_many_channels_as_its_rank(channels):
    shallow = Architecture.shallow(16, 2, channels)
    assert rank(shallow, left_right(16)) == rank(shallow, interleaved(16)) == channels


def test_e7_a_deep_network_of_two_channels_reaches_256():
    assert rank(Architecture(16, 2, (2, 2, 2, 2)), interleaved(16)) == 256


@given(st.integers(1, 4), st.integers(1, 40), st.integers(1, 5))
def test_t5_shallow_ranks(local_dim, channels, size):
    shallow = Architecture.shallow(6, local_dim, channels)
    expected = min(local_dim ** min(size, 6 - size), channels)
    assert rank(shallow, range(size)) == cut(shallow, range(size)) == expected


# T6 to T8: stripes, for any numbers of channels


def stripe_weight(architecture: Architecture, exponent: int) -> int:
    """T8, windows of two: rho_s ** (N / 2**(s+1)), stripes of 2**s sites."""
    widths = (architecture.local_dim, *architecture.channels)
    rho = min(widths[0], widths[1])
    for level in range(1, exponent + 1):
        rho = min(widths[level + 1], widths[level], rho**2)
    return rho ** (architecture.sites // 2 ** (exponent + 1))


@given(st.lists(st.integers(1, 300), min_size=1, max_size=7), st.integers(1, 300))
def test_t6_interleaved_cuts_depend_on_the_lowest_level_only(channels, local_dim):
    sites = 2 ** len(channels)
    architecture = Architecture(sites, local_dim, channels)
    assert cut(architecture, interleaved(sites)) == min(local_dim, channels[0]) ** (sites // 2)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=4), st.integers(1, 300))
def test_t6_windows_of_four_with_two_sites_inside(channels, local_dim):
    sites = 4 ** len(channels)
    architecture = Architecture(sites, local_dim, channels, window=4)
    expected = min(channels[0], local_dim**2) ** (sites // 4)
    assert cut(architecture, interleaved(sites)) == cut(architecture, stripes(sites, 2)) == expected


@given(st.lists(st.integers(1, 300), min_size=2, max_size=7), st.integers(1, 300))
def test_t7_left_right_cuts(channels, local_dim):
    levels = len(channels)
    sites = 2**levels
    # min(r_{L-1}, r_{L-2}, r_{L-3}^2, ..., r_l^(2^(L-2-l)), ..., r_0^(N/4), M^(N/2))
    candidates = [channels[-1], local_dim ** (sites // 2)]
    candidates += [r**2 ** (levels - 2 - level) for level, r in enumerate(channels[:-1])]
    architecture = Architecture(sites, local_dim, channels)
    assert cut(architecture, left_right(sites)) == min(candidates)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=7), st.integers(1, 300), st.data())
def test_t8_stripes_of_every_width(channels, local_dim, data):
    sites = 2 ** len(channels)
    exponent = data.draw(st.integers(0, len(channels) - 1))
    architecture = Architecture(sites, local_dim, channels)
    assert cut(architecture, stripes(sites, 2**exponent)) == stripe_weight(architecture, exponent)


@given(st.tuples(*[st.integers(1, 6)] * 3), st.integers(1, 3), st.integers(0, 2))
def test_t8_ranks_of_stripes_have_no_exceptions(channels, local_dim, exponent):
    architecture = Architecture(8, local_dim, channels)
    found = rank(architecture, stripes(8, 2**exponent))
    assert found == stripe_weight(architecture, exponent)


@given(st.tuples(*[st.integers(1, 9)] * 4), st.integers(1, 4), st.integers(0, 3))
def test_t8_an_aligned_block_has_the_rank_of_one_stripe(channels, local_dim, exponent):
    architecture = Architecture(16, local_dim, channels)
    two_blocks = Architecture(2 ** (exponent + 1), local_dim, channels[: exponent + 1])
    rho = stripe_weight(two_blocks, exponent)
    assert rank(architecture, range(2**exponent)) == rho


def test_e8_eight_sites_wide_base_and_wide_tip():
    base, tip = Architecture(8, 4, (4, 2, 2)), Architecture(8, 4, (2, 4, 4))
    ranks = [[rank(n, region) for region in (interleaved(8), left_right(8))] for n in (base, tip)]
    assert ranks == [[256, 2], [16, 4]]


# E8: the paper's own geometry, 64 x 64 pixels, windows of 2 x 2

STRIPES = (1, 2, 4, 8, 16, 32)
TABLE = {
    (10, "base"): (5449.7, 1362.4, 276.6, 69.2, 13.3, 3.3),
    (10, "tip"): (3401.7, 850.4, 276.6, 69.2, 21.3, 5.3),
    (20, "base"): (6473.7, 1618.4, 340.6, 85.2, 17.3, 4.3),
    (20, "tip"): (4425.7, 1106.4, 340.6, 85.2, 25.3, 6.3),
}
"""log2 of the minimal cut for column stripes of 1, 2, 4, ... pixels, by the formula of T8."""


def paper_network(r: int, kind: str) -> Architecture:
    """X2: channels [10; 4r, 4r, 2r, 2r, r, r; 10], or the six in the middle mirrored."""
    channels = (4 * r, 4 * r, 2 * r, 2 * r, r, r)
    order = channels if kind == "base" else channels[::-1]
    return Architecture(64**2, 10, order, window=4, shared=True, classes=10)


@pytest.mark.parametrize(("r", "kind"), TABLE)
def test_e8_column_stripes_of_the_papers_networks(r, kind):
    column = pixel_order(64) % 64
    for width, expected in zip(STRIPES, TABLE[r, kind], strict=True):
        region = np.flatnonzero(column // width % 2 == 0)
        # The table has one decimal.
        assert abs(math.log2(cut(paper_network(r, kind), region)) - expected) < 0.05 + 1e-9


@pytest.mark.parametrize(("r", "parameters"), [(10, 3600), (20, 13400)])
def test_x2_both_networks_have_equally_many_weights(r, parameters):
    assert 31 * r**2 + 50 * r == parameters
    for kind in ("base", "tip"):
        assert paper_network(r, kind).parameters == parameters


@given(st.lists(st.integers(1, 60), min_size=3, max_size=3), st.integers(1, 20), st.integers(0, 2))
def test_t8_column_stripes_in_windows_of_four(channels, local_dim, exponent):
    # [min(r_s, rho_s^2)]^(N / 4^(s+1)), rho_0 = min(M, r_0), rho_s = min(r_s, r_{s-1}, rho^4)
    column = pixel_order(8) % 8
    region = np.flatnonzero(column // 2**exponent % 2 == 0)
    rho = min(local_dim, channels[0])
    for level in range(1, exponent + 1):
        rho = min(channels[level], channels[level - 1], rho**4)
    expected = min(channels[exponent], rho**2) ** (64 // 4 ** (exponent + 1))
    assert cut(Architecture(64, local_dim, channels, window=4), region) == expected


# E3: all partitions


@pytest.mark.parametrize(("sites", "classes"), [(8, 12), (16, 126)])
def test_e3_classes_of_partitions(sites, classes):
    assert len(regions_up_to_symmetry(sites)) == classes


# E4: powers of one number


@pytest.mark.parametrize("seed", range(2))
def test_e4_powers_of_two_on_sixteen_sites(seed):
    # 0 differences in 31,568 cases with a cut below 256; a sample of them.
    rng = np.random.default_rng(seed)
    regions = regions_up_to_symmetry(16)
    compared = 0
    while compared < 40:
        architecture = Architecture(16, 2, 2 ** rng.integers(4, size=4))
        region = regions[rng.integers(len(regions))]
        if cut(architecture, region) < 256:
            assert rank(architecture, region) == cut(architecture, region)
            compared += 1


# E6: entropies of random weights, mean and standard deviation of 20 seeds


@pytest.mark.parametrize(
    ("sites", "local_dim", "channels", "side", "mean", "deviation", "cap"),
    [
        (16, 2, (2, 2, 2, 2), left_right, 0.046, 0.142, math.log(2)),
        (16, 2, (2, 2, 2, 2), interleaved, 0.816, 0.456, 8 * math.log(2)),
        (16, 2, (4, 4, 2, 2), interleaved, 1.732, 0.442, 8 * math.log(2)),
        (16, 2, (8, 8, 8, 8), interleaved, 2.596, 0.345, 8 * math.log(2)),
        (8, 4, (16, 16, 16), interleaved, 3.787, 0.260, 8 * math.log(2)),
    ],
)
def test_e6_mean_entropies(sites, local_dim, channels, side, mean, deviation, cap):
    architecture, rng = Architecture(sites, local_dim, channels), np.random.default_rng(66)
    region = side(sites)
    drawn = [
        entanglement_entropy(schmidt_spectrum(random_weights(architecture, rng=rng), region))
        for _ in range(40)
    ]
    assert max(drawn) <= cap
    # Two means of 20 and of 40 draws, each with its own spread: two-sided p of the difference.
    error = math.sqrt(deviation**2 / 20 + np.var(drawn, ddof=1) / 40)
    p = erfc(abs(np.mean(drawn) - mean) / error / math.sqrt(2))
    assert p > 0.002  # five comparisons: one false alarm in a hundred choices of the seed


@pytest.mark.parametrize(
    ("channels", "side", "cap"),
    [
        ((2, 2, 2, 2), left_right, 0.693),
        ((2, 2, 4, 4), left_right, 1.386),
        ((8, 8, 8, 8), left_right, 2.079),
        ((2, 2, 4, 4), interleaved, 5.545),
    ],
)
def test_e6_caps(channels, side, cap):
    architecture = Architecture(16, 2, channels)
    assert round(min_cut(architecture, side(16)).log_weight, 3) == cap
