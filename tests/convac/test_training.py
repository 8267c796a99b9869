"""Trained tree networks: the ConvAC of the theory, ConvNets of its geometry, tasks, runs."""

import jax
import numpy as np
import pytest
import sklearn.datasets

from qnpapers.convac import score
from qnpapers.convac.training import (
    FrameTask,
    Schedule,
    TreeModel,
    accuracy,
    column_scores,
    convac,
    convnet,
    global_task,
    local_task,
    predict,
    train,
    wide_base,
    wide_tip,
    window_scores,
    window_sides,
)
from qnpapers.errors import ArchitectureError, ParameterError, ShapeError, TrainingError
from qnpapers.mnist import Mnist

SHORT = Schedule(steps=40, batch=50, rate=1e-2, chunk=20)


@pytest.fixture(scope="module")
def digits() -> Mnist:
    """Digits of scikit-learn with values 0 to 255."""
    images, labels = sklearn.datasets.load_digits(return_X_y=True)
    images = (images.reshape(-1, 8, 8) * 15.9).astype(np.uint8)
    return Mnist(images[:600], labels[:600], images[600:800], labels[600:800])


def _scores(model: TreeModel, *given):
    return [np.asarray(one) for one in jax.jit(model.scores)(*given)]


def _rng() -> np.random.Generator:
    return np.random.default_rng(3)


def _patches(model: TreeModel, count: int = 5) -> np.ndarray:
    return _rng().uniform(size=(count, model.architecture.sites, model.patch))


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("channels", [(3,), (2, 4, 3)])
def test_a_convac_is_the_scores_of_its_weights(shared, channels):
    model = convac(4, channels, shared=shared, classes=3, local_dim=5)
    parameters, patches = model.start(rng=_rng()), _patches(model)
    scores, log_scale = _scores(model, parameters, patches)
    features = np.asarray(model.features(parameters, patches), dtype=float)
    expected = score(model.weights(parameters), features)
    found = scores * np.exp(log_scale)[:, None]
    # float32: 24 bits, some 4**3 factors a score
    assert np.allclose(found, expected, rtol=2e-4, atol=2e-4 * np.abs(expected).max())


@pytest.mark.parametrize("pooling", ["max", "mean"])
def test_a_convnet_layer_by_layer(pooling):
    """The same network written with loops over sites and windows."""
    model = convnet(3, (4, 2), pooling=pooling, local_dim=3, classes=2)
    parameters = jax.tree.map(np.asarray, model.start(rng=_rng()))
    patches = _patches(model, 1)[0]

    def relu(x):
        return np.where(x > 0, x, model.leak * x)

    pool = {"max": np.max, "mean": np.mean}[pooling]
    sites = [relu(parameters["representation"] @ x + parameters["bias"]) for x in patches]
    for weights, offset in zip(parameters["layers"], parameters["offsets"], strict=True):
        after = [relu(weights[0] @ x + offset) for x in sites]
        sites = [pool(after[k : k + 4], axis=0) for k in range(0, len(after), 4)]
    found, log_scale = _scores(model, parameters, patches[None])
    assert np.allclose(found[0], parameters["output"] @ sites[0], rtol=1e-4, atol=1e-5)
    assert np.all(log_scale == 0)


def test_no_score_leaves_the_range_of_numbers_at_4096_sites():
    model = convac(9, wide_base(4, 6))
    scores, log_scale = _scores(model, model.start(rng=_rng()), _patches(model, 2))
    assert np.isfinite(scores).all()
    assert np.isfinite(log_scale).all()
    assert (np.abs(scores) > 1e-6).any()


@pytest.mark.parametrize("shared", [True, False])
def test_black_is_neutral_for_a_convac(shared):
    """A black frame of 256 sites: all channels of all sites are 1, so is the scale."""
    model = convac(9, (3, 5, 2, 4), shared=shared)
    parameters = model.start(rng=_rng()) | {"bias": _rng().normal(size=10)}
    scores, log_scale = _scores(model, parameters, np.zeros((1, 256, 9)))
    assert np.allclose(scores[0], parameters["output"].sum(axis=1), atol=1e-4)
    assert np.allclose(log_scale, 0, atol=1e-3)


@pytest.mark.parametrize("kind", [convac, convnet])
def test_shared_weights_do_not_see_siblings_swapped(kind):
    """A symmetry of 1x1 kernels, shared weights and pooling: what they cannot learn."""
    model = kind(4, (3, 3))
    parameters, patches = model.start(rng=_rng()), _patches(model)
    swapped = patches[:, np.arange(16).reshape(4, 4)[:, [3, 1, 0, 2]].ravel()]
    own = kind(4, (3, 3), shared=False)
    assert np.allclose(
        _scores(model, parameters, patches)[0], _scores(model, parameters, swapped)[0], atol=1e-4
    )
    unshared = own.start(rng=_rng())
    assert not np.allclose(
        _scores(own, unshared, patches)[0], _scores(own, unshared, swapped)[0], atol=1e-3
    )


