"""Train a tree network: jitted steps, seeds by index, the best state kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from qnpapers.convac.training.model import Parameters, TreeModel
from qnpapers.convac.training.task import FrameTask
from qnpapers.errors import ParameterError, TrainingError


@dataclass(frozen=True)
class Schedule:
    """How long and how fast to train: Adam, its rate falling to 0 like a cosine.

    Args:
        steps: number of steps.
        batch: digits in a step; each epoch is a new random order of all digits.
        rate: first step size of Adam.
        chunk: steps between two looks at loss and validation accuracy.
    """

    steps: int = 1000
    batch: int = 100
    rate: float = 3e-3
    chunk: int = 100

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
        train_accuracy, test_accuracy: of these parameters.
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
            repeated alone.
        schedule: see `Schedule`.
        on_chunk: called with (steps done, loss), for a progress bar.

    Returns:
        the run; an interrupt (Ctrl-C) keeps what was learned until then.

    Raises:
        ParameterError: model and task do not fit.
        TrainingError: the loss became NaN or infinite.
    """
    import jax.numpy as jnp
    from jax import random

    schedule = schedule or Schedule()
    _require_fit(model, task)
    start, order, places = random.split(random.fold_in(random.PRNGKey(seed), index), 3)
    images, labels = jnp.asarray(digits.train_images), jnp.asarray(digits.train_labels, jnp.int32)
    parameters = model.start(start)
    advance, optimiser = _compiled(model, task, schedule)
    state, losses, done, status = optimiser.init(parameters), [], 0, "completed"
    try:
        for chosen in _chunks(order, len(labels), schedule):
            keys = random.split(random.fold_in(places, done), len(chosen))
            new, state, loss = advance(parameters, state, images, labels, chosen, keys)
            _require_finite(float(loss), done + len(chosen), schedule)
            parameters, done = new, done + len(chosen)
            losses.append(float(loss))
            if on_chunk is not None:
                on_chunk(done, losses[-1])
    except KeyboardInterrupt:
        status = "interrupted"
    seen, unseen = (
        accuracy(model, task, parameters, some, known, seed=seed)
        for some, known in (
            (digits.train_images, digits.train_labels),
            (digits.test_images, digits.test_labels),
        )
    )
    return Run(parameters, tuple(losses), seen, unseen, done, status)


def predict(
    model: TreeModel,
    task: FrameTask,
    parameters: Parameters,
    images: np.ndarray,
    *,
    seed: int,
    batch: int = 500,
) -> np.ndarray:
    """Predicted classes of images, shape (count,); places are decided by `seed` alone."""
    from jax import random

    places = random.PRNGKey(seed)
    classes = [
        _classify(model, task)(
            parameters, images[first : first + batch], random.fold_in(places, first)
        )
        for first in range(0, len(images), batch)
    ]
    return np.concatenate([np.asarray(one) for one in classes])


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


def _chunks(key: Any, count: int, schedule: Schedule) -> Iterator[Any]:
    """Which digits are shown in which step: shape (steps of the chunk, batch), chunk by chunk."""
    from jax import random

    batch = min(schedule.batch, count)
    epochs = -(-schedule.steps * batch // (count // batch * batch))
    orders = (random.permutation(random.fold_in(key, epoch), count) for epoch in range(epochs))
    rows = (order[: count // batch * batch].reshape(-1, batch) for order in orders)
    steps = np.concatenate([np.asarray(one) for one in rows])[: schedule.steps]
    for first in range(0, schedule.steps, schedule.chunk):
        yield steps[first : first + schedule.chunk]


@lru_cache(maxsize=32)
def _compiled(model: TreeModel, task: FrameTask, schedule: Schedule) -> tuple[Any, Any]:
    """A jitted chunk of steps, and the optimiser; compiled once for all runs."""
    import jax
    import optax

    optimiser = optax.adam(optax.cosine_decay_schedule(schedule.rate, schedule.steps))

    def loss_of(parameters: Parameters, frames: Any, labels: Any) -> Any:
        scores, _ = model.scores(parameters, task.patches(frames))
        return optax.softmax_cross_entropy_with_integer_labels(scores, labels).mean()

    def advance(
        parameters: Any, state: Any, images: Any, labels: Any, chosen: Any, keys: Any
    ) -> Any:
        def step(carry: Any, one: Any) -> Any:
            parameters, state = carry
            batch, key = one
            frames = task.show(key, images[batch])
            loss, slope = jax.value_and_grad(loss_of)(parameters, frames, labels[batch])
            update, state = optimiser.update(slope, state)
            return (optax.apply_updates(parameters, update), state), loss

        (parameters, state), losses = jax.lax.scan(step, (parameters, state), (chosen, keys))
        return parameters, state, losses.mean()

    return jax.jit(advance), optimiser


@lru_cache(maxsize=32)
def _classify(model: TreeModel, task: FrameTask) -> Any:
    import jax

    def classes(parameters: Parameters, images: Any, key: Any) -> Any:
        return model.scores(parameters, task.patches(task.show(key, images)))[0].argmax(axis=1)

    return jax.jit(classes)
