"""Linear layers and Gaussian amplitudes: from the spins of an amplitude to weights, and back."""

from __future__ import annotations

import numpy as np

from qnpapers.errors import ParameterError, ShapeError


def gaussian_scores(spins: np.ndarray, means: np.ndarray, variances: np.ndarray) -> np.ndarray:
    """Log |A_k|^2 of the Gaussian weights of eq. 33 alone, without dimensions and without eq. 34.

        s_k = -sum_e (j_e - jbar_ke)^2 / sigma_ke^2

    Args:
        spins: j, shape (count, E).
        means: jbar, shape (K, E).
        variances: sigma^2, positive, shape (E,) for one width for all classes, or (K, E).

    Returns:
        float64, shape (count, K); 0 where all spins equal the means, else negative.

    Raises:
        ShapeError: the shapes do not fit.
        ParameterError: a variance is not positive.

    Reference: [marciano2022, eq. 33].

    >>> gaussian_scores(np.array([[1.0, 2.0]]), np.array([[1.0, 2.0], [0.0, 2.0]]), np.ones(2))
    array([[ 0., -1.]])
    """
    spins, means, variances = (np.asarray(a, dtype=float) for a in (spins, means, variances))
    if spins.ndim != 2 or means.ndim != 2 or spins.shape[1] != means.shape[1]:
        raise ShapeError(
            f"spins {spins.shape} and means {means.shape}: must be (count, E) and (K, E)"
        )
    if variances.shape not in (means.shape, means.shape[1:]):
        raise ShapeError(
            f"variances: shape {variances.shape}, must be {means.shape[1:]} or {means.shape}"
        )
    _require_positive("variances", variances)
    centre = means.mean(axis=0)  # less cancellation between the three terms
    j, means, precision = (
        spins - centre,
        means - centre,
        np.broadcast_to(1 / variances, means.shape),
    )
    return 2 * j @ (means * precision).T - j**2 @ precision.T - (means**2 * precision).sum(axis=1)


def amplitude_of_layer(
    weights: np.ndarray, biases: np.ndarray, variances: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Means and variances of an amplitude that decides as a given linear layer does.

        w_k . j + b_k = s_k(j) + what is equal for all classes,
        jbar_ke = sigma_e^2 (w_ke - min_l w_le) / 2

    Weights may have either sign, spins may not: a common shift of the weights of an edge changes no
    decision and makes them positive. The biases are carried by one more edge, whose spin is always
    0, such as an edge at the dark rim of a picture.

    The width sigma of an edge is free: any positive value gives the same decisions. A layer
    determines the ratios jbar/sigma^2 up to a shift, not the two numbers.

    Args:
        weights: w, shape (K, E), of any sign.
        biases: b, shape (K,).
        variances: sigma^2 for each edge, positive, shape (E,); ones if not given.

    Returns:
        jbar, shape (K, E + 1), never negative, and sigma^2, shape (E + 1,). The last edge is the
        one whose spin is 0 in all data.

    Raises:
        ShapeError: the shapes do not fit.
        ParameterError: a variance is not positive.

    Reference: derived here from [marciano2022, eq. 33].

    >>> means, variances = amplitude_of_layer(np.array([[2.0], [0.0]]), np.array([-3.0, 0.0]))
    >>> scores = gaussian_scores(np.array([[1.0, 0.0], [2.0, 0.0]]), means, variances)
    >>> (scores[:, 0] - scores[:, 1]).round(9)  # 2 j - 3
    array([-1.,  1.])
    """
    weights, biases = np.asarray(weights, dtype=float), np.asarray(biases, dtype=float)
    if weights.ndim != 2 or biases.shape != weights.shape[:1]:
        raise ShapeError(
            f"weights {weights.shape} and biases {biases.shape}: must be (K, E) and (K,)"
        )
    edges = weights.shape[1]
    variances = np.ones(edges) if variances is None else np.asarray(variances, dtype=float)
    if variances.shape != (edges,):
        raise ShapeError(f"variances: shape {variances.shape}, must be ({edges},)")
    _require_positive("variances", variances)
    means = variances * (weights - weights.min(axis=0)) / 2
    missing = biases + (means**2 / variances).sum(axis=1)
    bias_edge = np.sqrt(missing.max() - missing)  # its score is -bias_edge^2
    return np.column_stack([means, bias_edge]), np.append(variances, 1.0)


def _require_positive(name: str, values: np.ndarray) -> None:
    if not (values > 0).all():
        raise ParameterError(f"{name}: the smallest is {values.min()!r}, must be positive")
