"""A network with the activation tanh: one or two hidden units, summed by quadrature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import logsumexp

from qnpapers.emergent.limits import counts, not_negative, positive
from qnpapers.errors import ShapeError

POINTS = 240
"""Points of the quadrature in each direction."""

_NEGLIGIBLE = 50.0  # exp(-50) of the largest weight is left out


@dataclass(frozen=True, eq=False)
class TanhHiddenUnits:
    """N = 1 or 2 hidden units x that want to be fixed points of their activation dynamics.

        H(x, q) = |x - tanh(W x + b)|^2 / 2 + ridge |x|^2 / 2 + decay q^2 / 2,  b = bias + q slope

    This is the bulk loss of [vanchurin2021]. Sums over x are integrals by the trapezoidal rule,
    which converges exponentially here: the integrand is smooth and vanishes at the ends.

    Args:
        weights: W, shape (N, N).
        bias: b at q = 0, shape (N,).
        slope: db/dq, shape (N,).
        ridge: stiffness of the units themselves, 0 or larger.
        decay: weight decay of q, 0 or larger.

    Raises:
        ShapeError: there are more than two units, or the arrays do not fit together.
        ParameterError: ridge or decay is negative.

    Example:
        >>> network = TanhHiddenUnits([[0.0]], [0.0], [1.0])  # x is Gaussian around tanh q
        >>> bool(np.isclose(network.free_energy(0.7, beta=2 * np.pi), 0.0, atol=1e-14))
        True
    """

    weights: np.ndarray
    bias: np.ndarray
    slope: np.ndarray
    ridge: float = 0.0
    decay: float = 0.0

    def __post_init__(self) -> None:
        size = len(np.atleast_1d(self.bias))
        if size not in (1, 2):
            raise ShapeError(f"bias: {size} units, must be 1 or 2 for the quadrature")
        for name, shape in {"weights": (size, size), "bias": (size,), "slope": (size,)}.items():
            array = np.array(getattr(self, name), dtype=float)
            if array.shape != shape or not np.isfinite(array).all():
                raise ShapeError(f"{name}: shape {array.shape}, must be {shape}, finite numbers")
            object.__setattr__(self, name, array)
        not_negative(ridge=self.ridge, decay=self.decay)

    @property
    def units(self) -> int:
        """N."""
        return len(self.bias)

    def free_energy(self, q: ArrayLike, beta: float) -> np.ndarray:
        """F(beta, q), of the shape of q.

        Raises:
            ParameterError: beta is not positive.
        """
        states, volume = self.states(beta)
        energies = self.loss(states, np.asarray(q, dtype=float)[..., None])
        return -(logsumexp(-beta * energies, axis=-1) + np.log(volume)) / beta

    def mean_force(self, q: ArrayLike, beta: float) -> np.ndarray:
        """dF/dq = <dH/dq>, of the shape of q."""
        states, _ = self.states(beta)
        q = np.asarray(q, dtype=float)[..., None]
        log_weights = -beta * self.loss(states, q)
        weights = np.exp(log_weights - log_weights.max(axis=-1, keepdims=True))
        return (weights * self.loss_gradient(states, q)).sum(axis=-1) / weights.sum(axis=-1)

    def states(self, beta: float) -> tuple[np.ndarray, float]:
        """Points of the quadrature, shape (POINTS**N, N), and the volume that each stands for."""
        positive(beta=beta)
        reach = 1 + np.sqrt(2 * _NEGLIGIBLE / beta)  # H >= (|x_i| - 1)^2 / 2 for each unit
        axis = np.linspace(-reach, reach, POINTS)
        mesh = np.meshgrid(*[axis] * self.units, indexing="ij")
        return np.stack([one.ravel() for one in mesh], axis=-1), (axis[1] - axis[0]) ** self.units

    def loss(self, x: np.ndarray, q: ArrayLike) -> np.ndarray:
        """H(x, q); x has shape q.shape + (N,), or one that broadcasts."""
        activation = self._activation(x, q)
        energy = ((x - activation) ** 2).sum(axis=-1) + self.ridge * np.square(x).sum(axis=-1)
        return energy / 2 + self.decay * np.square(q) / 2

    def loss_gradient(self, x: np.ndarray, q: ArrayLike) -> np.ndarray:
        """dH/dq at (x, q), of the shape of q."""
        activation = self._activation(x, q)
        moved = (1 - activation**2) * self.slope
        return self.decay * np.asarray(q) - ((x - activation) * moved).sum(axis=-1)

    def sample_hidden(
        self, q: ArrayLike, beta: float, *, steps: int, step: float = 0.3, rng: np.random.Generator
    ) -> np.ndarray:
        """One state for each q by a Metropolis-adjusted Langevin chain that starts at x = 0.

        Args:
            q: trainable variable of each chain, any shape.
            beta: inverse temperature.
            steps: moves of each chain; the result is distributed as it should be for many moves.
            step: size of a Langevin step, in units of 1 / beta.
            rng: source of proposals and of acceptances.

        Returns:
            x, shape q.shape + (N,).

        Raises:
            ParameterError: beta or the step is not positive, or there is no move.
        """
        positive(beta=beta, step=step)
        counts(steps=steps)
        q = np.asarray(q, dtype=float)
        size = step / beta
        x = np.zeros((*q.shape, self.units))
        energy, drift = self.loss(x, q), self._hidden_gradient(x, q)
        for _ in range(steps):
            y = x - beta * size * drift + np.sqrt(2 * size) * rng.standard_normal(x.shape)
            new_energy, new_drift = self.loss(y, q), self._hidden_gradient(y, q)
            there = ((y - x + beta * size * drift) ** 2).sum(axis=-1)
            back = ((x - y + beta * size * new_drift) ** 2).sum(axis=-1)
            log_ratio = beta * (energy - new_energy) + (there - back) / (4 * size)
            accepted = np.log(rng.random(q.shape)) < log_ratio
            x, drift = (
                np.where(accepted[..., None], new, old) for new, old in ((y, x), (new_drift, drift))
            )
            energy = np.where(accepted, new_energy, energy)
        return x

    def _activation(self, x: np.ndarray, q: ArrayLike) -> np.ndarray:
        bias = self.bias + np.asarray(q, dtype=float)[..., None] * self.slope
        return np.tanh(x @ self.weights.T + bias)

    def _hidden_gradient(self, x: np.ndarray, q: ArrayLike) -> np.ndarray:
        """dH/dx."""
        activation = self._activation(x, q)
        residual = x - activation
        return residual - ((1 - activation**2) * residual) @ self.weights + self.ridge * x
