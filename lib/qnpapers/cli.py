"""The `qnpapers` command: chapters, runs with other parameters, the book, the claims, the data."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import qnpapers
import qnpapers.claims.commands
import qnpapers.mnist.commands
import qnpapers.notebooks.commands
from qnpapers.errors import QnpapersError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: without the program's name; by default those of the process.

    Returns:
        The exit status: 0 done, 1 something failed, 2 wrong input (one line on stderr says
        what), 130 interrupted.
    """
    args = _parser().parse_args(arguments)
    try:
        return int(args.func(args))
    except QnpapersError as error:
        print(f"qnpapers: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted; what was finished is kept", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="qnpapers", description=__doc__)
    parser.add_argument("--version", action="version", version=f"qnpapers {qnpapers.__version__}")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    qnpapers.notebooks.commands.add_commands(subparsers)
    qnpapers.claims.commands.add_commands(subparsers)
    qnpapers.mnist.commands.add_commands(subparsers)
    return parser
