"""Weights of a ConvAC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qnpapers.convac.architecture import Architecture
from qnpapers.errors import ShapeError


@dataclass(frozen=True)
class Weights:
    """The weights a^{l,j,g} of a ConvAC.

    Args:
        architecture: the shape they belong to.
        layers: one array for each level, shape (sites of the level, r_l, r_{l-1}), where
            r_{-1} = M; the first axis has length 1 when the weights are shared.
        output: the vectors a^{L,y}, shape (classes, r_{L-1}).

    Raises:
        ShapeError: an array does not fit the architecture.
    """

    architecture: Architecture
    layers: tuple[np.ndarray, ...]
    output: np.ndarray

    def __post_init__(self) -> None:
        shapes = self.architecture.weight_shapes()
        object.__setattr__(self, "layers", tuple(np.asarray(a) for a in self.layers))
        object.__setattr__(self, "output", np.asarray(self.output))
        if len(self.layers) != len(shapes):
            raise ShapeError(f"layers: {len(shapes)} arrays are needed, got {len(self.layers)}")
        for level, (array, shape) in enumerate(zip(self.layers, shapes, strict=True)):
            _require_shape(f"layers[{level}]", array, shape)
        top = (self.architecture.classes, self.architecture.channels[-1])
        _require_shape("output", self.output, top)

    def layer(self, level: int) -> np.ndarray:
        """Weights of one level for every site, shape (sites of the level, r_l, r_{l-1}).

        Shared weights are repeated without a copy.
        """
        array = self.layers[level]
        return np.broadcast_to(array, (self.architecture.sites_at(level), *array.shape[1:]))


def random_weights(architecture: Architecture, *, rng: np.random.Generator) -> Weights:
    """Independent normal weights of mean 0 and variance 1 / (number of inputs of the channel).

    The scale of a level multiplies the whole coefficient tensor by a constant, so it changes no
    rank, no Schmidt spectrum and no entropy; this one keeps a level's mean square near 1.

    Args:
        architecture: the shape; a shallow network is a case of it.
        rng: source of the numbers.
    """
    layers = [rng.normal(size=s) / np.sqrt(s[2]) for s in architecture.weight_shapes()]
    output = rng.normal(size=(architecture.classes, architecture.channels[-1]))
    return Weights(architecture, tuple(layers), output / np.sqrt(architecture.channels[-1]))


def _require_shape(name: str, array: np.ndarray, shape: Sequence[int]) -> None:
    if array.shape != tuple(shape):
        raise ShapeError(f"{name}: shape {tuple(shape)} is needed, got {array.shape}")
