"""Tables of a benchmark run: printed at its end, and kept in benchmarks/results.md if all ran."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from measuring import multiply_adds_per_second, peer
from threadpoolctl import threadpool_limits

RESULTS = Path(__file__).parent / "results.md"
_TABLES = pytest.StashKey[dict[str, list[list[str]]]]()


class Tables:
    """Rows of numbers under a title, with the columns of the first row as the head."""

    def __init__(self, tables: dict[str, list[list[str]]]) -> None:
        self._tables = tables

    def add(self, title: str, **row: object) -> None:
        """Add a row to the table of this title."""
        table = self._tables.setdefault(title, [list(row)])
        table.append([_text(value) for value in row.values()])


@pytest.fixture(scope="session")
def tables(request: pytest.FixtureRequest) -> Tables:
    return Tables(request.config.stash.setdefault(_TABLES, {}))


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> Iterator[None]:
    with threadpool_limits(limits=1):
        yield


@pytest.fixture(scope="session")
def floor() -> float:
    """Multiply-adds per second that this machine can do at most, without reducing them."""
    return multiply_adds_per_second()


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(2017)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    tables, options = session.config.stash.get(_TABLES, {}), session.config
    everything = options.args == ["benchmarks"] and not options.option.keyword
    if tables and exitstatus == 0 and everything:
        RESULTS.write_text(_page(tables), encoding="utf-8")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    tables = terminalreporter.config.stash.get(_TABLES, {})
    for title, table in tables.items():
        terminalreporter.write_line(f"\n{title}\n" + "\n".join(_markdown(table)))


def _page(tables: dict[str, list[list[str]]]) -> str:
    parts = [
        "# Benchmarks",
        "",
        f"Written by `make bench` on {datetime.date.today()}: {_machine()}.",
    ]
    parts += [
        "Wall times on one thread: the median of several runs or, where it says so, the fastest. "
        "They are reported, not asserted.",
        "",
    ]
    for title, table in tables.items():
        parts += [f"## {title}", "", *_markdown(table), ""]
    return "\n".join(parts)


def _markdown(table: list[list[str]]) -> list[str]:
    head, *rows = table
    lines = [" | ".join(head), " | ".join("--:" for _ in head), *(" | ".join(r) for r in rows)]
    return [f"| {line} |" for line in lines]


def _machine() -> str:
    versions = [f"Python {platform.python_version()}", peer("numpy"), peer("numba")]
    return f"{_processor()}, {os.cpu_count()} cores, {', '.join(versions)}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    models = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()


def _text(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
