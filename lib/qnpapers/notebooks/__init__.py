"""Chapters as functions: parameters in, recorded results out, canonical outputs in between."""

from qnpapers.notebooks.parameters import require
from qnpapers.notebooks.recording import record, recorded

__all__ = ["record", "recorded", "require"]
