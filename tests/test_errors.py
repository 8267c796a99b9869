"""Errors that a user can cause are told in one line."""

from __future__ import annotations

import inspect

import pytest
from IPython.core.interactiveshell import InteractiveShell

from qnpapers import errors

ALL = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]


@pytest.mark.parametrize("kind", ALL)
def test_every_error_is_a_value_error_with_a_description(kind):
    assert issubclass(kind, errors.QnpapersError)
    assert issubclass(kind, ValueError)
    assert kind.__doc__
    assert kind.__name__.endswith("Error")


@pytest.mark.parametrize("kind", ALL)
def test_the_message_is_kept(kind):
    with pytest.raises(errors.QnpapersError, match=r"^sites = 3: must be 4$"):
        raise kind("sites = 3: must be 4")
    assert kind("sites = 3")._render_traceback_() == [f"{kind.__name__}: sites = 3"]


def test_a_notebook_shows_one_line(capsys):
    shell = InteractiveShell(user_ns={"errors": errors})
    shell.history_manager.enabled = False
    shell.run_cell("def inner():\n    raise errors.RegionError('region is empty')\ninner()")
    shown = capsys.readouterr()
    assert (shown.out + shown.err).strip() == "RegionError: region is empty"
