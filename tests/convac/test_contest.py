"""Wide base against wide tip: pairs, stores, and what follows from pairs."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.stats

from oracles.cuts import smallest_cut_by_flow
from qnpapers import mnist
from qnpapers.convac import pixel_order
from qnpapers.convac.training import (
    Comparison,
    Contest,
    FrameTask,
    Row,
    Schedule,
    caps_of_halves,
    compare,
    full_grid,
    global_task,
    local_task,
    read_rows,
    run_contests,
    stored_rows,
    train,
    wide_base,
    wide_tip,
)
from qnpapers.convac.training.contest import SHAPES, _unanswered
from qnpapers.errors import DataError, ParameterError

SHORT = Schedule(steps=20, batch=20, rate=1e-2, chunk=10)
CONTEST = Contest("large digit", global_task(4), 2, schedule=SHORT, pairs=2)


def _counts(train: int, test: int) -> mnist.Mnist:
    """As many digits, all of them nothing."""
    return mnist.Mnist(*(np.zeros(count) for count in (train, train, test, test)))


@pytest.fixture(scope="module")
def digits() -> mnist.Mnist:
    small = mnist.small_mnist(rng=np.random.default_rng(1))
    return mnist.one_split(small.test_images[:300], small.test_labels[:300], np.arange(100))


@pytest.fixture(scope="module")
def rows(digits) -> list[Row]:
    return run_contests([CONTEST], digits, seed=7)


def test_each_pair_is_mirrored_and_of_one_size(rows):
    assert [(row.index, row.shape) for row in rows] == [
        (0, "base"),
        (0, "tip"),
        (1, "base"),
        (1, "tip"),
    ]
    assert len({row.size for row in rows}) == 1
    assert CONTEST.model("base").channels == wide_base(2, 2)
    assert CONTEST.model("tip").channels == wide_tip(2, 2)


def test_a_row_can_be_trained_again_from_what_it_says(rows, digits):
    row = rows[3]
    run = train(
        CONTEST.model(row.shape), global_task(row.side), digits, seed=row.seed, index=row.index,
        schedule=Schedule(row.steps, row.batch, row.rate, chunk=10, double=row.double),
    )  # fmt: skip
    assert row.test_accuracy == run.test_accuracy
    assert row.train_accuracy == run.train_accuracy
    assert row.loss == round(run.losses[-1], 6)
    assert (row.train_digits, row.test_digits) == (200, 100)


def test_a_store_is_taken_up_again(rows, digits, tmp_path):
    """Interrupted after three networks; the second time only the rest is trained."""
    store, seen = tmp_path / "rows.jsonl", []

    def stop(row: Row) -> None:
        seen.append(row)
        if len(seen) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_contests([CONTEST], digits, seed=7, store=store, on_row=stop)
    assert read_rows(store) == seen
    again = run_contests([CONTEST], digits, seed=7, store=store, on_row=seen.append)
    assert len(seen) == 4
    assert read_rows(store) == seen == again
    assert [replace(row, seconds=0) for row in again] == [replace(row, seconds=0) for row in rows]


@pytest.mark.parametrize(
    "other",
    [
        replace(CONTEST, width=3),
        replace(CONTEST, family="ConvAC"),
        replace(CONTEST, schedule=replace(SHORT, rate=2e-2)),
        replace(CONTEST, task=local_task(4, digit_side=2)),
        replace(CONTEST, task=local_task(4, digit_side=2, stride=2)),
    ],
)
def test_another_question_is_not_answered_from_the_store(rows, other):
    digits = _counts(200, 100)
    known = {row.question for row in rows}
    assert _unanswered(CONTEST, "base", 7, 0, digits).question in known
    assert _unanswered(other, "base", 7, 0, digits).question not in known
    assert _unanswered(CONTEST, "base", 8, 0, digits).question not in known


def _comparison(leads: list[float]) -> Comparison:
    tip = np.linspace(0.5, 0.6, len(leads))
    return Comparison(tip + leads, tip)


def test_the_interval_is_that_of_the_paired_t_test():
    """Against scipy's own paired test: 0 lies on the edge of the interval at level 1 - p."""
    found = _comparison([0.02, 0.05, 0.01, 0.04, 0.03])
    test = scipy.stats.ttest_rel(found.base, found.tip)
    assert found.lead == pytest.approx(0.03)
    assert found.lead / found.error == pytest.approx(test.statistic)
    assert found.interval(1 - test.pvalue)[0] == pytest.approx(0, abs=1e-12)
    wanted = test.confidence_interval(0.95)
    assert found.interval() == pytest.approx((wanted.low, wanted.high))


