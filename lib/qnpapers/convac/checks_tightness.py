"""Checks and controls of claims T2 and 4.1 to 4.5: how far ranks stay from their bounds.

Named in claims/levine2017.yml. Every function takes `rng` and `profile` ("smoke" or "full") and
returns a `Report`. A control is the same comparison where the claim must be rejected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import pairwise, product

import numpy as np

from qnpapers.convac import finite_field
from qnpapers.convac.architecture import Architecture
from qnpapers.convac.bridge import Pencil, bridge_cut, bridge_rank, certified_bridge_rank
from qnpapers.convac.comparisons import (
    Case,
    describe,
    largest_excess,
    mismatches,
    special_weights,
)
from qnpapers.convac.cut import min_cut, min_cuts
from qnpapers.convac.lower_bound import lower_bounds
from qnpapers.convac.rank import certified_rank, certified_ranks
from qnpapers.convac.refined_cut import refined_cut, refined_cuts
from qnpapers.convac.regions import left_right, regions_up_to_symmetry
from qnpapers.convac.score_table import rank_of_score_table
from qnpapers.convac.tensor import coefficient_tensor, matricize
from qnpapers.evidence import Evidence, Report

Region = tuple[int, ...]
Bounds = Callable[[Architecture, list[Region]], np.ndarray]

LARGEST = 256
"""Regions with a larger minimal cut are left out."""

PLANES = (Architecture(9, 2, (3, 2), window=3), (1, 2, 4, 5))
BRIDGE = (Architecture(16, 2, (3, 5, 5, 2)), (5, 6, 7, 11, 12, 13, 14, 15))
TWINS = (Architecture(4, 2, (4, 4), shared=True), left_right(4))


# T2: the cut of the rounded network is a lower bound


def rank_at_least_rounded_cut(*, rng: np.random.Generator, profile: str) -> Report:
    """T2: certified ranks against the lower bound, unshared weights. Outside: shared weights."""
    shared = [replace(architecture, shared=True) for architecture in _few_powers()]
    return Report(
        _shortfall(_varied(rng, profile), lower_bounds, rng),
        _shortfall(shared, lower_bounds, rng),
    )


def rank_at_least_cut_rounded_up(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T2: every dimension rounded *up* to a power of p."""
    return Report(_shortfall(_varied(rng, profile), _bounds_rounded_up, rng))


def _shortfall(
    architectures: Iterable[Architecture], bounds: Bounds, rng: np.random.Generator
) -> Evidence:
    """Largest (bound - rank), which must not be positive."""
    swapped = (
        (f"{what}: rank {rank}", bound, rank)
        for what, rank, bound in _cases(architectures, bounds, rng)
    )
    return largest_excess("largest (lower bound - rank)", swapped)


def _bounds_rounded_up(architecture: Architecture, regions: list[Region]) -> np.ndarray:
    largest = max(architecture.local_dim, *architecture.channels)

    def up(number: int, base: int) -> int:
        return next(base**k for k in range(number) if base**k >= number)

    cuts = [
        min_cuts(
            replace(
                architecture,
                local_dim=up(architecture.local_dim, base),
                channels=tuple(up(r, base) for r in architecture.channels),
            ),
            regions,
        )
        for base in range(2, largest + 1)
    ]
    return np.max(cuts, axis=0)


# T2.1: it is the minimal cut that is reached


def rank_equals_min_cut_for_any_widths(*, rng: np.random.Generator, profile: str) -> Report:
    """T2.1: eight sites, any widths. Outside: two larger networks that are known to miss."""
    known = [
        _with_rank(net, region, min_cut(net, region).weight, rng)
        for net, region in (PLANES, BRIDGE)
    ]
    return Report(
        mismatches("cases with rank != minimal cut", _cases(_pairs(profile), min_cuts, rng)),
        mismatches("cases with rank != minimal cut, larger networks", known),
    )


