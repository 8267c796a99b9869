"""Coherent states: intertwiners made of classical normals, and links peaked on a classical spin.

Heat kernel: K_t = sum_j (2j + 1) exp(-t j (j + 1)) chi_j. Spins are passed as two_j = 2j.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral

import numpy as np
from scipy.special import roots_legendre, xlogy

from qnpapers.errors import ColourError, GeometryError, ShapeError

MAX_DEGREE = 20_000
"""Largest sum of 2j for up to four spins; the number of terms grows with its square."""

MAX_INTEGRATED_DEGREE = 1_000
"""Largest sum of 2j for more spins; the number of points grows with its cube."""

_UNIT = 1e-9
"""Deviation from length 1, and from closure relative to the largest spin, that is forgiven."""


def coherent_intertwiner_norm(two_js: Sequence[int], normals: np.ndarray) -> float:
    """Squared norm of the intertwiner made of coherent states |j_i, n_i>, to round-off.

        |iota|^2 = int_SU(2) dg prod_i <n_i|g|n_i>^(2 j_i),  <n|g|n> = cos a + i sin a (u . n)

    for g = cos a + i sin a (u . sigma). The integrand is a product of D = sum 2 j_i linear forms
    on the 3-sphere, so that Wick's theorem gives it as a sum of positive terms,

        |iota|^2 = prod_i (2 j_i)! / (D/2 + 1)!  sum  prod_{i<l} ((1 - n_i . n_l) / 2)^k_il / k_il!

    over the numbers k_il of lines between i and l, of which 2 j_i end at i. Up to four spins that
    are not 0 this is a double sum. For more, the integral is done by points (trapezium rule in a
    and the longitude of u, Gauss-Legendre in its latitude) that are exact for all such integrands.

    Args:
        two_js: 2 j_i.
        normals: unit vectors n_i, shape (len(two_js), 3).

    Returns:
        The squared norm; exactly 0 where D is odd or a spin is larger than the sum of the others.
        Up to four spins the relative error is round-off, some 1e-16 D; for more the absolute error
        is, about 1e-15, so that norms far below that (normals far from closing) are not resolved.

    Raises:
        ColourError: a spin is negative or not half an integer.
        ShapeError: the normals have another shape.
        GeometryError: a normal is no unit vector, or D is above `MAX_DEGREE`, for more than four
            spins above `MAX_INTEGRATED_DEGREE`.

    Source: Livine and Speziale 2007; Freidel and Hnybida 2013; [marciano2020, claim 2].

    >>> r = 3**-0.5
    >>> tetrahedron = r * np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])
    >>> round(coherent_intertwiner_norm([1, 1, 1, 1], tetrahedron) * 9, 12)
    2.0
    """
    spins, normals = _checked(two_js, normals)
    degree, several = int(spins.sum()), spins > 0
    largest = MAX_DEGREE if several.sum() <= 4 else MAX_INTEGRATED_DEGREE
    if degree > largest:
        raise GeometryError(f"the spins add up to {degree / 2}: at most {largest / 2} is allowed")
    if degree % 2 or 2 * spins.max(initial=0) > degree:
        return 0.0
    route = _sum_over_lines if several.sum() <= 4 else _integral
    return route(spins[several], normals[several])


def _sum_over_lines(spins: np.ndarray, normals: np.ndarray) -> float:
    """The positive sum for up to four spins; the smallest has the two numbers that are free."""
    order, missing = np.argsort(spins), 4 - len(spins)
    a, b, c, d = [0] * missing + spins[order].tolist()
    normals = np.concatenate([np.zeros((missing, 3)), normals[order]])
    ones, others = np.triu_indices(4, 1)  # ab, ac, ad, bc, bd, cd
    overlaps = ((normals[ones] - normals[others]) ** 2).sum(axis=1, keepdims=True) / 4
    half = (a + b + c + d) // 2
    logs = np.cumsum(np.log(np.arange(1, half + 2)), dtype=np.longdouble)
    log_factorials = np.concatenate([[0.0], logs]).astype(np.float64)
    scale = log_factorials[[a, b, c, d]].sum() - log_factorials[half + 1]
    total = 0.0
    for ab in range(a + 1):
        ac = np.arange(max(0, a + c - half), min(a - ab, half - d - ab) + 1)
        fixed = np.zeros_like(ac)
        lines = np.stack(
            [fixed + ab, ac, a - ab - ac, half - d - ab - ac, half - a - c + ac,
             fixed + half - a - b + ab]
        )  # fmt: skip
        if half - a - b + ab >= 0:
            terms = scale + (xlogy(lines, overlaps) - log_factorials[lines]).sum(axis=0)
            total += float(np.exp(terms).sum())
    return total


def _integral(spins: np.ndarray, normals: np.ndarray) -> float:
    """The integral over SU(2), by points that are exact for polynomials of this degree."""
    degree = int(spins.sum())
    heights, weights = roots_legendre(degree // 2 + 1)
    longitudes = 2 * np.pi * np.arange(degree + 1) / (degree + 1)
    radius = np.sqrt(1 - heights**2)[:, None]
    u = np.stack(
        [
            radius * np.cos(longitudes),
            radius * np.sin(longitudes),
            heights[:, None] + 0 * longitudes,
        ]
    )
    along = np.tensordot(normals, u, axes=1)  # n_i . u, [i, latitude, longitude]
    angles = np.pi * np.arange(degree // 2 + 2) / (degree // 2 + 2)
    total = 0.0
    for angle in angles:
        factors = math.cos(angle) + 1j * math.sin(angle) * along
        product = np.prod([f**n for f, n in zip(factors, spins.tolist(), strict=True)], axis=0)
        total += 2 * math.sin(angle) ** 2 * float(weights @ product.real.mean(axis=1)) / 2
    return total / len(angles)


def coherent_norm_asymptotic(two_js: Sequence[int], normals: np.ndarray) -> float:
    """What the squared norm tends to for large spins, where the normals close.

        |iota|^2 -> 1 / sqrt(pi det M),  M = sum_i j_i (1 - n_i n_i^T)

    The relative error falls as 1/j. Where sum_i j_i n_i is not 0 the norm falls exponentially and
    this formula says nothing.

    Args:
        two_js: 2 j_i.
        normals: unit vectors, shape (len(two_js), 3), with sum_i j_i n_i = 0.

    Raises:
        ColourError, ShapeError: as `coherent_intertwiner_norm`.
        GeometryError: the normals are no unit vectors, do not close, or span no volume.
    """
    spins, normals = _checked(two_js, normals)
    j = spins / 2
    excess = float(np.linalg.norm(j @ normals))
    if excess > _UNIT * max(float(j.max(initial=0)), 1.0):
        raise GeometryError(f"|sum j n| = {excess:.3g}: the normals must close, sum j n = 0")
    m = j.sum() * np.eye(3) - np.einsum("i,ia,ib->ab", j, normals, normals)  # [a, b]
    determinant = float(np.linalg.det(m))
    if determinant <= _UNIT * float(j.sum()) ** 3:
        raise GeometryError("all normals lie on one line: the formula needs at least a plane")
    return 1 / math.sqrt(math.pi * determinant)


@dataclass(frozen=True)
class LinkSpins:
    """Probabilities of the spins of one link.

    Args:
        two_js: 2j = 0, 1, 2, ...
        probabilities: of each; what is left out is below 1e-15 in total.
    """

    two_js: np.ndarray
    probabilities: np.ndarray

    @property
    def mean(self) -> float:
        """Mean of j."""
        return float(self.probabilities @ self.two_js) / 2

    @property
    def width(self) -> float:
        """Standard deviation of j."""
        return math.sqrt(float(self.probabilities @ (self.two_js / 2 - self.mean) ** 2))


def link_spin_distribution(eta: float, t: float) -> LinkSpins:
    """Spins of one link in a heat-kernel coherent state with boost eta.

        P(j) ~ (2j + 1) exp(-2 t j (j + 1)) sinh((2j + 1) eta) / sinh(eta)

    The peak lies at 2j + 1 = eta / t, the standard deviation of j tends to 1 / (2 sqrt t). Written
    as an *amplitude* exp(-(j - j0)^2 / (2 sigma^2)) the width is sigma^2 = 1 / (2 t); the relation
    sigma = 1 / (2 t) that [marciano2020]'s companion prints has the wrong power.

    Args:
        eta: boost, positive.
        t: time of the heat kernel, positive.

    Raises:
        GeometryError: eta or t is not positive and finite.
    """
    for name, value in (("eta", eta), ("t", t)):
        if not 0 < value < math.inf:
            raise GeometryError(f"{name} = {value!r}: must be positive and finite")
    largest = math.ceil(eta / t + 10 / math.sqrt(t)) + 10
    n = np.arange(1, largest + 1)  # 2j + 1
    logs = np.log(n) - t * (n**2 - 1) / 2 + n * eta + np.log1p(-np.exp(-2 * n * eta))
    weights = np.exp(logs - logs.max())
    return LinkSpins(n - 1, weights / weights.sum())


def heat_kernel_time(two_j0: int, eta: float) -> float:
    """The time t at which the distribution of a link with boost eta peaks at j0: eta / (2 j0 + 1).

    Raises:
        ColourError: two_j0 is negative or no integer.
    """
    if not isinstance(two_j0, Integral) or two_j0 < 0:
        raise ColourError(f"two_j0 = {two_j0!r}: twice a spin must be an integer of at least 0")
    return eta / (int(two_j0) + 1)


def _checked(two_js: Sequence[int], normals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    spins, vectors = np.asarray(two_js), np.asarray(normals, dtype=float)
    if spins.ndim != 1 or spins.dtype.kind not in "iu" or (spins < 0).any():
        raise ColourError(f"two_js = {two_js!r}: twice a spin must be an integer of at least 0")
    if vectors.shape != (len(spins), 3):
        raise ShapeError(
            f"normals: shape {vectors.shape}, must be ({len(spins)}, 3) for {len(spins)} spins"
        )
    lengths = np.linalg.norm(vectors, axis=1)
    if not np.allclose(lengths, 1, rtol=0, atol=_UNIT):
        raise GeometryError(f"normals: lengths {lengths.round(6).tolist()}, must all be 1")
    return spins, vectors
