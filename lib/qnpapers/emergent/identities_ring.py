"""Identities I1 to I6: levels and ripples on a ring, and the circulation around a node."""

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


def _symbols() -> tuple[Expr, ...]:
    """N, mu, L, m, hbar, alpha."""
    import sympy as sp

    n = sp.Symbol("n", integer=True, nonnegative=True)
    mu, length, mass, hbar = sp.symbols("mu L m hbar", positive=True)
    return n, mu, length, mass, hbar, sp.Symbol("alpha", real=True)


def _levels(action: MadelungAction) -> Residuals:
    """I1."""
    import sympy as sp

    n, mu, length, mass, hbar = _symbols()[:5]
    (q,), (gamma,) = action.q, action.gamma
    energy = gamma * (n * mu / length) ** 2
    F = n * mu * q / length - energy * action.t
    flow = replace(action, p=1 / length, F=F, V=sp.S.Zero)
    yield hamilton_jacobi(flow, hbar**2)
    yield continuity(flow)
    yield energy.subs(gamma, 1 / (2 * mass)) - (n * mu) ** 2 / (2 * mass * length**2)


def _single_valued(_: MadelungAction) -> Residuals:
    """I2."""
    import sympy as sp

    n, mu = _symbols()[:2]
    yield sp.exp(sp.I * mu * n / (mu / (2 * sp.pi))) - 1


def _bohr_quotient(_: MadelungAction) -> Residuals:
    """I3."""
    import sympy as sp

    n, mu, length, mass, hbar = _symbols()[:5]
    energy = (n * mu) ** 2 / (2 * mass * length**2)
    k = 2 * sp.pi / length
    ripple = n * mu * k / (mass * length) + hbar * k**2 / (2 * mass)
    quotient = (energy.subs(n, n + 1) - energy) / ripple
    predicted = mu / (2 * sp.pi) * (2 * n + 1) / (2 * n + 2 * sp.pi * hbar / mu)
    yield quotient - predicted
    yield quotient.subs(hbar, mu / (2 * sp.pi)) - mu / (2 * sp.pi)


def _ripples(_: MadelungAction) -> Residuals:
    """I4."""
    import sympy as sp

    length, mass, hbar, alpha = _symbols()[2:]
    k, omega = sp.symbols("k omega", real=True)
    flow = alpha / (mass * length)
    # r = ln p and u: dr/dt = -u' - u r', du/dt = -u u' - Q'/m, to first order in e^{i(kq - wt)}
    matrix = sp.Matrix(
        [
            [-sp.I * omega + sp.I * k * flow, sp.I * k],
            [sp.I * k * hbar**2 * k**2 / (4 * mass**2), -sp.I * omega + sp.I * k * flow],
        ]
    )
    for sign in (1, -1):
        found = alpha * k / (mass * length) + sign * hbar * k**2 / (2 * mass)
        yield matrix.det().subs(omega, found)


def _circulation_of_a_node(_: MadelungAction) -> Residuals:
    """I5."""
    import sympy as sp

    n, mu = _symbols()[:2]
    radius = sp.Symbol("r", positive=True)
    angle = sp.Symbol("phi", real=True)
    hbar = mu / (2 * sp.pi)
    psi = (radius * sp.exp(sp.I * angle)) ** n * sp.exp(-(radius**2) / 2)
    slope = sp.simplify(hbar * sp.im(sp.expand(sp.simplify(psi.diff(angle) / psi))))
    yield sp.integrate(slope, (angle, 0, 2 * sp.pi)) - n * mu


def _no_curl_elsewhere(_: MadelungAction) -> Residuals:
    """I6."""
    import sympy as sp

    x, y = sp.symbols("x y", real=True)
    n, mu = _symbols()[:2]
    phase = n * mu / (2 * sp.pi) * sp.atan2(y, x)
    yield phase.diff(x).diff(y) - phase.diff(y).diff(x)
    yield phase.diff(x, 2) + phase.diff(y, 2)


IDENTITIES = (
    Identity(
        "I1",
        "F = n mu q / L - E t with uniform p solves the Madelung equations on a ring if E = gamma "
        "(n mu / L)^2 = (n mu)^2 / (2 m L^2)",
        _levels,
    ),
    Identity("I2", "exp(i mu n / hbar) = 1 for all integers n if hbar = mu / 2 pi", _single_valued),
    Identity(
        "I3",
        "(E_{n+1} - E_n) / omega_n = (mu / 2 pi)(2n + 1) / (2n + 2 pi hbar / mu), which does not "
        "depend on n if hbar = mu / 2 pi",
        _bohr_quotient,
    ),
    Identity(
        "I4",
        "ripples of wavenumber k on a uniform flow of circulation alpha have omega = alpha k / "
        "(m L) +- hbar k^2 / 2m",
        _ripples,
    ),
    Identity(
        "I5",
        "the circulation around a zero of order n is n mu if hbar = mu / 2 pi",
        _circulation_of_a_node,
    ),
    Identity(
        "I6", "away from the zero this flow has no curl and no divergence", _no_curl_elsewhere
    ),
)
