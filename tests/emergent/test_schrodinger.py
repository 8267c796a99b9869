"""`schrodinger`: laws, exact waves, dense matrices, QuTiP, and what it refuses."""

from __future__ import annotations

import importlib
import math
from contextlib import contextmanager
from functools import partial

import numpy as np
import pytest
import qutip
import scipy.sparse as sp

from laws import waves
from oracles.waves import between_walls, coherent_state, free_packet, on_a_ring
from qnpapers.emergent import Box, schrodinger
from qnpapers.emergent.schrodinger import MAX_OUTER
from qnpapers.emergent.splitting import splitting
from qnpapers.errors import (
    NormalisationError,
    ParameterError,
    ResolutionError,
    ShapeError,
    SizeError,
)

RING = Box.ring(2 * np.pi)
BOXES = {
    "ring": RING,
    "twisted ring": Box.ring(2 * np.pi, twist=1.1),
    "walls": Box.line(0.0, 2 * np.pi, "hard"),
    "torus": Box(((0.0, 2 * np.pi), (0.0, 3.0)), twists=(0.4, -0.7)),
    "square with walls": Box.square(0.0, 2 * np.pi, "hard"),
}


def propagate(psi, potential, box, hbar, mass, times, order=4):
    return schrodinger(psi, potential, box, hbar, mass, times, order=order, step=0.02).psi


def smooth_state(box: Box, shift: float) -> tuple[np.ndarray, np.ndarray]:
    """A wave and a potential that fit the box; 32 points resolve them."""
    grid = box.grid(*(32,) * len(box.sides))
    psi, potential = np.ones(grid.shape, dtype=complex), np.zeros(grid.shape)
    sides = zip(grid.points, box.sides, box.lengths, box.twists, strict=True)
    for q, (low, _), length, twist in sides:
        angle = (np.pi if grid.hard else 2 * np.pi) * (q - low) / length
        if grid.hard:
            psi = psi * (np.sin(angle) + shift * np.sin(2 * angle) * 1j)
            potential = potential + 0.6 * np.cos(2 * angle)
        else:
            psi = psi * np.exp(0.4 * np.cos(angle + shift) + 1j * (twist * (q - low) / length))
            potential = potential + 0.6 * np.cos(angle)
    return psi, potential


every_box = pytest.mark.parametrize("box", BOXES.values(), ids=BOXES)
every_order = pytest.mark.parametrize("order", [2, 4, 6])


@every_box
@every_order
def test_laws_of_a_propagator(box, order):
    psi, potential = smooth_state(box, 0.3)
    chi, _ = smooth_state(box, 1.2)
    run = partial(propagate, order=order)
    waves.norm_stays(run, psi, potential, box)
    waves.sums_stay_sums(run, psi, chi, potential, box)
    waves.conjugation_runs_backwards(run, psi, potential, box)
    waves.a_constant_potential_turns_the_phase(run, psi, potential, box)
    waves.times_do_not_matter(run, psi, potential, box)
    waves.units_do_not_matter(run, psi, potential, box)


@every_box
def test_the_energy_is_conserved_to_the_order_of_the_step(box):
    psi, potential = smooth_state(box, 0.3)
    run = schrodinger(psi, potential, box, 1.0, 1.0, np.linspace(0, 3, 7), order=6)
    assert np.ptp(run.energy) < 1e-7
    assert np.ptp(run.norm) < 1e-12 * run.norm[0]
    assert run.outer.max() < 1e-10


def error(order: int, steps: int) -> float:
    box = Box.line(-12.0, 12.0)
    (q,) = box.grid(256).points
    psi0, T = coherent_state(q, 0.0, 1.5, 0.8, 1.2, 1.1), 2.0
    well = 0.5 * 1.2 * (1.1 * q) ** 2
    run = schrodinger(psi0, well, box, 0.8, 1.2, [0.0, T], order=order, step=T / steps)
    return float(np.abs(run.psi[-1] - coherent_state(q, T, 1.5, 0.8, 1.2, 1.1)).max())


@pytest.mark.parametrize(("order", "steps"), [(2, 40), (4, 16), (6, 8)])
def test_orders_of_the_splittings(order, steps):
    """Coherent state in a harmonic well; the spacing contributes nothing."""
    slope = math.log2(error(order, steps) / error(order, 2 * steps))
    assert slope == pytest.approx(order, abs=0.15)


