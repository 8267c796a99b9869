from __future__ import annotations

import cmath
import math

import numpy as np
import pytest

from oracles.braids import exchanges, order_of_rotation, traces
from qnpapers.errors import ColourError, ParameterError, ShapeError
from qnpapers.spinnet import braid_generators, channels, generated_gates


def count(generators, **limit):
    return len(generated_gates(generators, **limit))


@pytest.mark.parametrize(
    ("a", "r"), [(a, r) for r in range(3, 13) for a in range(1, min(4, r - 1))]
)
def test_unitary_and_of_yang_and_baxter(a, r):
    one, two = braid_generators(a, r)
    size = len(channels(a, a, a, a, r))
    for gate in (one, two):
        np.testing.assert_allclose(gate @ gate.conj().T, np.eye(size), atol=1e-13)
    np.testing.assert_allclose(one @ two @ one, two @ one @ two, atol=1e-13)


@pytest.mark.parametrize("r", [4, 5, 6, 7, 10])
@pytest.mark.parametrize("length", [1, 2, 3, 6])
def test_the_algebra_of_temperley_and_lieb_has_the_same_traces(r, length):
    """The mirror image: which strand is above is a convention."""
    mirrored = exchanges(cmath.exp(-1j * cmath.pi / (2 * r)))
    found = traces(braid_generators(1, r), length)
    np.testing.assert_allclose(found, traces(mirrored, length), atol=1e-12)


def test_fibonacci_phases():
    """Literature: exp(-4 pi i/5), exp(3 pi i/5) (Preskill, notes, chapter 9); here conjugate."""
    one, _ = braid_generators(2, 5)
    expected = [cmath.exp(-4j * cmath.pi / 5), cmath.exp(3j * cmath.pi / 5)]
    np.testing.assert_allclose(np.diag(one).conj(), expected, atol=1e-14)


@pytest.mark.parametrize(("r", "gates"), [(3, 1), (4, 24), (6, 12), (10, 60)])
def test_levels_with_finitely_many_gates(r, gates):
    """Literature: Jones 1986, the finite images of the braids of three strands."""
    assert count(braid_generators(1, r)) == gates


@pytest.mark.parametrize("r", [5, 7, 8, 9, 11, 12])
def test_levels_with_infinitely_many_gates(r):
    """More than 60, of two rotations that do not commute and are no half turns."""
    one, two = braid_generators(1, r)
    assert count((one, two), limit=500) == 500
    for gate in (one, two):
        order = order_of_rotation(gate, 100)
        assert order == (r if r % 4 == 0 else r // 2 if r % 4 == 2 else 2 * r)
        assert order > 2
    assert np.abs(one @ two - two @ one).max() > 0.1


def test_gates_are_different_and_begin_with_the_shortest_words():
    one, two = braid_generators(1, 5)
    gates = generated_gates((one, two), limit=40)
    assert gates.shape == (40, 2, 2)
    np.testing.assert_array_equal(gates[:3], [np.eye(2), one, two])
    overlaps = np.abs(np.einsum("aij,bij->ab", gates.conj(), gates)) / 2  # [gate, gate]
    assert (overlaps - np.eye(40)).max() < 1 - 1e-6


def test_phases_do_not_count():
    one, two = braid_generators(1, 4)
    assert count((1j * one, cmath.exp(0.3j) * two)) == 24


def test_small_groups_by_hand():
    flip, phase = np.array([[0, 1], [1, 0]]), np.diag([1, 1j])
    assert count([np.eye(2)]) == 1
    assert count([flip]) == 2
    assert count([flip, phase]) == 8  # the rotations of a prism with four sides
    turn = np.diag([1, cmath.exp(2j * cmath.pi / 97)])
    assert count([turn]) == 97
    assert count([np.diag([1, cmath.exp(2j * math.sqrt(2))])], limit=300) == 300


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: braid_generators(4, 5), ColourError, "a = 4: must be at most r - 2 = 3"),
        (lambda: braid_generators(-1, 5), ColourError, "a = -1"),
        (lambda: braid_generators(1, 2), ColourError, "r = 2"),
        (lambda: count([np.eye(2)], limit=0), ParameterError, "limit = 0"),
        (lambda: count([]), ShapeError, "unitary matrices of one shape"),
        (lambda: count([np.ones((2, 2))]), ShapeError, "unitary matrices of one shape"),
        (lambda: count([np.eye(2), np.eye(3)]), ShapeError, "unitary matrices of one shape"),
        (lambda: count([np.ones((2, 3))]), ShapeError, "unitary matrices of one shape"),
    ],
)
def test_input_that_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
