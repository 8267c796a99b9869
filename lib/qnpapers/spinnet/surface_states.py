"""Networks on a closed surface as physical states: explicit vectors whose products are <H|P|H'>.

The moves of `surface_decimation` are replayed on a colouring of norm 1. Between networks of norm 1
an F-move is an orthogonal matrix; a bubble is the adjoint of an isometry,

    |a, b between c and c>  ->  sqrt|Delta_a Delta_b / (N Delta_c)| |c>,   N = sum_s Delta_s^2,

and its square is the projector of the face that it removes. What is left is a vector V H with
V^T V = P. Surfaces of genus g have as many independent vectors as Verlinde's number squared.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from qnpapers.errors import ColourError, NetworkError, PrecisionError, SizeError
from qnpapers.spinnet.decimation import Bubble, FMove, Theta
from qnpapers.spinnet.networks import Network
from qnpapers.spinnet.quantum_numbers import level
from qnpapers.spinnet.surface_moves import Bigon, SurfaceDecimation, surface_decimation
from qnpapers.spinnet.surface_replay import BIGON, BUBBLE, CHANGE, F_MOVE, THETA, replay
from qnpapers.spinnet.tetrahedron_weights import loop_values, normalised_tetrahedra

MAX_LEVEL = 12
"""Largest level: the table of F-moves has (r - 1)^6 entries."""

MAX_STATES = 1_000_000
"""Largest number of colourings that a vector may have between two moves."""

WORST_ERROR = 1e-6
"""Largest error of a unit vector that is returned."""


Tables = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""F-moves, the same with small changes, bubbles, thetas."""


@dataclass(frozen=True)
class PhysicalStates:
    """What the projector on flat connections leaves of some networks.

    Args:
        vectors: P H / |P H|, rows of length 1, in coordinates that preserve scalar products; a row
            of zeros where a colouring is not admissible or its projection vanishes. (count, K).
        log_norms: ln |P H| for the network of norm 1, at most 0; -inf where the row is zero.
        errors: estimated length of the error of each row, see `surface_replay`.
    """

    vectors: np.ndarray
    log_norms: np.ndarray
    errors: np.ndarray

    @property
    def gram(self) -> np.ndarray:
        """<H|P|H'> between networks of norm 1, shape (count, count)."""
        lengths = np.exp(self.log_norms)
        return lengths[:, None] * (self.vectors @ self.vectors.T) * lengths

    @property
    def transition_probabilities(self) -> np.ndarray:
        """|<i|P|j>|^2 / (<i|P|i> <j|P|j>), whatever the norm of networks; (count, count)."""
        return np.asarray(self.vectors @ self.vectors.T) ** 2

    @property
    def rank(self) -> int:
        """Number of independent states among them; singular values below 1e-7 count as zero."""
        return self.coordinates.shape[1]

    @property
    def coordinates(self) -> np.ndarray:
        """The vectors in as few orthogonal coordinates as they need, shape (count, rank)."""
        if not self.vectors.size:
            return np.zeros((len(self.vectors), 0))
        _, values, axes = np.linalg.svd(self.vectors, full_matrices=False)
        return np.asarray(self.vectors @ axes[values > 1e-7].T)

    @property
    def projectors(self) -> np.ndarray:
        """|i><i| as rows, which do not know the signs of states; shape (count, rank^2).

        Their squared distances are 2 - 2 `transition_probabilities`. Rounded to nine decimals.
        """
        rows = self.coordinates
        return (rows[:, :, None] * rows[:, None, :]).reshape(len(rows), -1).round(9)


def physical_states(
    network: Network,
    colourings: np.ndarray | Sequence[Sequence[int]],
    r: int,
    *,
    order: Sequence[int] | None = None,
) -> PhysicalStates:
    """The physical states of colourings of one network on a closed surface.

    Their scalar products are those of `physical_projector`, which holds the whole matrix; here a
    network may have any number of admissible colourings.

    Args:
        network: drawn on a closed surface of any genus, without bridges.
        colourings: one colour for each edge, shape (count, E).
        r: level, from 3 to `MAX_LEVEL`.
        order: of the faces, see `surface_decimation`; what it costs, not what comes out.

    Raises:
        NetworkError: there is not one colour for each edge, r is None, or see `surface_decimation`.
        ColourError: a colour is no integer or negative, or r is not an allowed level.
        SizeError: a vector would have more than `MAX_STATES` entries, or more edges must be
            remembered than fit.
        PrecisionError: round-off may have moved a unit vector by more than `WORST_ERROR`.

    >>> from qnpapers.spinnet import torus_honeycomb
    >>> empty, winding = [0] * 12, [0, 1, 1] * 2 + [0] * 6  # a strand around the first row
    >>> states = physical_states(torus_honeycomb(2, 2), [empty, winding], 5)
    >>> float(abs(states.vectors[0] @ states.vectors[1]).round(12))
    0.0
    """
    known = _level(r)
    colours = _colours(network, colourings)
    program = _program(network, None if order is None else tuple(order), known)
    tables = _tables(known)
    different, place = np.unique(colours, axis=0, return_inverse=True)
    fits = _admissible(network, different, known)
    nothing = np.zeros(0, np.uint64), np.zeros(0), -math.inf, 0.0
    results = [
        _state(program, row, tables) if fit else nothing
        for row, fit in zip(different, fits, strict=True)
    ]
    vectors = _common_coordinates([(keys, values) for keys, values, *_ in results])
    logs, errors = np.array([result[2:] for result in results]).reshape(-1, 2).T
    worst = max(errors, default=0.0)
    if worst > WORST_ERROR:
        raise PrecisionError(
            f"round-off may have moved a state by {worst:.1e}: at most {WORST_ERROR:g} is allowed"
        )
    place = place.reshape(-1)
    return PhysicalStates(vectors[place], logs[place], errors[place])


