"""Theta, tetrahedron and F-move of Kauffman and Lins, exact or at a root of unity.

Conventions: colours are integers a = 2j; a loop of colour 1 is -2 classically (Penrose) and
-2 cos(pi/r) at level r, that is A = exp(i pi / 2r); no value is divided by a norm.

Source: [marciano2020] uses these evaluations; the formulas are those of L. H. Kauffman and
S. L. Lins, Temperley-Lieb Recoupling Theory (1994), chapter 9.
"""

from __future__ import annotations

from fractions import Fraction
from numbers import Integral

import numpy as np
from flint import arb

from qnpapers.errors import ColourError
from qnpapers.spinnet.quantum_numbers import (
    Exact,
    Numbers,
    colour,
    evaluate,
    level,
)

Value = Fraction | float | arb
"""Exact classically; at level r a float64, or a ball where `precision` is given.

Arithmetic on returned balls follows `flint.ctx.prec`, as for any ball.
"""


def quantum_integer(n: int, r: int | None = None, *, precision: int | None = None) -> Value:
    """The quantum integer [n].

        [n] = sin(n pi / r) / sin(pi / r),  classically [n] = n

    Args:
        n: any integer.
        r: level, at least 3; None for the classical value.
        precision: bits of a ball to return in place of a float64.

    Returns:
        [n]; exactly 0 where r divides n.

    Raises:
        ColourError: n is no integer, or r is below 3.

    >>> quantum_integer(2, r=5)
    1.618033988749895
    """
    if not isinstance(n, Integral) or isinstance(n, bool):
        raise ColourError(f"n = {n!r}: must be an integer")
    return evaluate(lambda numbers: numbers.integer(int(n)), level(r), precision)


def loop_value(a: int, r: int | None = None, *, precision: int | None = None) -> Value:
    """Delta_a, the value of a loop of colour a: (-1)^a [a + 1].

    Args:
        a: colour.
        r: level, at least 3; None for the classical value.
        precision: bits of a ball to return in place of a float64.

    Returns:
        Delta_a; exactly 0 for colours above r - 2.

    Raises:
        ColourError: a is no colour, or r is below 3.

    >>> loop_value(2)
    Fraction(3, 1)
    """
    a, r = colour("a", a), level(r)
    if r is not None and a > r - 2:
        return _zero(r, precision)
    return evaluate(lambda numbers: loop(numbers, a), r, precision)


def admissible(a: int, b: int, c: int, r: int | None = None) -> bool:
    """True when three colours may meet at a vertex.

    Their sum is even, none is larger than the sum of the others, and at level r the sum is at most
    2r - 4.

    Raises:
        ColourError: a value is no colour, or r is below 3.
    """
    a, b, c = _colours(a=a, b=b, c=c)
    return _fit(a, b, c, level(r))


def theta(a: int, b: int, c: int, r: int | None = None, *, precision: int | None = None) -> Value:
    """Value of the theta network: two vertices joined by edges of colours a, b, c.

        theta = (-1)^J [J + 1]! [m]! [n]! [p]! / ([a]! [b]! [c]!),  J = m + n + p,
        m = (a + b - c) / 2,  n = (b + c - a) / 2,  p = (a + c - b) / 2

    Args:
        a: colour, as b and c are.
        b: colour.
        c: colour.
        r: level, at least 3; None for the classical value.
        precision: bits of a ball to return in place of a float64.

    Returns:
        The value; exactly 0 where (a, b, c) is not admissible, never 0 where it is.

    Raises:
        ColourError: a value is no colour, or r is below 3.
        PrecisionError: the value lies outside the range of float64.

    >>> theta(2, 2, 2)
    Fraction(-3, 1)
    """
    a, b, c = _colours(a=a, b=b, c=c)
    r = level(r)
    if not _fit(a, b, c, r):
        return _zero(r, precision)
    return evaluate(lambda numbers: theta_of(numbers, a, b, c), r, precision)


