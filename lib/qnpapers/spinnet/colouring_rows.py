"""All admissible colourings of a few variables, one colouring a row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qnpapers.errors import SizeError

Triple = tuple[int, int, int]
"""Three variables that meet: a triangle of a triangulation, or a vertex of a trivalent graph."""

MAX_ROWS = 40_000_000
"""Longest table that is built; it takes a few GiB."""


def extensions(
    rows: np.ndarray, variables: Sequence[int], new: int, triples: Sequence[Triple], r: int
) -> tuple[np.ndarray, np.ndarray]:
    """All admissible colours of one more variable, for each of the given colourings.

    (a, b, c) is admissible where a + b + c is even and at most 2r - 4, and none is more than the
    sum of the others: for given a and b, every second number from |a - b| to
    min(a + b, 2r - 4 - a - b).

    Args:
        rows: colourings, shape (n, len(variables)), dtype int16.
        variables: what the columns are.
        new: the variable to add.
        triples: those whose other variables are not all known yet do not restrict it.
        r: level.

    Returns:
        Row numbers, ascending, and the colours that go with them, ascending for each row.

    Raises:
        SizeError: there are more than `MAX_ROWS`.
    """
    bounds = _Bounds(len(rows), r)
    for triple in triples:
        others = [rows[:, variables.index(v)] for v in triple if v != new and v in variables]
        if new in triple and len(others) + triple.count(new) == 3:
            bounds.restrict(others)
    first, count, step = bounds.ranges()
    total = int(count.sum())
    if total > MAX_ROWS:
        raise SizeError(
            f"a table of {total} colourings would be needed, at most {MAX_ROWS} are allowed: "
            "use a smaller level, or a smaller triangulation or graph"
        )
    source = np.repeat(np.arange(len(rows)), count)
    position = np.arange(total) - np.repeat(np.cumsum(count) - count, count)
    return source, (first[source] + step * position).astype(np.int16)


class _Bounds:
    """The colours that one variable may take in each row: a range, and perhaps a parity."""

    def __init__(self, size: int, r: int):
        self._low = np.zeros(size, dtype=np.int64)
        self._high = np.full(size, r - 2, dtype=np.int64)
        self._parity: np.ndarray | None = None
        self._r = r

    def restrict(self, others: Sequence[np.ndarray]) -> None:
        """Take a triple into account, given its other colours: two, one (x, x, a) or none."""
        if len(others) == 2:
            a, b = (colour.astype(np.int64) for colour in others)
            self._between(np.abs(a - b), np.minimum(a + b, 2 * self._r - 4 - a - b))
            self._same_parity((a + b) % 2)
        elif len(others) == 1:
            a = others[0].astype(np.int64)
            self._between(a // 2 + self._r * (a % 2), self._r - 2 - a // 2)
        else:
            self._between(0, (2 * self._r - 4) // 3)
            self._same_parity(np.zeros_like(self._low))

    def ranges(self) -> tuple[np.ndarray, np.ndarray, int]:
        """First colour and number of colours in each row, and the step between them."""
        if self._parity is None:
            return self._low, np.maximum(self._high - self._low + 1, 0), 1
        first = self._low + (self._low + self._parity) % 2
        return first, np.maximum((self._high - first) // 2 + 1, 0), 2

    def _between(self, low: np.ndarray | int, high: np.ndarray | int) -> None:
        self._low, self._high = np.maximum(self._low, low), np.minimum(self._high, high)

    def _same_parity(self, parity: np.ndarray) -> None:
        if self._parity is not None:
            self._high = np.where(parity == self._parity, self._high, -1)
        self._parity = parity


def admissible_rows(
    rows: np.ndarray, variables: Sequence[int], triples: Sequence[Triple], r: int
) -> np.ndarray:
    """Mask of the colourings that are admissible on the triples whose variables are all known."""
    keep = np.ones(len(rows), dtype=bool)
    for triple in triples:
        if set(triple) <= set(variables):
            a, b, c = (rows[:, variables.index(v)] for v in triple)
            total = a + b + c
            keep &= (total % 2 == 0) & (total <= 2 * r - 4)
            keep &= (a <= b + c) & (b <= c + a) & (c <= a + b)
    return keep
