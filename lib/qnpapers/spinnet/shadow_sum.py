"""The value of a planar network as a sum over labels of its faces (the shadow-state sum).

    <G> = sum_x prod_faces Delta_x prod_edges 1/theta(c, x, y) prod_vertices Tet(c1 c2 c3; x y z)

with label 0 on the outer face. The sum is swept face by face; only the labels of the frontier, the
faces that still have a neighbour to come, are remembered.

With the factorials of theta and Tet pulled out, the sum of the other factors is an integer,

    <G> prod_edges [c]! / prod_vertices [m]! [n]! [p]!

(at level r an algebraic integer: F. Costantino, Integrality of Kauffman brackets of trivalent
graphs, Quantum Topology 5 (2014) 143).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from operator import itemgetter

from flint import arb

from qnpapers.errors import SizeError
from qnpapers.spinnet.networks import Network, Triple, as_colours, as_network
from qnpapers.spinnet.quantum_numbers import (
    CLASSICAL,
    START_BITS,
    Exact,
    Numbers,
    balls,
    evaluate,
    level,
)
from qnpapers.spinnet.recoupling import corner_factor, edge_factor, fits, loop, tetrahedron_sum

MAX_STATES = 1_000_000
"""Largest frontier that is held: about 1 GB of labels and fractions."""

Labels = tuple[int, ...]
Choices = list[tuple[int, Exact]]


@dataclass(frozen=True)
class Surroundings:
    """What the weight of a face depends on, by positions in the local labels and edges.

    Args:
        edges: (edge, label) for each edge to a face that has come before; label -1 is the face.
        vertices: (three edges, the three labels opposite) for each vertex that is now complete.
    """

    edges: tuple[tuple[int, int], ...]
    vertices: tuple[tuple[Triple, Triple], ...]


@dataclass(frozen=True)
class Step:
    """One face of the sweep.

    Args:
        surroundings: which factors appear with this face.
        edges: the edges of the network that `surroundings` counts.
        look: picks the local labels out of a state.
        keep: picks the next state out of a state followed by the label of the face.
    """

    surroundings: Surroundings
    edges: Labels
    look: Callable[[Labels], Labels]
    keep: Callable[[Labels], Labels]


def evaluate_network(
    graph: Network | Iterable[Sequence[int]],
    colours: Iterable[int],
    r: int | None = None,
    *,
    precision: int | None = None,
    max_states: int = MAX_STATES,
) -> Fraction | float | arb:
    """Kauffman-Lins value of a planar trivalent network, a loop of colour 1 counting -2.

    Args:
        graph: a `Network`, or for each vertex its three edges counter-clockwise.
        colours: one colour for each edge.
        r: level, at least 3; None for the classical value.
        precision: bits of a ball to return in place of a float64.
        max_states: largest frontier allowed.

    Returns:
        An exact fraction classically; at level r a float64 with a relative error below 2^-52, or
        a ball that encloses the value. Exactly 0 where a vertex is not admissible.

    Raises:
        NetworkError: the graph is no connected planar trivalent network, or the number of colours
            is not the number of edges.
        ColourError: a colour is no integer or negative, or r is below 3.
        SizeError: the frontier grows beyond `max_states`.
        PrecisionError: the value lies outside the range of float64.

    >>> evaluate_network([(0, 1, 2), (2, 1, 0)], [1, 1, 2])
    Fraction(3, 1)
    """
    network = as_network(graph)
    known, plan = as_colours(network, colours), plan_sweep(network)
    return value_of_sweep(network, known, plan, level(r), precision, max_states)


def frontier_sizes(
    graph: Network | Iterable[Sequence[int]], colours: Iterable[int], r: int | None = None
) -> list[int]:
    """Number of states remembered after each face of the sweep of `evaluate_network`.

    Raises:
        NetworkError, ColourError, SizeError: see `evaluate_network`.
    """
    network = as_network(graph)
    return sizes_of_sweep(as_colours(network, colours), plan_sweep(network), level(r))


def value_of_sweep(
    network: Network,
    colours: Labels,
    plan: Sequence[Step],
    r: int | None,
    precision: int | None,
    max_states: int,
) -> Fraction | float | arb:
    """`evaluate_network` for checked input and a given order of faces."""

    def integral(numbers: Numbers) -> Exact:
        if any(not fits(numbers, *_colours_at(edges, colours)) for edges in network.vertices):
            return numbers.integer(0)
        return sweep(numbers, plan, colours, max_states)[0]

    def value(numbers: Numbers) -> Exact:
        result = integral(numbers)
        return result if result == 0 else result * prefactor(numbers, network, colours)

    return evaluate(value, r, precision, integral)


def sizes_of_sweep(colours: Labels, plan: Sequence[Step], r: int | None) -> list[int]:
    """`frontier_sizes` for checked input and a given order of faces."""
    numbers = CLASSICAL if r is None else balls(r, START_BITS)
    return sweep(numbers, plan, colours, MAX_STATES)[1]


def prefactor(numbers: Numbers, network: Network, colours: Labels) -> Exact:
    """prod_vertices [m]! [n]! [p]! / prod_edges [c]!"""
    above, below = numbers.integer(1), numbers.integer(1)
    for edges in network.vertices:
        above *= corner_factor(numbers, *_colours_at(edges, colours))
    for c in colours:
        below *= numbers.factorial(c)
    return above / below


def sweep(
    numbers: Numbers, plan: Sequence[Step], colours: Labels, max_states: int
) -> tuple[Exact, list[int]]:
    """The integer sum of the module's text, and the number of states after each face."""
    states: dict[Labels, Exact] = {(): numbers.integer(1)}
    sizes = []
    for step in plan:
        states = _advance(numbers, step, tuple(colours[e] for e in step.edges), states)
        sizes.append(len(states))
        if len(states) > max_states:
            raise SizeError(
                f"the frontier has {len(states)} states after face {len(sizes)} of {len(plan)}: "
                f"max_states = {max_states} are allowed"
            )
    return states.get((), numbers.integer(0)), sizes


