"""Search for networks whose rank stays below a bound, every finding certified again."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

import numpy as np
from rich.console import Console
from rich.progress import Progress

from qnpapers.convac import finite_field
from qnpapers.convac.architecture import Architecture
from qnpapers.convac.cut import branches_of_subtrees
from qnpapers.convac.rank import MAX_RANK, certified_rank, certify
from qnpapers.convac.refined_cut import refined_cuts
from qnpapers.convac.regions import regions_up_to_symmetry
from qnpapers.convac.score_table import SECOND_PRIME, rank_of_score_table
from qnpapers.convac.subtrees import distinct_subtrees, restricted
from qnpapers.errors import ParameterError

Region = tuple[int, ...]
Bound = Literal["minimal cut", "refined cut"]


@dataclass(frozen=True, order=True)
class Miss:
    """A network and a region whose rank stays below the bound that was asked about.

    Ordered by bound, number of sites and number of weights: the smallest comes first.

    Args:
        bound: the bound that is missed.
        sites: N.
        parameters: number of weights.
        rank: largest rank that was found.
        region: 0-based sites.
        architecture: the network.
        certificates: (prime, rank) of every independent draw of weights; a rank that exceeds all
            before it is a lower bound.
    """

    bound: int
    sites: int
    parameters: int
    rank: int
    region: Region
    architecture: Architecture = field(compare=False)
    certificates: tuple[tuple[int, int], ...] = field(compare=False)


@dataclass(frozen=True)
class SearchResult:
    """What a search found.

    Args:
        misses: the smallest first.
        cases: number of (network, region) pairs whose rank was certified.
        skipped: pairs left out because their minimal cut is too large.
        completed: False when the user interrupted; the rest is what was done until then.
    """

    misses: tuple[Miss, ...]
    cases: int
    skipped: int
    completed: bool


def search_architectures(
    sites: int,
    channels: Iterable[int],
    *,
    local_dims: Iterable[int] = (2,),
    window: int = 2,
    shared: bool = False,
    bound: Bound = "minimal cut",
    largest_cut: int = 256,
    sample: int | None = None,
    draws: int = 2,
    rng: np.random.Generator,
) -> SearchResult:
    """Certify the rank of every network in a range, for all classes of regions; list the misses.

    A rank that reaches its bound is thereby known for almost all weights. One below it is found
    again with new weights, `draws` times by `certified_rank` modulo 2**31 - 1 and `draws` times by
    `rank_of_score_table` modulo 2**31 - 19, and listed if none of them reaches the bound. *Several
    agreeing draws are no proof that the generic rank is so small*, but a chance of about
    (rank * sites / p)**(1 + 2 draws) against it.

    A bar shows the progress on a terminal; Ctrl-C returns what was found so far. A miss takes far
    more time than a hit: with shared weights, compare with the refined cut.

    Args:
        sites: N, a power of `window`.
        channels: channel numbers that every level takes in turn.
        local_dims: values of M.
        window: P.
        shared: True for weights shared between the sites of a level.
        bound: what ranks are compared with, `min_cut` or `refined_cut`.
        largest_cut: regions with a larger minimal cut are skipped; up to 4096.
        sample: number of networks drawn from the range, with repetition; None for all of them.
        draws: independent draws, with each of two primes, that must agree on a miss.
        rng: source of all weights; the i-th network of the range uses its i-th child.

    Returns:
        the misses, the smallest first, and what was searched.

    Raises:
        ArchitectureError, RegionError: the range does not describe networks.
        ParameterError: `channels` or `local_dims` is empty, or another argument out of range.

    Example:
        >>> found = search_architectures(9, [2, 3], window=3, rng=np.random.default_rng(0))
        >>> [(miss.architecture.channels, miss.rank, miss.bound) for miss in found.misses]
        [((3, 2), 7, 8)]
    """
    _require(largest_cut, sample, draws, bound)
    networks = _Networks(sites, sorted(set(channels)), sorted(set(local_dims)), window, shared)
    regions = regions_up_to_symmetry(sites, window)
    compare = _comparison(networks.first, regions, bound, largest_cut)
    misses: list[Miss] = []
    cases, tried, completed = 0, 0, False
    with _progress(networks.count if sample is None else sample) as advance:
        try:
            for architecture in networks.all() if sample is None else networks.some(sample, rng):
                [child] = rng.spawn(1)
                found, certified = compare(architecture, child)
                misses += filter(None, (_confirmed(*one, draws, child) for one in found))
                cases, tried = cases + certified, tried + len(regions)
                advance()
            completed = True
        except KeyboardInterrupt:
            pass
    return SearchResult(tuple(sorted(misses)), cases, tried - cases, completed)


@dataclass(frozen=True)
class _Networks:
    """The networks of a range."""

    sites: int
    channels: list[int]
    local_dims: list[int]
    window: int
    shared: bool

    def __post_init__(self) -> None:
        for name in ("channels", "local_dims"):
            if not getattr(self, name):
                raise ParameterError(f"{name}: at least one number is needed, got none")

    @property
    def levels(self) -> int:
        levels, sites = 0, self.sites
        while self.window > 1 and sites >= self.window:
            sites //= self.window
            levels += 1
        return max(levels, 1)

    @property
    def first(self) -> Architecture:
        return self._network((self.local_dims[0], *[self.channels[0]] * self.levels))

    @property
    def count(self) -> int:
        return len(self.local_dims) * len(self.channels) ** self.levels

    def all(self) -> Iterator[Architecture]:
        ranges = (self.local_dims, *[self.channels] * self.levels)
        return (self._network(dimensions) for dimensions in product(*ranges))

    def some(self, sample: int, rng: np.random.Generator) -> Iterator[Architecture]:
        ranges = (self.local_dims, *[self.channels] * self.levels)
        for _ in range(sample):
            yield self._network(tuple(int(rng.choice(numbers)) for numbers in ranges))

    def _network(self, dimensions: tuple[int, ...]) -> Architecture:
        local_dim, *channels = dimensions
        return Architecture(self.sites, local_dim, tuple(channels), self.window, self.shared)


Found = tuple[Architecture, Region, int, int]
"""Network, region, rank, bound."""


def _comparison(
    first: Architecture, regions: list[Region], bound: Bound, largest_cut: int
) -> Callable[[Architecture, np.random.Generator], tuple[list[Found], int]]:
    """A function that lists the regions of a network with rank below bound, and counts all."""
    subtrees = distinct_subtrees(first, regions)

    def compare(architecture: Architecture, rng: np.random.Generator) -> tuple[list[Found], int]:
        levels = branches_of_subtrees(architecture, subtrees)
        cuts = levels[-1].free[subtrees.tops]
        kept, needed = np.flatnonzero(cuts <= largest_cut), subtrees
        if not kept.size:
            return [], 0
        if kept.size < len(regions):
            needed, numbers = restricted(subtrees, kept)
            levels = [level.take(some) for level, some in zip(levels, numbers, strict=True)]
        ranks = certify(architecture, needed, levels, rng=rng)
        bounds = cuts[kept]
        if bound == "refined cut":
            bounds = refined_cuts(architecture, [regions[k] for k in kept])
        short = np.flatnonzero(ranks != bounds)
        found = [(architecture, regions[kept[k]], int(ranks[k]), int(bounds[k])) for k in short]
        return found, len(kept)

    return compare


def _confirmed(
    architecture: Architecture,
    region: Region,
    rank: int,
    bound: int,
    draws: int,
    rng: np.random.Generator,
) -> Miss | None:
    """The miss, if no other draw of the weights reaches the bound.

    A table has one row more than the largest rank so far: enough to see a larger one.
    """
    ranks = [rank, *(certified_rank(architecture, region, rng=rng) for _ in range(draws))]
    size = min(bound, max(ranks) + 1)
    tables = [rank_of_score_table(architecture, region, size, rng=rng) for _ in range(draws)]
    certificates = [(finite_field.PRIME, found) for found in ranks]
    certificates += [(SECOND_PRIME, found) for found in tables]
    best = max(found for _, found in certificates)
    if best == bound:
        return None
    return Miss(
        bound,
        architecture.sites,
        architecture.parameters,
        best,
        region,
        architecture,
        tuple(certificates),
    )


def _require(largest_cut: int, sample: int | None, draws: int, bound: str) -> None:
    if bound not in ("minimal cut", "refined cut"):
        raise ParameterError(f"bound = {bound!r}: must be 'minimal cut' or 'refined cut'")
    if not 1 <= largest_cut <= MAX_RANK // 2:
        raise ParameterError(f"largest_cut = {largest_cut}: must be between 1 and {MAX_RANK // 2}")
    if draws < 1:
        raise ParameterError(f"draws = {draws}: must be at least 1")
    if sample is not None and sample < 1:
        raise ParameterError(f"sample = {sample}: must be at least 1, or None for all networks")


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar on a terminal, and nothing elsewhere."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("networks", total=total)
        yield lambda: bar.advance(task)
