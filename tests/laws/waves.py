"""Laws of a propagator: `propagate(psi, potential, box, hbar, mass, times)`, psi at all times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from qnpapers.emergent import Box

Propagate = Callable[..., np.ndarray]

ROUND_OFF = 1e-11
"""Some hundred steps of some hundred operations on numbers near 1, each correct to 2e-16."""


def norm_stays(propagate: Propagate, psi: np.ndarray, potential: np.ndarray, box: Box) -> None:
    last = propagate(psi, potential, box, 0.7, 1.3, [0.0, 1.0])[-1]
    assert abs(np.linalg.norm(last) - np.linalg.norm(psi)) < ROUND_OFF * np.linalg.norm(psi)


def sums_stay_sums(
    propagate: Propagate, psi: np.ndarray, chi: np.ndarray, potential: np.ndarray, box: Box
) -> None:
    parts = [propagate(one, potential, box, 0.7, 1.3, [0.0, 1.0])[-1] for one in (psi, chi)]
    together = propagate(psi - 2j * chi, potential, box, 0.7, 1.3, [0.0, 1.0])[-1]
    assert np.abs(together - parts[0] + 2j * parts[1]).max() < ROUND_OFF


def conjugation_runs_backwards(
    propagate: Propagate, psi: np.ndarray, potential: np.ndarray, box: Box
) -> None:
    """The conjugate of a solution, read backwards, is one; a twist changes its sign."""
    there = propagate(psi, potential, box, 0.7, 1.3, [0.0, 1.0])[-1]
    mirrored = replace(box, twists=tuple(-twist for twist in box.twists))
    back = propagate(there.conj(), potential, mirrored, 0.7, 1.3, [0.0, 1.0])[-1]
    assert np.abs(back.conj() - psi).max() < ROUND_OFF


def a_constant_potential_turns_the_phase(
    propagate: Propagate, psi: np.ndarray, potential: np.ndarray, box: Box
) -> None:
    plain = propagate(psi, potential, box, 0.7, 1.3, [0.0, 1.0])[-1]
    raised = propagate(psi, potential + 3.0, box, 0.7, 1.3, [0.0, 1.0])[-1]
    assert np.abs(raised - plain * np.exp(-3j / 0.7)).max() < ROUND_OFF


def times_do_not_matter(
    propagate: Propagate, psi: np.ndarray, potential: np.ndarray, box: Box
) -> None:
    """What is asked for in between changes the last wave by no more than the step error."""
    direct = propagate(psi, potential, box, 0.7, 1.3, [0.0, 1.0])[-1]
    often = propagate(psi, potential, box, 0.7, 1.3, [0.0, 0.1, 0.35, 1.0])[-1]
    assert np.abs(direct - often).max() < 1e-4


def units_do_not_matter(
    propagate: Propagate, psi: np.ndarray, potential: np.ndarray, box: Box
) -> None:
    """Action times 3, mass times 3 and energy times 3 leave psi(t) as it is."""
    one = propagate(psi, potential, box, 0.7, 1.3, [0.0, 1.0])[-1]
    other = propagate(psi, 3 * potential, box, 2.1, 3.9, [0.0, 1.0])[-1]
    assert np.abs(one - other).max() < ROUND_OFF
