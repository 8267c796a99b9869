from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx, fmpz
from hypothesis import given, settings
from hypothesis import strategies as st

from oracles.generating_function import integer
from qnpapers.errors import ColourError, NetworkError, SizeError
from qnpapers.spinnet import (
    Network,
    decimation,
    evaluate_by_decimation,
    evaluate_by_tensors,
    evaluate_network,
    frontier_sizes,
    honeycomb,
    honeycomb_colouring,
    intertwiner,
    loop_value,
    metric,
    summations,
    tetrahedron,
    theta,
    torus_honeycomb,
)
from qnpapers.spinnet.quantum_numbers import balls
from qnpapers.spinnet.shadow_sum import plan_sweep, sweep

THETA = Network(((0, 1, 2), (2, 1, 0)))
PRISM = honeycomb(2).network
OCTAHEDRON = [
    *((0, 1, 2), (0, 2, 3), (0, 3, 4), (0, 4, 1)),
    *((5, 2, 1), (5, 3, 2), (5, 4, 3), (5, 1, 4)),
]


def dual(triangles):
    """The trivalent network whose faces are the corners of a triangulated sphere."""
    names: dict[frozenset[int], int] = {}
    vertices = []
    for f, g, h in triangles:
        pairs = [frozenset(pair) for pair in ((f, g), (g, h), (h, f))]
        vertices.append(tuple(names.setdefault(pair, len(names)) for pair in pairs))
    return Network(tuple(vertices))


TETRAHEDRON = dual([(0, 1, 2), (0, 2, 3), (0, 3, 1), (1, 3, 2)])
CUBE = dual(OCTAHEDRON)
DUMBBELL = Network(((0, 0, 1), (1, 2, 2)))
NETWORKS = {"theta": THETA, "tetrahedron": TETRAHEDRON, "prism": PRISM, "cube": CUBE}


def sums_of_cycles(network, rng, strands):
    """An admissible colouring: strands along the boundaries of random faces."""
    colours = np.zeros(network.edges, dtype=int)
    for face in rng.integers(0, network.faces, size=strands):
        colours += [(face == left) + (face == right) for left, right in network.edge_faces]
    return colours.tolist()


@st.composite
def coloured(draw, networks=tuple(NETWORKS), strands=5):
    network = NETWORKS[draw(st.sampled_from(networks))]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return network, sums_of_cycles(network, rng, draw(st.integers(0, strands)))


# Three routes to one number, and a fourth


@given(coloured())
def test_decimation_is_the_shadow_sum(case):
    assert evaluate_by_decimation(*case) == evaluate_network(*case)


@given(coloured(), st.sampled_from([4, 5, 6, 7, 9, 12]))
def test_decimation_is_the_shadow_sum_at_every_level(case, r):
    value = evaluate_network(*case, r)
    # both are correct to 2^-52, and zero only where they are exactly zero
    assert evaluate_by_decimation(*case, r) == pytest.approx(value, rel=5e-16, abs=0)


@given(coloured())
@settings(max_examples=30)
def test_tensors_are_the_shadow_sum(case):
    # colours up to 10: terms of the contraction are below 10^6 times the value
    assert evaluate_by_tensors(*case) == pytest.approx(float(evaluate_network(*case)), abs=1e-9)


@given(coloured(("theta", "tetrahedron", "prism"), strands=4))
@settings(max_examples=30)
def test_values_are_coefficients_of_the_generating_function(case):
    network, colours = case
    assert _integral(network, colours) == integer(network.vertices, colours)