@pytest.mark.parametrize("levels", [2, 3, 4, 5, 6])
@pytest.mark.parametrize("kind", [convac, convnet])
def test_mirrored_networks_have_the_same_size(levels, kind):
    base, tip = kind(9, wide_base(3, levels)), kind(9, wide_tip(3, levels))
    assert base.channels == tip.channels[::-1] != tip.channels
    assert base.size == tip.size
    assert base.size == sum(leaf.size for leaf in jax.tree.leaves(base.start(rng=_rng())))


@pytest.mark.parametrize("width", [10, 20])
def test_the_papers_networks_have_31_r_squared_plus_50_r_weights(width):
    model = convac(1, wide_base(width, 6))
    assert model.size - 10 * (1 + 1) == 31 * width**2 + 50 * width


def test_multiplications_are_those_of_the_matrix_products():
    model = convac(2, (3, 5), local_dim=4, classes=6)
    assert model.multiplications() == 16 * 2 * 4 + 16 * 4 * 3 + 4 * 3 * 5 + 6 * 5


def _frames(task: FrameTask, images: np.ndarray) -> np.ndarray:
    return np.asarray(task.frame(task.shrink(images), task.places(len(images), rng=_rng())))


def test_a_frame_shows_the_digit_and_nothing_else(digits):
    task = FrameTask(16, 8, moves=True)
    frames = _frames(task, digits.train_images[:20])
    ink = digits.train_images[:20].sum(axis=(1, 2)) / 255
    assert np.allclose(frames.sum(axis=(1, 2)), ink, rtol=1e-5)
    corners = {tuple(np.argwhere(frame).min(axis=0)) for frame in frames}
    assert len(corners) > 5
    still = _frames(FrameTask(16, 8), digits.train_images[:2])
    assert np.allclose(still[:, 4:12, 4:12], digits.train_images[:2] / 255)


def test_a_stride_puts_digits_into_blocks():
    task = local_task(32, digit_side=8, stride=8)
    places = task.places(200, rng=_rng())
    assert sorted(set(places.ravel().tolist())) == [0, 8, 16, 24]


@pytest.mark.parametrize("wanted", [3, 8, 13])
def test_resizing_keeps_the_mean_grey(digits, wanted):
    task = FrameTask(16, wanted)
    frames = _frames(task, digits.train_images[:3])
    means = frames.sum(axis=(1, 2)) / wanted**2
    assert np.allclose(means, digits.train_images[:3].mean(axis=(1, 2)) / 255, rtol=1e-5)


def test_patches_hold_the_neighbours_of_each_pixel_in_z_order():
    frame = np.arange(16.0).reshape(1, 4, 4)
    found = np.asarray(FrameTask(4, 4, neighbourhood=3).patches(frame))[0]
    assert found.shape == (16, 9)
    assert found[:4, 4].tolist() == [0, 1, 4, 5]  # the centre; four siblings are a square
    assert found[3].tolist() == [0, 1, 2, 4, 5, 6, 8, 9, 10]
    assert found[0].tolist() == [0, 0, 0, 0, 0, 1, 0, 4, 5]  # black outside
    single = np.asarray(FrameTask(4, 4, neighbourhood=1).patches(frame))[0]
    assert single[:, 0].tolist() == found[:, 4].tolist()


def test_the_papers_tasks():
    assert (local_task(64).digit_side, local_task(64).moves) == (8, True)
    assert (global_task(64).digit_side, global_task(64).moves) == (64, False)


