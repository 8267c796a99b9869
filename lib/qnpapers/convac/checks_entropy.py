"""Checks and controls of claims T9 to T9.3: what the rank says about entropy, and what it does not.

Named in claims/levine2017.yml. Every function takes `rng` and `profile` ("smoke" or "full") and
returns a `Report`. A control is the same comparison where the claim must be rejected.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from qnpapers.convac.architecture import Architecture
from qnpapers.convac.comparisons import Case, describe, mismatches
from qnpapers.convac.cut import min_cut
from qnpapers.convac.ensembles import (
    isometric_weights,
    nonnegative_weights,
    sample_entanglement,
)
from qnpapers.convac.rank import rank_modulo_p
from qnpapers.convac.regions import interleaved, left_right, regions_up_to_symmetry
from qnpapers.convac.renyi import renyi_two
from qnpapers.convac.shallow_and_deep import paired_weights
from qnpapers.convac.spectrum import entanglement_entropy, geometric_measure, schmidt_spectrum
from qnpapers.convac.weights import Weights, random_weights
from qnpapers.evidence import Evidence, Report
from qnpapers.scaling import power_law_exponent

Region = tuple[int, ...]

ROUND_OFF = 1e-9
"""Absolute, for entropies of at most ln 256 from spectra that are exact to about 1e-13."""

SMALL = 0.01
"""An entropy below this, in nats, counts as nearly none."""

# T9: the cut bounds the entropy from above, and nothing bounds it from below


def cut_bounds_entropy_from_above_only(*, rng: np.random.Generator, profile: str) -> Report:
    """T9: entropies and geometric measures below their caps, and full ranks with hardly any."""
    return Report(_bounds(rng, profile, floor=0.0))


def cut_bounds_entropy_from_below_too(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T9: with full rank, at least a tenth of the entropy that the cut allows."""
    return Report(_bounds(rng, profile, floor=0.1))


def _bounds(rng: np.random.Generator, profile: str, floor: float) -> Evidence:
    draws = 1 if profile == "smoke" else 20
    return mismatches(
        "statements on ranks and entropies that are wrong",
        (
            statement
            for _ in range(draws)
            for what, weights in _many_weights(rng)
            for region in _some_regions(weights.architecture)
            for statement in _statements(what, weights, region, floor, rng)
        ),
    )


def _statements(
    what: str, weights: Weights, region: Region, floor: float, rng: np.random.Generator
) -> Iterator[Case]:
    cut = min_cut(weights.architecture, region)
    spectrum = schmidt_spectrum(weights, region)
    entropy, distance = entanglement_entropy(spectrum), geometric_measure(spectrum)
    where = f"{what}, {describe(weights.architecture)}, region {region}"
    yield f"entropy at most its cap, {where}", int(entropy <= cut.log_weight + ROUND_OFF), 1
    largest = math.sqrt(1 - 1 / cut.weight)
    yield f"geometric measure at most its cap, {where}", int(distance <= largest + ROUND_OFF), 1
    if what == "nearly product":
        yield f"full rank, {where}", rank_modulo_p(weights, region, rng=rng), cut.weight
        yield f"hardly any entropy, {where}", int(entropy < SMALL), 1
        yield f"a share of the cap, {where}", int(entropy >= floor * cut.log_weight), 1


def _many_weights(rng: np.random.Generator) -> Iterator[tuple[str, Weights]]:
    for channels in ((2, 2, 2), (3, 2, 5), (2, 4, 8), (4, 4, 2)):
        for local_dim in (2, 3):
            net = Architecture(8, local_dim, channels)
            yield "Gaussian", random_weights(net, rng=rng)
            yield "isometric", isometric_weights(net, rng=rng)
            yield "nonnegative", nonnegative_weights(net, rng=rng)
            yield "nearly product", _nearly_product(net, rng)
    for amplitudes in ([1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 0.1]):
        yield "partners", paired_weights(8, amplitudes)


def _nearly_product(architecture: Architecture, rng: np.random.Generator) -> Weights:
    """Integers near one large number: all channels of a site are nearly parallel."""
    layers = (100_000 + rng.integers(-99, 100, size=s) for s in architecture.weight_shapes())
    output = 100_000 + rng.integers(-99, 100, size=(1, architecture.channels[-1]))
    return Weights(architecture, tuple(layers), output)


def _some_regions(architecture: Architecture) -> list[Region]:
    return [*regions_up_to_symmetry(architecture.sites)[::3], left_right(8), interleaved(8)]


# T9.1: Gaussian weights use a part of what the cut allows


def gaussian_weights_stay_below_their_caps(*, rng: np.random.Generator, profile: str) -> Report:
    """T9.1: mean entropy between halves, as a share of its cap. Outside: isometric weights."""
    return Report(
        _largest_share(random_weights, 0.6, rng, profile),
        _largest_share(isometric_weights, 0.6, rng, profile),
    )


