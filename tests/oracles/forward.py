"""The forward pass of a ConvAC in plain loops, counting every multiplication that it makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def forward(
    layers: Sequence[Any], outputs: Sequence[Any], window: int, features: Sequence[Any]
) -> tuple[list[Any], int]:
    """Scores of one input, and the number of multiplications.

    Args:
        layers: `layers[l][j][g][a]`; a level with one site is shared.
        outputs: `outputs[y][a]`.
        window: P.
        features: `features[j][d]`.
    """
    count = 0
    signal = [list(vector) for vector in features]
    for layer in layers:
        mixed = []
        for j, vector in enumerate(signal):
            site = []
            for weights in layer[j if len(layer) > 1 else 0]:
                total = 0
                for weight, value in zip(weights, vector, strict=True):
                    total += weight * value
                    count += 1
                site.append(total)
            mixed.append(site)
        signal = []
        for first in range(0, len(mixed), window):
            pooled = mixed[first]
            for other in mixed[first + 1 : first + window]:
                pooled = [one * two for one, two in zip(pooled, other, strict=True)]
                count += len(pooled)
            signal.append(pooled)
    scores = []
    for weights in outputs:
        scores.append(sum(w * value for w, value in zip(weights, signal[0], strict=True)))
        count += len(weights)
    return scores, count
