"""Tiny projects with generated chapters, so that a test takes a second or two."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from notebooks.small_chapters import COMMAND
from qnpapers.cli import main
from qnpapers.notebooks.project import Project

MakeProject = Callable[..., Project]
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def make_project(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> MakeProject:
    """Make a project from notebooks by name, and work in it."""

    def make(**chapters: nbformat.NotebookNode) -> Project:
        folder = tmp_path / "project"
        for name in ("book/small", "lib", "tests"):
            (folder / name).mkdir(parents=True)
        (folder / "lib" / "library.py").write_text("one = 1\n")
        (folder / "requirements.lock").write_text("numpy==2.4.6\n")
        shutil.copy(root / "tests" / "nbval_sanitize.cfg", folder / "tests")
        toc = ["format: jb-book", "root: book/intro", "chapters:"]
        for name, notebook in chapters.items():
            nbformat.write(notebook, folder / "book" / "small" / f"{name}.ipynb")
            toc.append(f"  - file: book/small/{name}")
        (folder / "book" / "intro.md").write_text("# Introduction\n")
        (folder / "_toc.yml").write_text("\n".join(toc) + "\n")
        monkeypatch.chdir(folder)
        return Project(folder)

    return make


@pytest.fixture
def qnpapers(capfd: pytest.CaptureFixture[str]) -> Command:
    """Call the command line; returns its status, what it printed, and what it complained of."""

    def call(*arguments: object) -> tuple[int, str, str]:
        status = main([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return status, out, err

    return call


@pytest.fixture
def command() -> Command:
    """The same in a process of its own: papermill leaves sockets open until its process ends."""

    def call(*arguments: object) -> tuple[int, str, str]:
        done = subprocess.run(
            [*COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout, done.stderr

    return call
