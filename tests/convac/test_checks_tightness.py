"""The checks of T2 and 4.1 to 4.5: they pass, their controls are rejected, and they can fail."""

from __future__ import annotations

import importlib
from dataclasses import replace

import numpy as np
import pytest

from laws.checks import check_passes, control_is_rejected, names_of_checks, run_check
from qnpapers.convac import (
    Architecture,
    certified_rank,
    certified_ranks,
    checks_tightness,
    finite_field,
    min_cut,
    min_cuts,
)
from qnpapers.evidence import Report, Verdict

PASSING = {
    "rank_at_least_rounded_cut": Verdict.CONDITIONAL,
    "rank_equals_min_cut_for_any_widths": Verdict.CONDITIONAL,
    "cut_is_missed_by_other_widths": Verdict.HOLDS,
    "cut_is_missed_by_shared_weights": Verdict.HOLDS,
    "bridge_misses_its_cut": Verdict.HOLDS,
    "rank_at_most_refined_cut": Verdict.HOLDS,
    "rank_equals_refined_cut": Verdict.CONDITIONAL,
}
CONTROLS = [
    "rank_at_least_cut_rounded_up",
    "rank_equals_lower_bound",
    "cut_is_missed_by_powers_of_two",
    "cut_is_missed_by_unshared_weights",
    "bridge_reaches_its_cut",
    "rank_at_most_refined_cut_less_one",
    "rank_equals_min_cut_when_shared",
]


def run(name: str, seed: int = 1) -> Report:
    return run_check(checks_tightness, name, seed)


def test_every_check_of_the_module_is_listed_here():
    assert names_of_checks(checks_tightness) == {*PASSING, *CONTROLS}


@pytest.mark.parametrize("seed", [1, 20170401])
@pytest.mark.parametrize("name", PASSING)
def test_checks_pass(name, seed):
    check_passes(run(name, seed), PASSING[name], more_cases_than=10)


@pytest.mark.parametrize("seed", [1, 20170401])
@pytest.mark.parametrize("name", CONTROLS)
def test_controls_are_rejected(name, seed):
    control_is_rejected(run(name, seed))


def test_the_same_seed_gives_the_same_evidence():
    for name in ("rank_at_least_rounded_cut", "rank_at_most_refined_cut"):
        assert run(name) == run(name)


def test_the_counter_examples_that_are_shown():
    assert run("rank_equals_min_cut_for_any_widths").outside.worst == (
        "N=9 P=3 M=2 r=(3, 2), region (1, 2, 4, 5): 7, not 8"
    )
    assert run("bridge_reaches_its_cut").inside.worst == "legs (3, 5) and (5, 3): 14, not 15"
    assert "r=(4, 4), shared" in run("rank_at_least_rounded_cut").outside.worst


@pytest.mark.parametrize(
    ("architecture", "rank"),
    [
        (Architecture(4, 2, (4, 4), shared=True), 3),
        (Architecture(8, 2, (4, 16, 16), shared=True), 6),
        (Architecture(8, 2, (2, 4, 8), shared=True), 3),
    ],
)
def test_4_2_the_left_right_formula_by_hand(architecture, rank):
    assert checks_tightness.symmetric_left_right(architecture) == rank


# A check that cannot fail shows nothing: break the library, and see the verdict change.


def patch_rank(monkeypatch, change):
    monkeypatch.setattr(
        checks_tightness,
        "certified_ranks",
        lambda *arguments, **options: change(certified_ranks(*arguments, **options)),
    )
    monkeypatch.setattr(
        checks_tightness,
        "certified_rank",
        lambda *arguments, **options: change(certified_rank(*arguments, **options)),
    )


@pytest.mark.parametrize(
    "name",
    [
        "rank_at_least_rounded_cut",
        "rank_equals_min_cut_for_any_widths",
        "cut_is_missed_by_other_widths",
        "cut_is_missed_by_shared_weights",
        "rank_equals_refined_cut",
    ],
)
def test_a_rank_too_small_by_one_is_noticed(monkeypatch, name):
    patch_rank(monkeypatch, lambda rank: rank - 1)
    assert run(name).verdict == Verdict.FAILS


def test_a_rank_too_large_by_one_is_noticed(monkeypatch):
    patch_rank(monkeypatch, lambda rank: rank + 1)
    for name in PASSING:
        if name not in ("bridge_misses_its_cut", "rank_at_most_refined_cut"):
            expected = {"rank_at_least_rounded_cut": Verdict.HOLDS}.get(name, Verdict.FAILS)
            assert run(name).verdict == expected


@pytest.mark.parametrize("amount", [-1, 1])
def test_a_cut_off_by_one_is_noticed(monkeypatch, amount):
    monkeypatch.setattr(checks_tightness, "min_cuts", lambda *case: min_cuts(*case) + amount)
    assert run("rank_equals_min_cut_for_any_widths").verdict == Verdict.FAILS


def test_a_cut_that_takes_each_width_from_the_level_above_is_noticed(monkeypatch):
    def shifted(architecture, region):
        widths = (*architecture.channels[1:], architecture.channels[-1])
        return min_cut(replace(architecture, channels=widths), region)

    monkeypatch.setattr(checks_tightness, "min_cut", shifted)
    assert run("cut_is_missed_by_other_widths").verdict == Verdict.FAILS


def test_a_bound_rounded_to_the_nearest_power_is_noticed(monkeypatch):
    module = importlib.import_module("qnpapers.convac.lower_bound")
    monkeypatch.setattr(
        module, "_power_below", lambda number, base: base ** round(np.log(number) / np.log(base))
    )
    assert run("rank_at_least_rounded_cut").verdict == Verdict.FAILS


def test_a_second_prime_that_disagrees_is_noticed(monkeypatch):
    monkeypatch.setattr(checks_tightness, "rank_of_score_table", lambda *_, **__: 8)
    assert run("cut_is_missed_by_other_widths").verdict == Verdict.FAILS


def test_antisymmetric_types_that_are_forgotten_are_noticed(monkeypatch):
    module = importlib.import_module("qnpapers.convac.symmetry_types")
    right = module._fillings
    monkeypatch.setattr(
        module, "_fillings", lambda shape, letters: right(shape, letters) * (len(shape) < 2)
    )
    for name in ("rank_at_most_refined_cut", "rank_equals_refined_cut"):
        assert run(name).verdict == Verdict.FAILS


def test_planes_that_do_not_meet_are_noticed(monkeypatch):
    module = importlib.import_module("qnpapers.convac.refined_cut")
    monkeypatch.setattr(module, "_common", lambda *_: {})
    assert run("cut_is_missed_by_other_widths").verdict == Verdict.FAILS


def test_blocks_of_unequal_sizes_are_noticed(monkeypatch):
    module = importlib.import_module("qnpapers.convac.bridge")

    def unequal(pencil):
        a, b = sorted(pencil)
        blocks = [(0, 1)] * (b - a - 1) + [(a, a + 1)] if b > a else [(1, 1)] * a
        return blocks if a == pencil[0] else [block[::-1] for block in blocks]

    monkeypatch.setattr(module, "pencil_blocks", unequal)
    assert run("bridge_misses_its_cut").verdict == Verdict.FAILS


def test_an_elimination_that_loses_a_pivot_is_noticed(monkeypatch):
    right = finite_field.rank
    monkeypatch.setattr(finite_field, "rank", lambda matrix: right(matrix[1:]))
    for name in ("bridge_misses_its_cut", "rank_equals_refined_cut"):
        assert run(name).verdict == Verdict.FAILS
