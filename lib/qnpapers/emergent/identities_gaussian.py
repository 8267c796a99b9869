"""Identities J, M, N: Gaussian packets, two waves at once, and the limit without noise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from qnpapers.emergent.action import MadelungAction
from qnpapers.emergent.identities import Identity
from qnpapers.emergent.identities_madelung import continuity, hamilton_jacobi

if TYPE_CHECKING:
    from sympy import Expr

Residuals = Iterable["Expr"]


def _packet(action: MadelungAction) -> tuple[MadelungAction, Expr, Expr, Expr, Expr]:
    """A Gaussian in a harmonic well: the action with its fields, x(t), sigma(t), omega, hbar."""
    import sympy as sp

    (q,), (gamma,), t = action.q, action.gamma, action.t
    x, sigma = sp.Function("x", real=True)(t), sp.Function("sigma", positive=True)(t)
    phase = sp.Function("f", real=True)(t)
    omega, hbar = sp.symbols("omega hbar", positive=True)
    mass = 1 / (2 * gamma)
    p = sp.exp(-((q - x) ** 2) / (2 * sigma**2)) / sp.sqrt(2 * sp.pi * sigma**2)
    F = mass * (x.diff(t) * (q - x) + sigma.diff(t) / (2 * sigma) * (q - x) ** 2) + phase
    fields = replace(action, p=p, F=F, V=mass * omega**2 * q**2 / 2)
    return fields, x, sigma, omega, hbar


def _gaussian_continuity(action: MadelungAction) -> Residuals:
    """J1."""
    packet, *_ = _packet(action)
    yield continuity(packet) / packet.p


def _gaussian_motion(action: MadelungAction) -> Residuals:
    """J2."""
    import sympy as sp

    packet, x, sigma, omega, hbar = _packet(action)
    (q,), (gamma,), t = packet.q, packet.gamma, packet.t
    equation = sp.expand(hamilton_jacobi(packet, hbar**2).diff(q))
    width = (2 * gamma * hbar) ** 2 / (4 * sigma**3) - omega**2 * sigma
    motion = {x.diff(t, 2): -(omega**2) * x, sigma.diff(t, 2): width}
    yield equation.subs(motion)


def _free_width(_: MadelungAction) -> Residuals:
    """J3."""
    import sympy as sp

    t = sp.Symbol("t", real=True)
    hbar, mass, width = sp.symbols("hbar m s", positive=True)
    sigma = width * sp.sqrt(1 + (hbar * t / (2 * mass * width**2)) ** 2)
    yield sigma.diff(t, 2) - hbar**2 / (4 * mass**2 * sigma**3)
    yield sigma.subs(t, 0) - width
    yield sigma.diff(t).subs(t, 0)


def _entropy_on_the_path(action: MadelungAction) -> Residuals:
    """J4."""
    import sympy as sp

    packet, _, sigma, *_ = _packet(action)
    (q,), (D,), (gamma,), t = packet.q, packet.D, packet.gamma, packet.t
    entropy = sp.log(sigma) + (1 + sp.log(2 * sp.pi)) / 2
    curvature = packet.F.diff(q, 2)
    fisher = 1 / sigma**2
    yield entropy.diff(t) - 2 * gamma * curvature
    learning = D * fisher + gamma * curvature
    yield entropy.diff(t) - learning - (sigma.diff(t) / (2 * sigma) - D / sigma**2)


def _interference(_: MadelungAction) -> Residuals:
    """M1."""
    import sympy as sp

    p1, p2, c1, c2, hbar = sp.symbols("p1 p2 c1 c2 hbar", positive=True)
    F1, F2, theta = sp.symbols("F1 F2 theta", real=True)
    one = c1 * sp.sqrt(p1) * sp.exp(sp.I * F1 / hbar)
    two = c2 * sp.sqrt(p2) * sp.exp(sp.I * (F2 / hbar - theta))
    cross = 2 * c1 * c2 * sp.sqrt(p1 * p2) * sp.cos((F1 - F2) / hbar + theta)
    yield (one + two) * sp.conjugate(one + two) - (c1**2 * p1 + c2**2 * p2 + cross).rewrite(sp.exp)


def _characteristics(action: MadelungAction) -> Residuals:
    """N1."""
    import sympy as sp

    near = action.near_equilibrium
    (q,), (D,), (gamma,), t = near.q, near.D, near.gamma, near.t
    without_noise = near.vary_density().subs(D, 0) / near.lam
    yield without_noise - (near.F.diff(t) + gamma * near.F.diff(q) ** 2 + near.V)
    u, start = sp.Function("u", real=True)(q, t), sp.Symbol("a", real=True)
    u0 = sp.Function("u0", real=True)
    ray = u - u0(q - u * t)  # without potential the velocity stays what it was at the start
    slope, change = (sp.solve(ray.diff(x), u.diff(x))[0] for x in (q, t))
    yield change + u * slope
    steepest = u0(start).diff(start).subs(start, q - u * t)
    yield slope - steepest / (1 + t * steepest)


IDENTITIES = (
    Identity(
        "J1",
        "a Gaussian with F' = m (x' + (sigma' / sigma)(q - x)) obeys the continuity equation for "
        "all x(t) and sigma(t)",
        _gaussian_continuity,
    ),
    Identity(
        "J2",
        "it obeys the other equation if x'' = -omega^2 x and sigma'' = hbar^2 / (4 m^2 sigma^3) - "
        "omega^2 sigma",
        _gaussian_motion,
    ),
    Identity("J3", "without potential sigma^2 = s^2 (1 + (hbar t / 2 m s^2)^2)", _free_width),
    Identity(
        "J4",
        "on this path dS/dt = 2 gamma <F''> = sigma' / sigma, and the formula of the Fokker-Planck "
        "equation is smaller by sigma' / (2 sigma) - D / sigma^2",
        _entropy_on_the_path,
    ),
    Identity(
        "M1",
        "the density of c1 psi1 + c2 psi2 is |c1|^2 p1 + |c2|^2 p2 + 2 |c1 c2| sqrt(p1 p2) "
        "cos((F1 - F2) / hbar + theta)",
        _interference,
    ),
    Identity(
        "N1",
        "without noise F obeys the Hamilton-Jacobi equation, and without potential u' = u0' / (1 + "
        "t u0'), which diverges at t = -1 / min u0'",
        _characteristics,
    ),
)
