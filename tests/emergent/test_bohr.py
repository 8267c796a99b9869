"""Bohr's test of Planck's constant, and the wave that belongs to a learning equilibrium."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qnpapers.emergent import (
    BinaryHiddenUnits,
    LearningRule,
    bohr_test,
    eight_units,
    equilibrium_potential,
    ring_levels,
)
from qnpapers.errors import ParameterError


@pytest.mark.parametrize(
    ("ratio", "published"),
    [
        (0.5, [0.5, 0.75, 0.83333, 0.875]),
        (1.0, [1, 1, 1, 1]),
        (2.0, [2, 1.2, 1.11111, 1.07692]),
    ],
)
def test_the_constants_of_the_prototype(ratio, published):
    """Numbers that were measured before this library was written, to five digits."""
    mu = 2 * math.pi * 0.5 * ratio
    found = [bohr_test(mu, 0.5, n).from_levels / (mu / (2 * math.pi)) for n in range(4)]
    assert found == pytest.approx(published, abs=1e-5)


@settings(max_examples=10)
@given(
    mu=st.floats(0.1, 10),
    hbar=st.floats(0.05, 3),
    n=st.integers(0, 5),
    mass=st.floats(0.1, 5),
    length=st.floats(0.2, 10),
)
def test_levels_follow_the_formula_and_ripples_the_constant_of_the_fluid(mu, hbar, n, mass, length):
    found = bohr_test(mu, hbar, n, mass=mass, length=length)
    formula = mu / (2 * math.pi) * (2 * n + 1) / (2 * n + 2 * math.pi * hbar / mu)
    assert found.from_levels == pytest.approx(formula, rel=1e-6)
    # slow and fast frequencies nearly cancel where the flow is much faster than the ripple
    assert found.from_ripples == pytest.approx(hbar, rel=1e-6 * (1 + n * mu / hbar))


def test_tuned_frequencies_are_differences_of_levels():
    """Oracle: with hbar = mu / 2 pi the beats are those of the Schroedinger equation's levels."""
    hbar = 0.7
    levels = np.unique(ring_levels(None, hbar, 1.3, 2.0, 0.0, 7).round(9))
    for n in range(3):
        found = bohr_test(2 * math.pi * hbar, hbar, n, mass=1.3, length=2.0)
        assert hbar * found.fast == pytest.approx(levels[n + 1] - levels[n], rel=1e-6)
        assert found.spacing == pytest.approx(levels[n + 1] - levels[n], rel=1e-9)
        if n:
            assert hbar * found.slow == pytest.approx(levels[n] - levels[n - 1], rel=1e-6)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"mu": 0.0}, "mu = 0.0: must be"),
        ({"hbar": -1.0}, "hbar = -1.0: must be"),
        ({"mass": 0.0}, "mass = 0.0: must be"),
        ({"length": np.inf}, "length = inf: must be"),
        ({"winding": -1}, "winding = -1: must be 0 or larger"),
    ],
)
def test_wrong_arguments(change, message):
    with pytest.raises(ParameterError, match=message):
        bohr_test(**({"mu": 1.0, "hbar": 1.0, "winding": 0} | change))


def test_the_root_of_the_equilibrium_has_energy_zero():
    """-(hbar^2 / 2m) psi'' + V psi = 0 for psi = e^{gamma F / 2 D}, by differences."""
    network, rule, mass = eight_units(), LearningRule(diffusion=0.4), 1.7
    q, h = np.linspace(-3, 2, 51), 1e-3
    hbar = 2 * mass * rule.diffusion

    def psi(q):
        return np.exp(rule.gamma * network.free_energy(q, rule.beta) / (2 * rule.diffusion))

    bend = (psi(q + h) - 2 * psi(q) + psi(q - h)) / h**2
    V = equilibrium_potential(network, rule, mass=mass)(q)
    residual = -(hbar**2) / (2 * mass) * bend + V * psi(q)
    assert np.abs(residual).max() < 1e-4 * np.abs(V * psi(q)).max()


def test_a_parabola_gives_the_oscillator():
    """Literature: the Ornstein-Uhlenbeck process and the harmonic oscillator, omega = |gamma| k."""
    spring = BinaryHiddenUnits([0.0], [0.0], decay=3.0)
    rule = LearningRule(gamma=-0.5, diffusion=0.2)
    q, omega, mass = np.linspace(-2, 2, 9), 1.5, 0.8
    expected = mass * omega**2 * q**2 / 2 - (2 * mass * 0.2) * omega / 2
    assert equilibrium_potential(spring, rule, mass=mass)(q) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("rule", "mass", "message"),
    [
        (LearningRule(), 0.0, "mass = 0.0: must be"),
        (LearningRule(diffusion=0.0), 1.0, "diffusion = 0.0: must be"),
    ],
)
def test_no_wave_without_mass_or_noise(rule, mass, message):
    with pytest.raises(ParameterError, match=message):
        equilibrium_potential(eight_units(), rule, mass=mass)
