"""Ensembles of learners: right densities, the same for any number of threads, interruptible."""

from __future__ import annotations

import math

import numpy as np
import pytest

from oracles import learning as oracle
from qnpapers.emergent import (
    BinaryHiddenUnits,
    CellGrid,
    GaussianHiddenUnits,
    LearningRule,
    eight_units,
    equilibrium_density,
    fokker_planck,
    joint_equilibrium,
    normal_start,
    simulate_learning,
    simulate_two_time_scales,
    spacing_entropy,
)
from qnpapers.emergent.blocks import BLOCK, progress
from qnpapers.emergent.force_table import tabulate_force
from qnpapers.errors import (
    NormalisationError,
    ParameterError,
    ResolutionError,
    ShapeError,
    SizeError,
)

NETWORK = eight_units(2.5)
RULE = LearningRule()
GRID = CellGrid(-6, 6, 120)
FEW = CellGrid(-6, 6, 12)
PAIR = BinaryHiddenUnits([0.9, -0.7], [0.3, 0.1], decay=2.0)
SPRING = GaussianHiddenUnits([[0.0]], [0.0], decay=1.3)


def run(size=1000, seed=1, **changes):
    given = {
        "network": NETWORK,
        "rule": RULE,
        "start": normal_start(1.5, 0.4),
        "times": [0.0, 0.5, 1.0],
        "step": 0.01,
        "grid": GRID,
        "rng": np.random.default_rng(seed),
        **changes,
    }
    network, rule = given.pop("network"), given.pop("rule")
    return simulate_learning(network, size, rule, **given)


def two_scales(size=1000, seed=1, **changes):
    given = {
        "relaxation": 0.2,
        "start": normal_start(0.0, 0.3),
        "times": [1.0],
        "step": 0.02,
        "grid": GRID,
        "rng": np.random.default_rng(seed),
        **changes,
    }
    return simulate_two_time_scales(given.pop("network", PAIR), size, RULE, **given)


def test_a_single_path_is_that_of_the_formula():
    """The same random numbers, the force by its formula: equal up to the spline's nine digits."""
    rng = np.random.default_rng(9)
    [child] = np.random.default_rng(9).spawn(1)
    result = run(size=50, keep=50, rng=rng, times=[1.0])
    start = child.normal(1.5, 0.4, 50)
    by_formula = oracle.plain_learners(
        NETWORK.w, NETWORK.c, 2.5, 1.0, -1.0, 0.25, start, 100, 0.01, child
    )
    np.testing.assert_allclose(result.paths[0], by_formula, atol=1e-8)


def test_learners_outside_of_the_table_use_the_force_itself():
    rng = np.random.default_rng(9)
    [child] = np.random.default_rng(9).spawn(1)
    narrow = CellGrid(-0.5, 0.5, 10)
    result = run(size=50, keep=50, rng=rng, times=[1.0], grid=narrow)
    start = child.normal(1.5, 0.4, 50)
    by_formula = oracle.plain_learners(
        NETWORK.w, NETWORK.c, 2.5, 1.0, -1.0, 0.25, start, 100, 0.01, child
    )
    np.testing.assert_allclose(result.paths[0], by_formula, atol=1e-8)
    assert result.outside.sum() + result.counts.sum() == 50
    assert result.outside[0, 0] == np.count_nonzero(by_formula < -0.5)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_change_nothing(threads):
    """Three blocks, the last one not full."""
    expected = run(size=2 * BLOCK + 100, threads=None, keep=BLOCK + 3)
    result = run(size=2 * BLOCK + 100, threads=threads, keep=BLOCK + 3)
    assert (result.counts == expected.counts).all()
    assert result.mean.tobytes() == expected.mean.tobytes()
    assert result.variance.tobytes() == expected.variance.tobytes()
    assert result.paths.tobytes() == expected.paths.tobytes()
    assert result.paths.shape == (3, BLOCK + 3)


def test_an_interrupted_run_is_a_smaller_run():
    calls = []

    def third_block_unlucky(rng, size):
        calls.append(size)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return rng.normal(1.5, 0.4, size)

    stopped = run(size=4 * BLOCK, start=third_block_unlucky, threads=1)
    smaller = run(size=2 * BLOCK)
    assert stopped.status == "interrupted"
    assert stopped.learners == 2 * BLOCK
    assert smaller.status == "completed"
    assert (stopped.counts == smaller.counts).all()
    assert stopped.mean.tobytes() == smaller.mean.tobytes()


def test_an_interruption_before_anything_is_done_is_passed_on():
    def unlucky(_rng, _size):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(start=unlucky)


