"""One hidden spin, summed: the smallest network that is more than one layer."""

from __future__ import annotations

import cmath
import math

import numpy as np
from scipy.special import erf

from qnpapers.errors import ColourError, ParameterError


def hidden_spin_amplitude(
    two_h0: int, width: float, *, angle: float = 0.0, joins: tuple[int, int] | None = None
) -> complex:
    """Sum over the spin h of one edge of eq. 33, exactly.

        A = sum_h (2 h + 1) exp(-(h - h0)^2 / (2 width^2)) exp(-i angle h)

    Without a vertex h = 0, 1/2, 1, ... With one, the edge joins two edges of spins j1 and j2, and
    admissibility leaves h = |j1 - j2|, |j1 - j2| + 1, ..., j1 + j2.

    Args:
        two_h0: 2 h0, the classical spin of the edge.
        width: sigma of the edge, positive.
        angle: xi; the paper's classifier has 0.
        joins: (2 j1, 2 j2), or None for an edge without a vertex.

    Returns:
        The amplitude; with one joined spin 0 a single term.

    Raises:
        ColourError: a doubled spin is negative or no integer.
        ParameterError: the width is not positive and finite.

    Reference: factors of [marciano2022, eq. 33]; the sum is ours.

    >>> hidden_spin_amplitude(0, 0.1, joins=(2, 2)).real  # h = 0, 1, 2: equal spins
    1.0
    >>> hidden_spin_amplitude(0, 0.1, joins=(2, 4)).real < 1e-20  # h = 1, 2, 3
    True
    """
    _check(two_h0, width, joins)
    if joins is None:
        # Terms further away are below exp(-800), which float64 cannot add to the largest.
        two_h = np.arange(0, two_h0 + math.ceil(80 * width) + 2)
    else:
        two_h = np.arange(abs(joins[0] - joins[1]), sum(joins) + 1, 2)
    exponent = -(((two_h - two_h0) / (2 * width)) ** 2) / 2 - 1j * angle * two_h / 2
    return complex(((two_h + 1) * np.exp(exponent)).sum())


def hidden_spin_formula(
    two_h0: int, width: float, *, angle: float = 0.0, joins: tuple[int, int] | None = None
) -> complex:
    """What the sum tends to for large spins: an integral in place of the sum.

        no vertex:  2 sqrt(2 pi) width (2 h0 + 1 - 2 i angle width^2)
                    exp(-angle^2 width^2 / 2 - i angle h0)
        vertex:     int from |j1 - j2| - 1/2 to j1 + j2 + 1/2 of the summand: two error functions

    Without a vertex the error is exponentially small, for |angle| < 2 pi and where h0 is many
    widths above 0. With one it falls as 1 / width^2, relative to the largest amplitude.

    Args, raises: as `hidden_spin_amplitude`.

    Reference: derived here, by Poisson's summation and by the midpoint rule.

    >>> exact = hidden_spin_amplitude(100, 4.0, angle=0.3)
    >>> abs(hidden_spin_formula(100, 4.0, angle=0.3) / exact - 1) < 1e-12
    True
    """
    _check(two_h0, width, joins)
    centre = two_h0 / 2 - 1j * angle * width**2
    front = cmath.exp(-((angle * width) ** 2) / 2 - 1j * angle * two_h0 / 2)
    whole = front * math.sqrt(2 * math.pi) * width * (2 * centre + 1)
    if joins is None:
        return 2 * whole  # two spins for each unit of h
    low, high = (
        (end - centre) / (math.sqrt(2) * width)
        for end in ((abs(joins[0] - joins[1]) - 1) / 2, (sum(joins) + 1) / 2)
    )
    edges = cmath.exp(-(high**2)) - cmath.exp(-(low**2))
    return complex(whole * (erf(high) - erf(low)) / 2 - front * 2 * width**2 * edges)


def _check(two_h0: int, width: float, joins: tuple[int, int] | None) -> None:
    for value in (two_h0, *(joins or ())):
        if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < 0:
            raise ColourError(f"{value!r}: twice a spin must be an integer of at least 0")
    if not 0 < width < math.inf:
        raise ParameterError(f"width = {width!r}: must be positive and finite")
