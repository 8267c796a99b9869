"""The ledger's page of the book, in MyST Markdown, from the result of a run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from qnpapers.claims.results import ClaimResult, LedgerResult, StoredEvidence, Value
from qnpapers.claims.schema import Claim
from qnpapers.evidence import Verdict

_BADGE = {
    Verdict.HOLDS: "success",
    Verdict.CONDITIONAL: "info",
    Verdict.FAILS: "danger",
    Verdict.TO_COME: "muted",
    Verdict.NOT_TESTABLE: "light",
}
_MEANING = {
    Verdict.HOLDS: "the numbers agree with the claim in every case that was tried.",
    Verdict.CONDITIONAL: "they agree where the stated conditions are met and disagree where "
    "they are not; both sides were tried.",
    Verdict.FAILS: "a case contradicts the claim; it is shown.",
    Verdict.TO_COME: "no verdict yet; the chapter that tests the claim is still to be written.",
    Verdict.NOT_TESTABLE: "an interpretation or a definition; there is nothing to run.",
}
_RELATION = {"==": "", "<=": "at most ", ">=": "at least "}
_ORIGIN = {
    "paper": "the paper",
    "derived": "us, derived for this book",
    "literature": "other literature",
}
_INTRODUCTION = """\
# The ledger of claims

Every claim of the papers that this book works through is one record here: what is claimed, who
says it, and what came out when it was run. A verdict is computed from numbers, never typed in.

Each check has a *control*: the same check on input for which the claim must be rejected, because
an assumption was removed or a constant is wrong. A check whose control is not rejected gives no
verdict.

A verdict is evidence, not a proof: it covers the cases that were tried. *Confidence* says how sure
we are that the source says this; for a claim derived here, how sure we are of the argument.
Symbols are explained under [conventions](conventions.md).
"""


def render_ledger(result: LedgerResult) -> str:
    """Return the page as MyST Markdown; the same result gives the same text.

    Each claim has a target, `claim-levine2017-t3`, that chapters can link to:
    `[claim T3](#claim-levine2017-t3)`.

    Args:
        result: a run of the whole ledger, see `check_ledger` and `read_result`.
    """
    tested = [one for one in result.claims if one.claim.check]
    planned = [one for one in result.claims if one.claim.planned]
    others = [one for one in result.claims if not (one.claim.check or one.claim.planned)]
    papers = dict.fromkeys(one.claim.paper for one in result.claims)
    parts = [
        _INTRODUCTION,
        _how_to_rerun(result),
        _legend(),
        *(_paper(paper, [one for one in tested if one.claim.paper == paper]) for paper in papers),
        _short_cards("Claims whose chapter is to come", planned),
        _short_cards("Interpretations and definitions without a test", others),
    ]
    return "\n".join(part for part in parts if part)


def _how_to_rerun(result: LedgerResult) -> str:
    return (
        f"The numbers below are from the {result.profile} profile with seed {result.seed}; "
        "a difference that is round-off is given as the power of ten above it. "
        "`qnpapers claims check` computes them again, and `qnpapers claims check --profile full` "
        "tries more and larger cases.\n"
    )


def _legend() -> str:
    lines = [f"- {_badge(verdict)} {meaning}" for verdict, meaning in _MEANING.items()]
    return "\n".join(["## What the verdicts mean", "", *lines, ""])


def _paper(paper: str, results: Sequence[ClaimResult]) -> str:
    if not results:
        return ""
    rows = [
        f"| {_link(one.claim)} | {_badge(one.verdict)} | {_chapter(one.claim)} |" for one in results
    ]
    table = ["| Claim | Verdict | Section |", "|:--|:--|:--|", *rows]
    heading = [f"## {_title(paper)}", "", f"Source: {{cite:t}}`{paper}`.", ""]
    return "\n".join([*heading, *table, "", *map(_card, results)])


def _card(result: ClaimResult) -> str:
    claim = result.claim
    lines = [
        ("Conditions", claim.conditions),
        ("Section", _chapter(claim)),
        ("Check", _code(claim.check)),
        *_evidence_lines(result),
        *(("Problem", _escaped(problem)) for problem in result.problems),
    ]
    return _directive(claim, result.verdict, lines)


def _evidence_lines(result: ClaimResult) -> Iterable[tuple[str, str]]:
    if result.report:
        split = result.report.outside is not None
        yield ("Inside the conditions" if split else "Measured", _evidence(result.report.inside))
        if result.report.outside:
            yield "Outside the conditions", _evidence(result.report.outside)
    if result.control:
        rejected = "rejected" if result.control.verdict is Verdict.FAILS else "**not rejected**"
        name = _code(result.claim.control)
        yield "Control", f"{name}, {rejected}: {_evidence(result.control.inside)}"


def _evidence(evidence: StoredEvidence) -> str:
    cases = "1 case" if evidence.cases == 1 else f"{evidence.cases:,} cases"
    within = f" within {_number(evidence.tolerance)}" if evidence.tolerance else ""
    expected = f"{_RELATION[evidence.relation]}{_number(evidence.expected)}{within}"
    return (
        f"{_escaped(evidence.quantity)}: {_number(evidence.measured)}, expected {expected}; "
        f"{cases}{_worst_case(evidence)}"
    )


def _worst_case(evidence: StoredEvidence) -> str:
    if evidence.worst == "none":  # a count of differing cases that is zero has no worst one
        return ""
    return f"; {'worst' if evidence.passed else 'counter-example'}: {_escaped(evidence.worst)}"


def _short_cards(heading: str, results: Sequence[ClaimResult]) -> str:
    if not results:
        return ""
    cards = [
        _directive(one.claim, one.verdict, [("Planned", _code(one.claim.planned))])
        for one in results
    ]
    return "\n".join([f"## {heading}", "", *cards])


def _directive(
    claim: Claim, verdict: Verdict | None, lines: Iterable[tuple[str, str | None]]
) -> str:
    details = [
        *lines,
        ("Where", claim.where),
        ("Claimed by", f"{_ORIGIN[claim.origin]}; {claim.kind}; confidence: {claim.confidence}"),
    ]
    return "\n".join(
        [
            f"({claim.target})=",
            f":::{{card}} {_escaped(claim.full_id)} {_badge(verdict)}",
            claim.statement,
            "",
            *(f"- **{label}:** {text}" for label, text in details if text),
            ":::",
            "",
        ]
    )


def _badge(verdict: Verdict | None) -> str:
    if verdict is None:
        return "{bdg-danger}`no verdict`"
    return f"{{bdg-{_BADGE[verdict]}}}`{verdict}`"


def _link(claim: Claim) -> str:
    return f"[{claim.id}](#{claim.target})"


def _chapter(claim: Claim) -> str:
    return f"[](#{claim.chapter.partition('#')[2]})" if claim.chapter else ""


def _code(name: str | None) -> str:
    """Return a dotted name as code that a narrow screen may break after `_` and `:`."""
    return "<code>" + re.sub(r"([_:])", r"\1<wbr>", name) + "</code>" if name else ""


def _title(paper: str) -> str:
    letters = paper.rstrip("0123456789")
    return f"{letters.capitalize()} {paper[len(letters) :]}"


def _number(value: Value) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def _escaped(text: str) -> str:
    """Return plain `text` so that Markdown shows it as it is."""
    return re.sub(r"([\\`*_{}\[\]<>$|#])", r"\\\1", text)
