"""Laws of recoupling symbols, for any implementation.

`recoupling(a, b, i, c, d, j)` is the F-move, `loop`, `theta` and `tet` the Kauffman-Lins values;
`fits` says whether three colours are admissible. `equal(x, y)` compares two values.
"""

from __future__ import annotations

TOP = 40


def channels(fits, a, b, c, d):
    return [e for e in range(TOP) if fits(a, b, e) and fits(c, d, e)]


def orthogonal(recoupling, fits, equal, a, b, c, d):
    for j in channels(fits, a, b, c, d):
        for k in channels(fits, a, b, c, d):
            terms = [
                recoupling(a, b, i, c, d, j) * recoupling(b, c, k, d, a, i)
                for i in channels(fits, a, d, b, c)
            ]
            assert equal(sum(terms), int(j == k))


def two_three_move(loop, theta, tet, fits, equal, colours):
    """Two tetrahedra that share a face are three that share an edge."""
    a, b, c, p, q, s, x, y, z = colours
    two = tet(a, b, s, p, q, c) * tet(a, b, z, x, y, c) / theta(a, b, c)
    three = 0
    for e in range(TOP):
        if fits(e, p, x) and fits(e, q, y) and fits(e, s, z):
            tets = tet(a, q, y, e, z, s) * tet(b, s, z, e, x, p) * tet(c, p, x, e, y, q)
            three = three + loop(e) * tets / (theta(e, p, x) * theta(e, q, y) * theta(e, s, z))
    assert equal(two, three)


def tetrahedrally_symmetric(tet, equal, A, B, E, C, D, F):
    """Renaming the vertices changes nothing: the opposite pairs are (A, C), (B, D), (E, F)."""
    value = tet(A, B, E, C, D, F)
    for renamed in ((C, D, E, A, B, F), (B, A, E, D, C, F), (E, C, D, F, A, B)):
        assert equal(tet(*renamed), value)


def theta_with_a_zero_edge_is_a_loop(theta, loop, equal, a):
    assert equal(theta(a, a, 0), loop(a))


def tetrahedron_with_a_zero_edge_is_a_theta(tet, theta, fits, equal, a, b, c):
    if fits(a, b, c):
        assert equal(tet(a, b, 0, b, a, c), theta(a, b, c))
