from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qnpapers.errors import ColourError, GeometryError, ShapeError
from qnpapers.spinnet import (
    coherent,
    coherent_intertwiner_norm,
    coherent_norm_asymptotic,
    heat_kernel_time,
    link_spin_distribution,
)
from qnpapers.spinnet.checks_semiclassical import TETRAHEDRON

BOX = np.concatenate([np.eye(3), -np.eye(3)])
PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])


def unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("two_j", "exact"), [(0, Fraction(1)), (1, Fraction(2, 9)), (2, Fraction(8, 81))]
)
def test_regular_tetrahedron_exact_values(two_j, exact):
    norm = coherent_intertwiner_norm([two_j] * 4, TETRAHEDRON)
    assert norm == pytest.approx(float(exact), abs=1e-15)


@pytest.mark.parametrize("two_j", [7, 30, 80])
def test_regular_tetrahedron_in_fractions(two_j):
    """Wick's theorem with overlaps (1 - n . n') / 2 = 2/3, opposite pairs joined by equal lines."""
    fact = math.factorial
    total = sum(
        Fraction(1, (fact(p) * fact(q) * fact(two_j - p - q)) ** 2)
        for p in range(two_j + 1)
        for q in range(two_j + 1 - p)
    )
    exact = Fraction(fact(two_j) ** 4, fact(2 * two_j + 1)) * Fraction(2, 3) ** (2 * two_j) * total
    norm = Fraction(coherent_intertwiner_norm([two_j] * 4, TETRAHEDRON))
    assert abs(norm / exact - 1) < 4 * two_j * 4e-16


@given(st.lists(st.integers(0, 9), min_size=1, max_size=4), st.integers(0, 10**6))
def test_the_sum_is_the_integral(two_js, seed):
    normals = unit(np.random.default_rng(seed).normal(size=(len(two_js), 3)))
    norm = coherent_intertwiner_norm(two_js, normals)
    if sum(two_js) % 2 or 2 * max(two_js) > sum(two_js):
        assert norm == 0.0
    else:
        assert norm == pytest.approx(coherent._integral(np.array(two_js), normals), abs=1e-14)


def test_five_links_of_which_one_has_no_spin():
    rng = np.random.default_rng(8)
    normals = unit(rng.normal(size=(6, 3)))
    four = coherent_intertwiner_norm([3, 5, 4, 6], normals[1:5])
    padded = coherent_intertwiner_norm([0, 3, 5, 4, 6, 0], normals)
    assert padded == four > 0


def test_norms_far_below_round_off():
    """Open normals at j = 40: 2.5e-10 in section 4.7 of the notes; at j = 400 the same decay."""
    open_normals = unit(TETRAHEDRON + np.array([0, 0, 0.3]))
    logs = [math.log(coherent_intertwiner_norm([2 * j] * 4, open_normals)) for j in (100, 200, 400)]
    # exponential, times j^(-3/2)
    slopes = np.diff(logs + 1.5 * np.log([100, 200, 400])) / [100, 200]
    assert slopes[1] == pytest.approx(slopes[0], rel=1e-2)
    assert logs[-1] < -60


def test_the_next_term_of_the_limit():
    """1 - 5/(16 j) for the regular tetrahedron, from an extrapolation of three spins."""
    ratios = [
        coherent_intertwiner_norm([2 * j] * 4, TETRAHEDRON)
        / coherent_norm_asymptotic([2 * j] * 4, TETRAHEDRON)
        for j in (100, 200, 400)
    ]
    first = [(1 - ratio) * j for ratio, j in zip(ratios, (100, 200, 400), strict=True)]
    assert 2 * first[2] - first[1] == pytest.approx(5 / 16, abs=1e-5)


def test_spins_a_half_by_projection():
    """Oracle: the singlets of four spins 1/2, found by diagonalising the total spin."""
    rng = np.random.default_rng(3)
    normals = unit(rng.normal(size=(4, 3)))
    spin = [
        sum(
            np.kron(np.kron(np.eye(2**n), sigma / 2), np.eye(2 ** (3 - n))) for n in range(4)
        )
        for sigma in PAULI
    ]  # fmt: skip
    values, vectors = np.linalg.eigh(sum(s @ s for s in spin))
    singlets = vectors[:, np.abs(values) < 1e-9]
    state = np.ones(1)
    for normal in normals:
        _, eigenvectors = np.linalg.eigh(np.tensordot(normal, PAULI, axes=1))
        state = np.kron(state, eigenvectors[:, 1])
    assert singlets.shape[1] == 2
    projected = np.linalg.norm(singlets.conj().T @ state) ** 2
    assert coherent_intertwiner_norm([1] * 4, normals) == pytest.approx(projected, abs=1e-14)


