from __future__ import annotations

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle

from qnpapers.convac import patch_boxes
from qnpapers.figures import COLOURS, draw_digit

IMAGE = np.arange(64).reshape(8, 8) / 63


def boxes_of(axes) -> list[Rectangle]:
    return [patch for patch in axes.patches if isinstance(patch, Rectangle)]


def test_ink_is_dark(axes):
    draw_digit(axes, IMAGE)
    [shown] = axes.images
    assert np.array_equal(shown.get_array(), 1 - IMAGE)
    assert shown.get_clim() == (0, 1)
    assert shown.get_cmap().name == "gray"
    assert len(axes.get_xticks()) == len(axes.get_yticks()) == 0
    assert boxes_of(axes) == []
    assert len(axes.texts) == 0


def test_patches_are_outlined_and_numbered_in_the_order_of_the_sites(axes):
    boxes = patch_boxes(8, 16)
    draw_digit(axes, IMAGE, boxes)
    for (top, left, height, width), drawn in zip(boxes, boxes_of(axes), strict=True):
        assert drawn.get_xy() == (left - 0.5, top - 0.5)  # pixels are centred on integers
        assert (drawn.get_width(), drawn.get_height()) == (width, height)
        assert drawn.get_facecolor()[3] == 0
    assert [text.get_text() for text in axes.texts] == [str(j) for j in range(16)]
    for (top, left, height, width), text in zip(boxes, axes.texts, strict=True):
        assert text.xy == (left + width / 2 - 0.5, top + height / 2 - 0.5)


def test_numbers_are_optional(axes):
    draw_digit(axes, IMAGE, patch_boxes(8, 64), numbered=False)
    assert len(axes.texts) == 0
    assert len(boxes_of(axes)) == 64


def test_exactly_the_marked_patches_are_filled(axes):
    marked = np.arange(16) % 3 == 0
    draw_digit(axes, IMAGE, patch_boxes(8, 16), marked)
    filled = [drawn.get_facecolor()[3] > 0 for drawn in boxes_of(axes)]
    assert filled == marked.tolist()
    colours = {drawn.get_facecolor()[:3] for drawn in boxes_of(axes) if drawn.get_facecolor()[3]}
    assert colours == {to_rgba(COLOURS[1])[:3]}
