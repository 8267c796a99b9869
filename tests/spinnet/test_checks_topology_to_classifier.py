"""The verdicts of the checks, and that every control is rejected."""

from __future__ import annotations

import numpy as np
import pytest

from qnpapers.evidence import Verdict
from qnpapers.spinnet import checks_classifier, checks_semiclassical, checks_topology

HOLDS = [
    checks_topology.gluing_multiplies,
    checks_topology.surface_times_circle_counts_states,
    checks_topology.refinement_changes_nothing,
    checks_topology.lens_spaces_agree,
    checks_topology.colourings_depend_on_cycles_only,
    checks_semiclassical.link_peaks_on_classical_spin,
    checks_semiclassical.coherent_norm_has_its_limit,
    checks_semiclassical.six_j_has_its_limit,
    checks_classifier.softmax_becomes_a_step,
    checks_classifier.few_digits_suffice,
    checks_classifier.five_and_nine_are_hard,
]
CONDITIONAL = [
    checks_semiclassical.fluctuation_falls_as_root_of_spin,
    checks_classifier.amplitude_is_a_linear_layer,
    checks_classifier.random_labels_are_not_memorised,
]
FAILS = [
    checks_classifier.adjacency_explains_accuracy,
    checks_classifier.table_one_is_reached,
]
CONTROLS = [
    checks_topology.gluing_without_the_sphere,
    checks_topology.surface_times_circle_counted_once,
    checks_topology.refinement_without_vertex_factor,
    checks_topology.homotopy_type_decides,
    checks_topology.colourings_of_another_level,
    checks_semiclassical.link_width_as_printed,
    checks_semiclassical.fluctuation_at_fixed_time,
    checks_semiclassical.coherent_norm_with_another_constant,
    checks_semiclassical.six_j_with_interior_angles,
    checks_classifier.amplitude_with_sigma_of_each_class,
    checks_classifier.softmax_at_large_hbar,
    checks_classifier.random_labels_and_nearest_neighbours,
    checks_classifier.fifty_digits_suffice,
    checks_classifier.no_change_explains_accuracy,
    checks_classifier.zero_and_one_are_hard,
    checks_classifier.table_one_with_random_labels,
]
CASES = [
    *((check, Verdict.HOLDS) for check in HOLDS),
    *((check, Verdict.CONDITIONAL) for check in CONDITIONAL),
    *((check, Verdict.FAILS) for check in (*FAILS, *CONTROLS)),
]


@pytest.mark.parametrize(("check", "verdict"), CASES, ids=lambda x: getattr(x, "__name__", ""))
def test_verdicts(check, verdict):
    assert check(rng=np.random.default_rng(2020), profile="smoke").verdict == verdict