def rank_equals_lower_bound(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T2.1: the lower bound of T2 in the place of the minimal cut."""
    cases = _cases(_pairs(profile), lower_bounds, rng)
    return Report(mismatches("cases with rank != lower bound", cases))


# 4.1: widths that are no powers of one number


def cut_is_missed_by_other_widths(*, rng: np.random.Generator, profile: str) -> Report:
    """4.1: rank 7 below cut 8, rank 56 below cut 60: both from above and from below."""
    cases = [(*PLANES, 7, 8), (*BRIDGE, 56, 60)]
    return Report(_known_misses(cases, rng, profile))


def cut_is_missed_by_powers_of_two(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 4.1: the same with every width at the next power of two."""
    cases = [
        (replace(PLANES[0], channels=(4, 2)), PLANES[1], 7, 8),
        (replace(BRIDGE[0], channels=(4, 8, 8, 2)), BRIDGE[1], 56, 60),
    ]
    return Report(_known_misses(cases, rng, profile))


def _known_misses(
    cases: Iterable[tuple[Architecture, Region, int, int]],
    rng: np.random.Generator,
    profile: str,
) -> Evidence:
    return mismatches(
        "statements on rank and cut that are wrong",
        (
            statement
            for architecture, region, rank, cut in cases
            for statement in _statements(architecture, region, rank, cut, rng, profile)
        ),
    )


def _statements(
    architecture: Architecture,
    region: Region,
    rank: int,
    cut: int,
    rng: np.random.Generator,
    profile: str,
) -> Iterator[Case]:
    """The cut, the bound on the rank for all weights, and ranks by two primes and several draws."""
    what = f"{describe(architecture)}, region {region}"
    yield f"{what}, minimal cut", min_cut(architecture, region).weight, cut
    yield f"{what}, bound for all weights", refined_cut(architecture, region), rank
    for _ in range(2 if profile == "smoke" else 20):
        yield f"{what}, first prime", certified_rank(architecture, region, rng=rng), rank
        table = rank_of_score_table(architecture, region, cut, rng=rng)
        yield f"{what}, second prime", table, rank


# 4.2: shared weights


def cut_is_missed_by_shared_weights(*, rng: np.random.Generator, profile: str) -> Report:
    """4.2: rank 3 below cut 4, and the left-right formula with symmetric squares."""
    return Report(_shared_left_right(rng, profile, shared=True))


def cut_is_missed_by_unshared_weights(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 4.2: the same networks with weights of their own at every site."""
    return Report(_shared_left_right(rng, profile, shared=False))


def _shared_left_right(rng: np.random.Generator, profile: str, *, shared: bool) -> Evidence:
    architecture, region = TWINS
    twins = replace(architecture, shared=shared)
    named = _statements(twins, region, 3, 4, rng, profile)
    widths = (1, 2, 4, 7) if profile == "smoke" else (1, 2, 3, 4, 6, 8, 11)
    formula = (
        _with_rank(net, left_right(8), symmetric_left_right(net), rng)
        for local_dim, *channels in product((2, 3), *[widths] * 3)
        for net in [Architecture(8, local_dim, tuple(channels), shared=shared)]
    )
    return mismatches("statements on ranks that are wrong", (*named, *formula))


def symmetric_left_right(architecture: Architecture) -> int:
    """Left-right rank of a network with shared weights and windows of two (derived here).

    rho_0 = min(M, r_0),   rho_l = min(r_l, r_{l-1}, rho_{l-1} (rho_{l-1} + 1) / 2);
    rank = rho_{L-1}
    """
    rho = min(architecture.local_dim, architecture.channels[0])
    for below, width in pairwise(architecture.channels):
        rho = min(width, below, rho * (rho + 1) // 2)
    return rho


# 4.3: two tensors and a bond


def bridge_misses_its_cut(*, rng: np.random.Generator, profile: str) -> Report:
    """4.3: the formula with Kronecker blocks against certified ranks, for all small shapes."""
    return Report(_bridges(rng, profile, bridge_rank))


def bridge_reaches_its_cut(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 4.3: the minimal cut in the place of the formula."""
    return Report(_bridges(rng, profile, bridge_cut))


def _bridges(
    rng: np.random.Generator, profile: str, formula: Callable[[Pencil, Pencil], int]
) -> Evidence:
    sides = range(1, 6 if profile == "smoke" else 9)
    cases = (
        (
            f"legs {(a, b)} and {(c, d)}",
            certified_bridge_rank((a, b), (c, d), rng=rng),
            formula((a, b), (c, d)),
        )
        for a, b, c, d in product(sides, repeat=4)
    )
    return mismatches("shapes with another rank", cases)


# 4.4: the refined cut is an upper bound, for all weights


def rank_at_most_refined_cut(*, rng: np.random.Generator, profile: str) -> Report:
    """4.4: exact ranks of dense matrices, shared and unshared, generic and special weights."""
    return Report(_refined_excess(rng, profile, refined_cuts))


def rank_at_most_refined_cut_less_one(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 4.4: a bound smaller by one."""
    return Report(_refined_excess(rng, profile, lambda *case: refined_cuts(*case) - 1))


def _refined_excess(rng: np.random.Generator, profile: str, bounds: Bounds) -> Evidence:
    nets = [
        *(Architecture(8, 2, r, shared=True) for r in ((4, 4, 4), (2, 4, 3), (3, 6, 4))),
        *(Architecture(8, 2, (r,), window=8, shared=True) for r in (4, 20)),
        *(Architecture(9, 2, (r, 2), window=3, shared=s) for r in (3, 4) for s in (True, False)),
    ]
    cases = (
        case
        for architecture in nets * (1 if profile == "smoke" else 10)
        for case in _dense_cases(architecture, bounds, rng)
    )
    return largest_excess("largest (rank - refined cut)", cases)


def _dense_cases(
    architecture: Architecture, bounds: Bounds, rng: np.random.Generator
) -> Iterator[Case]:
    regions = regions_up_to_symmetry(architecture.sites, architecture.window)
    limits = bounds(architecture, regions).tolist()
    for kind, weights in special_weights(architecture, rng):
        tensor = finite_field.residues(coefficient_tensor(weights))
        for region, limit in zip(regions, limits, strict=True):
            what = f"{describe(architecture)}, {kind} weights, {region}"
            yield what, finite_field.rank(matricize(tensor, region)), limit


# 4.5: the refined cut is reached


def rank_equals_refined_cut(*, rng: np.random.Generator, profile: str) -> Report:
    """4.5: shared weights, up to eight sites, windows of two. Outside: sixteen sites."""
    return Report(_refined(rng, profile, refined_cuts), _refined_sixteen(rng))


def rank_equals_min_cut_when_shared(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 4.5: the minimal cut in the place of the refined one."""
    return Report(_refined(rng, profile, min_cuts))


def _refined(rng: np.random.Generator, profile: str, bounds: Bounds) -> Evidence:
    nets = (replace(net, shared=True) for net in (*_pairs(profile), *_fours()))
    return mismatches("cases with rank != bound, shared weights", _cases(nets, bounds, rng))


def _refined_sixteen(rng: np.random.Generator) -> Evidence:
    net = Architecture(16, 2, (2, 2, 4, 4), shared=True)
    return mismatches("cases with rank != bound, 16 sites", _cases([net], refined_cuts, rng))


# What the checks run over


def _cases(
    architectures: Iterable[Architecture], bounds: Bounds, rng: np.random.Generator
) -> Iterator[Case]:
    """Certified ranks and bounds for all classes of regions with a minimal cut up to `LARGEST`."""
    for architecture in architectures:
        every = regions_up_to_symmetry(architecture.sites, architecture.window)
        cuts = min_cuts(architecture, every)
        regions = [region for region, cut in zip(every, cuts, strict=True) if cut <= LARGEST]
        if regions:
            ranks = certified_ranks(architecture, regions, rng=rng).tolist()
            limits = bounds(architecture, regions).tolist()
            for region, rank, limit in zip(regions, ranks, limits, strict=True):
                yield f"{describe(architecture)}, region {region}", rank, limit


def _with_rank(
    architecture: Architecture, region: Region, expected: int, rng: np.random.Generator
) -> Case:
    what = f"{describe(architecture)}, region {region}"
    return what, certified_rank(architecture, region, rng=rng), expected


def _pairs(profile: str) -> Iterator[Architecture]:
    """Windows of two and eight sites: every level, and the sites, through all widths."""
    widths = (2, 3, 5) if profile == "smoke" else (1, 2, 3, 4, 5, 6, 7)
    for local_dim, *channels in product(
        (2, 3) if profile == "smoke" else (2, 3, 4, 5), *[widths] * 3
    ):
        yield Architecture(8, local_dim, tuple(channels))


def _fours() -> Iterator[Architecture]:
    for local_dim, *channels in product((1, 2, 3, 4), *[range(1, 9)] * 2):
        yield Architecture(4, local_dim, tuple(channels))


def _few_powers() -> Iterator[Architecture]:
    return (Architecture(4, 2, channels) for channels in product((1, 2, 4), repeat=2))


def _varied(rng: np.random.Generator, profile: str) -> list[Architecture]:
    """Widths 1 to 9 at random, windows of two, three, four and all sites at once."""
    shapes = {(8, 2): 3, (9, 3): 2, (16, 4): 2, (16, 2): 4, (8, 8): 1}
    return [
        Architecture(sites, int(rng.integers(2, 4)), _widths(levels, rng), window)
        for (sites, window), levels in shapes.items()
        for _ in range((12 if sites < 16 else 2) * (1 if profile == "smoke" else 10))
    ]


def _widths(levels: int, rng: np.random.Generator) -> tuple[int, ...]:
    return tuple(rng.integers(1, 10, size=levels).tolist())
