"""Checks and controls of claims A5 and T6 to T8.3: which level serves which distance.

Named in claims/levine2017.yml. Every function takes `rng` and `profile` ("smoke" or "full") and
returns a `Report`. A control is the same comparison where the claim must be rejected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import product
from typing import Literal

import numpy as np

from qnpapers.convac.architecture import Architecture
from qnpapers.convac.comparisons import Case, describe, mismatches
from qnpapers.convac.cut import min_cut, min_cuts
from qnpapers.convac.cut_formulas import left_right_rank, stripe_rank, window_stripes
from qnpapers.convac.mirrored import SIDE, mirrored_network, pixel_region
from qnpapers.convac.rank import certified_rank
from qnpapers.convac.regions import interleaved, left_right, stripes
from qnpapers.evidence import Evidence, Report

Region = tuple[int, ...]
Formula = Callable[[Architecture], int]

LARGEST = 256
"""Ranks are certified up to here; of larger cases only the minimal cut is compared."""

# A5: a level serves its own distance and all longer ones


def each_level_serves_its_distance_and_longer(*, rng: np.random.Generator, profile: str) -> Report:
    """A5: raising r_l by one raises certified ranks of stripes of 2**s sites exactly if l <= s.

    Outside the condition: r_l raised above what the lower levels can use.
    """
    return Report(_steps(rng, profile, lambda level, s: level <= s), _steps_beyond(rng))


def each_level_serves_its_distance_only(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of A5: exactly if l = s, as if every level had a distance for itself."""
    return Report(_steps(rng, profile, lambda level, s: level == s))


def _steps(rng: np.random.Generator, profile: str, serves: Callable[[int, int], bool]) -> Evidence:
    wide = _wide(2 if profile == "smoke" else 3)
    steps = [
        (level, width)
        for level in range(wide.levels)
        for width in range(1, min(wide.local_dim ** (2**level), 20))
    ]
    return mismatches(
        "steps of one channel that serve other distances", _raised(wide, steps, serves, rng)
    )


def _steps_beyond(rng: np.random.Generator) -> Evidence:
    """From M**2 channels on, level 0 is as wide as the sites can use at any distance."""
    wide = _wide(2)
    return mismatches(
        "steps of one channel that serve other distances, level 0 beyond M^2 channels",
        _raised(wide, [(0, 4), (0, 5)], lambda level, s: level <= s, rng),
    )


def _wide(local_dim: int) -> Architecture:
    """No level is narrower than what the levels below it can use."""
    return Architecture(8, local_dim, (local_dim**4,) * 3)


def _raised(
    wide: Architecture,
    steps: Iterable[tuple[int, int]],
    serves: Callable[[int, int], bool],
    rng: np.random.Generator,
) -> Iterator[Case]:
    for (level, width), s in product(steps, range(wide.levels)):
        region = stripes(wide.sites, 2**s)
        ranks = [
            certified_rank(_with_width(wide, level, r), region, rng=rng, at_most=4 * LARGEST)
            for r in (width, width + 1)
        ]
        what = f"M={wide.local_dim}, r_{level} from {width} to {width + 1}, width {2**s}"
        yield what, int(ranks[1] > ranks[0]), int(serves(level, s))


def _with_width(architecture: Architecture, level: int, width: int) -> Architecture:
    channels = list(architecture.channels)
    channels[level] = width
    return replace(architecture, channels=tuple(channels))


# T6: between odd and even sites


def interleaved_rank_follows_the_lowest_level(*, rng: np.random.Generator, profile: str) -> Report:
    """T6: minimal cuts and certified ranks, windows of two, and of four with two sites inside."""
    return Report(_against(_interleaved_cases(rng, profile), rng, _lowest_level))


