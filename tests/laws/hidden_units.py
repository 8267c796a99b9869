"""Laws of a network with hidden units in equilibrium, for every network of `qnpapers.emergent`."""

from __future__ import annotations

import numpy as np

from qnpapers.emergent import Network

STEP = 1e-4
"""Of the central differences of order 4: error about STEP^4 = 1e-16, round-off 1e-16 / STEP."""

ROUND_OFF = 2e-10
"""Forces are of order 1; differences of order 4 lose 12 digits to 1e-16 / STEP, and some."""

POINTS = np.array([-1.7, -0.4, 0.0, 0.3, 1.1])


def slope(function, at):
    """Derivative by the central difference of order 4."""
    h = STEP
    steps = ((8, h), (-8, -h), (-1, 2 * h), (1, -2 * h))
    return sum(weight * function(at + move) for weight, move in steps) / (12 * h)


def force_is_slope_of_free_energy(network: Network, beta: float) -> None:
    measured = slope(lambda q: network.free_energy(q, beta), POINTS)
    np.testing.assert_allclose(network.mean_force(POINTS, beta), measured, atol=ROUND_OFF, rtol=0)


def curvature_is_slope_of_force(network, beta: float) -> None:
    measured = slope(lambda q: network.mean_force(q, beta), POINTS)
    np.testing.assert_allclose(network.curvature(POINTS, beta), measured, atol=ROUND_OFF, rtol=0)


def shapes_are_those_of_q(network: Network, beta: float) -> None:
    grid = POINTS[:4].reshape(2, 2)
    for method in (network.free_energy, network.mean_force):
        assert np.shape(method(0.3, beta)) == ()
        np.testing.assert_allclose(method(grid, beta).ravel(), method(POINTS[:4], beta), rtol=1e-13)