@dataclass(frozen=True)
class _Program:
    """Moves as numbers: an edge is a slot of the key (0, 1, ...), or ~e for the edge e as it came.

    Args:
        steps: kind of move, its edges, and the slot that it fills; shape (moves, 7).
        last: slots of the edges that are left.
        bits: for a colour in a key.
    """

    steps: np.ndarray
    last: np.ndarray
    bits: int


@lru_cache(maxsize=64)
def _program(network: Network, order: tuple[int, ...] | None, r: int) -> _Program:
    decimation = surface_decimation(network, order)
    writer = _Writer(network.edges)
    steps = [writer.step(move) for move in decimation.moves]
    return _check_slots(writer, steps, decimation, max(1, (r - 2).bit_length()))


def _check_slots(
    writer: _Writer, steps: list[list[int]], decimation: SurfaceDecimation, bits: int
) -> _Program:
    slots = max(writer.used, len(decimation.edges))
    if slots * bits > 64:
        raise SizeError(
            f"{slots} edges must be remembered, {64 // bits} fit at this level: use a smaller "
            "network or level, or another order of faces"
        )
    padded = [step + [0] * (7 - len(step)) for step in steps]
    last = [writer.place[e] for e in decimation.edges]
    return _Program(np.array(padded, dtype=np.int64), np.array(last, dtype=np.int64), bits)


class _Writer:
    """Where each edge is kept: its slot, or ~e while it still has the colour that it came with."""

    def __init__(self, edges: int) -> None:
        self.place = {e: ~e for e in range(edges)}
        self.used = 0
        self._free: list[int] = []

    def step(self, move: FMove | Bubble | Bigon | Theta) -> list[int]:
        """One move as numbers."""
        match move:
            case FMove(a, b, i, c, d, j):
                old = [self.place[e] for e in (a, b, c, d, j)]
                self.place[i] = self.place.pop(j) if old[-1] >= 0 else self._new()
                return [F_MOVE, *old, self.place[i]]
            case Bubble((kept, other), (x, y)):
                return self._bubble(kept, other, x, y)
            case Bigon(edge, other, (x, y)):
                where = self.place[edge]
                self.place[x], self.place[y] = self._new(), self._new()
                self.place[other] = self._new() if where >= 0 else where
                return [BIGON, where, *(self.place[e] for e in (other, x, y))]
            case Theta(edges):
                return [THETA, *(self.place[e] for e in edges)]

    def _bubble(self, kept: int, other: int, x: int, y: int) -> list[int]:
        legs, sides = [self.place[kept], self.place.pop(other)], [self.place.pop(e) for e in (x, y)]
        gone = legs[0] if legs[0] >= 0 else legs[1]  # two equal colours: one slot is enough
        self.place[kept] = legs[1] if legs[0] >= 0 else legs[0]
        self._free += sorted({slot for slot in (gone, *sides) if slot >= 0}, reverse=True)
        return [BUBBLE, *legs, *sides, gone]

    def _new(self) -> int:
        if self._free:
            return self._free.pop()
        self.used += 1
        return self.used - 1


def _state(
    program: _Program, colours: np.ndarray, tables: Tables
) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Keys and amplitudes of a unit vector, the logarithm of its length, and its error."""
    keys, values, log, error = replay(program.steps, program.bits, colours, tables, MAX_STATES)
    if math.isinf(error):
        raise SizeError(f"a vector has {len(keys)} entries, {MAX_STATES} are allowed")
    length = math.sqrt(np.sum(values**2))
    if length <= error:  # some projections vanish exactly
        return keys[:0], values[:0], -math.inf, 0.0
    last = [_slot(keys, slot, program.bits, colours) for slot in program.last]
    packed = sum((colour << np.uint64(k * program.bits) for k, colour in enumerate(last)), keys * 0)
    return packed, values / length, log + math.log(length), 2 * error / length


def _slot(keys: np.ndarray, edge: int, bits: int, colours: np.ndarray) -> np.ndarray:
    if edge < 0:
        return np.full_like(keys, colours[~edge])
    return np.asarray(keys >> np.uint64(edge * bits) & np.uint64(2**bits - 1))


def _common_coordinates(vectors: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Rows of one matrix, with a column for each key, in ascending order."""
    columns = np.unique(np.concatenate([np.zeros(0, np.uint64), *(keys for keys, _ in vectors)]))
    matrix = np.zeros((len(vectors), len(columns)))
    for row, (keys, values) in zip(matrix, vectors, strict=True):
        row[np.searchsorted(columns, keys)] = values
    return matrix


