"""Checks and controls of the claims of Levine et al. 2017, named in claims/levine2017.yml.

Every function takes `rng` and `profile` ("smoke" or "full") and returns a `Report`. A control is
the same comparison on input for which the claim must be rejected.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import reduce
from itertools import product

import numpy as np

from qnpapers.convac import finite_field
from qnpapers.convac.architecture import Architecture, region_mask
from qnpapers.convac.comparisons import Case, describe, mismatches, special_weights
from qnpapers.convac.cut import min_cut
from qnpapers.convac.digits import load_digits, patches
from qnpapers.convac.lower_bound import rounded_down
from qnpapers.convac.network import contract, tensor_network
from qnpapers.convac.rank import certified_rank
from qnpapers.convac.regions import interleaved, left_right, regions_up_to_symmetry
from qnpapers.convac.representation import fit_gaussians
from qnpapers.convac.score import score
from qnpapers.convac.separation import separation_rank
from qnpapers.convac.tensor import coefficient_tensor, matricize, product_state
from qnpapers.convac.weights import Weights, random_weights
from qnpapers.evidence import Evidence, Report

ROUND_OFF = 1e-12
"""Relative difference allowed where two routes to one number sum about 10^4 float64 terms."""

# A1: the score is an inner product of two states


def score_is_inner_product(*, rng: np.random.Generator, profile: str) -> Report:
    """A1: the forward pass on real digits equals <product state of the digit | state A^y>."""
    return Report(_compare_with_inner_product(score, rng, profile))


def score_with_max_pooling(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of A1: with max pooling the network is no ConvAC, and no inner product either."""
    return Report(_compare_with_inner_product(_score_with_max_pooling, rng, profile))


def _compare_with_inner_product(forward, rng, profile) -> Evidence:  # type: ignore[no-untyped-def]
    architectures = [
        Architecture(8, 3, (4, 5, 6), classes=10),
        Architecture(8, 3, (4, 5, 6), shared=True, classes=10),
        Architecture(16, 2, (3, 2), window=4, classes=10),
        Architecture.shallow(8, 3, 7, classes=10),
    ]
    images = load_digits(rng=rng).test_images[: 5 if profile == "smoke" else 50]
    worst, where, cases = 0.0, "none", 0
    for architecture in architectures:
        cut = patches(images, architecture.sites)
        features = fit_gaussians(cut, architecture.local_dim, rng=rng)(cut)
        weights = random_weights(architecture, rng=rng)
        scores = forward(weights, features)
        states = [product_state(vectors) for vectors in features]
        tensors = [coefficient_tensor(weights, label) for label in range(10)]
        overlaps = np.array([[np.vdot(state, a) for a in tensors] for state in states])
        difference = float(np.abs(scores - overlaps).max() / np.abs(overlaps).max())
        cases += scores.size
        if difference > max(worst, ROUND_OFF):
            where = f"{describe(architecture)}, real digits"
        worst = max(worst, difference)
    return Evidence(
        "largest |score - inner product| / largest |inner product|",
        worst,
        0.0,
        cases,
        where,
        tolerance=ROUND_OFF,
    )


def _score_with_max_pooling(weights: Weights, features: np.ndarray) -> np.ndarray:
    window, signal = weights.architecture.window, features
    for level in range(weights.architecture.levels):
        mixed = np.einsum("bjd,jgd->bjg", signal, weights.layer(level))
        signal = mixed.reshape(len(mixed), -1, window, mixed.shape[2]).max(axis=2)
    result: np.ndarray = signal[:, 0] @ weights.output.T
    return result


# A2: the Schmidt number is the separation rank of the score


def schmidt_number_is_separation_rank(*, rng: np.random.Generator, profile: str) -> Report:
    """A2: how many products of functions of x_A and of x_B the score needs, on real patches.

    Outside the condition: representation functions that are linearly dependent.
    """
    return Report(
        mismatches("cases with separation rank != Schmidt number", _separation(rng, profile)),
        mismatches(
            "cases with separation rank != Schmidt number, dependent functions",
            _separation(rng, profile, dependent=True),
        ),
    )


