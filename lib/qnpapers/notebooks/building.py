"""Build the HTML book from executed chapters and freshly checked claims."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

from qnpapers.errors import ChapterError
from qnpapers.notebooks.execution import execute_chapters
from qnpapers.notebooks.progress import say, without_colour
from qnpapers.notebooks.project import Project, hash_files
from qnpapers.notebooks.stamps import executed_path

LEDGER = "book/ledger.md"
_JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
_MADE_BY_SPHINX = {"genindex", "search", "index"}


def build_book(project: Project, force: bool = False) -> int:
    """Execute what changed, check the claims, render; print the file to open.

    Args:
        project: its tracked files are read, never written.
        force: execute, check and render again what has not changed.

    Returns:
        0, or 1 when a chapter, a claim or the rendering failed (it was printed which).
    """
    if execute_chapters(project, project.chapters, force):
        return 1
    if not _check_claims(project, force):
        return 1
    stage = _stage(project)
    state = _state(project, stage)
    if force or not _is_built(project, state):
        if not _render(project, stage):
            return 1
        _write_stamp(project, state)
    say(f"the book is ready: open {_front_page(project)}")
    return 0


def _check_claims(project: Project, force: bool) -> bool:
    """Check the ledger if it or the library changed; keep the page that follows from it."""
    from qnpapers.claims import check_ledger, load_ledger, render_ledger

    folder = project.build / "ledger"
    page, stamp = folder / "ledger.md", folder / "hash"
    records = sorted((project.root / "claims").glob("*.yml"))
    state = f"{hash_files(project.root, records)} {project.code_hash}"
    if not force and page.exists() and stamp.exists() and stamp.read_text() == state:
        return True
    claims = load_ledger(project.root / "claims").claims
    say(f"checking {sum(claim.check is not None for claim in claims)} claims")
    result = check_ledger(claims)
    for problem in result.problems:
        say(f"claim failed: {problem}")
    if result.problems:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    page.write_text(render_ledger(result), encoding="utf-8")
    if page.read_bytes() != (project.root / LEDGER).read_bytes():
        say("the ledger differs from the stored one; make refresh stores it")
    stamp.write_text(state)
    return True


def _stage(project: Project) -> Path:
    """Copy what the book is made of, with executed chapters and the fresh ledger."""
    stage = project.build / "stage"
    shutil.rmtree(stage, ignore_errors=True)
    ignored = shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__")
    shutil.copytree(project.root / "book", stage / "book", ignore=ignored)
    for name in ("_config.yml", "_toc.yml"):
        shutil.copy(project.root / name, stage / name)
    for chapter in project.chapters:
        shutil.copy(executed_path(project, chapter), stage / "book" / f"{chapter.name}.ipynb")
    shutil.copy(project.build / "ledger" / "ledger.md", stage / LEDGER)
    return stage


def _state(project: Project, stage: Path) -> str:
    files = sorted(path for path in stage.rglob("*") if path.is_file())
    parts = f"{hash_files(stage, files)} {project.code_hash}"
    return hashlib.sha256(parts.encode()).hexdigest()


def _is_built(project: Project, state: str) -> bool:
    """True when the book that lies there is the one of this state and nobody wrote it since."""
    try:
        stamp = json.loads((project.build / "book.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(_front_page(project).exists() and stamp == _stamp(project, state))


def _stamp(project: Project, state: str) -> list[str]:
    index = project.build / "html" / "searchindex.js"
    return [state, str(index.stat().st_mtime_ns) if index.exists() else ""]


def _write_stamp(project: Project, state: str) -> None:
    text = json.dumps(_stamp(project, state)) + "\n"
    (project.build / "book.json").write_text(text, encoding="utf-8")


def _render(project: Project, stage: Path) -> bool:
    """Run jupyter-book on the stage; on success its pages replace those in _build/html."""
    say(f"rendering {len(project.pages)} pages")
    start = time.monotonic()
    log = project.build / "book.log"
    options = ["-W", "--keep-going", "-n", "--all"]
    with log.open("w", encoding="utf-8") as file:
        command = [sys.executable, "-c", _JUPYTER_BOOK, "build", *options, str(stage)]
        status = subprocess.run(command, stdout=file, stderr=subprocess.STDOUT).returncode
    if status != 0:
        _print_problems(log, stage)
        return False
    html = stage / "_build" / "html"
    check_pages(project, html)
    shutil.rmtree(project.build / "html", ignore_errors=True)
    shutil.move(html, project.build / "html")
    say(f"rendered, {time.monotonic() - start:.1f} s")
    return True


def _print_problems(log: Path, stage: Path) -> None:
    text = without_colour(log.read_text(encoding="utf-8"))
    lines = text.replace(f"{stage}/", "").splitlines()
    problems = [line for line in lines if "WARNING" in line or "ERROR" in line]
    say("\n".join(problems or lines[-30:]))
    say(f"the book was not built; everything that was said is in {log}")


def check_pages(project: Project, html: Path) -> None:
    """Compare the pages that were built with _toc.yml: jupyter-book may leave some out silently.

    Raises:
        ChapterError: pages are missing, or there are others.
    """
    pages = {page.as_posix() for page in project.pages}
    names = {path.relative_to(html).with_suffix("").as_posix() for path in html.rglob("*.html")}
    built = {name for name in names if not name.startswith("_")} - _MADE_BY_SPHINX
    if built != pages:
        missing, extra = sorted(pages - built), sorted(built - pages)
        raise ChapterError(f"pages of _toc.yml not built: {missing}; not in _toc.yml: {extra}")


def _front_page(project: Project) -> Path:
    return project.build / "html" / "index.html"
