"""Overlapping and recurrent circuits as polynomials in all numbers of their inputs.

A polynomial is a dictionary from monomials to integers; a monomial is a sorted tuple of variables
(site, number), repeated as often as they occur. Nothing is evaluated: the rank between two groups
of sites is that of the matrix of coefficients, over the rational numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import product

from oracles.ranks import rank_over_rationals

Variable = tuple[int, int]
Polynomial = dict[tuple[Variable, ...], int]
Row = Sequence[Polynomial]


def input_variables(sites: int, local_dim: int) -> list[list[Polynomial]]:
    """One variable for each number of each input."""
    return [[{((site, d),): 1} for d in range(local_dim)] for site in range(sites)]


def basis_values(sites: int, local_dim: int, numbers: Sequence[int]) -> list[list[Polynomial]]:
    """The basis vectors e_{d_1}, e_{d_2}, ... as constant polynomials."""
    return [[{(): int(d == numbers[site])} for d in range(local_dim)] for site in range(sites)]


def overlapping_polynomial(layers, output, stride: int, inputs: Sequence[Row]) -> Polynomial:
    """layers[l][place][k] is a matrix; a layer with one place is shared."""
    row = list(inputs)
    for layer in layers:
        kernel = len(layer[0])
        above = []
        for j in range(0, len(row) - kernel + 1, stride):
            weights = layer[(j // stride) % len(layer)]
            windows = [_apply(weights[k], row[j + k]) for k in range(kernel)]
            above.append(_multiply_all(windows))
        row = above
    [result] = _apply([output], _multiply_all(row))
    return result


def recurrent_polynomial(layers, output, inputs: Sequence[Row]) -> Polynomial:
    """layers[l] is the pair (from below, from before); the first step has no state before it."""
    states: list[Row] = []
    for signal in inputs:
        before, states = states, []
        for number, (from_below, from_before) in enumerate(layers):
            signal = _apply(from_below, signal)
            if before:
                signal = _multiply_all([_apply(from_before, before[number]), signal])
            states.append(signal)
    [result] = _apply([output], states[-1])
    return result


def degree_in(polynomial: Polynomial, site: int) -> int:
    """Degree in the numbers of one input; all its terms must have the same."""
    [degree] = {
        sum(s == site for s, _ in monomial) for monomial, factor in polynomial.items() if factor
    }
    return degree


def rank_between(polynomial: Polynomial, inside: Collection[int]) -> int:
    """Separation rank: coefficients, rows by what comes from `inside`, columns by the rest."""
    split = {
        monomial: (
            tuple(v for v in monomial if v[0] in inside),
            tuple(v for v in monomial if v[0] not in inside),
        )
        for monomial in polynomial
    }
    rows = {row: i for i, row in enumerate(sorted({row for row, _ in split.values()}))}
    columns = {column: j for j, column in enumerate(sorted({c for _, c in split.values()}))}
    matrix = [[0] * len(columns) for _ in rows]
    for monomial, factor in polynomial.items():
        row, column = split[monomial]
        matrix[rows[row]][columns[column]] = factor
    return rank_over_rationals(matrix)


def rank_of_state(value_at, sites: int, local_dim: int, inside: Collection[int]) -> int:
    """Rank of the table of value_at(d_1, ..., d_N), rows by the sites inside."""
    outside = [site for site in range(sites) if site not in inside]
    members = sorted(inside)
    matrix = []
    for row in product(range(local_dim), repeat=len(members)):
        line = []
        for column in product(range(local_dim), repeat=len(outside)):
            numbers = [0] * sites
            for site, d in zip((*members, *outside), (*row, *column), strict=True):
                numbers[site] = d
            line.append(value_at(numbers).get((), 0))
        matrix.append(line)
    return rank_over_rationals(matrix)


def _apply(matrix, row: Row) -> list[Polynomial]:
    result = []
    for weights in matrix:
        total: Polynomial = {}
        for weight, polynomial in zip(weights, row, strict=True):
            for monomial, factor in polynomial.items():
                total[monomial] = total.get(monomial, 0) + int(weight) * factor
        result.append(total)
    return result


def _multiply_all(rows: Sequence[Row]) -> list[Polynomial]:
    """Channel by channel."""
    result = list(rows[0])
    for row in rows[1:]:
        result = [_times(one, other) for one, other in zip(result, row, strict=True)]
    return result


def _times(one: Polynomial, other: Polynomial) -> Polynomial:
    total: Polynomial = {}
    for left, factor in one.items():
        for right, second in other.items():
            monomial = tuple(sorted((*left, *right)))
            total[monomial] = total.get(monomial, 0) + factor * second
    return total
