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
        region_side: nodes on the region's side of a cut.
        cut_copies: copy tensors that the cut goes through.
        dimensions: write the bond dimensions at the right edge of each layer.
        legend: explain the marks.
    """
    place = dict(graph.nodes(data="place"))
    for one, other in graph.edges:
        crossed = bool(region_side) and _is_cut(one, other, region_side, cut_copies)
        xs, ys = zip(place[one], place[other], strict=True)
        look = {"color": COLOURS[5], "linewidth": 2, "linestyle": (0, (2, 1))} if crossed else {
            "color": GREY, "linewidth": 1, "linestyle": "-"}
        axes.plot(xs, ys, marker="", zorder=1, **look)
    for kind, mark in _MARKS.items():
        nodes = [node for node, own in graph.nodes(data="kind") if own == kind]
        xs, ys = zip(*(place[node] for node in nodes), strict=True)
        axes.scatter(xs, ys, zorder=3, label=_NAMES[kind], **mark)
    _shade(axes, place, region_side)
    if dimensions:
        _write_dimensions(axes, graph, place)
    if legend:
        axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1), fontsize="small")
    axes.set_axis_off()


def _is_cut(
    one: Hashable, other: Hashable, region_side: Collection[Hashable], cut: Collection[Hashable]
) -> bool:
    """A bond is drawn as cut if its ends lie apart; those of a cut copy tensor all are."""
    if one in cut or other in cut:
        return True
    return (one in region_side) != (other in region_side)


def _shade(axes: Axes, place: dict[Hashable, Any], region_side: Collection[Hashable]) -> None:
    if region_side:
        xs, ys = zip(*(place[node] for node in region_side), strict=True)
        axes.scatter(xs, ys, s=230, color=COLOURS[4], alpha=0.3, zorder=0, linewidths=0)


def _write_dimensions(axes: Axes, graph: nx.Graph, place: dict[Hashable, Any]) -> None:
    right = max(x for x, _ in place.values()) + 0.6
    written = set()
    for one, other, dimension in graph.edges(data="dimension"):
        height = (place[one][1] + place[other][1]) / 2
        if height not in written:
            written.add(height)
            axes.annotate(str(dimension), (right, height), va="center", ha="left", size=9)
