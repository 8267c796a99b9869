"""The Schroedinger equation whose ground state is the equilibrium of noisy learners."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np

from qnpapers.emergent.limits import positive
from qnpapers.emergent.networks import Network
from qnpapers.emergent.rule import LearningRule


class CurvedNetwork(Network, Protocol):
    """A network that knows the second derivative of its free energy, too."""

    def curvature(self, q: np.ndarray, beta: float) -> np.ndarray:
        """d^2F/dq^2, of the shape of q."""
        ...


def equilibrium_potential(
    network: CurvedNetwork, rule: LearningRule, *, mass: float
) -> Callable[[np.ndarray], np.ndarray]:
    """The potential in which the root of the equilibrium density is the ground state, of energy 0.

        p = e^{gamma F / D},   V = (hbar^2 / 2m) (sqrt p)'' / sqrt p
                                 = m [ D gamma F'' + (gamma F')^2 / 2 ],    hbar = 2 m D

    It turns the Fokker-Planck equation into the Schroedinger equation in *imaginary* time: learners
    relax with the rates (E_n - E_0) / hbar, where a wave oscillates with these frequencies.

    Args:
        network: gives free energy, force and curvature.
        rule: beta, gamma and D; D must be larger than 0.
        mass: m, larger than 0.

    Returns:
        V as a function of an array of q.

    Raises:
        ParameterError: the mass or D is not positive.

    Reference:
        [nelson1966] for the constant; the transformation is that of textbooks.

    Example:
        >>> from qnpapers.emergent import BinaryHiddenUnits, LearningRule
        >>> spring = BinaryHiddenUnits([0.0], [0.0], decay=2.0)
        >>> V = equilibrium_potential(spring, LearningRule(diffusion=0.5), mass=1.0)
        >>> V(np.array([0.0, 1.0])).tolist()  # (m omega^2 q^2 - hbar omega) / 2 with omega = 2
        [-1.0, 1.0]
    """
    positive(mass=mass, diffusion=rule.diffusion)

    def potential(q: np.ndarray) -> np.ndarray:
        force = rule.gamma * network.mean_force(q, rule.beta)
        bend = rule.gamma * network.curvature(q, rule.beta)
        return mass * (rule.diffusion * bend + force**2 / 2)

    return potential
