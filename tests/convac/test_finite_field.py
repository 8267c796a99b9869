from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laws.strategies import seeds
from oracles.ranks import product_modulo, rank_modulo, rank_over_rationals
from qnpapers.convac.finite_field import (
    PRIME,
    multiply,
    random_residues,
    rank,
    residues,
)
from qnpapers.errors import ShapeError

EXTREMES = [0, 1, 2, PRIME - 1, PRIME, PRIME + 1, 2 * PRIME, 2**31, 2**32 - 1, 2**62, 2**63 - 1]


def test_the_prime_is_prime():
    # Lucas-Lehmer: 2**31 - 1 divides the 29th iterate of s -> s*s - 2 from 4.
    s = 4
    for _ in range(29):
        s = (s * s - 2) % (2**31 - 1)
    assert s == 0
    assert PRIME == 2**31 - 1


def test_residues_of_the_extremes():
    numbers = [*EXTREMES, *(-n for n in EXTREMES), -(2**63)]
    reduced = residues(np.array(numbers, dtype=np.int64))
    assert reduced.dtype == np.uint32
    assert reduced.tolist() == [n % PRIME for n in numbers]


@given(st.lists(st.integers(-(10**40), 10**40), min_size=1, max_size=5))
def test_residues_of_integers_of_any_size(numbers):
    assert residues(np.array(numbers, dtype=object)).tolist() == [n % PRIME for n in numbers]


@pytest.mark.parametrize(
    "dtype", ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "float64"]
)
def test_residues_of_every_type_that_holds_integers(dtype):
    numbers = np.array([0, 1, 1, 0, 1]).astype(dtype)
    assert residues(numbers).tolist() == [0, 1, 1, 0, 1]
    if dtype[0] in "if":
        assert residues(-numbers).tolist() == [0, PRIME - 1, PRIME - 1, 0, PRIME - 1]


@pytest.mark.parametrize(
    ("numbers", "dtype"),
    [([0.5, 1.0], "float64"), ([np.nan], "float64"), ([Fraction(1, 2), 1], "object")],
)
def test_numbers_that_are_no_integers_are_refused(numbers, dtype):
    with pytest.raises(ShapeError, match=f"integers are needed, got numbers of {dtype}"):
        residues(np.array(numbers))


def test_random_residues_are_uniform():
    drawn = random_residues((400, 50), rng=np.random.default_rng(1))
    assert drawn.dtype == np.uint32
    assert drawn.max() < PRIME
    # Counts of 20 equal bins: chi-square with 19 degrees of freedom, 43.8 has p = 0.001.
    counts = np.bincount((drawn.astype(np.int64) * 20 // PRIME).ravel(), minlength=20)
    assert np.sum((counts - 1000) ** 2 / 1000) < 43.8


@given(st.integers(1, 5), st.integers(1, 40), st.integers(1, 5), seeds)
def test_products_of_matrices(rows, inner, columns, seed):
    rng = np.random.default_rng(seed)
    left, right = (
        random_residues((rows, inner), rng=rng),
        random_residues((inner, columns), rng=rng),
    )
    left[rng.random(left.shape) < 0.3] = PRIME - 1  # the largest residue, where sums overflow first
    right[rng.random(right.shape) < 0.3] = PRIME - 1
    assert multiply(left, right).tolist() == product_modulo(left, right, PRIME)
    assert multiply(right.T, left.T).tolist() == product_modulo(right.T, left.T, PRIME)


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 12), seeds)
def test_rank_of_products_of_known_rank(rows, columns, inner, seed):
    rng = np.random.default_rng(seed)
    left, right = (random_residues(s, rng=rng) for s in ((rows, inner), (inner, columns)))
    matrix = multiply(left, right)
    # Uniform factors of inner dimension k have a product of rank min(rows, columns, k), but for a
    # share of about 10 / 2**31 of the draws.
    assert rank(matrix) == rank_modulo(matrix.tolist(), PRIME) == min(rows, columns, inner)


@given(st.integers(1, 10), st.integers(1, 10), st.floats(0.05, 0.9), seeds)
def test_rank_of_sparse_and_extreme_matrices(rows, columns, density, seed):
    rng = np.random.default_rng(seed)
    matrix = rng.choice([1, 2, PRIME - 1], size=(rows, columns)).astype(np.uint32)
    matrix[rng.random(matrix.shape) > density] = 0
    before = matrix.copy()
    assert rank(matrix) == rank_modulo(matrix.tolist(), PRIME)
    assert np.array_equal(matrix, before)


@given(st.integers(2, 8), seeds)
def test_rank_never_exceeds_the_rank_over_the_rationals(size, seed):
    matrix = np.random.default_rng(seed).integers(-9, 10, size=(size, size))
    matrix[-1] = 3 * matrix[0] - matrix[1]
    assert rank(residues(matrix)) <= rank_over_rationals(matrix.tolist())


def test_rank_falls_where_the_determinant_is_divisible_by_the_prime():
    matrix = [[1, 2], [3, 6 + PRIME]]
    assert rank_over_rationals(matrix) == 2
    assert rank(residues(np.array(matrix))) == 1


def test_rank_of_a_larger_matrix_with_every_residue_near_the_prime():
    rng = np.random.default_rng(3)
    matrix = (PRIME - 1 - rng.integers(0, 3, size=(120, 90))).astype(np.uint32)
    assert rank(matrix) == rank_modulo(matrix.tolist(), PRIME)


def test_rank_of_larger_matrices_of_low_rank():
    # One wrong entry would raise the rank.
    rng = np.random.default_rng(4)
    for inner in (1, 30, 79):
        left, right = (random_residues(s, rng=rng) for s in ((80, inner), (inner, 100)))
        matrix = np.array(product_modulo(left, right, PRIME), dtype=np.uint32)
        assert rank(matrix) == rank(matrix.T) == inner
