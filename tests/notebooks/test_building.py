"""`qnpapers book`: what is made, what is not made again, what makes it fail."""

import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from notebooks.small_chapters import RESULT, chapter
from qnpapers.errors import ChapterError
from qnpapers.notebooks.building import check_pages
from qnpapers.notebooks.project import Project, find_project

INTERPRETATION = """\
- id: I1
  paper: paper2017
  where: abstract
  statement: A network is a state.
  origin: paper
  kind: interpretation
  confidence: sure
  accepted: not testable
"""


@pytest.fixture
def book(make_project, root: Path) -> Project:
    """A book with one chapter, one claim, and the configuration of the real one."""
    notebook = chapter(RESULT)
    notebook.cells[0].source = "# A chapter\n\nWith $x^2$ in it."
    project = make_project(one=notebook)
    shutil.copy(root / "_config.yml", project.root)
    shutil.copytree(root / "book" / "_static", project.root / "book" / "_static")
    (project.root / "book" / "references.bib").write_text(
        "@misc{paper2017, title={A}, year=2017}\n"
    )
    (project.root / "book" / "ledger.md").write_text("# The stored ledger\n")
    (project.root / "book" / "conventions.md").write_text("# Conventions\n")
    (project.root / "claims").mkdir()
    (project.root / "claims" / "paper2017.yml").write_text(INTERPRETATION)
    with (project.root / "_toc.yml").open("a") as toc:
        toc.write("  - file: book/ledger\n  - file: book/conventions\n")
    return find_project()


def _tracked(root: Path) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and "_build" not in path.relative_to(root).parts
    }


def test_the_book_is_built_once_from_fresh_parts(book, qnpapers) -> None:
    before = _tracked(book.root)
    html = book.root / "_build" / "html"
    status, out, _ = qnpapers("book")
    assert status == 0, out
    assert out.endswith(f"the book is ready: open {html / 'index.html'}\n")
    assert _tracked(book.root) == before

    page = (html / "book" / "small" / "one.html").read_text()
    assert '<th scope="row">rank</th><td>256</td>' in page
    assert "_static/tex-svg-full.js" in page
    assert (html / "_static" / "tex-svg-full.js").stat().st_size > 2_000_000
    assert "thebe.js" not in page
    assert "THEBE_JS_URL" not in page
    assert 'rel="preload" as="font"' not in page
    assert "The stored ledger" not in (html / "book" / "ledger.html").read_text()

    status, out, _ = qnpapers("book")
    assert (status, out) == (0, f"the book is ready: open {html / 'index.html'}\n")

    os.utime(html / "searchindex.js", (1, 1))  # as when another build wrote there
    (book.root / "book" / "intro.md").write_text("# Introduction\n\nSee {ref}`nowhere`.\n")
    status, out, _ = qnpapers("book")
    assert status == 1
    assert "executing" not in out
    assert "book/intro.md:3: WARNING: undefined label: 'nowhere'" in out
    assert "the book was not built" in out
    assert "the book is ready" not in out


def test_a_book_that_something_else_wrote_is_built_again(book, qnpapers, monkeypatch) -> None:
    def render(project: Project, _stage: Path) -> bool:
        index = project.build / "html" / "searchindex.js"
        index.parent.mkdir(exist_ok=True)
        index.touch()
        (index.parent / "index.html").touch()
        print("rendering")
        return True

    monkeypatch.setattr("qnpapers.notebooks.building._render", render)
    assert "rendering" in qnpapers("book")[1]
    assert "rendering" not in qnpapers("book")[1]
    os.utime(book.build / "html" / "searchindex.js", (1, 1))
    assert "rendering" in qnpapers("book")[1]
    assert "rendering" not in qnpapers("book")[1]
    (book.root / "book" / "intro.md").write_text("# Another introduction\n")
    assert "rendering" in qnpapers("book")[1]
    (book.root / "claims" / "paper2017.yml").write_text(INTERPRETATION.replace("A net", "Each net"))
    assert "checking 0 claims" in (out := qnpapers("book")[1])
    assert "rendering" in out
    (book.build / "html" / "index.html").unlink()
    assert "rendering" in qnpapers("book")[1]
    assert "rendering" in (out := qnpapers("book", "--force")[1])
    assert "executing 1 of 1 chapters" in out
    assert "checking 0 claims" in out


def test_a_failing_cell_fails_the_book(make_project, qnpapers) -> None:
    project = make_project(one=chapter("1 / 0"), two=chapter())
    status, out, _ = qnpapers("book")
    assert status == 1
    assert "small/one failed in code cell 4:\n    1 / 0" in out
    assert "ZeroDivisionError: division by zero" in out
    assert "small/two: executed" in out
    assert not (project.build / "stage").exists()


def test_a_failing_claim_fails_the_book(book, qnpapers, monkeypatch) -> None:
    found = SimpleNamespace(problems=("paper2017.I1: the control was not rejected",))
    monkeypatch.setattr("qnpapers.claims.check_ledger", lambda _: found)
    status, out, _ = qnpapers("book")
    assert status == 1
    assert "claim failed: paper2017.I1: the control was not rejected" in out
    assert not (book.build / "stage").exists()


def test_pages_that_were_left_out_are_named(make_project) -> None:
    project = make_project(one=chapter())
    html = project.build / "html"
    for name in ("index", "genindex", "search", "book/intro", "book/extra", "_static/x"):
        (html / name).parent.mkdir(parents=True, exist_ok=True)
        (html / f"{name}.html").touch()
    message = (
        r"pages of _toc.yml not built: \['book/small/one'\]; not in _toc.yml: \['book/extra'\]"
    )
    with pytest.raises(ChapterError, match=message):
        check_pages(project, html)
    (html / "book" / "extra.html").unlink()
    (html / "book" / "small").mkdir()
    (html / "book" / "small" / "one.html").touch()
    check_pages(project, html)
