"""A force tabulated once as a cubic spline, and the step of all learners that uses it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numba
import numpy as np
from scipy.interpolate import CubicSpline

from qnpapers.errors import ResolutionError

MAX_INTERVALS = 2**16
"""Finest table that is made."""

_FIRST_INTERVALS = 256


@dataclass(frozen=True, eq=False)
class ForceTable:
    """Cubic polynomials c0 + c1 t + c2 t^2 + c3 t^3 on equal intervals, 0 <= t < 1 in each.

    Args:
        low: left end of the first interval.
        width: width of an interval.
        coefficients: c0 to c3, shape (intervals, 4).
        steepest: largest |slope| of the force, in units of force / q.
    """

    low: float
    width: float
    coefficients: np.ndarray
    steepest: float


def tabulate_force(
    force: Callable[[np.ndarray], np.ndarray], low: float, high: float, tolerance: float = 1e-9
) -> ForceTable:
    """Halve the intervals until the spline reproduces the force between its nodes.

    Args:
        force: an array of positions to forces of the same shape.
        low: left end of the table.
        high: right end.
        tolerance: largest error, relative to the largest force.

    Raises:
        ResolutionError: `MAX_INTERVALS` are too few, or the force is not finite.

    Example:
        >>> table = tabulate_force(np.sin, 0.0, 1.0)
        >>> bool(abs(table.coefficients[-1].sum() - np.sin(1.0)) < 1e-9)
        True
    """
    intervals = _FIRST_INTERVALS
    while intervals <= MAX_INTERVALS:
        nodes = np.linspace(low, high, intervals + 1)
        spline = CubicSpline(nodes, force(nodes)) if np.isfinite(force(nodes)).all() else None
        if spline is None:
            break
        between = (nodes[1:] + nodes[:-1]) / 2
        exact = force(between)
        if np.abs(spline(between) - exact).max() <= tolerance * np.abs(exact).max():
            width = (high - low) / intervals
            powers = width ** np.arange(4)
            coefficients = np.ascontiguousarray(spline.c[::-1].T * powers)
            steepest = float(np.abs(spline(nodes, 1)).max())
            return ForceTable(low, width, coefficients, steepest)
        intervals *= 2
    raise ResolutionError(
        f"the force on [{low:g}, {high:g}] is not finite or needs more than {MAX_INTERVALS} "
        f"intervals for an accuracy of {tolerance:g}: choose a narrower grid"
    )


@numba.njit(cache=True, nogil=True, error_model="numpy")
def step_learners(
    q: np.ndarray,
    noise: np.ndarray,
    coefficients: np.ndarray,
    low: float,
    width: float,
    drift: float,
    spread: float,
) -> int:
    """Move q by drift * force(q) + spread * noise, in place; return how many left the table.

    Args:
        q: positions, shape (learners,).
        noise: normal random numbers, shape (learners,).
        coefficients: of a `ForceTable`.
        low: its left end.
        width: of its intervals.
        drift: gamma dt.
        spread: sqrt(2 D dt).
    """
    intervals, inverse, outside = len(coefficients), 1.0 / width, 0
    for i in range(q.size):
        x = (q[i] - low) * inverse
        j = min(max(int(x), 0), intervals - 1)
        t, c = x - j, coefficients[j]
        force = c[0] + t * (c[1] + t * (c[2] + t * c[3]))
        q[i] += drift * force + spread * noise[i]
        moved = (q[i] - low) * inverse
        outside += not (0.0 <= moved < intervals)
    return outside
