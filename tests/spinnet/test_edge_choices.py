from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from qnpapers.errors import NetworkError
from qnpapers.mnist import Mnist
from qnpapers.spinnet import (
    AmplitudeClassifier,
    accuracy_of_edges,
    cluster_edges,
    honeycomb,
    independent_cycles,
    tree_edges,
)


@pytest.mark.parametrize("side", [2, 5, 9])
def test_trees_reach_all_hexagons_without_a_cycle(side):
    edges = tree_edges(side, rng=np.random.default_rng(0))
    graph = nx.Graph(honeycomb(side).pairs[edges].tolist())
    assert nx.is_tree(graph)
    assert set(graph) == set(range(side**2))
    assert independent_cycles(side, edges) == 0
    other = tree_edges(side, rng=np.random.default_rng(1))
    assert side == 2 or not np.array_equal(edges, other)


def test_clusters_close_cycles():
    # a square of 3 x 3 hexagons has 16 edges and 8 cycles; half the 16 squares are white
    edges = cluster_edges(12, 3, 8 * 16)
    assert independent_cycles(12, edges) == 8 * 8
    first = cluster_edges(12, 3, 16)
    assert set(honeycomb(12).pairs[first].ravel().tolist()) == {
        12 * i + j for i in range(3) for j in range(3)
    }


def test_all_cycles_of_a_honeycomb():
    pairs = honeycomb(4).pairs
    inner = np.flatnonzero((pairs >= 0).all(axis=1))
    assert independent_cycles(4, inner) == len(inner) - 16 + 1


def test_all_edges_are_the_whole_classifier():
    rng = np.random.default_rng(3)
    images, labels = rng.integers(256, size=(80, 4, 4)), rng.integers(3, size=80)
    split = Mnist(images[:50], labels[:50], images[50:], labels[50:])
    options = AmplitudeClassifier(dimension=False, normaliser=False)
    whole = options.fit(split.train_images, split.train_labels)
    expected = whole.accuracy(split.test_images, split.test_labels)
    assert accuracy_of_edges(split, np.arange(45)) == expected
    assert accuracy_of_edges(split, [0]) != expected


def test_too_many_edges():
    with pytest.raises(NetworkError, match="count = 999: squares of width 3 have 128 edges"):
        cluster_edges(12, 3, 999)
    with pytest.raises(NetworkError, match="rows = 1"):
        tree_edges(1, rng=np.random.default_rng(0))
