"""Linear algebra over the field of p = 2**31 - 1 elements, compiled.

2**31 = 1 modulo p, so a number is reduced by adding its upper bits to its lower 31 bits; no
division is needed. Residues are stored as uint32, products are formed as uint64.
"""

from __future__ import annotations

import numba
import numpy as np

from qnpapers.errors import ShapeError

PRIME = 2**31 - 1
"""The prime of every certificate of this library."""

_P = np.uint64(PRIME)
_BITS = np.uint64(31)


def residues(numbers: np.ndarray) -> np.ndarray:
    """Integers of any size or sign as residues modulo `PRIME`, dtype uint32.

    Raises:
        ShapeError: a number is no integer.
    """
    numbers = np.asarray(numbers)
    if numbers.dtype.kind in "biu":  # in 8 or 16 bits the prime itself would not fit
        numbers = numbers.astype(np.uint64 if numbers.dtype.kind == "u" else np.int64)
    with np.errstate(invalid="ignore"):
        reduced = numbers % PRIME
        result = reduced.astype(np.uint32)
    if np.any(result != reduced):
        raise ShapeError(f"integers are needed, got numbers of {numbers.dtype} that are not")
    return result


def random_residues(shape: tuple[int, ...], *, rng: np.random.Generator) -> np.ndarray:
    """Uniform residues, dtype uint32."""
    return rng.integers(PRIME, size=shape, dtype=np.uint32)


def multiply(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Matrix product modulo `PRIME` of residues, shapes (n, m) and (m, k)."""
    return _multiply(np.ascontiguousarray(left), np.ascontiguousarray(right))


def multiply_entries(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Entrywise product modulo `PRIME` of residues of equal shape."""
    return (left.astype(np.uint64) * right % _P).astype(np.uint32)


def rank(matrix: np.ndarray) -> int:
    """Exact rank over GF(`PRIME`) by Gaussian elimination; the matrix is left untouched."""
    return int(_eliminate(np.array(matrix, dtype=np.uint32, order="C")))


@numba.njit(cache=True)
def _multiply(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    rows, inner = left.shape
    columns = right.shape[1]
    result = np.empty((rows, columns), dtype=np.uint32)
    total = np.empty(columns, dtype=np.uint64)
    for i in range(rows):
        total[:] = 0
        for k in range(inner):
            factor = np.uint64(left[i, k])
            for j in range(columns):
                product = factor * np.uint64(right[k, j])
                total[j] += (product & _P) + (product >> _BITS)  # below 2**32: no overflow
        for j in range(columns):
            result[i, j] = total[j] % _P
    return result


@numba.njit(cache=True)
def _eliminate(matrix: np.ndarray) -> int:
    """Row echelon form in place; returns the number of pivots.

    Entries stay below p + 3 between steps and are reduced fully only where a pivot is looked for.
    """
    rows, columns = matrix.shape
    pivots = 0
    for column in range(columns):
        found = -1
        for i in range(pivots, rows):
            matrix[i, column] = np.uint64(matrix[i, column]) % _P
            if found < 0 and matrix[i, column] != 0:
                found = i
        if found < 0:
            continue
        if found != pivots:
            for j in range(column, columns):
                matrix[pivots, j], matrix[found, j] = matrix[found, j], matrix[pivots, j]
        inverse = _power(np.uint64(matrix[pivots, column]), PRIME - 2)
        for i in range(pivots + 1, rows):
            if matrix[i, column] != 0:
                factor = _P - np.uint64(matrix[i, column]) * inverse % _P
                _add_multiple(matrix[i, column + 1 :], matrix[pivots, column + 1 :], factor)
        pivots += 1
        if pivots == rows:
            break
    return pivots


@numba.njit(cache=True, inline="always")
def _add_multiple(target: np.ndarray, source: np.ndarray, factor: np.uint64) -> None:
    for j in range(target.size):
        value = np.uint64(target[j]) + factor * np.uint64(source[j])
        value = (value & _P) + (value >> _BITS)
        target[j] = (value & _P) + (value >> _BITS)


@numba.njit(cache=True)
def _power(base: np.uint64, exponent: int) -> np.uint64:
    result = np.uint64(1)
    while exponent > 0:
        if exponent & 1:
            result = result * base % _P
        base = base * base % _P
        exponent >>= 1
    return result
