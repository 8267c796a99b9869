"""A small ledger on disk and a module of made-up checks, `qnpapers.fake.checks`."""

# ruff: noqa: ARG001  # every check takes rng and profile, needed or not

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import yaml

from qnpapers.evidence import Evidence, Report

RECORD: dict[str, Any] = {
    "id": "T1",
    "paper": "someone2020",
    "where": "abstract",
    "statement": "Two and two make four.",
    "origin": "paper",
    "kind": "theorem",
    "confidence": "sure",
    "chapter": "fake/01_sums#two-and-two",
    "check": "fake.checks:sum_is_four",
    "control": "fake.checks:sum_is_five",
    "accepted": "holds",
}


def rank(measured: float, expected: float = 8, **more: Any) -> Evidence:
    return Evidence("rank", measured, expected, cases=3, worst="N=9, r=(3, 2)", **more)


def sum_is_four(*, rng: np.random.Generator, profile: str) -> Report:
    size = 10 if profile == "smoke" else 1000
    return Report(Evidence("2 + 2", 4, 4, cases=size, worst=f"draw {rng.integers(10**9)}"))


def sum_is_five(*, rng: np.random.Generator, profile: str) -> Report:
    return Report(Evidence("2 + 2", 4, 5, cases=1, worst=f"draw {rng.integers(10**9)}"))


def equal_for_powers(*, rng: np.random.Generator, profile: str) -> Report:
    return Report(inside=rank(8), outside=rank(7))


def smaller(*, rng: np.random.Generator, profile: str) -> Report:
    return Report(rank(7))


def small_error(*, rng: np.random.Generator, profile: str) -> Report:
    return Report(rank(1.23456e-13 * (1 + rng.random()), 0.0, tolerance=1e-12))


def no_differences(*, rng: np.random.Generator, profile: str) -> Report:
    return Report(Evidence("differing cases", 0, 0, cases=12, worst="none"))


def divides_by_zero(*, rng: np.random.Generator, profile: str) -> Report:
    return Report(rank(1 // 0))


def returns_a_number(*, rng: np.random.Generator, profile: str) -> Any:
    return 4


@pytest.fixture(autouse=True)
def _fake_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("qnpapers.fake.checks")
    for check in (
        sum_is_four,
        sum_is_five,
        equal_for_powers,
        smaller,
        small_error,
        no_differences,
        divides_by_zero,
        returns_a_number,
    ):
        setattr(module, check.__name__, check)
    monkeypatch.setitem(sys.modules, "qnpapers.fake.checks", module)


Record = Callable[..., dict[str, Any]]
_UNCHECKED = dict.fromkeys(("chapter", "check", "control"))


@pytest.fixture
def record() -> Record:
    """Make the standard record with some fields changed."""
    return lambda **changes: RECORD | changes


@pytest.fixture
def planned() -> Record:
    """Make a record whose chapter is to come."""
    fields = {"id": "T2", "planned": "fake/02", "accepted": "chapter to come"}
    return lambda **changes: RECORD | _UNCHECKED | fields | changes


@pytest.fixture
def interpretation() -> Record:
    """Make a record that is not testable."""
    fields = {"id": "A7", "kind": "interpretation", "accepted": "not testable"}
    return lambda **changes: RECORD | _UNCHECKED | fields | changes


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write records to `claims/<paper>.yml` below tmp_path and return the claims folder."""

    def write_records(*records: Any, paper: str = "someone2020") -> Path:
        folder = tmp_path / "claims"
        folder.mkdir(exist_ok=True)
        text = yaml.safe_dump(list(records), sort_keys=False)
        (folder / f"{paper}.yml").write_text(text, encoding="utf-8")
        return folder

    return write_records
