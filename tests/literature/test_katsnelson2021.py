"""Numbers that textbooks give for the equations behind Katsnelson & Vanchurin 2021."""

from __future__ import annotations

import numpy as np
import pytest

from qnpapers.emergent import BinaryHiddenUnits, CellGrid, LearningRule, fokker_planck


class DoubleWell:
    """F = q^4 / 4 - q^2 / 2: minima at +-1, a barrier of 1/4, curvatures 2 and -1."""

    def free_energy(self, q, _beta):
        return np.asarray(q) ** 4 / 4 - np.asarray(q) ** 2 / 2

    def mean_force(self, q, _beta):
        return np.asarray(q) ** 3 - np.asarray(q)


def measured_over_kramers(diffusion):
    """Rate at which the two wells exchange learners, over twice Kramers' rate of escape."""
    kramers = np.sqrt(2 * 1) / (2 * np.pi) * np.exp(-0.25 / diffusion)
    grid, late = CellGrid(-2.4, 2.4, 240), 0.5 / kramers
    rule = LearningRule(gamma=-1.0, diffusion=diffusion)
    run = fokker_planck(DoubleWell(), grid, rule, grid.gaussian(1, 0.2), [0.3 * late, late])
    imbalance = grid.mean(run.density, np.sign(grid.centres))
    return -np.log(imbalance[1] / imbalance[0]) / (0.7 * late) / (2 * kramers)


def test_escape_over_a_barrier():
    """H. A. Kramers, Physica 7 (1940) 284, for strong friction: exact as D -> 0, order D."""
    coarse, fine = (measured_over_kramers(diffusion) for diffusion in (0.05, 0.04))
    assert 0.9 < coarse < fine < 1
    assert fine + 4 * (fine - coarse) == pytest.approx(1, abs=0.01)


def test_relaxation_rates_in_a_parabola():
    """H. Risken, The Fokker-Planck Equation (1996), section 5.5.1: n times the stiffness."""
    spring = BinaryHiddenUnits([0.0], [0.0], decay=1.4)
    grid = CellGrid(-6, 6, 600)
    rule = LearningRule(gamma=-1.0, diffusion=0.5)
    run = fokker_planck(spring, grid, rule, grid.gaussian(0.5, 0.3), [0.5, 1.5])
    x = grid.centres / np.sqrt(0.5 / 1.4)
    for n, hermite in ((1, x), (2, x**2 - 1), (3, x**3 - 3 * x)):
        decay = np.log(np.abs(grid.mean(run.density, hermite)))
        assert decay[0] - decay[1] == pytest.approx(1.4 * n, rel=2e-3)


def test_free_energy_of_a_spin():
    """Curie and Langevin: F = -ln(2 cosh(beta h)) / beta, magnetisation tanh(beta h)."""
    spin = BinaryHiddenUnits([1.0], [0.0])
    assert spin.free_energy(0.0, beta=2.0) == pytest.approx(-np.log(2) / 2, abs=1e-15)
    assert spin.mean_force(0.5, beta=2.0) == pytest.approx(-np.tanh(1.0), abs=1e-15)
