from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational
from sympy.physics.wigner import wigner_6j

from laws.strategies import networks_with_region, seeds
from oracles.bridges import flattening_rank, smallest_cut
from qnpapers.convac import (
    Architecture,
    bridge_cut,
    bridge_in,
    bridge_rank,
    certified_bridge_rank,
    certified_rank,
    min_cut,
    pencil_blocks,
)
from qnpapers.errors import ArchitectureError, RegionError, ShapeError, SizeError

SIDE = st.integers(1, 6)
LEGS = st.tuples(SIDE, SIDE)


@given(LEGS, LEGS, st.integers(1, 5))
def test_the_cut_is_the_best_of_all_cuts(left, right, bond):
    assert bridge_cut(left, right, bond) == smallest_cut(left, right, bond)


@given(LEGS, LEGS, st.integers(1, 3), seeds)
@settings(max_examples=40)
def test_certified_ranks_are_those_of_another_program(left, right, bond, seed):
    rng = np.random.default_rng(seed)
    found = certified_bridge_rank(left, right, bond, rng=rng)
    assert found == flattening_rank(left, right, bond, 2**31 - 19, rng)
    assert found <= bridge_cut(left, right, bond)


def test_the_formula_for_all_small_shapes():
    rng = np.random.default_rng(0)
    sides = range(1, 6)
    for a, b, c, d in product(sides, repeat=4):
        assert certified_bridge_rank((a, b), (c, d), rng=rng) == bridge_rank((a, b), (c, d))


def test_4_3_the_smallest_shapes_that_miss_their_cut():
    # (3,5),(3,5): 14 < 15, the smallest up to 8, in the paper's file; here the legs (inside,
    # outside) of the second tensor are exchanged.
    sides = range(1, 9)
    missed = [
        (bridge_cut((a, b), (c, d)), (a, b), (c, d))
        for a, b, c, d in product(sides, repeat=4)
        if bridge_rank((a, b), (c, d)) < bridge_cut((a, b), (c, d))
    ]
    assert min(missed) == (15, (3, 5), (5, 3))
    assert bridge_rank((3, 5), (5, 3)) == 14
    # With b = a + 1 or b = 2a there is one kind of block only, and nothing is missed.
    assert not any(b in (a + 1, 2 * a) for _, (a, b), _ in missed if a < b)


def test_what_is_missed_is_a_product_of_numbers_of_blocks():
    # Left blocks (i, i+1), right blocks (k+1, k): the two cheap cuts take i (k+1) or (i+1) k from
    # every pair, the rank the smaller one of each pair; they differ where {i, k} = {s, s+1}.
    for a, b, c, d in product(range(1, 13), repeat=4):
        if a < b <= 2 * a and c < d <= 2 * c:
            left, right = ([i for i, _ in pencil_blocks(legs)] for legs in ((a, b), (c, d)))
            missed = min(
                sum(i < k for i in left for k in right), sum(k < i for i in left for k in right)
            )
            same = a // (b - a) == c // (d - c) and a % (b - a) > 0 and c % (d - c) > 0
            assert bridge_cut((a, b), (d, c)) - bridge_rank((a, b), (d, c)) == missed
            assert (missed > 0) == same


@given(LEGS, LEGS)
def test_the_formula_does_not_depend_on_the_order(left, right):
    rank = bridge_rank(left, right)
    assert rank == bridge_rank(right, left) == bridge_rank(left[::-1], right[::-1])
    wider = (left[0] + 1, left[1])
    assert rank <= bridge_rank(wider, right) <= bridge_cut(wider, right)


@given(st.integers(1, 30), st.integers(1, 30))
def test_blocks_fill_the_pencil_and_are_as_equal_as_can_be(a, b):
    blocks = pencil_blocks((a, b))
    assert sum(i for i, _ in blocks) == a
    assert sum(j for _, j in blocks) == b
    assert len({i for i, _ in blocks}) <= 2
    assert {abs(i - j) for i, j in blocks} == ({1} if a != b else {0})
    assert max(i for i, _ in blocks) - min(i for i, _ in blocks) <= 1


@pytest.mark.parametrize("i", range(1, 6))
@pytest.mark.parametrize("j", range(1, 6))
def test_joints_of_blocks_are_6j_symbols_that_are_never_zero(i, j):
    # Blocks are maps of spins: (i-1)/2 to i/2, and j/2 to (j-1)/2. At total spin J their joint is
    # the 6j symbol below times nonzero factors; so it has full rank.
    one, half = i - 1, 1  # doubled spins
    totals = set(range(abs(one - j), one + j + 1, 2)) & set(range(abs(i - j + 1), i + j, 2))
    for two_total in totals:
        spins = (one, j, two_total, j - 1, i, half)
        assert wigner_6j(*(Rational(two_j, 2) for two_j in spins)) != 0
    assert sum(total + 1 for total in totals) == min(i * (j + 1), (i + 1) * j)


def test_the_bridge_inside_a_network():
    network = Architecture(16, 2, (3, 5, 5, 2))
    region = (5, 6, 7, 11, 12, 13, 14, 15)
    assert bridge_in(network, region) == ((6, 10), (10, 6))
    assert bridge_rank((6, 10), (10, 6)) == 56
    assert bridge_cut((6, 10), (10, 6)) == min_cut(network, region).weight == 60


@given(networks_with_region(shapes=((4, 2), (8, 2))))
def test_a_network_with_two_channels_at_the_top_is_at_most_its_bridge(case):
    architecture, region = case
    top = Architecture(
        architecture.sites,
        architecture.local_dim,
        (*architecture.channels[:-1], 2),
        shared=architecture.shared,
    )
    left, right = bridge_in(top, region)
    rank = certified_rank(top, region, rng=np.random.default_rng(0))
    assert rank <= bridge_rank(left, right) <= min_cut(top, region).weight


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: bridge_cut((0, 1), (1, 1)), ShapeError, "every dimension must be at least 1"),
        (lambda: bridge_cut((1, 1), (1, 1), 0), ShapeError, r"left = \(1, 1\).* bond = 0"),
        (lambda: bridge_rank((1, 1), (1, -1)), ShapeError, r"right = \(1, -1\)"),
        (
            lambda: certified_bridge_rank((65, 1), (64, 1), rng=np.random.default_rng(0)),
            SizeError,
            r"the flattening has the shape \(4160, 1\): at most 4096 a side",
        ),
        (
            lambda: bridge_in(Architecture(9, 2, (2, 2), window=3), [0]),
            ArchitectureError,
            "window = 3, 2 levels: a bridge needs windows of two and at least two levels",
        ),
        (lambda: bridge_in(Architecture(2, 2, (2,)), [0]), ArchitectureError, "window = 2, 1 lev"),
        (lambda: bridge_in(Architecture(4, 2, (2, 2)), []), RegionError, "region is empty"),
    ],
)
def test_what_is_no_bridge_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
