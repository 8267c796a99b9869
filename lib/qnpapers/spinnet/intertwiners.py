"""The value of a planar network as a contraction of explicit intertwiner tensors (classical).

A strand of a vertex is the invariant tensor eps of SU(2). An edge of colour a symmetrises a
strands, so its space is that of homogeneous polynomials of degree a in two variables, dimension
a + 1, and an intertwiner is

    (x1 y2 - y1 x2)^m (x2 y3 - y2 x3)^n (x3 y1 - y3 x1)^p

with one pair of variables for each edge, counter-clockwise. Two ends of an edge are joined by eps
on every strand. eps is antisymmetric, so every edge needs a direction; a closed strand counts -2,
wherever it runs, if around each face an odd number of edges is directed clockwise (Kasteleyn).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import networkx as nx
import numpy as np
import tensornetwork as tn

from qnpapers.errors import SizeError
from qnpapers.spinnet.networks import Network, as_colours, as_network
from qnpapers.spinnet.quantum_numbers import CLASSICAL
from qnpapers.spinnet.recoupling import fits

MAX_COLOUR = 12
"""Above it binomials and alternating sums cost float64 too many digits."""

MAX_VERTICES = 60
"""Above it the contraction would need too much memory."""


def evaluate_by_tensors(graph: Network | Iterable[Sequence[int]], colours: Iterable[int]) -> float:
    """Classical Kauffman-Lins value of a planar network, contracted with `tensornetwork`.

    A third route to `evaluate_network`, for small colours.

    Args:
        graph: a `Network`, or for each vertex its three edges counter-clockwise.
        colours: one colour for each edge, at most `MAX_COLOUR`.

    Returns:
        float64; exactly 0 where a vertex is not admissible. Round-off is not bounded: small
        colours keep it near 1e-13 of the largest term.

    Raises:
        NetworkError, ColourError: as `evaluate_network`.
        SizeError: a colour is above `MAX_COLOUR`, or there are more than `MAX_VERTICES` vertices.
    """
    network = as_network(graph)
    known = as_colours(network, colours)
    if max(known) > MAX_COLOUR or len(network.vertices) > MAX_VERTICES:
        raise SizeError(
            f"largest colour {max(known)}, {len(network.vertices)} vertices: tensors are for "
            f"colours up to {MAX_COLOUR} and {MAX_VERTICES} vertices; use evaluate_network"
        )
    triples = [tuple(known[e] for e in edges) for edges in network.vertices]
    if any(not fits(CLASSICAL, *triple) for triple in triples):
        return 0.0
    nodes = [tn.Node(intertwiner(*triple)) for triple in triples]
    metrics = [tn.Node(metric(c)) for c in known]
    free = [[1, 0] if turned else [0, 1] for turned in turned_edges(network)]
    for node, edges in zip(nodes, network.vertices, strict=True):
        for slot, edge in enumerate(edges):
            tn.connect(node[slot], metrics[edge][free[edge].pop()])
    return float(tn.contractors.greedy([*nodes, *metrics]).tensor)


def intertwiner(a: int, b: int, c: int) -> np.ndarray:
    """Coefficients of the polynomial of a vertex, shape (a + 1, b + 1, c + 1), integers in float64.

    Entry [i, j, k] belongs to x1^i y1^(a-i) x2^j y2^(b-j) x3^k y3^(c-k). Colours are admissible.
    """
    m, n, p = (a + b - c) // 2, (b + c - a) // 2, (a + c - b) // 2
    tensor = np.zeros((a + 1, b + 1, c + 1))
    for s, t, u in np.ndindex(m + 1, n + 1, p + 1):
        # s factors x1 y2 and m - s factors -y1 x2, and so on around the vertex
        weight = math.comb(m, s) * math.comb(n, t) * math.comb(p, u)
        sign = (-1) ** (m - s + n - t + p - u)
        tensor[s + p - u, m - s + t, n - t + u] += sign * weight
    return tensor


def metric(a: int) -> np.ndarray:
    """The tensor eps on all strands of an edge of colour a, shape (a + 1, a + 1).

    An entry [i, a - i] joins i letters x and a - i letters y to their opposites: (-1)^(a - i). The
    binomial counts the orders of the letters, which both polynomials contain.
    """
    matrix = np.zeros((a + 1, a + 1))
    for i in range(a + 1):
        matrix[i, a - i] = (-1) ** (a - i) / math.comb(a, i)
    return matrix


def turned_edges(network: Network) -> list[bool]:
    """Which edges start at the first of their two ends in `network.vertices`, not at the last.

    Around each face but face 0 an odd number of edges is then directed clockwise, and as the number
    of vertices is even, around face 0 too: a leaf of a spanning tree of the faces is put right by
    the edge to its parent.
    """
    faces = nx.Graph((*pair, {"edge": e}) for e, pair in enumerate(network.edge_faces))
    clockwise = Counter(right for right, _ in network.edge_faces)
    turned = [False] * network.edges
    for parent, face in reversed(list(nx.bfs_edges(faces, 0))):
        if clockwise[face] % 2 == 0:
            edge = faces.edges[face, parent]["edge"]
            turned[edge] = True
            clockwise[parent] += 1  # one more or one less: only the parity counts
    return turned
