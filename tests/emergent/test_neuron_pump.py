"""The networks that exchange neurons: their energies, forces and symmetries."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracles.exchange import control_energy, pump_energy
from qnpapers.emergent import NeuronPump, PeriodicNetwork
from qnpapers.emergent.neuron_pump import spins
from qnpapers.errors import ParameterError

COUPLED = NeuronPump(coupling=0.7, winding=2, length=3.0, weights=(1.0, -2.0), phases=(0.1, 4.0))


@pytest.mark.parametrize(
    ("network", "energy"), [(NeuronPump(), pump_energy), (PeriodicNetwork(), control_energy)]
)
def test_energies_are_those_of_the_oracle(network, energy):
    q = np.array([-0.4, 0.0, 0.3, 1.7])
    table = network.energies(q)
    assert table.shape == (4, 121, 16)
    for N in (-60, -1, 0, 5, 60):
        for state, s in enumerate(spins(4).astype(int).tolist()):
            for place, at in enumerate(q):
                # sines of 2 pi y lose |y| ulps
                assert table[place, N + 60, state] == pytest.approx(
                    energy(tuple(s), N, at), rel=1e-13, abs=1e-12
                )


def test_bit_j_of_a_state_is_unit_j():
    assert spins(2).tolist() == [[-1, -1], [1, -1], [-1, 1], [1, 1]]


def test_the_coupling_by_hand():
    pump = NeuronPump(weights=(0.0, 0.0), phases=(0.0, 0.0), field=0.0, barrier=0.0, coupling=3.0)
    aligned = 0.35 * 0.25**2 / 2 - 3 * np.cos(np.pi / 2)
    assert pump.energies(np.array([0.25]))[0, 60, 3] == pytest.approx(aligned, abs=1e-14)
    assert pump.energies(np.array([0.0]))[0, 60].tolist() == [-3, 3, 3, -3]


@given(st.integers(-3, 3), st.floats(-5, 5))
def test_once_round_relabels_the_neurons(winding, q):
    """The pump's symmetry: H_N(q + L) = H_{N+n}(q)."""
    pump = NeuronPump(winding=winding, coupling=0.3, length=2.5)
    here, there = (pump.energies(np.array([at]))[0] for at in (q, q + 2.5))
    kept = range(max(0, -winding), 121 - max(0, winding))
    assert np.allclose(there[kept], here[np.array(kept) + winding], rtol=0, atol=1e-9)


def test_the_control_is_periodic_and_the_pump_is_not():
    q = np.array([0.1, 1.1])
    same = PeriodicNetwork().energies(q)
    assert np.abs(same[1] - same[0]).max() < 1e-12
    moved = NeuronPump().energies(q)
    assert np.abs(moved[1] - moved[0]).max() > 1


@pytest.mark.parametrize("network", [NeuronPump(), COUPLED, PeriodicNetwork(length=0.7)])
def test_forces_are_derivatives_of_energies(network):
    q, step = np.array([0.05, 0.6]), 1e-5
    slope = (network.energies(q + step) - network.energies(q - step)) / (2 * step)
    forces = network.forces(q)
    # central differences: step^2 times the third derivative, about (2 pi / L)^3, and round-off
    assert np.abs(forces - slope).max() < 1e-6 * np.abs(forces).max()


def test_without_winding_nothing_depends_on_q():
    still = NeuronPump(winding=0)
    assert not still.forces(np.array([0.3])).any()


@pytest.mark.parametrize("kind", [NeuronPump, PeriodicNetwork])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"stiffness": 0.0}, r"stiffness = 0.0: must be a finite number larger than 0"),
        ({"length": -1.0}, r"length = -1.0: must be"),
        ({"phases": (1.0,)}, r"phases: 1 of them, must be one for each of the 4 weights"),
        ({"weights": (1.0,) * 13, "phases": (0.0,) * 13}, r"weights: 13 of them, must be at most"),
        ({"lowest": 5, "highest": 5}, r"lowest = 5: must be below highest = 5"),
    ],
)
def test_wrong_arguments(kind, arguments, message):
    with pytest.raises(ParameterError, match=message):
        kind(**arguments)
