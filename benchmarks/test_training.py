"""The training step of `convac.training` beside the same network in PyTorch, on one core.

PyTorch is in no environment of this project: `pip install torch` into the one that runs the
benchmarks, or name its folder in PYTHONPATH; without it these benchmarks are skipped.

The peer is written as its users write it, in the faster of two memory layouts: convolutions, the
pooling before the activation, Adam and its schedule, executed one by one. (`torch.compile` was
tried and is slower here.) Two things are given to it: its frames are ready before the clock starts,
while ours are shrunk from 28 x 28 pixels and put together in every step. It reads whole frames;
ours, of a small digit, only the window where the digit can be seen.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from measuring import fastest, peer

from qnpapers.convac.training import (
    FrameTask,
    Schedule,
    TreeModel,
    global_task,
    local_task,
    trainer,
    wide_base,
    wide_tip,
    window_sides,
)
from qnpapers.mnist import Mnist, small_mnist

torch = pytest.importorskip("torch", reason="the peer is PyTorch: pip install torch")

PEERS = "A training step beside {}, one core, batches of 100 (images per second)"
FLOOR = "The same steps: their work and the floor"
BATCH, STEPS, ROUNDS = 100, 2, 7
NARROW = 4
# A forward pass; the slopes of a layer's inputs and of its weights cost one more each.
PASSES = 3
CASES = {
    f"{name}, {side} x {side}": (task(side), pooling)
    for name, task, pooling, sides in [
        ("ConvNet, digit that fills the frame", global_task, "max", (16, 32, 64)),
        ("ConvNet, digit of 8 x 8 (PyTorch reads the whole frame)", local_task, "max", (64,)),
        ("ConvAC, digit that fills the frame", global_task, "product", (32,)),
    ]
    for side in sides
}


@pytest.fixture(scope="module", autouse=True)
def _one_core() -> Iterator[None]:
    """All threads of this process on one core, whoever started them and for how many cores."""
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("both programs are held to one core, which Linux can do")
    cores, threads = os.sched_getaffinity(0), torch.get_num_threads()
    _pin({max(cores)})
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
    _pin(cores)


def _pin(cores: set[int]) -> None:
    for thread in Path("/proc/self/task").iterdir():
        os.sched_setaffinity(int(thread.name), cores)


@pytest.fixture(scope="module")
def digits() -> Mnist:
    return small_mnist(rng=np.random.default_rng(2017))


@pytest.fixture(scope="module")
def attainable() -> float:
    """Multiply-adds per second of a product of two 768 x 768 matrices, 32 bits a number."""
    matrix = torch.rand(768, 768)
    return 768**3 / fastest(lambda: matrix @ matrix)


class Peer(torch.nn.Module):
    """A `TreeModel` with shared weights, in the words of PyTorch."""

    def __init__(self, model: TreeModel, layout: torch.memory_format) -> None:
        super().__init__()
        self.model, self.layout = model, layout
        side, widths = round(model.patch**0.5), (model.local_dim, *model.channels)
        self.representation = torch.nn.Conv2d(1, model.local_dim, side, padding=side // 2)
        self.layers = torch.nn.ModuleList(
            torch.nn.Conv2d(below, width, 1, bias=not model.is_convac)
            for below, width in pairwise(widths)
        )
        self.output = torch.nn.Linear(widths[-1], model.classes, bias=False)
        self.to(memory_format=layout)

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        values = self.representation(frames[:, None].contiguous(memory_format=self.layout))
        forward = self._product if self.model.is_convac else self._max
        return self.output(forward(values)[:, :, 0, 0])

    def _max(self, values: torch.Tensor) -> torch.Tensor:
        relu, leak = torch.nn.functional.leaky_relu, self.model.leak
        values = relu(values, leak)
        for layer in self.layers:
            values = relu(torch.nn.functional.max_pool2d(layer(values), 2), leak)
        return values

    def _product(self, values: torch.Tensor) -> torch.Tensor:
        values = values.softmax(dim=1)
        for layer, weight in zip(self.layers, self._neutral(), strict=True):
            values = torch.nn.functional.conv2d(values, weight, layer.bias)
            upper, lower = (values[:, :, i::2, ::2] * values[:, :, i::2, 1::2] for i in (0, 1))
            values = upper * lower
            values = values * (values.square().mean(dim=1, keepdim=True) + 1e-30).rsqrt()
        return values

    def _neutral(self) -> Iterator[torch.Tensor]:
        """Weights with which a black site has the value 1 in all channels."""
        black = self.representation.bias.softmax(dim=0)[:, None, None]
        for level, layer in enumerate(self.layers):
            weight = layer.weight
            if level == 0:
                yield weight - (weight * black).sum(dim=1, keepdim=True) + 1
            else:
                yield weight + 1 / weight.shape[1] - weight.mean(dim=1, keepdim=True)

    def named(self) -> dict[str, list[torch.nn.Parameter]]:
        """Parameters by the names that ours have."""
        biases = [] if self.model.is_convac else [layer.bias for layer in self.layers]
        return {
            "representation": [self.representation.weight],
            "bias": [self.representation.bias],
            "layers": [layer.weight for layer in self.layers],
            "offsets": biases,
            "output": [self.output.weight],
        }


def _copy(parameters: dict[str, object], net: Peer) -> None:
    for name, targets in net.named().items():
        for source, target in zip(_listed(parameters[name]), targets, strict=True):
            target.data.copy_(torch.tensor(np.asarray(source)).reshape(target.shape))


def _listed(arrays: object) -> list[object]:
    return arrays if isinstance(arrays, list) else [arrays]


def _our_step(
    model: TreeModel, task: FrameTask, digits: Mnist, rng: np.random.Generator
) -> tuple[Callable[[], object], dict[str, object]]:
    import jax
    import jax.numpy as jnp

    begin, advance = trainer._compiled(model, task.at_rest, Schedule())
    parameters = jax.tree.map(jnp.asarray, model.start(rng=rng))
    state = begin(parameters)
    images = jnp.asarray(digits.train_images)
    labels = jnp.asarray(digits.train_labels, jnp.int32)

    def step() -> object:
        chosen = rng.integers(0, len(labels), (STEPS, BATCH))
        places = np.stack([task.places(BATCH, rng=rng) for _ in chosen])
        return jax.block_until_ready(advance(parameters, state, images, labels, chosen, places))

    return step, parameters


def _their_step(
    net: Peer, frames: torch.Tensor, labels: torch.Tensor, rng: np.random.Generator
) -> Callable[[], object]:
    optimiser = torch.optim.Adam(net.parameters(), lr=Schedule().rate)
    rate = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, Schedule().steps)

    def step() -> None:
        for _ in range(STEPS):
            chosen = torch.as_tensor(rng.integers(0, len(labels), BATCH))
            loss = torch.nn.functional.cross_entropy(net(frames[chosen]), labels[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            rate.step()

    return step


def _require_same(
    ours: Callable[..., object], parameters: dict[str, object], net: Peer, frames, labels
):
    """Scores and slopes of the two agree for a few frames."""
    import jax
    import optax

    def loss(parameters):
        scores = ours(parameters)
        return optax.softmax_cross_entropy_with_integer_labels(
            scores, labels.numpy()
        ).mean(), scores

    (_, scores), slopes = jax.value_and_grad(loss, has_aux=True)(parameters)
    theirs = net(frames)
    np.testing.assert_allclose(scores, theirs.detach(), rtol=1e-4, atol=1e-4)
    net.zero_grad()
    torch.nn.functional.cross_entropy(theirs, labels).backward()
    for name, targets in net.named().items():
        for slope, target in zip(_listed(slopes[name]), targets, strict=True):
            found = target.grad.reshape(slope.shape)
            np.testing.assert_allclose(slope, found, rtol=1e-3, atol=1e-4 * np.abs(slope).max())


def _in_turn(programs: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Fastest time of an image, all programs by turns, after a call that is not counted."""
    times: dict[str, list[float]] = {name: [] for name in programs}
    for program in programs.values():
        program()
    for _ in range(ROUNDS):
        for name, program in programs.items():
            begun = time.perf_counter()
            program()
            times[name].append(time.perf_counter() - begun)
    return {name: min(found) / STEPS / BATCH for name, found in times.items()}


