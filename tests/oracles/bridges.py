"""Two tensors joined by one bond: rank by FLINT, minimal cut by trying every cut."""

from __future__ import annotations

from itertools import product

import numpy as np
from flint import nmod_mat


def flattening_rank(
    left: tuple[int, int], right: tuple[int, int], bond: int, prime: int, rng: np.random.Generator
) -> int:
    """Rank modulo `prime` of sum_w T[a, b, w] T'[a', b', w] as a matrix (a a') x (b b')."""
    (a, b), (c, d) = left, right
    one = rng.integers(prime, size=(a, b, bond)).tolist()
    other = rng.integers(prime, size=(c, d, bond)).tolist()
    entries = [
        sum(one[i][j][w] * other[k][m][w] for w in range(bond)) % prime
        for i, k, j, m in product(range(a), range(c), range(b), range(d))
    ]
    return nmod_mat(a * c, b * d, entries, prime).rank()


def smallest_cut(left: tuple[int, int], right: tuple[int, int], bond: int) -> int:
    """Put each tensor on the inner (0) or outer (1) side and multiply what is cut."""
    return min(
        left[1 - s] * right[1 - t] * (bond if s != t else 1) for s, t in product((0, 1), repeat=2)
    )
