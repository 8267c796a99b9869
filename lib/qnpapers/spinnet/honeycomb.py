"""An image as a spin network: one hexagon for each pixel, coloured along its perimeter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from numbers import Integral

import numpy as np
from flint import arb

from qnpapers.errors import ColourError, NetworkError
from qnpapers.spinnet.networks import Network, Triple
from qnpapers.spinnet.quantum_numbers import level
from qnpapers.spinnet.shadow_sum import (
    MAX_STATES,
    Step,
    plan_sweep,
    sizes_of_sweep,
    value_of_sweep,
)

OUTSIDE = -1
"""The number of the outer face, where hexagons are numbered by i * columns + j."""


@dataclass(frozen=True)
class Honeycomb:
    """The network of an image: hexagon (i, j) touches (i, j+-1), (i+-1, j), (i+1, j-1), (i-1, j+1).

    Args:
        rows: number of rows of pixels.
        columns: number of columns.
        network: V = 2 (rows columns - 1) vertices and E = 3 (rows columns - 1) edges.
        pairs: for each edge the two hexagons beside it, `OUTSIDE` for the outer face; (E, 2).
        order: faces of `network`: the outer one, then the hexagons row by row.
    """

    rows: int
    columns: int
    network: Network
    pairs: np.ndarray
    order: tuple[int, ...]

    @property
    def plan(self) -> tuple[Step, ...]:
        """Sweep row by row."""
        return plan_sweep(self.network, self.order)


def honeycomb(rows: int, columns: int | None = None) -> Honeycomb:
    """The honeycomb of `rows` x `columns` hexagons.

    Args:
        rows: at least 2.
        columns: at least 2; None for as many as rows.

    Raises:
        NetworkError: a number is no integer of at least 2.

    >>> honeycomb(28).network.edges
    2349
    """
    columns = rows if columns is None else columns
    check_sides(rows, columns)
    return _honeycomb(int(rows), int(columns))


def torus_honeycomb(rows: int, columns: int) -> Network:
    """A honeycomb without boundary: the neighbours of `honeycomb`, periodic in both directions.

    Edge 3 (i columns + j) + k lies between hexagon (i, j) and hexagon (i, j + 1) for k = 0,
    (i + 1, j) for k = 1, (i + 1, j - 1) for k = 2.

    Args:
        rows: at least 2.
        columns: at least 2.

    Returns:
        a network of genus 1 with 2 rows columns vertices.

    Raises:
        NetworkError: a number is no integer of at least 2.
    """
    check_sides(rows, columns)

    def edge(i: int, j: int, k: int) -> int:
        return 3 * (i % rows * columns + j % columns) + k

    vertices = []
    for i, j in np.ndindex(rows, columns):
        vertices.append((edge(i, j - 1, 0), edge(i - 1, j, 1), edge(i - 1, j, 2)))
        vertices.append((edge(i - 1, j + 1, 2), edge(i - 1, j, 0), edge(i - 1, j, 1)))
    return Network(tuple(vertices), genus=1)


def honeycomb_colouring(pixels: np.ndarray | Sequence[Sequence[int]]) -> np.ndarray:
    """Colours of the edges of an image's honeycomb: the sum of the pixels on both sides.

    Args:
        pixels: integers of at least 0, shape (..., rows, columns); True counts as 1.

    Returns:
        int64 array, shape (..., E), in the order of `honeycomb(rows, columns).pairs`; an edge at
        the boundary has the colour of its pixel. At every vertex the triple is classically
        admissible; at level r it is where the pixels around each vertex add up to at most r - 2.

    Raises:
        ColourError: a pixel is no integer or negative.
        NetworkError: there are fewer than 2 x 2 pixels.

    >>> honeycomb_colouring([[1, 0], [2, 0]])
    array([2, 1, 3, 2, 0, 1, 0, 2, 0])
    """
    image = as_pixels(pixels)
    rows, columns = image.shape[-2:]
    pairs = honeycomb(rows, columns).pairs
    flat = image.reshape(*image.shape[:-2], rows * columns)
    padded = np.concatenate([flat, np.zeros_like(flat[..., :1])], axis=-1)  # [-1] is outside
    return padded[..., pairs[:, 0]] + padded[..., pairs[:, 1]]


def evaluate_honeycomb(
    pixels: np.ndarray | Sequence[Sequence[int]],
    r: int | None = None,
    *,
    precision: int | None = None,
    max_states: int = MAX_STATES,
) -> Fraction | float | arb:
    """Kauffman-Lins value of an image's honeycomb, a loop of colour 1 counting -2.

    Hexagons at the boundary keep the label of their pixel, so the shadow-state sum runs over the
    (rows - 2) (columns - 2) others. They are swept row by row: cost is the number of hexagons times
    the number of frontier states, which for an image of ones are the Motzkin numbers.

    Args:
        pixels: integers of at least 0, shape (rows, columns), at least 2 x 2.
        r: level, at least 3; None for the classical value.
        precision: bits of a ball to return in place of a float64.
        max_states: largest frontier allowed.

    Returns:
        An exact fraction classically; at level r a float64 with a relative error below 2^-52, or
        a ball that encloses the value. Exactly 0 where the colouring is not admissible.

    Raises:
        ColourError: a pixel is no integer or negative, or r is below 3.
        NetworkError: the image is smaller than 2 x 2.
        SizeError: the frontier grows beyond `max_states`.
        PrecisionError: the value lies outside the range of float64.

    >>> evaluate_honeycomb([[1, 1, 1], [1, 1, 1], [1, 1, 1]])
    Fraction(-33, 16)
    """
    image = one_image(pixels)
    comb = honeycomb(*image.shape)
    colours = tuple(honeycomb_colouring(image).tolist())
    return value_of_sweep(comb.network, colours, comb.plan, level(r), precision, max_states)


def honeycomb_frontier(
    pixels: np.ndarray | Sequence[Sequence[int]], r: int | None = None
) -> list[int]:
    """Number of states that `evaluate_honeycomb` remembers after each row but the last.

    Raises:
        ColourError, NetworkError, SizeError: see `evaluate_honeycomb`.

    >>> honeycomb_frontier([[1] * 5] * 5)
    [1, 8, 9, 9]
    """
    image = one_image(pixels)
    comb = honeycomb(*image.shape)
    sizes = sizes_of_sweep(tuple(honeycomb_colouring(image).tolist()), comb.plan, level(r))
    return sizes[comb.columns :: comb.columns][:-1]


def as_pixels(pixels: np.ndarray | Sequence[Sequence[int]]) -> np.ndarray:
    """Images as an int64 array, shape (..., rows, columns).

    Raises:
        ColourError: a pixel is no integer or negative.
        NetworkError: the array has no rows and columns.
    """
    image = np.asarray(pixels)
    if image.dtype.kind not in "biu":
        raise ColourError(
            f"pixels of type {image.dtype}: must be integers; scale, round or threshold first"
        )
    if image.ndim < 2:
        raise NetworkError(f"pixels of shape {image.shape}: must have rows and columns")
    if image.size and image.min() < 0:
        raise ColourError(f"pixel {image.min()}: must be at least 0")
    return image.astype(np.int64)


def one_image(pixels: np.ndarray | Sequence[Sequence[int]]) -> np.ndarray:
    """A single image as an int64 array, shape (rows, columns).

    Raises:
        ColourError, NetworkError: see `as_pixels`; or there are several images.
    """
    image = as_pixels(pixels)
    if image.ndim != 2:
        raise NetworkError(f"pixels of shape {image.shape}: must be one image, (rows, columns)")
    return image


@lru_cache(maxsize=64)
def _honeycomb(rows: int, columns: int) -> Honeycomb:
    corners = list(_corners(rows, columns))
    pairs: dict[tuple[int, int], int] = {}
    for f, g, h in corners:
        for pair in ((f, g), (g, h), (h, f)):
            if OUTSIDE not in pair:
                pairs.setdefault(_key(*pair), len(pairs))
    for i in range(rows):
        for j in range(columns):
            if i in (0, rows - 1) or j in (0, columns - 1):
                pairs[(i * columns + j, OUTSIDE)] = len(pairs)
    network = Network(
        tuple((pairs[_key(f, g)], pairs[_key(g, h)], pairs[_key(h, f)]) for f, g, h in corners)
    )
    # opposite the edge between f and g lies h
    face = {
        name: number
        for (f, g, h), opposite in zip(corners, network.vertex_faces, strict=True)
        for name, number in zip((h, f, g), opposite, strict=True)
    }
    order = tuple(face[name] for name in range(OUTSIDE, rows * columns))
    return Honeycomb(rows, columns, network, np.array(list(pairs)), order)


def _corners(rows: int, columns: int) -> Iterator[Triple]:
    """The three faces around each vertex, counter-clockwise, the first row on top."""

    def at(i: int, j: int) -> int:
        return i * columns + j

    for i in range(1, rows):
        for j in range(columns):
            if j > 0:
                yield at(i, j - 1), at(i, j), at(i - 1, j)
            if j < columns - 1:
                yield at(i, j), at(i - 1, j + 1), at(i - 1, j)
    for j in range(1, columns):
        yield at(0, j - 1), at(0, j), OUTSIDE
        yield OUTSIDE, at(rows - 1, j), at(rows - 1, j - 1)
    for i in range(1, rows):
        yield OUTSIDE, at(i, 0), at(i - 1, 0)
        yield OUTSIDE, at(i - 1, columns - 1), at(i, columns - 1)


def check_sides(rows: object, columns: object) -> None:
    """Raise NetworkError unless both are integers of at least 2."""
    for name, value in (("rows", rows), ("columns", columns)):
        if not isinstance(value, Integral) or isinstance(value, bool) or int(value) < 2:
            raise NetworkError(f"{name} = {value!r}: a honeycomb has at least 2 x 2 hexagons")


def _key(f: int, g: int) -> tuple[int, int]:
    return (max(f, g), OUTSIDE) if OUTSIDE in (f, g) else (min(f, g), max(f, g))
