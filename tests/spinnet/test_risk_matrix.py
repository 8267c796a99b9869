from __future__ import annotations

import math

import numpy as np
import pytest

from qnpapers.errors import ColourError, ParameterError, ShapeError
from qnpapers.mnist import Mnist
from qnpapers.spinnet import (
    AmplitudeClassifier,
    coarse,
    honeycomb,
    log_verlinde,
    log_volume,
    product_residuals,
    risk_matrix,
    total_valence,
    verlinde,
)


def blocks(rng, count):
    """4 x 4 images of two classes: bright above, or bright below."""
    labels = rng.integers(2, size=count)
    images = rng.integers(100, size=(count, 4, 4))
    for image, label in zip(images, labels, strict=True):
        image[2 * label : 2 * label + 2] += 150
    return images, labels


def test_pictures_are_shrunk_and_rounded():
    image = np.array([[[0, 255], [255, 255]]])
    assert coarse(image.repeat(2, 1).repeat(2, 2), 2, 4).tolist() == [[[0, 4], [4, 4]]]
    assert coarse(np.full((1, 4, 4), 128), 2, 1).tolist() == [[[1, 1], [1, 1]]]
    assert coarse(np.full((1, 4, 4), 127), 2, 1).tolist() == [[[0, 0], [0, 0]]]
    assert coarse(np.arange(256).reshape(1, 16, 16), 16, 255).ravel().tolist() == list(range(256))


def test_risks_are_those_of_the_classifier():
    rng = np.random.default_rng(0)
    split = Mnist(*blocks(rng, 40), *blocks(rng, 30))
    found = risk_matrix(split, (2, 4), (1, 9))
    fitted = AmplitudeClassifier(brightest=9).fit(
        coarse(split.train_images, 2, 9), split.train_labels
    )
    accuracy = fitted.accuracy(coarse(split.test_images, 2, 9), split.test_labels)
    assert found.shape == (2, 2)
    assert found[0, 1] == 1 - accuracy
    assert np.all(found == 0)  # the classes are far apart


def test_total_valence_counts_the_ends_of_edges():
    assert [total_valence(n) for n in (2, 5)] == [2 * honeycomb(n).network.edges for n in (2, 5)]


@pytest.mark.parametrize(("genus", "r"), [(0, 5), (1, 7), (2, 3), (4, 8), (9, 5), (16, 6)])
def test_volumes_are_verlindes_numbers(genus, r):
    assert log_verlinde(genus, r) == pytest.approx(math.log(verlinde(genus, r)), abs=1e-12)


def test_volume_of_pictures():
    # 16 hexagons at the level 3 * 2 + 2
    assert log_volume(4, 2) == pytest.approx(math.log(verlinde(16, 8)), rel=1e-13)


def test_products_leave_nothing():
    rng = np.random.default_rng(1)
    product = np.outer(rng.random(3) + 0.1, rng.random(5) + 0.1)
    np.testing.assert_allclose(product_residuals(product), 0, atol=1e-14)
    product[0, 0] *= math.e
    assert product_residuals(product)[0, 0] == pytest.approx((1 - 1 / 3) * (1 - 1 / 5))


def test_wrong_input():
    with pytest.raises(ShapeError, match="side = 3: must be"):
        coarse(np.zeros((1, 4, 4)), 3, 1)
    with pytest.raises(ParameterError, match="levels = 0: must be an integer of at least 1"):
        coarse(np.zeros((1, 4, 4)), 2, 0)
    with pytest.raises(ParameterError, match=r"levels = 1\.5: must be an integer"):
        log_volume(4, 1.5)
    with pytest.raises(ParameterError, match="risks: each must be positive"):
        product_residuals(np.zeros((2, 2)))
    with pytest.raises(ParameterError, match="r = None: classically the number is infinite"):
        log_verlinde(2, None)
    with pytest.raises(ColourError, match="r = 2: must be None"):
        log_verlinde(2, 2)
