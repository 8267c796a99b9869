"""Where the project is, which chapters it has, and what a chapter depends on."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from qnpapers.errors import ChapterError
from qnpapers.notebooks.parameters import Parameter, parse_parameters

if TYPE_CHECKING:
    from nbformat import NotebookNode

_NOT_SOURCE = ("__pycache__", ".egg-info", ".ipynb_checkpoints")


@dataclass(frozen=True)
class Chapter:
    """A notebook of the book. `name` is its path in book/ without the suffix: convac/01_…"""

    name: str
    path: Path

    def read(self) -> NotebookNode:
        """The stored notebook.

        Raises:
            ChapterError: the file is not a notebook.
        """
        return read_notebook(self.path)

    def parameters(self) -> dict[str, Parameter]:
        """What its `parameters` cell declares; empty where it has none.

        Raises:
            ChapterError: the cell breaks the form; the message names chapter and line.
        """
        for cell in self.read().cells:
            if "parameters" in cell.metadata.get("tags", []):
                try:
                    return parse_parameters(cell.source)
                except ChapterError as error:
                    raise ChapterError(f"{self.name}: {error}") from error
        return {}


@dataclass(frozen=True)
class Project:
    """The folder that has _toc.yml, and the chapters and pages named there."""

    root: Path

    @property
    def build(self) -> Path:
        """Everything that is made and not committed."""
        return self.root / "_build"

    @cached_property
    def pages(self) -> list[Path]:
        """Every page of _toc.yml, in its order, without suffix, relative to the root."""
        text = (self.root / "_toc.yml").read_text(encoding="utf-8")
        return [Path(entry) for entry in _entries(yaml.safe_load(text))]

    @cached_property
    def chapters(self) -> list[Chapter]:
        """Every notebook of _toc.yml, in its order."""
        notebooks = [(page, self.root / f"{page}.ipynb") for page in self.pages]
        return [
            Chapter(page.relative_to("book").as_posix(), path)
            for page, path in notebooks
            if path.exists()
        ]

    def find(self, wanted: str) -> Chapter:
        """The chapter that `wanted` means: a path, convac/01, or the start of a file name.

        Raises:
            ChapterError: no chapter or more than one fits; the message lists the chapters.
        """
        path = Path(wanted)
        exact = [c for c in self.chapters if path.exists() and path.samefile(c.path)]
        folder, _, stem = wanted.removesuffix(".ipynb").rpartition("/")
        found = exact or [c for c in self.chapters if _fits(c.name, folder, stem)]
        if len(found) == 1:
            return found[0]
        names = ", ".join(c.name for c in found or self.chapters) or "none"
        problem = "is more than one chapter" if found else "is no chapter of _toc.yml"
        raise ChapterError(f"{wanted!r} {problem}: {names}")

    def select(self, wanted: Iterable[str]) -> list[Chapter]:
        """The chapters that are asked for, all of them where none is.

        Raises:
            ChapterError: see `find`.
        """
        return [self.find(name) for name in wanted] or self.chapters

    @cached_property
    def code_hash(self) -> str:
        """A hash of every file of lib/ and of the lock."""
        library = self.root / "lib"
        files = [path for path in sorted(library.rglob("*")) if _is_source(path, library)]
        return hash_files(self.root, [*files, self.root / "requirements.lock"])

    def input_hash(self, chapter: Chapter) -> str:
        """A hash of all that decides a chapter's outputs: notebook, lib/, lock and Python."""
        parts = [hash_files(self.root, [chapter.path]), self.code_hash]
        return hashlib.sha256(" ".join([*parts, platform.python_version()]).encode()).hexdigest()


def find_project(start: Path | None = None) -> Project:
    """The project that `start` (by default the working folder) lies in.

    Raises:
        ChapterError: neither it nor a folder above it has a _toc.yml.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / "_toc.yml").is_file():
            return Project(folder)
    raise ChapterError(f"no _toc.yml in {start} or above it: run this inside the project")


def hash_files(root: Path, files: Iterable[Path]) -> str:
    """A hash of the names (relative to `root`) and the contents of files."""
    digest = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook of format 4.

    Raises:
        ChapterError: the file is missing or is not a notebook.
    """
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except (OSError, nbformat.reader.NotJSONError, nbformat.ValidationError) as error:
        raise ChapterError(f"{path} is not a readable notebook: {error}") from error


def _entries(node: Any) -> Iterator[str]:
    """Every `root` and `file` of a table of contents, in order."""
    for key, value in node.items() if isinstance(node, dict) else []:
        if key in ("root", "file"):
            yield value.removesuffix(".ipynb").removesuffix(".md")
        elif isinstance(value, list):
            for item in value:
                yield from _entries(item)


def _fits(name: str, folder: str, stem: str) -> bool:
    own_folder, _, own_stem = name.rpartition("/")
    return folder in ("", own_folder) and own_stem.startswith(stem)


def _is_source(path: Path, library: Path) -> bool:
    parts = path.relative_to(library).parts
    return path.is_file() and not any(part.endswith(_NOT_SOURCE) for part in parts)
