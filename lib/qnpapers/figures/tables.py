"""Tables of results in chapters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from IPython.display import HTML


def html_table(title: str, columns: Iterable[str], rows: Mapping[str, Iterable[Any]]) -> HTML:
    """A table with a name and a cell for each column in every row.

    Markdown made by a cell is not rendered as a table in the book; HTML is.

    Args:
        title: above the names of the rows.
        columns: names of the others.
        rows: the cells of each row, by its name; HTML is kept as it is.
    """
    head = "".join(f"<th>{name}</th>" for name in (title, *columns))
    lines = [
        f'<tr><th scope="row">{name}</th>' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
        for name, cells in rows.items()
    ]
    body = "\n".join(lines)
    return HTML(
        f'<table class="table"><thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>'
    )
