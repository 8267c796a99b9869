"""The value of a black and white picture counts colourings of its pixels.

    <H> = chi(Q) / d^ink,      d = -2 cos(pi / r),   Q = d^2   (classically d = -2 and Q = 4)

where chi is the chromatic polynomial of the graph that joins pixels of ink which touch: for an
integer Q, in how many ways they can get Q colours so that pixels that touch differ. The projector on
an edge of colour 2 is 1 - (strands joined otherwise) / |d|; multiplied out over all edges between
pixels of ink, it is the expansion of chi over sets of edges.

For networks with colour 2 on all edges this is known: P. Fendley and V. Krushkal, Tutte chromatic
identities from the Temperley-Lieb algebra, Geometry & Topology 13 (2009) 709.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import networkx as nx
import numpy as np
from flint import arb, ctx, fmpq

from qnpapers.errors import ColourError
from qnpapers.spinnet.honeycomb import one_image
from qnpapers.spinnet.quantum_numbers import level

_BITS = 512


def touching_pixels(pixels: np.ndarray | Sequence[Sequence[int]]) -> nx.Graph:
    """The pixels of ink, joined where their hexagons touch.

    Args:
        pixels: 0 or 1, shape (rows, columns).

    Raises:
        ColourError: a pixel is neither 0 nor 1.
        NetworkError: this is not one picture.

    >>> touching_pixels([[1, 1], [1, 1]]).number_of_edges()
    5
    """
    image = one_image(pixels)
    if image.size and image.max() > 1:
        raise ColourError(f"pixel {image.max()}: must be 0 or 1")
    graph = nx.Graph()
    graph.add_nodes_from((int(i), int(j)) for i, j in np.argwhere(image))
    for i, j in list(graph):
        near = ((i, j + 1), (i + 1, j), (i + 1, j - 1))
        graph.add_edges_from(((i, j), other) for other in near if other in graph)
    return graph


def chromatic_value(
    pixels: np.ndarray | Sequence[Sequence[int]], r: int | None = None
) -> Fraction | float:
    """chi(Q) / d^ink, which equals `evaluate_honeycomb`; slow, for small pictures.

    Args:
        pixels: 0 or 1, shape (rows, columns).
        r: level, at least 3; None for the classical value.

    Returns:
        An exact fraction classically, else the nearest float64.

    Raises:
        ColourError: a pixel is neither 0 nor 1, or r is below 3.
        NetworkError: this is not one picture.

    >>> chromatic_value([[1, 1], [1, 1]])
    Fraction(3, 1)
    """
    return polynomial_value(touching_pixels(pixels), r)


def polynomial_value(graph: nx.Graph, r: int | None = None) -> Fraction | float:
    """chi(Q) / d^n of any graph with n nodes, see `chromatic_value`.

    Raises:
        ColourError: r is below 3.
    """
    known = level(r)
    coefficients = _chromatic_polynomial(graph)
    nodes = graph.number_of_nodes()
    if known is None:
        return Fraction(sum(c * 4**k for k, c in enumerate(coefficients)), (-2) ** nodes)
    with ctx.workprec(_BITS):
        d = -2 * arb.cos_pi_fmpq(fmpq(1, known))
        return float((sum(c * d ** (2 * k) for k, c in enumerate(coefficients)) / d**nodes).mid())


def _chromatic_polynomial(graph: nx.Graph) -> list[int]:
    """Coefficients, the constant first."""
    if not graph:
        return [1]
    polynomial = nx.chromatic_polynomial(graph).as_poly()
    return [int(c) for c in reversed(polynomial.all_coeffs())]