def gaussian_weights_stay_far_below_their_caps(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T9.1: below a fifth of the cap."""
    return Report(_largest_share(random_weights, 0.2, rng, profile))


def _largest_share(
    weights_of: Callable[..., Weights], limit: float, rng: np.random.Generator, profile: str
) -> Evidence:
    draws = 12 if profile == "smoke" else 60
    shares = []
    for width in (2, 4, 8, 16):
        for levels in (2, 4, 6) if profile == "smoke" else (2, 4, 6, 8, 10):
            net = Architecture(2**levels, width, (width,) * levels)
            sample = sample_entanglement(
                net, [left_right(net.sites)], draws, rng=rng, weights_of=weights_of
            )
            shares.append((float(sample.entropy.mean() / sample.caps[0]), describe(net)))
    worst, where = max(shares)
    return Evidence(
        "largest mean of the entropy between halves / its cap",
        worst,
        limit,
        draws * len(shares),
        where,
        relation="<=",
    )


# T9.2: isometric weights carry the output weights' spectrum to any depth


def isometric_spectrum_is_the_output(*, rng: np.random.Generator, profile: str) -> Report:
    """T9.2: Schmidt coefficients between halves against normalised output weights.

    Outside the condition: a level that widens.
    """
    return Report(
        _against_output(isometric_weights, ((5, 5, 4), (3, 3, 3), (2, 2, 2, 1)), rng, profile),
        _against_output(isometric_weights, ((2, 4, 4), (2, 3, 3, 3)), rng, profile),
    )


def gaussian_spectrum_is_the_output(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T9.2: Gaussian weights of the same shapes."""
    return Report(_against_output(random_weights, ((5, 5, 4), (3, 3, 3)), rng, profile))


def _against_output(
    weights_of: Callable[..., Weights],
    widths: tuple[tuple[int, ...], ...],
    rng: np.random.Generator,
    profile: str,
) -> Evidence:
    worst, where, cases = -1.0, "", 0
    for channels in widths * (5 if profile == "smoke" else 100):
        for window in (2, 4) if len(channels) < 4 else (2,):
            net = Architecture(window ** len(channels), channels[0], channels, window)
            weights = weights_of(net, rng=rng)
            spectrum = schmidt_spectrum(weights, left_right(net.sites))
            output = np.sort(np.abs(weights.output[0]))[::-1] / np.linalg.norm(weights.output)
            size = max(len(spectrum), len(output))
            padded = (np.pad(x, (0, size - len(x))) for x in (spectrum, output))
            difference = float(np.abs(np.subtract(*padded)).max())
            cases += 1
            if difference > max(worst, ROUND_OFF):
                where = describe(net)
            worst = max(worst, difference)
    return Evidence(
        "largest |Schmidt coefficient - output weight|",
        worst,
        0.0,
        cases,
        where or "none",
        tolerance=ROUND_OFF,
    )


# T9.3: between odd and even sites the entropy grows with the volume


def interleaved_entropy_grows_with_the_volume(*, rng: np.random.Generator, profile: str) -> Report:
    """T9.3: exponent of the mean Renyi entropy S_2 in the number of sites, three ensembles."""
    return Report(_growth(interleaved, ENSEMBLES, rng, profile))


def left_right_entropy_grows_with_the_volume(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T9.3: the same between halves, where nonnegative weights leave next to nothing."""
    some = {name: ENSEMBLES[name] for name in ("Gaussian", "isometric")}
    return Report(_growth(left_right, some, rng, profile))


ENSEMBLES: dict[str, Callable[..., Weights]] = {
    "Gaussian": random_weights,
    "isometric": isometric_weights,
    "nonnegative": nonnegative_weights,
}


def _growth(
    region_of: Callable[[int], Region],
    ensembles: dict[str, Callable[..., Weights]],
    rng: np.random.Generator,
    profile: str,
) -> Evidence:
    draws, most = (60, 8) if profile == "smoke" else (200, 10)
    sizes = [2**levels for levels in range(2, most + 1)]
    exponents = {}
    for name, weights_of in ensembles.items():
        means = [_mean_renyi(weights_of, sites, region_of, draws, rng) for sites in sizes]
        exponents[name] = power_law_exponent(sizes, means)
    worst = max(exponents, key=lambda name: abs(exponents[name] - 1))
    return Evidence(
        "exponent of the mean of S_2 in N",
        exponents[worst],
        1.0,
        len(ensembles) * len(sizes) * draws,
        f"{worst} weights, M = 3, 3 channels",
        tolerance=0.15,
    )


def _mean_renyi(
    weights_of: Callable[..., Weights],
    sites: int,
    region_of: Callable[[int], Region],
    draws: int,
    rng: np.random.Generator,
) -> float:
    net = Architecture(sites, 3, (3,) * (sites.bit_length() - 1))
    drawn = (weights_of(net, rng=child) for child in rng.spawn(draws))
    return float(np.mean([renyi_two(weights, region_of(sites)) for weights in drawn]))