@pytest.mark.parametrize(
    ("model", "task"),
    [
        (convnet(1, (5, 4)), FrameTask(4, 1, 1, moves=True)),
        (convnet(25, (2, 3, 4), pooling="mean"), FrameTask(8, 2, 5, moves=True)),
        (convac(9, (5, 4, 3)), FrameTask(8, 4, 3, moves=True)),
        (convnet(9, (3, 2, 2)), FrameTask(8, 5, 3)),
    ],
)
def test_a_window_has_the_scores_of_the_whole_frame(model, task):
    """At every place there is, and with the same derivatives."""
    room = range(task.side - task.digit_side + 1) if task.moves else [1]
    places = np.array([(i, j) for i in room for j in room])
    small = _rng().uniform(size=(len(places), *(task.digit_side,) * 2))
    with jax.enable_x64(True):
        parameters = model.start(rng=_rng())

        def whole(parameters, places):
            return model.scores(parameters, task.patches(task.frame(small, places)))[0]

        def part(parameters, places):
            return window_scores(model, task, parameters, small, places)

        found = [jax.jit(one)(parameters, places) for one in (whole, part)]
        assert np.allclose(*found, rtol=1e-10, atol=1e-10)
        slopes = [
            jax.jit(jax.grad(lambda p, where, one=one: (one(p, where) ** 2).sum()))(
                parameters, places
            )
            for one in (whole, part)
        ]
    for one, other in zip(*map(jax.tree.leaves, slopes), strict=True):
        assert np.allclose(one, other, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize(
    ("model", "task"),
    [
        (convnet(1, (5, 4)), FrameTask(4, 4, 1)),
        (convnet(25, (2, 3, 4), pooling="mean"), FrameTask(8, 8, 5)),
        (convac(9, (5, 4, 3)), FrameTask(8, 8, 3)),
    ],
)
def test_columns_have_the_scores_of_rows(model, task):
    """The same numbers in another order in memory, and the same derivatives."""
    frames = _rng().uniform(size=(6, task.side, task.side))

    def rows(parameters):
        return model.scores(parameters, task.patches(frames))[0]

    def columns(parameters):
        return column_scores(model, task, parameters, frames)

    with jax.enable_x64(True):
        parameters = model.start(rng=_rng())
        found = [jax.jit(one)(parameters) for one in (rows, columns)]
        assert np.allclose(*found, rtol=1e-10, atol=1e-10)
        slopes = [
            jax.jit(jax.grad(lambda p, one=one: (one(p) ** 2).sum()))(parameters)
            for one in (rows, columns)
        ]
    for one, other in zip(*map(jax.tree.leaves, slopes), strict=True):
        assert np.allclose(one, other, rtol=1e-8, atol=1e-10)


def test_sides_of_windows_hold_what_blocks_a_digit_can_touch():
    """Counted: the most blocks of side 2**l that d + k - 1 neighbouring pixels touch."""
    for side, digit, k in ((16, 5, 3), (16, 8, 1), (32, 8, 5), (32, 30, 3), (8, 1, 1)):
        width = min(digit + k - 1, side)
        found = window_sides(FrameTask(side, digit, k), side.bit_length() - 1)
        for level, most in enumerate(found):
            block = 2**level
            touched = [
                (start + width - 1) // block - start // block + 1
                for start in range(side - width + 1)
            ]
            assert max(touched) <= most <= max(side // block, 1)


def test_parts_of_a_batch_add_up(digits, monkeypatch):
    from qnpapers.convac.training import trainer

    model, task = convnet(9, (3, 2)), FrameTask(4, 4)
    parameters, some = model.start(rng=_rng()), task.shrink(digits.train_images[:12])
    places, labels = task.places(12, rng=_rng()), digits.train_labels[:12].astype(np.int32)
    found = []
    for sites in (16 * 100, 16 * 5):  # all twelve at once, or four times three
        monkeypatch.setattr(trainer, "SITES_AT_ONCE", sites)
        slope = trainer._slope_in_parts(model, task)(parameters, some, places, labels)
        found.append(np.concatenate([np.ravel(one) for one in jax.tree.leaves(slope)]))
    assert np.allclose(found[0], found[1], rtol=1e-4, atol=1e-6)


def test_a_step_is_compiled_once(digits):
    from qnpapers.convac.training import trainer

    model, task, schedule = convnet(9, (3, 2)), FrameTask(4, 4), Schedule(steps=9, chunk=3)
    for index in (0, 1):
        train(model, task, digits, seed=5, index=index, schedule=schedule)
    assert trainer._compiled(model, task, schedule)[1]._cache_size() == 1


def test_double_numbers_keep_a_path(digits):
    """A start that is wrong in the last digits of 32 bits; 64 bits hardly notice their own."""
    model, task = convnet(9, (4, 4)), FrameTask(4, 4)
    runs = [
        train(model, task, digits, seed=1, schedule=Schedule(steps=30, chunk=30, double=double))
        for double in (False, True)
    ]
    kinds = [{leaf.dtype for leaf in jax.tree.leaves(run.parameters)} for run in runs]
    assert kinds == [{np.dtype("float32")}, {np.dtype("float64")}]


@pytest.mark.parametrize("kind", [convac, convnet])
def test_training_learns(digits, kind):
    task = global_task(8)
    model = kind(9, (8, 8, 8), shared=False)
    run = train(model, task, digits, seed=1, schedule=Schedule(steps=250, batch=30, rate=1e-2))
    assert run.status == "completed"
    assert run.steps == 250
    assert run.losses[-1] < run.losses[0] / 2
    assert run.test_accuracy > 0.6  # chance is 0.1
    found = predict(model, task, run.parameters, digits.test_images, seed=1)
    assert run.test_accuracy == np.mean(found == digits.test_labels)


def test_the_same_seed_and_index_make_the_same_bytes(digits):
    model, task = convnet(9, (4, 4)), local_task(4, digit_side=2)
    same = [train(model, task, digits, seed=1, index=2, schedule=SHORT) for _ in range(2)]
    other = train(model, task, digits, seed=1, index=3, schedule=SHORT)
    first, second, third = (
        np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(run.parameters)])
        for run in (*same, other)
    )
    assert first.tobytes() == second.tobytes()
    assert first.tobytes() != third.tobytes()
    assert same[0].losses == same[1].losses


