from __future__ import annotations

from fractions import Fraction

import networkx as nx
import numpy as np
import pytest

from oracles import strokes
from qnpapers.errors import ColourError, NetworkError
from qnpapers.spinnet import (
    chromatic_value,
    evaluate_honeycomb,
    proper_colourings,
    touching_pixels,
)


@pytest.mark.parametrize("r", [None, 3, 4, 5, 6, 7, 12])
@pytest.mark.parametrize("density", [0.3, 0.6, 0.9])
def test_values_of_pictures_count_colourings(r, density):
    rng = np.random.default_rng(5)
    for shape in ((2, 2), (3, 5), (6, 4)):
        image = (rng.random(shape) < density).astype(int)
        value = evaluate_honeycomb(image, r)
        if r is None:
            assert chromatic_value(image) == value
        else:
            assert chromatic_value(image, r) == pytest.approx(value, rel=1e-13, abs=1e-100)


def test_published_values():
    # idpy, for loops of +2: H_2, H_3, H_4 of ones are 3, 33/16, 357/512
    values = [abs(chromatic_value(np.ones((n, n), dtype=int))) for n in (2, 3, 4)]
    assert values == [3, Fraction(33, 16), Fraction(357, 512)]


@pytest.mark.parametrize("colours", [1, 2, 3, 4])
def test_colourings_are_counted_as_by_trying_all(colours):
    image = np.array([[1, 1, 0], [1, 1, 1], [0, 1, 1]])
    graph = touching_pixels(image)
    place = {node: k for k, node in enumerate(graph)}
    edges = [(place[a], place[b]) for a, b in graph.edges]
    assert proper_colourings(graph, colours) == strokes.ways(edges, len(place), colours)


@pytest.mark.parametrize(
    "graph", [nx.cycle_graph(7), nx.complete_graph(5), nx.petersen_graph(), nx.path_graph(1)]
)
def test_colourings_of_known_graphs(graph):
    known = {7: 2**7 - 2, 5: 0, 10: 120, 1: 3}  # of a cycle, K5, Petersen's graph, one node
    assert proper_colourings(graph, 3) == known[graph.number_of_nodes()]


def test_nothing_has_one_colouring():
    assert proper_colourings(nx.Graph(), 4) == 1
    assert chromatic_value(np.zeros((3, 3), dtype=int)) == 1


def test_wrong_pictures():
    with pytest.raises(ColourError, match="pixel 2: must be 0 or 1"):
        chromatic_value([[2, 0], [0, 0]])
    with pytest.raises(ColourError, match="r = 2: must be None"):
        chromatic_value([[1, 0], [0, 0]], 2)
    with pytest.raises(NetworkError, match="must be one image"):
        touching_pixels(np.ones((1, 2, 2), dtype=int))
