from __future__ import annotations

import math

import numpy as np
import pytest

from oracles import strokes
from qnpapers.errors import ColourError, NetworkError, ParameterError, ShapeError
from qnpapers.spinnet import (
    Network,
    add_handle,
    digit_pictures,
    evaluate_honeycomb,
    loop_value,
    pictures_with_holes,
    sphere_pictures,
    theta,
    torus_pictures,
)

SURFACES = {
    "sphere": sphere_pictures(4, 5),
    "torus": torus_pictures(4, 5),
    "one hole": pictures_with_holes(5, 5, [(2, 2)]),
    "two holes": pictures_with_holes(5, 6, [(2, 1), (3, 4)]),
    "touching holes": pictures_with_holes(4, 4, [(1, 1), (1, 2), (3, 3)]),
}
SPHERE, TORUS = SURFACES["sphere"], SURFACES["torus"]


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_hexagons_are_the_faces(surface):
    network = surface.network
    assert sorted(surface.order) == list(range(network.faces))
    pixels = [k for k in range(surface.rows * surface.columns) if np.any(surface.pairs == k)]
    hexagon = dict(zip(surface.order, pixels, strict=False))  # the last is the outside
    for pair, faces in zip(surface.pairs.tolist(), network.edge_faces, strict=True):
        assert sorted(pair) == sorted(hexagon.get(face, -1) for face in faces)


def test_holes_are_handles():
    for surface, genus in zip(SURFACES.values(), (0, 1, 1, 2, 3), strict=True):
        assert surface.network.genus == genus
    assert len(SURFACES["two holes"].order) == 30 - 2 + 1


def test_the_state_on_the_sphere_is_the_evaluation():
    pictures = np.random.default_rng(3).integers(2, size=(12, 4, 5))
    states = SPHERE.states(pictures, 6)
    values = np.array([float(evaluate_honeycomb(picture, 6)) for picture in pictures])
    assert states.rank == 1
    assert np.array_equal(np.sign(states.vectors[:, 0]), np.sign(values))
    logs = np.log(np.abs(values)) - [log_norm(SPHERE, picture, 6) for picture in pictures]
    logs -= (SPHERE.network.faces - 1) / 2 * math.log(6 / (2 * math.sin(math.pi / 6) ** 2))
    np.testing.assert_allclose(states.log_norms, logs, atol=1e-11)


def test_states_vanish_where_the_evaluation_does():
    # at r = 4 pixels are coloured with Q = 2 colours, and odd rings cannot be
    rng = np.random.default_rng(8)
    pictures = (rng.random((300, 4, 5)) < 0.35).astype(int)
    values = np.array([float(evaluate_honeycomb(picture, 4)) for picture in pictures])
    assert 20 < np.sum(values == 0) < 280
    assert np.array_equal(SPHERE.states(pictures, 4).log_norms == -np.inf, values == 0)


def test_what_cancels_on_the_torus_is_zero():
    # two strands that wind, and an odd ring: no colouring with two colours
    picture = np.array([[0, 1, 0, 1], [0, 1, 1, 0], [1, 0, 1, 1], [1, 1, 0, 0]])
    rolled = [np.roll(picture, shift, axis=0) for shift in range(4)]
    states = torus_pictures(4).states(rolled, 4)
    assert np.all(states.log_norms == -np.inf)
    assert states.rank == 0


def log_norm(surface, picture, r):
    """Of the network, before the projection."""
    colours = surface.colourings(picture[None])[0].tolist()
    corners = [theta(*(colours[e] for e in triple), r) for triple in surface.network.vertices]
    logs = sum(math.log(abs(corner)) for corner in corners)
    return (logs - sum(math.log(abs(loop_value(c, r))) for c in colours)) / 2


@pytest.mark.parametrize("shift", [(1, 0), (0, 1), (2, 3)])
def test_shifting_a_picture_on_the_torus_changes_nothing(shift):
    pictures = np.random.default_rng(4).integers(2, size=(6, 4, 5))
    moved = np.roll(pictures, shift, axis=(1, 2))
    states = TORUS.states(np.concatenate([pictures, moved]), 6)
    same = np.diag(states.transition_probabilities[:6, 6:])
    np.testing.assert_allclose(same, 1, atol=1e-12)
    np.testing.assert_allclose(states.log_norms[:6], states.log_norms[6:], atol=1e-12)


