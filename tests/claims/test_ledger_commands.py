"""`qnpapers claims ...` as a user types it: output, files and exit status."""

from __future__ import annotations

import argparse

import pytest

from qnpapers.claims import read_result
from qnpapers.claims.commands import add_commands
from qnpapers.errors import LedgerError


def run(*words: object) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(required=True))
    args = parser.parse_args(["claims", *map(str, words)])
    status: int = args.func(args)
    return status


def test_list_shows_every_claim_of_a_paper(write, record, planned, capsys):
    write(record(id="Z1", paper="zeta2021"), paper="zeta2021")
    folder = write(record(), planned())
    assert run("list", "--claims", folder) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in ("someone2020.T1", "someone2020.T2", "zeta2021.Z1"))
    assert "chapter to come" in shown
    assert run("list", "--claims", folder, "--paper", "zeta2021") == 0
    shown = capsys.readouterr().out
    assert "zeta2021.Z1" in shown
    assert "someone2020" not in shown


def test_check_of_the_whole_ledger_writes_the_file_twice_the_same(write, record, planned, capsys):
    folder = write(record(), planned())
    assert run("check", "--claims", folder) == 0
    first = (folder / "claims.json").read_bytes()
    shown = capsys.readouterr().out
    assert "someone2020.T1" in shown
    assert "chapter to come: 1" in shown
    assert "PROBLEM" not in shown
    assert run("check", "--claims", folder) == 0
    assert (folder / "claims.json").read_bytes() == first


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"accepted": "fails as stated"}, "verdict 'holds', accepted 'fails as stated'"),
        ({"control": "fake.checks:sum_is_four"}, "was not rejected (its verdict: 'holds')"),
        ({"check": "fake.checks:divides_by_zero"}, "raised ZeroDivisionError in conftest.py"),
    ],
)
def test_check_exits_with_1_and_says_why_in_one_line(write, record, changes, problem, capsys):
    assert run("check", "--claims", write(record(**changes))) == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("PROBLEM")]
    assert len(lines) == 1
    assert lines[0].startswith("PROBLEM someone2020.T1: ")
    assert problem in lines[0]


@pytest.mark.parametrize(
    "words", [("T1",), ("--profile", "full"), ("--seed", "3"), ("--paper", "someone2020")]
)
def test_a_partial_or_special_run_writes_only_on_demand(write, record, planned, words, capsys):
    write(record(id="Z1", paper="zeta2021"), paper="zeta2021")
    folder = write(record(), planned())
    assert run("check", "--claims", folder, *words) == 0
    assert "claims.json left as it was" in capsys.readouterr().out
    assert not (folder / "claims.json").exists()
    assert run("check", "--claims", folder, *words, "--output", folder / "part.json") == 0
    result = read_result(folder / "part.json")
    assert result.profile == ("full" if "full" in words else "smoke")
    assert result.seed == (3 if "3" in words else 2017)
    assert len(result.claims) == (1 if "T1" in words else 2 if "--paper" in words else 3)


def test_a_claim_given_by_id_is_the_only_one_that_runs(write, record, capsys):
    broken = record(id="T9", check="fake.checks:divides_by_zero")
    assert run("check", "--claims", write(record(), broken), "T1") == 0
    assert "T9" not in capsys.readouterr().out


@pytest.mark.parametrize("seed", ["-1", "x", "1.5"])
def test_a_seed_is_a_whole_number(write, record, seed, capsys):
    with pytest.raises(SystemExit, match="2"):
        run("check", "--claims", write(record()), "--seed", seed)
    assert f"'{seed}': must be a whole number, 0 or larger" in capsys.readouterr().err


def test_show_tells_the_record_and_what_was_measured_last(write, record, capsys):
    fields = {"check": "fake.checks:equal_for_powers", "accepted": "holds under conditions"}
    folder = write(record(**fields, conditions="Powers of one number."))
    assert run("show", "T1", "--claims", folder) == 0
    before = capsys.readouterr().out
    assert "Two and two make four." in before
    assert "measured" not in before
    run("check", "--claims", folder)
    capsys.readouterr()
    assert run("show", "someone2020.T1", "--claims", folder) == 0
    after = capsys.readouterr().out
    assert "rank: 8, expected == 8; cases: 3; worst: N=9, r=(3, 2)" in after
    assert "rank: 7, expected == 8; cases: 3; counter-example: N=9" in after
    assert "2 + 2: 4, expected == 5; cases: 1; counter-example: draw" in after


def test_show_of_an_unknown_claim_is_refused(write, record):
    with pytest.raises(LedgerError, match="claim 'T2': not in the ledger; known: T1"):
        run("show", "T2", "--claims", write(record()))


def test_render_writes_the_page_beside_the_claims_or_where_it_is_told(write, record):
    folder = write(record())
    book = folder.parent / "book"
    book.mkdir()
    run("check", "--claims", folder)
    assert run("render", "--claims", folder) == 0
    assert run("render", "--claims", folder, "--output", folder / "page.md") == 0
    assert (book / "ledger.md").read_bytes() == (folder / "page.md").read_bytes()
    assert "# The ledger of claims" in (book / "ledger.md").read_text(encoding="utf-8")


def test_render_refuses_results_of_other_records(write, record):
    run("check", "--claims", write(record()))
    folder = write(record(statement="Two and two make five."))
    with pytest.raises(LedgerError, match=r"claims\.json: not of these records; run qnpapers cla"):
        run("render", "--claims", folder)
