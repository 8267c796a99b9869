"""Wide base against wide tip: mirrored networks of equal size, trained in pairs [levine2017]."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib import resources
from pathlib import Path
from time import perf_counter
from typing import Any, Literal

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from qnpapers.convac.mirrored import wide_base, wide_tip
from qnpapers.convac.training.model import TreeModel
from qnpapers.convac.training.task import FrameTask, global_task, local_task
from qnpapers.convac.training.trainer import Schedule, train
from qnpapers.errors import DataError, ParameterError

Contestants = tuple[str, str, int, int]
"""What is compared: name of the task, family of networks, side of the frame, width."""

Shape = Literal["base", "tip"]
SHAPES: tuple[Shape, Shape] = ("base", "tip")
FAMILIES = {"ConvNet": "max", "ConvNet, mean pooling": "mean", "ConvAC": "product"}
"""Families of networks by name, and how each of them pools."""

ANSWER = {"train_accuracy", "test_accuracy", "loss", "seconds", "jax", "device"}
"""Fields of a `Row` that training fills in."""

_STORED = "contest_rows.jsonl"


@dataclass(frozen=True)
class Contest:
    """One task, one family of networks, one width: wide base against wide tip.

    Args:
        name: of the task, for tables.
        task: what is shown.
        width: r, the narrowest layer.
        family: a key of `FAMILIES`.
        schedule: how both are trained.
        pairs: how often.
    """

    name: str
    task: FrameTask
    width: int
    family: str = "ConvNet"
    schedule: Schedule = field(default_factory=Schedule)
    pairs: int = 5

    def __post_init__(self) -> None:
        if self.pairs < 1:
            raise ParameterError(f"pairs = {self.pairs}: must be at least 1")
        if self.family not in FAMILIES:
            raise ParameterError(f"family = {self.family!r}: must be one of {', '.join(FAMILIES)}")
        _ = self.model("base")

    def model(self, shape: Shape) -> TreeModel:
        """The network with a wide base, or its mirror image with a wide tip."""
        widths = {"base": wide_base, "tip": wide_tip}[shape]
        levels = self.task.side.bit_length() - 1
        pooling = FAMILIES[self.family]
        return TreeModel(self.task.patch, widths(self.width, levels), pooling=pooling)


@dataclass(frozen=True)
class Row:
    """One trained network, with all that is needed to train it again.

    Args:
        name, family, width: of the contest.
        shape: "base" or "tip".
        seed, index: of the run.
        side, digit_side, neighbourhood, stride: of the task; stride 0 if digits stand still.
        steps, batch, rate, double: of the schedule.
        train_digits, test_digits: how many there were.
        size: weights and biases of the network.
        train_accuracy, test_accuracy: at the end.
        loss: mean cross-entropy of the last chunk of steps, in nats.
        seconds: how long it took, compilation included.
        jax, device: the version of JAX, and what it ran on.
    """

    name: str
    family: str
    width: int
    shape: Shape
    seed: int
    index: int
    side: int
    digit_side: int
    neighbourhood: int
    stride: int
    steps: int
    batch: int
    rate: float
    double: bool
    train_digits: int
    test_digits: int
    size: int
    train_accuracy: float
    test_accuracy: float
    loss: float
    seconds: float
    jax: str = ""
    device: str = ""

    @property
    def question(self) -> tuple[Any, ...]:
        """Everything but the result: rows with the same question have the same answer."""
        return tuple(value for name, value in asdict(self).items() if name not in ANSWER)


def run_contests(
    contests: Sequence[Contest],
    digits: Any,
    *,
    seed: int,
    store: Path | str | None = None,
    on_row: Callable[[Row], None] | None = None,
) -> list[Row]:
    """Train both networks of each contest, each pair on the same digits.

    Args:
        contests: in the order in which they are run.
        digits: a record with train_images, train_labels, test_images, test_labels.
        seed: of all runs; run k of every network has the index k.
        store: a file with a line of JSON for each trained network. Rows that it has are not
            trained again, and each new one is added when it is done, so an interrupt loses one
            network at most.
        on_row: called with each new row.

    Returns:
        the rows, contest by contest and pair by pair.

    Raises:
        DataError: the store is not such a file.
    """
    known = {row.question: row for row in read_rows(store)} if store else {}
    rows = []
    wanted = [(c, k, shape) for c in contests for k in range(c.pairs) for shape in SHAPES]
    with _progress(len(wanted)) as advance:
        for contest, index, shape in wanted:
            row = _unanswered(contest, shape, seed, index, digits)
            if row.question not in known:
                known[row.question] = _answer(row, contest, digits)
                _append(store, known[row.question])
                if on_row is not None:
                    on_row(known[row.question])
            rows.append(known[row.question])
            advance()
    return rows


def read_rows(store: Path | str) -> list[Row]:
    """Rows of a file that `run_contests` wrote; none if there is no such file.

    Raises:
        DataError: a line is not a row; the message has its number.
    """
    path = Path(store)
    rows: list[Row] = []
    if not path.exists():
        return rows
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            rows.append(Row(**json.loads(line)))
        except (TypeError, ValueError) as error:
            raise DataError(f"{path}, line {number}: not a trained network ({error})") from error
    return rows


def stored_rows() -> list[Row]:
    """The networks of `full_grid`, trained on all of MNIST with the seed 2017.

    They come from stores that `run_contests` filled part by part on one machine, put into the order
    of the grid. The chapter on wide bases and tips says how to make such a table.

    Example:
        >>> {row.train_digits for row in stored_rows()}
        {60000}
    """
    with resources.as_file(resources.files("qnpapers.convac.training") / _STORED) as path:
        return read_rows(path)


def full_grid() -> list[Contest]:
    """The contests of the stored table: two families, two widths, three tasks.

    Frames have 64 pixels, as in the paper; those of ConvACs 32 as well.
    """
    return [
        Contest(name, task, width, family, Schedule(2000, 64, rate), pairs)
        for family, side, rate in (
            ("ConvNet", 64, 5e-3),
            ("ConvAC", 32, 1e-2),
            ("ConvAC", 64, 1e-2),
        )
        for width in (4, 8)
        for (name, task), pairs in zip(three_tasks(side).items(), (10, 10, 5), strict=True)
    ]


def three_tasks(side: int) -> dict[str, FrameTask]:
    """The local task in two readings, and the global one, by name."""
    return {
        "small digit in one block": local_task(side, stride=8),
        "small digit anywhere": local_task(side),
        "large digit": global_task(side),
    }


@dataclass(frozen=True)
class Comparison:
    """Accuracy of the wide base minus that of the wide tip, over pairs.

    Args:
        base, tip: test accuracies of each pair, shape (pairs,).
    """

    base: np.ndarray
    tip: np.ndarray

    @property
    def lead(self) -> float:
        """Mean of base - tip."""
        return float(np.mean(self.base - self.tip))

    @property
    def error(self) -> float:
        """Standard error of the lead, from the spread of the pairs; NaN for one pair."""
        pairs = len(self.base)
        return float(np.std(self.base - self.tip, ddof=1) / pairs**0.5) if pairs > 1 else np.nan

    def minus(self, other: Comparison) -> Comparison:
        """The lead here beyond the lead there, for the first pairs, as many as both have."""
        both = min(len(self.base), len(other.base))
        return Comparison((self.base - self.tip)[:both], (other.base - other.tip)[:both])

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Where the true mean lead lies at this level, if leads are normal (Student's t)."""
        from scipy import stats

        reach = self.error * stats.t.ppf((1 + level) / 2, len(self.base) - 1)
        return float(self.lead - reach), float(self.lead + reach)

    @property
    def winner(self) -> Literal["base", "tip", "undecided"]:
        """Who leads, if the 95 % interval of the lead does not contain 0."""
        low, high = self.interval()
        return "base" if low > 0 else "tip" if high < 0 else "undecided"


