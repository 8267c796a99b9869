"""One record of the ledger: its fields, what each may hold, and how they must fit together."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from qnpapers.evidence import Verdict

Origin = Literal["paper", "derived", "literature"]
Kind = Literal["definition", "theorem", "derivation", "asymptotic", "experiment", "interpretation"]
Confidence = Literal["sure", "likely", "uncertain"]

COMPUTED = (Verdict.HOLDS, Verdict.CONDITIONAL, Verdict.FAILS)


def one_line(text: str) -> str:
    """Return `text` with every run of white space, line breaks included, as one space."""
    return " ".join(text.split())


Text = Annotated[str, Field(min_length=1), AfterValidator(one_line)]
_DOTTED_NAME = r"^[a-z_]+\.checks(_[a-z]+)?:[a-z][a-z0-9_]*$"


class Claim(BaseModel):
    """One claim of a paper, as a record of `claims/<paper>.yml`.

    Args:
        id: short name inside its paper, for example `T3` or `4.1`.
        paper: key of the paper in the bibliography; also the name of the file.
        where: where the source says it, or that the place was not checked.
        statement: the claim in our words, one or two sentences (Markdown, `$` for mathematics).
        origin: who says it: the `paper`, we (`derived`), or other `literature`.
        kind: what sort of statement it is; an interpretation is never checked.
        confidence: how sure we are that the source says this; for a derived claim, of the argument.
        accepted: the verdict that `qnpapers claims check` must find.
        conditions: under which it holds; required when `accepted` is "holds under conditions".
        chapter: page and anchor of the section that shows the check.
        planned: the chapter that will show it, only while `chapter` is null.
        check: the function that tests it, `<subject>.checks:<name>` relative to `qnpapers`.
        control: the same test on input for which the claim must be rejected.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    id: str = Field(pattern=r"^[A-Za-z0-9]+(\.[0-9]+)*$", examples=["T3", "4.1"])
    paper: str = Field(pattern=r"^[a-z]+[0-9]{4}[a-z]?$", examples=["levine2017"])
    where: Text
    statement: Text
    origin: Origin
    kind: Kind
    confidence: Confidence
    accepted: Verdict = Field(strict=False)
    conditions: Text | None = None
    chapter: str | None = Field(
        default=None,
        pattern=r"^[a-z]+/[a-z0-9_]+#[a-z0-9-]+$",
        examples=["convac/03_entanglement_and_cuts#equality-for-powers"],
    )
    planned: str | None = Field(default=None, pattern=r"^[a-z]+/[0-9]{2}$", examples=["convac/05"])
    check: str | None = Field(
        default=None, pattern=_DOTTED_NAME, examples=["convac.checks:rank_follows_min_cut"]
    )
    control: str | None = Field(
        default=None, pattern=_DOTTED_NAME, examples=["convac.checks:rank_follows_cut_of_sums"]
    )

    @property
    def full_id(self) -> str:
        """The name that is unique in the whole ledger, for example `levine2017.T3`."""
        return f"{self.paper}.{self.id}"

    @property
    def target(self) -> str:
        """The anchor of this claim on the ledger's page, for example `claim-levine2017-t3`."""
        return f"claim-{self.paper}-{self.id}".lower().replace(".", "-")

    @model_validator(mode="after")
    def _fields_fit_together(self) -> Claim:
        for field, problem in (
            _problem_with_check(self),
            _problem_with_chapter(self),
            _problem_with_verdict(self),
        ):
            if problem:
                raise PydanticCustomError("fit", "{problem}", {"field": field, "problem": problem})
        return self


_FITS = ("", "")


def _problem_with_check(claim: Claim) -> tuple[str, str]:
    if claim.check and not claim.control:
        return "control", "is missing: every check needs a control that must be rejected"
    if claim.control and not claim.check:
        return "check", "is missing: a control needs the check that it belongs to"
    if claim.check and claim.kind == "interpretation":
        return "check", "must be null: an interpretation is not tested"
    return _FITS


def _problem_with_chapter(claim: Claim) -> tuple[str, str]:
    if claim.planned and (claim.chapter or claim.check):
        return "planned", "must be null: this claim already has a chapter or a check"
    if claim.planned and claim.kind == "interpretation":
        return "planned", "must be null: an interpretation is not tested"
    if claim.check and not claim.chapter:
        return "chapter", "is missing: name the page and the anchor that show the check"
    if not (claim.check or claim.planned) and claim.kind not in ("interpretation", "definition"):
        return "check", f"is missing: a claim of kind '{claim.kind}' has a check or is planned"
    return _FITS


def _problem_with_verdict(claim: Claim) -> tuple[str, str]:
    allowed = _allowed_verdicts(claim)
    if claim.accepted not in allowed:
        words = " or ".join(f"'{verdict}'" for verdict in allowed)
        return "accepted", f"= '{claim.accepted}': must be {words} for {_situation(claim)}"
    if claim.accepted is Verdict.CONDITIONAL and not claim.conditions:
        return "conditions", "is missing: say under which conditions the claim holds"
    return _FITS


def _allowed_verdicts(claim: Claim) -> tuple[Verdict, ...]:
    if claim.check:
        return COMPUTED
    return (Verdict.TO_COME,) if claim.planned else (Verdict.NOT_TESTABLE,)


def _situation(claim: Claim) -> str:
    if claim.check:
        return "a claim with a check"
    return "a planned claim" if claim.planned else "a claim without a check"
