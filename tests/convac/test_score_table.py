from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from laws.strategies import networks_with_region, seeds
from oracles.ranks import dense_matrix_modulo, rank_modulo
from qnpapers.convac import (
    Architecture,
    certified_rank,
    interleaved,
    min_cut,
    rank_of_score_table,
)
from qnpapers.convac.score_table import MAX_TABLE, SECOND_PRIME
from qnpapers.errors import RegionError, SizeError


def test_the_second_prime_is_prime_and_another_one():
    assert SECOND_PRIME == 2147483629 != 2**31 - 1
    assert all(SECOND_PRIME % d for d in range(2, 46341))


@given(networks_with_region(), seeds)
@settings(max_examples=40)
def test_it_is_the_rank_of_the_dense_matrix_of_the_weights_it_draws(case, seed):
    architecture, region = case
    size = min_cut(architecture, region).weight + 1
    found = rank_of_score_table(architecture, region, size, rng=np.random.default_rng(seed))
    rng = np.random.default_rng(seed)  # the same weights, drawn again here
    layers = [rng.integers(SECOND_PRIME, size=s) for s in architecture.weight_shapes()]
    output = rng.integers(SECOND_PRIME, size=(1, 1, architecture.channels[-1]))[0, 0]
    dense = dense_matrix_modulo(
        layers, output, architecture.window, region, architecture.sites, SECOND_PRIME
    )
    assert found == rank_modulo(dense, SECOND_PRIME)


@given(networks_with_region(), seeds)
@settings(max_examples=30)
def test_it_agrees_with_the_first_certificate(case, seed):
    rng = np.random.default_rng(seed)
    rank = certified_rank(*case, rng=rng)
    assert rank_of_score_table(*case, rank + 2, rng=rng) == rank


@pytest.mark.parametrize("size", [1, 3, 16])
def test_the_table_is_no_larger_than_asked(size):
    architecture, rng = Architecture(8, 2, (2, 3, 4)), np.random.default_rng(0)
    assert rank_of_score_table(architecture, interleaved(8), size, rng=rng) == size


def test_another_prime():
    # Modulo 3 weights are often zero, so the rank falls, and never rises.
    architecture = Architecture(8, 2, (2, 2, 2))
    ranks = [
        rank_of_score_table(
            architecture, interleaved(8), 16, rng=np.random.default_rng(seed), prime=3
        )
        for seed in range(20)
    ]
    assert max(ranks) <= 16
    assert min(ranks) < 16


def test_rows_in_several_portions(monkeypatch):
    architecture = Architecture(8, 2, (3, 3, 3))
    ranks = set()
    for entries in (1, 100, 10**6):
        monkeypatch.setattr("qnpapers.convac.score_table._ENTRIES", entries)
        rng = np.random.default_rng(5)
        ranks.add(rank_of_score_table(architecture, (0, 2, 5), 12, rng=rng))
    assert ranks == {8}


@pytest.mark.parametrize("size", [0, -1, MAX_TABLE + 1])
def test_impossible_sizes_are_refused(size):
    with pytest.raises(SizeError, match=f"size = {size}: must be between 1 and 4096"):
        rank_of_score_table(Architecture(4, 2, (2, 2)), [0], size, rng=np.random.default_rng(0))


def test_a_region_that_is_none_is_refused():
    with pytest.raises(RegionError, match="region is empty"):
        rank_of_score_table(Architecture(4, 2, (2, 2)), [], 2, rng=np.random.default_rng(0))
