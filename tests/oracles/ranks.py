"""Exact ranks by FLINT, of dense matrices that are found by feeding in every basis vector."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction
from itertools import product

import numpy as np
from flint import fmpq, fmpq_mat, nmod_mat

Matrix = Sequence[Sequence[int | Fraction]]


def rank_modulo(matrix: Matrix, prime: int) -> int:
    """Rank over the field of `prime` elements."""
    entries = [int(x) % prime for row in matrix for x in row]
    return nmod_mat(len(matrix), len(matrix[0]), entries, prime).rank()


def rank_over_rationals(matrix: Matrix) -> int:
    """Rank over the rational numbers."""
    entries = [fmpq(Fraction(x).numerator, Fraction(x).denominator) for row in matrix for x in row]
    return fmpq_mat(len(matrix), len(matrix[0]), entries).rank()


def product_modulo(left: Matrix, right: Matrix, prime: int) -> list[list[int]]:
    """Matrix product over the field of `prime` elements."""
    one, other = ([[int(x) % prime for x in row] for row in m] for m in (left, right))
    result = nmod_mat(one, prime) * nmod_mat(other, prime)
    return [[int(x) for x in row] for row in result.tolist()]


def dense_matrix_modulo(
    layers: Sequence[np.ndarray],
    output: np.ndarray,
    window: int,
    region: Collection[int],
    sites: int,
    prime: int,
) -> list[list[int]]:
    """[[A]] modulo `prime`: entry d is what the network answers to the basis vectors e_{d_1}, ...

    The network is run on all inputs at once, one multiplication and one reduction at a time; with
    prime < 2**31 a product of two residues fits in 62 bits.
    """
    local_dim = layers[0].shape[2]
    inputs = np.array(list(product(range(local_dim), repeat=sites)))
    signal = np.eye(local_dim, dtype=np.int64)[inputs]  # input, site, d
    for layer in layers:
        level_sites = signal.shape[1]
        matrices = [
            np.array([[int(x) % prime for x in row] for row in layer[j % len(layer)]])
            for j in range(level_sites)
        ]
        mixed = [_apply(matrix, signal[:, j], prime) for j, matrix in enumerate(matrices)]
        pooled = []
        for first in range(0, level_sites, window):
            value = mixed[first]
            for other in mixed[first + 1 : first + window]:
                value = value * other % prime
            pooled.append(value)
        signal = np.stack(pooled, axis=1)
    top = np.array([[int(x) % prime for x in output]])
    entries = _apply(top, signal[:, 0], prime)[:, 0]
    inside = [j for j in range(sites) if j in region]
    outside = [j for j in range(sites) if j not in region]
    rows: dict[tuple[int, ...], list[int]] = {}
    for index, entry in sorted(
        zip(inputs.tolist(), entries.tolist(), strict=True),
        key=lambda pair: [pair[0][j] for j in (*inside, *outside)],
    ):
        rows.setdefault(tuple(index[j] for j in inside), []).append(entry)
    return list(rows.values())


def _apply(matrix: np.ndarray, vectors: np.ndarray, prime: int) -> np.ndarray:
    result = np.zeros((len(vectors), len(matrix)), dtype=np.int64)
    for g, row in enumerate(matrix):
        for a, weight in enumerate(row):
            result[:, g] = (result[:, g] + weight * vectors[:, a] % prime) % prime
    return result
