"""The state sum that an elimination program describes, compiled.

A table is a list of admissible colourings, found again by hashing, each with three numbers: a sum,
what is to be added to it to compensate for round-off (Neumaier 1974), and a bound on the error of
both together, which runs along: x +- e times y +- f is x y +- (|x| f + |y| e + e f), and errors of
terms add up. The rows of all tables stand one after the other in two arrays; so do the slots of all
hash tables.

Inside of loops arrays are passed on but never made or replaced: that would count references, which
costs more than all the arithmetic.
"""

from __future__ import annotations

import numba
import numpy as np

from qnpapers.spinnet.elimination_program import EXTEND, LOOKUP, LOOP, STORE, TETRAHEDRON, TRIPLE
from qnpapers.spinnet.tetrahedron_weights import LOOP_VALUE, roundings, signed_symbol

_FIRST_ROWS = 32
_U = 2.0**-53
_ODD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio

_BEGIN, _END, _SLOT, _SLOTS = range(4)  # of a table: its rows, its first slot, how many slots
_LINE, _AT, _STOP, _STEP = range(4)  # of a loop: its line, the next colour or row, end, step


@numba.njit(cache=True)
def sweep(instructions, keys, edges, level, max_rows, max_colourings):  # type: ignore[no-untyped-def]
    """Run a program.

    Args:
        instructions: what to do, see `elimination_program`.
        keys: edges that each table is a function of.
        edges: number of edges.
        level: `level_table(r)`.
        max_rows: rows that all tables together may have.
        max_colourings: colourings that one table may be summed over.

    Returns:
        The sum; a bound on its error; the largest number of colourings that a table was summed
        over; the rows of all tables; the multiplications in all symbols. The sum is wrong where a
        limit was passed.
    """
    rows, sums = np.empty((_FIRST_ROWS, keys.shape[1]), dtype=np.int16), np.empty((_FIRST_ROWS, 3))
    slots = np.empty((2 * _FIRST_ROWS, 1), dtype=np.int64)
    tables, colours = np.zeros((len(keys), 4), dtype=np.int64), np.zeros(edges, dtype=np.int64)
    sums[0, 0], sums[0, 1], sums[0, 2] = 1.0, 0.0, 0.0  # table 0: the empty colouring
    tables[0, _END] = 1
    value, error, longest, most, work, line = 1.0, 0.0, 0, 0, 0, np.int64(0)
    for number in range(1, len(keys)):
        table = tables[number]
        table[_BEGIN] = table[_END] = tables[number - 1, _END]
        table[_SLOT] = tables[number - 1, _SLOT] + tables[number - 1, _SLOTS]
        table[_SLOTS] = _FIRST_ROWS
        loops, line = _loops(instructions, line, tables)
        weights, width = np.empty((len(loops), 2)), instructions[line, 1]
        loop, last, count = np.int64(0), np.int64(-1), np.int64(0)
        while loop >= 0 and table[_END] <= max_rows and count <= max_colourings:
            if table[_END] == len(rows):
                rows, sums = _longer(rows, 2 * len(rows)), _longer(sums, 2 * len(rows))
            if table[_END] - table[_BEGIN] == table[_SLOTS] // 2 or last < 0:
                table[_SLOTS] *= 2
                slots = _longer(slots, table[_SLOT] + table[_SLOTS])
                _hash_rows(rows, slots, tables, colours, keys, number, width)
            loop, last, count, more = _filled(
                instructions, keys, tables, number, width, colours, level, loops, weights, rows,
                sums, slots, max_colourings, loop, last, count,
            )  # fmt: skip
            work += more
        longest, most = max(longest, int(count)), int(table[_END])
        if loop >= 0:
            break
        if width == 0:
            value, error = _times(value, error, sums, table[_BEGIN])
        line += 1
    # what is left of the round-off of compensated sums: (n u)^2 times terms of which u is counted
    return value, error * (1.01 + longest**2 * _U), longest, most, work


