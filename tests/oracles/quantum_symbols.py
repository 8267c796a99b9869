"""Theta and tetrahedron at a root of unity, from the printed formulas, with mpmath."""

import mpmath

mpmath.mp.dps = 60


def number(n, r):
    return mpmath.sin(n * mpmath.pi / r) / mpmath.sin(mpmath.pi / r)


def factorial(n, r):
    return mpmath.fprod(number(k, r) for k in range(1, n + 1)) if n < r else mpmath.mpf(0)


def theta(a, b, c, r):
    m, n, p = (a + b - c) // 2, (b + c - a) // 2, (a + c - b) // 2
    above = mpmath.fprod(factorial(k, r) for k in (m + n + p + 1, m, n, p))
    below = mpmath.fprod(factorial(k, r) for k in (m + n, n + p, m + p))
    return (-1) ** (m + n + p) * above / below


def tetrahedron(A, B, E, C, D, F, r):
    lower = [(A + D + E) // 2, (B + C + E) // 2, (A + B + F) // 2, (C + D + F) // 2]
    upper = [(B + D + E + F) // 2, (A + C + E + F) // 2, (A + B + C + D) // 2]
    front = mpmath.fprod(factorial(b - a, r) for a in lower for b in upper)
    front /= mpmath.fprod(factorial(k, r) for k in (A, B, C, D, E, F))
    terms = [
        (-1) ** s
        * factorial(s + 1, r)
        / mpmath.fprod(factorial(s - a, r) for a in lower)
        / mpmath.fprod(factorial(b - s, r) for b in upper)
        for s in range(max(lower), min(upper) + 1)
    ]
    return front * mpmath.fsum(terms)
