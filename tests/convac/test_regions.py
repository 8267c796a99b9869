from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracles.partitions import classes
from qnpapers.convac import (
    balanced_regions,
    interleaved,
    left_right,
    regions_up_to_symmetry,
    stripes,
)
from qnpapers.errors import RegionError


def balanced(sites: int, most: int):
    return balanced_regions(sites, most, rng=np.random.default_rng(0))


def test_balanced_regions_are_all_halves_or_some_of_them():
    every = balanced(8, 1000)
    assert len(every) == 35  # C(8, 4) / 2
    assert len(set(every)) == 35
    assert every[:4] == [left_right(8), (0, 1, 4, 5), (0, 1, 6, 7), (0, 1, 2, 4)]
    some = balanced(16, 5)
    assert all(len(region) == 8 and region[0] == 0 for region in some)
    assert some[0] == left_right(16)
    assert 1 + 3 < len(some) <= 1 + 3 + 5 + 5
    assert set(balanced(4, 2)) <= {(0, 1), (0, 2), (0, 3)}


def test_the_regions_of_eight_sites():
    assert left_right(8) == (0, 1, 2, 3)
    assert interleaved(8) == (0, 2, 4, 6)
    assert stripes(8, 2) == (0, 1, 4, 5)


@given(st.integers(1, 12), st.integers(1, 6))
def test_stripes_alternate(width, pairs):
    sites = 2 * width * pairs
    pattern = [j in stripes(sites, width) for j in range(sites)]
    assert pattern == ([True] * width + [False] * width) * pairs


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: stripes(8, 3), "width = 3: two stripes of this width must divide 8 sites"),
        (lambda: stripes(8, 8), "width = 8"),
        (lambda: stripes(8, 0), "width = 0"),
        (lambda: stripes(8, -1), "width = -1"),
        (lambda: interleaved(9), "width = 1: two stripes of this width must divide 9 sites"),
        (lambda: left_right(9), "width = 4"),
        (lambda: balanced(6, 1), "sites = 6, most = 1: a power of 2 and at least 1 region"),
        (lambda: balanced(1, 1), "sites = 1"),
        (lambda: balanced(8, 0), "most = 0"),
        (lambda: regions_up_to_symmetry(6), "sites = 6: must be a power of the window 2"),
        (lambda: regions_up_to_symmetry(8, 3), "sites = 8: must be a power of the window 3"),
        (lambda: regions_up_to_symmetry(1), "sites = 1: must be a power of the window 2"),
        (lambda: regions_up_to_symmetry(4, 1), "sites = 4: must be a power of the window 1"),
    ],
)
def test_impossible_regions_are_refused(call, message):
    with pytest.raises(RegionError, match=message):
        call()


@pytest.mark.parametrize(
    ("sites", "window"), [(2, 2), (4, 2), (8, 2), (16, 2), (3, 3), (9, 3), (4, 4), (16, 4), (8, 8)]
)
def test_one_region_for_each_class_of_bipartitions(sites, window):
    representative = classes(sites, window)
    found = [
        representative[sum(2**j for j in region)]
        for region in regions_up_to_symmetry(sites, window)
    ]
    assert len(set(found)) == len(found)
    assert set(found) == set(np.unique(representative).tolist()) - {0}
