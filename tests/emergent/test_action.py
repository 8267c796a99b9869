"""The symbolic action: against a sum that is varied by hand; its identities, and wrong ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import sympy

from oracles.fluids import bend, discrete_action, slope
from qnpapers.emergent import identities, madelung_action, prove
from qnpapers.emergent.identities import vanishes
from qnpapers.errors import ParameterError

TAGS = [
    *("A1", "A2", "A3", "B1", "B2", "G1", "G2", "G3", "H1"),
    *("C1", "C2", "C3", "D1", "E1", "E2", "F1", "F2", "F2n", "F3", "I7", "I8"),
    *("J1", "J2", "J3", "J4", "M1", "N1"),
    *("I1", "I2", "I3", "I4", "I5", "I6"),
]


def test_every_identity_is_there_and_says_something():
    known = identities()
    assert sorted(known) == sorted(TAGS)
    assert all(tag == one.tag and len(one.statement) > 10 for tag, one in known.items())


@pytest.mark.parametrize("tag", TAGS)
def test_every_identity_is_proved(tag):
    assert prove(tag) == {tag: True}


def test_unknown_tags():
    with pytest.raises(ParameterError, match=r"tags = \['Z9'\]: known are A1, A2"):
        prove("A1", "Z9")


# A proof that cannot fail proves nothing: change the action, and see which identities notice.

SUBJECTS = ("A2", "B1", "B2", "C1", "C2", "E1", "F1", "F2", "F3", "G1", "G3")
CHANGES = {
    "half the noise": (0, sympy.Rational(1, 2), "A2 B1 C1 E1 F1 F2 F3"),
    "learning with the other sign": (1, -1, "A2 B1 B2 F1 F2 F3"),
    "hidden variables twice": (2, 2, "B1 B2 C1 C2 E1 F1 F2 F3 G1"),
    "descent twice": (3, 2, "B1 B2 C1 C2 E1 F1 F2 F3 G1"),
    "potential left out": (4, 0, "B1 C1 E1 F1 F2 F3"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_action_is_noticed(name):
    term, factor, noticed_by = CHANGES[name]
    action, known = madelung_action(), identities()
    terms = tuple(factor * one if i == term else one for i, one in enumerate(action.terms))
    changed = replace(action, terms=terms)
    subjects = {
        tag: changed.near_equilibrium if known[tag].near_equilibrium else changed
        for tag in SUBJECTS
    }
    refuted = [tag for tag, subject in subjects.items() if not known[tag].proved(subject)]
    assert refuted == noticed_by.split()


def test_away_from_equilibrium_the_madelung_equations_are_not_proved():
    known = identities()
    assert [tag for tag in ("C1", "C2", "E1") if known[tag].proved(madelung_action())] == []


def test_vanishing_is_noticed_and_not_imagined():
    x, t = sympy.symbols("x t", real=True)
    f = sympy.Function("f", positive=True)(x, t)
    assert vanishes(sympy.sqrt(f).diff(x) * 2 * sympy.sqrt(f) - f.diff(x))
    assert not vanishes(sympy.sqrt(f).diff(x) * 2 * sympy.sqrt(f) - f.diff(t))


# The variations, against the gradient of a sum


def lattice_fields(points: int, rows: int) -> tuple[np.ndarray, ...]:
    q = 2 * np.pi * np.arange(points) / points
    t = 2 * np.pi * np.arange(rows)[:, None] / rows
    p = 1 + 0.3 * np.cos(q) + 0.2 * np.sin(q + t)
    F = 0.5 * np.sin(q) * np.cos(t) + 0.2 * np.cos(2 * q - t)
    return p, F, 0.4 * np.cos(q + 0.5) + 0 * q


@pytest.mark.parametrize("varied", ["density", "free energy"])
def test_variations_are_gradients_of_the_sum(varied):
    """One bump at a lattice point, and the change of a plain double sum."""
    points, rows, rates = 48, 24, {"D": 0.3, "gamma": 0.4, "lam": 1.7}
    p, F, V = lattice_fields(points, rows)
    h, tau = 2 * np.pi / points, 2 * np.pi / rows
    at = (5, 11)

    def action(amount: float) -> float:
        bump = np.zeros_like(p)
        bump[at] = amount
        fields = (p + bump, F) if varied == "density" else (p, F + bump)
        return discrete_action(*fields, V, h, tau, **rates)

    by_hand = (action(1e-5) - action(-1e-5)) / 2e-5
    symbolic = madelung_action()
    expression = symbolic.vary_density() if varied == "density" else symbolic.vary_free_energy()
    assert by_hand == pytest.approx(
        evaluated(expression, symbolic, p, F, V, h, tau, rates)[at], abs=2e-4
    )


def evaluated(expression, action, p, F, V, h, tau, rates):
    """The expression on the lattice, every derivative as a difference."""
    (q,), t = action.q, action.t
    across = [slope(f, h) for f in (p, F)], [bend(f, h) for f in (p, F)]
    along = [slope(f.T, tau).T for f in (p, F)]
    values = {}
    for i, f in enumerate((action.p, action.F)):
        values |= {f.diff(q, 2): across[1][i], f.diff(q): across[0][i], f.diff(t): along[i]}
    values |= {action.p: p, action.F: F, action.V: V + 0 * p}
    names = {one: sympy.Dummy() for one in values}
    constants = {action.D[0]: rates["D"], action.gamma[0]: rates["gamma"], action.lam: rates["lam"]}
    plain = expression.subs(constants)
    for one in sorted(names, key=lambda e: -e.count(sympy.Derivative)):
        plain = plain.subs(one, names[one])
    return sympy.lambdify(list(names.values()), plain, "numpy")(*values.values())


def test_several_directions():
    action = madelung_action(3, common_rates=False)
    assert len(action.q) == len(action.D) == len(action.gamma) == 3
    assert len(set(action.D)) == 3
    assert len(set(madelung_action(3).D)) == 1
    assert action.near_equilibrium.terms[1] == 0
    with pytest.raises(ParameterError, match="directions = 0: must be at least 1"):
        madelung_action(0)
