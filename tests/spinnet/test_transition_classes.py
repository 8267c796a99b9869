from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qnpapers.errors import ColourError, NetworkError, ParameterError
from qnpapers.spinnet import (
    admissible,
    admissible_at,
    cycle_states,
    edge_symmetries,
    evaluate_network,
    honeycomb,
    honeycomb_colouring,
    honeycomb_cycles,
    log_classes,
    loop_spectrum,
    loop_value,
    normalised_squares,
    theta,
    up_to_symmetry,
)

PRISM = honeycomb(2).network
CYCLES = honeycomb_cycles(2)
STATES = cycle_states(CYCLES, 3)


def test_cycles_pass_through_each_vertex_at_most_once():
    for cycle in honeycomb_cycles(3):
        for vertex in honeycomb(3).network.vertices:
            assert sum(cycle[edge] for edge in vertex) in (0, 2)


@pytest.mark.parametrize(
    ("n", "most", "cycles", "states", "colourings"),
    [(2, 6, 14, 38759, 28705), (3, 2, 280, 39620, 30353)],
)
def test_numbers_of_the_figures(n, most, cycles, states, colourings):
    """14, 280, 38,759 and 39,620 are printed in [lulli2023], section VII."""
    found = honeycomb_cycles(n)
    counted = cycle_states(found, most)
    assert (len(found), counted.total(), len(counted)) == (cycles, states, colourings)
    assert states == math.comb(cycles + most, most) - 1


def test_states_are_multisets_written_out():
    expected: dict[tuple[int, ...], int] = {}
    for size in (1, 2, 3):
        for chosen in combinations_with_replacement(CYCLES, size):
            total = tuple(map(sum, zip(*chosen, strict=True)))
            expected[total] = expected.get(total, 0) + 1
    assert dict(STATES) == expected


def test_symmetries_are_those_of_the_network():
    for network, number in ((PRISM, 12), (honeycomb(3).network, 4)):
        vertices = {frozenset(vertex) for vertex in network.vertices}
        turns = edge_symmetries(network)
        assert len(set(turns)) == len(turns) == number
        for turn in turns:
            assert {frozenset(turn[e] for e in vertex) for vertex in vertices} == vertices


def test_symmetry_changes_no_value():
    rng = np.random.default_rng(1)
    states = sorted(STATES)
    for number in rng.integers(len(states), size=20):
        values = {
            abs(evaluate_network(PRISM, tuple(states[number][e] for e in turn)))
            for turn in edge_symmetries(PRISM)
        }
        assert len(values) == 1


def test_orbits_keep_all_states():
    orbits = up_to_symmetry(STATES, edge_symmetries(PRISM))
    assert orbits.total() == STATES.total()
    assert set(orbits) <= set(STATES)


@pytest.mark.parametrize(("n", "most", "classes"), [(2, 6, [260, 680, 586]), (3, 2, [15, 229, 28])])
def test_classes_in_three_normalisations(n, most, classes):
    """260 and 15 are also the numbers of distinct values that the authors' code gives."""
    network = honeycomb(n).network
    orbits = up_to_symmetry(cycle_states(honeycomb_cycles(n), most), edge_symmetries(network))
    columns = zip(*(normalised_squares(network, one) for one in orbits), strict=True)
    assert [len(set(column) - {0}) for column in columns] == classes


@given(st.lists(st.integers(0, 4), min_size=4, max_size=4))
def test_squares_of_images(pixels):
    """Floating point, and on 2 x 2 images a product of thetas: no tetrahedron is left to sum."""
    colouring = tuple(honeycomb_colouring(np.reshape(pixels, (2, 2))).tolist())
    squares = normalised_squares(PRISM, colouring)
    corners = [abs(theta(*(colouring[e] for e in vertex))) for vertex in PRISM.vertices]
    loops = [abs(loop_value(colour)) for colour in colouring]
    assert squares.as_it_is == evaluate_network(PRISM, colouring) ** 2
    ratio = math.sqrt(squares.unit_theta) * math.sqrt(math.prod(corners))
    assert ratio == pytest.approx(math.sqrt(squares.as_it_is), rel=1e-12)
    assert squares.kinematic == squares.unit_theta * math.prod(loops)


def test_colours_that_do_not_meet():
    with pytest.raises(ColourError, match="must be admissible where they meet"):
        normalised_squares(PRISM, (1,) + (0,) * 8)


def test_levels_admit_what_the_rule_says():
    for colouring in sorted(STATES)[::97]:
        for r in (3, 4, 5, 8):
            expected = all(
                admissible(*(colouring[e] for e in vertex), r=r) for vertex in PRISM.vertices
            )
            assert admissible_at(PRISM, colouring, r) is expected


@pytest.mark.parametrize(
    ("r", "admitted", "classes"), [(5, 763, 8), (6, 3367, 30), (8, 28705, 112)]
)
def test_classes_at_levels(r, admitted, classes):
    states = cycle_states(CYCLES, 6)
    assert sum(admissible_at(PRISM, one, r) for one in states) == admitted
    orbits = up_to_symmetry(states, edge_symmetries(PRISM))
    logs = log_classes(PRISM, orbits, r)
    assert len(logs) == classes
    assert (np.diff(logs) > 1e-9).all()


def test_no_class_at_a_level_that_admits_nothing():
    ones = tuple(honeycomb_colouring([[1, 1], [1, 1]]).tolist())
    assert log_classes(PRISM, [ones], 4).tolist() == []


@pytest.mark.parametrize("strands", [1, 2, 7, 40])
def test_the_classical_spectrum_of_loops_has_the_gap_that_is_stated(strands):
    spectrum = loop_spectrum(strands)
    assert spectrum[-1] == 1
    gaps = [high - low for low, high in zip([Fraction(0), *spectrum], spectrum, strict=False)]
    top = Fraction(2 * strands + 1, (strands + 1) ** 2)
    assert gaps[-1] == top
    assert max(gaps) == top


@pytest.mark.parametrize("r", [3, 4, 5, 6, 9, 12])
def test_the_spectrum_of_loops_at_a_level(r):
    sizes = [math.sin(n * math.pi / r) for n in range(1, r)]
    expected = {round((min(a, b) / max(a, b)) ** 2, 9) for a in sizes for b in sizes}
    assert {round(one, 9) for one in loop_spectrum(10 * r, r)} == expected
    assert loop_spectrum(10 * r, r) == loop_spectrum(r - 2, r)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: honeycomb_cycles(4), ParameterError, "n = 4: must be 2 or 3"),
        (lambda: honeycomb_cycles(1), NetworkError, "at least 2 x 2"),
        (lambda: cycle_states([], 2), ParameterError, "0 cycles, most = 2"),
        (lambda: cycle_states(CYCLES, 0), ParameterError, "14 cycles, most = 0"),
        (lambda: admissible_at(PRISM, CYCLES[0], 2), ColourError, "r = 2"),
        (lambda: log_classes(PRISM, CYCLES, 2), ColourError, "r = 2"),
        (lambda: loop_spectrum(0), ParameterError, "strands = 0: must be at least 1"),
        (lambda: loop_spectrum(5, 2), ColourError, "r = 2"),
    ],
)
def test_input_that_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
