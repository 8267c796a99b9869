"""`qnpapers chapters list | verify | refresh`, `qnpapers run` and `qnpapers book`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from qnpapers.notebooks.building import build_book
from qnpapers.notebooks.execution import refresh_chapters
from qnpapers.notebooks.project import find_project
from qnpapers.notebooks.running import read_parameters, run_chapter
from qnpapers.notebooks.verification import verify_chapters

_CHAPTER = "a path, convac/01, or the start of a file name; default: all of them"


def add_commands(subparsers: Any) -> None:
    """Add `chapters`, `run` and `book` to what `ArgumentParser.add_subparsers` returned.

    Each command sets `func`, a callable that takes the parsed arguments and returns the exit
    status.
    """
    _add_chapters(subparsers.add_parser("chapters", help="list, verify and refresh the chapters"))
    _add_run(subparsers.add_parser("run", help="run a chapter with other parameters"))
    book = subparsers.add_parser(
        "book",
        help="build the book",
        description="Execute the chapters whose inputs changed, check the claims, and build the "
        "HTML book. A failing cell, a warning or a missing page fails the build.",
    )
    book.add_argument("--force", action="store_true", help="do everything again")
    book.set_defaults(func=_book)


def _add_chapters(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="chapters_command", required=True, metavar="COMMAND")
    listing = commands.add_parser("list", help="the chapters and the meaning of their parameters")
    listing.set_defaults(func=_list)
    verify = commands.add_parser(
        "verify",
        help="execute the stored chapters and compare their outputs",
        description="Execute, with nbval, every stored chapter whose inputs changed since it was "
        "last verified, and compare all outputs with the stored ones.",
    )
    verify.add_argument("--force", action="store_true", help="verify unchanged ones again")
    verify.set_defaults(func=_verify)
    refresh = commands.add_parser("refresh", help="execute chapters and store their outputs")
    refresh.set_defaults(func=_refresh)
    for command in (listing, verify, refresh):
        command.add_argument("chapters", nargs="*", metavar="CHAPTER", help=_CHAPTER)


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Run a chapter with other parameters, by papermill. Unknown names and values of the "
        "wrong type are refused before it starts. OUT.json says how the run ended and what it "
        "recorded."
    )
    parser.add_argument("chapter", metavar="CHAPTER", help=_CHAPTER.partition(";")[0])
    parser.add_argument("-o", "--output", metavar="OUT.ipynb", type=Path, required=True)
    parser.add_argument(
        "-p",
        "--parameter",
        nargs=2,
        action="append",
        default=[],
        metavar=("NAME", "VALUE"),
        help="may be repeated; a list is written '[4, 4, 8]', a bool true or false",
    )
    parser.add_argument(
        "-y", "--parameters-file", metavar="FILE.yml", type=Path, help="NAME: VALUE lines"
    )
    parser.add_argument("--timeout", metavar="SECONDS", type=int, help="limit for each cell")
    parser.set_defaults(func=_run)


def _list(args: argparse.Namespace) -> int:
    for chapter in find_project().select(args.chapters):
        print(chapter.name)
        for one in chapter.parameters().values():
            print(f"    {one.name}: {one.type} = {one.default!r}  # {one.meaning}")
    return 0


def _verify(args: argparse.Namespace) -> int:
    project = find_project()
    return int(verify_chapters(project, project.select(args.chapters), args.force) > 0)


def _refresh(args: argparse.Namespace) -> int:
    project = find_project()
    return int(refresh_chapters(project, project.select(args.chapters)) > 0)


def _run(args: argparse.Namespace) -> int:
    chapter = find_project().find(args.chapter)
    parameters = read_parameters(chapter, args.parameter, args.parameters_file)
    return run_chapter(chapter, parameters, args.output, args.timeout)


def _book(args: argparse.Namespace) -> int:
    return build_book(find_project(), args.force)
