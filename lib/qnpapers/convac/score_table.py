"""A second certificate of a rank: the table of scores of random inputs, modulo another prime."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from flint import nmod_mat

from qnpapers.convac.architecture import Architecture, region_mask
from qnpapers.errors import SizeError

SECOND_PRIME = 2**31 - 19
"""The prime of the second certificate."""

MAX_TABLE = 4096
"""Largest number of inputs for each side."""

_ENTRIES = 2**21


def rank_of_score_table(
    architecture: Architecture,
    region: Iterable[int],
    size: int,
    *,
    rng: np.random.Generator,
    prime: int = SECOND_PRIME,
) -> int:
    """Rank modulo `prime` of the scores of `size` random inputs for each side of a region.

        T_ij = h(u_i, x_j) = <u_i| [[A]] |x_j>,   u_i and x_j random product vectors

    The rank of T is min(size, rank [[A]]) but for a probability of about size * sites / prime, and
    never more: like `certified_rank` it proves a lower bound on the generic rank. It has nothing
    in common with it but the question: another prime, forward passes in place of arrays that are
    carried upwards and compressed, FLINT in place of our elimination.

    Args:
        architecture: shared or unshared weights, any window; its output 0 is asked.
        region: 0-based sites.
        size: rows and columns of the table; larger than the rank that is expected.
        rng: source of weights and inputs.
        prime: below 2**31.

    Raises:
        RegionError: the region is empty, everything, out of range or not made of integers.
        SizeError: `size` is not between 1 and `MAX_TABLE`.

    Example:
        >>> net = Architecture(9, 2, (3, 2), window=3)
        >>> rank_of_score_table(net, (1, 2, 4, 5), 8, rng=np.random.default_rng(0))
        7
    """
    mask = region_mask(architecture.sites, region)
    if not 1 <= size <= MAX_TABLE:
        raise SizeError(f"size = {size}: must be between 1 and {MAX_TABLE}")
    shapes = (*architecture.weight_shapes(), (1, 1, architecture.channels[-1]))
    layers = [_residues(shape, prime, rng) for shape in shapes]
    inputs = _residues((architecture.sites, size, architecture.local_dim), prime, rng)
    widest = max(architecture.local_dim, *architecture.channels)
    step = max(1, _ENTRIES // (size * widest))  # rows at a time
    rows = [
        _scores(layers, _signals(inputs, mask, first, step), architecture.window, prime)
        for first in range(0, size, step)
    ]
    table = np.concatenate(rows)
    return nmod_mat(size, size, table.ravel().tolist(), prime).rank()


def _signals(inputs: np.ndarray, mask: np.ndarray, first: int, step: int) -> list[np.ndarray]:
    """Inputs of each site, shape (rows, 1, M) inside the region and (1, columns, M) outside."""
    return [
        vectors[first : first + step, None, :] if inside else vectors[None]
        for vectors, inside in zip(inputs, mask.tolist(), strict=True)
    ]


def _scores(
    layers: Sequence[np.ndarray], signals: list[np.ndarray], window: int, prime: int
) -> np.ndarray:
    """Forward pass: broadcasting forms a table only where rows and columns meet."""
    *inner, top = layers
    for layer in inner:
        mixed = [_mix(layer[j % len(layer)], x, prime) for j, x in enumerate(signals)]
        signals = [_pool(mixed[j : j + window], prime) for j in range(0, len(mixed), window)]
    return _mix(top[0], signals[0], prime)[:, :, 0]


def _mix(matrix: np.ndarray, signal: np.ndarray, prime: int) -> np.ndarray:
    """Weight matrix on the channels, four at a time: 4 (p - 1)**2 + p < 2**64."""
    result = np.zeros((*signal.shape[:2], len(matrix)), dtype=np.uint64)
    for first in range(0, signal.shape[2], 4):
        some = slice(first, first + 4)
        result = (result + signal[:, :, some] @ matrix[:, some].T) % prime
    return result


def _pool(signals: Sequence[np.ndarray], prime: int) -> np.ndarray:
    result = signals[0]
    for other in signals[1:]:
        result = result * other % prime
    return result


def _residues(shape: tuple[int, ...], prime: int, rng: np.random.Generator) -> np.ndarray:
    return rng.integers(prime, size=shape).astype(np.uint64)
