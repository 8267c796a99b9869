"""The classifier without training: eqs 33 and 34 of [marciano2022], every open choice an option."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from qnpapers.errors import ParameterError, ShapeError
from qnpapers.spinnet.honeycomb import honeycomb

EdgeRule = Literal["sum", "difference", "absolute difference", "minimum", "maximum", "pixels"]
Variance = Literal["class", "pooled"]
Width = Literal["variance", "deviation"]

_BATCH = 512


@dataclass(frozen=True)
class AmplitudeClassifier:
    """How the amplitude is made; `fit` measures its means and variances.

        A_k    = prod_ab Delta_{j_ab} exp(-(j_ab - jbar_k,ab)^2 / (2 sigma_k,ab^2))        (33)
        |A|^2 -> |A|^2 / max(prod Delta_j^2, prod Delta_jbar^2),  Delta_j = 2 j + 1         (34)

    jbar_k and sigma_k^2 are the mean and the variance of the spins of class k. The paper prints
    neither the range of the spins nor what it does where a variance is 0.

    Args:
        edges: the spin of an edge between the pixels x and y of neighbouring hexagons, where the
            outside is 0: their sum (the rule of the papers), x - y, |x - y|, the smaller or the
            larger. "pixels": no edges, the pixels themselves.
        scale: the largest possible spin of an edge.
        brightest: the value of a pixel that is fully bright.
        variance_floor: smallest variance, in units of scale^2; larger than 0.
        variance: one sigma for each class, or one for all (pooled within the classes).
        width: what stands in place of sigma^2 in (33): the variance, or (a misreading that is
            worth trying) the standard deviation.
        dimension: whether the factors Delta_j are there.
        normaliser: whether (34) is applied.
        log_determinant: add -sum log sigma_k^2: with it, and without Delta and (34), this is
            Gaussian naive Bayes with equal priors (scores doubled).

    Raises:
        ParameterError: an option is unknown, or a number is not positive.
    """

    edges: EdgeRule = "sum"
    scale: float = 1.0
    brightest: float = 255.0
    variance_floor: float = 1e-2
    variance: Variance = "class"
    width: Width = "variance"
    dimension: bool = True
    normaliser: bool = True
    log_determinant: bool = False

    def __post_init__(self) -> None:
        options = (("edges", EdgeRule), ("variance", Variance), ("width", Width))
        for name, allowed in options:
            if getattr(self, name) not in get_args(allowed):
                values = ", ".join(get_args(allowed))
                raise ParameterError(f"{name} = {getattr(self, name)!r}: must be one of {values}")
        for name in ("scale", "brightest", "variance_floor"):
            if not getattr(self, name) > 0:
                raise ParameterError(f"{name} = {getattr(self, name)!r}: must be positive")

    def spins(self, images: np.ndarray) -> np.ndarray:
        """Spins of the edges of each image's honeycomb.

        Args:
            images: shape (count, rows, columns), at least 2 x 2 pixels.

        Returns:
            float64, shape (count, E), E = 3 (rows columns - 1); or the number of pixels.

        Raises:
            ShapeError: the images have another number of axes.
        """
        images = np.asarray(images)
        if images.ndim != 3:
            raise ShapeError(f"images: shape (count, rows, columns) is needed, got {images.shape}")
        pixels = images.reshape(len(images), -1) * (self.scale / self.brightest)
        if self.edges == "pixels":
            return pixels
        pairs = honeycomb(*images.shape[1:]).pairs  # the outside, -1, is the column of zeros
        padded = np.concatenate([pixels, np.zeros((len(pixels), 1))], axis=1)
        return _joined(padded[:, pairs[:, 0]], padded[:, pairs[:, 1]], self.edges)

    def fit(self, images: np.ndarray, labels: np.ndarray) -> FittedClassifier:
        """Mean and variance of each edge in each class. Nothing is optimised.

        Args:
            images: shape (count, rows, columns).
            labels: of any kind that sorts, shape (count,).

        Raises:
            ShapeError: there is no image, or not one label for each.
        """
        images, labels = np.asarray(images), np.asarray(labels)
        if labels.shape != images.shape[:1] or not len(labels):
            raise ShapeError(f"labels: shape {labels.shape}, must be one for each image")
        classes, number = np.unique(labels, return_inverse=True)
        member = np.eye(len(classes))[number]  # [image, class]
        moments = [
            np.stack([member[part].T @ j, member[part].T @ j**2])
            for part, j in self._batches(images)
        ]
        count = member.sum(axis=0)[:, None]
        means, squares = sum(moments) / count
        variances = np.maximum(squares - means**2, 0.0)
        if self.variance == "pooled":
            variances = np.broadcast_to((count * variances).sum(axis=0) / len(labels), means.shape)
        floor = self.variance_floor * self.scale**2
        return FittedClassifier(self, classes, means, np.maximum(variances, floor))

    def _batches(self, images: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
        for start in range(0, len(images), _BATCH):
            part = slice(start, start + _BATCH)
            yield part, self.spins(images[part])


@dataclass(frozen=True)
class FittedClassifier:
    """An amplitude for each class.

    Args:
        options: how it was made.
        classes: labels in ascending order, shape (K,).
        means: jbar, shape (K, E).
        variances: sigma^2 after the floor, shape (K, E); equal rows if pooled.
    """

    options: AmplitudeClassifier
    classes: np.ndarray
    means: np.ndarray
    variances: np.ndarray

    def scores(self, images: np.ndarray) -> np.ndarray:
        """Log |A_k|^2 for each image and class, shape (count, K).

            s_k = -sum (j - jbar_k)^2 / sigma_k^2  [+ 2 sum log Delta_j
                  - max(2 sum log Delta_j, 2 sum log Delta_jbar_k) - sum log sigma_k^2]

        Args:
            images: shape (count, rows, columns), of the size that was fitted.

        Raises:
            ShapeError: the images have another size.
        """
        batches = [self._scores(j) for _, j in self.options._batches(np.asarray(images))]
        return np.concatenate(batches) if batches else np.empty((0, len(self.classes)))

    def predict(self, images: np.ndarray) -> np.ndarray:
        """The label with the largest score, shape (count,)."""
        return self.classes[self.scores(images).argmax(axis=1)]

    def accuracy(self, images: np.ndarray, labels: np.ndarray) -> float:
        """Share of the images whose label is predicted."""
        return float(np.mean(self.predict(images) == np.asarray(labels)))

    def probabilities(self, images: np.ndarray, *, hbar: float = 1.0) -> np.ndarray:
        """|A_k|^2 / sum_l |A_l|^2 with scores s / hbar: the softmax; a step as hbar -> 0.

        Raises:
            ParameterError: hbar is not positive.
        """
        if not hbar > 0:
            raise ParameterError(f"hbar = {hbar!r}: must be positive")
        scores = self.scores(images)
        weights = np.exp((scores - scores.max(axis=1, keepdims=True)) / hbar)
        return weights / weights.sum(axis=1, keepdims=True)

    def linear_layer(self) -> tuple[np.ndarray, np.ndarray]:
        """Weights and biases that predict the same, where the variance is pooled.

            argmax_k s_k = argmax_k (w_k . j + b_k),  w_k = 2 jbar_k / sigma^2,
            b_k = -sum jbar_k^2 / sigma^2

        All that is equal for all classes is left out: j^2 / sigma^2, Delta_j, log sigma^2. The
        normaliser (34) is not linear in j, so it must be off.

        Returns:
            w, shape (K, E), and b, shape (K,), for the spins of `options.spins`.

        Raises:
            ParameterError: the variance is not pooled, or the normaliser is on.
        """
        if self.options.variance != "pooled" or self.options.normaliser:
            raise ParameterError(
                f"variance = {self.options.variance!r}, normaliser = {self.options.normaliser}: "
                'a linear layer needs "pooled" and False'
            )
        slopes = self.means / self._widths()
        return 2 * slopes, -(self.means * slopes).sum(axis=1)

    def _widths(self) -> np.ndarray:
        """What stands in place of sigma^2."""
        return self.variances if self.options.width == "variance" else np.sqrt(self.variances)

    def _scores(self, spins: np.ndarray) -> np.ndarray:
        if spins.shape[1] != self.means.shape[1]:
            raise ShapeError(
                f"images: {spins.shape[1]} edges, but {self.means.shape[1]} were fitted"
            )
        centre = self.means.mean(axis=0)  # less cancellation between the three terms
        j, means, precision = spins - centre, self.means - centre, 1 / self._widths()
        scores = 2 * j @ (means * precision).T - j**2 @ precision.T
        scores -= (means**2 * precision).sum(axis=1)
        sizes, largest = _log_dimensions(spins, self.means)
        if self.options.dimension:
            scores += sizes[:, None]
        if self.options.normaliser:
            scores -= np.maximum(sizes[:, None], largest)
        if self.options.log_determinant:
            scores -= np.log(self._widths()).sum(axis=1)
        return scores


def _joined(one: np.ndarray, other: np.ndarray, rule: EdgeRule) -> np.ndarray:
    """Spins of edges from the pixels beside them; a sum is halved, so that no rule exceeds 1."""
    if rule == "sum":
        return (one + other) / 2
    if rule == "difference":
        return one - other
    if rule == "absolute difference":
        return np.abs(one - other)
    return np.minimum(one, other) if rule == "minimum" else np.maximum(one, other)


def _log_dimensions(spins: np.ndarray, means: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """2 sum log(2 |j| + 1) of the spins, shape (count,), and of the means, shape (K,)."""
    sizes, largest = (2 * np.log1p(2 * np.abs(j)).sum(axis=1) for j in (spins, means))
    return sizes, largest
