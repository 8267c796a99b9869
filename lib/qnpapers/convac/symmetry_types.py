"""How tensor powers split under the exchange of equal subtrees: types, multiplicities, sizes.

The exchanges of equal subtrees of a marked tree form a group: a product of wreath products of
symmetric groups. Its irreducible representations are called types here. They are named from the
sites up, by Clifford's theory: a type of a window gives, for each different child, a partition to
each type of that child; the partitions' sizes add up to the number of children of that kind.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import product

Partition = tuple[int, ...]
"""A partition, its parts in descending order."""

Type = tuple["Kind", ...]
"""A type of a subtree: for each kind of child what `Kind` says; () for a site."""

Kind = tuple[tuple[Type, Partition], ...]
"""The types that occur in children of one kind, each with its partition."""

Space = dict[Type, int]
"""A space on which the group acts, by the multiplicities (above 0) of its types."""

SITE: Type = ()
"""The only type of a single site: nothing can be exchanged there."""


def size(space: Space) -> int:
    """Dimension of a space: multiplicities times dimensions of the types."""
    return sum(count * dimension(kind) for kind, count in space.items())


@cache
def dimension(kind: Type) -> int:
    """Dimension of a type.

    For k equal children with the partitions lambda of their types, of dimensions d,

        k! prod_types  d**|lambda| / hooks(lambda)

    where hooks is the product of hook lengths; kinds of children multiply.

    Example:
        >>> alone = ((((), (2, 1)),),)  # three equal sites, exchanged as a triangle is
        >>> dimension(alone)
        2
    """
    result = 1
    for children in kind:
        count = sum(sum(partition) for _, partition in children)
        below = math.prod(dimension(child) ** sum(shape) for child, shape in children)
        hooks = math.prod(_hooks(shape) for _, shape in children)
        result *= math.factorial(count) * below // hooks
    return result


def joined(children: Sequence[tuple[int, Space]]) -> Space:
    """The tensor product of subtrees below one copy tensor.

    Args:
        children: for each kind of child how many there are, and the space of one of them.

    Returns:
        the multiplicities of the types of the product. By Schur-Weyl duality, the type with the
        partitions lambda has the multiplicity prod s_lambda(1, ..., 1) with as many ones as the
        child's type has multiplicity.
    """
    powers = [list(_power(space, count)) for count, space in children]
    return {
        tuple(kind for kind, _ in choice): math.prod(count for _, count in choice)
        for choice in product(*powers)
    }


def combined(rule: Callable[[int, int], int], one: Space, other: Space) -> Space:
    """Multiplicities of two spaces type by type, by a rule; only positive ones are kept."""
    types = (*one, *(kind for kind in other if kind not in one))
    both = ((kind, rule(one.get(kind, 0), other.get(kind, 0))) for kind in types)
    return {kind: count for kind, count in both if count > 0}


def _power(space: Space, count: int) -> Iterator[tuple[Kind, int]]:
    """Types of the `count`-th tensor power of a space, and their multiplicities."""
    for shapes in _assignments(len(space), count):
        kept = zip(space.items(), shapes, strict=True)
        parts = [(kind, many, shape) for (kind, many), shape in kept if shape]
        multiplicity = math.prod(_fillings(shape, many) for _, many, shape in parts)
        if multiplicity:
            yield tuple((kind, shape) for kind, _, shape in parts), multiplicity


@cache
def _assignments(kinds: int, count: int) -> tuple[tuple[Partition, ...], ...]:
    """Partitions, one for each kind, whose sizes add up to `count`."""
    if kinds == 0:
        return ((),) if count == 0 else ()
    return tuple(
        (shape, *rest)
        for first in range(count + 1)
        for shape in _partitions(first, first)
        for rest in _assignments(kinds - 1, count - first)
    )


@cache
def _partitions(number: int, largest: int) -> tuple[Partition, ...]:
    if number == 0:
        return ((),)
    return tuple(
        (part, *rest)
        for part in range(min(number, largest), 0, -1)
        for rest in _partitions(number - part, part)
    )


@cache
def _fillings(shape: Partition, letters: int) -> int:
    """s_shape(1, ..., 1), the number of semistandard fillings: hook content formula."""
    cells = [(row, column) for row, length in enumerate(shape) for column in range(length)]
    return math.prod(letters + column - row for row, column in cells) // _hooks(shape)


@cache
def _hooks(shape: Partition) -> int:
    """Product of the hook lengths of all cells."""
    below = [sum(length > column for length in shape) for column in range(max(shape, default=0))]
    return math.prod(
        length - column + below[column] - row - 1
        for row, length in enumerate(shape)
        for column in range(length)
    )
