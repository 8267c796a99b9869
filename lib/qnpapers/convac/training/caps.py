"""Caps on the entanglement between the halves of a digit, for a wide base and a wide tip."""

from __future__ import annotations

import numpy as np

from qnpapers.convac.cut import min_cuts
from qnpapers.convac.mirrored import pixel_region, wide_base, wide_tip
from qnpapers.convac.training.model import convac
from qnpapers.convac.training.task import FrameTask


def caps_of_halves(
    task: FrameTask, width: int, places: int, *, rng: np.random.Generator
) -> np.ndarray:
    """Minimal cuts between one half of a digit and everything else.

    Args:
        task: its digits and where they stand.
        width: r, of the mirrored networks.
        places: how many are drawn. At each, the upper half and the left half are cut off.
        rng: draws the places.

    Returns:
        minimal cuts of the wide base and of the wide tip, shape (2, 2 * places).

    Example:
        >>> task = FrameTask(4, 4)
        >>> caps_of_halves(task, 3, 1, rng=np.random.default_rng(0)).tolist()
        [[3.0, 3.0], [6.0, 6.0]]
    """
    levels = task.side.bit_length() - 1
    regions = [
        half_of_digit(task, int(top), int(left), axis)
        for top, left in task.places(places, rng=rng)
        for axis in (0, 1)
    ]
    nets = (
        convac(task.patch, widths(width, levels)).architecture for widths in (wide_base, wide_tip)
    )
    return np.array([min_cuts(net, regions) for net in nets], dtype=float)


def half_of_digit(task: FrameTask, top: int, left: int, axis: int) -> tuple[int, ...]:
    """The region of the upper (axis 0) or the left (axis 1) half of a digit at a place."""
    inside = np.zeros((task.side, task.side), dtype=bool)
    height, width = (task.digit_side // (1 + (axis == k)) for k in (0, 1))
    inside[top : top + height, left : left + width] = True
    return pixel_region(inside)
