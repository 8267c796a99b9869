"""Schmidt numbers of ConvACs, certified: exact ranks over a finite field, without the tensor."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from qnpapers.convac import finite_field
from qnpapers.convac.architecture import Architecture, region_mask
from qnpapers.convac.cut import Branches, branches, branches_of_subtrees
from qnpapers.convac.subtrees import Subtrees, as_subtrees, subtrees_of_region
from qnpapers.convac.tensor import output_vector
from qnpapers.convac.weights import Weights
from qnpapers.errors import SizeError

MAX_RANK = 8192
"""Largest matrix that is eliminated; above it `at_most` must say how much rank to certify."""

MAX_CORE = 2**28
"""Largest array that is carried up the tree: 2**28 residues, one gigabyte."""

_UNMIXED = np.empty((0, 0), dtype=np.uint32)


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
        SizeError: the minimal cut is above `MAX_RANK` and `at_most` does not limit it, a subtree
            needs more than `MAX_CORE` numbers, or `at_most` is below 1.
    """
    *layers, output = _random_layers(architecture, rng)
    return _rank(architecture, [*layers, output[None, :1]], region, rng, at_most)


def _random_layers(architecture: Architecture, rng: np.random.Generator) -> list[np.ndarray]:
    """Uniform weights of all levels, then the output vectors; one draw is faster than several."""
    drawn = finite_field.random_residues((architecture.parameters,), rng=rng)
    layers = []
    for shape in (*architecture.weight_shapes(), (architecture.classes, architecture.channels[-1])):
        size = math.prod(shape)
        layers.append(drawn[:size].reshape(shape))
        drawn = drawn[size:]
    return layers


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
    C[i, g, j] = <u_i| phi^g |x_j>: row vectors u_i on its sites inside the region, column vectors
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
    arrays = [*weights.layers, output_vector(weights, label)[None, None, :]]
    layers = [finite_field.residues(array) for array in arrays]
    return _rank(weights.architecture, layers, region, rng, at_most)


def certified_ranks(
    architecture: Architecture,
    regions: Subtrees | Sequence[Iterable[int]],
    *,
    rng: np.random.Generator,
    at_most: int | None = None,
) -> np.ndarray:
    """Ranks of many regions over GF(p) for *one* draw of the weights, see `certified_rank`.

    What two regions have in common is carried up the tree once. For all classes of bipartitions
    of 8 or 16 sites this is several times faster than one region at a time.

    Args:
        architecture: shared or unshared weights, any window.
        regions: 0-based sites of each region, or their `distinct_subtrees`.
        rng: source of the weights and of the sketches.
        at_most: stop at this rank: each result is min(at_most, rank).

    Returns:
        integers in the order of the regions, each a lower bound on a generic rank. One draw of
        weights serves all regions: errors of several regions are not independent.

    Raises:
        RegionError: there is no region, or one is empty, everything, out of range or not made of
            integers.
        SizeError: as for `certified_rank`.

    Example:
        >>> net = Architecture(4, 2, (4, 4), shared=True)
        >>> certified_ranks(net, [[0, 1], [0, 2]], rng=np.random.default_rng(0)).tolist()
        [3, 4]
    """
    subtrees = as_subtrees(architecture, regions)
    levels = branches_of_subtrees(architecture, subtrees)
    return certify(architecture, subtrees, levels, rng=rng, at_most=at_most)


def certify(
    architecture: Architecture,
    subtrees: Subtrees,
    levels: Sequence[Branches],
    *,
    rng: np.random.Generator,
    at_most: int | None = None,
) -> np.ndarray:
    """`certified_ranks` where the minimal cuts are known already."""
    *layers, output = _random_layers(architecture, rng)
    ranks = _sweep(
        architecture,
        [*layers, output[None, :1]],
        subtrees,
        levels,
        _limit(levels[-1], at_most),
        finite_field.random_state(rng=rng),
    )
    return np.array(ranks)[subtrees.tops]


def _rank(
    architecture: Architecture,
    layers: Sequence[np.ndarray],
    region: Iterable[int],
    rng: np.random.Generator,
    at_most: int | None,
) -> int:
    inside = region_mask(architecture.sites, region)
    levels = branches(architecture, inside)
    limit = _limit(levels[-1], at_most)
    subtrees = subtrees_of_region(inside, architecture.window)
    state = finite_field.random_state(rng=rng)
    return _sweep(architecture, layers, subtrees, levels, limit, state)[0]


