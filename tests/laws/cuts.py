"""Laws of minimal cuts. `cut_of(architecture, region)` is the weight that is tested."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import networkx as nx

from laws.swaps import swaps
from qnpapers.convac import Architecture, MinCut, bond_graph

CutOf = Callable[[Architecture, tuple[int, ...]], int]
Region = tuple[int, ...]


def complement(sites: int, region: Region) -> Region:
    return tuple(j for j in range(sites) if j not in region)


def equal_for_the_complement(cut_of: CutOf, architecture: Architecture, region: Region) -> None:
    other = complement(architecture.sites, region)
    assert cut_of(architecture, region) == cut_of(architecture, other)


def no_smaller_when_a_width_grows(
    cut_of: CutOf, architecture: Architecture, region: Region
) -> None:
    before = cut_of(architecture, region)
    wider = [replace(architecture, local_dim=architecture.local_dim + 1)]
    for level, width in enumerate(architecture.channels):
        channels = list(architecture.channels)
        channels[level] = width + 1
        wider.append(replace(architecture, channels=tuple(channels)))
    for one in wider:
        assert before <= cut_of(one, region) <= before * cut_of_every_bond(one)


def cut_of_every_bond(architecture: Architecture) -> int:
    copies = (architecture.sites_at(level + 1) for level in range(architecture.levels))
    widths = zip(architecture.channels, copies, strict=True)
    return architecture.local_dim**architecture.sites * math.prod(r**n for r, n in widths)


def at_most_the_obvious_cuts(cut_of: CutOf, architecture: Architecture, region: Region) -> None:
    """Cut all legs of the smaller side, or all copy tensors of the lowest level."""
    smaller = min(len(region), architecture.sites - len(region))
    assert 1 <= cut_of(architecture, region) <= architecture.local_dim**smaller
    assert cut_of(architecture, region) <= architecture.channels[0] ** architecture.sites_at(1)


def submultiplicative(
    cut_of: CutOf, architecture: Architecture, region: Region, other: Region
) -> None:
    """A cut for each of two regions makes a cut for all that lies in one or the other."""
    union = tuple(sorted({*region, *other}))
    if len(union) < architecture.sites:
        product = cut_of(architecture, region) * cut_of(architecture, other)
        assert cut_of(architecture, union) <= product


def equal_after_swapping_siblings(
    cut_of: CutOf, architecture: Architecture, region: Region
) -> None:
    for swap in swaps(architecture):
        assert cut_of(architecture, swap.of_region(region)) == cut_of(architecture, region)


def reported_bonds_separate(cut: MinCut, architecture: Architecture, region: Region) -> None:
    """Without the cut bonds nothing connects the two sides, and no bond is cut needlessly."""
    assert cut.weight == math.prod(layer.dimension**layer.count for layer in cut.layers)
    legs, *levels = cut.layers
    bonds: list[object] = [("leg", int(j)) for j in legs.bonds]
    bonds += [("copy", level, int(j)) for level, layer in enumerate(levels) for j in layer.bonds]
    assert not connected(architecture, region, bonds)
    for spared in bonds:
        rest = [bond for bond in bonds if bond != spared]
        assert dimension(architecture, spared) == 1 or connected(architecture, region, rest)


def reported_sides_are_apart(cut: MinCut, architecture: Architecture, region: Region) -> None:
    """Sites of the region and matrices on its side never touch the others but at a cut bond."""
    inside, cut_copies = cut.nodes(region)
    legs, *_ = cut.layers
    apart = set()
    for one, other in bond_graph(architecture).edges:
        ends = [node for node in (one, other) if node[0] != "copy"]
        if len(ends) == 2 and (one in inside) != (other in inside):
            apart.add(next(node for node in ends if node[0] == "site")[1])
    assert apart == set(legs.bonds.tolist())
    split = set()
    for copy, kind in bond_graph(architecture).nodes(data="kind"):
        if kind == "copy":
            sides = {neighbour in inside for neighbour in bond_graph(architecture)[copy]}
            split |= {copy} if len(sides) == 2 else set()
    assert split == set(cut_copies)


def dimension(architecture: Architecture, bond: object) -> int:
    match bond:
        case ("copy", level, _):
            return architecture.channels[level]
    return architecture.local_dim


def connected(architecture: Architecture, region: Region, cut_bonds: list[object]) -> bool:
    """Is there a way from the region to its complement that avoids the cut bonds?"""
    graph = bond_graph(architecture)
    for bond in cut_bonds:
        match bond:
            case ("leg", j):
                graph.remove_edge(("site", j), ("matrix", 0, j))
            case copy:
                graph.remove_node(copy)
    inside = {("site", j) for j in region}
    outside = {("site", j) for j in complement(architecture.sites, region)}
    return any(
        bool(part & inside) and bool(part & outside) for part in nx.connected_components(graph)
    )
