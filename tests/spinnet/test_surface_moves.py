from __future__ import annotations

from collections import Counter

import pytest

from qnpapers.errors import NetworkError
from qnpapers.spinnet import Network, add_handle, honeycomb, surface_decimation, torus_honeycomb

TORUS = torus_honeycomb(3, 3)
DOUBLE = add_handle(TORUS, (0, TORUS.edge_faces[0][0]), (13, TORUS.edge_faces[13][1]))


@pytest.mark.parametrize("network", [torus_honeycomb(2, 2), TORUS, DOUBLE], ids=repr)
def test_one_face_is_left_on_a_surface(network):
    found = surface_decimation(network)
    kinds = Counter(type(move).__name__ for move in found.moves)
    assert len(found.edges) == 6 * network.genus - 3
    assert kinds["Bigon"] == 1
    assert kinds["Bubble"] == network.faces  # the last one with the bigon that was inserted
    assert kinds["Theta"] == 0


@pytest.mark.parametrize("side", [2, 3, 5])
def test_a_theta_graph_is_left_on_the_sphere(side):
    comb = honeycomb(side)
    for order in (None, comb.order, comb.order[::-1]):
        found = surface_decimation(comb.network, order)
        kinds = Counter(type(move).__name__ for move in found.moves)
        assert found.edges == ()
        assert type(found.moves[-1]).__name__ == "Theta"
        assert kinds["Bubble"] == comb.network.faces - 3
        assert kinds["Bigon"] == 0


def test_every_edge_is_made_once_and_used_while_it_is_there():
    found = surface_decimation(DOUBLE)
    there = set(range(DOUBLE.edges))
    for move in found.moves:
        match type(move).__name__:
            case "FMove":
                assert {move.a, move.b, move.c, move.d, move.j} <= there
                assert move.i not in there
                there = there - {move.j} | {move.i}
            case "Bubble":
                assert {*move.legs, *move.sides} <= there
                there -= {move.legs[1], *move.sides}
            case "Bigon":
                assert not {move.other, *move.sides} & there
                there |= {move.other, *move.sides}
    assert there == set(found.edges)


def test_wrong_orders_and_bridges():
    with pytest.raises(NetworkError, match=r"order = \[0, 1, 1\]: must hold each of 3 faces once"):
        surface_decimation(Network(((0, 1, 2), (2, 1, 0))), [0, 1, 1])
    with pytest.raises(NetworkError, match=r"edge [14] is a bridge: its colour must be 0"):
        surface_decimation(Network(((0, 0, 1), (1, 2, 3), (3, 2, 4), (4, 5, 5))))
