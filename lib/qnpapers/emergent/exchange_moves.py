"""Compiled Metropolis moves of networks that exchange neurons. Tables hold -beta (H - mu N).

A move from a to b is accepted with the probability min(1, e^{b - a}). These probabilities are
tabulated once, as multiples of 2^-64, so that an attempt needs neither an exponential nor a branch:
one random integer and one comparison. All chains make the same kind of attempt in turn, so that the
processor works on several of them at a time.

Where a chain is, is one integer: its place in a table of shape (numbers, 2^units), row by row.

Source of the random integers: splitmix64, G. L. Steele, D. Lea and C. H. Flood, OOPSLA 2014.
"""

from __future__ import annotations

import numba
import numpy as np

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_ALWAYS = np.uint64(0xFFFFFFFFFFFFFFFF)


def random_state(*, rng: np.random.Generator) -> np.ndarray:
    """State of the random integers that compiled moves draw: one 64-bit counter."""
    return np.full(1, rng.integers(2**64, dtype=np.uint64))


@numba.njit(cache=True, nogil=True)
def move_chains(
    table: np.ndarray,
    forces: np.ndarray,
    places: np.ndarray,
    units: int,
    exchange: float,
    sweeps: int,
    random: np.ndarray,
) -> np.ndarray:
    """Move every chain by `sweeps` sweeps, in place.

    A sweep tries to flip each unit, and with the probability `exchange` to gain or lose a neuron.

    Args:
        table: -beta (H - mu N), shape (numbers, 2^units).
        forces: dH/dq of the same shape.
        places: where each chain is in the table.
        units: number of units.
        exchange: from 0 to 1.
        sweeps: how many.
        random: of `random_state`.

    Returns:
        sums over the sweeps of dH/dq, N and N^2 for each chain, N from 0; shape (3, chains).
    """
    sums, force = np.zeros((3, places.size)), forces.ravel()
    chances = np.zeros((units + 2, table.size), dtype=np.uint64)
    _tabulate_chances(table, units, exchange, chances)
    for _ in range(sweeps):
        _sweep(chances, places, units, random)
        for chain in range(places.size):
            number = places[chain] >> units
            sums[0, chain] += force[places[chain]]
            sums[1, chain] += number
            sums[2, chain] += number * number
    return sums


@numba.njit(cache=True, nogil=True)
def drive_chains(
    tables: np.ndarray, places: np.ndarray, units: int, exchange: float, random: np.ndarray
) -> tuple[np.ndarray, int, int]:
    """Carry every chain through tables[0], tables[1], ...: one sweep after each step, in place.

    Returns what each chain gains, the sum of table[k+1] - table[k] at its place, which is -beta
    times the work done on it, and the smallest and the largest number that any chain had.
    """
    gains, low, high = np.zeros(places.size), places.min(), places.max()
    chances = np.zeros((units + 2, tables[0].size), dtype=np.uint64)
    for step in range(1, tables.shape[0]):
        before, after = tables[step - 1].ravel(), tables[step].ravel()
        for chain in range(places.size):
            gains[chain] += after[places[chain]] - before[places[chain]]
        _tabulate_chances(tables[step], units, exchange, chances)
        _sweep(chances, places, units, random)
        low, high = min(low, places.min()), max(high, places.max())
    return gains, low >> units, high >> units


@numba.njit(cache=True, nogil=True)
def _sweep(chances: np.ndarray, places: np.ndarray, units: int, random: np.ndarray) -> None:
    """One sweep of all chains. `places` and the state of the random integers change."""
    counter, row = random[0], 1 << units
    for unit in range(units):
        for chain in range(places.size):
            draw, place = _mixed(counter + np.uint64(chain) * _GOLDEN), places[chain]
            places[chain] = place ^ (np.int64(draw < chances[unit, place]) << unit)
        counter += np.uint64(places.size) * _GOLDEN
    for chain in range(places.size):
        draw, place = _mixed(counter + np.uint64(chain) * _GOLDEN), places[chain]
        gain = np.int64(draw < chances[units, place])
        loss = np.int64(~draw < chances[units + 1, place])
        places[chain] = place + (gain - loss) * row
    random[0] = counter + np.uint64(places.size) * _GOLDEN


@numba.njit(cache=True, nogil=True)
def _tabulate_chances(table: np.ndarray, units: int, exchange: float, chances: np.ndarray) -> None:
    """Probability to flip each unit, to gain and to lose a neuron, at every place."""
    numbers, states = table.shape
    for number in range(numbers):
        for state in range(states):
            here, place = table[number, state], number * states + state
            for unit in range(units):
                chances[unit, place] = _chance(1.0, table[number, state ^ (1 << unit)] - here)
            if number + 1 < numbers:
                chances[units, place] = _chance(exchange / 2, table[number + 1, state] - here)
            if number > 0:
                chances[units + 1, place] = _chance(exchange / 2, table[number - 1, state] - here)


@numba.njit(cache=True, nogil=True)
def _chance(attempt: float, gain: float) -> np.uint64:
    """The probability attempt * min(1, e^gain) in units of 2^-64."""
    share = attempt * np.exp(min(0.0, gain)) * 2.0**64
    return _ALWAYS if share >= 2.0**64 else np.uint64(share)


@numba.njit(cache=True, nogil=True)
def _mixed(counter: np.uint64) -> np.uint64:
    """The random integer that belongs to a counter."""
    word = (counter ^ (counter >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


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
