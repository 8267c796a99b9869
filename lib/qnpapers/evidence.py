"""What a check of a claim returns: the numbers it compared, and the verdict that follows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Number = int | float
Relation = Literal["==", "<=", ">="]


class Verdict(StrEnum):
    """The five words of the ledger. The first three are computed by `Report.verdict`."""

    HOLDS = "holds"
    CONDITIONAL = "holds under conditions"
    FAILS = "fails as stated"
    NOT_TESTABLE = "not testable"
    TO_COME = "chapter to come"


@dataclass(frozen=True)
class Evidence:
    """One comparison: `measured` against `expected` within `tolerance`, over `cases` cases.

    Args:
        quantity: what was measured, in words, with its unit if it has one.
        measured: the value in the worst case.
        expected: the value the claim predicts.
        relation: how the two must relate; `==` allows an absolute difference up to `tolerance`.
        tolerance: absolute; 0 for integers and other exact quantities.
        cases: number of cases that were compared; `measured` is the worst of them.
        worst: the worst case in words; where `passed` is False it is the counter-example.
    """

    quantity: str
    measured: Number
    expected: Number
    cases: int
    worst: str
    relation: Relation = "=="
    tolerance: float = 0.0

    @property
    def passed(self) -> bool:
        """True when the comparison holds. NaN and zero cases never pass.

        The difference is formed first, so that integers of any length are compared exactly.
        """
        numbers = (self.measured, self.expected, self.tolerance)
        if self.cases < 1 or any(number != number for number in numbers):  # NaN differs from NaN
            return False
        difference = 0 if self.measured == self.expected else self.measured - self.expected
        beyond = {"==": abs(difference), "<=": difference, ">=": -difference}[self.relation]
        return bool(beyond <= self.tolerance)


@dataclass(frozen=True)
class Report:
    """The evidence for a claim: `inside` its conditions and, where it has some, `outside` them.

    The verdict is computed, never typed in:

    | inside | outside | verdict |
    |---|---|---|
    | passed | absent or passed | holds |
    | passed | failed | holds under conditions |
    | failed | any | fails as stated |
    """

    inside: Evidence
    outside: Evidence | None = None

    @property
    def verdict(self) -> Verdict:
        """What follows from the evidence, see the table above."""
        if not self.inside.passed:
            return Verdict.FAILS
        if self.outside is not None and not self.outside.passed:
            return Verdict.CONDITIONAL
        return Verdict.HOLDS
