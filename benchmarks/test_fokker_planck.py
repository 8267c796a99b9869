"""`fokker_planck` beside py-pde and a dense exponential at the same error, and its order."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from measuring import once, peer, seconds
from scipy.linalg import expm

from qnpapers.emergent import BinaryHiddenUnits, CellGrid, LearningRule, fokker_planck
from qnpapers.emergent.fokker_planck import hopping_rates

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import pde

BESIDE = (
    "fokker_planck beside py-pde: Ornstein-Uhlenbeck transient, 300 cells, from t = 0 to 1, "
    "L1 error at most 1.1e-3"
)
ORDER = "fokker_planck alone: order in space; in time it is exact (against the dense exponential)"

STIFFNESS, DIFFUSION, TIME = 1.3, 0.3, 1.0
MEAN, DEVIATION = 1.5, 0.4
SPRING = BinaryHiddenUnits(np.zeros(1), np.zeros(1), decay=STIFFNESS)
RULE = LearningRule(gamma=-1.0, diffusion=DIFFUSION)


@dataclass(frozen=True)
class Problem:
    """The transient on so many cells, with its exact solution."""

    cells: int

    @property
    def grid(self) -> CellGrid:
        return CellGrid(-6, 6, self.cells)

    @property
    def start(self) -> np.ndarray:
        return self.grid.gaussian(MEAN, DEVIATION)

    def error(self, density: np.ndarray) -> float:
        """L1 distance to the exact cell averages at the end."""
        fade, final = math.exp(-STIFFNESS * TIME), DIFFUSION / STIFFNESS
        variance = final + (DEVIATION**2 - final) * fade**2
        exact = self.grid.gaussian(MEAN * fade, math.sqrt(variance))
        return float(np.abs(density - exact).sum() * self.grid.width)

    def ours(self) -> np.ndarray:
        return fokker_planck(SPRING, self.grid, RULE, self.start, [TIME]).density[0]

    def generator(self) -> np.ndarray:
        slope = -np.diff(SPRING.free_energy(self.grid.centres, 1.0)) / DIFFUSION
        up, down = hopping_rates(slope, DIFFUSION / self.grid.width**2)
        leave = np.append(up, 0) + np.append(0, down)
        return np.diag(up, -1) + np.diag(down, 1) - np.diag(leave)


def _equation() -> pde.PDE:
    right = f"{DIFFUSION} * laplace(c) + {STIFFNESS} * d_dx(x * c)"
    return pde.PDE({"c": right}, bc={"value": 0})


def _state(problem: Problem) -> pde.ScalarField:
    return pde.ScalarField(pde.CartesianGrid([[-6, 6]], problem.cells), problem.start)


SOLVERS: dict[str, Callable[[pde.PDE], tuple[object, float | None]]] = {
    "Euler, numba, dt 1e-3": lambda eq: (pde.EulerSolver(eq, backend="numba"), 1e-3),
    "Runge-Kutta adaptive, numba": lambda eq: (
        pde.solvers.RungeKuttaSolver(eq, backend="numba", adaptive=True, tolerance=1e-4),
        None,
    ),
    "scipy BDF, numba": lambda eq: (
        pde.ScipySolver(eq, backend="numba", method="BDF", rtol=1e-4, atol=1e-6),
        None,
    ),
}


def test_beside_py_pde(tables):
    problem = Problem(300)
    ours = seconds(problem.ours, repeats=50)
    tables.add(
        BESIDE,
        solver="qnpapers",
        ms=1e3 * ours,
        ratio=1.0,
        **{"L1 error": problem.error(problem.ours())},
    )
    assert problem.error(problem.ours()) < 1.1e-3
    for name, make in SOLVERS.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _add_py_pde(tables, problem, name, make, ours)
    dense, start = problem.generator(), problem.start
    found = expm(TIME * dense) @ start
    np.testing.assert_allclose(problem.ours(), found, atol=1e-12)
    elapsed = seconds(lambda: expm(TIME * dense) @ start, repeats=3)
    tables.add(
        BESIDE,
        solver=f"dense exponential, {peer('scipy')}",
        ms=1e3 * elapsed,
        ratio=elapsed / ours,
        **{"L1 error": problem.error(found)},
    )


def _add_py_pde(tables, problem, name, make, ours):
    """A whole `solve`, which compiles its equation, and the compiled stepper alone."""
    state = _state(problem)
    solver, dt = make(_equation())
    stepper = solver.make_stepper(state, dt) if dt else solver.make_stepper(state)
    result = state.copy()
    stepper(result, 0, TIME)
    error = problem.error(result.data)
    assert error < 1.1e-3
    alone = seconds(lambda: stepper(state.copy(), 0, TIME), repeats=5)

    def whole():
        again, _ = make(_equation())
        fresh = again.make_stepper(state, dt) if dt else again.make_stepper(state)
        fresh(state.copy(), 0, TIME)

    for label, elapsed in ((", as called", once(whole)), (", compiled before", alone)):
        tables.add(
            BESIDE,
            solver=f"{peer('py-pde')}, {name}{label}",
            ms=1e3 * elapsed,
            ratio=elapsed / ours,
            **{"L1 error": error},
        )


def test_order(tables):
    sizes, times, errors = [75, 150, 300, 600, 1200], [], []
    for cells in sizes:
        problem = Problem(cells)
        times.append(seconds(problem.ours, repeats=5))
        errors.append(problem.error(problem.ours()))
        order = math.log2(errors[-2] / errors[-1]) if len(errors) > 1 else math.nan
        exact = expm(TIME * problem.generator()) @ problem.start if cells <= 300 else None
        in_time = math.nan if exact is None else float(np.abs(problem.ours() - exact).max())
        tables.add(
            ORDER,
            cells=cells,
            ms=1e3 * times[-1],
            order=order,
            **{
                "L1 error": errors[-1],
                "largest error of the exponential": in_time,
                "smallest density": f"{problem.ours().min():.0e}",
            },
        )
    assert order == pytest.approx(2, abs=0.1)
    exponent = math.log2(times[-1] / times[-2])
    tables.add(ORDER, cells="exponent", ms=exponent)
