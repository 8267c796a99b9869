"""Numbers that are printed in [marciano2020]'s companions or come from their authors' code."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction
from itertools import product

import networkx as nx
import numpy as np
import pytest

from qnpapers.spinnet import (
    evaluate_honeycomb,
    evaluate_network,
    honeycomb,
    recoupling,
    recoupling_matrix,
    six_j,
    tetrahedron,
    theta,
)

GOLDEN = (1 + math.sqrt(5)) / 2


@pytest.mark.parametrize(
    ("colours", "penrose", "level_five"),
    [((1, 1, 2), 3, GOLDEN), ((2, 2, 2), -3, 1 - GOLDEN), ((3, 3, 4), Fraction(-10, 3), 0)],
)
def test_theta_of_the_authors_code(colours, penrose, level_five):
    assert theta(*colours) == penrose
    assert theta(*colours, r=5) == pytest.approx(level_five, abs=1e-11)


def test_tetrahedra_of_the_authors_code():
    # the authors list A, B, C, D, E, F; the function A, B, E, C, D, F
    assert tetrahedron(1, 1, 2, 1, 1, 2) == Fraction(3, 2)
    assert tetrahedron(1, 1, 2, 1, 1, 2, r=5) == pytest.approx(1, abs=1e-11)
    assert tetrahedron(2, 2, 2, 2, 2, 2) == Fraction(3, 2)
    assert tetrahedron(2, 2, 2, 2, 2, 2, r=5) == pytest.approx(-0.14589803375, abs=1e-11)
    assert recoupling(2, 2, 2, 2, 2, 2) == Fraction(1, 2)
    assert recoupling(2, 2, 2, 2, 2, 2, r=5) == pytest.approx(-0.61803398875, abs=1e-11)
    assert six_j(2, 2, 2, 2, 2, 2) == pytest.approx(1 / 6, rel=1e-15)


@pytest.mark.parametrize(
    ("n", "pixel", "value"),
    [
        (2, 1, Fraction(3)),
        (2, 2, Fraction(245, 144)),
        (2, 3, Fraction(63, 100)),
        (3, 1, Fraction(33, 16)),
        (3, 2, Fraction(1922515, 17915904)),
        (4, 1, Fraction(357, 512)),
    ],
)
def test_honeycombs_of_the_authors_code(n, pixel, value):
    # their loop value is +2, ours -2: the sign is that of the number of strands
    assert evaluate_honeycomb(np.full((n, n), pixel)) == (-1) ** (n * n * pixel) * value


@pytest.mark.parametrize(
    ("n", "r", "value"), [(2, 5, 0.2360679775), (2, 6, 0.6666666667), (3, 5, -0.00886375619)]
)
def test_honeycombs_of_the_authors_code_at_a_root_of_unity(n, r, value):
    # printed to some ten digits
    assert evaluate_honeycomb(np.ones((n, n), int), r) == pytest.approx(value, abs=1e-10)


def test_scalar_product_of_the_authors_code():
    # amplitude 0.75 and probability 0.5625, from values 3 and 4
    ones, loops = evaluate_honeycomb([[1, 1], [1, 1]]), evaluate_honeycomb([[1, 0], [2, 0]])
    assert (abs(ones), abs(loops)) == (3, 4)
    assert Fraction(abs(ones * loops), max(abs(ones), abs(loops)) ** 2) == Fraction(3, 4)


@pytest.mark.parametrize(("n", "cycles"), [(2, 14), (3, 280)])
def test_cycles_of_a_honeycomb(n, cycles):
    # as counted in [lulli2023], section VII
    assert len(simple_cycles(honeycomb(n).network)) == cycles


def simple_cycles(network):
    """Closed paths, as sets of edges; even subgraphs are sums of faces."""
    found = []
    boundaries = [
        frozenset(e for e, pair in enumerate(network.edge_faces) if face in pair)
        for face in range(1, network.faces)
    ]
    graph = network.graph()
    edges = list(graph.edges(keys=True))
    for chosen in product((False, True), repeat=len(boundaries)):
        bits = frozenset()
        for boundary, use in zip(boundaries, chosen, strict=True):
            bits = bits ^ boundary if use else bits
        path = graph.edge_subgraph([edge for edge in edges if edge[2] in bits])
        if bits and nx.is_connected(path):
            found.append(bits)
    return found


def test_states_and_classes_of_figure_15():
    # 38,759 multisets of up to 6 cycles, 312 of them with value 0; 28,705 colourings, 260 |values|
    network = honeycomb(2).network
    cycles = [tuple(int(e in c) for e in range(9)) for c in simple_cycles(network)]
    multisets = Counter({(0,) * 9: 1})
    ways = [multisets, *(Counter() for _ in range(6))]  # by number of cycles used
    for cycle in cycles:
        for size in range(1, 7):
            for colours, number in list(ways[size - 1].items()):
                ways[size][tuple(map(sum, zip(colours, cycle, strict=True)))] += number
    total = Counter()
    for size in range(1, 7):
        total.update(ways[size])
    values = {colours: evaluate_network(network, colours) for colours in total}
    assert sum(total.values()) == math.comb(14 + 6, 6) - 1 == 38759
    assert len(total) == 28705
    assert sum(total[colours] for colours, value in values.items() if value == 0) == 312
    assert len({abs(value) for value in values.values() if value}) == 260


def test_fibonacci_and_ising_matrices():
    golden = [[1 / GOLDEN, -(GOLDEN**-0.5)], [-(GOLDEN**-0.5), -1 / GOLDEN]]
    np.testing.assert_allclose(recoupling_matrix(2, 2, 2, 2, 5), golden, rtol=1e-14)
    printed = [[0.6180, -0.2361], [-2.6180, -0.6180]]
    measured = [[recoupling(2, 2, i, 2, 2, j, 5) for j in (0, 2)] for i in (0, 2)]
    # four digits are printed; which index is the row is a convention
    assert np.allclose(measured, printed, atol=1e-4) or np.allclose(
        np.transpose(measured), printed, atol=1e-4
    )
    ising = np.array([[-1, 1], [1, 1]]) / math.sqrt(2)
    np.testing.assert_allclose(recoupling_matrix(1, 1, 1, 1, 4), ising, rtol=1e-14)


@pytest.mark.parametrize(("j", "value"), [(1, 1.158), (10, 1.0154), (100, 1.00153)])
def test_theta_approaches_its_asymptotic_form(j, value):
    envelope = (3 * j + 1) * math.sqrt(6 * math.pi * j) * 2**-1.5
    ratio = abs(theta(2 * j, 2 * j, 2 * j)) / (Fraction(27, 64) ** j * Fraction(envelope))
    assert float(ratio) == pytest.approx(value, rel=5e-4)  # printed to four digits or more
