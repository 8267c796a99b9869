"""Tables of values: which inputs are fed in, and the arithmetic of signals."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from qnpapers.convac.value_table import (
    MAX_TABLE,
    check_inputs,
    draw_inputs,
    mix,
    rank_of_values,
    table_size,
    times,
)
from qnpapers.errors import ParameterError, SizeError

PRIME = 2**31 - 1


def draw(inside, local_dim, size, inputs):
    rng = np.random.default_rng(0)
    return draw_inputs(np.array(inside), local_dim, size, inputs, rng=rng)


def test_all_basis_inputs_are_taken_where_they_are_few():
    signals = draw([True, False, True, False], 3, 9, "basis")
    assert [one.shape for one in signals] == [(9, 1, 3), (1, 9, 3), (9, 1, 3), (1, 9, 3)]
    rows = [tuple(signals[site][i, 0].argmax() for site in (0, 2)) for i in range(9)]
    columns = [tuple(signals[site][0, j].argmax() for site in (1, 3)) for j in range(9)]
    assert rows == columns == list(product(range(3), repeat=2))
    assert all((one.sum(axis=2) == 1).all() for one in signals)


def test_some_basis_inputs_are_drawn_where_they_are_many():
    signals = draw([True] * 3 + [False], 2, 5, "basis")
    assert [one.shape for one in signals] == [(5, 1, 2)] * 3 + [(1, 2, 2)]
    assert all((one.sum(axis=2) == 1).all() for one in signals)


def test_random_inputs_are_uniform_residues():
    signals = draw([True, False], 2, 4000, "random")
    assert [one.shape for one in signals] == [(4000, 1, 2), (1, 4000, 2)]
    means = [one.mean() / PRIME for one in signals]
    assert means == pytest.approx([0.5, 0.5], abs=5 / np.sqrt(12 * 8000))


def test_signals_are_mixed_and_multiplied_modulo_the_prime():
    rng = np.random.default_rng(1)
    left, right = (rng.integers(PRIME, size=s, dtype=np.uint32) for s in ((3, 1, 4), (1, 2, 4)))
    table = times(left, right)
    assert table.shape == (3, 2, 4)
    assert table.dtype == np.uint32
    assert int(table[2, 1, 3]) == int(left[2, 0, 3]) * int(right[0, 1, 3]) % PRIME
    matrix = rng.integers(PRIME, size=(5, 4), dtype=np.uint32)
    mixed = mix(matrix, table)
    expected = np.einsum("ga,ija->ijg", matrix.astype(object), table.astype(object)) % PRIME
    assert mixed.tolist() == expected.tolist()


def test_the_rank_of_a_table_and_its_limit():
    values = np.diag([1, 2, 3, 0]).astype(np.uint32)[:, :, None]
    assert rank_of_values(values, None) == 3
    assert [rank_of_values(values, limit) for limit in (1, 3, 9)] == [1, 3, 3]


def test_sizes_of_tables():
    assert table_size(10, None, "random") == 18
    assert table_size(10, None, "basis") == 160
    assert table_size(10, 2, "basis") == 32
    assert table_size(1000, None, "basis") == MAX_TABLE
    with pytest.raises(SizeError, match="the rank may be 1025, too large for a table of 4096"):
        table_size(1025, None, "random")
    with pytest.raises(SizeError, match="at_most = -1: must be at least 1"):
        table_size(10, -1, "random")


def test_other_inputs_are_refused():
    check_inputs("basis")
    with pytest.raises(ParameterError, match="inputs = 'grid': must be 'basis' or 'random'"):
        check_inputs("grid")
