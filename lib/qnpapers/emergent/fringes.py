"""Interference fringes: how fine they are, without the bias that an envelope brings."""

from __future__ import annotations

import math

import numpy as np

from qnpapers.emergent.limits import positive
from qnpapers.errors import ResolutionError, ShapeError

BRIGHT = 1e-3
"""Fringes are read where the envelope exceeds this share of its largest value."""


def fringe_wavenumber(
    density: np.ndarray, first: np.ndarray, second: np.ndarray, spacing: float
) -> float:
    """Wavenumber of the fringes of two overlapping beams.

        p = p_1 + p_2 + 2 sqrt(p_1 p_2) cos(kappa q + phase)

    The densities of the single beams are taken off and divided out, and what is left is a pure
    cosine c, for which c(q + d) + c(q - d) = 2 cos(kappa d) c(q). The distance d is chosen near a
    quarter of a fringe, and cos(kappa d) is found by least squares. Minima of p itself would give a
    value that is too large, for the envelope pulls them inwards.

    Args:
        density: p of both beams together, at equidistant points.
        first: p_1, of one beam alone, with the same normalisation.
        second: p_2.
        spacing: distance of the points.

    Raises:
        ShapeError: the three do not have the same number of values.
        ResolutionError: there is less than a fringe, or less than 8 points on one.

    Reference:
        textbooks; the spacing of the fringes is 2 pi / kappa.

    Example:
        >>> q = np.arange(-5, 5, 0.01)
        >>> beam = np.exp(-(q**2))
        >>> round(fringe_wavenumber(2 * beam * (1 + np.cos(7 * q)), beam, beam, 0.01), 9)
        7.0
    """
    positive(spacing=spacing)
    if not np.shape(density) == np.shape(first) == np.shape(second) or np.ndim(density) != 1:
        raise ShapeError("density, first and second: one value for each point is needed")
    envelope = 2 * np.sqrt(first * second)
    bright = np.flatnonzero(envelope > BRIGHT * envelope.max())
    inside = slice(bright[0], bright[-1] + 1)
    cosine = (density - first - second)[inside] / envelope[inside]
    crossings = np.flatnonzero(np.diff(np.signbit(cosine)))
    if len(crossings) < 3:
        raise ResolutionError("density: shows less than one fringe")
    half = float(np.diff(crossings).mean())
    if half < 4:
        raise ResolutionError(f"density: {2 * half:.1f} points on a fringe, at least 8 are needed")
    distance = round(half / 2)
    middle, sides = cosine[distance:-distance], cosine[2 * distance :] + cosine[: -2 * distance]
    return float(math.acos(middle @ sides / (2 * middle @ middle)) / (distance * spacing))


def hbar_of_fringes(
    wavenumber: float, time: float, *, mass: float, separation: float, width: float
) -> float:
    """Planck's constant from the fringes of two Gaussian packets that started at rest.

        kappa = (a / s^2) tau / (1 + tau^2),   tau = hbar time / (2 m s^2),   a = separation / 2

    Solved for hbar on the branch tau > 1, where the packets have spread. Far away it becomes the
    formula of the double slit, fringe spacing = 2 pi hbar time / (m separation).

    Args:
        wavenumber: kappa, as `fringe_wavenumber` finds it.
        time: since the packets were at rest.
        mass: m.
        separation: distance of their centres.
        width: s, standard deviation of the density of each at the start.

    Raises:
        ParameterError: a number is not positive.
        ResolutionError: no hbar gives so fine fringes.

    Reference:
        free Gaussian packets, in every textbook.

    Example:
        >>> tau = 1.0 / (2 * 0.5**2)
        >>> kappa = (2.5 / 0.5**2) * tau / (1 + tau**2)
        >>> round(hbar_of_fringes(kappa, 1.0, mass=1.0, separation=5.0, width=0.5), 12)
        1.0
    """
    positive(wavenumber=wavenumber, time=time, mass=mass, separation=separation, width=width)
    ratio = separation / (2 * wavenumber * width**2)
    if ratio < 2:
        raise ResolutionError(
            f"wavenumber = {wavenumber:g}: must be at most {separation / (4 * width**2):.4g}, that "
            "of the finest fringes of such packets"
        )
    tau = (ratio + math.sqrt(ratio**2 - 4)) / 2
    return 2 * mass * width**2 * tau / time
