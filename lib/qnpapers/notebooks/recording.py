"""Recorded results: shown to the reader, glued into the prose, read back by programs."""

from __future__ import annotations

import ast
import html
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from qnpapers.errors import ChapterError

if TYPE_CHECKING:
    from nbformat import NotebookNode

_PREFIX = "application/papermill.record/"  # of myst-nb's glue: hides an output from the page
_TEXT = _PREFIX + "text/plain"


def record(**values: Any) -> None:
    """Record results of a chapter under their names.

    The reader sees a small table; prose uses a name by ``{glue:text}`name```; `recorded` reads
    the values back from the executed notebook. Round a value to digits that do not depend on the
    machine before recording it.

    Args:
        values: int, float, str, bool, None, numpy scalars, and lists and dicts of these.

    Raises:
        ChapterError: there is no value, a number is NaN or infinite, or a type is not one of
            the above.
    """
    from IPython.display import display

    if not values:
        raise ChapterError("record needs at least one name=value")
    plain = {name: _plain(name, value) for name, value in values.items()}
    display(_table(plain), raw=True)
    for name, value in plain.items():
        scrapbook = {"name": name, "mime_prefix": _PREFIX}
        display({_TEXT: repr(value)}, raw=True, metadata={"scrapbook": scrapbook})


def recorded(notebook: NotebookNode) -> dict[str, Any]:
    """Everything that `record` left in an executed notebook, in the order of recording.

    Args:
        notebook: as `nbformat.read` returns it.

    Returns:
        The recorded values by name.

    Raises:
        ChapterError: a name was recorded twice.
    """
    found: dict[str, Any] = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if _TEXT not in output.get("data", {}):
                continue
            name = output.metadata.scrapbook.name
            if name in found:
                raise ChapterError(f"{name} is recorded twice; a name stands for one value")
            found[name] = ast.literal_eval(output.data[_TEXT])
    return found


def _plain(name: str, value: Any) -> Any:
    """`value` in types that JSON has too: tuples become lists, numpy scalars numbers."""
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        value = value.item()
    match value:
        case None | bool():
            return value
        case str():
            return str(value)
        case int():
            return int(value)
        case float():
            return _finite(name, value)
        case list() | tuple():
            return [_plain(name, item) for item in value]
        case dict() if all(isinstance(key, str) for key in value):
            return {str(key): _plain(name, item) for key, item in value.items()}
    raise ChapterError(
        f"record: {name} is a {type(value).__name__}; must be int, float, str, bool, None, "
        "a list of these or a dict of these with text keys"
    )


def _finite(name: str, value: float) -> float:
    if not math.isfinite(value):
        raise ChapterError(f"record: {name} = {value}: a recorded number must be finite")
    return value + 0.0  # a negative zero becomes zero


def _table(values: Mapping[str, Any]) -> dict[str, str]:
    width = max(map(len, values))
    lines = [f"{name:<{width}}  {value}" for name, value in values.items()]
    rows = [
        f'<tr><th scope="row">{html.escape(name)}</th><td>{html.escape(str(value))}</td></tr>'
        for name, value in values.items()
    ]
    table = '<table class="qn-record"><tbody>\n' + "\n".join(rows) + "\n</tbody></table>"
    return {"text/plain": "\n".join(lines), "text/html": table}
