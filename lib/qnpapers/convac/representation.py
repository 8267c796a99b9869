"""Representation functions f_1, ..., f_M: how a patch of pixels becomes a vector of one site."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qnpapers.errors import ParameterError, ShapeError


@dataclass(frozen=True)
class Gaussians:
    """Gaussian representation functions, normalised to sum to one.

        f_d(x)  =  exp(-|x - c_d|^2 / 2 s^2) / sum_e exp(-|x - c_e|^2 / 2 s^2)

    f_d(x) says how much the patch x looks like the centre c_d.

    Args:
        centres: c_d, shape (M, pixels of a patch), distinct.
        width: s > 0, in units of grey value.

    Raises:
        ParameterError: the width is not a positive finite number.
    """

    centres: np.ndarray
    width: float

    def __post_init__(self) -> None:
        if not 0 < self.width < np.inf:
            raise ParameterError(f"width = {self.width!r}: must be a positive finite number")

    def __call__(self, patches: np.ndarray) -> np.ndarray:
        """Values f_d(x_j), shape (batch, sites, M), of patches (batch, sites, pixels)."""
        patches = _checked(patches, self.centres.shape[1])
        square = ((patches[:, :, None, :] - self.centres) ** 2).sum(axis=3)
        square -= square.min(axis=2, keepdims=True)
        values = np.exp(-square / (2 * self.width**2))
        result: np.ndarray = values / values.sum(axis=2, keepdims=True)
        return result


@dataclass(frozen=True)
class Neurons:
    """Affine functions followed by a rectifier, f_d(x) = max(0, w_d . x + b_d).

    Args:
        slopes: w_d, shape (M, pixels of a patch).
        offsets: b_d, shape (M,).
    """

    slopes: np.ndarray
    offsets: np.ndarray

    def __call__(self, patches: np.ndarray) -> np.ndarray:
        """Values f_d(x_j), shape (batch, sites, M), of patches (batch, sites, pixels)."""
        patches = _checked(patches, self.slopes.shape[1])
        result: np.ndarray = np.maximum(patches @ self.slopes.T + self.offsets, 0.0)
        return result


def fit_gaussians(
    patches: np.ndarray, local_dim: int, *, rng: np.random.Generator, width: float | None = None
) -> Gaussians:
    """Gaussians whose centres are typical patches: the means of k-means clusters.

    Args:
        patches: shape (batch, sites, pixels).
        local_dim: M, number of functions.
        rng: seed of the clustering.
        width: s; by default the root mean square distance of a patch to its nearest centre, but
            at least 0.1 grey values.
    """
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    flat = patches.reshape(-1, patches.shape[-1])
    distinct = np.unique(flat, axis=0)
    if len(distinct) < local_dim:
        raise ShapeError(
            f"local_dim = {local_dim}: the patches take only {len(distinct)} different values, "
            "so there cannot be more independent functions of them"
        )
    # One thread: the sums have one order, and small fits do not wait for a busy core.
    with threadpool_limits(limits=1, user_api="openmp"):
        clusters = KMeans(local_dim, n_init=1, random_state=int(rng.integers(2**31))).fit(flat)
    order = np.lexsort(clusters.cluster_centers_.T[::-1])  # the same order on every run
    if width is None:
        width = max(0.1, float(np.sqrt(clusters.inertia_ / len(flat))))
    return Gaussians(clusters.cluster_centers_[order], width)


def random_neurons(pixels: int, local_dim: int, *, rng: np.random.Generator) -> Neurons:
    """Neurons with normal slopes of variance 1 / pixels and uniform offsets in [0, 1]."""
    slopes = rng.normal(size=(local_dim, pixels)) / np.sqrt(pixels)
    return Neurons(slopes, rng.uniform(size=local_dim))


def independence(features: np.ndarray) -> float:
    """How far the representation functions are from linear dependence, between 0 and 1.

    The smallest singular value of the table f_d(x) over all patches, divided by the largest: 0
    when one function is a combination of the others, for then the coefficient tensor is not
    determined by the scores.

    Args:
        features: values f_d(x_j), shape (batch, sites, M).
    """
    table = features.reshape(-1, features.shape[-1])
    values = np.linalg.svd(table, compute_uv=False)
    if len(table) < table.shape[1] or values[0] == 0:
        return 0.0  # fewer patches than functions cannot tell these apart
    return float(values[-1] / values[0])


def _checked(patches: np.ndarray, pixels: int) -> np.ndarray:
    patches = np.asarray(patches, dtype=float)
    if patches.ndim != 3 or patches.shape[2] != pixels:
        raise ShapeError(f"patches: shape (batch, sites, {pixels}) is needed, got {patches.shape}")
    return patches
