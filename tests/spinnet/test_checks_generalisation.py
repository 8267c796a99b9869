"""The verdicts of the checks, and that every control is rejected."""

from __future__ import annotations

import numpy as np
import pytest

from qnpapers.evidence import Verdict
from qnpapers.spinnet import checks_generalisation, checks_surfaces

HOLDS = [
    checks_generalisation.cycles_do_not_help,
    checks_generalisation.double_descent_without_topology,
    checks_surfaces.pictures_reach_a_quarter,
    checks_surfaces.surfaces_have_verlinde_squared,
    checks_surfaces.values_count_colourings,
    checks_surfaces.random_sums_tell_more,
]
CONDITIONAL = [
    checks_generalisation.capacity_grows_along_both_axes,
    checks_surfaces.ink_in_a_disc_is_one_state,
    checks_surfaces.torus_tells_digits_apart,
]
FAILS = [
    checks_generalisation.risk_has_a_u_shape,
    checks_generalisation.error_falls_with_the_volume,
    checks_generalisation.loops_make_five_and_nine_hard,
]
CONTROLS = [
    checks_generalisation.capacity_of_enlarged_pictures,
    checks_generalisation.risk_has_a_u_shape_in_topology,
    checks_generalisation.error_without_labels_falls,
    checks_generalisation.chance_makes_five_and_nine_hard,
    checks_generalisation.cycles_help,
    checks_generalisation.double_descent_with_a_ridge,
    checks_surfaces.ink_anywhere_is_one_state,
    checks_surfaces.pictures_reach_all_states,
    checks_surfaces.surfaces_have_verlinde,
    checks_surfaces.values_count_colourings_of_squares,
    checks_surfaces.torus_tells_random_labels_apart,
    checks_surfaces.random_numbers_tell_more,
]
CASES = [
    *((check, Verdict.HOLDS) for check in HOLDS),
    *((check, Verdict.CONDITIONAL) for check in CONDITIONAL),
    *((check, Verdict.FAILS) for check in (*FAILS, *CONTROLS)),
]


@pytest.mark.parametrize(("check", "verdict"), CASES, ids=lambda x: getattr(x, "__name__", ""))
def test_verdicts(check, verdict):
    assert check(rng=np.random.default_rng(2020), profile="smoke").verdict == verdict
