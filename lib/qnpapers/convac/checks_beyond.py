"""Checks and controls of claims Q6 to Q7.1: overlapping windows and recurrent circuits.

Named in claims/levine2017.yml. Every function takes `rng` and `profile` ("smoke" or "full") and
returns a `Report`. A control is the same comparison where the claim must be rejected.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Protocol

import numpy as np

from qnpapers.convac import finite_field
from qnpapers.convac.architecture import Architecture
from qnpapers.convac.comparisons import Case, mismatches
from qnpapers.convac.overlapping import (
    OverlappingArchitecture,
    certified_overlapping_rank,
    overlapping_scores,
)
from qnpapers.convac.rank import certified_rank
from qnpapers.convac.recurrent import (
    RecurrentArchitecture,
    certified_start_end_rank,
    recurrent_scores,
    start_end_bound,
    start_end_lower_bound,
)
from qnpapers.convac.value_table import Inputs
from qnpapers.evidence import Evidence, Report

Circuit = OverlappingArchitecture | RecurrentArchitecture

# Q6: a volume law up to the reach of the windows


def volume_law_up_to_the_reach(*, rng: np.random.Generator, profile: str) -> Report:
    """Q6: certified ranks of the first n sites are M**n, the largest that n sites can have.

    Inside the condition n is at most (L - 1)(K - 1) + 1; outside it is one or two sites more.
    """

    def rank(net: OverlappingArchitecture, size: int) -> int:
        return certified_overlapping_rank(net, range(size), rng=rng)

    nets = _wide_enough(profile)
    return Report(
        _volume(nets, rank, lambda net: range(1, _reach(net) + 1)),
        _volume(nets, rank, lambda net: range(_reach(net) + 1, _reach(net) + 3)),
    )


def volume_law_without_overlaps(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of Q6: the same kernels, channels and regions, with windows that do not overlap."""

    def rank(net: OverlappingArchitecture, size: int) -> int:
        sites = net.kernel**net.levels
        tree = Architecture(sites, net.local_dim, net.channels, net.kernel, shared=net.shared)
        return certified_rank(tree, range(size), rng=rng)

    return Report(_volume(_wide_enough(profile), rank, lambda net: range(1, _reach(net) + 1)))


def _reach(net: OverlappingArchitecture) -> int:
    """Sites whose M**n combinations all get through, where M channels are left at the top."""
    return (net.levels - 1) * (net.kernel - 1) + 1


def _volume(
    nets: Iterable[OverlappingArchitecture],
    rank: Callable[[OverlappingArchitecture, int], int],
    sizes: Callable[[OverlappingArchitecture], Iterable[int]],
) -> Evidence:
    cases = (
        (f"{_overlapping(net)}, first {n} sites", rank(net, n), net.local_dim**n)
        for net in nets
        for n in sizes(net)
    )
    return mismatches("regions of n sites with rank != M^n", cases)


def _wide_enough(profile: str) -> list[OverlappingArchitecture]:
    """As many channels as dimensions, and twice as many sites as the regions need."""
    shapes = [(2, 2, 2), (2, 2, 3), (2, 2, 4), (2, 3, 2), (2, 3, 3), (3, 2, 2), (3, 2, 3)]
    if profile == "full":
        shapes += [(2, 2, 6), (2, 2, 7), (2, 3, 4), (2, 4, 3), (3, 3, 2), (4, 2, 2)]
    return [
        OverlappingArchitecture(
            2 * ((levels - 1) * (kernel - 1) + 3), m, (m,) * levels, kernel, shared=shared
        )
        for m, kernel, levels in shapes
        for shared in (True, False)
    ]


# Q6.1: the rank of every interval


def interval_rank_follows_the_reach(*, rng: np.random.Generator, profile: str) -> Report:
    """Q6.1: certified ranks of intervals anywhere in the row, any number of channels at the top.

    Outside the condition: lower levels with fewer channels than the local dimension.
    """
    return Report(
        _intervals(rng, profile, _interval_rank),
        _intervals(rng, profile, _interval_rank, narrow=True),
    )


