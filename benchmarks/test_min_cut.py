"""`min_cut` beside networkx, and its growth alone."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest
from measuring import peer, seconds

from qnpapers.convac import Architecture, bond_graph, min_cut, region_mask
from qnpapers.convac.cut import branches
from qnpapers.scaling import power_law_exponent

BESIDE = "min_cut beside networkx minimum_cut (region: a random half of the sites, ms)"
ALONE = "min_cut alone (two states of the dynamic programme for each subtree)"


def _case(sites: int, rng: np.random.Generator) -> tuple[Architecture, np.ndarray]:
    channels = 2 ** rng.integers(1, 4, size=int(math.log2(sites)))
    return Architecture(sites, 2, channels), rng.choice(sites, sites // 2, replace=False)


def _by_networkx(architecture: Architecture, region: np.ndarray) -> int:
    """Exponent of the minimal cut: all dimensions are powers of two, so capacities are integers."""
    graph = nx.DiGraph()
    inside = {("site", int(j)) for j in region}
    for one, other, dimension in bond_graph(architecture).edges(data="dimension"):
        for tail, head in ((one, other), (other, one)):
            graph.add_edge(tail, head, capacity=round(math.log2(dimension)))
    for j in range(architecture.sites):
        site = ("site", j)
        edge = ("source", site) if site in inside else (site, "sink")
        graph.add_edge(*edge)  # no capacity: infinite
    return nx.minimum_cut(graph, "source", "sink")[0]


@pytest.mark.parametrize("sites", [64, 512, 4096])
def test_min_cut_beside_networkx(benchmark, tables, rng, sites):
    architecture, region = _case(sites, rng)
    cut = benchmark(min_cut, architecture, region)
    assert cut.weight == 2 ** _by_networkx(architecture, region)
    ours = seconds(lambda: min_cut(architecture, region))
    theirs = seconds(lambda: _by_networkx(architecture, region), repeats=1)
    tables.add(
        BESIDE,
        sites=sites,
        qnpapers=1e3 * ours,
        **{peer("networkx"): 1e3 * theirs},
        ratio=theirs / ours,
    )


def test_growth_of_min_cut(tables, rng):
    sizes, times = [2**k for k in range(10, 21, 2)], []
    for sites in sizes:
        architecture, region = _case(sites, rng)
        times.append(seconds(lambda a=architecture, r=region: min_cut(a, r), repeats=3))
        levels = branches(architecture, region_mask(sites, region))
        tables.add(
            ALONE,
            sites=sites,
            ms=1e3 * times[-1],
            states=sum(level.costs.size for level in levels),
            **{"ns per site": 1e9 * times[-1] / sites},
        )
    tables.add(ALONE, sites="exponent", ms=power_law_exponent(sizes, times), a="", b="")
