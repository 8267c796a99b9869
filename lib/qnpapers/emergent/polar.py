"""Between a wave and its fluid on a ring: psi = sqrt p exp(i F / hbar), both ways."""

from __future__ import annotations

import numpy as np

from qnpapers.emergent.grid import Box, Grid
from qnpapers.emergent.limits import positive
from qnpapers.emergent.ring_fluid import check_ring
from qnpapers.errors import NormalisationError


def wave_of_fluid(
    density: np.ndarray, velocity: np.ndarray, box: Box, hbar: float, mass: float
) -> tuple[np.ndarray, float]:
    """The wave of a fluid on a ring, cut open at q = 0, and the twist that closes it again.

        psi = sqrt p e^{i F / hbar},   F(q) = int_0^q m u dq,   twist = (1 / hbar) oint m u dq

    The twist is a multiple of 2 pi if and only if the wave is single valued. A solver for periodic
    waves takes it for a periodic one in any case, with a jump at q = 0 where it is none.

    Args:
        density: p, larger than 0, of integral 1, shape (points,).
        velocity: u, shape (points,).
        box: a ring, periodic and without twist.
        hbar: Planck constant, larger than 0.
        mass: larger than 0.

    Returns:
        psi, complex, shape (points,), and the twist in radians.

    Raises:
        ParameterError, ShapeError, NormalisationError: as `madelung`.

    Reference:
        [madelung1927]

    Example:
        >>> box = Box.ring(2 * np.pi)
        >>> psi, twist = wave_of_fluid(np.full(16, 0.5 / np.pi), np.full(16, 0.25), box, 1.0, 1.0)
        >>> round(twist / (2 * np.pi), 12)
        0.25
    """
    positive(hbar=hbar, mass=mass)
    density, velocity = np.asarray(density, dtype=float), np.asarray(velocity, dtype=float)
    grid = check_ring(box, density, velocity)
    length, points = box.lengths[0], grid.shape[0]
    coefficients = np.fft.rfft(mass * velocity, norm="forward")
    mean = coefficients[0].real
    waves = 2j * np.pi / length * np.arange(1, len(coefficients))
    periodic = np.concatenate([[0.0], coefficients[1:] / waves])
    free_energy = np.fft.irfft(periodic, points, norm="forward")
    free_energy += mean * (grid.points[0] - box.sides[0][0])
    free_energy -= free_energy[0]
    return np.sqrt(density) * np.exp(1j * free_energy / hbar), float(mean * length / hbar)


def fluid_of_wave(
    psi: np.ndarray, grid: Grid, hbar: float, mass: float, side: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Density and velocity of a wave: p = |psi|^2 and u = (hbar / m) Im(psi* psi') / p.

    Args:
        psi: on a periodic grid; the derivative respects the twist of its box.
        grid: its points.
        hbar: Planck constant, larger than 0.
        mass: of the direction asked for, larger than 0.
        side: direction of the velocity.

    Raises:
        NormalisationError: psi is zero at a point, where the velocity has no value.
        ParameterError: the grid has hard walls, or a number is out of range.

    Reference:
        [madelung1927]

    Example:
        >>> grid = Box.ring(2 * np.pi).grid(16)
        >>> density, velocity = fluid_of_wave(np.exp(3j * grid.points[0]), grid, 0.5, 1.0)
        >>> bool(np.allclose(velocity, 1.5))
        True
    """
    positive(hbar=hbar, mass=mass)
    density = np.abs(psi) ** 2
    if not density.all():
        raise NormalisationError("psi: is zero at a point of the grid, where u has no value")
    current = np.imag(np.conj(psi) * grid.derivative(psi, side))
    return density, hbar / mass * current / density
