from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB

from qnpapers.errors import ParameterError, ShapeError
from qnpapers.mnist import small_mnist
from qnpapers.spinnet import AmplitudeClassifier, honeycomb_colouring, scores_of_readings

LINEAR = AmplitudeClassifier(variance="pooled", normaliser=False)


@pytest.fixture(scope="module")
def digits():
    return small_mnist(rng=np.random.default_rng(2022))


def random_images(count=40, rows=4, columns=3, seed=0):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, size=(count, rows, columns)), np.arange(count) % 3


def accuracy(digits, options):
    fitted = options.fit(digits.train_images, digits.train_labels)
    return fitted.accuracy(digits.test_images, digits.test_labels)


@pytest.mark.parametrize(
    ("options", "measured"),
    [
        (AmplitudeClassifier(), 0.828),
        (AmplitudeClassifier(dimension=False, normaliser=False), 0.822),
        (AmplitudeClassifier(edges="absolute difference", variance_floor=0.03), 0.859),
        (AmplitudeClassifier(variance="pooled", dimension=False, normaliser=False), 0.80),
        (AmplitudeClassifier(variance_floor=1.0), 0.343),
    ],
)
def test_accuracies_of_full_mnist_within_statistics(digits, options, measured):
    """Numbers of 48,000 digits (experiment E10); 4,000 to fit on may cost two points more."""
    slack = 3 * math.sqrt(measured * (1 - measured) / len(digits.test_labels)) + 0.02
    assert accuracy(digits, options) == pytest.approx(measured, abs=slack)


def test_honeycomb_spins_are_half_the_colours():
    images, _ = random_images(5, 6, 6)
    spins = AmplitudeClassifier(scale=510.0).spins(images)
    np.testing.assert_allclose(spins, honeycomb_colouring(images), rtol=0, atol=1e-12)
    assert AmplitudeClassifier().spins(np.zeros((1, 28, 28))).shape == (1, 2349)


def test_edge_rules():
    images = np.array([[[255, 51], [0, 102]]])
    of = {rule: AmplitudeClassifier(edges=rule).spins(images)[0] for rule in
          ("sum", "difference", "absolute difference", "minimum", "maximum", "pixels")}  # fmt: skip
    np.testing.assert_allclose(of["pixels"], [1, 0.2, 0, 0.4])
    np.testing.assert_allclose(np.abs(of["difference"]), of["absolute difference"], atol=1e-15)
    np.testing.assert_allclose(of["minimum"] + of["maximum"], 2 * of["sum"], atol=1e-15)
    np.testing.assert_allclose(of["maximum"] - of["minimum"], of["absolute difference"], atol=1e-15)


def test_scores_against_the_formula_written_out():
    """Eqs 33 and 34 as they stand, edge by edge, with products in place of sums of logarithms."""
    images, labels = random_images()
    fitted = AmplitudeClassifier(scale=2.0).fit(images, labels)
    spins = fitted.options.spins(images)
    for image in range(5):
        for k in range(3):
            amplitude = bound = own = 1.0
            for j, mean, variance in zip(
                spins[image], fitted.means[k], fitted.variances[k], strict=True
            ):
                amplitude *= (2 * j + 1) * math.exp(-((j - mean) ** 2) / (2 * variance))
                own *= 2 * j + 1
                bound *= 2 * mean + 1
            expected = amplitude**2 / max(own**2, bound**2)
            assert fitted.scores(images)[image, k] == pytest.approx(math.log(expected), rel=1e-9)


def test_naive_bayes_is_one_of_the_options():
    """Oracle: scikit-learn's Gaussian naive Bayes where no variance meets the floor."""
    images, labels = random_images(300, 3, 3)
    options = AmplitudeClassifier(
        edges="pixels", variance_floor=1e-9, dimension=False, normaliser=False, log_determinant=True
    )
    scores = options.fit(images, labels).scores(images)
    bayes = GaussianNB(priors=[1 / 3] * 3, var_smoothing=0).fit(
        options.spins(images), labels
    ).predict_joint_log_proba(options.spins(images))  # fmt: skip
    np.testing.assert_allclose(np.diff(scores), np.diff(2 * bayes), atol=1e-9)