def _advance(
    numbers: Numbers, step: Step, colours: Labels, states: dict[Labels, Exact]
) -> dict[Labels, Exact]:
    weights = _weights(numbers, step.surroundings, colours)
    look, keep = step.look, step.keep
    advanced: dict[Labels, Exact] = {}
    for state, value in states.items():
        local = look(state)
        choices = weights.get(local)
        if choices is None:
            choices = weights[local] = _choices(numbers, step.surroundings, colours, local)
        for label, weight in choices:
            after = keep((*state, label))
            known = advanced.get(after)
            advanced[after] = value * weight if known is None else known + value * weight
    return advanced


@lru_cache(maxsize=4096)
def _weights(
    numbers: Numbers,  # noqa: ARG001  (part of the key)
    surroundings: Surroundings,  # noqa: ARG001
    colours: Labels,  # noqa: ARG001
) -> dict[Labels, Choices]:
    """Weights already worked out, by local labels; filled by `_advance`."""
    return {}


def _choices(
    numbers: Numbers, surroundings: Surroundings, colours: Labels, local: Labels
) -> Choices:
    """The labels a face may have, each with the weight of all factors that appear with it."""
    found = []
    for label in _range(surroundings, colours, local):
        labels = (*local, label)
        if all(fits(numbers, colours[e], labels[i], label) for e, i in surroundings.edges):
            weight = _weight(numbers, surroundings, colours, labels)
            if weight != 0:
                found.append((label, weight))
    return found


def _range(surroundings: Surroundings, colours: Labels, local: Labels) -> Iterable[int]:
    pairs = [(colours[e], local[i]) for e, i in surroundings.edges if i >= 0]
    if not pairs:
        return (0,)  # the outer face
    lowest, highest = max(abs(c - x) for c, x in pairs), min(c + x for c, x in pairs)
    return range(lowest, highest + 1)


