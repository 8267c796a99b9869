"""Numbers of [levine2019] and [levine2017b], which follow Levine et al. 2017."""

from __future__ import annotations

from math import comb, log

import numpy as np
import pytest

from qnpapers.convac import (
    OverlappingArchitecture,
    RecurrentArchitecture,
    certified_overlapping_rank,
    certified_start_end_rank,
    start_end_lower_bound,
)


def recurrent_rank(steps: int, local_dim: int, width: int, depth: int) -> int:
    circuit = RecurrentArchitecture(steps, local_dim, width, depth)
    return certified_start_end_rank(circuit, rng=np.random.default_rng(0))


@pytest.mark.parametrize(("local_dim", "width"), [(2, 2), (2, 3), (3, 2), (3, 3)])
@pytest.mark.parametrize("steps", [4, 6, 8])
def test_levine2017b_one_layer_and_two(steps, local_dim, width):
    """min(R, M^{T/2}) for one layer; at least C(min(M, R) + T/2 - 1, T/2) for two."""
    assert recurrent_rank(steps, local_dim, width, 1) == min(width, local_dim ** (steps // 2))
    multisets = comb(min(local_dim, width) + steps // 2 - 1, steps // 2)
    assert recurrent_rank(steps, local_dim, width, 2) >= multisets
    assert start_end_lower_bound(RecurrentArchitecture(steps, local_dim, width, 2)) == multisets


@pytest.mark.parametrize(("kernel", "levels"), [(2, 2), (2, 4), (3, 2), (3, 3)])
def test_levine2019_entanglement_grows_like_the_smaller_of_volume_and_depth_times_kernel(
    kernel, levels
):
    """In one dimension the logarithm of the rank is at least of the order min(n, L K)."""
    net = OverlappingArchitecture(
        2 * levels * (kernel - 1) + 4, 2, (2,) * levels, kernel, shared=True
    )
    for size in range(1, net.sites // 2 + 1):
        rank = certified_overlapping_rank(net, range(size), rng=np.random.default_rng(0))
        assert log(rank, 2) >= min(size, levels * kernel) / 3
