"""Handwritten digits: the whole of MNIST from files that the reader fetches, or 5,000 of them."""

from qnpapers.mnist.digits import Mnist, cross_validation, load_mnist, one_split, small_mnist
from qnpapers.mnist.files import FOLDER_VARIABLE, mnist_folder

__all__ = [
    "FOLDER_VARIABLE",
    "Mnist",
    "cross_validation",
    "load_mnist",
    "mnist_folder",
    "one_split",
    "small_mnist",
]
