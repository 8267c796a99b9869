"""Grand canonical sums by plain loops, and Markov chains of exchange moves by their matrices."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np

Energy = Callable[[tuple[int, ...], int, float], float]
"""H of the states of the units, the number of neurons, and q."""

WEIGHTS = (0.8, -0.5, 0.6, 0.4)
PHASES = (0.3, 1.1, 2.0, 4.0)


def pump_energy(s: tuple[int, ...], N: int, q: float) -> float:
    """The pump, written out."""
    y = N + q
    energy = 0.35 * y * y / 2 + 0.25 * math.cos(2 * math.pi * y)
    for spin, w, c in zip(s, WEIGHTS, PHASES, strict=True):
        energy -= w * spin * math.sin(2 * math.pi * y + c) + 0.15 * y * spin
    return energy


def control_energy(s: tuple[int, ...], N: int, q: float) -> float:
    """The periodic network, written out."""
    energy = 0.2 * N * N - 0.3 * N * math.sin(2 * math.pi * q)
    for spin, w, c in zip(s, WEIGHTS, PHASES, strict=True):
        energy -= w * spin * math.sin(2 * math.pi * q + c) * (1 + 0.2 * N)
    return energy


def grand_sums(
    energy: Energy, beta: float, mu: float, q: float, numbers: range
) -> tuple[float, float, float]:
    """Omega, <N> and Var N, adding up Boltzmann factors one by one."""
    terms = [
        (math.exp(-beta * (energy(s, N, q) - mu * N)), N)
        for N in numbers
        for s in itertools.product((-1, 1), repeat=4)
    ]
    total = math.fsum(weight for weight, _ in terms)
    mean = math.fsum(weight * N for weight, N in terms) / total
    square = math.fsum(weight * N * N for weight, N in terms) / total
    return -math.log(total) / beta, mean, square - mean**2


def gas_sums(
    sites: int, cost: float, coupling: float, beta: float, mu: float, q: float
) -> tuple[float, float, float]:
    """Omega, <N> and <-S> of neurons on sites, over all 3^sites states."""
    weights, numbers, sums = [], [], []
    for state in itertools.product((0, -1, 1), repeat=sites):
        N, S = sum(map(abs, state)), sum(state)
        H = cost * N - coupling * S * S / (2 * sites) - q * S
        weights.append(math.exp(-beta * (H - mu * N)))
        numbers.append(N)
        sums.append(-S)
    total = math.fsum(weights)
    mean = math.fsum(w * N for w, N in zip(weights, numbers, strict=True)) / total
    force = math.fsum(w * S for w, S in zip(weights, sums, strict=True)) / total
    return -math.log(total) / beta, mean, force


def driven_work(
    energy: Energy,
    beta: float,
    mu: float,
    numbers: range,
    *,
    steps: int,
    loops: int,
    exchange: float,
    start: int,
) -> float:
    """Mean work of the last loop, by carrying the whole distribution through every move.

    After each step of q: one attempt to flip each unit in turn, then with probability `exchange`
    an attempt to gain or lose a neuron, all by Metropolis.
    """
    states = list(itertools.product((-1, 1), repeat=4))
    flips = [[states.index(_flipped(s, j)) for s in states] for j in range(4)]
    p = np.zeros((len(numbers), len(states)))
    p[start - numbers[0], states.index((-1, -1, -1, -1))] = 1.0
    work, H = 0.0, _table(energy, numbers, states, 0.0)
    for step in range(1, loops * steps + 1):
        before, H = H, _table(energy, numbers, states, step / steps)
        if step > (loops - 1) * steps:
            work += float((p * (H - before)).sum())
        w = -beta * (H - mu * np.array(numbers)[:, None])
        for flip in flips:
            accept = np.minimum(1.0, np.exp(w[:, flip] - w))
            p = p * (1 - accept) + (p * accept)[:, flip]
        up = np.minimum(1.0, np.exp(w[1:] - w[:-1])) * exchange / 2
        down = np.minimum(1.0, np.exp(w[:-1] - w[1:])) * exchange / 2
        new = p.copy()
        new[:-1] += p[1:] * down - p[:-1] * up
        new[1:] += p[:-1] * up - p[1:] * down
        p = new
    return work


def _flipped(s: tuple[int, ...], j: int) -> tuple[int, ...]:
    return (*s[:j], -s[j], *s[j + 1 :])


def _table(energy: Energy, numbers: range, states: list[tuple[int, ...]], q: float) -> np.ndarray:
    return np.array([[energy(s, N, q) for s in states] for N in numbers])
