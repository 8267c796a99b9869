"""Figures of the book: one style, and drawings of tensor networks and digits. For chapters only."""

from qnpapers.figures.digits import draw_digit
from qnpapers.figures.networks import draw_network
from qnpapers.figures.style import COLOURS, GREY, style
from qnpapers.figures.tables import html_table

__all__ = ["COLOURS", "GREY", "draw_digit", "draw_network", "html_table", "style"]
