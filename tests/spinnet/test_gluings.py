from __future__ import annotations

import re
from itertools import combinations

import numpy as np
import pytest

from qnpapers.errors import GluingError
from qnpapers.spinnet import (
    check_gluings,
    connected_sum,
    connected_sum_invariant,
    glue_equal_names,
    lens_space,
    named_manifold,
    pachner_move,
    sphere_of_five_tetrahedra,
    surface_times_circle,
    turaev_viro,
)
from qnpapers.spinnet.checks_topology import random_move
from qnpapers.spinnet.gluings import edge_count, vertex_count

SPHERE = named_manifold("S3")


def changed(gluings, tetrahedron, face, entry):
    copy = [list(faces) for faces in gluings]
    copy[tetrahedron][face] = entry
    return copy


def test_the_sphere_of_five_tetrahedra():
    sphere = sphere_of_five_tetrahedra()
    assert (vertex_count(sphere), edge_count(sphere), len(sphere)) == (5, 10, 5)


@pytest.mark.parametrize(
    ("name", "tetrahedra"),
    [("S3", 1), ("L(4,1)", 1), ("L(5,2)", 1), ("S2xS1", 2), ("L(3,1)", 2), ("L(7,2)", 2),
     ("RP3", 2), ("RP3#RP3", 8), ("L(7,1)", 4), ("L(13,5)", 3), ("T3", 6), ("Sigma2xS1", 18)],
)  # fmt: skip
def test_number_of_tetrahedra(name, tetrahedra):
    gluings = named_manifold(name)
    check_gluings(gluings)
    assert len(gluings) == tetrahedra


@pytest.mark.parametrize(
    ("gluings", "message"),
    [
        ([], "must be a list with one entry for each tetrahedron, not empty"),
        ("S3", "must be a list"),
        (5, "must be a list"),
        ([[(0, (0, 1, 2, 3))]], "tetrahedron 0: must have four faces"),
        (changed(SPHERE, 0, 2, None), "face 2 of tetrahedron 0 is free: the manifold must be"),
        (changed(SPHERE, 0, 2, (0,)), r"must be \(neighbour, permutation of 0 to 3\)"),
        (changed(SPHERE, 0, 2, (1, (0, 1, 2, 3))), "neighbour 1 must be from 0 to 0"),
        (changed(SPHERE, 0, 2, (0.0, (0, 1, 2, 3))), "neighbour 0.0 must be from 0 to 0"),
        (changed(SPHERE, 0, 2, (0, (0, 1, 1, 3))), "is no permutation of 0, 1, 2, 3"),
        (changed(SPHERE, 0, 1, (0, (0, 1, 2, 3))), "face 1 of tetrahedron 0 is glued to itself"),
        (changed(SPHERE, 0, 0, (0, (2, 0, 1, 3))), "must be tetrahedron 0 by"),
        ([[(0, (1, 0, 3, 2)), (0, (1, 0, 3, 2)), (0, (1, 0, 3, 2)), (0, (1, 0, 3, 2))]],
         "is glued to itself backwards"),
    ],
)  # fmt: skip
def test_gluings_that_are_no_manifold(gluings, message):
    with pytest.raises(GluingError, match=message):
        check_gluings(gluings)


def test_an_ideal_triangulation_is_refused():
    """Two tetrahedra whose one vertex has a torus around it: the figure-eight knot complement."""
    import regina

    from oracles.manifolds_of_regina import from_regina

    figure_eight = from_regina(regina.Example3.figureEight())
    with pytest.raises(GluingError, match="some vertex has a neighbourhood that is no ball"):
        check_gluings(figure_eight)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: named_manifold("S4"), "name = 'S4': must be \"S3\""),
        (lambda: named_manifold("L(4,2)"), "p and q must be coprime"),
        (lambda: lens_space(-3, 1), "p must not be negative"),
        (lambda: surface_times_circle(-1), "genus = -1: must not be negative"),
        (lambda: glue_equal_names([["a", "a", "a", "b"]]), "face 'a' occurs 3 times"),
        (lambda: pachner_move(SPHERE, "2-2", 0), "move = '2-2': must be one of 1-4, 2-3, 3-2, 4-1"),
        (lambda: pachner_move(SPHERE, "1-4", 1), "tetrahedron = 1: must be from 0 to 0"),
        (lambda: pachner_move(SPHERE, "2-3", 0), "a 2-3 move needs 3 different ones out of 0 to 3"),
        (lambda: pachner_move(SPHERE, "3-2", 0, (0, 4)), "a 3-2 move needs 2 different ones"),
        (lambda: pachner_move(SPHERE, "2-3", 0, (0, 1, 2)), "no 2-3 move at tetrahedron 0"),
        (lambda: pachner_move(SPHERE, "4-1", 0, (0,)), "no 4-1 move at tetrahedron 0"),
    ],
)
def test_constructions_that_are_not_possible(call, message):
    with pytest.raises(GluingError, match=message):
        call()


@pytest.mark.parametrize("name", ["S3", "L(5,2)", "T3"])
def test_moves_and_their_inverses(name):
    gluings = named_manifold(name)
    grown = pachner_move(gluings, "1-4", 0)
    check_gluings(grown)
    assert (len(grown), vertex_count(grown)) == (len(gluings) + 3, vertex_count(gluings) + 1)
    back = pachner_move(grown, "4-1", len(grown) - 1, (3,))
    assert (len(back), vertex_count(back)) == (len(gluings), vertex_count(gluings))
    longer = next(
        found for t in range(len(grown)) for face in combinations(range(4), 3)
        if (found := attempt(grown, "2-3", t, face))
    )  # fmt: skip
    assert len(longer) == len(grown) + 1
    shorter = next(
        found for t in range(len(longer)) for edge in combinations(range(4), 2)
        if (found := attempt(longer, "3-2", t, edge))
    )  # fmt: skip
    assert len(shorter) == len(grown)
    for result in (back, longer, shorter):
        check_gluings(result)
        assert turaev_viro(result, 5) == pytest.approx(turaev_viro(gluings, 5), abs=1e-10)


def attempt(gluings, move, tetrahedron, vertices):
    try:
        return pachner_move(gluings, move, tetrahedron, vertices)
    except GluingError:
        return None


@pytest.mark.parametrize("name", ["L(5,2)", "L(7,2)", "S2xS1", "T3"])
def test_random_walks_through_triangulations(name):
    rng = np.random.default_rng(5)
    start = gluings = named_manifold(name)
    sizes = []
    for step in range(10):
        gluings = random_move(gluings, rng=rng, grow=step < 5)
        check_gluings(gluings)
        sizes.append(len(gluings))
        assert turaev_viro(gluings, 6) == pytest.approx(turaev_viro(start, 6), abs=1e-9)
    assert max(sizes) >= len(start) + 5
    assert sizes[-1] < max(sizes)


def test_connected_sums():
    for one, other in (("RP3", "L(3,1)"), ("S3", "S3"), ("S2xS1", "L(7,2)")):
        joined = connected_sum(named_manifold(one), named_manifold(other))
        check_gluings(joined)
        for r in (3, 5, 6):
            values = [turaev_viro(named_manifold(name), r) for name in (one, other)]
            expected = connected_sum_invariant(*values, r)
            assert turaev_viro(joined, r) == pytest.approx(expected, abs=1e-10)


def test_errors_are_one_line():
    with pytest.raises(GluingError) as caught:
        check_gluings(changed(SPHERE, 0, 2, None))
    assert re.fullmatch(r"[^\n]+", str(caught.value))
