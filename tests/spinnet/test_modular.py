from __future__ import annotations

import math
from itertools import product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qnpapers.errors import ColourError, GluingError, NetworkError, ShapeError
from qnpapers.spinnet import (
    Network,
    connected_sum_invariant,
    count_colourings,
    fusion_matrices,
    honeycomb,
    lens_space_invariant,
    modular_matrices,
    verlinde,
)

# Section 4.5 of the notes on [marciano2020]; r = 3 to 8.
VERLINDE = {
    1: [2, 3, 4, 5, 6, 7],
    2: [4, 10, 20, 35, 56, 84],
    3: [8, 36, 120, 329, 784, 1680],
    4: [16, 136, 800, 3611, 13328, 42048],
    5: [32, 528, 5600, 42065, 241472, 1122560],
}
PRISM = [(0, 2, 6), (0, 1, 7), (1, 2, 8), (3, 5, 6), (3, 4, 7), (4, 5, 8)]


@pytest.mark.parametrize("genus", VERLINDE)
def test_verlinde_numbers(genus):
    assert [verlinde(genus, r) for r in range(3, 9)] == VERLINDE[genus]


@given(st.integers(0, 8), st.integers(3, 20))
def test_verlinde_numbers_by_sines(genus, r):
    j = np.arange(1, r)
    by_sines = (r / 2) ** (genus - 1) * np.sum(np.sin(np.pi * j / r) ** (2.0 - 2 * genus))
    assert float(verlinde(genus, r)) == pytest.approx(by_sines, rel=1e-12 * r)


def test_verlinde_numbers_are_exact_beyond_64_bits():
    """Modulo a small prime the trace can be followed in machine integers."""
    handle = sum(n @ n for n in fusion_matrices(12)).astype(int)
    power = np.eye(len(handle), dtype=int)
    for _ in range(39):
        power = power @ handle % 10007
    assert verlinde(40, 12) > 2**64
    assert verlinde(40, 12) % 10007 == int(np.trace(power)) % 10007


@pytest.mark.parametrize("r", [3, 4])
def test_colourings_of_the_prism_by_brute_force(r):
    fusion = fusion_matrices(r)
    brute = sum(
        all(fusion[c[x], c[y], c[z]] for x, y, z in PRISM) for c in product(range(r - 1), repeat=9)
    )
    assert count_colourings(PRISM, r) == brute == {3: 16, 4: 136}[r]


@given(st.integers(2, 7), st.integers(3, 9), st.integers(0, 10**6))
def test_only_the_number_of_cycles_counts(half, r, seed):
    graph = nx.random_regular_graph(3, 2 * half, seed=seed)
    number = {frozenset(edge): n for n, edge in enumerate(graph.edges)}
    vertices = [[number[frozenset((v, w))] for w in graph[v]] for v in graph]
    expected = math.prod(
        verlinde(graph.subgraph(part).number_of_edges() - len(part) + 1, r)
        for part in nx.connected_components(graph)
    )
    assert count_colourings(vertices, r) == expected


def test_loops_bridges_and_honeycombs():
    assert count_colourings([(0, 0, 1), (1, 2, 2)], 6) == verlinde(2, 6)
    assert count_colourings(Network([(0, 1, 2), (2, 1, 0)]), 7) == verlinde(2, 7)
    assert count_colourings(honeycomb(3).network, 5) == verlinde(9, 5)


@pytest.mark.parametrize("r", range(3, 10))
def test_the_modular_group(r):
    s, t = modular_matrices(r)
    np.testing.assert_allclose(s @ s, np.eye(r - 1), atol=1e-13)
    cube = np.linalg.matrix_power(s @ t, 3)
    np.testing.assert_allclose(cube, cube[0, 0] * np.eye(r - 1), atol=1e-12)
    diagonal = s @ fusion_matrices(r)[1].astype(float) @ s
    np.testing.assert_allclose(diagonal, np.diag(s[1] / s[0]), atol=1e-12)


def test_closed_forms():
    assert lens_space_invariant(1, 0, 5) == pytest.approx((5 - 5**0.5) / 20, abs=1e-14)
    assert lens_space_invariant(3, 1, 5) == pytest.approx((5 + 5**0.5) / 20, abs=1e-14)
    assert lens_space_invariant(2, 1, 4) == pytest.approx((2 - 2**0.5) / 4, abs=1e-14)
    assert lens_space_invariant(0, 1, 9) == pytest.approx(1, abs=1e-14)
    assert connected_sum_invariant(1.0, 0.3, 4) == pytest.approx(1.2, abs=1e-14)


@given(st.integers(2, 40), st.integers(-80, 80), st.integers(3, 12))
def test_lens_spaces_that_are_the_same(p, q, r):
    if math.gcd(p, q) != 1:
        return
    value = lens_space_invariant(p, q, r)
    for other in (q + p, -q, pow(q, -1, p)):
        assert lens_space_invariant(p, other, r) == pytest.approx(value, abs=1e-11)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: verlinde(-1, 5), ShapeError, "genus = -1: must be an integer of at least 0"),
        (lambda: verlinde(1.5, 5), ShapeError, "genus = 1.5"),
        (lambda: verlinde(2, 2), ColourError, "r = 2: the level must be an integer of at least 3"),
        (lambda: modular_matrices(2), ColourError, "r = 2"),
        (lambda: fusion_matrices(1), ColourError, "r = 1"),
        (lambda: connected_sum_invariant(1, 1, 2), ColourError, "r = 2"),
        (lambda: lens_space_invariant(6, 4, 5), GluingError, "p and q must be coprime"),
        (lambda: lens_space_invariant(-2, 1, 5), GluingError, "p must not be negative"),
        (lambda: count_colourings([], 5), NetworkError, "must be a list of triples of edges"),
        (lambda: count_colourings([(0, 1)], 5), NetworkError, "must be a list of triples"),
        (lambda: count_colourings([(0, 1, 2)], 5), NetworkError, "edge 0 has 1 ends: must have 2"),
        (lambda: count_colourings(PRISM, 2), ColourError, "r = 2"),
    ],
)
def test_input_that_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