def interval_rank_follows_the_receptive_field(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of Q6.1: the windows of the last level in the place of those one level below."""

    def naive(net: OverlappingArchitecture, start: int, size: int) -> int:
        return _interval_rank(net, start, size, net.receptive_field - 1)

    return Report(_intervals(rng, profile, naive))


def _interval_rank(
    net: OverlappingArchitecture, start: int, size: int, reach: int | None = None
) -> int:
    """The formula of Q6.1: near sites lie within `reach` of an end of the interval."""
    reach = (net.levels - 1) * (net.kernel - 1) if reach is None else reach
    beside = (start, net.sites - start - size)
    near = min(size, reach * sum(sites > 0 for sites in beside))
    near_outside = sum(min(sites, reach) for sites in beside)
    m, top = net.local_dim, net.channels[-1]
    return min(m**size, m ** (net.sites - size), top * m**near, top * m**near_outside)


def _intervals(
    rng: np.random.Generator,
    profile: str,
    formula: Callable[[OverlappingArchitecture, int, int], int],
    narrow: bool = False,
) -> Evidence:
    nets = _random_overlapping(rng, 40 if profile == "smoke" else 400, narrow)
    return mismatches(
        "intervals whose rank differs from the formula", _interval_cases(nets, rng, formula)
    )


def _interval_cases(
    nets: Iterable[OverlappingArchitecture],
    rng: np.random.Generator,
    formula: Callable[[OverlappingArchitecture, int, int], int],
) -> Iterator[Case]:
    for net in nets:
        for size in range(1, net.sites // 2 + 1):
            start = int(rng.integers(0, net.sites - size + 1)) if size % 2 else 0
            region = range(start, start + size)
            rank = certified_overlapping_rank(net, region, rng=rng)
            what = f"{_overlapping(net)}, sites {start} to {start + size - 1}"
            yield what, rank, formula(net, start, size)


def _random_overlapping(
    rng: np.random.Generator, count: int, narrow: bool
) -> Iterator[OverlappingArchitecture]:
    for number in range(count):
        m, kernel, levels, sites = ((2, 2, 3, 10), (2, 3, 3, 12), (3, 2, 2, 7), (2, 2, 4, 11))[
            number % 4
        ]
        lowest, highest = (1, m) if narrow else (m, m + 3)
        lower = rng.integers(lowest, highest, size=levels - 1).tolist()
        channels = (*lower, int(rng.integers(1, 6)))
        yield OverlappingArchitecture(sites, m, channels, kernel, shared=number % 2 == 0)


# Q6.2: inputs are used more than once


def every_path_brings_a_copy(*, rng: np.random.Generator, profile: str) -> Report:
    """Q6.2: an input times c multiplies the score by c**d, d being its number of paths."""
    return Report(_degrees(rng, profile, lambda circuit: circuit.copies))


def one_copy_of_each_input(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of Q6.2: d = 1 for every input, as in a tensor network that has each input once."""

    def once(circuit: Circuit) -> Sequence[int]:
        return (1,) * len(circuit.copies)

    return Report(_degrees(rng, profile, once))


Score = Callable[[Sequence[np.ndarray]], int]


def _degrees(
    rng: np.random.Generator,
    profile: str,
    expected: Callable[[Circuit], Sequence[int]],
) -> Evidence:
    depths, steps = ((1, 2, 3), (2, 4)) if profile == "smoke" else (range(1, 6), range(2, 14, 2))
    circuits: list[Circuit] = [
        OverlappingArchitecture(sites, 2, (3, 2, 2), kernel, stride)
        for sites, kernel, stride in ((9, 2, 1), (14, 3, 1), (15, 3, 2), (14, 4, 1))
    ]
    circuits.extend(RecurrentArchitecture(t, 2, 3, depth) for t, depth in product(steps, depths))
    cases = (
        (f"{circuit}, input {site}", _degree(circuit, site, rng), degree)
        for circuit in circuits
        for site, degree in enumerate(expected(circuit))
    )
    return mismatches("inputs that enter with another degree", cases)


def _degree(circuit: Circuit, site: int, rng: np.random.Generator) -> int:
    """The d for which y(.., c x, ..) = c**d y(.., x, ..), or -1 if there is none below 5000."""
    score = _random_score(circuit, rng)
    shape = (len(circuit.copies), 1, 1, circuit.local_dim)
    inputs = list(finite_field.random_residues(shape, rng=rng))
    factor, before = int(rng.integers(2, finite_field.PRIME)), score(inputs)
    inputs[site] = finite_field.residues(inputs[site].astype(object) * factor)
    after = score(inputs)
    for degree in range(5000):
        if before * pow(factor, degree, finite_field.PRIME) % finite_field.PRIME == after:
            return degree
    return -1


def _random_score(circuit: Circuit, rng: np.random.Generator) -> Score:
    """The score of one input, for random weights."""

    def draw(shape: tuple[int, ...]) -> np.ndarray:
        return finite_field.random_residues(shape, rng=rng)

    if isinstance(circuit, OverlappingArchitecture):
        layers, top = [draw(s) for s in circuit.weight_shapes()], draw((1, circuit.channels[-1]))
        return lambda inputs: int(overlapping_scores(circuit, layers, top, inputs)[0, 0, 0])
    pairs, top = [(draw(i), draw(h)) for i, h in circuit.weight_shapes()], draw((1, circuit.width))
    return lambda inputs: int(recurrent_scores(pairs, top, inputs)[0, 0, 0])


# Q7: two layers remember more than one


def depth_raises_the_start_end_rank(*, rng: np.random.Generator, profile: str) -> Report:
    """Q7: rank min(R, M^{T/2}) for one layer; more, and at least the multisets, for two layers.

    Outside the condition: a width of 1, or one at which a single layer reaches M^{T/2} already.
    """
    inside, outside = _recurrent_shapes(profile)
    return Report(_gain(inside, 2, rng), _gain(outside, 2, rng))


def one_layer_beside_another(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of Q7: the deep circuit is replaced by a second one of one layer."""
    return Report(_gain(_recurrent_shapes(profile)[0], 1, rng))


def _recurrent_shapes(
    profile: str,
) -> tuple[list[RecurrentArchitecture], list[RecurrentArchitecture]]:
    """Circuits of one layer: those where two layers can help, and those where they cannot."""
    longest = {2: 10, 3: 6, 4: 4} if profile == "smoke" else {2: 16, 3: 10, 4: 8}
    inside: list[RecurrentArchitecture] = []
    outside: list[RecurrentArchitecture] = []
    for m, width in product(longest, range(1, 6)):
        for steps in range(4, longest[m] + 1, 2):
            useful = 1 < width < m ** (steps // 2)
            (inside if useful else outside).append(RecurrentArchitecture(steps, m, width))
    return inside, outside


def _gain(
    shallow: Iterable[RecurrentArchitecture], depth: int, rng: np.random.Generator
) -> Evidence:
    return mismatches(
        "circuits with another rank than claimed, or without a gain from depth",
        _gain_cases(shallow, depth, rng),
    )


def _gain_cases(
    shallow: Iterable[RecurrentArchitecture], depth: int, rng: np.random.Generator
) -> Iterator[Case]:
    for circuit in shallow:
        bound = start_end_lower_bound(replace(circuit, depth=2))
        one = certified_start_end_rank(circuit, rng=rng)
        two = certified_start_end_rank(replace(circuit, depth=depth), rng=rng)
        what = f"M={circuit.local_dim} R={circuit.width} T={circuit.steps}"
        yield f"{what}, one layer", one, start_end_lower_bound(circuit)
        yield f"{what}, multisets reached", min(two, bound), bound
        yield f"{what}, more than one layer has", int(two > one), 1


# Q7.1: the Start-End rank of two layers


def start_end_rank_follows_the_formula(*, rng: np.random.Generator, profile: str) -> Report:
    """Q7.1: certified ranks of one and two layers, of states and of functions, equal the bound.

    Outside the condition: three layers.
    """
    return Report(
        _start_end(rng, profile, (1, 2), start_end_bound),
        _start_end(rng, profile, (3,), start_end_bound),
    )


def start_end_rank_of_a_free_memory(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of Q7.1: all R C(R + n - 1, n) monomials, none lost where R is above M."""

    def free(circuit: RecurrentArchitecture, *, inputs: Inputs) -> int:
        m, r, half = circuit.local_dim, circuit.width, circuit.steps // 2
        questions = [math.comb(min(m, r) - 1 + s, s) for s in range(1, half + 1)]
        asked = math.prod(min(q, m) if inputs == "basis" else q for q in questions)
        return min(asked, r * math.comb(r + half - 1, half))

    return Report(_start_end(rng, profile, (2,), free))


class _Formula(Protocol):
    def __call__(self, circuit: RecurrentArchitecture, /, *, inputs: Inputs) -> int: ...


def _start_end(
    rng: np.random.Generator,
    profile: str,
    depths: Iterable[int],
    formula: _Formula,
) -> Evidence:
    widest, largest = (4, 120) if profile == "smoke" else (6, 400)
    kinds: tuple[Inputs, ...] = ("basis", "random")
    circuits = [
        (RecurrentArchitecture(steps, m, width, depth), inputs)
        for depth, m, width in product(depths, (2, 3), range(1, widest + 1))
        for steps in range(2, 18, 2)
        for inputs in kinds
    ]
    cases = (
        (
            f"{circuit}, {inputs} inputs",
            certified_start_end_rank(circuit, rng=rng, inputs=inputs),
            formula(circuit, inputs=inputs),
        )
        for circuit, inputs in circuits
        if start_end_bound(circuit, inputs=inputs) <= largest
        and circuit.local_dim ** (circuit.steps // 2) <= 4 * largest
    )
    return mismatches("circuits whose rank differs from the formula", cases)


def _overlapping(net: OverlappingArchitecture) -> str:
    sharing = ", shared" if net.shared else ""
    return f"N={net.sites} K={net.kernel} M={net.local_dim} r={net.channels}{sharing}"
