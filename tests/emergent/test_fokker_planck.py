"""The Fokker-Planck solver: conservative, positive, of order 2 in space and exact in time."""

from __future__ import annotations

import math
from importlib import import_module

import numpy as np
import pytest

from oracles import learning as oracle
from qnpapers.emergent import (
    BinaryHiddenUnits,
    CellGrid,
    GaussianHiddenUnits,
    LearningRule,
    eight_units,
    entropy_rates,
    equilibrium_density,
    fokker_planck,
)
from qnpapers.errors import (
    NormalisationError,
    ParameterError,
    ResolutionError,
    ShapeError,
    SizeError,
)

NETWORK = eight_units(2.5)
RULE = LearningRule(beta=1.0, gamma=-1.0, diffusion=0.25)
SPRING = GaussianHiddenUnits([[0.0]], [0.0], decay=1.3)  # F = 1.3 q^2 / 2 + constant
GRID = CellGrid(-6, 6, 300)
START = GRID.gaussian(1.5, 0.4)


def order(errors):
    """Observed order, from the last two of errors at widths that are halved."""
    return math.log2(errors[-2] / errors[-1])


@pytest.mark.parametrize("gamma", [-1.0, -0.3])
def test_against_the_dense_exponential(gamma):
    grid, rule = CellGrid(-6.4, 6.4, 96), LearningRule(gamma=gamma, diffusion=0.4)
    run = fokker_planck(NETWORK, grid, rule, grid.gaussian(0.5, 0.5), [0.3, 2.0])
    potential = -gamma / 0.4 * NETWORK.free_energy(grid.centres, 1.0)
    for time, density in zip(run.times, run.density, strict=True):
        dense = oracle.dense_evolution(
            potential, grid.width, 0.4, grid.gaussian(0.5, 0.5), float(time)
        )
        np.testing.assert_allclose(density, dense, atol=1e-13, rtol=0)  # squaring costs 2 digits


def test_order_two_in_space_against_the_exact_transient():
    rule = LearningRule(gamma=-0.8, diffusion=0.3)
    mean, variance = oracle.ornstein_uhlenbeck(0.9, 0.2, 0.8 * 1.3, 0.3 / 0.8 / 1.3, 1.1)
    errors = []
    for cells in (75, 150, 300):
        grid = CellGrid(-5, 5, cells)
        run = fokker_planck(SPRING, grid, rule, grid.gaussian(0.9, math.sqrt(0.2)), [1.1])
        exact = grid.gaussian(mean, math.sqrt(variance))
        errors.append(np.abs(run.density[0] - exact).sum() * grid.width)
    assert errors[-1] < 1e-3
    assert order(errors) == pytest.approx(2, abs=0.15)


def test_steps_on_the_way_change_nothing():
    """There is no time step: going in one piece or in ten is the same up to round-off."""
    once = fokker_planck(NETWORK, GRID, RULE, START, [2.0]).density[-1]
    often = fokker_planck(NETWORK, GRID, RULE, START, np.linspace(0.2, 2.0, 10)).density[-1]
    np.testing.assert_allclose(once, often, rtol=1e-10)  # relative, also where p = 1e-60


def test_conservative_and_positive_down_to_the_smallest_numbers():
    run = fokker_planck(NETWORK, GRID, RULE, START, np.linspace(0, 4, 9))
    np.testing.assert_allclose(run.density.sum(axis=1) * GRID.width, 1, atol=1e-12, rtol=0)
    assert (run.density[1:] > 0).all()
    assert run.density[-1].min() < 1e-50


def test_the_equilibrium_does_not_move():
    p = equilibrium_density(NETWORK, GRID, RULE)
    run = fokker_planck(NETWORK, GRID, RULE, p, [5.0])
    np.testing.assert_allclose(run.density[0], p, rtol=1e-10)


def test_equilibrium_moments_by_adaptive_quadrature():
    grid = CellGrid(-6, 6, 2400)
    p = equilibrium_density(NETWORK, grid, RULE)
    mean, variance = grid.moments(p)

    def potential(q):
        return float(NETWORK.free_energy(q, 1.0)) / 0.25

    exact = oracle.equilibrium_expectation(potential, lambda q: q, 5)
    assert mean == pytest.approx(exact, abs=1e-8)
    exact = oracle.equilibrium_expectation(potential, lambda q: (q - mean) ** 2, 5)
    assert variance == pytest.approx(exact, abs=1e-5)  # cells widen it by width^2 / 12


@pytest.mark.parametrize("decay", [1.0, 2.5])
def test_entropy_changes_by_production_less_destruction(decay):
    """Order 2 in the cells; dS/dt by a difference of order 4 in time."""
    errors = []
    for cells in (150, 300, 600):
        grid = CellGrid(-6, 6, cells)
        times = 0.3 + 0.01 * np.arange(5)
        run = fokker_planck(eight_units(decay), grid, RULE, grid.gaussian(1.5, 0.4), times)
        measured = np.array([1, -8, 0, 8, -1]) @ run.entropy / 0.12
        errors.append(abs(measured - (run.production - run.destruction)[2]))
    assert errors[-1] < 5e-3
    assert order(errors) == pytest.approx(2, abs=0.15)


def test_entropy_rates_of_a_normal_density():
    """4 D int |d sqrt p|^2 = D / sigma^2, and -gamma <F''> = -gamma decay."""
    grid = CellGrid(-6, 6, 1200)
    rule = LearningRule(gamma=-0.7, diffusion=0.3)
    production, destruction = entropy_rates(SPRING, grid, rule, grid.gaussian(0.3, 0.8))
    assert production == pytest.approx(0.3 / 0.64, rel=1e-4)
    assert destruction == pytest.approx(0.7 * 1.3, rel=1e-10)


