"""The hash of the compiled tables of states."""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True)
def mix(key: np.uint64) -> np.uint64:
    """Spread the bits of a key over 64 bits (the finaliser of splitmix64)."""
    key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return key ^ (key >> np.uint64(31))
