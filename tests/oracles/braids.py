"""Braids of three strands in the algebra of Temperley and Lieb, without recoupling."""

from __future__ import annotations

import cmath
from itertools import product

import numpy as np


def exchanges(A: complex) -> tuple[np.ndarray, np.ndarray]:
    """Kauffman's bracket: a crossing is A times two strands plus 1/A times a cup and a cap."""
    d = -(A**2) - A**-2
    cups = np.array([[d, 1], [0, 0]]), np.array([[0, 0], [1, d]])
    one, two = (A * np.eye(2) + cup / A for cup in cups)
    return one, two


def traces(generators: tuple[np.ndarray, np.ndarray], length: int) -> np.ndarray:
    """Traces of all words of a length: they do not depend on the basis."""
    found = []
    for word in product((0, 1), repeat=length):
        matrix = np.eye(len(generators[0]), dtype=complex)
        for letter in word:
            matrix = matrix @ generators[letter]
        found.append(np.trace(matrix))
    return np.array(found)


def order_of_rotation(gate: np.ndarray, largest: int) -> int | None:
    """The smallest power that is 1 up to a phase, from the ratio of the two eigenvalues."""
    one, two = np.linalg.eigvals(gate)
    turn = cmath.phase(one / two) / (2 * cmath.pi)
    for power in range(1, largest + 1):
        if abs(power * turn - round(power * turn)) < 1e-9:
            return power
    return None
