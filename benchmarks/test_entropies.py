"""Spectra and entropies of large networks beside quimb's general-purpose tensor networks."""

from __future__ import annotations

import math

import numpy as np
import pytest
from measuring import once, peer, seconds

from qnpapers.convac import (
    Architecture,
    Weights,
    interleaved,
    left_right,
    random_weights,
    renyi_two,
    schmidt_spectrum,
)

SPECTRUM = "Schmidt spectrum between halves, 16 channels, M = 2 (ms)"
RENYI = "Renyi entropy of order two between odd and even sites, 3 channels, M = 3 (ms)"


@pytest.mark.parametrize("sites", [16, 64, 256, 1024])
def test_spectrum_beside_quimb(tables, rng, sites):
    """Halves: quimb contracts <phi^a|phi^b> in each; the spectrum follows from the two.

    That squares the coefficients, so the smaller ones lose half of their digits.
    """
    weights = random_weights(Architecture(sites, 2, (16,) * (sites.bit_length() - 1)), rng=rng)
    region = left_right(sites)
    ours = schmidt_spectrum(weights, region)
    theirs = _spectrum_of_halves(weights)
    np.testing.assert_allclose(theirs[:4], ours[:4], rtol=1e-6)
    tables.add(
        SPECTRUM,
        sites=sites,
        qnpapers=1e3 * seconds(lambda: schmidt_spectrum(weights, region), repeats=3),
        **{
            f"{peer('quimb')}, finding the order too": 1e3
            * once(lambda: _spectrum_of_halves(weights))
        },
    )


@pytest.mark.parametrize("sites", [16, 64, 256, 1024])
def test_renyi_beside_quimb(tables, rng, sites):
    weights = random_weights(Architecture(sites, 3, (3,) * (sites.bit_length() - 1)), rng=rng)
    region = interleaved(sites)
    assert renyi_two(weights, region) == pytest.approx(_renyi_of_copies(weights, region), 1e-8)
    tables.add(
        RENYI,
        sites=sites,
        **{"nats a site": f"{renyi_two(weights, region) / sites:.3f}"},
        qnpapers=1e3 * seconds(lambda: renyi_two(weights, region)),
        **{
            f"{peer('quimb')}, finding the order too": 1e3
            * once(lambda: _renyi_of_copies(weights, region))
        },
    )


def _tensors(weights: Weights, copy: str, leg: list[str], half: int | None = None) -> list:
    """One tensor for each weight matrix. Copy tensors are indices that several tensors share."""
    import quimb.tensor as qtn

    levels = weights.architecture.levels
    found = []
    for level in range(levels):
        layer = weights.layer(level)
        numbers = range(len(layer)) if half is None else np.split(np.arange(len(layer)), 2)[half]
        for site in numbers:
            below = leg[site] if level == 0 else f"{copy}{level - 1}:{site}"
            found.append(qtn.Tensor(layer[site], (f"{copy}{level}:{site // 2}", below)))
    return found


def _spectrum_of_halves(weights: Weights) -> np.ndarray:
    import quimb.tensor as qtn

    architecture = weights.architecture
    legs = [f"d{site}" for site in range(architecture.sites)]
    top = architecture.levels - 1
    grams = []
    for half in (0, 1):
        network = qtn.TensorNetwork(
            [*_tensors(weights, "a", legs, half), *_tensors(weights, "b", legs, half)]
        )
        ends = (f"a{top}:0", f"b{top}:0")
        grams.append(network.contract(output_inds=ends, optimize="greedy").data)
    values, vectors = np.linalg.eigh(grams[0])
    root = (vectors * np.sqrt(np.maximum(values, 0))).T * weights.output[0]
    squares = np.maximum(np.linalg.eigvalsh(root @ grams[1] @ root.T), 0)[::-1]
    return np.sqrt(squares / squares.sum())


def _renyi_of_copies(weights: Weights, region: tuple[int, ...]) -> float:
    import quimb.tensor as qtn

    def contracted(partners: dict[str, list[str]]) -> float:
        tensors = []
        for copy, legs in partners.items():
            tensors += _tensors(weights, copy, legs)
            top = weights.architecture.levels - 1
            tensors.append(qtn.Tensor(weights.output[0], (f"{copy}{top}:0",)))
        network = qtn.TensorNetwork(tensors)
        value = network.contract(output_inds=(), optimize="greedy", strip_exponent=True)
        return math.log(abs(value[0])) + value[1] * math.log(10)

    sites, inside = range(weights.architecture.sites), set(region)
    plain = [f"d{site}" for site in sites]
    legs = {
        "a": [f"x{s}" if s in inside else f"p{s}" for s in sites],
        "b": [f"y{s}" if s in inside else f"p{s}" for s in sites],
        "c": [f"y{s}" if s in inside else f"q{s}" for s in sites],
        "d": [f"x{s}" if s in inside else f"q{s}" for s in sites],
    }
    return 2 * contracted({"a": plain, "b": plain}) - contracted(legs)
