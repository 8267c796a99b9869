"""The certified search: many networks, all classes of regions; beside dense tensors and FLINT."""

from __future__ import annotations

import numpy as np
import pytest
from dense import dense_flint_rank
from measuring import counted_work, once, peer, rates, seconds

from qnpapers.convac import (
    Architecture,
    certified_rank,
    certified_ranks,
    distinct_subtrees,
    min_cuts,
    refined_cuts,
    regions_up_to_symmetry,
    search_architectures,
)

SEARCH = "Certified cases per second, one core (widths 2 to 5, all classes of regions, cut <= 256)"
WORK = "The same search: its work and the floor"
BOUNDS = "Bounds on all classes of regions of one network (widths 3, 5, 5, 2 from below, ms)"
LARGEST_CUT = 256


@pytest.mark.parametrize(
    ("sites", "local_dim", "networks"),
    [(8, 2, 60), (8, 3, 60), (8, 4, 60), (8, 5, 60), (16, 2, 4), (16, 3, 4), (16, 5, 4)],
)
def test_search_beside_one_by_one_and_dense(tables, floor, sites, local_dim, networks):
    def search():
        rng = np.random.default_rng(2017)
        options = {"local_dims": [local_dim], "sample": networks, "largest_cut": LARGEST_CUT}
        return search_architectures(sites, range(2, 6), **options, rng=rng)

    with counted_work() as work:
        found = search()
    assert found.misses == ()
    elapsed = seconds(search, repeats=3)
    cases = _some_cases(sites, local_dim, networks // 4)
    rng = np.random.default_rng(0)
    alone = once(lambda: [certified_rank(*case, rng=rng) for case in cases]) / len(cases)
    dense: object = "-"
    if local_dim**sites <= 2**16:
        few = cases[::20]
        dense = len(few) / once(lambda: [dense_flint_rank(*case, rng) for case in few])
    tables.add(
        SEARCH,
        N=sites,
        M=local_dim,
        cases=found.cases,
        **{"search": f"{found.cases / elapsed:.0f}"},
        **{"certified_rank one by one": f"{1 / alone:.0f}"},
        **{f"{peer('python-flint')}, dense": dense},
    )
    tables.add(
        WORK,
        N=sites,
        M=local_dim,
        **{"multiply-adds a case": f"{(work.join + work.eliminate) / found.cases:.2e}"},
        **rates(work.join + work.eliminate, elapsed, floor),
        **{"of them eliminating": f"{work.eliminate / (work.join + work.eliminate):.0%}"},
    )


def _some_cases(sites: int, local_dim: int, networks: int):
    widths = np.random.default_rng(1).integers(2, 6, size=(networks, sites.bit_length() - 1))
    nets = [Architecture(sites, local_dim, channels) for channels in widths]
    regions = regions_up_to_symmetry(sites)
    return [
        (net, region)
        for net in nets
        for region, cut in zip(regions, min_cuts(net, regions), strict=True)
        if cut <= LARGEST_CUT
    ]


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("sites", [8, 16])
def test_bounds_of_one_network(tables, rng, sites, shared):
    channels = (3, 5, 5, 2)[-(sites.bit_length() - 1) :]
    network = Architecture(sites, 2, channels, shared=shared)
    regions = regions_up_to_symmetry(sites)
    subtrees = distinct_subtrees(network, regions)
    tables.add(
        BOUNDS,
        N=sites,
        shared=shared,
        regions=len(regions),
        joins=subtrees.count,
        **{"minimal cuts": 1e3 * seconds(lambda: min_cuts(network, subtrees))},
        **{"refined cuts": 1e3 * seconds(lambda: refined_cuts(network, regions))},
        **{"certified ranks": 1e3 * seconds(lambda: certified_ranks(network, subtrees, rng=rng))},
    )
