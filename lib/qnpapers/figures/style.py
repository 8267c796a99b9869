"""The one style of all figures, readable on light and on dark pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from cycler import cycler

GREY = "#7d7d7d"
"""Text and lines: contrast above 4 against white and against the dark page."""

COLOURS = ("#2a80b9", "#d8701c", "#2f9e6b", "#b25fa3", "#a3821a", "#c0504d")
"""Colours that stay apart for colour-blind eyes; lines differ in marker and dashes too."""

_SETTINGS: dict[Any, Any] = {
    "figure.figsize": (6.4, 3.4),
    "figure.dpi": 144,
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "savefig.bbox": "tight",
    "savefig.pad_inches": 0.05,
    "axes.facecolor": "none",
    "axes.edgecolor": GREY,
    "axes.labelcolor": GREY,
    "axes.titlecolor": GREY,
    "axes.titlesize": "medium",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": cycler(color=COLOURS)
    + cycler(marker=["o", "s", "^", "D", "v", "P"])
    + cycler(linestyle=["-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1))]),
    "xtick.color": GREY,
    "ytick.color": GREY,
    "text.color": GREY,
    "lines.markersize": 5,
    "grid.color": GREY,
    "grid.alpha": 0.25,
    "legend.frameon": False,
    "font.size": 10,
    "image.cmap": "cividis",
    "svg.hashsalt": "qnpapers",
}


@contextmanager
def style() -> Iterator[None]:
    """Use the book's style inside a `with` block; nothing stays changed afterwards."""
    with mpl.rc_context(_SETTINGS):
        yield
