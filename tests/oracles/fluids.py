"""Fluids on a ring by finite differences of density and free energy, and a functional by hand."""

from __future__ import annotations

import numpy as np
from scipy.integrate import solve_ivp

# Central difference of order 8; the second derivative is taken twice with it, so that forward and
# backward diffusion of short waves cancel as they do in the equations.
FIRST = ((1, 4 / 5), (2, -1 / 5), (3, 4 / 105), (4, -1 / 280))


def slope(f: np.ndarray, h: float) -> np.ndarray:
    return sum(c * (np.roll(f, -j) - np.roll(f, j)) for j, c in FIRST) / h


def bend(f: np.ndarray, h: float) -> np.ndarray:
    return slope(slope(f, h), h)


def flow(
    density: np.ndarray,
    free_energy: np.ndarray,
    potential: np.ndarray,
    length: float,
    t: float,
    *,
    gamma: float,
    pressure: float,
    learning: float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Density and gradient at time t, for a free energy that is periodic.

    p and F themselves are followed, with sqrt p in the quantum potential.
    """
    points = len(density)
    h = length / points

    def rate(_: float, fields: np.ndarray) -> np.ndarray:
        p, F = fields[:points], fields[points:]
        root = np.sqrt(p)
        change = -2 * gamma * slope(p * slope(F, h), h) + learning * bend(p, h)
        quantum = pressure * bend(root, h) / root
        return np.concatenate(
            [change, -gamma * slope(F, h) ** 2 - potential - learning * bend(F, h) + quantum]
        )

    start = np.concatenate([density, free_energy])
    solution = solve_ivp(rate, (0, t), start, method="DOP853", rtol=1e-10, atol=1e-12)
    last = solution.y[:, -1]
    return last[:points], slope(last[points:], h)


def discrete_action(
    p: np.ndarray,
    F: np.ndarray,
    V: np.ndarray,
    h: float,
    tau: float,
    *,
    D: float,
    gamma: float,
    lam: float,
) -> float:
    """The action on a periodic lattice in q (last axis) and t (first axis), summed term by term."""
    rows = range(p.shape[0])
    total = 0.0
    for i in rows:
        root = np.sqrt(p[i])
        total += float(np.sum(-4 * D * root * bend(root, h) + gamma * p[i] * bend(F[i], h)))
        total += float(np.sum(lam * p[i] * (gamma * slope(F[i], h) ** 2 + V)))
    for j in range(p.shape[1]):
        total += float(np.sum(lam * p[:, j] * slope(F[:, j], tau)))
    return total
