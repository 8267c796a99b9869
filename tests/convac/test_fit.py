from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qnpapers.convac import (
    Architecture,
    Weights,
    accuracy,
    fit,
    fit_gaussians,
    load_digits,
    near_product_weights,
    patches,
    random_weights,
    score,
)
from qnpapers.convac.fit import cross_entropy, flatten, unflatten
from qnpapers.errors import ShapeError, TrainingError

ARCHITECTURES = [
    Architecture(4, 3, (4, 5), classes=3),
    Architecture(8, 2, (3, 2, 4), shared=True, classes=2),
    Architecture(9, 2, (3, 4), window=3, classes=4),
]


def problem(architecture: Architecture, seed: int = 0, batch: int = 12):
    """Start, features that sum to one, and labels that depend on them."""
    rng = np.random.default_rng(seed)
    features = rng.uniform(size=(batch, architecture.sites, architecture.local_dim))
    features /= features.sum(axis=2, keepdims=True)
    labels = np.argsort(np.argsort(features[:, 0, 0])) * architecture.classes // batch
    return near_product_weights(architecture, rng=rng), features, labels


def loss_of(weights: Weights, features: np.ndarray, labels: np.ndarray) -> float:
    """Mean of -ln softmax, by the definition."""
    scores = score(weights, features)
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return float(-np.mean(np.log(shares[np.arange(len(labels)), labels])))


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_loss_is_that_of_the_definition(architecture):
    start, features, labels = problem(architecture)
    loss, _ = cross_entropy(start, features, labels)
    assert loss == pytest.approx(loss_of(start, features, labels), rel=1e-13)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_gradient_is_that_of_finite_differences(architecture):
    _, features, labels = problem(architecture)
    weights = random_weights(architecture, rng=np.random.default_rng(1))
    _, gradient = cross_entropy(weights, features, labels)
    vector = flatten(weights)
    assert gradient.shape == vector.shape
    step = 1e-5
    for k in range(len(vector)):
        ends = []
        for sign in (1, -1):
            moved = vector.copy()
            moved[k] += sign * step
            ends.append(loss_of(unflatten(moved, architecture), features, labels))
        # Central differences of a loss of order 1: round-off 2e-16 / 1e-5 = 2e-11, and the
        # third derivative, of order 10, times 1e-10 / 6.
        assert abs(gradient[k] - (ends[0] - ends[1]) / (2 * step)) < 1e-9


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_flat_vectors_and_weights_are_inverse(architecture):
    weights = random_weights(architecture, rng=np.random.default_rng(1))
    vector = flatten(weights)
    assert len(vector) == architecture.parameters
    again = unflatten(vector, architecture)
    for a, b in zip((*weights.layers, weights.output), (*again.layers, again.output), strict=True):
        assert np.array_equal(a, b)
    assert np.array_equal(vector[-weights.output.size :], weights.output.ravel())


def test_near_product_weights_pass_channels_on():
    architecture = Architecture(8, 3, (4, 6, 3), classes=2)
    weights = near_product_weights(architecture, rng=np.random.default_rng(0), noise=0.0)
    assert np.all(weights.layers[0] == 1)
    assert weights.layers[1][0].tolist() == np.eye(4)[[0, 1, 2, 3, 0, 1]].tolist()
    assert weights.layers[2][1].tolist() == np.eye(6)[:3].tolist()
    assert not weights.output.any()


def test_near_product_weights_keep_products_near_one_on_many_sites():
    architecture = Architecture(64, 3, (4,) * 6)
    weights = near_product_weights(architecture, rng=np.random.default_rng(0), noise=0.1)
    features = np.full((1, 64, 3), 1 / 3)
    readout = replace(weights, output=np.ones((1, 4)))
    assert 1 < score(readout, features)[0, 0] < 16  # 4 products, each between 1/4 and 4
    wild = random_weights(architecture, rng=np.random.default_rng(0))
    assert abs(score(replace(wild, output=np.ones((1, 4))), features)[0, 0]) < 1e-9


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_fit_learns_what_can_be_learned(architecture):
    start, features, labels = problem(architecture)
    fitted = fit(start, features, labels, steps=300, decay=0.0)
    assert fitted.completed
    assert len(fitted.losses) == 300
    assert fitted.losses[0] == pytest.approx(loss_of(start, features, labels), rel=1e-12)
    assert min(fitted.losses) < 0.5 * fitted.losses[0]
    assert loss_of(fitted.weights, features, labels) == pytest.approx(min(fitted.losses), rel=1e-12)
    assert accuracy(fitted.weights, features, labels) > accuracy(start, features, labels)


def test_real_digits_are_named_far_better_than_by_guessing():
    digits = load_digits(rng=np.random.default_rng(0))
    cut, test = patches(digits.train_images, 16), patches(digits.test_images, 16)
    functions = fit_gaussians(cut, 3, rng=np.random.default_rng(1))
    architecture = Architecture(16, 3, (6, 6, 6, 6), classes=10)
    start = near_product_weights(architecture, rng=np.random.default_rng(2))
    fitted = fit(start, functions(cut), digits.train_labels, steps=60).weights
    # Guessing names 599 digits with a share of 0.1 and a standard error of 0.012.
    assert accuracy(fitted, functions(test), digits.test_labels) > 0.6


