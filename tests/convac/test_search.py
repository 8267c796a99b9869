from __future__ import annotations

import importlib
import sys
from itertools import product

import numpy as np
import pytest

from qnpapers.convac import (
    Architecture,
    certified_rank,
    min_cut,
    refined_cut,
    regions_up_to_symmetry,
    search_architectures,
)
from qnpapers.convac.finite_field import PRIME
from qnpapers.convac.score_table import SECOND_PRIME
from qnpapers.errors import ArchitectureError, ParameterError, RegionError

search = importlib.import_module("qnpapers.convac.search")
BOUNDS = {
    "minimal cut": lambda architecture, region: min_cut(architecture, region).weight,
    "refined cut": refined_cut,
}


def found(*arguments, seed=0, **options):
    return search_architectures(*arguments, rng=np.random.default_rng(seed), **options)


def one_by_one(sites, channels, levels, window, shared, bound):
    """Every case on its own, without the search."""
    rng = np.random.default_rng(1)
    cases, misses = 0, []
    for widths in product(channels, repeat=levels):
        network = Architecture(sites, 2, widths, window, shared)
        for region in regions_up_to_symmetry(sites, window):
            cases += 1
            rank, limit = certified_rank(network, region, rng=rng), BOUNDS[bound](network, region)
            if rank != limit:
                misses.append((limit, network.parameters, rank, widths, region))
    return cases, sorted(misses)


@pytest.mark.parametrize("bound", BOUNDS)
@pytest.mark.parametrize(
    ("sites", "channels", "levels", "window", "shared"),
    [
        (4, (1, 2, 3, 4), 2, 2, True),
        (9, (2, 3, 4), 2, 3, False),
        (9, (2, 3), 2, 3, True),
        (4, (2, 3, 5), 1, 4, True),
        (8, (2, 4), 3, 2, True),
    ],
)
def test_it_finds_what_looking_at_every_case_finds(sites, channels, levels, window, shared, bound):
    result = found(sites, channels, window=window, shared=shared, bound=bound)
    cases, misses = one_by_one(sites, channels, levels, window, shared, bound)
    assert (result.cases, result.skipped, result.completed) == (cases, 0, True)
    assert misses == sorted(
        (miss.bound, miss.parameters, miss.rank, miss.architecture.channels, miss.region)
        for miss in result.misses
    )


def test_4_1_the_smallest_unshared_miss_is_found():
    result = found(9, range(2, 6), window=3)
    assert [(m.architecture.channels, m.rank, m.bound) for m in result.misses] == [((3, 2), 7, 8)]
    [miss] = result.misses
    assert miss.architecture == Architecture(9, 2, (3, 2), window=3)
    assert [prime for prime, _ in miss.certificates] == 3 * [PRIME] + 2 * [SECOND_PRIME]
    assert {rank for _, rank in miss.certificates} == {7}


def test_4_2_the_smallest_shared_miss_is_found():
    result = found(4, range(1, 7), shared=True)
    first = result.misses[0]
    assert (first.architecture.channels, first.rank, first.bound) == ((4, 4), 3, 4)
    assert list(result.misses) == sorted(result.misses)
    assert not found(4, range(1, 7)).misses


def test_16_sites_a_sample_of_networks():
    result = found(16, range(2, 6), sample=3)
    assert result.cases + result.skipped == 3 * 126
    assert result.cases == 3 * 126  # two-dimensional sites: no cut exceeds 256


def test_regions_with_a_large_cut_are_skipped():
    result = found(8, [5], local_dims=[3], largest_cut=8)
    cuts = [min_cut(Architecture(8, 3, (5, 5, 5)), r).weight for r in regions_up_to_symmetry(8)]
    assert result.cases == sum(cut <= 8 for cut in cuts)
    assert result.skipped == sum(cut > 8 for cut in cuts) > 0
    none = found(8, [5], local_dims=[3], largest_cut=1)
    assert (none.cases, none.skipped, none.misses) == (0, 12, ())


def test_the_same_seed_finds_the_same():
    one, other = (found(9, [2, 3], window=3, sample=5, seed=4) for _ in range(2))
    assert one == other
    assert [m.certificates for m in one.misses] == [m.certificates for m in other.misses]


def test_a_rank_that_is_small_by_accident_is_no_miss(monkeypatch):
    right = search.certify

    def unlucky(*arguments, **options):
        return right(*arguments, **options) - 1

    monkeypatch.setattr(search, "certify", unlucky)
    assert found(4, [2, 3]).misses == ()


def test_a_miss_keeps_the_largest_rank_of_all_draws(monkeypatch):
    right = search.certify
    monkeypatch.setattr(search, "certify", lambda *a, **k: np.minimum(right(*a, **k), 5))
    [miss] = found(9, [2, 3], window=3).misses
    assert miss.rank == 7
    assert [rank for _, rank in miss.certificates] == [5, 7, 7, 7, 7]


def test_an_interruption_keeps_what_was_found(monkeypatch):
    networks = []
    right = search.certify

    def interrupted(architecture, *arguments, **options):
        networks.append(architecture)
        if len(networks) > 3:
            raise KeyboardInterrupt
        return right(architecture, *arguments, **options)

    monkeypatch.setattr(search, "certify", interrupted)
    result = found(9, [3, 2], window=3)
    assert not result.completed
    assert result.cases == 3 * len(regions_up_to_symmetry(9, 3))
    assert [m.architecture.channels for m in result.misses] == [(3, 2)]
    assert [n.channels for n in networks] == [(2, 2), (2, 3), (3, 2), (3, 3)]


@pytest.mark.parametrize("terminal", [False, True])
def test_the_bar_is_drawn_on_terminals_only(monkeypatch, capsys, terminal):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    monkeypatch.setenv("FORCE_COLOR", "1")
    found(4, [2, 3])
    shown = capsys.readouterr()
    assert shown.out == ""
    assert ("networks" in shown.err) == terminal


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ((8, []), {}, ParameterError, "channels: at least one number is needed, got none"),
        ((8, [2]), {"local_dims": []}, ParameterError, "local_dims: at least one number"),
        ((8, [2]), {"bound": "cut"}, ParameterError, "bound = 'cut': must be 'minimal cut' or"),
        ((8, [2]), {"largest_cut": 0}, ParameterError, "largest_cut = 0: must be between 1 and"),
        ((8, [2]), {"largest_cut": 5000}, ParameterError, "largest_cut = 5000.* and 4096"),
        ((8, [2]), {"draws": 0}, ParameterError, "draws = 0: must be at least 1"),
        ((8, [2]), {"sample": 0}, ParameterError, "sample = 0: must be at least 1, or None"),
        ((6, [2]), {}, RegionError, "sites = 6: must be a power of the window 2"),
        ((8, [0, 2]), {}, ArchitectureError, "channels = 0: must be an integer of at least 1"),
        ((8, [2]), {"window": 1}, RegionError, "sites = 8: must be a power of the window 1"),
    ],
)
def test_ranges_that_are_none_are_refused(arguments, options, error, message):
    with pytest.raises(error, match=message):
        found(*arguments, **options)
