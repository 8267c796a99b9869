"""Pictures on closed surfaces: on the sphere, on the torus, and with holes that are handles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from qnpapers.errors import NetworkError, ParameterError
from qnpapers.spinnet.digit_values import black_and_white
from qnpapers.spinnet.honeycomb import OUTSIDE, as_pixels, honeycomb, torus_honeycomb
from qnpapers.spinnet.networks import Network
from qnpapers.spinnet.surface_states import PhysicalStates, physical_states

Hexagon = tuple[int, int]
"""Row and column of a pixel."""


@dataclass(frozen=True)
class PictureSurface:
    """Which hexagons of a picture lie beside each edge of a network on a surface.

    Args:
        rows: number of rows of pixels.
        columns: number of columns.
        network: drawn on a closed surface.
        pairs: for each edge the two hexagons beside it, i columns + j, or -1 where there is no
            pixel; shape (E, 2).
        order: faces of `network` in the order in which a sweep removes them.
    """

    rows: int
    columns: int
    network: Network
    pairs: np.ndarray
    order: tuple[int, ...]

    def colourings(self, pixels: np.ndarray | Sequence[Any]) -> np.ndarray:
        """Colours of the edges: the sum of the pixels on both sides, no pixel counting 0.

        Args:
            pixels: integers of at least 0, shape (count, rows, columns).

        Returns:
            int64, shape (count, E).

        Raises:
            ColourError: a pixel is no integer or negative.
            NetworkError: the pictures have another shape.
        """
        images = as_pixels(pixels)
        if images.shape[1:] != (self.rows, self.columns):
            raise NetworkError(
                f"pixels of shape {images.shape}: must be (count, {self.rows}, {self.columns})"
            )
        flat = images.reshape(len(images), -1)
        padded = np.concatenate([flat, np.zeros_like(flat[:, :1])], axis=1)  # [-1] is no pixel
        return np.asarray(padded[:, self.pairs[:, 0]] + padded[:, self.pairs[:, 1]])

    def states(self, pixels: np.ndarray | Sequence[Any], r: int) -> PhysicalStates:
        """The physical states of pictures.

        Raises:
            ColourError, NetworkError, SizeError, PrecisionError: see `physical_states` and
                `colourings`.

        >>> stroke = [[[0, 0, 0], [1, 1, 1], [0, 0, 0]]]  # winds around the torus
        >>> spot = [[[0, 0, 0], [0, 1, 0], [0, 0, 0]]]
        >>> torus_pictures(3, 3).states(stroke + spot, 5).rank
        2
        """
        return physical_states(self.network, self.colourings(pixels), r, order=self.order)


def digit_pictures(
    images: np.ndarray, side: int, *, margin: int = 0, ink_from: float = 0.35
) -> np.ndarray:
    """Black and white pictures of digits, of `side` x `side` pixels.

    Args:
        images: values 0 to 255, shape (count, s, s).
        side: divides what is left when the margin is cut off; at least 2.
        margin: pixels cut off at each side; MNIST's digits have four without ink.
        ink_from: mean brightness from which a block of pixels is ink, between 0 and 1.

    Returns:
        int64 of 0 and 1, shape (count, side, side).

    Raises:
        ParameterError: the margin or the brightness lies outside its range.
        ShapeError: see `black_and_white`.
    """
    length = images.shape[-1]
    if not 0 <= 2 * margin < length:
        raise ParameterError(f"margin = {margin!r}: must be at least 0 and leave some of {length}")
    if not 0 < ink_from <= 1:
        raise ParameterError(f"ink_from = {ink_from!r}: must be between 0 and 1")
    inner = images[:, margin : length - margin, margin : length - margin]
    return black_and_white(inner * (0.5 / ink_from), side)


def sphere_pictures(rows: int, columns: int | None = None) -> PictureSurface:
    """Pictures on the sphere: `honeycomb`, with one more face outside.

    Raises:
        NetworkError: a number is no integer of at least 2.
    """
    comb = honeycomb(rows, columns)
    order = (*comb.order[1:], comb.order[0])
    return PictureSurface(comb.rows, comb.columns, comb.network, comb.pairs, order)


def torus_pictures(rows: int, columns: int | None = None) -> PictureSurface:
    """Pictures on the torus: the first row touches the last, the first column the last.

    Args:
        rows: at least 2.
        columns: at least 2; None for as many as rows.

    Raises:
        NetworkError: a number is no integer of at least 2.

    >>> torus_pictures(3).network.genus
    1
    """
    columns = rows if columns is None else columns
    network = torus_honeycomb(rows, columns)
    number = np.arange(rows * columns).reshape(rows, columns)
    neighbours = (number, np.roll(number, -1, 1)), (number, np.roll(number, -1, 0))
    slanted = number, np.roll(np.roll(number, -1, 0), 1, 1)
    pairs = np.stack([np.stack(p, axis=-1) for p in (*neighbours, slanted)], axis=2).reshape(-1, 2)
    # of the two vertices that `torus_honeycomb` makes for hexagon (i, j), the first lies opposite
    # it along its last edge
    order = tuple(network.vertex_faces[2 * k][2] for k in range(rows * columns))
    return PictureSurface(int(rows), int(columns), network, pairs, order)


def pictures_with_holes(
    rows: int, columns: int, holes: Sequence[Hexagon | Sequence[int]]
) -> PictureSurface:
    """Pictures on a surface with one handle for each hole.

    A hole is a hexagon without pixel. A tube leads from it to the outside, behind the picture, so
    that a stroke around the hole cannot be contracted.

    Args:
        rows: at least 2.
        columns: at least 2.
        holes: different hexagons (row, column).

    Raises:
        NetworkError: a number is no integer of at least 2, or a hole is no hexagon or there twice.

    >>> pictures_with_holes(5, 5, [(1, 2), (3, 2)]).network.genus
    2
    """
    comb = honeycomb(rows, columns)
    numbers = _numbers(comb.rows, comb.columns, holes)
    return _with_holes(comb.rows, comb.columns, numbers)


def add_handle(network: Network, one: tuple[int, int], other: tuple[int, int]) -> Network:
    """Join two faces by a tube, with a new edge along it.

    Args:
        network: drawn on a closed surface.
        one: an edge, and the face beside it from which the tube starts.
        other: another edge, and another face beside it at which it ends.

    Returns:
        A network of one genus more. A vertex divides each edge; their second halves are numbered E
        and E + 1, the new edge E + 2. Vertices keep their numbers and slots.

    Raises:
        NetworkError: the two edges or the two faces are the same, or a face is not beside its edge.

    >>> add_handle(Network([(0, 1, 2), (2, 1, 0)]), (0, 0), (1, 1)).genus
    1
    """
    if one[0] == other[0] or one[1] == other[1]:
        raise NetworkError(f"a handle from {one} to {other}: edges and faces must differ")
    vertices = [list(triple) for triple in network.vertices]
    new = network.edges
    for (edge, face), half in ((one, new), (other, new + 1)):
        vertices.append(_divide(network, vertices, edge, face, half))
    return Network(tuple((a, b, c) for a, b, c in vertices), genus=network.genus + 1)


def _divide(
    network: Network, vertices: list[list[int]], edge: int, face: int, half: int
) -> list[int]:
    """Put a vertex on an edge; returns its edges, the new one on the side of the face."""
    ends = [
        (v, k) for v, triple in enumerate(network.vertices) for k in range(3) if triple[k] == edge
    ]
    if len(ends) != 2 or face not in network.edge_faces[edge]:
        raise NetworkError(f"face {face} is not beside edge {edge}")
    (u, k), (v, slot) = ends
    vertices[v][slot] = half
    left = network.vertex_faces[u][(k + 2) % 3]  # between slots k and k + 1, seen from u
    return [edge, half, network.edges + 2] if face == left else [edge, network.edges + 2, half]


def _numbers(rows: int, columns: int, holes: Sequence[Hexagon | Sequence[int]]) -> tuple[int, ...]:
    found = []
    for hole in holes:
        i, j = (int(x) for x in hole)
        if not (0 <= i < rows and 0 <= j < columns) or i * columns + j in found:
            raise NetworkError(f"hole {(i, j)}: must be one of {rows} x {columns} hexagons, once")
        found.append(i * columns + j)
    return tuple(found)


@lru_cache(maxsize=16)
def _with_holes(rows: int, columns: int, holes: tuple[int, ...]) -> PictureSurface:
    comb = honeycomb(rows, columns)
    network, pairs = comb.network, comb.pairs.copy()
    face = dict(zip(range(OUTSIDE, rows * columns), comb.order, strict=True))
    corner = {
        f: (v, k) for v, faces in enumerate(network.vertex_faces) for k, f in enumerate(faces)
    }
    outer = int(np.flatnonzero((pairs == OUTSIDE).any(axis=1))[0])

    def now(hexagon: int) -> int:
        """The number that its face has by now."""
        v, k = corner[face[hexagon]]
        return network.vertex_faces[v][k]

    for hole in holes:
        edge = int(
            np.flatnonzero((comb.pairs == hole).any(axis=1) & ~(comb.pairs == OUTSIDE).any(axis=1))[
                0
            ]
        )
        network = add_handle(network, (edge, now(hole)), (outer, now(OUTSIDE)))
        beside = [pairs[edge], pairs[outer], (OUTSIDE, OUTSIDE)]
        pairs = np.concatenate([pairs, beside])
    pairs[np.isin(pairs, holes)] = OUTSIDE
    order = [now(hexagon) for hexagon in range(rows * columns) if hexagon not in holes]
    return PictureSurface(rows, columns, network, pairs, (*order, now(OUTSIDE)))
