from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import opt_einsum
import pytest
import tensornetwork as tn
from hypothesis import given, settings
from hypothesis import strategies as st

from laws.strategies import architectures, integer_weights, seeds
from qnpapers.convac import (
    Architecture,
    bond_graph,
    coefficient_tensor,
    contract,
    contract_in_order,
    contraction_cost,
    random_weights,
    score,
    tensor_network,
)
from qnpapers.errors import ShapeError

NETWORKS = [
    Architecture(8, 3, (4, 5, 6)),
    Architecture(16, 2, (3, 2), window=4),
    Architecture(9, 2, (3, 4), window=3, shared=True),
    Architecture.shallow(6, 3, 5),
]


@pytest.mark.parametrize("contraction", [contract, contract_in_order])
@given(architecture=architectures(), seed=seeds)
@settings(max_examples=25)
def test_open_legs_contract_to_the_coefficient_tensor_exactly(contraction, architecture, seed):
    weights = integer_weights("small", architecture, np.random.default_rng(seed))
    tensor = contraction(tensor_network(weights))
    assert np.array_equal(tensor, coefficient_tensor(weights))


@pytest.mark.parametrize("contraction", [contract, contract_in_order])
@pytest.mark.parametrize("architecture", NETWORKS)
def test_closed_legs_contract_to_the_score(contraction, architecture):
    rng = np.random.default_rng(3)
    weights = random_weights(architecture, rng=rng)
    features = rng.uniform(size=(2, architecture.sites, architecture.local_dim))
    for one, expected in zip(features, score(weights, features)[:, 0], strict=True):
        found = contraction(tensor_network(weights, one))
        assert found.shape == ()
        # Sums of at most 16 x 6 products on the way, in another order.
        assert float(found) == pytest.approx(expected, rel=1e-12)


def test_the_nodes_are_matrices_copy_tensors_and_the_output_vector():
    architecture = Architecture(9, 2, (3, 4), window=3, classes=2)
    weights = random_weights(architecture, rng=np.random.default_rng(0))
    network = tensor_network(weights, label=1)
    assert [len(row) for row in network.matrices] == [9, 3]
    assert [len(row) for row in network.copies] == [3, 1]
    assert np.array_equal(network.output.tensor, weights.output[1])
    assert np.array_equal(network.matrices[1][2].tensor, weights.layers[1][2])
    assert network.inputs == ()
    assert [leg.dimension for leg in network.legs] == [2] * 9
    assert all(leg.is_dangling() for leg in network.legs)
    assert len(network.nodes) == 9 + 3 + 3 + 1 + 1
    assert len({node.name for node in network.nodes}) == len(network.nodes)
    tn.check_connected(network.nodes)
    for row, width in zip(network.copies, (3, 4), strict=True):
        for copy in row:
            assert copy.shape == (width,) * 4
            ones = [index for index in np.ndindex(copy.shape) if copy.tensor[index] == 1]
            assert ones == [(g,) * 4 for g in range(width)]
            assert copy.tensor.sum() == width


def test_inputs_close_the_legs():
    architecture = Architecture(4, 2, (3, 2))
    weights = random_weights(architecture, rng=np.random.default_rng(0))
    features = np.arange(8.0).reshape(4, 2)
    network = tensor_network(weights, features)
    assert [node.tensor.tolist() for node in network.inputs] == features.tolist()
    assert [leg.get_nodes()[0] is leg.get_nodes()[1] for leg in network.legs] == [False] * 4
    for leg, node, matrix in zip(network.legs, network.inputs, network.matrices[0], strict=True):
        assert set(leg.get_nodes()) == {node, matrix}


@pytest.mark.parametrize("shape", [(4, 3), (3, 2), (1, 4, 2), (8,), ()])
def test_features_that_do_not_fit_are_refused(shape):
    weights = random_weights(Architecture(4, 2, (3, 2)), rng=np.random.default_rng(0))
    with pytest.raises(ShapeError, match=r"features: shape \(4, 2\) is needed, got"):
        tensor_network(weights, np.ones(shape))


def test_a_class_that_is_none_is_refused():
    weights = random_weights(Architecture(4, 2, (3, 2)), rng=np.random.default_rng(0))
    with pytest.raises(ShapeError, match="label = 1: the network has the classes 0 to 0"):
        tensor_network(weights, label=1)


# The graph to draw and to cut


@given(architectures())
def test_the_graph_is_the_network(architecture):
    graph = bond_graph(architecture)
    assert nx.is_tree(graph)
    network = tensor_network(random_weights(architecture, rng=np.random.default_rng(0)))
    kinds = [kind for _, kind in graph.nodes(data="kind")]
    assert kinds.count("site") == architecture.sites
    assert kinds.count("matrix") == sum(len(row) for row in network.matrices)
    assert kinds.count("copy") == sum(len(row) for row in network.copies)
    assert kinds.count("output") == 1
    for node, kind in graph.nodes(data="kind"):
        dimensions = [d for _, _, d in graph.edges(node, data="dimension")]
        match node:
            case ("copy", level, j):
                assert tuple(dimensions) == network.copies[level][j].shape
            case ("matrix", level, j):
                assert sorted(dimensions) == sorted(network.matrices[level][j].shape)
            case ("site", _):
                assert dimensions == [architecture.local_dim]
            case ("output",):
                assert dimensions == [architecture.channels[-1]]
        assert kind == node[0]


