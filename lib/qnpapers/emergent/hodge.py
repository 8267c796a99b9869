"""How much of a flow is the gradient of a single-valued function: a projection on a graph."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import spsolve

from qnpapers.errors import NormalisationError, ShapeError


@dataclass(frozen=True, eq=False)
class SingleValuedPart:
    """The nearest gradient to a flow.

    Args:
        potential: F at the vertices, 0 at the first one.
        unexplained: share of the energy of the flow that no gradient explains, from 0 to 1.
    """

    potential: np.ndarray
    unexplained: float


def single_valued_part(
    edges: np.ndarray, flow: np.ndarray, weights: np.ndarray
) -> SingleValuedPart:
    """Project a flow on gradients of single-valued functions.

        min_F  sum_e weight_e (flow_e - F(end) + F(start))^2

    Args:
        edges: start and end of each edge, integers, shape (edges, 2); the graph is connected.
        flow: integral of the flow along each edge, shape (edges,).
        weights: larger than 0, shape (edges,): the density times the width of the edge over its
            length, so that the sum is the integral of p times the square of the flow.

    Returns:
        The function and the share of the energy that it leaves.

    Raises:
        ShapeError: the arrays do not fit each other.
        NormalisationError: a weight is not positive, or the flow is zero everywhere.

    Exact zeros:
        `unexplained` of the gradient of a function at the vertices.

    Reference:
        Hodge decomposition; [wallstrom1994] for what the rest means.

    Example:
        >>> ring = np.array([[0, 1], [1, 2], [2, 0]])
        >>> round(single_valued_part(ring, np.ones(3), np.ones(3)).unexplained, 12)
        1.0
    """
    edges, flow, weights = np.asarray(edges), np.asarray(flow), np.asarray(weights)
    if edges.ndim != 2 or edges.shape[1] != 2 or not len(edges) == flow.size == weights.size:
        raise ShapeError(
            f"edges {edges.shape}, flow {flow.shape}, weights {weights.shape}: two vertices, one "
            "flow and one weight for each edge are needed"
        )
    energy = float(weights @ flow**2)
    if not ((weights > 0).all() and energy > 0):
        raise NormalisationError("weights must be larger than 0, and the flow not zero everywhere")
    count = len(edges)
    rows = np.repeat(np.arange(count), 2)
    signs = np.tile([-1.0, 1.0], count)
    gradient = sparse.csr_array((signs, (rows, edges.ravel())), shape=(count, edges.max() + 1))
    weighted = gradient.T @ sparse.diags_array(weights)
    laplacian = (weighted @ gradient).tocsc()[1:, 1:]  # F is 0 at the first vertex
    potential = np.concatenate([[0.0], spsolve(laplacian, (weighted @ flow)[1:])])
    rest = flow - gradient @ potential
    return SingleValuedPart(potential, float(weights @ rest**2) / energy)
