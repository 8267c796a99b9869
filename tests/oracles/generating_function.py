"""Integers of planar trivalent networks from their generating function, without any 6j symbol.

    sum_c  <G, c> prod_edges c_e! / prod_vertices m! n! p!  z^c  =  1 / P(z)^2

where P is the sum of z^s over all even subgraphs s, the empty one included (B. W. Westbury,
A generating function for spin network evaluations, Banach Center Publ. 42 (1998) 447).
"""

from functools import cache
from itertools import product


def integer(vertices, colours):
    """The coefficient of z^colours in 1 / P^2; loops count -2."""
    edges = len(colours)
    subgraphs = [
        bits
        for bits in product((0, 1), repeat=edges)
        if any(bits) and all(sum(bits[e] for e in triple) % 2 == 0 for triple in vertices)
    ]

    @cache
    def once(c):
        """[z^c] 1 / P."""
        return int(not any(c)) - sum(once(rest) for rest in smaller(c))

    @cache
    def twice(c):
        """[z^c] 1 / P^2."""
        return once(c) - sum(twice(rest) for rest in smaller(c))

    def smaller(c):
        for bits in subgraphs:
            rest = tuple(x - y for x, y in zip(c, bits, strict=True))
            if min(rest) >= 0:
                yield rest

    return twice(tuple(colours))
