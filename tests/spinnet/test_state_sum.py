from __future__ import annotations

import importlib
import math
import re
from pathlib import Path

import numpy as np
import pytest
import regina

from oracles.manifolds_of_regina import from_regina, to_regina
from qnpapers.errors import ColourError, GluingError, PrecisionError, SizeError
from qnpapers.spinnet import (
    cube_torus,
    lens_space,
    lens_space_invariant,
    named_manifold,
    sphere_of_five_tetrahedra,
    state_sum,
    tetrahedron,
    theta,
    turaev_viro,
    verlinde,
)
from qnpapers.spinnet.tetrahedron_weights import normalised_tetrahedra

# Section 6 of the notes on [marciano2020]: Regina 7.4.1 at r = 3 to 10.
TABLE = {
    "S3": ".5 .25 .13819660 .08333333 .05378717 .03661165 .02599506 .01909830",
    "S2xS1": "1 1 1 1 1 1 1 1",
    "RP3": "0 .14644661 0 .04465820 0 .01903012 0 .00978870",
    "L(3,1)": ".5 .25 .36180340 .25 .17464585 .21338835 .16666667 .13090170",
    "L(4,1)": "1 .5 .27639320 .33333333 .34929170 .25 .18363374 .2",
    "L(5,2)": ".5 .25 0 .08333333 .27156698 .21338835 .09181687 0",
    "L(7,1)": ".5 .25 .36180340 .08333333 .5 .03661165 .21552140 .13090170",
    "L(7,2)": ".5 .25 .36180340 .08333333 0 .03661165 .21552140 .13090170",
    "T3": "4 9 16 25 36 49 64 81",
    "RP3#RP3": "0 .08578644 0 .02393226 0 .00989153 0 .00501713",
}


@pytest.mark.parametrize("name", TABLE)
def test_the_published_table(name):
    gluings = named_manifold(name)
    for r, printed in zip(range(3, 11), map(float, TABLE[name].split()), strict=True):
        assert turaev_viro(gluings, r) == pytest.approx(printed, abs=5.1e-9)


@pytest.mark.parametrize("r", range(3, 10))
def test_the_three_sphere_in_closed_form(r):
    expected = 2 / r * math.sin(math.pi / r) ** 2
    for gluings in (named_manifold("S3"), sphere_of_five_tetrahedra()):
        assert turaev_viro(gluings, r) == pytest.approx(expected, abs=1e-12)


def example(name):
    return getattr(regina.Example3, name)()


@pytest.mark.parametrize(
    "name", ["poincare", "weeks", "threeTorus", "rp2xs1", "smallClosedNonOrblHyperbolic"]
)
def test_manifolds_that_are_not_in_the_table_agree_with_regina(name):
    """Spherical, hyperbolic, flat, and two that are not orientable, as Regina triangulates them."""
    triangulation = example(name)
    for r in (3, 4, 5, 6, 7):
        expected = triangulation.turaevViroApprox(r, 1)
        assert turaev_viro(from_regina(triangulation), r) == pytest.approx(expected, abs=1e-9)


def test_high_levels_agree_with_regina():
    for name, r in (("poincare", 14), ("weeks", 11), ("threeTorus", 12)):
        triangulation = example(name)
        result = state_sum(from_regina(triangulation), r)
        assert abs(result.value - triangulation.turaevViroApprox(r, 1)) < 1e-9
        assert result.error < 1e-9


@pytest.mark.parametrize("p", range(12))
def test_lens_spaces_agree_with_the_modular_matrices(p):
    for q in (q for q in range(1, max(p, 2)) if math.gcd(p, q) == 1):
        for r in (4, 5, 7, 10):
            expected = lens_space_invariant(p, q, r)
            assert turaev_viro(lens_space(p, q), r) == pytest.approx(expected, abs=1e-11)


def test_homotopy_equivalent_but_not_homeomorphic():
    """L(7,1) and L(7,2) have equal sums at every other level, and differ at r = 7."""
    one, other = named_manifold("L(7,1)"), named_manifold("L(7,2)")
    assert turaev_viro(one, 7) == pytest.approx(0.5, abs=1e-12)
    assert turaev_viro(other, 7) == pytest.approx(0, abs=1e-12)
    for r in (3, 4, 5, 6, 8, 9, 10):
        assert turaev_viro(one, r) == pytest.approx(turaev_viro(other, r), abs=1e-11)


@pytest.mark.parametrize(("genus", "levels"), [(0, 8), (1, 8), (2, 7)])
def test_surface_times_circle_is_verlinde_squared(genus, levels):
    gluings = named_manifold(f"Sigma{genus}xS1")
    for r in range(3, levels + 1):
        assert turaev_viro(gluings, r) == pytest.approx(verlinde(genus, r) ** 2, abs=1e-8)


@pytest.mark.parametrize("names", [("RP3", "RP3"), ("S2xS1", "L(7,1)", "T3"), ("T3#T3", "S3")])
def test_components_multiply(names):
    gluings, product = [], 1.0
    for name in names:
        part = named_manifold(name)
        gluings += [[(n + len(gluings), p) for n, p in faces] for faces in part]
        product *= turaev_viro(part, 6)
    assert turaev_viro(gluings, 6) == pytest.approx(product, rel=1e-11)


def test_two_constructions_of_the_torus():
    one, other = named_manifold("T3"), cube_torus()
    assert turaev_viro(one, 6) == pytest.approx(turaev_viro(other, 6), abs=1e-10)
    assert len(one) == len(other) == 6


