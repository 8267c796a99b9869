"""Training of tree networks, ConvACs and ConvNets of one geometry, in JAX [levine2017].

JAX and optax are imported by the functions that need them, so that nobody else waits for them.
"""

from qnpapers.convac.training.model import TreeModel, convac, convnet, wide_base, wide_tip
from qnpapers.convac.training.task import FrameTask, global_task, local_task
from qnpapers.convac.training.trainer import Run, Schedule, accuracy, predict, train
from qnpapers.convac.training.window import window_scores, window_sides

__all__ = [
    "FrameTask",
    "Run",
    "Schedule",
    "TreeModel",
    "accuracy",
    "convac",
    "convnet",
    "global_task",
    "local_task",
    "predict",
    "train",
    "wide_base",
    "wide_tip",
    "window_scores",
    "window_sides",
]
