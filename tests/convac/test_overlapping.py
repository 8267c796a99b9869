"""Overlapping circuits: shapes, copies, the upper bound, and certified ranks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laws.strategies import regions, seeds
from oracles.circuits import (
    basis_values,
    degree_in,
    input_variables,
    overlapping_polynomial,
    rank_between,
    rank_of_state,
)
from qnpapers.convac import (
    Architecture,
    OverlappingArchitecture,
    certified_overlapping_rank,
    certified_rank,
    overlapping_bound,
)
from qnpapers.convac.overlapping import overlapping_scores
from qnpapers.errors import ArchitectureError, ParameterError, RegionError, SizeError

ROWS = ((6, 2, 1, 3), (6, 3, 1, 2), (7, 3, 2, 2), (8, 2, 2, 3), (5, 3, 1, 1), (5, 2, 1, 4))
"""(sites, kernel, stride, levels) whose windows cover each level."""

DIMENSIONS = st.integers(1, 3)


def rank(net, region, seed=0, **options):
    return certified_overlapping_rank(net, region, rng=np.random.default_rng(seed), **options)


@st.composite
def circuits(draw: st.DrawFn, local_dims=DIMENSIONS) -> OverlappingArchitecture:
    sites, kernel, stride, levels = draw(st.sampled_from(ROWS))
    channels = draw(st.lists(st.integers(1, 4), min_size=levels, max_size=levels))
    return OverlappingArchitecture(
        sites, draw(local_dims), tuple(channels), kernel, stride, draw(st.booleans())
    )


@st.composite
def circuits_with_region(draw: st.DrawFn, **options):
    net = draw(circuits(**options))
    return net, draw(regions(net.sites))


def drawn_weights(net, seed, highest=10**6):
    rng = np.random.default_rng(seed)
    layers = [rng.integers(-highest, highest, size=shape) for shape in net.weight_shapes()]
    return layers, rng.integers(1, highest, size=net.channels[-1])


# Shapes and copies


def test_places_shapes_and_parameters_by_hand():
    net = OverlappingArchitecture(7, 2, (3, 4), kernel=3, stride=2)
    assert [net.places(level) for level in range(3)] == [7, 3, 1]
    assert net.weight_shapes() == ((3, 3, 3, 2), (1, 3, 4, 3))
    assert net.parameters == 3 * 3 * 3 * 2 + 3 * 4 * 3 + 4
    assert net.receptive_field == 7
    shared = OverlappingArchitecture(20, 2, (3, 4), kernel=3, shared=True)
    assert shared.weight_shapes() == ((1, 3, 3, 2), (1, 3, 4, 3))
    assert shared.receptive_field == 5
    assert (shared.levels, shared.places(2)) == (2, 16)


def test_copies_by_hand():
    one = OverlappingArchitecture(5, 2, (2,), kernel=2)
    assert one.copies == (1, 2, 2, 2, 1)
    two = OverlappingArchitecture(5, 2, (2, 2), kernel=2)
    assert two.copies == (1, 3, 4, 3, 1)
    assert OverlappingArchitecture(8, 2, (2, 2, 2), kernel=2, stride=2).copies == (1,) * 8
    assert max(OverlappingArchitecture(40, 2, (2,) * 4, kernel=3).copies) == 3**4


SMALL = (
    OverlappingArchitecture(4, 2, (2, 2), kernel=2),
    OverlappingArchitecture(5, 2, (2, 3), kernel=3, shared=True),
    OverlappingArchitecture(5, 2, (3, 2, 2), kernel=2, shared=True),
    OverlappingArchitecture(5, 3, (2, 2), kernel=2),
    OverlappingArchitecture(4, 2, (3, 2, 2), kernel=2),
    OverlappingArchitecture(7, 2, (2, 2), kernel=3, stride=2),
    OverlappingArchitecture(8, 2, (2, 1, 3), kernel=2, stride=2),
)


@pytest.mark.parametrize("net", SMALL)
def test_copies_are_the_degrees_of_the_polynomial(net):
    layers, output = drawn_weights(net, seed=3)
    variables = input_variables(net.sites, net.local_dim)
    polynomial = overlapping_polynomial(layers, output, net.stride, variables)
    assert tuple(degree_in(polynomial, site) for site in range(net.sites)) == net.copies


def test_scores_are_the_values_of_the_polynomial():
    net, numbers = SMALL[2], (1, 0, 0, 1, 1)
    layers, output = drawn_weights(net, seed=4, highest=3)
    inputs = basis_values(net.sites, net.local_dim, numbers)
    expected = overlapping_polynomial(layers, output, net.stride, inputs)[()]
    signals = [np.eye(2, dtype=np.uint32)[None, None, d] for d in numbers]
    residues = [(layer % (2**31 - 1)).astype(np.uint32) for layer in layers]
    top = output[None].astype(np.uint32)
    assert overlapping_scores(net, residues, top, signals).tolist() == [[[expected % (2**31 - 1)]]]


# Ranks


@pytest.mark.parametrize("net", SMALL)
def test_the_rank_of_functions_is_that_of_the_coefficients_of_the_polynomial(net):
    layers, output = drawn_weights(net, seed=5)
    variables = input_variables(net.sites, net.local_dim)
    polynomial = overlapping_polynomial(layers, output, net.stride, variables)
    for region in ((0,), (0, 1), (1, 2), (0, 2)):
        assert rank(net, region, inputs="random") == rank_between(polynomial, region)


@given(circuits_with_region(local_dims=st.integers(1, 2)), seeds)
@settings(max_examples=25)
def test_the_rank_of_states_is_that_of_the_table_of_all_amplitudes(case, seed):
    net, region = case
    layers, output = drawn_weights(net, seed)

    def amplitude(numbers):
        inputs = basis_values(net.sites, net.local_dim, numbers)
        return overlapping_polynomial(layers, output, net.stride, inputs)

    assert rank(net, region) == rank_of_state(amplitude, net.sites, net.local_dim, region)


@given(circuits_with_region(), seeds)
def test_no_rank_is_above_the_bound_and_functions_have_no_smaller_rank_than_states(case, seed):
    net, region = case
    state = rank(net, region, seed)
    assert 1 <= state <= overlapping_bound(net, region)
    if overlapping_bound(net, region, inputs="random") <= 200:
        function = rank(net, region, seed, inputs="random")
        assert state <= function <= overlapping_bound(net, region, inputs="random")


@given(circuits_with_region(local_dims=st.integers(1, 2)), seeds)
def test_the_complement_and_the_mirror_image_have_the_same_rank(case, seed):
    net, region = case
    complement = [site for site in range(net.sites) if site not in region]
    mirrored = [net.sites - 1 - site for site in region]
    assert len({rank(net, one, seed) for one in (region, complement, mirrored)}) == 1


@given(
    st.sampled_from(((4, 2, 2), (8, 2, 3), (9, 3, 2), (3, 3, 1))),
    st.lists(st.integers(1, 5), min_size=3, max_size=3),
    st.integers(1, 3),
    st.data(),
    seeds,
)
def test_without_overlaps_it_is_the_tree(shape, widths, local_dim, data, seed):
    sites, window, levels = shape
    channels = tuple(widths[:levels])
    region = data.draw(regions(sites))
    net = OverlappingArchitecture(sites, local_dim, channels, kernel=window, stride=window)
    tree = Architecture(sites, local_dim, channels, window)
    expected = certified_rank(tree, region, rng=np.random.default_rng(seed))
    assert rank(net, region, seed) == expected
    assert rank(net, region, seed, inputs="random") == expected
    assert net.parameters == tree.parameters


@pytest.mark.parametrize("shared", [False, True])
def test_intervals_at_one_end_by_hand(shared):
    # M = 2, K = 3, L = 3: four sites on each side are near, and three channels are left at the top.
    net = OverlappingArchitecture(14, 2, (2, 2, 3), kernel=3, shared=shared)
    expected = [2, 4, 8, 16, 32, 48, 48]
    assert [overlapping_bound(net, range(n)) for n in range(1, 8)] == expected
    assert [rank(net, range(n)) for n in range(1, 8)] == expected
    assert overlapping_bound(net, range(5, 14)) == 32  # 2**5 on the other side


def test_one_level_is_a_cp_decomposition_with_as_many_terms_as_channels():
    for channels in (1, 2, 3, 7):
        net = OverlappingArchitecture(8, 2, (channels,), kernel=3)
        for region in ((0, 1, 2), (0, 2, 4, 6), (3, 4)):
            expected = min(channels, 2 ** len(region))
            assert rank(net, region) == overlapping_bound(net, region) == expected


def test_the_bound_of_functions_by_hand():
    # Two levels of pairs on four sites: degrees 1, 3, 3, 1, of which the middle place of level 1
    # brings 0, 2, 2, 0; it stands in both windows of level 2.
    net = OverlappingArchitecture(4, 2, (5, 5), kernel=2)
    assert net.copies == (1, 3, 3, 1)
    assert overlapping_bound(net, (0, 1)) == 4
    assert overlapping_bound(net, (0, 1), inputs="random") == min(2 * 4, 5 * 3)
    narrow = OverlappingArchitecture(4, 2, (5, 2), kernel=2)
    assert overlapping_bound(narrow, (0, 1), inputs="random") == 2 * 3


def test_more_rank_than_basis_inputs_can_show():
    net = OverlappingArchitecture(6, 2, (2, 2, 2), kernel=2)
    assert rank(net, (0, 1)) == 4
    assert rank(net, (0, 1), inputs="random") > 4  # not linear in each input


@pytest.mark.parametrize("at_most", [1, 5, 12])
def test_it_stops_at_the_rank_that_is_asked_for(at_most):
    net = OverlappingArchitecture(28, 2, (2,) * 6, kernel=3)
    assert rank(net, range(14), at_most=at_most) == at_most


def test_the_same_seed_gives_the_same_rank():
    net = OverlappingArchitecture(30, 3, (1, 2, 2), kernel=2)
    assert rank(net, range(9), 7) == rank(net, range(9), 7)


# Errors


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1, 2, (2,)), "sites = 1: must be an integer of at least 2"),
        ((4, 0, (2,)), "local_dim = 0: must be an integer of at least 1"),
        ((4, True, (2,)), "local_dim = True: must be an integer of at least 1"),
        ((4, 2, (2, 0)), "channels = 0: must be an integer of at least 1"),
        ((4, 2, 3), "channels = 3: must be a sequence of positive integers, one for each level"),
        ((4, 2, "22"), "channels = '22': must be a sequence of positive integers"),
        ((4, 2, ()), r"channels = \(\): at least one level is needed"),
        ((4, 2, (2,), 1), "kernel = 1: must be an integer of at least 2"),
        ((4, 2, (2,), 2, 0), "stride = 0: must be an integer of at least 1"),
        ((6, 2, (2,), 2, 3), "stride = 3: must be at most the kernel 2, or inputs would be left"),
        ((3, 2, (2,), 4), "level 1: windows of 4 in steps of 1 do not cover 3 places exactly"),
        ((4, 2, (2, 2), 3), "level 2: windows of 3 in steps of 1 do not cover 2 places exactly"),
        ((6, 2, (2,), 3, 2), "level 1: windows of 3 in steps of 2 do not cover 6 places exactly"),
    ],
)
def test_shapes_that_are_none_are_refused(arguments, message):
    with pytest.raises(ArchitectureError, match=message):
        OverlappingArchitecture(*arguments)


def test_regions_and_inputs_that_are_none_are_refused():
    net = OverlappingArchitecture(6, 2, (2, 2))
    for function in (overlapping_bound, rank):
        with pytest.raises(RegionError, match="region is empty"):
            function(net, [])
        with pytest.raises(ParameterError, match="inputs = 'all': must be 'basis' or 'random'"):
            function(net, [0], inputs="all")


def test_ranks_too_large_for_a_table_are_refused():
    net = OverlappingArchitecture(28, 2, (2,) * 6, kernel=3)
    with pytest.raises(SizeError, match="the rank may be 2048, too large for a table of 4096"):
        rank(net, range(14))
    with pytest.raises(SizeError, match="at_most = 0: must be at least 1"):
        rank(net, range(14), at_most=0)
