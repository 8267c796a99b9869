"""The stored run on all of MNIST belongs to the chapter as it is: same names, same small column."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from qnpapers.mnist import files
from qnpapers.notebooks import recorded
from qnpapers.notebooks.project import find_project
from qnpapers.spinnet import BASELINES, READINGS, all_readings, stored_full_run

CHAPTER = find_project(Path(__file__)).find("spinnet/07")
SMALL, COLUMNS = "5,000", ["5,000", "random fifth", "last fifth", "official"]
TESTED = dict(zip(COLUMNS, (5000, 12000, 12000, 10000), strict=True))
AGAIN = (
    "if the chapter changed on purpose: qnpapers run spinnet/07 -p full true, and store its json"
)
FROM_THE_FILE = {
    *("stored_parameters", "stored_packages", "stored_archive"),
    *("traced_within", "random_fifth_within", "verdict_F71", "control_F71"),
}
"""What the chapter reads from the stored run; a full run sees the one before it."""


@pytest.fixture(scope="module")
def page():
    """What the chapter of the book recorded."""
    return recorded(nbformat.read(CHAPTER.path, as_version=4))


@pytest.fixture(scope="module")
def stored():
    return stored_full_run()["recorded"]


def by_column(results):
    """Records that have a value for each column."""
    return {
        name: value
        for name, value in results.items()
        if isinstance(value, dict) and SMALL in value and name not in FROM_THE_FILE
    }


def test_it_is_a_completed_run_of_this_chapter_with_its_defaults():
    run = stored_full_run()
    assert (run["chapter"], run["status"]) == (CHAPTER.name, "completed")
    defaults = {one.name: one.default for one in CHAPTER.parameters().values()}
    assert run["parameters"] == {**defaults, "full": True}, AGAIN


def test_names_are_those_of_the_page(page, stored):
    assert stored.keys() == page.keys(), AGAIN


def test_all_columns_are_there(stored):
    assert stored["tested"] == TESTED
    assert all(list(value) == COLUMNS for value in by_column(stored).values())


def test_rows_are_those_of_the_library(stored):
    for column in COLUMNS:
        assert list(stored["accuracy"][column]) == list(READINGS), AGAIN
        assert list(stored["baselines"][column]) == list(BASELINES), AGAIN
    assert stored["combinations"] == len(all_readings())


def test_the_small_column_is_that_of_the_page(page, stored):
    """Both computed it; so a change of the code that changes results is seen here."""
    mine, theirs = by_column(page), by_column(stored)
    assert mine.keys() == theirs.keys()
    for name in mine:
        assert theirs[name][SMALL] == mine[name][SMALL], (name, AGAIN)


def test_single_results_are_those_of_the_page(page, stored):
    """Whatever has no columns does not depend on the size of the run."""
    single = page.keys() - by_column(page).keys() - FROM_THE_FILE
    assert {n: stored[n] for n in single} == {n: page[n] for n in single}, AGAIN


def test_the_page_shows_the_stored_columns(page, stored):
    assert page["bases"] == stored["bases"]
    assert page["stated_everywhere"] == stored["stated_everywhere"]
    assert page["stored_archive"] == {files.PACKAGE: files.ARCHIVE_SHA256}
    assert page["stored_packages"] == stored["packages"]


def test_accuracies_are_shares_of_the_tested_digits(stored):
    for column, count in TESTED.items():
        for share in stored["accuracy"][column].values():
            assert share * count == pytest.approx(round(share * count), abs=count * 5.1e-5)


def test_the_published_table_is_traced(stored):
    """Table I of [marciano2022], rounded to 0.01; on the last fifth of the 60,000 digits only."""
    assert stored["deviation"]["last fifth"] <= 0.01
    assert stored["nearest_last"] == "sum, deviation, without eq. 34"
    assert stored["where_they_agree"] == "last fifth"
    assert stored["which_agree"].split("; ") == [
        "larger pixel, deviation, without eq. 34",
        "no edges: pixels, deviation, without eq. 34",
        "sum, deviation, without eq. 34",
    ]


def test_results_that_are_published_elsewhere(stored):
    """Softmax regression on MNIST has about 0.92; [marciano2022] prints 0.90 for its own."""
    assert 0.9 < stored["baselines"]["official"]["softmax regression, 10 epochs"] < 0.93
    assert stored["baselines"]["official"]["nearest neighbour"] == pytest.approx(0.969, abs=1e-3)


def test_nothing_of_a_machine_is_in_it():
    text = json.dumps(stored_full_run())
    assert "/" not in text.replace("spinnet/07_classifier", "")
