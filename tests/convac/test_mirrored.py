"""The two networks of the experiment, and regions of pixels."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qnpapers.convac import (
    min_cut,
    mirrored_network,
    pixel_order,
    pixel_region,
    stripe_rank,
)
from qnpapers.errors import ShapeError


def test_the_networks_are_mirror_images_of_equal_size():
    for r in (1, 7, 10, 20):
        base, tip = (mirrored_network(kind, r, shared=True) for kind in ("base", "tip"))
        assert base.channels == tip.channels[::-1] == (4 * r, 4 * r, 2 * r, 2 * r, r, r)
        assert base.parameters == tip.parameters == 31 * r**2 + 50 * r
        assert base.sites == tip.sites == 64**2
    assert mirrored_network("base", 3).shared is False


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("base", (5449.7, 1362.4, 276.6, 69.2, 13.3, 3.3)),
        ("tip", (3401.7, 850.4, 276.6, 69.2, 21.3, 5.3)),
    ],
)
def test_stripes_of_the_networks(kind, expected):
    """Widths 1, 2, ..., 32 for r = 10; every number is a product of powers of 10 and of 2."""
    network = mirrored_network(kind, 10)
    for level, bits in enumerate(expected):
        assert abs(math.log2(stripe_rank(network, level)) - bits) < 0.05 + 1e-9
        columns = np.arange(64) // 2**level % 2 == 0
        region = pixel_region(np.tile(columns, (64, 1)))
        assert min_cut(network, region).weight == stripe_rank(network, level)


def test_pixels_of_a_region_are_where_they_were_marked():
    rng = np.random.default_rng(8)
    for side in (1, 2, 8, 32):
        inside = rng.random((side, side)) < 0.4
        order = pixel_order(side)
        expected = [site for site in range(side**2) if inside[divmod(order[site], side)]]
        assert pixel_region(inside) == tuple(expected)


def test_rows_of_two_by_two_pixels_are_the_first_two_sites_of_each_window():
    rows = np.array([[True] * 4, [False] * 4] * 2)
    assert pixel_region(rows) == (0, 1, 4, 5, 8, 9, 12, 13)


def test_what_is_no_square_image_is_refused():
    with pytest.raises(ShapeError, match=r"inside: shape \(side, side\) is needed, got \(2, 3\)"):
        pixel_region(np.ones((2, 3)))
    with pytest.raises(ShapeError, match=r"got \(4,\)"):
        pixel_region(np.ones(4))
    with pytest.raises(ShapeError, match="side = 3: must be a power of 2"):
        pixel_region(np.ones((3, 3)))
