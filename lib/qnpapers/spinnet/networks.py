"""Planar trivalent networks: which edges meet at each vertex, in which cyclic order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from numbers import Integral

import networkx as nx

from qnpapers.errors import NetworkError
from qnpapers.spinnet.quantum_numbers import colour

Triple = tuple[int, int, int]


@dataclass(frozen=True)
class Network:
    """A connected trivalent graph drawn on the sphere, or on a closed surface of higher genus.

    Args:
        vertices: for each vertex its three edges, counter-clockwise. Edges are the integers 0 to
            E - 1; each occurs twice. Two vertices may share several edges, and an edge may return
            to its vertex.
        genus: handles of the surface that is cut into discs; 0 is the sphere.

    Raises:
        NetworkError: a vertex does not have three edges, an edge does not have two ends, the graph
            is empty or not connected, or Euler's formula V - E + F = 2 - 2 genus does not hold.

    >>> Network([(0, 1, 2), (2, 1, 0)]).faces
    3
    """

    vertices: tuple[Triple, ...]
    genus: int = 0

    def __post_init__(self) -> None:
        triples = tuple(_triple(number, edges) for number, edges in enumerate(self.vertices))
        object.__setattr__(self, "vertices", triples)
        _check_ends(triples)
        if not nx.is_connected(self.graph()):
            raise NetworkError(
                f"the graph has {nx.number_connected_components(self.graph())} components: "
                "evaluate each by itself, the values multiply"
            )
        euler = len(triples) - self.edges + self.faces
        if euler != 2 - 2 * self.genus:
            wanted = "planar" if self.genus == 0 else f"drawn on genus {self.genus}"
            raise NetworkError(
                f"the graph is not {wanted}: V - E + F = {len(triples)} - {self.edges} + "
                f"{self.faces} = {euler}, which is genus {(2 - euler) // 2}; the edges around each "
                "vertex must be in counter-clockwise order"
            )

    @property
    def edges(self) -> int:
        """E, the number of edges: 3/2 of the number of vertices."""
        return 3 * len(self.vertices) // 2

    @property
    def faces(self) -> int:
        """F, the number of faces, the outer one included."""
        return max(max(face) for face in self._right) + 1

    @cached_property
    def edge_faces(self) -> tuple[tuple[int, int], ...]:
        """For each edge the faces on its right and left, seen from its last end."""
        beside: list[tuple[int, int]] = [(0, 0)] * self.edges
        for edges, right in zip(self.vertices, self._right, strict=True):
            for slot, edge in enumerate(edges):
                beside[edge] = (right[slot], right[(slot + 1) % 3])
        return tuple(beside)

    @cached_property
    def vertex_faces(self) -> tuple[Triple, ...]:
        """For each vertex the three faces opposite its three edges."""
        return tuple((right[2], right[0], right[1]) for right in self._right)

    @cached_property
    def boundary_sizes(self) -> tuple[int, ...]:
        """For each face the number of edges around it; a bridge counts twice."""
        sizes = [0] * self.faces
        for pair in self.edge_faces:
            for face in pair:
                sizes[face] += 1
        return tuple(sizes)

    def graph(self) -> nx.MultiGraph:
        """The graph without its drawing: nodes are vertices, keys are edges."""
        ends: list[list[int]] = [[] for _ in range(self.edges)]
        for number, edges in enumerate(self.vertices):
            for edge in edges:
                ends[edge].append(number)
        graph = nx.MultiGraph()
        graph.add_nodes_from(range(len(self.vertices)))
        graph.add_edges_from((u, v, edge) for edge, (u, v) in enumerate(ends))
        return graph

    @cached_property
    def _right(self) -> list[list[int]]:
        """For each vertex and slot the face on the right of the edge, seen from the vertex."""
        other = _other_ends(self.vertices)
        right = [[-1, -1, -1] for _ in self.vertices]
        face = 0
        for number in range(len(self.vertices)):
            for slot in range(3):
                at = (number, slot)
                if right[number][slot] >= 0:
                    continue
                while right[at[0]][at[1]] < 0:
                    right[at[0]][at[1]] = face
                    across, arrived = other[at]
                    at = (across, (arrived + 1) % 3)
                face += 1
        return right


def as_network(graph: Network | Iterable[Sequence[int]]) -> Network:
    """A planar network from its vertices, see `Network`; a `Network` is returned as it is.

    Raises:
        NetworkError: see `Network`; or the network is drawn on a surface of higher genus.
    """
    if isinstance(graph, Network):
        if graph.genus:
            raise NetworkError(f"the graph is not planar: it is drawn on genus {graph.genus}")
        return graph
    if isinstance(graph, str | bytes) or not isinstance(graph, Iterable):
        raise NetworkError(f"graph = {graph!r}: must be a Network, or a list of triples of edges")
    return Network(tuple(graph))  # type: ignore[arg-type]


def as_colours(network: Network, colours: Iterable[int]) -> tuple[int, ...]:
    """The colours of the edges as Python integers.

    Raises:
        NetworkError: there is not one colour for each edge.
        ColourError: a colour is no integer or negative.
    """
    if isinstance(colours, str | bytes) or not isinstance(colours, Iterable):
        raise NetworkError(f"colours = {colours!r}: must be one colour for each edge")
    known = tuple(colour(f"colour of edge {e}", value) for e, value in enumerate(colours))
    if len(known) != network.edges:
        raise NetworkError(f"{len(known)} colours for {network.edges} edges: one each is needed")
    return known


def _triple(number: int, edges: object) -> Triple:
    if isinstance(edges, str | bytes) or not isinstance(edges, Iterable):
        raise NetworkError(f"vertex {number} = {edges!r}: must be a triple of edges")
    members = list(edges)
    if len(members) != 3:
        raise NetworkError(f"vertex {number} has {len(members)} edges: must have three")
    if any(not isinstance(e, Integral) or isinstance(e, bool) or e < 0 for e in members):
        raise NetworkError(f"vertex {number} = {members}: edges must be integers from 0")
    first, second, third = map(int, members)
    return first, second, third


def _check_ends(vertices: Sequence[Triple]) -> None:
    if not vertices:
        raise NetworkError("the graph has no vertex: a trivalent network has at least two")
    edges = sorted(edge for triple in vertices for edge in triple)
    if len(edges) % 2:
        raise NetworkError(
            f"{len(vertices)} vertices have an odd number of ends: some edge has only one"
        )
    for position, edge in enumerate(edges):
        if edge != position // 2:
            raise NetworkError(
                f"edge {min(edge, position // 2)} does not have two ends: edges must be the "
                f"integers 0 to {len(edges) // 2 - 1}, each at two vertices or twice at one"
            )


def _other_ends(vertices: Sequence[Triple]) -> dict[tuple[int, int], tuple[int, int]]:
    """For each (vertex, slot) the (vertex, slot) at the other end of its edge."""
    open_ends: dict[int, tuple[int, int]] = {}
    other: dict[tuple[int, int], tuple[int, int]] = {}
    for number, edges in enumerate(vertices):
        for slot, edge in enumerate(edges):
            here = (number, slot)
            if edge in open_ends:
                there = open_ends[edge]
                other[here], other[there] = there, here
            open_ends[edge] = here
    return other
