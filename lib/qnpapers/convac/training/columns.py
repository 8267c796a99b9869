"""Scores of whole frames with the sites last, so that a processor works on many sites at a time.

`TreeModel.scores` keeps the few channels of a site next to each other. Here a channel's values at
all sites of all digits are next to each other, the four siblings of a window far apart: pooling and
activation are then operations on long rows, and so are the derivatives.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from qnpapers.convac.training.model import Parameters, TreeModel
from qnpapers.convac.training.task import FrameTask


def column_scores(model: TreeModel, task: FrameTask, parameters: Parameters, frames: Any) -> Any:
    """The same scores as `model.scores(parameters, task.patches(frames))[0]`.

    Args:
        model: shared weights, windows of four.
        task: as which patches the frames are read.
        parameters: see `Parameters`.
        frames: shape (batch, S, S).

    Returns:
        scores, shape (batch, Y).
    """
    patches = _patches(task, frames, len(model.channels))
    values = model.activate(
        parameters["representation"] @ patches + parameters["bias"][:, None], axis=0
    )
    for weights, offset in model.each_layer(parameters):
        values = weights[0] @ values  # channel, (sibling, window, digit)
        if not model.is_convac:
            values = values + offset[:, None]
        siblings = values.reshape(len(values), 4, -1)
        values, _ = model.pool([siblings[:, k] for k in range(4)], axis=0)
    return values.T @ parameters["output"].T


def _patches(task: FrameTask, frames: Any, levels: int) -> Any:
    """Patches as columns, shape (s, S**2 * batch): siblings far apart, digits side by side."""
    import jax.numpy as jnp

    margin = task.neighbourhood // 2
    padded = jnp.pad(frames, ((0, 0), (margin, margin), (margin, margin)))
    turned = np.arange(4**levels).reshape((4,) * levels).T.ravel()
    sources = jnp.asarray(task.sources[turned].T, jnp.int32)
    return padded.reshape(len(frames), -1).T[sources].reshape(task.patch, -1)