def test_a_bar_only_on_a_terminal(capsys):
    with progress("learners", 10) as advance:
        advance(10)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("decay", [1.0, 2.5])
def test_the_ensemble_has_the_density_of_the_fokker_planck_equation(decay):
    """L1 distance at the sampling floor: 5e4 learners, where the bias of the step is far below."""
    network, grid = eight_units(decay), CellGrid(-6, 6, 480)
    coarse = fokker_planck(network, grid, RULE, grid.gaussian(1.5, 0.4), [0.5, 1.0]).density
    expected = coarse.reshape(2, 120, 4).mean(axis=2)
    result = run(50_000, network=network, times=[0.5, 1.0], step=0.0025)
    floor = result.noise_floors(expected)
    assert (result.distances(expected) < 1.35 * floor).all()
    assert (result.distances(expected) > 0.65 * floor).all()
    wrong = np.roll(expected, 1, axis=1)
    assert (result.distances(wrong) > 2 * floor).all()


def test_the_floor_is_what_poisson_numbers_give():
    density = GRID.gaussian(0.0, 1.0)
    result = run(2000)
    expected = density * GRID.width * 2000
    drawn = np.random.default_rng(2).poisson(expected, size=(4000, 120))
    simulated = np.abs(drawn - expected).sum(axis=1) / 2000
    error = simulated.std() / math.sqrt(len(simulated))
    assert abs(simulated.mean() - result.noise_floors(density)) < 4 * error


def test_moments_of_the_exact_transient():
    """An Euler-Maruyama step of a linear force has exact moments of its own: no step bias here."""
    rule, step, count = LearningRule(gamma=-0.8, diffusion=0.3), 0.05, 100_000
    result = run(
        count, network=SPRING, rule=rule, step=step, times=[1.0], start=normal_start(0.9, 0.5)
    )
    mean, variance = 0.9, 0.25
    for _ in range(20):
        mean *= 1 - 0.8 * 1.3 * step
        variance = variance * (1 - 0.8 * 1.3 * step) ** 2 + 2 * 0.3 * step
    assert abs(result.mean[0] - mean) < 3 * math.sqrt(variance / count)
    assert abs(result.variance[0] - variance) < 3 * variance * math.sqrt(2 / count)


def test_without_noise_everyone_falls_into_the_minimum():
    rule = LearningRule(diffusion=0.0)
    result = run(20, rule=rule, times=[20.0], step=0.05, keep=20)
    assert np.ptp(result.paths) < 1e-7
    assert abs(NETWORK.mean_force(result.paths[0, 0], 1.0)) < 1e-7


def test_force_tables():
    table = tabulate_force(np.sin, -2.0, 3.0)
    x = np.linspace(-2, 3, 1001)[:-1]
    j, t = np.divmod((x + 2) / table.width, 1)
    c = table.coefficients[j.astype(int)]
    np.testing.assert_allclose((c * t[:, None] ** np.arange(4)).sum(axis=1), np.sin(x), atol=1e-9)
    assert table.steepest == pytest.approx(1.0, abs=1e-5)


# two time scales


def test_joint_equilibrium_by_the_whole_matrix():
    grid, rule = CellGrid(-4, 4, 40), LearningRule(diffusion=0.5)
    p = joint_equilibrium(PAIR, grid, rule, relaxation=0.7)
    dense = oracle.joint_stationary(
        PAIR.w, PAIR.c, 2.0, 1.0, -1.0, 0.5, 0.7, grid.centres, grid.width
    )
    np.testing.assert_allclose(p, dense, atol=1e-11)


@pytest.mark.parametrize("relaxation", [0.01, 0.3, 5.0])
def test_at_equal_temperatures_the_time_scale_does_not_matter(relaxation):
    grid, rule = CellGrid(-6, 5, 220), LearningRule(beta=1.25, gamma=-0.5, diffusion=0.4)
    p = joint_equilibrium(PAIR, grid, rule, relaxation)
    boltzmann = np.exp(-1.25 * PAIR.energies(grid.centres).T)
    np.testing.assert_allclose(p, boltzmann / boltzmann.sum() / grid.width, rtol=1e-9)


def test_at_other_temperatures_it_does_to_first_order():
    grid = CellGrid(-4, 4, 1000)
    _, limit = grid.moments(equilibrium_density(PAIR, grid, RULE))
    excess = [
        grid.moments(joint_equilibrium(PAIR, grid, RULE, relaxation).sum(axis=0))[1] - limit
        for relaxation in (0.02, 0.01)
    ]
    assert excess[1] > 1e-3
    assert math.log2(excess[0] / excess[1]) == pytest.approx(1, abs=0.15)


