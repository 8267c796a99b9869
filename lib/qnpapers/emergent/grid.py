"""Where waves and fluids live: a ring, a line or a rectangle, and the points on it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from scipy import fft

from qnpapers.emergent.limits import finite, positive
from qnpapers.errors import ParameterError, ShapeError

Walls = Literal["periodic", "hard"]

SMALLEST = 4
"""Least number of points on a side."""


@dataclass(frozen=True)
class Box:
    """A line segment or a rectangle whose sides are glued together or end at hard walls.

        periodic:  psi(q + L) = e^{i twist} psi(q)          hard:  psi = 0 at both ends

    Args:
        sides: (low, high) for each of one or two dimensions, in units of q.
        walls: "periodic" or "hard".
        twists: phase in radians that the wave gains once round each side; 0 where none is given.

    Raises:
        ParameterError: there are no or more than two sides, a side is empty, the walls are unknown,
            or there is a twist at hard walls.

    Example:
        >>> Box.ring(2 * math.pi).lengths == (2 * math.pi,)
        True
    """

    sides: tuple[tuple[float, float], ...]
    walls: Walls = "periodic"
    twists: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if len(self.sides) not in (1, 2):
            raise ParameterError(f"sides = {self.sides!r}: one or two dimensions are needed")
        for low, high in self.sides:
            finite(low=low, high=high)
            if not low < high:
                raise ParameterError(
                    f"side ({low!r}, {high!r}): its low end must be the smaller one"
                )
        if self.walls not in ("periodic", "hard"):
            raise ParameterError(f"walls = {self.walls!r}: must be 'periodic' or 'hard'")
        object.__setattr__(self, "twists", self.twists or (0.0,) * len(self.sides))
        if len(self.twists) != len(self.sides) or not np.isfinite(self.twists).all():
            raise ParameterError(
                f"twists = {self.twists!r}: one finite phase for each side is needed"
            )
        if self.walls == "hard" and any(self.twists):
            raise ParameterError(f"twists = {self.twists!r}: hard walls allow no twist")

    @staticmethod
    def ring(length: float, twist: float = 0.0) -> Box:
        """A ring of this length, from q = 0."""
        positive(length=length)
        return Box(((0.0, length),), twists=(twist,))

    @staticmethod
    def line(low: float, high: float, walls: Walls = "periodic") -> Box:
        """A segment of the line."""
        return Box(((low, high),), walls)

    @staticmethod
    def square(low: float, high: float, walls: Walls = "periodic") -> Box:
        """A square with the same ends in both directions."""
        return Box(((low, high), (low, high)), walls)

    @property
    def lengths(self) -> tuple[float, ...]:
        """Length of each side."""
        return tuple(high - low for low, high in self.sides)

    def grid(self, *shape: int) -> Grid:
        """The grid with this many points on each side."""
        return Grid(self, shape)


@dataclass(frozen=True)
class Grid:
    """Equidistant points in a box, and the plane or sine waves that they can tell apart.

    Periodic sides have the points low + i L / n with i = 0 ... n - 1; sides between hard walls have
    low + (i + 1) L / (n + 1), the walls themselves left out.

    Args:
        box: where the points are.
        shape: number of points on each side, at least `SMALLEST`.

    Raises:
        ShapeError: there is not one number for each side, or one is too small.

    Example:
        >>> Box.ring(1.0).grid(4).points[0].tolist()
        [0.0, 0.25, 0.5, 0.75]
    """

    box: Box
    shape: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.shape) != len(self.box.sides) or min(self.shape, default=0) < SMALLEST:
            raise ShapeError(
                f"shape {self.shape}: one number of points, at least {SMALLEST}, for each of the "
                f"{len(self.box.sides)} sides is needed"
            )

    @property
    def hard(self) -> bool:
        """True between hard walls."""
        return self.box.walls == "hard"

    @cached_property
    def spacings(self) -> tuple[float, ...]:
        """Distance of neighbours on each side."""
        return tuple(
            length / (points + self.hard)
            for length, points in zip(self.box.lengths, self.shape, strict=True)
        )

    @property
    def cell(self) -> float:
        """Length or area that belongs to one point."""
        return math.prod(self.spacings)

    @cached_property
    def points(self) -> tuple[np.ndarray, ...]:
        """Coordinates, one array for each side, shaped so that they broadcast to the grid."""
        return np.ix_(
            *(
                low + spacing * (np.arange(points) + self.hard)
                for (low, _), spacing, points in zip(
                    self.box.sides, self.spacings, self.shape, strict=True
                )
            )
        )

    @cached_property
    def wavenumbers(self) -> tuple[np.ndarray, ...]:
        """Wavenumbers of `transform`, one array for each side, shaped so that they broadcast."""
        if self.hard:
            waves = [
                np.pi * np.arange(1, points + 1) / length
                for length, points in zip(self.box.lengths, self.shape, strict=True)
            ]
        else:
            waves = [
                (2 * np.pi * fft.fftfreq(points, 1 / points) + twist) / length
                for length, points, twist in zip(
                    self.box.lengths, self.shape, self.box.twists, strict=True
                )
            ]
        return np.ix_(*waves)

    @cached_property
    def gauge(self) -> np.ndarray | None:
        """The factor e^{-i twist q / L} that makes a twisted wave periodic; None without twist."""
        if not any(self.box.twists):
            return None
        phase = sum(
            twist * q / length
            for twist, q, length in zip(self.box.twists, self.points, self.box.lengths, strict=True)
        )
        return np.exp(-1j * np.asarray(phase))

    def integrate(self, values: np.ndarray) -> np.ndarray:
        """Integral over the box; leading axes, such as the times of a run, stay."""
        return np.asarray(values.sum(axis=tuple(range(-len(self.shape), 0))) * self.cell)

    def transform(self, psi: np.ndarray) -> np.ndarray:
        """Amplitudes of the waves: sum |amplitude|^2 times `cell` is the norm of psi."""
        if self.hard:
            return fft.dstn(psi, type=1, norm="ortho")
        return fft.fftn(psi if self.gauge is None else psi * self.gauge, norm="ortho")

    def derivative(self, psi: np.ndarray, side: int = 0) -> np.ndarray:
        """Derivative of a wave along a side, spectrally; periodic sides only.

        Raises:
            ParameterError: the walls are hard.
        """
        if self.hard:
            raise ParameterError("walls = 'hard': derivatives are taken on periodic sides only")
        slope = fft.ifftn(1j * self._odd_wavenumbers(side) * self.transform(psi), norm="ortho")
        return slope if self.gauge is None else slope * self.gauge.conj()

    def _odd_wavenumbers(self, side: int) -> np.ndarray:
        """Wavenumbers without that of the fastest wave of an even grid, which has no direction."""
        k = self.wavenumbers[side].copy()
        points = self.shape[side]
        if points % 2 == 0:
            k.reshape(-1)[points // 2] = self.box.twists[side] / self.box.lengths[side]
        return k

    def values(self, potential: object) -> np.ndarray:
        """A potential on the grid: a function of the coordinates, an array, or None for 0.

        Raises:
            ShapeError: it has another shape, or is not real and finite everywhere.
        """
        given = potential(*self.points) if callable(potential) else potential
        array = np.asarray(0.0 if given is None else given)
        if np.iscomplexobj(array) or not np.issubdtype(array.dtype, np.number):
            raise ShapeError(f"potential: of type {array.dtype}, must be real numbers")
        if array.shape not in ((), self.shape) or not np.isfinite(array).all():
            raise ShapeError(
                f"potential: of shape {array.shape}, must be one finite number for each point of "
                f"{self.shape}"
            )
        return np.broadcast_to(array.astype(float), self.shape)
