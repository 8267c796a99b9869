"""From the name of a check to the function; a wrong name is answered with the nearest ones."""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import inspect
import pkgutil
from collections.abc import Callable, Iterable
from types import ModuleType

import qnpapers
from qnpapers.errors import LedgerError
from qnpapers.evidence import Report

Check = Callable[..., Report]
"""Called as `check(rng=..., profile=...)`."""


def find_check(name: str) -> Check:
    """Return the function that a record calls `name`.

    Args:
        name: `<subject>.checks:<function>`, relative to `qnpapers`.

    Raises:
        LedgerError: no such module or function; the message gives the nearest names.
    """
    module_name, _, function_name = name.partition(":")
    module = _import(module_name)
    found = getattr(module, function_name, None)
    if found is None or not callable(found):
        known = [key for key, value in vars(module).items() if _is_check(key, value)]
        hint = nearest(function_name, known)
        raise LedgerError(f"no function '{function_name}' in {module.__name__}; {hint}")
    check: Check = found
    return check


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint such as `did you mean 'paper'?`, or the whole list where nothing is near."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.6)
    if near:
        return "did you mean " + " or ".join(f"'{one}'" for one in near) + "?"
    return "known: " + (", ".join(names) if names else "none")


def _import(module_name: str) -> ModuleType:
    full_name = f"qnpapers.{module_name}"
    try:
        return importlib.import_module(full_name)
    except ModuleNotFoundError as error:
        if not full_name.startswith(error.name or full_name):
            raise  # the module is there, something that it imports is not
        raise LedgerError(f"no module {full_name}; " + nearest(module_name, _modules())) from None


def _modules() -> list[str]:
    subjects = [each.name for each in pkgutil.iter_modules(qnpapers.__path__) if each.ispkg]
    names = [f"{subject}.checks" for subject in subjects]
    return [name for name in names if importlib.util.find_spec(f"qnpapers.{name}")]


def _is_check(name: str, value: object) -> bool:
    return inspect.isfunction(value) and not name.startswith("_")
