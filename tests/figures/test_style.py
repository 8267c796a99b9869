from __future__ import annotations

from io import BytesIO

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from qnpapers.figures import COLOURS, GREY, style

WHITE, DARK = (1.0, 1.0, 1.0), to_rgb("#14181e")
"""The page of the book's theme, light and dark."""


def contrast(one, other) -> float:
    """Ratio of luminances as the Web Content Accessibility Guidelines define it."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def drawn() -> bytes:
    with style():
        figure = Figure()
        axes = figure.add_subplot()
        for k in range(3):
            axes.plot(np.arange(5) ** k, label=f"power {k}")
        axes.set(xlabel="$x$", ylabel="$x^k$")
        axes.legend()
        file = BytesIO()
        figure.savefig(file, format="png")
    return file.getvalue()


def test_nothing_stays_changed():
    before = mpl.rcParams.copy()
    with style():
        assert mpl.rcParams != before
        assert mpl.rcParams["text.color"] == GREY
    assert mpl.rcParams == before


def test_nothing_stays_changed_after_an_error():
    before = mpl.rcParams.copy()
    with pytest.raises(KeyError, match="inside"), style():
        raise KeyError("inside")
    assert mpl.rcParams == before


def test_the_same_drawing_gives_the_same_bytes():
    assert drawn() == drawn()


def test_text_can_be_read_on_light_and_on_dark_pages():
    for page in (WHITE, DARK):
        assert contrast(to_rgb(GREY), page) > 4


def test_lines_can_be_seen_on_light_and_on_dark_pages():
    for colour in COLOURS:
        for page in (WHITE, DARK):
            assert contrast(to_rgb(colour), page) > 3  # the guidelines' minimum for graphics


def test_colour_is_never_the_only_code():
    with style():
        cycle = list(mpl.rcParams["axes.prop_cycle"])
    for key in ("color", "marker", "linestyle"):
        assert len({str(entry[key]) for entry in cycle}) == len(COLOURS)


def test_figures_have_no_background_of_their_own():
    with style():
        for name in ("figure.facecolor", "savefig.facecolor", "axes.facecolor"):
            assert mpl.rcParams[name] == "none"
