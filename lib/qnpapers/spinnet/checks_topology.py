"""Checks and controls of claims 1.2, 1.3 and 1.6: the state sum knows the manifold, nothing else.

Every function takes `rng` and `profile` ("smoke" or "full") and returns a `Report`. A control is
the same comparison on input for which the claim must be rejected.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations

import networkx as nx
import numpy as np

from qnpapers.errors import GluingError
from qnpapers.evidence import Evidence, Report
from qnpapers.spinnet.gluings import Gluings, vertex_count
from qnpapers.spinnet.manifolds import lens_space, named_manifold
from qnpapers.spinnet.modular import (
    connected_sum_invariant,
    count_colourings,
    lens_space_invariant,
    verlinde,
)
from qnpapers.spinnet.pachner import Move, pachner_move
from qnpapers.spinnet.state_sum import turaev_viro

ROUND_OFF = 1e-9
"""Difference allowed between two state sums; their own bounds are below 1e-9 for r up to 8."""

Case = tuple[str, float, float]
"""What was compared, the value, and what it is compared with."""


# 1.2: gluing


def gluing_multiplies(*, rng: np.random.Generator, profile: str) -> Report:
    """1.2: TV(M # N) TV(S^3) = TV(M) TV(N) on triangulations of connected sums."""
    return Report(_differences("TV(M # N) - TV(M) TV(N) / TV(S^3)", _sums(profile)))


def gluing_without_the_sphere(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 1.2: the product without TV(S^3)."""
    cases = _sums(profile, _product)
    return Report(_differences("TV(M # N) - TV(M) TV(N)", cases))


def _sums(
    profile: str, formula: Callable[[float, float, int], float] = connected_sum_invariant
) -> Iterator[Case]:
    pairs = [("RP3", "RP3"), ("L(3,1)", "L(5,2)"), ("S2xS1", "L(4,1)")]
    for one, other in pairs if profile == "smoke" else [*pairs, ("T3", "RP3"), ("T3", "S2xS1")]:
        for r in (3, 4, 5) if profile == "smoke" else (3, 4, 5, 6, 7):
            values = [turaev_viro(named_manifold(name), r) for name in (one, other)]
            whole = turaev_viro(named_manifold(f"{one}#{other}"), r)
            yield f"{one} # {other}, r = {r}", whole, formula(values[0], values[1], r)


def _product(one: float, other: float, r: int) -> float:
    return one * other


def surface_times_circle_counts_states(*, rng: np.random.Generator, profile: str) -> Report:
    """1.2: the cylinder is a projector; its trace is Verlinde's number squared."""
    return Report(_differences("TV(Sigma_g x S^1) - verlinde^2", _surfaces(profile, 2)))


def surface_times_circle_counted_once(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 1.2: Verlinde's number itself, the dimension for one orientation only."""
    return Report(_differences("TV(Sigma_g x S^1) - verlinde", _surfaces(profile, 1)))


def _surfaces(profile: str, power: int) -> Iterator[Case]:
    for genus in (0, 1, 2):
        manifold = named_manifold(f"Sigma{genus}xS1")
        for r in range(3, 6 if profile == "smoke" else 9):
            value = float(verlinde(genus, r) ** power)
            yield f"genus {genus}, r = {r}", turaev_viro(manifold, r), value


# 1.3 and 1.6: refinement


def refinement_changes_nothing(*, rng: np.random.Generator, profile: str) -> Report:
    """1.3, 1.6: Pachner moves (another number and topology of layers) leave TV alone."""
    return Report(_differences("change of TV under Pachner moves", _refined(rng, profile, 0)))


def refinement_without_vertex_factor(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 1.3: without the factor N^-1 for each vertex the sum depends on the refinement."""
    return Report(_differences("change of TV without N^-V", _refined(rng, profile, 1)))


def _refined(rng: np.random.Generator, profile: str, power: int) -> Iterator[Case]:
    for name in ("S3", "L(5,2)", "RP3") if profile == "smoke" else ("S3", "L(5,2)", "L(7,2)", "T3"):
        for r in (3, 5, 6):
            gluings = named_manifold(name)
            before = _sum_with_vertices(gluings, r, power)
            for step in range(6 if profile == "smoke" else 12):
                gluings = random_move(gluings, rng=rng, grow=step < 3)
                after = _sum_with_vertices(gluings, r, power)
                yield f"{name}, r = {r}, {len(gluings)} tetrahedra", after, before


def _sum_with_vertices(gluings: Gluings, r: int, power: int) -> float:
    total = r / (2 * math.sin(math.pi / r) ** 2)
    return turaev_viro(gluings, r) * total ** (power * vertex_count(gluings))


def random_move(gluings: Gluings, *, rng: np.random.Generator, grow: bool) -> Gluings:
    """One Pachner move at a random place; where none that shrinks fits, one that grows."""
    moves: list[tuple[Move, int]] = [("1-4", 4), ("2-3", 3)]
    if not grow:
        moves = [("4-1", 1), ("3-2", 2), *moves[::-1]]
    for move, size in moves if not grow else [moves[n] for n in rng.permutation(2)]:
        places = [(t, v) for t in range(len(gluings)) for v in combinations(range(4), size)]
        for n in rng.permutation(len(places)):
            try:
                return pachner_move(gluings, move, *places[n])
            except GluingError:
                continue
    raise GluingError("no Pachner move is possible")  # a 1-4 move always is


# 1.3: lens spaces


def lens_spaces_agree(*, rng: np.random.Generator, profile: str) -> Report:
    """1.3: the state sum of L(p, q) is |(S T^{a_1} S ... S)_00|^2."""
    return Report(_differences("state sum - |(S T .. S)_00|^2", _lens_spaces(profile)))


def _lens_spaces(profile: str) -> Iterator[Case]:
    for p in range(8 if profile == "smoke" else 20):
        for q in (q for q in range(1, max(p, 2)) if math.gcd(p, q) == 1):
            for r in (4, 5, 7):
                value = turaev_viro(lens_space(p, q), r)
                yield f"L({p},{q}), r = {r}", value, lens_space_invariant(p, q, r)


def homotopy_type_decides(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 1.3: that homotopy equivalent manifolds have equal sums: L(7,1), L(7,2)."""
    values = [turaev_viro(named_manifold(name), 7) for name in ("L(7,1)", "L(7,2)")]
    return Report(
        _differences("TV_7(L(7,1)) - TV_7(L(7,2))", [("L(7,1), L(7,2)", values[0], values[1])])
    )


# Dictionary and 4.1: sample complexity is Verlinde's number


def colourings_depend_on_cycles_only(*, rng: np.random.Generator, profile: str) -> Report:
    """The number of admissible colourings of a trivalent graph is Verlinde's for its cycles."""
    return Report(_counts(rng, profile, 0))


def colourings_of_another_level(*, rng: np.random.Generator, profile: str) -> Report:
    """Control: Verlinde's number of the next level."""
    return Report(_counts(rng, profile, 1))


def _counts(rng: np.random.Generator, profile: str, shift: int) -> Evidence:
    cases = []
    for genus in range(3, 7 if profile == "smoke" else 10):
        graph = nx.random_regular_graph(3, 2 * genus - 2, seed=int(rng.integers(2**31)))
        genus = graph.number_of_edges() - len(graph) + nx.number_connected_components(graph)
        if not nx.is_connected(graph):
            continue
        number = {frozenset(edge): n for n, edge in enumerate(graph.edges)}
        vertices = [tuple(number[frozenset((v, w))] for w in graph[v]) for v in graph]
        cases += [
            (genus, r, count_colourings(vertices, r) - verlinde(genus, r + shift))
            for r in (3, 5, 8)
        ]
    wrong = [case for case in cases if case[2]]
    worst = wrong[0] if wrong else cases[-1]
    return Evidence(
        "graphs whose number of colourings is not Verlinde's",
        len(wrong),
        0,
        len(cases),
        f"random graph with {worst[0]} cycles, r = {worst[1]}, difference {worst[2]}",
    )


def _differences(quantity: str, cases: Iterable[Case]) -> Evidence:
    """The largest difference over the cases, which must be round-off."""
    found = list(cases)
    name, value, other = max(found, key=lambda case: abs(case[1] - case[2]))
    return Evidence(
        f"largest |{quantity}|", abs(value - other), 0.0, len(found), name, tolerance=ROUND_OFF
    )