@pytest.mark.parametrize("floor", [1e-6, 1e-2, 1.0])
@pytest.mark.parametrize("width", ["variance", "deviation"])
def test_equal_sigma_is_a_linear_layer_exactly(digits, floor, width):
    options = replace(LINEAR, variance_floor=floor, width=width)
    fitted = options.fit(digits.train_images[:1000], digits.train_labels[:1000])
    weights, biases = fitted.linear_layer()
    assert weights.shape == (10, 2349)
    linear = (options.spins(digits.test_images) @ weights.T + biases).argmax(axis=1)
    np.testing.assert_array_equal(fitted.classes[linear], fitted.predict(digits.test_images))


def test_the_scale_enters_through_the_dimensions_only(digits):
    images, labels = digits.train_images[:500], digits.train_labels[:500]
    bare = AmplitudeClassifier(dimension=False, normaliser=False)
    scores = [replace(bare, scale=s).fit(images, labels).scores(images) for s in (1.0, 1000.0)]
    np.testing.assert_allclose(scores[0], scores[1], rtol=1e-9)
    full = [AmplitudeClassifier(scale=s).fit(images, labels).scores(images) for s in (1.0, 1000.0)]
    assert np.abs(full[0] - full[1]).max() > 1


def test_softmax_and_step(digits):
    images = digits.test_images[:200]
    fitted = AmplitudeClassifier().fit(digits.train_images, digits.train_labels)
    winners = np.eye(10)[fitted.predict(images)]
    np.testing.assert_allclose(fitted.probabilities(images, hbar=1e-6), winners, atol=1e-12)
    np.testing.assert_allclose(fitted.probabilities(images, hbar=1e9), 0.1, atol=1e-4)
    ratio = fitted.probabilities(images, hbar=300.0)
    scores = fitted.scores(images) / 300
    np.testing.assert_allclose(
        np.log(ratio[:, 0] / ratio[:, 1]), scores[:, 0] - scores[:, 1], atol=1e-9
    )


def test_batches_make_no_difference():
    images, labels = random_images(5000, 2, 2)
    fitted = AmplitudeClassifier().fit(images, labels)
    spins = fitted.options.spins(images)
    for k in range(3):
        np.testing.assert_allclose(fitted.means[k], spins[labels == k].mean(axis=0), atol=1e-12)
        variance = np.maximum(spins[labels == k].var(axis=0), 1e-2)
        np.testing.assert_allclose(fitted.variances[k], variance, atol=1e-12)
    np.testing.assert_allclose(fitted.scores(images)[4990:], fitted.scores(images[4990:]))
    assert fitted.scores(images[:0]).shape == (0, 3)


def test_small_variances():
    images, labels = random_images(60, 2, 2)
    images[:, 0, 0] = 7  # its boundary edge never varies, nor does it differ between classes
    fitted = {
        zero: AmplitudeClassifier(zero_variance=zero, variance_floor=0.02).fit(images, labels)
        for zero in ("floor", "add", "leave out")
    }
    spins = AmplitudeClassifier().spins(images)
    spreads = np.stack([spins[labels == k].var(axis=0) for k in range(3)])
    still = spreads[0] < 1e-15
    assert still.sum() == 1
    np.testing.assert_allclose(fitted["floor"].variances, np.maximum(spreads, 0.02), atol=1e-14)
    np.testing.assert_allclose(fitted["add"].variances, spreads + 0.02, atol=1e-14)
    assert np.isinf(fitted["leave out"].variances[:, still]).all()
    without = AmplitudeClassifier(
        only=np.flatnonzero(~still),
        zero_variance="leave out",
        dimension=False,
        normaliser=False,
        log_determinant=True,
    )
    everywhere = replace(without, only=None)
    np.testing.assert_allclose(
        everywhere.fit(images, labels).scores(images), without.fit(images, labels).scores(images)
    )


