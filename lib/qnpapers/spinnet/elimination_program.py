"""How to sum over the edges of a triangulation, a few at a time, written as instructions.

An instruction is a row of eight integers: what to do, and with what. Those that make one table
stand together:

    START n               for every colouring in table n (0: the empty colouring):
    EXTEND e                  for every colour of edge e that is admissible
    TRIPLE a b                    with the known edges a and b of a triangle (-1: e once more):
    LOOP e                            multiply by its loop value
    TETRAHEDRON A B E C D F s         multiply by the symbol (s: the faces with a sign)
    LOOKUP n k                        multiply by table n, whose key is k edges, or go on with the
                                      next colour where it has no such row
    STORE k                   add to the table, whose key is k edges

START and EXTEND open nested loops; the lines after each are done as soon as its edge is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qnpapers.spinnet.colouring_rows import Triple
from qnpapers.spinnet.elimination import elimination_order

START, EXTEND, TRIPLE, LOOP, TETRAHEDRON, LOOKUP, STORE = range(7)

_WIDTH = 8

Key = tuple[int, ...]
Line = tuple[int, ...]


@dataclass(frozen=True)
class Solid:
    """A tetrahedron.

    Args:
        edges: A, B, E, C, D, F of its symbol.
        signed: faces whose sign counts here, as bits 1 (A D E), 2 (B C E), 4 (A B F), 8 (C D F).
    """

    edges: Key
    signed: int


def elimination_program(
    triangles: Sequence[Triple], solids: Sequence[Solid]
) -> tuple[np.ndarray, np.ndarray]:
    """Sum over all edges, those of one neighbourhood together, in the order that costs least.

    Args:
        triangles: edges of every triangle; each of the numbers from 0 on stands in one.
        solids: the tetrahedra.

    Returns:
        The instructions, shape (n, 8), and for each table, 0 included, the edges that it is a
        function of; the rest of a row is -1.
    """
    order = elimination_order([*triangles, *(solid.edges for solid in solids)])
    waiting, tables = list(solids), dict[int, Key]()
    lines, keys, summed = list[Line](), [Key()], set[int]()
    for edge in order:
        if edge in summed:
            continue
        touched = {n: key for n, key in tables.items() if edge in key}
        scope = {edge}.union(*(t for t in triangles if edge in t), *touched.values())
        scope.update(*(solid.edges for solid in waiting if edge in solid.edges))
        inside = _Neighbourhood(
            [t for t in triangles if scope.issuperset(t)],
            [solid for solid in waiting if scope.issuperset(solid.edges)],
            {n: key for n, key in tables.items() if scope.issuperset(key)},
        )
        waiting = [solid for solid in waiting if solid not in inside.solids]
        tables = {n: key for n, key in tables.items() if n not in inside.tables}
        outside = set[int]().union(*(s.edges for s in waiting), *tables.values())
        outside.update(*(t for t in triangles if not scope.issuperset(t)))
        gone = scope - outside
        keys.append(inside.write(lines, gone, scope - gone))
        if keys[-1]:  # a table of one row is a factor of the whole sum
            tables[len(keys) - 1] = keys[-1]
        summed |= gone
        triangles = [t for t in triangles if gone.isdisjoint(t)]
    return _padded(lines, _WIDTH), _padded(keys, max(map(len, keys)))


@dataclass(frozen=True)
class _Neighbourhood:
    """All that depends only on edges of a certain set."""

    triangles: Sequence[Triple]
    solids: Sequence[Solid]
    tables: dict[int, Key]

    def write(self, lines: list[Line], gone: set[int], kept: set[int]) -> Key:
        """Lines that sum over the edges that are gone; the others in the order of the loops."""
        start = max(self.tables, key=lambda n: (len(self.tables[n]), n), default=0)
        known = list(self.tables.get(start, ()))
        lines.append((START, start))
        waiting = self._factors(start, gone)
        while True:
            lines += [line for line, edges in waiting if edges <= set(known)]
            waiting = [(line, edges) for line, edges in waiting if not edges <= set(known)]
            missing = (gone | kept).difference(known)
            if not missing:
                key = tuple(edge for edge in known if edge in kept)
                lines.append((STORE, len(key)))
                return key
            known.append(max(missing, key=lambda e: self._urgency(e, known, kept)))
            lines.append((EXTEND, known[-1]))
            lines += [(TRIPLE, *pair) for pair in self._restrictions(known)]

    def _factors(self, start: int, gone: set[int]) -> list[tuple[Line, set[int]]]:
        """What has to be multiplied, and the edges it depends on."""
        found: list[tuple[Line, set[int]]] = [((LOOP, edge), {edge}) for edge in sorted(gone)]
        found += [((LOOKUP, n, len(key)), set(key)) for n, key in self.tables.items() if n != start]
        found += [
            ((TETRAHEDRON, *solid.edges, solid.signed), set(solid.edges)) for solid in self.solids
        ]
        return found

    def _urgency(self, edge: int, known: list[int], kept: set[int]) -> tuple[bool, int, int, int]:
        """Kept edges first; then the one that completes most factors, or is restricted most."""
        now = {*known, edge}
        complete = sum(edge in s.edges and now.issuperset(s.edges) for s in self.solids)
        return edge in kept, complete, len(self._restrictions([*known, edge])), -edge

    def _restrictions(self, known: Sequence[int]) -> list[tuple[int, int]]:
        """The other edges of each triangle that restricts the last of the known edges."""
        last = known[-1]
        triangles = [t for t in self.triangles if last in t and set(t) <= set(known)]
        others = {tuple(sorted(e for e in t if e != last)) for t in triangles}
        padded = [(*pair, -1, -1) for pair in sorted(others)]
        return [(a, b) for a, b, *_ in padded]


def _padded(rows: Sequence[tuple[int, ...]], width: int) -> np.ndarray:
    return np.array([[*row, *[-1] * (width - len(row))] for row in rows], dtype=np.int64)
