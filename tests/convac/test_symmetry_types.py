from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracles.exchanges import (
    commutant_dimension,
    conjugacy_classes,
    exchanges,
    invariant_dimension,
)
from qnpapers.convac.symmetry_types import SITE, Space, combined, dimension, joined, size

MARKS = [
    ((True, True), 2),
    ((True, False), 2),
    ((True,) * 4, 2),
    ((True, False) * 2, 2),
    ((True, True, False, True), 2),
    ((True, False, True, False, True, True, True, True), 2),
    ((True,) * 8, 2),
    ((True,) * 3, 3),
    ((True, True, False) * 3, 3),
    ((True,) * 4, 4),
    ((True,) * 5, 5),
]


def whole(marks: tuple[bool, ...], window: int, local_dim: int) -> Space:
    """The space of all tensors on the sites of a marked tree, dimension local_dim for each."""
    if len(marks) == 1:
        return {SITE: local_dim}
    step = len(marks) // window
    parts = Counter(marks[k : k + step] for k in range(0, len(marks), step))
    return joined([(count, whole(part, window, local_dim)) for part, count in parts.items()])


@pytest.mark.parametrize(("marks", "window"), MARKS)
def test_types_are_the_irreducible_representations_of_the_exchanges(marks, window):
    group = exchanges(list(marks), window)
    types = whole(marks, window, 9)  # enough letters for every partition
    assert len(types) == conjugacy_classes(group)
    assert sum(dimension(kind) ** 2 for kind in types) == len(group)


@pytest.mark.parametrize("local_dim", [1, 2, 3])
@pytest.mark.parametrize(("marks", "window"), MARKS)
def test_multiplicities_by_counting_cycles(marks, window, local_dim):
    group = exchanges(list(marks), window)
    space = whole(marks, window, local_dim)
    assert size(space) == local_dim ** len(marks)
    # By Schur's lemma maps that commute with the group are one matrix for each type.
    assert sum(count**2 for count in space.values()) == commutant_dimension(group, local_dim)
    unchanged = [count for kind, count in space.items() if is_trivial(kind)]
    assert sum(unchanged) == invariant_dimension(group, local_dim)


def is_trivial(kind) -> bool:
    """Only partitions of one row, and only of types that are trivial themselves."""
    return all(
        len(children) == 1 and len(children[0][1]) == 1 and is_trivial(children[0][0])
        for children in kind
    )


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 5)), min_size=1, max_size=3))
def test_sizes_multiply(kinds):
    spaces = [(count, {SITE: many}) for count, many in kinds]
    assert size(joined(spaces)) == math.prod(many**count for count, many in kinds)


def test_two_equal_children_are_symmetric_and_antisymmetric():
    assert joined([(2, {SITE: 3})]) == {((((), (2,)),),): 6, ((((), (1, 1)),),): 3}
    assert joined([(2, {SITE: 1})]) == {((((), (2,)),),): 1}


def test_three_equal_children_by_hand():
    # C^2 x C^2 x C^2: symmetric 4, mixed 2 (twice as large), antisymmetric none.
    cube = joined([(3, {SITE: 2})])
    assert {kind[0][0][1]: count for kind, count in cube.items()} == {(3,): 4, (2, 1): 2}
    assert [dimension(kind) for kind in cube] == [1, 2]


def test_combining_keeps_positive_multiplicities_only():
    one, other = {"a": 3, "b": 1}, {"b": 2, "c": 5}
    assert combined(min, one, other) == {"b": 1}
    assert combined(max, one, other) == {"a": 3, "b": 2, "c": 5}
    assert combined(lambda x, y: x - y, one, other) == {"a": 3}
