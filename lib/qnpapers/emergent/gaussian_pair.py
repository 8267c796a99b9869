"""Gaussian waves of coupled oscillators: the drift of one depends on where the others are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import expm, sqrtm

from qnpapers.emergent.limits import counts, finite, positive
from qnpapers.errors import NormalisationError, ShapeError


@dataclass(frozen=True, eq=False)
class GaussianWave:
    """psi = exp((i / 2 hbar) q W q) times a factor of time only.

    Args:
        matrix: W, complex and symmetric, with a positive definite imaginary part, shape (K, K).
        hbar: Planck constant, larger than 0.
        mass: larger than 0.

    Raises:
        ParameterError: hbar or mass is not positive.
        ShapeError: the matrix is not square or not symmetric.
        NormalisationError: its imaginary part is not positive definite.
    """

    matrix: np.ndarray
    hbar: float
    mass: float

    def __post_init__(self) -> None:
        positive(hbar=self.hbar, mass=self.mass)
        W = np.asarray(self.matrix)
        if W.ndim != 2 or W.shape[0] != W.shape[1] or not np.allclose(W, W.T):
            raise ShapeError(f"matrix: shape {W.shape}, must be square and symmetric")
        if np.linalg.eigvalsh(W.imag).min() <= 0:
            raise NormalisationError("matrix: its imaginary part must be positive definite")

    @property
    def covariance(self) -> np.ndarray:
        """Of |psi|^2: (hbar / 2) (Im W)^-1, shape (K, K)."""
        return self.hbar / 2 * np.linalg.inv(self.matrix.imag)

    @property
    def current(self) -> np.ndarray:
        """The flow is u = current q with Re W / m, shape (K, K)."""
        return self.matrix.real / self.mass

    @property
    def osmotic(self) -> np.ndarray:
        """(hbar / 2m) grad ln p = osmotic q with -Im W / m, shape (K, K)."""
        return -self.matrix.imag / self.mass

    def after(self, time: float, stiffness: np.ndarray) -> GaussianWave:
        """The wave a time later, in the potential q K q / 2.

        W = P Q^-1 with the classical equations m Q' = P, P' = -K Q from Q = 1, P = W(0).

        Args:
            time: any finite number.
            stiffness: K, symmetric, shape (K, K).

        Raises:
            ParameterError: the time is not finite.
            ShapeError: the stiffness does not fit.

        Example:
            >>> ground = ground_state(np.diag([1.0, 4.0]), hbar=1.0, mass=1.0)
            >>> bool(np.allclose(ground.after(0.7, np.diag([1.0, 4.0])).matrix, ground.matrix))
            True
        """
        finite(time=time)
        size = len(self.matrix)
        classical = expm(time * _classical_flow(stiffness, self.mass, size))
        start = np.concatenate([np.eye(size), self.matrix])
        W = _matrix(classical @ start)
        return GaussianWave((W + W.T) / 2, self.hbar, self.mass)

    def flow(self, time: float, stiffness: np.ndarray, steps: int = 400) -> np.ndarray:
        """Where walkers without noise come: q(time) = flow q(0), shape (K, K).

        The path of q' = u is linear in the start; it is integrated by steps of Runge and Kutta, of
        fourth order.

        Args:
            time: any finite number.
            stiffness: K, symmetric, shape (K, K).
            steps: how many, at least 1.

        Raises:
            ParameterError: the time is not finite, or there is no step.
            ShapeError: the stiffness does not fit.
        """
        counts(steps=steps)
        finite(time=time)
        size, step = len(self.matrix), time / steps
        half = expm(step / 2 * _classical_flow(stiffness, self.mass, size))
        state, total = np.concatenate([np.eye(size), self.matrix]), np.eye(size)
        for _ in range(steps):
            middle = half @ state
            after = half @ middle
            start, mid, end = (_current(one, self.mass) for one in (state, middle, after))
            one = start @ total
            two = mid @ (total + step / 2 * one)
            three = mid @ (total + step / 2 * two)
            four = end @ (total + step * three)
            total = total + step / 6 * (one + 2 * two + 2 * three + four)
            state = after
        return total


def ground_state(stiffness: np.ndarray, *, hbar: float, mass: float) -> GaussianWave:
    """The ground state of oscillators with the potential q K q / 2: W = i sqrt(m K).

    Args:
        stiffness: K, symmetric and positive definite, shape (K, K).
        hbar: Planck constant, larger than 0.
        mass: larger than 0.

    Raises:
        ParameterError: hbar or mass is not positive.
        ShapeError: the stiffness is not a symmetric matrix.
        NormalisationError: it is not positive definite.

    Example:
        >>> ground_state(np.diag([1.0, 4.0]), hbar=1.0, mass=1.0).covariance.round(12).tolist()
        [[0.5, 0.0], [0.0, 0.25]]
    """
    positive(hbar=hbar, mass=mass)
    K = _symmetric(stiffness)
    if np.linalg.eigvalsh(K).min() <= 0:
        raise NormalisationError(
            "stiffness: must be positive definite, or there is no ground state"
        )
    return GaussianWave(1j * np.real(sqrtm(mass * K)), hbar, mass)


def _symmetric(stiffness: np.ndarray) -> np.ndarray:
    K = np.asarray(stiffness, dtype=float)
    if K.ndim != 2 or K.shape[0] != K.shape[1] or not np.allclose(K, K.T):
        raise ShapeError(f"stiffness: shape {K.shape}, must be square and symmetric")
    return K


def _classical_flow(stiffness: np.ndarray, mass: float, size: int) -> np.ndarray:
    K = _symmetric(stiffness)
    if K.shape != (size, size):
        raise ShapeError(f"stiffness: shape {K.shape}, must be ({size}, {size})")
    zero = np.zeros((size, size))
    return np.block([[zero, np.eye(size) / mass], [-K, zero]])


def _matrix(state: np.ndarray) -> np.ndarray:
    """W = P Q^-1 of the classical matrices (Q, P)."""
    Q, P = np.split(state, 2)
    return np.linalg.solve(Q.T, P.T).T


def _current(state: np.ndarray, mass: float) -> np.ndarray:
    return _matrix(state).real / mass