@given(st.lists(st.integers(0, 5), min_size=2, max_size=4), st.integers(0, 10**6))
def test_rotations_change_nothing(two_js, seed):
    rng = np.random.default_rng(seed)
    normals = unit(rng.normal(size=(len(two_js), 3)))
    rotation, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    rotation *= np.sign(np.linalg.det(rotation))
    norm = coherent_intertwiner_norm(two_js, normals)
    assert coherent_intertwiner_norm(two_js, normals @ rotation.T) == pytest.approx(norm, abs=1e-13)
    assert -1e-14 <= norm <= 1 + 1e-14
    if sum(two_js) % 2:
        assert norm == 0.0


@pytest.mark.parametrize("two_j", [1, 2, 5])
def test_two_links_keep_one_dimension(two_j):
    """Opposite normals: |<singlet|j, n; j, -n>|^2 = 1 / (2j + 1)."""
    norm = coherent_intertwiner_norm([two_j] * 2, [[0, 0, 1], [0, 0, -1]])
    assert norm == pytest.approx(1 / (two_j + 1), abs=1e-14)


def test_the_limit_is_reached_as_one_over_j():
    """Section 4.7 of the notes on [marciano2020]: ratios of exact to asymptotic."""
    ratios = [
        coherent_intertwiner_norm([2 * j] * 4, TETRAHEDRON)
        / coherent_norm_asymptotic([2 * j] * 4, TETRAHEDRON)
        for j in (1, 2, 5, 10, 20)
    ]
    assert ratios == pytest.approx([0.762, 0.864, 0.9409, 0.9696, 0.9846], abs=5e-4)
    slope = np.polyfit(np.log([5, 10, 20]), np.log(1 - np.array(ratios[2:])), 1)[0]
    assert slope == pytest.approx(-1, abs=0.05)


def test_the_limit_of_other_closed_polyhedra():
    """Three links in a plane and a box with three different faces."""
    triangle = [[1, 0, 0], [-0.5, 3**0.5 / 2, 0], [-0.5, -(3**0.5) / 2, 0]]
    for two_js, normals in (([40] * 3, triangle), ([16, 20, 24] * 2, BOX)):
        ratio = coherent_intertwiner_norm(two_js, normals) / coherent_norm_asymptotic(
            two_js, normals
        )
        assert ratio == pytest.approx(1, abs=0.05)


def test_normals_that_do_not_close_are_suppressed():
    open_normals = unit(TETRAHEDRON + np.array([0, 0, 0.3]))
    norms = [coherent_intertwiner_norm([2 * j] * 4, open_normals) for j in (2, 4, 8, 16)]
    decay = np.diff(np.log(norms)) / [2, 4, 8]
    assert (decay < -0.2).all()


# Section 4.7 of the notes: std/mean * sqrt(mean) at t = eta / (2 j0 + 1).
@pytest.mark.parametrize(
    ("eta", "j0", "printed"),
    [(1, 1, 0.607), (1, 10, 0.690), (1, 100, 0.7053), (1, 1000, 0.7069), (1, 5000, 0.7071),
     (2, 1, 0.502), (2, 10, 0.5), (2, 100, 0.5)],
)  # fmt: skip
def test_published_widths(eta, j0, printed):
    link = link_spin_distribution(eta, heat_kernel_time(2 * j0, eta))
    assert link.width / math.sqrt(link.mean) == pytest.approx(printed, abs=6e-4)


@given(st.floats(0.3, 3), st.integers(200, 4000))
def test_peak_and_width(eta, two_j0):
    t = heat_kernel_time(two_j0, eta)
    link = link_spin_distribution(eta, t)
    assert link.probabilities.sum() == pytest.approx(1, abs=1e-12)
    assert abs(int(link.two_js[link.probabilities.argmax()]) - two_j0) <= 2 + 1 / eta
    assert link.width * 2 * math.sqrt(t) == pytest.approx(1, abs=2 / (eta * two_j0))
    assert link.probabilities[-1] < 1e-15


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: coherent_intertwiner_norm([0.5] * 4, TETRAHEDRON), ColourError, "two_js"),
        (lambda: coherent_intertwiner_norm([-1] * 4, TETRAHEDRON), ColourError, "two_js"),
        (lambda: coherent_intertwiner_norm([1] * 3, TETRAHEDRON), ShapeError, r"must be \(3, 3\)"),
        (lambda: coherent_intertwiner_norm([1] * 4, 2 * TETRAHEDRON), GeometryError, "all be 1"),
        (lambda: coherent_intertwiner_norm([5002] * 4, TETRAHEDRON), GeometryError, "most 10000"),
        (lambda: coherent_intertwiner_norm([202] * 6, BOX), GeometryError, "at most 500"),
        (lambda: coherent_norm_asymptotic([1, 1, 1, 2], TETRAHEDRON), GeometryError, "must close"),
        (lambda: coherent_norm_asymptotic([1, 1], [[0, 0, 1], [0, 0, -1]]), GeometryError, "line"),
        (lambda: link_spin_distribution(0, 1), GeometryError, "eta = 0: must be positive"),
        (lambda: link_spin_distribution(1, math.nan), GeometryError, "t = nan: must be positive"),
        (lambda: heat_kernel_time(-1, 1.0), ColourError, "two_j0 = -1"),
    ],
)  # fmt: skip
def test_input_that_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
