"""The identities behind the hydrodynamic form, each proved by computer algebra when it is asked.

Every identity is a function that returns expressions which must vanish identically, built from the
action or from its equations. Its tag is that of the notes of this project and names nothing in the
papers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qnpapers.emergent.action import MadelungAction, madelung_action
from qnpapers.errors import ParameterError

if TYPE_CHECKING:
    from sympy import Expr


@dataclass(frozen=True)
class Identity:
    """A statement, and the expressions that vanish if and only if it is true.

    Args:
        tag: short name.
        statement: in words and formulas.
        residuals: makes from the action what must be 0.
        near_equilibrium: the statement is about the action without entropy production by learning.
    """

    tag: str
    statement: str
    residuals: Callable[[MadelungAction], Iterable[Expr]]
    near_equilibrium: bool = False

    def proved(self, action: MadelungAction | None = None) -> bool:
        """True if computer algebra reduces every residual to 0.

        False means that it did not, which for these identities means that the statement is wrong.

        Args:
            action: to prove it from; by default `madelung_action()`, or what is left of it near
                equilibrium.
        """
        if action is None:
            action = madelung_action()
            action = action.near_equilibrium if self.near_equilibrium else action
        return all(vanishes(residual) for residual in self.residuals(action))


def vanishes(expression: Expr) -> bool:
    """True if sympy finds that an expression is identically 0.

    Example:
        >>> import sympy
        >>> x = sympy.Symbol("x")
        >>> vanishes((x + 1) ** 2 - x**2 - 2 * x - 1), vanishes(x)
        (True, False)
    """
    import sympy as sp

    expanded = sp.expand(sp.sympify(expression).doit())
    return bool(expanded == 0 or sp.simplify(expanded) == 0)


def identities() -> dict[str, Identity]:
    """All identities by their tags.

    Example:
        >>> identities()["A3"].proved()
        True
    """
    from qnpapers.emergent import (
        identities_entropy,
        identities_gaussian,
        identities_madelung,
        identities_ring,
    )

    modules = (identities_entropy, identities_madelung, identities_gaussian, identities_ring)
    return {one.tag: one for module in modules for one in module.IDENTITIES}


def prove(*tags: str) -> dict[str, bool]:
    """Prove the identities with these tags, or all of them.

    Returns:
        whether each was proved.

    Raises:
        ParameterError: there is no identity with such a tag.

    Example:
        >>> prove("A1", "A3")
        {'A1': True, 'A3': True}
    """
    known = identities()
    unknown = sorted(set(tags) - set(known))
    if unknown:
        raise ParameterError(f"tags = {unknown}: known are {', '.join(known)}")
    return {tag: known[tag].proved() for tag in tags or known}