@pytest.mark.parametrize("shape", [wide_base, wide_tip])
@pytest.mark.parametrize("case", CASES)
def test_a_training_step(tables, attainable, digits, rng, case, shape):
    task, pooling = CASES[case]
    model = TreeModel(task.patch, shape(NARROW, task.side.bit_length() - 1), pooling=pooling)
    step, parameters = _our_step(model, task, digits, rng)
    small = task.shrink(digits.train_images[:1000])
    places = task.places(len(small), rng=rng)
    frames = torch.tensor(np.asarray(task.frame(small, places)))
    labels = torch.tensor(digits.train_labels[:1000].astype(np.int64))
    programs = {"ours": step}

    def scores(parameters: dict[str, object]) -> object:
        return trainer._scores(model, task, parameters, small[:20], places[:20])

    for layout in (torch.contiguous_format, torch.channels_last):
        net = Peer(model, layout)
        _copy(parameters, net)
        _require_same(scores, parameters, net, frames[:20], labels[:20])
        programs[str(layout)] = _their_step(net, frames, labels, rng)
    times = _in_turn(programs)
    ours = times.pop("ours")
    layout, theirs = min(times.items(), key=lambda one: one[1])
    names = {"network": case, "layers": shape.__name__.replace("_", " ")}
    tables.add(
        PEERS.format(peer("torch")), **names, qnpapers=f"{1 / ours:.0f}",
        PyTorch=f"{1 / theirs:.0f}", ratio=theirs / ours,
        **{"its faster layout": layout.removeprefix("torch.").replace("_", " ")},
    )  # fmt: skip
    work, whole = PASSES * _multiplications(model, task), PASSES * model.multiplications()
    tables.add(
        FLOOR, **names, **{"us an image": 1e6 * ours},
        **{"ns a pixel of the frame": 1e9 * ours / task.side**2},
        **{"multiply-adds an image": f"{work:.2e}", "GFlop/s": 2 * work / ours / 1e9},
        **{"of": 2 * attainable / 1e9, "times the floor": ours * attainable / work},
        **{"multiply-adds of PyTorch": f"{whole:.2e}"},
        **{"PyTorch, times its floor": theirs * attainable / whole},
    )  # fmt: skip


def _multiplications(model: TreeModel, task: FrameTask) -> int:
    """Of a forward pass that looks only where the digit can be seen."""
    widths = (model.local_dim, *model.channels)
    sites = [side**2 for side in window_sides(task, len(model.channels))]
    layers = sum(
        n * below * width for n, (below, width) in zip(sites[:-1], pairwise(widths), strict=True)
    )
    return sites[0] * model.patch * model.local_dim + layers + model.classes * widths[-1]


@pytest.mark.parametrize("side", [16, 32, 64])
def test_a_whole_frame_is_the_window_of_a_digit_that_fills_it(side):
    model = TreeModel(9, wide_base(NARROW, side.bit_length() - 1))
    assert _multiplications(model, global_task(side)) == model.multiplications()
