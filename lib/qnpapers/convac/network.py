"""A ConvAC as a tensor network: weight matrices and vectors joined by copy tensors.

This is the only module that imports `tensornetwork`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Any

import networkx as nx
import numpy as np
import opt_einsum
import tensornetwork as tn

from qnpapers.convac.architecture import Architecture
from qnpapers.convac.tensor import output_vector
from qnpapers.convac.weights import Weights
from qnpapers.errors import ShapeError


@dataclass(frozen=True)
class TensorNetwork:
    """Connected `tensornetwork` nodes of one output y of a ConvAC.

    Args:
        matrices: for each level the weight matrices, axes (r_l, r_{l-1}); joined to the copy
            tensors above and below.
        copies: for each level the copy tensors delta of order P + 1, legs of dimension r_l.
        output: the vector a^{L,y}.
        inputs: the vectors f(x_j) of one input, empty when the legs are open.
        legs: the edge of each site, dimension M; open when there are no inputs.
    """

    matrices: tuple[tuple[tn.Node, ...], ...]
    copies: tuple[tuple[tn.CopyNode, ...], ...]
    output: tn.Node
    inputs: tuple[tn.Node, ...]
    legs: tuple[tn.Edge, ...]

    @property
    def nodes(self) -> list[tn.AbstractNode]:
        """All nodes, from the sites to the output."""
        layers = [self.inputs, *self.matrices, *self.copies]
        return [node for layer in layers for node in layer] + [self.output]


def tensor_network(
    weights: Weights, features: np.ndarray | None = None, label: int = 0
) -> TensorNetwork:
    """Build the tensor network of A^y: a tree for a deep network, a star for a shallow one.

    Each pooling window is one copy tensor, delta_{i_0 i_1 .. i_P} = 1 if all indices are equal and
    0 otherwise; each 1x1 convolution is one weight matrix for every site of its level.

    Args:
        weights: of the network.
        features: values f_d(x_j) of one input, shape (sites, M). Given, they close the legs, and
            the network is the number h_y(X); left out, the legs stay open, and it is A^y.
        label: y, 0-based.

    Raises:
        ShapeError: `features` does not fit, or there is no class `label`.
    """
    architecture = weights.architecture
    matrices = tuple(
        tuple(tn.Node(a, name=f"a[{level}][{j}]") for j, a in enumerate(weights.layer(level)))
        for level in range(architecture.levels)
    )
    copies = tuple(
        tuple(
            tn.CopyNode(architecture.window + 1, width, name=f"delta[{level}][{j}]")
            for j in range(architecture.sites_at(level + 1))
        )
        for level, width in enumerate(architecture.channels)
    )
    output = tn.Node(output_vector(weights, label), name="output")
    for level, row in enumerate(copies):
        above = matrices[level + 1] if level + 1 < architecture.levels else (output,)
        for j, copy in enumerate(row):
            above[j][-1] ^ copy[0]
            for k in range(architecture.window):
                matrices[level][j * architecture.window + k][0] ^ copy[k + 1]
    legs = tuple(matrix[1] for matrix in matrices[0])
    inputs = _close_legs(legs, features)
    if inputs:
        legs = tuple(node[0] for node in inputs)
    return TensorNetwork(matrices, copies, output, inputs, legs)


def _close_legs(legs: tuple[tn.Edge, ...], features: np.ndarray | None) -> tuple[tn.Node, ...]:
    if features is None:
        return ()
    wanted = (len(legs), legs[0].dimension)
    if np.shape(features) != wanted:
        raise ShapeError(f"features: shape {wanted} is needed, got {np.shape(features)}")
    inputs = tuple(tn.Node(vector, name=f"f[{j}]") for j, vector in enumerate(features))
    for leg, node in zip(legs, inputs, strict=True):
        leg ^ node[0]
    return inputs


def contract(network: TensorNetwork) -> np.ndarray:
    """Contract a tensor network from the sites to the output; it is used up by this.

    First each input with its weight matrix, then each copy tensor with its neighbours, level by
    level: with closed legs the cost is linear in the number of sites.

    Returns:
        A^y with one axis for each site, or the number h_y(X) as an array of shape ().
    """
    for node in network.inputs:
        tn.contract(node[0])
    for row in network.copies:
        for copy in row:
            result = tn.contract_copy_node(copy)
    if not network.inputs:
        result = result.reorder_edges(list(network.legs))
    return np.asarray(result.tensor)


def contract_in_order(network: TensorNetwork) -> np.ndarray:
    """The same number by `tensornetwork`'s general contractor with a greedy order.

    Every copy tensor is written out as a dense tensor of r**(P+1) entries.
    """
    order = list(network.legs) if not network.inputs else []
    result = tn.contractors.greedy(network.nodes, output_edge_order=order)
    return np.asarray(result.tensor)


def bond_graph(architecture: Architecture) -> nx.Graph:
    """The tensor network as a graph to draw, to walk or to cut.

    Nodes are ("site", j), ("matrix", level, j), ("copy", level, j) and ("output",), each with its
    `kind` and `place` = (horizontal, vertical) in units of sites and layers. Edges have a
    `dimension`. Copy tensors count once in a cut, however many of their edges are cut.
    """
    graph = nx.Graph()
    for j in range(architecture.sites):
        graph.add_node(("site", j), kind="site", place=(float(j), 0.0))
        graph.add_node(("matrix", 0, j), kind="matrix", place=(float(j), 1.0))
        graph.add_edge(("site", j), ("matrix", 0, j), dimension=architecture.local_dim)
    for level, width in enumerate(architecture.channels):
        last = level + 1 == architecture.levels
        for j in range(architecture.sites_at(level + 1)):
            copy = ("copy", level, j)
            parent = ("output",) if last else ("matrix", level + 1, j)
            center = _center(architecture, level + 1, j)
            graph.add_node(copy, kind="copy", place=(center, 2.0 * level + 2))
            graph.add_node(parent, kind=parent[0], place=(center, 2.0 * level + 3))
            graph.add_edge(copy, parent, dimension=width)
            for k in range(architecture.window):
                child = ("matrix", level, j * architecture.window + k)
                graph.add_edge(child, copy, dimension=width)
    return graph


def _center(architecture: Architecture, level: int, position: int) -> float:
    width = architecture.sites // architecture.sites_at(level)
    return position * width + (width - 1) / 2


@dataclass(frozen=True)
class ContractionCost:
    """Deterministic cost of one contraction.

    Args:
        operations: scalar multiplications and additions, as `opt_einsum` counts them.
        largest: entries of the largest intermediate array.
    """

    operations: int
    largest: int


def contraction_cost(architecture: Architecture, *, closed: bool = True) -> ContractionCost:
    """Cost of contracting one output in the order that `opt_einsum`'s greedy search finds.

    A copy tensor is an index that several tensors share, so it costs nothing to store.

    Args:
        architecture: shape of the network.
        closed: True for one score h_y(X), False for the whole tensor A^y.
    """
    terms, result = _index_lists(architecture, closed)
    shapes = _operand_shapes(architecture, closed)
    names = {
        index: opt_einsum.get_symbol(k) for k, index in enumerate(dict.fromkeys(chain(*terms)))
    }
    words = ["".join(names[index] for index in term) for term in (*terms, result)]
    equation = ",".join(words[:-1]) + "->" + words[-1]
    _, info = opt_einsum.contract_path(equation, *shapes, shapes=True, optimize="greedy")
    return ContractionCost(int(info.opt_cost), int(info.largest_intermediate))


def _index_lists(
    architecture: Architecture, closed: bool
) -> tuple[list[tuple[Any, ...]], tuple[Any, ...]]:
    """Index names of every tensor: ("leg", j), and one ("copy", level, j) for each copy tensor."""
    legs = [("leg", j) for j in range(architecture.sites)]
    terms: list[tuple[Any, ...]] = [(leg,) for leg in legs] if closed else []
    for level in range(architecture.levels):
        for j in range(architecture.sites_at(level)):
            below = legs[j] if level == 0 else ("copy", level - 1, j)
            terms.append((("copy", level, j // architecture.window), below))
    terms.append((("copy", architecture.levels - 1, 0),))
    return terms, () if closed else tuple(legs)


def _operand_shapes(architecture: Architecture, closed: bool) -> list[tuple[int, ...]]:
    vector: tuple[int, ...] = (architecture.local_dim,)
    shapes = [vector] * architecture.sites * closed
    for level, (_, rows, columns) in enumerate(architecture.weight_shapes()):
        shapes += [(rows, columns)] * architecture.sites_at(level)
    return [*shapes, (architecture.channels[-1],)]
