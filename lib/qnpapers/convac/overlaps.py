"""Inner products of the many-body states of a ConvAC, without their tensors."""

from __future__ import annotations

import numpy as np

from qnpapers.convac.weights import Weights


def state_overlaps(weights: Weights) -> np.ndarray:
    """Inner products <psi^y | psi^z> = sum_d A^y_d A^z_d of the states of all classes.

    Carried up the tree as G_{ab} = <phi^a | phi^b>: a weight matrix turns G into a G a^T, and
    product pooling multiplies the G of the children entry by entry. The diagonal holds the squared
    norms ||A^y||^2.

    Args:
        weights: real weights.

    Returns:
        matrix of shape (classes, classes), symmetric and positive semidefinite.
    """
    window = weights.architecture.window
    bottom = weights.layer(0)
    gram = np.einsum("jgd,jhd->jgh", bottom, bottom)
    for level in range(1, weights.architecture.levels):
        layer = weights.layer(level)
        pooled = gram.reshape(-1, window, *gram.shape[1:]).prod(axis=1)
        gram = layer @ pooled @ layer.transpose(0, 2, 1)  # jgh
    result: np.ndarray = weights.output @ gram.prod(axis=0) @ weights.output.T
    return result
