"""Waves known in closed form, and waves from dense matrices."""

from __future__ import annotations

import numpy as np
from scipy.linalg import expm


def coherent_state(
    q: np.ndarray, t: float, x0: float, hbar: float = 1.0, mass: float = 1.0, omega: float = 1.0
) -> np.ndarray:
    """Displaced ground state of V = m omega^2 q^2 / 2, at rest in x0 at t = 0."""
    x, momentum = x0 * np.cos(omega * t), -mass * omega * x0 * np.sin(omega * t)
    width = mass * omega / hbar
    phase = (momentum * q - momentum * x / 2) / hbar - omega * t / 2
    return (width / np.pi) ** 0.25 * np.exp(-width * (q - x) ** 2 / 2 + 1j * phase)


def free_packet(
    q: np.ndarray, t: float, width: float, speed: float = 0.0, hbar: float = 1.0, mass: float = 1.0
) -> np.ndarray:
    """Gaussian of standard deviation `width` at t = 0 around 0, without potential."""
    growth = 1 + 1j * hbar * t / (2 * mass * width**2)
    envelope = np.exp(-((q - speed * t) ** 2) / (4 * width**2 * growth))
    phase = mass * speed / hbar * (q - speed * t / 2)
    return envelope * np.exp(1j * phase) / ((2 * np.pi * width**2) ** 0.25 * np.sqrt(growth))


def on_a_ring(
    psi: np.ndarray,
    potential: np.ndarray,
    hbar: float,
    mass: float,
    length: float,
    t: float,
    twist=0.0,
) -> np.ndarray:
    """Matrix exponential with the kinetic energy as an explicit sum over plane waves."""
    points = len(psi)
    q = length * np.arange(points) / points
    k = (2 * np.pi * (np.arange(points) - points // 2) + twist) / length
    waves = np.exp(1j * np.outer(q, k)) / np.sqrt(points)
    kinetic = waves @ np.diag((hbar * k) ** 2 / (2 * mass)) @ waves.conj().T
    return expm(-1j * t / hbar * (kinetic + np.diag(potential))) @ psi


def between_walls(
    psi: np.ndarray, potential: np.ndarray, hbar: float, mass: float, length: float, t: float
) -> np.ndarray:
    """The same with sines that vanish at 0 and `length`."""
    points = len(psi)
    number = np.arange(1, points + 1)
    sines = np.sqrt(2 / (points + 1)) * np.sin(np.pi * np.outer(number, number) / (points + 1))
    levels = (hbar * np.pi * number / length) ** 2 / (2 * mass)
    kinetic = sines @ np.diag(levels) @ sines
    return expm(-1j * t / hbar * (kinetic + np.diag(potential))) @ psi
