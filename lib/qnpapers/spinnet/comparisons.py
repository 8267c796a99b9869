"""Evidence from many comparisons of two numbers each: how many differ, or by how much."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qnpapers.evidence import Evidence

ROUND_OFF = 1e-12
"""Allowed where some hundred float64 numbers near 1, each correct to 2^-52, are multiplied."""

Case = tuple[str, Any, Any]
"""What was compared, and the two numbers."""


def mismatches(quantity: str, cases: Iterable[Case]) -> Evidence:
    """Number of cases in which two exact numbers differ."""
    number, different, worst = 0, 0, ""
    for where, measured, expected in cases:
        number += 1
        worst = worst or where
        if measured != expected:
            worst = f"{where}: {measured}, not {expected}" if not different else worst
            different += 1
    return Evidence(f"{quantity}: number that differ", different, 0, number, worst)


def largest_difference(quantity: str, cases: Iterable[Case]) -> Evidence:
    """Largest difference of two float64 numbers, relative where they are above 1."""
    largest, number, worst = 0.0, 0, ""
    for where, measured, expected in cases:
        number += 1
        difference = float(abs(measured - expected)) / max(1.0, abs(float(expected)))
        if difference >= largest:
            largest, worst = difference, where
    return Evidence(quantity, largest, 0.0, number, worst, tolerance=ROUND_OFF)
