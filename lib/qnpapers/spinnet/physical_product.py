"""The physical scalar product: networks projected on flat connections, at level r.

The projector of Noui and Perez imposes flatness face by face. At level r its factor for a face is

    B_f = (1/N) sum_s Delta_s B_f^s,      N = sum_s Delta_s^2 = r / (2 sin^2(pi / r)),

where B_f^s draws a loop of colour s inside the face and joins it to the edges of the face,

    B_f^s |e> = sum_e' prod_edges Delta_e' / theta(e, s, e')
                       prod_corners Tet(e1' e2' o; e2 e1 s) / theta(e1', e2', o) |e'>.

Source: [marciano2022, eqs 24-31]; the same operators are those of Levin and Wen, Phys. Rev. B 71
(2005) 045110.
"""

from __future__ import annotations

import math
from collections import defaultdict
from functools import lru_cache

import numpy as np

from qnpapers.errors import NetworkError, SizeError
from qnpapers.spinnet.networks import Network
from qnpapers.spinnet.quantum_numbers import colour, level
from qnpapers.spinnet.recoupling import loop_value, tetrahedron, theta

MAX_COLOURINGS = 4096
"""Largest dimension of a projector, 128 MB."""

Corner = tuple[int, int, int]
"""Positions of two edges of a face among its edges, and the edge that leaves between them."""


def admissible_colourings(network: Network, r: int) -> np.ndarray:
    """All colourings of the edges that are admissible at level r, in lexicographic order.

    Their number is the Verlinde number of a surface of genus E - V + 1.

    Args:
        network: drawn on any surface.
        r: level, at least 3.

    Returns:
        integer array, shape (number, E).

    Raises:
        ColourError: r is below 3.
        SizeError: there are more than `MAX_COLOURINGS`.
    """
    r = _level(r)
    found = np.zeros((1, 0), dtype=np.int64)
    complete: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for triple in network.vertices:
        complete[max(triple)].append(triple)
    for edge in range(network.edges):
        new = np.tile(np.arange(r - 1), len(found))[:, None]
        found = np.hstack([np.repeat(found, r - 1, axis=0), new])
        for triple in complete[edge]:
            found = found[_fit(found[:, list(triple)], r)]
        if len(found) > 64 * MAX_COLOURINGS:
            break
    if len(found) > MAX_COLOURINGS:
        raise SizeError(
            f"more than {MAX_COLOURINGS} colourings at r = {r}: the projector would not fit"
        )
    return found


def face_projector(network: Network, face: int, r: int) -> np.ndarray:
    """B_f between colourings of norm 1; symmetric and idempotent.

    A colouring has the norm prod_vertices theta / prod_edges Delta, which is positive.

    Args:
        network: drawn on any surface.
        face: number of the face, as in `network.edge_faces`.
        r: level, at least 3.

    Returns:
        matrix over `admissible_colourings`.

    Raises:
        NetworkError: there is no such face, or it lies on both sides of an edge.
        ColourError: r is below 3.
        SizeError: see `admissible_colourings`.
    """
    r = _level(r)
    edges, corners = _walk(network, face)
    colourings = admissible_colourings(network, r)
    groups: dict[bytes, list[int]] = defaultdict(list)
    for number, rest in enumerate(np.delete(colourings, edges, axis=1)):
        groups[rest.tobytes()].append(number)
    roots = np.array([math.sqrt(_norm(network, row, r)) for row in colourings.tolist()])
    matrix = np.zeros((len(colourings), len(colourings)))
    for members in groups.values():
        rows = colourings[members].tolist()
        for column, before in zip(members, rows, strict=True):
            for number, after in zip(members, rows, strict=True):
                weight = _matrix_element(edges, corners, before, after, r)
                matrix[number, column] = weight * roots[number] / roots[column]
    return matrix


def physical_projector(network: Network, r: int) -> np.ndarray:
    """The product of B_f over all faces: the physical scalar products of colourings of norm 1.

    On the sphere <H|H'> = <H> <H'> / (|H| |H'| N^(F - 1)), a matrix of rank 1. On a surface of
    genus g the rank is the number of states of Turaev and Viro, (r - 1)^2 on the torus.

    Raises:
        NetworkError, ColourError, SizeError: see `face_projector`.
    """
    matrix = np.eye(len(admissible_colourings(network, r)))
    for face in range(network.faces):
        matrix = face_projector(network, face, r) @ matrix
    return matrix


def _walk(network: Network, face: int) -> tuple[list[int], list[Corner]]:
    """The edges of a face, and the corners between them."""
    colour("face", face)
    if face >= network.faces:
        raise NetworkError(f"face {face}: the network has faces 0 to {network.faces - 1}")
    edges = [e for e, pair in enumerate(network.edge_faces) if face in pair]
    if any(network.edge_faces[e] == (face, face) for e in edges):
        raise NetworkError(f"face {face} lies on both sides of an edge")
    place = {e: k for k, e in enumerate(edges)}
    corners = []
    for triple, opposite in zip(network.vertices, network.vertex_faces, strict=True):
        for slot in range(3):
            if opposite[slot] == face:
                first, second = triple[(slot + 1) % 3], triple[(slot + 2) % 3]
                corners.append((place[first], place[second], triple[slot]))
    return edges, corners


def _matrix_element(
    edges: list[int], corners: list[Corner], before: list[int], after: list[int], r: int
) -> float:
    """<after| B_f |before> between colourings as they are."""
    old, new = tuple(before[e] for e in edges), tuple(after[e] for e in edges)
    legs = tuple((i, j, before[o]) for i, j, o in corners)
    return _element(old, new, legs, r)


@lru_cache(maxsize=2**18)
def _element(old: tuple[int, ...], new: tuple[int, ...], legs: tuple[Corner, ...], r: int) -> float:
    total = 0.0
    for s in range(r - 1):
        term = _loop(s, r)
        for x, y in zip(old, new, strict=True):
            size = _theta(x, s, y, r)
            if size == 0:
                break
            term *= _loop(y, r) / size
        else:
            for i, j, o in legs:
                term *= _tet(new[i], new[j], s, old[j], old[i], o, r) / _theta(new[i], new[j], o, r)
            total += term
    return total * 2 * math.sin(math.pi / r) ** 2 / r


def _norm(network: Network, colours: list[int], r: int) -> float:
    above = math.prod(_theta(*(colours[e] for e in triple), r) for triple in network.vertices)
    return above / math.prod(_loop(c, r) for c in colours)


def _fit(triples: np.ndarray, r: int) -> np.ndarray:
    total = triples.sum(axis=1)
    return (total % 2 == 0) & (2 * triples.max(axis=1) <= total) & (total <= 2 * r - 4)


def _level(r: object) -> int:
    known = level(r)
    if known is None:
        raise NetworkError("r = None: classically flatness needs infinitely many colours")
    return known


@lru_cache(maxsize=2**16)
def _tet(a: int, b: int, e: int, c: int, d: int, f: int, r: int) -> float:
    return float(tetrahedron(a, b, e, c, d, f, r))


@lru_cache(maxsize=2**14)
def _theta(a: int, b: int, c: int, r: int) -> float:
    return float(theta(a, b, c, r))


@lru_cache(maxsize=2**12)
def _loop(a: int, r: int) -> float:
    return float(loop_value(a, r))
