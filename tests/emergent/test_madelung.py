"""Fluids on a ring: against waves, finite differences and exact solutions; nodes; refusals."""

from __future__ import annotations

import importlib
import math
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracles.fluids import flow as differences
from oracles.waves import on_a_ring
from qnpapers.emergent import (
    Box,
    fluid_of_wave,
    madelung,
    ripple_frequencies,
    ripple_hbar_squared,
    stationary_flow,
    wave_of_fluid,
)
from qnpapers.emergent.ring_fluid import MAX_TAIL, RingFluid
from qnpapers.errors import NormalisationError, ParameterError, ResolutionError, ShapeError

LENGTH = 5.0
BOX = Box.ring(LENGTH)


def state(points: int, turns: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Density, velocity and potential; `turns` is the circulation over 2 pi, with m = 1.2."""
    angle = 2 * np.pi * BOX.grid(points).points[0] / LENGTH
    density = (1 + 0.3 * np.cos(angle) + 0.1 * np.sin(2 * angle)) / LENGTH
    velocity = 0.2 * np.cos(angle) + 2 * np.pi * turns / (1.2 * LENGTH)
    return density, velocity, 0.2 * np.cos(angle + 0.4)


def mixture(r: float, q: np.ndarray, t: float) -> np.ndarray:
    """Exact wave 1 + r e^{iq}, normalised, with hbar = m = 1; its node is at distance 1 - r."""
    return (1 + r * np.exp(1j * (q - t / 2))) / math.sqrt(2 * np.pi * (1 + r * r))


# Against other solutions


@settings(max_examples=8)
@given(st.floats(0.4, 1.5), st.sampled_from([0.0, 0.37, 1.0, -2.0]))
def test_a_fluid_is_a_wave_with_the_twist_of_its_circulation(hbar, quanta):
    density, velocity, potential = state(48, turns=hbar * quanta)
    run = madelung(density, velocity, potential, BOX, hbar, 1.2, [0.0, 0.8])
    psi, twist = wave_of_fluid(density, velocity, BOX, hbar, 1.2)
    assert twist == pytest.approx(2 * np.pi * quanta, abs=1e-12)
    wave = on_a_ring(psi, potential, hbar, 1.2, LENGTH, 0.8, twist)
    assert run.status == "completed"
    np.testing.assert_allclose(run.density[-1], np.abs(wave) ** 2, atol=1e-6)


@pytest.mark.parametrize("learning", [0.0, 0.2])
def test_against_finite_differences_of_density_and_free_energy(learning):
    """Without circulation, where the free energy is periodic and can be followed itself."""
    angle = 2 * np.pi * BOX.grid(64).points[0] / LENGTH
    density, _, potential = state(64)
    free_energy = 0.2 * np.sin(angle)
    gradient = 0.2 * np.cos(angle) * 2 * np.pi / LENGTH
    gamma, diffusion, lam = 0.5, 0.3, 2.5
    if learning:
        run = stationary_flow(
            density, gradient, potential, BOX, gamma=gamma, diffusion=diffusion, lam=lam,
            times=[0.0, 0.5],
        )  # fmt: skip
    else:
        hbar = math.sqrt(4 * diffusion / (gamma * lam))
        run = madelung(density, gradient, potential, BOX, hbar, 1.0, [0.0, 0.5])
    p, w = differences(
        density,
        free_energy,
        potential,
        LENGTH,
        0.5,
        gamma=gamma,
        pressure=4 * diffusion / lam,
        learning=learning,
    )
    # Order 8: the eighth power of k h = 8 x 0.1, times small coefficients.
    np.testing.assert_allclose(run.density[-1], p, atol=1e-6)
    np.testing.assert_allclose(run.gradient[-1], w, atol=1e-5)


def test_the_learning_flow_is_a_wave_with_the_exact_constant():
    """4 D / (gamma lam) - 1 / lam^2, with the phase G = F - ln p / (2 lam)."""
    gamma, diffusion, lam = 0.4, 0.5, 1.5
    density, velocity, potential = state(64)
    rule = {"gamma": gamma, "diffusion": diffusion, "lam": lam}
    run = stationary_flow(density, velocity, potential, BOX, **rule, times=[0.0, 0.7])
    hbar = math.sqrt(4 * diffusion / (gamma * lam) - 1 / lam**2)
    psi, twist = wave_of_fluid(density, velocity, BOX, hbar, 1.0)
    psi = psi * np.exp(-0.5j * np.log(density) / (lam * hbar))
    wave = on_a_ring(psi, potential, hbar, 1 / (2 * gamma), LENGTH, 0.7, twist)
    np.testing.assert_allclose(run.density[-1], np.abs(wave) ** 2, atol=1e-8)


def test_without_hbar_velocities_stay_with_their_rays():
    """Hamilton-Jacobi: from a uniform density and u = -0.5 sin, exact along straight rays."""
    box = Box.ring(2 * np.pi)
    (q,) = box.grid(128).points
    run = madelung(np.full_like(q, 0.5 / np.pi), -0.5 * np.sin(q), None, box, 0.0, 1.0, [0.0, 1.0])
    ends = q - 0.5 * np.sin(q)
    place = np.interp(q, ends, q, period=None)  # a first guess; then Newton
    for _ in range(50):
        place -= (place - 0.5 * np.sin(place) - q) / (1 - 0.5 * np.cos(place))
    np.testing.assert_allclose(run.velocity[-1], -0.5 * np.sin(place), atol=1e-6)
    expected = 1 / (2 * np.pi * (1 - 0.5 * np.cos(place)))
    np.testing.assert_allclose(run.density[-1], expected, atol=1e-5)


@pytest.mark.parametrize("quanta", [0.0, 0.37, 1.0, 2.0])
def test_circulation_norm_and_energy_are_conserved(quanta):
    density, velocity, potential = state(48, turns=quanta)
    run = madelung(density, velocity, potential, BOX, 1.0, 1.2, np.linspace(0, 1, 6))
    # The mean of w is added up from 48 numbers of size 2.
    assert np.abs(run.circulation - 2 * np.pi * quanta).max() < 1e-13
    assert np.abs(run.norm - 1).max() < 1e-8
    assert np.ptp(run.energy) < 1e-7 * abs(run.energy[0])


def test_the_order_in_the_step_is_four():
    density, velocity, potential = state(24)
    longest = RingFluid(BOX.grid(24), potential, 1 / 2.4, 1 / 2.4).longest_step(1.2 * velocity)

    def last(parts: int) -> np.ndarray:
        step = 0.9 * longest / parts
        run = madelung(density, velocity, potential, BOX, 1.0, 1.2, [0.0, 2.0], step=step)
        return run.density[-1]

    coarse, middle, fine = last(4), last(8), last(16)
    slope = math.log2(np.abs(coarse - middle).max() / np.abs(middle - fine).max())
    assert slope == pytest.approx(4, abs=0.15)


@pytest.mark.parametrize(("r", "points"), [(0.6, 48), (0.6, 96), (0.9, 256), (0.95, 512)])
def test_the_tail_bounds_the_error_near_a_node(r, points):
    """Exact solution 1 + r e^{iq}: the closer the node, the more points."""
    box = Box.ring(2 * np.pi)
    (q,) = box.grid(points).points
    density, velocity = fluid_of_wave(mixture(r, q, 0.0), box.grid(points), 1.0, 1.0)
    T = 0.05 if points == 512 else 0.2
    run = madelung(density, velocity, None, box, 1.0, 1.0, [0.0, T])
    error = 2 * np.pi * np.abs(run.density[-1] - np.abs(mixture(r, q, T)) ** 2).mean()
    assert run.status == "completed"
    assert error < max(run.tail[-1], 1e-11)


@pytest.mark.parametrize("concentration", [4.0, 6.0, 8.0])
def test_a_sharp_packet_is_stopped_and_what_is_returned_is_right(concentration):
    box = Box.ring(2 * np.pi)
    (q,) = box.grid(128).points
    density = np.exp(concentration * np.cos(q))
    density /= 2 * np.pi * density.mean()
    times = np.linspace(0, 1.2, 25)
    run = madelung(density, 0 * q, None, box, 1.0, 1.0, times)
    assert run.status == "unresolved"
    assert 1 < len(run.times) < 25
    assert run.times[-1] < run.stopped < 1.2
    assert run.tail.max() <= MAX_TAIL
    for t, p in zip(run.times, run.density, strict=True):
        wave = on_a_ring(np.sqrt(density) + 0j, 0 * q, 1.0, 1.0, 2 * np.pi, t)
        assert 2 * np.pi * np.abs(p - np.abs(wave) ** 2).mean() < MAX_TAIL


def test_where_hbar_squared_is_negative_short_waves_grow_without_bound():
    (q,) = BOX.grid(48).points
    density = (1 + 1e-3 * np.cos(2 * np.pi * q / LENGTH)) / LENGTH
    rule = {"gamma": 0.5, "diffusion": 0.05, "lam": 1.0}
    run = stationary_flow(density, 0 * q, None, BOX, **rule, times=np.linspace(0, 20, 41))
    assert run.status == "unresolved"
    assert run.stopped < 20


# Between fluid and wave


@settings(max_examples=20)
@given(st.floats(0.2, 2), st.floats(0.3, 3), st.floats(-2, 2))
def test_polar_form_there_and_back(hbar, mass, turns):
    density, velocity, _ = state(64, turns)
    psi, twist = wave_of_fluid(density, velocity, BOX, hbar, mass)
    grid = Box.ring(LENGTH, twist).grid(64)
    p, u = fluid_of_wave(psi, grid, hbar, mass)
    np.testing.assert_allclose(p, density, rtol=1e-12)
    np.testing.assert_allclose(u, velocity, atol=1e-9)


def test_velocities_in_two_dimensions():
    grid = Box(((0.0, 2 * np.pi), (0.0, 2 * np.pi))).grid(32, 32)
    x, y = grid.points
    psi = (2 + np.cos(x)) * np.exp(1j * (2 * x - 3 * y + 0.3 * np.sin(y)))
    _, u = fluid_of_wave(psi, grid, 0.5, 2.0)
    _, v = fluid_of_wave(psi, grid, 0.5, 2.0, side=1)
    np.testing.assert_allclose(u, np.full_like(u, 0.5), atol=1e-12)
    np.testing.assert_allclose(v, 0.25 * (-3 + 0.3 * np.cos(y)) + 0 * x, atol=1e-8)


def test_no_velocity_at_a_node_and_no_derivative_at_walls():
    (q,) = BOX.grid(16).points
    with pytest.raises(NormalisationError, match="psi: is zero at a point of the grid"):
        fluid_of_wave(np.sin(2 * np.pi * q / LENGTH) * (q > 0), BOX.grid(16), 1.0, 1.0)
    with pytest.raises(ParameterError, match="derivatives are taken on periodic sides only"):
        fluid_of_wave(np.ones(16), Box.line(0, 1, "hard").grid(16), 1.0, 1.0)


# Ripples


@settings(max_examples=20)
@given(
    st.floats(-3, 3),
    st.floats(-3, 3),
    st.floats(-0.3, 0.3),
    st.floats(-0.3, 0.3),
    st.floats(0.1, 1),
)
def test_two_frequencies_are_found(one, other, growth, decay, share):
    if abs(one - other) < 0.2:
        other = one + 0.2
    expected = sorted([one + 1j * growth, other + 1j * decay], key=lambda f: (f.real, f.imag))
    t = 0.4 * np.arange(24)
    amplitude = np.exp(-1j * expected[0] * t) + share * np.exp(-1j * expected[1] * t)
    assert ripple_frequencies(amplitude, 0.4) == pytest.approx(expected[::-1], abs=1e-7)


def test_ripples_that_cannot_be_read():
    with pytest.raises(ShapeError, match="at least 4 finite values"):
        ripple_frequencies(np.ones(3), 0.1)
    with pytest.raises(ResolutionError, match="not two oscillations of different frequency"):
        ripple_frequencies(np.exp(-1j * np.arange(8)), 0.1)
    with pytest.raises(ParameterError, match="interval = 0"):
        ripple_frequencies(np.ones(8), 0)


@pytest.mark.parametrize(("wave", "turns"), [(1, 0.0), (2, 0.7), (3, -1.0)])
def test_ripples_measure_hbar_on_any_flow(wave, turns):
    (q,) = BOX.grid(24).points
    density = (1 + 1e-4 * np.cos(2 * np.pi * wave * q / LENGTH)) / LENGTH
    flow = np.full_like(q, 2 * np.pi * turns / (1.2 * LENGTH))
    times = 0.05 * np.arange(41)
    run = madelung(density, flow, None, BOX, 0.8, 1.2, times, step=0.01)
    assert ripple_hbar_squared(run.density, 0.05, LENGTH, 1.2, wave) == pytest.approx(
        0.64, abs=1e-5
    )


# Refused


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"hbar": -1.0}, ParameterError, "hbar = -1.0: must be a finite number, 0 or larger"),
        ({"mass": 0.0}, ParameterError, "mass = 0.0"),
        ({"times": [1.0, 0.0]}, ParameterError, "must increase"),
        ({"step": -1.0}, ParameterError, "step = -1.0"),
        ({"step": 1.0}, ResolutionError, r"step = 1: must be at most 0.0\d+, 2.5 over the freq"),
        ({"box": Box.line(0, 5, "hard")}, ParameterError, "must be a ring without twist"),
        ({"box": Box.ring(5, 1.0)}, ParameterError, "must be a ring without twist"),
        ({"box": Box.square(0, 5)}, ParameterError, "must be a ring without twist"),
        ({"velocity0": np.zeros(8)}, ShapeError, r"of shapes \(32,\) and \(8,\)"),
        ({"velocity0": np.full(32, np.nan)}, ShapeError, "must be finite"),
        ({"density0": np.full(32, 0.3)}, NormalisationError, "integrates to 1.5, must be 1"),
        ({"density0": np.full(32, -0.2)}, NormalisationError, "must be larger than 0 everywhere"),
    ],
)
def test_what_is_no_fluid(change, kind, message):
    density, velocity, potential = state(32)
    arguments = {
        "density0": density, "velocity0": velocity, "potential": potential, "box": BOX,
        "hbar": 1.0, "mass": 1.2, "times": [0.0, 1.0], **change,
    }  # fmt: skip
    with pytest.raises(kind, match=message):
        madelung(**arguments)


def test_too_few_points():
    with pytest.raises(ShapeError, match="8 points, at least 12 are needed"):
        madelung(np.full(8, 0.2), np.zeros(8), None, BOX, 1.0, 1.0, [0.0])


def test_a_node_at_the_start_is_refused():
    box = Box.ring(2 * np.pi)
    (q,) = box.grid(64).points
    psi = mixture(0.999, q, 0.0)
    density, velocity = fluid_of_wave(psi, box.grid(64), 1.0, 1.0)
    with pytest.raises(ResolutionError, match="a density with zeros never has enough"):
        madelung(density, velocity, None, box, 1.0, 1.0, [0.0, 1.0])


@pytest.mark.parametrize(
    "change", [{"gamma": 0.0}, {"lam": -1.0}, {"diffusion": -0.1}, {"gamma": math.nan}]
)
def test_rules_that_make_no_flow(change):
    density, velocity, potential = state(32)
    rule = {"gamma": 0.5, "diffusion": 0.3, "lam": 2.0, **change}
    with pytest.raises(ParameterError, match=f"{next(iter(change))} = "):
        stationary_flow(density, velocity, potential, BOX, **rule, times=[0.0])


def test_an_interruption_keeps_what_was_computed(monkeypatch):
    density, velocity, potential = state(32)
    times = np.linspace(0, 1, 11)
    whole = madelung(density, velocity, potential, BOX, 1.0, 1.2, times)
    left = iter(range(3))

    @contextmanager
    def interrupted(*_):
        def advance(_: int) -> None:
            if next(left, None) is None:
                raise KeyboardInterrupt

        yield advance

    module = importlib.import_module("qnpapers.emergent.ring_fluid")
    monkeypatch.setattr(module, "progress", interrupted)
    part = madelung(density, velocity, potential, BOX, 1.0, 1.2, times)
    assert part.status == "interrupted"
    np.testing.assert_array_equal(part.density, whole.density[: len(part.times)])
    assert len(part.times) == 5


def test_a_uniform_fluid_at_rest_stays():
    p = np.full(16, 1 / LENGTH)
    run = madelung(p, np.zeros(16), None, BOX, 0.0, 1.0, [0.0, 5.0])
    assert run.status == "completed"
    np.testing.assert_allclose(run.density[-1], p, rtol=1e-14)
