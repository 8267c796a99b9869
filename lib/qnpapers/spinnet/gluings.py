"""Triangulated closed 3-manifolds: tetrahedra whose faces are glued in pairs."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from itertools import combinations
from numbers import Integral
from typing import TypeVar

from qnpapers.errors import GluingError

Item = TypeVar("Item", bound=Hashable)
Permutation = tuple[int, int, int, int]
Gluings = Sequence[Sequence[tuple[int, Permutation]]]
"""gluings[t][f] = (neighbour, permutation): face f of tetrahedron t (the face opposite vertex f)
is glued to tetrahedron `neighbour`; vertex v of the face goes to vertex permutation[v], and
permutation[f] is the number of the neighbour's face. Regina and SnapPea store the same."""

EDGES = ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3))
"""The edges of a tetrahedron, in the order that `edge_classes` uses."""


def check_gluings(gluings: Gluings) -> None:
    """Make sure that gluings describe a closed 3-manifold, connected or not, orientable or not.

    The tetrahedra of a closed 3-manifold fit together with V - E + T = 0 (there are 2 T faces),
    and no edge is glued to itself backwards; nothing else satisfies both.

    Raises:
        GluingError: there is no tetrahedron, a face is free or glued to itself, an entry is no
            permutation, a pair of faces disagrees, an edge is glued to itself backwards, or a
            vertex has a neighbourhood that is no ball.
    """
    if isinstance(gluings, str) or not isinstance(gluings, Sequence) or not gluings:
        raise GluingError("gluings: must be a list with one entry for each tetrahedron, not empty")
    for number, faces in enumerate(gluings):
        if not isinstance(faces, Sequence) or len(faces) != 4:
            raise GluingError(f"tetrahedron {number}: must have four faces, got {faces!r}")
        for face, entry in enumerate(faces):
            _check_entry(len(gluings), number, face, entry)
    for number in range(len(gluings)):
        for face in range(4):
            _check_pair(gluings, number, face)
    _check_edges(gluings)
    excess = vertex_count(gluings) - edge_count(gluings) + len(gluings)
    if excess:
        raise GluingError(
            f"not a closed manifold: vertices - edges + tetrahedra = {excess}, must be 0 "
            "(some vertex has a neighbourhood that is no ball)"
        )


def edge_classes(gluings: Gluings) -> list[tuple[int, ...]]:
    """For each tetrahedron, the number of the class of each of its six edges (order `EDGES`).

    Edges that are glued together are one class; classes are numbered as they appear.
    """
    merged = _merge((_undirected(e), _undirected(f)) for e, f in _edge_pairs(gluings))
    return _numbered([[merged[t, a, b] for a, b in EDGES] for t in range(len(gluings))])


def vertex_classes(gluings: Gluings) -> list[tuple[int, ...]]:
    """For each tetrahedron, the number of the class of each of its four vertices."""
    merged = _merge(
        ((t, v), (neighbour, permutation[v]))
        for t, faces in enumerate(gluings)
        for f, (neighbour, permutation) in enumerate(faces)
        for v in range(4)
        if v != f
    )
    return _numbered([[merged[t, v] for v in range(4)] for t in range(len(gluings))])


def edge_count(gluings: Gluings) -> int:
    """Number of edges after gluing."""
    return 1 + max(max(row) for row in edge_classes(gluings))


def vertex_count(gluings: Gluings) -> int:
    """Number of vertices after gluing."""
    return 1 + max(max(row) for row in vertex_classes(gluings))


def inverse(permutation: Permutation) -> Permutation:
    """The permutation that undoes this one."""
    a, b, c, d = (permutation.index(v) for v in range(4))
    return a, b, c, d


def _check_entry(tetrahedra: int, number: int, face: int, entry: object) -> None:
    where = f"face {face} of tetrahedron {number}"
    if entry is None:
        raise GluingError(f"{where} is free: the manifold must be closed")
    if not isinstance(entry, Sequence) or len(entry) != 2 or not isinstance(entry[1], Sequence):
        raise GluingError(f"{where}: must be (neighbour, permutation of 0 to 3), got {entry!r}")
    neighbour, permutation = entry
    if not isinstance(neighbour, Integral) or not 0 <= int(neighbour) < tetrahedra:
        raise GluingError(f"{where}: neighbour {neighbour!r} must be from 0 to {tetrahedra - 1}")
    if sorted(permutation) != [0, 1, 2, 3]:
        raise GluingError(f"{where}: {tuple(permutation)} is no permutation of 0, 1, 2, 3")


def _check_pair(gluings: Gluings, number: int, face: int) -> None:
    neighbour, permutation = gluings[number][face]
    other = permutation[face]
    if (neighbour, other) == (number, face):
        raise GluingError(f"face {face} of tetrahedron {number} is glued to itself")
    back, undo = gluings[neighbour][other]
    if back != number or tuple(undo) != inverse(permutation):
        raise GluingError(
            f"face {face} of tetrahedron {number} is glued to face {other} of tetrahedron "
            f"{neighbour} by {tuple(permutation)}, but that face is glued to tetrahedron {back} "
            f"by {tuple(undo)}: must be tetrahedron {number} by {inverse(permutation)}"
        )


def _check_edges(gluings: Gluings) -> None:
    edges = _merge(_edge_pairs(gluings))
    for number in range(len(gluings)):
        for a, b in EDGES:
            if edges[number, a, b] == edges[number, b, a]:
                raise GluingError(
                    f"edge {a}{b} of tetrahedron {number} is glued to itself backwards"
                )


DirectedEdge = tuple[int, int, int]


def _edge_pairs(gluings: Gluings) -> Iterable[tuple[DirectedEdge, DirectedEdge]]:
    for t, faces in enumerate(gluings):
        for f, (neighbour, permutation) in enumerate(faces):
            for a, b in combinations([v for v in range(4) if v != f], 2):
                yield (t, a, b), (neighbour, permutation[a], permutation[b])
                yield (t, b, a), (neighbour, permutation[b], permutation[a])


def _undirected(edge: DirectedEdge) -> DirectedEdge:
    t, a, b = edge
    return (t, a, b) if a < b else (t, b, a)


def _merge(pairs: Iterable[tuple[Item, Item]]) -> dict[Item, Item]:
    """A representative of each item's class under the given identifications."""
    parent: dict[Item, Item] = {}

    def find(item: Item) -> Item:
        while parent.setdefault(item, item) != item:
            item = parent[item]
        return item

    for one, other in pairs:
        parent[find(one)] = find(other)
    return {item: find(item) for item in list(parent)}


def _numbered(rows: list[list[Item]]) -> list[tuple[int, ...]]:
    numbers: dict[Item, int] = {}
    return [tuple(numbers.setdefault(item, len(numbers)) for item in row) for row in rows]
