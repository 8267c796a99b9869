"""Pachner moves: other triangulations of the same manifold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from qnpapers.errors import GluingError
from qnpapers.spinnet.gluings import Gluings

Move = Literal["1-4", "2-3", "3-2", "4-1"]
Labels = dict[int, int]
OldSide = dict[int, tuple[int, Labels]]

_KEPT = {"1-4": 4, "2-3": 3, "3-2": 2, "4-1": 1}
"""How many vertices all tetrahedra of the old side have in common."""


def pachner_move(
    gluings: Gluings, move: Move, tetrahedron: int, vertices: Sequence[int] | None = None
) -> Gluings:
    """Replace some faces of a 4-simplex by the others; the manifold stays the same.

    The boundary of the 4-simplex 01234 is five tetrahedra. The k of them that contain a given
    simplex of 5 - k vertices are replaced by the other 5 - k. New tetrahedra come last.

    Args:
        gluings: any triangulation.
        move: "1-4", "2-3", "3-2" or "4-1": old and new number of tetrahedra.
        tetrahedron: one that takes part.
        vertices: the simplex of this tetrahedron that all old tetrahedra share: for "1-4" all four
            (the default), for "2-3" a face, for "3-2" an edge, for "4-1" a vertex.

    Raises:
        GluingError: no such move, wrong vertices, or what is there is not the old side of a move
            (an edge of degree other than 3, a tetrahedron that would be used twice, ...).
    """
    if move not in _KEPT:
        raise GluingError(f"move = {move!r}: must be one of {', '.join(_KEPT)}")
    if not 0 <= tetrahedron < len(gluings):
        raise GluingError(f"tetrahedron = {tetrahedron}: must be from 0 to {len(gluings) - 1}")
    kept = tuple(range(4)) if vertices is None and move == "1-4" else tuple(vertices or ())
    if len(set(kept)) != _KEPT[move] or not set(kept) <= set(range(4)):
        raise GluingError(
            f"vertices = {kept}: a {move} move needs {_KEPT[move]} different ones out of 0 to 3"
        )
    old = _old_side(gluings, tetrahedron, kept)
    if old is None:
        raise GluingError(
            f"no {move} move at tetrahedron {tetrahedron}, vertices {kept}: it needs "
            f"{5 - len(kept)} different tetrahedra around that are glued like faces of a 4-simplex"
        )
    return _replace(gluings, old, kept)


def _old_side(gluings: Gluings, start: int, kept: Sequence[int]) -> OldSide | None:
    """For each label that an old tetrahedron omits: the tetrahedron and its labels' vertices.

    The starting tetrahedron omits label 4; its vertices are their own labels.
    """
    old = {4: (start, {v: v for v in range(4)})}
    for omitted in set(range(4)) - set(kept):
        neighbour, permutation = gluings[start][omitted]
        labels = {v: permutation[v] for v in range(4) if v != omitted}
        old[omitted] = (neighbour, labels | {4: permutation[omitted]})
    if len({t for t, _ in old.values()}) != len(old):
        return None
    for one, (t, labels) in old.items():
        for other, (u, images) in old.items():
            if one == other:
                continue
            neighbour, permutation = gluings[t][labels[other]]
            fits = all(permutation[labels[x]] == images[x] for x in labels if x != other)
            if neighbour != u or not fits:
                return None
    return old


def _replace(gluings: Gluings, old: OldSide, kept: Sequence[int]) -> Gluings:
    """Take the old tetrahedra out and put in those that omit one of the kept labels."""
    gone = {t: omitted for omitted, (t, _) in old.items()}
    stay = [t for t in range(len(gluings)) if t not in gone]
    place = {t: number for number, t in enumerate(stay)}
    new = {n: len(stay) + k for k, n in enumerate(sorted(kept))}
    vertex = {n: {x: k for k, x in enumerate(x for x in range(5) if x != n)} for n in new}
    result = [[(-1, (0, 1, 2, 3))] * 4 for _ in (*stay, *new)]

    def landing(t: int, face: int) -> tuple[int, Labels]:
        """Tetrahedron that now has an outer face of t; where its vertices and `face` went."""
        if t not in gone:
            return place[t], {v: v for v in range(4)}
        label = {v: x for x, v in old[gone[t]][1].items()}
        n = label[face]
        label[face] = gone[t]
        return new[n], {v: vertex[n][x] for v, x in label.items()}

    for t in (*stay, *gone):
        for face, (neighbour, permutation) in enumerate(gluings[t]):
            if t in gone and _is_inner(old[gone[t]][1], face, kept):
                continue
            near, moved = landing(t, face)
            far, moved_there = landing(neighbour, permutation[face])
            image = {moved[v]: moved_there[permutation[v]] for v in range(4)}
            result[near][moved[face]] = (far, (image[0], image[1], image[2], image[3]))
    for n in new:
        for m in new:
            if n != m:
                image = {vertex[n][x]: vertex[m][n if x == m else x] for x in vertex[n]}
                result[new[n]][vertex[n][m]] = (new[m], (image[0], image[1], image[2], image[3]))
    return [tuple(faces) for faces in result]


def _is_inner(labels: Labels, face: int, kept: Sequence[int]) -> bool:
    """True for a face that two old tetrahedra share: the label opposite it is not kept."""
    return next(x for x, v in labels.items() if v == face) not in kept
