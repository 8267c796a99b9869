from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest

from qnpapers.errors import NetworkError, ParameterError, PrecisionError, ShapeError
from qnpapers.mnist import Mnist, cross_validation
from qnpapers.spinnet import (
    accuracy_by,
    black_and_white,
    digit_values,
    evaluate_honeycomb,
    local_counts,
    log_values,
    predict_by_gaussians,
    predict_by_transitions,
    predict_by_votes,
    transition_probabilities,
)
from qnpapers.spinnet.honeycomb_float import FloatValue

RNG = np.random.default_rng(3)
PICTURES = RNG.integers(0, 2, size=(30, 6, 5))


def test_means_of_blocks_by_hand():
    image = np.zeros((4, 4), dtype=np.uint8)
    image[:2, :2] = 128
    image[0, 2:] = 255  # mean 127.5
    image[2:, 2:] = [[255, 255], [1, 1]]
    assert black_and_white(image[None], 2).tolist() == [[[1, 0], [0, 1]]]
    np.testing.assert_array_equal(black_and_white(image[None], 4)[0], image >= 128)


@pytest.mark.parametrize(
    ("shape", "side"), [((3, 4, 4), 3), ((3, 4, 6), 2), ((4, 4), 2), ((3, 4, 4), 1)]
)
def test_blocks_that_do_not_fit(shape, side):
    with pytest.raises(ShapeError, match="with s a multiple of side"):
        black_and_white(np.zeros(shape), side)


@pytest.mark.parametrize("r", [None, 6])
def test_logarithms_of_exact_values(r):
    exact = [float(abs(evaluate_honeycomb(picture, r))) for picture in PICTURES]
    found = log_values(PICTURES, r)
    np.testing.assert_allclose(found, np.log(exact), atol=1e-9)
    assert (found == found.round(9)).all()


def test_a_picture_that_is_not_admissible():
    assert log_values(np.ones((1, 3, 3), dtype=int), 4).tolist() == [-math.inf]


def test_a_value_that_is_lost(monkeypatch):
    blurred = FloatValue(mantissa=1.0, error=1e-8, exponent=0, states=1)
    monkeypatch.setattr(digit_values, "evaluate_honeycomb_float", lambda *_: blurred)
    with pytest.raises(PrecisionError, match="image 0: its value is lost in round-off"):
        log_values(PICTURES[:1])


def test_transition_probabilities_as_printed():
    """Eqs 9 and 10 of [lulli2023], with products in place of logarithms."""
    values = np.array([3.0, 4.0, 0.5, -2.0])
    larger = np.maximum.outer(values**2, values**2)
    amplitudes = np.outer(values, values) / larger
    logs = np.log(np.abs(values))
    np.testing.assert_allclose(transition_probabilities(logs, logs), amplitudes**2, rtol=1e-14)
    assert (np.diag(transition_probabilities(logs, logs)) == 1).all()


def test_mean_transitions_written_out():
    logs, labels = RNG.normal(size=700).round(1), RNG.integers(0, 3, 700)
    others = RNG.normal(size=1500)
    table = transition_probabilities(others, logs)
    means = np.stack([table[:, labels == k].mean(axis=1) for k in range(3)])
    np.testing.assert_array_equal(
        predict_by_transitions(logs, labels, others), means.argmax(axis=0)
    )


def test_gaussians_written_out():
    feature, labels, others = RNG.normal(size=90), np.arange(90) % 3 + 4, RNG.normal(size=20)
    densities = []
    for k in (4, 5, 6):
        own = feature[labels == k]
        bell = np.exp(-((others - own.mean()) ** 2) / (2 * own.var()))
        densities.append(bell / np.sqrt(2 * np.pi * own.var()))
    expected = np.argmax(densities, axis=0) + 4
    np.testing.assert_array_equal(predict_by_gaussians(feature, labels, others), expected)


def test_a_number_that_does_not_vary():
    with pytest.raises(ParameterError, match="feature: does not vary within class 1"):
        predict_by_gaussians(np.array([1.0, 2.0, 3.0, 3.0]), np.array([0, 0, 1, 1]), np.ones(1))


def test_votes_by_hand():
    feature, labels = np.array([0.0, 1.0, 2.0, 10.0, 11.0]), np.array([7, 7, 8, 8, 8])
    assert predict_by_votes(feature, labels, np.array([0.4, 9.0]), 3).tolist() == [7, 8]
    plane = np.stack([feature, feature], axis=1)
    assert predict_by_votes(plane, labels, plane[:1], 1).tolist() == [7]


@pytest.mark.parametrize("voters", [0, 6])
def test_an_impossible_number_of_voters(voters):
    with pytest.raises(ParameterError, match=f"voters = {voters}: must be between 1 and 5"):
        predict_by_votes(np.arange(5.0), np.arange(5), np.ones(1), voters)


def test_accuracy_over_splits():
    numbers = np.arange(12.0) % 6 + 100 * (np.arange(12) > 5)
    labels = (numbers > 50).astype(int)
    splits = cross_validation(numbers[::-1], labels[::-1], 4)
    assert accuracy_by(predict_by_transitions, splits) == 1.0
    wrong = [
        Mnist(s.train_images, s.train_labels, s.test_images, 1 - s.test_labels) for s in splits
    ]
    assert accuracy_by(predict_by_transitions, wrong) == 0.0
    with pytest.raises(ParameterError, match="splits: at least one"):
        accuracy_by(predict_by_transitions, [])


def test_local_counts_give_pieces_and_holes():
    """Oracle: components of the ink and of the paper on the lattice where six pixels touch."""
    for picture, (ink, pairs, triples) in zip(PICTURES, local_counts(PICTURES), strict=True):
        assert ink == picture.sum()
        padded = np.pad(picture, 1)
        pieces = nx.number_connected_components(touching(padded == 1))
        holes = nx.number_connected_components(touching(padded == 0)) - 1
        assert ink - pairs + triples == pieces - holes


def touching(chosen):
    graph = nx.Graph()
    for i, j in np.argwhere(chosen):
        graph.add_node((i, j))
        for k, m in ((i, j + 1), (i + 1, j), (i + 1, j - 1)):
            if k < len(chosen) and 0 <= m < chosen.shape[1] and chosen[k, m]:
                graph.add_edge((i, j), (k, m))
    return graph


def test_local_counts_of_one_row():
    with pytest.raises(NetworkError, match="at least 2 x 2"):
        local_counts(np.ones((1, 1, 4)))
