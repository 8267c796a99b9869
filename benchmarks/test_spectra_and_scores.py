"""`schmidt_spectrum` and `score` beside dense and general-purpose routes."""

from __future__ import annotations

import numpy as np
import pytest
from measuring import peer, seconds

from qnpapers.convac import (
    Architecture,
    coefficient_tensor,
    contract,
    contract_in_order,
    contraction_cost,
    left_right,
    matricize,
    multiplications,
    random_weights,
    region_mask,
    schmidt_spectrum,
    score,
    tensor_network,
)
from qnpapers.convac.cut import branches

SPECTRUM = "schmidt_spectrum, left-right region, 16 channels (ms)"
SCORE = "One score (N sites, M = 4, eight channels, ms)"
BATCH = "Forward pass of a batch of 1,000 inputs (M = 4, eight channels)"


@pytest.mark.parametrize("sites", [16, 64, 256, 1024])
def test_spectrum(benchmark, tables, rng, sites):
    architecture = Architecture(sites, 2, (16,) * (sites.bit_length() - 1))
    weights, region = random_weights(architecture, rng=rng), left_right(sites)
    spectrum = benchmark.pedantic(schmidt_spectrum, (weights, region), rounds=3, warmup_rounds=1)
    dense: object = "no dense tensor"
    if sites == 16:
        matrix = matricize(coefficient_tensor(weights), region)
        values = np.linalg.svd(matrix, compute_uv=False)[: len(spectrum)]
        np.testing.assert_allclose(spectrum, values / np.linalg.norm(values), atol=1e-12)
        dense = 1e3 * seconds(
            lambda: np.linalg.svd(matricize(coefficient_tensor(weights), region), compute_uv=False)
        )
    ours = 1e3 * seconds(lambda: schmidt_spectrum(weights, region), repeats=3)
    levels = branches(architecture, region_mask(sites, region))
    carried = sum(
        rows * columns * width
        for level, width in zip(levels, (*architecture.channels, 1), strict=True)
        for rows, columns in level.rank_bounds(width)
    )
    tables.add(
        SPECTRUM,
        sites=sites,
        **{"numbers carried upwards": carried, "entries of the tensor": f"2^{sites}"},
        qnpapers=ours,
        **{f"{peer('numpy')}, dense": dense},
    )


@pytest.mark.parametrize("sites", [16, 64, 256])
def test_one_score(tables, rng, sites):
    architecture = Architecture(sites, 4, (8,) * (sites.bit_length() - 1))
    weights = random_weights(architecture, rng=rng)
    features = rng.uniform(size=(1, sites, 4))
    tables.add(
        SCORE,
        sites=sites,
        multiplications=multiplications(architecture),
        **{f"{peer('opt_einsum')} counts": contraction_cost(architecture).operations},
        score=1e3 * seconds(lambda: score(weights, features)),
        **{
            f"{peer('tensornetwork')}, by level": 1e3
            * seconds(lambda: contract(tensor_network(weights, features[0]))),
            "the same, greedy order": 1e3
            * seconds(lambda: contract_in_order(tensor_network(weights, features[0]))),
        },
    )


@pytest.mark.parametrize("sites", [16, 64, 256])
def test_batch(benchmark, tables, rng, sites):
    """The floor is memory: each level reads its input once, writes and reads its channels."""
    architecture = Architecture(sites, 4, (8,) * (sites.bit_length() - 1), classes=10)
    weights = random_weights(architecture, rng=rng)
    features = rng.uniform(size=(1000, sites, 4))
    benchmark.pedantic(score, (weights, features), rounds=3, warmup_rounds=1)
    ours = seconds(lambda: score(weights, features))
    widths = (4, *architecture.channels)
    numbers = 1000 * sum(
        architecture.sites_at(level) * (widths[level] + 2 * widths[level + 1])
        for level in range(architecture.levels)
    )
    source = rng.normal(size=numbers // 2)
    floor = seconds(lambda: source.copy())  # reads and writes as many numbers
    tables.add(
        BATCH,
        sites=sites,
        ms=1e3 * ours,
        **{"multiplications per input": multiplications(architecture)},
        **{"GFlop/s": 2e-6 * multiplications(architecture) / ours},
        **{"times the cost of copying as much": ours / floor},
    )
