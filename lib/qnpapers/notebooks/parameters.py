"""A chapter's parameters: what its `parameters` cell declares, and the checks on their values."""

from __future__ import annotations

import ast
import difflib
import io
import math
import numbers
import tokenize
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import yaml

from qnpapers.errors import ChapterError, ParameterError

TYPES = {
    "int": "an integer",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "list": "a list",
}
_SWITCH = {"true": True, "false": False}


class Requirement:
    """Checks on one parameter, one after the other. `require` makes it; every check returns it."""

    def __init__(self, name: str, value: Any) -> None:
        self._name = name
        self._value = value

    def _ipython_display_(self) -> None:
        """Show nothing when a check ends a cell."""

    def _check(self, allowed: bool, must_be: str) -> Self:
        if not allowed:
            raise ParameterError(f"{self._name} = {self._value!r}: must be {must_be}")
        return self

    def integer(self) -> Self:
        """An integer; True and False are not integers here."""
        return self._check(_is_integer(self._value), "an integer")

    def number(self) -> Self:
        """A finite integer or float."""
        return self._check(_is_number(self._value), "a finite number")

    def boolean(self) -> Self:
        """True or False."""
        return self._check(isinstance(self._value, bool), "True or False")

    def text(self) -> Self:
        """A string; it may be empty."""
        return self._check(isinstance(self._value, str), "a string")

    def between(self, low: float, high: float) -> Self:
        """A number from `low` to `high`, both included."""
        inside = _is_number(self._value) and low <= self._value <= high
        return self._check(inside, f"between {low} and {high}")

    def power_of(self, base: int) -> Self:
        """A power of `base`: 1, base, base**2, …"""
        if base < 2:
            raise ChapterError(f"power_of({base}): the base must be an integer of at least 2")
        self.integer()
        below = base
        while below * base <= self._value:
            below *= base
        message = f"a power of {base}, for example {below} or {below * base}"
        return self._check(self._value in (1, below), message)

    def one_of(self, *allowed: Any) -> Self:
        """One of the listed values, of the same type."""
        found = any(type(self._value) is type(item) and self._value == item for item in allowed)
        return self._check(found, _alternatives(allowed))

    def integers(self, minimum: int | None = None) -> Self:
        """A list of integers, each at least `minimum` where that is given."""
        bound = "" if minimum is None else f", each at least {minimum}"
        fits = isinstance(self._value, list | tuple) and all(
            _is_integer(item) and (minimum is None or item >= minimum) for item in self._value
        )
        return self._check(fits, f"a list of integers{bound}")

    def length(self, count: int) -> Self:
        """A list of `count` elements."""
        fits = isinstance(self._value, list | tuple) and len(self._value) == count
        return self._check(fits, f"a list of length {count}")


def require(**parameter: Any) -> Requirement:
    """Start the checks on one parameter of a chapter.

    >>> sites = 16
    >>> _ = require(sites=sites).integer().power_of(2).between(4, 64)

    Args:
        parameter: exactly one, as `name=value`.

    Returns:
        A `Requirement`; each of its checks returns it again, so that they can be chained.

    Raises:
        ParameterError: by the first check that fails; the message has the name, the value and
            what is allowed.
        ChapterError: not exactly one name was given.
    """
    if len(parameter) != 1:
        raise ChapterError(f"require takes one name, as in require(sites=sites); got {parameter}")
    [(name, value)] = parameter.items()
    return Requirement(name, value)


def _is_integer(value: object) -> bool:
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    real = isinstance(value, numbers.Real) and not isinstance(value, bool)
    return real and math.isfinite(value)  # type: ignore[arg-type]


def _alternatives(items: Iterable[Any]) -> str:
    *first, last = map(repr, items)
    return f"{', '.join(first)} or {last}" if first else last


@dataclass(frozen=True)
class Parameter:
    """One line of a `parameters` cell: `name: type = default  # meaning`."""

    name: str
    type: str
    default: Any
    meaning: str

    def accepts(self, value: object) -> bool:
        """True when `value` is of the annotated type; an integer is accepted as a float."""
        match self.type:
            case "int":
                return _is_integer(value)
            case "float":
                return isinstance(value, float) or _is_integer(value)
            case "str":
                return isinstance(value, str)
            case "bool":
                return isinstance(value, bool)
        return isinstance(value, list)


