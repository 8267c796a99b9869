"""How a quantity grows with a size."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qnpapers.errors import ShapeError


def power_law_exponent(x: Sequence[float] | np.ndarray, y: Sequence[float] | np.ndarray) -> float:
    """The exponent k of y = c x**k, by least squares on the logarithms of the last half.

    The first half of the points is left out, because small sizes have other costs too. *It fits a
    straight line to whatever it gets*: look at the points before trusting the number.

    Args:
        x: positive sizes in ascending order, at least four.
        y: positive values, as many.

    Raises:
        ShapeError: fewer than four points, lengths that differ, or a number that is not positive.

    Example:
        >>> round(power_law_exponent([1, 2, 4, 8], [9, 5, 12, 48]), 12)
        2.0
    """
    sizes, values = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if sizes.ndim != 1 or sizes.shape != values.shape or len(sizes) < 4:
        raise ShapeError(
            f"x and y: at least four points are needed, got shapes {sizes.shape} and {values.shape}"
        )
    if not (np.all(sizes > 0) and np.all(values > 0)):
        raise ShapeError("x and y: a power law needs positive numbers")
    half = len(sizes) // 2
    return float(np.polyfit(np.log(sizes[half:]), np.log(values[half:]), 1)[0])
