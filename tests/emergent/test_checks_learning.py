"""The verdicts of the checks of chapters 1, 2 and 9, and that every control is rejected."""

from __future__ import annotations

import numpy as np
import pytest

from qnpapers.emergent import checks_beyond, checks_diffusion, checks_thermodynamics
from qnpapers.evidence import Verdict

HOLDS = [
    checks_thermodynamics.largest_entropy_is_canonical,
    checks_thermodynamics.force_is_mean_gradient,
    checks_thermodynamics.entropy_and_loss_are_derivatives,
    checks_thermodynamics.free_energy_of_learners_falls,
    checks_thermodynamics.learning_destroys_entropy_by_curvature,
    checks_diffusion.equal_temperatures_give_free_energy,
    checks_diffusion.ensemble_follows_fokker_planck,
    checks_diffusion.entropy_rate_is_production_less_destruction,
    checks_diffusion.production_balances_destruction,
    checks_beyond.quartic_coupling_gives_power_law,
    checks_beyond.metric_is_a_power_of_noise,
]
CONDITIONAL = [
    checks_thermodynamics.partition_function_factorises,
    checks_thermodynamics.entropy_falls,
    checks_thermodynamics.loss_changes_by_heat,
    checks_diffusion.fast_units_give_diffusion,
]
FAILS = [checks_beyond.plain_descent_has_one_temperature]
CONTROLS = [
    checks_thermodynamics.smallest_purity_is_canonical,
    checks_thermodynamics.force_is_gradient_at_best_state,
    checks_thermodynamics.loss_is_slope_of_free_energy,
    checks_thermodynamics.partition_function_with_ridge,
    checks_thermodynamics.entropy_falls_from_points,
    checks_thermodynamics.free_energy_without_entropy_falls,
    checks_thermodynamics.loss_changes_by_heat_at_fixed_temperature,
    checks_thermodynamics.learning_destroys_entropy_by_slope,
    checks_diffusion.fast_units_follow_their_best_state,
    checks_diffusion.unequal_temperatures_give_free_energy,
    checks_diffusion.ensemble_follows_other_diffusion,
    checks_diffusion.entropy_rate_is_production,
    checks_diffusion.production_balances_destruction_when_cold,
    checks_beyond.bias_coupling_gives_power_law,
    checks_beyond.metric_is_a_power_of_foreign_noise,
    checks_beyond.root_of_noise_has_one_temperature,
]
CASES = [
    *((check, Verdict.HOLDS) for check in HOLDS),
    *((check, Verdict.CONDITIONAL) for check in CONDITIONAL),
    *((check, Verdict.FAILS) for check in (*FAILS, *CONTROLS)),
]


@pytest.mark.parametrize(("check", "verdict"), CASES, ids=lambda x: getattr(x, "__name__", ""))
def test_verdicts(check, verdict):
    assert check(rng=np.random.default_rng(2021), profile="smoke").verdict == verdict
