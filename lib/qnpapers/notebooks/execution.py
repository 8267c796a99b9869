"""Execute chapters with nbclient: for the book, and to store their outputs."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qnpapers.errors import ChapterError
from qnpapers.notebooks.canonical import canonical_text, describe_cell
from qnpapers.notebooks.pool import kernel_environment, work_through
from qnpapers.notebooks.progress import say, without_colour
from qnpapers.notebooks.project import Chapter, Project
from qnpapers.notebooks.stamps import How, Stamp, read_stamp, write_stamp

if TYPE_CHECKING:
    from nbclient import NotebookClient
    from nbformat import NotebookNode

CELL_SECONDS = 600
_IMAGES = ("image/png", "image/jpeg")


class Executor:
    """Executes notebooks and knows the kernels that run, so that all of them can be ended."""

    def __init__(self) -> None:
        self._clients: list[NotebookClient] = []
        self._stopping = threading.Event()

    def run(self, notebook: NotebookNode, folder: Path) -> NotebookNode:
        """Execute a notebook from a fresh kernel, in place.

        Args:
            notebook: its outputs are replaced.
            folder: the kernel's working folder.

        Returns:
            The notebook.

        Raises:
            ChapterError: a cell failed, took longer than `CELL_SECONDS` or killed the kernel;
                the message has the cell's number, its source and the error.
        """
        from nbclient import NotebookClient
        from nbclient.exceptions import CellControlSignal

        _clear(notebook)
        started: list[NotebookNode] = []
        client = NotebookClient(
            notebook,
            timeout=CELL_SECONDS,
            kernel_name="python3",
            resources={"metadata": {"path": str(folder)}},
            on_cell_start=lambda cell, **_: self._begin(cell, started),
        )
        self._clients.append(client)
        try:
            asyncio.run(client.async_execute(env=kernel_environment()))
        except (CellControlSignal, RuntimeError) as error:
            raise ChapterError(_failure(started, error)) from error
        finally:
            self._clients.remove(client)
            atexit.unregister(client._cleanup_kernel)  # left over where a kernel did not start
        return notebook

    def stop(self) -> None:
        """Kill every running kernel; `run` then raises in the threads that wait for them."""
        self._stopping.set()
        for client in list(self._clients):
            process = getattr(getattr(client.km, "provisioner", None), "pid", None)
            if process:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)

    def _begin(self, cell: NotebookNode, started: list[NotebookNode]) -> None:
        if self._stopping.is_set():
            raise ChapterError("stopped before its end")
        if cell.cell_type == "code":
            started.append(cell)


def execute_chapters(project: Project, chapters: Sequence[Chapter], force: bool = False) -> int:
    """Execute the chapters whose inputs changed since they last ran; store and stamp each.

    Args:
        project: where the executed chapters and stamps are kept.
        chapters: those to look at.
        force: execute all of them.

    Returns:
        The number of chapters that failed.
    """
    todo = [c for c in chapters if force or read_stamp(project, c) is None]
    return _execute_all(project, todo, "executed")


def refresh_chapters(project: Project, chapters: Sequence[Chapter]) -> int:
    """Execute chapters and write their canonical outputs in place.

    Returns:
        The number of chapters that failed; these keep the outputs they had.
    """
    return _execute_all(project, chapters, "refreshed")


def _execute_all(project: Project, chapters: Sequence[Chapter], how: How) -> int:
    if not chapters:
        return 0
    say(f"executing {len(chapters)} of {len(project.chapters)} chapters")
    warm_caches()
    executor = Executor()
    return work_through(chapters, lambda c: _execute(project, c, how, executor), executor.stop)


def _execute(project: Project, chapter: Chapter, how: How, executor: Executor) -> str:
    inputs = project.input_hash(chapter)
    stored = chapter.read()
    text = canonical_text(executor.run(chapter.read(), chapter.path.parent))
    if how == "refreshed":
        done = _store(chapter, text)
        inputs = project.input_hash(chapter)
    else:
        done = "executed" + _difference(stored, text)
    write_stamp(project, chapter, text, Stamp(inputs, how))
    return done


def _store(chapter: Chapter, text: str) -> str:
    if chapter.path.read_text(encoding="utf-8") == text:
        return "unchanged"
    chapter.path.write_text(text, encoding="utf-8")
    return "stored"


def _difference(stored: NotebookNode, text: str) -> str:
    import nbformat

    fresh = nbformat.reads(text, as_version=4)
    if _comparable(stored) == _comparable(fresh):
        return ""
    return " (outputs differ from the stored ones; make refresh stores them)"


def _comparable(notebook: NotebookNode) -> list[Any]:
    """Outputs without images, as nbval compares them."""
    return [
        {**output, "data": {k: v for k, v in output.get("data", {}).items() if k not in _IMAGES}}
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    ]


@cache
def warm_caches() -> None:
    """Let matplotlib list the fonts now: on a new machine it would say so on a chapter's page."""
    command = [sys.executable, "-c", "import matplotlib.font_manager"]
    subprocess.run(command, check=False, capture_output=True)


def _clear(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None


def _failure(started: Sequence[NotebookNode], error: Exception) -> str:
    """The cell that was running, its source, and what went wrong in it."""
    if not started:
        return f"failed before its first cell: {error}"
    reasons = {
        "CellTimeoutError": f"no end after {CELL_SECONDS} s",
        "DeadKernelError": "the kernel died",
    }
    reason = reasons.get(type(error).__name__, "")
    for output in started[-1].outputs:
        if output.output_type == "error" and not reason:
            reason = without_colour("\n".join(output.traceback))
    return f"failed in {describe_cell(len(started), started[-1].source)}\n\n{reason}"