def tetrahedron(
    A: int,
    B: int,
    E: int,
    C: int,
    D: int,
    F: int,
    r: int | None = None,
    *,
    precision: int | None = None,
) -> Value:
    """Value of the tetrahedral network Tet[A B E; C D F].

    The vertices are (A D E), (B C E), (A B F) and (C D F); A and C, B and D, E and F share none.

        Tet = prod_{i,k} [b_k - a_i]! / ([A]! [B]! [C]! [D]! [E]! [F]!)
              sum_s (-1)^s [s + 1]! / (prod_i [s - a_i]! prod_k [b_k - s]!)

    where a_i are half the sums of the colours at a vertex and b_k half the sums over
    (B D E F), (A C E F), (A B C D). At level r the terms from s = r - 1 on vanish.

    Args:
        A: colour, as B, E, C, D and F are.
        B: colour.
        E: colour.
        C: colour.
        D: colour.
        F: colour.
        r: level, at least 3; None for the classical value.
        precision: bits of a ball to return in place of a float64.

    Returns:
        The value; exactly 0 where a vertex is not admissible, and where the sum vanishes.

    Raises:
        ColourError: a value is no colour, or r is below 3.
        PrecisionError: the value lies outside the range of float64.

    >>> tetrahedron(1, 1, 2, 1, 1, 2)
    Fraction(3, 2)
    """
    labels = _colours(A=A, B=B, E=E, C=C, D=D, F=F)
    r = level(r)
    if not _tetrahedron_fits(r, *labels):
        return _zero(r, precision)
    return evaluate(
        lambda numbers: tetrahedron_of(numbers, *labels),
        r,
        precision,
        lambda numbers: tetrahedron_sum(numbers, *labels),
    )


def recoupling(
    a: int,
    b: int,
    i: int,
    c: int,
    d: int,
    j: int,
    r: int | None = None,
    *,
    precision: int | None = None,
) -> Value:
    """The F-move {a b i; c d j}: how an edge of colour j becomes edges of colour i.

        {a b i; c d j} = Tet[a b i; c d j] Delta_i / (theta(a, d, i) theta(b, c, i))

    The edge j joins the vertices (a b j) and (c d j), the edge i joins (a d i) and (b c i), and the
    network with j is the sum over i of the symbol times the network with i.

    Args:
        a: outer colour, as b, c and d are, in cyclic order.
        b: outer colour.
        i: colour of the new edge.
        c: outer colour.
        d: outer colour.
        j: colour of the old edge.
        r: level, at least 3; None for the classical value.
        precision: bits of a ball to return in place of a float64.

    Returns:
        The symbol; exactly 0 where a vertex is not admissible. In general {a b i; c d j} is not
        symmetric in i and j; `recoupling_matrix` has a symmetric form.

    Raises:
        ColourError: a value is no colour, or r is below 3.
        PrecisionError: the value lies outside the range of float64.

    >>> recoupling(2, 2, 2, 2, 2, 2)
    Fraction(1, 2)
    """
    labels = _colours(a=a, b=b, i=i, c=c, d=d, j=j)
    r = level(r)
    if not _tetrahedron_fits(r, *labels):
        return _zero(r, precision)
    return evaluate(
        lambda numbers: recoupling_of(numbers, *labels),
        r,
        precision,
        lambda numbers: tetrahedron_sum(numbers, *labels),
    )


def channels(a: int, b: int, c: int, d: int, r: int | None = None) -> list[int]:
    """The colours e for which (a, b, e) and (c, d, e) are both admissible, in ascending order."""
    a, b, c, d = _colours(a=a, b=b, c=c, d=d)
    r = level(r)
    span = range(max(abs(a - b), abs(c - d)), min(a + b, c + d) + 1)
    return [e for e in span if _fit(a, b, e, r) and _fit(c, d, e, r)]


def recoupling_matrix(a: int, b: int, c: int, d: int, r: int | None = None) -> np.ndarray:
    """The F-move as a real orthogonal matrix, between channels that are normalised.

        F[i, j] = Tet[a b i; c d j] sqrt|Delta_i Delta_j| / sqrt|theta theta theta theta|

    Rows are `channels(a, d, b, c)`, columns `channels(a, b, c, d)`. Signs of rows and columns are a
    matter of the phases of the channels; here they follow the signs of Tet.

    Args:
        a: outer colour, as b, c and d are, in cyclic order.
        b: outer colour.
        c: outer colour.
        d: outer colour.
        r: level, at least 3; None for the classical values.

    Returns:
        float64 matrix; shape (0, 0) if there is no channel.

    Raises:
        ColourError: a value is no colour, or r is below 3.
    """
    rows, columns = channels(a, d, b, c, r), channels(a, b, c, d, r)
    matrix = np.empty((len(rows), len(columns)))
    for row, i in enumerate(rows):
        for column, j in enumerate(columns):
            forth = float(recoupling(a, b, i, c, d, j, r))
            back = float(recoupling(b, c, j, d, a, i, r))
            sign = np.sign(float(tetrahedron(a, b, i, c, d, j, r)))
            matrix[row, column] = sign * np.sqrt(abs(forth * back))
    return matrix


