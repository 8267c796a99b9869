"""Laws of Schmidt numbers. `rank_of(weights, region)` is the rank that is tested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from laws.cuts import complement
from laws.swaps import swaps
from qnpapers.convac import Weights, min_cut

Region = tuple[int, ...]
RankOf = Callable[[Weights, Region], int]


def equal_for_the_complement(rank_of: RankOf, weights: Weights, region: Region) -> None:
    other = complement(weights.architecture.sites, region)
    assert rank_of(weights, region) == rank_of(weights, other)


def changes_at_most_by_the_dimension_of_a_moved_site(
    rank_of: RankOf, weights: Weights, region: Region
) -> None:
    """rank(A) <= M rank(A + j), and the other way round, for every site j outside A."""
    dimension, before = weights.architecture.local_dim, rank_of(weights, region)
    outside = complement(weights.architecture.sites, region)
    for site in outside if len(outside) > 1 else ():
        after = rank_of(weights, (*region, site))
        assert after <= dimension * before
        assert before <= dimension * after


def submultiplicative(rank_of: RankOf, weights: Weights, region: Region, other: Region) -> None:
    """rank(A + B) <= rank(A) rank(B) for disjoint A and B."""
    union = tuple(sorted({*region, *other}))
    if not set(region) & set(other) and len(union) < weights.architecture.sites:
        product = rank_of(weights, region) * rank_of(weights, other)
        assert rank_of(weights, union) <= product


def at_most_the_minimal_cut(rank_of: RankOf, weights: Weights, region: Region) -> None:
    assert 0 <= rank_of(weights, region) <= min_cut(weights.architecture, region).weight


def equal_after_swapping_siblings(rank_of: RankOf, weights: Weights, region: Region) -> None:
    """Weights move with their subtrees if they are unshared, and the region with them."""
    before = rank_of(weights, region)
    for swap in swaps(weights.architecture):
        assert rank_of(swap.of_weights(weights), swap.of_region(region)) == before


def equal_after_scaling_a_layer(rank_of: RankOf, weights: Weights, region: Region) -> None:
    before = rank_of(weights, region)
    for level in range(len(weights.layers)):
        layers = list(weights.layers)
        layers[level] = 3 * layers[level]
        assert rank_of(replace(weights, layers=tuple(layers)), region) == before
