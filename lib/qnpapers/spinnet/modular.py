"""What the matrices S and T of SU(2) at level r know: surfaces and lens spaces."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from numbers import Integral

import numpy as np

from qnpapers.errors import GluingError, NetworkError, ShapeError
from qnpapers.spinnet.elimination import count_admissible
from qnpapers.spinnet.networks import Network
from qnpapers.spinnet.state_sum import check_level


def modular_matrices(r: int) -> tuple[np.ndarray, np.ndarray]:
    """The matrices S and T of the torus.

        S_ab = sqrt(2/r) sin(pi (a+1)(b+1) / r),  T_aa = exp(2 pi i a (a+2) / (4 r))

    Returns:
        S real symmetric with S^2 = 1, T diagonal; shapes (r-1, r-1), colours a = 0 to r - 2.

    Raises:
        ColourError: r is no integer of at least 3.
    """
    check_level(r)
    a = np.arange(r - 1)
    s = np.sqrt(2 / r) * np.sin(np.pi * np.outer(a + 1, a + 1) / r)
    return s, np.diag(np.exp(2j * np.pi * a * (a + 2) / (4 * r)))


def lens_space_invariant(p: int, q: int, r: int) -> float:
    """Turaev-Viro invariant of L(p, q) from S and T, without a triangulation.

        TV_r = |(S T^{a_1} S T^{a_2} ... T^{a_n} S)_00|^2,  p/q = a_1 - 1/(a_2 - 1/(...))

    Args:
        p: at least 0; 0 is S^2 x S^1 and 1 the 3-sphere.
        q: coprime to p.
        r: level, at least 3.

    Raises:
        GluingError: p is negative, or p and q are not coprime.
        ColourError: r is no integer of at least 3.

    >>> round(lens_space_invariant(2, 1, 4), 12)  # RP^3: (2 - sqrt 2) / 4
    0.146446609407
    """
    if p < 0 or math.gcd(p, q) != 1:
        raise GluingError(f"L({p},{q}): p must not be negative, and p and q must be coprime")
    s, t = modular_matrices(r)
    twists, state = np.diag(t), s[0].astype(complex)
    for power in _continued_fraction(p, q):
        state = s @ (twists**power * state)
    return float(abs(state[0]) ** 2)


def _continued_fraction(p: int, q: int) -> list[int]:
    """(a_1, ..., a_n) with p/q = a_1 - 1/(a_2 - 1/(... - 1/a_n)); none for q = 0."""
    terms = []
    while q:
        terms.append(-(-p // q))
        p, q = q, terms[-1] * q - p
    return terms


def connected_sum_invariant(one: float, other: float, r: int) -> float:
    """TV_r of a connected sum: TV(M) TV(N) / TV(S^3), with TV(S^3) = (2/r) sin^2(pi/r)."""
    check_level(r)
    return one * other / (2 / r * math.sin(math.pi / r) ** 2)


def verlinde(genus: int, r: int) -> int:
    """Dimension of the space of a closed surface, Verlinde's number, as an exact integer.

        dim V = trace (sum_c N_c^2)^(g-1) = (r/2)^(g-1) sum_{j=1}^{r-1} sin(pi j / r)^(2-2g)

    where (N_c)_ab = 1 if (a, b, c) is admissible. It is also the number of admissible colourings of
    any connected trivalent graph with g independent cycles. The integers are used, not the sines.

    Args:
        genus: g, at least 0.
        r: level, at least 3.

    Raises:
        ShapeError: the genus is no integer of at least 0.
        ColourError: r is no integer of at least 3.

    >>> verlinde(2, 5), verlinde(4, 8)
    (20, 42048)
    """
    if not isinstance(genus, Integral) or isinstance(genus, bool) or genus < 0:
        raise ShapeError(f"genus = {genus!r}: must be an integer of at least 0")
    check_level(r)
    if genus == 0:
        return 1
    handle = sum(n @ n for n in fusion_matrices(r))
    return int(np.trace(np.linalg.matrix_power(handle, genus - 1)))


def fusion_matrices(r: int) -> np.ndarray:
    """(N_c)_ab = 1 where (a, b, c) is admissible, else 0; Python integers, [c, a, b]."""
    check_level(r)
    a, b, c = np.indices((r - 1, r - 1, r - 1))
    total = a + b + c
    fits = (total % 2 == 0) & (total <= 2 * r - 4)
    fits &= 2 * np.maximum(np.maximum(a, b), c) <= total
    return fits.astype(int).astype(object)


def count_colourings(graph: Network | Iterable[Sequence[int]], r: int) -> int:
    """Number of admissible colourings of a trivalent graph, counted on the graph itself.

    Args:
        graph: for each vertex its three edges, numbered in any way; each edge occurs twice. Order
            does not matter, and the graph need not be planar.
        r: level, at least 3.

    Returns:
        An exact integer, equal to `verlinde(g, r)` for a connected graph with g cycles.

    Raises:
        NetworkError: a vertex does not have three edges, or an edge does not have two ends.
        ColourError: r is no integer of at least 3.
        SizeError: a table of colourings would be too long.

    >>> count_colourings([(0, 1, 2), (0, 1, 2)], 5)  # theta: two cycles
    20
    """
    check_level(r)
    vertices = [tuple(v) for v in (graph.vertices if isinstance(graph, Network) else graph)]
    if not vertices or any(len(vertex) != 3 for vertex in vertices):
        raise NetworkError("graph: must be a list of triples of edges, one for each vertex")
    ends = Counter(edge for vertex in vertices for edge in vertex)
    for edge, count in ends.items():
        if count != 2:
            raise NetworkError(f"edge {edge!r} has {count} ends: must have 2")
    return count_admissible([(a, b, c) for a, b, c in vertices], r)
