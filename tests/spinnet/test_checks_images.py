"""The verdicts of the checks on classes and images, and that every control is rejected."""

from __future__ import annotations

import numpy as np
import pytest

from qnpapers.evidence import Verdict
from qnpapers.spinnet import checks_images

CASES = [
    (checks_images.transitions_make_classes, Verdict.CONDITIONAL),
    (checks_images.transitions_of_quantum_mechanics, Verdict.FAILS),
    (checks_images.quantum_spectrum_is_discrete, Verdict.CONDITIONAL),
    (checks_images.quantum_spectrum_with_as_many_strands, Verdict.FAILS),
    (checks_images.classes_depend_on_normalisation, Verdict.HOLDS),
    (checks_images.classes_of_common_factors, Verdict.FAILS),
    (checks_images.stated_readings_stay_below, Verdict.HOLDS),
    (checks_images.unstated_readings_stay_below, Verdict.FAILS),
    (checks_images.printed_table_is_reproduced, Verdict.HOLDS),
    (checks_images.printed_table_on_a_random_fifth, Verdict.FAILS),
    (checks_images.scalar_product_is_below_ink, Verdict.CONDITIONAL),
    (checks_images.gaussian_weights_are_below_ink, Verdict.FAILS),
]


@pytest.mark.parametrize("seed", [2020, 7])
@pytest.mark.parametrize(("check", "verdict"), CASES, ids=lambda x: getattr(x, "__name__", ""))
def test_verdicts(check, verdict, seed):
    assert check(rng=np.random.default_rng(seed), profile="smoke").verdict == verdict


def test_evidence_names_what_was_found():
    report = checks_images.classes_depend_on_normalisation(
        rng=np.random.default_rng(0), profile="smoke"
    )
    assert report.inside.worst == "2 x 2 hexagons: 260, 680, 586 classes"
    spectra = checks_images.quantum_spectrum_is_discrete(
        rng=np.random.default_rng(0), profile="smoke"
    )
    assert (spectra.outside.measured, spectra.outside.expected) == (632, 260)
