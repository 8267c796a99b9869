"""The coefficient tensor A^y of a ConvAC, dense, and its matrices: for small networks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import reduce

import numpy as np

from qnpapers.convac.architecture import region_mask
from qnpapers.convac.weights import Weights
from qnpapers.errors import ShapeError, SizeError

MAX_ENTRIES = 2**26
"""Largest dense coefficient tensor: 2**26 entries, half a gigabyte of float64."""


def coefficient_tensor(weights: Weights, label: int = 0) -> np.ndarray:
    """The dense coefficient tensor A^y by the hierarchical recursion [levine2017, sec. deep].

    It has M**N entries, so it exists only for small networks; `score`, `certified_rank` and
    `schmidt_spectrum` never need it.

    Args:
        weights: of the network; integer and exact types (dtype object) work too.
        label: y, 0-based.

    Returns:
        A^y, shape (M,) * N, axis j for site j.

    Raises:
        SizeError: more than `MAX_ENTRIES` entries.
        ShapeError: `label` is no class of the network.
    """
    architecture = weights.architecture
    entries = architecture.local_dim**architecture.sites
    if entries > MAX_ENTRIES:
        raise SizeError(
            f"the coefficient tensor of {architecture.sites} sites of dimension "
            f"{architecture.local_dim} has {float(entries):.2g} entries; at most {MAX_ENTRIES} "
            "are formed: use score, certified_rank or schmidt_spectrum, which never form it"
        )
    output = output_vector(weights, label)
    phi = weights.layer(0)  # jgd
    for level in range(1, architecture.levels):
        phi = np.einsum("jga,jad->jgd", weights.layer(level), _pool(phi, architecture.window))
    half = architecture.window // 2
    left, right = _pool(phi[:half], half)[0], _pool(phi[half:], architecture.window - half)[0]
    matrix = (output[:, None] * left).T @ right  # never more than M**N entries
    return matrix.reshape((architecture.local_dim,) * architecture.sites)


def output_vector(weights: Weights, label: int) -> np.ndarray:
    """The output vector a^{L,y} of one class; a ShapeError if there is no such class."""
    classes = weights.architecture.classes
    if not 0 <= label < classes:
        raise ShapeError(f"label = {label}: the network has the classes 0 to {classes - 1}")
    vector: np.ndarray = weights.output[label]
    return vector


def _pool(phi: np.ndarray, window: int) -> np.ndarray:
    """Tensor products over windows, channel by channel: (sites, r, D) -> (sites/P, r, D**P)."""
    sites, width, _ = phi.shape
    groups = phi.reshape(sites // window, window, width, -1)
    factors = [groups[:, k] for k in range(window)]
    return reduce(lambda x, y: (x[..., None] * y[..., None, :]).reshape(*x.shape[:2], -1), factors)


def product_state(vectors: Sequence[np.ndarray]) -> np.ndarray:
    """The tensor v_1 x v_2 x ... x v_N of vectors v_j, shape (len(v_1), ..., len(v_N))."""
    return reduce(np.multiply.outer, [np.asarray(v) for v in vectors])


def matricize(tensor: np.ndarray, region: Iterable[int]) -> np.ndarray:
    """The matrix [[A]] of a tensor with respect to a region and its complement.

    Args:
        tensor: one axis for each site.
        region: 0-based sites whose indices together label the rows.

    Returns:
        matrix of shape (prod of dimensions in the region, prod of the others). Within rows and
        columns the sites stand in increasing order, the first one varying slowest.

    Raises:
        RegionError: the region is empty, everything, out of range or not made of integers.
    """
    tensor = np.asarray(tensor)
    mask = region_mask(tensor.ndim, region)
    inside, outside = np.flatnonzero(mask), np.flatnonzero(~mask)
    rows = math.prod(tensor.shape[j] for j in inside)
    return tensor.transpose(*inside, *outside).reshape(rows, -1)