def test_what_can_only_rise():
    """D S + gamma <F> rises until equilibrium, whatever S does."""
    run = fokker_planck(NETWORK, GRID, RULE, GRID.gaussian(1.5, 0.15), np.linspace(0, 3, 31))
    rising = RULE.diffusion * run.entropy + RULE.gamma * run.free_energy
    assert (np.diff(rising) > 0).all()
    assert run.entropy[5] > run.entropy[0]


def test_ascent_on_an_inverted_landscape_is_descent():
    """(gamma, F) -> (-gamma, -F) is the same theory."""

    class Inverted:
        def free_energy(self, q, beta):
            return -NETWORK.free_energy(q, beta)

        def mean_force(self, q, beta):
            return -NETWORK.mean_force(q, beta)

    ascent = LearningRule(gamma=1.0, diffusion=0.25)
    one = fokker_planck(NETWORK, GRID, RULE, START, [0.7])
    other = fokker_planck(Inverted(), GRID, ascent, START, [0.7])
    np.testing.assert_allclose(one.density, other.density, rtol=1e-12)
    np.testing.assert_allclose(one.destruction, other.destruction, rtol=1e-12)


def test_an_interrupted_run_keeps_what_it_has(monkeypatch):
    module = import_module("qnpapers.emergent.fokker_planck")
    advance, calls = module._advance, []

    def third_time_unlucky(*args):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return advance(*args)

    monkeypatch.setattr(module, "_advance", third_time_unlucky)
    run = fokker_planck(NETWORK, GRID, RULE, START, [0.1, 0.2, 0.3, 0.4])
    assert run.status == "interrupted"
    assert run.times.tolist() == [0.1, 0.2]
    assert run.density.shape == (2, 300)


def test_grid_and_its_densities():
    grid = CellGrid(-2, 2, 8)
    assert grid.edges.tolist() == [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2]
    assert grid.width == 0.5
    narrow = grid.gaussian(0.1, 0.3)
    assert narrow.sum() * grid.width == pytest.approx(1, abs=1e-15)
    share = 0.5 * (math.erf(0.4 / 0.3 / math.sqrt(2)) + math.erf(0.1 / 0.3 / math.sqrt(2)))
    assert narrow[4] * grid.width == pytest.approx(share, abs=1e-6)
    assert grid.entropy(np.full(8, 0.25)) == pytest.approx(math.log(4), abs=1e-15)
    assert grid.entropy([0, 2.0, 0, 0, 0, 0, 0, 0]) == pytest.approx(-math.log(2), abs=1e-15)


def _run(**changes):
    given = {
        "network": NETWORK,
        "grid": GRID,
        "rule": RULE,
        "density": START,
        "times": [1.0],
        **changes,
    }
    return fokker_planck(*given.values())


FLAT = BinaryHiddenUnits([0.3], [0.0], decay=0.0)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: LearningRule(beta=-1.0),
            ParameterError,
            "beta = -1.0: must be a finite number la",
        ),
        (
            lambda: LearningRule(diffusion=-0.1),
            ParameterError,
            "diffusion = -0.1: must be a finite",
        ),
        (lambda: LearningRule(gamma=math.nan), ParameterError, "gamma = nan: must be"),
        (lambda: LearningRule(gamma=0.0).temperature, ParameterError, "gamma = 0: there is no te"),
        (
            lambda: _run(rule=LearningRule(diffusion=0.0)),
            ParameterError,
            "diffusion = 0.0: must be",
        ),
        (lambda: _run(times=[1.0, 0.5]), ParameterError, "must increase, from 0 on"),
        (lambda: _run(times=[]), ParameterError, "a list of at least one finite number"),
        (lambda: _run(times=[1e6]), SizeError, "products with the matrix are needed, at most 1e"),
        (lambda: _run(density=START[1:]), ShapeError, r"shape \(299,\), must be \(300,\)"),
        (lambda: _run(density=2 * START), NormalisationError, "integrates to 2, must be 1"),
        (lambda: _run(density=START - 1e-3), NormalisationError, "must be finite, 0 or larger"),
        (lambda: _run(network=FLAT, times=[50.0]), NormalisationError, "flat or inverted"),
        (
            lambda: _run(rule=LearningRule(gamma=1.0)),
            NormalisationError,
            r"reaches an end of \[-6, 6\]",
        ),
        (
            lambda: _run(grid=CellGrid(-6, 6, 24), density=CellGrid(-6, 6, 24).gaussian(1.5, 0.4)),
            ResolutionError,
            "from cell to cell where the learners are, must be at most 1: use at least",
        ),
        (
            lambda: equilibrium_density(FLAT, GRID, RULE),
            NormalisationError,
            r"reaches an end of \[-6, 6\]",
        ),
        (lambda: GRID.gaussian(5.5, 0.4), NormalisationError, "holds 0.894350 of the normal"),
        (lambda: GRID.gaussian(0.0, 0.0), ParameterError, "deviation = 0.0: must be"),
        (lambda: CellGrid(1.0, 1.0, 5), ParameterError, "low = 1.0: must be smaller than high"),
        (lambda: CellGrid(0.0, 1.0, 0), ParameterError, "cells = 0: must be an integer of at le"),
    ],
)
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call()