@pytest.mark.parametrize("order", [2, 4, 6])
def test_coefficients_sum_to_one_and_are_palindromes(order):
    found = splitting(order)
    assert sum(found.kicks) == pytest.approx(1, abs=1e-15)
    assert sum(found.drifts) == pytest.approx(1, abs=1e-15)
    assert found.kicks == pytest.approx(found.kicks[::-1], abs=1e-15)
    assert found.drifts == pytest.approx(found.drifts[::-1], abs=1e-15)
    assert (found.order, len(found.drifts)) == (order, {2: 1, 4: 6, 6: 11}[order])


@pytest.mark.parametrize("hbar", [0.5, 1.7])
@pytest.mark.parametrize("speed", [0.0, -1.5])
def test_a_free_packet_is_exact_in_one_step(hbar, speed):
    box = Box.line(-30.0, 30.0)
    (q,) = box.grid(256).points
    start = free_packet(q, 0.0, 1.1, speed, hbar, 1.4)
    run = schrodinger(start, None, box, hbar, 1.4, [0.0, 2.0], step=2.0 if not speed else 0.3)
    np.testing.assert_allclose(run.psi[-1], free_packet(q, 2.0, 1.1, speed, hbar, 1.4), atol=1e-12)


@pytest.mark.parametrize("twist", [0.0, 1.3, np.pi])
def test_a_ring_against_a_dense_matrix(twist):
    box = Box.ring(5.0, twist)
    (q,) = box.grid(32).points
    angle = 2 * np.pi * q / 5
    psi0 = np.exp(0.4 * np.cos(angle) + 1j * twist * q / 5)
    potential = 0.7 * np.cos(angle) - 0.2 * np.sin(2 * angle)
    run = schrodinger(psi0, potential, box, 0.6, 1.1, [0.0, 1.5], order=6, step=0.02)
    expected = on_a_ring(psi0, potential, 0.6, 1.1, 5.0, 1.5, twist)
    np.testing.assert_allclose(run.psi[-1], expected, atol=1e-10)


def test_hard_walls_against_a_dense_matrix():
    box = Box.line(1.0, 4.0, "hard")
    (q,) = box.grid(31).points
    psi0 = np.sin(np.pi * (q - 1) / 3) + 0.3j * np.sin(2 * np.pi * (q - 1) / 3)
    run = schrodinger(psi0, 2 * np.cos(q), box, 0.6, 1.1, [0.0, 1.0], order=6, step=0.02)
    expected = between_walls(psi0, 2 * np.cos(q), 0.6, 1.1, 3.0, 1.0)
    np.testing.assert_allclose(run.psi[-1], expected, atol=1e-9)


def test_two_dimensions_are_a_product_where_the_potential_is_a_sum():
    box = Box(((0.0, 2 * np.pi), (0.0, 3.0)), twists=(0.4, 0.0))
    x, y = box.grid(32, 24).points
    one, other = np.exp(0.4 * np.cos(x) + 0.4j * x / (2 * np.pi)), np.exp(np.cos(2 * np.pi * y / 3))
    run = schrodinger(
        one * other,
        lambda x, y: 0.3 * np.cos(x) + 0.5 * np.cos(2 * np.pi * y / 3),
        box,
        0.6,
        (1.1, 2.5),
        [0.0, 1.0],
        order=6,
        step=0.02,
    )
    first = on_a_ring(one[:, 0], 0.3 * np.cos(x[:, 0]), 0.6, 1.1, 2 * np.pi, 1.0, 0.4)
    cosine = 0.5 * np.cos(2 * np.pi * y[0] / 3)
    second = on_a_ring(other[0].astype(complex), cosine, 0.6, 2.5, 3.0, 1.0)
    np.testing.assert_allclose(run.psi[-1], np.outer(first, second), atol=1e-9)


def test_against_qutip_with_differences_of_fourth_order():
    box = Box.line(-8.0, 8.0)
    grid = box.grid(192)
    (q,) = grid.points
    h = grid.spacings[0]
    well = 0.1 * q**4 / 4
    psi0 = free_packet(q, 0.0, 0.9, 0.5)
    bands = sp.diags([-1 / 12, 4 / 3, -5 / 2, 4 / 3, -1 / 12], [-2, -1, 0, 1, 2], (192, 192))
    hamiltonian = qutip.Qobj((-0.5 * bands / h**2 + sp.diags(well)).tocsr())
    options = {"rtol": 1e-9, "atol": 1e-11, "nsteps": 10**6, "progress_bar": False}
    peer = qutip.sesolve(hamiltonian, qutip.Qobj(psi0), [0, 1.0], options=options)
    run = schrodinger(psi0, well, box, 1.0, 1.0, [0.0, 1.0])
    # Fourth order: the fourth power of k h = 3 x 0.08, over 30.
    assert np.abs(run.psi[-1] - peer.states[-1].full()[:, 0]).max() < 3e-4


