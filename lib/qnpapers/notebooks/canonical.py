"""The canonical form of an executed chapter: the same run gives the same bytes."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from qnpapers.errors import ChapterError

if TYPE_CHECKING:
    from nbformat import NotebookNode

_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_KEPT = ("mystnb", "tags")  # metadata that decides how a page looks; the rest is a tool's own
_ADDRESS = re.compile(r" at 0x[0-9a-f]{6,}>")


def canonical(notebook: NotebookNode) -> NotebookNode:
    """Bring an executed notebook into canonical form.

    Cells are counted 1, 2, … in order; metadata of tools and machines goes; neighbouring stream
    outputs become one; an expected error keeps its last line; every cell has a stable id.

    Args:
        notebook: executed, nbformat 4; it is not changed.

    Returns:
        A new notebook; bringing it into canonical form again changes nothing.

    Raises:
        ChapterError: an output cannot be stored: text on stderr (a warning is an error) or the
            memory address of an object; the message names the cell.
    """
    from nbformat.v4 import new_notebook

    cells, count, seen = [], 0, set[str]()
    for position, cell in enumerate(notebook.cells, 1):
        count += cell.cell_type == "code"
        clean = _cell(cell, count)
        clean.id = _cell_id(cell, position, seen)
        seen.add(clean.id)
        cells.append(clean)
    metadata = {"kernelspec": dict(_KERNEL), "language_info": {"name": "python"}}
    if "mystnb" in notebook.metadata:
        metadata["mystnb"] = notebook.metadata.mystnb
    return new_notebook(cells=cells, metadata=metadata)


def canonical_text(notebook: NotebookNode) -> str:
    """The bytes that a stored chapter has: canonical form, as nbformat writes it, valid.

    Raises:
        ChapterError: see `canonical`.
    """
    import nbformat

    clean = canonical(notebook)
    nbformat.validate(clean)
    return nbformat.writes(clean, version=nbformat.NO_CONVERT).rstrip("\n") + "\n"


def describe_cell(number: int, source: str) -> str:
    """A cell as errors show it: its number among the code cells, then its indented source."""
    return f"code cell {number}:\n" + "\n".join(f"    {line}" for line in source.splitlines())


def _cell(cell: NotebookNode, count: int) -> NotebookNode:
    from nbformat import from_dict

    kept = {key: cell.metadata[key] for key in _KEPT if cell.metadata.get(key)}
    clean = {"cell_type": cell.cell_type, "metadata": kept, "source": cell.source}
    if cell.cell_type == "code":
        clean["execution_count"] = count
        clean["outputs"] = [_output(output, cell, count) for output in _merged(cell.outputs)]
    elif cell.get("attachments"):
        clean["attachments"] = cell.attachments
    return from_dict(clean)


def _cell_id(cell: NotebookNode, position: int, seen: set[str]) -> str:
    """The cell's own id; where it is missing or taken, one from its place and source."""
    own = cell.get("id", "")
    if own and own not in seen:
        return str(own)
    return hashlib.sha256(f"{position} {cell.source}".encode()).hexdigest()[:12]


def _merged(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Neighbouring pieces of one stream as one: where the kernel cuts a stream is chance."""
    from nbformat import from_dict

    merged: list[NotebookNode] = []
    for output in outputs:
        last = merged[-1] if merged else None
        if last and output.output_type == "stream" and output.get("name") == last.get("name"):
            last.text += output.text
        else:
            merged.append(from_dict(dict(output)))
    return merged


def _output(output: NotebookNode, cell: NotebookNode, count: int) -> NotebookNode:
    if output.output_type == "stream" and output.name == "stderr":
        raise ChapterError(
            "failed, since warnings are errors, by the output on stderr of "
            f"{describe_cell(count, cell.source)}\n\n{output.text.strip()}"
        )
    if output.output_type == "error":
        output.traceback = [f"{output.ename}: {output.evalue}"]
    if output.output_type == "execute_result":
        output.execution_count = count
    _refuse_addresses(output, cell, count)
    return output


def _refuse_addresses(output: NotebookNode, cell: NotebookNode, count: int) -> None:
    text = output.get("data", {}).get("text/plain", "") or output.get("text", "")
    if _ADDRESS.search(text):
        raise ChapterError(
            "failed by a memory address in the output, which changes with every run (assign the "
            f"value to a name), of {describe_cell(count, cell.source)}\n\n{text.strip()}"
        )
