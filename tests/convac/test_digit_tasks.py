"""Digits as networks read them, and the starts of training."""

from __future__ import annotations

import numpy as np
import pytest

from qnpapers.convac import (
    STARTS,
    Architecture,
    accuracy,
    class_entropies,
    digit_task,
    fit,
    gaussian_information,
    in_a_quarter,
    interleaved,
    left_right,
    load_digits,
    region_mask,
    start_weights,
    stripes,
)
from qnpapers.convac.fit import flatten, unflatten
from qnpapers.errors import ParameterError, ShapeError


def task(seed: int = 0, **options):
    return digit_task(16, 2, rng=np.random.default_rng(seed), count=300, **options)


def test_a_small_digit_stands_in_one_quarter():
    images = load_digits(rng=np.random.default_rng(0)).train_images[:60]
    frames = in_a_quarter(images, rng=np.random.default_rng(1))
    quarters = frames.reshape(60, 2, 4, 2, 4)
    ink = quarters.sum(axis=(2, 4)) > 0
    assert np.all(ink.sum(axis=(1, 2)) == 1)
    assert np.all(ink.any(axis=0))  # each quarter is used
    assert frames.sum(axis=(1, 2)) == pytest.approx(images.sum(axis=(1, 2)) / 4)
    row, column = np.argwhere(ink[0])[0]
    assert quarters[0, row, 1, column, 2] == pytest.approx(images[0, 2:4, 4:6].mean())


def test_images_of_another_size_are_refused():
    with pytest.raises(ShapeError, match=r"shape \(batch, 8, 8\) is needed"):
        in_a_quarter(np.ones((2, 4, 4)), rng=np.random.default_rng(0))


def test_a_task_holds_what_it_says():
    one = task()
    assert one.patches.shape == (300, 16, 4)
    assert one.features.sum(axis=2) == pytest.approx(1)
    assert len(one.labels) == 300
    assert one.test_features.shape[1:] == (16, 2)
    assert np.array_equal(one.values[7], one.patches[7].ravel())
    new = one.orthonormal.features(one.features)
    grams = np.einsum("bjd,bje->jde", new, new) / 300
    assert grams == pytest.approx(np.broadcast_to(np.eye(2), (16, 2, 2)), abs=1e-9)


def test_scrambling_moves_patches_and_transposing_exchanges_axes():
    plain, scrambled, transposed = task(), task(scrambled=True), task(transposed=True)
    assert np.sort(scrambled.patches, axis=1).sum() == pytest.approx(plain.patches.sum())
    moved = [p.tolist() for p in scrambled.patches[0]]
    assert sorted(moved) == sorted(p.tolist() for p in plain.patches[0])
    assert moved != [p.tolist() for p in plain.patches[0]]
    top, left = stripes(16, 8), stripes(16, 4)
    ours = plain.information([top, left], 0.1)
    assert transposed.information([left, top], 0.1) == pytest.approx(ours, rel=1e-9)


def test_information_takes_all_grey_values_of_a_site():
    one = task()
    region = (0, 5, 9)
    inside = np.repeat(region_mask(16, region), 4)
    expected = gaussian_information(one.values, inside, 0.1)
    assert one.information([region], 0.1).tolist() == [expected]


def test_starts_differ_in_entanglement_and_can_be_trained():
    one = task()
    net = Architecture(16, 2, (6, 6, 6, 6), classes=10)
    entropies = {}
    for kind in STARTS:
        start = start_weights(kind, net, one.features, rng=np.random.default_rng(3))
        entropies[kind] = class_entropies(start, [interleaved(16)]).mean()
        fitted = fit(start, one.features, one.labels, steps=60, pace=0.5).weights
        # Guessing names 599 digits with a share of 0.1 and a standard error of 0.012.
        assert accuracy(fitted, one.test_features, one.test_labels) > 0.4
    assert entropies["product"] < 1 < entropies["Gaussian"] < entropies["isometric"]


def test_an_unknown_start_is_refused():
    net = Architecture(16, 2, (2, 2, 2, 2))
    with pytest.raises(ParameterError, match="kind = 'warm': must be one of product, Gaussian"):
        start_weights("warm", net, task().features, rng=np.random.default_rng(0))


def test_what_chapters_record_does_not_depend_on_round_off():
    one = task()
    net = Architecture(16, 2, (6, 6, 6, 6), classes=10)
    for kind in STARTS:
        start = start_weights(kind, net, one.features, rng=np.random.default_rng(3))
        nudge = np.random.default_rng(4).normal(size=flatten(start).shape)
        nudged = unflatten(flatten(start) * (1 + 1e-12 * nudge), net)
        found = []
        for weights in (start, nudged):
            fitted = fit(weights, one.features, one.labels, steps=80, pace=0.5).weights
            named = accuracy(fitted, one.test_features, one.test_labels)
            found.append([named, *class_entropies(fitted, [left_right(16)])[:, 0]])
        assert found[0] == pytest.approx(found[1], abs=1e-6)