def _sweep(
    architecture: Architecture,
    layers: Sequence[np.ndarray],
    subtrees: Subtrees,
    levels: Sequence[Branches],
    limit: int,
    state: np.ndarray,
) -> list[int]:
    """From the sites up to the output vector, which is the last one of `layers`."""
    sites = zip(subtrees.places[0].tolist(), subtrees.inside.tolist(), strict=True)
    cores = [_leaf(_matrix(layers[0], site), inside) for site, inside in sites]
    widths = (*architecture.channels[1:], 1)
    for number, (layer, width) in enumerate(zip(layers[1:], widths, strict=True)):
        entries = zip(
            subtrees.children[number].tolist(),
            subtrees.places[number + 1].tolist(),
            levels[number + 1].rank_bounds(width),
            strict=True,
        )
        cores = [
            _join(
                [cores[child] for child in children],
                _matrix(layer, site),
                min(rows, limit),
                min(columns, limit),
                state,
            )
            for children, site, (rows, columns) in entries
        ]
    return [finite_field.rank(core[:, 0, :]) for core in cores]


def _limit(top: Branches, at_most: int | None) -> int:
    """No more rank than this is asked for."""
    whole = int(top.free.max())
    limit = whole if at_most is None else min(whole, at_most)
    if limit < 1:
        raise SizeError(f"at_most = {at_most}: must be at least 1")
    if limit > MAX_RANK:
        raise SizeError(
            f"the minimal cut is {_number(whole)}, too large to eliminate "
            f"(at most {MAX_RANK}): pass at_most=... to certify a smaller lower bound"
        )
    return limit


def _matrix(layer: np.ndarray, site: int) -> np.ndarray:
    """Weight matrix of a site; a layer of shared weights has only one."""
    return layer[site % len(layer)]


def _leaf(matrix: np.ndarray, inside: bool) -> np.ndarray:
    """C[i, g, j] of one site: its index labels rows if it is inside the region, else columns."""
    return matrix.T.copy()[:, :, None] if inside else matrix[None, :, :]


def _join(
    children: Sequence[np.ndarray], matrix: np.ndarray, rows: int, columns: int, state: np.ndarray
) -> np.ndarray:
    """C[i, g, j] of a subtree: its children multiplied channel by channel, mixed by `matrix`.

    In a wide window the children that have rows only are multiplied first, and so are the others:
    the large product of rows and columns is formed in the last step only, where it is mixed.
    """
    left, right = children if len(children) == 2 else _halves(children, rows, columns, state)
    return _pair(left, right, matrix, rows, columns, state)


def _halves(
    children: Sequence[np.ndarray], rows: int, columns: int, state: np.ndarray
) -> list[np.ndarray]:
    parts = sorted(children, key=_has_columns)
    split = sum(not _has_columns(core) for core in parts)
    split = split if 0 < split < len(parts) else len(parts) // 2
    return [_product(group, rows, columns, state) for group in (parts[:split], parts[split:])]


def _has_columns(core: np.ndarray) -> bool:
    return core.shape[2] > 1


def _product(parts: Sequence[np.ndarray], rows: int, columns: int, state: np.ndarray) -> np.ndarray:
    """Product of cores channel by channel, two by two."""
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    left, right = (_product(group, rows, columns, state) for group in (parts[:half], parts[half:]))
    return _pair(left, right, _UNMIXED, rows, columns, state)


def _pair(
    left: np.ndarray,
    right: np.ndarray,
    matrix: np.ndarray,
    rows: int,
    columns: int,
    state: np.ndarray,
) -> np.ndarray:
    height, breadth = (
        min(rows, len(left) * len(right)),
        min(columns, left.shape[2] * right.shape[2]),
    )
    entries = height * breadth * (len(matrix) or left.shape[1])
    if entries > MAX_CORE:
        raise SizeError(
            f"the rank of this region needs an array of {float(entries):.2g} residues; "
            f"at most {MAX_CORE} are formed: pass at_most=... to certify a smaller lower bound"
        )
    return finite_field.join(left, right, matrix, rows, columns, state)


def _number(value: int) -> str:
    return str(value) if value < 10**9 else f"about 10^{math.log10(value):.1f}"
