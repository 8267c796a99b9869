"""6j symbols from other people's programs."""

from fractions import Fraction

import wignernj
from sympy import Rational
from sympy.physics.wigner import wigner_6j


def symbol_and_square(*two_js):
    """Sign and square, exactly, with sympy."""
    value = wigner_6j(*(Rational(n, 2) for n in two_js))
    square = value**2
    return int(bool(value > 0)) - int(bool(value < 0)), Fraction(int(square.p), int(square.q))


def nearest(*two_js):
    """float64 with wignernj, which aborts above spins of some 6,000."""
    assert max(two_js) < 10_000
    return wignernj.wigner6j(*(Fraction(n, 2) for n in two_js))
