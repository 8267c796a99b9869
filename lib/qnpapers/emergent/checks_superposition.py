"""Checks and controls of claims S1 to S4, C1 and C2: waves that are added, and small hbar.

Every function takes `rng` and `profile` ("smoke" or "full") and returns a `Report`. A control is
the same comparison on input for which the claim must be rejected.
"""

from __future__ import annotations

import math

import numpy as np

from qnpapers.emergent.fringes import fringe_wavenumber, hbar_of_fringes
from qnpapers.emergent.grid import Box, Grid
from qnpapers.emergent.madelung import madelung
from qnpapers.emergent.polar import wave_of_fluid
from qnpapers.emergent.schrodinger import schrodinger
from qnpapers.emergent.vortices import vortices
from qnpapers.evidence import Evidence, Report

SEPARATION, WIDTH = 5.0, 0.5
"""Distance and standard deviation of the two packets of the double slit."""

RING = 2 * math.pi


# S1: fringes


def fringes_measure_hbar(*, rng: np.random.Generator, profile: str) -> Report:
    """S1: two packets interfere, and their fringes give hbar = mu / 2 pi."""
    return Report(_measured(profile, 2 * math.pi))


def fringes_of_another_hbar(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of S1: hbar = mu / 6."""
    return Report(_measured(profile, 6.0))


def double_slit(hbar: float, time: float, *, points: int = 1024) -> tuple[Grid, np.ndarray]:
    """Densities at a time of two packets of mass 1 that start at rest: both, left, right."""
    grid = Box.line(-40.0, 40.0).grid(points)
    (q,) = grid.points
    shape = (2 * math.pi * WIDTH**2) ** -0.25
    left, right = (
        shape * np.exp(-((q - side * SEPARATION / 2) ** 2) / (4 * WIDTH**2)) for side in (-1, 1)
    )
    beams = (left + right, left, right)
    runs = [schrodinger(psi, None, grid.box, hbar, 1.0, [0.0, time]) for psi in beams]
    return grid, np.array([run.density[-1] for run in runs])


def _measured(profile: str, divisor: float) -> Evidence:
    cases = []
    for mu in (4.0, 6.5) if profile == "smoke" else (2.0, 4.0, 6.5, 9.0, 12.0):
        time = 1.2 * 2 * math.pi / mu  # the same spread for every mu
        grid, densities = double_slit(mu / (2 * math.pi), time)
        both, left, right = densities
        wavenumber = fringe_wavenumber(both, left, right, grid.spacings[0])
        hbar = hbar_of_fringes(wavenumber, time, mass=1.0, separation=SEPARATION, width=WIDTH)
        cases.append((hbar * divisor / mu, f"mu = {mu}"))
    worst, where = max(cases, key=lambda case: abs(case[0] - 1))
    return Evidence(
        "hbar from fringes over the one claimed", worst, 1.0, len(cases), where, tolerance=1e-6
    )


# S2: vortices out of nothing


def superpositions_have_vortices(*, rng: np.random.Generator, profile: str) -> Report:
    """S2: three packets, each with a single-valued phase, have vortices when added."""
    return Report(_without_vortices(rng, profile, moving=True))


def superpositions_of_packets_at_rest(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of S2: real positive packets, whose sum has no node."""
    return Report(_without_vortices(rng, profile, moving=False))


def three_packets(grid: Grid, momentum: float, phases: np.ndarray) -> list[np.ndarray]:
    """Gaussians around a triangle that move to its middle, with these phases; hbar = 1."""
    x, y = grid.points
    packets = []
    for corner, phase in enumerate(phases):
        angle = 2 * math.pi * corner / 3
        c, s = math.cos(angle), math.sin(angle)
        envelope = np.exp(-((x - 1.5 * c) ** 2 + (y - 1.5 * s) ** 2) / 4)
        packets.append(envelope * np.exp(-1j * momentum * (c * x + s * y) + 1j * phase))
    return packets


def _without_vortices(rng: np.random.Generator, profile: str, *, moving: bool) -> Evidence:
    """Draws in which a packet alone has a vortex, or the sum has none, or not one of each sign."""
    grid = Box.square(-8.0, 8.0).grid(128, 128)
    draws = 6 if profile == "smoke" else 40
    different, first = 0, ""
    for draw in range(draws):
        momentum = rng.uniform(2.0, 5.0) if moving else 0.0
        phases = rng.uniform(0, 2 * math.pi, size=3) if moving else np.zeros(3)
        packets = three_packets(grid, momentum, phases)
        alone = sum(len(vortices(packet, grid).charges) for packet in packets)
        charges = vortices(np.sum(packets, axis=0), grid).charges
        if alone or not {1, -1} <= set(charges.tolist()):
            different += 1
            first = first or f"draw {draw}: {alone} alone, {len(charges)} together"
    quantity = "draws without vortices of both signs in the sum, or with some in its parts"
    return Evidence(quantity, different, 0, draws, first or "momenta from 2 to 5")


# S3: circulations in multiples of k


def multiples_are_not_closed(*, rng: np.random.Generator, profile: str) -> Report:
    """S3: windings 0 and k > 1 add up to windings that are no multiples of k."""
    return Report(_multiples(rng, profile, orders=(2, 3, 4)))


def multiples_of_one_are_closed(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of S3: k = 1, where every winding is a multiple."""
    return Report(_multiples(rng, profile, orders=(1,)))


def _multiples(rng: np.random.Generator, profile: str, orders: tuple[int, ...]) -> Evidence:
    """Nodes of c + (q1 + i q2)^k whose winding is a multiple of k."""
    grid = Box.square(-3.0, 3.0, "hard").grid(121, 121)
    x, y = grid.points
    nodes, multiples, first = 0, 0, ""
    for k in orders:
        for _ in range(4 if profile == "smoke" else 20):
            constant = rng.uniform(0.3, 2.0) * np.exp(2j * math.pi * rng.random())
            charges = vortices(constant + (x + 1j * y) ** k, grid).charges
            nodes += len(charges)
            found = int(np.sum(charges % k == 0))
            if found:
                multiples += found
                first = first or f"k = {k}: windings {charges.tolist()}"
    quantity = "nodes whose winding is a multiple of k"
    return Evidence(quantity, multiples, 0, nodes, first or "all windings are 1")


# S4: branches of the free energy


def branches_are_invisible(*, rng: np.random.Generator, profile: str) -> Report:
    """S4: F_1 -> F_1 + mu n leaves the density as it is if and only if mu / 2 pi hbar is whole."""
    return Report(_branches(rng, profile, 1.0))


def half_branches_are_invisible(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of S4: the same for shifts by mu n / 2."""
    return Report(_branches(rng, profile, 0.5))


def branch_change(quanta: float, turns: int, rng: np.random.Generator) -> float:
    """Largest relative change of a superposition when one branch is shifted by turns x mu.

    Args:
        quanta: mu in units of 2 pi hbar.
        turns: n.
        rng: draws densities and phases of the two waves at 2,000 points.
    """
    roots, phases = rng.uniform(0.1, 1.0, (2, 2000)), rng.uniform(0, 2 * math.pi, (2, 2000))
    one, two = roots * np.exp(1j * phases)
    before = np.abs(one + two) ** 2
    after = np.abs(one * np.exp(2j * math.pi * quanta * turns) + two) ** 2
    return float(np.abs(after - before).max() / before.max())


def _branches(rng: np.random.Generator, profile: str, share: float) -> Evidence:
    """Values of mu for which it is not so that shifts are invisible if and only if it is whole."""
    values = (0.37, 0.5, 1.0, 2.0, 2.5) if profile == "smoke" else np.arange(1, 41) / 8
    different, first = 0, ""
    for quanta in values:
        change = max(branch_change(share * float(quanta), n, rng) for n in (1, 2, 3))
        if (change < 1e-12) != float(quanta).is_integer():
            different += 1
            first = first or f"mu = {quanta} x 2 pi hbar: density changes by {change:.1e}"
    quantity = "values of mu at which shifts are visible though it is whole, or the reverse"
    return Evidence(quantity, different, 0, len(values), first or "2.0 x 2 pi hbar")


# C1, C2: the classical limit


def small_hbar_is_classical(*, rng: np.random.Generator, profile: str) -> Report:
    """C1: the wave tends to Hamilton-Jacobi like hbar^2. Outside: after a caustic."""
    return Report(_slope(profile, share=0.6), _slope(profile, share=1.6))


def small_hbar_after_a_caustic(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of C1: after the caustic, where the classical flow has three branches."""
    return Report(_slope(profile, share=1.6))


CAUSTIC = 1.0
"""Time at which the flow u = -sin q focuses: 1 / max(-u')."""


def classical_density(q: np.ndarray, time: float) -> np.ndarray:
    """Density at a time of classical particles of mass 1 that start evenly, with u = -sin q.

    The ray that starts at a is at a - t sin a. From t = 1 on the rays fold, and the density is the
    sum over all starts whose ray is at q, of 1 / (2 pi |dq/da|) each.
    """
    fold = math.acos(min(1.0, 1 / time))
    density = np.zeros_like(q)
    for low, high in ((fold, RING - fold), (-fold, fold))[: 2 if fold else 1]:
        starts = np.linspace(low, high, 100_001)
        ends = starts - time * np.sin(starts)
        if ends[0] > ends[-1]:
            starts, ends = starts[::-1], ends[::-1]
        for place in (q - RING, q, q + RING):
            hit = (place >= ends[0]) & (place < ends[-1])
            found = np.interp(place[hit], ends, starts)
            density[hit] += 1 / (RING * np.abs(1 - time * np.cos(found)).clip(min=1e-9))
    return density


def focusing_wave(hbar: float, times: list[float], *, points: int = 512) -> tuple[Grid, np.ndarray]:
    """Grid and densities of the wave that starts as sqrt(1 / 2 pi) e^{i cos q / hbar}, mass 1."""
    grid = Box.ring(RING).grid(points)
    psi0 = np.exp(1j * np.cos(grid.points[0]) / hbar) / math.sqrt(RING)
    run = schrodinger(psi0, None, grid.box, hbar, 1.0, times)
    return grid, run.density


def classical_distance(hbar: float, time: float) -> float:
    """L1 distance of wave and classical density in the focusing flow."""
    grid, densities = focusing_wave(hbar, [0.0, time])
    return float(grid.integrate(np.abs(densities[-1] - classical_density(grid.points[0], time))))


def _slope(profile: str, share: float) -> Evidence:
    hbars = (0.1, 0.05, 0.025) if profile == "smoke" else (0.1, 0.05, 0.025, 0.0125)
    distances = [classical_distance(hbar, share * CAUSTIC) for hbar in hbars]
    slope = float(np.polyfit(np.log(hbars), np.log(distances), 1)[0])
    where = f"t = {share} of the time of the caustic, hbar from {hbars[0]} to {hbars[-1]}"
    quantity = "slope of log L1(wave, classical) against log hbar"
    return Evidence(quantity, slope, 2.0, len(hbars), where, tolerance=0.1)


def caustic_ends_the_classical_flow(*, rng: np.random.Generator, profile: str) -> Report:
    """C2: the Hamilton-Jacobi fluid ends at the caustic, the wave goes on."""
    return Report(_end_of_the_flow(profile, 0.0))


def caustic_with_quantum_potential(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of C2: the fluid with its quantum potential, which the caustic does not stop."""
    return Report(_end_of_the_flow(profile, 1.5))


def _end_of_the_flow(profile: str, hbar_of_fluid: float) -> Evidence:
    cases = []
    for speed in (0.5, 1.0) if profile == "smoke" else (0.3, 0.5, 1.0, 2.0):
        caustic = CAUSTIC / speed
        box, times = Box.ring(RING), [0.0, 1.3 * caustic]
        fine, coarse = _focusing_flow(speed, 512), _focusing_flow(speed, 64)
        flow = coarse if hbar_of_fluid else fine  # the quantum potential keeps it smooth
        fluid = madelung(*flow, None, box, hbar_of_fluid, 1.0, times)
        psi0, _ = wave_of_fluid(*fine, box, 0.1, 1.0)
        wave = schrodinger(psi0, None, box, 0.1, 1.0, times)
        arrived = wave.status == "completed" and abs(wave.norm[-1] - 1) < 1e-9
        cases.append((fluid.stopped / caustic if arrived else math.nan, f"speed {speed}"))
    worst, where = max(cases, key=lambda case: abs(case[0] - 1))
    quantity = "end of the classical fluid over the time of the caustic, where the wave goes on"
    return Evidence(quantity, worst, 1.0, len(cases), where, tolerance=0.1)


def _focusing_flow(speed: float, points: int) -> tuple[np.ndarray, np.ndarray]:
    """Uniform density and u = -speed sin q."""
    (q,) = Box.ring(RING).grid(points).points
    return np.full_like(q, 1 / RING), -speed * np.sin(q)
