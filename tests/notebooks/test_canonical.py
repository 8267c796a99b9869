"""The canonical form: same content, same bytes."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from qnpapers.errors import ChapterError
from qnpapers.notebooks.canonical import canonical, canonical_text


def _stream(text: str, name: str = "stdout") -> nbformat.NotebookNode:
    return new_output("stream", name=name, text=text)


@pytest.fixture
def executed() -> nbformat.NotebookNode:
    """A notebook as a session in an editor leaves it."""
    value = new_output("execute_result", data={"text/plain": "2"}, execution_count=17)
    cells = [
        new_markdown_cell("# Title", metadata={"collapsed": True}),
        new_code_cell(
            "1 + 1",
            execution_count=17,
            outputs=[_stream("a"), _stream("b\n"), value, _stream("c")],
            metadata={"tags": ["x"], "ExecuteTime": {"start": 1}, "mystnb": {"figure": {}}},
        ),
        new_code_cell("pass", execution_count=4, metadata={"tags": [], "scrolled": True}),
    ]
    metadata = {
        "kernelspec": {"name": "my-kernel", "display_name": "Mine", "language": "python"},
        "language_info": {"name": "python", "version": "3.11.7"},
        "papermill": {"duration": 3},
    }
    return new_notebook(cells=cells, metadata=metadata)


def test_canonical_form(executed) -> None:
    clean = canonical(executed)
    title, first, second = clean.cells
    assert dict(title.metadata) == {}
    assert (first.execution_count, second.execution_count) == (1, 2)
    assert first.metadata == {"tags": ["x"], "mystnb": {"figure": {}}}
    assert dict(second.metadata) == {}
    assert [output.output_type for output in first.outputs] == [
        "stream",
        "execute_result",
        "stream",
    ]
    assert first.outputs[0].text == "ab\n"
    assert first.outputs[1].execution_count == 1
    assert clean.metadata.kernelspec.name == "python3"
    assert clean.metadata.language_info == {"name": "python"}
    assert set(clean.metadata) == {"kernelspec", "language_info"}


def test_canonical_form_leaves_its_input_alone(executed) -> None:
    before = nbformat.writes(executed)
    canonical(executed)
    assert nbformat.writes(executed) == before


def test_twice_is_once(executed) -> None:
    text = canonical_text(executed)
    assert canonical_text(nbformat.reads(text, as_version=4)) == text
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")


def test_two_sessions_give_the_same_bytes(executed) -> None:
    text = canonical_text(executed)
    other = nbformat.from_dict(executed)
    other.metadata.papermill = {"duration": 4}
    other.cells[1].outputs[0].text, other.cells[1].outputs[1].text = "", "ab\n"
    other.cells[1].execution_count = 99
    assert canonical_text(other) == text


def test_cell_ids_are_kept_where_they_are_good_and_made_where_not(executed) -> None:
    own = [cell.id for cell in executed.cells]
    assert [cell.id for cell in canonical(executed).cells] == own
    executed.cells[2].id = own[1]
    del executed.cells[0]["id"]
    made = [cell.id for cell in canonical(executed).cells]
    assert made[1] == own[1]
    assert len(set(made)) == 3
    assert made == [cell.id for cell in canonical(executed).cells]


def test_an_expected_error_keeps_its_last_line() -> None:
    error = new_output("error", ename="E", evalue="bad", traceback=["\x1b[31m/home/me/x.py", "E"])
    cell = new_code_cell("f()", outputs=[error], metadata={"tags": ["raises-exception"]})
    assert canonical(new_notebook(cells=[cell])).cells[0].outputs[0].traceback == ["E: bad"]


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (
            _stream("UserWarning: hm", "stderr"),
            r"warnings are errors(.|\n)*code cell 2(.|\n)*f\(\)",
        ),
        (
            new_output("display_data", data={"text/plain": "<Axes at 0x7f00c0ffee00>"}),
            r"a memory address(.|\n)*code cell 2(.|\n)*<Axes at",
        ),
        (_stream("<f at 0x7f00c0ffee00>"), "a memory address"),
    ],
)
def test_outputs_that_cannot_be_stored_name_their_cell(output, message) -> None:
    cells = [new_code_cell("pass"), new_markdown_cell("x"), new_code_cell("f()", outputs=[output])]
    with pytest.raises(ChapterError, match=message):
        canonical(new_notebook(cells=cells))
