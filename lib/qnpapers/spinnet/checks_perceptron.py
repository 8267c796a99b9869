"""Checks and controls of claims 2.3, 2.4, 2.6, 2.7 and F9: the perceptron inside an amplitude.

Claim 2.4 itself is checked in `checks_classifier`. Every function takes `rng` and `profile`
("smoke" or "full") and returns a `Report`. A control is the same comparison on input for which the
claim must be rejected.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from qnpapers.evidence import Evidence, Report
from qnpapers.mnist import Mnist, small_mnist
from qnpapers.spinnet.classifier import AmplitudeClassifier
from qnpapers.spinnet.coherent import heat_kernel_time, link_spin_distribution
from qnpapers.spinnet.comparisons import Case, largest_difference
from qnpapers.spinnet.hidden_spin import hidden_spin_amplitude, hidden_spin_formula
from qnpapers.spinnet.perceptron import amplitude_of_layer, gaussian_scores
from qnpapers.spinnet.saddle import Loss, mean_loss, train_means

GAUSSIAN = AmplitudeClassifier(dimension=False, normaliser=False)
"""The Gaussian weights of eq. 33 alone."""

POWERS = (0.5, 1.0, 1.5)
"""k, where the time of a coherent state shrinks as hbar^k."""


# 2.3: weights of a layer are coherent-state labels


def trained_layer_is_an_amplitude(*, rng: np.random.Generator, profile: str) -> Report:
    """2.3: a trained perceptron, turned into means and widths, decides as before.

    Outside: a deep network on one spin, which changes class more often than any amplitude can.
    """
    return Report(_decided_otherwise(rng, profile, bias_edge=True), _changes_of_a_deep_network(6))


def trained_layer_without_its_biases(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 2.3: without the edge that carries the biases."""
    return Report(_decided_otherwise(rng, profile, bias_edge=False))


def _decided_otherwise(rng: np.random.Generator, profile: str, *, bias_edge: bool) -> Evidence:
    from sklearn.linear_model import Perceptron

    digits = _digits(rng, profile)
    train, test = GAUSSIAN.spins(digits.train_images), GAUSSIAN.spins(digits.test_images)
    perceptron = Perceptron(max_iter=10, tol=None, random_state=int(rng.integers(2**31)))
    perceptron.fit(train, digits.train_labels)
    means, variances = amplitude_of_layer(perceptron.coef_, perceptron.intercept_)
    kept = means.shape[1] - (not bias_edge)
    padded = np.column_stack([test, np.zeros(len(test))])[:, :kept]
    decided = gaussian_scores(padded, means[:, :kept], variances[:kept]).argmax(axis=1)
    accuracy = np.mean(perceptron.predict(test) == digits.test_labels)
    return Evidence(
        "digits classified otherwise than by the trained perceptron",
        int(np.sum(perceptron.classes_[decided] != perceptron.predict(test))),
        0,
        len(test),
        f"2,349 edges, accuracy of the perceptron {accuracy:.2f}",
    )


def _changes_of_a_deep_network(layers: int) -> Evidence:
    """Layers of two rectified units each, x -> 2 min(x, 1 - x), threshold 1/2; x = j / largest j.

    Two classes of eq. 33 are told apart by the sign of a quadratic polynomial of the spin.
    """
    x = np.linspace(0, 1, 2 ** (layers + 6))
    for _ in range(layers):
        x = 2 * np.maximum(x, 0) - 4 * np.maximum(x - 0.5, 0)
    changes = int(np.count_nonzero(np.diff(x > 0.5)))
    where = f"{layers} layers of two rectified units; a quadratic polynomial changes sign twice"
    return Evidence("changes of class along one spin", changes, 2, 1, where, relation="<=")


# 2.4.1: the linear layer in coherent states


def coherent_states_become_a_linear_layer(*, rng: np.random.Generator, profile: str) -> Report:
    """2.4.1: log-odds of two states with one time are linear in j, up to exp(-2(2j+1)eta)."""
    return Report(_bend_of_log_odds(profile, 1.0))


