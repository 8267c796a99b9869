"""Running checks and controls: verdicts, problems, random numbers, the canonical file."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from qnpapers.claims import check_ledger, load_ledger, read_result, write_result
from qnpapers.claims.results import StoredEvidence
from qnpapers.errors import LedgerError
from qnpapers.evidence import Evidence, Verdict


@pytest.fixture
def check(write):
    """Write records, load them and check them."""
    return lambda *records, **options: check_ledger(load_ledger(write(*records)).claims, **options)


def test_a_check_with_a_rejected_control_gives_its_verdict(check, record):
    result = check(record())
    assert result.claims[0].verdict is Verdict.HOLDS
    assert result.claims[0].report.inside.cases == 10
    assert result.claims[0].control.verdict is Verdict.FAILS
    assert result.problems == ()


def test_both_sides_of_a_conditional_claim_are_kept(check, record):
    fields = {"check": "fake.checks:equal_for_powers", "accepted": "holds under conditions"}
    (one,) = check(record(**fields, conditions="powers of one number")).claims
    assert one.verdict is Verdict.CONDITIONAL
    assert (one.report.inside.measured, one.report.outside.measured) == (8, 7)
    assert one.problems == ()


def test_a_claim_accepted_as_false_may_fail(check, record):
    result = check(record(check="fake.checks:smaller", accepted="fails as stated"))
    assert result.claims[0].verdict is Verdict.FAILS
    assert result.problems == ()


def test_planned_claims_and_interpretations_get_no_other_verdict(check, planned, interpretation):
    result = check(planned(), interpretation())
    assert [one.verdict for one in result.claims] == [Verdict.TO_COME, Verdict.NOT_TESTABLE]
    assert result.problems == ()


def test_a_control_that_is_not_rejected_takes_the_verdict_away(check, record):
    result = check(record(control="fake.checks:sum_is_four"))
    assert result.claims[0].verdict is None
    assert result.problems == (
        "someone2020.T1: the control fake.checks:sum_is_four was not rejected "
        "(its verdict: 'holds')",
    )


def test_a_control_that_holds_under_conditions_is_not_rejected(check, record):
    result = check(record(control="fake.checks:equal_for_powers"))
    assert result.claims[0].verdict is None
    assert "was not rejected (its verdict: 'holds under conditions')" in result.problems[0]


def test_another_verdict_than_the_accepted_one_is_a_problem(check, record):
    result = check(record(check="fake.checks:smaller"))
    assert result.claims[0].verdict is Verdict.FAILS
    assert result.problems == (
        "someone2020.T1: verdict 'fails as stated', accepted 'holds'; rank: measured 7, "
        "expected == 8 (N=9, r=(3, 2))",
    )


def test_a_better_verdict_than_the_accepted_one_is_a_problem_too(check, record):
    result = check(record(accepted="fails as stated"))
    assert result.problems == ("someone2020.T1: verdict 'holds', accepted 'fails as stated'",)


@pytest.mark.parametrize("field", ["check", "control"])
def test_an_exception_is_a_problem_and_does_not_stop_the_others(check, record, field):
    broken = record(id="T0", **{field: "fake.checks:divides_by_zero"})
    result = check(broken, record())
    assert [one.verdict for one in result.claims] == [None, Verdict.HOLDS]
    (problem,) = result.problems
    assert problem.startswith(
        "someone2020.T0: fake.checks:divides_by_zero raised ZeroDivisionError"
    )
    assert "in conftest.py, line " in problem


def test_a_check_that_returns_something_else_is_a_problem(check, record):
    result = check(record(check="fake.checks:returns_a_number"))
    assert result.problems == (
        "someone2020.T1: fake.checks:returns_a_number returned int, not a Report",
    )


def test_the_profile_reaches_the_check(check, record):
    assert check(record(), profile="full").claims[0].report.inside.cases == 1000


def test_random_numbers_do_not_depend_on_the_other_claims(check, record, planned):
    alone = check(record())
    together = check(record(id="T0"), planned(), record())
    assert together.claims[2] == alone.claims[0]
    assert together.claims[0].report.inside.worst != alone.claims[0].report.inside.worst


def test_check_and_control_draw_different_numbers_and_the_seed_counts(check, record):
    (one,) = check(record()).claims
    (other,) = check(record(), seed=1).claims
    draws = {part.inside.worst for part in (one.report, one.control, other.report, other.control)}
    assert len(draws) == 4


def test_the_file_is_the_same_twice_and_reads_back(check, record, planned, tmp_path):
    records = (record(check="fake.checks:small_error"), planned())
    first, second = check(*records), check(*records)
    write_result(first, tmp_path / "first.json")
    write_result(second, tmp_path / "second.json")
    assert (tmp_path / "first.json").read_bytes() == (tmp_path / "second.json").read_bytes()
    assert read_result(tmp_path / "first.json") == first


def test_the_file_holds_rounded_floats_and_no_time(check, record):
    document = json.loads(check(record(check="fake.checks:small_error")).to_json())
    assert list(document) == ["profile", "seed", "claims"]
    (one,) = document["claims"]
    assert list(one) == ["claim", "verdict", "report", "control", "problems"]
    assert one["report"]["inside"]["measured"] == 1e-12  # round-off, raised to a power of ten
    assert one["report"]["inside"]["passed"] is True


def test_passed_is_decided_before_rounding():
    evidence = Evidence("x", 1.004, 1.0, tolerance=1e-3, cases=1, worst="x")
    stored = StoredEvidence.of(evidence)
    assert (stored.measured, stored.expected, stored.passed) == (1.0, 1.0, False)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (2**100, 2**100),
        (np.int64(7), 7),
        (True, 1),
        (np.float64(0.0), 0.0),
        (-123.4, -120.0),
        (math.nan, "nan"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
    ],
)
def test_every_number_survives_the_file(value, stored):
    evidence = StoredEvidence.of(Evidence("x", value, value, cases=np.int64(1), worst="a\n b"))
    assert evidence.measured == stored
    assert type(evidence.measured) is type(stored)
    assert evidence.worst == "a b"
    assert StoredEvidence.model_validate_json(evidence.model_dump_json()) == evidence


def test_the_bar_is_on_standard_error_only(check, record, capsys):
    check(record(), progress=True)
    assert capsys.readouterr().out == ""


def test_a_missing_or_foreign_file_is_refused(tmp_path):
    with pytest.raises(LedgerError, match=r"claims.json: cannot be read \(No such file"):
        read_result(tmp_path / "claims.json")
    (tmp_path / "claims.json").write_text("{}")
    with pytest.raises(LedgerError, match=r"claims\.json: was not written by this version's"):
        read_result(tmp_path / "claims.json")


def test_a_place_that_cannot_be_written_is_named(check, record, tmp_path):
    with pytest.raises(LedgerError, match=r"absent/claims.json: cannot be written: No such file"):
        write_result(check(record()), tmp_path / "absent" / "claims.json")
