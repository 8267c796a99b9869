"""A network of binary hidden units with one trainable bias: every sum can be done exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from qnpapers.emergent.limits import not_negative, positive
from qnpapers.errors import ShapeError, SizeError

MAX_LISTED_UNITS = 20
"""Most units whose states are listed one by one: a million states."""


@dataclass(frozen=True, eq=False)
class BinaryHiddenUnits:
    """N hidden units s_i = +1 or -1 that do not act on each other, and a trainable variable q.

        H(s, q) = decay q^2 / 2 - sum_i (w_i q + c_i) s_i
        F(beta, q) = decay q^2 / 2 - sum_i ln(2 cosh(beta (w_i q + c_i))) / beta

    Args:
        w: how strongly q acts on each unit, shape (N,).
        c: fixed biases, shape (N,).
        decay: weight decay, 0 or larger. With 0 the free energy falls without bound as |q| grows
            and has no normalisable equilibrium.

    Raises:
        ShapeError: w and c are not two equally long lists of finite numbers.
        ParameterError: the decay is negative.

    Example:
        >>> network = BinaryHiddenUnits([1.0, -0.5], [0.0, 0.2], decay=1.0)
        >>> by_formula = network.free_energy(0.3, beta=2.0)
        >>> by_listing = -np.log(np.exp(-2.0 * network.energies(0.3)).sum()) / 2.0
        >>> bool(abs(by_formula - by_listing) < 1e-15)
        True
    """

    w: np.ndarray
    c: np.ndarray
    decay: float = 0.0

    def __post_init__(self) -> None:
        w, c = (np.array(values, dtype=float) for values in (self.w, self.c))
        if w.ndim != 1 or w.shape != c.shape or not len(w) or not np.isfinite([w, c]).all():
            raise ShapeError(
                f"w, c: shapes {w.shape} and {c.shape}, must be (N,) and (N,), finite numbers"
            )
        not_negative(decay=self.decay)
        object.__setattr__(self, "w", w)
        object.__setattr__(self, "c", c)

    @property
    def units(self) -> int:
        """N."""
        return len(self.w)

    def free_energy(self, q: ArrayLike, beta: float) -> np.ndarray:
        """F(beta, q), of the shape of q.

        Raises:
            ParameterError: beta is not positive.
        """
        field = np.abs(self._fields(q, beta))
        log_cosh = (field + np.log1p(np.exp(-2 * field))).sum(axis=-1)  # of 2 cosh, no overflow
        return self.decay * np.square(q) / 2 - log_cosh / beta

    def mean_force(self, q: ArrayLike, beta: float) -> np.ndarray:
        """dF/dq = decay q - sum_i w_i tanh(beta (w_i q + c_i)), of the shape of q."""
        return self.decay * np.asarray(q) - np.tanh(self._fields(q, beta)) @ self.w

    def curvature(self, q: ArrayLike, beta: float) -> np.ndarray:
        """d^2F/dq^2 = decay - beta sum_i w_i^2 / cosh^2(...), of the shape of q."""
        return self.decay - beta * (1 - np.tanh(self._fields(q, beta)) ** 2) @ self.w**2

    def states(self) -> np.ndarray:
        """All states of the units, shape (2**N, N), the first unit slowest.

        Raises:
            SizeError: there are more than `MAX_LISTED_UNITS` units.
        """
        if self.units > MAX_LISTED_UNITS:
            raise SizeError(f"{self.units} units: at most {MAX_LISTED_UNITS} can be listed")
        bits = np.arange(2**self.units)[:, None] >> np.arange(self.units)[::-1]
        return 1.0 - 2.0 * (bits & 1)

    def energies(self, q: ArrayLike) -> np.ndarray:
        """H of all states, shape q.shape + (2**N,)."""
        q = np.asarray(q, dtype=float)[..., None]
        return self.decay * q**2 / 2 - (q * self.w + self.c) @ self.states().T

    def forces(self, q: ArrayLike) -> np.ndarray:
        """dH/dq of all states, shape q.shape + (2**N,)."""
        return self.decay * np.asarray(q, dtype=float)[..., None] - self.states() @ self.w

    def sample_hidden(self, q: ArrayLike, beta: float, *, rng: np.random.Generator) -> np.ndarray:
        """One state in equilibrium for each q, shape q.shape + (N,), of +1 and -1."""
        up = 1 / (1 + np.exp(-2 * self._fields(q, beta)))
        return np.where(rng.random(up.shape) < up, 1.0, -1.0)

    def _fields(self, q: ArrayLike, beta: float) -> np.ndarray:
        """Beta (w_i q + c_i), shape q.shape + (N,)."""
        positive(beta=beta)
        return beta * (np.asarray(q, dtype=float)[..., None] * self.w + self.c)


def eight_units(decay: float = 2.5) -> BinaryHiddenUnits:
    """The network of the chapters: eight units with mixed signs.

    With decay 2.5 the free energy has one minimum, with decay 1 it has two.
    """
    w = np.array([0.9, -0.7, 0.5, 0.8, -0.4, 0.6, -0.9, 0.3]) / np.sqrt(2)
    c = np.array([0.2, 0.5, -0.3, 0.1, 0.4, -0.6, 0.0, 0.3])
    return BinaryHiddenUnits(w, c, decay)