def _weight(numbers: Numbers, surroundings: Surroundings, colours: Labels, labels: Labels) -> Exact:
    weight = loop(numbers, labels[-1])
    for edge, i in surroundings.edges:
        weight /= edge_factor(numbers, colours[edge], labels[i], labels[-1])
    for (a, b, c), (x, y, z) in surroundings.vertices:
        # the faces of Tet[A B E; C D F] are (A D E) (B C E) (A B F) (C D F): here (a b c) meets
        # at the vertex, and a is opposite x, b opposite y, c opposite z
        weight *= tetrahedron_sum(
            numbers, colours[a], colours[b], labels[z], labels[x], labels[y], colours[c]
        )
    return weight


def plan_sweep(network: Network, order: Sequence[int] | None = None) -> tuple[Step, ...]:
    """The steps of a sweep: which faces, in which order, and what is remembered between them.

    Args:
        network: any.
        order: the faces, the outer one first; each of the others must have a neighbour before it.
            None for the face with most edges, then always the neighbour of those that came
            before that leaves the smallest frontier.
    """
    return _plan(network, None if order is None else tuple(order))


@lru_cache(maxsize=256)
def _plan(network: Network, order: Labels | None) -> tuple[Step, ...]:
    neighbours = _neighbours(network)
    order = _smallest_frontier(network, neighbours) if order is None else order
    frontier: list[int] = []
    seen: set[int] = set()
    steps = []
    for face in order:
        seen.add(face)
        after = [f for f in (*frontier, face) if not neighbours[f] <= seen]
        steps.append(_step(network, face, seen, frontier, after))
        frontier = after
    return tuple(steps)


def _step(
    network: Network, face: int, seen: set[int], before: Sequence[int], after: Sequence[int]
) -> Step:
    edges = [
        (edge, right if left == face else left)
        for edge, (left, right) in enumerate(network.edge_faces)
        if face in (left, right) and {left, right} <= seen
    ]
    vertices = [
        (network.vertices[v], opposite)
        for v, opposite in enumerate(network.vertex_faces)
        if face in opposite and seen.issuperset(opposite)
    ]
    used = sorted({e for e, _ in edges} | {e for triple, _ in vertices for e in triple})
    faces = {f for _, f in edges} | {f for _, opposite in vertices for f in opposite}
    local = [f for f in before if f in faces]
    place = {f: i for i, f in enumerate(local)} | {face: -1}
    number = {e: i for i, e in enumerate(used)}
    surroundings = Surroundings(
        tuple((number[e], place[f]) for e, f in edges),
        tuple((_map(triple, number), _map(opposite, place)) for triple, opposite in vertices),
    )
    at = {f: i for i, f in enumerate((*before, face))}
    look, keep = _picker([at[f] for f in local]), _picker([at[f] for f in after])
    return Step(surroundings, tuple(used), look, keep)


def _neighbours(network: Network) -> list[set[int]]:
    around: list[set[int]] = [set() for _ in range(network.faces)]
    for left, right in network.edge_faces:
        around[left].add(right)
        around[right].add(left)
    return around


def _smallest_frontier(network: Network, neighbours: Sequence[set[int]]) -> Labels:
    sizes = network.boundary_sizes
    order = [max(range(network.faces), key=lambda f: sizes[f])]
    seen, frontier = set(order), set(order)
    while len(order) < network.faces:
        reachable = {f for g in frontier for f in neighbours[g]} - seen
        best = min(sorted(reachable), key=partial(_left_over, neighbours, seen, frontier))
        order.append(best)
        seen.add(best)
        frontier = {f for f in frontier | {best} if not neighbours[f] <= seen}
    return tuple(order)


def _left_over(
    neighbours: Sequence[set[int]], seen: set[int], frontier: set[int], face: int
) -> int:
    """Size of the frontier once the face has come."""
    now = seen | {face}
    return sum(not neighbours[f] <= now for f in frontier | {face})


def _picker(positions: Sequence[int]) -> Callable[[Labels], Labels]:
    if len(positions) > 1:
        return itemgetter(*positions)
    if not positions:
        return lambda _: ()
    only = positions[0]
    return lambda labels: (labels[only],)


def _map(keys: Triple, places: dict[int, int]) -> Triple:
    return places[keys[0]], places[keys[1]], places[keys[2]]


def _colours_at(edges: Triple, colours: Labels) -> Triple:
    first, second, third = edges
    return colours[first], colours[second], colours[third]
