"""The Schrödinger equation on a grid: split operator, in one or two dimensions."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal

import numpy as np
from scipy import fft

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
    mass: float | Sequence[float],
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
    limit = wave.check_resolution(psi)
    step = wave.check_step(step, limit)
    return wave.run(psi, instants, step, splitting(order))


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

    def energy(self, psi: np.ndarray, amplitudes: np.ndarray) -> float:
        """<H> of a wave that need not be normalised."""
        weight, density = _squared(amplitudes), _squared(psi)
        total = (weight * self.kinetic).sum() + (density * self.potential).sum()
        return float(total / density.sum())

    @cached_property
    def inside(self) -> np.ndarray:
        """Which waves of the grid have no wavenumber in the outer third."""
        inside = np.ones(self.grid.shape, dtype=bool)
        for k, spacing in zip(self.grid.wavenumbers, self.grid.spacings, strict=True):
            inside &= np.abs(k) <= 2 / 3 * np.pi / spacing
        return inside

    def outer(self, amplitudes: np.ndarray) -> float:
        """Share of the waves that have one."""
        weight = _squared(amplitudes)
        return float(1 - weight[self.inside].sum() / weight.sum())

    def check_resolution(self, psi: np.ndarray) -> float:
        """Raise if the grid is too coarse; return the longest time step."""
        amplitudes = self.grid.transform(psi)
        outer = self.outer(amplitudes)
        if outer > MAX_OUTER:
            raise ResolutionError(
                f"psi0: {outer:.1%} of it has wavenumbers in the outer third of what the grid of "
                f"{self.grid.shape} points can tell apart, at most {MAX_OUTER:.0%} is allowed: "
                "more points are needed"
            )
        available = self.energy(psi, amplitudes) - float(self.potential.min())
        for mass, spacing in zip(self.masses, self.grid.spacings, strict=True):
            momentum = math.sqrt(2 * mass * max(available, 0.0))
            if momentum * spacing > math.pi * self.hbar:
                raise ResolutionError(
                    f"hbar = {self.hbar:g}: the momentum can reach {momentum:.4g}, and a grid with "
                    f"spacing {spacing:.4g} holds pi hbar / spacing = "
                    f"{math.pi * self.hbar / spacing:.4g}: the spacing must be at most "
                    f"{math.pi * self.hbar / momentum:.4g}"
                )
        return math.inf if available <= 0 else math.pi * self.hbar / available

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
        self, psi: np.ndarray, times: np.ndarray, step: float, composition: Splitting
    ) -> WaveRun:
        """Follow the wave and keep what the end, an interruption or the grid leaves of it."""
        plan = [max(1, math.ceil(gap / step * (1 - 1e-12))) for gap in np.diff(times)]
        kept = np.empty((len(times), *self.grid.shape), dtype=complex)
        numbers = np.empty((len(times), 3))
        status: WaveStatus = "completed"
        done = 0
        try:
            for wave in self._follow(psi, times, plan, composition):
                amplitudes = self.grid.transform(wave)
                norm = float(self.grid.integrate(_squared(wave)))
                numbers[done] = norm, self.energy(wave, amplitudes), self.outer(amplitudes)
                if numbers[done, 2] > MAX_OUTER:
                    status = "unresolved"
                    break
                kept[done] = wave
                done += 1
        except KeyboardInterrupt:
            if not done:
                raise
            status = "interrupted"
        norms, energy, outer = numbers[:done].T
        taken = max((gap / n for gap, n in zip(np.diff(times), plan, strict=True)), default=step)
        about = (self.grid, self.hbar, self.masses, float(taken))
        return WaveRun(times[:done], kept[:done], norms, energy, outer, status, *about)

    def _follow(
        self, psi: np.ndarray, times: np.ndarray, plan: list[int], composition: Splitting
    ) -> Iterator[np.ndarray]:
        """The wave at each time; between them it lives in the gauge without a twist."""
        yield psi
        gauge = self.grid.gauge
        march, taken = None, 0.0
        psi = psi.copy() if gauge is None else psi * gauge
        with progress("schrodinger", sum(plan)) as advance:
            for gap, steps in zip(np.diff(times), plan, strict=True):
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
    """Transform and its inverse without their factor, and the factor."""
    if grid.hard:
        sine = partial(fft.dst if len(grid.shape) == 1 else fft.dstn, type=1, overwrite_x=True)
        return sine, sine, math.prod(2 * (points + 1) for points in grid.shape)
    one = len(grid.shape) == 1
    forward = partial(fft.fft if one else fft.fft2, overwrite_x=True)
    backward = partial(fft.ifft if one else fft.ifft2, norm="forward", overwrite_x=True)
    return forward, backward, math.prod(grid.shape)


def _turned(factor: float, angle: np.ndarray) -> np.ndarray:
    """Factor e^{i angle}."""
    turned = np.empty(angle.shape, dtype=complex)
    turned.real, turned.imag = np.cos(angle), np.sin(angle)
    turned *= factor
    return turned


def _squared(psi: np.ndarray) -> np.ndarray:
    return np.square(psi.real) + np.square(psi.imag)


def _one_for_each_side(mass: float | Sequence[float], grid: Grid) -> tuple[float, ...]:
    masses = tuple(mass) if isinstance(mass, Sequence) else (mass,) * len(grid.shape)
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
