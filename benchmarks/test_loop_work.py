"""`loop_work` beside plain numpy, and above the cost of its random numbers."""

from __future__ import annotations

import numba
import numpy as np
from measuring import once, peer, seconds

from qnpapers.emergent import NeuronPump, QuasiStatic, loop_work
from qnpapers.emergent.exchange_moves import _mixed

BESIDE = "loop_work beside numpy (one reservoir, 32 points, 256 chains, 1,200 sweeps after 200, s)"
TOTAL = "loop_work: the whole experiment, five chemical potentials at two temperatures (s)"

PUMP, SIZE, CHAINS = NeuronPump(), QuasiStatic(), 256
SWEEPS = SIZE.points * CHAINS * (SIZE.sweeps + SIZE.burn_in)
DRAWS = PUMP.units + 1  # one for each flip, one for the neuron


def _by_numpy(beta: float, mu: float, rng: np.random.Generator) -> tuple[float, float]:
    """The same moves for all chains at all points at once; circulation and its error."""
    q = np.arange(SIZE.points) / SIZE.points
    table = beta * (mu * PUMP.numbers[:, None] - PUMP.energies(q))
    forces, place = PUMP.forces(q), np.repeat(np.arange(SIZE.points), CHAINS)
    number = table.max(axis=2).argmax(axis=1)[place]
    state, total = np.zeros_like(number), np.zeros(len(place))
    for sweep in range(SIZE.burn_in + SIZE.sweeps):
        for unit in range(PUMP.units):
            other = state ^ (1 << unit)
            gain = table[place, number, other] - table[place, number, state]
            state = np.where(gain > -rng.standard_exponential(len(place)), other, state)
        other = number + 1 - 2 * (rng.random(len(place)) < 0.5)
        gain = table[place, other, state] - table[place, number, state]
        number = np.where(gain > -rng.standard_exponential(len(place)), other, number)
        if sweep >= SIZE.burn_in:
            total += forces[place, number, state]
    means = (total / SIZE.sweeps).reshape(SIZE.points, CHAINS)
    errors = means.std(axis=1, ddof=1) / np.sqrt(CHAINS)
    return float(means.mean()), float(np.sqrt(np.mean(errors**2) / SIZE.points))


@numba.njit
def _draw(count: int) -> np.uint64:
    """The floor: the random integers of all sweeps, and nothing done with them."""
    total, counter = np.uint64(0), np.uint64(1)
    for _ in range(count):
        counter += np.uint64(0x9E3779B97F4A7C15)
        total ^= _mixed(counter)
    return total


def test_loop_work_beside_numpy(benchmark, tables, rng):
    found = benchmark.pedantic(
        lambda: loop_work(PUMP, 1.0, 0.7, rng=rng), rounds=3, warmup_rounds=1
    )
    assert abs(found.work - 0.7) < 4 * found.error
    theirs = []
    plain = once(lambda: theirs.append(_by_numpy(1.0, 0.7, rng)))
    [(work, error)] = theirs
    assert abs(work - 0.7) < 4 * error
    ours = seconds(lambda: loop_work(PUMP, 1.0, 0.7, rng=rng), repeats=3)
    floor = seconds(lambda: _draw(DRAWS * SWEEPS), repeats=3)
    tables.add(
        BESIDE,
        sweeps=SWEEPS,
        qnpapers=ours,
        **{peer("numpy"): plain},
        ratio=plain / ours,
        **{
            "random numbers": DRAWS * SWEEPS,
            "to draw them": floor,
            "times the floor": ours / floor,
        },
    )


def test_the_whole_experiment(tables, rng):
    cases = [(beta, mu) for beta in (0.5, 1.0) for mu in (-1.0, -0.3, 0.2, 0.7, 1.5)]
    found = []
    time = once(lambda: found.extend(loop_work(PUMP, *case, rng=rng) for case in cases))
    z = [(one.work - mu) / one.error for one, (_, mu) in zip(found, cases, strict=True)]
    assert np.square(z).sum() < 30  # ten degrees of freedom: p = 0.001
    tables.add(
        TOTAL,
        cases=len(cases),
        sweeps=len(cases) * SWEEPS,
        qnpapers=time,
        **{"ns per sweep": 1e9 * time / (len(cases) * SWEEPS)},
        **{"largest standard error": max(one.error for one in found)},
    )
