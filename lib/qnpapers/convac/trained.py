"""What a fitted ConvAC has: entropies of its states, and the functions in which they are taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from qnpapers.convac.score import forward_tape
from qnpapers.convac.spectrum import entanglement_entropy, schmidt_spectrum
from qnpapers.convac.weights import Weights
from qnpapers.errors import ShapeError


def class_entropies(weights: Weights, regions: Sequence[Iterable[int]]) -> np.ndarray:
    """Entanglement entropies of the normalised states |psi^y> of all classes, in nats.

    Args:
        weights: real weights.
        regions: 0-based sites of each region.

    Returns:
        shape (classes, regions); 0 where a region is not entangled with the rest.

    Raises:
        RegionError, ShapeError, SizeError: as for `schmidt_spectrum`.

    Example:
        >>> from qnpapers.convac.shallow_and_deep import paired_weights
        >>> np.round(class_entropies(paired_weights(4, [1.0, 1.0]), [(0, 2), (0, 1)]), 3)
        array([[1.386, 0.   ]])
    """
    return np.array(
        [
            [entanglement_entropy(schmidt_spectrum(weights, region, label)) for region in regions]
            for label in range(weights.architecture.classes)
        ]
    )


def scaled_to_data(weights: Weights, features: np.ndarray) -> Weights:
    """The same weights, each site's matrix scaled so that its channels have mean square 1.

    The factors change no rank and no Schmidt coefficient, but without them the products over many
    sites vanish or overflow, and gradient steps learn nothing. The output vectors are scaled so
    that the scores have mean square 1/100: all classes start nearly equal.

    Args:
        weights: real weights; with shared weights a level has one factor for all sites.
        features: inputs over which the means are taken, shape (batch, sites, M).

    Raises:
        ShapeError: `features` does not fit, or all channels of a site are 0 for every input.
    """
    layers: list[np.ndarray] = []
    for level, layer in enumerate(weights.layers):
        below = replace(weights, layers=(*layers, *weights.layers[level:]))
        square = (forward_tape(below, features)[level][1] ** 2).mean(axis=(0, 2))  # j
        scale = np.sqrt(square.mean(keepdims=True) if len(layer) == 1 else square)
        if not scale.all():
            raise ShapeError(f"level {level}: all channels of a site are 0 for every input")
        layers.append(layer / scale[:, None, None])
    scaled = replace(weights, layers=tuple(layers))
    scores = forward_tape(scaled, features)[-1][0][:, 0, :] @ weights.output.T
    largest = np.sqrt((scores**2).mean())
    return replace(scaled, output=weights.output / (10 * largest if largest > 0 else 1))


@dataclass(frozen=True)
class OrthonormalFunctions:
    """Representation functions e_d that are orthonormal over the data, site by site.

        f_d(x_j)  =  sum_e R^j_{de} e_e(x_j),      mean of e_d e_e over the inputs  =  1 if d = e

    Entropies depend on which functions are called the basis states of a site; ranks do not. In
    orthonormal functions the squared norm of a state is the mean square of its score over inputs
    whose patches are drawn independently, so its Schmidt coefficients are those of the *function*.
    Where the f_d are dependent at a site (a patch that is always black), fewer e_d are not 0.

    Args:
        mixing: R^j, symmetric and positive semidefinite, shape (sites, M, M).
    """

    mixing: np.ndarray

    def features(self, features: np.ndarray) -> np.ndarray:
        """Values e_d(x_j), shape (batch, sites, M), of values f_d(x_j)."""
        back = np.linalg.pinv(self.mixing, rcond=1e-7, hermitian=True)
        features = np.asarray(features)
        if features.ndim != 3 or features.shape[1:] != self.mixing.shape[:2]:
            raise ShapeError(f"features: {self._wanted()} are needed, got shape {features.shape}")
        return np.einsum("jde,bje->bjd", back, features)

    def weights(self, weights: Weights) -> Weights:
        """The same scores as a network on the e_d, its weights unshared."""
        unshared = replace(weights.architecture, shared=False)
        if (unshared.sites, unshared.local_dim) != self.mixing.shape[:2]:
            raise ShapeError(
                f"weights: {self._wanted()} are needed, got a network of {unshared.sites} sites "
                f"with {unshared.local_dim}"
            )
        layers = [weights.layer(level) for level in range(unshared.levels)]
        return Weights(unshared, (layers[0] @ self.mixing, *layers[1:]), weights.output)

    def _wanted(self) -> str:
        return f"{len(self.mixing)} sites with {self.mixing.shape[1]} functions"


def orthonormal_functions(features: np.ndarray) -> OrthonormalFunctions:
    """Functions that are orthonormal over these inputs, from the square roots of Gram matrices.

    Any other choice of orthonormal functions differs by a rotation at each site, which changes no
    Schmidt coefficient.

    Args:
        features: values f_d(x_j), shape (batch, sites, M).

    Example:
        >>> values = np.random.default_rng(0).uniform(size=(9, 2, 3))
        >>> new = orthonormal_functions(values).features(values)
        >>> np.allclose(new[:, 1].T @ new[:, 1] / 9, np.eye(3))
        True
    """
    if features.ndim != 3 or not len(features):
        raise ShapeError(f"features: shape (batch, sites, M) is needed, got {features.shape}")
    grams = np.einsum("bjd,bje->jde", features, features) / len(features)
    values, vectors = np.linalg.eigh(grams)
    roots = np.sqrt(np.clip(values, 0, None))
    return OrthonormalFunctions((vectors * roots[:, None, :]) @ vectors.transpose(0, 2, 1))