def interleaved_rank_follows_the_next_level(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T6: r_1 in the place of r_0."""

    def next_level(architecture: Architecture) -> int:
        return _lowest_level(_with_width(architecture, 0, architecture.channels[1]))

    return Report(_against(_interleaved_cases(rng, profile), rng, next_level))


def _lowest_level(architecture: Architecture) -> int:
    """The formula of T6, as it stands there."""
    sites, local_dim, width = architecture.sites, architecture.local_dim, architecture.channels[0]
    if architecture.window == 2:
        return min(local_dim, width) ** (sites // 2)
    return min(width, local_dim**2) ** (sites // 4)


def _interleaved_cases(
    rng: np.random.Generator, profile: str
) -> Iterator[tuple[Architecture, Region]]:
    for sites, window in ((4, 2), (8, 2), (16, 4), (256, 2), (256, 4)):
        for architecture in _random_networks(sites, window, rng, profile):
            yield architecture, interleaved(sites)
            if window == 4:
                yield architecture, stripes(sites, 2)


# T7: between the left and the right half


def left_right_rank_follows_all_levels(*, rng: np.random.Generator, profile: str) -> Report:
    """T7: minimal cuts and certified ranks of halves, windows of two."""
    return Report(_against(_halves(rng, profile), rng, left_right_rank))


def left_right_rank_follows_doubled_exponents(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T7: the copy tensors of a level counted in both halves, not in one."""

    def doubled(architecture: Architecture) -> int:
        *lower, top = architecture.channels
        counted = (r ** architecture.sites_at(level + 1) for level, r in enumerate(lower))
        return min(top, architecture.local_dim**architecture.sites, *counted)

    return Report(_against(_halves(rng, profile), rng, doubled))


def _halves(rng: np.random.Generator, profile: str) -> Iterator[tuple[Architecture, Region]]:
    for sites in (4, 8, 16, 256):
        for architecture in _random_networks(sites, 2, rng, profile):
            yield architecture, left_right(sites)


# T8: widths above log2 of the size of a feature do not enter


def deeper_levels_do_not_enter(*, rng: np.random.Generator, profile: str) -> Report:
    """T8: the levels above log2(size) are redrawn: no cut, and no certified rank, changes.

    Features: subsets of intervals of `size` sites, at any place of a row of sites, and subsets of
    squares of `size` x `size` pixels, at any place of an image.
    """
    return Report(_redrawn(rng, profile, lowest=1))


def the_level_of_the_size_does_not_enter(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T8: the level log2(size) itself is redrawn too."""
    return Report(_redrawn(rng, profile, lowest=0))


def _redrawn(rng: np.random.Generator, profile: str, lowest: int) -> Evidence:
    """Redraw the widths of the levels from log2(size) + lowest on."""
    count = 150 if profile == "smoke" else 3000
    cases = [
        (architecture, region, _redraw(architecture, exponent + lowest, rng))
        for draw in range(count)
        for architecture, region, exponent in [_feature(draw, rng)]
    ]
    return mismatches("features whose cut or rank changes", _before_and_after(cases, rng))


def _feature(draw: int, rng: np.random.Generator) -> tuple[Architecture, Region, int]:
    """A random network, a random part of a feature, and log2 of the feature's size."""
    window, levels = ((2, 3), (2, 6), (4, 4))[draw % 3]
    side = 2**levels
    exponent = int(rng.integers(0, levels - 1))
    size = int(rng.integers(2**exponent // 2 + 1, 2**exponent + 1))
    part = rng.random((side,) * (window // 2)) < (2.0 if draw % 2 else 0.7)
    inside = np.zeros_like(part)
    places = rng.integers(0, side - size + 1, size=part.ndim).tolist()
    feature = tuple(slice(place, place + size) for place in places)
    inside[feature] = part[feature]
    inside[tuple(places)] = True  # never empty
    region = pixel_region(inside) if window == 4 else tuple(np.flatnonzero(inside).tolist())
    widths = _widths(levels, 8 if levels == 3 else 60, rng)
    return Architecture(window**levels, int(rng.integers(2, 5)), widths, window), region, exponent


def _redraw(architecture: Architecture, level: int, rng: np.random.Generator) -> Architecture:
    widths = list(architecture.channels)
    widths[level:] = _widths(architecture.levels - level, 8, rng)
    return replace(architecture, channels=tuple(widths))


def _before_and_after(
    cases: Iterable[tuple[Architecture, Region, Architecture]], rng: np.random.Generator
) -> Iterator[Case]:
    for before, region, after in cases:
        what = f"{describe(before)}, then r={after.channels}, {len(region)} sites from {region[0]}"
        cut = min_cut(before, region).weight
        yield f"cut, {what}", min_cut(after, region).weight, cut
        if before.sites == 8 and cut <= LARGEST:
            ranks = [certified_rank(net, region, rng=rng) for net in (after, before)]
            yield f"rank, {what}", ranks[0], ranks[1]


# T8.1: stripes have the rank of a formula, for all widths


def stripes_reach_the_formula(*, rng: np.random.Generator, profile: str) -> Report:
    """T8.1: certified ranks of stripes, windows of 2 to 5, any widths, shared and unshared."""
    return Report(_stripes(rng, profile, stripe_rank))


def stripes_of_shared_weights_reach_powers(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T8.1: the formula of unshared weights for shared ones too."""

    def powers(architecture: Architecture, level: int, inside: int) -> int:
        return stripe_rank(replace(architecture, shared=False), level, inside)

    return Report(_stripes(rng, profile, powers))


def _stripes(
    rng: np.random.Generator, profile: str, formula: Callable[[Architecture, int, int], int]
) -> Evidence:
    return mismatches(
        "stripes of another rank",
        (
            (
                f"{describe(net)}, level {level}, {inside} of {net.window} blocks inside",
                certified_rank(net, window_stripes(net, level, inside), rng=rng, at_most=LARGEST),
                min(formula(net, level, inside), LARGEST),
            )
            for net in _several_windows(rng, profile)
            for level in range(net.levels)
            for inside in range(1, net.window // 2 + 1)
        ),
    )


def _several_windows(rng: np.random.Generator, profile: str) -> Iterator[Architecture]:
    shapes = ((2, 2), (2, 3), (2, 4), (3, 2), (4, 2), (5, 1))
    draws = 8 if profile == "smoke" else 150
    for (window, levels), shared in product(shapes * draws, (False, True)):
        widths = _widths(levels, 10, rng)
        yield Architecture(window**levels, int(rng.integers(2, 5)), widths, window, shared=shared)


# T8.2: the wide base and the wide tip


def base_wins_near_and_tip_wins_far(*, rng: np.random.Generator, profile: str) -> Report:
    """T8.2: base ahead at stripes of 1 and 2 pixels, even at 4 and 8, tip ahead at 16 and 32.

    Outside the condition: r = 1, and r = 100, as many channels as two pixels can use.
    """
    order = (1, 1, 0, 0, -1, -1)
    smallest = (2, 10, 99) if profile == "smoke" else range(2, 100)
    return Report(
        _orders(smallest, order),
        _orders((1, 100), order),
    )


def base_wins_one_half_and_tip_the_other(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T8.2: base ahead at the three shorter distances, tip at the three longer ones."""
    return Report(_orders((2, 10, 99), (1, 1, 1, -1, -1, -1)))


def _orders(smallest: Iterable[int], order: tuple[int, ...]) -> Evidence:
    """Formula and minimal cut: 1 where the base is ahead, 0 for a tie, -1 where the tip is."""
    return mismatches(
        "stripes with another order of the two networks",
        (
            (f"r = {r}, stripes of {2**level} pixels, {name}", _sign(rank, r, level), expected)
            for r in smallest
            for level, expected in enumerate(order)
            for name, rank in (("formula", stripe_rank), ("minimal cut", _stripe_cut))
        ),
    )


def _sign(rank: Callable[[Architecture, int], int], r: int, level: int) -> int:
    base, tip = (rank(mirrored_network(kind, r), level) for kind in ("base", "tip"))
    return (base > tip) - (base < tip)


def _stripe_cut(architecture: Architecture, level: int) -> int:
    columns = np.arange(SIDE) // 2**level % 2 == 0
    return min_cut(architecture, pixel_region(np.tile(columns, (SIDE, 1)))).weight


# T8.3: where a split lies decides, not only how large its parts are


def tip_wins_along_pooled_blocks_only(*, rng: np.random.Generator, profile: str) -> Report:
    """T8.3: splits along a column: tip ahead at 16, 32, 48, base ahead off multiples of 4.

    Outside the condition: r = 100, as many channels as two pixels can use.
    """
    smallest = (2, 10, 80) if profile == "smoke" else (2, 3, 5, 10, 20, 40, 60, 80)
    return Report(_splits(smallest, _along_blocks), _splits((100,), _along_blocks))


def tip_wins_every_split(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T8.3: the tip ahead at every split, since each part is large."""
    return Report(_splits((2, 10), lambda _: -1))


def _along_blocks(split: int) -> int | None:
    """Who is ahead, as in `_orders`; None where T8.3 does not say."""
    if split % 4:
        return 1
    return -1 if split % 16 == 0 else None


def _splits(smallest: Iterable[int], expected: Callable[[int], int | None]) -> Evidence:
    columns = np.arange(SIDE)
    regions = {x: pixel_region(np.tile(columns < x, (SIDE, 1))) for x in range(1, SIDE)}
    told = [x for x in regions if expected(x) is not None]

    def cuts(kind: Literal["base", "tip"], r: int) -> list[int]:
        return min_cuts(mirrored_network(kind, r), [regions[x] for x in told]).tolist()

    return mismatches(
        "splits with another order of the two networks",
        (
            (f"r = {r}, split at column {x}", (base > tip) - (base < tip), expected(x) or 0)
            for r in smallest
            for x, base, tip in zip(told, cuts("base", r), cuts("tip", r), strict=True)
        ),
    )


# What is compared with a formula


def _random_networks(
    sites: int, window: int, rng: np.random.Generator, profile: str
) -> Iterator[Architecture]:
    levels = 0
    while window**levels < sites:
        levels += 1
    for _ in range(12 if profile == "smoke" else 200):
        widths = _widths(levels, 12, rng)
        yield Architecture(sites, int(rng.integers(2, 5)), widths, window)


def _widths(levels: int, below: int, rng: np.random.Generator) -> tuple[int, ...]:
    return tuple(rng.integers(1, below, size=levels).tolist())


def _against(
    cases: Iterable[tuple[Architecture, Region]], rng: np.random.Generator, formula: Formula
) -> Evidence:
    """Minimal cuts of all networks, and certified ranks of small ones, against a formula."""
    return mismatches(
        "cuts and ranks that differ from the formula", _cuts_and_ranks(cases, rng, formula)
    )


def _cuts_and_ranks(
    cases: Iterable[tuple[Architecture, Region]], rng: np.random.Generator, formula: Formula
) -> Iterator[Case]:
    for architecture, region in cases:
        what, expected = describe(architecture), formula(architecture)
        yield f"cut, {what}", min_cut(architecture, region).weight, expected
        if architecture.sites <= 16:
            rank = certified_rank(architecture, region, rng=rng, at_most=LARGEST)
            yield f"rank up to {LARGEST}, {what}", rank, min(expected, LARGEST)
