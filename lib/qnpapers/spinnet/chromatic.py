"""The value of a black and white picture counts colourings of its pixels.

    <H> = chi(Q) / d^ink,      d = -2 cos(pi / r),   Q = d^2   (classically d = -2 and Q = 4)

where chi is the chromatic polynomial of the graph that joins pixels of ink which touch: for an
integer Q, in how many ways they can get Q colours so that pixels that touch differ. The projector
of an edge of colour 2 is 1 - (strands joined otherwise) / d; multiplied out over all edges between
pixels of ink, it is the expansion of chi over sets of edges.

For networks with colour 2 on all edges this is known: P. Fendley and V. Krushkal, Tutte chromatic
identities from the Temperley-Lieb algebra, Geometry & Topology 13 (2009) 709.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import networkx as nx
import numpy as np
from flint import arb, ctx, fmpq

from qnpapers.errors import ColourError
from qnpapers.spinnet.honeycomb import one_image
from qnpapers.spinnet.quantum_numbers import level

_BITS = 512


def touching_pixels(pixels: np.ndarray | Sequence[Sequence[int]]) -> nx.Graph:
    """The pixels of ink, joined where their hexagons touch.

    Args:
        pixels: 0 or 1, shape (rows, columns).

    Raises:
        ColourError: a pixel is neither 0 nor 1.
        NetworkError: this is not one picture.

    >>> touching_pixels([[1, 1], [1, 1]]).number_of_edges()
    5
    """
    image = one_image(pixels)
    if image.size and image.max() > 1:
        raise ColourError(f"pixel {image.max()}: must be 0 or 1")
    graph = nx.Graph()
    graph.add_nodes_from((int(i), int(j)) for i, j in np.argwhere(image))
    for i, j in list(graph):
        near = ((i, j + 1), (i + 1, j), (i + 1, j - 1))
        graph.add_edges_from(((i, j), other) for other in near if other in graph)
    return graph


def chromatic_value(
    pixels: np.ndarray | Sequence[Sequence[int]], r: int | None = None
) -> Fraction | float:
    """chi(Q) / d^ink, which equals `evaluate_honeycomb`.

    Args:
        pixels: 0 or 1, shape (rows, columns).
        r: level, at least 3; None for the classical value.

    Returns:
        An exact fraction classically, else the nearest float64.

    Raises:
        ColourError: a pixel is neither 0 nor 1, or r is below 3.
        NetworkError: this is not one picture.

    >>> chromatic_value([[1, 1], [1, 1]])  # 48 colourings with four colours, over (-2)^4
    Fraction(3, 1)
    """
    graph, known = touching_pixels(pixels), level(r)
    ink = graph.number_of_nodes()
    if known is None:
        return Fraction(proper_colourings(graph, 4), (-2) ** ink)
    with ctx.workprec(_BITS):
        d = -2 * arb.cos_pi_fmpq(fmpq(1, known))
        return float((proper_colourings(graph, d**2) / d**ink).mid())


def proper_colourings(graph: nx.Graph, colours: Any) -> Any:
    """The chromatic polynomial at a number of colours, of any kind that is added and multiplied.

    Nodes are coloured one after the other. What is remembered of the frontier, the nodes that have
    neighbours to come, is which of them have equal colours.

    Args:
        graph: nodes that sort; they are coloured in this order.
        colours: Q, for example an integer.

    >>> proper_colourings(nx.cycle_graph(5), 3)
    30
    """
    states: dict[tuple[int, ...], Any] = {(): colours**0}
    frontier: list[Any] = []
    nodes = sorted(graph)
    for position, node in enumerate(nodes):
        after = set(nodes[position + 1 :])
        kept = [k for k, f in enumerate((*frontier, node)) if after & set(graph[f])]
        near = [k for k, f in enumerate(frontier) if f in graph[node]]
        advanced: dict[tuple[int, ...], Any] = {}
        for classes, value in states.items():
            new = max(classes, default=-1) + 1
            for one in set(range(new + 1)) - {classes[k] for k in near}:
                state = _renumbered([(*classes, one)[k] for k in kept])
                weight = value * (colours - new) if one == new else value
                advanced[state] = advanced.get(state, 0) + weight
        frontier, states = [(*frontier, node)[k] for k in kept], advanced
    return sum(states.values())


def _renumbered(classes: Sequence[int]) -> tuple[int, ...]:
    """Classes by the order in which they appear: 0, then 1, ..."""
    names: dict[int, int] = {}
    return tuple(names.setdefault(one, len(names)) for one in classes)
