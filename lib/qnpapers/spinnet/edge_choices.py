"""Classifiers that look at some edges of a honeycomb: how many, and how they hang together."""

from __future__ import annotations

from collections.abc import Sequence

import networkx as nx
import numpy as np

from qnpapers.errors import NetworkError
from qnpapers.mnist import Mnist
from qnpapers.spinnet.classifier import AmplitudeClassifier
from qnpapers.spinnet.honeycomb import OUTSIDE, honeycomb
from qnpapers.spinnet.perceptron import gaussian_scores


def tree_edges(side: int, *, rng: np.random.Generator) -> np.ndarray:
    """Edges that join all hexagons without a cycle: a spanning tree, drawn at random.

    Args:
        side: rows and columns of hexagons, at least 2.
        rng: draws a weight for each edge; the tree has the smallest sum.

    Returns:
        side^2 - 1 edges, ascending, numbered as in `honeycomb(side).pairs`.

    Raises:
        NetworkError: the side is no integer of at least 2.

    >>> len(tree_edges(28, rng=np.random.default_rng(0)))
    783
    """
    graph = nx.Graph()
    for edge, (one, other) in enumerate(honeycomb(side).pairs.tolist()):
        if other != OUTSIDE:
            graph.add_edge(one, other, edge=edge, weight=rng.random())
    chosen = nx.minimum_spanning_edges(graph, data=True)
    return np.sort([data["edge"] for *_, data in chosen])


def cluster_edges(side: int, width: int, count: int) -> np.ndarray:
    """Edges in few, full squares of hexagons, so that they close as many cycles as they can.

    Args:
        side: rows and columns of hexagons, at least 2.
        width: of a square. Squares are filled every other one, as on a chessboard, row by row.
        count: how many edges.

    Returns:
        `count` edges, numbered as in `honeycomb(side).pairs`.

    Raises:
        NetworkError: the side is no integer of at least 2, or there are fewer such edges.
    """
    pairs = honeycomb(side).pairs
    square = np.stack(np.divmod(pairs, side), axis=-1) // width  # [edge, end, (row, column)]
    inside = (pairs != OUTSIDE).all(axis=1) & (square[:, 0] == square[:, 1]).all(axis=1)
    white = square[:, 0].sum(axis=1) % 2 == 0
    found = np.flatnonzero(inside & white)
    if len(found) < count:
        raise NetworkError(f"count = {count}: squares of width {width} have {len(found)} edges")
    first, second = square[found, 0].T
    return found[np.lexsort((second, first))][:count]


def independent_cycles(side: int, edges: Sequence[int] | np.ndarray) -> int:
    """First Betti number of the graph of hexagons that are joined by these edges.

    >>> independent_cycles(2, range(5))  # four hexagons, all five edges between them
    2
    """
    graph = nx.Graph(honeycomb(side).pairs[np.asarray(edges)].tolist())
    pieces = nx.number_connected_components(graph)
    return int(graph.number_of_edges() - graph.number_of_nodes() + pieces)


def accuracy_of_edges(
    split: Mnist, edges: Sequence[int] | np.ndarray, options: AmplitudeClassifier | None = None
) -> float:
    """Accuracy of the Gaussian weights of eq. 33 on some of the edges.

    Args:
        split: digits to fit on and digits to test, square.
        edges: numbered as in `honeycomb(side).pairs`.
        options: of the classifier; None for the defaults.

    Raises:
        ShapeError: the digits are not of shape (count, rows, columns).
    """
    options = AmplitudeClassifier() if options is None else options
    fitted = options.fit(split.train_images, split.train_labels)
    spins = options.spins(split.test_images)[:, edges]
    scores = gaussian_scores(spins, fitted.means[:, edges], fitted.variances[:, edges])
    return float(np.mean(fitted.classes[scores.argmax(axis=1)] == split.test_labels))
