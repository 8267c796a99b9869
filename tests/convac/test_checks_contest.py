"""The checks of A6 and X1 to X5.3: they pass, their controls are rejected, and they can fail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from laws.checks import check_passes, control_is_rejected, names_of_checks, run_check
from qnpapers.convac import checks_contest, training
from qnpapers.evidence import Report, Verdict

PASSING = {
    "convnets_are_not_multilinear": Verdict.HOLDS,
    "mirrored_networks_have_one_size": Verdict.HOLDS,
    "small_digits_stand_anywhere": Verdict.HOLDS,
    "pairs_differ_in_shape_only": Verdict.HOLDS,
    "base_wins_small_and_tip_wins_large": Verdict.CONDITIONAL,
    "convnets_turn_as_convacs_do": Verdict.CONDITIONAL,
    "blocks_favour_the_base": Verdict.CONDITIONAL,
    "neutral_black_is_needed": Verdict.HOLDS,
    "caps_do_not_name_the_winner": Verdict.HOLDS,
}
CONTROLS = [
    "convacs_are_not_multilinear",
    "mirrored_networks_unshared",
    "large_digits_stand_anywhere",
    "neighbours_differ_in_shape_only",
    "tip_wins_small_and_base_wins_large",
    "convnets_turn_the_other_way",
    "blocks_favour_the_tip",
    "neutral_black_is_not_needed",
    "caps_name_the_winner",
]


def run(name: str, seed: int = 1) -> Report:
    return run_check(checks_contest, name, seed)


def test_every_check_of_the_module_is_listed_here():
    assert names_of_checks(checks_contest) == {*PASSING, *CONTROLS}


@pytest.mark.parametrize("name", PASSING)
def test_checks_pass(name):
    check_passes(run(name), PASSING[name])


@pytest.mark.parametrize("name", CONTROLS)
def test_controls_are_rejected(name):
    control_is_rejected(run(name))


def _exchanged() -> list[training.Row]:
    """Stored rows in which every pair has changed accuracies."""
    rows = training.stored_rows()
    partners = [rows[k ^ 1] for k in range(len(rows))]
    return [
        replace(row, test_accuracy=other.test_accuracy)
        for row, other in zip(rows, partners, strict=True)
    ]


@pytest.mark.parametrize(
    "name",
    [
        "base_wins_small_and_tip_wins_large",
        "convnets_turn_as_convacs_do",
        "blocks_favour_the_base",
        "caps_do_not_name_the_winner",
    ],
)
def test_exchanged_accuracies_are_noticed(name, monkeypatch):
    rows = _exchanged()
    monkeypatch.setattr(training, "stored_rows", lambda: rows)
    assert run(name).verdict == Verdict.FAILS


def test_a_pair_with_two_rates_is_noticed(monkeypatch):
    rows = training.stored_rows()
    rows[7] = replace(rows[7], rate=0.1)
    monkeypatch.setattr(training, "stored_rows", lambda: rows)
    report = run("pairs_differ_in_shape_only")
    assert report.verdict == Verdict.FAILS
    assert report.inside.measured == 1


def test_digits_of_another_size_are_noticed(monkeypatch):
    task = training.local_task(64, digit_side=12)
    monkeypatch.setattr(training, "local_task", lambda *_: task)
    assert run("small_digits_stand_anywhere").verdict == Verdict.FAILS
