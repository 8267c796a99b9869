"""Compare the stored outputs of chapters with fresh ones: nbval, each chapter in a process."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence

from qnpapers.errors import ChapterError
from qnpapers.notebooks.execution import CELL_SECONDS, warm_caches
from qnpapers.notebooks.pool import kernel_environment, work_through
from qnpapers.notebooks.progress import say
from qnpapers.notebooks.project import Chapter, Project
from qnpapers.notebooks.stamps import Stamp, read_stamp, write_stamp

SANITIZE = "tests/nbval_sanitize.cfg"
_FAILURE = re.compile(r"^_{3,}.*_{3,}$\n(.*?)^=+ short test summary", re.DOTALL | re.MULTILINE)


class Verifier:
    """Runs nbval in processes of its own and knows them, so that all of them can be ended."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._processes: list[subprocess.Popen[str]] = []
        self._stopping = False

    def run(self, chapter: Chapter) -> str:
        """Execute a stored chapter and compare every output except bitmaps; stamp it.

        Returns:
            The word for the progress line.

        Raises:
            ChapterError: an output differs, a cell failed, or outputs are not stored; the message
                has the cell, its source and the difference.
        """
        inputs, text = self._project.input_hash(chapter), chapter.path.read_text(encoding="utf-8")
        _require_outputs(chapter)
        output, status = self._nbval(chapter)
        if status != 0:
            raise ChapterError(f"does not repeat its stored outputs\n\n{_explain(output)}")
        write_stamp(self._project, chapter, text, Stamp(inputs, "verified"))
        return "verified"

    def stop(self) -> None:
        """End every running nbval, and with it its kernel."""
        self._stopping = True
        for process in self._processes:
            process.send_signal(signal.SIGINT)
        for process in self._processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()

    def _nbval(self, chapter: Chapter) -> tuple[str, int]:
        if self._stopping:
            raise ChapterError("was stopped before it began")
        process = subprocess.Popen(
            self._command(chapter),
            env={**kernel_environment(), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            cwd=self._project.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # Ctrl-C reaches it once, through stop
        )
        self._processes.append(process)
        output, _ = process.communicate()
        self._processes.remove(process)
        return output, process.returncode

    def _command(self, chapter: Chapter) -> list[str]:
        pytest = [sys.executable, "-m", "pytest", "-p", "nbval.plugin", "-p", "no:cacheprovider"]
        own = ["-c", os.devnull, "--rootdir", str(self._project.root), "-x", "-q", "--color=no"]
        nbval = ["--nbval", "--nbval-current-env", f"--nbval-cell-timeout={CELL_SECONDS}"]
        sanitize = f"--nbval-sanitize-with={self._project.root / SANITIZE}"
        return [*pytest, *own, *nbval, sanitize, str(chapter.path)]


def verify_chapters(project: Project, chapters: Sequence[Chapter], force: bool = False) -> int:
    """Verify the chapters whose inputs changed since they were last verified.

    Args:
        project: where the stamps are kept.
        chapters: those to look at.
        force: verify all of them.

    Returns:
        The number of chapters that failed.
    """
    todo = [c for c in chapters if force or not _is_verified(project, c)]
    say(f"verifying {len(todo)} of {len(chapters)} chapters (the rest is unchanged)")
    if todo:
        warm_caches()
    verifier = Verifier(project)
    return work_through(todo, verifier.run, verifier.stop)


def _is_verified(project: Project, chapter: Chapter) -> bool:
    stamp = read_stamp(project, chapter)
    return stamp is not None and stamp.how == "verified"


def _require_outputs(chapter: Chapter) -> None:
    """A cell that was never run is passed over by nbval; a stored chapter has none."""
    cells = [cell for cell in chapter.read().cells if cell.cell_type == "code"]
    if not cells or any(cell.execution_count is None for cell in cells):
        raise ChapterError("has no stored outputs; make refresh stores them")


def _explain(output: str) -> str:
    """The first difference as nbval describes it, with cells counted from 1."""
    found = _FAILURE.search(output)
    text = (found[1] if found else output).strip()
    return re.sub(r"\bCell (\d+)", lambda match: f"code cell {int(match[1]) + 1}", text)
