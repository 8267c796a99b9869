from __future__ import annotations

import math
import random

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracles import strokes
from qnpapers.errors import ColourError, NetworkError, PrecisionError, SizeError
from qnpapers.spinnet import (
    Network,
    add_handle,
    admissible_colourings,
    honeycomb,
    physical_projector,
    physical_states,
    surface_states,
    torus_honeycomb,
    verlinde,
)

THETA = Network(((0, 1, 2), (2, 1, 0)))
PRISM = honeycomb(2).network
TORUS = torus_honeycomb(2, 2)
DOUBLE = add_handle(TORUS, (0, TORUS.edge_faces[0][0]), (7, TORUS.edge_faces[7][1]))


@pytest.mark.parametrize(
    ("network", "r"), [(THETA, 6), (PRISM, 3), (PRISM, 4), (PRISM, 5), (TORUS, 3), (TORUS, 4)]
)
def test_scalar_products_are_those_of_the_projector(network, r):
    states = physical_states(network, admissible_colourings(network, r), r)
    # sums of some hundred float64 terms below 1
    np.testing.assert_allclose(states.gram, physical_projector(network, r), atol=1e-14)
    assert states.errors.max() < 1e-12


@pytest.mark.parametrize(
    ("network", "r", "rank"),
    [(PRISM, 4, 1), (TORUS, 3, 4), (TORUS, 4, 9), (DOUBLE, 3, 16), (DOUBLE, 4, 100)],
)
def test_all_colourings_span_verlinde_squared(network, r, rank):
    states = physical_states(network, admissible_colourings(network, r), r)
    assert rank == verlinde(network.genus, r) ** 2
    assert states.rank == rank
    gram = states.gram
    assert np.trace(gram) == pytest.approx(rank, abs=1e-10)
    np.testing.assert_allclose(gram @ gram, gram, atol=1e-13)


@given(st.integers(0, 10**6))
def test_scalar_products_are_a_projector_on_any_network(seed):
    network = bridgeless_network(seed)
    if network is not None:
        gram = physical_states(network, admissible_colourings(network, 3), 3).gram
        np.testing.assert_allclose(gram @ gram, gram, atol=1e-13)
        assert np.trace(gram) == pytest.approx(verlinde(network.genus, 3) ** 2, abs=1e-10)