def test_every_epoch_shows_every_digit_once():
    from qnpapers.convac.training.trainer import _chunks

    schedule = Schedule(steps=25, batch=60, chunk=7)
    rows = np.concatenate(list(_chunks(600, schedule, _rng())))
    assert rows.shape == (25, 60)
    for epoch in (rows[:10], rows[10:20]):
        assert sorted(epoch.ravel()) == list(range(600))
    assert rows[:10].tolist() != rows[10:20].tolist()


def test_two_networks_with_one_index_see_the_same_digits(digits, monkeypatch):
    """So that they can be compared in pairs."""
    from qnpapers.convac.training import trainer

    seen = []
    compiled = trainer._compiled

    def spy(*given):
        begin, advance = compiled(*given)

        def listening(parameters, state, images, labels, chosen, places):
            seen.append((chosen.tolist(), places.tolist()))
            return advance(parameters, state, images, labels, chosen, places)

        return begin, listening

    monkeypatch.setattr(trainer, "_compiled", spy)
    for channels in ((4, 2), (2, 4)):
        train(convnet(9, channels), local_task(4, digit_side=2), digits, seed=1, schedule=SHORT)
    assert seen[:2] == seen[2:]
    assert seen[0] != seen[1]


def test_an_interrupt_keeps_what_was_learned(digits):
    def stop(steps: int, loss: float) -> None:
        if steps == 20 and loss > 0:
            raise KeyboardInterrupt

    model, task = convnet(9, (4, 4)), global_task(4)
    run = train(model, task, digits, seed=1, schedule=SHORT, on_chunk=stop)
    assert (run.status, run.steps, len(run.losses)) == ("interrupted", 20, 1)
    assert run.train_accuracy == accuracy(
        model, task, run.parameters, digits.train_images[:200], digits.train_labels[:200], seed=1
    )


def test_divergence_is_one_clear_error(digits):
    wild = Schedule(steps=40, rate=1e30, chunk=20, batch=50)
    with pytest.raises(TrainingError, match=r"^the loss is nan within 20 steps: a smaller rate"):
        train(convnet(9, (4, 4)), global_task(4), digits, seed=1, schedule=wild)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: TreeModel(1, (2,), pooling="sum"), ArchitectureError, r"pooling = 'sum': must be"),
        (lambda: TreeModel(0, (2,)), ArchitectureError, r"patch = 0: a patch has at least 1"),
        (lambda: wide_base(2, 9), ArchitectureError, r"levels = 9: .* levels 2 to 6"),
        (lambda: FrameTask(16, 17), ShapeError, r"digit_side = 17: must be 1 to .* 16"),
        (lambda: FrameTask(16, 8, 2), ShapeError, r"neighbourhood = 2: must be odd"),
        (lambda: FrameTask(16, 8, stride=0), ShapeError, r"stride = 0: must be at least 1"),
        (lambda: FrameTask(12, 8), ShapeError, r"side = 12: must be a power of 2"),
        (lambda: Schedule(steps=0), ParameterError, r"steps = 0: must be at least 1"),
        (lambda: Schedule(rate=0.0), ParameterError, r"rate = 0.0: must be positive"),
        (
            lambda: convnet(1, (2,)).weights(convnet(1, (2,)).start(rng=_rng())),
            ArchitectureError,
            r"pooling = 'max': only a ConvAC",
        ),
        (
            lambda: FrameTask(4, 4).shrink(np.zeros((4, 4))),
            ShapeError,
            r"shape \(count, height, width\)|\(batch, height, width\) is needed, got \(4, 4\)",
        ),
    ],
)
def test_wrong_input_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_a_task_that_does_not_fit_is_refused(digits):
    with pytest.raises(ParameterError, match=r"the task has 256 patches of 9 numbers, the model"):
        train(convnet(9, (4, 4)), global_task(16), digits, seed=1, schedule=SHORT)
