"""The value of a planar network by moves that make it smaller, as in [lulli2023].

Triangles and bigons are removed; where there are none, an F-move takes an edge away from the
smallest face. The moves depend on the graph only; colours enter when they are replayed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from qnpapers.errors import NetworkError, SizeError
from qnpapers.spinnet.networks import Network, as_colours, as_network
from qnpapers.spinnet.quantum_numbers import Exact, Numbers, evaluate, level
from qnpapers.spinnet.recoupling import (
    fits,
    loop,
    recoupling_of,
    tetrahedron_of,
    theta_of,
)
from qnpapers.spinnet.shadow_sum import prefactor

MAX_SUMS = 16
"""Nested sums that are allowed: the number of terms is exponential in it."""


@dataclass(frozen=True)
class FMove:
    """Replace the edge j of (a b j), (c d j) by edges i of (a d i), (b c i), summed over i."""

    a: int
    b: int
    i: int
    c: int
    d: int
    j: int


@dataclass(frozen=True)
class Triangle:
    """Replace a triangle by a vertex: factor Tet / theta of the legs.

    Args:
        legs: the three edges that leave the triangle.
        sides: the sides of the triangle opposite them.
    """

    legs: tuple[int, int, int]
    sides: tuple[int, int, int]


@dataclass(frozen=True)
class Bubble:
    """Replace a bigon by an edge: factor theta / Delta, and the legs must have one colour."""

    legs: tuple[int, int]
    sides: tuple[int, int]


@dataclass(frozen=True)
class Theta:
    """The last move: two vertices joined by three edges."""

    edges: tuple[int, int, int]


Move = FMove | Triangle | Bubble | Theta


def evaluate_by_decimation(
    graph: Network | Iterable[Sequence[int]],
    colours: Iterable[int],
    r: int | None = None,
    *,
    precision: int | None = None,
) -> Fraction | float | arb:
    """Kauffman-Lins value of a planar network by F-moves, triangles and bubbles.

    A second route to `evaluate_network`, for small networks: the sums are nested, the number of
    terms is exponential in their number.

    Args:
        graph: a `Network`, or for each vertex its three edges counter-clockwise; without bridges.
        colours: one colour for each edge.
        r: level, at least 3; None for the classical value.
        precision: bits of a ball to return in place of a float64.

    Returns:
        As `evaluate_network`.

    Raises:
        NetworkError, ColourError, PrecisionError: as `evaluate_network`; NetworkError also where
            an edge is a bridge.
        SizeError: more than `MAX_SUMS` nested sums are needed.
    """
    network = as_network(graph)
    known, moves = as_colours(network, colours), decimation(network)
    sums = summations(moves)
    if sums > MAX_SUMS:
        raise SizeError(f"{sums} nested sums are needed: at most {MAX_SUMS} are allowed")

    def value(numbers: Numbers) -> Exact:
        if any(not fits(numbers, *(known[e] for e in edges)) for edges in network.vertices):
            return numbers.integer(0)
        return _replay(numbers, moves, dict(enumerate(known)))

    def integral(numbers: Numbers) -> Exact:
        return value(numbers) / prefactor(numbers, network, known)

    return evaluate(value, level(r), precision, integral)


def summations(moves: Iterable[Move]) -> int:
    """Number of sums that a decimation leaves: F-moves, less the colours that bubbles fix."""
    return sum(isinstance(m, FMove) - isinstance(m, Bubble) for m in moves)


def decimation(graph: Network | Iterable[Sequence[int]]) -> list[Move]:
    """The moves that take a network apart, the smallest face first.

    New edges are numbered from E on, in the order of the F-moves.

    Raises:
        NetworkError: see `Network`; or an edge is a bridge.
    """
    network = as_network(graph)
    for edge, (left, right) in enumerate(network.edge_faces):
        if left == right:
            raise NetworkError(f"edge {edge} is a bridge: use evaluate_network")
    drawing = _Drawing(network)
    moves: list[Move] = []
    while len(drawing.around) > 2:
        moves.append(drawing.reduce())
    first, second, third = next(iter(drawing.around.values()))
    return [*moves, Theta((first, second, third))]


def _replay(numbers: Numbers, moves: Sequence[Move], colours: dict[int, int]) -> Exact:
    """The nested sums: value of the network that the remaining moves take apart."""
    factor = numbers.integer(1)
    for position, move in enumerate(moves):
        match move:
            case FMove():
                return factor * _sum_over(numbers, move, moves[position + 1 :], colours)
            case Triangle(legs, sides):
                (a, b, c), (x, y, z) = (tuple(colours[e] for e in part) for part in (legs, sides))
                if not fits(numbers, a, b, c):
                    return numbers.integer(0)
                factor *= tetrahedron_of(numbers, a, b, z, x, y, c) / theta_of(numbers, a, b, c)
            case Bubble((a, b), (x, y)):
                if colours[a] != colours[b]:
                    return numbers.integer(0)
                factor *= theta_of(numbers, colours[a], colours[x], colours[y])
                factor /= loop(numbers, colours[a])
            case Theta(edges):
                factor *= theta_of(numbers, *(colours[e] for e in edges))
    return factor


def _sum_over(
    numbers: Numbers, move: FMove, rest: Sequence[Move], colours: dict[int, int]
) -> Exact:
    a, b, c, d, j = (colours[e] for e in (move.a, move.b, move.c, move.d, move.j))
    total = numbers.integer(0)
    for i in range(max(abs(a - d), abs(b - c)), min(a + d, b + c) + 1):
        if fits(numbers, a, d, i) and fits(numbers, b, c, i):
            symbol = recoupling_of(numbers, a, b, i, c, d, j)
            total += symbol * _replay(numbers, rest, {**colours, move.i: i})
    return total


class _Drawing:
    """A network that is being taken apart: `around[v]` are the edges of v, counter-clockwise."""

    def __init__(self, network: Network) -> None:
        self.around: dict[int, list[int]] = {v: list(e) for v, e in enumerate(network.vertices)}
        self._next = network.edges

    def reduce(self) -> Move:
        """One move at the smallest face."""
        faces = self._faces()
        smallest = min(faces, key=len)
        if len(smallest) == 2:
            return self._remove_bigon(*smallest)
        if len(smallest) == 3:
            return self._remove_triangle(smallest)
        return self._flip(smallest, faces)

    def _faces(self) -> list[list[tuple[int, int]]]:
        """The (vertex, slot) from which each face is left, clockwise around the face."""
        at: dict[int, list[tuple[int, int]]] = {}
        for v, edges in self.around.items():
            for slot, edge in enumerate(edges):
                at.setdefault(edge, []).append((v, slot))
        faces, seen = [], set()
        for start in (end for ends in at.values() for end in ends):
            face, here = [], start
            while here not in seen:
                seen.add(here)
                face.append(here)
                first, second = at[self.around[here[0]][here[1]]]
                vertex, slot = second if first == here else first
                here = (vertex, (slot + 1) % 3)
            if face:
                faces.append(face)
        return faces

    def _remove_bigon(self, first: tuple[int, int], second: tuple[int, int]) -> Bubble:
        legs, sides = [], []
        for vertex, slot in (first, second):
            edges = self.around.pop(vertex)
            sides.append(edges[slot])
            legs.append(edges[(slot + 1) % 3])
        for edges in self.around.values():
            edges[:] = [legs[0] if e == legs[1] else e for e in edges]
        return Bubble((legs[0], legs[1]), (sides[0], sides[1]))

    def _remove_triangle(self, face: Sequence[tuple[int, int]]) -> Triangle:
        # left by `slot`, entered by `slot - 1`: the third edge is the leg
        legs = [self.around[v][(slot + 1) % 3] for v, slot in face]
        sides = [self.around[v][slot] for v, slot in face]
        for v, _ in face:
            del self.around[v]
        self.around[face[0][0]] = legs[::-1]  # the face is walked clockwise
        opposite = (sides[1], sides[2], sides[0])  # sides[k] goes from vertex k to k + 1
        return Triangle((legs[0], legs[1], legs[2]), opposite)

    def _flip(
        self, face: Sequence[tuple[int, int]], faces: Sequence[Sequence[tuple[int, int]]]
    ) -> FMove:
        """F-move at an edge of the face: both faces beside it lose an edge.

        Of the edges that do not become a bridge, the one with the smallest face across it.
        """
        name = {end: number for number, ends in enumerate(faces) for end in ends}

        def across(step: tuple[tuple[int, int], tuple[int, int]]) -> float:
            (u, slot), (v, leaving) = step
            if name[(u, (slot + 2) % 3)] == name[(v, (leaving + 1) % 3)]:
                return math.inf  # the faces at its ends are one: the new edge were a bridge
            return len(faces[name[(v, (leaving - 1) % 3)]])

        steps = zip(face, [*face[1:], face[0]], strict=True)
        (u, slot), (v, _) = min(steps, key=across)
        j = self.around[u][slot]
        _, a, b = _from(self.around[u], slot)
        _, c, d = _from(self.around[v], self.around[v].index(j))
        i, self._next = self._next, self._next + 1
        self.around[u], self.around[v] = [i, d, a], [i, b, c]
        return FMove(a, b, i, c, d, j)


def _from(edges: Sequence[int], slot: int) -> list[int]:
    return [edges[slot], edges[(slot + 1) % 3], edges[(slot + 2) % 3]]
