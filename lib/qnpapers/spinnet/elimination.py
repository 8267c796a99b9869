"""Sums over all admissible colourings, one variable after the other.

Tables of state sums are nearly empty: of (r-1)^6 colourings of a tetrahedron about 1 in 70 is
admissible. So every table is the list of its admissible rows, and no dense tensor is formed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from qnpapers.spinnet.colouring_rows import Triple, admissible_rows, extensions


@dataclass(frozen=True)
class Factor:
    """A function of some colours, evaluated where it is needed.

    Args:
        variables: what it depends on.
        weights: takes colourings, shape (n, len(variables)), gives weights, shape (n,) or (n, k).
    """

    variables: tuple[int, ...]
    weights: Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class _Table:
    """What is left of a sum: rows in ascending order of their keys, and their weights."""

    variables: tuple[int, ...]
    rows: np.ndarray
    weights: np.ndarray


def sum_of_products(
    triples: Sequence[Triple], factors: Iterable[Factor], r: int, unit: np.ndarray
) -> tuple[np.ndarray, int]:
    """Sum over all colourings that are admissible on all triples, of the product of factors.

    Variables are eliminated in the order of `elimination_order`. To eliminate one, the admissible
    colourings of it and its neighbours are listed, weighted, and summed over it. The cost grows
    like the number of admissible colourings of the largest such neighbourhood.

    Args:
        triples: at least one for each variable.
        factors: their variables stand in triples.
        r: level.
        unit: the weight 1: shape (), (k,); of dtype object for exact integers.

    Returns:
        The sum, of the shape of `unit`, and the number of rows of the longest table.

    Raises:
        SizeError: a table would be too long.
    """
    waiting, tables, longest = list(factors), list[_Table](), 0
    order = elimination_order([*triples, *(f.variables for f in waiting)])
    result = unit
    for variable in order:
        used = [f for f in waiting if variable in f.variables]
        waiting = [f for f in waiting if variable not in f.variables]
        touched = sorted((t for t in tables if variable in t.variables), key=lambda t: len(t.rows))
        tables = [t for t in tables if variable not in t.variables]
        scope = {variable}.union(*(f.variables for f in used), *(t.variables for t in touched))
        scope.update(*(t for t in triples if variable in t))
        start = touched[-1] if touched else _Table((), np.zeros((1, 0), np.int16), unit[None])
        table = _weighted(_listed(start, scope, variable, triples, r), touched[:-1], used)
        longest = max(longest, len(table.rows))
        triples = [t for t in triples if variable not in t]
        summed = _summed(table, variable)
        if summed.variables:
            tables.append(summed)
        else:
            result = result * summed.weights.sum(axis=0)
    return result, longest


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
    return _Table(tuple(variables), rows, table.weights[source])


def _restrictions(variable: int, known: set[int], triples: Sequence[Triple]) -> int:
    """How many triples restrict a variable once the known ones are fixed."""
    return sum(variable in t and set(t) <= known | {variable} for t in triples)


def _weighted(table: _Table, tables: Sequence[_Table], factors: Sequence[Factor]) -> _Table:
    """Multiply by other tables, dropping rows that they lack, and by factors."""
    for other in tables:
        columns = [table.variables.index(v) for v in other.variables]
        place, found = _find(table.rows[:, columns], other.rows)
        rows, weights = table.rows[found], table.weights[found] * other.weights[place[found]]
        table = _Table(table.variables, rows, weights)
    weights = table.weights
    for factor in factors:
        columns = [table.variables.index(v) for v in factor.variables]
        weights = weights * factor.weights(table.rows[:, columns])
    return _Table(table.variables, table.rows, weights)


def _summed(table: _Table, variable: int) -> _Table:
    """Sum over all values of one variable."""
    rest = [n for n, v in enumerate(table.variables) if v != variable]
    rows, weights = table.rows[:, rest], table.weights
    keys = _keys(rows)[0]
    if (np.diff(keys) < 0).any():
        order = np.argsort(keys, kind="stable")
        rows, weights, keys = rows[order], weights[order], keys[order]
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    summed = np.add.reduceat(weights, starts, axis=0) if len(starts) else weights
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
