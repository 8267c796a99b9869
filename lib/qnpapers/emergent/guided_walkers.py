"""Ensembles of walkers that are guided by a wave: which rule keeps them distributed as |psi|^2?"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Event

import numba
import numpy as np

from qnpapers.emergent.blocks import Tally, tally_block
from qnpapers.emergent.cell_grid import CellGrid
from qnpapers.emergent.learning import LearningRun, run_ensemble, steps_between
from qnpapers.emergent.limits import counts, finite, not_negative, positive
from qnpapers.errors import NormalisationError, ResolutionError, ShapeError, SizeError

Wave = Callable[[np.ndarray, float], np.ndarray]
"""psi(q, t): complex amplitudes at an array of places and a time."""

LONGEST_MOVE = 0.06
"""Largest |drift dt|, in units of q: near a zero of psi the drift has no bound, a step must."""

MAX_TABLE = 2**25
"""Largest number of amplitudes that are tabulated, 1 GB with their slopes."""

_SMOOTH = 0.5  # largest typical |psi'/psi| times the distance of two nodes


@dataclass(frozen=True)
class Guidance:
    """How a wave moves a walker.

        dq = a u dt + b (hbar / m) Re(psi' / psi) dt + sqrt(c hbar / m) dW

    u = (hbar / m) Im(psi' / psi) is the velocity of the flow, 2 gamma F' in terms of the learning
    rate gamma = 1 / 2m and the free energy F = hbar arg psi. The second term is D d ln p / dq with
    D = hbar / 2m and p = |psi|^2. The density stays |psi|^2 if a = 1 and b = c.

    Args:
        current: a.
        osmotic: b.
        noise: c, 0 or larger.

    Raises:
        ParameterError: the noise is negative, or a number is not finite.
    """

    current: float
    osmotic: float
    noise: float

    def __post_init__(self) -> None:
        finite(current=self.current, osmotic=self.osmotic)
        not_negative(noise=self.noise)


LEARNER = Guidance(0.5, 0.0, 1.0)
"""The rule of learning itself: drift gamma F' and noise D, each network on its own."""

NELSON = Guidance(1.0, 1.0, 1.0)
"""Drift 2 gamma F' + D d ln p and noise D [nelson1966]: each walker must know the density."""

BOHM = Guidance(1.0, 0.0, 0.0)
"""Drift 2 gamma F' and no noise: walkers follow the flow."""


def free_packets(
    q: np.ndarray,
    time: float,
    *,
    centres: Sequence[float],
    width: float,
    hbar: float,
    mass: float,
) -> np.ndarray:
    """Equal Gaussian packets at rest that spread freely: two of them are a double slit.

        psi = sum_c e^{-(q - c)^2 / 4 s^2 z} / sqrt(z),   z = 1 + i hbar t / 2 m s^2

    Args:
        q: places, any shape.
        time: t.
        centres: c, at least one.
        width: s, the deviation of |psi|^2 of one packet at time 0, larger than 0.
        hbar: Planck constant, larger than 0.
        mass: larger than 0.

    Returns:
        psi, normalised if the packets do not overlap at time 0; complex, the shape of q.

    Raises:
        ParameterError: a number is out of range.

    Example:
        >>> q = np.linspace(-9, 9, 2001)
        >>> slit = free_packets(q, 1.2, centres=(-2.5, 2.5), width=0.5, hbar=1.0, mass=1.0)
        >>> round(float(np.sum(abs(slit) ** 2) * (q[1] - q[0])), 3)
        1.0
    """
    positive(width=width, hbar=hbar, mass=mass)
    finite(time=time)
    counts(**{"number of centres": len(centres)})
    z = 1 + 1j * hbar * time / (2 * mass * width**2)
    packets = [np.exp(-((q - centre) ** 2) / (4 * width**2 * z)) for centre in centres]
    norm = (2 * np.pi * width**2) ** -0.25 / math.sqrt(len(centres))
    return norm * np.sum(packets, axis=0) / np.sqrt(z)


def guided_walkers(
    wave: Wave,
    ensemble_size: int,
    guidance: Guidance,
    *,
    hbar: float,
    mass: float,
    times: Sequence[float] | np.ndarray,
    step: float,
    grid: CellGrid,
    nodes: int = 2048,
    keep: int = 0,
    threads: int | None = None,
    rng: np.random.Generator,
) -> LearningRun:
    """Follow independent walkers by Euler-Maruyama steps (Ito) through a wave that is given.

    They start from |psi|^2 at time 0. The wave is tabulated on nodes at every step and continued
    between them by cubic polynomials. A drift beyond `LONGEST_MOVE` / step is cut: it is met only
    so close to zeros of psi that few walkers come there.

    Args:
        wave: psi(q, t), called with all nodes once for every step.
        ensemble_size: number of walkers, at least 1.
        guidance: `LEARNER`, `NELSON`, `BOHM` or another rule.
        hbar: Planck constant, larger than 0.
        mass: larger than 0.
        times: when to count, increasing, multiples of the step.
        step: dt.
        grid: cells of the histograms; it must hold the wave at all times.
        nodes: where the wave is tabulated, from end to end of the grid, at least 8.
        keep: of how many walkers the positions are returned.
        threads: at most so many; None is numba's number of threads.
        rng: parent of the generators of all blocks.

    Returns:
        A `LearningRun`, with histograms, their distance to a density, and the floor of it.

    Raises:
        ParameterError: a number is out of range.
        ShapeError: the wave does not give one amplitude for each node.
        ResolutionError: the wave changes too much between two nodes.
        NormalisationError: the wave does not vanish at the ends, or a walker has left the grid.
        SizeError: nodes times steps are more than can be tabulated.

    Example:
        >>> from functools import partial
        >>> slit = partial(free_packets, centres=(-2.5, 2.5), width=0.5, hbar=1.0, mass=1.0)
        >>> run = guided_walkers(slit, 1000, BOHM, hbar=1.0, mass=1.0, times=[1.2], step=0.01,
        ...     grid=CellGrid(-12, 12, 96), rng=np.random.default_rng(1))
        >>> run.learners, int(run.counts.sum())
        (1000, 1000)
    """
    positive(hbar=hbar, mass=mass, step=step)
    counts(ensemble_size=ensemble_size)
    numbers = steps_between(times, step)
    places = np.linspace(grid.low, grid.high, _enough(nodes))
    psi, slope = _tabulate(wave, places, sum(numbers) + 1, step)
    cumulative = _cumulative(psi[0])
    flow = hbar / mass * step
    factors = (flow * guidance.current, flow * guidance.osmotic, math.sqrt(guidance.noise * flow))

    def follow(first: int, size: int, own: np.random.Generator, stop: Event) -> Tally:
        q = np.interp(own.random(size), cumulative, places)
        noise, done = np.zeros(size), 0

        def advance() -> None:
            nonlocal done
            if guidance.noise:
                own.standard_normal(out=noise)
            _move(q, noise, psi[done], slope[done], places[0], places[1] - places[0], *factors)
            done += 1

        return tally_block(
            q,
            numbers,
            advance,
            partial(_check_inside, grid=grid),
            grid=grid,
            keep=keep - first,
            stop=stop,
        )

    return run_ensemble(follow, ensemble_size, times, grid, threads=threads, rng=rng)


def _enough(nodes: int) -> int:
    if nodes < 8:
        raise ResolutionError(f"nodes = {nodes!r}: must be at least 8")
    return nodes


def _tabulate(
    wave: Wave, places: np.ndarray, rows: int, step: float
) -> tuple[np.ndarray, np.ndarray]:
    """The wave and its slope at the nodes for every step, shape (rows, nodes)."""
    if rows * len(places) > MAX_TABLE:
        raise SizeError(
            f"{rows} steps of {len(places)} nodes: {rows * len(places):,} amplitudes, at most "
            f"{MAX_TABLE:,} are tabulated"
        )
    psi = np.empty((rows, len(places)), dtype=complex)
    for row in range(rows):
        values = np.asarray(wave(places, row * step))
        if values.shape != places.shape or not np.isfinite(values).all():
            raise ShapeError(
                f"wave: gave shape {values.shape} at time {row * step:g}, must be {places.shape}, "
                "finite numbers"
            )
        psi[row] = values
    slope = _derivative(psi, places[1] - places[0])
    _check_wave(psi, slope, places)
    return psi, slope


def _derivative(psi: np.ndarray, spacing: float) -> np.ndarray:
    """Central differences of fourth order, of second order in the last cells but one."""
    slope = np.gradient(psi, spacing, axis=1)
    inner = 8 * (psi[:, 3:-1] - psi[:, 1:-3]) - (psi[:, 4:] - psi[:, :-4])
    slope[:, 2:-2] = inner / (12 * spacing)
    return slope


def _check_wave(psi: np.ndarray, slope: np.ndarray, places: np.ndarray) -> None:
    spacing, density = places[1] - places[0], np.abs(psi) ** 2
    norm = density.sum(axis=1)
    wave_number = math.sqrt(float(((np.abs(slope) ** 2).sum(axis=1) / norm).max()))
    if wave_number * spacing > _SMOOTH:
        needed = math.ceil(len(places) * wave_number * spacing / _SMOOTH)
        raise ResolutionError(
            f"nodes = {len(places)}: too few for a wave with |psi'/psi| about {wave_number:.3g}; "
            f"must be at least {needed}"
        )
    share = float((density[:, [0, -1]].max(axis=1) / density.max(axis=1)).max())
    if share > 1e-6:
        raise NormalisationError(
            f"wave: |psi|^2 at an end of the grid is {share:.1e} of its largest value, must be at "
            "most 1e-6; widen the grid"
        )


def _cumulative(psi: np.ndarray) -> np.ndarray:
    """Share of |psi|^2 left of each node, by trapezoids."""
    density = np.abs(psi) ** 2
    parts = np.concatenate([[0.0], (density[1:] + density[:-1]) / 2])
    total = np.cumsum(parts)
    return total / total[-1]


def _check_inside(q: np.ndarray, grid: CellGrid) -> None:
    if not ((q > grid.low) & (q < grid.high)).all():
        raise NormalisationError(
            f"a walker has left [{grid.low:g}, {grid.high:g}], where the wave is known; "
            "widen the grid"
        )


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _move(
    q: np.ndarray,
    noise: np.ndarray,
    psi: np.ndarray,
    slope: np.ndarray,
    low: float,
    spacing: float,
    current: float,
    osmotic: float,
    spread: float,
) -> None:
    """One step of all walkers, in place; the factors contain hbar, m and dt."""
    last = psi.size - 2
    for i in range(q.size):
        x = (q[i] - low) / spacing
        j = min(max(int(x), 0), last)
        t = x - j
        p0, p1, d0, d1 = psi[j], psi[j + 1], slope[j] * spacing, slope[j + 1] * spacing
        rest, bend = 3 * (p1 - p0) - 2 * d0 - d1, 2 * (p0 - p1) + d0 + d1
        value = p0 + t * (d0 + t * (rest + t * bend))
        change = (d0 + t * (2 * rest + 3 * t * bend)) / spacing
        size = value.real**2 + value.imag**2
        along = change.real * value.real + change.imag * value.imag
        around = change.imag * value.real - change.real * value.imag
        drift = (current * around + osmotic * along) / size if size > 0 else 0.0
        q[i] += min(max(drift, -LONGEST_MOVE), LONGEST_MOVE) + spread * noise[i]