def coherent_states_of_two_times(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 2.4.1: the second state has another time, and the log-odds contain j^2."""
    return Report(_bend_of_log_odds(profile, 1.01))


def _bend_of_log_odds(profile: str, ratio_of_times: float) -> Evidence:
    """How far log-odds are from a line, in units of what the two sinh leave: 1 if all is right."""
    cases = [
        (ratio, f"eta = {eta} and {other:g}, 2j + 1 = {n}")
        for eta in ((0.2, 0.4) if profile == "smoke" else (0.1, 0.2, 0.4, 0.8))
        for other in (1.2 * eta, 2 * eta)
        for n, ratio in enumerate(_bends(eta, other, ratio_of_times), start=1)
    ]
    worst, where = max(cases, key=lambda case: abs(case[0] - 1))
    return Evidence(
        "bend of the log-odds / what sinh((2j+1)eta) leaves of it",
        worst,
        1.0,
        len(cases),
        where,
        tolerance=1e-4,  # the smallest bends are 1e-8, of logarithms near 100
    )


def _bends(eta: float, other: float, ratio_of_times: float) -> list[float]:
    """At 2j + 1 = 1, 2, ..., while exp(-2(2j+1)eta) is above round-off."""
    t = heat_kernel_time(100, eta)
    n = np.arange(1, 2 + int(8 / eta))  # 2j + 1
    one = link_spin_distribution(eta, t).probabilities[: len(n)]
    two = link_spin_distribution(other, t * ratio_of_times).probabilities[: len(n)]
    bends = np.diff(np.log(two / one)) - (other - eta)
    left = np.diff(np.log1p(-np.exp(-2 * n * other)) - np.log1p(-np.exp(-2 * n * eta)))
    return (bends / left).tolist()


# 2.4.2: one hidden spin


def hidden_spin_is_a_nonlinear_unit(*, rng: np.random.Generator, profile: str) -> Report:
    """2.4.2: a hidden spin that joins two spins, summed, is a difference of two error functions."""
    return Report(_sum_against_formula(profile, vertex=True))


def hidden_spin_without_vertex(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 2.4.2: the hidden spin joins nothing, and its sum is a constant."""
    return Report(_sum_against_formula(profile, vertex=False))


def _sum_against_formula(profile: str, *, vertex: bool) -> Evidence:
    worst, where, cases = 0.0, "", 0
    for two_h0 in (20, 40):
        for width in (1.0, 2.0, 4.0) if profile == "smoke" else (1.0, 2.0, 4.0, 8.0, 16.0):
            largest = (two_h0 + 1) * math.sqrt(2 * math.pi) * width
            for pair in _pairs(2 * two_h0 + 8, 5):
                # Without a vertex there are twice as many spins: all halves.
                found = hidden_spin_amplitude(two_h0, width, joins=pair if vertex else None)
                found /= 1 if vertex else 2
                error = abs(found - hidden_spin_formula(two_h0, width, joins=pair)) / largest
                cases += 1
                if error * width**2 >= worst:
                    worst = error * width**2
                    where = f"2 h0 = {two_h0}, width {width}, 2 j = {pair}"
    return Evidence(
        "width^2 |sum - error functions| / largest amplitude",
        worst,
        0.05,
        cases,
        where,
        relation="<=",
    )


def _pairs(largest: int, step: int) -> Iterator[tuple[int, int]]:
    for one in range(0, largest, step):
        for other in range(0, largest, step):
            yield one, other


# 2.6: training as the search for a saddle


def computed_means_are_the_saddle(*, rng: np.random.Generator, profile: str) -> Report:
    """2.6: training from a random start ends at the class means, for the loss -log |A|^2.

    Outside: the cross-entropy, for which networks are trained.
    """
    return Report(
        _loss_left_by_training(rng, profile, "likelihood"),
        _loss_left_by_training(rng, profile, "cross-entropy"),
    )


def computed_means_minimise_the_cross_entropy(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 2.6: the loss that the companion paper's baselines are trained for."""
    return Report(_loss_left_by_training(rng, profile, "cross-entropy"))


def _loss_left_by_training(rng: np.random.Generator, profile: str, loss: Loss) -> Evidence:
    """Likelihood: from a random start. Cross-entropy: from the class means, the kindest start."""
    digits = _digits(rng, profile)
    spins, labels = GAUSSIAN.spins(digits.train_images), digits.train_labels.astype(int)
    fitted = replace(GAUSSIAN, variance="pooled").fit(digits.train_images, labels)
    variances = fitted.variances[0]
    computed = mean_loss(spins, labels, fitted.means, variances, loss)
    start = rng.random(fitted.means.shape) if loss == "likelihood" else fitted.means
    iterations = 100 if loss == "likelihood" else 10
    trained = train_means(spins, labels, variances, start=start, loss=loss, iterations=iterations)
    left = mean_loss(spins, labels, trained, variances, loss)
    return Evidence(
        "loss at the computed means / loss after training",
        computed / left,
        1.0,
        len(labels),
        f"{loss}: {computed:.4g} computed, {left:.4g} trained",
        tolerance=1e-9,
    )


# 2.7.1: how the step sharpens


def transition_sharpens_as_the_time_says(*, rng: np.random.Generator, profile: str) -> Report:
    """2.7.1: with t ~ hbar^k the transition between two classes is as wide as hbar^(2-k).

    Outside: widths measured from data in the unit of the spins, which is k = 2.
    """
    slopes = {k: 2 - k for k in POWERS}
    return Report(_slopes(profile, slopes), _width_with_larger_spins(rng, profile))


def transition_sharpens_as_hbar(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 2.7.1: the same power for every time."""
    return Report(_slopes(profile, dict.fromkeys(POWERS, 1.0)))


def _slopes(profile: str, predicted: dict[float, float]) -> Evidence:
    """Two heat-kernel states that peak at x = 1 and 2, with j = x / hbar."""
    smallest = -2.5 if profile == "smoke" else -3.5
    hbars = np.logspace(-1.5, smallest, 5)
    errors = []
    for k, expected in predicted.items():
        widths = [_transition(hbar, hbar**k) for hbar in hbars.tolist()]
        slope = float(np.polyfit(np.log(hbars), np.log(widths), 1)[0])
        errors.append((abs(slope - expected), f"t = hbar^{k}: slope {slope:.3f}"))
    worst, where = max(errors)
    return Evidence(
        "difference of the slope of log width against log hbar",
        worst,
        0.0,
        len(predicted) * len(hbars),
        where,
        tolerance=0.02,
    )


def _transition(hbar: float, t: float) -> float:
    """Distance in x over which the odds of the two states go from 1/3 to 3."""
    n = round(3 / hbar) + 1  # 2j + 1 at x = 3/2, where the odds change
    odds = [_log_weight(m, t * (4 / hbar + 1), t) - _log_weight(m, t * (2 / hbar + 1), t)
            for m in (n, n + 1)]  # fmt: skip
    return 2 * math.log(3) / (odds[1] - odds[0]) * hbar / 2  # a step of 2j is hbar / 2 in x


def _log_weight(n: int, eta: float, t: float) -> float:
    """Log of (2j + 1) exp(-2 t j (j + 1)) sinh((2j + 1) eta) without constants, n = 2j + 1."""
    return math.log(n) - t * (n**2 - 1) / 2 + n * eta + math.log1p(-math.exp(-2 * n * eta))


def _width_with_larger_spins(rng: np.random.Generator, profile: str) -> Evidence:
    """On the way from the mean digit of one class to that of another, spins a thousand times."""
    digits = _digits(rng, profile)
    images, labels = digits.train_images, digits.train_labels
    ends = [images[labels == k].mean(axis=0) for k in (3, 5)]
    share = np.linspace(0, 1, 401)
    way = ends[0] + share[:, None, None] * (ends[1] - ends[0])
    widths = []
    for scale in (1.0, 1000.0):
        fitted = replace(GAUSSIAN, variance="pooled", scale=scale).fit(images, labels)
        scores = fitted.scores(way)
        odds = scores[:, 5] - scores[:, 3]
        widths.append(2 * math.log(3) / float(np.gradient(odds, share)[200]))
    return Evidence(
        "width of the transition, spins 1,000 times larger / as they are",
        widths[1] / widths[0],
        0.1,
        len(labels),
        "from the mean 3 to the mean 5, widths measured in the unit of the spins",
        relation="<=",
    )


# 2.7.2: eq. 34 and large spins


def large_spins_lose_accuracy(*, rng: np.random.Generator, profile: str) -> Report:
    """2.7.2: with eq. 34, spins a thousand times larger cost at least ten points of accuracy."""
    return Report(_lost_by_large_spins(rng, profile, AmplitudeClassifier()))


def large_spins_without_normaliser(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 2.7.2: without eq. 34 they cost nothing."""
    return Report(_lost_by_large_spins(rng, profile, AmplitudeClassifier(normaliser=False)))


def _lost_by_large_spins(
    rng: np.random.Generator, profile: str, options: AmplitudeClassifier
) -> Evidence:
    digits = _digits(rng, profile)
    accuracies = [
        replace(options, scale=scale)
        .fit(digits.train_images, digits.train_labels)
        .accuracy(digits.test_images, digits.test_labels)
        for scale in (1.0, 1000.0)
    ]
    return Evidence(
        "accuracy lost when all spins are 1,000 times larger",
        accuracies[0] - accuracies[1],
        0.1,
        len(digits.test_labels),
        f"{accuracies[0]:.3f} and {accuracies[1]:.3f}",
        relation=">=",
    )


# F9: what eq. 33 is to a statistician


def amplitude_is_a_known_classifier(*, rng: np.random.Generator, profile: str) -> Report:
    """F9: one width: linear. A width for each class: naive Bayes without the determinant."""
    return Report(_against_naive_bayes(rng, profile, determinant_taken_out=True))


def amplitude_is_naive_bayes(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of F9: naive Bayes with its logarithm of the determinant."""
    return Report(_against_naive_bayes(rng, profile, determinant_taken_out=False))


def _against_naive_bayes(
    rng: np.random.Generator, profile: str, *, determinant_taken_out: bool
) -> Evidence:
    digits = _digits(rng, profile)
    pooled = replace(GAUSSIAN, variance="pooled", dimension=True)
    layer = pooled.fit(digits.train_images, digits.train_labels)
    weights, biases = layer.linear_layer()
    linear = pooled.spins(digits.test_images) @ weights.T + biases
    own = GAUSSIAN.fit(digits.train_images, digits.train_labels)
    bayes = 2 * _log_likelihoods(GAUSSIAN.spins(digits.test_images), own.means, own.variances)
    if determinant_taken_out:
        bayes += np.log(own.variances).sum(axis=1)
    found = largest_difference(
        "difference of two classes' scores",
        [
            *_between_classes("linear layer", layer.scores(digits.test_images), linear),
            *_between_classes("naive Bayes", own.scores(digits.test_images), bayes),
        ],
    )
    return replace(found, tolerance=1e-9)  # sums of 2,349 terms that add up to some thousands


def _log_likelihoods(spins: np.ndarray, means: np.ndarray, variances: np.ndarray) -> np.ndarray:
    """Of the classes, as scikit-learn's Gaussian naive Bayes finds them; shape (count, K)."""
    from sklearn.naive_bayes import GaussianNB

    classes = len(means)
    bayes = GaussianNB(priors=np.full(classes, 1 / classes))
    bayes.fit(np.repeat(means, 2, axis=0), np.repeat(np.arange(classes), 2))
    bayes.theta_, bayes.var_ = means, variances
    return bayes.predict_joint_log_proba(spins)


def _between_classes(name: str, measured: np.ndarray, expected: np.ndarray) -> Iterator[Case]:
    """Differences to the first class: what is common to all classes decides nothing."""
    for k in range(1, measured.shape[1]):
        one, other = (scores[:, k] - scores[:, 0] for scores in (measured, expected))
        far = int(np.abs(one - other).argmax())
        yield f"{name}, class {k}, digit {far}", one[far], other[far]


def _digits(rng: np.random.Generator, profile: str) -> Mnist:
    """All 5,000 digits, or (smoke) 1,000 to fit on and 300 to test."""
    digits = small_mnist(rng=rng)
    if profile != "smoke":
        return digits
    return Mnist(
        digits.train_images[:1000],
        digits.train_labels[:1000],
        digits.test_images[:300],
        digits.test_labels[:300],
    )
