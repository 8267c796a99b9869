from __future__ import annotations

import numpy as np
import pytest
import sklearn.datasets

from oracles.pictures import halving_order
from qnpapers.convac import load_digits, patch_boxes, patches, pixel_order
from qnpapers.errors import ShapeError


def test_all_digits_are_there_once():
    digits = load_digits(rng=np.random.default_rng(0))
    images, labels = sklearn.datasets.load_digits(return_X_y=True)
    assert digits.train_images.shape == (1198, 8, 8)
    assert digits.test_images.shape == (599, 8, 8)
    every = np.concatenate([digits.train_images, digits.test_images]).reshape(1797, 64) * 16
    named = np.column_stack([every, [*digits.train_labels, *digits.test_labels]])
    original = np.column_stack([images, labels])
    assert sorted(named.tolist()) == sorted(original.tolist())
    assert every.min() == 0
    assert every.max() == 16


def test_the_seed_decides_the_split():
    one, other = (load_digits(rng=np.random.default_rng(4)) for _ in range(2))
    assert one.test_images.tobytes() == other.test_images.tobytes()
    third = load_digits(rng=np.random.default_rng(5))
    assert third.test_images.tobytes() != one.test_images.tobytes()


@pytest.mark.parametrize(("fraction", "count"), [(0.0, 0), (0.25, 449), (1.0, 1797)])
def test_the_share_of_the_test_part(fraction, count):
    digits = load_digits(rng=np.random.default_rng(0), test_fraction=fraction)
    assert len(digits.test_images) == len(digits.test_labels) == count
    assert len(digits.train_labels) == 1797 - count


@pytest.mark.parametrize("side", [1, 2, 4, 8, 64])
def test_the_order_of_pixels_is_that_of_recursive_halving(side):
    expected = [row * side + column for row, column in halving_order(range(side), range(side))]
    assert pixel_order(side).tolist() == expected


def test_the_order_of_sixteen_pixels():
    assert pixel_order(4).tolist() == [0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15]


@pytest.mark.parametrize("sites", [1, 2, 4, 8, 16, 32, 64])
def test_patches_are_the_rectangles_of_the_boxes(sites):
    images = np.arange(2 * 64).reshape(2, 8, 8)
    cut, boxes = patches(images, sites), patch_boxes(8, sites)
    assert cut.shape == (2, sites, 64 // sites)
    assert boxes.shape == (sites, 4)
    for j, (top, left, height, width) in enumerate(boxes):
        assert height * width == 64 // sites
        for image, patch in zip(images, cut[:, j], strict=True):
            rectangle = image[top : top + height, left : left + width]
            assert sorted(patch) == sorted(rectangle.ravel())
    covered = np.zeros((8, 8), dtype=int)
    for top, left, height, width in boxes:
        covered[top : top + height, left : left + width] += 1
    assert np.all(covered == 1)


def test_pooling_neighbours_pools_neighbouring_rectangles():
    for sites in (2, 4, 8, 16, 32, 64):
        pairs = patches(np.arange(64).reshape(1, 8, 8), sites)[0].reshape(sites // 2, -1)
        assert np.array_equal(pairs, patches(np.arange(64).reshape(1, 8, 8), sites // 2)[0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pixel_order(6), "side = 6: must be a power of 2"),
        (lambda: pixel_order(0), "side = 0: must be a power of 2"),
        (lambda: pixel_order(-4), "side = -4: must be a power of 2"),
        (lambda: patches(np.ones((8, 8)), 4), r"images: shape \(batch, side, side\).*got \(8, 8\)"),
        (lambda: patches(np.ones((2, 8, 4)), 4), r"images: shape.*got \(2, 8, 4\)"),
        (lambda: patches(np.ones((2, 6, 6)), 4), "side = 6: must be a power of 2"),
        (lambda: patches(np.ones((2, 6, 6)), 3), "sites = 3: must be a power of 2 that divides 36"),
        (lambda: patches(np.ones((2, 8, 8)), 3), "sites = 3: must be a power of 2 that divides 64"),
        (lambda: patches(np.ones((2, 8, 8)), 128), "sites = 128: must be a power of 2"),
        (lambda: patches(np.ones((2, 8, 8)), 0), "sites = 0: must be a power of 2"),
        (lambda: patches(np.ones((2, 8, 8)), -4), "sites = -4: must be a power of 2"),
        (lambda: patch_boxes(8, 3), "sites = 3: must be a power of 2 that divides 64 pixels"),
        (lambda: patch_boxes(6, 4), "side = 6: must be a power of 2"),
    ],
)
def test_pictures_that_cannot_be_cut_are_refused(call, message):
    with pytest.raises(ShapeError, match=message):
        call()
