"""The stationary path of the whole action, with the learning term that Madelung's form drops."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from qnpapers.emergent.grid import Box
from qnpapers.emergent.limits import not_negative, positive
from qnpapers.emergent.ring_fluid import FluidRun, RingFluid, check_ring, run_fluid


def stationary_flow(
    density0: np.ndarray,
    gradient0: np.ndarray,
    potential: Callable[[np.ndarray], np.ndarray] | np.ndarray | None,
    box: Box,
    *,
    gamma: float,
    diffusion: float,
    lam: float,
    times: Sequence[float] | np.ndarray,
    step: float | None = None,
) -> FluidRun:
    """Follow density and free energy along the stationary path of the action, nothing neglected.

        dp/dt = -2 gamma (p F')' + (gamma / lam) p''
        dF/dt = -gamma F'^2 - V - (gamma / lam) F'' + (4 D / lam) (sqrt p)'' / sqrt p

    The free energy diffuses backwards in time. With G = F - ln p / (2 lam) this is the Schrödinger
    equation with hbar^2 = 4 D / (gamma lam) - 1 / lam^2; where that is negative the initial value
    problem is ill posed, short waves grow without bound, and the run ends as "unresolved".

    Args:
        density0: p at `times[0]`, larger than 0 everywhere, of integral 1, shape (points,).
        gradient0: dF/dq at `times[0]`, shape (points,).
        potential: V, a function of q, an array, or None for 0.
        box: a ring, periodic and without twist.
        gamma: learning rate, larger than 0; the mass is 1 / (2 gamma).
        diffusion: D, 0 or larger.
        lam: the multiplier, larger than 0.
        times: increasing.
        step: largest time step; by default half of the limit of stability.

    Returns:
        Density and gradient of the free energy at the given times.

    Raises:
        ParameterError, ShapeError, NormalisationError, ResolutionError: as `madelung`.

    Exact zeros:
        the change of the circulation of F.

    Reference:
        derived here from the action of [vanchurin2020, section 5].

    Example:
        >>> box = Box.ring(2 * np.pi)
        >>> p, w = np.full(16, 1 / (2 * np.pi)), np.zeros(16)
        >>> times = [0.0, 1.0]
        >>> run = stationary_flow(p, w, None, box, gamma=0.5, diffusion=0.5, lam=2.0, times=times)
        >>> bool(np.allclose(run.density[1], p))
        True
    """
    positive(gamma=gamma, lam=lam)
    not_negative(diffusion=diffusion)
    density, gradient = np.asarray(density0, dtype=float), np.asarray(gradient0, dtype=float)
    grid = check_ring(box, density, gradient)
    fluid = RingFluid(grid, grid.values(potential), gamma, 4 * diffusion / lam, gamma / lam)
    return run_fluid(fluid, density, gradient, times, step)