@pytest.mark.parametrize("r", [5, 12, 20, 64, 150])
def test_the_error_bound_covers_the_error(r):
    sphere = 2 / r * math.sin(math.pi / r) ** 2
    expected = {"S3": sphere, "S2xS1": 1, "L(7,2)": lens_space_invariant(7, 2, r)}
    for name, value in expected.items():
        result = state_sum(named_manifold(name), r)
        # the expected value has an error of its own
        assert abs(result.value - value) <= result.error + 1e-13 * value
        assert 0 < result.error < 1e-12 * 1.12**r


def test_the_error_bound_survives_many_tetrahedra():
    """25 tetrahedra in a row: products of bounds on the terms alone would say 10^-6."""
    result = state_sum(lens_space(27, 1), 8)
    assert abs(result.value - lens_space_invariant(27, 1, 8)) <= result.error < 1e-10


def test_levels_above_the_table_have_no_error_bound():
    assert state_sum(named_manifold("S3"), 501).error == math.inf
    with pytest.raises(PrecisionError, match="r = 501: round-off in the state sum may reach inf"):
        turaev_viro(named_manifold("S3"), 501)


def test_the_work_is_the_number_of_admissible_colourings():
    """Deterministic work: the sphere of five tetrahedra has no longer table than it has states."""
    assert state_sum(sphere_of_five_tetrahedra(), 3).longest <= 16
    assert state_sum(named_manifold("T3"), 8).longest == 3072
    small = state_sum(named_manifold("L(4,1)"), 12)  # (a, a, b) is admissible for 36 pairs
    assert (small.longest, small.multiplications) == (36, 36 * 20 + 56 * 7)


def test_gluings_may_be_lists():
    lists = [[[n, list(p)] for n, p in faces] for faces in named_manifold("L(7,2)")]
    assert turaev_viro(lists, 8) == turaev_viro(named_manifold("L(7,2)"), 8)
    with pytest.raises(GluingError, match="gluings: must be a list"):
        turaev_viro(None, 8)


@pytest.mark.parametrize("r", [3, 5, 8, 12, 40])
def test_floating_tetrahedra_against_exact_ones(r):
    rng = np.random.default_rng(r)
    colours = rng.integers(0, r - 1, size=(4000, 6))
    A, B, E, C, D, F = colours.T
    faces = ((A, D, E), (B, C, E), (A, B, F), (C, D, F))
    fits = np.ones(len(colours), dtype=bool)
    for face in faces:
        total = sum(face)
        fits &= (total % 2 == 0) & (2 * np.max(face, axis=0) <= total) & (total <= 2 * r - 4)
    colours = colours[fits][:60]
    values, sizes = normalised_tetrahedra(colours, r)
    assert len(colours) >= 8
    for (a, b, e, c, d, f), value, size in zip(colours.tolist(), values, sizes, strict=True):
        norm = math.prod(
            abs(float(theta(*face, r))) for face in ((a, d, e), (b, c, e), (a, b, f), (c, d, f))
        )
        exact = float(tetrahedron(a, b, e, c, d, f, r)) / math.sqrt(norm)
        assert value == pytest.approx(exact, abs=1e-13 * max(size, 1))


@pytest.mark.parametrize("r", [2, 0, -3, 5.0, "5", True, None])
def test_levels_that_do_not_exist(r):
    with pytest.raises(ColourError, match="the level must be an integer of at least 3"):
        turaev_viro(named_manifold("S3"), r)


def test_round_off_that_may_matter_is_an_error(monkeypatch):
    module = importlib.import_module("qnpapers.spinnet.state_sum")
    monkeypatch.setattr(module, "TOLERANCE", 1e-16)
    with pytest.raises(PrecisionError, match=r"r = 5: round-off in the state sum may reach"):
        turaev_viro(named_manifold("S3"), 5)


@pytest.mark.parametrize(("limit", "allowed"), [("MAX_ROWS", 50), ("MAX_COLOURINGS", 316)])
def test_too_large_a_sum_is_an_error(monkeypatch, limit, allowed):
    module = importlib.import_module("qnpapers.spinnet.state_sum")
    manifold = named_manifold("RP3#RP3")
    assert state_sum(manifold, 8).longest == 316
    monkeypatch.setattr(module, limit, allowed)
    assert limit == "MAX_ROWS" or state_sum(manifold, 8).longest == 316
    monkeypatch.setattr(module, limit, allowed - 1)
    with pytest.raises(SizeError, match=f"more than .*{allowed - 1}.* would be needed: use a smal"):
        turaev_viro(manifold, 8)


def test_the_library_does_not_know_regina(root: Path):
    for file in (root / "lib").rglob("*.py"):
        assert not re.search(r"^\s*(import|from) regina", file.read_text(encoding="utf-8"), re.M)


@pytest.mark.parametrize(
    ("name", "recognised"),
    [("S3", "S3"), ("RP3", "RP3"), ("S2xS1", "S2 x S1"), ("L(8,3)", "L(8,3)"), ("T3", "T x S1")],
)
def test_regina_recognises_the_constructions(name, recognised):
    triangulation = to_regina(named_manifold(name))
    assert triangulation.isValid()
    assert triangulation.isClosed()
    found = regina.StandardTriangulation.recognise(triangulation)
    assert str(found.manifold()) == recognised


def test_regina_takes_connected_sums_apart():
    for name in ("RP3#RP3", "RP3#L(8,3)#S2xS1"):
        triangulation = to_regina(named_manifold(name))
        assert triangulation.isValid()
        assert triangulation.isClosed()
        found = [
            str(regina.StandardTriangulation.recognise(part).manifold())
            for part in triangulation.summands()
        ]
        assert sorted(found) == sorted(name.replace("S2xS1", "S2 x S1").split("#"))
