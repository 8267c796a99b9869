"""Checks and controls of claims T5 to T5.3: what depth buys, and what it does not.

Named in claims/levine2017.yml. Every function takes `rng` and `profile` ("smoke" or "full") and
returns a `Report`. A control is the same comparison where the claim must be rejected.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import product

import numpy as np

from qnpapers.convac.architecture import Architecture
from qnpapers.convac.comparisons import Case, describe, mismatches
from qnpapers.convac.rank import certified_rank
from qnpapers.convac.regions import interleaved
from qnpapers.convac.shallow_and_deep import (
    fit_shallow,
    paired_weights,
    shallow_channels_needed,
)
from qnpapers.convac.tensor import coefficient_tensor
from qnpapers.convac.weights import Weights, random_weights
from qnpapers.evidence import Evidence, Report

ROUND_OFF = 1e-9
"""Relative distances are square roots of sums of squares that cancel to about 1e-16."""

# T5: a shallow network needs exponentially many channels


def shallow_networks_need_exponentially_many_channels(
    *, rng: np.random.Generator, profile: str
) -> Report:
    """T5: ranks of shallow networks, and how many channels reach the rank of a deep one.

    Outside the condition: shallow networks with shared weights.
    """

    def power(local_dim: int, width: int, pairs: int) -> int:
        return min(local_dim, width) ** pairs

    return Report(
        mismatches(
            "ranks and numbers of channels that differ",
            (*_shallow_ranks(rng, profile), *_channels_needed(rng, profile, power)),
        ),
        mismatches("ranks that differ, shared weights", _shallow_ranks(rng, profile, shared=True)),
    )


def shallow_networks_need_a_multiple_of_the_channels(
    *, rng: np.random.Generator, profile: str
) -> Report:
    """Control of T5: as many channels as the deep network, times the number of pairs."""

    def multiple(local_dim: int, width: int, pairs: int) -> int:
        return min(local_dim, width) * pairs

    return Report(
        mismatches(
            "ranks and numbers of channels that differ",
            (*_shallow_ranks(rng, profile), *_channels_needed(rng, profile, multiple)),
        )
    )


def _shallow_ranks(
    rng: np.random.Generator, profile: str, *, shared: bool = False
) -> Iterator[Case]:
    """Certified ranks against min(M^min(|A|, |B|), k)."""
    channels = (1, 3, 8, 40) if profile == "smoke" else (1, 2, 3, 5, 8, 16, 40, 90)
    for sites, local_dim, k in product((4, 6, 8), (2, 3), channels):
        shallow = Architecture.shallow(sites, local_dim, k, shared=shared)
        for size in range(1, sites):
            region = rng.permutation(sites)[:size]
            yield (
                f"{describe(shallow)}, {size} sites",
                certified_rank(shallow, region, rng=rng),
                min(local_dim ** min(size, sites - size), k),
            )


def _channels_needed(
    rng: np.random.Generator, profile: str, formula: Callable[[int, int, int], int]
) -> Iterator[Case]:
    """Channels with which a shallow network reaches the interleaved rank of a deep one."""
    sizes = (4, 8) if profile == "smoke" else (4, 8, 16)
    for sites, local_dim, width in product(sizes, (2, 3), (1, 2, 3, 5)):
        if min(local_dim, width) ** (sites // 2) > 256:
            continue
        above = rng.integers(1, 5, size=sites.bit_length() - 2).tolist()
        deep = Architecture(sites, local_dim, (width, *above))
        region = interleaved(sites)
        rank = certified_rank(deep, region, rng=rng)
        needed = shallow_channels_needed(sites, local_dim, region, rank, rng=rng)
        yield (
            f"shallow for {describe(deep)}",
            needed or 0,
            formula(local_dim, width, sites // 2),
        )


# T5.1: between shallow and deep


def wider_windows_need_wider_first_levels(*, rng: np.random.Generator, profile: str) -> Report:
    """T5.1: the first level needs M^(P/2) channels, and not one less, for the full rank."""
    return Report(_first_levels(rng, profile, lambda local_dim, half: local_dim**half))


def wider_windows_need_a_multiple_of_channels(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T5.1: M P/2 channels, proportional to the window."""
    return Report(_first_levels(rng, profile, lambda local_dim, half: local_dim * half))


