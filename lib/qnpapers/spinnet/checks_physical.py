"""Checks and controls of what claims on the physical scalar product say, and what they show.

Every function takes `rng` and `profile` ("smoke" or "full") and returns a `Report`. A control is
the same comparison on input for which the claim must be rejected.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import product
from typing import Any

import numpy as np
from flint import fmpq

from qnpapers.evidence import Evidence, Report
from qnpapers.spinnet.comparisons import Case, largest_difference, mismatches
from qnpapers.spinnet.honeycomb import (
    evaluate_honeycomb,
    honeycomb,
    honeycomb_colouring,
    torus_honeycomb,
)
from qnpapers.spinnet.networks import Network
from qnpapers.spinnet.physical_product import admissible_colourings, physical_projector
from qnpapers.spinnet.quantum_numbers import Classical
from qnpapers.spinnet.recoupling import loop_value, theta
from qnpapers.spinnet.shadow_sum import MAX_STATES, evaluate_network, prefactor, sweep
from qnpapers.spinnet.transition_classes import cycle_states, honeycomb_cycles

THETA_GRAPH = Network(((0, 1, 2), (2, 1, 0)))


# 6.3, F1: the physical scalar product


def planar_product_factorises(*, rng: np.random.Generator, profile: str) -> Report:
    """6.3, F1: the projector on flat connections is the product of the evaluations, on the sphere.

    The projector is built face by face; the evaluations come from the shadow-state sum.
    """
    return Report(
        largest_difference("largest |<H|H'> - <H><H'>/(|H||H'| N^(F-1))|", _products(profile))
    )


def planar_product_without_norm(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 6.3: the evaluations without the power of N that the projector carries."""
    return Report(largest_difference("largest difference", _products(profile, power=0)))


def _products(profile: str, power: int = 1) -> Iterator[Case]:
    graphs = {"theta graph": THETA_GRAPH, "2 x 2 honeycomb": honeycomb(2).network}
    for name, network in graphs.items():
        for r in (3, 4) if profile == "smoke" else (3, 4, 5):
            states = admissible_colourings(network, r).tolist()
            scaled = [_scaled_value(network, colours, r) for colours in states]
            scale = (2 * math.sin(math.pi / r) ** 2 / r) ** (power * (network.faces - 1))
            expected = np.outer(scaled, scaled) * scale
            measured = physical_projector(network, r)
            i, j = np.unravel_index(np.abs(measured - expected).argmax(), measured.shape)
            yield f"{name}, r = {r}: {states[i]}, {states[j]}", measured[i, j], expected[i, j]


def _scaled_value(network: Network, colours: list[int], r: int) -> float:
    triples = [[colours[e] for e in edges] for edges in network.vertices]
    above = math.prod([float(theta(a, b, c, r)) for a, b, c in triples])
    below = math.prod([float(loop_value(c, r)) for c in colours])
    return float(evaluate_network(network, colours, r)) / math.sqrt(above / below)


def sphere_has_one_physical_state(*, rng: np.random.Generator, profile: str) -> Report:
    """F1: the physical scalar product has rank 1 on the sphere.

    Outside the condition, on the torus, it has rank (r - 1)^2.
    """
    sphere = [(r, honeycomb(2).network) for r in ((3, 4) if profile == "smoke" else (3, 4, 5))]
    return Report(
        mismatches("ranks on the sphere", _ranks(sphere)),
        mismatches("ranks on the torus", _ranks(_tori(profile))),
    )


