"""The Schrödinger equation on a grid: split operator, in one or two dimensions."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal

import numpy as np
from scipy import fftpack

from qnpapers.emergent.blocks import progress
from qnpapers.emergent.grid import Box, Grid
from qnpapers.emergent.limits import increasing, positive
from qnpapers.emergent.splitting import Splitting, splitting
from qnpapers.errors import (
    NormalisationError,
    ParameterError,
    ResolutionError,
    ShapeError,
    SizeError,
)

MAX_OUTER = 1e-2
"""Largest share of a wave that may lie in the outer third of the wavenumbers of its grid."""

MAX_STORED = 2**27
"""Largest number of values of psi that one run keeps, 2 GB."""

DEFAULT_SHARE = 0.04
"""The default time step, as a share of the largest one that is allowed."""

_TOGETHER = 512  # steps between two moments at which a run can tell how far it is

WaveStatus = Literal["completed", "interrupted", "unresolved"]

_Measured = tuple[float, float, float]  # norm, energy, share of the outer third


@dataclass(frozen=True, eq=False)
class WaveRun:
    """A wave at the times that were asked for, as far as the run came.

    Args:
        times: shape (times,); fewer than asked for unless the status is "completed".
        psi: shape (times, *grid.shape).
        norm: int |psi|^2 at each time; conserved up to round-off.
        energy: <H> / norm at each time; its drift shows the error of the time step.
        outer: share of the outer third of the wavenumbers at each time.
        status: "interrupted" by somebody, or "unresolved": at the next time `outer` would have
            exceeded `MAX_OUTER`.
        grid: the points.
        hbar: Planck constant.
        masses: one for each side.
        step: the largest time step that was taken.
    """

    times: np.ndarray
    psi: np.ndarray
    norm: np.ndarray
    energy: np.ndarray
    outer: np.ndarray
    status: WaveStatus
    grid: Grid
    hbar: float
    masses: tuple[float, ...]
    step: float

    @property
    def density(self) -> np.ndarray:
        """|psi|^2 at each time, shape (times, *grid.shape)."""
        return _squared(self.psi)


def schrodinger(
    psi0: np.ndarray,
    potential: Callable[..., np.ndarray] | np.ndarray | None,
    box: Box,
    hbar: float,
    mass: float | Sequence[float] | np.ndarray,
    times: Sequence[float] | np.ndarray,
    *,
    step: float | None = None,
    order: int = 4,
) -> WaveRun:
    """Follow a wave function in time.

        i hbar d psi/dt = sum_k -(hbar^2 / 2 m_k) d^2 psi/dq_k^2 + V psi

    Kinetic and potential energy act in turns, each exactly: the first on plane waves (on sine
    waves between hard walls), the second on the points. Every step is unitary. For smooth waves the
    error falls faster than any power of the spacing, and as the power `order` of the step.

    Two limits follow from the energy E, which is conserved. Kinetic energy never exceeds E - min V,
    so the root mean square momentum never exceeds sqrt(2 m (E - min V)), and the grid must hold
    that much: pi hbar / spacing. And in one step the phase of the wave must not advance by more
    than half a turn: (E - min V) step <= pi hbar.

    Args:
        psi0: wave function at `times[0]`, one value for each point of the grid in `box`, not zero;
            it need not be normalised.
        potential: V, a function of the coordinates (q, or q1 and q2), an array, or None for 0.
        box: where, with its walls and its twist.
        hbar: Planck constant, larger than 0.
        mass: larger than 0; one number, or one for each side.
        times: increasing, the first is that of psi0.
        step: largest time step; by default `DEFAULT_SHARE` of the limit. Halve it to see the error.
        order: of the splitting, 2 (Strang), 4 or 6.

    Returns:
        The wave at the given times. Ctrl-C keeps what was computed.

    Raises:
        ParameterError: hbar, mass, step or order is out of range, or the times do not increase.
        ShapeError: psi0 or the potential does not fit the grid or is not finite.
        NormalisationError: psi0 is zero.
        ResolutionError: the grid is too coarse for psi0 or for hbar, or the step is too long.
        SizeError: more than `MAX_STORED` values would be kept.

    Exact zeros:
        the change of the norm, up to round-off; for V = 0 the error of the time step.

    Reference:
        [blanes2002] for orders 4 and 6.

    Example:
        >>> box = Box.ring(2 * np.pi)
        >>> (q,) = box.grid(16).points
        >>> run = schrodinger(np.exp(1j * q), None, box, hbar=1.0, mass=1.0, times=[0.0, 1.0])
        >>> bool(np.allclose(run.psi[1], np.exp(1j * (q - 0.5))))
        True
    """
    positive(hbar=hbar)
    grid = box.grid(*np.shape(psi0))
    masses = _one_for_each_side(mass, grid)
    instants = increasing(times)
    wave = _Wave(grid, hbar, masses, grid.values(potential))
    psi = _finite_wave(psi0)
    if len(instants) * psi.size > MAX_STORED:
        raise SizeError(
            f"{len(instants)} times on {psi.size} points: at most {MAX_STORED} values are kept"
        )
    composition, start = splitting(order), wave.measure(psi)
    limit = wave.check_resolution(*start[1:])
    return wave.run(psi, instants, wave.check_step(step, limit), composition, start)


@dataclass(frozen=True, eq=False)
class _Wave:
    """What stays the same during a run."""

    grid: Grid
    hbar: float
    masses: tuple[float, ...]
    potential: np.ndarray

    @cached_property
    def kinetic(self) -> np.ndarray:
        """Kinetic energy of each wave of the grid."""
        terms = (
            (self.hbar * k) ** 2 / (2 * m)
            for k, m in zip(self.grid.wavenumbers, self.masses, strict=True)
        )
        return np.asarray(sum(terms))

    @cached_property
    def outside(self) -> np.ndarray:
        """Which waves of the grid have a wavenumber in the outer third."""
        outside = np.zeros(self.grid.shape, dtype=bool)
        for k, spacing in zip(self.grid.wavenumbers, self.grid.spacings, strict=True):
            outside |= np.abs(k) > 2 / 3 * np.pi / spacing
        return outside

    def measure(self, psi: np.ndarray) -> _Measured:
        """Norm, energy over norm, and the share of the outer third, of a wave of any norm."""
        density, weight = _squared(psi), _squared(self.grid.transform(psi))
        norm = density.sum()
        energy = ((weight * self.kinetic).sum() + (density * self.potential).sum()) / norm
        outer = weight[self.outside].sum() / weight.sum()
        return float(norm * self.grid.cell), float(energy), float(outer)

    def check_resolution(self, energy: float, outer: float) -> float:
        """Raise if the grid is too coarse; return the longest time step."""
        if outer > MAX_OUTER:
            raise ResolutionError(
                f"psi0: {outer:.1%} of it has wavenumbers in the outer third of what the grid of "
                f"{self.grid.shape} points can tell apart, at most {MAX_OUTER:.0%} is allowed: "
                "more points are needed"
            )
        available = max(energy - float(self.potential.min()), 0.0)
        for mass, spacing in zip(self.masses, self.grid.spacings, strict=True):
            momentum = math.sqrt(2 * mass * available)
            if momentum * spacing > math.pi * self.hbar:
                raise ResolutionError(
                    f"hbar = {self.hbar:g}: the momentum can reach {momentum:.4g}, and a grid with "
                    f"spacing {spacing:.4g} holds pi hbar / spacing = "
                    f"{math.pi * self.hbar / spacing:.4g}: the spacing must be at most "
                    f"{math.pi * self.hbar / momentum:.4g}"
                )
        return math.pi * self.hbar / available if available else math.inf

    def check_step(self, step: float | None, limit: float) -> float:
        """The step to take, or the default one."""
        if step is None:
            return DEFAULT_SHARE * limit
        positive(step=step)
        if step > limit:
            raise ResolutionError(
                f"step = {step:g}: must be at most pi hbar / (E - min V) = {limit:.4g}"
            )
        return step

    def run(
        self,
        psi: np.ndarray,
        times: np.ndarray,
        step: float,
        composition: Splitting,
        start: _Measured,
    ) -> WaveRun:
        """Follow the wave and keep what the end, an interruption or the grid leaves of it."""
        gaps = np.diff(times).tolist()
        plan = [(gap, max(1, math.ceil(gap / step * (1 - 1e-12)))) for gap in gaps]
        kept = np.empty((len(times), *self.grid.shape), dtype=complex)
        kept[0], measured = psi, [start]
        status: WaveStatus = "completed"
        try:
            for wave in self._follow(psi, plan, composition):
                now = self.measure(wave)
                if now[2] > MAX_OUTER:
                    status = "unresolved"
                    break
                kept[len(measured)] = wave
                measured.append(now)
        except KeyboardInterrupt:
            status = "interrupted"
        done = len(measured)
        norm, energy, outer = np.array(measured).T
        taken = max((gap / steps for gap, steps in plan), default=step)
        about = (self.grid, self.hbar, self.masses, taken)
        return WaveRun(times[:done], kept[:done], norm, energy, outer, status, *about)

    def _follow(
        self, psi: np.ndarray, plan: list[tuple[float, int]], composition: Splitting
    ) -> Iterator[np.ndarray]:
        """The wave at each time but the first; in between it lives in the gauge without twist."""
        gauge = self.grid.gauge
        march, taken = None, 0.0
        psi = psi if gauge is None else psi * gauge
        with progress("schrodinger", sum(steps for _, steps in plan)) as advance:
            for gap, steps in plan:
                if march is None or not math.isclose(gap / steps, taken, rel_tol=1e-13):
                    taken = gap / steps
                    march = self._march(taken, composition)
                for start in range(0, steps, _TOGETHER):
                    count = min(_TOGETHER, steps - start)
                    psi = march(psi, count)
                    advance(count)
                yield psi if gauge is None else psi * gauge.conj()

    def _march(
        self, step: float, composition: Splitting
    ) -> Callable[[np.ndarray, int], np.ndarray]:
        """The function that takes so many steps; kicks that follow each other become one."""
        forward, backward, scale = _transforms(self.grid)
        kicks = self._phases(step, self.potential, composition.kicks)
        drifts = self._phases(step, self.kinetic, composition.drifts, 1 / scale)
        between = [*kicks[1:-1], kicks[-1] * kicks[0]]

        def march(psi: np.ndarray, count: int) -> np.ndarray:
            psi = psi * kicks[0]
            for remaining in range(count, 0, -1):
                for stage, drift in enumerate(drifts):
                    psi = forward(psi)
                    psi *= drift
                    psi = backward(psi)
                    last = remaining == 1 and stage == len(drifts) - 1
                    psi *= kicks[-1] if last else between[stage]
            return psi

        return march

    def _phases(
        self, step: float, energy: np.ndarray, shares: tuple[float, ...], factor: float = 1.0
    ) -> list[np.ndarray]:
        """Factors e^{-i share step energy / hbar}; equal ones are the same array."""
        angle = -step / self.hbar * energy
        known = {share: _turned(factor, share * angle) for share in set(shares)}
        return [known[share] for share in shares]


def _transforms(
    grid: Grid,
) -> tuple[Callable[[np.ndarray], np.ndarray], Callable[[np.ndarray], np.ndarray], float]:
    """Transform, its inverse, and the factor that the two leave.

    `scipy.fftpack` calls the same code as `scipy.fft`, without the dispatch to other backends that
    costs as much as a transform of some hundred points.
    """
    line = len(grid.shape) == 1
    if grid.hard:
        sine = partial(fftpack.dst if line else fftpack.dstn, type=1, overwrite_x=True)
        return sine, sine, math.prod(2 * (points + 1) for points in grid.shape)
    forward = partial(fftpack.fft if line else fftpack.fft2, overwrite_x=True)
    return forward, partial(fftpack.ifft if line else fftpack.ifft2, overwrite_x=True), 1.0


def _turned(factor: float, angle: np.ndarray) -> np.ndarray:
    """Factor e^{i angle}."""
    turned = np.empty(angle.shape, dtype=complex)
    turned.real, turned.imag = np.cos(angle), np.sin(angle)
    return turned if factor == 1 else factor * turned


def _squared(psi: np.ndarray) -> np.ndarray:
    return np.square(psi.real) + np.square(psi.imag)


def _one_for_each_side(mass: float | Sequence[float] | np.ndarray, grid: Grid) -> tuple[float, ...]:
    masses = tuple(np.ravel(np.asarray(mass, dtype=float)).tolist())
    masses = masses * len(grid.shape) if np.ndim(mass) == 0 else masses
    if len(masses) != len(grid.shape):
        raise ParameterError(f"mass = {mass!r}: one for each of {len(grid.shape)} sides is needed")
    for one in masses:
        positive(mass=one)
    return masses


def _finite_wave(psi0: np.ndarray) -> np.ndarray:
    psi = np.asarray(psi0, dtype=complex)
    if not np.isfinite(psi).all():
        raise ShapeError("psi0: must be finite at every point")
    if not psi.any():
        raise NormalisationError("psi0: is zero everywhere and cannot be normalised")
    return psi
