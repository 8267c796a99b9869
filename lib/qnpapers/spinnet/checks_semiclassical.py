"""Checks and controls of claims 2.1 and 2.2 and of the asymptotic formulas behind claim 2.

Every function takes `rng` and `profile` ("smoke" or "full") and returns a `Report`. A control is
the same comparison on input for which the claim must be rejected.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from qnpapers.evidence import Evidence, Report
from qnpapers.spinnet.coherent import (
    coherent_intertwiner_norm,
    coherent_norm_asymptotic,
    heat_kernel_time,
    link_spin_distribution,
)
from qnpapers.spinnet.ponzano_regge import (
    ClassicalTetrahedron,
    classical_tetrahedron,
    ponzano_regge,
)
from qnpapers.spinnet.six_j import six_j

TETRAHEDRON = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) / math.sqrt(3)
"""Outward normals of a regular tetrahedron."""


def link_peaks_on_classical_spin(*, rng: np.random.Generator, profile: str) -> Report:
    """2.1: the spin of a link is Gaussian around j0, with sigma^2 = 1/(2t) in the amplitude."""
    return Report(_widths(profile, lambda t: 1 / math.sqrt(2 * t)))


def link_width_as_printed(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 2.1: sigma = 1/(2t), as the companion paper prints it."""
    return Report(_widths(profile, lambda t: 1 / (2 * t)))


def _widths(profile: str, sigma: Callable[[float], float]) -> Evidence:
    cases = []
    for eta in (0.5, 1.0, 2.0):
        for j0 in (200, 1000) if profile == "smoke" else (200, 1000, 5000):
            t = heat_kernel_time(2 * j0, eta)
            link = link_spin_distribution(eta, t)
            # Squaring an amplitude of width sigma gives a probability of width sigma / sqrt 2.
            cases.append((link.width * math.sqrt(2) / sigma(t), f"eta = {eta}, j0 = {j0}"))
    ratio, where = max(cases, key=lambda case: abs(case[0] - 1))
    # (2j + 1) adds 1/(eta j0) to a relative variance of about 1/(2 eta j0) / j0.
    return Evidence("width / predicted width", ratio, 1.0, len(cases), where, tolerance=0.01)


def fluctuation_falls_as_root_of_spin(*, rng: np.random.Generator, profile: str) -> Report:
    """2.2: std/mean of j falls as j^(-1/2) where t ~ 1/j. Outside: t is kept as j grows."""
    return Report(_slope(profile, at_fixed_time=False), _slope(profile, at_fixed_time=True))


def fluctuation_at_fixed_time(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of 2.2: with a heat-kernel time that does not change, the slope is -1."""
    return Report(_slope(profile, at_fixed_time=True))


def _slope(profile: str, *, at_fixed_time: bool) -> Evidence:
    spins = np.geomspace(100, 2000 if profile == "smoke" else 50_000, 8).round().astype(int)
    relative = []
    for j0 in spins.tolist():
        t = 0.05 if at_fixed_time else heat_kernel_time(2 * j0, 1.0)
        link = link_spin_distribution(t * (2 * j0 + 1), t)
        relative.append(link.width / link.mean)
    slope = float(np.polyfit(np.log(spins), np.log(relative), 1)[0])
    rule = "t = 0.05" if at_fixed_time else "t = 1/(2 j0 + 1)"
    return Evidence(
        "slope of log(std/mean) against log j",
        slope,
        -0.5,
        len(spins),
        f"{rule}, j0 from {spins[0]} to {spins[-1]}",
        tolerance=0.01,
    )


def coherent_norm_has_its_limit(*, rng: np.random.Generator, profile: str) -> Report:
    """2.1: for closed normals |iota|^2 -> 1/sqrt(pi det M); error times j stays bounded."""
    return Report(_norms(profile, 1.0))


def coherent_norm_with_another_constant(*, rng: np.random.Generator, profile: str) -> Report:
    """Control: pi in place of its square root."""
    return Report(_norms(profile, math.sqrt(math.pi)))


def _norms(profile: str, divisor: float) -> Evidence:
    two_js = (10, 20, 40) if profile == "smoke" else (10, 20, 40, 80)
    errors = []
    for two_j in two_js:
        exact = coherent_intertwiner_norm([two_j] * 4, TETRAHEDRON)
        limit = coherent_norm_asymptotic([two_j] * 4, TETRAHEDRON) / divisor
        errors.append((abs(exact / limit - 1) * two_j / 2, f"regular, j = {two_j / 2}"))
    worst, where = max(errors)
    return Evidence("j |exact / asymptotic - 1|", worst, 0.35, len(errors), where, relation="<=")


def six_j_has_its_limit(*, rng: np.random.Generator, profile: str) -> Report:
    """Claim 2: the 6j symbol tends to the Ponzano-Regge cosine of exterior dihedral angles."""
    return Report(_symbols(profile, lambda two_js: ponzano_regge(*two_js)))


def six_j_with_interior_angles(*, rng: np.random.Generator, profile: str) -> Report:
    """Control: the same formula with the interior dihedral angles."""
    return Report(_symbols(profile, _with_interior_angles))


def _symbols(profile: str, formula: Callable[[tuple[int, ...]], float]) -> Evidence:
    errors = []
    for shape in ((2, 2, 2, 2, 2, 2), (12, 14, 16, 14, 16, 18), (6, 8, 8, 6, 10, 8)):
        for factor in (3, 10, 30) if profile == "smoke" else (3, 10, 30, 100):
            two_js = tuple(factor * two_j for two_j in shape)
            volume = math.sqrt(_solid(two_js).volume_squared)
            error = abs(float(six_j(*two_js)) - formula(two_js)) * math.sqrt(12 * math.pi * volume)
            mean = sum(two_js) / 12
            errors.append((error * mean, f"2j = {two_js}"))
    worst, where = max(errors)
    return Evidence(
        "j |exact - asymptotic| / envelope", worst, 0.5, len(errors), where, relation="<="
    )


def _solid(two_js: tuple[int, ...]) -> ClassicalTetrahedron:
    return classical_tetrahedron(*((two_j + 1) / 2 for two_j in two_js))


def _with_interior_angles(two_js: tuple[int, ...]) -> float:
    solid = _solid(two_js)
    action = sum(
        length * (math.pi - angle.real)
        for length, angle in zip(solid.lengths, solid.exterior_angles, strict=True)
    )
    envelope = 1 / math.sqrt(12 * math.pi * math.sqrt(solid.volume_squared))
    return envelope * math.cos(action + math.pi / 4)
