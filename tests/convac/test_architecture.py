from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laws.strategies import architectures
from qnpapers.convac import Architecture, random_weights, region_mask
from qnpapers.errors import ArchitectureError, RegionError


def test_the_parts_of_an_architecture():
    architecture = Architecture(8, 3, (4, 5, 6), classes=10)
    assert architecture.levels == 3
    assert [architecture.sites_at(level) for level in range(4)] == [8, 4, 2, 1]
    assert architecture.weight_shapes() == ((8, 4, 3), (4, 5, 4), (2, 6, 5))
    assert architecture.parameters == 8 * 4 * 3 + 4 * 5 * 4 + 2 * 6 * 5 + 10 * 6


def test_shared_weights_are_counted_once():
    architecture = Architecture(8, 3, (4, 5, 6), shared=True, classes=10)
    assert architecture.weight_shapes() == ((1, 4, 3), (1, 5, 4), (1, 6, 5))
    assert architecture.parameters == 4 * 3 + 5 * 4 + 6 * 5 + 10 * 6


def test_shallow_is_one_window_over_all_sites():
    shallow = Architecture.shallow(6, 3, 7, shared=True, classes=2)
    assert shallow == Architecture(6, 3, (7,), window=6, shared=True, classes=2)
    assert shallow.levels == 1
    assert shallow.sites_at(1) == 1


@given(architectures())
def test_the_parameters_are_the_entries_of_the_weights(architecture):
    weights = random_weights(architecture, rng=np.random.default_rng(0))
    assert architecture.parameters == sum(a.size for a in (*weights.layers, weights.output))


def test_channels_may_be_any_sequence_of_integers():
    for channels in ([4, 5], np.array([4, 5]), (np.int64(4), 5), iter((4, 5))):
        architecture = Architecture(np.int64(4), 3, channels)
        assert architecture == Architecture(4, 3, (4, 5))
        assert hash(architecture) == hash(Architecture(4, 3, (4, 5)))
        assert [type(r) for r in architecture.channels] == [int, int]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sites": 3}, r"sites = 3: must be a power of the window 2, for example 4 or 8"),
        ({"sites": 1}, "sites = 1: must be an integer of at least 2"),
        ({"sites": 8.0}, "sites = 8.0: must be an integer"),
        ({"sites": True}, "sites = True: must be an integer"),
        ({"sites": "8"}, "sites = '8': must be an integer"),
        ({"sites": 12, "window": 3}, "must be a power of the window 3, for example 9 or 27"),
        ({"local_dim": 0}, "local_dim = 0: must be an integer of at least 1"),
        ({"local_dim": -2}, "local_dim = -2"),
        ({"window": 1}, "window = 1: must be an integer of at least 2"),
        ({"classes": 0}, "classes = 0: must be an integer of at least 1"),
        ({"channels": (4, 5)}, r"8 sites pooled 2 at a time make 3 levels.*got 2"),
        ({"channels": (4, 5, 6, 7)}, r"channels = \(4, 5, 6, 7\).*3 channel numbers.*got 4"),
        ({"channels": ()}, r"channels = \(\).*got 0"),
        ({"channels": (4, 0, 6)}, "channels = 0: must be an integer of at least 1"),
        ({"channels": (4, 2.5, 6)}, "channels = 2.5: must be an integer"),
        ({"channels": 4}, "channels = 4: must be a sequence of positive integers"),
        ({"channels": "456"}, "channels = '456': must be a sequence"),
        ({"channels": None}, "channels = None: must be a sequence"),
        ({"shared": 1}, "shared = 1: must be True or False"),
        ({"shared": "yes"}, "shared = 'yes': must be True or False"),
    ],
)
def test_impossible_architectures_are_refused(change, message):
    with pytest.raises(ArchitectureError, match=message):
        replace(Architecture(8, 3, (4, 5, 6)), **change)


@given(st.integers(2, 40).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(0, n - 1)))))
def test_region_mask_marks_the_region(case):
    sites, region = case
    if 0 < len(region) < sites:
        mask = region_mask(sites, region)
        assert mask.tolist() == [j in region for j in range(sites)]
    else:
        with pytest.raises(RegionError):
            region_mask(sites, region)


def test_regions_may_be_any_iterable_and_name_a_site_twice():
    expected = [True, False, True, False]
    for region in ([0, 2], (2, 0), {0, 2}, range(0, 4, 2), np.array([0, 2]), iter([0, 2, 0])):
        assert region_mask(4, region).tolist() == expected


@pytest.mark.parametrize(
    ("region", "message"),
    [
        ([], "region is empty: name at least one of the sites 0 to 3"),
        (np.array([], dtype=int), "region is empty"),
        (range(4), "region holds all 4 sites: its complement must not be empty"),
        ([4], "region names site 4: allowed are 0 to 3"),
        ([0, -1], "region names site -1: allowed are 0 to 3"),
        ([0.0, 1.0], r"region = \[0.0, 1.0\]: must hold integers, the sites 0 to 3"),
        (["a"], "must hold integers"),
        ([None], "must hold integers"),
        (np.array([True, False, True, False]), "must hold integers"),
        ([[0, 1], [2, 3]], "must hold integers"),
        ([[0], [1, 2]], "must hold integers"),
        ([0.5] * 100, r"0\.5, 0\.5, .*\.\.\.: must hold integers"),
        (2, "region = 2: must be an iterable of sites 0 to 3"),
        ("01", "region = '01': must be an iterable"),
        (b"01", "must be an iterable"),
        (None, "region = None: must be an iterable"),
    ],
)
def test_impossible_regions_are_refused(region, message):
    with pytest.raises(RegionError, match=message):
        region_mask(4, region)
