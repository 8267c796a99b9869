from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import f1_score

from qnpapers.errors import ParameterError
from qnpapers.mnist import cross_validation, one_split
from qnpapers.spinnet import (
    READINGS,
    AmplitudeClassifier,
    all_readings,
    f1_scores,
    is_stated,
    predict_with,
    standard_error,
    true_labels,
)
from qnpapers.spinnet.readings import AS_PRINTED, EQ_33, NAIVE_BAYES

RNG = np.random.default_rng(5)
IMAGES = RNG.integers(0, 256, size=(60, 3, 4)).astype(np.uint8)
IMAGES[:, 0, 0] = 0  # edges that never vary
LABELS = np.arange(60) % 3
SPLITS = cross_validation(IMAGES, LABELS, 3)


def test_all_readings_differ():
    readings = all_readings()
    assert len(set(readings)) == len(readings) == 780
    assert sum(map(is_stated, readings)) == 26  # thirteen floors, with eq. 34 and without


def test_the_rows_are_among_them():
    missing = {name for name, one in READINGS.items() if not known(one)}
    assert missing == {"spins up to 255"}
    assert len(set(READINGS.values())) == len(READINGS)


def known(reading):
    same = reading.zero_variance == "leave out"  # the floor says nothing then
    return replace(reading, variance_floor=1e-6) in all_readings() if same else (
        reading in all_readings()
    )  # fmt: skip


def test_readings_are_scored_together_as_one_by_one():
    """The shared spins, means and matrix products against a fit of each reading by itself."""
    readings = [*READINGS.values(), *all_readings()[::7], replace(AS_PRINTED, only=(3, 5, 8))]
    together = predict_with(readings, SPLITS)
    assert together.shape == (len(readings), 60)
    for reading, predicted in zip(readings, together, strict=True):
        alone = [
            reading.fit(split.train_images, split.train_labels).predict(split.test_images)
            for split in SPLITS
        ]
        np.testing.assert_array_equal(predicted, np.concatenate(alone), str(reading))


@pytest.mark.parametrize(
    ("change", "stated"),
    [
        ({}, True),
        ({"variance_floor": 0.1, "zero_variance": "add"}, True),
        ({"dimension": False, "normaliser": False}, True),
        ({"dimension": False}, False),
        ({"edges": "absolute difference"}, False),
        ({"variance": "pooled"}, False),
        ({"width": "deviation"}, False),
        ({"log_determinant": True}, False),
    ],
)
def test_what_is_stated(change, stated):
    assert is_stated(replace(AS_PRINTED, **change)) is stated


def test_dimensions_decide_nothing_without_the_normaliser():
    with_them = replace(EQ_33, dimension=True)
    one, other = predict_with([EQ_33, with_them], SPLITS)
    np.testing.assert_array_equal(one, other)


def test_log_determinant_decides_nothing_with_one_variance():
    pooled = [replace(one, variance="pooled") for one in (EQ_33, NAIVE_BAYES)]
    one, other = predict_with(pooled, SPLITS)
    np.testing.assert_array_equal(one, other)


def test_labels_keep_the_order_of_the_splits():
    np.testing.assert_array_equal(true_labels(SPLITS), LABELS)
    split = one_split(IMAGES, LABELS, np.array([7, 2]))
    assert true_labels([split]).tolist() == [1, 2]


def test_labels_of_any_value_come_back():
    split = one_split(IMAGES, LABELS + 5, np.arange(20))
    assert set(predict_with([AS_PRINTED], [split]).ravel()) <= {5, 6, 7}


def test_f1_of_each_digit():
    """Oracle: scikit-learn."""
    rng = np.random.default_rng(0)
    true, guesses = rng.integers(0, 9, 200), rng.integers(0, 10, (4, 200))
    for guess, scores in zip(guesses, f1_scores(guesses, true), strict=True):
        expected = f1_score(true, guess, labels=range(10), average=None, zero_division=0)
        np.testing.assert_allclose(scores, expected, rtol=1e-15)


def test_standard_error_of_a_share():
    hits = np.random.default_rng(1).binomial(400, 0.8, size=20_000) / 400
    assert standard_error(0.8, 400) == pytest.approx(0.02)
    assert hits.std() == pytest.approx(0.02, rel=0.02)  # four standard errors of a deviation


@pytest.mark.parametrize(("readings", "splits"), [([], SPLITS), ([AmplitudeClassifier()], [])])
def test_nothing_to_predict(readings, splits):
    with pytest.raises(ParameterError, match="at least one of each"):
        predict_with(readings, splits)
