from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from qnpapers.errors import ColourError, NetworkError, PrecisionError, SizeError
from qnpapers.spinnet import (
    FloatValue,
    admissible,
    evaluate_by_decimation,
    evaluate_by_tensors,
    evaluate_honeycomb,
    evaluate_honeycomb_float,
    evaluate_network,
    honeycomb,
    honeycomb_colouring,
    honeycomb_frontier,
    torus_honeycomb,
)

MOTZKIN = [1, 2, 4, 9, 21, 51, 127]


@st.composite
def images(draw, side=5, top=2):
    rows, columns = draw(st.integers(2, side)), draw(st.integers(2, side))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return rng.integers(0, top + 1, size=(rows, columns))


# The graph and its colours


@pytest.mark.parametrize(("rows", "columns"), [(2, 2), (3, 3), (2, 7), (5, 4), (28, 28)])
def test_counts(rows, columns):
    comb = honeycomb(rows, columns)
    hexagons = rows * columns
    assert len(comb.network.vertices) == 2 * (hexagons - 1)
    assert comb.network.edges == 3 * (hexagons - 1)
    assert comb.network.faces == hexagons + 1
    boundary = 2 * (rows + columns) - 4
    assert (comb.pairs[:, 1] == -1).sum() == boundary


def test_neighbours():
    comb = honeycomb(3, 4)
    touching = {(divmod(int(f), 4), divmod(int(g), 4)) for f, g in comb.pairs if g >= 0}
    for i, j in np.ndindex(3, 4):
        for a, b in ((0, 1), (1, 0), (1, -1)):
            if i + a < 3 and 0 <= j + b < 4:
                touching.remove(((i, j), (i + a, j + b)))
    assert not touching


def test_a_torus_has_no_boundary():
    network = torus_honeycomb(3, 4)
    assert (len(network.vertices), network.edges, network.faces) == (24, 36, 12)
    assert set(network.boundary_sizes) == {6}


@given(images(top=9))
def test_colours_are_classically_admissible(image):
    comb, colours = honeycomb(*image.shape), honeycomb_colouring(image)
    assert all(admissible(*colours[list(t)].tolist()) for t in comb.network.vertices)


def test_many_images_are_coloured_at_once():
    batch = np.random.default_rng(0).integers(0, 5, size=(2, 3, 4, 6))
    colours = honeycomb_colouring(batch)
    assert colours.shape == (2, 3, honeycomb(4, 6).network.edges)
    assert np.array_equal(colours[1, 2], honeycomb_colouring(batch[1, 2]))
    assert np.array_equal(honeycomb_colouring(batch > 2), honeycomb_colouring((batch > 2) * 1))


# Values


@given(images(side=4))
def test_three_routes_to_one_number(image):
    network, colours = honeycomb(*image.shape).network, honeycomb_colouring(image)
    value = evaluate_honeycomb(image)
    assert isinstance(value, Fraction)
    assert evaluate_network(network, colours) == value
    assert evaluate_by_decimation(network, colours) == value
    # up to 30 vertices of dimension 5: terms of the contraction are below 10^6 times the value
    tolerance = 1e-9 * max(1, abs(float(value)))
    assert abs(evaluate_by_tensors(network, colours) - float(value)) <= tolerance


@given(images(side=4, top=1), st.integers(3, 12))
def test_three_routes_at_a_level(image, r):
    network, colours = honeycomb(*image.shape).network, honeycomb_colouring(image)
    value = evaluate_honeycomb(image, r)
    assert evaluate_network(network, colours, r) == pytest.approx(value, rel=5e-16, abs=0)
    assert evaluate_by_decimation(network, colours, r) == pytest.approx(value, rel=5e-16, abs=0)


@given(images(side=6))
@settings(max_examples=25)
def test_turned_images_have_the_same_value(image):
    value = evaluate_honeycomb(image)
    assert evaluate_honeycomb(image.T) == value
    assert evaluate_honeycomb(image[::-1, ::-1]) == value


@given(images(top=3))
@settings(max_examples=25)
def test_a_frame_of_zeros_changes_nothing(image):
    assert evaluate_honeycomb(np.pad(image, 1)) == evaluate_honeycomb(image)


def test_black_pixels_alone_are_loops():
    image = np.zeros((6, 6), int)
    image[1, 1], image[3, 4] = 3, 2
    assert evaluate_honeycomb(image) == -4 * 3


def test_a_ball_holds_the_value():
    image = np.ones((5, 5), int)
    ball = evaluate_honeycomb(image, 9, precision=200)
    assert isinstance(ball, arb)
    assert ball.rel_accuracy_bits() > 150
    assert float(ball) == evaluate_honeycomb(image, 9)


@pytest.mark.parametrize("n", range(2, 9))
def test_the_frontier_of_ones_is_a_motzkin_number(n):
    assert max(honeycomb_frontier(np.ones((n, n), int))) == MOTZKIN[n - 2]
    assert max(honeycomb_frontier(np.ones((n, n), int), r=5)) <= MOTZKIN[n - 2]


# float64


@given(images(side=6, top=3), st.sampled_from([None, None, 6, 7, 9, 12]))
def test_floats_lie_within_their_bound(image, r):
    result = evaluate_honeycomb_float(image, r)
    exact = evaluate_honeycomb(image, r)
    if r is None:
        assert abs(Fraction(result.value) - exact) <= Fraction(result.bound)
    else:
        # the value it is compared with has an error of its own
        assert abs(result.value - exact) <= result.bound + 2.0**-52 * abs(exact)


