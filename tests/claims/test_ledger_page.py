"""The rendered page: a target per claim, links, evidence on both sides, escaped text."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from qnpapers.claims import check_ledger, load_ledger, render_ledger
from qnpapers.claims.render import _escaped


@pytest.fixture
def page(write):
    """Write records, check them and render the page."""
    return lambda *records: render_ledger(check_ledger(load_ledger(write(*records)).claims))


def test_the_page_has_a_row_and_a_card_for_a_tested_claim(page, record):
    text = page(record())
    assert "## Someone 2020\n\nSource: {cite:t}`someone2020`." in text
    row = "| [T1](#claim-someone2020-t1) | {bdg-success}`holds` | [](#two-and-two) |"
    assert row in text
    assert "(claim-someone2020-t1)=\n:::{card} someone2020.T1 {bdg-success}`holds`\n" in text
    assert "- **Measured:** 2 + 2: 4, expected 4; 10 cases; worst: draw " in text
    assert "sum_<wbr>is_<wbr>five</code>, rejected: 2 + 2: 4, expected 5; 1 case; counter-" in text
    assert "- **Claimed by:** the paper; theorem; confidence: sure" in text


def test_conditions_and_both_sides_are_shown(page, record):
    fields = {"check": "fake.checks:equal_for_powers", "accepted": "holds under conditions"}
    text = page(record(**fields, conditions="Powers of one number."))
    assert "- **Conditions:** Powers of one number." in text
    assert "- **Inside the conditions:** rank: 8, expected 8; 3 cases; worst: N=9" in text
    assert (
        "- **Outside the conditions:** rank: 7, expected 8; 3 cases; counter-example: N=9" in text
    )


def test_a_tolerance_is_shown(page, record):
    text = page(record(check="fake.checks:small_error"))
    assert "rank: 1e-12, expected 0 within 1e-12; 3 cases" in text


def test_untested_claims_stand_in_their_own_sections(page, record, planned, interpretation):
    text = page(record(), planned(), interpretation(origin="derived"))
    tested, rest = text.split("## Claims whose chapter is to come")
    to_come, others = rest.split("## Interpretations and definitions without a test")
    assert "(claim-someone2020-t1)=" in tested
    assert "- **Planned:** <code>fake/02</code>" in to_come
    assert "someone2020.T2 {bdg-muted}`chapter to come`" in to_come
    assert "someone2020.A7 {bdg-light}`not testable`" in others
    assert "- **Claimed by:** us, derived for this book; interpretation" in others


def test_empty_sections_are_left_out(page, record, planned):
    assert "to come\n\n(claim" not in page(record())
    assert "Source:" not in page(planned())


def test_a_claim_without_a_verdict_says_so(page, record):
    text = page(record(control="fake.checks:sum_is_four"))
    assert "{bdg-danger}`no verdict`" in text
    assert "</code>, **not rejected**: 2 + 2: 4" in text
    assert "- **Problem:** the control fake.checks:sum\\_is\\_four was not rejected" in text


def test_every_claim_has_one_target_and_every_link_to_a_claim_finds_it(
    page, record, planned, interpretation
):
    text = page(record(), planned(), interpretation(), record(id="4.1"))
    targets = re.findall(r"^\((claim-[a-z0-9-]+)\)=$", text, flags=re.MULTILINE)
    assert len(set(targets)) == len(targets) == 4
    assert set(re.findall(r"\]\(#(claim-[a-z0-9-]+)\)", text)) <= set(targets)


def test_rendering_is_deterministic(page, record, planned):
    assert page(record(), planned()) == page(record(), planned())


def test_plain_text_of_a_check_is_not_markdown():
    text = r"r_0 *and* [[A]] `x` <b> {1,2} $5 a|b #c \d"
    shown = MarkdownIt().render(_escaped(text))
    expected = text.replace("<", "&lt;").replace(">", "&gt;")
    assert shown == f"<p>{expected}</p>\n"


def test_a_count_of_zero_has_no_worst_case(page, record):
    text = page(record(check="fake.checks:no_differences"))
    assert "- **Measured:** differing cases: 0, expected 0; 12 cases\n" in text
