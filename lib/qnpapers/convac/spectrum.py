"""Schmidt spectra of ConvACs in floating point, and the measures of entanglement read off them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import reduce

import numpy as np

from qnpapers.convac.architecture import region_mask
from qnpapers.convac.cut import branches
from qnpapers.convac.tensor import output_vector
from qnpapers.convac.weights import Weights
from qnpapers.errors import ShapeError, SizeError

MAX_CORE = 2**26
"""Largest intermediate array: 2**26 entries, half a gigabyte of float64."""


def schmidt_spectrum(weights: Weights, region: Iterable[int], label: int = 0) -> np.ndarray:
    """Schmidt coefficients lambda_1 >= lambda_2 >= ... of the normalised state of a ConvAC.

        |psi^y> / ||A^y||  =  sum_a lambda_a |phi_a>_A |phi_a>_B,     sum_a lambda_a^2 = 1

    They are the singular values of [[A^y]] / ||A^y||_F, found without that matrix: every subtree
    is carried upwards as C[i, j, g], where i and j count orthonormal vectors on its sites inside
    and outside the region. The minimal cut through the subtree says how many are needed.

    Coefficients below about 1e-16 are round-off, and with Gaussian weights true coefficients
    reach that size: *the number of nonzero entries is not the Schmidt number*. Use
    `certified_rank` for it.

    Args:
        weights: real weights.
        region: 0-based sites.
        label: y, 0-based.

    Returns:
        at most as many coefficients as the weight of the minimal cut; all others are exactly 0.

    Raises:
        RegionError: the region is empty, everything, out of range or not made of integers.
        ShapeError: A^y = 0, which has no normalised state.
        SizeError: an intermediate array would have more than `MAX_CORE` entries.
    """
    architecture = weights.architecture
    window = architecture.window
    inside = region_mask(architecture.sites, region)
    levels = branches(architecture, inside)
    cores = [
        _rescaled(a.T[:, None, :] if here else a.T[None, :, :])
        for a, here in zip(weights.layer(0), inside, strict=True)
    ]
    for level in range(1, architecture.levels):
        layer = weights.layer(level)
        bounds = levels[level].rank_bounds(architecture.channels[level])
        cores = [
            _compress(
                _mix(_join(cores[site * window : (site + 1) * window]), layer[site]),
                *bounds[site],
            )
            for site in range(len(layer))
        ]
    matrix = _mix(_join(cores), output_vector(weights, label)[None, :])[:, :, 0]
    return _normalised_singular_values(matrix, int(levels[-1].free[0]))


def entanglement_entropy(spectrum: np.ndarray) -> float:
    """Entanglement entropy S = - sum_a lambda_a^2 ln lambda_a^2, in nats; 0 ln 0 = 0.

    0 for a product state; at most ln(Schmidt number), reached by equal coefficients.

    Args:
        spectrum: Schmidt coefficients, as `schmidt_spectrum` returns them.

    Raises:
        ShapeError: the squares do not sum to 1.
    """
    weights = _probabilities(spectrum)
    weights = weights[weights > 0]
    return max(0.0, float(-np.sum(weights * np.log(weights))))


def geometric_measure(spectrum: np.ndarray) -> float:
    """Distance D = sqrt(1 - lambda_1^2) to the nearest state that is a product across the cut.

    Other texts call 1 - lambda_1^2 the geometric measure. 0 for a product state, below 1 always.

    Args:
        spectrum: Schmidt coefficients, as `schmidt_spectrum` returns them.

    Raises:
        ShapeError: the squares do not sum to 1.
    """
    tail = np.sort(_probabilities(spectrum))[:-1]
    return math.sqrt(float(tail.sum()))


def schmidt_number(spectrum: np.ndarray, tolerance: float | None = None) -> int:
    """Number of Schmidt coefficients above `tolerance` times the largest one.

    A floating-point estimate of the rank: it can miss small coefficients and count round-off.
    `certified_rank` is exact.

    Args:
        spectrum: Schmidt coefficients, as `schmidt_spectrum` returns them.
        tolerance: relative; by default length * machine epsilon, the rule of
            `numpy.linalg.matrix_rank`.

    Raises:
        ShapeError: the squares do not sum to 1.
    """
    _probabilities(spectrum)
    spectrum = np.asarray(spectrum)
    if tolerance is None:
        tolerance = spectrum.size * float(np.finfo(float).eps)
    return int(np.count_nonzero(spectrum > tolerance * spectrum.max()))


def _probabilities(spectrum: np.ndarray) -> np.ndarray:
    weights = np.asarray(spectrum, dtype=float) ** 2
    if weights.ndim != 1 or not abs(weights.sum() - 1) <= 1e-9:  # NaN is refused too
        raise ShapeError(
            f"spectrum: Schmidt coefficients whose squares sum to 1 are needed, got shape "
            f"{weights.shape} with sum {weights.sum():.6g}"
        )
    return weights


def _join(children: Sequence[np.ndarray]) -> np.ndarray:
    """Tensor product of the children channel by channel: [i, j, a]."""
    return reduce(_pair, children)


def _pair(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    rows, columns = left.shape[0] * right.shape[0], left.shape[1] * right.shape[1]
    entries = rows * columns * left.shape[2]
    if entries > MAX_CORE:
        raise SizeError(
            f"the Schmidt spectrum of this region needs an array of {float(entries):.2g} entries; "
            f"at most {MAX_CORE} are formed: choose a region with a smaller minimal cut"
        )
    return np.einsum("ija,kla->ikjla", left, right).reshape(rows, columns, -1)  # ija


def _mix(core: np.ndarray, layer: np.ndarray) -> np.ndarray:
    """Weight matrix (r_l, r_{l-1}) on the channels of a core."""
    return _rescaled(core @ layer.T)  # ijg


def _rescaled(core: np.ndarray) -> np.ndarray:
    """The core with largest entry 1, so that no product over many sites leaves the floats."""
    largest = np.abs(core).max()
    return core / largest if largest > 0 else core


def _compress(core: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Orthonormal coordinates for rows and columns, as many as the cut says can be needed."""
    core = _compress_rows(core, rows)
    return _compress_rows(core.transpose(1, 0, 2), columns).transpose(1, 0, 2)


def _compress_rows(core: np.ndarray, needed: int) -> np.ndarray:
    flat = core.reshape(core.shape[0], -1)
    if needed < min(flat.shape):
        left = np.linalg.svd(flat, full_matrices=False)[0][:, :needed]
        flat = left.T @ flat
    elif flat.shape[1] < flat.shape[0]:
        flat = np.asarray(np.linalg.qr(flat, mode="r"))
    return flat.reshape(-1, *core.shape[1:])


def _normalised_singular_values(matrix: np.ndarray, needed: int) -> np.ndarray:
    values = np.linalg.svd(matrix, compute_uv=False)[:needed]
    norm = np.linalg.norm(values)
    if norm == 0:
        raise ShapeError("the coefficient tensor is zero: it has no normalised state")
    return values / norm