def compare(rows: Iterable[Row]) -> dict[Contestants, Comparison]:
    """Pair the rows of each task and kind of network by seed and index.

    Returns:
        comparisons by (name, family, side, width).

    Raises:
        DataError: a network has no partner.

    Example:
        >>> compare([])
        {}
    """
    found: dict[Contestants, dict[tuple[int, int], dict[str, float]]] = {}
    for row in rows:
        pairs = found.setdefault((row.name, row.family, row.side, row.width), {})
        pairs.setdefault((row.seed, row.index), {})[row.shape] = row.test_accuracy
    for contest, pairs in found.items():
        for which, pair in pairs.items():
            if len(pair) != len(SHAPES):
                raise DataError(f"{contest}: run {which} has only a wide {next(iter(pair))}")
    return {
        contest: Comparison(*(np.array([p[s] for p in pairs.values()]) for s in SHAPES))
        for contest, pairs in found.items()
    }


def _unanswered(contest: Contest, shape: Shape, seed: int, index: int, digits: Any) -> Row:
    task, schedule = contest.task, contest.schedule
    return Row(
        name=contest.name,
        family=contest.family,
        width=contest.width,
        shape=shape,
        seed=seed,
        index=index,
        side=task.side,
        digit_side=task.digit_side,
        neighbourhood=task.neighbourhood,
        stride=task.stride if task.moves else 0,
        steps=schedule.steps,
        batch=schedule.batch,
        rate=schedule.rate,
        double=schedule.double,
        train_digits=len(digits.train_labels),
        test_digits=len(digits.test_labels),
        size=contest.model(shape).size,
        train_accuracy=np.nan,
        test_accuracy=np.nan,
        loss=np.nan,
        seconds=np.nan,
    )


def _answer(row: Row, contest: Contest, digits: Any) -> Row:
    import jax

    begun = perf_counter()
    run = train(
        contest.model(row.shape),
        contest.task,
        digits,
        seed=row.seed,
        index=row.index,
        schedule=contest.schedule,
    )
    if run.status != "completed":
        raise KeyboardInterrupt
    answer = {
        "train_accuracy": round(run.train_accuracy, 6),
        "test_accuracy": round(run.test_accuracy, 6),
        "loss": round(run.losses[-1], 6),
        "seconds": round(perf_counter() - begun, 1),
        "jax": jax.__version__,
        "device": jax.default_backend(),
    }
    return Row(**asdict(row) | answer)


def _append(store: Path | str | None, row: Row) -> None:
    if store is not None:
        with Path(store).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(row)) + "\n")


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar on a terminal, and nothing elsewhere."""
    columns = (TextColumn("networks"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not sys.stderr.isatty()
    ) as bar:
        task = bar.add_task("networks", total=total)
        yield lambda: bar.advance(task)
