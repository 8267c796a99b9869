"""Pictures of digits and of the patches they are cut into."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from qnpapers.figures.style import COLOURS


def draw_digit(
    axes: Axes,
    image: np.ndarray,
    boxes: np.ndarray | None = None,
    marked: np.ndarray | None = None,
    numbered: bool = True,
) -> None:
    """Draw one digit, ink dark, with its patches outlined and numbered in the order of the sites.

    Args:
        axes: where to draw.
        image: grey values in [0, 1], shape (side, side).
        boxes: (top, left, height, width) of each patch, as `convac.patch_boxes` gives them.
        marked: boolean for each patch; True patches are filled with colour.
        numbered: write the number of each site.
    """
    axes.imshow(1 - image, cmap="gray", vmin=0, vmax=1)
    axes.set_xticks([])
    axes.set_yticks([])
    for site, (top, left, height, width) in enumerate([] if boxes is None else boxes):
        filled = marked is not None and bool(marked[site])
        axes.add_patch(
            Rectangle(
                (left - 0.5, top - 0.5),
                width,
                height,
                edgecolor=COLOURS[0],
                linewidth=1,
                facecolor=COLOURS[1] if filled else "none",
                alpha=0.6 if filled else 1.0,
            )
        )
        if numbered:
            place = (left + width / 2 - 0.5, top + height / 2 - 0.5)
            axes.annotate(str(site), place, color=COLOURS[0], ha="center", va="center", size=8)
