"""The two tasks of the paper: small digits anywhere in a frame, and digits that fill it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from qnpapers.convac.digits import pixel_order
from qnpapers.errors import ShapeError


@dataclass(frozen=True)
class FrameTask:
    """Digits on a black frame, read as patches in the order in which a tree pools them.

    Args:
        side: S, pixels along the frame, a power of two.
        digit_side: d, pixels along a digit, at most S.
        neighbourhood: k, odd; patch j holds the k x k pixels around pixel j (black outside the
            frame), so that s = k**2. With k = 1 a patch is a grey pixel.
        moves: True: each digit is put at a fresh random place each time it is shown; False: in the
            middle.
        stride: places are multiples of it in both directions. With the digit's own side, a power of
            two, a digit always fills one aligned block of the tree.
    """

    side: int
    digit_side: int
    neighbourhood: int = 3
    moves: bool = False
    stride: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.digit_side <= self.side:
            raise ShapeError(
                f"digit_side = {self.digit_side}: must be 1 to the side of the frame, {self.side}"
            )
        if self.neighbourhood < 1 or self.neighbourhood % 2 == 0:
            raise ShapeError(f"neighbourhood = {self.neighbourhood}: must be odd, 1 or more")
        if self.stride < 1:
            raise ShapeError(f"stride = {self.stride}: must be at least 1")
        pixel_order(self.side)

    @property
    def patch(self) -> int:
        """s, numbers in a patch."""
        return self.neighbourhood**2

    @property
    def at_rest(self) -> FrameTask:
        """The same task without its places: what a network is compiled for."""
        return replace(self, moves=False, stride=1)

    @cached_property
    def sources(self) -> np.ndarray:
        """Which pixel of the padded frame each number of each patch is, shape (S**2, s)."""
        margin = self.neighbourhood // 2
        padded = self.side + 2 * margin
        row, column = np.divmod(pixel_order(self.side), self.side)
        shift = np.arange(self.neighbourhood)
        offsets = (shift[:, None] * padded + shift).ravel()
        return (row * padded + column)[:, None] + offsets

    def shrink(self, images: Any) -> Any:
        """Shrink or enlarge grey images to d x d pixels with values 0 to 1, shape (batch, d, d).

        Each pixel of a digit is the mean of the part of the image that it covers.

        Args:
            images: values 0 to 255, shape (batch, height, width).
        """
        import jax.numpy as jnp

        if images.ndim != 3:
            raise ShapeError(f"images: shape (batch, height, width) is needed, got {images.shape}")
        rows, columns = (_area_weights(size, self.digit_side) for size in images.shape[1:])
        return jnp.asarray(rows) @ (jnp.asarray(images) / 255.0) @ columns.T

    def places(self, count: int, *, rng: np.random.Generator) -> np.ndarray:
        """Top row and left column of `count` digits, shape (count, 2)."""
        room = self.side - self.digit_side
        if not self.moves:
            return np.full((count, 2), room // 2)
        return self.stride * rng.integers(0, room // self.stride + 1, size=(count, 2))

    def frame(self, digits: Any, places: Any) -> Any:
        """Put d x d digits at places on black frames, shape (batch, S, S)."""
        return on_black(digits, places, self.side)

    def patches(self, frames: Any) -> Any:
        """The patches of frames in Z-order, shape (batch, S**2, s)."""
        import jax.numpy as jnp

        margin = self.neighbourhood // 2
        padded = jnp.pad(frames, ((0, 0), (margin, margin), (margin, margin)))
        return padded.reshape(len(frames), -1)[:, jnp.asarray(self.sources, jnp.int32)]


def on_black(digits: Any, corners: Any, side: int) -> Any:
    """Put d x d digits with their upper left corners on black squares, (batch, side, side)."""
    import jax
    import jax.numpy as jnp

    black = jnp.zeros((side, side), digits.dtype)

    def put(digit: Any, corner: Any) -> Any:
        return jax.lax.dynamic_update_slice(black, digit, tuple(corner))

    return jax.vmap(put)(digits, corners)


def local_task(
    side: int, neighbourhood: int = 3, *, digit_side: int = 8, stride: int = 1
) -> FrameTask:
    """The paper's local task: small digits at random places [levine2017; sizes not checked]."""
    return FrameTask(side, digit_side, neighbourhood, moves=True, stride=stride)


def global_task(side: int, neighbourhood: int = 3) -> FrameTask:
    """The paper's global task: digits as large as the frame."""
    return FrameTask(side, side, neighbourhood)


def _area_weights(size: int, wanted: int) -> np.ndarray:
    """Matrix (wanted, size) whose rows average the pixels that an interval covers."""
    edges = np.linspace(0, size, wanted + 1)
    pixels = np.arange(size)
    covered = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    covered = np.clip(covered, 0, None)
    return np.asarray(covered / covered.sum(axis=1, keepdims=True))
