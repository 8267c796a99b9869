"""The group of exchanges of equal subtrees, element by element, and what it leaves of a space."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np


def exchanges(marks: Sequence[bool], window: int) -> list[tuple[int, ...]]:
    """Every permutation of the sites made of exchanges of equal subtrees of one window."""
    generators = []
    size = 1
    while size < len(marks):
        for start in range(0, len(marks), size * window):
            places = range(start, start + size * window, size)
            for one, other in product(places, places):
                alike = marks[one : one + size] == marks[other : other + size]
                if one < other and alike:
                    order = list(range(len(marks)))
                    order[one : one + size], order[other : other + size] = (
                        order[other : other + size],
                        order[one : one + size],
                    )
                    generators.append(tuple(order))
        size *= window
    group = {tuple(range(len(marks)))}
    frontier = list(group)
    while frontier:
        new = {tuple(g[j] for j in order) for order in frontier for g in generators} - group
        group |= new
        frontier = list(new)
    return sorted(group)


def conjugacy_classes(group: Sequence[tuple[int, ...]]) -> int:
    """Number of conjugacy classes, by Burnside's count of commuting pairs."""
    commuting = sum(
        tuple(a[j] for j in b) == tuple(b[j] for j in a) for a, b in product(group, group)
    )
    return commuting // len(group)


def invariant_dimension(group: Sequence[tuple[int, ...]], local_dim: int) -> int:
    """Dimension of what the group leaves unchanged in (C^M) x ... x (C^M): mean of M**cycles."""
    return round(float(np.mean([local_dim ** _cycles(order) for order in group])))


def commutant_dimension(group: Sequence[tuple[int, ...]], local_dim: int) -> int:
    """Dimension of all maps that commute with the group: mean of M**(2 cycles)."""
    return round(float(np.mean([local_dim ** (2 * _cycles(order)) for order in group])))


def _cycles(order: tuple[int, ...]) -> int:
    seen: set[int] = set()
    count = 0
    for start in range(len(order)):
        count += start not in seen
        while start not in seen:
            seen.add(start)
            start = order[start]
    return count