def separation_rank_of_another_region(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of A2: the Schmidt number of the interleaved region for the left-right one."""
    return Report(
        mismatches(
            "cases with separation rank != Schmidt number of another region",
            _separation(rng, profile, other_region=True),
        )
    )


def _separation(
    rng: np.random.Generator, profile: str, *, dependent: bool = False, other_region: bool = False
) -> Iterator[Case]:
    cut = patches(load_digits(rng=rng).train_images, 4)
    features = fit_gaussians(cut, 3, rng=rng)(cut)
    if dependent:
        features[:, :, 2] = (features[:, :, 0] + features[:, :, 1]) / 2
    for channels in (
        product((2, 3), (2, 3)) if profile == "smoke" else product((1, 2, 3, 4), repeat=2)
    ):
        architecture = Architecture(4, 3, channels)
        weights = random_weights(architecture, rng=rng)
        for region in (left_right(4), interleaved(4)):
            measured = separation_rank(weights, features, region, rng=rng)
            asked = interleaved(4) if other_region else region
            yield (
                f"{describe(architecture)}, region {region}",
                measured,
                certified_rank(architecture, asked, rng=rng),
            )


# A3: the network of tensors is the coefficient tensor


def network_contracts_to_tensor(*, rng: np.random.Generator, profile: str) -> Report:
    """A3: weight matrices and copy tensors contract to A^y: star, tree of pairs, tree of fours."""
    return Report(
        _compare_with_recursion(lambda weights: contract(tensor_network(weights)), rng, profile)
    )


def network_without_copy_tensors(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of A3: all-ones tensors in the place of the copy tensors give another tensor."""
    return Report(_compare_with_recursion(_contract_with_ones, rng, profile))


def _compare_with_recursion(build, rng, profile) -> Evidence:  # type: ignore[no-untyped-def]
    architectures = [
        Architecture(8, 3, (4, 5, 6)),
        Architecture(16, 2, (3, 2), window=4),
        Architecture(8, 2, (3, 2, 4), shared=True),
        Architecture.shallow(8, 3, 5),
    ]
    draws = 1 if profile == "smoke" else 10
    worst, where, cases = 0.0, "none", 0
    for architecture in architectures * draws:
        weights = random_weights(architecture, rng=rng)
        tensor = coefficient_tensor(weights)
        difference = float(np.abs(build(weights) - tensor).max() / np.abs(tensor).max())
        cases += tensor.size
        if difference > max(worst, ROUND_OFF):
            where = describe(architecture)
        worst = max(worst, difference)
    return Evidence(
        "largest |entry of network - entry of A| / largest |entry of A|",
        worst,
        0.0,
        cases,
        where,
        tolerance=ROUND_OFF,
    )


def _contract_with_ones(weights: Weights) -> np.ndarray:
    architecture, phi = weights.architecture, weights.layer(0)
    matrices = [*(weights.layer(k) for k in range(1, architecture.levels)), weights.output[None]]
    for matrix in matrices:
        summed = phi.sum(axis=1).reshape(len(matrix), architecture.window, -1)
        pooled = [reduce(np.multiply.outer, window).ravel() for window in summed]
        phi = matrix.sum(axis=2)[:, :, None] * np.array(pooled)[:, None, :]
    return phi[0, 0].reshape((architecture.local_dim,) * architecture.sites)


# T1: the minimal cut is an upper bound, for all weights


def rank_at_most_min_cut(*, rng: np.random.Generator, profile: str) -> Report:
    """T1: exact ranks of dense matrices against minimal cuts, generic and special weights."""
    return Report(_excess(rng, profile, lambda architecture: architecture))


def rank_at_most_rounded_cut(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T1: the cut with every dimension rounded down to a power of 2 is no bound."""
    return Report(_excess(rng, profile, lambda architecture: rounded_down(architecture, 2)))


def _excess(rng, profile, bound_of) -> Evidence:  # type: ignore[no-untyped-def]
    worst, where, cases = -math.inf, "", 0
    for architecture in _varied_architectures(rng, 6 if profile == "smoke" else 60):
        regions = regions_up_to_symmetry(architecture.sites, architecture.window)
        for kind, weights in special_weights(architecture, rng):
            tensor = finite_field.residues(coefficient_tensor(weights))
            for region in regions:
                rank = finite_field.rank(matricize(tensor, region))
                excess = rank - min_cut(bound_of(architecture), region).weight
                cases += 1
                if excess > worst:
                    worst, where = excess, f"{describe(architecture)}, {kind} weights, {region}"
    return Evidence("largest (rank - cut weight)", worst, 0, cases, where, relation="<=")


def _varied_architectures(rng: np.random.Generator, count: int) -> Iterator[Architecture]:
    yield Architecture(8, 3, (3, 2, 4))  # widths that fall and rise: each level can be told apart
    for number in range(count):
        window = (2, 2, 4, 8)[number % 4]
        levels = round(math.log(8, window)) if window != 4 else 1
        sites = window**levels
        channels = tuple(int(r) for r in rng.integers(2, 6, size=levels))
        yield Architecture(sites, int(rng.integers(2, 4)), channels, window, shared=number % 3 == 2)


# T3, A4: the minimal cut is reached


def rank_equals_min_cut_for_powers(*, rng: np.random.Generator, profile: str) -> Report:
    """T3: certified rank = minimal cut when all dimensions are powers of one p, unshared weights.

    Outside the condition: the same with weights shared between sites.
    """
    cases = list(_power_architectures(2, profile))
    shared = [(replace(a, shared=True), region) for a in _small_powers() for region in _regions(a)]
    return Report(
        mismatches("cases with rank != minimal cut", _ranks_and_cuts(cases, rng)),
        mismatches("cases with rank != minimal cut, shared weights", _ranks_and_cuts(shared, rng)),
    )


def rank_equals_min_cut_for_other_widths(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T3: widths that are no powers of one p, chosen where equality is known to fail."""
    draws = 1 if profile == "smoke" else 5
    cases = _ranks_and_cuts(UNEQUAL_CASES * draws, rng)
    return Report(mismatches("cases with rank != minimal cut", cases))


def rank_follows_min_cut(*, rng: np.random.Generator, profile: str) -> Report:
    """A4: rank = minimal cut for powers of 2 and of 3, windows 2, 3 and 4, and the star.

    Outside the condition: widths that are no powers of one number.
    """
    cases = list(_several_windows(profile))
    return Report(
        mismatches("cases with rank != minimal cut", _ranks_and_cuts(cases, rng)),
        mismatches(
            "cases with rank != minimal cut, other widths", _ranks_and_cuts(UNEQUAL_CASES, rng)
        ),
    )


def rank_follows_cut_of_sums(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of A4: a cut that adds the bond dimensions where it should multiply them."""
    ranks = _ranks_and_cuts(list(_several_windows(profile)), rng)
    sums = (
        sum(layer.dimension * layer.count for layer in min_cut(a, region).layers)
        for a, region in _several_windows(profile)
    )
    cases = ((what, rank, total) for (what, rank, _), total in zip(ranks, sums, strict=True))
    return Report(mismatches("cases with rank != sum of cut bonds", cases))


UNEQUAL_CASES = [
    (Architecture(9, 2, (3, 2), window=3), (1, 2, 4, 5)),
    (Architecture(16, 2, (3, 5, 5, 2)), (5, 6, 7, 11, 12, 13, 14, 15)),
]
"""Unshared networks whose generic rank is below the minimal cut: 7 < 8 and 56 < 60."""


def _power_architectures(base: int, profile: str) -> Iterator[tuple[Architecture, tuple[int, ...]]]:
    sites, widths = (8, 3) if profile == "smoke" else (16, 4)
    for channels in product(*([[base**k for k in range(4)]] * widths)):
        architecture = Architecture(sites, base, channels)
        for region in regions_up_to_symmetry(sites):
            if min_cut(architecture, region).weight < 256:
                yield architecture, region


def _small_powers() -> Iterator[Architecture]:
    for channels in product((1, 2, 4), repeat=2):
        yield Architecture(4, 2, channels)


def _regions(architecture: Architecture) -> list[tuple[int, ...]]:
    return regions_up_to_symmetry(architecture.sites, architecture.window)


def _several_windows(profile: str) -> Iterator[tuple[Architecture, tuple[int, ...]]]:
    shapes = [(8, 2, 2, 3), (8, 3, 2, 3), (9, 2, 3, 2), (9, 3, 3, 2), (16, 2, 4, 2), (8, 2, 8, 1)]
    exponents = (0, 1, 2) if profile == "full" else (1, 2)
    for sites, base, window, levels in shapes:
        for channels in product([base**k for k in exponents], repeat=levels):
            architecture = Architecture(sites, base, channels, window)
            for region in _regions(architecture):
                if min_cut(architecture, region).weight <= 256:
                    yield architecture, region


# T4: a copy tensor counts once


def copy_tensor_counts_once(*, rng: np.random.Generator, profile: str) -> Report:
    """T4: for windows of 3, 4 and 8 the cut that counts each copy tensor once is the rank."""
    return Report(
        mismatches(
            "cases with rank != cut, copy tensors counted once",
            _ranks_and_cuts(list(_wide_windows(profile)), rng),
        )
    )


def copy_tensor_counts_every_leg(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T4: the cut that counts every cut leg of a copy tensor."""
    ranks = _ranks_and_cuts(list(_wide_windows(profile)), rng)
    naive = (cut_counting_every_leg(a, region) for a, region in _wide_windows(profile))
    cases = ((what, rank, cut) for (what, rank, _), cut in zip(ranks, naive, strict=True))
    return Report(mismatches("cases with rank != cut, every leg counted", cases))


def _wide_windows(profile: str) -> Iterator[tuple[Architecture, tuple[int, ...]]]:
    return (case for case in _several_windows(profile) if case[0].window > 2)


def cut_counting_every_leg(architecture: Architecture, region: Iterable[int]) -> int:
    """Minimal cut in which a copy tensor pays r for *each* of its cut legs: too large for P > 2.

    A copy tensor is a vertex here, on one side of the cut; each leg to the other side costs r.
    """
    dimension = architecture.local_dim
    mask = region_mask(architecture.sites, region)
    costs = [(1, dimension) if inside else (dimension, 1) for inside in mask]
    for r in architecture.channels:
        vertices = [
            tuple(
                math.prod(
                    min(child[side], r * child[1 - side])
                    for child in costs[j : j + architecture.window]
                )
                for side in (0, 1)
            )
            for j in range(0, len(costs), architecture.window)
        ]
        costs = [(min(a, r * b), min(b, r * a)) for a, b in vertices]
    return min(costs[0])


def _ranks_and_cuts(
    cases: Iterable[tuple[Architecture, tuple[int, ...]]], rng: np.random.Generator
) -> Iterator[Case]:
    for architecture, region in cases:
        rank = certified_rank(architecture, region, rng=rng)
        yield (
            f"{describe(architecture)}, region {region}",
            rank,
            min_cut(architecture, region).weight,
        )
