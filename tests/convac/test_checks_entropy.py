"""The checks of T9 to T9.3: they pass, their controls are rejected, and they can fail."""

from __future__ import annotations

import numpy as np
import pytest

from laws.checks import check_passes, control_is_rejected, names_of_checks, run_check
from qnpapers.convac import checks_entropy, entanglement_entropy, random_weights, renyi_two
from qnpapers.evidence import Report, Verdict

PASSING = {
    "cut_bounds_entropy_from_above_only": Verdict.HOLDS,
    "gaussian_weights_stay_below_their_caps": Verdict.CONDITIONAL,
    "isometric_spectrum_is_the_output": Verdict.CONDITIONAL,
    "interleaved_entropy_grows_with_the_volume": Verdict.HOLDS,
}
CONTROLS = [
    "cut_bounds_entropy_from_below_too",
    "gaussian_weights_stay_far_below_their_caps",
    "gaussian_spectrum_is_the_output",
    "left_right_entropy_grows_with_the_volume",
]


def run(name: str, seed: int = 1) -> Report:
    return run_check(checks_entropy, name, seed)


def test_every_check_of_the_module_is_listed_here():
    assert names_of_checks(checks_entropy) == {*PASSING, *CONTROLS}


@pytest.mark.parametrize("seed", [1, 20170401])
@pytest.mark.parametrize("name", PASSING)
def test_checks_pass(name, seed):
    check_passes(run(name, seed), PASSING[name])


@pytest.mark.parametrize("seed", [1, 20170401])
@pytest.mark.parametrize("name", CONTROLS)
def test_controls_are_rejected(name, seed):
    control_is_rejected(run(name, seed))


def test_an_entropy_in_bits_is_noticed(monkeypatch):
    monkeypatch.setattr(
        checks_entropy, "entanglement_entropy", lambda s: entanglement_entropy(s) / np.log(2)
    )
    assert run("cut_bounds_entropy_from_above_only").verdict == Verdict.FAILS


def test_weights_that_are_not_isometric_are_noticed(monkeypatch):
    monkeypatch.setattr(checks_entropy, "isometric_weights", random_weights)
    assert run("isometric_spectrum_is_the_output").verdict == Verdict.FAILS


def test_an_entropy_of_the_boundary_is_noticed(monkeypatch):
    monkeypatch.setattr(
        checks_entropy, "renyi_two", lambda weights, region: renyi_two(weights, region) ** 0.5
    )
    assert run("interleaved_entropy_grows_with_the_volume").verdict == Verdict.FAILS
