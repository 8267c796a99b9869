"""Bohr's test of Planck's constant: level spacings of winding flows over frequencies of ripples."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from qnpapers.emergent.grid import Box
from qnpapers.emergent.limits import positive
from qnpapers.emergent.madelung import madelung
from qnpapers.emergent.ripple import ripple_frequencies
from qnpapers.errors import ParameterError

_AMPLITUDE = 1e-5  # of the ripple: what is not linear in it shows at its square
_POINTS = 16
_SAMPLES = 33


@dataclass(frozen=True)
class BohrTest:
    """One winding flow on a ring without potential, and a ripple on it.

    Args:
        winding: n; the circulation is n mu.
        spacing: E_{n+1} - E_n.
        fast: frequency of the ripple that runs with the flow, as measured.
        slow: that of the ripple that runs against it.
        mass: m.
        length: L.
    """

    winding: int
    spacing: float
    fast: float
    slow: float
    mass: float
    length: float

    @property
    def from_levels(self) -> float:
        """Planck's constant from Bohr's condition: (E_{n+1} - E_n) / omega."""
        return self.spacing / self.fast

    @property
    def from_ripples(self) -> float:
        """Planck's constant from the dispersion of ripples: m (omega_fast - omega_slow) / k^2."""
        wavenumber = 2 * math.pi / self.length
        return self.mass * (self.fast - self.slow) / wavenumber**2


def bohr_test(
    mu: float, hbar: float, winding: int, *, mass: float = 1.0, length: float = 2 * math.pi
) -> BohrTest:
    """Measure Planck's constant twice on a flow whose circulation is a multiple of mu.

    The Madelung equations have the constant hbar, which noise and learning rate fix. The flows that
    the neurons allow have the circulation n mu and the energy E_n = (n mu)^2 / 2 m L^2. Where a
    Schroedinger equation holds, two neighbouring states beat with the frequency
    (E_{n+1} - E_n) / hbar; a ripple of wavelength L is that beat. Its frequency is measured by
    following the fluid:

        (E_{n+1} - E_n) / omega = (mu / 2 pi) (2n + 1) / (2n + 2 pi hbar / mu),

    which is the same for all n only if hbar = mu / 2 pi.

    Args:
        mu: chemical potential, larger than 0: its sign only turns the flow round.
        hbar: constant of the Madelung equations, larger than 0.
        winding: n, 0 or larger.
        mass: larger than 0.
        length: L, larger than 0.

    Returns:
        A `BohrTest`; frequencies are right to about seven digits.

    Raises:
        ParameterError: a number is out of range.

    Example:
        >>> tuned = bohr_test(2 * np.pi, 1.0, winding=2)
        >>> round(tuned.from_levels, 5), round(tuned.from_ripples, 5)
        (1.0, 1.0)
    """
    positive(mu=mu, hbar=hbar, mass=mass, length=length)
    if winding < 0:
        raise ParameterError(f"winding = {winding!r}: must be 0 or larger")
    box = Box.ring(length)
    (q,) = box.grid(_POINTS).points
    ripple = 1 + _AMPLITUDE * np.cos(2 * np.pi * q / length)
    flow = np.full(_POINTS, winding * mu / (mass * length))
    wavenumber = 2 * math.pi / length
    fastest = wavenumber * flow[0] + hbar * wavenumber**2 / (2 * mass)
    times = np.linspace(0.0, 12 / fastest, _SAMPLES)  # below half a turn between two samples
    run = madelung(ripple / length, flow, None, box, hbar, mass, times, step=0.04 / fastest)
    amplitude = np.fft.fft(np.log(run.density), axis=1)[:, 1]
    fast, slow = ripple_frequencies(amplitude, times[1])
    spacing = (2 * winding + 1) * mu**2 / (2 * mass * length**2)
    return BohrTest(winding, spacing, fast.real, slow.real, mass, length)
