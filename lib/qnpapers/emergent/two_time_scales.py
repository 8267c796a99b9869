"""Hidden units that need time to relax: how far is the Fokker-Planck equation from the truth?"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event

import numba
import numpy as np

from qnpapers.emergent.binary_units import BinaryHiddenUnits
from qnpapers.emergent.blocks import Tally, tally_block
from qnpapers.emergent.cell_grid import CellGrid
from qnpapers.emergent.fokker_planck import hopping_rates
from qnpapers.emergent.learning import (
    LearningRun,
    Start,
    check_positions,
    check_start,
    run_ensemble,
    steps_between,
)
from qnpapers.emergent.limits import counts, positive
from qnpapers.emergent.rule import LearningRule
from qnpapers.errors import NormalisationError, ResolutionError, SizeError

MAX_STEP = 0.5
"""Longest step, in units of the relaxation time of the hidden units."""

MAX_CELL_NOISE = 0.1
"""Largest share of the noise of the hidden units that may come from the width of the cells."""

MAX_NUMBERS = 2**26
"""Largest number of matrix elements that `joint_equilibrium` keeps: half a gigabyte."""


def simulate_two_time_scales(
    network: BinaryHiddenUnits,
    ensemble_size: int,
    rule: LearningRule,
    *,
    relaxation: float,
    start: Start,
    times: Sequence[float] | np.ndarray,
    step: float,
    grid: CellGrid,
    keep: int = 0,
    threads: int | None = None,
    rng: np.random.Generator,
) -> LearningRun:
    """Follow learners together with their hidden units, which forget in the time `relaxation`.

        dq = gamma dH/dq(s, q) dt + sqrt(2 D) dW
        every unit is drawn anew at the rate 1 / relaxation, s_i = +1 with the probability
        1 / (1 + exp(-2 beta (w_i q + c_i))) (heat bath)

    The force is that of the momentary state and not its mean. As the relaxation gets fast this
    becomes `simulate_learning`. The units start in equilibrium. The step has an error of order dt.

    Args:
        network: binary hidden units.
        ensemble_size: number of learners.
        rule: beta, gamma and D.
        relaxation: epsilon, mean time between two draws of a unit.
        start: draws q at time 0.
        times: when to count, increasing, multiples of the step.
        step: dt, at most `MAX_STEP` times the relaxation time.
        grid: cells of the histograms.
        keep: of how many learners the positions at these times are returned.
        threads: at most so many; None is numba's number of threads. They change nothing.
        rng: parent of the generators of all blocks.

    Raises:
        ParameterError: a number is out of range, or a time is no multiple of the step.
        ResolutionError: the step is too long for the relaxation of the hidden units.
        ShapeError, NormalisationError: as for `simulate_learning`.

    Example:
        >>> from qnpapers.emergent import CellGrid, LearningRule, eight_units, normal_start
        >>> run = simulate_two_time_scales(
        ...     eight_units(), 500, LearningRule(), relaxation=0.2, start=normal_start(0.0, 0.3),
        ...     times=[1.0], step=0.02, grid=CellGrid(-6, 6, 60), rng=np.random.default_rng(1))
        >>> run.learners
        500
    """
    counts(ensemble_size=ensemble_size)
    positive(step=step, relaxation=relaxation)
    if step > MAX_STEP * relaxation:
        raise ResolutionError(
            f"step = {step!r}: must be at most {MAX_STEP * relaxation:g}, which is {MAX_STEP:g} "
            f"times the relaxation time of the hidden units"
        )
    steps = steps_between(times, step)
    constants = (
        *(network.w, network.c, network.decay, rule.beta),
        *(rule.gamma * step, np.sqrt(2 * rule.diffusion * step), -np.expm1(-step / relaxation)),
    )

    def follow(first: int, size: int, own: np.random.Generator, stop: Event) -> Tally:
        q = check_start(start(own, size), size)
        states = network.sample_hidden(q, rule.beta, rng=own)
        noise, uniform = np.empty(size), np.empty(states.shape)

        def advance() -> None:
            own.standard_normal(out=noise)
            own.random(out=uniform)
            _step_both(q, states, noise, uniform, *constants)

        return tally_block(
            q, steps, advance, check_positions, grid=grid, keep=keep - first, stop=stop
        )

    return run_ensemble(follow, ensemble_size, times, grid, threads=threads, rng=rng)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _step_both(
    q: np.ndarray,
    states: np.ndarray,
    noise: np.ndarray,
    uniform: np.ndarray,
    w: np.ndarray,
    c: np.ndarray,
    decay: float,
    beta: float,
    drift: float,
    spread: float,
    refreshed: float,
) -> None:
    """Move q by the force of the momentary states, then draw a share of the units anew."""
    for i in range(q.size):
        force = decay * q[i]
        for j in range(w.size):
            force -= w[j] * states[i, j]
        q[i] += drift * force + spread * noise[i]
        for j in range(w.size):
            if uniform[i, j] < refreshed:
                up = refreshed / (1.0 + np.exp(-2.0 * beta * (w[j] * q[i] + c[j])))
                states[i, j] = 1.0 if uniform[i, j] < up else -1.0


def joint_equilibrium(
    network: BinaryHiddenUnits, grid: CellGrid, rule: LearningRule, relaxation: float
) -> np.ndarray:
    """The stationary density of q together with its hidden units, without sampling.

    All 2^N states hop between neighbouring cells with the rates of `fokker_planck`, each along its
    own loss H(s, q), and flip by the heat bath. The null vector of this block-tridiagonal matrix is
    found by eliminating cells from both ends. At equal temperatures, D = |gamma| / beta, it is
    exp(-beta H(s, q)) / Z for every relaxation time.

    Args:
        network: binary hidden units, few of them: (2^N)^2 numbers are kept for each cell.
        grid: cells; the density must stay inside.
        rule: beta, gamma and D; D must be larger than 0.
        relaxation: mean time between two draws of a unit.

    Returns:
        p(s, q), shape (2^N, cells), states as in `network.states()`. Its sum over the states is the
        density of q, with the integral 1.

    Raises:
        ParameterError: D or the relaxation time is not positive.
        ResolutionError: the cells of width h are too wide: a momentary force acts for a time of at
            least h^2 / 12 D on the grid, which must be short beside the relaxation time.
        SizeError: more than `MAX_NUMBERS` matrix elements.
        NormalisationError: the density reaches an end of the grid.

    Example:
        >>> from qnpapers.emergent import BinaryHiddenUnits, CellGrid, LearningRule
        >>> one = BinaryHiddenUnits([1.0], [0.0], decay=2.0)
        >>> p = joint_equilibrium(one, CellGrid(-4, 4, 80), LearningRule(), relaxation=1.0)
        >>> p.shape, round(float(p.sum() * 0.1), 9)
        ((2, 80), 1.0)
    """
    positive(diffusion=rule.diffusion, relaxation=relaxation)
    widest = float(np.sqrt(12 * MAX_CELL_NOISE * rule.diffusion * relaxation))
    if grid.width > widest:
        raise ResolutionError(
            f"cells of width {grid.width:.3g}: must be at most {widest:.3g}, which is "
            f"sqrt({12 * MAX_CELL_NOISE:g} D relaxation): use more cells or a longer relaxation"
        )
    size = 4**network.units * grid.cells
    if size > MAX_NUMBERS:
        raise SizeError(f"{size:.2g} matrix elements are needed, at most {MAX_NUMBERS} are kept")
    slopes = rule.gamma / rule.diffusion * np.diff(network.energies(grid.centres), axis=0)
    up, down = hopping_rates(slopes, rule.diffusion / grid.width**2)
    blocks = np.stack([_flips(network, q, rule.beta) for q in grid.centres]) / relaxation
    diagonal = np.arange(blocks.shape[1])
    blocks[:-1, diagonal, diagonal] -= up
    blocks[1:, diagonal, diagonal] -= down
    p: np.ndarray = _null_vector(blocks, up, down)
    p /= p.sum() * grid.width
    ends = float(max(p[0].sum(), p[-1].sum()))
    if not ends * (grid.high - grid.low) < 1e-6:
        raise NormalisationError(
            f"the density reaches an end of [{grid.low:g}, {grid.high:g}]: widen the grid"
        )
    return p.T


def _flips(network: BinaryHiddenUnits, q: float, beta: float) -> np.ndarray:
    """Generator of the heat bath at fixed q: element [t, s] is the rate from state s to t."""
    up = 1 / (1 + np.exp(-2 * beta * (network.w * q + network.c)))
    generator: np.ndarray = np.zeros((1, 1))
    for p in up:  # the first unit is the slowest, as in `network.states()`
        one = np.array([[p - 1, p], [1 - p, -p]])
        before = np.kron(generator, np.eye(2))
        generator = before + np.kron(np.eye(len(generator)), one)
    return generator


def _null_vector(blocks: np.ndarray, up: np.ndarray, down: np.ndarray) -> np.ndarray:
    """Solve blocks[c] p_c + up[c-1] p_(c-1) + down[c] p_(c+1) = 0, shape (cells, states)."""
    middle = len(blocks) // 2
    left = _ratios(blocks[:middle], up, down)  # p_c = left[c] p_(c+1)
    right = _ratios(blocks[:middle:-1], down[::-1], up[::-1])  # the same from the other end
    core = blocks[middle] + up[middle - 1][:, None] * left[-1] + down[middle][:, None] * right[-1]
    p: np.ndarray = np.zeros(blocks.shape[:2])
    p[middle] = np.abs(np.linalg.svd(core)[2][-1])
    for c, ratio in zip(range(middle - 1, -1, -1), reversed(left), strict=True):
        p[c] = ratio @ p[c + 1]
    for c, ratio in zip(range(middle + 1, len(blocks)), reversed(right), strict=True):
        p[c] = ratio @ p[c - 1]
    return p


def _ratios(blocks: np.ndarray, forth: np.ndarray, back: np.ndarray) -> list[np.ndarray]:
    """Eliminate cells one by one from an end: p_c = ratios[c] p_(c+1)."""
    ratios: list[np.ndarray] = []
    for c, block in enumerate(blocks):
        seen = block + forth[c - 1][:, None] * ratios[-1] if ratios else block
        ratios.append(-np.linalg.solve(seen, np.diag(back[c])))
    return ratios
