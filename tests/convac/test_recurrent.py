"""Recurrent arithmetic circuits: shapes, copies, bounds, and certified Start-End ranks."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laws.strategies import seeds
from oracles.circuits import (
    basis_values,
    degree_in,
    input_variables,
    rank_between,
    rank_of_state,
    recurrent_polynomial,
)
from qnpapers.convac import (
    RecurrentArchitecture,
    certified_start_end_rank,
    start_end_bound,
    start_end_lower_bound,
)
from qnpapers.convac.recurrent import recurrent_scores
from qnpapers.errors import ArchitectureError, ParameterError, SizeError

SMALL = (
    RecurrentArchitecture(2, 2, 3),
    RecurrentArchitecture(4, 2, 3),
    RecurrentArchitecture(4, 3, 2),
    RecurrentArchitecture(2, 3, 2, depth=2),
    RecurrentArchitecture(4, 2, 2, depth=2),
    RecurrentArchitecture(4, 3, 2, depth=2),
    RecurrentArchitecture(4, 2, 3, depth=2),
    RecurrentArchitecture(6, 2, 2, depth=2),
    RecurrentArchitecture(4, 2, 2, depth=3),
)


def rank(circuit, seed=0, **options):
    return certified_start_end_rank(circuit, rng=np.random.default_rng(seed), **options)


def drawn_weights(circuit, seed, highest=10**6):
    rng = np.random.default_rng(seed)
    layers = [
        tuple(rng.integers(-highest, highest, size=shape) for shape in pair)
        for pair in circuit.weight_shapes()
    ]
    return layers, rng.integers(1, highest, size=circuit.width)


def start(circuit):
    return range(circuit.steps // 2)


# Shapes and copies


def test_shapes_and_parameters_by_hand():
    circuit = RecurrentArchitecture(10, 4, 3, depth=2)
    assert circuit.weight_shapes() == (((3, 4), (3, 3)), ((3, 3), (3, 3)))
    assert circuit.parameters == 12 + 9 + 9 + 9 + 3
    assert replace(circuit, steps=100).parameters == circuit.parameters


def test_copies_by_hand():
    assert RecurrentArchitecture(4, 2, 2).copies == (1, 1, 1, 1)
    assert RecurrentArchitecture(4, 2, 2, depth=2).copies == (4, 3, 2, 1)
    assert RecurrentArchitecture(4, 2, 2, depth=3).copies == (10, 6, 3, 1)


@pytest.mark.parametrize("circuit", SMALL)
def test_copies_are_the_degrees_of_the_polynomial(circuit):
    layers, output = drawn_weights(circuit, seed=3)
    variables = input_variables(circuit.steps, circuit.local_dim)
    polynomial = recurrent_polynomial(layers, output, variables)
    degrees = tuple(degree_in(polynomial, site) for site in range(circuit.steps))
    assert degrees == circuit.copies


def test_scores_are_the_values_of_the_polynomial():
    circuit, numbers = RecurrentArchitecture(4, 2, 3, depth=3), (1, 0, 0, 1)
    layers, output = drawn_weights(circuit, seed=4, highest=3)
    expected = recurrent_polynomial(layers, output, basis_values(4, 2, numbers))[()]
    signals = [np.eye(2, dtype=np.uint32)[None, None, d] for d in numbers]
    prime = 2**31 - 1
    residues = [tuple((w % prime).astype(np.uint32) for w in pair) for pair in layers]
    found = recurrent_scores(residues, output[None].astype(np.uint32), signals)
    assert found.tolist() == [[[expected % prime]]]


# Ranks


@pytest.mark.parametrize("circuit", SMALL)
def test_the_rank_of_functions_is_that_of_the_coefficients_of_the_polynomial(circuit):
    layers, output = drawn_weights(circuit, seed=5)
    variables = input_variables(circuit.steps, circuit.local_dim)
    polynomial = recurrent_polynomial(layers, output, variables)
    expected = rank_between(polynomial, start(circuit))
    assert rank(circuit, inputs="random") == expected


@pytest.mark.parametrize("circuit", SMALL)
def test_the_rank_of_states_is_that_of_the_table_of_all_amplitudes(circuit):
    layers, output = drawn_weights(circuit, seed=6)

    def amplitude(numbers):
        inputs = basis_values(circuit.steps, circuit.local_dim, numbers)
        return recurrent_polynomial(layers, output, inputs)

    expected = rank_of_state(amplitude, circuit.steps, circuit.local_dim, start(circuit))
    assert rank(circuit) == expected


@given(st.integers(1, 4), st.integers(1, 3), st.integers(1, 4), st.integers(1, 4), seeds)
def test_bounds_hold_and_functions_have_no_smaller_rank_than_states(half, m, width, depth, seed):
    circuit = RecurrentArchitecture(2 * half, m, width, depth)
    state = rank(circuit, seed)
    assert 1 <= state <= start_end_bound(circuit) <= m**half
    if depth <= 2:
        assert start_end_lower_bound(circuit) <= state == start_end_bound(circuit)
    bound = start_end_bound(circuit, inputs="random")
    if bound <= 150:
        function = rank(circuit, seed, inputs="random")
        assert state <= function <= bound
        assert depth > 2 or function == bound


@pytest.mark.parametrize("width", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("half", [1, 2, 3, 4, 5])
def test_one_layer_is_a_matrix_product_state_whose_bond_is_the_width(half, width):
    circuit = RecurrentArchitecture(2 * half, 2, width)
    assert rank(circuit) == rank(circuit, inputs="random") == min(width, 2**half)
    assert start_end_bound(circuit, inputs="random") == min(width, 2**half)


def test_two_layers_of_width_two_gain_two_with_every_two_steps():
    # R C(R + n - 1, n) = 2 (n + 1) as soon as that is less than 2**n.
    ranks = [rank(RecurrentArchitecture(2 * half, 2, 2, depth=2)) for half in range(1, 9)]
    assert ranks == [2, 4, 8, 10, 12, 14, 16, 18]


def test_what_is_lost_where_the_width_is_above_the_dimension():
    # M = 2, R = 3, n = 4: of 3 x 15 monomials each number of the last layer lacks one.
    circuit = RecurrentArchitecture(8, 2, 3, depth=2)
    assert rank(circuit, inputs="random") == start_end_bound(circuit, inputs="random") == 3 * 14
    # M = 2, R = 4, n = 5: 4 (56 - 6)
    circuit = RecurrentArchitecture(10, 2, 4, depth=2)
    assert rank(circuit, inputs="random") == start_end_bound(circuit, inputs="random") == 4 * 50


def test_three_layers_do_not_always_reach_their_bound():
    circuit = RecurrentArchitecture(6, 2, 2, depth=3)
    # degrees 1, 3, 6 in the three layers: 2 x 4 x 7
    assert start_end_bound(circuit, inputs="random") == 56
    assert rank(circuit, inputs="random") == 52


def test_at_fixed_width_the_bound_grows_like_a_power_of_the_length():
    for width, depth in ((2, 2), (3, 2), (2, 3)):
        bounds = [
            start_end_bound(RecurrentArchitecture(steps, width, width, depth), inputs="basis")
            for steps in (10**4, 2 * 10**4)
        ]
        power = math.log2(bounds[1] / bounds[0])
        # sum over layers of (R - 1) x (order of the degree in n): 0, 1, 2, ...
        expected = (width - 1) * sum(range(depth))
        assert power == pytest.approx(expected, abs=2e-3 * expected)


@pytest.mark.parametrize("at_most", [1, 7])
def test_it_stops_at_the_rank_that_is_asked_for(at_most):
    assert rank(RecurrentArchitecture(60, 3, 3, depth=2), at_most=at_most) == at_most


def test_the_same_seed_gives_the_same_rank():
    circuit = RecurrentArchitecture(20, 3, 2, depth=2)
    assert rank(circuit, 7) == rank(circuit, 7)


# Errors


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 2, 2), "steps = 0: must be an integer of at least 1"),
        ((5, 2, 2), "steps = 5: must be even, half of them are the start of the sequence"),
        ((4, 2.0, 2), r"local_dim = 2\.0: must be an integer of at least 1"),
        ((4, 2, -1), "width = -1: must be an integer of at least 1"),
        ((4, 2, 2, 0), "depth = 0: must be an integer of at least 1"),
    ],
)
def test_shapes_that_are_none_are_refused(arguments, message):
    with pytest.raises(ArchitectureError, match=message):
        RecurrentArchitecture(*arguments)


def test_the_lower_bound_is_for_one_or_two_layers():
    with pytest.raises(ArchitectureError, match="depth = 3: the bound is for circuits of 1 or 2"):
        start_end_lower_bound(RecurrentArchitecture(4, 2, 2, depth=3))


def test_inputs_that_are_none_are_refused():
    for function in (start_end_bound, rank):
        with pytest.raises(ParameterError, match="inputs = 'all': must be 'basis' or 'random'"):
            function(RecurrentArchitecture(4, 2, 2), inputs="all")


def test_ranks_too_large_for_a_table_are_refused():
    circuit = RecurrentArchitecture(60, 4, 4, depth=2)
    with pytest.raises(SizeError, match="the rank may be 21824, too large for a table of 4096"):
        rank(circuit)
    with pytest.raises(SizeError, match="at_most = 0: must be at least 1"):
        rank(circuit, at_most=0)
