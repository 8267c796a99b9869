"""Tables of values of a circuit modulo `PRIME`: rows for a region, columns for its complement.

A signal is an array of residues, shape (rows, columns, channels). Where it does not depend on the
inputs of one side yet, that axis has length 1: a table is formed only where both sides meet.
"""

from __future__ import annotations

from itertools import product
from typing import Literal

import numpy as np

from qnpapers.convac import finite_field
from qnpapers.errors import ParameterError, SizeError

Inputs = Literal["basis", "random"]
"""What is fed in: basis vectors (coefficients of a state) or any vectors (values of a function)."""

MAX_TABLE = 4096
"""Largest number of inputs for each side."""


def check_inputs(inputs: str) -> None:
    """Refuse anything but "basis" and "random".

    Raises:
        ParameterError: `inputs` is neither.
    """
    if inputs not in ("basis", "random"):
        raise ParameterError(f"inputs = {inputs!r}: must be 'basis' or 'random'")


def table_size(bound: int, at_most: int | None, inputs: Inputs) -> int:
    """Inputs drawn for each side, to see a rank of up to `bound`, or `at_most` if that is less.

    Of random vectors a few more than the rank are enough. Basis vectors repeat themselves where
    only some of the sites matter, so there 16 times the rank are drawn, if the table is no larger.

    Raises:
        SizeError: `at_most` is below 1, or the table would be too large.
    """
    wanted = bound if at_most is None else min(bound, at_most)
    if wanted < 1:
        raise SizeError(f"at_most = {at_most}: must be at least 1")
    if wanted > MAX_TABLE // 4:
        raise SizeError(
            f"the rank may be {wanted}, too large for a table of {MAX_TABLE} inputs for each side: "
            f"pass at_most={MAX_TABLE // 4} or less to certify a smaller lower bound"
        )
    return wanted + 8 if inputs == "random" else min(16 * wanted, MAX_TABLE)


def draw_inputs(
    inside: np.ndarray, local_dim: int, size: int, inputs: Inputs, *, rng: np.random.Generator
) -> list[np.ndarray]:
    """Signals of all sites, shape (rows, 1, M) inside the region and (1, columns, M) outside.

    Args:
        inside: boolean mask of the region.
        local_dim: M.
        size: number of rows and columns. All basis inputs are taken where they are no more.
        inputs: "basis" or "random".
        rng: draws the inputs.
    """
    signals: list[np.ndarray] = [np.empty(0)] * len(inside)
    for side, axis in ((True, 1), (False, 0)):
        sites = np.flatnonzero(inside == side)
        shape = (size, len(sites), local_dim)
        vectors = (
            finite_field.random_residues(shape, rng=rng)
            if inputs == "random"
            else _basis_vectors(*shape, rng)
        )
        for place, site in enumerate(sites.tolist()):
            signals[site] = np.expand_dims(vectors[:, place], axis)
    return signals


def _basis_vectors(size: int, sites: int, local_dim: int, rng: np.random.Generator) -> np.ndarray:
    if local_dim**sites <= size:
        numbers = np.array(list(product(range(local_dim), repeat=sites)))
    else:
        numbers = rng.integers(local_dim, size=(size, sites))
    vectors: np.ndarray = np.eye(local_dim, dtype=np.uint32)[numbers]
    return vectors


def mix(matrix: np.ndarray, signal: np.ndarray) -> np.ndarray:
    """The matrix, shape (new channels, channels), on the channels of a signal."""
    rows, columns, channels = signal.shape
    mixed = finite_field.multiply(signal.reshape(-1, channels), matrix.T)
    return mixed.reshape(rows, columns, len(matrix))


def times(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Product of two signals, channel by channel."""
    product_of_both = left.astype(np.uint64) * right % finite_field.PRIME
    return product_of_both.astype(np.uint32)


def rank_of_values(values: np.ndarray, at_most: int | None) -> int:
    """Rank of a signal with one channel, or `at_most` if that is less."""
    rank = finite_field.rank(values[:, :, 0])
    return rank if at_most is None else min(rank, at_most)
