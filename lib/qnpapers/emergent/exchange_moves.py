"""Compiled Metropolis moves of networks that exchange neurons. Tables hold -beta (H - mu N).

A move from a to b is accepted with probability min(1, e^{b - a}): where b - a exceeds minus a
random number of the exponential distribution. That takes no logarithm and no exponential.
"""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def _sweep(
    table: np.ndarray,
    number: int,
    state: int,
    units: int,
    exchange: float,
    rng: np.random.Generator,
) -> tuple[int, int]:
    """One attempt to flip each unit, then `exchange` attempts to gain or lose a neuron."""
    for unit in range(units):
        flipped = state ^ (1 << unit)
        if table[number, flipped] - table[number, state] > -rng.standard_exponential():
            state = flipped
    if exchange == 1.0 or (exchange > 0.0 and rng.random() < exchange):
        other = number + 1 if rng.random() < 0.5 else number - 1
        if (
            0 <= other < table.shape[0]
            and table[other, state] - table[number, state] > -rng.standard_exponential()
        ):
            number = other
    return number, state


@numba.njit(cache=True, nogil=True)
def relax(
    table: np.ndarray,
    numbers: np.ndarray,
    states: np.ndarray,
    units: int,
    exchange: float,
    sweeps: int,
    rng: np.random.Generator,
) -> None:
    """Move every chain by `sweeps` sweeps, in place."""
    for chain in range(numbers.size):
        number, state = numbers[chain], states[chain]
        for _ in range(sweeps):
            number, state = _sweep(table, number, state, units, exchange, rng)
        numbers[chain], states[chain] = number, state


@numba.njit(cache=True, nogil=True)
def measure(
    table: np.ndarray,
    forces: np.ndarray,
    numbers: np.ndarray,
    states: np.ndarray,
    units: int,
    exchange: float,
    sweeps: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """As `relax`; returns the sums of dH/dq, N, N^2 of each chain, N from 0; shape (chains, 3)."""
    sums = np.zeros((numbers.size, 3))
    for chain in range(numbers.size):
        number, state = numbers[chain], states[chain]
        force, first, second = 0.0, 0, 0
        for _ in range(sweeps):
            number, state = _sweep(table, number, state, units, exchange, rng)
            force += forces[number, state]
            first += number
            second += number * number
        sums[chain, 0], sums[chain, 1], sums[chain, 2] = force, first, second
        numbers[chain], states[chain] = number, state
    return sums


@numba.njit(cache=True, nogil=True)
def drive_chains(
    tables: np.ndarray,
    numbers: np.ndarray,
    states: np.ndarray,
    units: int,
    exchange: float,
    rng: np.random.Generator,
) -> tuple[np.ndarray, int, int]:
    """Carry every chain through tables[0], tables[1], ...: one sweep after each step, in place.

    Returns what each chain gains, the sum of table[k+1] - table[k] at its state, which is -beta
    times the work done on it, and the smallest and the largest number that any chain had.
    """
    gains = np.zeros(numbers.size)
    low, high = numbers.min(), numbers.max()
    for step in range(1, tables.shape[0]):
        before, after = tables[step - 1], tables[step]
        for chain in range(numbers.size):
            number, state = numbers[chain], states[chain]
            gains[chain] += after[number, state] - before[number, state]
            number, state = _sweep(after, number, state, units, exchange, rng)
            low, high = min(low, number), max(high, number)
            numbers[chain], states[chain] = number, state
    return gains, low, high


@numba.njit(cache=True, nogil=True)
def measure_gas(
    sites: int,
    log_fugacity: float,
    field: float,
    coupling: float,
    neurons: np.ndarray,
    ups: np.ndarray,
    steps: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Moves of a `NeuronGas`: flip one neuron, insert one on an empty site, or delete one.

    Energies are in units of the temperature. Only the counts of neurons and of those that are up
    are kept. Insertion is weighted by 2 (M - N) / (N + 1), deletion by N / (2 (M - N + 1)),
    which makes up for the M - N empty sites, two states and N neurons that the moves choose from.

    Returns:
        sums of S, N, N^2 of each chain, shape (chains, 3).
    """
    sums = np.zeros((neurons.size, 3))
    for chain in range(neurons.size):
        N, up = neurons[chain], ups[chain]
        total, first, second = 0.0, 0, 0
        for _ in range(steps):
            N, up = _gas_move(sites, log_fugacity, field, coupling, N, up, rng)
            total += 2 * up - N
            first += N
            second += N * N
        sums[chain, 0], sums[chain, 1], sums[chain, 2] = total, first, second
        neurons[chain], ups[chain] = N, up
    return sums


@numba.njit(cache=True, nogil=True)
def _gas_move(
    sites: int,
    log_fugacity: float,
    field: float,
    coupling: float,
    N: int,
    up: int,
    rng: np.random.Generator,
) -> tuple[int, int]:
    kind = 3 * rng.random()
    if kind < 1:  # flip
        chosen_up = rng.random() * N < up
        new_N, new_up = N, up - 1 if chosen_up else up + 1
        log_ratio = 0.0
    elif kind < 2:  # insert
        new_N, new_up = N + 1, up + (rng.random() < 0.5)
        empty = sites - N
        log_ratio = log_fugacity + np.log(2 * empty / (N + 1)) if empty else -np.inf
    else:  # delete
        chosen_up = rng.random() * N < up
        new_N, new_up = N - 1, up - 1 if chosen_up else up
        log_ratio = -log_fugacity + np.log(N / (2 * (sites - N + 1))) if N > 0 else -np.inf
    if (kind < 1 and N == 0) or log_ratio == -np.inf:
        return N, up
    old_S, new_S = 2 * up - N, 2 * new_up - new_N
    log_ratio += coupling * (new_S**2 - old_S**2) / (2 * sites) + field * (new_S - old_S)
    if log_ratio > -rng.standard_exponential():
        return new_N, new_up
    return N, up
