"""6j symbols: whole rows and single ones, beside wigner, wignernj and sympy, with their errors.

The error of a row is the largest one of the numbers sqrt(2 j1 + 1) {...}, over the largest of them;
it is measured against exact symbols, at some of them where rows are long.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import wigner
import wignernj
from measuring import fastest, once, peer
from sympy import Rational
from sympy.physics.wigner import wigner_6j

from qnpapers.spinnet import SixJRow, six_j, six_j_row

ROWS = "A row of 6j symbols {j1 j j; j j j} for all j1 (us a row, fastest of several runs)"
SHAPES = "Rows {j1 j2 j3; j4 j5 j6} of unequal spins (us a row, fastest of several runs)"
SINGLE = "One 6j symbol {j j j; j j j} (us, fastest of several runs)"

EPS = 2.0**-52


def error(row: SixJRow, values: np.ndarray, spins: tuple[int, ...]) -> float:
    """Error of a row at no more than 50 symbols, with the largest of the row as the unit."""
    places = np.unique(np.linspace(0, len(values) - 1, 50).round().astype(int))
    exactly = six_j
    if max(spins) > 4000:
        exactly = _by_wignernj  # correctly rounded too, up to factorials of 20,000
    if max(spins) > 12_000:  # exact symbols of larger spins are feasible where j1 is small
        places, exactly = np.arange(0, 200, 10), six_j
    exact = np.array([exactly(int(row.two_j1[k]), *spins) for k in places])
    weights = np.sqrt(row.two_j1 + 1.0)
    largest = np.abs(weights * row.values).max()
    return float(np.abs((values[places] - exact) * weights[places]).max() / largest)


def by_wigner(spins: tuple[int, ...]) -> np.ndarray:
    return wigner.wigner_6j(*(two_j / 2 for two_j in spins))[2]


@pytest.mark.parametrize("j", [10, 100, 1000, 10_000, 50_000])
def test_rows(tables, j):
    spins = (2 * j,) * 5
    row = six_j_row(*spins)
    assert len(row.values) == 2 * j + 1  # deterministic work: one step of the recursion for each
    ours, theirs = error(row, row.values, spins), error(row, by_wigner(spins), spins)
    assert ours < 1e-12
    elapsed = fastest(lambda: six_j_row(*spins))
    peers = fastest(lambda: by_wigner(spins))
    x, y = np.linspace(1, 2, len(row.values)), np.linspace(2, 3, len(row.values))
    floor = fastest(lambda: np.sqrt(x) / y)
    few = [int(k) for k in np.linspace(0, min(2 * j, 2000), 9)] if j <= 1000 else []
    single = [once(lambda k=k: _by_wignernj(2 * k, *spins)) for k in few]
    algebra = [once(lambda k=k: _by_sympy(2 * k, *spins)) for k in few[::2]] if j <= 100 else []
    tables.add(
        ROWS,
        j=j,
        symbols=2 * j + 1,
        qnpapers=1e6 * elapsed,
        **{peer("wigner"): 1e6 * peers, "ratio": peers / elapsed},
        **{f"{peer('wignernj')}, one by one": _row_time(single, j)},
        **{f"{peer('sympy')}, one by one": _row_time(algebra, j)},
        **{"error": f"{ours:.0e}", "error of wigner": f"{theirs:.0e}"},
        **{"ns a symbol": 1e9 * elapsed / (2 * j + 1)},
        **{"times a root and a quotient each": elapsed / floor},
    )


def _row_time(times: list[float], j: int) -> object:
    return 1e6 * float(np.mean(times)) * (2 * j + 1) if times else "-"


def _by_wignernj(*two_js: int) -> float:
    return wignernj.wigner6j(*(Fraction(n, 2) for n in two_js))


def _by_sympy(*two_js: int) -> float:
    return float(wigner_6j(*(Rational(n, 2) for n in two_js)))


@pytest.mark.parametrize(
    "spins",
    [
        (120, 140, 160, 140, 160),
        (700, 900, 500, 800, 1100),
        (10, 600, 604, 20, 600),
        (2000, 1001, 1400, 801, 1200),
        (7000, 9000, 5000, 8000, 9000),
    ],
)
def test_rows_of_unequal_spins(tables, spins):
    row = six_j_row(*spins)
    ours = error(row, row.values, spins)
    assert ours < 1e-12
    elapsed, peers = fastest(lambda: six_j_row(*spins)), fastest(lambda: by_wigner(spins))
    tables.add(
        SHAPES,
        **{"2 j2 ... 2 j6": " ".join(map(str, spins)), "symbols": len(row.values)},
        qnpapers=1e6 * elapsed,
        **{peer("wigner"): 1e6 * peers, "ratio": peers / elapsed},
        **{"error": f"{ours:.0e}", "of wigner": f"{error(row, by_wigner(spins), spins):.0e}"},
    )


@pytest.mark.parametrize("j", [10, 100, 1000])
def test_single_symbols(tables, j):
    spins = (2 * j,) * 6
    value = six_j(*spins)
    assert value == pytest.approx(_by_wignernj(*spins), rel=4 * EPS, abs=0)
    exact = six_j(*spins, exact=True)
    units = abs(Fraction(value) ** 2 / exact.square - 1) / Fraction(2 * EPS)
    tables.add(
        SINGLE,
        j=j,
        terms=j + 1,
        **{"qnpapers": 1e6 * fastest(lambda: six_j(*spins), 7)},
        **{peer("wignernj"): 1e6 * fastest(lambda: _by_wignernj(*spins), 7)},
        **{peer("sympy"): 1e6 * once(lambda: _by_sympy(*spins)) if j <= 1000 else "-"},
        **{"error in units of 2^-52": float(units)},
    )
    assert units <= 0.5
