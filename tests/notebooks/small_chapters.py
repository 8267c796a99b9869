"""Chapters of good form that run in a second."""

import sys

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

COMMAND = [sys.executable, "-c", "import sys, qnpapers.cli; sys.exit(qnpapers.cli.main())"]

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
