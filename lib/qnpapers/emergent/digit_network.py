"""A small network that learns real digits, many copies of it at a time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from qnpapers.emergent.limits import counts, not_negative

CLASSES = 10


@dataclass(frozen=True, eq=False)
class Digits:
    """The 1,797 digits of 8 x 8 pixels that come with scikit-learn.

    Args:
        images: pixels from 0 to 1, less their mean, and a last column of ones, shape (1797, 65).
        targets: 1 in the column of the right class, shape (1797, 10).
    """

    images: np.ndarray
    targets: np.ndarray


@cache
def digits() -> Digits:
    """Load the digits; the arrays cannot be written."""
    from sklearn.datasets import load_digits

    pixels, labels = load_digits(return_X_y=True)
    pixels = pixels / 16.0
    images = np.concatenate([pixels - pixels.mean(axis=0), np.ones((len(pixels), 1))], axis=1)
    targets = np.eye(CLASSES)[labels]
    for array in (images, targets):
        array.setflags(write=False)
    return Digits(images, targets)


@dataclass(frozen=True)
class DigitNetwork:
    """64 pixels, one layer of tanh units, ten outputs with softmax; cross entropy and weight decay.

    All weights and biases of a copy stand in one row of length `parameters`.

    Args:
        hidden: number of tanh units.
        decay: weight decay, which the loss has as decay |theta|^2 / 2.

    Raises:
        ParameterError: there is no hidden unit, or the decay is negative.

    Example:
        >>> network = DigitNetwork(hidden=8)
        >>> network.parameters
        610
    """

    hidden: int = 8
    decay: float = 0.01

    def __post_init__(self) -> None:
        counts(hidden=self.hidden)
        not_negative(decay=self.decay)

    @property
    def parameters(self) -> int:
        """Number of weights and biases of both layers."""
        return 65 * self.hidden + (self.hidden + 1) * CLASSES

    def start(self, copies: int, *, rng: np.random.Generator) -> np.ndarray:
        """Small random weights, shape (copies, parameters)."""
        return 0.2 * rng.standard_normal((copies, self.parameters))

    def gradient(self, theta: np.ndarray, images: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Gradient of the mean loss of the images, weight decay included.

        Args:
            theta: shape (..., parameters).
            images: shape (..., batch, 65).
            targets: shape (..., batch, 10).

        Returns:
            Shape (..., parameters).
        """
        _, output = self._layers(theta)
        h, p = self._forward(theta, images)
        error = (p - targets) / images.shape[-2]
        back = error @ np.swapaxes(output[..., :-1, :], -1, -2) * (1 - h[..., :-1] ** 2)
        slopes = (np.swapaxes(images, -1, -2) @ back, np.swapaxes(h, -1, -2) @ error)
        flat = [slope.reshape(*slope.shape[:-2], -1) for slope in slopes]
        return np.concatenate(flat, axis=-1) + self.decay * theta

    def gradient_of_each(self, theta: np.ndarray) -> np.ndarray:
        """Gradients of all digits one by one, shape (1797, parameters); `theta` is one copy."""
        data = digits()
        return self.gradient(theta, data.images[:, None, :], data.targets[:, None, :])

    def loss(self, theta: np.ndarray) -> tuple[float, float]:
        """Mean cross entropy over all digits in nats, without decay, and the accuracy."""
        data = digits()
        _, p = self._forward(theta, data.images)
        right = (p * data.targets).sum(axis=-1)
        hits = p.argmax(axis=-1) == data.targets.argmax(axis=-1)
        return float(-np.log(right).mean()), float(hits.mean())

    def _layers(self, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        split = 65 * self.hidden
        copies = theta.shape[:-1]
        return (
            theta[..., :split].reshape(*copies, 65, self.hidden),
            theta[..., split:].reshape(*copies, self.hidden + 1, CLASSES),
        )

    def _forward(self, theta: np.ndarray, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Hidden states with a last column of ones, and probabilities of the classes."""
        inner, output = self._layers(theta)
        h = np.tanh(images @ inner)
        h = np.concatenate([h, np.ones((*h.shape[:-1], 1))], axis=-1)
        z = h @ output
        p = np.exp(z - z.max(axis=-1, keepdims=True))
        return h, p / p.sum(axis=-1, keepdims=True)
