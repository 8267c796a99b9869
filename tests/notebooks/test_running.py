"""`qnpapers run`: papermill with checked names and types, and a record of how it ended."""

import json
import signal
import subprocess
from pathlib import Path

import pytest

from notebooks.small_chapters import COMMAND, chapter
from qnpapers.notebooks import recorded
from qnpapers.notebooks.project import read_notebook


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.ipynb"


def _status(out: Path) -> dict:
    return json.loads(out.with_suffix(".json").read_text())


def test_a_run_with_other_parameters(make_project, command, out: Path) -> None:
    project = make_project(one=chapter())
    before = project.find("one").path.read_bytes()
    status, said, _ = command("run", "one", "-p", "sites", "32", "-p", "noise", "1", "-o", out)
    assert status == 0
    assert "small/one: completed in" in said
    record = _status(out)
    assert record["chapter"] == "small/one"
    assert record["status"] == "completed"
    assert record["parameters"] == {
        "sites": 32,
        "noise": 1.0,
        "kind": "relu",
        "channels": [4, 4],
        "fast": True,
    }
    assert record["recorded"] == {"rank": 1024, "accuracy": 0.93}
    assert record["seconds"] > 0
    assert recorded(read_notebook(out))["rank"] == 1024
    assert project.find("one").path.read_bytes() == before


def test_parameters_from_a_file_and_the_command_line_wins(
    make_project, command, out: Path, tmp_path: Path
) -> None:
    make_project(one=chapter("record(all=[sites, channels, fast])"))
    file = tmp_path / "parameters.yml"
    file.write_text("sites: 8\nchannels: [1, 2]\nfast: false\n")
    assert command("run", "one", "-y", file, "-p", "sites", "4", "-o", out)[0] == 0
    assert _status(out)["recorded"] == {"all": [4, [1, 2], False]}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-p", "sties", "3"], "small/one has no parameter 'sties': did you mean sites?"),
        (["-p", "sites", "abc"], "sites = 'abc': must be an integer (int), for example 16"),
        (["-y", "no.yml"], "no.yml: not a readable YAML file"),
        (["-y", "list.yml"], "list.yml: must have lines 'name: value'"),
        (["-y", "text.yml"], "sites = '8': must be an integer"),
        (["-y", "name.yml"], "small/one has no parameter 'sitez': did you mean sites?"),
        (["-o", "out.txt"], "output out.txt: must be an .ipynb file in an existing folder"),
        (["-o", "nowhere/out.ipynb"], "must be an .ipynb file in an existing folder"),
        (["-o", "book/small/one.ipynb"], "is the chapter itself; name another file"),
    ],
)
def test_wrong_input_is_refused_before_anything_runs(
    make_project, qnpapers, out: Path, arguments: list[str], message: str
) -> None:
    project = make_project(one=chapter())
    (project.root / "list.yml").write_text("[1]")
    (project.root / "text.yml").write_text("sites: '8'")
    (project.root / "name.yml").write_text("sitez: 8")
    status, said, err = qnpapers("run", "one", "-o", out, *arguments)
    assert status == 2
    assert message in err
    assert err.count("\n") == 1
    assert said == ""
    assert not out.exists()
    assert not out.with_suffix(".json").exists()


def test_a_value_out_of_range_stops_in_the_first_cells(make_project, command, out: Path) -> None:
    make_project(one=chapter())
    status, said, err = command("run", "one", "-p", "sites", "3", "-o", out)
    assert status == 1, err
    assert said.endswith(
        "\n\nParameterError: sites = 3: must be a power of 2, for example 2 or 4\n"
    )
    record = _status(out)
    assert record["status"] == "failed"
    assert record["recorded"] == {}


def test_a_failed_run_keeps_what_was_recorded(make_project, command, out: Path) -> None:
    make_project(one=chapter("record(rank=1)", "1 / 0", "record(never=1)"))
    out.with_suffix(".json").write_text('{"status": "completed"}')
    assert command("run", "one", "-o", out)[0] == 1
    assert (_status(out)["status"], _status(out)["recorded"]) == ("failed", {"rank": 1})


def test_a_time_out_is_not_a_completed_run(make_project, command, out: Path) -> None:
    make_project(one=chapter("record(rank=1)", "import time\ntime.sleep(60)"))
    status, said, _ = command("run", "one", "-o", out, "--timeout", 1)
    assert status == 1
    assert "a cell took longer than 1 s" in said
    assert (_status(out)["status"], _status(out)["recorded"]) == ("timeout", {"rank": 1})


def test_a_dead_kernel_is_not_a_completed_run(make_project, command, out: Path) -> None:
    make_project(one=chapter("record(rank=1)", "import os\nos._exit(1)"))
    status, said, _ = command("run", "one", "-o", out)
    assert status == 1
    assert "the kernel died" in said
    assert (_status(out)["status"], _status(out)["recorded"]) == ("dead kernel", {"rank": 1})


def test_ctrl_c_keeps_what_was_computed(make_project, out: Path, tmp_path: Path) -> None:
    ready = f"from pathlib import Path\nrecord(rank=1)\nPath('{tmp_path}/ready').touch()"
    make_project(one=chapter("record(first=1)", ready, "import time\ntime.sleep(300)"))
    words = [*COMMAND, "run", "one", "-o", str(out)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not (out.exists() and "first" in out.read_text() and (tmp_path / "ready").exists()):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "small/one: interrupted in" in said
    record = _status(out)
    assert record["status"] == "interrupted"
    assert record["recorded"]["first"] == 1
