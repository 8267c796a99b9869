"""nbval over stored chapters: what it sees, and when it runs."""

import signal
import subprocess
from pathlib import Path

import nbformat
import pytest

from notebooks.small_chapters import COMMAND, chapter, is_running, sleeper, wait_for_pid
from qnpapers.errors import ChapterError
from qnpapers.notebooks.project import Project, find_project
from qnpapers.notebooks.stamps import executed_path, read_stamp
from qnpapers.notebooks.verification import Verifier


@pytest.fixture
def refreshed(make_project, qnpapers) -> Project:
    project = make_project(one=chapter(), two=chapter())
    assert qnpapers("chapters", "refresh")[0] == 0
    return project


def _replace(project: Project, old: str, new: str) -> None:
    path = project.find("one").path
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_refreshed_chapters_are_verified_once(refreshed, qnpapers) -> None:
    status, out, _ = qnpapers("chapters", "verify")
    assert status == 0
    assert "verifying 2 of 2 chapters" in out
    assert "small/one: verified" in out
    stamp = read_stamp(refreshed, refreshed.find("one"))
    assert stamp is not None
    assert stamp.how == "verified"
    executed = executed_path(refreshed, refreshed.find("one"))
    assert executed.read_bytes() == refreshed.find("one").path.read_bytes()
    status, out, _ = qnpapers("chapters", "verify")
    assert status == 0
    assert out == "verifying 0 of 2 chapters (the rest is unchanged)\n"
    assert "verifying 1 of 1 chapters" in qnpapers("chapters", "verify", "one", "--force")[1]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<td>0.93</td>", "<td>0.94</td>"),
        (
            '"application/papermill.record/text/plain": "256"',
            '"application/papermill.record/text/plain": "257"',
        ),
        ("squared\\n", "cubed\\n"),
    ],
)
def test_one_changed_number_or_word_is_seen(refreshed, qnpapers, old: str, new: str) -> None:
    _replace(refreshed, old, new)
    status, out, _ = qnpapers("chapters", "verify")
    assert status == 1
    assert "small/one: FAILED" in out
    assert "small/two: verified" in out
    assert "small/one does not repeat its stored outputs" in out
    assert "code cell 4: Cell outputs differ" in out
    assert read_stamp(refreshed, refreshed.find("one")) is None


def test_a_changed_library_is_seen(refreshed, qnpapers) -> None:
    assert qnpapers("chapters", "verify")[0] == 0
    (refreshed.root / "lib" / "library.py").write_text("one = 2\n")
    assert "verifying 2 of 2 chapters" in qnpapers("chapters", "verify")[1]


def test_a_failing_cell_is_seen(refreshed, qnpapers) -> None:
    notebook = refreshed.find("one").read()
    notebook.cells[-1].source = "1 / 0"
    nbformat.write(notebook, refreshed.find("one").path)
    status, out, _ = qnpapers("chapters", "verify", "one")
    assert status == 1
    assert "code cell 4: Cell execution caused an exception" in out
    assert "ZeroDivisionError" in out


def test_chapters_without_stored_outputs_are_refused(make_project, qnpapers) -> None:
    make_project(one=chapter())
    status, out, _ = qnpapers("chapters", "verify")
    assert status == 1
    assert "small/one has no stored outputs; make refresh stores them" in out


def test_execution_for_the_book_is_no_verification(refreshed, qnpapers) -> None:
    stamp = read_stamp(find_project(), refreshed.find("one"))
    assert stamp is not None
    assert stamp.how == "refreshed"
    assert "verifying 2 of 2 chapters" in qnpapers("chapters", "verify")[1]


def test_addresses_and_temporary_files_are_not_compared(make_project, qnpapers) -> None:
    make_project(one=chapter("print(hex(id(object())), f.__code__.co_filename)", "x = 1"))
    source = "def f(): ...\nprint(hex(id(f)), f.__code__.co_filename)"
    project = find_project()
    notebook = project.find("one").read()
    notebook.cells[-2].source = source
    nbformat.write(notebook, project.find("one").path)
    assert qnpapers("chapters", "refresh")[0] == 0
    status, out, _ = qnpapers("chapters", "verify")
    assert status == 0, out


def test_ctrl_c_ends_nbval_and_its_kernel(make_project, tmp_path: Path) -> None:
    stored = chapter(*sleeper(tmp_path / "pid"))
    for count, cell in enumerate(stored.cells[1:], 1):
        cell.execution_count = count
    make_project(one=stored)
    process = subprocess.Popen(
        [*COMMAND, "chapters", "verify"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    kernel = wait_for_pid(tmp_path / "pid")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err == "interrupted; what was finished is kept\n"
    assert not is_running(kernel)


def test_nothing_is_verified_after_a_stop(refreshed) -> None:
    verifier = Verifier(refreshed)
    verifier.stop()
    with pytest.raises(ChapterError, match="was stopped before it began"):
        verifier.run(refreshed.find("one"))
