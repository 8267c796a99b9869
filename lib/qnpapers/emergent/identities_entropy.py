"""Identities A, B, G, H: entropy production, the variations of the action, the learning flow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from qnpapers.emergent.action import MadelungAction
from qnpapers.emergent.identities import Identity

if TYPE_CHECKING:
    from sympy import Expr

Residuals = Iterable["Expr"]


def learning_current(action: MadelungAction) -> Expr:
    """Probability current of the Fokker-Planck equation, gamma p F' - D p'."""
    (q,), (D,), (gamma,) = action.q, action.D, action.gamma
    return gamma * action.p * action.F.diff(q) - D * action.p.diff(q)


def stationary_current(action: MadelungAction) -> Expr:
    """Probability current on the stationary path near equilibrium, 2 gamma p F'."""
    return 2 * action.gamma[0] * action.p * action.F.diff(action.q[0])


def _entropy_production(action: MadelungAction) -> Residuals:
    """A1."""
    import sympy as sp

    (q,), (D,), (gamma,), p = action.q, action.D, action.gamma, action.p
    current = learning_current(action)
    rate = (sp.log(p) + 1) * current.diff(q)  # of -p ln p, with dp/dt = -current'
    surface = ((sp.log(p) + 1) * current).diff(q)
    yield rate - surface - (D * p.diff(q) ** 2 / p - gamma * action.F.diff(q) * p.diff(q))


def _production_as_an_operator(action: MadelungAction) -> Residuals:
    """A2."""
    (q,), (D,), (gamma,), p = action.q, action.D, action.gamma, action.p
    integrand = D * p.diff(q) ** 2 / p - gamma * action.F.diff(q) * p.diff(q)
    surface = (2 * D * p.diff(q) - gamma * p * action.F.diff(q)).diff(q)
    yield integrand - action.terms[0] - action.terms[1] - surface


def _fisher_information(action: MadelungAction) -> Residuals:
    """A3."""
    import sympy as sp

    (q,), p = action.q, action.p
    yield 4 * sp.sqrt(p).diff(q) ** 2 - p * sp.log(p).diff(q) ** 2


def _variation_of_the_density(action: MadelungAction) -> Residuals:
    """B1."""
    import sympy as sp

    (q,), (D,), (gamma,), lam = action.q, action.D, action.gamma, action.lam
    F, root = action.F, sp.sqrt(action.p)
    constraint = F.diff(action.t) + gamma * F.diff(q) ** 2 + action.V
    expected = lam * constraint + gamma * F.diff(q, 2) - 4 * D * root.diff(q, 2) / root
    yield action.vary_density() - expected


def _variation_of_the_free_energy(action: MadelungAction) -> Residuals:
    """B2."""
    (q,), (gamma,), lam, p = action.q, action.gamma, action.lam, action.p
    change = -(2 * gamma * p * action.F.diff(q)).diff(q) + gamma / lam * p.diff(q, 2)
    yield action.vary_free_energy() - lam * (change - p.diff(action.t))


def _two_currents(action: MadelungAction) -> Residuals:
    """G1."""
    action = action.near_equilibrium
    (q,), (D,), (gamma,), p = action.q, action.D, action.gamma, action.p
    yield (
        action.vary_free_energy() / action.lam
        + p.diff(action.t)
        + stationary_current(action).diff(q)
    )
    extra = gamma * p * action.F.diff(q) + D * p.diff(q)
    yield stationary_current(action) - learning_current(action) - extra


def _nelson_flow(action: MadelungAction) -> Residuals:
    """G2."""
    import sympy as sp

    (q,), (gamma,), p = action.q, action.gamma, action.p
    noise = sp.Symbol("Dprime", positive=True)
    drift = 2 * gamma * action.F.diff(q) + noise * sp.log(p).diff(q)
    yield (drift * p - noise * p.diff(q)) - stationary_current(action)


def _degree_one(action: MadelungAction) -> Residuals:
    """G3."""
    yield action.p * action.vary_density() - action.density
    near = action.near_equilibrium
    yield near.p * near.vary_density() - near.density


def _descent(action: MadelungAction) -> Residuals:
    """H1."""
    import sympy as sp

    (gamma,), lam = action.gamma, action.lam
    F, V = (
        sp.Function("Fd", real=True)(*action.q, action.t),
        sp.Function("Vd", real=True)(*action.q),
    )
    reversed_signs = {gamma: -gamma, lam: -lam, action.F: -F, action.V: -V}
    same = action.density.subs({action.F: F, action.V: V}, simultaneous=True).doit()
    yield action.density.subs(reversed_signs, simultaneous=True).doit() - same


IDENTITIES = (
    Identity(
        "A1",
        "dS/dt = int (D p'^2 / p - gamma F' p') along the Fokker-Planck equation, without flux at "
        "the ends",
        _entropy_production,
    ),
    Identity(
        "A2",
        "int (D p'^2 / p - gamma F' p') = int sqrt p (-4 D d^2 + gamma F'') sqrt p",
        _production_as_an_operator,
    ),
    Identity("A3", "4 (d sqrt p)^2 = p (d ln p)^2, the Fisher information", _fisher_information),
    Identity("B1", "the variation by p", _variation_of_the_density),
    Identity("B2", "the variation by F", _variation_of_the_free_energy),
    Identity(
        "G1",
        "the stationary current 2 gamma p F' exceeds that of learning by gamma p F' + D p'",
        _two_currents,
    ),
    Identity(
        "G2",
        "walkers with drift 2 gamma F' + D' d ln p and noise of any strength D' have the "
        "stationary current",
        _nelson_flow,
    ),
    Identity(
        "G3",
        "the action is of degree one in p: p times its variation by p is its integrand, so the "
        "action vanishes on its stationary paths",
        _degree_one,
    ),
    Identity(
        "H1",
        "reversing gamma, lam, F and V leaves the action as it is: gradient descent is the same "
        "theory with phase -F and potential -V",
        _descent,
    ),
)
