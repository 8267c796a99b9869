"""The compiled step of `rank_modulo_p`: cores joined two by two."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laws.strategies import seeds
from oracles.ranks import rank_modulo
from qnpapers.convac import Architecture, Weights, certified_rank, min_cut, rank_modulo_p
from qnpapers.convac import rank as rank_module
from qnpapers.convac.finite_field import PRIME, compiled, join, random_residues, random_state, rank
from qnpapers.errors import SizeError

sizes = st.integers(1, 5)
UNMIXED = np.empty((0, 0), dtype=np.uint32)


def cores(rows, columns, channels, rng):
    return [random_residues((i, channels, j), rng=rng) for i, j in zip(rows, columns, strict=True)]


def dense_join(left, right, layer):
    """The definition, in Python's integers: all pairs of rows and of columns."""
    product = np.einsum("iaj,kal->ikajl", left.astype(object), right.astype(object))
    shape = len(left) * len(right), left.shape[1], left.shape[2] * right.shape[2]
    mixed = np.einsum("ga,iaj->igj", layer.astype(object), product.reshape(shape))
    return mixed % PRIME


@given(st.tuples(sizes, sizes), st.tuples(sizes, sizes), sizes, sizes, seeds)
def test_all_pairs_of_rows_and_columns_where_they_fit(rows, columns, channels, outputs, seed):
    rng = np.random.default_rng(seed)
    left, right = cores(rows, columns, channels, rng)
    layer = random_residues((outputs, channels), rng=rng)
    joined = join(left, right, layer, 25, 25, random_state(rng=rng))
    expected = dense_join(left, right, layer)
    if left.shape[2] > right.shape[2]:  # the longer factor varies fastest
        pairs = expected.reshape(*expected.shape[:2], left.shape[2], right.shape[2])
        expected = pairs.swapaxes(2, 3).reshape(expected.shape)
    assert joined.tolist() == expected.tolist()


@given(st.tuples(sizes, sizes), st.tuples(sizes, sizes), sizes, st.tuples(sizes, sizes), seeds)
def test_random_products_keep_the_rank_up_to_their_number(rows, columns, channels, most, seed):
    # For every channel the rows of the result are combinations of all rows, likewise the columns.
    rng = np.random.default_rng(seed)
    left, right = cores(rows, columns, channels, rng)
    joined = join(left, right, UNMIXED, *most, random_state(rng=rng))
    full = dense_join(left, right, np.eye(channels, dtype=int))
    assert joined.shape[0] == min(most[0], full.shape[0])
    assert joined.shape[2] == min(most[1], full.shape[2])
    for g in range(channels):
        whole = rank_modulo(full[:, g].tolist(), PRIME)
        assert rank(joined[:, g]) == min(*most, whole)


def test_without_a_layer_the_channels_stay():
    rng = np.random.default_rng(0)
    left, right = cores((2, 3), (3, 2), 4, rng)
    unmixed = join(left, right, UNMIXED, 6, 6, random_state(rng=rng))
    identity = join(left, right, np.eye(4, dtype=np.uint32), 6, 6, random_state(rng=rng))
    assert np.array_equal(unmixed, identity)


def test_the_state_moves_on_and_repeats():
    left, right = cores((4, 4), (1, 1), 2, np.random.default_rng(0))
    state = random_state(rng=np.random.default_rng(1))
    first, second = (join(left, right, UNMIXED, 5, 5, state) for _ in range(2))
    again = join(left, right, UNMIXED, 5, 5, random_state(rng=np.random.default_rng(1)))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, second)


def test_a_star_never_forms_rows_times_columns_times_channels(monkeypatch):
    # The rank of a star is at most its number of channels; 40 * 40 * 40 would be refused.
    monkeypatch.setattr(rank_module, "MAX_CORE", 40 * 40)
    architecture = Architecture.shallow(16, 3, 40)
    assert certified_rank(architecture, range(0, 16, 2), rng=np.random.default_rng(0)) == 40


def test_subtrees_that_do_not_fit_into_memory_are_refused():
    architecture, rng = Architecture(16, 64, (64,) * 4), np.random.default_rng(0)
    message = r"the rank of this region needs an array of 1\.1e\+09 residues; at most 268435456 are"
    with pytest.raises(SizeError, match=message):
        certified_rank(architecture, range(0, 16, 2), rng=rng, at_most=8192)


def test_weights_in_any_memory_order():
    architecture, rng = Architecture(8, 2, (3, 4, 3)), np.random.default_rng(5)
    layers = [rng.integers(PRIME, size=shape) for shape in architecture.weight_shapes()]
    output = rng.integers(PRIME, size=(1, 3))
    ranks = {
        rank_modulo_p(Weights(architecture, tuple(arrays), output), (0, 1, 4), rng=rng)
        for arrays in (layers, [np.asfortranarray(a) for a in layers])
    }
    assert ranks == {min_cut(architecture, (0, 1, 4)).weight}


def test_functions_are_compiled_where_no_folder_can_keep_the_machine_code():
    # No file, so nowhere beside it and nothing to tell when the code is out of date.
    names: dict[str, object] = {}
    exec(compile("def double(x):\n    return 2 * x\n", "no/such/file.py", "exec"), names)
    double = compiled(names["double"])
    assert double(21) == 42
    assert double.signatures
