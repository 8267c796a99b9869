"""The order of pixels by recursive halving, in words instead of bits."""

from __future__ import annotations

from collections.abc import Sequence


def halving_order(rows: Sequence[int], columns: Sequence[int]) -> list[tuple[int, int]]:
    """Pixels of a square: top half before bottom half, and in each left before right."""
    if len(rows) == len(columns) == 1:
        return [(rows[0], columns[0])]
    middle, center = len(rows) // 2, len(columns) // 2
    order = []
    for half in (rows[:middle], rows[middle:]):
        for part in (columns[:center], columns[center:]):
            order += halving_order(half, part)
    return order
