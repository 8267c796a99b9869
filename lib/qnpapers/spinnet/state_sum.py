"""The Turaev-Viro state sum of a closed 3-manifold, as one contraction of sparse tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from numbers import Integral

import numpy as np

from qnpapers.errors import ColourError, PrecisionError
from qnpapers.spinnet.elimination import Factor, sum_of_products
from qnpapers.spinnet.gluings import Gluings, check_gluings, edge_classes, vertex_count
from qnpapers.spinnet.tetrahedron_weights import (
    log_quantum_factorials,
    loop_values,
    normalised_tetrahedra,
)

TOLERANCE = 1e-6
"""Largest bound on the error of a state sum that is returned without an error."""

_FACES = ((3, 4, 5), (1, 2, 5), (0, 2, 4), (0, 1, 3))
"""The edges (numbers in `EDGES`) of the face opposite each vertex."""

_AS_TET = (0, 4, 3, 5, 1, 2)
"""The edges in the places A, B, E, C, D, F of Tet: A-C, B-D, E-F share no vertex."""


@dataclass(frozen=True)
class StateSum:
    """What a state sum gave.

    Args:
        value: TV_r.
        error: bound on the round-off in `value`: unit round-off, times the roundings in one
            product, times the sum of the absolute values of all that was added.
        longest: rows of the longest table: the deterministic measure of work.
    """

    value: float
    error: float
    longest: int


def turaev_viro(gluings: Gluings, r: int) -> float:
    """Turaev-Viro invariant of a closed 3-manifold at q = exp(2 pi i / r), A = exp(i pi / 2r).

        TV_r = N^-V  sum  prod_edges Delta  prod_triangles 1/theta  prod_tetrahedra Tet

    over the colourings of the edges by 0 to r - 2 that are admissible on all triangles, with
    N = sum_a Delta_a^2 = r / (2 sin^2(pi / r)). It does not depend on the triangulation, equals
    |Reshetikhin-Turaev|^2 and is sin^2(pi/r) 2/r for the 3-sphere. Manifolds with equal values
    need not be homeomorphic. Not orientable is allowed; not connected gives the product.

    Args:
        gluings: gluings[t][f] = (neighbour, permutation), see `qnpapers.spinnet.gluings`.
        r: level, at least 3.

    Raises:
        GluingError: see `check_gluings`.
        ColourError: r is no integer of at least 3.
        SizeError: the contraction would need too long a table.
        PrecisionError: round-off may exceed `TOLERANCE`.

    Source: [marciano2020, section V.B of marciano2022]; Turaev and Viro 1992, Kauffman and Lins.

    >>> from qnpapers.spinnet import named_manifold
    >>> round(turaev_viro(named_manifold("L(7,1)"), 7), 6)
    0.5
    >>> abs(turaev_viro(named_manifold("L(7,2)"), 7)) < 1e-12
    True
    """
    result = state_sum(gluings, r)
    if not result.error <= TOLERANCE:
        raise PrecisionError(
            f"r = {r}: round-off in the state sum may reach {result.error:.1g}, "
            f"more than {TOLERANCE:g}: use a smaller level"
        )
    return result.value


def state_sum(gluings: Gluings, r: int) -> StateSum:
    """The same with a bound on the error and the size of the contraction.

    Raises:
        GluingError, ColourError, SizeError: as `turaev_viro`; never PrecisionError.
    """
    check_gluings(gluings)
    check_level(r)
    edges = edge_classes(gluings)
    triangles = sorted({(row[a], row[b], row[c]) for row in edges for a, b, c in _FACES})
    (value, size), longest = sum_of_products(triangles, _factors(gluings, r), r, np.ones(2))
    vertices = (2 / r * np.sin(np.pi / r) ** 2) ** vertex_count(gluings)
    roundings = len(gluings) * (20 * np.abs(log_quantum_factorials(r)).max() + 10 * r)
    error = float(size * vertices * roundings * np.finfo(float).eps)
    return StateSum(float(value * vertices), error, longest)


def check_level(r: int) -> None:
    """Make sure that r is an integer of at least 3.

    Raises:
        ColourError: it is not.
    """
    if not isinstance(r, Integral) or isinstance(r, bool) or r < 3:
        raise ColourError(f"r = {r!r}: the level must be an integer of at least 3")


def _factors(gluings: Gluings, r: int) -> Iterator[Factor]:
    """A factor for each tetrahedron; each edge and triangle is put into the first that has it."""
    used: set[int] = set()
    for number, (edges, faces) in enumerate(zip(edge_classes(gluings), gluings, strict=True)):
        signed = [
            _FACES[face]
            for face, (neighbour, permutation) in enumerate(faces)
            if (number, face) < (neighbour, permutation[face])
        ]
        loops = [edges.index(edge) for edge in set(edges) - used]
        used.update(edges)
        yield Factor(edges, partial(_weights, signed=signed, loops=loops, r=r))


def _weights(
    colours: np.ndarray, signed: Sequence[Sequence[int]], loops: Sequence[int], r: int
) -> np.ndarray:
    """Tet / sqrt|thetas|, times signs of thetas and loop values; and the same of absolute terms."""
    value, size = normalised_tetrahedra(colours[:, _AS_TET], r)
    for face in signed:
        value *= 1.0 - 2.0 * (colours[:, face].sum(axis=1) // 2 % 2)
    for edge in loops:
        loop = loop_values(r)[colours[:, edge]]
        value, size = value * loop, size * np.abs(loop)
    return np.stack([value, size], axis=1)
