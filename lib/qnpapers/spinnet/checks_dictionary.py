"""Checks and controls of claim 1.7: what quantum computing finds in recoupling, locally.

Every function takes `rng` and `profile` ("smoke" or "full") and returns a `Report`. A control is
the same comparison on input for which the claim must be rejected.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from qnpapers.evidence import Evidence, Report
from qnpapers.spinnet.braiding import braid_generators, generated_gates
from qnpapers.spinnet.comparisons import Case, largest_difference
from qnpapers.spinnet.recoupling import recoupling_matrix

GOLDEN_RATIO = (1 + math.sqrt(5)) / 2

LARGEST_FINITE = 60
"""Rotations of an icosahedron: no finite group of rotations is larger, but for those of a prism."""


def recoupling_is_golden(*, rng: np.random.Generator, profile: str) -> Report:
    """1.7: at r = 5 the F-move of colour 2 is unitary with entries 1/phi and 1/sqrt(phi)."""
    return Report(_golden(5))


def recoupling_is_golden_one_level_up(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 1.7: r = 6."""
    return Report(_golden(6))


def _golden(r: int) -> Evidence:
    matrix = recoupling_matrix(2, 2, 2, 2, r)
    return largest_difference(f"entries of F and of F^T F at r = {r}", _cases(matrix))


def _cases(matrix: np.ndarray) -> Iterator[Case]:
    """Of the first two channels; at r = 5 there are no others."""
    small, large = 1 / GOLDEN_RATIO, 1 / math.sqrt(GOLDEN_RATIO)
    expected = np.array([[small, large], [large, small]])
    square = matrix.T @ matrix
    for i in range(2):
        for j in range(2):
            yield f"|F[{i}, {j}]|", abs(matrix[i, j]), expected[i, j]
            yield f"(F^T F)[{i}, {j}]", square[i, j], float(i == j)


def exchanges_make_infinitely_many_gates(*, rng: np.random.Generator, profile: str) -> Report:
    """1.7.1: exchanges of three strands of colour 1 make infinitely many gates on a qubit.

    Outside: levels 4, 6 and 10.
    """
    levels = (5, 7, 8, 9) if profile == "smoke" else (5, 7, 8, 9, *range(11, 21))
    return Report(_fewest_gates(levels), _fewest_gates((4, 6, 10)))


def exchanges_at_level_four(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 1.7.1: r = 4, Ising anyons."""
    return Report(_fewest_gates((4,)))


def _fewest_gates(levels: Sequence[int]) -> Evidence:
    """More than 60 are infinitely many: see `generated_gates`."""
    limit = 4 * LARGEST_FINITE
    counts = {r: len(generated_gates(braid_generators(1, r), limit=limit)) for r in levels}
    fewest = min(counts, key=counts.__getitem__)
    listed = ", ".join(f"r = {r}: {count}" for r, count in counts.items())
    return Evidence(
        "gates that products of two exchanges make, counted up to 240",
        counts[fewest],
        LARGEST_FINITE + 1,
        len(counts),
        listed,
        relation=">=",
    )
