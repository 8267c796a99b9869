"""A linear network: its hidden units are Gaussian, and all of its sums are determinants."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from qnpapers.emergent.limits import finite, positive
from qnpapers.errors import NormalisationError, ShapeError

SMALLEST_STIFFNESS = 1e-12
"""Smallest stiffness of a hidden direction, relative to the largest one: below it, it is flat."""


@dataclass(frozen=True, eq=False)
class GaussianHiddenUnits:
    """N real hidden units x with a linear activation, and a trainable variable q.

        H(x, q) = |x - W x - b|^2 / 2 + ridge |x|^2 / 2 + decay q^2 / 2
        W = weights + q weights_slope,   b = bias + q bias_slope

    so q moves along a straight line in the space of all weights and biases. At fixed q, x is
    Gaussian with the precision beta G, G = (1 - W)^T (1 - W) + ridge. Without ridge the loss can
    reach 0, and F = (ln det G - N ln(2 pi / beta)) / 2 beta does not depend on b.

    Args:
        weights: W at q = 0, shape (N, N).
        bias: b at q = 0, shape (N,).
        weights_slope: dW/dq, shape (N, N); None is 0.
        bias_slope: db/dq, shape (N,); None is 0.
        ridge: stiffness of the units themselves, 0 or larger.
        decay: weight decay of q.

    Raises:
        ShapeError: the arrays do not fit together or hold a number that is not finite.
        ParameterError: ridge or decay is not finite.

    Example:
        >>> unit = GaussianHiddenUnits([[0.5]], [0.0], weights_slope=[[1.0]])
        >>> bool(np.isclose(unit.free_energy(0.0, beta=2 * np.pi), np.log(0.5) / (2 * np.pi)))
        True
    """

    weights: np.ndarray
    bias: np.ndarray
    weights_slope: np.ndarray | None = None
    bias_slope: np.ndarray | None = None
    ridge: float = 0.0
    decay: float = 0.0

    def __post_init__(self) -> None:
        size = len(np.atleast_1d(self.bias))
        shapes = {
            "weights": (size, size),
            "bias": (size,),
            "weights_slope": (size, size),
            "bias_slope": (size,),
        }
        for name, shape in shapes.items():
            given = getattr(self, name)
            array = np.zeros(shape) if given is None else np.array(given, dtype=float)
            if array.shape != shape or not np.isfinite(array).all():
                raise ShapeError(f"{name}: shape {array.shape}, must be {shape}, finite numbers")
            object.__setattr__(self, name, array)
        finite(ridge=self.ridge, decay=self.decay)

    @property
    def units(self) -> int:
        """N."""
        return len(self.bias)

    def free_energy(self, q: ArrayLike, beta: float) -> np.ndarray:
        """F(beta, q), of the shape of q.

        Raises:
            ParameterError: beta is not positive.
            NormalisationError: H does not grow in some direction of x: flat or inverted.
        """
        q, _, _, mean, precision = self._at(q, beta)
        log_det = np.linalg.slogdet(precision / beta)[1]
        flat = self.units * np.log(2 * np.pi / beta)
        return self.loss(mean, q) + (log_det - flat) / (2 * beta)

    def mean_force(self, q: ArrayLike, beta: float) -> np.ndarray:
        """dF/dq = <dH/dq>, of the shape of q."""
        q, B, slope, mean, precision = self._at(q, beta)
        quadratic = np.linalg.solve(precision, np.swapaxes(B, -1, -2) @ slope)
        return self.loss_gradient(mean, q) - np.trace(quadratic, axis1=-2, axis2=-1)

    def curvature(self, q: ArrayLike, beta: float) -> np.ndarray:
        """d^2F/dq^2 = <d^2H/dq^2> - beta Var(dH/dq), of the shape of q."""
        q, B, slope, mean, precision = self._at(q, beta)
        spread = np.linalg.inv(precision)
        moved = mean @ slope.T + self.bias_slope
        second = (moved**2).sum(axis=-1) + np.einsum("ij,...jk,ik->...", slope, spread, slope)
        form = np.swapaxes(B, -1, -2) @ slope  # dH/dq = -x^T form x + ...
        form = (form + np.swapaxes(form, -1, -2)) / 2
        residual = np.einsum("...ij,...j->...i", B, mean) - self._bias(q)
        linear = np.einsum("...ji,...j->...i", B, moved) + residual @ slope
        twice = form @ spread
        variance = 2 * np.einsum("...ij,...ji->...", twice, twice)
        variance += np.einsum("...i,...ij,...j->...", linear, spread, linear)
        return self.decay + second - beta * variance

    def loss(self, x: np.ndarray, q: ArrayLike) -> np.ndarray:
        """H(x, q); x has shape q.shape + (N,), or one that broadcasts."""
        q = np.asarray(q, dtype=float)
        energy = (self._residual(x, q) ** 2).sum(axis=-1) + self.ridge * np.square(x).sum(axis=-1)
        return energy / 2 + self.decay * q**2 / 2

    def loss_gradient(self, x: np.ndarray, q: ArrayLike) -> np.ndarray:
        """dH/dq at (x, q), of the shape of q."""
        q = np.asarray(q, dtype=float)
        moved = np.einsum("ij,...j->...i", self._slope(), x) + self.bias_slope
        return self.decay * q - (self._residual(x, q) * moved).sum(axis=-1)

    def hidden_moments(self, q: ArrayLike, beta: float) -> tuple[np.ndarray, np.ndarray]:
        """Mean and covariance of x at fixed q, shapes q.shape + (N,) and q.shape + (N, N)."""
        *_, mean, precision = self._at(q, beta)
        return mean, np.linalg.inv(precision)

    def sample_hidden(self, q: ArrayLike, beta: float, *, rng: np.random.Generator) -> np.ndarray:
        """One state in equilibrium for each q, shape q.shape + (N,)."""
        mean, spread = self.hidden_moments(q, beta)
        root = np.linalg.cholesky(spread)
        return mean + np.einsum("...ij,...j->...i", root, rng.standard_normal(mean.shape))

    def _slope(self) -> np.ndarray:
        assert self.weights_slope is not None  # filled in when the network is made
        return self.weights_slope

    def _bias(self, q: np.ndarray) -> np.ndarray:
        return self.bias + q[..., None] * self.bias_slope

    def _matrix(self, q: np.ndarray) -> np.ndarray:
        """B = 1 - W, shape q.shape + (N, N)."""
        return np.eye(self.units) - self.weights - q[..., None, None] * self._slope()

    def _residual(self, x: np.ndarray, q: np.ndarray) -> np.ndarray:
        return np.einsum("...ij,...j->...i", self._matrix(q), x) - self._bias(q)

    def _at(self, q: ArrayLike, beta: float) -> tuple[np.ndarray, ...]:
        """Q as an array, B, dW/dq, and mean and precision of x."""
        positive(beta=beta)
        q = np.asarray(q, dtype=float)
        B = self._matrix(q)
        G = np.swapaxes(B, -1, -2) @ B + self.ridge * np.eye(self.units)
        stiffness = np.linalg.eigvalsh(G)
        if (stiffness[..., 0] <= SMALLEST_STIFFNESS * np.abs(stiffness[..., -1])).any():
            raise NormalisationError(
                f"the loss does not grow in every direction of the hidden units: the smallest "
                f"eigenvalue of (1 - W)^T (1 - W) + ridge is {stiffness[..., 0].min():.3g}, "
                f"must be larger than {SMALLEST_STIFFNESS:g} times the largest"
            )
        pull = np.einsum("...ji,...j->...i", B, self._bias(q))
        mean = np.linalg.solve(G, pull[..., None])[..., 0]
        return q, B, self._slope(), mean, beta * G


def critical_unit(stiffness: float = 0.01, decay: float = 0.1) -> GaussianHiddenUnits:
    """One unit that feeds back on itself with the weight 1 + q: critical at q = 0.

        H = (stiffness + q^2) x^2 / 2 + decay q^2 / 2,   F = ln(stiffness + q^2) / 2 beta + ...

    The coupling of hidden and trainable variable is of fourth order [katsnelson2021b].
    """
    one = np.ones((1, 1))
    return GaussianHiddenUnits(one, np.zeros(1), one, ridge=stiffness, decay=decay)
