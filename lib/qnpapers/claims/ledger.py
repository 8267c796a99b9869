"""Load `claims/*.yml`; a mistake in a record becomes one message: file, record, field, remedy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from qnpapers.claims.names import find_check, nearest
from qnpapers.claims.schema import Claim
from qnpapers.errors import LedgerError
from qnpapers.evidence import Verdict


@dataclass(frozen=True)
class Ledger:
    """All records of a claims folder: files by name, records in the order of their file."""

    folder: Path
    claims: tuple[Claim, ...]

    @property
    def papers(self) -> tuple[str, ...]:
        """Keys of the papers, in order."""
        return tuple(dict.fromkeys(claim.paper for claim in self.claims))

    def find(self, name: str) -> Claim:
        """Return the claim called `name`: its id, or its full name where two papers share the id.

        Raises:
            LedgerError: unknown or ambiguous name; the message gives the nearest names.
        """
        wanted = name.lower()
        found = [one for one in self.claims if wanted in (one.id.lower(), one.full_id.lower())]
        if len(found) == 1:
            return found[0]
        if found:
            full = " or ".join(one.full_id for one in found)
            raise LedgerError(f"claim '{name}': more than one paper has it; write {full}")
        is_full = name.partition(".")[0] in self.papers
        known = [one.full_id if is_full else one.id for one in self.claims]
        raise LedgerError(f"claim '{name}': not in the ledger; {nearest(name, known)}")

    def select(self, names: Sequence[str] = (), paper: str | None = None) -> tuple[Claim, ...]:
        """Return the claims with these names, or all of one paper, or all; in ledger order.

        Raises:
            LedgerError: unknown name or paper.
        """
        if paper is not None and paper not in self.papers:
            hint = nearest(paper, self.papers)
            raise LedgerError(f"paper '{paper}': not in the ledger; {hint}")
        chosen = [one for one in self.claims if paper is None or one.paper == paper]
        wanted = [self.find(name) for name in names] or chosen
        return tuple(one for one in chosen if one in wanted)


def find_claims_folder(folder: Path | str | None = None) -> Path:
    """Return the claims folder: the given one, else `claims/` here or above, else the checkout's.

    Args:
        folder: a folder that holds `*.yml`, or None to look for one.

    Raises:
        LedgerError: the folder holds no `*.yml`, or none was found.
    """
    if folder is not None:
        if not _has_records(Path(folder)):
            raise LedgerError(f"{folder}: not a folder with *.yml files of claims")
        return Path(folder)
    here = Path.cwd()
    checkout = Path(__file__).resolve().parents[3]
    for parent in (here, *here.parents, checkout):
        if _has_records(parent / "claims"):
            return parent / "claims"
    raise LedgerError("no claims folder here or above; name one with --claims DIR")


def load_ledger(folder: Path | str | None = None) -> Ledger:
    """Read and validate every record, the names of checks and controls included.

    Args:
        folder: the claims folder; None looks for it, see `find_claims_folder`.

    Raises:
        LedgerError: one message that names file, record and field, and what is allowed.
    """
    found = find_claims_folder(folder)
    files = sorted(found.glob("*.yml"))
    return Ledger(found, tuple(claim for file in files for claim in _load_file(file)))


def _has_records(folder: Path) -> bool:
    return folder.is_dir() and any(folder.glob("*.yml"))


def _load_file(file: Path) -> list[Claim]:
    name = f"{file.parent.name}/{file.name}"
    records = _read(file, name)
    if not isinstance(records, list) or not records:
        raise LedgerError(f"{name}: must be a list of records, each starting with '- id: ...'")
    claims = [
        _load_record(record, f"{name}, {_label(record, position)}", file.stem)
        for position, record in enumerate(records, start=1)
    ]
    _refuse_duplicates(claims, name)
    return claims


def _load_record(record: Any, where: str, paper: str) -> Claim:
    if not isinstance(record, dict):
        raise LedgerError(f"{where}: must be a record of fields, got {_shown(record)}")
    try:
        claim = Claim.model_validate(record)
    except ValidationError as error:
        raise LedgerError(_message(error, where)) from None
    if claim.paper != paper:
        raise LedgerError(f"{where}: paper = '{claim.paper}': must be '{paper}' as the file's name")
    _resolve(claim, where)
    return claim


def _resolve(claim: Claim, where: str) -> None:
    for field in ("check", "control"):
        name = getattr(claim, field)
        try:
            if name is not None:
                find_check(name)
        except LedgerError as error:
            raise LedgerError(f"{where}: {field} = '{name}': {error}") from None


def _refuse_duplicates(claims: Iterable[Claim], name: str) -> None:
    seen: dict[str, int] = {}
    for position, claim in enumerate(claims, start=1):
        first = seen.setdefault(claim.target, position)
        if first != position:
            raise LedgerError(
                f"{name}, {claim.id}: id = '{claim.id}': used twice, by records {first} and "
                f"{position}; ids must differ in more than upper and lower case"
            )


class _Loader(yaml.SafeLoader):
    """YAML as PyYAML reads it safely, but a field that stands twice in a record is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        fields: set[Any] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in fields:
                problem = f"the field '{key.value}' stands twice"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            fields.add(key.value if isinstance(key, yaml.ScalarNode) else key)
        return super().construct_mapping(node, deep)


def _read(file: Path, name: str) -> Any:
    try:
        return yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)
    except UnicodeDecodeError:
        raise LedgerError(f"{name}: must be text in UTF-8") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise LedgerError(f"{name}{place}: not valid YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise LedgerError(f"{name}: not valid YAML: {' '.join(str(error).split())}") from None


def _label(record: Any, position: int) -> str:
    identity = record.get("id") if isinstance(record, dict) else None
    return f"record {position}" if identity is None else str(identity)


def _message(error: ValidationError, where: str) -> str:
    problems = error.errors()
    more = f" (and {len(problems) - 1} more in this record)" if len(problems) > 1 else ""
    return f"{where}: {_explain(problems[0])}{more}"


def _explain(problem: ErrorDetails) -> str:
    if problem["type"] == "fit":
        return f"{problem['ctx']['field']} {problem['ctx']['problem']}"
    field = str(problem["loc"][0])
    if problem["type"] == "missing":
        return f"{field} is missing: {_allowed(field)}"
    if problem["type"] == "extra_forbidden":
        return f"unknown field '{field}'; " + nearest(field, Claim.model_fields)
    return f"{field} = {_shown(problem['input'])}: {_allowed(field, problem['input'])}"


def _allowed(field: str, got: Any = None) -> str:
    info = Claim.model_fields[field]
    words = _words(field)
    if words:
        hint = nearest(str(got), words)
        one_of = "must be one of " + ", ".join(f"'{word}'" for word in words)
        return f"{one_of}; {hint}" if hint.startswith("did you mean") else one_of
    if isinstance(got, int | float):
        return f'must be text; write it in quotes: "{got}"'
    if info.examples:
        return "must look like " + " or ".join(str(example) for example in info.examples)
    return "must be text that is not empty"


def _words(field: str) -> list[str]:
    if field == "accepted":
        return [str(verdict) for verdict in Verdict]
    annotation = Claim.model_fields[field].annotation
    return list(get_args(annotation)) if get_origin(annotation) is Literal else []


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
