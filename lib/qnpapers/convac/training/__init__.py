"""Training of tree networks, ConvACs and ConvNets of one geometry, in JAX [levine2017].

JAX and optax are imported by the functions that need them, so that nobody else waits for them.
"""

from qnpapers.convac.mirrored import wide_base, wide_tip
from qnpapers.convac.training.caps import caps_of_halves
from qnpapers.convac.training.columns import column_scores
from qnpapers.convac.training.contest import (
    FAMILIES,
    Comparison,
    Contest,
    Row,
    compare,
    full_grid,
    read_rows,
    run_contests,
    stored_rows,
    three_tasks,
)
from qnpapers.convac.training.model import TreeModel, convac, convnet
from qnpapers.convac.training.task import FrameTask, global_task, local_task
from qnpapers.convac.training.trainer import Run, Schedule, accuracy, predict, train
from qnpapers.convac.training.window import window_scores, window_sides

__all__ = [
    "FAMILIES",
    "Comparison",
    "Contest",
    "FrameTask",
    "Row",
    "Run",
    "Schedule",
    "TreeModel",
    "accuracy",
    "caps_of_halves",
    "column_scores",
    "compare",
    "convac",
    "convnet",
    "full_grid",
    "global_task",
    "local_task",
    "predict",
    "read_rows",
    "run_contests",
    "stored_rows",
    "three_tasks",
    "train",
    "wide_base",
    "wide_tip",
    "window_scores",
    "window_sides",
]
