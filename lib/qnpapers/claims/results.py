"""What a run of the ledger found, and its canonical file `claims.json`."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from qnpapers.claims.schema import Claim, one_line
from qnpapers.errors import LedgerError
from qnpapers.evidence import Evidence, Relation, Report, Verdict

Profile = Literal["smoke", "full"]
Value = int | float | Literal["nan", "inf", "-inf"]

DIGITS = 2  # significant digits of a float in claims.json: a change of BLAS moves the others


class _Stored(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StoredEvidence(_Stored):
    """An `Evidence` with floats rounded, round-off to a power of ten; `passed` is from before."""

    quantity: str
    measured: Value
    relation: Relation
    expected: Value
    tolerance: Value
    cases: int
    worst: str
    passed: bool

    @classmethod
    def of(cls, evidence: Evidence) -> StoredEvidence:
        """Round and store `evidence`."""
        return cls(
            quantity=one_line(evidence.quantity),
            measured=_round_off(evidence) or _rounded(evidence.measured),
            relation=evidence.relation,
            expected=_rounded(evidence.expected),
            tolerance=_rounded(evidence.tolerance),
            cases=int(evidence.cases),
            worst=one_line(evidence.worst),
            passed=bool(evidence.passed),
        )


class StoredReport(_Stored):
    """A `Report`: its evidence inside and outside the conditions, and the verdict."""

    verdict: Verdict
    inside: StoredEvidence
    outside: StoredEvidence | None = None

    @classmethod
    def of(cls, report: Report) -> StoredReport:
        """Store `report` with the verdict it computes."""
        outside = None if report.outside is None else StoredEvidence.of(report.outside)
        inside = StoredEvidence.of(report.inside)
        return cls(verdict=report.verdict, inside=inside, outside=outside)


class ClaimResult(_Stored):
    """A claim and what its check and its control found.

    Args:
        claim: the record.
        verdict: computed; None when the check or the control raised, or the control was not
            rejected, because then nothing has been shown.
        report: evidence from the check, None without a check or when it raised.
        control: evidence from the control, likewise.
        problems: each reason, in one line, why `qnpapers claims check` exits with 1.
    """

    claim: Claim
    verdict: Verdict | None
    report: StoredReport | None = None
    control: StoredReport | None = None
    problems: tuple[str, ...] = ()


class LedgerResult(_Stored):
    """A run: profile, seed and one result per claim, in ledger order."""

    profile: Profile
    seed: int
    claims: tuple[ClaimResult, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """All problems, each with the full id of its claim in front."""
        return tuple(f"{one.claim.full_id}: {text}" for one in self.claims for text in one.problems)

    def to_json(self) -> str:
        """Return the canonical text: no time, no machine, floats rounded, one final newline."""
        document = self.model_dump(mode="json")
        return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write_result(result: LedgerResult, file: Path) -> None:
    """Write `result` to `file` in its canonical form.

    Raises:
        LedgerError: the file cannot be written.
    """
    write_text(result.to_json(), file)


def read_result(file: Path) -> LedgerResult:
    """Read what `write_result` wrote.

    Raises:
        LedgerError: the file is missing or holds something else.
    """
    try:
        return LedgerResult.model_validate_json(file.read_text(encoding="utf-8"))
    except OSError as error:
        problem = f"cannot be read ({error.strerror}); qnpapers claims check writes it"
    except ValidationError:
        problem = "was not written by this version's qnpapers claims check; run it again"
    raise LedgerError(f"{file}: {problem}")


def write_text(text: str, file: Path) -> None:
    """Write UTF-8 text with Unix line ends.

    Raises:
        LedgerError: the file cannot be written.
    """
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise LedgerError(f"{file}: cannot be written: {error.strerror}") from None


def _round_off(evidence: Evidence) -> Value | None:
    """A difference that passed as round-off, raised to a power of ten: its digits mean nothing."""
    small = evidence.expected == 0 and 0 < evidence.measured <= evidence.tolerance
    return float(f"1e{math.ceil(math.log10(evidence.measured))}") if small else None


def _rounded(value: float) -> Value:
    number = value.item() if isinstance(value, np.generic) else value
    if isinstance(number, int):
        return int(number)
    if not math.isfinite(number):
        return "nan" if math.isnan(number) else "inf" if number > 0 else "-inf"
    return float(f"{number:.{DIGITS}g}")
