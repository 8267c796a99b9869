"""`qnpapers claims list | check | show | render`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from qnpapers.claims.check import SEED, check_ledger
from qnpapers.claims.ledger import Ledger, load_ledger
from qnpapers.claims.render import render_ledger
from qnpapers.claims.results import (
    ClaimResult,
    LedgerResult,
    Profile,
    StoredEvidence,
    read_result,
    write_result,
    write_text,
)
from qnpapers.claims.schema import Claim
from qnpapers.errors import LedgerError
from qnpapers.evidence import Verdict

RESULT_FILE = "claims.json"


def add_commands(subparsers: Any) -> None:
    """Add `claims` and its four commands to what `ArgumentParser.add_subparsers` returned.

    Each command sets `func`, a callable that takes the parsed arguments and returns the exit
    status.
    """
    parser = subparsers.add_parser("claims", help="list, check, show and render the claims")
    commands = parser.add_subparsers(dest="claims_command", required=True, metavar="COMMAND")
    for add in (_add_list, _add_check, _add_show, _add_render):
        command = add(commands)
        command.add_argument("--claims", metavar="DIR", type=Path, help="folder with *.yml files")


def _add_list(commands: Any) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser("list", help="one line per claim")
    command.add_argument("--paper", metavar="KEY", help="only the claims of this paper")
    command.set_defaults(func=_list)
    return command


def _add_check(commands: Any) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        "check",
        help="run checks and controls",
        description="Run checks and controls. Exit status 1 when a verdict is not the accepted "
        "one, a control is not rejected, or a check raises. A run of the whole ledger in the "
        f"smoke profile with the default seed writes DIR/{RESULT_FILE}; every other run writes "
        "only where --output says.",
    )
    command.add_argument("ids", nargs="*", metavar="ID", help="only these claims, for example T3")
    command.add_argument("--paper", metavar="KEY", help="only the claims of this paper")
    command.add_argument("--profile", choices=get_args(Profile), default="smoke")
    command.add_argument("--seed", type=_seed, default=SEED, help="default: %(default)s")
    command.add_argument("--output", metavar="FILE", type=Path, help="write the results here")
    command.set_defaults(func=_check)
    return command


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"'{text}': must be a whole number, 0 or larger")
    return int(text)


def _add_show(commands: Any) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser("show", help="everything about a claim")
    command.add_argument("id", metavar="ID", help="for example T3 or levine2017.T3")
    command.set_defaults(func=_show)
    return command


def _add_render(commands: Any) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        "render", help=f"write the ledger's page of the book from {RESULT_FILE}"
    )
    command.add_argument(
        "--output", metavar="FILE", type=Path, help="default: book/ledger.md beside DIR"
    )
    command.set_defaults(func=_render)
    return command


def _list(args: argparse.Namespace) -> int:
    ledger = load_ledger(args.claims)
    table = Table("Claim", "Accepted verdict", "Kind", "Origin", "Chapter", box=SIMPLE_HEAD)
    for claim in ledger.select(paper=args.paper):
        chapter = (claim.chapter or claim.planned or "").partition("_")[0]
        _add_row(table, claim.full_id, claim.accepted, claim.kind, claim.origin, chapter)
    Console().print(table)
    return 0


def _check(args: argparse.Namespace) -> int:
    ledger = load_ledger(args.claims)
    chosen = ledger.select(args.ids, args.paper)
    result = check_ledger(chosen, profile=args.profile, seed=args.seed, progress=True)
    _print_results(result)
    output = args.output or _default_output(ledger, result)
    if output:
        write_result(result, output)
        print(f"wrote {output}")
    else:
        print(f"{RESULT_FILE} left as it was; --output FILE writes this run")
    return 1 if result.problems else 0


def _default_output(ledger: Ledger, result: LedgerResult) -> Path | None:
    standard = result.profile == "smoke" and result.seed == SEED
    complete = len(result.claims) == len(ledger.claims)
    return ledger.folder / RESULT_FILE if standard and complete else None


def _print_results(result: LedgerResult) -> None:
    columns = ("Claim", "Verdict", "Control", "Measured", "Expected", "Cases")
    table = Table(*columns, box=SIMPLE_HEAD)
    for one in result.claims:
        if one.claim.check:
            _add_row(table, one.claim.full_id, one.verdict or "no verdict", *_cells(one))
    Console().print(table)
    untested = [one.verdict for one in result.claims if not one.claim.check]
    for verdict in dict.fromkeys(untested):
        print(f"{verdict}: {untested.count(verdict)}")
    for problem in result.problems:
        print(f"PROBLEM {problem}")


def _cells(result: ClaimResult) -> list[str]:
    rejected = result.control is not None and result.control.verdict is Verdict.FAILS
    evidence = result.report and result.report.inside
    numbers = _numbers(evidence) if evidence else ["", "", ""]
    return ["rejected" if rejected else "NOT REJECTED", *numbers]


def _numbers(evidence: StoredEvidence) -> list[str]:
    expected = f"{evidence.relation} {evidence.expected}"
    within = f" ± {evidence.tolerance}" if evidence.tolerance else ""
    return [str(evidence.measured), expected + within, str(evidence.cases)]


def _add_row(table: Table, *cells: str) -> None:
    table.add_row(*(Text(cell) for cell in cells))


def _show(args: argparse.Namespace) -> int:
    ledger = load_ledger(args.claims)
    claim = ledger.find(args.id)
    table = Table(show_header=False, box=SIMPLE_HEAD)
    for field, value in claim.model_dump(mode="json", exclude_none=True).items():
        _add_row(table, field, value)
    for label, text in _last_result(ledger, claim):
        _add_row(table, label, text)
    Console().print(table)
    return 0


def _last_result(ledger: Ledger, claim: Claim) -> Iterator[tuple[str, str]]:
    file = ledger.folder / RESULT_FILE
    for one in read_result(file).claims if file.exists() else ():
        if one.claim == claim and one.report and one.control:
            yield "measured", _sentence(one.report.inside)
            if one.report.outside:
                yield "outside", _sentence(one.report.outside)
            yield "control saw", _sentence(one.control.inside)


def _sentence(evidence: StoredEvidence) -> str:
    measured, expected, cases = _numbers(evidence)
    return (
        f"{evidence.quantity}: {measured}, expected {expected}; cases: {cases}; "
        f"{'worst' if evidence.passed else 'counter-example'}: {evidence.worst}"
    )


def _render(args: argparse.Namespace) -> int:
    ledger = load_ledger(args.claims)
    result = read_result(ledger.folder / RESULT_FILE)
    if tuple(one.claim for one in result.claims) != ledger.claims:
        raise LedgerError(f"{RESULT_FILE}: not of these records; run qnpapers claims check first")
    output = args.output or ledger.folder.resolve().parent / "book" / "ledger.md"
    write_text(render_ledger(result), output)
    print(f"wrote {output}")
    return 0
