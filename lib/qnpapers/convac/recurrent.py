"""Recurrent arithmetic circuits, and what the end of a sequence can know of its start."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qnpapers.convac import finite_field
from qnpapers.convac.value_table import (
    Inputs,
    check_inputs,
    draw_inputs,
    mix,
    rank_of_values,
    table_size,
    times,
)
from qnpapers.convac.whole_numbers import whole_number
from qnpapers.errors import ArchitectureError


@dataclass(frozen=True)
class RecurrentArchitecture:
    """Shape of a recurrent arithmetic circuit (RAC) [levine2017b].

    It reads one input after the other. Layer l keeps R numbers, its hidden state, and multiplies
    what it remembers by what the layer below tells it, all with the same weights at every step:

        h^{t,0} = x_t in R^M
        h^{t,l} = (W^{H,l} h^{t-1,l}) * (W^{I,l} h^{t,l-1}),    l = 1..L,  t = 1..T
        y       = w . h^{T,L}

    The product `*` is taken number by number. Before the first step W^{H,l} h^{0,l} = (1, ..., 1).

    Args:
        steps: T, an even number of inputs. *Start* is the first half of them, *End* the second.
        local_dim: M, dimension of one input.
        width: R, numbers in the hidden state of a layer.
        depth: L, number of layers.

    Raises:
        ArchitectureError: a number is no positive integer, or `steps` is odd.
    """

    steps: int
    local_dim: int
    width: int
    depth: int = 1

    def __post_init__(self) -> None:
        for name in ("steps", "local_dim", "width", "depth"):
            object.__setattr__(self, name, whole_number(name, getattr(self, name), 1))
        if self.steps % 2:
            raise ArchitectureError(
                f"steps = {self.steps}: must be even, half of them are the start of the sequence"
            )

    @property
    def copies(self) -> tuple[int, ...]:
        """Degree of the score in each input: C(T - t + L - 1, L - 1) for input t = 1..T.

        So often the input has to stand in a tensor network, which cannot copy it [levine2019].
        """
        return tuple(
            math.comb(self.steps - t + self.depth - 1, self.depth - 1)
            for t in range(1, self.steps + 1)
        )

    def weight_shapes(self) -> tuple[tuple[tuple[int, int], tuple[int, int]], ...]:
        """Shapes of W^{I,l} and W^{H,l} of each layer."""
        r = self.width
        below = (self.local_dim, *[r] * (self.depth - 1))
        return tuple(((r, channels), (r, r)) for channels in below)

    @property
    def parameters(self) -> int:
        """Number of weights, the output vector included; it does not depend on `steps`."""
        return sum(math.prod(s) for pair in self.weight_shapes() for s in pair) + self.width


def start_end_bound(architecture: RecurrentArchitecture, *, inputs: Inputs = "basis") -> int:
    """Upper bound on the Start-End rank, for all weights (derived here).

    With n = T/2 and k = min(M, R) the rank is at most the product of two kinds of numbers, of which
    the smaller one counts.

    *What the end can ask.* The input that is s-th from the end enters with degree
    d_s = C(s + L - 2, L - 1), through k numbers: prod_{s=1}^{n} min(M, C(k - 1 + d_s, d_s)).

    *What the memory can pass on.* The score is a polynomial in the hidden states at step n, of
    degree C(n + j - 1, j) in the layer that is j below the last one:

        L = 1:  R
        L = 2:  R [ C(R + n - 1, n) - C(R - k + n - 1, n) ]
        L > 2:  prod_{j=0}^{L-1} C(R - 1 + C(n + j - 1, j), R - 1)

    For L = 1 this is min(R, M^n), the value in [levine2017b]. For L = 2 what multiplies a number of
    the last layer is a polynomial of degree n in the layer below, divisible by a linear form out of
    a space of dimension k; hence the term that is taken away. It vanishes for R <= M. For L = 1 and
    L = 2 certified ranks reach the bound in every case that was tried, for L > 2 not always.

    Args:
        architecture: any depth.
        inputs: "basis" for the rank of the state. "random" for the separation rank of the function:
            no input is limited to M then, the minimum with M is left out.

    Raises:
        ParameterError: `inputs` is neither "basis" nor "random".

    Example:
        >>> deep = [RecurrentArchitecture(steps, 2, 2, depth=2) for steps in (2, 4, 6, 8, 10)]
        >>> [start_end_bound(circuit) for circuit in deep]
        [2, 4, 8, 10, 12]
    """
    check_inputs(inputs)
    half, local_dim = architecture.steps // 2, architecture.local_dim
    used = min(local_dim, architecture.width)
    questions = (math.comb(used - 1 + d, d) for d in architecture.copies[half:])
    asked = math.prod(min(q, local_dim) if inputs == "basis" else q for q in questions)
    return min(asked, _memory(architecture.width, architecture.depth, half, used))


def _memory(width: int, depth: int, half: int, used: int) -> int:
    """Dimension of the functions of the hidden states that a score can contain."""
    if depth == 2:
        lost = math.comb(width - used + half - 1, half)
        return width * (math.comb(width + half - 1, half) - lost)
    degrees = (math.comb(half + j - 1, j) for j in range(depth))
    return math.prod(math.comb(width - 1 + degree, width - 1) for degree in degrees)


def start_end_lower_bound(architecture: RecurrentArchitecture) -> int:
    """The lower bound of [levine2017b] on the Start-End rank, for almost all weights.

        L = 1:  min(R, M^{T/2}), which is the rank itself
        L = 2:  C(min(M, R) + T/2 - 1, T/2), the multisets of T/2 elements out of min(M, R)

    Raises:
        ArchitectureError: more than two layers.

    Example:
        >>> start_end_lower_bound(RecurrentArchitecture(8, 3, 3, depth=2))
        15
    """
    half, local_dim = architecture.steps // 2, architecture.local_dim
    if architecture.depth == 1:
        return min(architecture.width, local_dim**half)
    if architecture.depth > 2:
        raise ArchitectureError(
            f"depth = {architecture.depth}: the bound is for circuits of 1 or 2 layers"
        )
    return math.comb(min(local_dim, architecture.width) + half - 1, half)


def certified_start_end_rank(
    architecture: RecurrentArchitecture,
    *,
    rng: np.random.Generator,
    inputs: Inputs = "basis",
    at_most: int | None = None,
) -> int:
    """Start-End rank over GF(p), p = 2**31 - 1, for weights drawn uniformly from GF(p).

        T_ij = y(u_i, v_j),    u_i first halves of sequences, v_j second halves

    As for `certified_rank` this proves a lower bound on the rank for almost all real weights;
    where it equals `start_end_bound`, that rank is known exactly. It may be too small with a
    probability of about rank * degree / p, or where not all basis inputs fit into the table.

    Args:
        architecture: any depth.
        rng: source of weights and inputs.
        inputs: "basis" feeds in basis vectors: the rank of the state of T sites of dimension M, at
            most M^{T/2}. "random" feeds in random vectors: the separation rank of the score as a
            function. For one layer they agree; for more the second may be larger.
        at_most: stop at this rank: the result is min(at_most, rank).

    Raises:
        SizeError: the rank may be too large for a table, and `at_most` does not limit it.
        ParameterError: `inputs` is neither "basis" nor "random".

    Example:
        >>> rng = np.random.default_rng(0)
        >>> shallow = RecurrentArchitecture(10, 2, 3)
        >>> deep = RecurrentArchitecture(10, 2, 3, depth=2)
        >>> certified_start_end_rank(shallow, rng=rng), certified_start_end_rank(deep, rng=rng)
        (3, 32)
    """
    size = table_size(start_end_bound(architecture, inputs=inputs), at_most, inputs)
    start = np.arange(architecture.steps) < architecture.steps // 2
    signals = draw_inputs(start, architecture.local_dim, size, inputs, rng=rng)
    layers = [
        (
            finite_field.random_residues(from_below, rng=rng),
            finite_field.random_residues(from_before, rng=rng),
        )
        for from_below, from_before in architecture.weight_shapes()
    ]
    output = finite_field.random_residues((1, architecture.width), rng=rng)
    return rank_of_values(recurrent_scores(layers, output, signals), at_most)


def recurrent_scores(
    layers: Sequence[tuple[np.ndarray, np.ndarray]],
    output: np.ndarray,
    signals: Sequence[np.ndarray],
) -> np.ndarray:
    """Forward pass modulo `PRIME`: a signal of one channel from the inputs of all steps."""
    states: list[np.ndarray] = []
    for step, signal in enumerate(signals):
        for layer, (from_below, from_before) in enumerate(layers):
            signal = mix(from_below, signal)
            if step == 0:
                states.append(signal)
            else:
                signal = states[layer] = times(signal, mix(from_before, states[layer]))
    return mix(output, states[-1])
