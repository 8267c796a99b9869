"""Finding the project and its chapters; what a chapter's hash depends on."""

from pathlib import Path

import nbformat
import pytest

from notebooks.small_chapters import chapter
from qnpapers.errors import ChapterError
from qnpapers.notebooks.project import find_project, read_notebook


def test_project_is_found_from_any_folder_inside(make_project, monkeypatch) -> None:
    project = make_project(one=chapter())
    monkeypatch.chdir(project.root / "book" / "small")
    assert find_project().root == project.root


def test_outside_a_project_there_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ChapterError, match=r"no _toc.yml in .* or above it: run this inside"):
        find_project(tmp_path)


def test_pages_and_chapters_follow_the_table_of_contents(make_project) -> None:
    project = make_project(b=chapter(), a=chapter())
    nbformat.write(chapter(), project.root / "book" / "small" / "draft.ipynb")
    assert [str(page) for page in project.pages] == ["book/intro", "book/small/b", "book/small/a"]
    assert [one.name for one in project.chapters] == ["small/b", "small/a"]


def test_nested_tables_of_contents_are_read_in_order(make_project) -> None:
    project = make_project()
    (project.root / "_toc.yml").write_text(
        "format: jb-book\nroot: book/intro\nparts:\n  - caption: A\n    chapters:\n"
        "      - file: book/x.md\n        sections:\n          - file: book/y\n  - chapters:\n"
        "      - url: https://example.org\n      - file: book/z.ipynb\n"
    )
    assert [str(page) for page in project.pages] == ["book/intro", "book/x", "book/y", "book/z"]


@pytest.mark.parametrize(
    "wanted", ["small/01", "01", "01_first", "small/01_first", "book/small/01_first.ipynb"]
)
def test_a_chapter_has_many_names(make_project, wanted: str) -> None:
    project = make_project(**{"01_first": chapter(), "02_second": chapter()})
    assert project.find(wanted).name == "small/01_first"
    assert [one.name for one in project.select([wanted])] == ["small/01_first"]
    assert project.select([]) == project.chapters


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("03", r"'03' is no chapter of _toc.yml: small/01_first, small/02_second"),
        ("large/01", r"'large/01' is no chapter"),
        ("small/", r"'small/' is more than one chapter: small/01_first, small/02_second"),
    ],
)
def test_an_unclear_name_lists_the_chapters(make_project, wanted: str, message: str) -> None:
    project = make_project(**{"01_first": chapter(), "02_second": chapter()})
    with pytest.raises(ChapterError, match=message):
        project.find(wanted)


def test_unreadable_notebooks_are_named(tmp_path: Path) -> None:
    (tmp_path / "bad.ipynb").write_text("{")
    for name in ("bad.ipynb", "missing.ipynb"):
        with pytest.raises(ChapterError, match=rf"{name} is not a readable notebook"):
            read_notebook(tmp_path / name)


def test_errors_in_a_parameters_cell_name_the_chapter(make_project) -> None:
    notebook = chapter()
    notebook.cells[2].source = "sites = 3"
    [one] = make_project(one=notebook).chapters
    with pytest.raises(ChapterError, match=r"small/one: parameters cell, 'sites = 3'"):
        one.parameters()


def test_a_chapter_without_parameters_has_none(make_project) -> None:
    notebook = chapter()
    notebook.cells[2].metadata.tags = []
    [one] = make_project(one=notebook).chapters
    assert one.parameters() == {}


@pytest.mark.parametrize(
    "changed", ["book/small/one.ipynb", "lib/library.py", "lib/new.py", "requirements.lock"]
)
def test_the_hash_of_a_chapter_changes_with_its_inputs(make_project, changed: str) -> None:
    project = make_project(one=chapter(), two=chapter())
    before = _hash(project.root)
    path = project.root / changed
    path.write_text(path.read_text() + "\n" if path.exists() else "")
    assert _hash(project.root) != before


@pytest.mark.parametrize(
    "changed",
    ["book/small/two.ipynb", "book/intro.md", "lib/__pycache__/x.pyc", "lib/a.egg-info/b"],
)
def test_the_hash_of_a_chapter_ignores_everything_else(make_project, changed: str) -> None:
    project = make_project(one=chapter(), two=chapter())
    before = _hash(project.root)
    path = project.root / changed
    path.parent.mkdir(exist_ok=True)
    path.write_text("changed")
    assert _hash(project.root) == before


def test_the_hash_of_a_chapter_changes_with_python(make_project, monkeypatch) -> None:
    project = make_project(one=chapter())
    before = _hash(project.root)
    monkeypatch.setattr("platform.python_version", lambda: "3.99.0")
    assert _hash(project.root) != before


def _hash(root: Path) -> str:
    project = find_project(root)  # reads everything anew
    return project.input_hash(project.find("one"))