def _integral(network, colours):
    factor = Fraction(math.prod(map(math.factorial, colours)))
    for triple in network.vertices:
        a, b, c = (colours[e] for e in triple)
        for double in (a + b - c, b + c - a, a + c - b):
            factor /= math.factorial(double // 2)
    return evaluate_network(network, colours) * factor


@given(coloured(strands=6), st.sampled_from([5, 6, 7, 8, 9, 10]))
@settings(max_examples=30)
def test_values_at_a_level_are_algebraic_integers(case, r):
    network, colours = case
    norm = arb(1)
    with ctx.workprec(400):
        for k in range(1, r):
            if math.gcd(k, 2 * r) == 1:
                numbers = balls(r, 400, k)
                norm *= sweep(numbers, plan_sweep(network), tuple(colours), 10**6)[0]
        assert norm.rad() < 1e-20
        assert isinstance(norm.unique_fmpz(), fmpz)


def test_known_networks():
    assert evaluate_network(THETA, [3, 3, 4]) == theta(3, 3, 4)
    # opposite edges of the network are 0-3, 1-4 and 2-5
    labels = [2, 3, 3, 4, 3, 1]
    a, b, c, x, y, z = labels
    assert evaluate_network(TETRAHEDRON, labels) == tetrahedron(a, b, z, x, y, c)
    assert evaluate_network(TETRAHEDRON, labels, 9) == tetrahedron(a, b, z, x, y, c, 9)


def test_a_bridge_carries_nothing():
    assert evaluate_network(DUMBBELL, [2, 0, 3]) == loop_value(2) * loop_value(3)
    assert evaluate_network(DUMBBELL, [2, 2, 3]) == 0


@pytest.mark.parametrize("route", [evaluate_network, evaluate_by_decimation])
def test_inadmissible_colours_give_exact_zero(route):
    assert route(PRISM, [1] * 9) == 0
    assert route(TETRAHEDRON, [2] * 6, 4) == 0.0  # 2 + 2 + 2 > 2r - 4
    assert evaluate_by_tensors(PRISM, [1] * 9) == 0.0


def test_a_sum_that_vanishes_is_exactly_zero():
    assert evaluate_network(TETRAHEDRON, [2] * 6, 6) == 0.0
    assert evaluate_by_decimation(TETRAHEDRON, [2] * 6, 6) == 0.0
    assert evaluate_network(TETRAHEDRON, [2] * 6, 6, precision=90).contains(0)


def test_a_ball_holds_the_value():
    ball = evaluate_network(PRISM, [2] * 9, 11, precision=300)
    assert ball.rel_accuracy_bits() > 250
    assert float(ball) == evaluate_network(PRISM, [2] * 9, 11)


@given(coloured(), st.permutations(range(3)))
def test_turning_the_vertices_changes_nothing(case, order):
    network, colours = case
    turned = Network(
        tuple((*t[k:], *t[:k]) for k, t in zip([*order] * 9, network.vertices, strict=False))
    )
    assert evaluate_network(turned, colours) == evaluate_network(network, colours)


@given(coloured())
def test_a_mirror_image_has_the_same_value(case):
    network, colours = case
    mirror = Network(tuple(t[::-1] for t in network.vertices))
    assert evaluate_network(mirror, colours) == evaluate_network(network, colours)


def test_the_frontier_is_counted():
    sizes = frontier_sizes(PRISM, [2, 2, 2, 2, 2, 1, 1, 1, 1])
    assert sizes[-1] == 1
    assert len(sizes) == PRISM.faces
    assert frontier_sizes(THETA, [1, 1, 2], 5) == [1, 1, 1]


# The moves of a decimation


@pytest.mark.parametrize("n", range(2, 9))
def test_a_honeycomb_leaves_a_square_of_sums(n):
    assert summations(decimation(honeycomb(n).network)) == (n - 2) ** 2


def test_decimation_needs_a_network_without_bridges_and_few_sums():
    with pytest.raises(NetworkError, match="edge 1 is a bridge: use evaluate_network"):
        decimation(DUMBBELL)
    comb = honeycomb(7)
    with pytest.raises(SizeError, match="25 nested sums are needed: at most 16 are allowed"):
        evaluate_by_decimation(comb.network, honeycomb_colouring(np.ones((7, 7), int)))


# Tensors


@pytest.mark.parametrize(("a", "b", "c"), [(1, 1, 2), (2, 2, 2), (3, 2, 1), (0, 2, 2)])
def test_intertwiners_are_invariant(a, b, c):
    tensor = intertwiner(a, b, c)
    # the lowering operator y d/dx, on all three legs together: small integers, exact
    lowered = np.zeros_like(tensor)
    for axis in range(3):
        moved = np.moveaxis(tensor, axis, 0)
        out = np.moveaxis(lowered, axis, 0)
        for power in range(1, len(moved)):
            out[power - 1] += power * moved[power]
    assert not lowered.any()


def test_the_metric_turns_with_the_sign_of_the_spin():
    for a in range(6):
        assert np.array_equal(metric(a).T, (-1) ** a * metric(a))


def test_tensors_are_for_small_networks():
    with pytest.raises(SizeError, match="largest colour 14, 2 vertices: tensors are for colours"):
        evaluate_by_tensors(THETA, [14, 14, 14])


# Wrong input


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        ([], "the graph has no vertex"),
        ([(0, 1), (0, 1)], "vertex 0 has 2 edges: must have three"),
        ([(0, 1, 2), (0, 1, 2, 3)], "vertex 1 has 4 edges: must have three"),
        ([(0, 1, 2)], "1 vertices have an odd number of ends"),
        ([(0, 1, 2), (0, 1, 3)], "edge 2 does not have two ends"),
        ([(0, 0, 0), (1, 1, 1)], "edge 0 does not have two ends"),
        ([(1, 2, 3), (3, 2, 1)], "edge 0 does not have two ends"),
        ([(0, 1, 2.5), (2.5, 1, 0)], "vertex 0 = .*: edges must be integers from 0"),
        ([(0, 1, -2), (-2, 1, 0)], "vertex 0 = .*: edges must be integers from 0"),
        ([5, 5], "vertex 0 = 5: must be a triple of edges"),
        (["012", "210"], "vertex 0 = '012': must be a triple of edges"),
        ([(0, 1, 2), (2, 1, 0), (3, 4, 5), (5, 4, 3)], "the graph has 2 components"),
        ([(0, 1, 2), (0, 1, 2)], r"not planar: V - E \+ F = 2 - 3 \+ 1 = 0, which is genus 1"),
        (7, "graph = 7: must be a Network, or a list of triples"),
        ("graph", "graph = 'graph': must be a Network, or a list of triples"),
    ],
)
def test_a_graph_is_connected_planar_and_trivalent(graph, message):
    with pytest.raises(NetworkError, match=message):
        evaluate_network(graph, [1, 1, 2])


