"""What `record` shows and stores, and `recorded` reads back."""

import math

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from qnpapers.errors import ChapterError
from qnpapers.notebooks import record, recorded


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[nbformat.NotebookNode]:
    """The outputs that a notebook would store, as a list that fills while the test records."""
    outputs: list[nbformat.NotebookNode] = []

    def publish(data, raw, metadata=None):
        assert raw
        outputs.append(new_output("display_data", data=data, metadata=metadata or {}))

    monkeypatch.setattr("IPython.display.display", publish)
    return outputs


def _notebook(outputs: list[nbformat.NotebookNode]) -> nbformat.NotebookNode:
    notebook = new_notebook(cells=[new_code_cell("record()", outputs=outputs, execution_count=1)])
    nbformat.validate(notebook)
    return nbformat.reads(nbformat.writes(notebook), as_version=4)


VALUES = {
    "integer": -3,
    "large": 2**70,
    "real": 0.93,
    "tiny": 1e-16,
    "word": "a: \"b\" 'c' <d> \\ 0.9",
    "yes": True,
    "nothing": None,
    "nested": {"a": [1, 2.5, "x"], "b": None},
}


def test_everything_recorded_is_read_back(shown) -> None:
    record(**VALUES)
    got = recorded(_notebook(shown))
    assert got == VALUES
    assert [type(value) for value in got.values()] == [type(value) for value in VALUES.values()]


def test_numpy_and_tuples_become_plain_values(shown) -> None:
    record(a=np.float64(0.5), b=np.int32(7), c=np.bool_(True), d=(1, np.int64(2)), e=np.array(2.0))
    got = recorded(_notebook(shown))
    assert got == {"a": 0.5, "b": 7, "c": True, "d": [1, 2], "e": 2.0}
    assert [type(value) for value in got.values()] == [float, int, bool, list, float]


def test_negative_zero_is_zero(shown) -> None:
    record(zero=-0.0)
    assert math.copysign(1, recorded(_notebook(shown))["zero"]) == 1


def test_reader_sees_names_and_values_as_text_and_as_table(shown) -> None:
    record(rank=256, kind="<b>")
    table = shown[0].data
    assert table["text/plain"] == "rank  256\nkind  <b>"
    assert '<th scope="row">rank</th><td>256</td>' in table["text/html"]
    assert "<td>&lt;b&gt;</td>" in table["text/html"]


def test_prose_prints_values_as_typed(shown) -> None:
    from myst_nb.core.variables import format_plain_text
    from myst_nb.ext.glue import extract_glue_data_cell

    record(**VALUES)
    glued = dict(extract_glue_data_cell(_notebook(shown).cells[0]))
    printed = {
        name: format_plain_text(one["data"]["text/plain"], "s") for name, one in glued.items()
    }
    assert printed == {name: str(value) for name, value in VALUES.items()}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "record needs at least one name=value"),
        ({"x": float("nan")}, "record: x = nan: a recorded number must be finite"),
        ({"x": [1.0, np.inf]}, "record: x = inf: a recorded number must be finite"),
        ({"x": 1j}, "record: x is a complex; must be int, float"),
        ({"x": np.zeros(2)}, "record: x is a ndarray; must be int, float"),
        ({"x": {1: 2}}, "record: x is a dict; .* with text keys"),
    ],
)
def test_other_values_are_refused(shown, values, message) -> None:
    with pytest.raises(ChapterError, match=message):
        record(**values)
    assert shown == []


def test_a_name_stands_for_one_value(shown) -> None:
    record(rank=1)
    record(rank=1)
    with pytest.raises(ChapterError, match="rank is recorded twice"):
        recorded(_notebook(shown))


def test_other_outputs_are_not_results() -> None:
    outputs = [
        new_output("stream", text="hello\n"),
        new_output("display_data", data={"text/plain": "3"}),
        new_output("execute_result", data={"text/plain": "3"}, execution_count=1),
    ]
    assert recorded(_notebook(outputs)) == {}
