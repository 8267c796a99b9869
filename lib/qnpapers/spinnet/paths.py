"""Sums over paths in imaginary time, slice by slice, and the one path of least action."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import Polynomial
from scipy.linalg import cho_solve_banded, cholesky_banded

from qnpapers.errors import ParameterError, ResolutionError, ShapeError

_COARSEST = 0.75
"""Largest distance of points, in widths of one slice: exp(-2 (pi / 0.75)^2) is below 1e-15."""

_STEPS = 100


def path_sum(
    points: np.ndarray,
    *,
    slices: int,
    time: float,
    mass: float,
    hbar: float,
    potential: Polynomial | None = None,
) -> np.ndarray:
    """Sum over all paths of N slices from each point to each other, in imaginary time.

        K(y, x) = int dx_1 ... dx_{N-1} (m / (2 pi hbar dt))^(N/2) exp(-S / hbar),  dt = time / N,
        S = sum_k [m (x_{k+1} - x_k)^2 / (2 dt) + dt (V(x_k) + V(x_{k+1})) / 2]

    The integrals are sums over the points (spectrally accurate for such integrands). Paths that
    leave the range of the points are cut off: values between points near its ends are too small.

    Args:
        points: equally spaced positions, shape (P,).
        slices: N, at least 1.
        time: imaginary time between the ends, positive.
        mass: m, positive.
        hbar: Planck's constant, positive.
        potential: V, or None for a free particle.

    Returns:
        K, shape (P, P), [end, start], symmetric; with V = 0 it does not depend on N.

    Raises:
        ParameterError: a number is not positive.
        ShapeError: the points are not equally spaced.
        ResolutionError: the points are too far apart for so many slices.

    Reference: [marciano2022, section V.B] for the picture.

    >>> points = np.linspace(-8, 8, 161)
    >>> one, many = (path_sum(points, slices=n, time=1, mass=1, hbar=1) for n in (1, 8))
    >>> bool(abs(one - many)[80, 80] < 1e-13)
    True
    """
    points = np.asarray(points, dtype=float)
    _require_positive(slices=slices, time=time, mass=mass, hbar=hbar)
    spacing = _spacing(points)
    dt = time / slices
    width = math.sqrt(hbar * dt / mass)
    if slices > 1 and spacing > _COARSEST * width:
        most = int(hbar * time / mass * (_COARSEST / spacing) ** 2)
        raise ResolutionError(
            f"slices = {slices!r}: must be at most {most} where points are {spacing:.3g} apart"
        )
    step = np.exp(-((points[:, None] - points) ** 2) / (2 * width**2))
    step /= width * math.sqrt(2 * math.pi)
    if potential is not None:
        weight = np.exp(-dt * potential(points) / (2 * hbar))
        step = weight[:, None] * step * weight
    return np.linalg.matrix_power(step * spacing, slices) / spacing  # [end, start]


@dataclass(frozen=True)
class ActionPath:
    """A path and its action.

    Args:
        path: positions x_0 to x_N, shape (N + 1,).
        action: S, see `path_sum`.
    """

    path: np.ndarray
    action: float


def least_action_path(
    start: float,
    end: float,
    *,
    slices: int,
    time: float,
    mass: float,
    potential: Polynomial | None = None,
) -> ActionPath:
    """The path of N slices between two ends whose action is least, by Newton's method.

    For a free particle it is straight: all increments p_k dt / m are equal, as in the least-norm
    solution of sum_k p_k dt / m = end - start. Newton's method finds the minimum if V is convex.

    Args:
        start: x_0.
        end: x_N.
        slices: N, at least 1.
        time: imaginary time, positive.
        mass: m, positive.
        potential: V, or None.

    Returns:
        The path and its action, with S as in `path_sum`, ends included.

    Raises:
        ParameterError: a number is not positive, or Newton's method finds no minimum.

    Reference: [marciano2022, section V.B] for the picture.

    >>> least_action_path(0.0, 3.0, slices=3, time=1.0, mass=2.0).path
    array([0., 1., 2., 3.])
    """
    _require_positive(slices=slices, time=time, mass=mass)
    V = Polynomial([0.0]) if potential is None else potential
    dt = time / slices
    path = np.linspace(start, end, slices + 1)
    if slices == 1:
        return ActionPath(path, _action(path, V, mass, dt))
    for _ in range(_STEPS):
        change = _newton_step(path, V, mass / dt, dt)
        path[1:-1] -= change
        if np.abs(change).max() <= 1e-13 * max(1.0, np.abs(path).max()):
            return ActionPath(path, _action(path, V, mass, dt))
    raise _not_convex(V)


def _newton_step(path: np.ndarray, V: Polynomial, stiffness: float, dt: float) -> np.ndarray:
    inner = path[1:-1]
    gradient = stiffness * (2 * inner - path[:-2] - path[2:]) + dt * V.deriv()(inner)
    bands = np.full((2, len(inner)), -stiffness)
    bands[1] = 2 * stiffness + dt * V.deriv(2)(inner)
    try:
        return cho_solve_banded((cholesky_banded(bands), False), gradient)
    except np.linalg.LinAlgError as error:
        raise _not_convex(V) from error


def _not_convex(V: Polynomial) -> ParameterError:
    return ParameterError(f"potential = {V}: no path of least action found, must be convex")


def _action(path: np.ndarray, V: Polynomial, mass: float, dt: float) -> float:
    at = V(path)
    return float(mass * (np.diff(path) ** 2).sum() / (2 * dt) + dt * (at[1:] + at[:-1]).sum() / 2)


def _spacing(points: np.ndarray) -> float:
    steps = np.diff(points) if points.ndim == 1 else np.empty(0)
    if not len(steps) or not np.allclose(steps, steps[0], rtol=1e-9, atol=0) or steps[0] <= 0:
        raise ShapeError(f"points: shape {points.shape}, must be at least two, equally spaced")
    return float(steps[0])


def _require_positive(**values: float) -> None:
    for name, value in values.items():
        if not value > 0:
            raise ParameterError(f"{name} = {value!r}: must be positive")
