"""`turaev_viro` beside Regina on the manifolds whose values are published, and its growth alone.

Both are given the same gluings. Ready means that Regina has its triangulation with its skeleton,
and this package the order of its sums, which it finds by looking the gluings up; the first call
has neither, and for Regina it is the same as making the triangulation. Tables of a level are
kept here; Regina has none.
"""

from __future__ import annotations

import importlib
import math

import numba
import numpy as np
import pytest
import regina
from measuring import fastest, peer

from qnpapers.spinnet import Gluings, StateSum, named_manifold, state_sum, turaev_viro
from qnpapers.spinnet.tetrahedron_weights import level_table

BESIDE = f"turaev_viro beside {peer('regina')} turaevViroApprox (us, fastest of several runs)"
ALONE = f"turaev_viro beside {peer('regina')} as the level grows (ms, fastest of several runs)"

# Colourings that the longest table is summed over, and multiplications in all symbols, at r = 12.
WORK = {
    "S3": (14, 434),
    "S2xS1": (98, 5768),
    "RP3": (146, 5404),
    "L(3,1)": (36, 2168),
    "L(4,1)": (36, 1112),
    "L(5,2)": (10, 312),
    "L(7,1)": (342, 29665),
    "L(7,2)": (34, 2053),
    "T3": (46904, 6232432),
    "RP3#RP3": (2218, 259592),
    "RP3#RP3, six": (876, 136076),
}
SIX = "gLAwQabcdeffbrwposj"  # RP3#RP3 with the six tetrahedra that Regina simplifies it to

_state_sum = importlib.import_module("qnpapers.spinnet.state_sum")


def to_regina(gluings: Gluings) -> regina.Triangulation3:
    faces = [
        (t, f, n, regina.Perm4(*p))
        for t, entries in enumerate(gluings)
        for f, (n, p) in enumerate(entries)
        if (t, f) < (n, p[f])
    ]
    return regina.Triangulation3.fromGluings(len(gluings), faces)


def from_regina(triangulation: regina.Triangulation3) -> Gluings:
    return [
        [
            (t.adjacentTetrahedron(f).index(), tuple(t.adjacentGluing(f)[v] for v in range(4)))
            for f in range(4)
        ]
        for t in triangulation.tetrahedra()
    ]


def gluings_of(name: str) -> Gluings:
    if name == "RP3#RP3, six":
        return from_regina(regina.Triangulation3.fromIsoSig(SIX))
    if name in ("poincare", "weeks"):
        return from_regina(getattr(regina.Example3, name)())
    return named_manifold(name)


def first_call(gluings: Gluings, r: int) -> float:
    _state_sum._plan.cache_clear()
    return turaev_viro(gluings, r)


def compared(gluings: Gluings, r: int) -> StateSum:
    """The sum, after a look at whether Regina has the same value."""
    result = state_sum(gluings, r)
    theirs = to_regina(gluings).turaevViroApprox(r, 1)
    assert abs(result.value - theirs) <= result.error + 1e-9 * max(1, abs(theirs))
    return result


@pytest.mark.parametrize("name", WORK)
def test_beside_regina(tables, name):
    gluings = gluings_of(name)
    ready = to_regina(gluings)
    for r in (12, 16, 24) if len(gluings) < 6 else (12, 16) if name != "T3" else (12,):
        result = compared(gluings, r)
        assert r > 12 or (result.longest, result.multiplications) == WORK[name]
        ours = fastest(lambda r=r: turaev_viro(gluings, r))
        theirs = fastest(lambda r=r: ready.turaevViroApprox(r, 1), repeats=5)
        made = fastest(lambda r=r: to_regina(gluings).turaevViroApprox(r, 1), repeats=5)
        tables.add(
            BESIDE,
            manifold=name,
            tetrahedra=len(gluings),
            r=r,
            **{"qnpapers, ready": 1e6 * ours, "Regina, ready": 1e6 * theirs},
            ratio=theirs / ours,
            **{"qnpapers, first call": 1e6 * fastest(lambda r=r: first_call(gluings, r))},
            **{"Regina, first call": 1e6 * made},
        )


@pytest.mark.parametrize(
    ("name", "levels", "limit"),
    [
        ("L(7,1)", (12, 16, 24, 32, 48, 64), 32),
        ("T3", (8, 12, 16, 24), 16),
        ("poincare", (8, 12, 16, 24, 32), 16),
        ("weeks", (6, 8, 10, 12), 10),
    ],
)
def test_growth_with_the_level(tables, products_per_second, name, levels, limit):
    gluings = gluings_of(name)
    ready, before = to_regina(gluings), None
    for r in levels:
        result = compared(gluings, r) if r <= limit else state_sum(gluings, r)
        ours = fastest(lambda r=r: turaev_viro(gluings, r), repeats=3)
        theirs: object = "-"
        if r <= limit:
            theirs = 1e3 * fastest(lambda r=r: ready.turaevViroApprox(r, 1), repeats=2)
        power: object = "-"
        if before is not None:
            power = math.log(ours / before[1]) / math.log(r / before[0])
        before = r, ours
        tables.add(
            ALONE,
            manifold=name,
            r=r,
            qnpapers=1e3 * ours,
            Regina=theirs,
            **{"ratio": theirs / 1e3 / ours if r <= limit else "-", "local power of r": power},
            **{"error at most": f"{result.error:.0e}", "colourings": result.longest},
            multiplications=result.multiplications,
            **{"times the floor": ours * products_per_second / result.multiplications},
        )


@pytest.fixture(scope="session")
def products_per_second() -> float:
    """The floor: long sums of products of eight table entries, with nothing around them."""
    table = level_table(400)
    return 7 * 200 * 5000 / fastest(lambda: _terms(table, 5000, 200))


@numba.njit
def _terms(table: np.ndarray, repeats: int, length: int) -> float:
    even, odd = 0.0, 0.0
    for n in range(repeats):
        a, b = n % 7, length + n % 5
        for s in range(length):
            inner = table[1, s + a] * table[1, s + 1] * table[1, s + 2] * table[1, s + 3]
            outer = table[1, b - s] * table[1, b + 1 - s] * table[1, b + 2 - s]
            even, odd = odd, even + table[0, s + 1] * inner * outer
    return even - odd
