"""What the checks of one module must do: be listed, pass on their claim, reject their control."""

from __future__ import annotations

import inspect
from types import ModuleType

import numpy as np

from qnpapers.evidence import Report, Verdict


def run_check(module: ModuleType, name: str, seed: int = 1) -> Report:
    return getattr(module, name)(rng=np.random.default_rng(seed), profile="smoke")


def names_of_checks(module: ModuleType) -> set[str]:
    """Public functions that the module itself defines with the signature of a check."""
    return {
        name
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and list(inspect.signature(function).parameters) == ["rng", "profile"]
    }


def check_passes(report: Report, verdict: Verdict, more_cases_than: int = 1) -> None:
    assert report.verdict == verdict, report
    assert report.inside.cases > more_cases_than


def control_is_rejected(report: Report) -> None:
    assert report.verdict == Verdict.FAILS, report
    assert report.inside.worst != "none"