def torus_has_one_physical_state(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of F1: rank 1 on the torus."""
    return Report(mismatches("ranks on the torus", _ranks(_tori(profile))))


def torus_has_a_square_of_states(*, rng: np.random.Generator, profile: str) -> Report:
    """F1, E16: the physical scalar product has rank (r - 1)^2 on the torus."""
    return Report(mismatches("ranks", _ranks(_tori(profile), lambda r: (r - 1) ** 2)))


def torus_has_one_state_for_each_colour(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of E16: rank r - 1."""
    return Report(mismatches("ranks", _ranks(_tori(profile), lambda r: r - 1)))


def _tori(profile: str) -> list[tuple[int, Network]]:
    return [(r, torus_honeycomb(2, 2)) for r in ((3,) if profile == "smoke" else (3, 4))]


def _ranks(
    cases: Iterable[tuple[int, Network]], expected: Callable[[int], int] = lambda _: 1
) -> Iterator[Case]:
    for r, network in cases:
        projector = physical_projector(network, r)
        rank = int(np.linalg.matrix_rank(projector, tol=1e-8, hermitian=True))
        yield f"r = {r}, {len(projector)} colourings", rank, expected(r)


# F2, F4, F6: what the figures of [lulli2023] show


def classes_are_level_sets(*, rng: np.random.Generator, profile: str) -> Report:
    """F2: the 38,759 states of figure 15 are 28,705 colourings with 260 different |values|."""
    values = _prism_values(6)
    classes = {abs(value) for value in values if value}
    return Report(
        mismatches("counts", [("colourings", len(values), 28705), ("|values|", len(classes), 260)])
    )


def states_are_colourings(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of F2: that the states of figure 15 are different colourings."""
    return Report(mismatches("counts", [("colourings", len(_prism_colourings(6)), 38759)]))


def evaluations_vanish_on_admissible_states(*, rng: np.random.Generator, profile: str) -> Report:
    """F4: some admissible colourings have evaluation 0, so a normalised diagonal cannot be 1."""
    return Report(_zeros(_prism_values(6), "sums of cycles"))


def evaluations_vanish_on_images(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of F4: on 2 x 2 images the evaluation is a product of thetas, none of them 0."""
    images = product(range(4 if profile == "smoke" else 6), repeat=4)
    return Report(_zeros((evaluate_honeycomb(np.reshape(i, (2, 2))) for i in images), "images"))


def _zeros(values: Iterable[Any], states: str) -> Evidence:
    vanish = [value == 0 for value in values]
    quantity = "colourings of the 2 x 2 honeycomb with evaluation 0"
    return Evidence(quantity, sum(vanish), 1, len(vanish), states, relation=">=")


@cache
def _prism_values(most: int) -> list[Any]:
    network = honeycomb(2).network
    return [evaluate_network(network, colours) for colours in _prism_colourings(most)]


def _prism_colourings(most: int) -> list[tuple[int, ...]]:
    """Distinct sums of 1 to `most` of the 14 cycles of the prism."""
    return sorted(cycle_states(honeycomb_cycles(2), most))


def signs_follow_the_number_of_loops(*, rng: np.random.Generator, profile: str) -> Report:
    """F6: the values for a loop of +2 and of -2 differ by (-1)^(sum of the pixels)."""
    return Report(mismatches("images", _signs(rng, profile, lambda image: int(image.sum()))))


def signs_follow_the_number_of_pixels(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of F6: the sign (-1)^(number of pixels above 0)."""
    return Report(mismatches("images", _signs(rng, profile, lambda image: int((image > 0).sum()))))


def _signs(
    rng: np.random.Generator, profile: str, loops: Callable[[np.ndarray], int]
) -> Iterator[Case]:
    numbers = _PositiveLoops()
    for _ in range(12 if profile == "smoke" else 60):
        image = rng.integers(0, 4, size=(3, 3))
        comb, colours = honeycomb(3), tuple(honeycomb_colouring(image).tolist())
        positive = sweep(numbers, comb.plan, colours, MAX_STATES)[0]
        positive *= prefactor(numbers, comb.network, colours)
        value: Any = evaluate_honeycomb(image)
        signed = (-1) ** loops(image) * value
        yield f"pixels {image.tolist()}", positive, fmpq(signed.numerator, signed.denominator)


class _PositiveLoops(Classical):
    """q = -1: a loop of colour a counts (-1)^a [a + 1] = a + 1, so a strand counts +2."""

    def integer(self, n: int) -> fmpq:
        """[n] at q = -1: (-1)^(n - 1) n."""
        return fmpq((-1) ** (n + 1) * n)
