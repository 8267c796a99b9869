"""The examples in the docstrings of the learning dynamics give what they say."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest

MODULES = [
    "binary_units",
    "canonical",
    "cell_grid",
    "digit_network",
    "fokker_planck",
    "force_table",
    "gaussian_units",
    "gradient_noise",
    "learning",
    "rule",
    "sample_entropy",
    "tanh_units",
    "two_time_scales",
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    found = doctest.testmod(import_module(f"qnpapers.emergent.{name}"))
    assert found.attempted
    assert not found.failed