def parse_parameters(source: str) -> dict[str, Parameter]:
    """Read the source of a `parameters` cell.

    Args:
        source: lines `name: type = default  # meaning` with a literal default; the types are int,
            float, str, bool and list. The meaning has no `=`, which papermill cannot read.

    Returns:
        The parameters by name, in the order of the cell.

    Raises:
        ChapterError: a line has another form; the message names it and says what is missing.
    """
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        raise ChapterError(f"the parameters cell is not Python: {error}") from error
    comments = _comments(source)
    found: dict[str, Parameter] = {}
    for statement in statements:
        parameter = _parse_line(statement, comments)
        if parameter.name in found:
            raise ChapterError(f"parameter {parameter.name} is declared twice")
        found[parameter.name] = parameter
    return found


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokens
        if token.type == tokenize.COMMENT
    }


def _parse_line(statement: ast.stmt, comments: Mapping[int, str]) -> Parameter:
    text = ast.unparse(statement)
    if not isinstance(statement, ast.AnnAssign) or statement.value is None:
        raise ChapterError(f"parameters cell, {text!r}: must be 'name: type = default  # meaning'")
    kind = ast.unparse(statement.annotation)
    if kind not in TYPES:
        raise ChapterError(f"parameters cell, {text!r}: the type must be {_alternatives(TYPES)}")
    try:
        default = ast.literal_eval(statement.value)
    except ValueError:
        raise ChapterError(f"parameters cell, {text!r}: the default must be a literal") from None
    meaning = comments.get(statement.end_lineno or 0, "")
    if not meaning or "=" in meaning or statement.lineno != statement.end_lineno:
        raise ChapterError(
            f"parameters cell, {text!r}: must be one line that ends with a comment, the meaning; "
            "papermill cannot read further lines, or '=' in the comment"
        )
    parameter = Parameter(ast.unparse(statement.target), kind, default, meaning)
    if not parameter.accepts(default):
        raise ChapterError(f"parameters cell, {text!r}: the default must be {TYPES[kind]}")
    return parameter


def check_names(names: Iterable[str], parameters: Mapping[str, Parameter], chapter: str) -> None:
    """Refuse names that the chapter does not have.

    Raises:
        ParameterError: with the nearest names and the whole list.
    """
    for name in names:
        if name not in parameters:
            near = difflib.get_close_matches(name, parameters)
            hint = f"did you mean {' or '.join(near)}? " if near else ""
            known = ", ".join(parameters) or "none"
            raise ParameterError(
                f"{chapter} has no parameter {name!r}: {hint}Its parameters are: {known}"
            )


def read_value(parameter: Parameter, text: str) -> Any:
    """Read a value from the command line, by the parameter's type.

    Args:
        parameter: the parameter it is for.
        text: as typed; a list is written [4, 4, 8], a bool true or false.

    Returns:
        A value of the parameter's type.

    Raises:
        ParameterError: the text is not a value of that type.
    """
    try:
        match parameter.type:
            case "int":
                return int(text)
            case "float":
                return float(text)
            case "bool":
                return _SWITCH[text.lower()]
            case "list":
                return check_value(parameter, yaml.safe_load(text))
    except (ValueError, KeyError, yaml.YAMLError):
        raise _wrong_type(parameter, text) from None
    return text


def check_value(parameter: Parameter, value: Any) -> Any:
    """Return `value` if it is of the parameter's type, an integer for a float as a float.

    Raises:
        ParameterError: it is of another type.
    """
    if not parameter.accepts(value):
        raise _wrong_type(parameter, value)
    return float(value) if parameter.type == "float" else value


def _wrong_type(parameter: Parameter, value: object) -> ParameterError:
    return ParameterError(
        f"{parameter.name} = {value!r}: must be {TYPES[parameter.type]} ({parameter.type}), "
        f"for example {parameter.default!r}"
    )
