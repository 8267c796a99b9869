"""Identities C, D, E, F, I7, I8: from the action to the Schrödinger equation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from qnpapers.emergent.action import MadelungAction, madelung_action
from qnpapers.emergent.identities import Identity

if TYPE_CHECKING:
    from sympy import Expr

Residuals = Iterable["Expr"]


def quantum_potential(action: MadelungAction, hbar_squared: Expr) -> Expr:
    """Q = -sum_k (hbar^2 / 2 m_k) (d_k^2 sqrt p) / sqrt p with m_k = 1 / (2 gamma_k)."""
    import sympy as sp

    root = sp.sqrt(action.p)
    rates = zip(action.gamma, action.q, strict=True)
    return -hbar_squared * sum(gamma * root.diff(q, 2) / root for gamma, q in rates)


def hamilton_jacobi(action: MadelungAction, hbar_squared: Expr) -> Expr:
    """Left side of dF/dt + sum_k (d_k F)^2 / 2 m_k + V + Q = 0."""
    rates = zip(action.gamma, action.q, strict=True)
    kinetic = sum(gamma * action.F.diff(q) ** 2 for gamma, q in rates)
    return action.F.diff(action.t) + kinetic + action.V + quantum_potential(action, hbar_squared)


def continuity(action: MadelungAction) -> Expr:
    """Left side of dp/dt + sum_k d_k (p d_k F / m_k) = 0."""
    rates = zip(action.gamma, action.q, strict=True)
    divergence = sum((2 * gamma * action.p * action.F.diff(q)).diff(q) for gamma, q in rates)
    return action.p.diff(action.t) + divergence


def madelung_constant(action: MadelungAction) -> Expr:
    """hbar^2 = 4 D / (gamma lam), from the first direction."""
    return 4 * action.D[0] / (action.gamma[0] * action.lam)


def exact_constant(action: MadelungAction) -> Expr:
    """hbar^2 = 4 D / (gamma lam) - 1 / lam^2, with the learning term kept."""
    return madelung_constant(action) - 1 / action.lam**2


def _hamilton_jacobi_from_the_action(near: MadelungAction) -> Residuals:
    """C1."""
    yield near.vary_density() / near.lam - hamilton_jacobi(near, madelung_constant(near))


def _continuity_from_the_action(near: MadelungAction) -> Residuals:
    """C2."""
    yield near.vary_free_energy() / near.lam + continuity(near)


def _velocity_form(near: MadelungAction) -> Residuals:
    """C3."""
    (q,), (gamma,) = near.q, near.gamma
    hbar_squared = madelung_constant(near)
    mass, u = 1 / (2 * gamma), 2 * gamma * near.F.diff(q)
    force = -(near.V + quantum_potential(near, hbar_squared)).diff(q)
    newton = mass * (u.diff(near.t) + u * u.diff(q)) - force
    yield newton - hamilton_jacobi(near, hbar_squared).diff(q)


def _schrodinger_residual(action: MadelungAction) -> Residuals:
    """D1."""
    import sympy as sp

    (q,), (gamma,), p = action.q, action.gamma, action.p
    hbar, mass = sp.Symbol("hbar", positive=True), 1 / (2 * gamma)
    psi = sp.sqrt(p) * sp.exp(sp.I * action.F / hbar)
    equation = sp.I * hbar * psi.diff(action.t) + hbar**2 / (2 * mass) * psi.diff(q, 2)
    fluid = -hamilton_jacobi(action, hbar**2) + sp.I * hbar / (2 * p) * continuity(action)
    yield equation / psi - action.V - fluid


def _two_waves(action: MadelungAction) -> tuple[Expr, Expr, Expr]:
    """Hbar from the action, psi and its conjugate as functions without further properties."""
    import sympy as sp

    places = (*action.q, action.t)
    return (
        sp.sqrt(madelung_constant(action)),
        sp.Function("psi")(*places),
        sp.Function("chi")(*places),
    )


def _wave_lagrangian(action: MadelungAction, hbar: Expr, psi: Expr, chi: Expr) -> Expr:
    """-(i hbar / 2)(chi dpsi/dt - psi dchi/dt) + (hbar^2 / 2m) chi' psi' + V chi psi."""
    import sympy as sp

    (q,), (gamma,), t = action.q, action.gamma, action.t
    time = -sp.I * hbar / 2 * (chi * psi.diff(t) - psi * chi.diff(t))
    return time + hbar**2 * gamma * chi.diff(q) * psi.diff(q) + action.V * chi * psi


def _lagrangian_of_the_wave(near: MadelungAction) -> Residuals:
    """E1."""
    import sympy as sp

    (q,), (D,), p, lam = near.q, near.D, near.p, near.lam
    hbar, *_ = _two_waves(near)
    phase = sp.I * near.F / hbar
    wave = _wave_lagrangian(near, hbar, sp.sqrt(p) * sp.exp(phase), sp.sqrt(p) * sp.exp(-phase))
    surface = (-4 * D / lam * sp.sqrt(p) * sp.sqrt(p).diff(q)).diff(q)
    yield near.density / lam - wave - surface


def _variation_of_the_wave(near: MadelungAction) -> Residuals:
    """E2."""
    import sympy as sp
    from sympy.calculus.euler import euler_equations

    (q,), (gamma,), t = near.q, near.gamma, near.t
    hbar, psi, chi = _two_waves(near)
    [equation] = euler_equations(_wave_lagrangian(near, hbar, psi, chi), chi, [q, t])
    schrodinger = -sp.I * hbar * psi.diff(t) - hbar**2 * gamma * psi.diff(q, 2) + near.V * psi
    yield equation.lhs - schrodinger


def _shifted(expression: Expr, action: MadelungAction) -> Expr:
    """The expression with F = G + shift ln p / (2 lam); G is written F again."""
    import sympy as sp

    shifted = action.F + sp.log(action.p) / (2 * action.lam)
    return expression.subs(action.F, shifted).doit()


def _complete_the_square(action: MadelungAction) -> Residuals:
    """F1."""
    (q,), (D,), (gamma,), lam = action.q, action.D, action.gamma, action.lam
    p, G, t = action.p, action.F, action.t
    effective = D - gamma / (4 * lam)
    square = lam * p * (G.diff(t) + gamma * G.diff(q) ** 2 + action.V)
    square += effective * p.diff(q) ** 2 / p
    surface = p.diff(t) / 2
    surface += (gamma * p * G.diff(q) + (gamma / (2 * lam) - 2 * D) * p.diff(q)).diff(q)
    yield _shifted(action.density, action) - square - surface


def _exact_schrodinger(action: MadelungAction) -> Residuals:
    """F2."""
    lam, p = action.lam, action.p
    conserved = continuity(action)
    yield _shifted(action.vary_free_energy(), action) / lam + conserved
    varied = _shifted(action.vary_density(), action) / lam
    yield varied - conserved / (2 * lam * p) - hamilton_jacobi(action, exact_constant(action))


def _heat_equations(action: MadelungAction) -> Residuals:
    """F2n."""
    import sympy as sp

    (q,), (gamma,), p, t = action.q, action.gamma, action.p, action.t
    kappa = sp.Symbol("kappa", positive=True)
    for sign in (1, -1):
        phi = sp.sqrt(p) * sp.exp(-sign * action.F / kappa)
        heat = sign * kappa * phi.diff(t) - kappa**2 * gamma * phi.diff(q, 2) - action.V * phi
        fluid = -hamilton_jacobi(action, -(kappa**2)) + sign * kappa / (2 * p) * continuity(action)
        yield heat / phi - fluid


def _classical_point(action: MadelungAction) -> Residuals:
    """F3."""
    (gamma,), lam = action.gamma, action.lam
    classical = {action.D[0]: gamma / (4 * lam)}
    varied = _shifted(action.vary_density(), action).subs(classical) / lam
    yield varied - continuity(action) / (2 * lam * action.p) - hamilton_jacobi(action, 0 * lam)


def _several_directions(_: MadelungAction) -> Residuals:
    """I7."""
    near = madelung_action(2).near_equilibrium
    yield from _hamilton_jacobi_from_the_action(near)
    yield from _continuity_from_the_action(near)


def _unequal_rates(_: MadelungAction) -> Residuals:
    """I8."""
    import sympy as sp

    near = madelung_action(2, common_rates=False).near_equilibrium
    (D1, D2), (gamma1, gamma2), lam = near.D, near.gamma, near.lam
    root = sp.sqrt(near.p)
    varied = near.vary_density() / lam - hamilton_jacobi(near, madelung_constant(near))
    excess = 4 / lam * (D2 - D1 * gamma2 / gamma1)
    yield varied + excess * root.diff(near.q[1], 2) / root
    yield varied.subs(D2, D1 * gamma2 / gamma1)


IDENTITIES = (
    Identity(
        "C1",
        "near equilibrium the variation by p is lam (dF/dt + F'^2 / 2m + V + Q) with m = 1 / 2 "
        "gamma and hbar^2 = 4 D / (gamma lam)",
        _hamilton_jacobi_from_the_action,
        near_equilibrium=True,
    ),
    Identity(
        "C2",
        "near equilibrium the variation by F is -lam (dp/dt + (p F' / m)')",
        _continuity_from_the_action,
        near_equilibrium=True,
    ),
    Identity(
        "C3", "m (du/dt + u u') = -(V + Q)' for u = F' / m", _velocity_form, near_equilibrium=True
    ),
    Identity(
        "D1",
        "(i hbar dpsi/dt + (hbar^2 / 2m) psi'' - V psi) / psi is minus the Hamilton-Jacobi "
        "equation plus i hbar / 2p times the continuity equation",
        _schrodinger_residual,
    ),
    Identity(
        "E1",
        "the action near equilibrium over lam is that of the Schrödinger equation, up to a "
        "derivative",
        _lagrangian_of_the_wave,
        near_equilibrium=True,
    ),
    Identity(
        "E2",
        "its variation is the Schrödinger equation",
        _variation_of_the_wave,
        near_equilibrium=True,
    ),
    Identity(
        "F1",
        "with F = G + ln p / (2 lam) the whole action is lam p (dG/dt + gamma G'^2 + V) + "
        "(D - gamma / (4 lam)) p'^2 / p plus derivatives",
        _complete_the_square,
    ),
    Identity(
        "F2",
        "its variations are the Madelung equations for G with hbar^2 = 4 D / (gamma lam) - 1 / "
        "lam^2",
        _exact_schrodinger,
    ),
    Identity(
        "F2n",
        "where hbar^2 = -kappa^2 < 0 they are a heat equation forwards and one backwards in time, "
        "for sqrt p e^{-+G / kappa}",
        _heat_equations,
    ),
    Identity(
        "F3",
        "at 4 D lam = gamma they are the Hamilton-Jacobi equation without quantum potential",
        _classical_point,
    ),
    Identity("I7", "C1 and C2 for two trainable variables with common rates", _several_directions),
    Identity(
        "I8",
        "for two variables what is left of C1 is proportional to D_2 / gamma_2 - D_1 / gamma_1",
        _unequal_rates,
    ),
)
