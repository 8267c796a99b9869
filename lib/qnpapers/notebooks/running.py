"""Run a chapter with other parameters, by papermill, and keep a record of how it ended."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from qnpapers.errors import ParameterError
from qnpapers.notebooks.canonical import describe_cell
from qnpapers.notebooks.execution import warm_caches
from qnpapers.notebooks.parameters import check_names, check_value, read_value
from qnpapers.notebooks.pool import kernel_environment
from qnpapers.notebooks.progress import say, without_colour
from qnpapers.notebooks.project import Chapter, read_notebook
from qnpapers.notebooks.recording import recorded


def read_parameters(
    chapter: Chapter, typed: Sequence[Sequence[str]], file: Path | None
) -> dict[str, Any]:
    """Values for a chapter, from a YAML file and from the command line, which wins.

    Args:
        chapter: its parameters say which names and types are allowed.
        typed: pairs of name and text.
        file: `name: value` lines, or None.

    Returns:
        The given values by name, each of its parameter's type.

    Raises:
        ParameterError: an unknown name, a value of the wrong type, or an unreadable file.
    """
    known = chapter.parameters()
    stored = _read_file(file) if file else {}
    check_names([*stored, *(name for name, _ in typed)], known, chapter.name)
    values = {name: check_value(known[name], value) for name, value in stored.items()}
    return values | {name: read_value(known[name], text) for name, text in typed}


def run_chapter(
    chapter: Chapter, parameters: Mapping[str, Any], output: Path, timeout: int | None = None
) -> int:
    """Run a chapter into `output`; write how it ended beside it, as .json.

    The record has chapter, parameters (all of them), status (completed, failed, timeout,
    dead kernel or interrupted), seconds and recorded. Whatever ended the run, `output` holds the
    cells that were computed.

    Args:
        chapter: the notebook to run; it is not changed.
        parameters: values that replace defaults, see `read_parameters`.
        output: the executed notebook; a file with this name is replaced.
        timeout: seconds that a cell may take; None for no limit.

    Returns:
        0 when it completed, 130 when it was interrupted, else 1.

    Raises:
        ParameterError: `output` is no new .ipynb file in an existing folder.
    """
    output = _check_output(chapter, output)
    status_file = output.with_suffix(".json")
    status_file.unlink(missing_ok=True)
    warm_caches()
    start = time.monotonic()
    status, problem = _papermill(chapter, parameters, output, timeout)
    defaults = {one.name: one.default for one in chapter.parameters().values()}
    record = {
        "chapter": chapter.name,
        "parameters": {**defaults, **parameters},
        "status": status,
        "seconds": round(time.monotonic() - start, 1),
        "recorded": recorded(read_notebook(output)) if output.exists() else {},
    }
    status_file.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    say(f"{chapter.name}: {status} in {record['seconds']} s; {output} and {status_file.name}")
    if problem:
        say(problem)
    return {"completed": 0, "interrupted": 130}.get(status, 1)


def _papermill(
    chapter: Chapter, parameters: Mapping[str, Any], output: Path, timeout: int | None
) -> tuple[str, str]:
    """Run, and say how it ended: the status and, for people, the reason."""
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    os.environ.update(kernel_environment())
    try:
        papermill.execute_notebook(
            chapter.path,
            output,
            parameters=dict(parameters),
            kernel_name="python3",
            language="python",
            cwd=chapter.path.parent,
            execution_timeout=timeout,
        )
    except papermill.PapermillExecutionError as error:
        trace = without_colour("\n".join(error.traceback))
        return "failed", f"{describe_cell(error.exec_count, error.source)}\n\n{trace}"
    except CellTimeoutError:
        return "timeout", f"a cell took longer than {timeout} s"
    except DeadKernelError:
        return "dead kernel", "the kernel died; was there enough memory?"
    except KeyboardInterrupt:
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # else it reports its lost tasks
        return "interrupted", ""
    return "completed", ""


def _read_file(file: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ParameterError(f"{file}: not a readable YAML file: {error}") from error
    if not isinstance(content, dict):
        raise ParameterError(f"{file}: must have lines 'name: value'")
    return {str(name): value for name, value in content.items()}


def _check_output(chapter: Chapter, output: Path) -> Path:
    path = output.resolve()
    if path.suffix != ".ipynb" or not path.parent.is_dir():
        raise ParameterError(f"output {output}: must be an .ipynb file in an existing folder")
    if path.exists() and path.samefile(chapter.path):
        raise ParameterError(f"output {output}: is the chapter itself; name another file")
    return path
