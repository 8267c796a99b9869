"""A line cut into equal cells: where densities and histograms of a trainable variable live."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import ndtr

from qnpapers.emergent.limits import counts, finite, positive
from qnpapers.errors import NormalisationError, ParameterError, ShapeError

MASS_TOLERANCE = 1e-6
"""How much of a density may be missing from a grid that is to hold all of it."""


@dataclass(frozen=True)
class CellGrid:
    """The interval from low to high in `cells` equal cells; a density has one value for each.

    Args:
        low: left end, in units of q.
        high: right end, larger than low.
        cells: number of cells, at least 1.

    Raises:
        ParameterError: the ends are not finite or not in order, or there is no cell.

    Example:
        >>> grid = CellGrid(-1.0, 1.0, 4)
        >>> grid.centres.tolist()
        [-0.75, -0.25, 0.25, 0.75]
        >>> round(grid.entropy(np.full(4, 0.5)), 6) == round(float(np.log(2)), 6)
        True
    """

    low: float
    high: float
    cells: int

    def __post_init__(self) -> None:
        finite(low=self.low, high=self.high)
        counts(cells=self.cells)
        if not self.low < self.high:
            raise ParameterError(f"low = {self.low!r}: must be smaller than high = {self.high!r}")

    @property
    def width(self) -> float:
        """Width of a cell."""
        return (self.high - self.low) / self.cells

    @cached_property
    def edges(self) -> np.ndarray:
        """Ends of the cells, shape (cells + 1,); cannot be written."""
        return _read_only(np.linspace(self.low, self.high, self.cells + 1))

    @cached_property
    def centres(self) -> np.ndarray:
        """Middles of the cells, shape (cells,); cannot be written."""
        return _read_only((self.edges[1:] + self.edges[:-1]) / 2)

    def gaussian(self, mean: float, deviation: float) -> np.ndarray:
        """Mean of a normal density over each cell, shape (cells,); it integrates to 1.

        Raises:
            ParameterError: the deviation is not positive.
            NormalisationError: the grid does not hold it.
        """
        positive(deviation=deviation)
        below = ndtr((self.edges - mean) / deviation)
        above = ndtr((mean - self.edges) / deviation)
        shares = np.where(self.centres > mean, above[:-1] - above[1:], below[1:] - below[:-1])
        held = shares.sum()
        if held < 1 - MASS_TOLERANCE:
            raise NormalisationError(
                f"[{self.low:g}, {self.high:g}] holds {held:.6f} of the normal density at "
                f"{mean:g} with deviation {deviation:g}: widen the grid"
            )
        return shares / (held * self.width)

    def mean(self, density: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Integral of p times a function that is given at the centres; sums the last axis."""
        return (density * values).sum(axis=-1) * self.width

    def moments(self, density: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and variance of q."""
        mean = self.mean(density, self.centres)
        return mean, self.mean(density, (self.centres - np.asarray(mean)[..., None]) ** 2)

    def entropy(self, density: np.ndarray) -> float:
        """-int p ln p in nats, with 0 ln 0 = 0; differential entropy, so it may be negative."""
        density = np.asarray(density, dtype=float)
        logs = np.log(np.where(density > 0, density, 1.0))
        return float(-(density * logs).sum() * self.width)

    def check_density(self, density: np.ndarray) -> np.ndarray:
        """Return the density as float64 if it is one.

        Raises:
            ShapeError: there is not one value for each cell.
            NormalisationError: a value is negative or not finite, or the integral is not 1.
        """
        density = np.asarray(density, dtype=float)
        if density.shape != (self.cells,):
            raise ShapeError(f"density: shape {density.shape}, must be ({self.cells},)")
        if not (np.isfinite(density).all() and (density >= 0).all()):
            raise NormalisationError("density: must be finite, 0 or larger in every cell")
        mass = density.sum() * self.width
        if abs(mass - 1) > MASS_TOLERANCE:
            raise NormalisationError(f"density: integrates to {mass:.6g}, must be 1")
        return density


def _read_only(array: np.ndarray) -> np.ndarray:
    array.setflags(write=False)
    return array
