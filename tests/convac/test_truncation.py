"""Schmidt coefficients thrown away: dense, in the tree, and against each other."""

from __future__ import annotations

import numpy as np
import pytest

from qnpapers.convac import (
    Architecture,
    accuracy,
    block_accuracies,
    coefficient_tensor,
    coefficients_needed,
    keep_coefficients,
    matricize,
    paired_weights,
    random_weights,
    schmidt_spectrum,
    score,
    truncated_accuracies,
    truncated_scores,
)
from qnpapers.errors import ShapeError

NET = Architecture(8, 2, (3, 4, 3), classes=3)
WIDE = Architecture(9, 2, (3, 4), window=3, classes=2)


def problem(net: Architecture, seed: int = 0, batch: int = 30):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(batch, net.sites, net.local_dim))
    return random_weights(net, rng=rng), features, rng.integers(net.classes, size=batch)


def truncated_tensor(weights, region, keep, label):
    """Oracle: the singular value decomposition of the dense matrix."""
    left, values, right = np.linalg.svd(matricize(coefficient_tensor(weights, label), region))
    return (left[:, :keep] * values[:keep]) @ right[:keep]


@pytest.mark.parametrize("region", [(0, 1, 2, 3), (0, 2, 4, 6), (1,), (0, 1, 2, 3, 4, 6, 7)])
def test_scores_are_those_of_the_truncated_tensor(region):
    weights, features, _ = problem(NET)
    found = truncated_scores(weights, region, features)
    rest = [j for j in range(8) if j not in region]
    for keep in (1, 2, found.shape[1]):
        for label in range(3):
            few = truncated_tensor(weights, region, keep, label)
            for x, value in zip(features, found[:, keep - 1, label], strict=True):
                one, other = np.ones(1), np.ones(1)
                for j in region:
                    one = np.kron(one, x[j])
                for j in rest:
                    other = np.kron(other, x[j])
                assert value == pytest.approx(one @ few @ other, abs=1e-12)


def test_all_coefficients_give_the_network_back():
    weights, features, labels = problem(NET)
    found = truncated_scores(weights, (0, 3, 5), features)
    assert found[:, -1] == pytest.approx(score(weights, features), abs=1e-12)
    named = truncated_accuracies(weights, (0, 3, 5), features, labels)
    assert named[-1] == accuracy(weights, features, labels)
    assert named.shape == (8,)


def test_the_rank_is_enough():
    weights = paired_weights(4, [1.0, 1.0])
    features = np.random.default_rng(0).normal(size=(9, 4, 2))
    found = truncated_scores(weights, (0, 1), features)  # a product across whole pairs
    assert found[:, 0] == pytest.approx(score(weights, features))


@pytest.mark.parametrize(
    ("accuracies", "loss", "needed"),
    [
        ([0.5, 0.9, 0.9], 0.0, 2),
        ([0.5, 0.9, 0.88, 0.9], 0.01, 4),
        ([0.5, 0.9, 0.88, 0.9], 0.02, 2),
        ([0.9], 0.0, 1),
        ([0.95, 0.9], 0.0, 1),
    ],
)
def test_needed_means_from_there_on(accuracies, loss, needed):
    assert coefficients_needed(np.array(accuracies), loss) == needed


@pytest.mark.parametrize("net", [NET, WIDE])
def test_a_block_is_truncated_as_the_dense_matrix_is(net):
    weights, _, _ = problem(net)
    for level in range(net.levels):
        size = net.window**level
        for site in range(net.sites_at(level)):
            region = range(site * size, (site + 1) * size)
            for label in range(net.classes):
                few = keep_coefficients(weights, level, site, 2, label)
                found = matricize(coefficient_tensor(few, label), region)
                # The projector divides by the smallest singular value of the channels.
                expected = truncated_tensor(weights, region, 2, label)
                assert found == pytest.approx(expected, abs=1e-9)


def test_truncation_keeps_the_largest_coefficients():
    weights, _, _ = problem(NET)
    before = schmidt_spectrum(weights, (0, 1, 2, 3))
    after = schmidt_spectrum(keep_coefficients(weights, 2, 0, 2, 0), (0, 1, 2, 3))
    expected = before[:2] / np.linalg.norm(before[:2])
    assert after[:2] == pytest.approx(expected, abs=1e-10)
    assert after[2:] == pytest.approx(0, abs=1e-10)


def test_block_accuracies_agree_with_dense_ones():
    weights, features, labels = problem(NET)
    found = block_accuracies(weights, 2, 1, features, labels)
    dense = truncated_accuracies(weights, (4, 5, 6, 7), features, labels)
    assert found.tolist() == dense[:3].tolist()


def test_large_networks_do_not_overflow():
    net = Architecture(256, 2, (3,) * 8)
    weights = random_weights(net, rng=np.random.default_rng(0))
    all_three = schmidt_spectrum(weights, range(128))
    few = schmidt_spectrum(keep_coefficients(weights, 7, 0, 2, 0), range(128))
    assert few[:2] == pytest.approx(all_three[:2] / np.linalg.norm(all_three[:2]), abs=1e-8)


@pytest.mark.parametrize(
    ("level", "site", "keep", "message"),
    [
        (3, 0, 1, "level = 3, site = 0: must be one of the levels 0 to 2"),
        (-1, 0, 1, "level = -1"),
        (2, 2, 1, "level = 2, site = 2"),
        (2, 0, 0, "keep = 0: at least one coefficient must stay"),
    ],
)
def test_blocks_that_are_not_there_are_refused(level, site, keep, message):
    with pytest.raises(ShapeError, match=message):
        keep_coefficients(problem(NET)[0], level, site, keep, 0)


def test_shared_weights_are_refused():
    net = Architecture(4, 2, (2, 2), shared=True)
    weights = random_weights(net, rng=np.random.default_rng(0))
    with pytest.raises(ShapeError, match="shared weights: one site cannot change alone"):
        keep_coefficients(weights, 0, 0, 1, 0)


def test_features_that_do_not_fit_are_refused():
    with pytest.raises(ShapeError, match=r"features: shape \(batch, 8, 2\) is needed"):
        truncated_scores(problem(NET)[0], (0,), np.ones((2, 8, 3)))
