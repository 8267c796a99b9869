"""What the dynamics of learning needs to know about a network: its free energy and its force."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike


class Network(Protocol):
    """A network with one trainable variable q, its hidden variables x in equilibrium at fixed q.

        F(beta, q) = -ln Z(beta, q) / beta,   Z = sum_x exp(-beta H(x, q))

    Both methods work element by element: q is an array of any shape, or a number, and what comes
    back is float64 of the same shape. The drift of learning is +gamma times the mean force in the
    convention of [vanchurin2020]; gradient descent has gamma < 0.
    """

    def free_energy(self, q: ArrayLike, beta: float) -> np.ndarray:
        """F(beta, q), in the units of the loss."""
        ...

    def mean_force(self, q: ArrayLike, beta: float) -> np.ndarray:
        """dF/dq = <dH/dq>, the mean of the gradient of the loss over the hidden variables."""
        ...
