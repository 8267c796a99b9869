"""Linear algebra over the field of p = 2**31 - 1 elements, compiled.

Residues are stored as uint32 and always lie between 0 and p - 1. Products are formed as uint64,
where four of them and a residue still fit: 4 p**2 + p < 2**64. So the loop that does nearly all
the work, `_add_multiples`, takes four multiply-adds and then reduces once. As 2**31 = 1 modulo p,
reducing means adding the upper bits of a number to its lower 31 bits.

All compiled code of this package stands in this file: the machine code that numba keeps on disk is
renewed when the file of a function changes, but not when the file of a function it calls does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from qnpapers.errors import ShapeError

PRIME = 2**31 - 1
"""The prime of every certificate of this library."""

_P = np.uint64(PRIME)
_BITS = np.uint64(31)
_TILE = 64


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
        result = reduced.astype(np.uint32, order="C")
    if np.any(result != reduced):
        raise ShapeError(f"integers are needed, got numbers of {numbers.dtype} that are not")
    return result


def random_residues(shape: tuple[int, ...], *, rng: np.random.Generator) -> np.ndarray:
    """Uniform residues, dtype uint32."""
    return rng.integers(PRIME, size=shape, dtype=np.uint32)


def multiply(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Matrix product modulo `PRIME` of residues, shapes (n, m) and (m, k)."""
    return _multiply(np.ascontiguousarray(left), np.ascontiguousarray(right))


def rank(matrix: np.ndarray) -> int:
    """Exact rank over GF(`PRIME`) of a matrix of residues, which is left untouched."""
    return int(_eliminate(np.array(matrix, dtype=np.uint32, order="C")))


def random_state(*, rng: np.random.Generator) -> np.ndarray:
    """State of the random numbers that compiled functions draw: one 64-bit counter."""
    return np.full(1, rng.integers(2**64, dtype=np.uint64))


def compiled(function: Callable[..., Any]) -> Any:
    """`numba.njit`; machine code is kept on disk where there is a folder that can be written."""
    try:
        return numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:
        return numba.njit(nogil=True)(function)


@compiled
def _reduced(number: np.uint64) -> np.uint32:
    """The residue of any 64-bit number."""
    number = (number & _P) + (number >> _BITS)  # below 2**34
    number = (number & _P) + (number >> _BITS)  # below p + 8
    return min(np.uint32(number), np.uint32(number - _P))  # the second one wraps around below p


@compiled
def _add_multiples(
    target: np.ndarray, factors: np.ndarray, sources: np.ndarray, start: int
) -> None:
    """Add factors[k] sources[k] to `target` for one to four k, from column `start` on."""
    last, none = factors.size - 1, np.uint64(0)
    second, third, fourth = min(1, last), min(2, last), min(3, last)
    a = np.uint64(factors[0])
    b = np.uint64(factors[second]) if last >= 1 else none
    c = np.uint64(factors[third]) if last >= 2 else none
    d = np.uint64(factors[fourth]) if last >= 3 else none
    target, w, x = target[start:], sources[0, start:], sources[second, start:]
    y, z = sources[third, start:], sources[fourth, start:]
    for j in range(target.size):
        total = np.uint64(target[j]) + a * np.uint64(w[j]) + b * np.uint64(x[j])
        target[j] = _reduced(total + c * np.uint64(y[j]) + d * np.uint64(z[j]))


