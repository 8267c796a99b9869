"""Fluids on a ring by Fourier series and RK4: the algorithm behind the hydrodynamic equations."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from qnpapers.emergent.blocks import progress
from qnpapers.emergent.grid import Box, Grid
from qnpapers.emergent.limits import increasing, positive
from qnpapers.errors import NormalisationError, ParameterError, ResolutionError, ShapeError

MAX_TAIL = 1e-2
"""Largest size of the last Fourier coefficients that are kept; beyond, a fluid is unresolved."""

STABLE = 2.5
"""Largest frequency times step; RK4 is stable up to 2.83 for oscillations."""

LEAST_POINTS = 12
"""Least number of points; a third of the coefficients of their fields is not kept."""

UNIT_NORM = 1e-6
"""How far the integral of a density may be from 1."""

_TWICE = np.array([0, 0, 1, 1])  # r, r, w, w

_TOGETHER = 8  # steps between two looks at the Fourier coefficients

FluidStatus = Literal["completed", "interrupted", "unresolved"]


@dataclass(frozen=True, eq=False)
class RingFluid:
    """Two fields on a ring, r = ln p and w = dF/dq, and how they change.

        dr/dt = -2 gamma (w' + r' w) + s (r'' + r'^2)
        dw/dt = -[gamma w^2 + V + s w' - P (r'' / 2 + r'^2 / 4)]'

    P = 4 D / lam = hbar^2 / 2m is the strength of the quantum potential and s = gamma / lam that of
    the learning term; without the latter these are the Madelung equations. Products are formed on
    the points, and of every rate only the lower two thirds of the wavenumbers are kept, so that
    no product is aliased. The mean of w never changes: its rate is a derivative.

    Args:
        grid: of a ring.
        potential: V at the points.
        gamma: 1 / 2m.
        pressure: P, 0 or larger.
        learning: s; 0 without the learning term.
    """

    grid: Grid
    potential: np.ndarray
    gamma: float
    pressure: float
    learning: float = 0.0

    @property
    def kept(self) -> int:
        """Number of wavenumbers that are kept, the constant included."""
        return self.grid.shape[0] // 3 + 1

    @cached_property
    def wavenumbers(self) -> np.ndarray:
        """Those that are kept, shape (kept,)."""
        return 2 * np.pi / self.grid.box.lengths[0] * np.arange(self.kept)

    @cached_property
    def _inputs(self) -> np.ndarray:
        """Factors that make the coefficients of r', r'', w, w' from those of r, r, w, w."""
        ik = 1j * self.wavenumbers
        return np.stack([ik, ik * ik, np.ones(self.kept), ik])

    @cached_property
    def _outputs(self) -> np.ndarray:
        """Factors of the two rates: the second one is minus the derivative of a flux."""
        return np.stack([np.ones(self.kept), -1j * self.wavenumbers])

    def coefficients(self, *fields: np.ndarray) -> np.ndarray:
        """Fourier coefficients of real fields, those that are kept."""
        return np.fft.rfft(np.stack(fields), norm="forward")[:, : self.kept]

    def fields(self, coefficients: np.ndarray) -> np.ndarray:
        """Values at the points."""
        return np.fft.irfft(coefficients, self.grid.shape[0], norm="forward")

    def rates(self, coefficients: np.ndarray) -> np.ndarray:
        """Rates of change of the coefficients of (r, w)."""
        slope, curvature, w, steepness = self.fields(coefficients[_TWICE] * self._inputs)
        squared = slope * slope
        flux = self.potential + self.gamma * w * w
        flux -= self.pressure / 4 * (squared + 2 * curvature)
        change = -2 * self.gamma * (steepness + slope * w)
        if self.learning:
            change += self.learning * (curvature + squared)
            flux += self.learning * steepness
        return self.coefficients(change, flux) * self._outputs

    def longest_step(self, gradient: np.ndarray) -> float:
        """Limit of stability, from the speed of the flow and the fastest wave that is kept."""
        momentum = float(np.abs(gradient).max()) + self._momentum_of_the_potential
        spread = max(math.sqrt(self.gamma * self.pressure), abs(self.learning))
        k = float(self.wavenumbers[-1])
        frequency = 2 * self.gamma * momentum * k + spread * k * k
        return STABLE / frequency if frequency else math.inf

    def tail_of(self, start: np.ndarray) -> Callable[[np.ndarray], float]:
        """The function that measures the last coefficients: of r absolutely, of w in units of it.

        The unit is the largest of the first coefficients of w, the momentum that the potential
        gives and that of the longest wave; a fluid for which all are zero is at rest for ever.
        """
        last = max(2, self.kept // 8)
        longest = math.sqrt(self.pressure / self.gamma) * float(self.wavenumbers[1])
        unit = max(float(np.abs(start[1]).max()), self._momentum_of_the_potential, longest)

        def tail(coefficients: np.ndarray) -> float:
            r, w = np.abs(coefficients[:, -last:]).max(axis=1)
            return float(2 * max(r, w / unit if unit else 0.0))

        return tail

    @property
    def _momentum_of_the_potential(self) -> float:
        return math.sqrt(float(np.ptp(self.potential)) / self.gamma)


@dataclass(frozen=True, eq=False)
class FluidRun:
    """A fluid on a ring at the times that were asked for, as far as the run came.

    Args:
        times: shape (times,); fewer than asked for unless the status is "completed".
        density: p, shape (times, points).
        gradient: w = dF/dq, the momentum of the flow, shape (times, points).
        tail: size of the last Fourier coefficients at each time; in all runs of the tests the L1
            error of the density is smaller.
        status: "unresolved": the tail exceeded `MAX_TAIL`, as it does near a node of the density,
            at a caustic, or where the equations are ill posed.
        stopped: time at which the run ended.
        fluid: the equations that were solved.
        step: the largest time step that was allowed.
    """

    times: np.ndarray
    density: np.ndarray
    gradient: np.ndarray
    tail: np.ndarray
    status: FluidStatus
    stopped: float
    fluid: RingFluid
    step: float

    @property
    def velocity(self) -> np.ndarray:
        """dF/dq / m at each time, shape (times, points)."""
        return 2 * self.fluid.gamma * self.gradient

    @property
    def norm(self) -> np.ndarray:
        """Integral of p at each time."""
        return self.fluid.grid.integrate(self.density)

    @property
    def circulation(self) -> np.ndarray:
        """Integral of dF once round the ring at each time, in units of action."""
        return self.fluid.grid.integrate(self.gradient)

    @property
    def energy(self) -> np.ndarray:
        """Mean of w^2 / 2m + V + (hbar^2 / 8m) (d ln p)^2 at each time.

        It is conserved where there is no learning term.
        """
        fluid = self.fluid
        slopes = fluid.fields(1j * fluid.wavenumbers * fluid.coefficients(*np.log(self.density)))
        density_of_energy = (
            fluid.gamma * self.gradient**2 + fluid.potential + fluid.pressure / 4 * slopes**2
        )
        return fluid.grid.integrate(self.density * density_of_energy)


def run_fluid(
    fluid: RingFluid,
    density: np.ndarray,
    gradient: np.ndarray,
    times: Sequence[float] | np.ndarray,
    step: float | None,
) -> FluidRun:
    """Follow a fluid and keep what the end, an interruption or a node leaves of it.

    Args:
        fluid: the equations.
        density: p at the first of the times.
        gradient: dF/dq at the first of the times.
        times: increasing.
        step: largest time step; by default half of the limit of stability.

    Raises:
        ParameterError: the step or the times are out of range.
        ResolutionError: the fields are not resolved at the start, or the step is too long.
    """
    instants = increasing(times)
    start = fluid.coefficients(np.log(density), gradient)
    tail_of = fluid.tail_of(start)
    if not (tail := tail_of(start)) <= MAX_TAIL:
        raise ResolutionError(
            f"density0, velocity0: the last of {fluid.kept} Fourier coefficients have the size "
            f"{tail:.1e}, at most {MAX_TAIL:.0e} is allowed: more points are needed, and a density "
            "with zeros never has enough"
        )
    step = _check_step(step, fluid.longest_step(gradient))
    fields, tails = np.empty((2, len(instants), *fluid.grid.shape)), np.empty(len(instants))
    status: FluidStatus = "completed"
    done, stopped = 0, float(instants[0])
    try:
        for now, wanted, coefficients in _follow(fluid, start, instants, step):
            stopped = now
            if not (tail := tail_of(coefficients)) <= MAX_TAIL:  # NaN is refused too
                status = "unresolved"
                break
            if wanted:
                fields[:, done], tails[done] = fluid.fields(coefficients), tail
                done += 1
    except KeyboardInterrupt:
        if not done:
            raise
        status = "interrupted"
    logarithm, w = fields[:, :done]
    about = (status, stopped, fluid, step)
    return FluidRun(instants[:done], np.exp(logarithm), w, tails[:done], *about)


def _follow(
    fluid: RingFluid, coefficients: np.ndarray, times: np.ndarray, step: float
) -> Iterator[tuple[float, bool, np.ndarray]]:
    """Time, whether it was asked for, and the coefficients, after every few steps of RK4."""
    yield float(times[0]), True, coefficients
    plan = [max(1, math.ceil(gap / step * (1 - 1e-12))) for gap in np.diff(times)]
    with progress("fluid", sum(plan)) as advance, np.errstate(all="ignore"):
        for begin, end, steps in zip(times[:-1], times[1:], plan, strict=True):
            taken = (end - begin) / steps
            for number in range(1, steps + 1):
                coefficients = _runge_kutta(fluid, coefficients, taken)
                if number == steps or number % _TOGETHER == 0:
                    now = end if number == steps else begin + number * taken
                    yield float(now), number == steps, coefficients
            advance(steps)


def _runge_kutta(fluid: RingFluid, y: np.ndarray, step: float) -> np.ndarray:
    k1 = fluid.rates(y)
    k2 = fluid.rates(y + step / 2 * k1)
    k3 = fluid.rates(y + step / 2 * k2)
    k4 = fluid.rates(y + step * k3)
    return y + step / 6 * (k1 + 2 * (k2 + k3) + k4)


def _check_step(step: float | None, limit: float) -> float:
    if step is None:
        return limit / 2
    positive(step=step)
    if step > limit:
        raise ResolutionError(
            f"step = {step:g}: must be at most {limit:.4g}, {STABLE} over the frequency of the "
            "fastest wave that is kept"
        )
    return step


def check_ring(box: Box, density: np.ndarray, gradient: np.ndarray) -> Grid:
    """The grid of the fields of a fluid.

    Raises:
        ParameterError: the box is no ring, or it is twisted: a fluid has its twist in its flow.
        ShapeError: the fields have different shapes, are not finite, or have too few points.
        NormalisationError: the density is not positive, or does not integrate to 1.
    """
    if len(box.sides) != 1 or box.walls != "periodic" or any(box.twists):
        raise ParameterError(f"box = {box!r}: must be a ring without twist")
    if np.shape(density) != np.shape(gradient) or not np.isfinite([density, gradient]).all():
        raise ShapeError(
            f"density0 and velocity0: of shapes {np.shape(density)} and {np.shape(gradient)}, must "
            "be finite and of the same shape"
        )
    grid = box.grid(*np.shape(density))
    if grid.shape[0] < LEAST_POINTS:
        raise ShapeError(f"density0: {grid.shape[0]} points, at least {LEAST_POINTS} are needed")
    if not (np.asarray(density) > 0).all():
        raise NormalisationError(
            "density0: must be larger than 0 everywhere, for it has a logarithm"
        )
    norm = float(grid.integrate(np.asarray(density)))
    if abs(norm - 1) > UNIT_NORM:
        raise NormalisationError(f"density0: integrates to {norm:.6g}, must be 1")
    return grid