def test_sampled_time_scales_reach_the_joint_equilibrium():
    grid = CellGrid(-4, 4, 80)
    p = joint_equilibrium(PAIR, grid, RULE, relaxation=0.2).sum(axis=0)
    mean, variance = grid.moments(p)
    _, limit = grid.moments(equilibrium_density(PAIR, grid, RULE))
    result = two_scales(20_000, times=[6.0], step=0.01, grid=grid)
    assert abs(result.mean[0] - mean) < 3 * math.sqrt(variance / 20_000)
    error = variance * math.sqrt(2 / 20_000)
    assert abs(result.variance[0] - variance) < 3 * error
    assert variance - limit > 6 * error  # so the test sees the time scale


def test_threads_change_nothing_with_two_time_scales():
    one, other = (two_scales(BLOCK + 10, threads=threads, keep=5) for threads in (1, 2))
    assert one.counts.tobytes() == other.counts.tobytes()
    assert one.paths.tobytes() == other.paths.tobytes()
    assert one.paths.shape == (1, 5)


# entropy of samples


@pytest.mark.parametrize(
    ("draw", "exact"),
    [
        (lambda rng: rng.normal(3, 2, 100_000), math.log(2 * math.sqrt(2 * math.pi * math.e))),
        (lambda rng: rng.random(100_000) * 5, math.log(5)),
        (lambda rng: rng.exponential(0.5, 100_000), 1 + math.log(0.5)),
    ],
)
def test_entropy_of_samples(draw, exact):
    samples = draw(np.random.default_rng(3))
    assert spacing_entropy(samples) == pytest.approx(exact, abs=0.01)
    assert spacing_entropy(7 * samples) == pytest.approx(exact + math.log(7), abs=0.01)


class Inverted:
    """A free energy that falls as -q^4: learners who descend it run away in finite time."""

    def free_energy(self, q, _beta):
        return -(np.asarray(q) ** 4)

    def mean_force(self, q, _beta):
        return -4.0 * np.asarray(q) ** 3


def alien(q):
    return np.where(q > 0.3, np.inf, q)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: run(0), ParameterError, "ensemble_size = 0: must be an integer of at least 1"),
        (lambda: run(step=-0.1), ParameterError, "step = -0.1: must be a finite number larger"),
        (lambda: run(threads=0), ParameterError, "threads = 0: must be an integer"),
        (lambda: run(times=[]), ParameterError, "a list of at least one finite number"),
        (lambda: run(times=[0.5, 0.5]), ParameterError, "must increase, from 0 on"),
        (lambda: run(times=[0.505]), ParameterError, "must be multiples of the step 0.01"),
        (
            lambda: run(step=0.5),
            ResolutionError,
            r"step = 0.5: must be at most 0.406, which is 1 / \(\|gamma\| max \|F''\|\)",
        ),
        (lambda: run(start=lambda _, n: np.zeros(n + 1)), ShapeError, "start: gave shape"),
        (
            lambda: run(network=Inverted(), grid=FEW, step=0.001),
            NormalisationError,
            "learners run away to infinity",
        ),
        (
            lambda: two_scales(step=0.2),
            ResolutionError,
            "step = 0.2: must be at most 0.1, which is 0.5 times the relaxation time",
        ),
        (lambda: two_scales(relaxation=0.0), ParameterError, "relaxation = 0.0: must be"),
        (
            lambda: joint_equilibrium(NETWORK, CellGrid(-5, 4, 2000), RULE, 0.1),
            SizeError,
            "matrix elements are needed, at most",
        ),
        (
            lambda: joint_equilibrium(PAIR, CellGrid(-4, 4, 40), RULE, 0.1),
            ResolutionError,
            r"cells of width 0.2: must be at most 0.173, which is sqrt\(1.2 D relaxation\)",
        ),
        (
            lambda: joint_equilibrium(PAIR, CellGrid(-0.5, 0.5, 20), RULE, 0.1),
            NormalisationError,
            r"reaches an end of \[-0.5, 0.5\]",
        ),
        (lambda: tabulate_force(alien, 0.0, 1.0), ResolutionError, "is not finite or needs more"),
        (
            lambda: tabulate_force(lambda q: np.abs(q - 0.3), 0.0, 1.0, tolerance=1e-12),
            ResolutionError,
            "needs more than 65536 intervals for an accuracy of 1e-12",
        ),
        (lambda: spacing_entropy(np.arange(50.0)), ResolutionError, "samples: 50, at least 100"),
        (lambda: spacing_entropy(np.zeros(500)), ResolutionError, "more than 8 are equal"),
    ],
)
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call()
