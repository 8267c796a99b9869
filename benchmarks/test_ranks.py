"""`certified_rank` and the elimination behind it, beside numpy and FLINT, and alone."""

from __future__ import annotations

import flint
import numpy as np
import pytest
from dense import dense_flint_rank
from measuring import counted_work, elimination_work, once, peer, rates, seconds

from qnpapers.convac import (
    Architecture,
    certified_rank,
    coefficient_tensor,
    interleaved,
    left_right,
    matricize,
    min_cut,
    random_weights,
)
from qnpapers.convac.finite_field import PRIME, random_residues, rank

KERNEL = "Elimination modulo p beside FLINT (square random matrices, ms)"
DENSE = "certified_rank beside the dense tensor (interleaved region, ms)"
LARGE = "certified_rank alone, where no dense tensor exists (M = 4, four channels, random regions)"
WIDE = "certified_rank of the left half (M = 4, widths 4, 16, 64, ... up to the cut)"


@pytest.mark.parametrize("size", [256, 512, 1000, 2000])
def test_elimination_beside_flint(benchmark, tables, rng, floor, size):
    matrix = random_residues((size, size), rng=rng)
    assert benchmark.pedantic(rank, (matrix,), rounds=3, warmup_rounds=1) == size
    flint_matrix = flint.nmod_mat(size, size, [int(x) for x in matrix.ravel()], PRIME)
    ours = seconds(lambda: rank(matrix), repeats=3)
    theirs = seconds(lambda: flint.nmod_mat(flint_matrix).rank(), repeats=3)
    tables.add(
        KERNEL,
        size=size,
        qnpapers=1e3 * ours,
        **{peer("python-flint"): 1e3 * theirs},
        ratio=theirs / ours,
        **rates(elimination_work(size, size, size), ours, floor),
    )


@pytest.mark.parametrize("sites", [8, 16])
def test_certified_rank_beside_the_dense_tensor(benchmark, tables, rng, sites):
    architecture = Architecture(sites, 2, (2,) * (sites.bit_length() - 1))
    region = interleaved(sites)
    found = benchmark(certified_rank, architecture, region, rng=rng)
    assert (
        found == min_cut(architecture, region).weight == dense_flint_rank(architecture, region, rng)
    )
    weights = random_weights(architecture, rng=rng)

    def by_numpy():
        return np.linalg.matrix_rank(matricize(coefficient_tensor(weights), region))

    tables.add(
        DENSE,
        sites=sites,
        rank=found,
        qnpapers=1e3 * seconds(lambda: certified_rank(architecture, region, rng=rng)),
        **{
            f"{peer('numpy')} (float64, can be wrong)": 1e3 * seconds(by_numpy),
            f"{peer('python-flint')} (exact)": 1e3
            * seconds(lambda: dense_flint_rank(architecture, region, rng)),
        },
    )


@pytest.mark.parametrize("sites", [64, 256, 1024])
def test_certified_rank_of_large_networks(tables, rng, floor, sites):
    """Where it stops: multiplying and eliminating matrices as large as the rank."""
    architecture = Architecture(sites, 4, (4,) * (sites.bit_length() - 1))
    for exponent in (1, 2, 3, 4, 5, 6):
        _add_row(tables, LARGE, architecture, _region_of_cut(architecture, 4**exponent, rng), floor)


@pytest.mark.parametrize("sites", [64, 256, 1024])
def test_certified_rank_of_wide_networks(tables, floor, sites):
    for exponent in (1, 2, 3, 4) if sites > 64 else (1, 2, 3, 4, 5):
        widths = [4 ** min(exponent, level + 1) for level in range(sites.bit_length() - 1)]
        _add_row(tables, WIDE, Architecture(sites, 4, widths), left_right(sites), floor)


def _region_of_cut(architecture: Architecture, weight: int, rng: np.random.Generator) -> np.ndarray:
    while True:
        region = rng.choice(architecture.sites, int(rng.integers(1, 9)), replace=False)
        if min_cut(architecture, region).weight == weight:
            return region


def _add_row(tables, title: str, architecture: Architecture, region, floor: float) -> None:
    def certify() -> int:
        return certified_rank(architecture, region, rng=np.random.default_rng(2017))

    with counted_work() as work:
        found = certify()
    elapsed = seconds(certify, repeats=3) if found < 1000 else once(certify)
    tables.add(
        title,
        sites=architecture.sites,
        **{"minimal cut": min_cut(architecture, region).weight, "certified rank": found},
        s=elapsed,
        **rates(work.join + work.eliminate, elapsed, floor),
        **{"of them eliminating": f"{work.eliminate / (work.join + work.eliminate):.0%}"},
    )