@pytest.mark.parametrize("r", [5, 6, 7])
@pytest.mark.parametrize(
    ("surface", "ring"),
    [
        (torus_pictures(3, 4), [(1, 0), (1, 1), (1, 2), (1, 3)]),
        (torus_pictures(5, 3), [(i, 2) for i in range(5)]),
        (torus_pictures(4, 4), [(0, 3), (1, 2), (2, 1), (3, 0)]),
        (SURFACES["one hole"], [(1, 2), (1, 3), (2, 1), (2, 3), (3, 1), (3, 2)]),
        (SURFACES["two holes"], [(2, 4), (2, 5), (3, 3), (3, 5), (4, 3), (4, 4)]),
    ],
)
def test_a_stroke_around_a_handle_is_a_matrix(surface, ring, r):
    pictures = np.zeros((2, surface.rows, surface.columns), dtype=int)
    pictures[1][tuple(np.transpose(ring))] = 1
    states = surface.states(pictures, r)
    loop = strokes.loop_around if surface.network.genus == 1 else strokes.loop_on_genus_two
    by_hand = strokes.probability(np.eye(len(loop(r))), strokes.ring(len(ring), loop(r), r))
    assert states.transition_probabilities[0, 1] == pytest.approx(by_hand, abs=1e-12)


def test_ink_that_can_be_contracted_is_blank_paper():
    for name in ("torus", "one hole", "two holes"):
        surface = SURFACES[name]
        pictures = np.zeros((2, surface.rows, surface.columns), dtype=int)
        pictures[1, :2, 3:5] = 1
        probabilities = surface.states(pictures, 6).transition_probabilities
        np.testing.assert_allclose(probabilities, 1, atol=1e-13)


def test_a_handle_adds_two_vertices():
    network = Network([(0, 1, 2), (2, 1, 0)])
    torus = add_handle(network, (0, 0), (1, 1))
    assert (len(torus.vertices), torus.edges, torus.faces, torus.genus) == (4, 6, 2, 1)
    assert torus.edge_faces[5][0] == torus.edge_faces[5][1]  # the new edge lies along the tube


def test_wrong_surfaces():
    with pytest.raises(NetworkError, match=r"must be one of 4 x 5 hexagons, once"):
        pictures_with_holes(4, 5, [(4, 0)])
    with pytest.raises(NetworkError, match=r"hole \(1, 1\): must be one of 4 x 5 hexagons, once"):
        pictures_with_holes(4, 5, [(1, 1), (1, 1)])
    with pytest.raises(NetworkError, match="rows = 1: a honeycomb has at least 2 x 2"):
        torus_pictures(1, 5)
    with pytest.raises(NetworkError, match=r"shape \(1, 5, 4\): must be \(count, 4, 5\)"):
        TORUS.colourings(np.zeros((1, 5, 4), dtype=int))
    with pytest.raises(ColourError, match="pixel -1: must be at least 0"):
        TORUS.colourings(np.full((1, 4, 5), -1))
    network = Network([(0, 1, 2), (2, 1, 0)])
    with pytest.raises(NetworkError, match="edges and faces must differ"):
        add_handle(network, (0, 0), (1, 0))
    with pytest.raises(NetworkError, match="face 2 is not beside edge 0"):
        add_handle(network, (0, 2), (1, 0))


def test_digits_are_cut_and_shrunk():
    images = np.zeros((1, 8, 8), dtype=np.uint8)
    images[0, 2:4, 2:4] = 100  # brightness 0.39 of 256
    expected = [[1, 0], [0, 0]]
    assert digit_pictures(images, 2, margin=2).tolist() == [expected]
    assert digit_pictures(images, 2, margin=2, ink_from=0.4).sum() == 0
    assert digit_pictures(images, 2, ink_from=0.09).tolist() == [expected]


def test_wrong_digits():
    images = np.zeros((1, 8, 8))
    with pytest.raises(ParameterError, match="margin = 4: must be at least 0 and leave some of 8"):
        digit_pictures(images, 2, margin=4)
    with pytest.raises(ParameterError, match="ink_from = 0: must be between 0 and 1"):
        digit_pictures(images, 2, ink_from=0)
    with pytest.raises(ShapeError, match="side = 3: must be"):
        digit_pictures(images, 3)
