from __future__ import annotations

import numpy as np
import pytest

from qnpapers.errors import ColourError, NetworkError, SizeError
from qnpapers.spinnet import (
    Network,
    admissible_colourings,
    evaluate_network,
    face_projector,
    honeycomb,
    physical_projector,
    torus_honeycomb,
)

THETA = Network(((0, 1, 2), (2, 1, 0)))
PRISM = honeycomb(2).network
TORUS = torus_honeycomb(2, 2)


@pytest.mark.parametrize(
    ("network", "r", "number"),
    [
        (THETA, 3, 4),
        (THETA, 8, 84),
        (PRISM, 3, 16),
        (PRISM, 4, 136),
        (PRISM, 5, 800),
        (TORUS, 4, 528),
    ],
)
def test_colourings_are_counted_by_verlinde(network, r, number):
    # the table of section 4.5: genus 2, 4 and 5
    assert len(admissible_colourings(network, r)) == number


@pytest.mark.parametrize(("network", "r"), [(THETA, 5), (PRISM, 3), (PRISM, 4), (TORUS, 3)])
def test_face_projectors_are_commuting_projectors(network, r):
    projectors = [face_projector(network, face, r) for face in range(network.faces)]
    for one in projectors:
        # sums of some hundred float64 terms below 1
        np.testing.assert_allclose(one, one.T, atol=1e-13)
        np.testing.assert_allclose(one @ one, one, atol=1e-13)
        for other in projectors:
            np.testing.assert_allclose(one @ other, other @ one, atol=1e-13)


@pytest.mark.parametrize(("network", "r"), [(THETA, 3), (THETA, 6), (PRISM, 3), (PRISM, 4)])
def test_the_sphere_has_one_state_the_evaluation(network, r):
    projector = physical_projector(network, r)
    assert np.trace(projector) == pytest.approx(1, abs=1e-12)
    values = [evaluate_network(network, c, r) for c in admissible_colourings(network, r).tolist()]
    # the state is the evaluation over the norm: the signs and zeros are those of the values
    state = projector[0] / np.sqrt(projector[0, 0])
    assert np.array_equal(np.sign(np.round(state, 12)), np.sign(values))


@pytest.mark.parametrize("r", [3, 4])
def test_the_torus_has_a_square_of_states(r):
    projector = physical_projector(TORUS, r)
    assert np.trace(projector) == pytest.approx((r - 1) ** 2, abs=1e-10)
    np.testing.assert_allclose(projector @ projector, projector, atol=1e-12)


def test_leaving_out_one_face_changes_nothing():
    projector = np.eye(16)
    for face in range(PRISM.faces - 1):
        projector = face_projector(PRISM, face, 3) @ projector
    np.testing.assert_allclose(projector, physical_projector(PRISM, 3), atol=1e-13)


def test_wrong_faces_and_levels():
    with pytest.raises(NetworkError, match="face 9: the network has faces 0 to 2"):
        face_projector(THETA, 9, 4)
    with pytest.raises(ColourError, match="face = -1"):
        face_projector(THETA, -1, 4)
    with pytest.raises(NetworkError, match=r"face . lies on both sides of an edge"):
        physical_projector(Network(((0, 0, 1), (1, 2, 2))), 4)
    with pytest.raises(NetworkError, match="r = None: classically flatness needs infinitely many"):
        physical_projector(THETA, None)
    with pytest.raises(ColourError, match="r = 2: must be None"):
        admissible_colourings(THETA, 2)
    with pytest.raises(SizeError, match="more than 4096 colourings at r = 8"):
        physical_projector(PRISM, 8)
    with pytest.raises(SizeError, match="more than 4096 colourings at r = 12"):
        admissible_colourings(torus_honeycomb(3, 3), 12)
