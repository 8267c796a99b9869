"""Laws of scores. `score_of(weights, features)` maps (batch, sites, M) to (batch, classes)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from laws.swaps import swaps
from qnpapers.convac import Weights

ScoreOf = Callable[[Weights, np.ndarray], np.ndarray]

ROUND_OFF = 1e-12
"""Relative to the size of the terms: sums of at most 10^4 products, 10^4 x 1e-16."""


def close(one: np.ndarray, other: np.ndarray, scale: float) -> bool:
    return bool(np.abs(one - other).max() <= ROUND_OFF * scale)


def size_of_terms(weights: Weights, features: np.ndarray) -> float:
    """Sum of the absolute values of all terms of a score: what round-off is relative to."""
    signal = np.abs(features)
    for level in range(weights.architecture.levels):
        mixed = np.einsum("bjd,jgd->bjg", signal, np.abs(weights.layer(level)))
        signal = mixed.reshape(len(mixed), -1, weights.architecture.window, mixed.shape[2]).prod(2)
    return float((signal[:, 0] @ np.abs(weights.output).T).max())


def linear_in_every_site(
    score_of: ScoreOf, weights: Weights, features: np.ndarray, other: np.ndarray
) -> None:
    """h(.., u + 2 v, ..) = h(.., u, ..) + 2 h(.., v, ..)."""
    for site in range(weights.architecture.sites):
        second, total = features.copy(), features.copy()
        second[:, site] = other[:, site]
        total[:, site] = features[:, site] + 2 * other[:, site]
        scale = size_of_terms(weights, np.abs(features) + 2 * np.abs(other))
        expected = score_of(weights, features) + 2 * score_of(weights, second)
        assert close(score_of(weights, total), expected, scale)


def zero_if_one_site_is_zero(score_of: ScoreOf, weights: Weights, features: np.ndarray) -> None:
    for site in range(weights.architecture.sites):
        empty = features.copy()
        empty[:, site] = 0
        assert not score_of(weights, empty).any()


def each_input_on_its_own(score_of: ScoreOf, weights: Weights, features: np.ndarray) -> None:
    one_by_one = np.concatenate([score_of(weights, one[None]) for one in features])
    assert close(score_of(weights, features), one_by_one, size_of_terms(weights, features))


def equal_after_swapping_siblings(
    score_of: ScoreOf, weights: Weights, features: np.ndarray
) -> None:
    """Weights move with their subtrees if they are unshared, and the input with them."""
    before, scale = score_of(weights, features), size_of_terms(weights, features)
    for swap in swaps(weights.architecture):
        after = score_of(swap.of_weights(weights), features[:, swap.order(0)])
        assert close(before, after, scale)
