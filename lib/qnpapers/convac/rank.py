"""Schmidt numbers of ConvACs, certified: exact ranks over a finite field, without the tensor."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import reduce

import numpy as np

from qnpapers.convac import finite_field
from qnpapers.convac.architecture import Architecture
from qnpapers.convac.cut import branches
from qnpapers.convac.tensor import output_vector
from qnpapers.convac.weights import Weights
from qnpapers.errors import SizeError

MAX_RANK = 8192
"""Largest matrix that is eliminated; above it `at_most` must say how much rank to certify."""


def certified_rank(
    architecture: Architecture,
    region: Iterable[int],
    *,
    rng: np.random.Generator,
    at_most: int | None = None,
) -> int:
    """Rank of [[A]] over GF(p), p = 2**31 - 1, for weights drawn uniformly from GF(p).

    A minor that is not zero modulo p is not the zero polynomial in the weights, so

        rank over GF(p)  <=  rank for almost all real weights  <=  weight of the minimal cut.

    The result is a *proof* of the first number as a lower bound. Where it equals the minimal cut,
    the rank for almost all weights is thereby known exactly. A result below the minimal cut is
    strong evidence only: it is too small with a probability of about rank * sites / p.

    Args:
        architecture: shared or unshared weights, any window.
        region: 0-based sites.
        rng: source of the weights and of the sketches (see `rank_modulo_p`).
        at_most: stop at this rank: the result is min(at_most, rank), still a lower bound.

    Raises:
        RegionError: the region is empty, everything, out of range or not made of integers.
        SizeError: the minimal cut is above `MAX_RANK` and `at_most` does not limit it, or
            `at_most` is below 1.
    """
    layers = [finite_field.random_residues(s, rng=rng) for s in architecture.weight_shapes()]
    output = finite_field.random_residues(
        (architecture.classes, architecture.channels[-1]), rng=rng
    )
    weights = Weights(architecture, tuple(layers), output)
    return rank_modulo_p(weights, region, rng=rng, at_most=at_most)


def rank_modulo_p(
    weights: Weights,
    region: Iterable[int],
    *,
    rng: np.random.Generator,
    label: int = 0,
    at_most: int | None = None,
) -> int:
    """Rank of [[A^y]] over GF(p) for given integer weights.

    The dense matrix is never formed. Every subtree is carried upwards as a small array
    C[i, j, g] = <u_i| phi^g |x_j>: row vectors u_i on its sites inside the region, column vectors
    x_j on the others. As many vectors are kept as the minimal cut through the subtree allows, for
    no more can be independent. Where the children bring all their vectors, these are kept as they
    are; where they bring more than the cut allows, random products u = u^1 x u^2 x ... are drawn.
    Random products lose rank only if a polynomial happens to vanish modulo p (probability about
    rank * sites / p); they never add rank.

    Args:
        weights: integers (any dtype that holds them).
        region: 0-based sites.
        rng: source of the random products.
        label: y, 0-based.
        at_most: stop at this rank: the result is min(at_most, rank).

    Raises:
        RegionError, SizeError: as for `certified_rank`.
        ShapeError: a weight is no integer, or there is no class `label`.
    """
    architecture = weights.architecture
    caps = _Caps(architecture, list(region), at_most)
    exact = replace(weights, layers=tuple(finite_field.residues(a) for a in weights.layers))
    cores = [
        _sketch([_leaf(layer, inside)], *caps.at(0, site), rng)
        for site, (layer, inside) in enumerate(zip(exact.layer(0), caps.inside, strict=True))
    ]
    for level in range(1, architecture.levels + 1):
        layer = exact.layer(level) if level < architecture.levels else None
        joined = []
        for site in range(architecture.sites_at(level)):
            children = cores[site * architecture.window : (site + 1) * architecture.window]
            core = _sketch(children, *caps.at(level, site), rng)
            joined.append(core if layer is None else _mix(core, layer[site]))
        cores = joined
    output = finite_field.residues(output_vector(weights, label))
    return finite_field.rank(_mix(cores[0], output[None, :])[:, :, 0])


class _Caps:
    """How many row and column vectors each subtree needs: the minimal cut through it."""

    def __init__(self, architecture: Architecture, region: Sequence[int], at_most: int | None):
        self._levels = branches(architecture, region)
        self._widths = (*architecture.channels, 1)
        self.inside = self._levels[0].kind.astype(bool)
        top = self._levels[-1]
        whole = min(top.with_region[0], top.without[0])
        self.limit = whole if at_most is None else min(whole, at_most)
        if self.limit < 1:
            raise SizeError(f"at_most = {at_most}: must be at least 1")
        if self.limit > MAX_RANK:
            raise SizeError(
                f"the minimal cut is {_number(whole)}, too large to eliminate "
                f"(at most {MAX_RANK}): pass at_most=... to certify a smaller lower bound"
            )

    def at(self, level: int, site: int) -> tuple[int, int]:
        """(rows, columns) needed for the subtree whose top matrix stands at (level, site)."""
        branch = self._levels[level]
        kind, width = branch.kind[site], self._widths[level]
        with_region, without = branch.with_region[kind], branch.without[kind]
        rows, columns = min(without, with_region * width), min(with_region, without * width)
        return min(rows, self.limit), min(columns, self.limit)


def _leaf(layer: np.ndarray, inside: bool) -> np.ndarray:
    """One site: its index labels rows if it is inside the region, else columns; [i, j, g]."""
    return layer.T[:, None, :] if inside else layer.T[None, :, :]


def _sketch(
    children: Sequence[np.ndarray], rows: int, columns: int, rng: np.random.Generator
) -> np.ndarray:
    """Product of the children channel by channel, with at most the given rows and columns."""
    row_maps = _maps([c.shape[0] for c in children], rows, rng)
    column_maps = _maps([c.shape[1] for c in children], columns, rng)
    factors = [
        _apply(_apply(child, row_map).transpose(1, 0, 2), column_map).transpose(1, 0, 2)
        for child, row_map, column_map in zip(children, row_maps, column_maps, strict=True)
    ]
    return reduce(finite_field.multiply_entries, factors)


def _maps(sizes: Sequence[int], wanted: int, rng: np.random.Generator) -> list[np.ndarray]:
    """For each child, which of its vectors go into each product: an index or a random map."""
    total = math.prod(sizes)
    if total <= wanted:
        grid = np.indices(sizes).reshape(len(sizes), total)
        return list(grid)
    return [finite_field.random_residues((wanted, size), rng=rng) for size in sizes]


def _apply(core: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Choose (1-D indices) or combine (2-D map) along the first axis of a core."""
    if vectors.ndim == 1:
        return core[vectors]
    flat = finite_field.multiply(vectors, core.reshape(core.shape[0], -1))
    return flat.reshape(len(vectors), *core.shape[1:])


def _mix(core: np.ndarray, layer: np.ndarray) -> np.ndarray:
    """Weight matrix (r_l, r_{l-1}) on the channels of a core; [i, j, g]."""
    flat = finite_field.multiply(core.reshape(-1, core.shape[2]), layer.T)
    return flat.reshape(*core.shape[:2], -1)


def _number(value: int) -> str:
    return str(value) if value < 10**9 else f"about 10^{math.log10(value):.1f}"
