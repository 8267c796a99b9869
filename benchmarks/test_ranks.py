"""`certified_rank` and the elimination behind it, beside numpy and FLINT, and alone."""

from __future__ import annotations

import time

import flint
import numpy as np
import pytest
from measuring import peer, seconds

from qnpapers.convac import (
    Architecture,
    Weights,
    certified_rank,
    coefficient_tensor,
    interleaved,
    matricize,
    min_cut,
    random_weights,
    regions_up_to_symmetry,
)
from qnpapers.convac.finite_field import PRIME, random_residues, rank

KERNEL = "Elimination modulo p beside FLINT (square random matrices, ms)"
DENSE = "certified_rank beside the dense tensor (interleaved region, ms)"
LARGE = "certified_rank alone, where no dense tensor exists (M = 4, four channels, random regions)"
SEARCH = "certified_rank on many small cases, one core (M = 2, channels 2 to 5, all partitions)"


def _flint_rank(matrix: np.ndarray) -> int:
    entries = [int(x) for x in matrix.ravel()]
    return flint.nmod_mat(*matrix.shape, entries, PRIME).rank()


@pytest.mark.parametrize("size", [256, 512, 1024, 2048])
def test_elimination_beside_flint(benchmark, tables, rng, size):
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
        **{"multiply-adds per ns": size**3 / 3 / ours / 1e9},
    )


@pytest.mark.parametrize("sites", [8, 16])
def test_certified_rank_beside_the_dense_tensor(benchmark, tables, rng, sites):
    architecture = Architecture(sites, 2, (2,) * (sites.bit_length() - 1))
    region = interleaved(sites)
    found = benchmark(certified_rank, architecture, region, rng=rng)
    assert found == min_cut(architecture, region).weight
    weights = random_weights(architecture, rng=rng)

    def by_numpy():
        return np.linalg.matrix_rank(matricize(coefficient_tensor(weights), region))

    def by_flint():
        layers = [rng.integers(-9, 10, size=a.shape).astype(object) for a in weights.layers]
        output = rng.integers(-9, 10, size=weights.output.shape).astype(object)
        tensor = coefficient_tensor(Weights(architecture, tuple(layers), output)) % PRIME
        return _flint_rank(matricize(tensor, region))

    tables.add(
        DENSE,
        sites=sites,
        rank=found,
        qnpapers=1e3 * seconds(lambda: certified_rank(architecture, region, rng=rng)),
        **{
            f"{peer('numpy')} (float64, can be wrong)": 1e3 * seconds(by_numpy),
            f"{peer('python-flint')} (exact)": 1e3 * seconds(by_flint),
        },
    )


@pytest.mark.parametrize("sites", [64, 256, 1024])
def test_certified_rank_of_large_networks(tables, rng, sites):
    """Where it stops: the time is that of eliminating a matrix as large as the rank."""
    architecture = Architecture(sites, 4, (4,) * (sites.bit_length() - 1))
    wanted = [16, 256, 1024, 4096] if sites == 64 else [16, 256, 1024]
    while wanted:
        region = rng.choice(sites, int(rng.integers(2, 9)), replace=False)
        weight = min_cut(architecture, region).weight
        if weight not in wanted:
            continue
        wanted.remove(weight)
        start = time.perf_counter()
        found = certified_rank(architecture, region, rng=rng)
        elapsed = time.perf_counter() - start
        matrix = random_residues((weight, weight), rng=rng)
        tables.add(
            LARGE,
            sites=sites,
            **{"minimal cut": weight, "certified rank": found, "s": elapsed},
            **{"of it elimination (s)": seconds(lambda m=matrix: rank(m), repeats=1)},
        )


@pytest.mark.parametrize(("sites", "networks"), [(8, 60), (16, 3)])
def test_many_small_cases(tables, rng, sites, networks):
    widths = rng.integers(2, 6, size=(networks, sites.bit_length() - 1))
    cases = [
        (architecture, region)
        for architecture in (Architecture(sites, 2, channels) for channels in widths)
        for region in regions_up_to_symmetry(sites)
        if min_cut(architecture, region).weight <= 256
    ]
    elapsed = seconds(lambda: [certified_rank(a, r, rng=rng) for a, r in cases], repeats=1)
    tables.add(SEARCH, sites=sites, cases=len(cases), **{"cases per s": len(cases) / elapsed})