def bridgeless_network(seed):
    """A random trivalent network on a random surface; None where it has a bridge or two pieces."""
    rng = random.Random(seed)
    vertices = rng.choice([2, 4, 6])
    ends = 2 * list(range(3 * vertices // 2))
    rng.shuffle(ends)
    triples = tuple(tuple(ends[3 * k : 3 * k + 3]) for k in range(vertices))
    for genus in range(4):
        try:
            network = Network(triples, genus=genus)
        except NetworkError:
            continue
        graph = network.graph()
        bridges = [e for e in nx.bridges(nx.Graph(graph)) if graph.number_of_edges(*e) == 1]
        return None if bridges else network
    return None


@pytest.mark.parametrize("r", [5, 6])
def test_the_order_of_faces_changes_nothing(r):
    network = torus_honeycomb(3, 4)
    rng = np.random.default_rng(1)
    loops = [hexagon(network, f) for f in range(network.faces)]
    colourings = np.array([sum(loops[f] for f in rng.permutation(12)[:5]) for _ in range(8)])
    one = physical_states(network, colourings, r)
    other = physical_states(network, colourings, r, order=rng.permutation(12).tolist())
    np.testing.assert_allclose(one.gram, other.gram, atol=1e-14)
    np.testing.assert_allclose(one.log_norms, other.log_norms, atol=1e-12)
    overlaps, others = one.vectors @ one.vectors.T, other.vectors @ other.vectors.T
    np.testing.assert_allclose(overlaps, others, atol=1e-13)


def hexagon(network, face):
    """One strand along the boundary of a face."""
    return np.array([pair.count(face) for pair in network.edge_faces])


@pytest.mark.parametrize("r", [4, 5, 6, 9])
def test_strands_on_the_torus_are_matrices(r):
    # hexagons (0, 0); a zigzag between the two rows; one between the two columns; both columns
    spot = [int(0 in pair) for pair in TORUS.edge_faces]
    around, along = [0, 1, 1] * 2 + [0] * 6, [1, 0, 0, 0, 0, 1] * 2
    twice = [2 * colour for colour in around]
    expected = [
        np.eye(r - 1),
        -2 * math.cos(math.pi / r) * np.eye(r - 1),
        strokes.loop_around(r),
        strokes.loop_along(r),
        strokes.loop_around(r) @ strokes.loop_around(r) - np.eye(r - 1),  # two strands, symmetrised
    ]
    states = physical_states(TORUS, [[0] * 12, spot, around, along, twice], r)
    by_hand = [[strokes.probability(a, b) for b in expected] for a in expected]
    np.testing.assert_allclose(states.transition_probabilities, by_hand, atol=1e-13)


def test_projectors_have_the_distances_of_probabilities():
    states = physical_states(TORUS, admissible_colourings(TORUS, 4), 4)
    some = states.projectors[::50]
    squares = ((some[:, None] - some) ** 2).sum(axis=-1)
    expected = 2 - 2 * states.transition_probabilities[::50, ::50]
    np.testing.assert_allclose(squares, expected, atol=1e-7)
    assert states.coordinates.shape == (528, 9)


def test_what_is_not_admissible_is_nothing():
    states = physical_states(TORUS, [[0] * 12, [1] + [0] * 11, [4] * 12], 5)
    assert np.all(states.vectors[1:] == 0)
    assert states.log_norms.tolist()[1:] == [-math.inf, -math.inf]
    assert np.all(states.gram[1:] == 0)
    nothing = physical_states(TORUS, [[1] + [0] * 11], 5)
    assert nothing.rank == 0
    assert nothing.vectors.shape == (1, 0)


def test_equal_colourings_are_equal_states():
    states = physical_states(TORUS, [[0] * 12, [0, 2, 2] * 2 + [0] * 6, [0] * 12], 6)
    assert np.array_equal(states.vectors[0], states.vectors[2])
    assert states.rank == 2


def test_wrong_input():
    with pytest.raises(NetworkError, match=r"shape \(1, 11\): must be \(count, 12\), one for each"):
        physical_states(TORUS, [[0] * 11], 5)
    with pytest.raises(ColourError, match="colourings: must be integers of at least 0"):
        physical_states(TORUS, [[-1] + [0] * 11], 5)
    with pytest.raises(ColourError, match="colourings: must be integers of at least 0"):
        physical_states(TORUS, np.zeros((1, 12)), 5)
    with pytest.raises(NetworkError, match="r = None: classically flatness needs infinitely many"):
        physical_states(TORUS, [[0] * 12], None)
    with pytest.raises(ColourError, match="r = 13: must be at most 12 here"):
        physical_states(TORUS, [[0] * 12], 13)
    with pytest.raises(ColourError, match="r = 2: must be None"):
        physical_states(TORUS, [[0] * 12], 2)


def test_too_much_to_remember():
    network = torus_honeycomb(12, 12)
    with pytest.raises(SizeError, match=r"\d+ edges must be remembered, 21 fit at this level"):
        physical_states(network, np.zeros((1, network.edges), dtype=int), 8)


def test_limits_are_kept(monkeypatch):
    busy = np.full((1, 12), 2)
    monkeypatch.setattr(surface_states, "MAX_STATES", 3)
    with pytest.raises(SizeError, match=r"a vector has \d+ entries, 3 are allowed"):
        physical_states(TORUS, busy, 6)
    monkeypatch.setattr(surface_states, "MAX_STATES", 1000)
    monkeypatch.setattr(surface_states, "WORST_ERROR", 1e-18)
    with pytest.raises(PrecisionError, match=r"moved a state by .*: at most 1e-18 is allowed"):
        physical_states(TORUS, busy, 6)