def test_only_some_edges():
    images, labels = random_images(30)
    whole, part = AmplitudeClassifier(), AmplitudeClassifier(only=(7, 2, 30))
    np.testing.assert_array_equal(part.spins(images), whole.spins(images)[:, [7, 2, 30]])
    assert part.fit(images, labels).means.shape == (3, 3)
    pixels = AmplitudeClassifier(edges="pixels", only=np.array([5]))
    np.testing.assert_allclose(pixels.spins(images)[:, 0], images[:, 1, 2] / 255)


@pytest.mark.parametrize(
    "changes",
    [
        {"variance_floor": 0.3},
        {"variance": "pooled", "width": "deviation"},
        {"dimension": False, "normaliser": False, "log_determinant": True},
        {"zero_variance": "add", "normaliser": False},
    ],
)
def test_other_options_without_another_fit(changes):
    images, labels = random_images(80)
    first = AmplitudeClassifier(scale=3.0).fit(images, labels)
    again = replace(first.options, **changes).fit(images, labels)
    np.testing.assert_allclose(first.with_options(**changes).scores(images), again.scores(images))


def test_scores_of_several_are_those_of_each():
    images, labels = random_images(700)
    first = AmplitudeClassifier().fit(images, labels)
    several = [first, first.with_options(variance="pooled"), first.with_options(dimension=False)]
    together = scores_of_readings(several, images)
    assert together.shape == (700, 3, 3)
    for number, one in enumerate(several):
        np.testing.assert_allclose(together[:, number], one.scores(images), rtol=1e-10)


IMAGES, LABELS = random_images(6)
FITTED = AmplitudeClassifier().fit(IMAGES, LABELS)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: AmplitudeClassifier(edges="product"), ParameterError, "edges = 'product'"),
        (lambda: AmplitudeClassifier(variance="own"), ParameterError, "one of class, pooled"),
        (lambda: AmplitudeClassifier(width="sigma"), ParameterError, "one of variance, deviation"),
        (lambda: AmplitudeClassifier(scale=0), ParameterError, "scale = 0: must be positive"),
        (lambda: AmplitudeClassifier(brightest=-1), ParameterError, "brightest = -1"),
        (lambda: AmplitudeClassifier(variance_floor=0), ParameterError, "variance_floor = 0"),
        (lambda: AmplitudeClassifier(zero_variance="skip"), ParameterError, "floor, add, leave"),
        (lambda: AmplitudeClassifier(only=(3, 33)).spins(IMAGES), ShapeError, "from 0 to 32"),
        (lambda: AmplitudeClassifier(only=(-1,)).spins(IMAGES), ShapeError, "from 0 to 32"),
        (lambda: AmplitudeClassifier(only=()).spins(IMAGES), ShapeError, "at least one"),
        (lambda: FITTED.with_options(edges="pixels"), ParameterError, "edges: decides the spins"),
        (lambda: FITTED.with_options(floor=1), ParameterError, "floor: no option"),
        (lambda: FITTED.with_options(variance_floor=0), ParameterError, "variance_floor = 0"),
        (lambda: scores_of_readings([], IMAGES), ParameterError, "fitted: at least one"),
        (lambda: scores_of_readings([FITTED, AmplitudeClassifier().fit(IMAGES, LABELS)], IMAGES),
         ParameterError, "all must have the means of the first"),
        (lambda: AmplitudeClassifier().spins(IMAGES[0]), ShapeError, r"\(count, rows, columns\)"),
        (lambda: AmplitudeClassifier().fit(IMAGES, LABELS[:4]), ShapeError, "one for each image"),
        (lambda: AmplitudeClassifier().fit(IMAGES[:0], LABELS[:0]), ShapeError, "one for each"),
        (lambda: AmplitudeClassifier().fit(IMAGES, LABELS).scores(np.zeros((1, 5, 5))), ShapeError,
         "72 edges, but 33 were fitted"),
        (lambda: AmplitudeClassifier().fit(IMAGES, LABELS).probabilities(IMAGES, hbar=0),
         ParameterError, "hbar = 0: must be positive"),
        (lambda: AmplitudeClassifier().fit(IMAGES, LABELS).linear_layer(), ParameterError,
         'a linear layer needs "pooled" and False'),
    ],
)  # fmt: skip
def test_input_that_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
