from __future__ import annotations

import numpy as np
import pytest

from qnpapers.convac import Architecture
from qnpapers.convac.comparisons import describe, largest_excess, mismatches, special_weights


def test_mismatches_are_counted_and_the_first_is_shown():
    evidence = mismatches("ranks", [("a", 1, 1), ("b", 2, 3), ("c", 5, 4)])
    assert (evidence.measured, evidence.cases, evidence.worst) == (2, 3, "b: 2, not 3")
    assert not evidence.passed
    assert mismatches("ranks", [("a", 1, 1)]).worst == "none"
    assert not mismatches("ranks", []).passed  # nothing was compared


def test_the_largest_excess_and_where_it_is_found_first():
    evidence = largest_excess("ranks", [("a", 1, 3), ("b", 4, 4), ("c", 5, 5)])
    assert (evidence.measured, evidence.cases) == (0, 3)
    assert evidence.worst == "b: 4, bound 4"
    assert evidence.passed
    assert not largest_excess("ranks", [("a", 1, 3), ("b", 5, 4)]).passed


@pytest.mark.parametrize("shared", [False, True])
def test_special_weights_are_python_integers_of_every_kind(shared):
    architecture = Architecture(4, 2, (3, 2), shared=shared)
    kinds = dict(special_weights(architecture, np.random.default_rng(0)))
    assert list(kinds) == ["random", "all equal", "zero or one", "identity"]
    for weights in kinds.values():
        assert all(isinstance(x, int) for layer in weights.layers for x in layer.ravel())
    assert set(kinds["all equal"].layers[0].ravel()) == {1}
    assert kinds["identity"].layers[1][0].tolist() == [[1, 0, 0], [0, 1, 0]]
    assert {x for layer in kinds["zero or one"].layers for x in layer.ravel()} == {0, 1}


def test_architectures_are_named_in_one_line():
    assert describe(Architecture(9, 2, (3, 2), window=3)) == "N=9 P=3 M=2 r=(3, 2)"
    assert describe(Architecture(4, 2, (4, 4), shared=True)) == "N=4 P=2 M=2 r=(4, 4), shared"
