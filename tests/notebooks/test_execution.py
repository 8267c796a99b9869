"""`chapters refresh` and the execution for the book."""

import os
import signal
import subprocess
from pathlib import Path

import nbformat
import pytest

from notebooks.small_chapters import COMMAND, RESULT, chapter, is_running, sleeper, wait_for_pid
from qnpapers.errors import ChapterError
from qnpapers.notebooks import execution, recorded
from qnpapers.notebooks.execution import Executor, execute_chapters
from qnpapers.notebooks.project import find_project, read_notebook
from qnpapers.notebooks.stamps import executed_path, read_stamp


def _bytes(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(root.rglob("book/small/*.ipynb"))}


def test_refresh_stores_outputs_and_a_second_refresh_changes_nothing(
    make_project, qnpapers
) -> None:
    figure = "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\n_ = ax.plot([1, 2])"
    project = make_project(one=chapter(RESULT, figure), two=chapter())
    status, out, _ = qnpapers("chapters", "refresh")
    assert status == 0
    assert "small/one: stored" in out
    first = _bytes(project.root)
    status, out, _ = qnpapers("chapters", "refresh")
    assert status == 0
    assert "small/one: unchanged" in out
    assert _bytes(project.root) == first
    assert recorded(project.find("one").read()) == {"rank": 256, "accuracy": 0.93}


def test_refresh_can_be_asked_for_one_chapter(make_project, qnpapers) -> None:
    project = make_project(one=chapter(), two=chapter())
    before = _bytes(project.root)
    assert qnpapers("chapters", "refresh", "two")[0] == 0
    after = _bytes(project.root)
    assert after["one.ipynb"] == before["one.ipynb"]
    assert after["two.ipynb"] != before["two.ipynb"]


def test_kernels_have_one_thread_and_the_chapters_folder(make_project, qnpapers) -> None:
    source = (
        "import os\nfrom pathlib import Path\nrecord(folder=Path.cwd().name,\n"
        "    threads=[os.environ[n + '_NUM_THREADS'] for n in ('OMP', 'OPENBLAS', 'NUMBA')])"
    )
    project = make_project(one=chapter(source))
    assert qnpapers("chapters", "refresh")[0] == 0
    assert recorded(project.find("one").read()) == {"folder": "small", "threads": ["1", "1", "1"]}


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "width = {}\nwidth['x']",
            ["code cell 4:\n    width = {}\n    width['x']", "KeyError: 'x'"],
        ),
        ("require(n=3).power_of(2)", ["code cell 4:", "\nParameterError: n = 3: must be a power"]),
        ("import warnings\nwarnings.warn('hm')", ["warnings are errors", "code cell 4:", "hm"]),
        ("import os\nos._exit(1)", ["code cell 4:\n    import os", "the kernel died"]),
    ],
)
def test_a_failing_cell_is_shown_and_the_chapter_left_alone(
    make_project, qnpapers, source, said
) -> None:
    project = make_project(bad=chapter(source, "after = 1"), good=chapter())
    before = _bytes(project.root)["bad.ipynb"]
    status, out, _ = qnpapers("chapters", "refresh")
    assert status == 1
    assert "small/bad: FAILED" in out
    assert "small/good: stored" in out
    assert all(text in out for text in said), out
    assert "\x1b" not in out
    assert _bytes(project.root)["bad.ipynb"] == before
    assert read_stamp(project, project.find("bad")) is None


def test_an_endless_cell_is_stopped(make_project, qnpapers, monkeypatch) -> None:
    monkeypatch.setattr(execution, "CELL_SECONDS", 1)
    make_project(bad=chapter("import time\ntime.sleep(60)"))
    status, out, _ = qnpapers("chapters", "refresh")
    assert status == 1
    assert "code cell 4:\n    import time" in out
    assert "no end after 1 s" in out


def test_execution_for_the_book_leaves_the_stored_chapter_alone(make_project, capfd) -> None:
    project = make_project(one=chapter())
    before = _bytes(project.root)
    assert execute_chapters(project, project.chapters) == 0
    assert "outputs differ from the stored ones; make refresh stores them" in capfd.readouterr().out
    assert _bytes(project.root) == before
    executed = executed_path(project, project.find("one"))
    assert recorded(read_notebook(executed))["rank"] == 256


def test_only_changed_chapters_are_executed(make_project, qnpapers, capfd) -> None:
    project = make_project(one=chapter(), two=chapter())
    assert qnpapers("chapters", "refresh")[0] == 0
    assert execute_chapters(find_project(), project.chapters) == 0
    assert capfd.readouterr().out == ""
    notebook = project.find("two").read()
    notebook.cells[-1].source += "\nextra = 1"
    nbformat.write(notebook, project.find("two").path)
    assert execute_chapters(find_project(), project.chapters) == 0
    out = capfd.readouterr().out
    assert "executing 1 of 2 chapters" in out
    assert "small/two: executed, " in out
    (project.root / "lib" / "library.py").write_text("one = 2\n")
    assert execute_chapters(find_project(), project.chapters) == 0
    assert "executing 2 of 2 chapters" in capfd.readouterr().out


def test_images_do_not_count_as_different_outputs(make_project, qnpapers, capfd) -> None:
    figure = "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()"
    project = make_project(one=chapter(figure))
    assert qnpapers("chapters", "refresh")[0] == 0
    notebook = project.find("one").read()
    notebook.cells[-1].outputs[0].data["image/png"] = "iVBORw0KGgo=\n"
    nbformat.write(notebook, project.find("one").path)
    assert execute_chapters(find_project(), project.chapters) == 0
    assert "differ" not in capfd.readouterr().out


def test_ctrl_c_ends_the_kernels_and_keeps_what_was_finished(make_project, tmp_path: Path) -> None:
    project = make_project(a=chapter(), b=chapter(*sleeper(tmp_path / "pid")))
    process = subprocess.Popen(
        [*COMMAND, "chapters", "refresh"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    while "small/a: stored" not in process.stdout.readline():
        assert process.poll() is None
    kernel = wait_for_pid(tmp_path / "pid")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err == "interrupted; what was finished is kept\n"
    assert not is_running(kernel)
    assert recorded(project.find("a").read())["rank"] == 256
    assert project.find("b").read().cells[-1].outputs == []


def test_a_kernel_that_does_not_start_is_reported(make_project, qnpapers, monkeypatch) -> None:
    broken = {**os.environ, "PYTHONHOME": "/nowhere"}
    monkeypatch.setattr(execution, "kernel_environment", lambda: broken)
    make_project(one=chapter())
    status, out, _ = qnpapers("chapters", "refresh")
    assert status == 1
    assert "small/one failed before its first cell: Kernel died before" in out


def test_nothing_runs_after_a_stop(make_project) -> None:
    project = make_project(one=chapter())
    executor = Executor()
    executor.stop()
    with pytest.raises(ChapterError, match="stopped before its end"):
        executor.run(project.find("one").read(), project.root)
