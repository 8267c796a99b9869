"""The peer of the certified ranks: the dense tensor modulo p, and FLINT's elimination."""

from __future__ import annotations

import flint
import numpy as np

from qnpapers.convac import Architecture, matricize
from qnpapers.convac.finite_field import PRIME, multiply, random_residues


def dense_flint_rank(architecture: Architecture, region, rng: np.random.Generator) -> int:
    """Rank modulo p of the dense matricized tensor of random weights, windows of two."""
    *layers, output = (
        random_residues(shape, rng=rng)
        for shape in (*architecture.weight_shapes(), (1, 1, architecture.channels[-1]))
    )
    tensors = list(layers[0])
    for layer in (*layers[1:], output):
        pairs = zip(tensors[::2], tensors[1::2], strict=True)
        products = [x[:, :, None].astype(np.uint64) * y[:, None, :] % PRIME for x, y in pairs]
        flat = [product.reshape(len(product), -1).astype(np.uint32) for product in products]
        tensors = [multiply(matrix, array) for matrix, array in zip(layer, flat, strict=True)]
    shape = (architecture.local_dim,) * architecture.sites
    matrix = matricize(tensors[0].reshape(shape), region)
    return flint.nmod_mat(*matrix.shape, [int(x) for x in matrix.ravel()], PRIME).rank()
