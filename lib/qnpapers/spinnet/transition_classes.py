"""The states of the figures of [lulli2023], and the classes that their evaluations make."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import product
from math import prod
from operator import add
from typing import NamedTuple

import networkx as nx
import numpy as np

from qnpapers.errors import ColourError, ParameterError
from qnpapers.spinnet.honeycomb import honeycomb
from qnpapers.spinnet.networks import Network
from qnpapers.spinnet.quantum_numbers import level
from qnpapers.spinnet.recoupling import loop_value, theta
from qnpapers.spinnet.shadow_sum import evaluate_network

Colouring = tuple[int, ...]

_SAME = 1e-9
"""Values at a level whose logarithms differ by less are one class."""


class Squares(NamedTuple):
    """The square of a value in three normalisations of the vertices, exactly.

    Args:
        as_it_is: Kauffman and Lins.
        unit_theta: every vertex divided by the root of |theta|.
        kinematic: the network has norm one before the projection, prod |Delta| / prod |theta|.
    """

    as_it_is: Fraction
    unit_theta: Fraction
    kinematic: Fraction


def honeycomb_cycles(n: int) -> list[Colouring]:
    """The closed cycles of the honeycomb of n x n hexagons, as colourings by 0 and 1.

    A cycle is the boundary of a set of hexagons, where that boundary is in one piece.

    Args:
        n: 2 or 3; the work grows as 2^(n^2).

    Raises:
        ParameterError: n is larger.
        NetworkError: n is no integer of at least 2.

    Reference: [lulli2023, section VII] prints their numbers, 14 and 280.

    >>> len(honeycomb_cycles(2))
    14
    """
    comb = honeycomb(n)
    if n > 3:
        raise ParameterError(f"n = {n}: must be 2 or 3, all sets of hexagons are gone through")
    graph, (one, other) = comb.network.graph(), comb.pairs.T
    edges = sorted(graph.edges(keys=True), key=lambda edge: edge[2])
    found = []
    for hexagons in product((0, 1), repeat=n * n):
        inside = np.append(hexagons, 0)  # the outer face is -1
        path = inside[one] ^ inside[other]
        used = [edge for edge in edges if path[edge[2]]]
        if used and nx.is_connected(graph.edge_subgraph(used)):
            found.append(tuple(path.tolist()))
    return found


def cycle_states(cycles: Sequence[Colouring], most: int) -> Counter[Colouring]:
    """How many multisets of 1 to `most` cycles add up to each colouring.

    Args:
        cycles: colourings of one network.
        most: at least 1.

    Raises:
        ParameterError: there is no cycle, or `most` is below 1.

    Reference: [lulli2023, section VII].

    >>> cycle_states([(1, 0), (0, 1), (1, 1)], 2)[1, 1]
    2
    """
    if not cycles or most < 1:
        raise ParameterError(f"{len(cycles)} cycles, most = {most}: at least one of each is needed")
    layers = [Counter({(0,) * len(cycles[0]): 1}), *(Counter[Colouring]() for _ in range(most))]
    for cycle in cycles:
        for size in range(most):
            for colouring, times in list(layers[size].items()):
                layers[size + 1][tuple(map(add, colouring, cycle))] += times
    return sum(layers[1:], Counter())


def edge_symmetries(network: Network) -> list[tuple[int, ...]]:
    """Rotations and reflections of a network, as permutations of its edges.

    >>> len(edge_symmetries(honeycomb(2).network))
    12
    """
    lines = nx.line_graph(network.graph())
    matcher = nx.isomorphism.GraphMatcher(lines, lines)
    turns = [{a[2]: b[2] for a, b in turn.items()} for turn in matcher.isomorphisms_iter()]
    return [tuple(turn[edge] for edge in range(network.edges)) for turn in turns]


def up_to_symmetry(
    states: Mapping[Colouring, int], symmetries: Iterable[tuple[int, ...]]
) -> Counter[Colouring]:
    """One colouring of each orbit, with the number of states in it.

    >>> up_to_symmetry({(1, 0): 2, (0, 1): 3}, [(0, 1), (1, 0)])
    Counter({(1, 0): 5})
    """
    turns = list(symmetries)
    orbits: Counter[Colouring] = Counter()
    for colouring, times in states.items():
        orbits[max(tuple(colouring[edge] for edge in turn) for turn in turns)] += times
    return orbits


def normalised_squares(network: Network, colouring: Colouring) -> Squares:
    """The square of the classical value of a network in the three normalisations of `Squares`.

    Args:
        network: planar.
        colouring: admissible at every vertex.

    Raises:
        ColourError: three colours cannot meet at a vertex, so there is nothing to divide by.

    >>> from qnpapers.spinnet import honeycomb_colouring
    >>> ones = tuple(honeycomb_colouring([[1, 1], [1, 1]]).tolist())
    >>> [str(square) for square in normalised_squares(honeycomb(2).network, ones)]
    ['9', '1/81', '48']
    """
    value = evaluate_network(network, colouring)
    assert isinstance(value, Fraction)  # classical values are
    triples = [tuple(colouring[edge] for edge in vertex) for vertex in network.vertices]
    corners = prod(_theta_size(*triple) for triple in triples)
    if not corners:
        wrong = next(triple for triple in triples if not _theta_size(*triple))
        raise ColourError(f"colours {wrong}: must be admissible where they meet")
    square, edges = value * value, prod(colour + 1 for colour in colouring)
    return Squares(square, square / corners, square * edges / corners)


def admissible_at(network: Network, colouring: Colouring, r: int) -> bool:
    """Whether no vertex of a classically admissible colouring has a sum above 2r - 4.

    Raises:
        ColourError: r is below 3.

    >>> [admissible_at(honeycomb(2).network, (2,) * 9, r) for r in (4, 5)]
    [False, True]
    """
    most = 2 * _level(r) - 4
    return all(sum(colouring[edge] for edge in vertex) <= most for vertex in network.vertices)


def log_classes(network: Network, colourings: Collection[Colouring], r: int) -> np.ndarray:
    """Different values of ln |<H>| at level r, in ascending order; zeros are no class.

    Args:
        network: planar.
        colourings: classically admissible; those that are not at level r are passed over.
        r: level, at least 3.

    Returns:
        Values that are at least 1e-9 from one another.

    Raises:
        ColourError: r is below 3.

    >>> from qnpapers.spinnet import honeycomb_colouring
    >>> ones = tuple(honeycomb_colouring([[1, 1], [1, 1]]).tolist())
    >>> log_classes(honeycomb(2).network, [ones], 5).round(6).tolist()
    [-1.443635]
    """
    fitting = [one for one in colourings if admissible_at(network, one, r)]
    values = [abs(float(evaluate_network(network, one, r))) for one in fitting]
    logs = np.sort(np.log([value for value in values if value]))
    return logs[np.diff(logs, prepend=-np.inf) > _SAME]


def loop_spectrum(strands: int, r: int | None = None) -> list[Fraction] | list[float]:
    """Transition probabilities between loops of 0 to `strands` strands, in ascending order.

        A = min(|Delta_m|, |Delta_n|)^2 / max(...)^2,   |Delta_n| = [n + 1]

    A loop is the simplest network of an image, one pixel of value n. Classically A is the square
    of any fraction up to 1, so the spectrum becomes dense in [0, 1] as strands are added, with the
    largest gap (2 N + 1) / (N + 1)^2 below 1. At level r only r - 1 loops are not zero.

    Args:
        strands: N, at least 1.
        r: level, at least 3; None for the classical spectrum, exactly.

    Raises:
        ParameterError: there is no strand.
        ColourError: r is below 3.

    >>> [str(p) for p in loop_spectrum(2)]
    ['1/9', '1/4', '4/9', '1']
    """
    if strands < 1:
        raise ParameterError(f"strands = {strands!r}: must be at least 1")
    if r is None:
        sizes = range(1, strands + 2)
        return sorted({Fraction(min(m, n) ** 2, max(m, n) ** 2) for m in sizes for n in sizes})
    loops = np.array([abs(float(loop_value(n, r))) for n in range(min(strands, _level(r) - 2) + 1)])
    found = np.unique(np.minimum.outer(loops, loops) ** 2 / np.maximum.outer(loops, loops) ** 2)
    return found[np.diff(found, prepend=-1) > _SAME].tolist()


@cache
def _theta_size(a: int, b: int, c: int) -> Fraction:
    value = theta(a, b, c)
    assert isinstance(value, Fraction)  # classical values are
    return value if value > 0 else -value


def _level(r: int) -> int:
    checked = level(r)
    assert checked is not None  # r is no None
    return checked
