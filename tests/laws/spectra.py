"""Laws of Schmidt spectra. `spectrum_of(weights, region)` is the spectrum that is tested."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from laws.cuts import complement
from laws.swaps import swaps
from qnpapers.convac import Weights, entanglement_entropy, geometric_measure, min_cut

Region = tuple[int, ...]
SpectrumOf = Callable[[Weights, Region], np.ndarray]

ROUND_OFF = 1e-13
"""Absolute, for coefficients of at most 1: singular values move no more than the matrix does, and
4 levels x 100 vectors kept on a side x 2.2e-16 = 1e-13."""


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Largest difference of two spectra; the shorter one continues with zeros."""
    size = max(len(one), len(other))
    padded = [np.pad(np.asarray(s), (0, size - len(s))) for s in (one, other)]
    return float(np.abs(padded[0] - padded[1]).max())


def normalised_and_sorted(spectrum_of: SpectrumOf, weights: Weights, region: Region) -> None:
    spectrum = spectrum_of(weights, region)
    assert abs(math.fsum(spectrum**2) - 1) < ROUND_OFF
    assert np.all(spectrum >= 0)
    assert np.all(np.diff(spectrum) <= 0)


def equal_for_the_complement(spectrum_of: SpectrumOf, weights: Weights, region: Region) -> None:
    other = complement(weights.architecture.sites, region)
    assert difference(spectrum_of(weights, region), spectrum_of(weights, other)) < ROUND_OFF


def no_longer_than_the_minimal_cut(
    spectrum_of: SpectrumOf, weights: Weights, region: Region
) -> None:
    weight = min_cut(weights.architecture, region).weight
    assert np.all(spectrum_of(weights, region)[weight:] < ROUND_OFF)


def equal_after_swapping_siblings(
    spectrum_of: SpectrumOf, weights: Weights, region: Region
) -> None:
    before = spectrum_of(weights, region)
    for swap in swaps(weights.architecture):
        after = spectrum_of(swap.of_weights(weights), swap.of_region(region))
        assert difference(before, after) < ROUND_OFF


def equal_after_scaling_a_layer(spectrum_of: SpectrumOf, weights: Weights, region: Region) -> None:
    before = spectrum_of(weights, region)
    for level in range(len(weights.layers)):
        for factor in (-3.0, 1e-5):
            layers = list(weights.layers)
            layers[level] = factor * layers[level]
            after = spectrum_of(replace(weights, layers=tuple(layers)), region)
            assert difference(before, after) < ROUND_OFF


def equal_after_rotating_every_site(
    spectrum_of: SpectrumOf, weights: Weights, region: Region, rng: np.random.Generator
) -> None:
    """A change of orthonormal basis on each site is local: it creates no entanglement."""
    bottom, *above = weights.layers
    rotations = [np.linalg.qr(rng.normal(size=(bottom.shape[2],) * 2))[0] for _ in bottom]
    rotated = replace(weights, layers=(bottom @ np.array(rotations), *above))
    assert difference(spectrum_of(weights, region), spectrum_of(rotated, region)) < ROUND_OFF


def measures_lie_in_their_ranges(spectrum_of: SpectrumOf, weights: Weights, region: Region) -> None:
    spectrum = spectrum_of(weights, region)
    cap = min_cut(weights.architecture, region).log_weight
    assert 0 <= entanglement_entropy(spectrum) <= cap + ROUND_OFF
    assert 0 <= geometric_measure(spectrum) < 1
