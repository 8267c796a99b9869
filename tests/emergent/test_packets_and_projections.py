"""Boxes, Gaussian fluids, fringes and projections on gradients."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracles.waves import free_packet
from qnpapers.emergent import (
    Box,
    GaussianFluid,
    fringe_wavenumber,
    gaussian_fluid,
    hbar_of_fringes,
    schrodinger,
    single_valued_part,
)
from qnpapers.errors import NormalisationError, ParameterError, ResolutionError, ShapeError

# Boxes and grids


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (((),), "one or two dimensions are needed"),
        ((((0, 1),) * 3,), "one or two dimensions are needed"),
        ((((1.0, 1.0),),), r"side \(1.0, 1.0\): its low end must be the smaller one"),
        ((((0.0, math.inf),),), "high = inf"),
        ((((0.0, 1.0),), "soft"), "walls = 'soft': must be"),
        ((((0.0, 1.0),), "periodic", (0.1, 0.2)), "one finite phase for each side"),
        ((((0.0, 1.0),), "hard", (0.1,)), "hard walls allow no twist"),
    ],
)
def test_boxes_that_are_none(arguments, message):
    with pytest.raises(ParameterError, match=message):
        Box(*arguments)


def test_rings_of_no_length_and_grids_of_no_points():
    with pytest.raises(ParameterError, match="length = 0"):
        Box.ring(0)
    for shape in ((3,), (16, 16), ()):
        with pytest.raises(ShapeError, match="one number of points, at least 4"):
            Box.ring(1.0).grid(*shape)


@pytest.mark.parametrize("twist", [0.0, 2.0])
def test_integrals_transforms_and_derivatives_of_a_plane_wave(twist):
    grid = Box.ring(3.0, twist).grid(12)
    (q,) = grid.points
    k = (2 * np.pi * 2 + twist) / 3
    psi = np.exp(1j * k * q)
    assert grid.integrate(np.abs(psi) ** 2) == pytest.approx(3)
    np.testing.assert_allclose(grid.derivative(psi), 1j * k * psi, atol=1e-12)
    weights = np.abs(grid.transform(psi)) ** 2
    assert grid.wavenumbers[0][weights.argmax()] == pytest.approx(k)
    assert weights.sum() == pytest.approx(12)


def test_points_between_walls_leave_the_walls_out():
    grid = Box.line(1.0, 2.0, "hard").grid(4)
    np.testing.assert_allclose(grid.points[0], [1.2, 1.4, 1.6, 1.8])
    assert grid.integrate(np.sin(np.pi * (grid.points[0] - 1)) ** 2) == pytest.approx(0.5)


# Gaussian fluids

FREE = np.zeros((1, 1))


def at_rest(width: float) -> GaussianFluid:
    return GaussianFluid(np.zeros(1), np.array([[width**2]]), np.zeros(1), FREE)


@settings(max_examples=15)
@given(st.floats(0.2, 2), st.floats(0.3, 3), st.floats(0.3, 2))
def test_a_free_packet_spreads_as_in_the_textbook(hbar, mass, width):
    run = gaussian_fluid(at_rest(width), FREE, [hbar], [mass], [0.0, 0.7, 2.0])
    tau = hbar * np.array([0.0, 0.7, 2.0]) / (2 * mass * width**2)
    np.testing.assert_allclose(run.covariance[:, 0, 0], width**2 * (1 + tau**2), rtol=1e-9)


@settings(max_examples=6)
@given(st.floats(-0.8, 0.8), st.floats(0.5, 2), st.floats(0.3, 3))
def test_two_correlated_variables_are_a_wave_in_two_dimensions(correlation, hbar, ratio):
    grid = Box.square(-14.0, 14.0).grid(72, 72)
    x, y = grid.points
    covariance = np.array([[1.0, correlation], [correlation, 1.0]])
    stiffness = np.array([[0.5, 0.2], [0.2, 0.3]])
    hessian = np.array([[0.2, -0.1], [-0.1, 0.1]])
    mean, momentum = np.array([0.5, -0.3]), np.array([0.4, 0.2])
    start = GaussianFluid(mean, covariance, momentum, hessian)
    run = gaussian_fluid(start, stiffness, [hbar] * 2, [1.0, ratio], [0.0, 0.8])
    u, v = x - mean[0], y - mean[1]
    inverse = np.linalg.inv(covariance)
    exponent = inverse[0, 0] * u * u + 2 * inverse[0, 1] * u * v + inverse[1, 1] * v * v
    phase = momentum[0] * u + momentum[1] * v + 0.1 * u * u - 0.1 * u * v + 0.05 * v * v
    psi0 = np.exp(-exponent / 4 + 1j * phase / hbar)
    well = 0.25 * x * x + 0.2 * x * y + 0.15 * y * y
    wave = schrodinger(psi0, well, grid.box, hbar, [1.0, ratio], [0.0, 0.8], order=6)
    density = wave.density[-1] / wave.norm[-1]
    centre = np.array([grid.integrate(density * x), grid.integrate(density * y)])
    np.testing.assert_allclose(run.mean[-1], centre, atol=1e-5)
    dx, dy = x - centre[0], y - centre[1]
    moments = [[dx * dx + 0 * y, dx * dy], [dx * dy, dy * dy + 0 * x]]
    measured = grid.integrate(density * np.array(moments))
    np.testing.assert_allclose(run.covariance[-1], measured, atol=2e-5)


def test_gaussians_that_are_none():
    good = at_rest(1.0)
    with pytest.raises(ShapeError, match="must fit 1 directions"):
        gaussian_fluid(good, np.zeros((2, 2)), [1.0], [1.0], [0.0])
    with pytest.raises(ParameterError, match="must be finite and positive"):
        gaussian_fluid(good, FREE, [-1.0], [1.0], [0.0])
    with pytest.raises(NormalisationError, match="covariance: must be positive"):
        gaussian_fluid(at_rest(0.0), FREE, [1.0], [1.0], [0.0])


# Fringes


@settings(max_examples=30)
@given(st.floats(2, 30), st.floats(0, 6), st.floats(0.2, 1), st.floats(-1, 1))
def test_fringes_under_any_envelopes(wavenumber, phase, share, centre):
    q = np.arange(-6, 6, 0.01)
    one, two = np.exp(-(q**2) / 2), share * np.exp(-((q - centre) ** 2) / 3)
    both = one + two + 2 * np.sqrt(one * two) * np.cos(wavenumber * q + phase)
    assert fringe_wavenumber(both, one, two, 0.01) == pytest.approx(wavenumber, rel=1e-9)


@pytest.mark.parametrize("hbar", [0.5, 1.0, 2.3])
def test_hbar_from_the_packets_of_the_textbook(hbar):
    q = np.arange(-30, 30, 0.02)
    T, mass, width, separation = 2.0, 1.3, 0.4, 6.0
    left, right = (
        free_packet(q + side * separation / 2, T, width, 0.0, hbar, mass) for side in (1, -1)
    )
    densities = (np.abs(psi) ** 2 for psi in (left + right, left, right))
    wavenumber = fringe_wavenumber(*densities, 0.02)
    found = hbar_of_fringes(wavenumber, T, mass=mass, separation=separation, width=width)
    assert found == pytest.approx(hbar, rel=1e-9)
    far = 2 * math.pi * hbar * T / (mass * separation)  # of the double slit
    assert 2 * math.pi / wavenumber == pytest.approx(
        far * (1 + (2 * mass * width**2 / hbar / T) ** 2)
    )


def test_fringes_that_cannot_be_read():
    q = np.arange(-3, 3, 0.01)
    beam = np.exp(-(q**2))
    with pytest.raises(ResolutionError, match="shows less than one fringe"):
        fringe_wavenumber(2 * beam * (1 + np.cos(0.1 * q)), beam, beam, 0.01)
    with pytest.raises(ResolutionError, match="points on a fringe, at least 8 are needed"):
        fringe_wavenumber(2 * beam * (1 + np.cos(150 * q)), beam, beam, 0.01)
    with pytest.raises(ShapeError, match="one value for each point"):
        fringe_wavenumber(beam, beam[1:], beam, 0.01)
    with pytest.raises(ParameterError, match="spacing = 0"):
        fringe_wavenumber(beam, beam, beam, 0)
    with pytest.raises(ResolutionError, match="wavenumber = 30: must be at most 5, that of the"):
        hbar_of_fringes(30.0, 1.0, mass=1.0, separation=5.0, width=0.5)


# Projections


def wheel(spokes: int) -> np.ndarray:
    return np.stack([np.arange(spokes), (np.arange(spokes) + 1) % spokes], axis=1)


@settings(max_examples=25)
@given(st.integers(3, 12), st.integers(0, 2**16))
def test_what_a_gradient_leaves_of_a_flow_on_a_ring(spokes, seed):
    """By hand: on a cycle the rest is the circulation, spread in inverse ratio to the weights."""
    rng = np.random.default_rng(seed)
    flow, weights = rng.normal(size=spokes), rng.uniform(0.5, 2, spokes)
    rest = flow.sum() / weights / (1 / weights).sum()
    part = single_valued_part(wheel(spokes), flow, weights)
    assert part.unexplained == pytest.approx(weights @ rest**2 / (weights @ flow**2), abs=1e-12)
    assert part.potential[0] == 0


@settings(max_examples=15)
@given(st.integers(0, 2**16))
def test_gradients_are_explained_and_found_again(seed):
    rng = np.random.default_rng(seed)
    edges = np.array(
        [[i, j] for i in range(7) for j in range(i) if j == i - 1 or rng.random() < 0.5]
    )
    potential = rng.normal(size=7)
    flow = potential[edges[:, 1]] - potential[edges[:, 0]]
    part = single_valued_part(edges, flow, rng.uniform(0.5, 2, len(edges)))
    assert part.unexplained < 1e-25
    np.testing.assert_allclose(part.potential, potential - potential[0], atol=1e-12)


def test_projections_of_nothing():
    with pytest.raises(ShapeError, match="two vertices, one flow and one weight"):
        single_valued_part(wheel(4), np.ones(3), np.ones(4))
    with pytest.raises(NormalisationError, match="the flow not zero everywhere"):
        single_valued_part(wheel(4), np.zeros(4), np.ones(4))
    with pytest.raises(NormalisationError, match="weights must be larger than 0"):
        single_valued_part(wheel(4), np.ones(4), np.zeros(4))
