"""Exchanging two subtrees below one copy tensor, in weights, regions and inputs alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from qnpapers.convac import Architecture, Weights


@dataclass(frozen=True)
class Swap:
    """Exchange of the subtrees whose top matrices stand at (level, first) and (level, second)."""

    architecture: Architecture
    level: int
    first: int
    second: int

    def order(self, level: int) -> np.ndarray:
        """Which site of `level` stands at each place after the exchange."""
        order = np.arange(self.architecture.sites_at(level))
        if level <= self.level:
            size = self.architecture.window ** (self.level - level)
            one, two = (np.arange(k * size, (k + 1) * size) for k in (self.first, self.second))
            order[one], order[two] = order[two], order[one]
        return order

    def of_region(self, region: Iterable[int]) -> tuple[int, ...]:
        """The exchange is its own inverse, so it carries sites as it carries places."""
        order = self.order(0)
        return tuple(sorted(int(order[j]) for j in region))

    def of_weights(self, weights: Weights) -> Weights:
        """Unshared weights move with their subtrees; shared weights stay."""
        if self.architecture.shared:
            return weights
        layers = (a[self.order(level)] for level, a in enumerate(weights.layers))
        return replace(weights, layers=tuple(layers))


def swaps(architecture: Architecture) -> list[Swap]:
    """Every exchange of two neighbouring subtrees of one window."""
    window = architecture.window
    return [
        Swap(architecture, level, j * window + k, j * window + k + 1)
        for level in range(architecture.levels)
        for j in range(architecture.sites_at(level + 1))
        for k in range(window - 1)
    ]