def _first_levels(
    rng: np.random.Generator, profile: str, formula: Callable[[int, int], int]
) -> Evidence:
    shapes = [(4, 2, 2), (4, 2, 4), (4, 3, 4), (16, 2, 2), (16, 2, 4), (6, 2, 6), (8, 2, 8)]
    shapes += [(4, 4, 4), (6, 3, 6), (10, 2, 10), (16, 2, 16)] if profile == "full" else []

    def full_rank(sites: int, local_dim: int, window: int, width: int) -> bool:
        levels = 1 if window == sites else round(math.log(sites, window))
        net = Architecture(sites, local_dim, (width, *[3] * (levels - 1)), window)
        full = local_dim ** (sites // 2)
        return certified_rank(net, interleaved(sites), rng=rng) == full

    return mismatches(
        "numbers of channels that reach the full interleaved rank, or fail to, against the claim",
        (
            (
                f"N={sites} P={window} M={local_dim} r_0={width}",
                int(full_rank(sites, local_dim, window, width)),
                expected,
            )
            for sites, local_dim, window in shapes
            for needed in [formula(local_dim, window // 2)]
            for width, expected in ((needed, 1), (needed - 1, 0))
        ),
    )


# T5.2: a shallow network with shared weights


def shared_shallow_networks_stop_growing(*, rng: np.random.Generator, profile: str) -> Report:
    """T5.2: rank min(k, C(M - 1 + n, n)), n the smaller part; no k reaches the deep network."""
    return Report(_shared_shallow(rng, profile, shared=True))


def unshared_shallow_networks_stop_growing(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T5.2: the same with weights of their own at every site."""
    return Report(_shared_shallow(rng, profile, shared=False))


def _shared_shallow(rng: np.random.Generator, profile: str, *, shared: bool) -> Evidence:
    sizes = (4, 6, 8) if profile == "smoke" else (4, 6, 8, 10, 12)
    return mismatches(
        "ranks that differ from symmetric products, or deep ranks that are reached",
        (*_symmetric_ranks(sizes, rng, shared), *_unreachable(sizes, rng, shared)),
    )


def _symmetric_ranks(
    sizes: tuple[int, ...], rng: np.random.Generator, shared: bool
) -> Iterator[Case]:
    for sites, local_dim, k in product(sizes, (2, 3), (1, 2, 4, 7, 12, 60)):
        shallow = Architecture.shallow(sites, local_dim, k, shared=shared)
        for size in range(1, sites // 2 + 1):
            rank = certified_rank(shallow, range(size), rng=rng)
            symmetric = math.comb(local_dim - 1 + size, size)
            yield f"{describe(shallow)}, {size} sites", rank, min(k, symmetric)


def _unreachable(sizes: tuple[int, ...], rng: np.random.Generator, shared: bool) -> Iterator[Case]:
    for sites in sizes:
        region, rank = interleaved(sites), 2 ** (sites // 2)
        needed = shallow_channels_needed(sites, 2, region, rank, rng=rng, shared=shared)
        yield f"channels for rank {rank} of {sites} sites, 0 for none", needed or 0, 0


# T5.3: nearly


def nearness_needs_exponentially_many_channels(*, rng: np.random.Generator, profile: str) -> Report:
    """T5.3: a shallow network stays sqrt(1 - k / M^(N/2)) away from one that compares partners.

    Outside the condition: deep networks with Gaussian weights.
    """
    return Report(
        _nearness(_comparing_partners(), rng, profile, _missed_share),
        _nearness(_gaussian(rng), rng, profile, _missed_share),
    )


def nearness_needs_twice_as_many_channels(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T5.3: a distance as if the deep network had twice the rank."""
    return Report(
        _nearness(_comparing_partners(), rng, profile, lambda k, rank: _missed_share(k, 2 * rank))
    )


def _missed_share(channels: int, rank: int) -> float:
    return math.sqrt(max(0.0, 1 - channels / rank))


def _comparing_partners() -> Iterator[Weights]:
    yield paired_weights(4, [1.0, 1.0])
    yield paired_weights(4, [1.0, 1.0, 1.0])
    yield paired_weights(8, [1.0, 1.0])


def _gaussian(rng: np.random.Generator) -> Iterator[Weights]:
    yield random_weights(Architecture(4, 2, (2, 2)), rng=rng)
    yield random_weights(Architecture(8, 2, (2, 2, 2)), rng=rng)


def _nearness(
    networks: Iterator[Weights],
    rng: np.random.Generator,
    profile: str,
    bound: Callable[[int, int], float],
) -> Evidence:
    """Smallest (distance of a shallow network that was found - bound on all of them)."""
    found = []
    for weights in networks:
        net = weights.architecture
        tensor = coefficient_tensor(weights)
        rank = net.local_dim ** (net.sites // 2)
        for channels in range(1, rank) if profile == "full" else (1, 2, rank // 2, rank - 1):
            error = _smallest_error(tensor, channels, rng, 1 if profile == "smoke" else 4)
            found.append((error - bound(channels, rank), f"{describe(net)}, k = {channels}"))
    worst, where = min(found)
    return Evidence(
        "smallest (relative distance found - lower bound)",
        worst,
        0.0,
        len(found),
        where,
        relation=">=",
        tolerance=ROUND_OFF,
    )


def _smallest_error(
    tensor: np.ndarray, channels: int, rng: np.random.Generator, starts: int
) -> float:
    fits = (fit_shallow(tensor, channels, rng=child, sweeps=30) for child in rng.spawn(starts))
    return min(fit.error for fit in fits)
