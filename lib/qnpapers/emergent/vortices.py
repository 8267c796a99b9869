"""Vortices: the points where a wave vanishes and its phase turns by a multiple of 2 pi."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qnpapers.emergent.grid import Grid
from qnpapers.errors import NormalisationError, ParameterError, ShapeError

DARK = 1e-9
"""Below this share of the largest |psi| a phase is taken for round-off, unless told otherwise."""


@dataclass(frozen=True, eq=False)
class Vortices:
    """What the phase of a wave does around every cell of its grid.

    Args:
        windings: turns of the phase around each plaquette, counterclockwise, exact integers, shape
            of the plaquettes; 0 where `dark`.
        dark: plaquettes with a corner too dark to have a phase.
        grid: the points.
    """

    windings: np.ndarray
    dark: np.ndarray
    grid: Grid

    @property
    def charges(self) -> np.ndarray:
        """Windings of those plaquettes that have one, in the order of `positions`."""
        return self.windings[np.nonzero(self.windings)]

    @property
    def positions(self) -> np.ndarray:
        """Centres of these plaquettes, shape (vortices, 2); off by half a spacing at most."""
        index = np.stack(np.nonzero(self.windings), axis=1)
        first = [axis.reshape(-1)[0] for axis in self.grid.points]
        return np.array(first) + (index + 0.5) * np.array(self.grid.spacings)

    @property
    def total(self) -> int:
        """Sum of all windings: the turns of the phase around everything that is not dark."""
        return int(self.windings.sum())


def vortices(psi: np.ndarray, grid: Grid, *, dark: float = DARK) -> Vortices:
    """Windings of the phase of psi around every plaquette of a grid in the plane.

        n = (1 / 2 pi) oint d arg psi

    Along each edge the phase is taken to change by less than half a turn, which is right where the
    spacing is much smaller than the distance of the vortices. Differences are counted in whole
    turns, so the windings are integers without rounding. Periodic grids have as many plaquettes as
    points, and their windings sum to 0: a single vortex has its opposite at the seam, which is left
    out if the wave is dark there. Between hard walls there is one plaquette less on each side.

    Args:
        psi: complex, of the shape of the grid.
        grid: in two dimensions.
        dark: below this share of the largest |psi| a phase is not trusted, at least 1e-15; raise
            it to the relative error of psi if it was computed.

    Raises:
        ParameterError: `dark` is not between 1e-15 and 1.
        ShapeError: psi has another shape, is not finite, or the grid is not in two dimensions.
        NormalisationError: psi is zero everywhere, or it vanishes at a single point of the grid: a
            vortex that belongs to no plaquette. Shift the grid by half a spacing.

    Exact zeros:
        windings of a real positive psi; their sum on a periodic grid without dark points.

    Reference:
        [takabayasi1952]

    Example:
        >>> from qnpapers.emergent.grid import Box
        >>> grid = Box.square(-2.0, 2.0, "hard").grid(10, 10)
        >>> x, y = grid.points
        >>> found = vortices((x + 1j * y) * np.exp(-(x**2 + y**2)), grid)
        >>> found.charges.tolist(), found.positions.round(12).tolist()
        ([1], [[0.0, 0.0]])
    """
    if len(grid.shape) != 2 or np.shape(psi) != grid.shape or not np.isfinite(psi).all():
        raise ShapeError(
            f"psi: of shape {np.shape(psi)}, must be finite and fit a grid in two dimensions; this "
            f"one has the shape {grid.shape}"
        )
    if not 1e-15 <= dark < 1:
        raise ParameterError(f"dark = {dark!r}: must be from 1e-15 to 1")
    psi = np.asarray(psi, dtype=complex)
    size = np.abs(psi)
    if not size.any():
        raise NormalisationError("psi: is zero everywhere and has no phase")
    dim = size <= dark * size.max()
    _refuse_nodes_on_points(size, grid, dark)
    turns = np.angle(psi) / (2 * np.pi)
    right, up = _turns_along(turns, 0, grid), _turns_along(turns, 1, grid)
    # Whole turns that were taken out along right, up, left, down; the rest adds up to zero.
    taken = right + _next(up, 0) - _next(right, 1) - up
    touched = dim | _next(dim, 0)
    touched = touched | _next(touched, 1)
    if grid.hard:
        taken, touched = taken[:-1, :-1], touched[:-1, :-1]
    return Vortices(np.where(touched, 0, -taken), touched, grid)


def _next(values: np.ndarray, axis: int) -> np.ndarray:
    """Values at the next point of an axis; the last one continues with the first."""
    return np.roll(values, -1, axis)


def _turns_along(turns: np.ndarray, axis: int, grid: Grid) -> np.ndarray:
    """Whole turns in the phase difference to the next point, the seam of a twist included."""
    difference = _next(turns, axis) - turns
    seam: list[slice] = [slice(None), slice(None)]
    seam[axis] = slice(-1, None)
    difference[tuple(seam)] += grid.box.twists[axis] / (2 * np.pi)
    return np.rint(difference).astype(int)


def _refuse_nodes_on_points(size: np.ndarray, grid: Grid, dark: float) -> None:
    """Raise at a point that is dark beside each of its neighbours, which are not."""
    around = [np.roll(size, shift, axis) for axis in (0, 1) for shift in (1, -1)]
    neighbours = np.minimum.reduce(around)
    alone = np.argwhere((size <= dark * neighbours) & (neighbours > dark * size.max()))
    if len(alone):
        x, y = (float(axis.flat[i]) for axis, i in zip(grid.points, alone[0], strict=True))
        raise NormalisationError(
            f"psi: vanishes at the point ({x:.4g}, {y:.4g}) of the grid and not around it: a "
            "vortex must lie inside a plaquette; shift the grid by half a spacing"
        )
