"""The checks of the ledger: they pass, their controls are rejected, and they can fail."""

from __future__ import annotations

from dataclasses import replace

import pytest
import tensornetwork as tn

from laws.checks import check_passes, control_is_rejected, names_of_checks, run_check
from qnpapers.convac import (
    Architecture,
    certified_rank,
    checks,
    cut,
    finite_field,
    min_cut,
    score,
    tensor,
)
from qnpapers.evidence import Report, Verdict

PASSING = {
    "score_is_inner_product": Verdict.HOLDS,
    "schmidt_number_is_separation_rank": Verdict.CONDITIONAL,
    "network_contracts_to_tensor": Verdict.HOLDS,
    "rank_at_most_min_cut": Verdict.HOLDS,
    "rank_equals_min_cut_for_powers": Verdict.CONDITIONAL,
    "rank_follows_min_cut": Verdict.CONDITIONAL,
    "copy_tensor_counts_once": Verdict.HOLDS,
}
CONTROLS = [
    "score_with_max_pooling",
    "separation_rank_of_another_region",
    "network_without_copy_tensors",
    "rank_at_most_rounded_cut",
    "rank_equals_min_cut_for_other_widths",
    "rank_follows_cut_of_sums",
    "copy_tensor_counts_every_leg",
]


def run(name: str, seed: int = 1) -> Report:
    return run_check(checks, name, seed)


def test_every_check_of_the_module_is_listed_here():
    assert names_of_checks(checks) == {*PASSING, *CONTROLS}


@pytest.mark.parametrize("seed", [1, 20170401])
@pytest.mark.parametrize("name", PASSING)
def test_checks_pass(name, seed):
    check_passes(run(name, seed), PASSING[name])


@pytest.mark.parametrize("seed", [1, 20170401])
@pytest.mark.parametrize("name", CONTROLS)
def test_controls_are_rejected(name, seed):
    report = run(name, seed)
    control_is_rejected(report)
    assert report.inside.cases > 1


def test_every_mismatch_is_counted_and_the_first_is_shown():
    evidence = run("rank_equals_min_cut_for_other_widths").inside
    assert (evidence.measured, evidence.cases) == (2, 2)
    assert evidence.worst == "N=9 P=3 M=2 r=(3, 2), region (1, 2, 4, 5): 7, not 8"


def test_the_same_seed_gives_the_same_evidence():
    for name in ("rank_at_most_min_cut", "network_contracts_to_tensor"):
        assert run(name) == run(name)


# A check that cannot fail shows nothing: break the library, and see the verdict change.


def off_by(amount: int):
    def wrong(architecture, region):
        right = min_cut(architecture, region)
        return replace(right, weight=right.weight + amount)

    return wrong


@pytest.mark.parametrize("amount", [-1, 1])
@pytest.mark.parametrize(
    "name", ["rank_equals_min_cut_for_powers", "rank_follows_min_cut", "copy_tensor_counts_once"]
)
def test_a_cut_off_by_one_is_noticed(monkeypatch, name, amount):
    monkeypatch.setattr(checks, "min_cut", off_by(amount))
    assert run(name).verdict == Verdict.FAILS


def test_a_cut_too_small_by_one_is_no_upper_bound(monkeypatch):
    monkeypatch.setattr(checks, "min_cut", off_by(-1))
    report = run("rank_at_most_min_cut")
    assert report.verdict == Verdict.FAILS
    assert report.inside.measured == 1


def test_a_cut_that_takes_each_width_from_the_level_above_is_noticed(monkeypatch):
    def shifted(architecture: Architecture, region):
        widths = (*architecture.channels[1:], architecture.channels[-1])
        return min_cut(replace(architecture, channels=widths), region)

    monkeypatch.setattr(checks, "min_cut", shifted)
    for name in ("rank_follows_min_cut", "rank_equals_min_cut_for_powers", "rank_at_most_min_cut"):
        assert run(name).verdict == Verdict.FAILS


def test_a_rank_too_small_by_one_is_noticed(monkeypatch):
    def wrong(architecture, region, *, rng):
        return certified_rank(architecture, region, rng=rng) - 1

    monkeypatch.setattr(checks, "certified_rank", wrong)
    for name in ("schmidt_number_is_separation_rank", "copy_tensor_counts_once"):
        assert run(name).verdict == Verdict.FAILS


def test_an_elimination_that_loses_a_pivot_is_noticed(monkeypatch):
    right = finite_field.rank
    monkeypatch.setattr(finite_field, "rank", lambda matrix: right(matrix[1:]))
    assert run("copy_tensor_counts_once").verdict == Verdict.FAILS


def test_a_cut_that_counts_every_level_twice_is_noticed(monkeypatch):
    right = cut._join_windows
    monkeypatch.setattr(
        cut, "_join_windows", lambda below, window, width: right(below, window, 2 * width)
    )
    assert run("rank_equals_min_cut_for_powers").verdict == Verdict.FAILS


def test_a_scaled_copy_tensor_is_noticed(monkeypatch):
    right = tn.contract_copy_node

    def scaled(node):
        result = right(node)
        result.tensor = (1 + 1e-9) * result.tensor
        return result

    monkeypatch.setattr(tn, "contract_copy_node", scaled)
    assert run("network_contracts_to_tensor").verdict == Verdict.FAILS


def test_a_forward_pass_with_a_small_nonlinearity_is_noticed(monkeypatch):
    monkeypatch.setattr(
        checks, "score", lambda weights, features: score(weights, features * (1 + 1e-10 * features))
    )
    assert run("score_is_inner_product").verdict == Verdict.FAILS


def test_a_tensor_with_two_sites_exchanged_is_noticed(monkeypatch):
    right = tensor.coefficient_tensor
    monkeypatch.setattr(
        checks, "coefficient_tensor", lambda *arguments: right(*arguments).swapaxes(0, -1)
    )
    for name in ("score_is_inner_product", "network_contracts_to_tensor"):
        assert run(name).verdict == Verdict.FAILS


def test_equality_with_shared_weights_would_lift_the_condition(monkeypatch):
    def generous(architecture, region, **_):
        return min_cut(architecture, region).weight

    monkeypatch.setattr(checks, "certified_rank", generous)
    assert run("rank_equals_min_cut_for_powers").verdict == Verdict.HOLDS
    assert run("rank_equals_min_cut_for_other_widths").verdict == Verdict.HOLDS


def test_the_cut_that_counts_every_leg_by_hand():
    window = Architecture.shallow(4, 2, 2)
    assert checks.cut_counting_every_leg(window, (0, 1)) == 4
    assert checks.cut_counting_every_leg(window, (0,)) == 2
    for channels in ((2, 3, 4), (5, 2, 3), (3, 7, 2)):
        pairs = Architecture(8, 3, channels)  # for windows of two it makes no difference
        for region in ((0, 1, 2, 3), (0, 2, 4, 6), (0, 3, 5)):
            assert checks.cut_counting_every_leg(pairs, region) == min_cut(pairs, region).weight
