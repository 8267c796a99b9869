"""Energies of a particle on a ring from the monodromy of its differential equation."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.integrate import solve_ivp


def discriminant(
    potential: Callable[[float], float], hbar: float, mass: float, length: float, energy: float
) -> float:
    """Half the trace of the monodromy: cos(flux) exactly where `energy` is a level."""

    def slope(q: float, y: np.ndarray) -> np.ndarray:
        factor = 2 * mass * (potential(q) - energy) / hbar**2
        return np.array([y[1], factor * y[0], y[3], factor * y[2]])

    path = solve_ivp(
        slope, (0, length), [1.0, 0.0, 0.0, 1.0], method="DOP853", rtol=1e-12, atol=1e-12
    )
    return float(path.y[0, -1] + path.y[3, -1]) / 2


def by_differences(
    potential: Callable[[np.ndarray], np.ndarray],
    hbar: float,
    mass: float,
    length: float,
    flux: float,
    points: int,
) -> np.ndarray:
    """All levels with second differences on `points` points; the error is of second order."""
    spacing = length / points
    q = spacing * np.arange(points)
    hop = -(hbar**2) / (2 * mass * spacing**2)
    H = np.diag(potential(q) - 2 * hop).astype(complex)
    for j in range(points - 1):
        H[j, j + 1] = H[j + 1, j] = hop
    H[-1, 0] += hop * complex(math.cos(flux), math.sin(flux))
    H[0, -1] += hop * complex(math.cos(flux), -math.sin(flux))
    return np.linalg.eigvalsh(H)
