"""The Turaev-Viro state sum of a closed 3-manifold, as one contraction of sparse tables."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from numbers import Integral

import numpy as np

from qnpapers.errors import ColourError, PrecisionError, SizeError
from qnpapers.spinnet.elimination_program import Solid, elimination_program
from qnpapers.spinnet.elimination_sweep import sweep
from qnpapers.spinnet.gluings import Gluings, check_gluings, checked_skeleton
from qnpapers.spinnet.tetrahedron_weights import MAX_LEVEL, level_table

TOLERANCE = 1e-6
"""Largest bound on the error of a state sum that is returned without an error."""

MAX_ROWS = 40_000_000
"""Rows of the longest table that is stored, some GiB."""

MAX_COLOURINGS = 2_000_000_000
"""Colourings that are summed into one table, some minutes."""

_FACES = ((3, 4, 5), (1, 2, 5), (0, 2, 4), (0, 1, 3))
"""The edges (numbers in `EDGES`) of the face opposite each vertex."""

_AS_TET = (0, 4, 3, 5, 1, 2)
"""The edges in the places A, B, E, C, D, F of Tet: A-C, B-D, E-F share no vertex."""

_SIGN_BITS = (2, 8, 4, 1)
"""The bits of `Solid.signed` of the faces opposite each vertex: B C E, C D F, A B F, A D E."""


@dataclass(frozen=True)
class StateSum:
    """What a state sum gave.

    Args:
        value: TV_r.
        error: bound on the round-off in `value`, which runs along with the sum; infinite above
            `MAX_LEVEL`.
        longest: admissible colourings that the longest table was summed over, and
        multiplications: in all symbols: the deterministic measures of work.
    """

    value: float
    error: float
    longest: int
    multiplications: int


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
    value, error, _, _ = _summed(gluings, r)
    if not error <= TOLERANCE:
        raise PrecisionError(
            f"r = {r}: round-off in the state sum may reach {error:.1g}, "
            f"more than {TOLERANCE:g}: use a smaller level"
        )
    return value


def state_sum(gluings: Gluings, r: int) -> StateSum:
    """The same with a bound on the error and the size of the contraction.

    Raises:
        GluingError, ColourError, SizeError: as `turaev_viro`; never PrecisionError.
    """
    return StateSum(*_summed(gluings, r))


def check_level(r: int) -> None:
    """Make sure that r is an integer of at least 3.

    Raises:
        ColourError: it is not.
    """
    if not isinstance(r, Integral) or isinstance(r, bool) or r < 3:
        raise ColourError(f"r = {r!r}: the level must be an integer of at least 3")


def _summed(gluings: Gluings, r: int) -> tuple[float, float, int, int]:
    """The fields of a `StateSum`."""
    try:
        program, edges, vertices = _plan(tuple(map(tuple, gluings)))
    except TypeError:  # lists in the place of tuples, or no gluings
        program, edges, vertices = _plan(_as_tuples(gluings))
    if type(r) is not int:
        check_level(r)  # before r is looked up, which it must be fit for
    table, scale = _at_level(r)
    if r > MAX_LEVEL:
        return math.nan, math.inf, 0, 0
    value, error, longest, rows, work = sweep(*program, edges, table, MAX_ROWS, MAX_COLOURINGS)
    if rows > MAX_ROWS or longest > MAX_COLOURINGS:
        raise SizeError(
            f"r = {r}: tables of more than {MAX_ROWS} colourings, or a sum over more than "
            f"{MAX_COLOURINGS}, would be needed: use a smaller level, or a smaller triangulation"
        )
    scale **= vertices
    value *= scale
    return value, error * scale + 10 * (vertices + 1) * 2.0**-53 * abs(value), longest, work


@lru_cache(maxsize=64, typed=True)
def _at_level(r: int) -> tuple[np.ndarray, float]:
    """Table of factors, and 1/N."""
    check_level(r)
    return level_table(min(int(r), MAX_LEVEL)), 2 / r * math.sin(math.pi / r) ** 2


def _as_tuples(gluings: Gluings) -> Gluings:
    check_gluings(gluings)
    return tuple(tuple((n, (a, b, c, d)) for n, (a, b, c, d) in faces) for faces in gluings)


Plan = tuple[tuple[np.ndarray, np.ndarray], int, int]
"""An elimination program, and the numbers of edges and vertices."""


@lru_cache(maxsize=1024)
def _plan(gluings: Gluings) -> Plan:
    edges, vertices = checked_skeleton(gluings)
    triangles = sorted({(row[a], row[b], row[c]) for row in edges for a, b, c in _FACES})
    solids = []
    for number, (row, faces) in enumerate(zip(edges, gluings, strict=True)):
        signed = sum(  # each triangle belongs to two tetrahedra and has one sign
            _SIGN_BITS[face]
            for face, (neighbour, permutation) in enumerate(faces)
            if (number, face) < (neighbour, permutation[face])
        )
        solids.append(Solid(tuple(row[n] for n in _AS_TET), signed))
    program = elimination_program(triangles, solids)
    return program, 1 + max(map(max, edges)), vertices