@numba.njit(cache=True)
def _loops(instructions, first, tables):  # type: ignore[no-untyped-def]
    """The nested loops that begin at a line, the outermost set to its table; the line STORE."""
    number, depth = first, 0
    while instructions[number, 0] != STORE:
        number += 1
    loops = np.zeros((number - first, 4), dtype=np.int64)
    for line in range(first, number):
        if line == first or instructions[line, 0] == EXTEND:
            loops[depth, _LINE] = line
            depth += 1
    source = instructions[first, 1]
    loops[0, _AT], loops[0, _STOP], loops[0, _STEP] = (
        tables[source, _BEGIN],
        tables[source, _END],
        1,
    )
    return loops[:depth], number


@numba.njit(cache=True)
def _filled(  # type: ignore[no-untyped-def]
    instructions, keys, tables, number, width, colours, level, loops, weights, rows, sums, slots,
    max_colourings, loop, last, count,
):  # fmt: skip
    """Go on with nested loops until they end or there is no more room; return how far it went."""
    end, work = tables[number, _END], 0
    room = min(len(rows), tables[number, _BEGIN] + tables[number, _SLOTS] // 2)
    while loop >= 0 and end < room and count <= max_colourings:
        line, here = loops[loop, _LINE], loops[loop, _AT]
        if here >= loops[loop, _STOP]:
            loop -= 1
            continue
        loops[loop, _AT] = here + loops[loop, _STEP]
        if loop == 0:
            _recall(rows, here, colours, keys, instructions[line, 1])
            weights[0, 0], weights[0, 1] = _times(1.0, 0.0, sums, here)
        else:
            colours[instructions[line, 1]] = here
        value, error, more = _multiplied(
            instructions, line + 1, weights[loop, 0], weights[loop, 1], colours, level, keys,
            tables, rows, sums, slots,
        )  # fmt: skip
        work += max(more, 0)
        if more >= 0 and loop < len(loops) - 1:
            loop += 1
            weights[loop, 0], weights[loop, 1] = value, error
            _set_range(loops, loop, instructions, colours, level.shape[1])
        elif more >= 0:
            count += 1
            if last < 0 or not _is_row(rows, last, colours, keys, number, width):
                slot = _slot(rows, slots, tables, colours, keys, number, width)
                last = slots[slot, 0]
                if last < 0:
                    last = slots[slot, 0] = end
                    _begin_row(rows, sums, end, colours, keys, number, width)
                    end += 1
            _add(sums, last, value, error)
    tables[number, _END] = end
    return loop, last, count, work


@numba.njit(cache=True, forceinline=True)
def _multiplied(  # type: ignore[no-untyped-def]
    instructions, line, value, error, colours, level, keys, tables, rows, sums, slots
):
    """Do the lines of one loop: value, error, work; a work of -1: a table has no such row."""
    work, kind, unit = 0, instructions[line, 0], (roundings(level.shape[1]) + 1) * _U
    while kind != EXTEND and kind != STORE and work >= 0:
        at = instructions[line, 1]
        if kind == TETRAHEDRON:
            symbol, size, more = signed_symbol(
                colours[at], colours[instructions[line, 2]], colours[instructions[line, 3]],
                colours[instructions[line, 4]], colours[instructions[line, 5]],
                colours[instructions[line, 6]], instructions[line, 7], level,
            )  # fmt: skip
            size *= unit
            error = error * (abs(symbol) + size) + abs(value) * size
            value, work = value * symbol, work + more
        elif kind == LOOP:
            value *= level[LOOP_VALUE, colours[at]]
            error = error * abs(level[LOOP_VALUE, colours[at]]) + 2 * _U * abs(value)
        elif kind == LOOKUP:
            slot = _slot(rows, slots, tables, colours, keys, at, instructions[line, 2])
            row = slots[slot, 0]
            if row >= 0:
                value, error = _times(value, error, sums, row)
            else:
                work = -1
        line += 1
        kind = instructions[line, 0]
    return value, error, work


@numba.njit(cache=True, forceinline=True)
def _set_range(loops, loop, instructions, colours, r):  # type: ignore[no-untyped-def]
    """Set a loop to the colours that its edge may have.

    (a, b, c) is admissible where a + b + c is even and at most 2r - 4, and none is more than the
    sum of the others.
    """
    low, high, parity = 0, r - 2, -1
    line = loops[loop, _LINE] + 1
    while instructions[line, 0] == TRIPLE:
        a, b = instructions[line, 1], instructions[line, 2]
        if b >= 0:
            x, y = colours[a], colours[b]
            low, high = max(low, abs(x - y)), min(high, x + y, 2 * r - 4 - x - y)
            high = high if parity < 0 or parity == (x + y) & 1 else -1
            parity = (x + y) & 1
        elif a >= 0:  # (e, e, a)
            x = colours[a]
            low, high = max(low, x >> 1), min(high, r - 2 - (x >> 1)) if x & 1 == 0 else -1
        else:  # (e, e, e)
            high = min(high, (2 * r - 4) // 3) if parity != 1 else -1
            parity = 0
        line += 1
    step = 1 if parity < 0 else 2
    loops[loop, _AT] = low + ((low ^ parity) & (step >> 1))
    loops[loop, _STOP], loops[loop, _STEP] = high + 1, step


@numba.njit(cache=True, forceinline=True)
def _recall(rows, row, colours, keys, number):  # type: ignore[no-untyped-def]
    """Give the edges of a key the colours of a row."""
    n = 0
    while n < keys.shape[1] and keys[number, n] >= 0:
        colours[keys[number, n]] = rows[row, n]
        n += 1


@numba.njit(cache=True, forceinline=True)
def _begin_row(rows, sums, row, colours, keys, number, width):  # type: ignore[no-untyped-def]
    for n in range(width):
        rows[row, n] = colours[keys[number, n]]
    sums[row, 0], sums[row, 1], sums[row, 2] = 0.0, 0.0, 0.0


@numba.njit(cache=True, forceinline=True)
def _is_row(rows, row, colours, keys, number, width):  # type: ignore[no-untyped-def]
    n = 0
    while n < width and rows[row, n] == colours[keys[number, n]]:
        n += 1
    return n == width


@numba.njit(cache=True, forceinline=True)
def _add(sums, row, value, error):  # type: ignore[no-untyped-def]
    """Add a term; the round-off of the addition is kept."""
    before = sums[row, 0]
    after = before + value
    larger, smaller = (before, value) if abs(before) >= abs(value) else (value, before)
    sums[row, 0] = after
    sums[row, 1] += (larger - after) + smaller
    sums[row, 2] += error


@numba.njit(cache=True, forceinline=True)
def _times(value, error, sums, row):  # type: ignore[no-untyped-def]
    """A value with its error, times a row."""
    other = sums[row, 0] + sums[row, 1]
    product = value * other
    # two roundings: of the row's total, and of the product
    error = error * (abs(other) + sums[row, 2]) + abs(value) * sums[row, 2] + 2 * _U * abs(product)
    return product, error


@numba.njit(cache=True, forceinline=True)
def _slot(rows, slots, tables, colours, keys, number, width):  # type: ignore[no-untyped-def]
    """The slot of the row with the colours of a key, or the free one where it belongs."""
    hashed = np.uint64(0)
    for n in range(width):
        hashed = (hashed + np.uint64(colours[keys[number, n]])) * _ODD
    first, mask = tables[number, _SLOT], tables[number, _SLOTS] - 1
    place = np.int64(hashed >> np.uint64(32)) & mask
    row = slots[first + place, 0]
    while row >= 0 and not _is_row(rows, row, colours, keys, number, width):
        place = (place + 1) & mask
        row = slots[first + place, 0]
    return first + place


@numba.njit(cache=True)
def _hash_rows(rows, slots, tables, colours, keys, number, width):  # type: ignore[no-untyped-def]
    """Enter all rows of a table into its slots."""
    first = tables[number, _SLOT]
    for slot in range(first, first + tables[number, _SLOTS]):
        slots[slot, 0] = -1
    if tables[number, _END] > tables[number, _BEGIN]:
        colours = np.empty_like(colours)
        for row in range(tables[number, _BEGIN], tables[number, _END]):
            _recall(rows, row, colours, keys, number)
            slots[_slot(rows, slots, tables, colours, keys, number, width), 0] = row


@numba.njit(cache=True)
def _longer(array, length):  # type: ignore[no-untyped-def]
    """The array itself, or a copy with more room if it is shorter than that."""
    if len(array) >= length:
        return array
    longer = np.empty((max(length, 2 * len(array)), array.shape[1]), dtype=array.dtype)
    for row in range(len(array)):
        for column in range(array.shape[1]):
            longer[row, column] = array[row, column]
    return longer
