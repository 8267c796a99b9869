"""Quantum integers and factorials, exact (classical) or as balls that enclose them (level r).

At level r the variable is q = exp(i pi / r) and [n] = (q^n - q^-n) / (q - q^-1). Classically q = 1
and [n] = n. Every formula of this subject is written once, for either kind of numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import accumulate
from numbers import Integral
from typing import Any

from flint import arb, ctx, fmpq

from qnpapers.errors import ColourError, PrecisionError

Exact = Any
"""A `flint.fmpq` (classical) or a `flint.arb` ball (level r): they share + - * /."""

START_BITS = 128
MAX_BITS = 2**16
"""Working precision at first and at most, where a float64 is asked for."""


class Classical:
    """q = 1: integers and fractions, exactly."""

    r: int | None = None
    top: float = math.inf  # no colour is too large

    def __init__(self) -> None:
        self._factorials = [fmpq(1)]

    def integer(self, n: int) -> Exact:
        """[n] = n."""
        return fmpq(n)

    def factorial(self, n: int) -> Exact:
        """[n]! = n!."""
        known = self._factorials
        while len(known) <= n:
            known.append(known[-1] * self.integer(len(known)))
        return known[n]


@dataclass(frozen=True)
class Balls:
    """q = exp(i pi k / r): real balls with `bits` bits, to be used inside `working_precision`.

    Args:
        r: level, at least 3.
        bits: working precision of the midpoints.
        conjugate: k, coprime to 2r. Powers other than 1 give the Galois conjugates of a value.
    """

    r: int
    bits: int
    conjugate: int = 1

    @property
    def top(self) -> int:
        """Largest colour, r - 2."""
        return self.r - 2

    def integer(self, n: int) -> Exact:
        """[n] = sin(n k pi / r) / sin(k pi / r), exactly 0 where r divides n."""
        if n % self.r == 0:
            return arb(0)
        return _sine(n * self.conjugate, self.r) / _sine(self.conjugate, self.r)

    def factorial(self, n: int) -> Exact:
        """[n]! = [1] [2] ... [n], exactly 0 from n = r on."""
        return self._factorials[n] if n < self.r else arb(0)

    @cached_property
    def _factorials(self) -> list[Exact]:
        numbers = (self.integer(n) for n in range(1, self.r))
        return list(accumulate(numbers, lambda x, y: x * y, initial=arb(1)))


Numbers = Classical | Balls

CLASSICAL = Classical()


@lru_cache(maxsize=256)
def balls(r: int, bits: int, conjugate: int = 1) -> Balls:
    """The balls of one root of unity; made once, for their factorials are kept."""
    return Balls(r, bits, conjugate)


def level(r: object) -> int | None:
    """The level as a Python integer; None is classical.

    Raises:
        ColourError: r is neither None nor an integer of at least 3.
    """
    if r is None:
        return None
    if not isinstance(r, Integral) or isinstance(r, bool) or int(r) < 3:
        raise ColourError(f"r = {r!r}: must be None (classical) or an integer of at least 3")
    return int(r)


def colour(name: str, value: object) -> int:
    """A colour a = 2j as a Python integer.

    Raises:
        ColourError: the value is no integer, or negative.
    """
    if type(value) is int and value >= 0:  # what it is nearly always, without the long way
        return value
    if not isinstance(value, Integral) or isinstance(value, bool) or int(value) < 0:
        raise ColourError(f"{name} = {value!r}: a colour is twice a spin, an integer of at least 0")
    return int(value)


def evaluate(
    formula: Callable[[Numbers], Exact],
    r: int | None,
    precision: int | None,
    integral: Callable[[Numbers], Exact] | None = None,
) -> Fraction | float | arb:
    """The value of a formula in quantum integers, in the arithmetic that is asked for.

    Args:
        formula: takes numbers and returns a value.
        r: None for an exact fraction, else the level.
        precision: bits of the ball to return; None for a float64 (see `nearest_float`).
        integral: see `nearest_float`.

    Raises:
        ColourError: `precision` is given classically or is no integer of at least 2.
        PrecisionError: see `nearest_float`.
    """
    if r is None:
        if precision is not None:
            raise ColourError(
                f"precision = {precision!r}: classical values are exact, precision needs a level r"
            )
        value = formula(CLASSICAL)
        return Fraction(int(value.p), int(value.q))
    if precision is None:
        return nearest_float(formula, r, integral)
    if not isinstance(precision, Integral) or isinstance(precision, bool) or precision < 2:
        raise ColourError(f"precision = {precision!r}: must be a number of bits, at least 2")
    with ctx.workprec(int(precision)):
        return arb(formula(balls(r, int(precision))))


def nearest_float(
    formula: Callable[[Numbers], Exact],
    r: int,
    integral: Callable[[Numbers], Exact] | None = None,
) -> float:
    """The value at level r as a float64 with a relative error below 2^-52, or exactly 0.

    The precision of the balls is doubled until the value is known to 60 bits, whatever cancels.
    A value that stays compatible with zero is zero if its norm is: the product of all Galois
    conjugates of an algebraic integer is an integer, so it vanishes once it is below 1.

    Args:
        formula: takes numbers and returns a value.
        r: level, at least 3.
        integral: returns an algebraic integer that vanishes exactly where the value does;
            None where the value cannot vanish.

    Raises:
        PrecisionError: the value lies outside the range of normal float64 numbers, or is not
            told from zero by `MAX_BITS` bits.
    """
    bits = START_BITS
    while bits <= MAX_BITS:
        with ctx.workprec(bits):
            ball = arb(formula(balls(r, bits)))
            if ball.is_zero():
                return 0.0
            if ball.rel_accuracy_bits() >= 60:
                return _float(ball)
            if integral is not None and _norm_vanishes(integral, r, bits):
                return 0.0
        bits *= 2
    raise PrecisionError(f"{MAX_BITS} bits do not tell this value at r = {r} from zero")


def _float(ball: arb) -> float:
    value = float(ball.mid())
    if not 2.0**-1022 <= abs(value) < math.inf:
        raise PrecisionError(
            f"the value {ball.mid().str(5, radius=False)} lies outside the range of float64: "
            "ask for a ball with precision=..."
        )
    return value


def _norm_vanishes(integral: Callable[[Numbers], Exact], r: int, bits: int) -> bool:
    norm = arb(1)
    for k in range(1, r):
        if math.gcd(k, 2 * r) == 1:
            norm *= arb(integral(balls(r, bits, k))).abs_upper()
    return bool(norm < 1)


def _sine(n: int, r: int) -> arb:
    return arb.sin_pi_fmpq(fmpq(n % (2 * r), r))
