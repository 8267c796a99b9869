"""The moves of `surface_decimation` on one colouring, compiled, with an estimate of the error.

A vector is a list of keys, in which the colours of all edges that moves have made are packed into
64 bits, with two amplitudes each. The second is computed from a table of F-moves in which every
entry is changed by a relative 2^-30, up or down: what this changes in the result, times 2^-23 and a
margin, is what round-off of 2^-53 changes.

A sum that is smaller than 2^-46 of its terms is taken to be zero and left out: in these theories
many sums vanish exactly, and what is left of them in float64 must not be taken for an amplitude.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from qnpapers.spinnet.hashing import mix

F_MOVE, BUBBLE, BIGON, THETA = range(4)
"""Kinds of steps, in the first column of a program."""

CHANGE = 2.0**-30
"""Relative change of the second table, see the text of the module."""

_MARGIN = 16.0
_CANCELLED = 2.0**-46


@numba.njit(cache=True)
def replay(steps, bits, colours, tables, most):  # type: ignore[no-untyped-def]
    """The vector after all moves.

    Args:
        steps: rows (kind, edges ...); an edge is a slot of the key, or ~e for edge e as it came.
        bits: of a slot.
        colours: of the edges as they came, shape (E,).
        tables: F-moves, the same with changes, bubbles, thetas.
        most: largest number of keys allowed.

    Returns:
        Keys; amplitudes; a logarithm that was split off; the length of the error. No keys where the
        vector vanishes; an error of infinity where there were too many.
    """
    channels = len(tables[0])
    states, spare = _room(64), _room(64)  # of one move, and of the next
    states[1][0], states[2][0] = 0, 1.0
    count, logarithm = 1, 0.0
    for step in steps:
        branches = channels if step[0] == F_MOVE else channels**2 if step[0] == BIGON else 1
        if count * branches > len(spare[1]):
            spare = _room(2 * count * branches)
        spare[0][: _table_size(count * branches)] = -1
        count = _step(step, bits, colours, tables, states, count, spare, branches)
        count = _without_zeros(spare, count)
        states, spare = spare, states
        if count == 0 or count > most:
            break
        largest = np.max(np.abs(states[2][:count, :2]))
        states[2][:count, :2] /= largest
        logarithm += math.log(largest)
    keys, values = states[1][:count].copy(), states[2][:count]
    if count > most:
        return keys, values[:, 0].copy(), 0.0, math.inf
    changed = math.sqrt(np.sum((values[:, 1] - values[:, 0]) ** 2))
    return keys, values[:, 0].copy(), logarithm, _MARGIN * 2.0**-53 / CHANGE * changed


@numba.njit(cache=True)
def _room(states):  # type: ignore[no-untyped-def]
    """Space for states: a hash table; keys; amplitudes, and the sum of |terms| of the first."""
    slots = np.empty(_table_size(states), dtype=np.int64)
    return slots, np.empty(states, dtype=np.uint64), np.empty((states, 3))


@numba.njit(cache=True)
def _step(step, bits, colours, tables, before, count, after, branches):  # type: ignore[no-untyped-def]
    """One move: fills `after`, each key once, and returns their number."""
    _, keys, values = before
    states = after[0][: _table_size(count * branches)], after[1], after[2]
    found = 0
    for s in range(count):
        if step[0] == F_MOVE:
            found = _recouple(step, bits, colours, tables, keys[s], values[s], states, found)
        elif step[0] == BUBBLE:
            found = _close(step, bits, colours, tables[2], keys[s], values[s], states, found)
        elif step[0] == BIGON:
            found = _open(step, bits, colours, tables[2], keys[s], values[s], states, found)
        else:
            weight = tables[3][
                _colour(keys[s], step[1], bits, colours),
                _colour(keys[s], step[2], bits, colours),
                _colour(keys[s], step[3], bits, colours),
            ]
            found = _add(states, found, np.uint64(0), values[s], weight, weight)
    return found


@numba.njit(cache=True)
def _recouple(step, bits, colours, tables, key, value, states, found):  # type: ignore[no-untyped-def]
    """Step (F_MOVE, a, b, c, d, j, i): from edge j to edge i, whose slot may be that of j."""
    a, b = _colour(key, step[1], bits, colours), _colour(key, step[2], bits, colours)
    c, d = _colour(key, step[3], bits, colours), _colour(key, step[4], bits, colours)
    j = _colour(key, step[5], bits, colours)
    weights, changed = tables[0][a, b, c, d, j], tables[1][a, b, c, d, j]
    rest = _without(key, step[5], bits)
    for i in range(len(weights)):
        if changed[i] != 0:
            after = _with(rest, step[6], i, bits)
            found = _add(states, found, after, value, weights[i], changed[i])
    return found


@numba.njit(cache=True)
def _close(step, bits, colours, bubbles, key, value, states, found):  # type: ignore[no-untyped-def]
    """Step (BUBBLE, leg, leg, side, side, gone): equal legs, of which slot `gone` is freed."""
    leg = _colour(key, step[1], bits, colours)
    if leg != _colour(key, step[2], bits, colours):
        return found
    x, y = _colour(key, step[3], bits, colours), _colour(key, step[4], bits, colours)
    weight = bubbles[x, y, leg]
    after = _without(_without(_without(key, step[3], bits), step[4], bits), step[5], bits)
    return _add(states, found, after, value, weight, weight)


@numba.njit(cache=True)
def _open(step, bits, colours, bubbles, key, value, states, found):  # type: ignore[no-untyped-def]
    """Step (BIGON, edge, other, side, side): all sides that fit; `other` has the colour of edge."""
    leg = _colour(key, step[1], bits, colours)
    base = _with(key, step[2], leg, bits)
    for x in range(len(bubbles)):
        for y in range(len(bubbles)):
            weight = bubbles[x, y, leg]
            if weight != 0:
                after = _with(_with(base, step[3], x, bits), step[4], y, bits)
                found = _add(states, found, after, value, weight, weight)
    return found


@numba.njit(cache=True)
def _without_zeros(states, count):  # type: ignore[no-untyped-def]
    """Leave out sums that have cancelled; returns how many are left."""
    _, keys, values = states
    kept = 0
    for s in range(count):
        if abs(values[s, 0]) > _CANCELLED * values[s, 2]:
            keys[kept], values[kept] = keys[s], values[s]
            kept += 1
    return kept


@numba.njit(cache=True)
def _colour(key, edge, bits, colours):  # type: ignore[no-untyped-def]
    """Colour of an edge: in a slot of the key, or as it came."""
    if edge < 0:
        return colours[~edge]
    mask = (np.uint64(1) << np.uint64(bits)) - np.uint64(1)
    return np.int64((key >> np.uint64(edge * bits)) & mask)


@numba.njit(cache=True)
def _with(key, edge, colour, bits):  # type: ignore[no-untyped-def]
    """The key with a colour in an empty slot; unchanged where the edge has no slot."""
    return key if edge < 0 else key | (np.uint64(colour) << np.uint64(edge * bits))


@numba.njit(cache=True)
def _without(key, edge, bits):  # type: ignore[no-untyped-def]
    """The key with a slot emptied; unchanged where the edge has no slot."""
    if edge < 0:
        return key
    mask = (np.uint64(1) << np.uint64(bits)) - np.uint64(1)
    return key & ~(mask << np.uint64(edge * bits))


@numba.njit(cache=True)
def _add(states, found, key, value, weight, changed):  # type: ignore[no-untyped-def]
    """Add a term to the state with this key, which is entered where there is none."""
    slots, keys, values = states
    mask = np.uint64(len(slots) - 1)
    slot = mix(key) & mask
    while slots[slot] >= 0 and keys[slots[slot]] != key:
        slot = (slot + np.uint64(1)) & mask
    at = slots[slot]
    if at < 0:
        at = slots[slot] = found
        keys[at], values[at] = key, 0.0
        found += 1
    values[at, 0] += value[0] * weight
    values[at, 2] += abs(value[0] * weight)
    values[at, 1] += value[1] * changed
    return found


@numba.njit(cache=True)
def _table_size(states: int) -> int:
    size = 16
    while size < 2 * states:
        size *= 2
    return size
