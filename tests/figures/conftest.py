"""A figure without a window for every test."""

import matplotlib as mpl
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

mpl.use("Agg")


@pytest.fixture
def axes() -> Axes:
    return Figure().add_subplot()