@compiled
def _multiply(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Matrix product; a few rows of `right` at a time, so that they stay in the cache."""
    rows, inner = left.shape
    result = np.zeros((rows, right.shape[1]), dtype=np.uint32)
    for tile in range(0, inner, _TILE):
        for i in range(rows):
            for k in range(tile, min(tile + _TILE, inner), 4):
                _add_multiples(result[i], left[i, k : k + 4], right[k : k + 4], 0)
    return result


@compiled
def _eliminate(matrix: np.ndarray) -> int:
    """Rank by Gaussian elimination, four pivots at a time; the matrix is used up.

    matrix[:done] are pivot rows, matrix[rows:] are known to depend on others. A block of up to
    four new pivot rows is brought to reduced echelon form among themselves. Then the factors by
    which they are subtracted from another row can be read off that row all at once.
    """
    done, rows = 0, len(matrix)
    places, factors = np.empty(4, dtype=np.int64), np.empty(4, dtype=np.uint32)
    while done < rows:
        size, start = 0, matrix.shape[1]
        while size < 4 and done + size < rows:
            block, row = matrix[done : done + size], matrix[done + size]
            _clear(row, block, places, start, factors)
            place = _first_nonzero(row)
            if place < 0:
                rows -= 1
                for j in range(row.size):
                    row[j] = matrix[rows, j]
                continue
            _scale(row, _inverse(row[place]))
            places[size], start = place, min(start, place)
            pivot = matrix[done + size : done + size + 1]
            for i in range(done, done + size):
                _clear(matrix[i], pivot, places[size:], place, factors)
            size += 1
        for i in range(done + size, rows):
            _clear(matrix[i], matrix[done : done + size], places, start, factors)
        done += size
    return done


@compiled
def _clear(
    row: np.ndarray, pivots: np.ndarray, places: np.ndarray, start: int, factors: np.ndarray
) -> None:
    """Subtract multiples of up to four pivot rows so that `row` is zero at their places."""
    if len(pivots) > 0:
        for k in range(len(pivots)):
            factors[k] = _P - np.uint64(row[places[k]])
        _add_multiples(row, factors[: len(pivots)], pivots, start)


@compiled
def _first_nonzero(row: np.ndarray) -> int:
    for j in range(row.size):
        if row[j] != 0:
            return j
    return -1


@compiled
def _scale(row: np.ndarray, factor: np.uint32) -> None:
    for j in range(row.size):
        row[j] = _reduced(np.uint64(factor) * np.uint64(row[j]))


@compiled
def _inverse(residue: np.uint32) -> np.uint32:
    """residue**(p - 2), by Fermat's little theorem."""
    base, exponent, result = residue, PRIME - 2, np.uint32(1)
    while exponent > 0:
        if exponent & 1:
            result = _reduced(np.uint64(result) * np.uint64(base))
        base = _reduced(np.uint64(base) * np.uint64(base))
        exponent >>= 1
    return result


@compiled
def join(
    left: np.ndarray,
    right: np.ndarray,
    layer: np.ndarray,
    rows: int,
    columns: int,
    state: np.ndarray,
) -> np.ndarray:
    """Product of two cores C[i, g, j], channel by channel, with the channels mixed by `layer`.

    Each row takes one row of `left` and one of `right`, in all possible ways; but if there are
    more than `rows` ways, it takes a random combination of the rows of either. Likewise for the
    columns.

    Args:
        left: residues, shape (rows, channels, columns).
        right: likewise, with the same channels.
        layer: weight matrix, shape (new channels, channels); without rows it mixes nothing.
        rows: largest number of rows of the result.
        columns: largest number of columns of the result.
        state: of the random numbers, see `random_state`.
    """
    row_ways, column_ways = len(left) * len(right), left.shape[2] * right.shape[2]
    mix_rows, mix_columns = row_ways > rows, column_ways > columns
    channels, height, breadth = left.shape[1], min(row_ways, rows), min(column_ways, columns)
    if mix_columns:
        left = _combine_columns(left, _random_matrix(left.shape[2], columns, state))
        right = _combine_columns(right, _random_matrix(right.shape[2], columns, state))
    left_map = _random_matrix(rows if mix_rows else 0, len(left), state)
    right_map = _random_matrix(rows if mix_rows else 0, len(right), state)
    result = np.empty((height, len(layer) or channels, breadth), dtype=np.uint32)
    step = 1 + _TILE // (breadth + 1)  # rows at a time, because short loops are slow
    for first in range(0, height, step):
        size = min(step, height - first)
        upper, lower = left, right
        if mix_rows:
            upper = _combine_rows(left, left_map[first : first + size])
            lower = _combine_rows(right, right_map[first : first + size])
        product = np.empty((channels, size * breadth), dtype=np.uint32)
        for i in range(size):
            a, b = (i, i) if mix_rows else divmod(first + i, len(right))
            for g in range(channels):
                target = product[g, i * breadth : (i + 1) * breadth]
                if mix_columns:
                    _multiply_entries(target, upper[a, g], lower[b, g])
                else:
                    _multiply_all(target, upper[a, g], lower[b, g])
        mixed = _multiply(layer, product) if len(layer) > 0 else product
        for i in range(size):
            for g in range(len(mixed)):
                for j in range(breadth):
                    result[first + i, g, j] = mixed[g, i * breadth + j]
    return result


@compiled
def _combine_rows(core: np.ndarray, row_map: np.ndarray) -> np.ndarray:
    rows, channels, columns = core.shape
    flat = _multiply(row_map, core.reshape(rows, channels * columns))
    return flat.reshape(len(row_map), channels, columns)


@compiled
def _combine_columns(core: np.ndarray, column_map: np.ndarray) -> np.ndarray:
    rows, channels, columns = core.shape
    flat = _multiply(core.reshape(rows * channels, columns), column_map)
    return flat.reshape(rows, channels, column_map.shape[1])


@compiled
def _random_matrix(rows: int, columns: int, state: np.ndarray) -> np.ndarray:
    """Residues from the generator splitmix64, whose state is one 64-bit counter."""
    matrix = np.empty((rows, columns), dtype=np.uint32)
    for i in range(rows):
        for j in range(columns):
            state[0] += np.uint64(0x9E3779B97F4A7C15)
            word = state[0]
            word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            matrix[i, j] = _reduced(word ^ (word >> np.uint64(31)))
    return matrix


@compiled
def _multiply_entries(target: np.ndarray, u: np.ndarray, v: np.ndarray) -> None:
    for j in range(target.size):
        target[j] = _reduced(np.uint64(u[j]) * np.uint64(v[j]))


@compiled
def _multiply_all(target: np.ndarray, u: np.ndarray, v: np.ndarray) -> None:
    """All products of an entry of u and an entry of v; the longer one runs in the inner loop."""
    if u.size > v.size:
        u, v = v, u
    for j in range(u.size):
        part = target[j * v.size : (j + 1) * v.size]
        for k in range(v.size):
            part[k] = _reduced(np.uint64(u[j]) * np.uint64(v[k]))
