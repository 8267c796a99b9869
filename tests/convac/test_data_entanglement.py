"""Information shared by two parts of the data, and the state of all inputs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from qnpapers.convac import (
    data_state_spectrum,
    entanglement_entropy,
    gaussian_information,
    matricize,
    product_state,
    shuffled,
    table_information,
    within_classes,
)
from qnpapers.errors import ParameterError, RegionError, ShapeError

# tables


def test_information_is_the_sum_of_two_entropies_minus_the_joint_one():
    table = np.random.default_rng(0).uniform(size=(4, 6))
    table[1, 2] = 0
    p = table / table.sum()

    def surprise(q):
        return -sum(x * np.log(x) for x in q.ravel() if x > 0)

    expected = surprise(p.sum(0)) + surprise(p.sum(1)) - surprise(p)
    assert table_information(table) == pytest.approx(expected, rel=1e-12)
    assert table_information(table.T) == pytest.approx(expected, rel=1e-12)


def test_a_noisy_bit():
    """The capacity of the binary symmetric channel: ln 2 minus the binary entropy of the error."""
    e = 0.11
    capacity = np.log(2) + e * np.log(e) + (1 - e) * np.log(1 - e)
    assert table_information(np.array([[1 - e, e], [e, 1 - e]])) == pytest.approx(capacity)


@pytest.mark.parametrize("table", [[[-1, 2]], [[0, 0]], [1, 2], [[]], [[np.nan, 1]]])
def test_what_is_no_table_is_refused(table):
    with pytest.raises(ShapeError, match="entries of at least 0 with a sum are needed"):
        table_information(np.array(table))


# normal variables


def test_a_bivariate_normal():
    """-ln(1 - rho^2) / 2, with rho reduced by the noise."""
    draws = np.random.default_rng(0).normal(size=(500, 2)) @ [[1, 0.7], [0, 0.5]]
    rho = np.corrcoef(draws.T)[0, 1]
    for noise in (1e-9, 0.1, 1.0):
        expected = -np.log(1 - (rho / (1 + noise)) ** 2) / 2
        found = gaussian_information(draws, np.array([True, False]), noise)
        assert found == pytest.approx(expected, rel=1e-9)


def test_it_is_the_difference_of_entropies_of_scipy():
    rng = np.random.default_rng(1)
    values = rng.normal(size=(300, 5)) @ rng.normal(size=(5, 5))
    inside = np.array([True, False, True, False, False])
    cov = np.corrcoef(values.T) + 0.2 * np.eye(5)
    entropies = [
        multivariate_normal(cov=cov[np.ix_(group, group)]).entropy()
        for group in (inside, ~inside, np.full(5, True))
    ]
    expected = entropies[0] + entropies[1] - entropies[2]
    assert gaussian_information(values, inside, 0.2) == pytest.approx(expected, rel=1e-10)
    assert gaussian_information(3 * values + 7, ~inside, 0.2) == pytest.approx(expected, rel=1e-10)


def test_noise_lowers_the_information():
    values = np.random.default_rng(2).normal(size=(300, 4)) @ np.tri(4)
    inside = np.array([True, True, False, False])
    found = [gaussian_information(values, inside, noise) for noise in (0.01, 0.1, 1.0, 10.0)]
    assert found == sorted(found, reverse=True)
    assert found[-1] < 0.05


def test_shuffled_halves_share_nothing_but_the_bias():
    """The bias of independent groups of 3 and 3 is 9 / (2 * 4000) = 0.0011 to first order."""
    rng = np.random.default_rng(3)
    values = rng.normal(size=(4000, 6)) @ rng.normal(size=(6, 6))
    inside = np.arange(6) < 3
    mixed = shuffled(values, inside, rng=rng)
    assert gaussian_information(values, inside, 1e-9) > 0.3
    assert gaussian_information(mixed, inside, 1e-9) == pytest.approx(0.0011, abs=0.0015)
    for column in range(6):
        assert sorted(mixed[:, column]) == sorted(values[:, column])
    assert np.array_equal(mixed[:, 3:], values[:, 3:])


def test_a_variable_that_never_changes_carries_nothing():
    values = np.random.default_rng(4).normal(size=(50, 3))
    more = np.column_stack([values, np.full(50, 2.0)])
    one = gaussian_information(values, np.array([True, False, True]), 0.1)
    other = gaussian_information(more, np.array([True, False, True, False]), 0.1)
    assert one == pytest.approx(other, rel=1e-12)


def test_wrong_groups_and_noise_are_refused():
    values = np.ones((4, 2))
    for inside in ([True], [True, True], [False, False]):
        with pytest.raises(ShapeError, match="values and inside: shapes"):
            gaussian_information(values, np.array(inside), 0.1)
    for noise in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(ParameterError, match="must be above 0"):
            gaussian_information(values, np.array([True, False]), noise)


def test_classes_lose_their_means():
    values = np.array([[1.0], [3.0], [10.0]])
    left = within_classes(values, np.array([0, 0, 1]))
    assert left.tolist() == [[-1.0], [1.0], [0.0]]
    assert values[0, 0] == 1


# data state


@pytest.mark.parametrize("region", [(0,), (0, 2), (1, 2, 4)])
def test_the_spectrum_is_that_of_the_dense_state(region):
    features = np.random.default_rng(5).normal(size=(7, 5, 2))
    unit = features / np.linalg.norm(features, axis=2, keepdims=True)
    dense = matricize(sum(product_state(list(x)) for x in unit), region)
    values = np.linalg.svd(dense, compute_uv=False)
    found = data_state_spectrum(features, region)
    count = min(len(values), len(found))
    expected = values[:count] / np.linalg.norm(values)
    assert found[:count] == pytest.approx(expected, abs=1e-7)  # the root of a round-off of 1e-15
    assert found[count:] == pytest.approx(0, abs=1e-7)


def test_one_image_is_a_product_and_orthogonal_ones_are_maximally_entangled():
    basis = np.eye(3)[:, None, :].repeat(4, axis=1)  # three images, four sites, all orthogonal
    assert entanglement_entropy(data_state_spectrum(basis[:1], (0, 1))) == 0
    found = entanglement_entropy(data_state_spectrum(basis, (0, 1)))
    assert found == pytest.approx(np.log(3))


def test_repeated_images_and_lengths():
    basis = np.eye(2)[:, None, :].repeat(2, axis=1)
    twice = np.concatenate([basis, 5 * basis[:1]])  # weights 2 and 1
    assert data_state_spectrum(twice, (0,))[:2] ** 2 == pytest.approx([0.8, 0.2])


def test_what_has_no_data_state_is_refused():
    with pytest.raises(ShapeError, match="without a zero vector is needed"):
        data_state_spectrum(np.zeros((2, 3, 2)), (0,))
    with pytest.raises(ShapeError, match="without a zero vector is needed"):
        data_state_spectrum(np.ones((3, 2)), (0,))
    opposite = np.array([[[1.0, 0.0], [1.0, 0.0]], [[-1.0, 0.0], [1.0, 0.0]]])
    with pytest.raises(ShapeError, match="cancel each other"):
        data_state_spectrum(opposite, (0,))
    with pytest.raises(RegionError, match="region is empty"):
        data_state_spectrum(np.ones((2, 3, 2)), ())
