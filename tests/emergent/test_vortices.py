"""`vortices`: against roots of polynomials and three plane waves; twists, darkness, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qnpapers.emergent import Box, schrodinger, vortices
from qnpapers.errors import NormalisationError, ParameterError, ShapeError

WALLS = Box.square(-3.0, 3.0, "hard").grid(90, 90)
TORUS = Box.square(0.0, 2 * np.pi).grid(96, 96)
X, Y = WALLS.points


@settings(max_examples=25)
@given(st.lists(st.tuples(st.floats(-2.5, 2.5), st.floats(-2.5, 2.5)), max_size=5), st.data())
def test_the_roots_of_a_polynomial_and_their_signs(roots, data):
    """(z - a) or its conjugate for each root: a vortex of winding +1 or -1 in its plaquette."""
    signs = [data.draw(st.sampled_from([1, -1])) for _ in roots]
    apart = [abs(complex(*a) - complex(*b)) for i, a in enumerate(roots) for b in roots[:i]]
    if min(apart, default=1) < 0.3:
        return
    psi = np.ones(WALLS.shape, dtype=complex)
    for (x, y), sign in zip(roots, signs, strict=True):
        psi = psi * (X - x + sign * 1j * (Y - y))
    try:
        found = vortices(psi, WALLS)
    except NormalisationError:  # a root on a point of the grid
        return
    assert sorted(found.charges.tolist()) == sorted(signs)
    for (x, y), sign in zip(roots, signs, strict=True):
        offsets = np.abs(found.positions - (x, y)).max(axis=1)
        nearest = int(offsets.argmin())
        assert offsets[nearest] <= 0.501 * WALLS.spacings[0]
        assert found.charges[nearest] == sign
    assert found.total == sum(signs)
    assert found.windings.dtype == int


@settings(max_examples=20)
@given(st.lists(st.integers(-4, 4), min_size=6, max_size=6), st.floats(0, 6), st.floats(0, 6))
def test_three_plane_waves_have_as_many_vortices_as_their_determinant_says(k, one, other):
    """1 + e^{ia} + e^{ib} vanishes where (a, b) = +-(2 pi / 3, -2 pi / 3): |det| points each."""
    x, y = TORUS.points
    phases = [k[0] * x + k[1] * y, k[2] * x + k[3] * y + one, k[4] * x + k[5] * y + other]
    psi = np.exp(1j * np.array([p + 0 * x * y for p in phases])).sum(axis=0)
    sides = np.array([[k[2] - k[0], k[3] - k[1]], [k[4] - k[0], k[5] - k[1]]])
    expected = abs(round(np.linalg.det(sides)))
    try:
        found = vortices(psi, TORUS)
    except NormalisationError:
        return
    if expected == 0:  # nodes on lines, or none
        return
    assert (found.charges == 1).sum() == (found.charges == -1).sum() == expected
    assert found.total == 0


@pytest.mark.parametrize("order", [1, 2, 3, -2])
def test_a_node_of_higher_order_has_its_winding_in_all(order):
    z = X - 0.013 + 1j * np.sign(order) * (Y + 0.021)
    assert vortices(z ** abs(order) * np.exp(-(X**2 + Y**2)), WALLS).total == order


def test_windings_on_a_torus_sum_to_zero_with_any_twist():
    grid = Box(((0.0, 1.0), (0.0, 2.0)), twists=(1.0, -2.2)).grid(24, 24)
    x, y = grid.points
    rng = np.random.default_rng(1)
    modes = sum(
        rng.normal() * np.exp(2j * np.pi * (a * x + b * y / 2 + rng.random()))
        for a in (-1, 0, 1)
        for b in (-1, 0, 1)
    )
    found = vortices(modes * np.exp(1j * (1.0 * x - 2.2 * y / 2)), grid)
    assert found.total == 0
    assert len(found.charges) > 1


def test_without_the_twist_the_seam_would_show_vortices():
    twisted = Box(((0.0, 1.0), (0.0, 1.0)), twists=(0.0, 2.5)).grid(16, 16)
    x, y = twisted.points
    psi = (2 + np.cos(2 * np.pi * x)) * np.exp(2.5j * y)
    assert len(vortices(psi, twisted).charges) == 0


def test_the_far_tails_are_dark_and_not_counted():
    grid = Box.square(-9.0, 9.0).grid(80, 80)
    x, y = grid.points
    noise = 1e-13 * np.random.default_rng(2).normal(size=(2, *grid.shape))
    psi = (x + 0.05 + 1j * (y - 0.04)) * np.exp(-(x**2 + y**2) / 2) + noise[0] + 1j * noise[1]
    found = vortices(psi, grid)
    assert found.charges.tolist() == [1]
    assert 0.4 < found.dark.mean() < 0.8
    assert not found.windings[found.dark].any()


def test_a_vortex_moves_with_the_packet_that_carries_it():
    """Displaced in a harmonic well, the node goes round like a classical particle."""
    grid = Box.square(-9.0, 9.0).grid(107, 107)
    x, y = grid.points
    psi0 = (x - 1 + 1j * y) * np.exp(-((x - 1) ** 2 + y**2) / 2)
    times = [0.0, 0.7, np.pi / 2, 2.5]
    run = schrodinger(psi0 + 0j, (x**2 + y**2) / 2, grid.box, 1.0, 1.0, times)
    for t, psi in zip(times[1:], run.psi[1:], strict=True):
        found = vortices(psi, grid)
        assert found.charges.tolist() == [1]
        assert np.abs(found.positions[0] - (np.cos(t), 0)).max() < grid.spacings[0]


def test_a_real_positive_wave_has_none():
    found = vortices(np.exp(-(X**2) - Y**2), WALLS)
    assert not found.windings.any()
    assert found.windings.shape == (89, 89)
    assert found.positions.shape == (0, 2)


def test_waves_without_a_phase():
    with pytest.raises(NormalisationError, match="psi: is zero everywhere"):
        vortices(np.zeros(WALLS.shape), WALLS)
    centred = Box.square(-1.0, 1.0, "hard").grid(11, 11)
    x, y = centred.points
    with pytest.raises(NormalisationError, match=r"vanishes at the point \(.*, .*\) of the grid"):
        vortices(x + 1j * y, centred)


def test_darkness_is_a_share():
    psi = (X + 0.01 + 1j * Y + 0.02j) * np.exp(-2 * (X**2 + Y**2))
    assert vortices(psi, WALLS, dark=1e-4).dark.sum() > vortices(psi, WALLS).dark.sum()
    assert vortices(psi, WALLS, dark=1e-4).charges.tolist() == [1]
    for dark in (0.0, 1.0, float("nan")):
        with pytest.raises(ParameterError, match=f"dark = {dark}: must be from 1e-15 to 1"):
            vortices(psi, WALLS, dark=dark)


@pytest.mark.parametrize(
    ("psi", "grid"),
    [
        (np.ones((3, 3)), WALLS),
        (np.ones(16), Box.ring(1.0).grid(16)),
        (np.full(WALLS.shape, np.nan), WALLS),
    ],
)
def test_shapes_that_do_not_fit(psi, grid):
    with pytest.raises(ShapeError, match="must be finite and fit a grid in two dimensions"):
        vortices(psi, grid)
