"""Planck's constant from two frequencies: a small ripple on a uniform flow round a ring."""

from __future__ import annotations

import numpy as np

from qnpapers.emergent.limits import positive
from qnpapers.errors import ResolutionError, ShapeError


def ripple_frequencies(amplitude: np.ndarray, interval: float) -> tuple[complex, complex]:
    """The two frequencies of a sum of two oscillations, by Prony's method.

        c(t) = A e^{-i omega_1 t} + B e^{-i omega_2 t}

    Any three equidistant values of such a sum obey c_2 = a c_1 + b c_0, and the roots of
    z^2 = a z + b are e^{-i omega interval}. A growing oscillation has an imaginary part above 0.

    Args:
        amplitude: complex values at equidistant times, at least 4; for example the Fourier
            coefficient of a ripple.
        interval: their distance in time; |omega| interval must be below pi.

    Returns:
        the frequency with the larger real part first; of equal ones that with the larger imaginary
        part.

    Raises:
        ShapeError: there are too few values, or they are not finite.
        ResolutionError: the values are a single oscillation, or none.

    Reference:
        method of Prony (1795).

    Example:
        >>> t = 0.1 * np.arange(8)
        >>> found = ripple_frequencies(np.exp(-2j * t) + np.exp(1j * t), 0.1)
        >>> [round(omega.real, 9) for omega in found]
        [2.0, -1.0]
    """
    positive(interval=interval)
    values = np.asarray(amplitude, dtype=complex)
    if values.ndim != 1 or len(values) < 4 or not np.isfinite(values).all():
        raise ShapeError(f"amplitude: of shape {values.shape}, at least 4 finite values are needed")
    matrix = np.stack([values[1:-1], values[:-2]], axis=1)
    (a, b), _, rank, _ = np.linalg.lstsq(matrix, values[2:], rcond=1e-12)
    if rank < 2:
        raise ResolutionError("amplitude: these are not two oscillations of different frequency")
    frequencies = 1j * np.log(np.roots([1, -a, -b])) / interval
    first, second = sorted(frequencies.tolist(), key=lambda f: (f.real, f.imag), reverse=True)
    return first, second


def ripple_hbar_squared(
    density: np.ndarray, interval: float, length: float, mass: float, wave: int = 1
) -> float:
    """The square of Planck's constant from the ripples of a density on a ring.

        omega_+- = alpha k / (m L) +- hbar k^2 / 2m,     hbar = m (omega_+ - omega_-) / k^2

    for a small ripple of wavenumber k = 2 pi wave / L on a uniform flow of circulation alpha. It is
    negative where ripples grow and decay instead of moving.

    Args:
        density: p at equidistant times, shape (times, points).
        interval: distance of the times.
        length: L.
        mass: m.
        wave: how many ripples on the ring, at least 1.

    Raises:
        ShapeError, ResolutionError: as `ripple_frequencies`.

    Reference:
        derived here; Bogoliubov's dispersion without interaction.

    Example:
        >>> t, q = 0.1 * np.arange(20)[:, None], 2 * np.pi * np.arange(8) / 8
        >>> p = 1 + 1e-4 * np.cos(q) * np.cos(0.25 * t)
        >>> round(ripple_hbar_squared(p, 0.1, 2 * np.pi, 1.0), 6)
        0.25
    """
    positive(length=length, mass=mass)
    amplitude = np.fft.rfft(np.log(density), axis=-1)[:, wave]
    fast, slow = ripple_frequencies(amplitude, interval)
    hbar = mass * (fast - slow) / (2 * np.pi * wave / length) ** 2
    return float((hbar * hbar).real)
