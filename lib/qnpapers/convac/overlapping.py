"""Convolutional arithmetic circuits whose windows overlap: inputs are used more than once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np

from qnpapers.convac import finite_field
from qnpapers.convac.architecture import region_mask
from qnpapers.convac.value_table import (
    Inputs,
    check_inputs,
    draw_inputs,
    mix,
    rank_of_values,
    table_size,
    times,
)
from qnpapers.convac.whole_numbers import channel_numbers, whole_number
from qnpapers.errors import ArchitectureError


@dataclass(frozen=True)
class OverlappingArchitecture:
    """Shape of a ConvAC in one dimension whose windows may overlap [sharir2018, levine2019].

    Level l slides a window of `kernel` neighbours along the row, `stride` places at a time. Each
    place k of the window has its own weights, and the results are multiplied channel by channel;
    after L levels everything that is left is multiplied and read out:

        phi^{0,i}   = x_i
        phi^{l,j,g} = prod_k sum_a W^{l,j,k}_{g,a} phi^{l-1, S j + k, a},    k = 0..K-1
        y           = sum_g w_g prod_j phi^{L,j,g}

    With `stride == kernel` no input is used twice: for N = K**L, this is `Architecture` with
    unshared weights. With a smaller stride the score is no linear function of each input.

    Args:
        sites: N, number of inputs in a row with open ends.
        local_dim: M, dimension of one input.
        channels: (r_1, ..., r_L).
        kernel: K, places of a window.
        stride: S, from 1 (largest overlap) to K (none).
        shared: True when a level has the same weights at all its places, as in a convolution.

    Raises:
        ArchitectureError: a number is no positive integer, the stride is larger than the kernel,
            or the windows of a level do not cover the row below it exactly.
    """

    sites: int
    local_dim: int
    channels: tuple[int, ...]
    kernel: int = 2
    stride: int = 1
    shared: bool = False

    def __post_init__(self) -> None:
        for name, minimum in (("sites", 2), ("local_dim", 1), ("kernel", 2), ("stride", 1)):
            object.__setattr__(self, name, whole_number(name, getattr(self, name), minimum))
        object.__setattr__(self, "channels", channel_numbers(self.channels))
        if self.stride > self.kernel:
            raise ArchitectureError(
                f"stride = {self.stride}: must be at most the kernel {self.kernel}, "
                "or inputs would be left out"
            )
        for level in range(1, self.levels + 1):
            below = self.places(level - 1)
            if below < self.kernel or (below - self.kernel) % self.stride:
                raise ArchitectureError(
                    f"level {level}: windows of {self.kernel} in steps of {self.stride} do not "
                    f"cover {below} places exactly"
                )

    @property
    def levels(self) -> int:
        """L, the number of levels."""
        return len(self.channels)

    def places(self, level: int) -> int:
        """Number of places in the row of level `level`; 0 is the input."""
        count = self.sites
        for _ in range(level):
            count = (count - self.kernel) // self.stride + 1
        return count

    @property
    def receptive_field(self) -> int:
        """Number of inputs that one place of the last level sees."""
        return 1 + (self.kernel - 1) * sum(self.stride**level for level in range(self.levels))

    @cached_property
    def copies(self) -> tuple[int, ...]:
        """Degree of the score in each input: the number of paths from it to the output.

        A tensor network in which every input stands once is linear in each of them. As it cannot
        copy a vector, a network for this score needs so many copies of each input [levine2019].
        """
        counts = np.ones(self.places(self.levels), dtype=object)
        return tuple(int(n) for n in self._paths(counts, self.levels, 0))

    def _paths(self, counts: np.ndarray, above: int, below: int) -> np.ndarray:
        """Paths up from each place of level `below`; `counts` of them go on from level `above`."""
        for level in range(above - 1, below - 1, -1):
            spread = np.zeros(self.places(level), dtype=object)
            for k in range(self.kernel):
                spread[k : k + self.stride * len(counts) : self.stride] += counts
            counts = spread
        return counts

    def weight_shapes(self) -> tuple[tuple[int, int, int, int], ...]:
        """Shapes (places, K, r_l, r_{l-1}) of the weights of each level, with r_0 = M."""
        widths = (self.local_dim, *self.channels)
        return tuple(
            (
                1 if self.shared else self.places(level),
                self.kernel,
                widths[level],
                widths[level - 1],
            )
            for level in range(1, self.levels + 1)
        )

    @property
    def parameters(self) -> int:
        """Number of weights, the output vector included."""
        return sum(map(math.prod, self.weight_shapes())) + self.channels[-1]


def overlapping_bound(
    architecture: OverlappingArchitecture, region: Iterable[int], *, inputs: Inputs = "basis"
) -> int:
    """Upper bound on the rank of an overlapping circuit, for all weights (derived here).

    Each output channel is a product over the places of level L - 1. A place that sees one side of
    the region only is a factor on that side. So a channel depends on the region, beyond such
    factors, through the sites that some place of level L - 1 sees together with a site of the
    complement, the near sites:

        rank <= min( M^|A|,  M^|B|,  r_L M^(near sites of A),  r_L M^(near sites of B) ).

    For an interval at one end of a row, stride 1, there are (L - 1)(K - 1) near sites on each side.

    Args:
        architecture: any stride.
        region: 0-based sites.
        inputs: "basis" for the rank of the state. "random" for the separation rank of the function:
            a site with d copies then counts C(M - 1 + d, d), the number of its monomials, not M.

    Raises:
        RegionError: the region is empty, everything, out of range or not made of integers.
        ParameterError: `inputs` is neither "basis" nor "random".

    Example:
        >>> net = OverlappingArchitecture(12, 2, (2, 2, 2), kernel=3)
        >>> [overlapping_bound(net, range(n)) for n in (1, 2, 3, 4, 5, 6)]
        [2, 4, 8, 16, 32, 32]
    """
    check_inputs(inputs)
    inside = region_mask(architecture.sites, region)
    last = architecture.levels - 1
    both = _seen(architecture, inside) & _seen(architecture, ~inside)
    ones = np.ones(architecture.places(last + 1), dtype=object)
    through = np.where(both, architecture._paths(ones, last + 1, last), 0)
    near = architecture._paths(through, last, 0)
    everywhere = np.array(architecture.copies, dtype=object)
    bounds = (
        factor * _monomials(degrees[side], architecture.local_dim, inputs)
        for side in (inside, ~inside)
        for factor, degrees in ((1, everywhere), (architecture.channels[-1], near))
    )
    return min(bounds)


def _seen(architecture: OverlappingArchitecture, sites: np.ndarray) -> np.ndarray:
    """Whether each place of level L - 1 sees one of the sites."""
    for level in range(1, architecture.levels):
        starts = architecture.stride * np.arange(architecture.places(level))
        sites = sites[starts[:, None] + np.arange(architecture.kernel)].any(axis=1)
    return sites


def _monomials(degrees: np.ndarray, local_dim: int, inputs: Inputs) -> int:
    """Dimension of the functions of some inputs, with these degrees in each of them."""
    free = (math.comb(local_dim - 1 + degree, degree) for degree in degrees)
    return math.prod(min(n, local_dim) if inputs == "basis" else n for n in free)


def certified_overlapping_rank(
    architecture: OverlappingArchitecture,
    region: Iterable[int],
    *,
    rng: np.random.Generator,
    inputs: Inputs = "basis",
    at_most: int | None = None,
) -> int:
    """Rank over GF(p), p = 2**31 - 1, of a table of scores, for weights drawn from GF(p).

        T_ij = y(u_i, v_j),    u_i inputs of the region, v_j inputs of its complement

    As for `certified_rank` this proves a lower bound on the rank for almost all real weights;
    where it equals `overlapping_bound`, that rank is known exactly. It may be too small with a
    probability of about rank * degree / p, or where not all basis inputs fit into the table.

    Args:
        architecture: any stride, shared or unshared weights.
        region: 0-based sites.
        rng: source of weights and inputs.
        inputs: "basis" feeds in basis vectors: T is the matricized coefficient tensor of the state
            of N sites of dimension M. "random" feeds in random vectors: the rank is the separation
            rank of the score as a function. Without overlaps they agree; with overlaps the second
            may be larger, since the score is no linear function of each input.
        at_most: stop at this rank: the result is min(at_most, rank).

    Raises:
        RegionError: the region is empty, everything, out of range or not made of integers.
        SizeError: the rank may be too large for a table, and `at_most` does not limit it.
        ParameterError: `inputs` is neither "basis" nor "random".

    Example:
        >>> net = OverlappingArchitecture(12, 2, (2, 2, 2), kernel=3)
        >>> rng = np.random.default_rng(0)
        >>> [certified_overlapping_rank(net, range(n), rng=rng) for n in (1, 3, 5, 6)]
        [2, 8, 32, 32]
    """
    inside = region_mask(architecture.sites, region)
    bound = overlapping_bound(architecture, np.flatnonzero(inside), inputs=inputs)
    size = table_size(bound, at_most, inputs)
    signals = draw_inputs(inside, architecture.local_dim, size, inputs, rng=rng)
    layers = [finite_field.random_residues(s, rng=rng) for s in architecture.weight_shapes()]
    output = finite_field.random_residues((1, architecture.channels[-1]), rng=rng)
    return rank_of_values(overlapping_scores(architecture, layers, output, signals), at_most)


def overlapping_scores(
    architecture: OverlappingArchitecture,
    layers: Sequence[np.ndarray],
    output: np.ndarray,
    signals: Sequence[np.ndarray],
) -> np.ndarray:
    """Forward pass modulo `PRIME`: a signal of one channel from the signals of all sites."""
    for layer in layers:
        signals = [
            reduce(
                times,
                (
                    mix(layer[j % len(layer), k], signals[architecture.stride * j + k])
                    for k in range(architecture.kernel)
                ),
            )
            for j in range((len(signals) - architecture.kernel) // architecture.stride + 1)
        ]
    return mix(output, reduce(times, signals))
