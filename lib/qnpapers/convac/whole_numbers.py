"""Numbers that describe the shape of a circuit: positive integers, alone and in rows."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral

from qnpapers.errors import ArchitectureError


def whole_number(name: str, value: object, minimum: int) -> int:
    """The value as an int.

    Raises:
        ArchitectureError: it is no integer, or smaller than `minimum`.
    """
    if not isinstance(value, Integral) or isinstance(value, bool) or int(value) < minimum:
        raise ArchitectureError(f"{name} = {value!r}: must be an integer of at least {minimum}")
    return int(value)


def channel_numbers(channels: object) -> tuple[int, ...]:
    """The numbers of channels as a tuple of ints, one for each level.

    Raises:
        ArchitectureError: they are no sequence of positive integers, or there are none.
    """
    if isinstance(channels, Integral | str) or not isinstance(channels, Iterable):
        raise ArchitectureError(
            f"channels = {channels!r}: must be a sequence of positive integers, one for each level"
        )
    numbers = tuple(whole_number("channels", r, 1) for r in channels)
    if not numbers:
        raise ArchitectureError("channels = (): at least one level is needed")
    return numbers
