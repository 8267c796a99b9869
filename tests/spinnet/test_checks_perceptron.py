"""The verdicts of the checks of chapters 6 and 9, and that every control is rejected."""

from __future__ import annotations

import numpy as np
import pytest

from qnpapers.evidence import Verdict
from qnpapers.spinnet import checks_dictionary, checks_paths, checks_perceptron

HOLDS = [
    checks_perceptron.coherent_states_become_a_linear_layer,
    checks_perceptron.hidden_spin_is_a_nonlinear_unit,
    checks_perceptron.large_spins_lose_accuracy,
    checks_perceptron.amplitude_is_a_known_classifier,
    checks_dictionary.recoupling_is_golden,
]
CONDITIONAL = [
    checks_perceptron.trained_layer_is_an_amplitude,
    checks_perceptron.computed_means_are_the_saddle,
    checks_perceptron.transition_sharpens_as_the_time_says,
    checks_paths.least_action_is_least_norm,
    checks_paths.one_path_gives_the_sum,
    checks_dictionary.exchanges_make_infinitely_many_gates,
]
CONTROLS = [
    checks_perceptron.trained_layer_without_its_biases,
    checks_perceptron.coherent_states_of_two_times,
    checks_perceptron.hidden_spin_without_vertex,
    checks_perceptron.computed_means_minimise_the_cross_entropy,
    checks_perceptron.transition_sharpens_as_hbar,
    checks_perceptron.large_spins_without_normaliser,
    checks_perceptron.amplitude_is_naive_bayes,
    checks_paths.least_action_in_a_potential,
    checks_paths.one_path_gives_the_quartic_sum,
    checks_dictionary.recoupling_is_golden_one_level_up,
    checks_dictionary.exchanges_at_level_four,
]
CASES = [
    *((check, Verdict.HOLDS) for check in HOLDS),
    *((check, Verdict.CONDITIONAL) for check in CONDITIONAL),
    *((control, Verdict.FAILS) for control in CONTROLS),
]


@pytest.mark.parametrize(("check", "verdict"), CASES, ids=lambda x: getattr(x, "__name__", ""))
def test_verdicts(check, verdict):
    assert check(rng=np.random.default_rng(2020), profile="smoke").verdict == verdict
