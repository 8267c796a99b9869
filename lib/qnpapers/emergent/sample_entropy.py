"""Entropy of a density that is known only by samples."""

from __future__ import annotations

import numpy as np
from scipy.special import digamma

from qnpapers.errors import ResolutionError

MIN_SAMPLES = 100
"""Fewest samples that are accepted."""


def spacing_entropy(samples: np.ndarray) -> float:
    """Differential entropy from the distances between ordered samples, in nats.

        S = < ln((n + 1)(x_(i+m) - x_(i-m))) - psi(k) >,   m = n^(1/3)

    Vasicek's estimator [vasicek1976]; the digamma function psi of the number k = 2 m of gaps, fewer
    at the ends, takes away its bias where the density changes little over so many. What is left of
    it is below the statistical error, that of the mean of ln p over the samples: 1 / sqrt(2 n) for
    a normal density.

    Args:
        samples: shape (n,), at least `MIN_SAMPLES` of them, from a density without atoms.

    Raises:
        ResolutionError: there are too few samples, or many of them are equal.

    Example:
        >>> x = np.random.default_rng(1).standard_normal(100_000)
        >>> abs(spacing_entropy(x) - float(np.log(2 * np.pi * np.e) / 2)) < 0.01
        True
    """
    ordered = np.sort(np.asarray(samples, dtype=float))
    n = ordered.size
    if ordered.ndim != 1 or n < MIN_SAMPLES:
        raise ResolutionError(f"samples: {n}, at least {MIN_SAMPLES} in a list are needed")
    m, i = round(np.cbrt(n)), np.arange(n)
    low, high = np.maximum(i - m, 0), np.minimum(i + m, n - 1)
    distances = ordered[high] - ordered[low]
    if not (distances > 0).all():
        raise ResolutionError(f"samples: more than {m} are equal, so they come from no density")
    return float(np.mean(np.log((n + 1) * distances) - digamma(high - low)))
