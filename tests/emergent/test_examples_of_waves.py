"""The examples in the docstrings of the solvers run and print what they say."""

import doctest
import importlib

import pytest

MODULES = (
    *("action", "fringes", "gaussian_fluid", "grid", "hodge", "identities", "madelung", "polar"),
    *("ripple", "schrodinger", "splitting", "stationary_flow", "vortices"),
)


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    found = doctest.testmod(importlib.import_module(f"qnpapers.emergent.{name}"))
    assert found.attempted
    assert not found.failed
