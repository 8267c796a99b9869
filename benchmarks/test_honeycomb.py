"""`evaluate_honeycomb`, exact and in float64, beside two other routes and on digits of MNIST.

No package evaluates spin networks. The peers are the algorithm of [lulli2023] (moves, and a nested
sum for each inner hexagon) as it stands in this package, and a contraction of explicit tensors by
tensornetwork. The companion's own code was timed once, not in this run, on a machine of this kind.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from measuring import fastest, once, peer

from qnpapers.errors import SizeError
from qnpapers.mnist import small_mnist
from qnpapers.spinnet import (
    black_and_white,
    evaluate_by_decimation,
    evaluate_by_tensors,
    evaluate_honeycomb,
    evaluate_honeycomb_float,
    honeycomb,
    honeycomb_colouring,
    honeycomb_frontier,
)

ONES = "Honeycomb of N x N pixels, all of them 1 (ms, fastest of several runs)"
LEVEL = "evaluate_honeycomb at level r, N = 8, all pixels 1 (fastest of several runs)"
DIGITS = "evaluate_honeycomb_float on black and white digits of MNIST (each: faster of two runs)"
STROKES = (
    "evaluate_honeycomb_float where strokes are thick: N x N pixels of ink (fastest of several)"
)

MOTZKIN = {2: 1, 3: 2, 4: 4, 5: 9, 6: 21, 7: 51, 8: 127, 9: 323, 10: 835}
PRODUCTS = {2: 4, 3: 13, 5: 190, 8: 8562}
COMPANION = {2: "-", 3: "-", 4: "750", 5: "552 000"}
LARGEST = 300_000  # states for which a digit of 28 x 28 pixels is given up


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 7, 8, 9])
def test_all_ones(tables, n):
    image, network = np.ones((n, n), dtype=int), honeycomb(n).network
    colours = honeycomb_colouring(image)
    exact, rounded = evaluate_honeycomb(image), evaluate_honeycomb_float(image)
    assert abs(Fraction(rounded.value) - exact) <= Fraction(rounded.bound)
    assert max(honeycomb_frontier(image)) == MOTZKIN[n]
    assert rounded.products == PRODUCTS.get(n, rounded.products)
    nested: object = "-"
    if n <= 5:
        assert evaluate_by_decimation(network, colours) == exact
        nested = 1e3 * fastest(lambda: evaluate_by_decimation(network, colours), repeats=5)
    tensors: object = "-"
    if n <= 5:
        assert evaluate_by_tensors(network, colours) == pytest.approx(float(exact), rel=1e-9)
        tensors = 1e3 * fastest(lambda: evaluate_by_tensors(network, colours))
    tables.add(
        ONES,
        N=n,
        **{"frontier states (Motzkin)": MOTZKIN[n], "nested sums": (n - 2) ** 2},
        **{"qnpapers, exact": 1e3 * fastest(lambda: evaluate_honeycomb(image), repeats=7)},
        **{"qnpapers, float64": 1e3 * fastest(lambda: evaluate_honeycomb_float(image))},
        **{"relative bound": f"{rounded.error / abs(rounded.mantissa):.0e}"},
        **{"decimation, exact": nested, f"{peer('tensornetwork')}": tensors},
        **{"companion's code": COMPANION.get(n, "-")},
    )


@pytest.mark.parametrize("r", [5, 6, 8, 12, None])
def test_levels(tables, r):
    """At a root of unity labels end at r - 2, which bounds the frontier."""
    image = np.ones((8, 8), dtype=int)
    states = max(honeycomb_frontier(image, r))
    assert states <= MOTZKIN[8]
    tables.add(
        LEVEL,
        r=r or "classical",
        **{"frontier states": states},
        **{"float64 to 2^-52, ms": 1e3 * fastest(lambda: evaluate_honeycomb(image, r), 5)},
        **{"float64 with a bound, ms": 1e3 * fastest(lambda: evaluate_honeycomb_float(image, r))},
    )


@pytest.mark.parametrize(("side", "count"), [(14, 1000), (28, 100)])
def test_digits(tables, side, count):
    digits = small_mnist(rng=np.random.default_rng(2020)).train_images[:count]
    images = black_and_white(digits, side)
    found = [_evaluated(image) for image in images]
    runs = [[once(lambda image=image: _evaluated(image)) for image in images] for _ in range(2)]
    times = np.min(runs, axis=0)
    for image, value in list(zip(images, found, strict=True))[:40]:
        if value is not None and value.states < 2000:
            exact = evaluate_honeycomb(image)
            assert abs(Fraction(value.value) - exact) <= Fraction(value.bound)
    given = [value for value in found if value is not None]
    bounds = [value.error / abs(value.mantissa) for value in given if value.mantissa]
    tables.add(
        DIGITS,
        pixels=f"{side} x {side}",
        digits=count,
        **{"digits per s": f"{count / times.sum():.0f}", "median, ms": 1e3 * np.median(times)},
        **{"mean, ms": 1e3 * np.mean(times), "slowest, ms": 1e3 * times.max()},
        **{"median states": int(np.median([value.states for value in given]))},
        **{"most states": max(value.states for value in given)},
        **{f"above {LARGEST} states": count - len(given)},
        **{"largest relative bound": f"{max(bounds):.0e}"},
    )


def _evaluated(image: np.ndarray):
    try:
        return evaluate_honeycomb_float(image, max_states=LARGEST)
    except SizeError:
        return None


def test_thick_strokes(tables):
    """Where it stops: three times as many states for every pixel of thickness.

    The floor is memory: every product reads a state and writes one.
    """
    before = None
    for n in range(8, 16):
        image = np.ones((n, n), dtype=int)
        value = evaluate_honeycomb_float(image)
        elapsed = fastest(lambda image=image: evaluate_honeycomb_float(image), 5 if n < 14 else 1)
        row = 2 * n + 24  # labels, two sums and a key, in bytes
        source = np.ones(min(value.products * row, 10**8) // 8)
        copying = fastest(source.copy, repeats=5) * value.products * row / source.nbytes
        tables.add(
            STROKES,
            N=n,
            **{"most states": value.states, "products": value.products},
            **{"growth of states": value.states / before if before else "-"},
            ms=1e3 * elapsed,
            **{"ns per product": 1e9 * elapsed / value.products},
            **{"times the cost of copying as many rows": elapsed / copying},
        )
        assert n == 8 or 2.4 < value.states / before < 3
        before = value.states
