"""Coefficient tensors of ConvACs entry by entry, straight from the definition, in exact arithmetic.

Weights are nested lists: `layers[l][j][g][a]`, and `output[a]`. A level with a single site in its
list is shared by all sites of that level.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import prod

Layers = Sequence[Sequence[Sequence[Sequence[int | Fraction]]]]
Tensor = dict[tuple[int, ...], Fraction]


def coefficient_tensor(
    layers: Layers, output: Sequence[int | Fraction], window: int, sites: int
) -> Tensor:
    """A_{d_1..d_N} as a sum over one index for every copy tensor of the product of all weights."""
    local_dim = len(layers[0][0][0])
    return {
        index: sum(
            (term(layers, output, window, index, c) for c in channels(layers, window, sites)),
            Fraction(0),
        )
        for index in product(range(local_dim), repeat=sites)
    }


def channels(layers: Layers, window: int, sites: int) -> Iterator[list[tuple[int, ...]]]:
    """Every choice of one index for each copy tensor, a tuple for each level."""
    levels = []
    for level, layer in enumerate(layers):
        copies = sites // window ** (level + 1)
        levels.append(list(product(range(len(layer[0])), repeat=copies)))
    return (list(choice) for choice in product(*levels))


def term(
    layers: Layers,
    output: Sequence[int | Fraction],
    window: int,
    index: Sequence[int],
    chosen: Sequence[Sequence[int]],
) -> Fraction:
    """Product of the entries of all weight matrices for fixed legs and fixed copy indices."""
    value = Fraction(output[chosen[-1][0]])
    below = index
    for layer, above in zip(layers, chosen, strict=True):
        for j, column in enumerate(below):
            matrix = layer[j if len(layer) > 1 else 0]
            value *= matrix[above[j // window]][column]
        below = above
    return value


def inner_product(tensor: Tensor, features: Sequence[Sequence[Fraction]]) -> Fraction:
    """sum_d A_d prod_j f_{d_j}(x_j), term by term."""
    return sum(
        (
            value * prod(features[j][d] for j, d in enumerate(index))
            for index, value in tensor.items()
        ),
        Fraction(0),
    )


def unfold(tensor: Tensor, sites: int, region: Collection[int]) -> list[list[Fraction]]:
    """The matrix [[A]]: rows are labelled by the indices in the region, in increasing order."""
    local_dim = 1 + max(index[0] for index in tensor)
    inside = [j for j in range(sites) if j in region]
    outside = [j for j in range(sites) if j not in region]
    rows = []
    for row_index in product(range(local_dim), repeat=len(inside)):
        row = []
        for column_index in product(range(local_dim), repeat=len(outside)):
            where = dict(zip(inside, row_index, strict=True))
            where |= dict(zip(outside, column_index, strict=True))
            row.append(tensor[tuple(where[j] for j in range(sites))])
        rows.append(row)
    return rows
