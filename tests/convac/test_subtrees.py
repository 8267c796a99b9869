from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laws.strategies import architectures, regions
from qnpapers.convac import (
    Architecture,
    Subtrees,
    distinct_subtrees,
    region_mask,
    regions_up_to_symmetry,
)
from qnpapers.convac.subtrees import restricted, subtrees_of_region
from qnpapers.errors import RegionError

SOME = ((2, 2), (4, 2), (8, 2), (16, 2), (9, 3), (16, 4), (8, 8))


def marks_below(subtrees: Subtrees, level: int, number: int) -> tuple[bool, ...]:
    """The marks on the sites of a subtree, from left to right."""
    if level == 0:
        return (bool(subtrees.inside[number]),)
    children = subtrees.children[level - 1][number]
    return sum((marks_below(subtrees, level - 1, child) for child in children), ())


def sites_below(subtrees: Subtrees, level: int, number: int) -> list[int]:
    if level == 0:
        return [int(subtrees.places[0][number])]
    children = subtrees.children[level - 1][number]
    return [site for child in children for site in sites_below(subtrees, level - 1, child)]


@st.composite
def several(draw: st.DrawFn) -> tuple[Architecture, list[tuple[int, ...]]]:
    architecture = draw(architectures(shapes=SOME))
    return architecture, draw(st.lists(regions(architecture.sites), min_size=1, max_size=6))


@given(several())
def test_every_region_can_be_read_off_its_subtree(case):
    architecture, wanted = case
    subtrees = distinct_subtrees(architecture, wanted)
    for region, top in zip(wanted, subtrees.tops, strict=True):
        marks = marks_below(subtrees, architecture.levels, int(top))
        if architecture.shared:  # children in any order: only their number is sure
            assert sum(marks) == len(set(region))
        else:
            assert sites_below(subtrees, architecture.levels, int(top)) == list(
                range(architecture.sites)
            )
            assert np.array_equal(marks, region_mask(architecture.sites, region))


@given(several())
def test_no_subtree_is_listed_twice(case):
    architecture, wanted = case
    subtrees = distinct_subtrees(architecture, wanted)
    for level, places in enumerate(subtrees.places):
        found = [
            (place, marks_below(subtrees, level, number))
            for number, place in enumerate(places.tolist())
        ]
        assert len(set(found)) == len(found)


def test_the_subtrees_of_eight_sites():
    # Unshared: the pairs at 4 places look like --, -x, x-, xx as the 12 classes need them.
    for shared, joins in ((False, 31), (True, 21)):
        architecture = Architecture(8, 2, (2, 2, 2), shared=shared)
        subtrees = distinct_subtrees(architecture, regions_up_to_symmetry(8))
        assert subtrees.count == joins < 12 * 7
        assert len(subtrees.tops) == 12


def test_shared_weights_do_not_tell_places_apart():
    shared = Architecture(4, 2, (2, 2), shared=True)
    subtrees = distinct_subtrees(shared, [(0,), (1,), (2,), (3,), (0, 1)])
    assert [len(places) for places in subtrees.places] == [2, 3, 2]
    assert len(set(subtrees.tops[:4].tolist())) == 1


@given(several(), st.data())
@settings(max_examples=30)
def test_restricting_keeps_what_the_regions_need(case, data):
    architecture, wanted = case
    kept = data.draw(st.lists(st.sampled_from(range(len(wanted))), min_size=1, unique=True))
    some, numbers = restricted(distinct_subtrees(architecture, wanted), np.array(kept))
    alone = distinct_subtrees(architecture, [wanted[k] for k in kept])
    assert [len(level) for level in some.places] == [len(level) for level in alone.places]
    assert [len(level) for level in numbers] == [len(level) for level in some.places]
    for top, expected in zip(some.tops, alone.tops, strict=True):
        levels = architecture.levels
        assert marks_below(some, levels, int(top)) == marks_below(alone, levels, int(expected))


@given(several())
@settings(max_examples=20)
def test_all_subtrees_of_one_region(case):
    architecture, (region, *_) = case
    mask = region_mask(architecture.sites, region)
    subtrees = subtrees_of_region(mask, architecture.window)
    assert sites_below(subtrees, architecture.levels, 0) == list(range(architecture.sites))
    assert np.array_equal(marks_below(subtrees, architecture.levels, 0), mask)


def test_regions_that_are_none_are_refused():
    architecture = Architecture(4, 2, (2, 2))
    with pytest.raises(RegionError, match="at least one region is needed, got none"):
        distinct_subtrees(architecture, [])
    with pytest.raises(RegionError, match="region is empty"):
        distinct_subtrees(architecture, [(0,), ()])
