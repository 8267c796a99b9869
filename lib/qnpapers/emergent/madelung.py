"""The Madelung equations: a fluid on a ring that moves as a wave does while it has no node."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from qnpapers.emergent.grid import Box
from qnpapers.emergent.limits import not_negative, positive
from qnpapers.emergent.ring_fluid import FluidRun, RingFluid, check_ring, run_fluid


def madelung(
    density0: np.ndarray,
    velocity0: np.ndarray,
    potential: Callable[[np.ndarray], np.ndarray] | np.ndarray | None,
    box: Box,
    hbar: float,
    mass: float,
    times: Sequence[float] | np.ndarray,
    *,
    step: float | None = None,
) -> FluidRun:
    """Follow density and velocity on a ring by the Madelung equations.

        dp/dt = -(p u)',    m (du/dt + u u') = -(V + Q)',    Q = -(hbar^2 / 2m) (sqrt p)'' / sqrt p

    Solved for ln p and m u by Fourier series and RK4: exact to all orders in the spacing for smooth
    fields, order 4 in the step. `hbar = 0` gives the Hamilton-Jacobi equation. The integral of m u
    round the ring, the circulation, may be any number; it belongs to a wave function only if it is
    a multiple of 2 pi hbar.

    A density with a node has no logarithm. Near one the Fourier coefficients of ln p stop falling;
    the run then ends with the status "unresolved", and holds what was computed before.

    Args:
        density0: p at `times[0]`, larger than 0 everywhere, of integral 1, shape (points,).
        velocity0: u at `times[0]`, shape (points,).
        potential: V, a function of q, an array, or None for 0.
        box: a ring, periodic and without twist.
        hbar: Planck constant, 0 or larger.
        mass: larger than 0.
        times: increasing, the first is that of the fields given.
        step: largest time step; by default half of the limit of stability.

    Returns:
        Density, momentum and what follows from them at the given times.

    Raises:
        ParameterError: the box is no ring, or a number is out of range.
        ShapeError: the fields do not fit each other.
        NormalisationError: the density is not positive or does not integrate to 1.
        ResolutionError: too few points for the fields, or a step beyond the limit of stability.

    Exact zeros:
        the change of the circulation.

    Reference:
        [madelung1927]; [takabayasi1952] and [wallstrom1994] on the circulation.

    Example:
        >>> box = Box.ring(2 * np.pi)
        >>> uniform, flow = np.full(16, 1 / (2 * np.pi)), np.full(16, 0.3)
        >>> run = madelung(uniform, flow, None, box, hbar=1.0, mass=1.0, times=[0.0, 1.0])
        >>> run.status, run.circulation.round(12).tolist() == [round(0.6 * np.pi, 12)] * 2
        ('completed', True)
    """
    not_negative(hbar=hbar)
    positive(mass=mass)
    density, velocity = np.asarray(density0, dtype=float), np.asarray(velocity0, dtype=float)
    grid = check_ring(box, density, velocity)
    fluid = RingFluid(grid, grid.values(potential), 1 / (2 * mass), hbar**2 / (2 * mass))
    return run_fluid(fluid, density, mass * velocity, times, step)
