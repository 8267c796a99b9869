"""Which variables of a sum go first, and the number of admissible colourings as a sum of ones.

Tables of colourings are nearly empty: of (r-1)^6 colourings of a tetrahedron about 1 in 70 is
admissible. So every table is the list of its admissible rows, and no dense tensor is formed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from qnpapers.spinnet.colouring_rows import Triple, admissible_rows, extensions


@dataclass(frozen=True)
class _Table:
    """Rows in ascending order of their keys, and how many colourings each stands for."""

    variables: tuple[int, ...]
    rows: np.ndarray
    counts: np.ndarray


def count_admissible(triples: Sequence[Triple], r: int) -> int:
    """Number of colourings that are admissible on all triples.

    Variables are eliminated in the order of `elimination_order`. To eliminate one, the admissible
    colourings of it and its neighbours are listed, and their numbers summed over it. The cost grows
    like the number of admissible colourings of the largest such neighbourhood.

    Args:
        triples: at least one for each variable.
        r: level.

    Raises:
        SizeError: a table would be too long.
    """
    nothing = _Table((), np.zeros((1, 0), np.int16), np.array([1], dtype=object))
    tables, result = list[_Table](), 1
    for variable in elimination_order(triples):
        touched = sorted((t for t in tables if variable in t.variables), key=lambda t: len(t.rows))
        tables = [t for t in tables if variable not in t.variables]
        scope = {variable}.union(*(t.variables for t in touched))
        scope.update(*(t for t in triples if variable in t))
        start = touched[-1] if touched else nothing
        summed = _summed(
            _joined(_listed(start, scope, variable, triples, r), touched[:-1]), variable
        )
        triples = [t for t in triples if variable not in t]
        if summed.variables:
            tables.append(summed)
        else:
            result *= int(summed.counts.sum())
    return result


def elimination_order(scopes: Iterable[Sequence[int]]) -> list[int]:
    """An order in which few variables are neighbours of the one that is eliminated.

    The variable that leaves a function of the fewest variables goes first; ties go to the one that
    makes the fewest pairs neighbours that were not. The usual greedy tree decomposition.

    Args:
        scopes: variables that stand in one function together.
    """
    neighbours: dict[int, set[int]] = {}
    for scope in scopes:
        for variable in scope:
            neighbours.setdefault(variable, set()).update(scope)
    order = []
    while neighbours:
        chosen = min(neighbours, key=lambda v: (len(neighbours[v]), _new_pairs(neighbours, v), v))
        around = neighbours.pop(chosen) - {chosen}
        for variable in around:
            neighbours[variable] = (neighbours[variable] | around) - {chosen}
        order.append(chosen)
    return order


def _new_pairs(neighbours: dict[int, set[int]], variable: int) -> int:
    around = neighbours[variable] - {variable}
    return sum(len(around - neighbours[v]) for v in around)


def _listed(table: _Table, scope: set[int], last: int, triples: Sequence[Triple], r: int) -> _Table:
    """Extend a table to all admissible colourings of the scope, if possible with `last` last."""
    inside = [triple for triple in triples if set(triple) <= scope]
    variables = list(table.variables)
    source = np.flatnonzero(admissible_rows(table.rows, variables, inside, r))
    rows = table.rows[source]
    while missing := scope.difference(variables):
        known = set(variables)
        new = max(missing, key=lambda v: (v != last, _restrictions(v, known, inside), -v))
        again, colours = extensions(rows, variables, new, inside, r)
        rows = np.concatenate([rows[again], colours[:, None]], axis=1)
        source, variables = source[again], [*variables, new]
    return _Table(tuple(variables), rows, table.counts[source])


def _restrictions(variable: int, known: set[int], triples: Sequence[Triple]) -> int:
    """How many triples restrict a variable once the known ones are fixed."""
    return sum(variable in t and set(t) <= known | {variable} for t in triples)


def _joined(table: _Table, tables: Sequence[_Table]) -> _Table:
    """Multiply by other tables, dropping rows that they lack."""
    for other in tables:
        columns = [table.variables.index(v) for v in other.variables]
        place, found = _find(table.rows[:, columns], other.rows)
        counts = table.counts[found] * other.counts[place[found]]
        table = _Table(table.variables, table.rows[found], counts)
    return table


def _summed(table: _Table, variable: int) -> _Table:
    """Sum over all values of one variable."""
    rest = [n for n, v in enumerate(table.variables) if v != variable]
    rows, counts = table.rows[:, rest], table.counts
    keys = _keys(rows)[0]
    if (np.diff(keys) < 0).any():
        order = np.argsort(keys, kind="stable")
        rows, counts, keys = rows[order], counts[order], keys[order]
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    summed = np.add.reduceat(counts, starts) if len(starts) else counts
    return _Table(tuple(table.variables[n] for n in rest), rows[starts], summed)


def _find(rows: np.ndarray, among: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each row stands in a table that is sorted by keys, and a mask of those that do."""
    keys, sorted_keys = _keys(rows, among)
    place = np.minimum(np.searchsorted(sorted_keys, keys), max(len(sorted_keys) - 1, 0))
    found = sorted_keys[place] == keys if len(sorted_keys) else np.zeros(len(keys), dtype=bool)
    return place, found


def _keys(*tables: np.ndarray) -> list[np.ndarray]:
    """One integer for each row, in lexicographic order; equal exactly where rows are equal."""
    columns = tables[0].shape[1]
    base = 1 + max(int(rows.max(initial=0)) for rows in tables)
    if base**columns < 2**62:
        powers = np.array([base**n for n in reversed(range(columns))], dtype=np.int64)
        return [rows @ powers for rows in tables]
    _, inverse = np.unique(np.concatenate(tables), axis=0, return_inverse=True)
    return np.split(inverse.reshape(-1), np.cumsum([len(rows) for rows in tables[:-1]]))
