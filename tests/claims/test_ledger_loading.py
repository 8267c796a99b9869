"""Reading claims/*.yml: what is accepted, and the one clear message for each mistake."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from qnpapers.claims import find_claims_folder, load_ledger
from qnpapers.errors import LedgerError
from qnpapers.evidence import Verdict


def message(folder: Path) -> str:
    with pytest.raises(LedgerError, match=r"^claims/someone2020\.yml") as caught:
        load_ledger(folder)
    text = str(caught.value)
    assert "\n" not in text
    return text.removeprefix("claims/someone2020.yml")


def test_records_load_in_order_of_files_and_then_of_records(write, record, planned, interpretation):
    write(record(id="Z1", paper="zeta2021"), paper="zeta2021")
    folder = write(planned(), record(), interpretation(), record(id="4.1"))
    ledger = load_ledger(folder)
    assert [one.full_id for one in ledger.claims] == [
        "someone2020.T2",
        "someone2020.T1",
        "someone2020.A7",
        "someone2020.4.1",
        "zeta2021.Z1",
    ]
    assert ledger.papers == ("someone2020", "zeta2021")
    assert [one.accepted for one in ledger.claims[:3]] == [
        Verdict.TO_COME,
        Verdict.HOLDS,
        Verdict.NOT_TESTABLE,
    ]
    assert ledger.claims[3].target == "claim-someone2020-4-1"


def test_line_breaks_in_a_text_become_spaces(write, record):
    (claim,) = load_ledger(write(record(statement="one\n\n:::\n two "))).claims
    assert claim.statement == "one ::: two"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"origin": "papre"}, "origin = 'papre': must be one of 'paper', 'derived', 'literature'; "
                              "did you mean 'paper'?"),
        ({"kind": "lemma"}, "kind = 'lemma': must be one of 'definition', 'theorem', "),
        ({"confidence": 1}, "confidence = 1: must be one of 'sure', 'likely', 'uncertain'"),
        ({"accepted": "hold"}, "accepted = 'hold': must be one of 'holds', "),
        ({"accepted": None}, "accepted = None: must be one of 'holds', "),
        ({"statement": ""}, "statement = '': must be text that is not empty"),
        ({"where": None}, "where = None: must be text that is not empty"),
        ({"statement": ["two"]}, "statement = ['two']: must be text that is not empty"),
        ({"conditions": 7}, 'conditions = 7: must be text; write it in quotes: "7"'),
        ({"paper": "Someone"}, "paper = 'Someone': must look like levine2017"),
        ({"paper": "other2020"}, "paper = 'other2020': must be 'someone2020' as the file's name"),
        ({"chapter": "fake/01_sums"}, "chapter = 'fake/01_sums': must look like convac/03_"),
        ({"check": "sum_is_four"}, "check = 'sum_is_four': must look like convac.checks:"),
        ({"control": "x.y:z"}, "control = 'x.y:z': must look like convac.checks:"),
        ({"verdict": "holds"}, "unknown field 'verdict'; known: id, paper, where, "),
        ({"orign": "paper"}, "unknown field 'orign'; did you mean 'origin'?"),
        ({"check": "fake.checks:sum_is_for"}, "check = 'fake.checks:sum_is_for': no function "
         "'sum_is_for' in qnpapers.fake.checks; did you mean 'sum_is_four' or 'sum_is_five'?"),
        ({"control": "fake.checks:zzz"}, "control = 'fake.checks:zzz': no function 'zzz' in "
         "qnpapers.fake.checks; known: sum_is_four, sum_is_five, "),
        ({"control": "fakery.checks:sum_is_five"}, "control = 'fakery.checks:sum_is_five': "
         "no module qnpapers.fakery.checks; "),
        ({"control": None}, "control is missing: every check needs a control"),
        ({"check": None}, "check is missing: a control needs the check that it belongs to"),
        ({"check": None, "control": None}, "check is missing: a claim of kind 'theorem' has"),
        ({"kind": "interpretation"}, "check must be null: an interpretation is not tested"),
        ({"planned": "fake/02"}, "planned must be null: this claim already has a chapter"),
        ({"planned": "later"}, "planned = 'later': must look like convac/05"),
        ({"chapter": None}, "chapter is missing: name the page and the anchor"),
        ({"accepted": "chapter to come"}, "accepted = 'chapter to come': must be 'holds' or "
         "'holds under conditions' or 'fails as stated' for a claim with a check"),
        ({"accepted": "holds under conditions"}, "conditions is missing: say under which"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_with_what_is_allowed(write, record, changes, expected):
    assert message(write(record(**changes))).startswith(f", T1: {expected}")


def test_an_unquoted_number_as_id_is_explained(write, record):
    assert (
        message(write(record(id=4.1))) == ', 4.1: id = 4.1: must be text; write it in quotes: "4.1"'
    )


def test_an_id_of_an_unknown_form_is_refused(write, record):
    assert message(write(record(id="T 3"))) == ", T 3: id = 'T 3': must look like T3 or 4.1"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"accepted": "holds"},
            "accepted = 'holds': must be 'chapter to come' for a planned claim",
        ),
        ({"kind": "interpretation"}, "planned must be null: an interpretation is not tested"),
        ({"chapter": "fake/02_more#x"}, "planned must be null: this claim already has a chapter"),
    ],
)
def test_a_planned_claim_has_no_verdict_yet(write, planned, changes, expected):
    assert message(write(planned(**changes))).startswith(f", T2: {expected}")


def test_an_interpretation_is_never_accepted_as_holding(write, interpretation):
    problem = message(write(interpretation(accepted="holds")))
    expected = "accepted = 'holds': must be 'not testable' for a claim without a check"
    assert problem == f", A7: {expected}"


@pytest.mark.parametrize("field", ["paper", "where", "statement", "origin", "kind", "accepted"])
def test_a_missing_field_is_named(write, record, field):
    fields = record()
    del fields[field]
    assert message(write(fields)).startswith(f", T1: {field} is missing: must ")


def test_a_record_without_id_is_named_by_its_position(write, record, planned):
    fields = record()
    del fields["id"]
    assert (
        message(write(planned(), fields)) == ", record 2: id is missing: must look like T3 or 4.1"
    )


def test_further_mistakes_in_a_record_are_counted(write, record):
    problem = message(write(record(origin="me", kind="x", statement="")))
    assert problem.endswith("(and 2 more in this record)")


@pytest.mark.parametrize("second", ["T1", "t1"])
def test_a_duplicate_id_is_refused(write, record, planned, second):
    problem = message(write(record(), planned(), record(id=second)))
    assert problem.startswith(f", {second}: id = '{second}': used twice, by records 1 and 3")


def test_two_papers_may_use_the_same_id(write, record):
    write(record(paper="zeta2021"), paper="zeta2021")
    ledger = load_ledger(write(record()))
    assert ledger.find("zeta2021.T1").paper == "zeta2021"
    with pytest.raises(LedgerError, match=r"claim 'T1': more than one paper has it; write some"):
        ledger.find("T1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- id: [T1\n", r", line 2, column 1: not valid YAML: expected ',' or ']'"),
        (
            "- id: T1\n  id: T2\n",
            r", line 2, column 3: not valid YAML: the field 'id' stands twice",
        ),
        ("- id: \x07\n", r": not valid YAML: .*special characters are not allowed"),
        ("- {[a]: b, [a]: c}\n", r", line 1, column 4: not valid YAML: found unhashable key"),
        ("", r": must be a list of records, each starting with '- id: \.\.\.'$"),
        ("id: T1\n", r": must be a list of records"),
        ("- T1\n", r", record 1: must be a record of fields, got 'T1'$"),
    ],
)
def test_a_file_that_is_no_list_of_records_is_refused(write, record, text, expected):
    folder = write(record())
    (folder / "someone2020.yml").write_text(text, encoding="utf-8")
    assert re.match(expected, message(folder))


def test_a_file_that_is_not_utf8_is_refused(write, record):
    folder = write(record())
    (folder / "someone2020.yml").write_bytes(b"- id: \xff\n")
    assert message(folder) == ": must be text in UTF-8"


def test_a_checks_module_that_cannot_be_imported_is_no_mistake_of_the_ledger(
    write, record, monkeypatch
):
    monkeypatch.delitem(sys.modules, "qnpapers.fake.checks")
    monkeypatch.setattr("importlib.import_module", _imports_something_absent)
    with pytest.raises(ModuleNotFoundError, match="No module named 'absent'"):
        load_ledger(write(record()))


def _imports_something_absent(_name: str) -> ModuleType:
    raise ModuleNotFoundError("No module named 'absent'", name="absent")


def test_an_unknown_claim_or_paper_is_answered_with_the_nearest(write, record, planned):
    ledger = load_ledger(write(record(), planned()))
    with pytest.raises(LedgerError, match=r"claim 'T3': not in the ledger; known: T1, T2$"):
        ledger.find("T3")
    with pytest.raises(LedgerError, match=r"claim 'someone2020.T9': .* did you mean 'someone2020"):
        ledger.find("someone2020.T9")
    with pytest.raises(LedgerError, match=r"paper 'somone2020': .* did you mean 'someone2020'\?"):
        ledger.select(paper="somone2020")


def test_a_selection_keeps_ledger_order_and_drops_repetitions(write, record, planned):
    ledger = load_ledger(write(record(), planned(), record(id="T3")))
    assert [one.id for one in ledger.select(["t3", "someone2020.T1", "T3"])] == ["T1", "T3"]
    assert ledger.select() == ledger.select(paper="someone2020") == ledger.claims


def test_the_claims_folder_is_found_from_below(write, record, monkeypatch):
    folder = write(record())
    below = folder.parent / "book" / "deep"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert find_claims_folder() == folder


def test_without_a_claims_folder_the_checkout_is_used(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert (find_claims_folder() / "levine2017.yml").is_file()


def test_a_folder_without_records_is_refused(tmp_path):
    with pytest.raises(LedgerError, match=r"not a folder with \*\.yml files of claims"):
        find_claims_folder(tmp_path)


def test_no_claims_folder_anywhere_is_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("qnpapers.claims.ledger._has_records", lambda _folder: False)
    with pytest.raises(LedgerError, match="no claims folder here or above; name one with --claims"):
        find_claims_folder()
