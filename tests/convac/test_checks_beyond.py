"""The checks of Q6 to Q7.1: they pass, their controls are rejected, and they can fail."""

from __future__ import annotations

import numpy as np
import pytest

from laws.checks import check_passes, control_is_rejected, names_of_checks, run_check
from qnpapers.convac import checks_beyond
from qnpapers.evidence import Report, Verdict

PASSING = {
    "volume_law_up_to_the_reach": Verdict.CONDITIONAL,
    "interval_rank_follows_the_reach": Verdict.CONDITIONAL,
    "every_path_brings_a_copy": Verdict.HOLDS,
    "depth_raises_the_start_end_rank": Verdict.CONDITIONAL,
    "start_end_rank_follows_the_formula": Verdict.CONDITIONAL,
}
CONTROLS = [
    "volume_law_without_overlaps",
    "interval_rank_follows_the_receptive_field",
    "one_copy_of_each_input",
    "one_layer_beside_another",
    "start_end_rank_of_a_free_memory",
]


def run(name: str, seed: int = 1) -> Report:
    return run_check(checks_beyond, name, seed)


def test_every_check_of_the_module_is_listed_here():
    assert names_of_checks(checks_beyond) == {*PASSING, *CONTROLS}


@pytest.mark.parametrize("seed", [1, 20170401])
@pytest.mark.parametrize("name", PASSING)
def test_checks_pass(name, seed):
    check_passes(run(name, seed), PASSING[name])


@pytest.mark.parametrize("seed", [1, 20170401])
@pytest.mark.parametrize("name", CONTROLS)
def test_controls_are_rejected(name, seed):
    control_is_rejected(run(name, seed))


@pytest.mark.parametrize("amount", [-1, 1])
@pytest.mark.parametrize(
    ("rank", "names"),
    [
        (
            "certified_overlapping_rank",
            ("volume_law_up_to_the_reach", "interval_rank_follows_the_reach"),
        ),
        (
            "certified_start_end_rank",
            ("depth_raises_the_start_end_rank", "start_end_rank_follows_the_formula"),
        ),
    ],
)
def test_a_rank_off_by_one_is_noticed(monkeypatch, rank, names, amount):
    right = getattr(checks_beyond, rank)
    monkeypatch.setattr(
        checks_beyond, rank, lambda *given, **options: right(*given, **options) + amount
    )
    for name in names:
        assert run(name).verdict == Verdict.FAILS


def test_a_bound_off_by_one_is_noticed(monkeypatch):
    right = checks_beyond.start_end_bound
    monkeypatch.setattr(
        checks_beyond, "start_end_bound", lambda *given, **options: right(*given, **options) + 1
    )
    assert run("start_end_rank_follows_the_formula").verdict == Verdict.FAILS


def test_a_score_that_is_no_product_is_noticed(monkeypatch):
    right = checks_beyond.overlapping_scores

    def shifted(*given):
        return right(*given) + np.uint32(1)

    monkeypatch.setattr(checks_beyond, "overlapping_scores", shifted)
    report = run("every_path_brings_a_copy")
    assert report.verdict == Verdict.FAILS
    assert report.inside.worst.endswith("input 0: -1, not 1")


def test_a_gain_everywhere_would_lift_the_condition(monkeypatch):
    ranks = iter(range(10**6))

    def growing(circuit, **_):
        if circuit.depth == 1:
            return checks_beyond.start_end_lower_bound(circuit)
        return 10**6 + next(ranks)

    monkeypatch.setattr(checks_beyond, "certified_start_end_rank", growing)
    assert run("depth_raises_the_start_end_rank").verdict == Verdict.HOLDS
