"""Drawings of tensor networks, from the graph that the library itself cuts and contracts."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from typing import Any

import networkx as nx
from matplotlib.axes import Axes

from qnpapers.figures.style import COLOURS, GREY

_MARKS: dict[str, dict[str, Any]] = {
    "site": {"marker": "o", "s": 16, "color": GREY},
    "matrix": {"marker": "s", "s": 60, "color": COLOURS[0]},
    "copy": {"marker": "o", "s": 38, "color": COLOURS[2]},
    "output": {"marker": "^", "s": 80, "color": COLOURS[1]},
}
_NAMES = {
    "site": "open leg (site)",
    "matrix": "weight matrix",
    "copy": "copy tensor",
    "output": "output vector",
}

_BOND: dict[str, Any] = {"color": GREY, "linewidth": 1, "linestyle": "-"}
_CUT: dict[str, Any] = {"color": COLOURS[5], "linewidth": 2.2, "linestyle": (0, (2, 1))}


def draw_network(
    axes: Axes,
    graph: nx.Graph,
    *,
    region_side: Collection[Hashable] = (),
    cut_copies: Collection[Hashable] = (),
    dimensions: bool = True,
    legend: bool = False,
) -> None:
    """Draw a bond graph; with a cut, shade the region's side and dash the bonds that are cut.

    Args:
        axes: where to draw.
        graph: nodes with `kind` and `place`, edges with `dimension`; see `convac.bond_graph`.
        region_side: sites, matrices and the output vector on the region's side of a cut.
        cut_copies: copy tensors that the cut goes through; the fewer of their legs are dashed.
        dimensions: write the bond dimensions at the right edge of each layer.
        legend: explain the marks.
    """
    place = dict(graph.nodes(data="place"))
    crossed = _crossed_bonds(graph, set(region_side), cut_copies) if region_side else set()
    for one, other in graph.edges:
        xs, ys = zip(place[one], place[other], strict=True)
        look = _CUT if frozenset((one, other)) in crossed else _BOND
        axes.plot(xs, ys, marker="", zorder=1, **look)
    for kind, mark in _MARKS.items():
        nodes = [node for node, own in graph.nodes(data="kind") if own == kind]
        xs, ys = zip(*(place[node] for node in nodes), strict=True)
        axes.scatter(xs, ys, zorder=3, label=_NAMES[kind], **mark)
    if region_side:
        xs, ys = zip(*(place[node] for node in region_side), strict=True)
        axes.scatter(
            xs, ys, s=230, color=COLOURS[4], alpha=0.3, zorder=0, linewidths=0, clip_on=False
        )
    if dimensions:
        _write_dimensions(axes, graph, place)
    if legend:
        axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1), fontsize="small")
    axes.set_axis_off()


def _crossed_bonds(
    graph: nx.Graph, inside: Collection[Hashable], cut_copies: Collection[Hashable]
) -> set[frozenset[Hashable]]:
    """Open legs whose ends lie apart, and of each cut copy tensor the legs to its smaller side."""
    crossed: set[frozenset[Hashable]] = set()
    for copy in cut_copies:
        with_region = [other for other in graph[copy] if other in inside]
        without = [other for other in graph[copy] if other not in inside]
        crossed.update(frozenset((copy, other)) for other in min(with_region, without, key=len))
    for site, kind in graph.nodes(data="kind"):
        if kind == "site":
            [matrix] = graph[site]
            if (site in inside) != (matrix in inside):
                crossed.add(frozenset((site, matrix)))
    return crossed


def _write_dimensions(axes: Axes, graph: nx.Graph, place: dict[Hashable, Any]) -> None:
    """The dimension of each layer: at the height of its copy tensors, or of its open legs."""
    right = max(x for x, _ in place.values()) + 0.7
    kinds = dict(graph.nodes(data="kind"))
    for kind, shift in (("copy", 0.0), ("site", 0.5)):
        nodes = [node for node, own in kinds.items() if own == kind]
        for height, node in {place[node][1]: node for node in nodes}.items():
            [*_, (_, _, dimension)] = graph.edges(node, data="dimension")
            axes.text(right, height + shift, str(dimension), va="center", ha="left", size=9)
    axes.set_xlim(axes.get_xlim()[0], right + 0.6)
