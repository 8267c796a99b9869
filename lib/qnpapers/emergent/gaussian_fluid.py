"""Gaussian packets as a fluid: a few ordinary differential equations, in any dimension."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.integrate import solve_ivp

from qnpapers.emergent.limits import increasing
from qnpapers.errors import NormalisationError, ParameterError, ShapeError

ACCURACY = 1e-12
"""Relative accuracy of the integration."""


@dataclass(frozen=True, eq=False)
class GaussianFluid:
    """A normal density whose free energy is quadratic, at one or at many times.

        p = N(mean, covariance),   F = momentum (q - mean) + (q - mean)^T hessian (q - mean) / 2

    Args:
        mean: shape (..., K).
        covariance: symmetric and positive, shape (..., K, K).
        momentum: gradient of F at the mean, shape (..., K).
        hessian: of F, symmetric, shape (..., K, K).
    """

    mean: np.ndarray
    covariance: np.ndarray
    momentum: np.ndarray
    hessian: np.ndarray


def gaussian_fluid(
    start: GaussianFluid,
    stiffness: np.ndarray,
    hbars: Sequence[float],
    masses: Sequence[float],
    times: Sequence[float] | np.ndarray,
) -> GaussianFluid:
    """Follow a Gaussian by the Madelung equations in a harmonic potential V = q^T K q / 2.

    Each direction may have its own constant hbar_k in the quantum potential

        Q = -sum_k (hbar_k^2 / 2 m_k) (d_k^2 sqrt p) / sqrt p,

    as learning gives it, hbar_k^2 = 4 D_k / (gamma_k lam). The fields stay Gaussian for all times:
    with S = covariance^-1, A = hessian and M = diag(masses)

        d mean = M^-1 momentum,      d momentum = -K mean,
        d covariance = M^-1 A covariance + covariance A M^-1,
        d A = -A M^-1 A - K + S diag(hbar_k^2 / 4 m_k) S.

    Args:
        start: at the first of the times.
        stiffness: K, symmetric, shape (K, K).
        hbars: one for each direction, 0 or larger.
        masses: one for each direction, larger than 0.
        times: increasing.

    Returns:
        The Gaussians, with the times as first axis of every array.

    Raises:
        ShapeError: the arrays do not fit each other.
        NormalisationError: the covariance is not positive.
        ParameterError: a constant, a mass or the times are out of range.

    Reference:
        [madelung1927]; for one direction sigma'' = hbar^2 / (4 m^2 sigma^3) - omega^2 sigma.

    Example:
        >>> one = np.eye(1)
        >>> start = GaussianFluid(np.zeros(1), 0.5 * one, np.zeros(1), 0 * one)
        >>> ground = gaussian_fluid(start, one, [1.0], [1.0], [0.0, 3.0])
        >>> bool(np.allclose(ground.covariance[1], 0.5))
        True
    """
    size = np.size(start.mean)
    hbar, mass = np.asarray(hbars, dtype=float), np.asarray(masses, dtype=float)
    _check(start, np.asarray(stiffness), hbar, mass)
    instants = increasing(times)
    pressure = hbar**2 / (4 * mass)

    def rate(_: float, flat: np.ndarray) -> np.ndarray:
        state = _unpack(flat, size)
        flow = state.hessian / mass[:, None]
        inverse = np.linalg.inv(state.covariance)
        change = GaussianFluid(
            mean=state.momentum / mass,
            covariance=flow @ state.covariance + state.covariance @ flow.T,
            momentum=-stiffness @ state.mean,
            hessian=-state.hessian @ flow - stiffness + inverse * pressure @ inverse,
        )
        return _pack(change)

    span = (instants[0], instants[-1])
    tight = {"rtol": ACCURACY, "atol": ACCURACY}
    solution = solve_ivp(rate, span, _pack(start), "DOP853", instants, **tight)
    return _unpack(solution.y.T, size)


def _pack(state: GaussianFluid) -> np.ndarray:
    parts = (state.mean, state.covariance, state.momentum, state.hessian)
    return np.concatenate([np.ravel(part) for part in parts])


def _unpack(flat: np.ndarray, size: int) -> GaussianFluid:
    leading, square = flat.shape[:-1], size * size
    mean, covariance, momentum, hessian = np.split(flat, np.cumsum([size, square, size]), axis=-1)
    matrix = (*leading, size, size)
    return GaussianFluid(mean, covariance.reshape(matrix), momentum, hessian.reshape(matrix))


def _check(start: GaussianFluid, stiffness: np.ndarray, hbar: np.ndarray, mass: np.ndarray) -> None:
    size = np.size(start.mean)
    vectors = [np.shape(one) for one in (start.mean, start.momentum, hbar, mass)]
    matrices = [np.shape(one) for one in (start.covariance, start.hessian, stiffness)]
    if vectors != [(size,)] * 4 or matrices != [(size, size)] * 3:
        raise ShapeError(f"vectors {vectors} and matrices {matrices}: must fit {size} directions")
    if not ((hbar >= 0).all() and (mass > 0).all() and np.isfinite([hbar, mass]).all()):
        raise ParameterError(f"hbars = {hbar}, masses = {mass}: must be finite and positive")
    if np.linalg.eigvalsh(start.covariance).min() <= 0:
        raise NormalisationError("covariance: must be positive, or there is no density")
