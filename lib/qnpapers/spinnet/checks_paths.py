"""Checks and controls of claim 2.5: one path, or the sum over all of them, in imaginary time.

Every function takes `rng` and `profile` ("smoke" or "full") and returns a `Report`. A control is
the same comparison on input for which the claim must be rejected.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.polynomial import Polynomial

from qnpapers.evidence import Evidence, Report
from qnpapers.spinnet.comparisons import Case, largest_difference
from qnpapers.spinnet.paths import least_action_path, path_sum

QUADRATIC: dict[str, Polynomial | None] = {"V = 0": None, "V = x^2/2": Polynomial([0, 0, 0.5])}
"""Potentials for which the action is quadratic."""

QUARTIC = Polynomial([0, 0, 0, 0, 0.25])
"""V = x^4 / 4."""


# 2.5: least action, least norm


def least_action_is_least_norm(*, rng: np.random.Generator, profile: str) -> Report:
    """2.5: for a free particle the path of least action has the weights of least norm.

    Outside: in a potential it has not.
    """
    return Report(_action_against_norm(rng, None), _action_against_norm(rng, QUARTIC))


def least_action_in_a_potential(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 2.5: V = x^4 / 4."""
    return Report(_action_against_norm(rng, QUARTIC))


def _action_against_norm(rng: np.random.Generator, potential: Polynomial | None) -> Evidence:
    """The weights of layer k are p_k / sqrt(2 m); layers add p_k dt / m to the value x_k."""
    cases: list[Case] = []
    for slices in (2, 5, 20):
        start, end, time, mass = rng.uniform(0.5, 2, size=4)
        found = least_action_path(
            start, end, slices=slices, time=time, mass=mass, potential=potential
        )
        dt = time / slices
        weights = np.diff(found.path) * mass / dt / math.sqrt(2 * mass)
        layers = np.full((1, slices), dt * math.sqrt(2 / mass))
        shortest = np.linalg.lstsq(layers, [end - start], rcond=None)[0]
        worst = int(np.abs(weights - shortest).argmax())
        where = f"{slices} layers, from {start:.2f} to {end:.2f}, layer {worst}"
        cases.append((where, weights[worst], shortest[worst]))
    return largest_difference("weights of the path of least action against least norm", cases)


# 2.5.1: one path for all


def one_path_gives_the_sum(*, rng: np.random.Generator, profile: str) -> Report:
    """2.5.1: for a quadratic action the sum over all paths is the one path, and depth is nothing.

    Outside: a quartic potential.
    """
    return Report(_sum_against_path(QUADRATIC, profile), _quartic(profile))


def one_path_gives_the_quartic_sum(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 2.5.1: the quartic potential."""
    return Report(_quartic(profile))


def _quartic(profile: str) -> Evidence:
    return _sum_against_path({"V = x^4/4": QUARTIC}, profile)


def _sum_against_path(potentials: dict[str, Polynomial | None], profile: str) -> Evidence:
    hbars = (1.0,) if profile == "smoke" else (0.5, 1.0, 2.0)
    return largest_difference(
        "-hbar log amplitude against the least action, both relative to the path that stays at 0",
        (case for name, V in potentials.items() for hbar in hbars for case in _ends(name, V, hbar)),
    )


def _ends(name: str, potential: Polynomial | None, hbar: float) -> Iterator[Case]:
    """From -x to x, for two x and several numbers of slices."""
    points = np.linspace(-9, 9, 241)
    middle = len(points) // 2
    for slices in (1, 2, 4, 16):
        K = path_sum(points, slices=slices, time=1.0, mass=1.0, hbar=hbar, potential=potential)
        for shift in (12, 24):
            end = float(points[middle + shift])
            found = -hbar * math.log(K[middle + shift, middle - shift] / K[middle, middle])
            path = least_action_path(
                -end, end, slices=slices, time=1.0, mass=1.0, potential=potential
            )
            yield f"{name}, hbar = {hbar}, {slices} slices, from -{end:g}", found, path.action
