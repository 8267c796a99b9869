"""Exchanges of strands as gates on one qubit, and how many gates they generate."""

from __future__ import annotations

import cmath
from collections.abc import Sequence
from itertools import product

import numpy as np

from qnpapers.errors import ColourError, ParameterError, ShapeError
from qnpapers.spinnet.recoupling import channels, recoupling_matrix


def braid_generators(a: int, r: int) -> tuple[np.ndarray, np.ndarray]:
    """The two exchanges of neighbours among three strands of colour a, with total colour a.

        sigma_1 = diag(lambda_c),  sigma_2 = F^T sigma_1 F,
        lambda_c = (-1)^((2 a - c) / 2) A^(a (a + 2) - c (c + 2) / 2),  A = exp(i pi / 2 r)

    in the basis of the colour c that the first two strands fuse to; F is `recoupling_matrix`.

    Args:
        a: colour of each strand.
        r: level, at least 3.

    Returns:
        Two unitary matrices, complex, shape (C, C) with C = len(channels(a, a, a, a, r)); for
        colour 2 at r = 5 those of Fibonacci anyons, for colour 1 at r = 4 those of Ising anyons.
        They obey sigma_1 sigma_2 sigma_1 = sigma_2 sigma_1 sigma_2.

    Raises:
        ColourError: a is no colour of the level, or r is below 3.

    Reference: [kauffman1994].

    >>> one, _ = braid_generators(2, 5)
    >>> (np.angle(np.diag(one)) / np.pi).round(9)  # 4/5 and -3/5
    array([ 0.8, -0.6])
    """
    found = channels(a, a, a, a, r)
    if not found:
        raise ColourError(f"a = {a}: must be at most r - 2 = {r - 2}")
    A = cmath.exp(1j * cmath.pi / (2 * r))
    twists = [(-1) ** ((2 * a - c) // 2) * A ** (a * (a + 2) - c * (c + 2) // 2) for c in found]
    F = recoupling_matrix(a, a, a, a, r)
    one = np.diag(twists)
    return one, F.T @ one @ F


def generated_gates(generators: Sequence[np.ndarray], *, limit: int = 1000) -> np.ndarray:
    """The different gates that products of unitary generators are, up to a phase, shortest first.

    What more than 60 gates of a qubit mean: a finite group of rotations in which two rotations by
    other angles than pi do not commute has 12, 24 or 60 elements. So if two generators are such
    rotations, more than 60 gates are infinitely many, and they come close to every gate. The number
    says nothing of that kind for other generators.

    Args:
        generators: unitary matrices of one shape (C, C). Inverses are not needed: in a finite group
            they are powers, and without them an infinite one is infinite too.
        limit: how many are wanted at most, at least 1.

    Returns:
        complex, shape (gates, C, C), the identity first; all there are if fewer than `limit`.

    Raises:
        ShapeError: the generators are no unitary matrices of one shape.
        ParameterError: limit is below 1.

    >>> len(generated_gates(braid_generators(1, 4)))  # the rotations of a cube
    24
    """
    matrices = [np.asarray(g, dtype=complex) for g in generators]
    if limit < 1:
        raise ParameterError(f"limit = {limit!r}: must be at least 1")
    if not matrices or any(not _is_unitary(g, matrices[0].shape) for g in matrices):
        raise ShapeError("generators: must be unitary matrices of one shape, at least one")
    one = np.eye(len(matrices[0]), dtype=complex)
    found = {_name(one): one}
    newest = [one]
    while newest and len(found) < limit:
        candidates = {_name(g @ gate): g @ gate for gate, g in product(newest, matrices)}
        newest = [gate for name, gate in candidates.items() if name not in found]
        found |= {name: gate for name, gate in candidates.items() if name not in found}
    return np.array(list(found.values())[:limit])


def _is_unitary(matrix: np.ndarray, shape: tuple[int, ...]) -> bool:
    if matrix.ndim != 2 or matrix.shape != shape or shape[0] != shape[1]:
        return False
    return bool(np.allclose(matrix @ matrix.conj().T, np.eye(shape[0]), rtol=0, atol=1e-10))


def _name(matrix: np.ndarray) -> bytes:
    """The gate without its phase, rounded: projector |U)(U| of the matrix as a vector."""
    vector = matrix.ravel()
    projector = np.outer(vector, vector.conj())
    parts = np.stack([projector.real, projector.imag])
    return np.rint(parts * (1e6 / np.pi)).astype(int).tobytes()  # pi: no entry lies half-way
