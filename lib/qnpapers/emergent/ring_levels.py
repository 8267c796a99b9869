"""Energies of a particle on a ring, in a basis of plane waves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.linalg import eigh

from qnpapers.emergent.limits import finite, positive
from qnpapers.errors import ParameterError, PrecisionError, ShapeError

MAX_WAVES = 2048
"""Largest number of plane waves; potentials that need more are not smooth on the ring."""

CONVERGED = 1e-12
"""Largest change of a level between two bases, as a share of the largest energy involved."""


def ring_levels(
    potential: Callable[[np.ndarray], np.ndarray] | None,
    hbar: float,
    mass: float,
    length: float,
    flux: float,
    count: int,
) -> np.ndarray:
    """The lowest energies of a particle on a ring with a boundary phase.

        -(hbar^2 / 2 m) psi'' + V psi = E psi,    psi(q + L) = e^{i flux} psi(q).

    In the basis e^{i (2 pi k + flux) q / L} the matrix is (hbar (2 pi k + flux) / L)^2 / 2m on the
    diagonal plus the Fourier coefficients of V. The number of waves is doubled until the levels
    stay: for a smooth periodic V the error falls faster than any power of it.

    Args:
        potential: V(q) on [0, L), a function of an array; None for V = 0. It must continue
            periodically and smoothly.
        hbar: Planck constant, larger than 0.
        mass: larger than 0.
        length: L, larger than 0.
        flux: boundary phase in radians; only its remainder modulo 2 pi matters.
        count: how many levels, from 1 to `MAX_WAVES` / 4.

    Returns:
        energies in ascending order, degenerate ones repeated, shape (count,).

    Raises:
        ParameterError: a number is out of range.
        ShapeError: the potential does not return one real number for each point.
        PrecisionError: `MAX_WAVES` waves are not enough.

    Reference:
        [wallstrom1994] for what the boundary phase means for the hydrodynamic equations.

    Example:
        >>> ring_levels(None, 1.0, 0.5, 2 * np.pi, 0.0, 5).round(12)
        array([0., 1., 1., 4., 4.])
    """
    positive(hbar=hbar, mass=mass, length=length)
    finite(flux=flux)
    if not 1 <= count <= MAX_WAVES // 4:
        raise ParameterError(f"count = {count!r}: must be from 1 to {MAX_WAVES // 4}")
    phase = float(np.remainder(flux + np.pi, 2 * np.pi) - np.pi)
    kinetic = hbar**2 / (2 * mass * length**2)
    if potential is None:
        return _free_levels(kinetic, phase, count)
    return _converged_levels(potential, kinetic, length, phase, count)


def _free_levels(kinetic: float, phase: float, count: int) -> np.ndarray:
    waves = np.arange(-count, count + 1)
    return np.sort(kinetic * (2 * np.pi * waves + phase) ** 2)[:count]


def _converged_levels(
    potential: Callable[[np.ndarray], np.ndarray],
    kinetic: float,
    length: float,
    phase: float,
    count: int,
) -> np.ndarray:
    size = max(16, 1 << (2 * count - 1).bit_length())
    levels, change = _levels(potential, kinetic, length, phase, size)[:count], np.inf
    while size < MAX_WAVES:
        size *= 2
        before, levels = levels, _levels(potential, kinetic, length, phase, size, count)
        scale = max(abs(levels[-1]), abs(levels[0]), kinetic)
        change = float(np.abs(levels - before).max() / scale)
        if change <= CONVERGED * size:  # round-off of the eigensolver grows with its matrix
            return levels
    raise PrecisionError(
        f"potential: with {MAX_WAVES} waves the levels still change by {change:.1e} of their size; "
        "it must be smooth on the ring, its ends included, or hbar larger"
    )


def _levels(
    potential: Callable[[np.ndarray], np.ndarray],
    kinetic: float,
    length: float,
    phase: float,
    size: int,
    count: int | None = None,
) -> np.ndarray:
    """Levels in a basis of `size` waves, k = -size/2 ... size/2 - 1."""
    q = length * np.arange(2 * size) / (2 * size)
    values = np.asarray(potential(q))
    if values.shape != q.shape or not np.isrealobj(values) or not np.isfinite(values).all():
        raise ShapeError(
            f"potential: of shape {values.shape} and type {values.dtype} for {len(q)} points; "
            "must be one finite real number for each"
        )
    coefficients = np.fft.fft(values) / len(q)
    waves = np.arange(size) - size // 2
    matrix = coefficients[waves[:, None] - waves[None, :]]  # negative differences wrap around
    matrix = matrix + np.diag(kinetic * (2 * np.pi * waves + phase) ** 2)
    last = (count or size) - 1
    return eigh(matrix, eigvals_only=True, subset_by_index=(0, last), check_finite=False)
