"""The network that learns digits, and the exponent measured from its gradient noise."""

from __future__ import annotations

import math
from importlib import import_module

import numpy as np
import pytest

from qnpapers.emergent import (
    DigitNetwork,
    NoiseRun,
    critical_unit,
    digits,
    measure_gradient_noise,
    noise_exponent,
)
from qnpapers.errors import ParameterError, ResolutionError

NETWORK = DigitNetwork(hidden=3, decay=0.05)


@pytest.fixture(scope="module")
def trained():
    """A copy near a minimum, and the generator to go on with."""
    rng = np.random.default_rng(4)
    theta, data = NETWORK.start(1, rng=rng), digits()
    for _ in range(1500):
        chosen = rng.integers(1797, size=(1, 16))
        theta -= 0.2 * NETWORK.gradient(theta, data.images[chosen], data.targets[chosen])
    return theta


def total_loss(theta, images, targets):
    """Cross entropy and decay of one copy, sample by sample and unit by unit."""
    inner = theta[: 65 * 3].reshape(65, 3)
    output = theta[65 * 3 :].reshape(4, 10)
    loss = 0.0
    for x, t in zip(images, targets, strict=True):
        h = [math.tanh(sum(a * b for a, b in zip(x, column, strict=True))) for column in inner.T]
        z = [sum(a * b for a, b in zip([*h, 1.0], column, strict=True)) for column in output.T]
        loss -= z[int(np.argmax(t))] - math.log(sum(math.exp(value) for value in z))
    return loss / len(images) + 0.05 * sum(value**2 for value in theta) / 2


def test_digits():
    data = digits()
    assert data.images.shape == (1797, 65)
    assert data.targets.sum() == 1797
    np.testing.assert_allclose(data.images[:, :64].mean(axis=0), 0, atol=1e-14)
    assert (data.images[:, 64] == 1).all()
    assert np.ptp(data.images[:, :64]) <= 2


def test_gradient_by_differences_of_the_loss():
    rng = np.random.default_rng(1)
    theta = NETWORK.start(1, rng=rng)[0]
    images, targets = digits().images[:5], digits().targets[:5]
    gradient = NETWORK.gradient(theta, images, targets)
    for k in rng.choice(NETWORK.parameters, 12, replace=False):
        sides = []
        for move in (1e-5, -1e-5):
            moved = theta.copy()
            moved[k] += move
            sides.append(total_loss(moved, images, targets))
        assert gradient[k] == pytest.approx((sides[0] - sides[1]) / 2e-5, abs=1e-8)


def test_copies_do_not_see_each_other():
    rng = np.random.default_rng(2)
    theta = NETWORK.start(3, rng=rng)
    data = digits()
    images, targets = data.images[:12].reshape(3, 4, 65), data.targets[:12].reshape(3, 4, 10)
    together = NETWORK.gradient(theta, images, targets)
    alone = [NETWORK.gradient(*one) for one in zip(theta, images, targets, strict=True)]
    np.testing.assert_allclose(together, alone, atol=1e-15)


def test_gradients_of_each_digit_have_the_right_mean():
    theta = NETWORK.start(1, rng=np.random.default_rng(3))[0]
    each = NETWORK.gradient_of_each(theta)
    data = digits()
    assert each.shape == (1797, NETWORK.parameters)
    mean = NETWORK.gradient(theta, data.images, data.targets)
    np.testing.assert_allclose(each.mean(axis=0), mean, atol=1e-14)


def test_loss_and_accuracy(trained):
    theta = trained[0]
    loss, accuracy = NETWORK.loss(theta)
    data = digits()
    decay = 0.05 * (theta**2).sum() / 2
    assert loss + decay == pytest.approx(total_loss(theta, data.images[:], data.targets), rel=1e-12)
    assert 0.5 < accuracy < 1


@pytest.mark.parametrize("batch", [8, 32])
def test_noise_is_the_spread_of_gradients_over_the_batch(trained, batch):
    """At a rate of almost nothing the weights do not move, and kappa is known."""
    run = measure_gradient_noise(
        NETWORK,
        np.repeat(trained, 4, axis=0),
        rate=1e-9,
        batch=batch,
        steps=2000,
        rng=np.random.default_rng(5),
    )
    kappa = NETWORK.gradient_of_each(trained[0]).var(axis=0) / batch
    loud = kappa > 1e-2 * kappa.max()
    ratio = run.noise.mean(axis=0)[loud] / kappa[loud]
    assert ratio.mean() == pytest.approx(1, abs=0.02)
    assert ratio.std() < 0.1


