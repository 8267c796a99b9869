"""Run the checks and the controls of claims; the verdicts follow from the numbers."""

from __future__ import annotations

import traceback
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from qnpapers.claims.names import find_check
from qnpapers.claims.results import ClaimResult, LedgerResult, Profile, StoredReport
from qnpapers.claims.schema import Claim, one_line
from qnpapers.evidence import Report, Verdict

SEED = 2017


def check_ledger(
    claims: Iterable[Claim],
    *,
    profile: Profile = "smoke",
    seed: int = SEED,
    progress: bool = False,
) -> LedgerResult:
    """Run every check with its control and return what they found.

    Nothing is raised for a claim that fails: `LedgerResult.problems` lists what went wrong.

    Args:
        claims: records, for example `load_ledger().claims`.
        profile: "smoke" (seconds) or "full" (more and larger cases).
        seed: root of all random numbers; each claim draws its own from it, so the result of one
            does not depend on which others run.
        progress: show a bar on standard error while the checks run.

    Returns:
        One result per claim, in the given order.
    """
    chosen = tuple(claims)
    results = []
    with _bar(progress) as bar:
        task = bar.add_task("", total=sum(claim.check is not None for claim in chosen))
        for claim in chosen:
            bar.update(task, description=claim.full_id)
            results.append(check_claim(claim, profile=profile, seed=seed))
            bar.advance(task, claim.check is not None)
    return LedgerResult(profile=profile, seed=seed, claims=tuple(results))


def check_claim(claim: Claim, *, profile: Profile = "smoke", seed: int = SEED) -> ClaimResult:
    """Run the check and the control of one claim; see `check_ledger`."""
    if claim.check is None or claim.control is None:
        return ClaimResult(claim=claim, verdict=claim.accepted)
    for_check, for_control = _generators(claim, seed)
    report, failure = _run(claim.check, for_check, profile)
    control, control_failure = _run(claim.control, for_control, profile)
    problems = [text for text in (failure, control_failure) if text]
    if control and control.verdict is not Verdict.FAILS:
        problems.append(_accepted_control(claim.control, control))
    verdict = None if problems or report is None else report.verdict
    if report and report.verdict is not claim.accepted:
        problems.append(_unexpected_verdict(claim, report))
    return ClaimResult(
        claim=claim, verdict=verdict, report=report, control=control, problems=tuple(problems)
    )


def _generators(claim: Claim, seed: int) -> list[np.random.Generator]:
    return np.random.default_rng([seed, zlib.crc32(claim.full_id.encode())]).spawn(2)


def _run(
    name: str, rng: np.random.Generator, profile: Profile
) -> tuple[StoredReport | None, str | None]:
    try:
        report = find_check(name)(rng=rng, profile=profile)
        if not isinstance(report, Report):
            return None, f"{name} returned {type(report).__name__}, not a Report"
        return StoredReport.of(report), None
    except Exception as error:  # a broken check is a result, and must not hide the other claims
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(frame.filename).name}, line {frame.lineno}"
        return None, f"{name} raised {type(error).__name__} in {place}: {one_line(str(error))}"


def _accepted_control(name: str, control: StoredReport) -> str:
    return f"the control {name} was not rejected (its verdict: '{control.verdict}')"


def _unexpected_verdict(claim: Claim, report: StoredReport) -> str:
    failed = [part for part in (report.inside, report.outside) if part and not part.passed]
    cases = "".join(
        f"; {part.quantity}: measured {part.measured}, expected {part.relation} {part.expected}"
        f" ({part.worst})"
        for part in failed
    )
    return f"verdict '{report.verdict}', accepted '{claim.accepted}'{cases}"


def _bar(shown: bool) -> Progress:
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    label = TextColumn("{task.description}")
    console = Console(stderr=True)
    return Progress(*columns, label, console=console, transient=True, disable=not shown)
