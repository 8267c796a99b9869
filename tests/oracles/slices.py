"""The sum over paths of a quadratic action as one Gaussian integral, by its determinant."""

from __future__ import annotations

from itertools import pairwise

import numpy as np


def action(path: np.ndarray, time: float, mass: float, omega: float) -> float:
    """Slice by slice, with half of the potential at both of its ends; V = m omega^2 x^2 / 2."""
    dt = time / (len(path) - 1)
    total = 0.0
    for x, y in pairwise(path):
        total += mass * (y - x) ** 2 / (2 * dt)
        total += dt * mass * omega**2 * (x**2 + y**2) / 4
    return total


def gaussian_path_sum(
    start: float, end: float, slices: int, *, time: float, mass: float, hbar: float, omega: float
) -> float:
    """(m / 2 pi hbar dt)^(N/2) int exp(-S/hbar), S from its values at 0 and at unit vectors."""
    inner = slices - 1

    def by_slices(middle: np.ndarray) -> float:
        return action(np.concatenate([[start], middle, [end]]), time, mass, omega)

    zero, units = np.zeros(inner), np.eye(inner)
    value_at_zero = by_slices(zero)
    H = np.empty((inner, inner))
    for i in range(inner):
        for j in range(inner):
            H[i, j] = (
                by_slices(units[i] + units[j])
                + value_at_zero
                - by_slices(units[i])
                - by_slices(units[j])
            )
    b = np.array([by_slices(units[i]) - value_at_zero - H[i, i] / 2 for i in range(inner)])
    smallest = value_at_zero - (b @ np.linalg.solve(H, b) / 2 if inner else 0.0)
    front = (mass * slices / (2 * np.pi * hbar * time)) ** (slices / 2)
    determinant = np.linalg.det(H / (2 * np.pi * hbar)) if inner else 1.0
    return float(front / np.sqrt(determinant) * np.exp(-smallest / hbar))


def mehler(x: float, y: float, *, time: float, mass: float, hbar: float, omega: float) -> float:
    """The kernel of the harmonic oscillator in imaginary time (Mehler 1866)."""
    sinh, cosh = np.sinh(omega * time), np.cosh(omega * time)
    front = np.sqrt(mass * omega / (2 * np.pi * hbar * sinh))
    square = (x**2 + y**2) * cosh - 2 * x * y
    return float(front * np.exp(-mass * omega * square / (2 * hbar * sinh)))
