from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qnpapers.errors import ShapeError
from qnpapers.scaling import power_law_exponent

SIZES = [2.0**k for k in range(8)]


@given(st.floats(-4, 4), st.floats(1e-6, 1e6))
def test_the_exponent_of_an_exact_power(exponent, factor):
    # Round-off of a fit to four logarithms of at most 28.
    values = [factor * x**exponent for x in SIZES]
    assert power_law_exponent(SIZES, values) == pytest.approx(exponent, abs=1e-12)


def test_it_is_the_slope_between_the_last_points_by_hand():
    # The last half of four points are two: the slope of a line through them.
    found = power_law_exponent([1, 2, 3, 5], [100, 0.1, 7, 11])
    assert found == pytest.approx(math.log(11 / 7) / math.log(5 / 3), rel=1e-12)


def test_the_first_half_does_not_count():
    values = np.array(SIZES) ** 2
    spoiled = values.copy()
    spoiled[:4] = 1
    assert power_law_exponent(SIZES, spoiled) == power_law_exponent(SIZES, values)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([1, 2, 3], [1, 2, 3], r"at least four points are needed, got shapes \(3,\) and \(3,\)"),
        ([1, 2, 3, 4], [1, 2, 3], r"got shapes \(4,\) and \(3,\)"),
        ([[1, 2], [3, 4]], [[1, 2], [3, 4]], r"got shapes \(2, 2\)"),
        ([1, 2, 3, 0], [1, 2, 3, 4], "a power law needs positive numbers"),
        ([1, 2, 3, 4], [1, 2, 3, -4], "a power law needs positive numbers"),
        ([1, 2, 3, 4], [1, 2, 3, math.nan], "a power law needs positive numbers"),
    ],
)
def test_points_without_a_power_law_are_refused(x, y, message):
    with pytest.raises(ShapeError, match=message):
        power_law_exponent(x, y)
