"""Entropy of a density that is known only by samples."""

from __future__ import annotations

import numpy as np
from scipy.special import digamma

from qnpapers.errors import ResolutionError

MIN_SAMPLES = 100
"""Fewest samples that are accepted."""


def spacing_entropy(samples: np.ndarray) -> float:
    """Differential entropy from the distances between ordered samples, in nats.

        S = < ln((n + 1)(x_(i+m) - x_(i))) > - psi(m),   m = sqrt(n) / 2

    Vasicek's estimator with one-sided distances and without its bias at small m. Its standard error
    is about that of the mean of ln p over the samples, 1 / sqrt(2 n) for a normal density.

    Args:
        samples: shape (n,), at least `MIN_SAMPLES` of them, from a density without atoms.

    Raises:
        ResolutionError: there are too few samples, or many of them are equal.

    Example:
        >>> x = np.random.default_rng(1).standard_normal(100_000)
        >>> round(spacing_entropy(x), 2), round(float(np.log(2 * np.pi * np.e) / 2), 2)
        (1.42, 1.42)
    """
    ordered = np.sort(np.asarray(samples, dtype=float))
    n = ordered.size
    if ordered.ndim != 1 or n < MIN_SAMPLES:
        raise ResolutionError(f"samples: {n}, at least {MIN_SAMPLES} in a list are needed")
    m = int(np.sqrt(n) / 2)
    distances = ordered[m:] - ordered[:-m]
    if not (distances > 0).all():
        raise ResolutionError(f"samples: more than {m} are equal, so they come from no density")
    return float(np.mean(np.log((n + 1) * distances)) - digamma(m))
