"""Checks and controls of claims M4, M5 and Q3 to Q7: a wave and its fluid, and where they part.

Every function takes `rng` and `profile` ("smoke" or "full") and returns a `Report`. A control is
the same comparison on input for which the claim must be rejected.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy.special import i0e

from qnpapers.emergent.grid import Box
from qnpapers.emergent.hodge import SingleValuedPart, single_valued_part
from qnpapers.emergent.madelung import madelung
from qnpapers.emergent.polar import fluid_of_wave, wave_of_fluid
from qnpapers.emergent.ring_fluid import FluidRun
from qnpapers.emergent.schrodinger import WaveRun, schrodinger
from qnpapers.emergent.vortices import vortices
from qnpapers.errors import NormalisationError, ResolutionError
from qnpapers.evidence import Evidence, Report

RING = 2 * math.pi
HBAR, MASS = 0.5, 1.0
BOX = Box.ring(RING)

Fields = tuple[str, np.ndarray, np.ndarray, np.ndarray]
"""What it is, density, velocity and potential on a ring."""


# M4: without nodes


def fluid_is_wave(*, rng: np.random.Generator, profile: str) -> Report:
    """M4: fluid and wave have the same density where it has no zeros."""
    return Report(_fluid_against_wave(profile, HBAR))


def fluid_without_quantum_potential(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of M4: the fluid without its quantum potential."""
    return Report(_fluid_against_wave(profile, 0.0))


def bessel_packet(q: np.ndarray, concentration: float, centre: float = math.pi) -> np.ndarray:
    """The normal density of the circle (von Mises), e^{c cos(q - centre)} / (2 pi I_0(c))."""
    return np.exp(concentration * (np.cos(q - centre) - 1)) / (RING * i0e(concentration))


def _states_without_nodes(profile: str) -> Iterator[Fields]:
    (q,) = BOX.grid(64).points
    density = (1 + 0.3 * np.cos(q)) / RING
    for turns in (0, 1) if profile == "smoke" else (0, 1, 2, -3):
        yield f"{turns} turns", density, np.full_like(q, turns * HBAR / MASS), 0.2 * np.cos(q)
    yield "a packet", bessel_packet(q, 1.5), 0.3 * np.sin(q), 0.5 * (1 - np.cos(q))


def _fluid_against_wave(profile: str, hbar_of_fluid: float) -> Evidence:
    cases = []
    for name, density, velocity, potential in _states_without_nodes(profile):
        fluid = madelung(density, velocity, potential, BOX, hbar_of_fluid, MASS, [0.0, 1.0])
        psi0, _ = wave_of_fluid(density, velocity, BOX, HBAR, MASS)
        wave = schrodinger(psi0, potential, BOX, HBAR, MASS, [0.0, 1.0], order=6)
        cases.append((_distance(fluid, wave), name))
    return _largest("L1 distance of fluid and wave", cases, 1e-6)


def _distance(fluid: FluidRun, wave: WaveRun) -> float:
    """L1 distance of the densities at the last time; infinite where the fluid did not arrive."""
    if fluid.status != "completed":
        return math.inf
    return float(wave.grid.integrate(np.abs(fluid.density[-1] - wave.density[-1])))


def _largest(quantity: str, cases: list[tuple[float, str]], limit: float) -> Evidence:
    worst, where = max(cases)
    return Evidence(quantity, worst, limit, len(cases), where, relation="<=")


# M5: near nodes


def fluid_fails_near_nodes(*, rng: np.random.Generator, profile: str) -> Report:
    """M5: near nodes the fluid stops or cannot start, and the wave is right."""
    return Report(_failures(profile, concentrations=(4.0, 6.0, 8.0), mixtures=(0.98, 1.0)))


