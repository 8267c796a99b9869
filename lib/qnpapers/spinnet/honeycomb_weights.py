"""Tables of the weights with which hexagons enter the sweep of `honeycomb_float`.

A hexagon's weight is one theta for each edge and one tetrahedron for each vertex that it shares
with hexagons before it. Two tables hold them: the left one belongs to the hexagon, its left and its
upper neighbour, the right one to the hexagon, its upper and its upper right neighbour.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numba
import numpy as np

from qnpapers.errors import SizeError
from qnpapers.spinnet.networks import Triple
from qnpapers.spinnet.quantum_numbers import (
    CLASSICAL,
    START_BITS,
    Exact,
    Numbers,
    balls,
    evaluate,
)
from qnpapers.spinnet.recoupling import fits, loop, tetrahedron_of, tetrahedron_sum, theta_of

MAX_ENTRIES = 2_000_000
"""Largest number of tabulated weights; each takes some microseconds the first time."""


def weight_tables(image: np.ndarray, r: int | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights of all kinds of corners that occur, and which kind stands where.

    Returns:
        left and right tables, shapes (kinds, labels, width, width), and the kinds of the left and
        right corner of each hexagon, shape (2, rows, columns).

    Raises:
        SizeError: the tables would have more than `MAX_ENTRIES` entries.
    """
    top = -(-(int(_largest_labels(image).max()) + 1) // 16) * 16  # few sizes: found again
    base = int(image.max()) + 2
    codes, corners = np.unique(_corner_codes(image, base), return_inverse=True)
    entries = 2 * codes.size * top * (2 * base - 3) ** 2
    if entries > MAX_ENTRIES:
        raise SizeError(
            f"labels below {top} around {codes.size} kinds of corners need {entries} weights: at "
            f"most {MAX_ENTRIES} are tabulated; use evaluate_honeycomb, or fewer levels of grey"
        )
    left, right = _stack(tuple(codes.tolist()), base, top, r)
    return left, right, corners.reshape(2, *image.shape)


def _corner_codes(image: np.ndarray, base: int) -> np.ndarray:
    """Pixels (x, left, up) and (x, up, up right) of each hexagon, -1 where there is none."""
    rows, columns = image.shape
    framed = np.full((rows + 1, columns + 2), -1)
    framed[1:, 1:-1] = image
    here, left, up, up_right = framed[1:, 1:-1], framed[1:, :-2], framed[:-1, 1:-1], framed[:-1, 2:]
    pairs = np.stack([(left + 1) * base + up + 1, (up + 1) * base + up_right + 1])
    return (here + 1) * base**2 + pairs


@lru_cache(maxsize=256)
def _stack(
    codes: tuple[int, ...], base: int, top: int, r: int | None
) -> tuple[np.ndarray, np.ndarray]:
    width = 2 * base - 3  # an edge has colour at most 2 (base - 2)
    left = np.zeros((len(codes), top, width, width))
    right = np.zeros_like(left)
    for number, code in enumerate(codes):
        here, first, second = code // base**2 - 1, code // base % base - 1, code % base - 1
        for table, weight in ((left, _left_weight), (right, _right_weight)):
            found = _table(weight, here, first, second, top, r)
            table[number, :, : found.shape[1], : found.shape[2]] = found
    return left, right


Weight = Callable[[Numbers, Triple, Triple], Exact]


@lru_cache(maxsize=4096)
def _table(
    weight: Weight, here: int, first: int, second: int, top: int, r: int | None
) -> np.ndarray:
    """Weights by label x of a hexagon and offsets of the labels of two neighbours from x - colour.

    A neighbour that does not exist has pixel -1 and offset 0.
    """
    spans = [1 if other < 0 else here + other + 1 for other in (first, second)]
    table = np.zeros((top, *spans))
    pixels = (here, first, second)
    for x, i, j in np.ndindex(*table.shape):
        labels = (x, x + 2 * i - spans[0] + 1, x + 2 * j - spans[1] + 1)
        if _labels_fit(pixels, labels, r):
            table[x, i, j] = _rounded(weight, pixels, labels, r)
    return table


def _rounded(weight: Weight, pixels: Triple, labels: Triple, r: int | None) -> float:
    def integral(numbers: Numbers) -> Exact:
        return tetrahedron_sum(numbers, *_corner(pixels, labels))

    present = min(pixels) >= 0
    value = evaluate(lambda n: weight(n, pixels, labels), r, None, integral if present else None)
    return _float(value)


def _float(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except OverflowError:
        return math.inf


def _labels_fit(pixels: Triple, labels: Triple, r: int | None) -> bool:
    """All triples of colours around a hexagon's corner are admissible."""
    numbers = CLASSICAL if r is None else balls(r, START_BITS)
    pairs = [(0, 1), (0, 2)] + ([(1, 2)] if min(pixels) >= 0 else [])
    present = [(i, j) for i, j in pairs if min(pixels[i], pixels[j]) >= 0]
    if min(labels) < 0 or labels[0] > numbers.top:
        return False
    return all(fits(numbers, pixels[i] + pixels[j], labels[i], labels[j]) for i, j in present)


def _left_weight(numbers: Numbers, pixels: Triple, labels: Triple) -> Exact:
    """Tet of (x, left, up), over theta of both edges of x."""
    weight = numbers.integer(1)
    for other in (1, 2):
        if pixels[other] >= 0:
            weight /= _edge(numbers, pixels, labels, other)
    return weight * _tetrahedron(numbers, pixels, labels)


def _right_weight(numbers: Numbers, pixels: Triple, labels: Triple) -> Exact:
    """Delta_x Tet of (x, up, up right), over theta of the edge to the hexagon on the upper right.

    The edge to the hexagon above stands in the left weight.
    """
    weight = loop(numbers, labels[0])
    if pixels[2] >= 0:
        weight /= _edge(numbers, pixels, labels, 2)
    return weight * _tetrahedron(numbers, pixels, labels)


def _edge(numbers: Numbers, pixels: Triple, labels: Triple, other: int) -> Exact:
    return theta_of(numbers, pixels[0] + pixels[other], labels[0], labels[other])


def _tetrahedron(numbers: Numbers, pixels: Triple, labels: Triple) -> Exact:
    if min(pixels) < 0:
        return numbers.integer(1)
    return tetrahedron_of(numbers, *_corner(pixels, labels))


def _corner(pixels: Triple, labels: Triple) -> tuple[int, int, int, int, int, int]:
    """Arguments of Tet: an edge of the network is opposite the label of the third hexagon."""
    (p, q, s), (x, y, z) = pixels, labels
    return p + q, q + s, y, z, x, p + s


def outer_factor(image: np.ndarray, r: int | None) -> float:
    """What the outer face contributes: theta for each vertex, 1 / Delta for each edge."""
    around = [*image[0], *image[1:, -1], *image[-1, -2::-1], *image[-2:0:-1, 0]]
    ring = [int(p) for p in around]
    return math.prod(
        _outer_weight(p, q, r) for p, q in zip(ring, [*ring[1:], ring[0]], strict=True)
    )


@lru_cache(maxsize=4096)
def _outer_weight(p: int, q: int, r: int | None) -> float:
    return _float(evaluate(lambda n: theta_of(n, p + q, p, q) / loop(n, p), r, None))


@numba.njit(cache=True)
def _largest_labels(image: np.ndarray) -> np.ndarray:
    """Upper bounds on labels: those of neighbours differ by at most the colour of their edge."""
    rows, columns = image.shape
    labels = np.full((rows, columns), 1 << 60)
    changed = True
    while changed:
        changed = False
        for i in range(rows):
            for j in range(columns):
                best = labels[i, j]
                if i == 0 or j == 0 or i == rows - 1 or j == columns - 1:
                    best = image[i, j]
                else:
                    for a, b in ((0, -1), (0, 1), (-1, 0), (1, 0), (1, -1), (-1, 1)):
                        colour = image[i, j] + image[i + a, j + b]
                        best = min(best, labels[i + a, j + b] + colour)
                if best < labels[i, j]:
                    labels[i, j] = best
                    changed = True
    return labels