def test_a_graph_on_the_torus_is_not_evaluated():
    network = torus_honeycomb(2, 2)
    assert network.faces == 4
    for route in (evaluate_network, evaluate_by_decimation, evaluate_by_tensors):
        with pytest.raises(NetworkError, match="not planar: it is drawn on genus 1"):
            route(network, [0] * network.edges)
    with pytest.raises(NetworkError, match=r"the graph is not drawn on genus 2: .* is genus 1"):
        Network(network.vertices, genus=2)


@pytest.mark.parametrize("route", [evaluate_network, evaluate_by_decimation, evaluate_by_tensors])
def test_colours_are_one_for_each_edge(route):
    with pytest.raises(NetworkError, match="2 colours for 3 edges"):
        route(THETA, [1, 1])
    with pytest.raises(NetworkError, match="colours = 5: must be one colour for each edge"):
        route(THETA, 5)
    with pytest.raises(ColourError, match="colour of edge 2 = -2: a colour is twice a spin"):
        route(THETA, [1, 1, -2])


@pytest.mark.parametrize("route", [evaluate_network, evaluate_by_decimation])
def test_levels_start_at_three(route):
    with pytest.raises(ColourError, match=r"r = 2: must be None \(classical\) or an integer"):
        route(THETA, [1, 1, 2], 2)


def test_a_frontier_that_grows_too_large_is_an_error():
    comb = honeycomb(6)
    colours = honeycomb_colouring(np.ones((6, 6), int))
    with pytest.raises(SizeError, match=r"the frontier has .* states .*max_states = 3 are allowed"):
        evaluate_network(comb.network, colours, max_states=3)
