"""The classical tetrahedron behind a 6j symbol, and the formula of Ponzano and Regge."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from numbers import Integral
from typing import Literal

import numpy as np

from qnpapers.errors import ColourError, GeometryError

Region = Literal["allowed", "forbidden"]

_PLACES = {(1, 2): 0, (0, 2): 1, (0, 1): 2, (0, 3): 3, (1, 3): 4, (2, 3): 5}
"""Which spin stands at the edge between two of the corners 0 to 3."""

_DEGENERATE = 1e-9
"""|V^2| below this part of (mean edge)^6 counts as flat."""


@dataclass(frozen=True)
class ClassicalTetrahedron:
    """A tetrahedron with edges j + 1/2.

    Args:
        lengths: j + 1/2 in the order of the symbol {j1 j2 j3; j4 j5 j6}.
        volume_squared: V^2, negative if no tetrahedron in Euclidean space has these edges.
        exterior_angles: Theta at each edge, between the outward normals of its two faces; complex
            with real part 0 or pi where V^2 < 0.
    """

    lengths: tuple[float, ...]
    volume_squared: float
    exterior_angles: tuple[complex, ...]

    @property
    def region(self) -> Region:
        """Whether classical mechanics allows it."""
        return "allowed" if self.volume_squared > 0 else "forbidden"


def ponzano_regge(
    two_j1: int, two_j2: int, two_j3: int, two_j4: int, two_j5: int, two_j6: int
) -> float:
    """Asymptotic value of the 6j symbol {j1 j2 j3; j4 j5 j6} for large spins.

        V^2 > 0:  cos(sum_i (j_i + 1/2) Theta_i + pi/4) / sqrt(12 pi V)
        V^2 < 0:  cos(sum_i (j_i + 1/2) Re Theta_i) exp(-|sum_i (j_i + 1/2) Im Theta_i|)
                  / (2 sqrt(12 pi |V|))

    Relative to the envelope 1 / sqrt(12 pi V) the error falls as 1/j; near V = 0, where the two
    forms meet, both diverge and neither is good.

    Args:
        two_j1: twice the spin, as the other five are; (j1 j2 j3), (j1 j5 j6), (j4 j2 j6) and
            (j4 j5 j3) are the faces.
        two_j2: twice the spin.
        two_j3: twice the spin.
        two_j4: twice the spin.
        two_j5: twice the spin.
        two_j6: twice the spin.

    Returns:
        The asymptotic amplitude; exactly 0 where a face is not admissible.

    Raises:
        ColourError: a spin is negative or not half an integer.
        GeometryError: the tetrahedron is flat.

    Source: Ponzano and Regge 1968; [marciano2020, claim 2].
    """
    spins = (two_j1, two_j2, two_j3, two_j4, two_j5, two_j6)
    for number, two_j in enumerate(spins, start=1):
        if not isinstance(two_j, Integral) or isinstance(two_j, bool) or two_j < 0:
            raise ColourError(f"two_j{number} = {two_j!r}: must be an integer of at least 0")
    faces = ((0, 1, 2), (0, 4, 5), (3, 1, 5), (3, 4, 2))
    if not all(_admissible(*(spins[n] for n in face)) for face in faces):
        return 0.0
    solid = classical_tetrahedron(*((two_j + 1) / 2 for two_j in spins))
    action = sum(
        length * angle for length, angle in zip(solid.lengths, solid.exterior_angles, strict=True)
    )
    envelope = 1 / math.sqrt(12 * math.pi * math.sqrt(abs(solid.volume_squared)))
    if solid.region == "allowed":
        return envelope * math.cos(action.real + math.pi / 4)
    return envelope / 2 * math.cos(action.real) * math.exp(-abs(action.imag))


def classical_tetrahedron(
    l1: float, l2: float, l3: float, l4: float, l5: float, l6: float
) -> ClassicalTetrahedron:
    """Volume and exterior dihedral angles from edge lengths, by Cayley and Menger.

        288 V^2 = det of the squared lengths, bordered by ones;
        cos Theta_kl = C_kl / sqrt(C_kk C_ll),  C the cofactors, faces opposite corners k and l

    Args:
        l1: length, as the others are; l1 and l4, l2 and l5, l3 and l6 are opposite, and l1, l2, l3
            form a face.
        l2: length.
        l3: length.
        l4: length.
        l5: length.
        l6: length.

    Raises:
        GeometryError: a length is not positive, a face breaks the triangle inequality, or the
            tetrahedron is flat.
    """
    lengths = (l1, l2, l3, l4, l5, l6)
    if not all(0 < length < math.inf for length in lengths):
        raise GeometryError(f"lengths = {lengths}: must be positive and finite")
    scale = sum(lengths) / 6
    matrix = np.ones((5, 5)) - np.eye(5)
    for (a, b), place in _PLACES.items():
        matrix[a, b] = matrix[b, a] = (lengths[place] / scale) ** 2
    matrix[:4, 4] = matrix[4, :4] = 1
    cofactors = _cofactors(matrix)
    areas = np.diag(cofactors)[:4]  # -16 (area of the face)^2
    if (areas > -_DEGENERATE).any():
        raise GeometryError(
            f"lengths = {lengths}: a face is flat or breaks the triangle inequality"
        )
    volume_squared = float(np.linalg.det(matrix)) / 288
    if abs(volume_squared) < _DEGENERATE:
        raise GeometryError(f"lengths = {lengths}: the tetrahedron is flat, V = 0")
    angles = [0j] * 6
    for k, l in combinations(range(4), 2):  # noqa: E741
        a, b = (corner for corner in range(4) if corner not in (k, l))
        cosine = -cofactors[k, l] / math.sqrt(areas[k] * areas[l])
        angles[_PLACES[a, b]] = _angle(cosine)
    return ClassicalTetrahedron(lengths, volume_squared * scale**6, tuple(angles))


def _angle(cosine: float) -> complex:
    """The angle with this cosine; its sine is i times a positive number where |cosine| > 1.

    The sine of each dihedral angle is a positive multiple of V: this is its continuation to
    V = i |V|.
    """
    if abs(cosine) <= 1:
        return complex(math.acos(cosine))
    growth = 1j * math.acosh(abs(cosine))
    return growth if cosine > 0 else math.pi - growth


def _cofactors(matrix: np.ndarray) -> np.ndarray:
    """The matrix of cofactors; it exists where the inverse does not."""
    size = len(matrix)
    result = np.empty_like(matrix)
    for row in range(size):
        for column in range(size):
            minor = np.delete(np.delete(matrix, row, axis=0), column, axis=1)
            result[row, column] = (-1) ** (row + column) * np.linalg.det(minor)
    return result


def _admissible(two_a: int, two_b: int, two_c: int) -> bool:
    total = two_a + two_b + two_c
    return total % 2 == 0 and 2 * max(two_a, two_b, two_c) <= total
