"""The checks of T5 to T5.3: they pass, their controls are rejected, and they can fail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from laws.checks import check_passes, control_is_rejected, names_of_checks, run_check
from qnpapers.convac import certified_rank, checks_depth, fit_shallow
from qnpapers.evidence import Report, Verdict

PASSING = {
    "shallow_networks_need_exponentially_many_channels": Verdict.CONDITIONAL,
    "wider_windows_need_wider_first_levels": Verdict.HOLDS,
    "shared_shallow_networks_stop_growing": Verdict.HOLDS,
    "nearness_needs_exponentially_many_channels": Verdict.CONDITIONAL,
}
CONTROLS = [
    "shallow_networks_need_a_multiple_of_the_channels",
    "wider_windows_need_a_multiple_of_channels",
    "unshared_shallow_networks_stop_growing",
    "nearness_needs_twice_as_many_channels",
]


def run(name: str, seed: int = 1) -> Report:
    return run_check(checks_depth, name, seed)


def test_every_check_of_the_module_is_listed_here():
    assert names_of_checks(checks_depth) == {*PASSING, *CONTROLS}


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
        return max(certified_rank(*arguments, **options) - 1, 1)

    monkeypatch.setattr(checks_depth, "certified_rank", wrong)
    for name in PASSING:
        if name != "nearness_needs_exponentially_many_channels":
            assert run(name).verdict == Verdict.FAILS


def test_shared_weights_as_good_as_others_would_lift_the_condition(monkeypatch):
    def generous(architecture, region, *, rng):
        return certified_rank(replace(architecture, shared=False), region, rng=rng)

    monkeypatch.setattr(checks_depth, "certified_rank", generous)
    name = "shallow_networks_need_exponentially_many_channels"
    assert run(name).verdict == Verdict.HOLDS


def test_a_shallow_network_nearer_than_possible_is_noticed(monkeypatch):
    def wrong(*arguments, **options):
        fit = fit_shallow(*arguments, **options)
        return replace(fit, error=fit.error - 1e-6)

    monkeypatch.setattr(checks_depth, "fit_shallow", wrong)
    assert run("nearness_needs_exponentially_many_channels").verdict == Verdict.FAILS
