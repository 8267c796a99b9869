"""Levels on a ring: exact ones, Mathieu's, the monodromy, and what the boundary phase does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import mathieu_a, mathieu_b

from oracles.quantum_ring import by_differences, discriminant
from qnpapers.emergent import ring_levels
from qnpapers.errors import ParameterError, PrecisionError, ShapeError


def pendulum(q):
    return 0.5 * (1 - np.cos(q))


def rough(q):
    return np.exp(np.sin(2 * np.pi * q / 3)) + 0.3 * np.cos(4 * np.pi * q / 3 + 1)


@pytest.mark.parametrize("flux", [0.0, 0.3, np.pi, 5.0])
def test_a_free_ring(flux):
    hbar, mass, length = 0.7, 1.3, 2.5
    waves = (2 * np.pi * np.arange(-20, 21) + flux) / length
    exact = np.sort((hbar * waves) ** 2 / (2 * mass))[:9]
    assert ring_levels(None, hbar, mass, length, flux, 9) == pytest.approx(exact, abs=1e-13)
    flat = ring_levels(lambda q: 0 * q + 2.0, hbar, mass, length, flux, 9)
    assert flat - 2 == pytest.approx(exact, abs=1e-11)


@pytest.mark.parametrize("hbar", [0.2, 0.5, 3.0])
@pytest.mark.parametrize("flux", [0.0, np.pi])
def test_the_pendulum_has_the_characteristic_values_of_mathieu(hbar, flux):
    """Literature: E = 1/2 + hbar^2 a / 8 with the values a of even (flux 0) or odd order."""
    strength, orders = 4 * 0.5 / hbar**2, np.arange(0 if flux == 0 else 1, 14, 2)
    values = [mathieu_a(n, strength) for n in orders]
    values += [mathieu_b(n, strength) for n in orders if n > 0]
    exact = 0.5 + hbar**2 / 8 * np.sort(values)[:6]
    found = ring_levels(pendulum, hbar, 1.0, 2 * np.pi, flux, 6)
    assert found == pytest.approx(exact, rel=1e-10, abs=1e-11)


@pytest.mark.parametrize("flux", [0.0, 1.1, 4.0])
def test_the_monodromy_of_every_level_has_the_boundary_phase(flux):
    for energy in ring_levels(rough, 0.6, 0.8, 3.0, flux, 5):
        trace = discriminant(rough, 0.6, 0.8, 3.0, energy)
        assert trace == pytest.approx(np.cos(flux), abs=1e-8)


def test_differences_converge_to_it_with_second_order():
    exact = ring_levels(rough, 0.6, 0.8, 3.0, 1.1, 4)
    errors = [
        np.abs(by_differences(rough, 0.6, 0.8, 3.0, 1.1, points)[:4] - exact).max()
        for points in (64, 128)
    ]
    assert np.log2(errors[0] / errors[1]) == pytest.approx(2, abs=0.15)


@settings(max_examples=15)
@given(flux=st.floats(-7, 7), turns=st.integers(-3, 3))
def test_only_the_remainder_of_the_flux_matters(flux, turns):
    one = ring_levels(rough, 0.6, 0.8, 3.0, flux, 4)
    other = ring_levels(rough, 0.6, 0.8, 3.0, flux + 2 * np.pi * turns, 4)
    mirrored = ring_levels(lambda q: rough(-q), 0.6, 0.8, 3.0, -flux, 4)
    assert other == pytest.approx(one, abs=1e-10)
    assert mirrored == pytest.approx(one, abs=1e-10)


@settings(max_examples=15)
@given(flux=st.floats(0.1, 3.0), shift=st.floats(0, 3))
def test_where_the_ring_begins_does_not_matter(flux, shift):
    moved = ring_levels(lambda q: rough(q + shift), 0.6, 0.8, 3.0, flux, 4)
    assert moved == pytest.approx(ring_levels(rough, 0.6, 0.8, 3.0, flux, 4), abs=1e-10)


def test_the_zero_of_the_energy_moves_all_levels():
    higher = ring_levels(lambda q: rough(q) + 5, 0.6, 0.8, 3.0, 0.4, 4)
    assert higher - 5 == pytest.approx(ring_levels(rough, 0.6, 0.8, 3.0, 0.4, 4), abs=1e-10)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hbar": 0.0}, "hbar = 0.0: must be a finite number larger than 0"),
        ({"mass": -1.0}, "mass = -1.0: must be"),
        ({"length": np.inf}, "length = inf: must be"),
        ({"flux": np.nan}, "flux = nan: must be a finite number"),
        ({"count": 0}, "count = 0: must be from 1 to 512"),
        ({"count": 513}, "count = 513: must be from 1 to 512"),
    ],
)
def test_wrong_arguments(change, message):
    arguments = {"hbar": 1.0, "mass": 1.0, "length": 1.0, "flux": 0.0, "count": 3}
    with pytest.raises(ParameterError, match=message):
        ring_levels(None, **(arguments | change))


@pytest.mark.parametrize(
    "potential", [lambda q: q.sum(), lambda q: q[:-1], lambda q: 1j * q, lambda q: q / 0.0 * 0]
)
def test_a_potential_that_is_none(potential):
    with pytest.raises(ShapeError, match="potential: of shape"), np.errstate(all="ignore"):
        ring_levels(potential, 1.0, 1.0, 1.0, 0.0, 3)


def test_a_potential_with_a_jump(monkeypatch):
    module = __import__(ring_levels.__module__, fromlist=["MAX_WAVES"])
    monkeypatch.setattr(module, "MAX_WAVES", 256)
    with pytest.raises(PrecisionError, match="with 256 waves the levels still change by"):
        ring_levels(lambda q: 10 * q, 1.0, 1.0, 1.0, 0.0, 3)