def fluid_far_from_nodes(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of M5: states that stay away from nodes."""
    return Report(_failures(profile, concentrations=(0.5, 1.0), mixtures=(0.3, 0.5)))


def _failures(
    profile: str, *, concentrations: tuple[float, ...], mixtures: tuple[float, ...]
) -> Evidence:
    """States for which it is not so that the fluid fails and the wave is right."""
    points = 128 if profile == "smoke" else 256
    (q,) = BOX.grid(points).points
    states = [(f"packet {c:g}", np.sqrt(bessel_packet(q, c))) for c in concentrations]
    states += [
        (f"1 + {r:g} e^iq", (1 + r * np.exp(1j * q)) / math.sqrt(RING * (1 + r * r)))
        for r in mixtures
    ]
    different, first = 0, ""
    for name, psi0 in states:
        status = _fluid_status(psi0)
        right = _wave_error(psi0) < 1e-9
        if status == "completed" or not right:
            different += 1
            first = first or f"{name}: fluid {status}, wave {'right' if right else 'wrong'}"
    quantity = "states whose fluid arrives or whose wave is wrong"
    return Evidence(quantity, different, 0, len(states), first or states[0][0])


def _fluid_status(psi0: np.ndarray) -> str:
    grid = BOX.grid(len(psi0))
    try:
        density, velocity = fluid_of_wave(psi0, grid, 1.0, MASS)
        return madelung(density, velocity, None, BOX, 1.0, MASS, [0.0, 1.0]).status
    except (NormalisationError, ResolutionError):
        return "refused"


def _wave_error(psi0: np.ndarray) -> float:
    """Against the sum over plane waves, each of which only turns its phase."""
    run = schrodinger(psi0, None, BOX, 1.0, MASS, [0.0, 0.3, 1.0])
    waves = np.fft.fftfreq(len(psi0), 1 / len(psi0))
    exact = np.fft.ifft(np.fft.fft(psi0) * np.exp(-0.5j * waves**2 / MASS))
    return float(np.abs(run.psi[-1] - exact).max())


# Q3: circulation


def circulation_is_conserved(*, rng: np.random.Generator, profile: str) -> Report:
    """Q3: any circulation is conserved, seen on the wave with the twist that belongs to it."""
    return Report(_circulations(profile, twisted=True))


def circulation_of_a_periodic_wave(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of Q3: the wave made periodic, where the circulation slips to an integer."""
    return Report(_circulations(profile, twisted=False))


def _circulations(profile: str, *, twisted: bool) -> Evidence:
    cases = []
    for quanta in (0.0, 0.37, 1.0, 2.0) if profile == "smoke" else (0.0, 0.2, 0.37, 0.5, 1.0, 2.6):
        density, velocity, potential = ring_flow(quanta, 64)
        fluid = madelung(density, velocity, potential, BOX, HBAR, MASS, [0.0, 1.0])
        wave = _wave_on_ring(density, velocity, potential, twisted=twisted)
        _, flow = fluid_of_wave(wave.psi[-1], wave.grid, HBAR, MASS)
        action = MASS * float(wave.grid.integrate(flow))
        quantum = RING * HBAR
        change = max(
            abs(float(fluid.circulation[-1]) / quantum - quanta), abs(action / quantum - quanta)
        )
        cases.append((change, f"circulation {quanta} x 2 pi hbar"))
    return _largest("change of the circulation, in units of 2 pi hbar", cases, 1e-9)


def ring_flow(quanta: float, points: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Density, velocity and potential of a flow with a circulation of so many 2 pi hbar."""
    (q,) = BOX.grid(points).points
    return (1 + 0.3 * np.cos(q)) / RING, np.full_like(q, quanta * HBAR / MASS), 0.2 * np.cos(q)


def _wave_on_ring(
    density: np.ndarray,
    velocity: np.ndarray,
    potential: np.ndarray,
    *,
    twisted: bool = True,
    share: float = 1.0,
) -> WaveRun:
    """The wave of a fluid, with a share of its twist or none, until t = 1."""
    psi0, twist = wave_of_fluid(density, velocity, BOX, HBAR, MASS)
    box = replace(BOX, twists=(share * twist if twisted else 0.0,))
    return schrodinger(psi0, potential, box, HBAR, MASS, [0.0, 1.0], order=6)


# Q4, Q5: twisted and cut


def twisted_wave_is_the_fluid(*, rng: np.random.Generator, profile: str) -> Report:
    """Q4: with the boundary phase circulation / hbar the wave is the fluid."""
    return Report(_twisted(profile, 1.0))


def wave_with_half_the_twist(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of Q4: half of the boundary phase."""
    return Report(_twisted(profile, 0.5))


def _twisted(profile: str, share: float) -> Evidence:
    cases = []
    for quanta in (0.25, 0.37) if profile == "smoke" else (0.1, 0.25, 0.37, 0.5, 0.8, 1.3):
        wave = _wave_on_ring(*ring_flow(quanta, 512), share=share)
        cases.append((_defect(quanta, wave), f"circulation {quanta} x 2 pi hbar"))
    return _largest("L1 distance of fluid and twisted wave", cases, 1e-6)


def cut_wave_is_wrong_unless_quantised(*, rng: np.random.Generator, profile: str) -> Report:
    """Q5: without the twist the wave is not the fluid, except at whole quanta."""
    return Report(_defects(profile, twisted=False))


def defect_of_the_twisted_wave(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of Q5: with the twist, where there is no defect at all."""
    return Report(_defects(profile, twisted=True))


def wallstrom_defect(quanta: float, *, twisted: bool = False, points: int = 1024) -> float:
    """L1 distance at t = 1 between a fluid on a ring and the wave that is made from it.

    Args:
        quanta: circulation in units of 2 pi hbar.
        twisted: give the wave the boundary phase that belongs to the circulation.
        points: of the wave; a jump is resolved slowly.
    """
    return _defect(quanta, _wave_on_ring(*ring_flow(quanta, points), twisted=twisted))


def _defect(quanta: float, wave: WaveRun) -> float:
    """L1 distance at t = 1 of the fluid, which 64 points resolve, and a wave on more points."""
    fluid = madelung(*ring_flow(quanta, 64), BOX, HBAR, MASS, [0.0, 1.0])
    points = wave.grid.shape[0]
    refined = np.fft.irfft(np.fft.rfft(fluid.density[-1], norm="forward"), points, norm="forward")
    return float(wave.grid.integrate(np.abs(refined - wave.density[-1])))


def _defects(profile: str, *, twisted: bool) -> Evidence:
    """Circulations for which it is not so that the defect is large if and only if it is cut."""
    sixths = (0, 1, 3, 4, 6) if profile == "smoke" else range(13)
    different, first = 0, ""
    for sixth in sixths:
        defect = wallstrom_defect(sixth / 6, twisted=twisted)
        if (defect > 0.1) != (sixth % 6 != 0):
            different += 1
            first = first or f"circulation {sixth}/6 x 2 pi hbar: defect {defect:.1e}"
    quantity = "circulations with a defect at whole quanta, or none between them"
    return Evidence(quantity, different, 0, len(sixths), first or "6/6 of 2 pi hbar")


# Q6, Q7: vortices


def gradients_explain_no_vortex(*, rng: np.random.Generator, profile: str) -> Report:
    """Q6: no single-valued function explains any part of the flow of a vortex."""
    return Report(_unexplained(profile, winding=1))


def gradients_explain_a_potential_flow(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of Q6: a flow without winding, which a single-valued function explains."""
    return Report(_unexplained(profile, winding=0))


def vortex_on_annulus(
    winding: int, *, rings: int = 40, spokes: int = 64, decay: float = 1.0
) -> SingleValuedPart:
    """Project the flow d(winding phi), or d(r cos phi) for 0, on gradients, on 0.5 < r < 3.

    The density is p = r^2 e^{-decay r^2}, that of a node of order one at r = 0.
    """
    radii = 0.5 + 2.5 * (np.arange(rings) + 0.5) / rings
    step, angle = 2.5 / rings, 2 * math.pi / spokes
    ring, spoke = np.meshgrid(np.arange(rings), np.arange(spokes), indexing="ij")
    vertex = ring * spokes + spoke
    around = np.stack([vertex.ravel(), (ring * spokes + (spoke + 1) % spokes).ravel()], axis=1)
    outward = np.stack([vertex[:-1].ravel(), vertex[1:].ravel()], axis=1)
    middle = (radii[:-1] + radii[1:]) / 2

    def weights(r: np.ndarray) -> np.ndarray:
        return r**2 * np.exp(-decay * r**2)

    along = np.repeat(weights(radii) * step / (radii * angle), spokes)
    across = np.repeat(weights(middle) * middle * angle / step, spokes)
    if winding:
        flow = np.concatenate([np.full(len(around), winding * angle), np.zeros(len(outward))])
    else:
        function = (radii[ring] * np.cos(angle * spoke)).ravel()
        edges = np.concatenate([around, outward])
        flow = function[edges[:, 1]] - function[edges[:, 0]]
    return single_valued_part(
        np.concatenate([around, outward]), flow, np.concatenate([along, across])
    )


def _unexplained(profile: str, *, winding: int) -> Evidence:
    cases = []
    for decay in (0.5, 1.0) if profile == "smoke" else (0.3, 0.5, 1.0, 2.0):
        part = vortex_on_annulus(winding, decay=decay)
        cases.append((part.unexplained, f"p = r^2 exp(-{decay} r^2)"))
    worst, where = min(cases)
    quantity = "share of the energy that no single-valued function explains"
    return Evidence(quantity, worst, 1.0, len(cases), where, tolerance=1e-10)


def circulation_around_nodes_is_quantised(*, rng: np.random.Generator, profile: str) -> Report:
    """Q7: with hbar = mu / 2 pi the circulation around nodes is n mu, also after a while."""
    return Report(_node_circulations(rng, profile, 2 * math.pi))


def circulation_with_another_hbar(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of Q7: hbar = mu / 5."""
    return Report(_node_circulations(rng, profile, 5.0))


def _node_circulations(rng: np.random.Generator, profile: str, divisor: float) -> Evidence:
    """A node of order n off the centre of a harmonic well, which moves and may fall apart."""
    cases, mu = [], 2.0
    points = 96 if profile == "smoke" else 192
    grid = Box.square(-7.0, 7.0).grid(points, points)
    x, y = grid.points
    hbar = mu / divisor
    for order in (1, 2) if profile == "smoke" else (1, 2, 3, -1, -2):
        shift = rng.uniform(-0.3, 0.3, size=2)
        z = x - shift[0] + 1j * np.sign(order) * (y - shift[1])
        psi0 = z ** abs(order) * np.exp(-(x * x + y * y) / (2 * hbar))
        times = [0.0, 0.4, 1.1]
        run = schrodinger(psi0, (x * x + y * y) / 2, grid.box, hbar, MASS, times)
        for t, psi in zip(times, run.psi, strict=True):
            circulation = 2 * math.pi * hbar * vortices(psi, grid).total
            cases.append((abs(circulation / mu - order), f"order {order}, t = {t}"))
    return _largest("|circulation / mu - n|", cases, 1e-12)
