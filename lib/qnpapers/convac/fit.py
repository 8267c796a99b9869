"""Fit a ConvAC to labelled digits, so that its scores mean something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import log_softmax

from qnpapers.convac.architecture import Architecture
from qnpapers.convac.score import backward, forward_tape, score
from qnpapers.convac.weights import Weights
from qnpapers.errors import ShapeError, TrainingError


@dataclass(frozen=True)
class Fit:
    """A fitted network.

    Args:
        weights: the best that was found.
        losses: mean cross-entropy (nats) plus weight decay before each step.
        completed: False when the user interrupted.
    """

    weights: Weights
    losses: tuple[float, ...]
    completed: bool


def near_product_weights(
    architecture: Architecture, *, rng: np.random.Generator, noise: float = 0.3
) -> Weights:
    """Weights from which a fit can start: r nearly separate products over all sites.

    Level 0 sums the representation values (which sum to 1) with relative normal noise; each level
    above passes channel g on to channel g, with a little noise. All products then stay near 1,
    whatever the number of sites; with independent random weights they would vanish or overflow,
    and nothing could be learned.
    """
    layers = []
    for level, shape in enumerate(architecture.weight_shapes()):
        normal = rng.normal(size=shape)
        if level == 0:
            layers.append(1 + noise * normal)
        else:
            passed = np.arange(shape[1])[:, None] % shape[2] == np.arange(shape[2])
            layers.append(passed + 0.1 * noise * normal / np.sqrt(shape[2]))
    output = rng.normal(size=(architecture.classes, architecture.channels[-1]))
    return Weights(architecture, tuple(layers), noise * output / architecture.channels[-1])


def fit(
    start: Weights,
    features: np.ndarray,
    labels: np.ndarray,
    *,
    steps: int = 200,
    decay: float = 1e-3,
    pace: float = 1.0,
    on_step: Callable[[int, float], None] | None = None,
) -> Fit:
    """Minimise cross-entropy of softmax(scores) plus decay * |w - w_start|^2 / 2 by Adam.

    All digits are used in every step, and the step size falls from 1 / (2 N) to 0 like a cosine: a
    step may change each of N factors, so their product changes by a bounded amount. Without
    random batches and line searches the path is smooth, and round-off is not blown up: a relative
    change of 1e-12 in the start moves the result by about 1e-8 (a quasi-Newton method: by 0.3).

    Args:
        start: where to begin, see `near_product_weights`.
        features: shape (batch, sites, M).
        labels: classes 0 to Y - 1, shape (batch,).
        steps: number of steps.
        decay: pull towards the start.
        pace: multiplies the step size; a step moves sums over many channels by more, so wide
            networks on many sites need less than 1.
        on_step: called with (step, loss), for a progress bar.

    Returns:
        the fit; an interrupt (Ctrl-C) keeps the best weights found so far.

    Raises:
        ShapeError: labels do not fit.
        TrainingError: the loss became NaN or infinite.
    """
    architecture = start.architecture
    labels = _checked_labels(labels, len(features), architecture.classes)
    origin = flatten(start)
    vector, mean, square = origin.copy(), np.zeros_like(origin), np.zeros_like(origin)
    best, losses = origin, [np.inf]
    try:
        for step in range(1, steps + 1):
            loss, gradient = cross_entropy(unflatten(vector, architecture), features, labels)
            loss += decay * float((vector - origin) @ (vector - origin)) / 2
            _require_finite(loss, step)
            if loss < min(losses):
                best = vector
            losses.append(loss)
            gradient += decay * (vector - origin)
            mean = 0.9 * mean + 0.1 * gradient
            square = 0.99 * square + 0.01 * gradient**2
            rate = pace * (1 + np.cos(np.pi * step / steps)) / (4 * architecture.sites)
            scale = np.sqrt(square / (1 - 0.99**step)) + 1e-8
            vector = vector - rate * mean / (1 - 0.9**step) / scale
            if on_step is not None:
                on_step(step, loss)
    except KeyboardInterrupt:
        pass
    return Fit(unflatten(best, architecture), tuple(losses[1:]), completed=len(losses) > steps)


def _checked_labels(labels: np.ndarray, count: int, classes: int) -> np.ndarray:
    labels = np.asarray(labels)
    if count < 1 or labels.shape != (count,) or labels.dtype.kind not in "iu":
        raise ShapeError(
            f"labels: {max(count, 1)} integers are needed, got shape {labels.shape} of "
            f"{labels.dtype}"
        )
    if labels.min() < 0 or labels.max() >= classes:
        raise ShapeError(
            f"labels run from {labels.min()} to {labels.max()}: allowed are 0 to {classes - 1}"
        )
    return labels


def _require_finite(loss: float, step: int) -> None:
    if not np.isfinite(loss):
        raise TrainingError(
            f"the loss is {loss} at step {step}: start nearer to product weights (less noise)"
        )


def cross_entropy(
    weights: Weights, features: np.ndarray, labels: np.ndarray
) -> tuple[float, np.ndarray]:
    """Mean of -ln softmax(h(X))_label over a batch, and its gradient as one flat vector."""
    tape = forward_tape(weights, features)
    scores = tape[-1][0][:, 0, :] @ weights.output.T
    logs = log_softmax(scores, axis=1)
    rows = np.arange(len(labels))
    upstream = np.exp(logs)
    upstream[rows, labels] -= 1
    layers, output = backward(weights, tape, upstream / len(labels))
    return -float(logs[rows, labels].mean()), np.concatenate([a.ravel() for a in (*layers, output)])


def accuracy(weights: Weights, features: np.ndarray, labels: np.ndarray) -> float:
    """Share of inputs whose largest score is that of their label."""
    return float(np.mean(score(weights, features).argmax(axis=1) == labels))


def flatten(weights: Weights) -> np.ndarray:
    """All weights as one vector, sites first, the output vectors last."""
    return np.concatenate([a.ravel() for a in (*weights.layers, weights.output)])


def unflatten(vector: np.ndarray, architecture: Architecture) -> Weights:
    """The inverse of `flatten`."""
    layers, start = [], 0
    for shape in architecture.weight_shapes():
        size = int(np.prod(shape))
        layers.append(vector[start : start + size].reshape(shape))
        start += size
    output = vector[start:].reshape(architecture.classes, -1)
    return Weights(architecture, tuple(layers), output)