def test_a_textbook_example_of_paired_differences():
    """Student's sleep data (1908), ten patients: mean 1.58, standard error 0.389, t = 4.06."""
    first = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
    second = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
    found = Comparison(second, first)
    assert found.lead == pytest.approx(1.58)
    assert found.error == pytest.approx(0.389, abs=5e-4)
    assert found.lead / found.error == pytest.approx(4.06, abs=5e-3)
    assert found.interval() == pytest.approx((0.70, 2.46), abs=5e-3)


@pytest.mark.parametrize(
    ("leads", "winner"),
    [
        ([0.02, 0.05, 0.01, 0.04, 0.03], "base"),
        ([-0.02, -0.05, -0.01, -0.04, -0.03], "tip"),
        ([0.02, -0.05, 0.01, 0.04, -0.03], "undecided"),
    ],
)
def test_who_wins(leads, winner):
    assert _comparison(leads).winner == winner


def test_leads_are_compared_pair_by_pair():
    found = _comparison([0.5, 0.1]).minus(_comparison([0.2, 0.1, 0.9]))
    assert (found.base - found.tip).tolist() == pytest.approx([0.3, 0.0])


def test_one_pair_decides_nothing():
    assert np.isnan(_comparison([0.3]).error)
    assert _comparison([0.3]).winner == "undecided"


def test_rows_are_compared_in_pairs(rows):
    [(contest, found)] = compare(reversed(rows)).items()
    assert contest == ("large digit", "ConvNet", 4, 2)
    assert sorted(found.base - found.tip) == sorted(
        rows[k].test_accuracy - rows[k + 1].test_accuracy for k in (0, 2)
    )


def test_wrong_input_is_refused(rows, tmp_path):
    with pytest.raises(ParameterError, match=r"family = 'MLP': must be one of ConvNet, "):
        replace(CONTEST, family="MLP")
    with pytest.raises(ParameterError, match=r"pairs = 0: must be at least 1"):
        replace(CONTEST, pairs=0)
    with pytest.raises(DataError, match=r"run \(7, 0\) has only a wide base"):
        compare(rows[:1])
    store = tmp_path / "rows.jsonl"
    store.write_text('{"name": "large digit"}\n')
    with pytest.raises(DataError, match=r"rows.jsonl, line 1: not a trained network"):
        read_rows(store)


def test_the_stored_rows_answer_the_full_grid():
    """In its order, with the seed 2017 and all of MNIST."""
    stored = stored_rows()
    questions = [
        _unanswered(contest, shape, 2017, index, _counts(60000, 10000)).question
        for contest in full_grid()
        for index in range(contest.pairs)
        for shape in SHAPES
    ]
    assert [row.question for row in stored] == questions


def test_the_stored_rows_say_what_they_were_made_with():
    for row in stored_rows():
        assert (row.jax, row.device) == ("0.10.2", "cpu")
        assert row.seconds > 1
        for accuracy, digits in ((row.test_accuracy, 10000), (row.train_accuracy, 10000)):
            assert accuracy * digits == pytest.approx(round(accuracy * digits), abs=0.006)


def test_what_the_ledger_says_of_single_pairs_and_of_winners():
    """Conditions of X5: the tip is ahead in every pair of large digits; anywhere no base wins."""
    for (name, family, side, width), found in compare(stored_rows()).items():
        if name == "large digit":
            assert (found.tip > found.base).all(), (family, side, width)
        if name == "small digit anywhere" or family == "ConvNet":
            assert found.winner != "base", (name, family, side, width)


def test_caps_between_halves_by_hand():
    """Sixteen pixels, r = 3: two windows of four are joined by one bond of the upper level.

    Channels are (6, 3) or (3, 6). Halving the frame leaves two windows on each side, whose
    copy tensor at the top has as many channels as the upper level.
    """
    caps = caps_of_halves(global_task(4), 3, 1, rng=np.random.default_rng(1))
    assert caps.tolist() == [[3, 3], [6, 6]]


@pytest.mark.parametrize("axis", [0, 1])
def test_caps_are_those_of_maximal_flow(axis):
    """Of half a digit across the borders of blocks, on the graph of the network."""
    task = FrameTask(8, 4, moves=True)
    caps = caps_of_halves(task, 2, 5, rng=np.random.default_rng(2))
    for k, (top, left) in enumerate(task.places(5, rng=np.random.default_rng(2)).tolist()):
        rows = range(top, top + (2 if axis == 0 else 4))
        columns = range(left, left + (2 if axis == 1 else 4))
        pixels = {8 * row + column for row in rows for column in columns}
        region = [site for site, pixel in enumerate(pixel_order(8)) if int(pixel) in pixels]
        assert len(region) == 8
        for widths, cap in zip((wide_base, wide_tip), caps[:, 2 * k + axis], strict=True):
            flow = smallest_cut_by_flow(64, 10, widths(2, 3), 4, region)
            assert cap == pytest.approx(flow)
