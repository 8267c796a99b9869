"""Learning dynamics by the shortest route: loops, dense matrices, closed formulas of textbooks."""

import math
from itertools import product

import numpy as np
from scipy.integrate import nquad, quad
from scipy.linalg import expm, null_space, solve_continuous_lyapunov


def binary_loss(w, c, decay, q, spins):
    """H = decay q^2 / 2 - sum (w q + c) s, unit by unit."""
    total = decay * q * q / 2
    for weight, bias, spin in zip(w, c, spins, strict=True):
        total -= (weight * q + bias) * spin
    return total


def binary_sums(w, c, decay, q, beta):
    """F, <H>, S and <dH/dq> by adding up all states one by one."""
    states = list(product((1, -1), repeat=len(w)))
    losses = [binary_loss(w, c, decay, q, spins) for spins in states]
    weights = [math.exp(-beta * loss) for loss in losses]
    Z = math.fsum(weights)
    p = [weight / Z for weight in weights]
    forces = [decay * q - sum(x * s for x, s in zip(w, spins, strict=True)) for spins in states]
    return {
        "free_energy": -math.log(Z) / beta,
        "mean_energy": math.fsum(a * b for a, b in zip(p, losses, strict=True)),
        "entropy": -math.fsum(a * math.log(a) for a in p),
        "mean_force": math.fsum(a * b for a, b in zip(p, forces, strict=True)),
    }


def integral_of_weights(loss, units, beta, reach):
    """Logarithm of the integral of exp(-beta H) over x by adaptive quadrature; H takes a list."""
    value = nquad(
        lambda *x: math.exp(-beta * loss(list(x))),
        [(-reach, reach)] * units,
        opts={"epsabs": 1e-11, "epsrel": 1e-11, "limit": 200},
    )[0]
    return math.log(value)


def hopping_matrix(potential, width, diffusion):
    """Scharfetter-Gummel generator for p ~ exp(-potential), element by element."""
    n = len(potential)
    matrix = np.zeros((n, n))
    for i in range(n - 1):
        step = potential[i + 1] - potential[i]
        for to, frm, x in ((i + 1, i, step), (i, i + 1, -step)):
            rate = diffusion / width**2 * (1.0 if x == 0 else x / math.expm1(x))
            matrix[to, frm] += rate
            matrix[frm, frm] -= rate
    return matrix


def dense_evolution(potential, width, diffusion, density, time):
    """The dense exponential of that matrix."""
    return expm(time * hopping_matrix(potential, width, diffusion)) @ density


def ornstein_uhlenbeck(mean, variance, stiffness, temperature, time):
    """Mean and variance after `time` of dq = -stiffness q dt + sqrt(2 stiffness temperature) dW."""
    fade = math.exp(-stiffness * time)
    return mean * fade, temperature + (variance - temperature) * fade**2


def equilibrium_expectation(potential, function, reach):
    """<f> over exp(-potential) by adaptive quadrature on [-reach, reach]."""
    points = np.linspace(-reach, reach, 41)[1:-1]
    weight, _ = quad(lambda q: math.exp(-potential(q)), -reach, reach, points=points, limit=400)
    value, _ = quad(
        lambda q: math.exp(-potential(q)) * function(q), -reach, reach, points=points, limit=400
    )
    return value / weight


def plain_learners(w, c, decay, beta, gamma, diffusion, start, steps, step, rng):
    """Euler-Maruyama for all learners at once, the force by its formula at every step."""
    q = np.array(start, dtype=float)
    for _ in range(steps):
        force = decay * q - np.tanh(beta * (np.outer(q, w) + c)) @ np.asarray(w)
        q = q + gamma * step * force + np.sqrt(2 * diffusion * step) * rng.standard_normal(len(q))
    return q


def joint_stationary(w, c, decay, beta, gamma, diffusion, relaxation, centres, width):
    """Null vector of the whole dense generator of (s, q), as an array [state, cell]."""
    states = list(product((1, -1), repeat=len(w)))
    n, cells = len(states), len(centres)
    matrix = np.zeros((n * cells, n * cells))
    for a, spins in enumerate(states):
        potential = [-gamma / diffusion * binary_loss(w, c, decay, q, spins) for q in centres]
        block = slice(a * cells, (a + 1) * cells)
        matrix[block, block] += hopping_matrix(potential, width, diffusion)
        for k in range(len(w)):
            flipped = tuple(-s if j == k else s for j, s in enumerate(spins))
            b = states.index(flipped)
            for i, q in enumerate(centres):
                rate = 1 / (1 + math.exp(2 * beta * spins[k] * (w[k] * q + c[k]))) / relaxation
                matrix[b * cells + i, a * cells + i] += rate
                matrix[a * cells + i, a * cells + i] -= rate
    vector = null_space(matrix, rcond=1e-13)[:, 0]
    vector /= vector.sum() * width
    return vector.reshape(n, cells)


def linear_pair_variance(decay, rate, diffusion, beta, relaxation):
    """Stationary Var q for H = (x - q)^2 / 2 + decay q^2 / 2 with descent at this rate.

    dx = -(x - q) dt / relaxation + noise, dq = -rate dH/dq dt + noise.
    """
    drift = np.array([[-1.0, 1.0], [rate * relaxation, -rate * (1 + decay) * relaxation]])
    noise = np.diag([2 / beta, 2 * diffusion * relaxation])
    return solve_continuous_lyapunov(drift, -noise)[1, 1]
