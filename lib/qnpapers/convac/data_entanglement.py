"""What the data ask for: information shared across a partition, and the state of all images."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from qnpapers.convac.architecture import region_mask
from qnpapers.errors import ParameterError, ShapeError


def table_information(table: np.ndarray) -> float:
    """Mutual information of the row and the column of a table of probabilities, in nats.

        I  =  sum_{ij} p_ij ln( p_ij / p_i p_j )  >=  0

    If the p_ij are the squared entries of a normalised state, then I <= S, the entanglement
    entropy: reading both parts in any basis gives at most what their entanglement holds
    [convy2021; derived here from Holevo's bound].

    Args:
        table: entries of at least 0, not all 0; divided by their sum.

    Raises:
        ShapeError: the table has no two axes, a negative entry, or sum 0.

    Example:
        >>> round(table_information(np.eye(2)), 4), table_information(np.ones((2, 3)))
        (0.6931, 0.0)
    """
    table = np.asarray(table, dtype=float)
    if table.ndim != 2 or not table.size or table.min() < 0 or not 0 < table.sum() < np.inf:
        raise ShapeError(f"table: entries of at least 0 with a sum are needed, got {table.shape}")
    table = table / table.sum()
    apart = table.sum(axis=1, keepdims=True) * table.sum(axis=0)
    some = table > 0
    return max(0.0, float(np.sum(table[some] * np.log(table[some] / apart[some]))))


def gaussian_information(values: np.ndarray, inside: np.ndarray, noise: float) -> float:
    """Mutual information of two groups of variables with a joint normal distribution, in nats.

        I  =  ( ln det C_A + ln det C_B - ln det C ) / 2,      C = correlations + noise * 1

    `noise` is the variance of independent normal noise that is added to each variable after it was
    scaled to variance 1; it makes the determinants finite, and can only lower the information.
    *Estimates from few samples are too large*: compare with `shuffled`, where I = 0.

    Args:
        values: shape (samples, variables); variables that never change carry nothing.
        inside: True for the variables of the first group, shape (variables,).
        noise: above 0.

    Raises:
        ParameterError: the noise is not above 0.
        ShapeError: the shapes do not fit, or a group is empty.

    Example:
        >>> two = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, 1.0]])
        >>> rho = np.corrcoef(two.T)[0, 1] / 1.01
        >>> found = gaussian_information(two, [True, False], 0.01)
        >>> bool(np.isclose(found, -np.log(1 - rho**2) / 2))
        True
    """
    values, inside = np.asarray(values, dtype=float), np.asarray(inside, dtype=bool)
    if values.ndim != 2 or inside.shape != values.shape[1:] or inside.all() or not inside.any():
        raise ShapeError(
            f"values and inside: shapes (samples, variables) and (variables,) are needed, with two "
            f"groups, got {values.shape} and {inside.shape}"
        )
    if not 0 < noise < np.inf:
        raise ParameterError(f"noise = {noise}: must be above 0")
    centred = values - values.mean(axis=0)
    spread = centred.std(axis=0)
    scaled = centred / np.where(spread > 0, spread, 1)
    joint = scaled.T @ scaled / len(scaled) + noise * np.eye(len(inside))
    parts = [joint[np.ix_(group, group)] for group in (inside, ~inside)]
    logs = [float(np.linalg.slogdet(matrix)[1]) for matrix in (*parts, joint)]
    return (logs[0] + logs[1] - logs[2]) / 2


def shuffled(values: np.ndarray, inside: np.ndarray, *, rng: np.random.Generator) -> np.ndarray:
    """The same variables, the two groups taken from different samples: they share nothing.

    Args:
        values: shape (samples, variables, ...).
        inside: True for the variables of the first group, shape (variables,).
        rng: pairs the samples.
    """
    mixed = np.array(values)
    mixed[:, inside] = mixed[rng.permutation(len(mixed))][:, inside]
    return mixed


def within_classes(values: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The values minus the mean of their class: what is left when the class is known."""
    centred = np.array(values, dtype=float)
    for label in np.unique(labels):
        centred[labels == label] -= centred[labels == label].mean(axis=0)
    return centred


def data_state_spectrum(features: np.ndarray, region: Iterable[int]) -> np.ndarray:
    """Schmidt coefficients of the sum of the product states of all inputs, normalised.

        |D>  =  sum_i  x_j f(x_ij) / |f(x_ij)|

    Exact, through the overlaps of the inputs on both parts: if G_A and G_B are their matrices, the
    coefficients are the singular values of C_A^T C_B with G = C C^T [martyn2020 for the state].

    Args:
        features: shape (inputs, sites, M), no vector zero.
        region: 0-based sites.

    Returns:
        as many coefficients as inputs, largest first; those below 1e-8 are round-off.

    Raises:
        RegionError: the region is empty, everything, out of range or not made of integers.
        ShapeError: the features have no three axes, a zero vector, or cancel each other.

    Example:
        >>> two = np.array([[[1.0, 0.0], [1.0, 0.0]], [[0.0, 1.0], [0.0, 1.0]]])  # 00 and 11
        >>> np.round(data_state_spectrum(two, (0,)) ** 2, 6)
        array([0.5, 0.5])
    """
    features = np.asarray(features, dtype=float)
    lengths = np.linalg.norm(features, axis=2) if features.ndim == 3 else np.zeros(1)
    if not lengths.all() or not lengths.size:
        raise ShapeError(
            f"features: shape (inputs, sites, M) without a zero vector is needed, got "
            f"{features.shape}"
        )
    mask = region_mask(features.shape[1], region)
    unit = features / lengths[:, :, None]
    roots = [_root_of_overlaps(unit[:, some]) for some in (mask, ~mask)]
    values = np.linalg.svd(roots[0].T @ roots[1], compute_uv=False)
    norm = np.linalg.norm(values)
    if norm < 1e-12 * len(values):
        raise ShapeError("features: the product states of the inputs cancel each other")
    return np.asarray(values / norm)


def _root_of_overlaps(features: np.ndarray) -> np.ndarray:
    """C with C C^T = G, where G is the product over sites of the overlaps of all inputs."""
    overlaps = np.ones((len(features), len(features)))
    for vectors in features.transpose(1, 0, 2):
        overlaps *= vectors @ vectors.T
    values, vectors = np.linalg.eigh(overlaps)
    root: np.ndarray = vectors * np.sqrt(np.clip(values, 0, None))
    return root