def test_levels_between_hard_walls_are_those_of_the_textbook():
    """E_n = (pi hbar n / L)^2 / 2m: a standing wave only turns its phase."""
    box = Box.line(0.0, 2.0, "hard")
    (q,) = box.grid(40).points
    for n in (1, 2, 5):
        psi0 = np.sin(n * np.pi * q / 2)
        run = schrodinger(psi0, None, box, 0.7, 1.3, [0.0, 1.0])
        level = (np.pi * 0.7 * n / 2) ** 2 / 2.6
        assert run.energy == pytest.approx([level, level], rel=1e-12)
        np.testing.assert_allclose(run.psi[1], psi0 * np.exp(-1j * level / 0.7), atol=1e-11)


def test_a_free_wave_on_a_ring_revives():
    """At t = m L^2 / pi hbar every wave is back, at half of it half way round [berry1996]."""
    box = Box.ring(3.0)
    (q,) = box.grid(64).points
    psi0 = np.exp(np.cos(2 * np.pi * (q - 0.7) / 3) + 1j * np.sin(2 * np.pi * q / 3))
    period = 1.3 * 3.0**2 / (np.pi * 0.6)
    run = schrodinger(psi0, None, box, 0.6, 1.3, [0.0, period / 2, period])
    np.testing.assert_allclose(run.psi[2], psi0, atol=1e-10)
    np.testing.assert_allclose(run.psi[1], np.roll(psi0, 32), atol=1e-10)


def test_the_default_step_gives_a_small_error():
    box = Box.line(-12.0, 12.0)
    (q,) = box.grid(256).points
    for x0 in (0.5, 2.0, 4.0):
        run = schrodinger(coherent_state(q, 0.0, x0), lambda q: q * q / 2, box, 1.0, 1.0, [0, 6.0])
        assert np.abs(run.psi[-1] - coherent_state(q, 6.0, x0)).max() < 1e-6


def test_the_step_taken_divides_every_gap_and_never_exceeds_the_one_allowed():
    psi, potential = smooth_state(RING, 0.3)
    run = schrodinger(psi, potential, RING, 1.0, 1.0, [1.0, 1.1, 2.0], step=0.4)
    assert run.step == pytest.approx(0.3)
    assert run.times.tolist() == [1.0, 1.1, 2.0]
    single = schrodinger(psi, potential, RING, 1.0, 1.0, [4.0])
    np.testing.assert_array_equal(single.psi[0], psi)


def test_the_input_is_not_changed():
    psi, potential = smooth_state(RING, 0.3)
    before = psi.copy()
    schrodinger(psi, potential, RING, 1.0, 1.0, [0.0, 1.0])
    np.testing.assert_array_equal(psi, before)


def test_a_wave_that_outgrows_its_grid_is_not_returned():
    """In a well this narrow a wide packet is squeezed until 64 points do not resolve it."""
    box = Box.line(-4.0, 4.0)
    (q,) = box.grid(64).points
    psi0 = np.exp(-(q**2) / 2)
    well = 190.0 * q**2
    run = schrodinger(psi0, well, box, 1.0, 1.0, np.linspace(0, 0.5, 51))
    assert run.status == "unresolved"
    assert 1 < len(run.times) == len(run.psi) == len(run.energy) < 51
    assert run.outer.max() <= MAX_OUTER


@contextmanager
def interrupted_after(calls: int):
    left = iter(range(calls))

    def advance(_: int) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    yield advance


def test_an_interruption_keeps_what_was_computed(monkeypatch):
    module = importlib.import_module("qnpapers.emergent.schrodinger")
    psi, potential = smooth_state(RING, 0.3)
    times = np.linspace(0, 2, 21)
    whole = schrodinger(psi, potential, RING, 1.0, 1.0, times)
    monkeypatch.setattr(module, "progress", lambda *_: interrupted_after(4))
    part = schrodinger(psi, potential, RING, 1.0, 1.0, times)
    assert part.status == "interrupted"
    assert part.times.tolist() == times[:5].tolist()
    np.testing.assert_array_equal(part.psi, whole.psi[:5])