@lru_cache(maxsize=4)
def _tables(r: int) -> Tables:
    return *_f_moves(r), _bubbles(r), _thetas(r)


def _f_moves(r: int) -> tuple[np.ndarray, np.ndarray]:
    """F-moves between channels of norm 1 at [a, b, c, d, j, i], orthogonal in (j, i).

    A vertex (a, b, c) has the sign (-1)^((a+b+c)/2) and an edge the sign (-1)^c; so has the norm of
    a channel, and the KL symbol is divided by the roots of its absolute values. In the second table
    every entry is changed by `CHANGE`, up or down in no simple pattern.
    """
    shape = (r - 1,) * 6
    a, b, c, d, j, i = np.indices(shape, dtype=np.int16).reshape(6, -1)
    fits = _fit(a, b, j, r) & _fit(c, d, j, r) & _fit(a, d, i, r) & _fit(b, c, i, r)
    a, b, c, d, j, i = (label[fits] for label in (a, b, c, d, j, i))
    racah, terms = normalised_tetrahedra(np.stack([a, b, i, c, d, j], axis=1), r)
    loops = np.abs(loop_values(r))
    signs = 1.0 - 2.0 * ((i + (a + d + i) // 2 + (b + c + i) // 2) % 2)
    ups = np.sign(np.sin(np.arange(1, len(racah) + 1) ** 2.0))
    moves, changed = np.zeros((2, fits.size))
    moves[fits] = racah * signs * np.sqrt(loops[i] * loops[j])
    changed[fits] = moves[fits] + CHANGE * ups * terms * np.sqrt(loops[i] * loops[j])
    return moves.reshape(shape), changed.reshape(shape)


def _bubbles(r: int) -> np.ndarray:
    """Amplitude of a bigon with sides a, b between edges c, at [a, b, c]."""
    a, b, c = np.indices((r - 1,) * 3)
    sizes = np.abs(loop_values(r))
    signs = 1.0 - 2.0 * (((a + b + c) // 2 + c) % 2)
    weights = signs * np.sqrt(sizes[a] * sizes[b] / sizes[c]) / _root_of_total(r)
    return np.where(_fit(a, b, c, r), weights, 0.0)


def _thetas(r: int) -> np.ndarray:
    """Value of the theta graph of norm 1 over N, at [a, b, c]: its three faces less one."""
    a, b, c = np.indices((r - 1,) * 3)
    sizes = np.abs(loop_values(r))
    signs = 1.0 - 2.0 * ((a + b + c) // 2 % 2)
    weights = signs * np.sqrt(sizes[a] * sizes[b] * sizes[c]) / _root_of_total(r) ** 2
    return np.where(_fit(a, b, c, r), weights, 0.0)


def _root_of_total(r: int) -> float:
    """The root of N = r / (2 sin^2(pi / r))."""
    return math.sqrt(r / 2) / math.sin(math.pi / r)


def _fit(a: np.ndarray, b: np.ndarray, c: np.ndarray, r: int) -> np.ndarray:
    total = a + b + c
    largest = np.maximum(np.maximum(a, b), c)
    return np.asarray((total % 2 == 0) & (2 * largest <= total) & (total <= 2 * r - 4))


def _admissible(network: Network, colours: np.ndarray, r: int) -> np.ndarray:
    """Which colourings are admissible at all vertices, shape (count,)."""
    a, b, c = np.moveaxis(colours[:, np.array(network.vertices)], -1, 0)
    return np.asarray(_fit(a, b, c, r).all(axis=1))


def _level(r: object) -> int:
    known = level(r)
    if known is None:
        raise NetworkError("r = None: classically flatness needs infinitely many colours")
    if known > MAX_LEVEL:
        raise ColourError(f"r = {known}: must be at most {MAX_LEVEL} here")
    return known


def _colours(network: Network, colourings: np.ndarray | Sequence[Sequence[int]]) -> np.ndarray:
    colours = np.asarray(colourings)
    if colours.ndim != 2 or colours.shape[1] != network.edges:
        raise NetworkError(
            f"colourings of shape {colours.shape}: must be (count, {network.edges}), one for each "
            "edge"
        )
    if colours.dtype.kind not in "biu" or (colours.size and colours.min() < 0):
        raise ColourError("colourings: must be integers of at least 0")
    return colours.astype(np.int64)
