"""The ledger of this book: complete, tied to its chapters, and as accepted when it is run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qnpapers.claims import (
    Ledger,
    LedgerResult,
    check_ledger,
    load_ledger,
    read_result,
    render_ledger,
)
from qnpapers.evidence import Verdict

ROOT = Path(__file__).parents[2]
IDS = [
    *("A1", "A2", "A3", "A4", "A5", "A6", "A7"),
    *("T1", "T2", "T2.1", "T3", "T4", "T5", "T5.1", "T5.2", "T5.3"),
    *("T6", "T7", "T8", "T8.1", "T8.2", "T8.3", "T9", "T9.1", "T9.2", "T9.3"),
    *("T9.4", "T9.5", "T9.6", "T9.7", "T9.8", "T9.9", "T9.10"),
    *("4.1", "4.2", "4.3", "4.4", "4.5"),
    *("X1", "X2", "X3", "X4", "X5", "X5.1", "X5.2", "X5.3", "X6"),
    *("Q6", "Q6.1", "Q6.2", "Q7", "Q7.1"),
]

KATSNELSON_IDS = [
    *("T1", "T2", "T3", "T4", "T5", "T5.1", "T6", "T7"),
    *("L1", "L1b", "L2", "L3", "L4"),
    *("A1", "A2", "A3", "A4", "A5", "M1", "M2", "M3", "M4", "M5"),
    *("G1", "G2", "G3", "G4", "Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q7"),
    *("S1", "S2", "S3", "S4", "C1", "C2", "N1", "N2", "D1", "D2"),
    *("B1", "B2", "B3"),
]


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return load_ledger(ROOT / "claims")


@pytest.fixture(scope="module")
def fresh(ledger: Ledger) -> LedgerResult:
    return check_ledger(ledger.claims)


def without_floats(value: Any) -> Any:
    """Replace each float by a word: its digits, and where it is worst, depend on the machine."""
    if isinstance(value, dict):
        moves = {"worst"} if isinstance(value.get("measured"), float) else set()
        return {key: without_floats(part) for key, part in value.items() if key not in moves}
    if isinstance(value, list):
        return [without_floats(part) for part in value]
    return "a float" if isinstance(value, float) else value


def test_every_claim_of_the_paper_has_a_record(ledger):
    assert [one.id for one in ledger.claims if one.paper == "levine2017"] == IDS


def test_every_claim_of_katsnelson_and_vanchurin_has_a_record(ledger):
    """In this order; chapters add findings of their own between them."""
    found = [one.id for one in ledger.claims if one.paper == "katsnelson2021"]
    assert [one for one in found if one in KATSNELSON_IDS] == KATSNELSON_IDS


def test_the_paper_is_in_the_bibliography(ledger):
    bibliography = (ROOT / "book" / "references.bib").read_text(encoding="utf-8")
    for paper in ledger.papers:
        assert f"{{{paper}," in bibliography


def test_every_chapter_named_by_a_claim_has_the_anchor(ledger):
    for claim in ledger.claims:
        if claim.chapter:
            page, _, anchor = claim.chapter.partition("#")
            notebook = json.loads((ROOT / "book" / f"{page}.ipynb").read_text(encoding="utf-8"))
            lines = [
                line.strip()
                for cell in notebook["cells"]
                if cell["cell_type"] == "markdown"
                for line in "".join(cell["source"]).splitlines()
            ]
            assert lines.count(f"({anchor})=") == 1, claim.full_id
            heading = lines[lines.index(f"({anchor})=") + 1]
            assert heading.startswith("#"), f"{claim.full_id}: {anchor} is not above a heading"


def test_a_planned_chapter_is_not_there_yet(ledger):
    for claim in ledger.claims:
        if claim.planned:
            assert not list((ROOT / "book").glob(f"{claim.planned}_*")), claim.full_id


def test_a_check_always_has_the_same_control_and_is_never_a_control(ledger):
    """A claim and a finding about it may rest on one check."""
    pairs = {(one.check, one.control) for one in ledger.claims if one.check}
    checks, controls = zip(*pairs, strict=True)
    assert len(set(checks)) == len(checks)
    assert not set(checks) & set(controls)


def test_every_verdict_is_the_accepted_one_and_every_control_is_rejected(fresh):
    assert fresh.problems == ()
    assert all(one.verdict is one.claim.accepted for one in fresh.claims)
    tested = [one for one in fresh.claims if one.claim.check]
    assert {one.control.verdict for one in tested} == {Verdict.FAILS}


def test_the_committed_results_agree_with_a_fresh_run(fresh):
    committed = without_floats(
        json.loads((ROOT / "claims" / "claims.json").read_text(encoding="utf-8"))
    )
    now = without_floats(json.loads(fresh.to_json()))
    for here, there in zip(now["claims"], committed["claims"], strict=True):
        assert here == there  # record by record, so that a difference is named
    assert now == committed


def test_the_committed_page_is_rendered_from_the_committed_results():
    committed = read_result(ROOT / "claims" / "claims.json")
    page = (ROOT / "book" / "ledger.md").read_text(encoding="utf-8")
    assert page == render_ledger(committed)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": [1, 2.0, "x"], "b": None}, {"a": [1, "a float", "x"], "b": None}),
        ({"measured": 1e-15, "worst": "N=8"}, {"measured": "a float"}),
        ({"measured": 7, "worst": "N=8"}, {"measured": 7, "worst": "N=8"}),
    ],
)
def test_only_floats_are_left_out_of_the_comparison(value, expected):
    assert without_floats(value) == expected
