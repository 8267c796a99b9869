"""The action of stationary entropy production, as a symbolic functional that can be varied."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qnpapers.errors import ParameterError

if TYPE_CHECKING:
    from sympy import Expr, Symbol


@dataclass(frozen=True, eq=False)
class MadelungAction:
    """The integrand of the action, its symbols, and its variations.

    Args:
        q: trainable variables.
        t: time.
        p: their density, a positive function of q and t.
        F: free energy, a function of q and t.
        V: minus the time-averaged free-energy production, a function of q.
        D: diffusion constants, one for each q, or the same symbol for all.
        gamma: learning rates, likewise.
        lam: the multiplier of the constraint.
        terms: integrands of the five terms, in the order of [vanchurin2020]: entropy production by
            noise, by learning; free-energy production by the hidden variables, by learning, and
            minus its average.
    """

    q: tuple[Symbol, ...]
    t: Symbol
    p: Expr
    F: Expr
    V: Expr
    D: tuple[Symbol, ...]
    gamma: tuple[Symbol, ...]
    lam: Symbol
    terms: tuple[Expr, Expr, Expr, Expr, Expr]

    @property
    def density(self) -> Expr:
        """The integrand, a sum of five terms."""
        return sum(self.terms[1:], self.terms[0])

    @property
    def near_equilibrium(self) -> MadelungAction:
        """The same without its second term, entropy production by learning."""
        from sympy import S

        first, _, *others = self.terms
        return replace(self, terms=(first, S.Zero, *others))

    def vary_density(self) -> Expr:
        """Left side of the equation that holds where no change of p changes the action."""
        return self._vary(self.p)

    def vary_free_energy(self) -> Expr:
        """Left side of the equation that holds where no change of F changes the action."""
        return self._vary(self.F)

    def _vary(self, field: Expr) -> Expr:
        from sympy.calculus.euler import euler_equations

        [equation] = euler_equations(self.density, field, [*self.q, self.t])
        return equation.lhs.expand()


def madelung_action(directions: int = 1, *, common_rates: bool = True) -> MadelungAction:
    """The functional whose stationary points are the Madelung equations, in sympy.

        S[p, F] = int dt d^K q  sqrt p { sum_k (-4 D d_k^2 + gamma d_k^2 F)
                                         + lam [dF/dt + sum_k gamma (d_k F)^2 + V] } sqrt p

    Entropy production of the trainable variables, with a constraint on the production of free
    energy and its multiplier lam. The drift of learning is +gamma dF here.

    Args:
        directions: K, number of trainable variables, at least 1.
        common_rates: the same gamma and D for all directions; otherwise each has its own.

    Returns:
        The symbols and the integrand; `vary_density` and `vary_free_energy` do the variations.

    Raises:
        ParameterError: there is no direction.

    Reference:
        [vanchurin2020, section 5], where the multiplier is called mu.

    Example:
        >>> action = madelung_action()
        >>> action.terms[4]
        lambda*V(q)*p(q, t)
    """
    import sympy as sp

    if directions < 1:
        raise ParameterError(f"directions = {directions!r}: must be at least 1")
    names = ["q"] if directions == 1 else [f"q{k + 1}" for k in range(directions)]
    suffixes = [""] * directions if common_rates else [str(k + 1) for k in range(directions)]
    q = tuple(sp.Symbol(name, real=True) for name in names)
    D = tuple(sp.Symbol(f"D{suffix}", positive=True) for suffix in suffixes)
    gamma = tuple(sp.Symbol(f"gamma{suffix}", positive=True) for suffix in suffixes)
    t, lam = sp.Symbol("t", real=True), sp.Symbol("lambda", positive=True)
    p = sp.Function("p", positive=True)(*q, t)
    F = sp.Function("F", real=True)(*q, t)
    V = sp.Function("V", real=True)(*q)
    root = sp.sqrt(p)
    noise = -4 * sum(d * root * root.diff(x, 2) for d, x in zip(D, q, strict=True))
    learning = sum(g * p * F.diff(x, 2) for g, x in zip(gamma, q, strict=True))
    hidden = lam * p * F.diff(t)
    descent = lam * sum(g * p * F.diff(x) ** 2 for g, x in zip(gamma, q, strict=True))
    terms = (noise, learning, hidden, descent, lam * p * V)
    return MadelungAction(q, t, p, F, V, D, gamma, lam, terms)
