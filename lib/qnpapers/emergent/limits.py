"""The limits that every quantity of the learning dynamics must keep, checked in one place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qnpapers.errors import ParameterError


def positive(**quantities: float) -> None:
    """Require finite numbers larger than 0.

    Raises:
        ParameterError: one is not; the message has its name and its value.
    """
    for name, value in quantities.items():
        if not (np.isfinite(value) and value > 0):
            raise ParameterError(f"{name} = {value!r}: must be a finite number larger than 0")


def not_negative(**quantities: float) -> None:
    """Require finite numbers that are 0 or larger.

    Raises:
        ParameterError: one is not; the message has its name and its value.
    """
    for name, value in quantities.items():
        if not (np.isfinite(value) and value >= 0):
            raise ParameterError(f"{name} = {value!r}: must be a finite number, 0 or larger")


def finite(**quantities: float) -> None:
    """Require finite numbers.

    Raises:
        ParameterError: one is not; the message has its name and its value.
    """
    for name, value in quantities.items():
        if not np.isfinite(value):
            raise ParameterError(f"{name} = {value!r}: must be a finite number")


def counts(**quantities: int) -> None:
    """Require integers of at least 1.

    Raises:
        ParameterError: one is not; the message has its name and its value.
    """
    for name, value in quantities.items():
        if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < 1:
            raise ParameterError(f"{name} = {value!r}: must be an integer of at least 1")


def increasing(times: Sequence[float] | np.ndarray) -> np.ndarray:
    """Require at least one time, finite and in ascending order; return them as an array.

    Raises:
        ParameterError: there are none, or they do not increase.
    """
    instants = np.array(times, dtype=float)
    if instants.ndim != 1 or not len(instants) or not np.isfinite(instants).all():
        raise ParameterError(f"times = {times!r}: must be a list of at least one finite number")
    if (np.diff(instants) <= 0).any():
        raise ParameterError(f"times = {times!r}: must increase")
    return instants