def test_the_places_of_a_small_graph():
    places = dict(bond_graph(Architecture(4, 2, (3, 2))).nodes(data="place"))
    assert [places["site", j] for j in range(4)] == [(0, 0), (1, 0), (2, 0), (3, 0)]
    assert [places["matrix", 0, j] for j in range(4)] == [(0, 1), (1, 1), (2, 1), (3, 1)]
    assert [places["copy", 0, j] for j in range(2)] == [(0.5, 2), (2.5, 2)]
    assert [places["matrix", 1, j] for j in range(2)] == [(0.5, 3), (2.5, 3)]
    assert places["copy", 1, 0] == (1.5, 4)
    assert places["output",] == (1.5, 5)


@given(architectures(shapes=((8, 2), (9, 3), (16, 4), (8, 8))))
def test_every_node_stands_in_the_middle_of_the_sites_below_it(architecture):
    graph = bond_graph(architecture)
    directed = nx.bfs_tree(graph, ("output",))
    for node, (across, _) in graph.nodes(data="place"):
        below = nx.descendants(directed, node) | {node}
        sites = [other[1] for other in below if other[0] == "site"]
        assert across == (min(sites) + max(sites)) / 2
    places = [place for _, place in graph.nodes(data="place")]
    assert len(set(places)) == len(places)


# What a contraction costs


def test_the_cost_of_two_sites_by_hand():
    # Matrices a, b of 3 x 2. The order found: u = a f, then y u entry by entry, then (y u) b,
    # then times g. A sum costs a multiplication and an addition for each of its terms.
    cost = contraction_cost(Architecture(2, 2, (3,)))
    assert cost.operations == 12 + 3 + 12 + 4
    assert cost.largest == 3


@given(
    st.sampled_from([(4, 2), (8, 2), (9, 3), (4, 4), (16, 4), (8, 8)]),
    st.lists(st.integers(1, 5), min_size=4, max_size=4),
    st.booleans(),
)
@settings(max_examples=30)
def test_the_cost_is_that_of_the_pairwise_contractions_counted_again(shape, widths, closed):
    sites, window = shape
    levels = round(math.log(sites, window))
    architecture = Architecture(sites, widths[0], widths[1 : levels + 1], window)
    with pytest.MonkeyPatch.context() as patch:
        asked = listen(patch)
        cost = contraction_cost(architecture, closed=closed)
    assert (cost.operations, cost.largest) == recount(**asked)
    assert cost.operations >= architecture.parameters  # every weight is used


def listen(patch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Note what is asked of `opt_einsum.contract_path`, and the path that it answers."""
    asked: dict[str, Any] = {}
    original = opt_einsum.contract_path

    def contract_path(equation, *shapes, **options):
        path, info = original(equation, *shapes, **options)
        asked.update(equation=equation, shapes=shapes, path=path)
        return path, info

    patch.setattr(opt_einsum, "contract_path", contract_path)
    return asked


def recount(equation, shapes, path) -> tuple[int, int]:
    """Operations and entries of the largest intermediate: one loop nest for each step."""
    inputs, output = equation.split("->")
    terms = [set(term) for term in inputs.split(",")]
    size = {
        name: dimension
        for term, shape in zip(inputs.split(","), shapes, strict=True)
        for name, dimension in zip(term, shape, strict=True)
    }
    operations, largest = 0, math.prod(size[name] for name in output)
    for positions in path:
        joined = [terms.pop(k) for k in sorted(positions, reverse=True)]
        present = set().union(*joined)
        kept = present & set(output).union(*terms)
        loops = math.prod(size[name] for name in present)
        operations += loops * (len(joined) - 1 + (kept != present))
        largest = max(largest, math.prod(size[name] for name in kept))
        terms.append(kept)
    return operations, largest


def test_the_cost_of_a_score_is_linear_in_the_sites():
    costs = [contraction_cost(Architecture(2**k, 3, (4,) * k)).operations for k in range(3, 9)]
    # Each further site costs the same: second differences of doubled sizes vanish.
    per_step = [after - 2 * before for before, after in pairwise(costs)]
    assert len(set(per_step)) == 1


def test_the_open_network_costs_at_least_its_entries():
    for sites in (4, 8):
        architecture = Architecture(sites, 3, (2,) * (sites.bit_length() - 1))
        cost = contraction_cost(architecture, closed=False)
        assert cost.largest == 3**sites
        assert cost.operations >= 3**sites


@pytest.mark.parametrize(
    "architecture",
    [
        Architecture(8, 2, (3, 2, 4)),
        Architecture(9, 2, (3, 2), window=3),
        Architecture(16, 2, (2, 3), window=4),
        Architecture.shallow(5, 3, 4),
    ],
)
def test_the_counted_contraction_is_that_of_the_network(monkeypatch, architecture):
    """The equation whose cost is counted, evaluated: it gives the coefficient tensor."""
    asked = listen(monkeypatch)
    weights = integer_weights("small", architecture, np.random.default_rng(0))
    contraction_cost(architecture, closed=False)
    operands = [a for layer in weights.layers for a in layer] + [weights.output[0]]
    assert [a.shape for a in operands] == list(asked["shapes"])
    tensor = opt_einsum.contract(asked["equation"], *operands)
    assert np.array_equal(tensor, coefficient_tensor(weights))
    shape = (architecture.sites, architecture.local_dim)
    features = np.random.default_rng(1).integers(-2, 3, size=shape)
    contraction_cost(architecture)
    closed = opt_einsum.contract(asked["equation"], *features, *operands)
    assert closed == score(weights, features[None])[0, 0]
