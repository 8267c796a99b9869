"""Checks and controls of the claims on networks of images and their exact evaluation.

They are named in claims/marciano2020.yml. Every function takes `rng` and `profile` ("smoke" or
"full") and returns a `Report`. A control is the same comparison on input for which the claim must
be rejected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np

from qnpapers.evidence import Report
from qnpapers.spinnet.comparisons import Case, largest_difference, mismatches
from qnpapers.spinnet.decimation import (
    Theta,
    Triangle,
    decimation,
    evaluate_by_decimation,
    summations,
)
from qnpapers.spinnet.honeycomb import (
    evaluate_honeycomb,
    honeycomb,
    honeycomb_colouring,
    torus_honeycomb,
)
from qnpapers.spinnet.networks import Network
from qnpapers.spinnet.recoupling import (
    admissible,
    channels,
    loop_value,
    quantum_integer,
    recoupling,
    tetrahedron,
    theta,
)

# 1.1: an image is a colouring


def honeycomb_colourings_are_admissible(*, rng: np.random.Generator, profile: str) -> Report:
    """1.1: the edges of an image's honeycomb, coloured by sums of pixels, fit at every vertex."""
    return Report(mismatches("vertices that do not fit", _vertices(rng, profile, np.add)))


def honeycomb_coloured_by_smaller_pixels(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 1.1: the smaller of two pixels, a rule for square lattices, on the honeycomb."""
    return Report(mismatches("vertices that do not fit", _vertices(rng, profile, np.minimum)))


def _vertices(
    rng: np.random.Generator, profile: str, rule: Callable[..., np.ndarray]
) -> Iterator[Case]:
    for side in (2, 3, 8, 28) if profile == "smoke" else range(2, 29):
        image = rng.integers(0, 256, size=(side, side))
        comb = honeycomb(side)
        padded = np.append(image.reshape(-1), 0)
        colours = rule(padded[comb.pairs[:, 0]], padded[comb.pairs[:, 1]]).tolist()
        for triple in comb.network.vertices:
            meeting = [colours[e] for e in triple]
            yield f"{side} x {side} pixels, colours {meeting}", admissible(*meeting), True


def admissible_at_a_level_as_pixels_say(*, rng: np.random.Generator, profile: str) -> Report:
    """1.1: at level r a vertex fits where its three pixels add up to at most r - 2."""
    return Report(mismatches("triples of pixels", _levels(profile, 2)))


def admissible_one_colour_more(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 1.1: pixels that add up to at most r - 1."""
    return Report(mismatches("triples of pixels", _levels(profile, 1)))


def _levels(profile: str, below: int) -> Iterator[Case]:
    top = 8 if profile == "smoke" else 16
    for r in range(3, top):
        for x, y, z in product(range(r), repeat=3):
            fits = admissible(x + y, y + z, x + z, r)
            yield f"pixels {x, y, z} at r = {r}", fits, x + y + z <= r - below


def honeycomb_counts(*, rng: np.random.Generator, profile: str) -> Report:
    """1.1: n x n pixels make 2 (n^2 - 1) vertices, 3 (n^2 - 1) edges and n^2 independent cycles."""
    return Report(mismatches("counts", _counts(lambda n: honeycomb(n).network)))


def torus_counts(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 1.1: with periodic boundary the counts are others."""
    return Report(mismatches("counts", _counts(lambda n: torus_honeycomb(n, n))))


def _counts(network_of: Callable[[int], Network]) -> Iterator[Case]:
    for n in range(2, 29):
        network = network_of(n)
        counts = len(network.vertices), network.edges, network.edges - len(network.vertices) + 1
        yield f"n = {n}: V, E, b1 = {counts}", counts, (2 * (n * n - 1), 3 * (n * n - 1), n * n)


# 1.3: the laws that make state sums independent of the triangulation


def recoupling_is_orthogonal(*, rng: np.random.Generator, profile: str) -> Report:
    """1.3: sum_i {a b i; c d j} {b c k; d a i} is 1 for j = k and 0 otherwise, exactly."""
    return Report(mismatches("sums, exact fractions", _orthogonality(profile, recoupling)))


def recoupling_without_loops(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 1.3: the factor Delta_i left out of the F-move."""

    def without(a: int, b: int, i: int, c: int, d: int, j: int) -> Any:
        return recoupling(a, b, i, c, d, j) / loop_value(i)  # type: ignore[operator]

    return Report(mismatches("sums, exact fractions", _orthogonality(profile, without)))


def _orthogonality(profile: str, symbol: Callable[..., Any]) -> Iterator[Case]:
    colours = range(4 if profile == "smoke" else 6)
    for a, b, c, d in product(colours, repeat=4):
        for j, k in product(channels(a, b, c, d), repeat=2):
            terms = (
                symbol(a, b, i, c, d, j) * symbol(b, c, k, d, a, i) for i in channels(a, d, b, c)
            )
            yield f"a b c d = {a, b, c, d}, j, k = {j, k}", sum(terms), int(j == k)


def biedenharn_elliott(*, rng: np.random.Generator, profile: str) -> Report:
    """1.3: two tetrahedra that share a face equal three that share an edge (Pachner 2-3)."""
    return Report(mismatches("sums, exact fractions", _two_three_moves(rng, profile, loop_value)))


def biedenharn_elliott_with_positive_loops(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 1.3: dimensions a + 1 in place of the loop values (-1)^a (a + 1)."""

    def positive(a: int) -> Any:
        return quantum_integer(a + 1)

    return Report(mismatches("sums, exact fractions", _two_three_moves(rng, profile, positive)))


def _two_three_moves(
    rng: np.random.Generator, profile: str, loop: Callable[[int], Any]
) -> Iterator[Case]:
    """Edges of the triangle: a b c; of the two apices: p q s and x y z, p and x opposite a."""
    wanted = 60 if profile == "smoke" else 400
    while wanted:
        a, b, c, p, q, s, x, y, z = (int(n) for n in rng.integers(0, 5, size=9))
        tops = ((a, q, s), (b, p, s), (c, p, q), (a, y, z), (b, x, z), (c, x, y))
        if not (admissible(a, b, c) and all(admissible(*t) for t in tops)):
            continue
        two: Any = tetrahedron(a, b, s, p, q, c) * tetrahedron(a, b, z, x, y, c) / theta(a, b, c)  # type: ignore[operator]
        three: Any = 0
        for e in range(30):
            if not (admissible(e, p, x) and admissible(e, q, y) and admissible(e, s, z)):
                continue
            tets: Any = (
                tetrahedron(a, q, y, e, z, s)  # type: ignore[operator]
                * tetrahedron(b, s, z, e, x, p)
                * tetrahedron(c, p, x, e, y, q)
            )
            sides: Any = theta(e, p, x) * theta(e, q, y) * theta(e, s, z)  # type: ignore[operator]
            three += loop(e) * tets / sides
        wanted -= 1
        yield f"{a, b, c}, {p, q, s}, {x, y, z}", two, three


# 6.1, 6.2: decimation


def decimation_is_exact(*, rng: np.random.Generator, profile: str) -> Report:
    """6.1: triangle and F-moves give the value of the shadow-state sum, exactly and at level r."""
    return Report(
        mismatches("honeycombs, exact fractions", _decimations(rng, profile)),
        largest_difference(
            "largest difference at level r, relative", _decimations_at_a_level(rng, profile)
        ),
    )


def _decimations(rng: np.random.Generator, profile: str) -> Iterator[Case]:
    for side, top in ((2, 4), (3, 3), (4, 2)) if profile == "smoke" else ((2, 6), (3, 4), (4, 3)):
        for _ in range(4):
            image = rng.integers(0, top, size=(side, side))
            network, colours = honeycomb(side).network, honeycomb_colouring(image)
            yield (
                f"pixels {image.tolist()}",
                evaluate_by_decimation(network, colours),
                evaluate_honeycomb(image),
            )


def _decimations_at_a_level(rng: np.random.Generator, profile: str) -> Iterator[Case]:
    for r in (5, 6, 9) if profile == "smoke" else range(4, 13):
        image = rng.integers(0, 2, size=(4, 4))
        network, colours = honeycomb(4).network, honeycomb_colouring(image)
        yield (
            f"pixels {image.tolist()}, r = {r}",
            evaluate_by_decimation(network, colours, r),
            evaluate_honeycomb(image, r),
        )


def triangle_move_as_worked_out(*, rng: np.random.Generator, profile: str) -> Report:
    """6.1: a triangle is {6j} theta / Delta, as in the worked example and the authors' code."""
    return Report(mismatches("prisms, exact fractions", _prisms(rng, profile, printed=False)))


def triangle_move_as_printed(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 6.1: {6j} theta Delta, as equation 2 and Lemma A.3 of [lulli2023] print it."""
    return Report(mismatches("prisms, exact fractions", _prisms(rng, profile, printed=True)))


def _prisms(rng: np.random.Generator, profile: str, *, printed: bool) -> Iterator[Case]:
    moves = decimation(honeycomb(2).network)
    for _ in range(10 if profile == "smoke" else 100):
        image = rng.integers(0, 5, size=(2, 2))
        colours = honeycomb_colouring(image).tolist()
        value: Any = 1
        for move in moves:
            match move:
                case Triangle(legs, sides):
                    (b, c, f), (d, a, e) = (
                        tuple(colours[edge] for edge in part) for part in (legs, sides)
                    )
                    delta: Any = loop_value(f)
                    symbol: Any = recoupling(a, b, f, c, d, e)
                    value *= symbol * theta(a, d, f) * (delta if printed else 1 / delta)
                case Theta(edges):
                    value *= theta(*(colours[edge] for edge in edges))
        yield f"pixels {image.tolist()}", value, evaluate_honeycomb(image)


def summations_are_squares(*, rng: np.random.Generator, profile: str) -> Report:
    """6.2: an n x n honeycomb leaves a_n = a_(n-1) + 2n - 5 sums, a_2 = 0, so (n - 2)^2."""
    return Report(mismatches("numbers of sums", _summations(profile, 5)))


def summations_one_more(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 6.2: the recursion a_n = a_(n-1) + 2n - 4."""
    return Report(mismatches("numbers of sums", _summations(profile, 4)))


def _summations(profile: str, less: int) -> Iterator[Case]:
    expected = 0
    for n in range(2, 8 if profile == "smoke" else 13):
        expected += 0 if n == 2 else 2 * n - less
        yield f"n = {n}", summations(decimation(honeycomb(n).network)), expected
