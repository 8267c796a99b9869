"""Chapters of good form that run in a second."""

import os
import sys
import time
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

_RUN = """\
import signal, sys
import qnpapers.cli
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(qnpapers.cli.main())"""
COMMAND = [sys.executable, "-c", _RUN]
"""The command line. Ctrl-C works even where tests run in the background of a shell."""

PARAMETERS = """\
sites: int = 16  # number of patches, a power of two from 4 to 64
noise: float = 0.1  # standard deviation, from 0 to 1
kind: str = "relu"  # activation, relu or tanh
channels: list = [4, 4]  # two widths
fast: bool = True  # whether to take the short way"""

REQUIRE = """\
require(sites=sites).integer().power_of(2).between(4, 64)
require(noise=noise).number().between(0, 1)
require(kind=kind).one_of("relu", "tanh")
require(channels=channels).integers(minimum=1).length(2)
require(fast=fast).boolean()"""

IMPORTS = "from qnpapers.notebooks import record, require"
RESULT = 'print("squared")\nrecord(rank=sites**2, accuracy=0.93)'


def chapter(*sources: str) -> nbformat.NotebookNode:
    """A chapter of good form, followed by the given code cells."""
    return new_notebook(
        cells=[
            new_markdown_cell("# A small chapter"),
            new_code_cell(IMPORTS),
            new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
            new_code_cell(REQUIRE),
            *map(new_code_cell, sources or [RESULT]),
        ]
    )


def sleeper(file: Path) -> tuple[str, str]:
    """Two cells: the second writes the kernel's process id to a file and sleeps."""
    return (
        f"import os, time\nfrom pathlib import Path\nfile = Path('{file}')",
        "_ = file.write_text(str(os.getpid()))\ntime.sleep(300)",
    )


def wait_for_pid(path: Path) -> int:
    """The process id that a sleeper wrote."""
    for _ in range(300):
        if path.exists() and path.read_text():
            return int(path.read_text())
        time.sleep(0.1)
    raise AssertionError(f"{path} did not appear")


def is_running(pid: int) -> bool:
    """True while the process exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
