"""Temperatures of the weights of a real network under mini-batches, and the metric they imply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from qnpapers.emergent.blocks import Status, progress
from qnpapers.emergent.digit_network import DigitNetwork, digits
from qnpapers.emergent.limits import counts, positive
from qnpapers.errors import ParameterError, ResolutionError

Divide = Literal["nothing", "root of noise", "noise"]
"""What the gradient is divided by before a step is taken."""

_MEMORY = 0.999  # of the running mean square of the gradient
_FLOOR = 0.001  # added to a divisor, in units of its mean over all weights
_BURN_IN = 0.4  # share of the steps that is not measured
_SILENT = 1e-3  # weights whose noise is below this share of the largest are left out


@dataclass(frozen=True, eq=False)
class NoiseRun:
    """What was measured along stationary runs of several copies.

    Args:
        noise: kappa_k, variance of the mini-batch gradient, shape (copies, directions).
        temperature: T_k = <(theta_k - <theta_k>) dL/dtheta_k>, of the same shape.
        loss: cross entropy of the mean weights, averaged over the copies.
        accuracy: of the mean weights, likewise.
        steps: that were measured.
        status: "interrupted" if fewer than asked for.
    """

    noise: np.ndarray
    temperature: np.ndarray
    loss: float
    accuracy: float
    steps: int
    status: Status


@dataclass(frozen=True)
class Exponent:
    """The exponent a of g ~ kappa^a, its standard error, and the points it was fitted to."""

    value: float
    error: float
    noise: np.ndarray
    temperature: np.ndarray


def measure_gradient_noise(
    network: DigitNetwork,
    theta: np.ndarray,
    *,
    divide: Divide = "nothing",
    rate: float = 0.1,
    batch: int = 16,
    steps: int = 8000,
    directions: np.ndarray | None = None,
    every: int = 1,
    rng: np.random.Generator,
) -> NoiseRun:
    """Train copies with mini-batches at a constant rate and measure how hot each weight gets.

        theta <- theta - rate M g,   M = 1 / metric,   g the gradient of a random mini-batch

    For small steps that is  d theta = -M dL dt + noise  with the diffusion D = rate M kappa M / 2.
    In the stationary state  <(theta_k - <theta_k>) dL/dtheta_k> = D_k / M_k  (multiply by theta_k
    and average): the temperature of this weight, whatever the loss looks like. With one metric
    g_k ~ kappa_k^a for all weights, T_k ~ kappa_k^(1 - a).

    Args:
        network: sizes and weight decay. The decay holds the weights that the data leave free.
        theta: where to start, shape (copies, parameters); near a minimum, so that it is stationary
            soon.
        divide: "nothing", ordinary stochastic gradient descent; "root of noise", the root of a
            running mean square of the gradient (RMSProp); "noise", the variance of the gradient at
            the start. Divisors are scaled to mean 1.
        rate: of learning.
        batch: digits in a mini-batch.
        steps: of each copy; the first 40 % are not measured.
        directions: columns along which to measure, shape (parameters, m), orthonormal; None is the
            weights themselves.
        every: measure after so many steps.
        rng: source of the mini-batches.

    Raises:
        ParameterError: a number is out of range, or the divisor is unknown.
        ResolutionError: the weights diverge: the rate is too large.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> network = DigitNetwork(hidden=2)
        >>> run = measure_gradient_noise(network, network.start(2, rng=rng), steps=50, rng=rng)
        >>> run.noise.shape, run.steps
        ((2, 160), 30)
    """
    positive(rate=rate)
    counts(batch=batch, steps=steps, every=every)
    if divide not in get_args(Divide):
        raise ParameterError(f"divide = {divide!r}: must be one of {', '.join(get_args(Divide))}")
    theta, data = np.array(theta, dtype=float), digits()
    metric = _metric(network, theta, divide, batch)
    sums = _Sums()
    status: Status = "completed"
    try:
        with progress("steps", steps) as advance, np.errstate(over="ignore", invalid="ignore"):
            for step in range(steps):
                chosen = rng.integers(len(data.images), size=(len(theta), batch))
                g = network.gradient(theta, data.images[chosen], data.targets[chosen])
                if step >= _BURN_IN * steps and step % every == 0:
                    sums.add(theta, *(_along(one, directions) for one in (theta, g)))
                theta -= rate * g / metric(g)
                advance(1)
    except KeyboardInterrupt:
        if not sums.count:
            raise
        status = "interrupted"
    if not np.isfinite(theta).all():
        raise ResolutionError(f"rate = {rate!r}: the weights diverge; use a smaller rate")
    return sums.result(network, status)


def noise_exponent(run: NoiseRun, bins: int = 12) -> Exponent:
    """The exponent a of the metric g_k = kappa_k / T_k ~ kappa_k^a, from a straight line in logs.

    Weights are sorted by their noise into bins of equal width in ln kappa, and temperatures are
    averaged in each, since single ones are too noisy for a logarithm; a bin counts as often as it
    has weights. Weights with less than a thousandth of the largest noise are left out: they belong
    to pixels that are hardly ever on. The error is that of the mean over copies (jackknife); it has
    no part for a stationary state that was not reached.

    Args:
        run: of at least two copies.
        bins: at least 3.

    Raises:
        ParameterError: too few bins or copies.
        ResolutionError: a bin has a temperature that is not positive: measure longer.
    """
    copies = len(run.noise)
    if bins < 3 or copies < 2:
        raise ParameterError(f"bins = {bins}, copies = {copies}: must be at least 3 and 2")
    every = np.arange(copies)
    a, noise, temperature = _fit(run, every, bins)
    left_out = np.array([_fit(run, np.delete(every, one), bins)[0] for one in every])
    error = np.sqrt((copies - 1) * np.mean((left_out - left_out.mean()) ** 2))
    return Exponent(a, float(error), noise, temperature)


def _fit(run: NoiseRun, copies: np.ndarray, bins: int) -> tuple[float, np.ndarray, np.ndarray]:
    kappa = run.noise[copies].mean(axis=0)
    T = run.temperature[copies].mean(axis=0)
    heard = kappa > _SILENT * kappa.max()
    logs, T = np.log(kappa[heard]), T[heard]
    edges = np.linspace(logs.min(), logs.max(), bins + 1)
    member = np.eye(bins)[np.clip(np.digitize(logs, edges) - 1, 0, bins - 1)]  # [direction, bin]
    sizes = member.sum(axis=0)
    used = sizes > 0
    position = (logs @ member)[used] / sizes[used]
    temperature = (T @ member)[used] / sizes[used]
    if not (temperature > 0).all():
        raise ResolutionError("temperatures of some directions are lost in noise: measure longer")
    slope = np.polyfit(position, np.log(temperature), 1, w=np.sqrt(sizes[used]))[0]
    return 1 - float(slope), np.exp(position), temperature


def _metric(
    network: DigitNetwork, theta: np.ndarray, divide: Divide, batch: int
) -> Callable[[np.ndarray], np.ndarray]:
    """What a gradient is divided by; the running mean keeps a state of its own."""
    if divide == "nothing":
        return lambda _g: np.ones(1)
    spread = np.stack([network.gradient_of_each(one).var(axis=0) for one in theta]) / batch
    mean = spread.mean()
    if divide == "noise":
        fixed = spread / mean + _FLOOR
        return lambda _g: fixed
    square = spread

    def root(g: np.ndarray) -> np.ndarray:
        nonlocal square
        square = _MEMORY * square + (1 - _MEMORY) * g**2
        return np.sqrt(square / mean) + _FLOOR

    return root


def _along(rows: np.ndarray, directions: np.ndarray | None) -> np.ndarray:
    return rows if directions is None else rows @ directions


class _Sums:
    """Moments of weights and gradients along a run."""

    def __init__(self) -> None:
        self.count = 0
        self._theta: np.ndarray = np.zeros(1)
        self._origin: np.ndarray = np.zeros(1)
        self._moments: tuple[np.ndarray, ...] = (np.zeros(1),) * 4

    def add(self, theta: np.ndarray, q: np.ndarray, g: np.ndarray) -> None:
        if not self.count:
            self._origin = q.copy()  # differences from here lose no digits
        x = q - self._origin
        self._theta = self._theta + theta
        self._moments = tuple(
            total + new for total, new in zip(self._moments, (x, g, x * g, g * g), strict=True)
        )
        self.count += 1

    def result(self, network: DigitNetwork, status: Status) -> NoiseRun:
        x, g, xg, gg = (moment / self.count for moment in self._moments)
        mean = self._theta / self.count
        losses = np.array([network.loss(one) for one in mean])
        return NoiseRun(
            noise=gg - g**2,
            temperature=xg - x * g,
            loss=float(losses[:, 0].mean()),
            accuracy=float(losses[:, 1].mean()),
            steps=self.count,
            status=status,
        )