def test_temperature_of_plain_descent(trained):
    """T = rate <g^2> / 2 in a stationary state, for every weight and exactly."""
    run = measure_gradient_noise(
        NETWORK, np.repeat(trained, 6, axis=0), steps=3000, rng=np.random.default_rng(6)
    )
    loud = run.noise.mean(axis=0) > 0.1 * run.noise.max()
    ratio = run.temperature.mean(axis=0)[loud] / (0.1 * run.noise.mean(axis=0)[loud] / 2)
    assert run.steps == 1800
    assert ratio.mean() == pytest.approx(1, abs=0.05)


def test_directions_are_projections(trained):
    start = np.repeat(trained, 2, axis=0)
    axes = np.linalg.qr(np.random.default_rng(7).normal(size=(NETWORK.parameters, 5)))[0]
    options = {"steps": 400, "every": 2}
    whole, part = (
        measure_gradient_noise(
            NETWORK, start, directions=one, rng=np.random.default_rng(8), **options
        )
        for one in (np.eye(NETWORK.parameters), axes)
    )
    weights = measure_gradient_noise(NETWORK, start, rng=np.random.default_rng(8), **options)
    assert part.noise.shape == (2, 5)
    assert weights.steps == 120
    np.testing.assert_allclose(whole.noise, weights.noise, rtol=1e-10, atol=1e-18)
    assert weights.loss == part.loss
    assert (start == trained).all()


@pytest.mark.parametrize("a", [0.0, 0.5, 1.0])
def test_exponent_of_numbers_made_up(a):
    """T = kappa^(1 - a) with scatter in every weight and a little in every copy."""
    rng = np.random.default_rng(9)
    kappa = np.exp(rng.uniform(-12, -6, 600))
    noise = kappa * np.exp(0.01 * rng.standard_normal((8, 600)))
    T = kappa ** (1 - a) * (1 + 0.2 * rng.standard_normal((8, 600)))
    found = noise_exponent(NoiseRun(noise, T, 0.1, 0.9, 100, "completed"))
    assert found.value == pytest.approx(a, abs=0.02)
    assert 1e-4 < found.error < 0.02
    assert abs(found.value - a) < 4 * found.error + 0.01
    assert (np.diff(found.noise) > 0).all()


def test_an_interrupted_run_keeps_what_it_has(trained):
    module = import_module("qnpapers.emergent.gradient_noise")
    gradient, calls = NETWORK.gradient, []

    class Unlucky:
        parameters = NETWORK.parameters
        loss = staticmethod(NETWORK.loss)

        @staticmethod
        def gradient(*args):
            calls.append(1)
            if len(calls) == 80:
                raise KeyboardInterrupt
            return gradient(*args)

    start = np.repeat(trained, 2, axis=0)
    run = module.measure_gradient_noise(Unlucky(), start, steps=100, rng=np.random.default_rng(1))
    assert run.status == "interrupted"
    assert run.steps == 39
    calls[:] = [1] * 79
    with pytest.raises(KeyboardInterrupt):
        module.measure_gradient_noise(Unlucky(), start, steps=100, rng=np.random.default_rng(1))


def test_the_critical_unit_is_the_quartic_model():
    unit = critical_unit(stiffness=0.04, decay=0.3)
    x, q = np.array([1.7]), 0.6
    assert unit.loss(x, q) == pytest.approx((0.04 + 0.36) * 1.7**2 / 2 + 0.3 * 0.36 / 2, rel=1e-14)
    steps = unit.free_energy(np.array([1.0, 0.0]), 2.0)
    assert steps[0] - steps[1] == pytest.approx(math.log(1.04 / 0.04) / 4 + 0.15, rel=1e-12)


def _measure(**options):
    rng = np.random.default_rng(1)
    theta = NETWORK.start(2, rng=rng)
    return measure_gradient_noise(NETWORK, theta, **{"steps": 50, "rng": rng, **options})


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: DigitNetwork(hidden=0), ParameterError, "hidden = 0: must be an integer of at"),
        (lambda: DigitNetwork(decay=-0.1), ParameterError, "decay = -0.1: must be a finite number"),
        (lambda: _measure(rate=0.0), ParameterError, "rate = 0.0: must be"),
        (lambda: _measure(batch=0), ParameterError, "batch = 0: must be an integer"),
        (
            lambda: _measure(divide="everything"),
            ParameterError,
            "divide = 'everything': must be one of nothing, root of noise, noise",
        ),
        (lambda: _measure(rate=1e6, steps=300), ResolutionError, "the weights diverge; use a sma"),
        (lambda: noise_exponent(_measure(), bins=2), ParameterError, "bins = 2, copies = 2: must"),
        (
            lambda: noise_exponent(
                NoiseRun(np.ones((2, 9)) + np.arange(9), -np.ones((2, 9)), 0, 0, 1, "completed")
            ),
            ResolutionError,
            "lost in noise: measure longer",
        ),
    ],
)
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call()
