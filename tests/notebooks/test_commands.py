"""The command line itself."""

import pytest

import qnpapers as package
from notebooks.small_chapters import PARAMETERS, chapter


def test_version(qnpapers, capfd) -> None:
    with pytest.raises(SystemExit) as ended:
        qnpapers("--version")
    assert ended.value.code == 0
    assert capfd.readouterr().out == f"qnpapers {package.__version__}\n"


def test_list_shows_every_parameter_with_its_meaning(make_project, qnpapers) -> None:
    make_project(one=chapter())
    status, out, _ = qnpapers("chapters", "list")
    assert status == 0
    lines = out.splitlines()
    assert lines[0] == "small/one"
    assert len(lines) == 1 + len(PARAMETERS.splitlines())
    assert lines[1] == "    sites: int = 16  # number of patches, a power of two from 4 to 64"


def test_wrong_input_is_one_line_and_status_2(make_project, qnpapers) -> None:
    make_project(one=chapter())
    status, out, err = qnpapers("chapters", "verify", "nine")
    assert (status, out) == (2, "")
    assert err == "qnpapers: 'nine' is no chapter of _toc.yml: small/one\n"


def test_outside_the_project_there_is_one_clear_line(tmp_path, monkeypatch, qnpapers) -> None:
    monkeypatch.chdir(tmp_path)
    for command in (["book"], ["chapters", "list"], ["run", "x", "-o", "y.ipynb"]):
        status, _, err = qnpapers(*command)
        assert status == 2
        assert err.startswith("qnpapers: no _toc.yml in ")


def test_the_claims_are_part_of_the_command_line(qnpapers, capfd) -> None:
    with pytest.raises(SystemExit) as ended:
        qnpapers("claims", "--help")
    assert ended.value.code == 0
    assert "check" in capfd.readouterr().out
