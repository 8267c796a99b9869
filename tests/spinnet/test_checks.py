from __future__ import annotations

import inspect

import numpy as np
import pytest

from qnpapers.evidence import Verdict
from qnpapers.spinnet import checks, checks_physical

CHECKS = {
    "honeycomb_colourings_are_admissible": "honeycomb_coloured_by_smaller_pixels",
    "admissible_at_a_level_as_pixels_say": "admissible_one_colour_more",
    "honeycomb_counts": "torus_counts",
    "recoupling_is_orthogonal": "recoupling_without_loops",
    "biedenharn_elliott": "biedenharn_elliott_with_positive_loops",
    "decimation_is_exact": "triangle_move_as_printed",
    "triangle_move_as_worked_out": "triangle_move_as_printed",
    "summations_are_squares": "summations_one_more",
    "planar_product_factorises": "planar_product_without_norm",
    "sphere_has_one_physical_state": "torus_has_one_physical_state",
    "torus_has_a_square_of_states": "torus_has_one_state_for_each_colour",
    "classes_are_level_sets": "states_are_colourings",
    "evaluations_vanish_on_admissible_states": "evaluations_vanish_on_images",
    "signs_follow_the_number_of_loops": "signs_follow_the_number_of_pixels",
}
FUNCTIONS = {
    name: function
    for module in (checks, checks_physical)
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if function.__module__ == module.__name__ and not name.startswith("_")
}


def report(name):
    return FUNCTIONS[name](rng=np.random.default_rng(2020), profile="smoke")


def test_every_function_is_a_check_or_a_control():
    assert set(FUNCTIONS) == {*CHECKS, *CHECKS.values()}


@pytest.mark.parametrize("name", CHECKS)
def test_the_check_holds(name):
    conditional = name == "sphere_has_one_physical_state"
    assert report(name).verdict is (Verdict.CONDITIONAL if conditional else Verdict.HOLDS)


@pytest.mark.parametrize("name", sorted(set(CHECKS.values())))
def test_the_control_is_rejected(name):
    assert report(name).verdict is Verdict.FAILS


@pytest.mark.parametrize("name", ["honeycomb_counts", "torus_counts"])
def test_a_check_gives_the_same_report_twice(name):
    assert report(name) == report(name)
