"""Moves that take a network on a closed surface apart until one face is left.

F-moves and bubbles are those of `decimation`. On the sphere they end at the theta graph, a number.
On a surface of genus g one face is left, with 4g - 2 vertices around it. Its flatness is imposed by
a last pair of moves: a bigon is inserted on one of its edges, and the face is removed in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import networkx as nx

from qnpapers.errors import NetworkError
from qnpapers.spinnet.decimation import Bubble, FMove, Theta
from qnpapers.spinnet.networks import Network, Triple


@dataclass(frozen=True)
class Bigon:
    """Insert a bigon on an edge, the opposite of a bubble: edge - (sides) - other.

    Args:
        edge: the edge before the bigon, where it was.
        other: the new edge behind it, of the same colour.
        sides: the two new edges between them.
    """

    edge: int
    other: int
    sides: tuple[int, int]


SurfaceMove = FMove | Bubble | Bigon | Theta

End = tuple[int, int]
"""A vertex, and the slot of an edge at it."""


@dataclass(frozen=True)
class SurfaceDecimation:
    """The moves, and the edges that are left.

    Args:
        moves: in order; new edges are numbered from E on.
        edges: of the last network, 6g - 3 of them; none on the sphere.
    """

    moves: tuple[SurfaceMove, ...]
    edges: tuple[int, ...]


def surface_decimation(network: Network, order: Sequence[int] | None = None) -> SurfaceDecimation:
    """The moves that remove one face after the other.

    Cost depends on the order: what is remembered between the moves are the colours of the edges
    that F-moves have made, a tree inside the region that has been removed. Row by row is good for
    pictures.

    Args:
        network: drawn on a closed surface of any genus; without bridges.
        order: all faces in the order of removal. None: always the one with the fewest edges that no
            move has touched.

    Raises:
        NetworkError: the order does not hold each face once, or an edge is a bridge.

    >>> from qnpapers.spinnet import torus_honeycomb
    >>> len(surface_decimation(torus_honeycomb(3, 3)).edges)  # one hexagon is left
    3
    """
    graph = network.graph()
    for u, v in nx.bridges(nx.Graph(graph)):
        if graph.number_of_edges(u, v) == 1:
            raise NetworkError(f"edge {next(iter(graph[u][v]))} is a bridge: its colour must be 0")
    drawing = _Drawing(network)
    todo = list(range(network.faces)) if order is None else [int(face) for face in order]
    if sorted(todo) != list(range(network.faces)):
        raise NetworkError(f"order = {todo}: must hold each of {network.faces} faces once")
    left = 1 if network.genus else 3
    while len(todo) > left:
        face = drawing.next_face(todo[:-1] if network.genus else todo, order is None)
        todo.remove(face)
        drawing.remove(face)
    if not network.genus:
        return SurfaceDecimation((*drawing.moves, drawing.theta()), ())
    drawing.insert_bigon(network.faces)
    drawing.remove(todo[0])
    return SurfaceDecimation(tuple(drawing.moves), tuple(sorted(drawing.ends())))


@dataclass(frozen=True)
class _Flip:
    """What an F-move at edge j would do.

    Args:
        ends: of j, at (j, a, b) and at (j, c, d), counter-clockwise.
        beside: the faces that lose an edge.
        across: the faces that gain one.
    """

    j: int
    ends: tuple[End, End]
    beside: tuple[int, int]
    across: tuple[int, int]

    def gain(self, face: int) -> int:
        """By how many edges the face becomes smaller."""
        return self.beside.count(face) - self.across.count(face)


@dataclass
class _Drawing:
    """A network that is being taken apart.

    Args:
        around: for each vertex its edges, counter-clockwise.
        corner: for each vertex the faces between slot k and slot k + 1.
    """

    network: Network
    around: dict[int, list[int]] = field(init=False)
    corner: dict[int, list[int]] = field(init=False)
    moves: list[SurfaceMove] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.around = {v: list(edges) for v, edges in enumerate(self.network.vertices)}
        self.corner = {v: _corners(o) for v, o in enumerate(self.network.vertex_faces)}
        self._next = self.network.edges

    def ends(self) -> dict[int, list[End]]:
        """For each edge its two ends."""
        at: dict[int, list[End]] = {}
        for v, edges in self.around.items():
            for slot, edge in enumerate(edges):
                at.setdefault(edge, []).append((v, slot))
        return at

    def size(self, face: int) -> int:
        """Number of corners of a face."""
        return sum(faces.count(face) for faces in self.corner.values())

    def next_face(self, todo: Sequence[int], choose: bool) -> int:
        """A bigon if there is one, lest it becomes a monogon; else as in the order."""
        small = [face for face in todo if self.size(face) == 2]
        if small or not choose:
            return (small or list(todo))[0]
        return min(todo, key=lambda face: (len(self._edges(face) - self.touched), self.size(face)))

    def remove(self, face: int) -> None:
        """F-moves until the face is a bigon, then a bubble."""
        while self.size(face) > 2:
            self._flip(self._best_flip(face))
        self._remove_bigon(face)

    def insert_bigon(self, face: int) -> None:
        """A bigon with a new face on the first edge."""
        edge, [(u, k), (v, slot)] = min(self.ends().items())
        other, x, y = range(self._next, self._next + 3)
        self._next += 3
        left, right = self.corner[u][k], self.corner[u][k - 1]  # seen from u along the edge
        self.around[v][slot] = other
        first = max(self.around) + 1
        self.around[first], self.corner[first] = [edge, x, y], [right, face, left]
        self.around[first + 1], self.corner[first + 1] = [other, y, x], [left, face, right]
        self.touched |= {x, y}
        self.moves.append(Bigon(edge, other, (x, y)))

    def theta(self) -> Theta:
        """The last network on the sphere."""
        [(first, second, third), _] = self.around.values()
        return Theta((first, second, third))

    def _edges(self, face: int) -> set[int]:
        return {
            self.around[v][k]
            for v, faces in self.corner.items()
            for k in range(3)
            if face in (faces[k], faces[k - 1])
        }

    def _flips(self) -> Iterable[_Flip]:
        for j, [(u, k), (v, slot)] in self.ends().items():
            if u != v:
                p, x, q = _from(self.corner[u], k)
                y = self.corner[v][(slot + 1) % 3]
                yield _Flip(j, ((u, k), (v, slot)), (p, q), (x, y))

    def _best_flip(self, face: int) -> _Flip:
        """One that makes the face smaller, leaves two edges, and no new edge between equal faces.

        Of these an edge that moves have touched already, then one beside large faces.
        """
        most = self.size(face) - 2

        def cost(flip: _Flip) -> tuple[bool, bool, int, int]:
            closes = flip.across[0] == flip.across[1]
            sizes = sum(self.size(other) for other in flip.beside)
            return closes, flip.j not in self.touched, -flip.gain(face), -sizes

        return min((flip for flip in self._flips() if 0 < flip.gain(face) <= most), key=cost)

    def _flip(self, flip: _Flip) -> None:
        (u, k), (v, slot) = flip.ends
        j, a, b = _from(self.around[u], k)
        _, c, d = _from(self.around[v], slot)
        (p, q), (x, y) = flip.beside, flip.across
        i, self._next = self._next, self._next + 1
        self.around[u], self.corner[u] = [i, d, a], [y, p, x]
        self.around[v], self.corner[v] = [i, b, c], [x, q, y]
        self.touched.add(i)
        self.moves.append(FMove(a, b, i, c, d, j))

    def _remove_bigon(self, face: int) -> None:
        corners = [(v, faces.index(face)) for v, faces in self.corner.items() if face in faces]
        around = [_from(self.around[v], k) for v, k in corners]
        for v, _ in corners:
            del self.around[v], self.corner[v]
        (x, y, kept), (_, _, other) = around
        for edges in self.around.values():
            edges[:] = [kept if e == other else e for e in edges]
        if other not in self.touched:
            self.touched.discard(kept)
        self.moves.append(Bubble((kept, other), (x, y)))


def _corners(opposite: Triple) -> list[int]:
    """From the faces opposite slots 0, 1, 2 those between slots 0 and 1, 1 and 2, 2 and 0."""
    return [opposite[2], opposite[0], opposite[1]]


def _from(items: Sequence[int], slot: int) -> list[int]:
    return [items[slot], items[(slot + 1) % 3], items[(slot + 2) % 3]]
