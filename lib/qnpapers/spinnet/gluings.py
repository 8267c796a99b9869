"""Triangulated closed 3-manifolds: tetrahedra whose faces are glued in pairs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import permutations
from numbers import Integral

from qnpapers.errors import GluingError

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
    checked_skeleton(gluings)


def checked_skeleton(gluings: Gluings) -> tuple[list[tuple[int, ...]], int]:
    """`edge_classes` and `vertex_count` of gluings that are checked.

    Raises:
        GluingError: see `check_gluings`.
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
    edges, vertices = _checked_edges(gluings), vertex_count(gluings)
    excess = vertices - 1 - max(map(max, edges)) + len(gluings)
    if excess:
        raise GluingError(
            f"not a closed manifold: vertices - edges + tetrahedra = {excess}, must be 0 "
            "(some vertex has a neighbourhood that is no ball)"
        )
    return edges, vertices


def edge_classes(gluings: Gluings) -> list[tuple[int, ...]]:
    """For each tetrahedron, the number of the class of each of its six edges (order `EDGES`).

    Edges that are glued together are one class; classes are numbered as they appear.
    """
    return _undirected(_directed_edges(gluings))


def vertex_classes(gluings: Gluings) -> list[tuple[int, ...]]:
    """For each tetrahedron, the number of the class of each of its four vertices."""
    merged = _merged(
        4 * len(gluings),
        (
            (4 * t + v, 4 * neighbour + permutation[v])
            for t, faces in enumerate(gluings)
            for f, (neighbour, permutation) in enumerate(faces)
            for v in range(4)
            if v != f
        ),
    )
    return _numbered([merged[4 * t : 4 * t + 4] for t in range(len(gluings))])


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


def _checked_edges(gluings: Gluings) -> list[tuple[int, ...]]:
    """`edge_classes`, if no edge is glued to itself backwards."""
    ends = _directed_edges(gluings)
    for number in range(len(gluings)):
        for a, b in EDGES:
            if ends[16 * number + 4 * a + b] == ends[16 * number + 4 * b + a]:
                raise GluingError(
                    f"edge {a}{b} of tetrahedron {number} is glued to itself backwards"
                )
    return _undirected(ends)


_SIDES = tuple(
    tuple((a, b) for a, b in permutations(range(4), 2) if f not in (a, b)) for f in range(4)
)
"""The directed edges of the face opposite each vertex."""


def _directed_edges(gluings: Gluings) -> list[int]:
    """For 16 t + 4 a + b the class of the edge of tetrahedron t from vertex a to vertex b."""
    return _merged(
        16 * len(gluings),
        (
            (16 * t + 4 * a + b, 16 * neighbour + 4 * permutation[a] + permutation[b])
            for t, faces in enumerate(gluings)
            for f, (neighbour, permutation) in enumerate(faces)
            for a, b in _SIDES[f]
        ),
    )


def _undirected(ends: list[int]) -> list[tuple[int, ...]]:
    """`edge_classes` from the classes of directed edges."""
    places = [(4 * a + b, 4 * b + a) for a, b in EDGES]
    blocks = (ends[t : t + 16] for t in range(0, len(ends), 16))
    return _numbered([[min(block[x], block[y]) for x, y in places] for block in blocks])


def _merged(size: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """For each of the numbers from 0 the smallest that it is identified with."""
    parent = list(range(size))

    def find(n: int) -> int:
        while parent[n] != n:
            n = parent[n]
        return n

    for one, other in pairs:
        if parent[one] != parent[other]:
            one, other = find(one), find(other)
            parent[max(one, other)] = min(one, other)
    for n in range(size):
        parent[n] = parent[parent[n]]  # ascending: what is smaller is settled
    return parent


def _numbered(rows: list[list[int]]) -> list[tuple[int, ...]]:
    numbers: dict[int, int] = {}
    return [tuple([numbers.setdefault(item, len(numbers)) for item in row]) for row in rows]