@pytest.mark.parametrize("n", range(2, 9))
def test_floats_hold_the_frontier_of_the_exact_sweep(n):
    result = evaluate_honeycomb_float(np.ones((n, n), int))
    # also counted within rows, where twice as many can be open
    assert MOTZKIN[n - 2] <= result.states <= 2 * MOTZKIN[n - 2]
    # the terms have one sign: the bound is a few thousand units of round-off
    assert 0 < result.bound < 1e-12 * abs(result.value)


def test_the_work_is_counted():
    """Fixed labels: one product a hexagon; the middle one of 3 x 3 has the labels 1 and 3."""
    assert evaluate_honeycomb_float(np.ones((2, 5), int)).products == 10
    assert evaluate_honeycomb_float(np.ones((3, 3), int)).products == 13
    assert evaluate_honeycomb_float(np.ones((8, 8), int)).products == 8562


def test_many_black_pixels_neither_overflow_nor_vanish():
    image = np.kron(np.eye(60, dtype=int), np.diag([6, 0, 0])[:, :])  # 60 loops of value 7
    result = evaluate_honeycomb_float(np.pad(image, 1))
    assert result.log_abs == pytest.approx(60 * math.log(7), rel=1e-12)
    many = np.kron(np.ones((22, 22), dtype=int), np.diag([6, 0, 0]))
    large = evaluate_honeycomb_float(np.pad(many, 1))
    assert large.log_abs == pytest.approx(484 * math.log(7), rel=1e-12)
    with pytest.raises(PrecisionError, match="outside the range of float64: use log_abs"):
        _ = large.value
    with pytest.raises(PrecisionError, match="outside the range of float64: use log_abs"):
        _ = FloatValue(0.5, 1e-16, -1100, 1).bound


def test_zero_has_no_logarithm():
    result = evaluate_honeycomb_float([[2, 2], [2, 2]], r=5)
    assert (result.value, result.bound, result.log_abs) == (0.0, 0.0, -math.inf)


def test_what_cancels_makes_the_bound_wider():
    image = [
        [1, 1, 3, 2, 3],
        [1, 1, 2, 2, 0],
        [1, 3, 2, 2, 3],
        [2, 1, 3, 1, 2],
        [0, 3, 1, 0, 2],
    ]
    cancelling, classical = evaluate_honeycomb_float(image, 10), evaluate_honeycomb_float(image)
    assert abs(cancelling.value - evaluate_honeycomb(image, 10)) < cancelling.bound
    ratio = (cancelling.bound / cancelling.value) / (classical.bound / classical.value)
    assert abs(ratio) > 20


# Wrong input


@pytest.mark.parametrize(
    "route", [honeycomb_colouring, evaluate_honeycomb, evaluate_honeycomb_float, honeycomb_frontier]
)
def test_pixels_are_integers_from_zero(route):
    with pytest.raises(ColourError, match="pixels of type float64: must be integers"):
        route([[0.5, 1], [1, 1]])
    with pytest.raises(ColourError, match="pixel -2: must be at least 0"):
        route([[1, 1], [1, -2]])
    with pytest.raises(NetworkError, match=r"pixels of shape \(3,\): must have rows and columns"):
        route([1, 2, 3])
    with pytest.raises(NetworkError, match="rows = 1: a honeycomb has at least 2 x 2 hexagons"):
        route([[1, 2, 3]])


@pytest.mark.parametrize("route", [evaluate_honeycomb, evaluate_honeycomb_float])
def test_one_image_and_one_level(route):
    with pytest.raises(NetworkError, match="must be one image"):
        route(np.ones((2, 3, 3), int))
    with pytest.raises(ColourError, match="r = 2: must be None"):
        route([[1, 1], [1, 1]], 2)


@pytest.mark.parametrize("sides", [(1, 3), (3, 0), (2.0, 2), (True, 2)])
def test_a_honeycomb_has_four_hexagons_or_more(sides):
    with pytest.raises(NetworkError, match="a honeycomb has at least 2 x 2 hexagons"):
        honeycomb(*sides)
    with pytest.raises(NetworkError, match="a honeycomb has at least 2 x 2 hexagons"):
        torus_honeycomb(*sides)


@pytest.mark.parametrize("route", [evaluate_honeycomb, evaluate_honeycomb_float])
def test_a_frontier_that_grows_too_large_is_an_error(route):
    with pytest.raises(SizeError, match=r"the frontier has .* states.*max_states = 20 are allowed"):
        route(np.ones((8, 8), int), max_states=20)


def test_grey_levels_that_cannot_be_tabulated_are_an_error():
    image = np.random.default_rng(0).integers(0, 256, size=(6, 6))
    with pytest.raises(SizeError, match="weights: at most 2000000 are tabulated"):
        evaluate_honeycomb_float(image)


def test_a_weight_that_float64_cannot_hold_is_an_error(monkeypatch):
    monkeypatch.setattr("qnpapers.spinnet.honeycomb_float.outer_factor", lambda *_: math.inf)
    with pytest.raises(PrecisionError, match="a weight lies outside the range of float64"):
        evaluate_honeycomb_float([[1, 1], [1, 1]])
