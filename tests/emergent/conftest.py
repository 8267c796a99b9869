"""Hypothesis draws the same examples in every run: the gate is deterministic."""

from hypothesis import settings

settings.register_profile("gate", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("gate")
