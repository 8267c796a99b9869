"""Keep the largest Schmidt coefficients only, and see what the classifier still knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce

import numpy as np

from qnpapers.convac.architecture import region_mask
from qnpapers.convac.score import score
from qnpapers.convac.tensor import coefficient_tensor, matricize, output_vector
from qnpapers.convac.weights import Weights
from qnpapers.errors import ShapeError


def truncated_scores(weights: Weights, region: Iterable[int], features: np.ndarray) -> np.ndarray:
    """Scores of all classes when each state keeps its k largest Schmidt coefficients, for all k.

        h^k_y(X)  =  sum_{a <= k}  lambda_a  <psi(X_A) | phi_a>  <psi(X_B) | phi_a>

    For *any* region, through the dense tensor, so for small networks only. For blocks of the tree
    `keep_coefficients` has no such limit.

    Args:
        weights: real weights.
        region: 0-based sites.
        features: values of the representation functions, shape (batch, sites, M).

    Returns:
        shape (batch, most coefficients, classes); entry k - 1 keeps k of them, the last one all.

    Raises:
        RegionError: the region is empty, everything, out of range or not made of integers.
        SizeError: the dense tensor would be too large.
        ShapeError: `features` does not fit the architecture.
    """
    score(weights, features[:1])  # the same complaint about wrong shapes
    mask = region_mask(weights.architecture.sites, region)
    sites = np.flatnonzero(mask)
    inside, outside = (_products(features[:, some]) for some in (mask, ~mask))
    terms = []
    for label in range(weights.architecture.classes):
        matrix = matricize(coefficient_tensor(weights, label), sites)
        one, other = inside, outside
        if len(matrix) > matrix.shape[1]:
            matrix, one, other = matrix.T, outside, inside
        vectors = _leading(matrix)
        terms.append((one @ vectors) * (other @ (matrix.T @ vectors)))
    return np.cumsum(np.stack(terms, axis=-1), axis=1)


def truncated_accuracies(
    weights: Weights, region: Iterable[int], features: np.ndarray, labels: np.ndarray
) -> np.ndarray:
    """Share of inputs named correctly when k = 1, 2, ... Schmidt coefficients are kept.

    Args:
        weights: real weights.
        region: 0-based sites.
        features: values of the representation functions, shape (batch, sites, M).
        labels: the classes, shape (batch,).

    Returns:
        shape (most coefficients,); the last one is the accuracy of the network.
    """
    named = truncated_scores(weights, region, features).argmax(axis=2)
    return np.asarray((named == np.asarray(labels)[:, None]).mean(axis=0))


def coefficients_needed(accuracies: np.ndarray, loss: float) -> int:
    """Smallest k from which on the accuracy stays within `loss` of the last one.

    Args:
        accuracies: for k = 1, 2, ..., as `truncated_accuracies` returns them.
        loss: what may be lost, between 0 and 1.

    Example:
        >>> coefficients_needed(np.array([0.5, 0.9, 0.7, 0.89, 0.9]), 0.02)
        4
    """
    below = np.flatnonzero(accuracies < accuracies[-1] - loss - 1e-12)
    return int(below[-1]) + 2 if len(below) else 1


def keep_coefficients(weights: Weights, level: int, site: int, keep: int, label: int) -> Weights:
    """Project one state on its `keep` largest Schmidt coefficients between a block and the rest.

    The block holds the P**level sites below one site of a level. Its channels are projected on the
    leading Schmidt vectors, P phi^a instead of phi^a, so the projected state is again a ConvAC of
    the same shape, and only the weight matrix of that site changes. With `keep` channels in its
    place one could write the same state.

    Args:
        weights: unshared real weights.
        level: l, 0 to L-1; L-1 cuts off one of the P largest blocks.
        site: 0-based, of that level.
        keep: number of coefficients that stay, at least 1.
        label: y; the Schmidt vectors are those of its state. The scores of the other classes are
            those of other projections, not to be used.

    Raises:
        ShapeError: the weights are shared, there is no such site, or `keep` is below 1.

    Example:
        >>> from qnpapers.convac.shallow_and_deep import paired_weights
        >>> from qnpapers.convac.spectrum import schmidt_spectrum
        >>> pairs = paired_weights(4, [2.0, 1.0])
        >>> np.round(schmidt_spectrum(keep_coefficients(pairs, 0, 0, 1, 0), (0,)), 6)
        array([1., 0.])
    """
    _require_block(weights, level, site, keep)
    grams = _channel_grams(weights)
    around = _environment(weights, grams, level, site, label)
    inner, outer = _root(grams[level][site]), _root(around)  # G = C C^T, E = D D^T
    vectors = np.linalg.svd(inner.T @ outer)[0][:, :keep]  # ik
    projector = inner @ vectors @ vectors.T @ np.linalg.pinv(inner, rcond=1e-10)  # ab
    layer = weights.layers[level].copy()
    layer[site] = projector @ layer[site]
    changed = (*weights.layers[:level], layer, *weights.layers[level + 1 :])
    return replace(weights, layers=changed)


def block_accuracies(
    weights: Weights, level: int, site: int, features: np.ndarray, labels: np.ndarray
) -> np.ndarray:
    """Share of inputs named correctly when the states keep k coefficients between block and rest.

    As `truncated_accuracies`, for a block of the tree and networks of any size.

    Args:
        weights: unshared real weights.
        level: of the block, as for `keep_coefficients`.
        site: of the block.
        features: shape (batch, sites, M).
        labels: shape (batch,).

    Returns:
        for k = 1 to the number of channels of the level.
    """
    architecture = weights.architecture
    found = []
    for keep in range(1, architecture.channels[level] + 1):
        kept = (
            keep_coefficients(weights, level, site, keep, y) for y in range(architecture.classes)
        )
        scores = [score(one, features)[:, y] for y, one in enumerate(kept)]
        found.append((np.argmax(scores, axis=0) == labels).mean())
    return np.array(found)


def _leading(matrix: np.ndarray) -> np.ndarray:
    """Left singular vectors, the largest singular value first, as eigenvectors of A A^T.

    Faster than a singular value decomposition. Where values are below 1e-8 of the largest, their
    vectors are an arbitrary orthonormal basis, which no accuracy can notice.
    """
    return np.asarray(np.linalg.eigh(matrix @ matrix.T)[1][:, ::-1])


def _products(features: np.ndarray) -> np.ndarray:
    """Product states of all inputs, shape (batch, M**sites), the first site varying slowest."""
    vectors = list(features.transpose(1, 0, 2))
    return reduce(lambda a, b: (a[:, :, None] * b[:, None, :]).reshape(len(a), -1), vectors)


def _require_block(weights: Weights, level: int, site: int, keep: int) -> None:
    architecture = weights.architecture
    if architecture.shared:
        raise ShapeError("shared weights: one site cannot change alone; unshared ones are needed")
    if not 0 <= level < architecture.levels or not 0 <= site < architecture.sites_at(level):
        raise ShapeError(
            f"level = {level}, site = {site}: must be one of the levels 0 to "
            f"{architecture.levels - 1} and one of its sites"
        )
    if keep < 1:
        raise ShapeError(f"keep = {keep}: at least one coefficient must stay")


def _channel_grams(weights: Weights) -> list[np.ndarray]:
    """<phi^{l,j,a} | phi^{l,j,b}> for all levels, shape (sites, r_l, r_l), largest entry 1."""
    grams = [_rescaled(weights.layer(0) @ weights.layer(0).transpose(0, 2, 1))]
    for level in range(1, weights.architecture.levels):
        layer = weights.layer(level)
        pooled = grams[-1].reshape(len(layer), -1, *grams[-1].shape[1:]).prod(axis=1)
        grams.append(_rescaled(layer @ pooled @ layer.transpose(0, 2, 1)))  # jgh
    return grams


def _environment(
    weights: Weights, grams: list[np.ndarray], level: int, site: int, label: int
) -> np.ndarray:
    """Gram matrix of what stands around the channels of a block, from the output downwards."""
    architecture = weights.architecture
    row = output_vector(weights, label)[None, :]
    around = np.ones((1, 1))
    for current in reversed(range(level, architecture.levels)):
        above = weights.layer(current + 1) if current + 1 < architecture.levels else row[None]
        place = site // architecture.window ** (current - level)
        parent = above[place // architecture.window]
        first = place - place % architecture.window
        siblings = [first + k for k in range(architecture.window) if first + k != place]
        around = (parent.T @ around @ parent) * grams[current][siblings].prod(axis=0)  # ab
        around = around / max(float(np.abs(around).max()), np.finfo(float).tiny)
    return around


def _rescaled(grams: np.ndarray) -> np.ndarray:
    largest = np.abs(grams).max(axis=(1, 2), keepdims=True)
    return grams / np.where(largest > 0, largest, 1)


def _root(gram: np.ndarray) -> np.ndarray:
    """C with C C^T = gram, for a positive semidefinite matrix."""
    values, vectors = np.linalg.eigh(gram)
    root: np.ndarray = vectors * np.sqrt(np.clip(values, 0, None))
    return root