def test_decay_pulls_towards_the_start():
    start, features, labels = problem(ARCHITECTURES[0])
    moved = [
        np.linalg.norm(flatten(fit(start, features, labels, decay=d).weights) - flatten(start))
        for d in (0.0, 0.1, 10.0)
    ]
    assert moved[0] > moved[1] > moved[2] > 0


def test_the_loss_includes_the_decay():
    start, features, labels = problem(ARCHITECTURES[0])
    fitted = fit(start, features, labels, steps=100, decay=0.3)
    plain = loss_of(fitted.weights, features, labels)
    pull = 0.3 * np.sum((flatten(fitted.weights) - flatten(start)) ** 2) / 2
    assert pull > 0.001
    assert min(fitted.losses) == pytest.approx(plain + pull, rel=1e-12)


def test_the_pace_multiplies_the_step():
    start, features, labels = problem(ARCHITECTURES[0])
    moved = [
        flatten(fit(start, features, labels, steps=2, decay=0.0, pace=pace).weights)
        - flatten(start)
        for pace in (1.0, 0.25)
    ]
    # Two steps, the last of size 0: only the first moves the weights.
    assert moved[1] == pytest.approx(moved[0] / 4, rel=1e-9)


def test_the_same_start_gives_the_same_bytes():
    start, features, labels = problem(ARCHITECTURES[1])
    one, other = (fit(start, features, labels, steps=50) for _ in range(2))
    assert flatten(one.weights).tobytes() == flatten(other.weights).tobytes()
    assert one.losses == other.losses


def test_round_off_is_not_blown_up():
    start, features, labels = problem(ARCHITECTURES[0], batch=40)
    nudged = unflatten(flatten(start) * (1 + 1e-12), start.architecture)
    one, other = (fit(w, features, labels).weights for w in (start, nudged))
    # The docstring says 1e-8, for larger networks; a hundred times that is no blow-up yet.
    assert np.abs(flatten(one) - flatten(other)).max() < 1e-6


def test_progress_is_told_after_each_step():
    start, features, labels = problem(ARCHITECTURES[0])
    told = []
    fitted = fit(start, features, labels, steps=4, on_step=lambda *step: told.append(step))
    assert told == list(enumerate(fitted.losses, start=1))


@pytest.mark.parametrize("interrupted_at", [1, 7, 29])
def test_an_interrupt_keeps_the_best_weights(interrupted_at):
    start, features, labels = problem(ARCHITECTURES[0])

    def press(step, _):
        if step == interrupted_at:
            raise KeyboardInterrupt

    fitted = fit(start, features, labels, steps=30, decay=0.0, on_step=press)
    assert not fitted.completed
    assert len(fitted.losses) == interrupted_at
    best = loss_of(fitted.weights, features, labels)
    assert best == pytest.approx(min(fitted.losses), rel=1e-12)
    whole = fit(start, features, labels, steps=30, decay=0.0)
    assert whole.losses[:interrupted_at] == fitted.losses


def test_no_steps_leave_the_start():
    start, features, labels = problem(ARCHITECTURES[0])
    fitted = fit(start, features, labels, steps=0)
    assert fitted.completed
    assert fitted.losses == ()
    assert np.array_equal(flatten(fitted.weights), flatten(start))


def test_a_loss_that_is_no_number_stops_the_fit():
    start, features, labels = problem(ARCHITECTURES[0])
    features[3, 2, 1] = np.nan
    message = "the loss is nan at step 1: start nearer to product weights"
    with pytest.raises(TrainingError, match=message):
        fit(start, features, labels)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1], r"labels: 3 integers are needed, got shape \(2,\) of int64"),
        ([[0, 1, 2]], r"labels: 3 integers are needed, got shape \(1, 3\)"),
        ([0.0, 1.0, 2.0], r"labels: 3 integers are needed, got shape \(3,\) of float64"),
        (["0", "1", "2"], "labels: 3 integers are needed"),
        ([0, 1, 3], "labels run from 0 to 3: allowed are 0 to 2"),
        ([-1, 1, 2], "labels run from -1 to 2: allowed are 0 to 2"),
    ],
)
def test_labels_that_do_not_fit_are_refused(labels, message):
    start, features, _ = problem(ARCHITECTURES[0])
    with pytest.raises(ShapeError, match=message):
        fit(start, features[:3], np.array(labels))


def test_a_fit_to_nothing_is_refused():
    start, features, labels = problem(ARCHITECTURES[0])
    with pytest.raises(ShapeError, match=r"labels: 1 integers are needed, got shape \(0,\)"):
        fit(start, features[:0], labels[:0])


def test_features_that_do_not_fit_are_refused():
    start, features, labels = problem(ARCHITECTURES[0])
    with pytest.raises(ShapeError, match=r"features: shape \(batch, 4, 3\) is needed"):
        fit(start, features[:, :3], labels)


def test_accuracy_counts_the_largest_scores():
    architecture = Architecture(2, 1, (1,), classes=3)
    weights = Weights(architecture, (np.ones((2, 1, 1)),), np.array([[1.0], [2.0], [0.0]]))
    features = np.array([[[1.0], [1.0]], [[1.0], [-1.0]]])  # scores (1, 2, 0) and (-1, -2, 0)
    assert accuracy(weights, features, np.array([1, 2])) == 1
    assert accuracy(weights, features, np.array([1, 0])) == 0.5
    assert accuracy(weights, features, np.array([0, 1])) == 0
