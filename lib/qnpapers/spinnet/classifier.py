"""The classifier without training: eqs 33 and 34 of [marciano2022], every open choice an option."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np

from qnpapers.errors import ParameterError, ShapeError
from qnpapers.spinnet.honeycomb import honeycomb

EdgeRule = Literal["sum", "difference", "absolute difference", "minimum", "maximum", "pixels"]
Variance = Literal["class", "pooled"]
Width = Literal["variance", "deviation"]
ZeroVariance = Literal["floor", "add", "leave out"]

_BATCH = 512
_ROUND_OFF = 1e-12
"""Variances below this (in units of scale^2) are 0; one pixel of one digit makes 1e-10."""

_MEASURED = ("edges", "scale", "brightest", "only")
"""Options that the means depend on."""


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
        only: numbers of the edges that are used, in the order of `honeycomb(...).pairs`; None for
            all of them.
        variance_floor: smallest variance, in units of scale^2; larger than 0.
        zero_variance: what happens where a variance is 0 or small. "floor": it is raised to the
            floor; "add": the floor is added to all variances; "leave out": an edge that never
            varies says nothing, and all other variances stay as they are.
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
    only: tuple[int, ...] | None = None
    variance_floor: float = 1e-2
    zero_variance: ZeroVariance = "floor"
    variance: Variance = "class"
    width: Width = "variance"
    dimension: bool = True
    normaliser: bool = True
    log_determinant: bool = False

    def __post_init__(self) -> None:
        options = (
            ("edges", EdgeRule),
            ("zero_variance", ZeroVariance),
            ("variance", Variance),
            ("width", Width),
        )
        for name, allowed in options:
            if getattr(self, name) not in get_args(allowed):
                values = ", ".join(get_args(allowed))
                raise ParameterError(f"{name} = {getattr(self, name)!r}: must be one of {values}")
        for name in ("scale", "brightest", "variance_floor"):
            if not getattr(self, name) > 0:
                raise ParameterError(f"{name} = {getattr(self, name)!r}: must be positive")
        if self.only is not None:
            object.__setattr__(self, "only", tuple(map(int, self.only)))

    def spins(self, images: np.ndarray) -> np.ndarray:
        """Spins of the edges of each image's honeycomb.

        Args:
            images: shape (count, rows, columns), at least 2 x 2 pixels.

        Returns:
            float64, shape (count, E), E = 3 (rows columns - 1); or the number of pixels, or of
            `only`.

        Raises:
            ShapeError: the images have another number of axes, or there is no edge of a number in
                `only`.

        >>> AmplitudeClassifier().spins(np.full((1, 2, 2), 255)).tolist()
        [[1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.5]]
        """
        images = np.asarray(images)
        if images.ndim != 3:
            raise ShapeError(f"images: shape (count, rows, columns) is needed, got {images.shape}")
        pixels = images.reshape(len(images), -1) * (self.scale / self.brightest)
        if self.edges == "pixels":
            return pixels[:, self._used(pixels.shape[1])]
        pairs = honeycomb(*images.shape[1:]).pairs  # the outside, -1, is the column of zeros
        pairs = pairs[self._used(len(pairs))]
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
        counts = member.sum(axis=0)
        means, squares = sum(moments) / counts[:, None]
        spreads = squares - means**2
        spreads[spreads < _ROUND_OFF * self.scale**2] = 0.0
        return FittedClassifier(self, classes, counts, means, spreads)

    def _used(self, edges: int) -> slice | list[int]:
        """The columns of `only` among so many edges."""
        if self.only is None:
            return slice(None)
        if not self.only or not 0 <= min(self.only) <= max(self.only) < edges:
            raise ShapeError(f"only: must be numbers from 0 to {edges - 1}, at least one")
        return list(self.only)

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
        counts: number of images of each class, shape (K,).
        means: jbar, shape (K, E).
        spreads: the variances as measured, shape (K, E).
    """

    options: AmplitudeClassifier
    classes: np.ndarray
    counts: np.ndarray
    means: np.ndarray
    spreads: np.ndarray

    @cached_property
    def variances(self) -> np.ndarray:
        """sigma^2 as it is used, shape (K, E): equal rows if pooled; inf where it is left out."""
        spreads = self.spreads
        if self.options.variance == "pooled":
            spreads = np.broadcast_to(self.counts @ spreads / self.counts.sum(), spreads.shape)
        floor = self.options.variance_floor * self.options.scale**2
        match self.options.zero_variance:
            case "floor":
                return np.maximum(spreads, floor)
            case "add":
                return spreads + floor
        return np.where(spreads > 0, spreads, np.inf)

    def with_options(self, **changes: Any) -> FittedClassifier:
        """The same means and spreads, used with other options; no image is looked at again.

        Args:
            changes: options of `AmplitudeClassifier`, but edges, scale, brightest and only, which
                decide the spins.

        Raises:
            ParameterError: an option cannot be changed, is unknown or has a value that is not
                allowed.

        >>> pictures, labels = np.array([[[9, 0], [0, 0]], [[0, 0], [0, 9]]]), np.array([3, 8])
        >>> fitted = AmplitudeClassifier(brightest=9).fit(pictures, labels)
        >>> fitted.with_options(variance="pooled").predict(pictures).tolist()
        [3, 8]
        """
        fixed = sorted(set(changes) & set(_MEASURED))
        if fixed:
            raise ParameterError(f"{', '.join(fixed)}: decides the spins; fit again")
        unknown = sorted(set(changes) - set(AmplitudeClassifier.__dataclass_fields__))
        if unknown:
            raise ParameterError(f"{', '.join(unknown)}: no option of AmplitudeClassifier")
        return replace(self, options=replace(self.options, **changes))

    def scores(self, images: np.ndarray) -> np.ndarray:
        """Log |A_k|^2 for each image and class, shape (count, K).

            s_k = -sum (j - jbar_k)^2 / sigma_k^2  [+ 2 sum log Delta_j
                  - max(2 sum log Delta_j, 2 sum log Delta_jbar_k) - sum log sigma_k^2]

        Args:
            images: shape (count, rows, columns), of the size that was fitted.

        Raises:
            ShapeError: the images have another size.
        """
        return scores_of_readings([self], images)[:, 0]

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

    def _logs(self) -> np.ndarray:
        """-sum log of what stands in place of sigma^2, without what is left out; shape (K,)."""
        if not self.options.log_determinant:
            return np.zeros(len(self.classes))
        widths = self._widths()
        return -np.log(np.where(np.isinf(widths), 1.0, widths)).sum(axis=1)

    @property
    def _form(self) -> tuple[object, ...]:
        """The options that decide the quadratic form."""
        o = self.options
        return o.zero_variance, o.variance_floor, o.variance, o.width

    def _quadratic(self, centre: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """-sum (j - jbar)^2 / sigma^2 as (x^2, x) @ weights + bias with x = j - centre."""
        means, precision = self.means - centre, 1 / self._widths()
        bias = -(means**2 * precision).sum(axis=1)
        return np.concatenate([-precision, 2 * means * precision], axis=1).T, bias


def scores_of_readings(fitted: Sequence[FittedClassifier], images: np.ndarray) -> np.ndarray:
    """`FittedClassifier.scores` of several amplitudes with the same spins, in one pass.

    All amplitudes are quadratic in the spins up to (34), so their sums are one matrix product;
    those that differ in Delta, (34) or the log-determinant only share their part of it.

    Args:
        fitted: at least one; all have the same means, as `with_options` makes them.
        images: shape (count, rows, columns), of the size that was fitted.

    Returns:
        float64, shape (count, number of amplitudes, K).

    Raises:
        ParameterError: there is none, or one has other means than the first.
        ShapeError: the images have another size.

    >>> pictures, labels = np.array([[[9, 0], [0, 0]], [[0, 0], [0, 9]]]), np.array([3, 8])
    >>> fitted = AmplitudeClassifier(brightest=9).fit(pictures, labels)
    >>> scores_of_readings([fitted, fitted.with_options(variance="pooled")], pictures).shape
    (2, 2, 2)
    """
    if not fitted:
        raise ParameterError("fitted: at least one amplitude is needed")
    first = fitted[0]
    if any(one.means is not first.means for one in fitted):
        raise ParameterError("fitted: all must have the means of the first, see with_options")
    centre = first.means.mean(axis=0)  # less cancellation between the terms of a square
    forms = {one._form: one for one in fitted}
    place = [list(forms).index(one._form) for one in fitted]
    weights, bias = zip(*(one._quadratic(centre) for one in forms.values()), strict=True)
    stacked = np.concatenate(weights, axis=1)
    offsets = np.stack([bias[form] + one._logs() for form, one in zip(place, fitted, strict=True)])
    scores = np.empty((len(images), *offsets.shape))
    for part, spins in first.options._batches(np.asarray(images)):
        if spins.shape[1] != len(centre):
            raise ShapeError(f"images: {spins.shape[1]} edges, but {len(centre)} were fitted")
        x = spins - centre
        quadratic = np.concatenate([x**2, x], axis=1) @ stacked  # [image, form and class]
        scores[part] = quadratic.reshape(len(x), len(forms), -1)[:, place] + offsets
        _add_dimensions(scores[part], fitted, spins)
    return scores


def _add_dimensions(
    scores: np.ndarray, fitted: Sequence[FittedClassifier], spins: np.ndarray
) -> None:
    """Add 2 sum log Delta and apply (34), where these are asked for; changes `scores`."""
    if any(one.options.dimension or one.options.normaliser for one in fitted):
        sizes, largest = _log_dimensions(spins)[:, None], _log_dimensions(fitted[0].means)
        for number, one in enumerate(fitted):
            if one.options.dimension:
                scores[:, number] += sizes
            if one.options.normaliser:
                scores[:, number] -= np.maximum(sizes, largest)


def _joined(one: np.ndarray, other: np.ndarray, rule: EdgeRule) -> np.ndarray:
    """Spins of edges from the pixels beside them; a sum is halved, so that no rule exceeds 1."""
    if rule == "sum":
        return (one + other) / 2
    if rule == "difference":
        return one - other
    if rule == "absolute difference":
        return np.abs(one - other)
    return np.minimum(one, other) if rule == "minimum" else np.maximum(one, other)


def _log_dimensions(spins: np.ndarray) -> np.ndarray:
    """2 sum log(2 |j| + 1), shape (count,)."""
    return 2 * np.log1p(2 * np.abs(spins)).sum(axis=1)
