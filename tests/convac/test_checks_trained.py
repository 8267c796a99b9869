"""The checks of T9.4 to T9.10: they pass, their controls are rejected, and they can fail."""

from __future__ import annotations

import numpy as np
import pytest

from laws.checks import check_passes, control_is_rejected, names_of_checks, run_check
from qnpapers.convac import checks_trained, class_entropies, table_information
from qnpapers.evidence import Report, Verdict

CHECKS = {
    "decision_needs_three_coefficients": "decision_needs_two_coefficients",
    "information_is_at_most_the_entropy": "information_of_entries_is_at_most_the_entropy",
    "start_decides_the_entropy": "start_decides_the_accuracy",
    "few_coefficients_are_enough": "one_coefficient_is_enough",
    "trained_entropies_follow_the_tree": "trained_entropies_follow_the_data",
    "trained_states_stay_nearly_products": "trained_states_stay_so_from_any_start",
    "data_and_tree_order_partitions_differently": "transposed_data_and_tree_do_too",
}


def run(name: str, seed: int = 1) -> Report:
    return run_check(checks_trained, name, seed)


def test_every_check_of_the_module_is_listed_here():
    assert names_of_checks(checks_trained) == {*CHECKS, *CHECKS.values()}


@pytest.mark.parametrize("name", CHECKS)
def test_checks_pass(name):
    check_passes(run(name), Verdict.HOLDS)


@pytest.mark.parametrize("name", CHECKS.values())
def test_controls_are_rejected(name):
    control_is_rejected(run(name))


def test_an_information_in_bits_is_noticed(monkeypatch):
    monkeypatch.setattr(
        checks_trained, "table_information", lambda table: table_information(table) / np.log(2)
    )
    assert run("information_is_at_most_the_entropy").verdict == Verdict.FAILS


def test_entropies_that_do_not_depend_on_the_start_are_noticed(monkeypatch):
    monkeypatch.setattr(
        checks_trained, "class_entropies", lambda net, regions: class_entropies(net, regions) ** 0
    )
    assert run("start_decides_the_entropy").verdict == Verdict.FAILS


def test_another_decision_is_noticed(monkeypatch):
    monkeypatch.setattr(checks_trained, "rank_modulo_p", lambda *_, **__: 4)
    assert run("decision_needs_three_coefficients").verdict == Verdict.FAILS
