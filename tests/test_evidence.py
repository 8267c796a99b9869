"""Comparisons and verdicts: what passes, what does not, and what never does."""

from __future__ import annotations

import math

import pytest

from qnpapers.evidence import Evidence, Report, Verdict


def evidence(measured, expected=8, **more) -> Evidence:
    return Evidence("rank", measured, expected, cases=more.pop("cases", 3), worst="", **more)


PASSED, FAILED = evidence(8), evidence(7)


@pytest.mark.parametrize(
    ("relation", "tolerance", "passing", "failing"),
    [
        ("==", 0.0, [8, 8.0], [7, 9, 8.0000001, -8, math.inf]),
        ("==", 0.5, [7.5, 8, 8.5], [7.4, 8.6]),
        ("<=", 0.0, [8, 7, -100, -math.inf], [8.0000001, 9, math.inf]),
        ("<=", 0.5, [8.5, 0], [8.6]),
        (">=", 0.0, [8, 9, math.inf], [7.9999999, -math.inf]),
        (">=", 0.5, [7.5, 100], [7.4]),
    ],
)
def test_comparisons(relation, tolerance, passing, failing):
    for measured in passing:
        assert evidence(measured, relation=relation, tolerance=tolerance).passed is True
    for measured in failing:
        assert evidence(measured, relation=relation, tolerance=tolerance).passed is False


@pytest.mark.parametrize("relation", ["==", "<=", ">="])
def test_what_is_no_number_never_passes(relation):
    for tolerance in (0.0, math.inf):
        assert not evidence(math.nan, relation=relation, tolerance=tolerance).passed
        assert not evidence(math.nan, math.nan, relation=relation, tolerance=tolerance).passed
        assert not evidence(8, math.nan, relation=relation, tolerance=tolerance).passed
    assert not evidence(8, relation=relation, tolerance=math.nan).passed


@pytest.mark.parametrize("relation", ["==", "<=", ">="])
@pytest.mark.parametrize("cases", [0, -1])
def test_no_cases_never_pass(relation, cases):
    assert evidence(8, relation=relation).passed
    assert not evidence(8, relation=relation, cases=cases).passed


@pytest.mark.parametrize(
    ("inside", "outside", "verdict"),
    [
        (PASSED, None, Verdict.HOLDS),
        (PASSED, PASSED, Verdict.HOLDS),
        (PASSED, FAILED, Verdict.CONDITIONAL),
        (FAILED, None, Verdict.FAILS),
        (FAILED, PASSED, Verdict.FAILS),
        (FAILED, FAILED, Verdict.FAILS),
    ],
)
def test_the_verdict_follows_from_the_evidence(inside, outside, verdict):
    assert Report(inside, outside).verdict is verdict


def test_the_words_of_the_ledger():
    assert [str(verdict) for verdict in Verdict] == [
        "holds",
        "holds under conditions",
        "fails as stated",
        "not testable",
        "chapter to come",
    ]


def test_evidence_cannot_be_changed_afterwards():
    with pytest.raises(AttributeError, match="cannot assign to field 'measured'"):
        FAILED.measured = 8


@pytest.mark.parametrize("relation", ["==", "<=", ">="])
def test_integers_of_any_length_are_compared_exactly(relation):
    for large in (2**60 + 1, 10**400):
        assert evidence(large, large, relation=relation).passed
    assert evidence(10**400, 10**400 - 1, relation=relation).passed == (relation == ">=")
    assert evidence(10**400, 10**400 + 1, relation=relation).passed == (relation == "<=")
