"""Tiny projects with generated chapters, so that a test takes a second or two."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from qnpapers.cli import main
from qnpapers.notebooks.project import Project

PARAMETERS = """\
sites: int = 16  # number of patches, a power of two from 4 to 64
noise: float = 0.1  # standard deviation, from 0 to 1
kind: str = "relu"  # activation, relu or tanh
channels: list = [4, 4]  # two widths
fast: bool = True  # whether to take the short way"""

REQUIRE = """\
require(sites=sites).integer().power_of(2).between(4, 64)
require(noise=noise).number().between(0, 1)
require(kind=kind).one_of("relu", "tanh")
require(channels=channels).integers(minimum=1).length(2)
require(fast=fast).boolean()"""

IMPORTS = "from qnpapers.notebooks import record, require"
RESULT = 'print("squared")\nrecord(rank=sites**2, accuracy=0.93)'


def chapter(*sources: str) -> nbformat.NotebookNode:
    """A chapter of good form, followed by the given code cells."""
    return new_notebook(
        cells=[
            new_markdown_cell("# A small chapter"),
            new_code_cell(IMPORTS),
            new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
            new_code_cell(REQUIRE),
            *map(new_code_cell, sources or [RESULT]),
        ]
    )


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
