"""Training the means of an amplitude, by one of two losses: whose saddle is the class mean?"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax

from qnpapers.errors import ParameterError, ShapeError
from qnpapers.spinnet.perceptron import gaussian_scores

Loss = Literal["likelihood", "cross-entropy"]


def mean_loss(
    spins: np.ndarray, labels: np.ndarray, means: np.ndarray, variances: np.ndarray, loss: Loss
) -> float:
    """What training lowers, per image.

        likelihood: -s_y,  cross-entropy: -log(|A_y|^2 / sum_k |A_k|^2),  s_k = log |A_k|^2

    Args:
        spins: j, shape (count, E).
        labels: the class y of each image, integers 0 to K - 1, shape (count,).
        means: jbar, shape (K, E).
        variances: sigma^2, shape (E,) or (K, E).
        loss: "likelihood" looks at the own class only, "cross-entropy" at all.

    Returns:
        A number of at least 0; 0 for the likelihood only where all images are their class mean.

    Raises:
        ParameterError: the loss is unknown, or a variance is not positive.
        ShapeError: the shapes do not fit, or a label is out of range.

    Reference: [marciano2022, sections V and VI]; its baselines are trained by cross-entropy.

    >>> images, labels = np.array([[0.0], [2.0]]), np.array([0, 0])
    >>> mean_loss(images, labels, np.array([[1.0]]), np.ones(1), "likelihood")
    1.0
    """
    _check(spins, labels, means, loss)
    return _loss(gaussian_scores(spins, means, variances), labels, loss)[0]


def train_means(
    spins: np.ndarray,
    labels: np.ndarray,
    variances: np.ndarray,
    *,
    start: np.ndarray,
    loss: Loss,
    iterations: int = 100,
) -> np.ndarray:
    """Lower a loss by changing the means, from a start, by L-BFGS.

        d s_k / d jbar_ke = 2 (j_e - jbar_ke) / sigma_e^2

    For the likelihood the minimum is the mean of each class, reached from every start. For the
    cross-entropy it is another point (a common shift of all means only rescales biases).

    Args:
        spins: j, shape (count, E).
        labels: the class of each image, integers 0 to K - 1, shape (count,).
        variances: sigma^2, shape (E,) or (K, E); not changed.
        start: jbar to start from, shape (K, E).
        loss: see `mean_loss`.
        iterations: at most so many steps; training for the cross-entropy is usually stopped there
            before the minimum is reached.

    Returns:
        jbar, shape (K, E); its loss is at most that of the start.

    Raises:
        ParameterError, ShapeError: as `mean_loss`; or iterations is below 1.

    Reference: derived here.

    >>> images, labels = np.array([[0.0], [2.0]]), np.array([0, 0])
    >>> start = np.array([[5.0]])
    >>> train_means(images, labels, np.ones(1), start=start, loss="likelihood").round(6)
    array([[1.]])
    """
    start = np.asarray(start, dtype=float)
    _check(spins, labels, start, loss)
    if iterations < 1:
        raise ParameterError(f"iterations = {iterations!r}: must be at least 1")
    # In units of the width all directions are equally steep.
    width = np.sqrt(np.broadcast_to(variances, start.shape))

    def value_and_gradient(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        means = parameters.reshape(start.shape) * width
        value, by_score = _loss(gaussian_scores(spins, means, variances), labels, loss)
        gradient = 2 * (by_score.T @ spins - by_score.sum(axis=0)[:, None] * means) / width
        return value, gradient.ravel()

    found = minimize(
        value_and_gradient,
        (start / width).ravel(),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": iterations, "ftol": 1e-15, "gtol": 1e-10},
    )
    return found.x.reshape(start.shape) * width


def _loss(scores: np.ndarray, labels: np.ndarray, loss: Loss) -> tuple[float, np.ndarray]:
    """The mean loss and its derivative by each score, shape (count, K)."""
    own = np.eye(scores.shape[1])[labels]
    if loss == "likelihood":
        return -float((own * scores).sum(axis=1).mean()), -own / len(own)
    logs = log_softmax(scores, axis=1)
    return -float((own * logs).sum(axis=1).mean()), (np.exp(logs) - own) / len(own)


def _check(spins: np.ndarray, labels: np.ndarray, means: np.ndarray, loss: Loss) -> None:
    if loss not in get_args(Loss):
        raise ParameterError(f"loss = {loss!r}: must be one of {', '.join(get_args(Loss))}")
    labels = np.asarray(labels)
    if labels.dtype.kind not in "iu" or labels.shape != np.shape(spins)[:1] or not len(labels):
        raise ShapeError(f"labels: shape {labels.shape}, must be one integer for each image")
    if labels.min() < 0 or labels.max() >= len(means):
        raise ShapeError(
            f"labels from {labels.min()} to {labels.max()}: must be 0 to {len(means) - 1}"
        )
