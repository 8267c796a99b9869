"""Strokes around a handle as matrices, from the loops that their strands make; plain numpy."""

import itertools
import math

import numpy as np


def loop_around(r):
    """A strand of colour 1 around the handle, on the r - 1 colours inside: a -> a - 1, a + 1."""
    return np.diag(np.ones(r - 2), 1) + np.diag(np.ones(r - 2), -1)


def loop_along(r):
    """A strand of colour 1 the other way round: -2 cos(pi (a + 1) / r) on the colour a inside."""
    return np.diag(-2 * np.cos(np.pi * np.arange(1, r) / r))


def ring(pixels, strand, r):
    """Ink in a closed chain of `pixels` hexagons, parallel to a strand with this matrix.

    Each hexagon is a loop d. Where two touch, their strands pass side by side, or are joined the
    other way with a factor -1/d. Unless all are joined, all loops can be contracted.
    """
    d = -2 * math.cos(math.pi / r)
    contracted = sum(
        math.comb(pixels, k) * (-1 / d) ** k * d ** (pixels - k) for k in range(pixels)
    )
    return contracted * np.eye(len(strand)) + (-1 / d) ** pixels * strand @ strand


def loop_on_genus_two(r):
    """`loop_along` where there is a second handle.

    The colour a inside occurs as often as there are b and c with which it is admissible.
    """
    colours = range(r - 1)
    times = [
        sum(
            (a + b + c) % 2 == 0 and 2 * max(a, b, c) <= a + b + c <= 2 * r - 4
            for b, c in itertools.product(colours, repeat=2)
        )
        for a in colours
    ]
    return np.diag(np.repeat(np.diag(loop_along(r)), times))


def probability(one, other):
    """|tr A B|^2 / (tr A^2 tr B^2) for symmetric matrices."""
    return np.trace(one @ other) ** 2 / (np.trace(one @ one) * np.trace(other @ other))


def ways(edges, nodes, colours):
    """In how many ways the nodes can be coloured so that the ends of each edge differ."""
    return sum(
        all(colouring[a] != colouring[b] for a, b in edges)
        for colouring in itertools.product(range(colours), repeat=nodes)
    )
