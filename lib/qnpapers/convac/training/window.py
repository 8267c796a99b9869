"""Scores of digits on black frames, computed only where the digit can be seen.

With shared weights all sites that see nothing but black have the same values at a level. So a
small digit in a large frame needs a small square of sites at each level, and one site of black.
"""

from __future__ import annotations

from typing import Any

from qnpapers.convac.training.model import Parameters, TreeModel
from qnpapers.convac.training.task import FrameTask, on_black


def window_sides(task: FrameTask, levels: int) -> tuple[int, ...]:
    """Side w_l of a square of sites that holds all that see the digit, for l = 0 .. levels.

    A digit of side d, read by patches of k x k pixels, is seen by w_0 = d + k - 1 pixels in a row
    (at most S); as many pixels, wherever they lie, touch at most floor((w_0 - 2) / 2**l) + 2
    blocks of side 2**l [derived].

    Example:
        >>> window_sides(FrameTask(64, 8), 6)
        (10, 6, 4, 3, 2, 2, 1)
    """
    lowest = min(task.digit_side + task.neighbourhood - 1, task.side)
    if lowest == 1:
        return (1,) * (levels + 1)
    return tuple(min(task.side >> k, (lowest - 2 >> k) + 2) for k in range(levels + 1))


def window_scores(
    model: TreeModel, task: FrameTask, parameters: Parameters, digits: Any, places: Any
) -> Any:
    """The same scores as `model.scores(parameters, task.patches(task.frame(digits, places)))[0]`.

    The cost is that of sum_l w_l**2 sites instead of S**2 / 4**l, with w_l of `window_sides`.

    Args:
        model: shared weights, windows of four.
        task: the digits that it reads.
        parameters: see `Parameters`.
        digits: grey values 0 to 1, shape (batch, d, d).
        places: top row and left column of each digit in the frame, shape (batch, 2).

    Returns:
        scores, shape (batch, Y).
    """
    import jax.numpy as jnp

    levels = len(model.channels)
    sides = window_sides(task, levels)
    first = jnp.clip(places - task.neighbourhood // 2, 0, task.side - sides[0])
    values = model.features(parameters, _patches(task, digits, places - first, sides[0]))
    black = model.features(parameters, jnp.zeros(task.patch, digits.dtype))
    for level, (weights, offset) in enumerate(model.each_layer(parameters)):
        values, black = values @ weights[0].T + offset, weights[0] @ black + offset
        odd = first >> level & 1  # the square begins at the second of two siblings
        values = _whole_windows(values, black, odd, 2 * sides[level + 1])
        values, _ = model.pool([values[:, i::2, j::2] for i in (0, 1) for j in (0, 1)])
        black, _ = model.pool([black] * 4)
    return values[:, 0, 0] @ parameters["output"].T


def _patches(task: FrameTask, digits: Any, shift: Any, side: int) -> Any:
    """Patches of side x side pixels, the digit at `shift`: shape (batch, side, side, s)."""
    import jax.numpy as jnp

    k = task.neighbourhood
    pixels = on_black(digits, shift + k // 2, side + k - 1)
    shifted = [pixels[:, i : i + side, j : j + side] for i in range(k) for j in range(k)]
    return jnp.stack(shifted, axis=-1)


def _whole_windows(values: Any, black: Any, odd: Any, side: int) -> Any:
    """Complete squares of sites with black to `side` sites, so that pooling windows are whole.

    Each row of the result is a row of the square, moved by one if `odd`, or black: a product with
    a matrix of zeros and ones. The same for columns. (Slices and copies compile more slowly.)
    """
    import jax.numpy as jnp

    place = jnp.arange(side)[:, None] - jnp.arange(values.shape[1])
    for axis, product in ((1, "bnw,bwvr->bnvr"), (2, "bnw,bmwr->bmnr")):
        chosen = (place == odd[:, axis - 1, None, None]).astype(values.dtype)
        missing = jnp.expand_dims(1 - chosen.sum(axis=2), (3 - axis, 3))
        values = jnp.einsum(product, chosen, values) + missing * black
    return values
