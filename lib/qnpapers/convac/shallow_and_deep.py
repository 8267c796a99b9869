"""Shallow against deep networks: how many channels a shallow one needs, exactly and nearly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from qnpapers.convac.architecture import Architecture, region_mask
from qnpapers.convac.rank import certified_rank
from qnpapers.convac.tensor import coefficient_tensor
from qnpapers.convac.weights import Weights
from qnpapers.errors import ParameterError, ShapeError


def paired_weights(sites: int, amplitudes: Sequence[float]) -> Weights:
    """A deep network that compares partners: sites 2j and 2j+1 must agree, for every j.

        A_{d_1 ... d_N} = prod_{j=0}^{N/2-1}  c_{d_{2j}} [ d_{2j} = d_{2j+1} ]

    One channel for each of the M values at level 0, and a single channel above. Each pair is a
    maximally entangled state if all amplitudes are equal, so that the interleaved Schmidt number is
    M**(N/2), and the interleaved entropy (N/2) sum_d -p_d ln p_d with p_d = c_d^2 / sum c^2.

    Args:
        sites: N, a power of 2.
        amplitudes: c, one number for each of the M values of a site.

    Raises:
        ArchitectureError: `sites` is no power of 2.

    Example:
        >>> coefficient_tensor(paired_weights(2, [1, 1])).tolist()
        [[1, 0], [0, 1]]
    """
    values = np.asarray(amplitudes)
    levels = max(int(sites).bit_length() - 1, 1)
    architecture = Architecture(sites, len(values), (len(values), *[1] * (levels - 1)))
    rows = [values, *[np.ones(1, dtype=values.dtype)] * (levels - 1)]  # above level 0
    bottom, *above = architecture.weight_shapes()
    layers = [np.broadcast_to(np.eye(len(values), dtype=values.dtype), bottom)]
    layers += [np.broadcast_to(row, shape) for row, shape in zip(rows, above, strict=False)]
    return Weights(architecture, tuple(layers), rows[-1][None, :])


def shallow_channels_needed(
    sites: int,
    local_dim: int,
    region: Iterable[int],
    rank: int,
    *,
    rng: np.random.Generator,
    shared: bool = False,
) -> int | None:
    """Least number of channels with which a generic shallow network reaches a Schmidt number.

    Found by bisection on certified ranks. It is a lower bound on the channels of *every* shallow
    network that computes a score of this Schmidt number, see claim T5.

    Args:
        sites: N.
        local_dim: M.
        region: 0-based sites.
        rank: the Schmidt number to be reached, at least 1.
        rng: source of the weights.
        shared: the same weights at all sites.

    Returns:
        the number of channels; None if twice as many channels as `rank` do not reach it, for then
        the rank has stopped growing.

    Raises:
        ParameterError: `rank` is below 1.
        RegionError, SizeError: as for `certified_rank`.

    Example:
        >>> shallow_channels_needed(4, 2, (0, 2), 4, rng=np.random.default_rng(0))
        4
    """
    if rank < 1:
        raise ParameterError(f"rank = {rank}: must be at least 1")
    inside = np.flatnonzero(region_mask(sites, region))

    def reaches(channels: int) -> bool:
        shallow = Architecture.shallow(sites, local_dim, channels, shared=shared)
        return certified_rank(shallow, inside, rng=rng, at_most=rank) >= rank

    too_few, enough = 0, 2 * rank
    if not reaches(enough):
        return None
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        too_few, enough = (too_few, middle) if reaches(middle) else (middle, enough)
    return enough


def truncation_errors(spectrum: np.ndarray) -> np.ndarray:
    """Relative distance to the nearest tensor of Schmidt number k, for k = 0, 1, ..., n.

        e_k = sqrt( sum_{a > k} lambda_a^2 )      (Eckart, Young)

    No shallow network of k channels comes closer to the state in the Frobenius norm, for its
    Schmidt number is at most k across every region. *It may have to stay farther away*: it must be
    near across all regions at once.

    Args:
        spectrum: Schmidt coefficients in descending order, as `schmidt_spectrum` returns them.

    Returns:
        e_0 = 1, ..., e_n = 0 exactly, shape (n + 1,).

    Example:
        >>> truncation_errors(np.array([0.8, 0.6])).round(12).tolist()
        [1.0, 0.6, 0.0]
    """
    tails = np.cumsum(np.asarray(spectrum, dtype=float)[::-1] ** 2)[::-1]
    errors: np.ndarray = np.sqrt(np.append(tails, 0.0))
    return errors


@dataclass(frozen=True)
class ShallowFit:
    """A shallow network near a given tensor.

    Args:
        weights: of the shallow network; its coefficient tensor is the approximation.
        error: relative distance ||A - approximation|| / ||A||.
    """

    weights: Weights
    error: float


def fit_shallow(
    tensor: np.ndarray, channels: int, *, rng: np.random.Generator, sweeps: int = 100
) -> ShallowFit:
    """A shallow network of k channels near a coefficient tensor, by alternating least squares.

    Site after site, the weights of one site are replaced by the best ones for the others as they
    stand. The error never grows, but *it can stop at a local minimum*: the result is an upper bound
    on the distance, `truncation_errors` a lower one.

    Args:
        tensor: A, one axis of length M for each of at least two sites; not zero.
        channels: k, at least 1.
        rng: draws the weights it starts from.
        sweeps: how often every site is visited, at least 1.

    Raises:
        ShapeError: the tensor is zero or its axes are not at least two of one length.
        ParameterError: `channels` or `sweeps` is below 1.

    Example:
        >>> product = np.multiply.outer([1.0, 2.0], [3.0, 1.0])
        >>> fit_shallow(product, 1, rng=np.random.default_rng(0)).error < 1e-12
        True
    """
    if min(channels, sweeps) < 1:
        raise ParameterError(f"channels = {channels}, sweeps = {sweeps}: must be at least 1")
    tensor = np.asarray(tensor, dtype=float)
    if tensor.ndim < 2 or len(set(tensor.shape)) != 1 or not tensor.any():
        raise ShapeError(
            f"tensor: at least two axes of one length and an entry that is not zero are needed, "
            f"got shape {tensor.shape}"
        )
    architecture = Architecture.shallow(tensor.ndim, len(tensor), channels)
    vectors = rng.normal(size=(tensor.ndim, channels, len(tensor)))
    for _ in range(sweeps):
        for site in range(tensor.ndim):
            vectors[site] = _best(tensor, vectors, site)
            scale = np.linalg.norm(vectors[site], axis=1, keepdims=True)
            vectors[site] /= np.where(scale > 0, scale, 1)
    weights = Weights(architecture, (vectors,), scale.T)
    distance = np.linalg.norm(tensor - coefficient_tensor(weights))
    return ShallowFit(weights, float(distance / np.linalg.norm(tensor)))


def _best(tensor: np.ndarray, vectors: np.ndarray, site: int) -> np.ndarray:
    """Weights of one site that minimise the distance, all other sites fixed, shape (k, M)."""
    others = np.delete(vectors, site, axis=0)
    gram = np.prod(others @ others.transpose(0, 2, 1), axis=0)  # gh
    products = reduce(_row_by_row, others)  # g(rest)
    target = products @ np.moveaxis(tensor, site, -1).reshape(products.shape[1], -1)  # gd
    solved: np.ndarray = np.linalg.lstsq(gram, target, rcond=1e-14)[0]
    return solved


def _row_by_row(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Tensor product of the rows of two matrices, channel by channel."""
    return (left[:, :, None] * right[:, None, :]).reshape(len(left), -1)  # g(xy)