def test_an_interruption_before_the_first_step_leaves_the_start(monkeypatch):
    psi, potential = smooth_state(RING, 0.3)
    module = importlib.import_module("qnpapers.emergent.schrodinger")
    monkeypatch.setattr(module, "progress", lambda *_: interrupted_after(0))
    run = schrodinger(psi, potential, RING, 1.0, 1.0, [0.0, 1.0])
    assert (run.status, run.times.tolist()) == ("interrupted", [0.0])
    np.testing.assert_array_equal(run.psi[0], psi)


# Refused


def ring_wave(points: int = 32, k: int = 1) -> np.ndarray:
    return np.exp(1j * k * RING.grid(points).points[0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hbar": 0.0}, "hbar = 0.0: must be a finite number larger than 0"),
        ({"mass": -1.0}, "mass = -1.0: must be"),
        ({"mass": [1.0, math.nan]}, "one for each of 1 sides"),
        ({"mass": (1.0, 2.0)}, r"mass = \(1.0, 2.0\): one for each of 1 sides"),
        ({"order": 3}, "order = 3: must be 2, 4 or 6"),
        ({"step": 0.0}, "step = 0.0: must be"),
        ({"times": []}, "times = .*: must be a list of at least one"),
        ({"times": [0.0, 1.0, 1.0]}, "times = .*: must increase"),
    ],
)
def test_numbers_out_of_range(change, message):
    arguments = {"hbar": 1.0, "mass": 1.0, "times": [0.0, 1.0], **change}
    with pytest.raises(ParameterError, match=message):
        schrodinger(ring_wave(), None, RING, **arguments)


def test_waves_that_are_none():
    with pytest.raises(NormalisationError, match="psi0: is zero everywhere"):
        schrodinger(np.zeros(16), None, RING, 1.0, 1.0, [0.0])
    with pytest.raises(ShapeError, match="psi0: must be finite at every point"):
        schrodinger(np.full(16, np.nan), None, RING, 1.0, 1.0, [0.0])
    with pytest.raises(ShapeError, match="one number of points, at least 4"):
        schrodinger(np.ones((16, 16)), None, RING, 1.0, 1.0, [0.0])


@pytest.mark.parametrize(
    ("potential", "message"),
    [
        (np.ones(7), r"of shape \(7,\), must be one finite number for each point of \(32,\)"),
        (np.full(32, np.inf), "must be one finite number"),
        (1j * np.ones(32), "of type complex128, must be real numbers"),
        (lambda q: q > 3, "of type bool, must be real numbers"),
    ],
)
def test_potentials_that_do_not_fit(potential, message):
    with pytest.raises(ShapeError, match=message):
        schrodinger(ring_wave(), potential, RING, 1.0, 1.0, [0.0])


def test_a_grid_too_coarse_for_the_wave():
    with pytest.raises(ResolutionError, match=r"psi0: 100\.0% of it has wavenumbers in the outer"):
        schrodinger(ring_wave(k=13), None, RING, 1.0, 1.0, [0.0, 1.0])


def test_a_grid_too_coarse_for_hbar():
    """The well accelerates to a momentum of 2; with hbar = 0.1 that is a wavenumber of 20."""
    well = 2 * np.cos(RING.grid(32).points[0])
    schrodinger(ring_wave(), well, RING, 1.0, 1.0, [0.0, 0.1])
    with pytest.raises(
        ResolutionError,
        match=r"hbar = 0.1: the momentum can reach .* holds pi hbar / spacing = 1.6: the spacing "
        "must be at most",
    ):
        schrodinger(ring_wave(), well, RING, 0.1, 1.0, [0.0, 0.1])


def test_a_step_too_long_for_the_energy():
    well = 2 * np.cos(RING.grid(32).points[0])
    limit = np.pi / (0.5 + 2)  # E = <T> + <V> = 1/2 + 0, min V = -2
    schrodinger(ring_wave(), well, RING, 1.0, 1.0, [0.0, 1.0], step=0.999 * limit)
    with pytest.raises(ResolutionError, match=r"must be at most pi hbar / \(E - min V\) = 1.257"):
        schrodinger(ring_wave(), well, RING, 1.0, 1.0, [0.0, 1.0], step=1.001 * limit)


def test_too_many_values():
    with pytest.raises(SizeError, match="at most 134217728 values are kept"):
        schrodinger(np.ones((512, 512)), None, Box.square(0, 1), 1.0, 1.0, np.arange(600))
