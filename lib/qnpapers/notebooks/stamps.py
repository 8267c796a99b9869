"""What was executed, with which inputs: `_build/executed` holds each chapter and its stamp."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from qnpapers.notebooks.project import Chapter, Project

How = Literal["executed", "refreshed", "verified"]


@dataclass(frozen=True)
class Stamp:
    """A chapter ran without an error for these inputs. Only `verified` compared its outputs."""

    hash: str
    how: How


def executed_path(project: Project, chapter: Chapter) -> Path:
    """Where the executed chapter lies once it has a stamp."""
    return project.build / "executed" / f"{chapter.name}.ipynb"


def read_stamp(project: Project, chapter: Chapter) -> Stamp | None:
    """The stamp of a chapter if its inputs have not changed since; else None."""
    path = executed_path(project, chapter)
    try:
        stamp = Stamp(**json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return stamp if path.exists() and stamp.hash == project.input_hash(chapter) else None


def write_stamp(project: Project, chapter: Chapter, text: str, stamp: Stamp) -> None:
    """Store an executed chapter, then its stamp (in this order: a stamp is never early)."""
    path = executed_path(project, chapter)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".json").unlink(missing_ok=True)
    path.write_text(text, encoding="utf-8")
    path.with_suffix(".json").write_text(json.dumps(asdict(stamp)) + "\n", encoding="utf-8")