def loop(numbers: Numbers, a: int) -> Exact:
    """Delta_a for an admissible colour."""
    return (-1) ** a * numbers.integer(a + 1)


def theta_of(numbers: Numbers, a: int, b: int, c: int) -> Exact:
    """Theta of admissible colours."""
    shared = numbers.factorial(a) * numbers.factorial(b) * numbers.factorial(c)
    return edge_factor(numbers, a, b, c) * corner_factor(numbers, a, b, c) ** 2 / shared


def edge_factor(numbers: Numbers, a: int, b: int, c: int) -> Exact:
    """(-1)^J [J + 1]! / ([m]! [n]! [p]!), an algebraic integer; theta without its projectors."""
    total = (a + b + c) // 2
    return (-1) ** total * numbers.factorial(total + 1) / corner_factor(numbers, a, b, c)


def corner_factor(numbers: Numbers, a: int, b: int, c: int) -> Exact:
    """[m]! [n]! [p]!, for the numbers of strands between the edges of a vertex."""
    total = (a + b + c) // 2
    first, second = numbers.factorial(total - a), numbers.factorial(total - b)
    return first * second * numbers.factorial(total - c)


def tetrahedron_sum(numbers: Numbers, A: int, B: int, E: int, C: int, D: int, F: int) -> Exact:
    """The sum over s in Tet: [s + 1] times multinomials, an algebraic integer."""
    vertices, squares = _half_sums(A, B, E, C, D, F)
    total = numbers.integer(0)
    for s in range(max(vertices), int(min(*squares, numbers.top)) + 1):
        denominator = numbers.integer(1)
        for a in vertices:
            denominator *= numbers.factorial(s - a)
        for b in squares:
            denominator *= numbers.factorial(b - s)
        total += (-1) ** s * numbers.factorial(s + 1) / denominator
    return total


def tetrahedron_of(numbers: Numbers, A: int, B: int, E: int, C: int, D: int, F: int) -> Exact:
    """Tet of admissible colours."""
    value = tetrahedron_sum(numbers, A, B, E, C, D, F)
    for triple in ((A, D, E), (B, C, E), (A, B, F), (C, D, F)):
        value *= corner_factor(numbers, *triple)
    for label in (A, B, C, D, E, F):
        value /= numbers.factorial(label)
    return value


def recoupling_of(numbers: Numbers, a: int, b: int, i: int, c: int, d: int, j: int) -> Exact:
    """The F-move of admissible colours."""
    value = tetrahedron_of(numbers, a, b, i, c, d, j) * loop(numbers, i)
    return value / (theta_of(numbers, a, d, i) * theta_of(numbers, b, c, i))


def fits(numbers: Numbers, a: int, b: int, c: int) -> bool:
    """`admissible` for integers that are known to be colours."""
    return _fit(a, b, c, numbers.r)


def _fit(a: int, b: int, c: int, r: int | None) -> bool:
    total = a + b + c
    if total % 2 or 2 * max(a, b, c) > total:
        return False
    return r is None or total <= 2 * r - 4


def _tetrahedron_fits(r: int | None, A: int, B: int, E: int, C: int, D: int, F: int) -> bool:
    return all(_fit(*t, r) for t in ((A, D, E), (B, C, E), (A, B, F), (C, D, F)))


def _half_sums(A: int, B: int, E: int, C: int, D: int, F: int) -> tuple[list[int], list[int]]:
    vertices = [(A + D + E) // 2, (B + C + E) // 2, (A + B + F) // 2, (C + D + F) // 2]
    return vertices, [(B + D + E + F) // 2, (A + C + E + F) // 2, (A + B + C + D) // 2]


def _colours(**named: object) -> list[int]:
    return [colour(name, value) for name, value in named.items()]


def _zero(r: int | None, precision: int | None) -> Value:
    return evaluate(lambda numbers: numbers.integer(0), r, precision)
