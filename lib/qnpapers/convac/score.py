"""The forward pass of a ConvAC."""

from __future__ import annotations

import numpy as np

from qnpapers.convac.architecture import Architecture
from qnpapers.convac.weights import Weights
from qnpapers.errors import ShapeError


def score(weights: Weights, features: np.ndarray) -> np.ndarray:
    """Scores h_y(X) of a batch of inputs: 1x1 convolutions and product pooling in turn.

        h_y(x_1..x_N) = sum_{d_1..d_N} A^y_{d_1..d_N} prod_j f_{d_j}(x_j)

    but without ever forming A^y: the cost grows linearly in the number of sites.

    Args:
        weights: of the network.
        features: values f_d(x_j) of the representation functions, shape (batch, sites, M).

    Returns:
        scores, shape (batch, classes).

    Raises:
        ShapeError: `features` does not fit the architecture.
    """
    window = weights.architecture.window
    signal = _checked(weights, features)
    for level in range(weights.architecture.levels):
        mixed = np.einsum("bjd,jgd->bjg", signal, weights.layer(level), optimize=True)
        batch, sites, width = mixed.shape
        signal = mixed.reshape(batch, sites // window, window, width).prod(axis=2)  # bja
    result: np.ndarray = signal[:, 0, :] @ weights.output.T  # by
    return result


Tape = list[tuple[np.ndarray, np.ndarray]]


def forward_tape(weights: Weights, features: np.ndarray) -> Tape:
    """What the forward pass computes: (input of the level, its mixed channels), then the top.

    The last entry holds the pooled top signal, shape (batch, 1, r_{L-1}), twice.
    """
    window = weights.architecture.window
    signal = _checked(weights, features)
    tape: Tape = []
    for level in range(weights.architecture.levels):
        layer = weights.layer(level)
        mixed = np.matmul(signal.transpose(1, 0, 2), layer.transpose(0, 2, 1)).transpose(1, 0, 2)
        tape.append((signal, mixed))
        batch, sites, width = mixed.shape
        signal = mixed.reshape(batch, sites // window, window, width).prod(axis=2)
    tape.append((signal, signal))
    return tape


def backward(
    weights: Weights, tape: Tape, upstream: np.ndarray
) -> tuple[list[np.ndarray], np.ndarray]:
    """Gradient of sum_{b,y} upstream_{b,y} h_y(X_b) with respect to all weights.

    The derivative of a product with respect to one factor is the product of its siblings.
    """
    architecture = weights.architecture
    top = tape[-1][0][:, 0, :]
    flow = (upstream @ weights.output)[:, None, :]
    layers: list[np.ndarray] = []
    for level in reversed(range(architecture.levels)):
        signal, mixed = tape[level]
        children = mixed.reshape(len(mixed), -1, architecture.window, mixed.shape[2])
        flow = (flow[:, :, None, :] * _product_of_siblings(children)).reshape(mixed.shape)
        by_site = flow.transpose(1, 2, 0)  # jgb
        gradient = np.matmul(by_site, signal.transpose(1, 0, 2))  # jgd
        layers.append(gradient.sum(axis=0, keepdims=True) if architecture.shared else gradient)
        flow = np.matmul(by_site.transpose(0, 2, 1), weights.layer(level)).transpose(1, 0, 2)
    return layers[::-1], upstream.T @ top


def _product_of_siblings(children: np.ndarray) -> np.ndarray:
    """For each child of a window (axis 2) the product of the others, zeros treated exactly."""
    window = children.shape[2]
    if window == 2:
        return children[:, :, ::-1, :]
    before = np.ones_like(children)
    after = np.ones_like(children)
    np.cumprod(children[:, :, :-1], axis=2, out=before[:, :, 1:])
    after[:, :, :-1] = np.cumprod(children[:, :, :0:-1], axis=2)[:, :, ::-1]
    return before * after


def _checked(weights: Weights, features: np.ndarray) -> np.ndarray:
    features = np.asarray(features)
    wanted = (weights.architecture.sites, weights.architecture.local_dim)
    if features.ndim != 3 or features.shape[1:] != wanted:
        raise ShapeError(
            f"features: shape (batch, {wanted[0]}, {wanted[1]}) is needed, got {features.shape}"
        )
    return features


def multiplications(architecture: Architecture) -> int:
    """Multiplications of one forward pass: weight matrices, products and the output vectors."""
    mixing = sum(
        architecture.sites_at(level) * rows * columns
        for level, (_, rows, columns) in enumerate(architecture.weight_shapes())
    )
    pooling = sum(
        architecture.sites_at(level + 1) * (architecture.window - 1) * width
        for level, width in enumerate(architecture.channels)
    )
    return mixing + pooling + architecture.classes * architecture.channels[-1]
