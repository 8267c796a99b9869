"""The canonical ensemble over states that can be listed: exact sums, and where they come from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import logsumexp

from qnpapers.emergent.limits import positive
from qnpapers.errors import ParameterError, ShapeError


@dataclass(frozen=True)
class CanonicalEnsemble:
    """Probabilities over the states of the hidden variables, and the sums that follow.

    Args:
        probabilities: p(x) = exp(-beta H(x)) / Z, shape (..., states); they add up to 1.
        free_energy: F = -ln Z / beta, shape (...).
        mean_energy: U = <H>.
        entropy: S = -sum p ln p, in nats; summed from the probabilities, not from U and F.
    """

    probabilities: np.ndarray
    free_energy: np.ndarray
    mean_energy: np.ndarray
    entropy: np.ndarray


def canonical_ensemble(energies: np.ndarray, beta: float) -> CanonicalEnsemble:
    """Sum over all states, p(x) = exp(-beta H(x)) / Z.

    Args:
        energies: H of every state, shape (..., states); +inf for a state that does not exist.
        beta: inverse temperature, larger than 0.

    Returns:
        The ensemble; sums run over the last axis.

    Raises:
        ParameterError: beta is not positive.
        ShapeError: there is no state with a finite energy, or an energy is NaN or -inf.

    Example:
        >>> two = canonical_ensemble(np.array([0.0, np.log(3)]), beta=1.0)
        >>> two.probabilities.round(3).tolist(), round(float(two.free_energy), 4)
        ([0.75, 0.25], -0.2877)
    """
    positive(beta=beta)
    energies = np.asarray(energies, dtype=float)
    if energies.ndim == 0 or np.isnan(energies).any() or (energies == -np.inf).any():
        raise ShapeError("energies: must be an array of numbers; only +inf may stand for no state")
    if not np.isfinite(energies).any(axis=-1).all():
        raise ShapeError("energies: at least one state must have a finite energy")
    log_sum = logsumexp(-beta * energies, axis=-1)
    log_p = -beta * energies - log_sum[..., None]
    p = np.exp(log_p)
    present = p > 0
    mean = np.sum(p * np.where(present, energies, 0.0), axis=-1)
    entropy = -np.sum(p * np.where(present, log_p, 0.0), axis=-1)
    return CanonicalEnsemble(p, -log_sum / beta, mean, entropy)


def inverse_temperature(energies: np.ndarray, mean_energy: float) -> float:
    """The beta at which the canonical ensemble has a given mean loss.

    Args:
        energies: H of every state, shape (states,), not all equal.
        mean_energy: U, above the smallest energy and below the mean of all energies, so that
            beta > 0.

    Raises:
        ParameterError: the mean loss is out of range.

    Example:
        >>> round(inverse_temperature(np.array([0.0, 1.0]), 1 / (1 + np.e)), 12)
        1.0
    """
    energies = np.asarray(energies, dtype=float)
    low, high = float(energies.min()), float(energies.mean())
    if not low < mean_energy < high:
        raise ParameterError(f"mean_energy = {mean_energy!r}: must be between {low} and {high}")

    def excess(log_beta: float) -> float:
        return float(canonical_ensemble(energies, np.exp(log_beta)).mean_energy) - mean_energy

    scale = np.log(np.ptp(energies))
    start, end = -scale - 1, -scale + 1
    while excess(start) < 0:
        start -= 1
    while excess(end) > 0:
        end += 1
    return float(np.exp(brentq(excess, start, end, xtol=1e-15, rtol=1e-14)))
