"""Train a tree network: jitted steps, seeds by index, the best state kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from qnpapers.convac.training.columns import column_scores
from qnpapers.convac.training.model import Parameters, TreeModel
from qnpapers.convac.training.task import FrameTask
from qnpapers.convac.training.window import window_scores, window_sides
from qnpapers.errors import ParameterError, TrainingError

SITES_AT_ONCE = 2**14
"""Lowest sites of which a step differentiates the loss at once; more would not fit into a cache."""


@dataclass(frozen=True)
class Schedule:
    """How long and how fast to train: Adam, its rate falling to 0 like a cosine.

    Args:
        steps: number of steps.
        batch: digits in a step; each epoch is a new random order of all digits.
        rate: first step size of Adam.
        chunk: steps between two looks at the loss. If it does not divide `steps`, the shorter last
            chunk is compiled too, which takes seconds.
        double: 64 bits a number instead of 32. Slower; the path of a short training is then the
            same on every machine to many digits, while with 32 bits round-off soon decides.
    """

    steps: int = 1000
    batch: int = 100
    rate: float = 3e-3
    chunk: int = 100
    double: bool = False

    def __post_init__(self) -> None:
        for name in ("steps", "batch", "chunk"):
            if getattr(self, name) < 1:
                raise ParameterError(f"{name} = {getattr(self, name)}: must be at least 1")
        if not self.rate > 0:
            raise ParameterError(f"rate = {self.rate}: must be positive")


@dataclass(frozen=True)
class Run:
    """A trained network.

    Args:
        parameters: at the end, or the last good ones of an interrupted run.
        losses: mean cross-entropy (nats) of each chunk of steps.
        train_accuracy, test_accuracy: of these parameters, on equally many digits.
        steps: how many were done.
        status: "completed" or "interrupted".
    """

    parameters: Parameters
    losses: tuple[float, ...]
    train_accuracy: float
    test_accuracy: float
    steps: int
    status: str


def train(
    model: TreeModel,
    task: FrameTask,
    digits: Any,
    *,
    seed: int,
    index: int = 0,
    schedule: Schedule | None = None,
    on_chunk: Callable[[int, float], None] | None = None,
) -> Run:
    """Minimise the mean cross-entropy of softmax(scores).

    Args:
        model: which network.
        task: how digits become patches.
        digits: a record with train_images, train_labels, test_images, test_labels.
        seed: of all runs together.
        index: of this run; seed and index decide its start, order and places, so any run can be
            repeated alone. Networks with equal seed and index see the same digits in the same
            order at the same places.
        schedule: see `Schedule`.
        on_chunk: called with (steps done, loss), for a progress bar.

    Returns:
        the run; an interrupt (Ctrl-C) keeps what was learned until then.

    Raises:
        ParameterError: model and task do not fit.
        TrainingError: the loss became NaN or infinite.
    """
    import jax

    schedule = schedule or Schedule()
    _require_fit(model, task)
    count = len(digits.test_labels)
    with jax.enable_x64(schedule.double):
        rngs = np.random.default_rng([seed, index]).spawn(3)
        parameters, losses, done, status = _learn(model, task, digits, rngs, schedule, on_chunk)
        seen, unseen = (
            accuracy(model, task, parameters, some, known, seed=seed)
            for some, known in (
                (digits.train_images[:count], digits.train_labels[:count]),
                (digits.test_images, digits.test_labels),
            )
        )
    return Run(parameters, tuple(losses), seen, unseen, done, status)


def _learn(
    model: TreeModel,
    task: FrameTask,
    digits: Any,
    rngs: list[np.random.Generator],
    schedule: Schedule,
    on_chunk: Callable[[int, float], None] | None,
) -> tuple[Parameters, list[float], int, str]:
    import jax
    import jax.numpy as jnp

    start, order, where = rngs
    images, labels = jnp.asarray(digits.train_images), jnp.asarray(digits.train_labels, jnp.int32)
    begin, advance = _compiled(model, task.at_rest, schedule)
    parameters = jax.tree.map(jnp.asarray, model.start(rng=start))
    state, losses, done, status = begin(parameters), [], 0, "completed"
    try:
        for chosen in _chunks(len(labels), schedule, order):
            places = np.stack([task.places(len(one), rng=where) for one in chosen])
            new, state, loss = advance(parameters, state, images, labels, chosen, places)
            _require_finite(float(loss), done + len(chosen), schedule)
            parameters, done = new, done + len(chosen)
            losses.append(float(loss))
            if on_chunk is not None:
                on_chunk(done, losses[-1])
    except KeyboardInterrupt:
        status = "interrupted"
    return parameters, losses, done, status


def predict(
    model: TreeModel, task: FrameTask, parameters: Parameters, images: np.ndarray, *, seed: int
) -> np.ndarray:
    """Predicted classes of images, shape (count,); places are decided by `seed` alone."""
    classify, rng = _classifier(model, task.at_rest), np.random.default_rng(seed)
    batch = max(16, min(500, _at_once(model, task)))
    missing = -len(images) % batch  # so that all batches have one size, and compile once
    padded = np.concatenate([images, np.zeros((missing, *images.shape[1:]), images.dtype)])
    classes = [
        classify(parameters, padded[first : first + batch], task.places(batch, rng=rng))
        for first in range(0, len(padded), batch)
    ]
    return np.concatenate([np.asarray(one) for one in classes])[: len(images)]


def accuracy(
    model: TreeModel,
    task: FrameTask,
    parameters: Parameters,
    images: np.ndarray,
    labels: np.ndarray,
    *,
    seed: int,
) -> float:
    """Share of images whose largest score is that of their label."""
    return float(np.mean(predict(model, task, parameters, images, seed=seed) == labels))


def _require_fit(model: TreeModel, task: FrameTask) -> None:
    sites = model.architecture.sites
    if task.side**2 != sites or task.patch != model.patch:
        raise ParameterError(
            f"the task has {task.side**2} patches of {task.patch} numbers, the model reads {sites} "
            f"patches of {model.patch}"
        )


def _require_finite(loss: float, step: int, schedule: Schedule) -> None:
    if not np.isfinite(loss):
        raise TrainingError(
            f"the loss is {loss} within {step} steps: "
            f"a smaller rate than {schedule.rate:g} is needed"
        )


def _chunks(count: int, schedule: Schedule, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Which digits are shown in which step: shape (steps of the chunk, batch), chunk by chunk."""
    batch = min(schedule.batch, count)
    epochs = -(-schedule.steps * batch // (count // batch * batch))
    orders = [rng.permutation(count)[: count // batch * batch] for _ in range(epochs)]
    steps = np.concatenate(orders).reshape(-1, batch)[: schedule.steps]
    for first in range(0, schedule.steps, schedule.chunk):
        yield steps[first : first + schedule.chunk]


def _by_window(model: TreeModel, task: FrameTask) -> bool:
    """Whether a part of the frame is black for certain, and all sites share their weights."""
    return model.shared and model.window == 4 and window_sides(task, 0)[0] < task.side


def _at_once(model: TreeModel, task: FrameTask) -> int:
    """How many digits are looked at together."""
    sites = window_sides(task, 0)[0] ** 2 if _by_window(model, task) else task.side**2
    return max(1, SITES_AT_ONCE // sites)


def _scores(
    model: TreeModel, task: FrameTask, parameters: Parameters, digits: Any, places: Any
) -> Any:
    """Scores of shrunk digits at places, in the cheapest way for this model and this task."""
    if _by_window(model, task):
        return window_scores(model, task, parameters, digits, places)
    frames = task.frame(digits, places)
    if model.shared and model.window == 4:
        return column_scores(model, task, parameters, frames)
    return model.scores(parameters, task.patches(frames))[0]


@lru_cache(maxsize=32)
def _compiled(model: TreeModel, task: FrameTask, schedule: Schedule) -> tuple[Any, Any]:
    """Jitted: the state of the optimiser at the start, and a chunk of steps."""
    import jax
    import optax

    optimiser = optax.adam(optax.cosine_decay_schedule(schedule.rate, schedule.steps))
    slope_of = _slope_in_parts(model, task)

    def advance(
        parameters: Any, state: Any, images: Any, labels: Any, chosen: Any, places: Any
    ) -> Any:
        def step(carry: Any, one: Any) -> Any:
            parameters, state = carry
            batch, where = one
            digits = task.shrink(images[batch])
            loss, slope = slope_of(parameters, digits, where, labels[batch])
            update, state = optimiser.update(slope, state)
            return (optax.apply_updates(parameters, update), state), loss

        (parameters, state), losses = jax.lax.scan(step, (parameters, state), (chosen, places))
        return parameters, state, losses.mean()

    return jax.jit(optimiser.init), jax.jit(advance)


def _slope_in_parts(model: TreeModel, task: FrameTask) -> Callable[..., Any]:
    """Loss and its gradient, averaged over parts of the batch that fit into a cache."""
    import jax
    import jax.numpy as jnp
    import optax

    def loss_of(parameters: Any, digits: Any, places: Any, labels: Any) -> Any:
        scores = _scores(model, task, parameters, digits, places)
        return optax.softmax_cross_entropy_with_integer_labels(scores, labels).mean()

    def slope_of(parameters: Any, *batch: Any) -> Any:
        count = len(batch[0])
        size = max(n for n in range(1, count + 1) if count % n == 0 and n <= _at_once(model, task))
        parts = [one.reshape(count // size, size, *one.shape[1:]) for one in batch]

        def add(total: Any, part: Any) -> Any:
            new = jax.value_and_grad(loss_of)(parameters, *part)
            return jax.tree.map(jnp.add, total, new), None

        zero = jax.tree.map(jnp.zeros_like, (parameters["bias"][0], parameters))
        total, _ = jax.lax.scan(add, zero, parts)
        return jax.tree.map(lambda one: one * (size / count), total)

    return slope_of


@lru_cache(maxsize=32)
def _classifier(model: TreeModel, task: FrameTask) -> Any:
    import jax

    def classes(parameters: Parameters, images: Any, places: Any) -> Any:
        return _scores(model, task, parameters, task.shrink(images), places).argmax(axis=1)

    return jax.jit(classes)
