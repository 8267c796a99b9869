"""The checks of A5 and T6 to T8.3: they pass, their controls are rejected, and they can fail."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from laws.checks import check_passes, control_is_rejected, names_of_checks, run_check
from qnpapers.convac import certified_rank, checks_layers, min_cut, stripe_rank
from qnpapers.evidence import Report, Verdict

PASSING = {
    "each_level_serves_its_distance_and_longer": Verdict.CONDITIONAL,
    "interleaved_rank_follows_the_lowest_level": Verdict.HOLDS,
    "left_right_rank_follows_all_levels": Verdict.HOLDS,
    "deeper_levels_do_not_enter": Verdict.HOLDS,
    "stripes_reach_the_formula": Verdict.HOLDS,
    "base_wins_near_and_tip_wins_far": Verdict.CONDITIONAL,
    "tip_wins_along_pooled_blocks_only": Verdict.CONDITIONAL,
}
CONTROLS = [
    "each_level_serves_its_distance_only",
    "interleaved_rank_follows_the_next_level",
    "left_right_rank_follows_doubled_exponents",
    "the_level_of_the_size_does_not_enter",
    "stripes_of_shared_weights_reach_powers",
    "base_wins_one_half_and_tip_the_other",
    "tip_wins_every_split",
]


def run(name: str, seed: int = 1) -> Report:
    return run_check(checks_layers, name, seed)


def test_every_check_of_the_module_is_listed_here():
    assert names_of_checks(checks_layers) == {*PASSING, *CONTROLS}


@pytest.mark.parametrize("seed", [1, 20170401])
@pytest.mark.parametrize("name", PASSING)
def test_checks_pass(name, seed):
    check_passes(run(name, seed), PASSING[name])


@pytest.mark.parametrize("seed", [1, 20170401])
@pytest.mark.parametrize("name", CONTROLS)
def test_controls_are_rejected(name, seed):
    control_is_rejected(run(name, seed))


def test_a_rank_too_small_by_one_is_noticed(monkeypatch):
    def wrong(*arguments, **options):
        return certified_rank(*arguments, **options) - 1

    monkeypatch.setattr(checks_layers, "certified_rank", wrong)
    for name in (
        "interleaved_rank_follows_the_lowest_level",
        "left_right_rank_follows_all_levels",
        "stripes_reach_the_formula",
    ):
        assert run(name).verdict == Verdict.FAILS


def test_a_cut_that_takes_widths_from_the_level_above_is_noticed(monkeypatch):
    def shifted(architecture, region):
        widths = (*architecture.channels[1:], architecture.channels[-1])
        return min_cut(replace(architecture, channels=widths), region)

    monkeypatch.setattr(checks_layers, "min_cut", shifted)
    for name in (
        "interleaved_rank_follows_the_lowest_level",
        "left_right_rank_follows_all_levels",
        "deeper_levels_do_not_enter",
        "base_wins_near_and_tip_wins_far",
    ):
        assert run(name).verdict == Verdict.FAILS


def test_a_formula_that_forgets_the_sharing_is_noticed(monkeypatch):
    def powers(architecture, level, inside=None):
        return stripe_rank(replace(architecture, shared=False), level, inside)

    monkeypatch.setattr(checks_layers, "stripe_rank", powers)
    assert run("stripes_reach_the_formula").verdict == Verdict.FAILS


def test_a_level_without_saturation_would_lift_the_condition(monkeypatch):
    ranks = iter(range(1000))
    monkeypatch.setattr(checks_layers, "certified_rank", lambda *_, **__: next(ranks))
    beyond = checks_layers._steps_beyond(np.random.default_rng(1))
    assert beyond.measured == 0


def test_networks_without_a_mirror_are_noticed(monkeypatch):
    right = checks_layers.mirrored_network
    monkeypatch.setattr(checks_layers, "mirrored_network", lambda _, r: right("base", r))
    for name in ("base_wins_near_and_tip_wins_far", "tip_wins_along_pooled_blocks_only"):
        assert run(name).verdict == Verdict.FAILS
