"""Networks on a tree of pooling windows: the ConvAC of the theory, the ConvNet of practice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from math import prod
from typing import Any

import numpy as np

from qnpapers.convac.architecture import Architecture
from qnpapers.convac.weights import Weights
from qnpapers.errors import ArchitectureError

Parameters = dict[str, Any]
"""`representation` (M, s), `bias` (M,), `layers`: L arrays, `output` (Y, r_{L-1}).

A ConvNet also has `offsets`: L arrays (r_l,).
"""

_POOLINGS = ("product", "max", "mean")
_TINY = 1e-30


@dataclass(frozen=True)
class TreeModel:
    """A representation of each patch, then L times: 1x1 convolution, activation, pooling.

    With product pooling and no activation it is a ConvAC (`convac`). With ReLU and max or mean
    pooling it is a ConvNet of the same geometry (`convnet`), whose convolutions have biases.

    Args:
        patch: s, numbers in each patch.
        channels: r_0 .. r_{L-1}; there are N = window**L patches.
        local_dim: M, outputs of the representation.
        classes: Y.
        window: P, sites that a window pools.
        pooling: "product", "max" or "mean".
        shared: one weight matrix for all sites of a layer, or one for each.
        leak: slope of the ReLU below 0. With 0, the ReLU proper, narrow networks of several
            layers often stop learning because a whole layer is 0 for every input.
        neutral: whether a ConvAC keeps black sites neutral, see `each_layer`.
    """

    patch: int
    channels: tuple[int, ...]
    local_dim: int = 10
    classes: int = 10
    window: int = 4
    pooling: str = "max"
    shared: bool = True
    leak: float = 0.1
    neutral: bool = True

    def __post_init__(self) -> None:
        if self.pooling not in _POOLINGS:
            raise ArchitectureError(
                f"pooling = {self.pooling!r}: must be one of {', '.join(_POOLINGS)}"
            )
        if self.patch < 1:
            raise ArchitectureError(f"patch = {self.patch}: a patch has at least 1 number")
        _ = self.architecture

    @property
    def architecture(self) -> Architecture:
        """The tensor network behind it; of a ConvAC, min-cuts and ranks are those of the theory."""
        return Architecture(
            sites=self.window ** len(self.channels),
            local_dim=self.local_dim,
            channels=self.channels,
            window=self.window,
            classes=self.classes,
            shared=self.shared,
        )

    @property
    def is_convac(self) -> bool:
        """Whether scores are multilinear in the representation values."""
        return self.pooling == "product"

    @property
    def size(self) -> int:
        """Number of weights and biases, the representation included."""
        shapes = self.architecture.weight_shapes()
        layers = sum(prod(shape) for shape in shapes)
        offsets = 0 if self.is_convac else sum(self.channels)
        top = self.classes * self.channels[-1]
        return self.local_dim * (self.patch + 1) + layers + offsets + top

    def multiplications(self) -> int:
        """Multiplications of one forward pass of one input: the floor of its cost."""
        architecture = self.architecture
        below = (self.local_dim, *self.channels)
        layers = sum(
            architecture.sites_at(level) * below[level] * width
            for level, width in enumerate(self.channels)
        )
        return (
            architecture.sites * self.patch * self.local_dim
            + layers
            + self.classes * self.channels[-1]
        )

    def start(self, *, rng: np.random.Generator) -> Parameters:
        """Random parameters from which training can start.

        A ConvNet: normal weights of variance 2 / inputs [he2015], biases 0.1. A ConvAC: r nearly
        separate products over all sites, as in `near_product_weights`.
        """
        shapes = self.architecture.weight_shapes()
        layers = [self._start_layer(rng.normal(size=s), level) for level, s in enumerate(shapes)]
        representation = rng.normal(size=(self.local_dim, self.patch)) * (2 / self.patch) ** 0.5
        output = rng.normal(size=(self.classes, self.channels[-1])) / self.channels[-1] ** 0.5
        return {
            "representation": representation,
            "bias": np.full(self.local_dim, 0.0 if self.is_convac else 0.1),
            "layers": layers,
            "offsets": [] if self.is_convac else [np.full(width, 0.1) for width in self.channels],
            "output": output,
        }

    def _start_layer(self, normal: np.ndarray, level: int) -> np.ndarray:
        inputs = normal.shape[-1]
        if not self.is_convac:
            return normal * (2 / inputs) ** 0.5
        if level == 0:
            return 1 + 0.3 * normal
        passed = np.arange(normal.shape[-2])[:, None] % inputs == np.arange(inputs)
        return np.asarray(passed + 0.1 * normal * inputs**-0.5)

    def features(self, parameters: Parameters, patches: Any) -> Any:
        """Representation values f_d(x_j), shape (batch, N, M).

        A ConvNet: ReLU(w_d x + b_d). A ConvAC: the same neurons with a softmax over d, positive
        and of sum 1, so that products of thousands of them stay in range.
        """
        values = patches @ parameters["representation"].T + parameters["bias"]  # batch, site, d
        return self.activate(values)

    def activate(self, values: Any, *, axis: int = -1) -> Any:
        """The activation of the representation; `axis` has its M outputs."""
        import jax

        if self.is_convac:
            return jax.nn.softmax(values, axis=axis)
        return jax.nn.leaky_relu(values, self.leak)

    def scores(self, parameters: Parameters, patches: Any) -> tuple[Any, Any]:
        """Scores and their scale: h_y(X) = scores * exp(log_scale).

        After each product pooling the channels of a site are divided by their root mean square,
        and its logarithm is added to `log_scale`. The factor is positive and the same for all
        y, so the predicted class and everything that entropies depend on are unchanged; without it
        h_y(X) leaves the range of floating-point numbers after a few layers. A ConvNet's
        log_scale is 0.

        Args:
            parameters: see `Parameters`.
            patches: shape (batch, N, s).

        Returns:
            scores, shape (batch, Y), and log_scale, shape (batch,).
        """
        return self.scores_of_values(parameters, self.features(parameters, patches))

    def scores_of_values(self, parameters: Parameters, values: Any) -> tuple[Any, Any]:
        """As `scores`, from representation values of shape (batch, N, M)."""
        import jax.numpy as jnp

        log_scale = jnp.zeros(len(values))
        for weights, offset in self.each_layer(parameters):
            values = self._convolve(values, weights) + offset
            sites = values.shape[1] // self.window
            windows = values.reshape(len(values), sites, self.window, -1)
            values, factor = self.pool([windows[:, :, k] for k in range(self.window)])
            log_scale = log_scale + factor.sum(axis=1)
        return values[:, 0] @ parameters["output"].T, log_scale

    def each_layer(self, parameters: Parameters) -> Iterator[tuple[Any, Any]]:
        """Weights and biases of each convolution.

        The biases of a ConvAC are 0, and its weights are shifted so that *black is neutral*: a site
        that sees a patch of zeros has the value 1 in every channel,

            sum_d a_gd f_d(0) = 1 at level 0,  sum_b a_gb = 1 above.

        Otherwise N black sites would multiply the channels by powers as high as N, one channel
        would win by itself, and the scores of all inputs would be the same; such a network does not
        begin to learn. Any ConvAC whose black sites have no channel at 0 can be brought to this
        form at level 0 by scaling its channels.
        """
        if not self.is_convac:
            return zip(parameters["layers"], parameters["offsets"], strict=True)
        return ((one, 0) for one in self._neutral(parameters))

    def _neutral(self, parameters: Parameters) -> Iterator[Any]:
        import jax

        if not self.neutral:
            yield from parameters["layers"]
            return
        black = jax.nn.softmax(parameters["bias"])  # f_d(0), of sum 1
        for level, weights in enumerate(parameters["layers"]):
            if level == 0:
                yield weights - (weights @ black - 1)[..., None]
            else:
                yield weights + (1 - weights.sum(-1, keepdims=True)) / weights.shape[-1]

    def weights(self, parameters: Parameters) -> Weights:
        """The weights of a ConvAC as `convac` uses them elsewhere, for its state and its cuts.

        Raises:
            ArchitectureError: the model is a ConvNet, which has no coefficient tensor.
        """
        if not self.is_convac:
            raise ArchitectureError(
                f"pooling = {self.pooling!r}: only a ConvAC, pooling = 'product', is a state"
            )
        layers = tuple(np.asarray(one, dtype=float) for one in self._neutral(parameters))
        return Weights(self.architecture, layers, np.asarray(parameters["output"], dtype=float))

    def _convolve(self, values: Any, weights: Any) -> Any:
        import jax.numpy as jnp

        if self.shared:
            return values @ weights[0].T
        return jnp.einsum("bsi,soi->bso", values, weights)  # batch, site, channel

    def pool(self, sites: list[Any], *, axis: int = -1) -> tuple[Any, Any]:
        """Pool the P sites of a window, after the activation.

        Args:
            sites: P arrays of shape (..., r).
            axis: another one that has the r channels.

        Returns:
            values, shape (..., r), and the logarithm of the factor that was taken out, shape (...).
        """
        import jax
        import jax.numpy as jnp

        nothing = jnp.zeros(tuple(np.delete(sites[0].shape, axis)))
        if self.pooling == "max":  # max and relu commute, and there is less to do after max
            return jax.nn.leaky_relu(reduce(jnp.maximum, sites), self.leak), nothing
        if self.pooling == "mean":
            total = reduce(jnp.add, [jax.nn.leaky_relu(one, self.leak) for one in sites])
            return total / self.window, nothing
        product = reduce(jnp.multiply, sites)  # of two at a time: cheaper derivatives
        square = jnp.mean(product**2, axis=axis, keepdims=True) + _TINY
        return product * square**-0.5, 0.5 * jnp.log(square.squeeze(axis))


def convnet(patch: int, channels: tuple[int, ...], **options: Any) -> TreeModel:
    """A ConvNet: 1x1 kernels, ReLU and max pooling, or `pooling="mean"` [levine2017]."""
    return TreeModel(patch, tuple(channels), **{"pooling": "max"} | options)


def convac(patch: int, channels: tuple[int, ...], **options: Any) -> TreeModel:
    """A ConvAC: no activation, product pooling."""
    return TreeModel(patch, tuple(channels), **{"pooling": "product"} | options)
