"""The Fokker-Planck equation of a trainable variable: conservative, positive, exact in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np

from qnpapers.emergent.blocks import Status, progress
from qnpapers.emergent.cell_grid import MASS_TOLERANCE, CellGrid
from qnpapers.emergent.limits import positive
from qnpapers.emergent.networks import Network
from qnpapers.emergent.rule import LearningRule
from qnpapers.errors import NormalisationError, ParameterError, ResolutionError, SizeError

MAX_PRODUCTS = 10**8
"""Most products of the matrix with the density in one run."""

MAX_CELL_STEP = 1.0
"""Largest root mean square, over the density, of the change of gamma F / D from cell to cell."""

_TOGETHER = 10_000.0  # products in one sum on average, some milliseconds


@dataclass(frozen=True, eq=False)
class FokkerPlanckRun:
    """Densities at the times that were asked for, and the entropy along the way.

        dS/dt = production - destruction
        production = 4 D int |d sqrt(p)|^2,   destruction = -gamma <F''>

    Args:
        times: shape (times,).
        grid: its cells.
        density: mean of p over each cell, shape (times, cells).
        entropy: S = -int p ln p, in nats, shape (times,).
        production: by the noise; 0 or larger.
        destruction: by learning; negative where the free energy spreads the learners.
        free_energy: <F>.
        status: "interrupted" if times are missing because somebody pressed a key.
    """

    times: np.ndarray
    grid: CellGrid
    density: np.ndarray
    entropy: np.ndarray
    production: np.ndarray
    destruction: np.ndarray
    free_energy: np.ndarray
    status: Status


def fokker_planck(
    network: Network,
    grid: CellGrid,
    rule: LearningRule,
    density: np.ndarray,
    times: Sequence[float] | np.ndarray,
) -> FokkerPlanckRun:
    """Carry a density along  dp/dt = d/dq (D dp/dq - gamma F' p)  with walls at the ends.

    Space: finite volumes with the fluxes of Scharfetter and Gummel (Chang and Cooper), of order 2
    in the width of the cells. They keep every density positive, conserve its integral, and have
    exp(gamma F / D) as their exact equilibrium. Time: the exponential of the tridiagonal matrix is
    summed as a series of positive terms (uniformisation: powers of a stochastic matrix with Poisson
    weights), so that there is no time step, no error of order dt, and no negative value even at
    the size of round-off. The work is 2 D T / h^2 products of three numbers for each cell of width
    h, so it grows as the third power of the number of cells.

    Args:
        network: gives free energy and mean force.
        grid: cells; the density must stay inside.
        rule: beta, gamma and D; D must be larger than 0.
        density: at time 0, one value for each cell, for example `grid.gaussian(1.5, 0.4)`.
        times: increasing, 0 or later.

    Raises:
        ParameterError: D is 0, or the times do not increase.
        ShapeError, NormalisationError: the density does not fit the grid or has not integral 1.
        NormalisationError: the density reaches an end of the grid: it is too narrow, or the free
            energy is flat or inverted and there is no equilibrium.
        ResolutionError: gamma F / D changes by more than about `MAX_CELL_STEP` from cell to cell.
        SizeError: more than `MAX_PRODUCTS` products are needed.

    Example:
        >>> from qnpapers.emergent import CellGrid, LearningRule, eight_units
        >>> grid = CellGrid(-6, 6, 300)
        >>> start = grid.gaussian(1.5, 0.4)
        >>> run = fokker_planck(eight_units(), grid, LearningRule(), start, [0.0, 1.0])
        >>> run.entropy.round(2).tolist()
        [0.5, 0.7]
    """
    positive(diffusion=rule.diffusion)
    p, times = grid.check_density(density), _increasing(times)
    slope = rule.gamma / rule.diffusion * np.diff(network.free_energy(grid.centres, rule.beta))
    up, down = hopping_rates(slope, rule.diffusion / grid.width**2)
    up, down = np.append(0, up), np.append(down, 0)  # into each cell, from its left and right
    leave = np.append(up[1:], 0) + np.append(0, down[:-1])
    fastest = float(leave.max())
    gaps = np.diff(times, prepend=0.0)
    if fastest * times[-1] > MAX_PRODUCTS:
        raise SizeError(
            f"{fastest * times[-1]:.2g} products with the matrix are needed, at most "
            f"{MAX_PRODUCTS:.2g} are done: use wider cells or a shorter time"
        )
    stay = 1 - leave / fastest
    densities, status = [], _COMPLETED
    try:
        with progress("times", len(times)) as advance:
            for gap in gaps:
                p = _advance(p, up / fastest, down / fastest, stay, fastest * gap)
                _check_ends(p, grid)
                _check_cells(p, slope)
                densities.append(p)
                advance(1)
    except KeyboardInterrupt:
        status = _INTERRUPTED
    return _run(network, grid, rule, times[: len(densities)], densities, status)


def equilibrium_density(network: Network, grid: CellGrid, rule: LearningRule) -> np.ndarray:
    """The density p ~ exp(gamma F / D) that does not change, one value for each cell.

    Raises:
        ParameterError: D is 0.
        NormalisationError: the density does not fall off towards both ends of the grid.

    Example:
        >>> from qnpapers.emergent import CellGrid, LearningRule, eight_units
        >>> grid = CellGrid(-6, 6, 600)
        >>> p = equilibrium_density(eight_units(), grid, LearningRule())
        >>> round(float(grid.centres[p.argmax()]), 2)
        -0.47
    """
    positive(diffusion=rule.diffusion)
    log_p = rule.gamma / rule.diffusion * network.free_energy(grid.centres, rule.beta)
    weights = np.exp(log_p - log_p.max())
    p = weights / (weights.sum() * grid.width)
    _check_ends(p, grid)
    return p


def entropy_rates(
    network: Network, grid: CellGrid, rule: LearningRule, density: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Production 4 D int |d sqrt(p)|^2 and destruction -gamma <F''> of entropy.

    Args:
        network: gives the mean force.
        grid: cells of the density.
        rule: beta, gamma and D.
        density: shape (..., cells); it must vanish at the ends.

    Returns:
        Two arrays of shape (...). Their difference is dS/dt, up to order 2 in the cell width.
    """
    roots = np.diff(np.sqrt(density), axis=-1)
    production = 4 * rule.diffusion * (roots**2).sum(axis=-1) / grid.width
    force = network.mean_force(grid.edges, rule.beta)
    curvature = np.diff(force) / grid.width
    return production, -rule.gamma * grid.mean(density, curvature)


def hopping_rates(slope: np.ndarray, rate: float) -> tuple[np.ndarray, np.ndarray]:
    """Rates of hopping to the right and to the left over each inner edge.

        up = rate B(-slope),  down = rate B(slope),  B(x) = x / (e^x - 1),  B(0) = 1

    Their ratio is exp(slope), which makes exp(gamma F / D) the exact equilibrium.

    Args:
        slope: change of gamma F / D over each inner edge, shape (cells - 1,).
        rate: D / h^2.
    """
    return rate * _bernoulli(-slope), rate * _bernoulli(slope)


def _bernoulli(x: np.ndarray) -> np.ndarray:
    small = np.abs(x) < 1e-8
    safe = np.where(small, 1.0, x)
    with np.errstate(over="ignore"):  # e^x = inf gives 0, as it should
        return np.where(small, 1 - x / 2, safe / np.expm1(safe))


_COMPLETED: Status = "completed"
_INTERRUPTED: Status = "interrupted"


def _increasing(times: Sequence[float] | np.ndarray) -> np.ndarray:
    at = np.array(times, dtype=float)
    if at.ndim != 1 or not len(at) or not np.isfinite(at).all():
        raise ParameterError(f"times = {times!r}: must be a list of at least one finite number")
    if at[0] < 0 or (np.diff(at) <= 0).any():
        raise ParameterError(f"times = {times!r}: must increase, from 0 on")
    return at


def _advance(
    p: np.ndarray, up: np.ndarray, down: np.ndarray, stay: np.ndarray, products: float
) -> np.ndarray:
    """Exp(t L) p as the mean of P^k p over Poisson numbers k with this mean."""
    parts = max(1, int(np.ceil(products / _TOGETHER)))
    first, weights = _poisson_weights(products / parts)
    for _ in range(parts):
        p = _weighted_powers(p, up, down, stay, first, weights)
    return p


def _poisson_weights(mean: float) -> tuple[int, np.ndarray]:
    """Probabilities of a Poisson number from the first one that matters; they add up to 1."""
    top = int(mean)
    reach = int(9.5 * np.sqrt(mean) + 40)  # what is left out is below 1e-18
    first = max(0, top - reach)
    rising = np.cumprod(np.arange(top, first, -1) / max(mean, 1e-300))[::-1]
    falling = np.cumprod(mean / np.arange(top + 1, top + reach))
    weights = np.concatenate([rising, [1.0], falling])
    return first, weights / weights.sum()


@numba.njit(cache=True, nogil=True)
def _weighted_powers(
    p: np.ndarray,
    up: np.ndarray,
    down: np.ndarray,
    stay: np.ndarray,
    first: int,
    weights: np.ndarray,
) -> np.ndarray:
    """Sum of weights[k] P^(first + k) p, where P moves shares of every cell to its neighbours.

    Cell i takes up[i] from its left and down[i] from its right; there is an empty cell beyond each
    end, so that no cell is a special case.
    """
    cells = p.size
    now, new = np.zeros(cells + 2), np.zeros(cells + 2)
    now[1 : cells + 1] = p
    result = weights[0] * p if first == 0 else np.zeros(cells)
    for power in range(1, first + weights.size):
        weight = weights[power - first] if power >= first else 0.0
        for i in range(cells):
            share = up[i] * now[i] + stay[i] * now[i + 1] + down[i] * now[i + 2]
            new[i + 1] = share
            result[i] += weight * share
        now, new = new, now
    return result


def _check_ends(p: np.ndarray, grid: CellGrid) -> None:
    at_ends = float(max(p[0], p[-1])) * (grid.high - grid.low)
    if not at_ends < MASS_TOLERANCE:
        raise NormalisationError(
            f"the density reaches an end of [{grid.low:g}, {grid.high:g}] (it is {at_ends:.1e} of "
            f"a uniform one there, must be below {MASS_TOLERANCE:g}): widen the grid; if that does "
            f"not help, the free energy is flat or inverted and nothing is normalisable"
        )


def _check_cells(p: np.ndarray, slope: np.ndarray) -> None:
    shares = (p[1:] + p[:-1]) / 2
    size = float(np.sqrt((shares * slope**2).sum() / shares.sum()))
    if size > MAX_CELL_STEP:
        raise ResolutionError(
            f"gamma F / D changes by {size:.2g} from cell to cell where the learners are, must be "
            f"at most {MAX_CELL_STEP:g}: use at least {size / MAX_CELL_STEP:.1f} times the cells"
        )


def _run(
    network: Network,
    grid: CellGrid,
    rule: LearningRule,
    times: np.ndarray,
    densities: list[np.ndarray],
    status: Status,
) -> FokkerPlanckRun:
    density = np.reshape(densities, (len(times), grid.cells))
    production, destruction = entropy_rates(network, grid, rule, density)
    free_energy = network.free_energy(grid.centres, rule.beta)
    return FokkerPlanckRun(
        times=times,
        grid=grid,
        density=density,
        entropy=np.array([grid.entropy(p) for p in density]),
        production=production,
        destruction=destruction,
        free_energy=grid.mean(density, free_energy),
        status=status,
    )
