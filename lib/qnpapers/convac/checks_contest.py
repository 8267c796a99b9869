"""Checks and controls of A6 and X1 to X5.3: wide bases and wide tips, trained.

Named in claims/levine2017.yml. Every function takes `rng` and `profile` ("smoke" or "full") and
returns a `Report`. A control is the same comparison where the claim must be rejected. Trainings on
all of MNIST are those of `stored_rows`, since a check must not fetch anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from itertools import product

import numpy as np

from qnpapers import mnist
from qnpapers.convac import training
from qnpapers.convac.comparisons import Case, mismatches
from qnpapers.convac.mirrored import mirrored_network
from qnpapers.convac.training.caps import caps_of_halves
from qnpapers.convac.training.contest import ANSWER, SHAPES
from qnpapers.evidence import Evidence, Report

BLOCK, ANYWHERE, LARGE = training.three_tasks(32)
NOT_CHOSEN = ANSWER | {"index", "size"}
"""Fields of a row that nobody chooses for a pair."""

STUCK = 0.05
"""A loss this close to ln 10, in nats, is that of a network that has learned nothing."""

Network = tuple[str, int, int]
"""Family, side of the frame, and width."""

SMALLER = [("ConvAC", 32, 4), ("ConvAC", 32, 8), ("ConvAC", 64, 4)]
LARGEST = ("ConvAC", 64, 8)
"""The ConvACs. Those of LARGEST leave two of three contests undecided, as the results showed."""

CONVNETS = [("ConvNet", 64, 4), ("ConvNet", 64, 8)]

_LARGER = {1: "base", 0: "tie", -1: "tip"}

# X1: the experiment trains networks that the theory is not about


def convnets_are_not_multilinear(*, rng: np.random.Generator, profile: str) -> Report:
    """X1: the score of a ConvNet is not additive in the values at a site, so it has no state."""
    return Report(_additivity(rng, profile, "max"))


def convacs_are_not_multilinear(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of X1: the same statement of ConvACs."""
    return Report(_additivity(rng, profile, "product"))


def _additivity(rng: np.random.Generator, profile: str, pooling: str) -> Evidence:
    models = [
        training.TreeModel(9, widths(3, levels), pooling=pooling, neutral=False)
        for levels in ((2,) if profile == "smoke" else (2, 3, 4))
        for widths in (training.wide_base, training.wide_tip)
    ]
    defects = [_defect(model, rng) for model in models]
    return Evidence(
        "smallest share of the score that is missing when values at a site are added",
        min(defects),
        0.01,
        len(models),
        f"pooling {pooling}, channels {models[int(np.argmin(defects))].channels}",
        relation=">=",
    )


def _defect(model: training.TreeModel, rng: np.random.Generator) -> float:
    """Of h(u + v) - h(u) - h(v), where u and v are values at the first site; shared otherwise."""
    import jax

    parameters = model.start(rng=rng)
    values = np.repeat(rng.uniform(size=(1, model.architecture.sites, model.local_dim)), 3, axis=0)
    values[0, 0] = values[1, 0] + rng.uniform(size=model.local_dim)
    values[2, 0] = values[0, 0] - values[1, 0]
    with jax.enable_x64(True):
        scores, log_scale = jax.jit(model.scores_of_values)(parameters, values)
        h = np.asarray(scores * np.exp(log_scale - log_scale[0])[:, None])
    return float(np.abs(h[0] - h[1] - h[2]).max() / np.abs(h).max())


# X2: equal depth, equal size


def mirrored_networks_have_one_size(*, rng: np.random.Generator, profile: str) -> Report:
    """X2: wide base and wide tip both have 31 r^2 + 50 r weights, if all sites share theirs."""
    return Report(_sizes(profile, shared=True))


def mirrored_networks_unshared(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of X2: each site with weights of its own."""
    return Report(_sizes(profile, shared=False))


def _sizes(profile: str, *, shared: bool) -> Evidence:
    widths = range(1, 20 if profile == "smoke" else 200)
    nets = {(r, k): mirrored_network(k, r, shared=shared) for r in widths for k in SHAPES}
    return mismatches(
        "networks whose number of weights or levels is another",
        (
            (f"{what} of the wide {k}, r = {r}, shared = {shared}", found, expected)
            for (r, k), net in nets.items()
            for what, found, expected in (
                ("weights", net.parameters, 31 * r**2 + 50 * r),
                ("levels", net.levels, 6),
            )
        ),
    )


# X3: the two tasks


def small_digits_stand_anywhere(*, rng: np.random.Generator, profile: str) -> Report:
    """X3: digits of 8 x 8 pixels all over a black frame of 64 x 64."""
    return Report(_frames(rng, profile, training.local_task(64)))


def large_digits_stand_anywhere(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of X3: the same statement of the global task."""
    return Report(_frames(rng, profile, training.global_task(64)))


def _frames(rng: np.random.Generator, profile: str, task: training.FrameTask) -> Evidence:
    count = 200 if profile == "smoke" else 2000
    images = mnist.small_mnist(rng=rng).train_images[:count]
    places = task.places(count, rng=rng)
    frames = np.asarray(task.frame(task.shrink(images), places))

    def statements() -> Iterator[Case]:
        for k, frame in enumerate(frames):
            rows, columns = np.nonzero(frame)
            height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
            yield f"frame {k}, {height} x {width} pixels", int(max(height, width) <= 8), 1
        for axis, name in enumerate(("rows", "columns")):
            seen = np.unique(places[:, axis] // 8)
            yield f"{name} of blocks in which digits begin", len(seen), 8

    return mismatches("statements on frames that are wrong", statements())


# X4: one choice for both networks


def pairs_differ_in_shape_only(*, rng: np.random.Generator, profile: str) -> Report:
    """X4: the two networks of each stored pair were trained with the same choices."""
    rows = training.stored_rows()
    return Report(_pairs(rows[::2], rows[1::2]))


def neighbours_differ_in_shape_only(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of X4: the same of networks of different contests, twenty rows apart."""
    rows = training.stored_rows()
    return Report(_pairs(rows[:-20:2], rows[21::2]))


def _pairs(ones: list[training.Row], others: list[training.Row]) -> Evidence:
    chosen = [
        [{k: v for k, v in asdict(row).items() if k not in NOT_CHOSEN} for row in rows]
        for rows in (ones, others)
    ]
    return mismatches(
        "pairs that differ in something else than their shape",
        (
            (f"{', '.join(differing)} of a pair of {one['name']}", int(differing == ["shape"]), 1)
            for one, other in zip(*chosen, strict=True)
            for differing in [[name for name in one if one[name] != other[name]]]
        ),
    )


# X5 and A6: who wins


def base_wins_small_and_tip_wins_large(*, rng: np.random.Generator, profile: str) -> Report:
    """X5 for ConvACs, small digits in one block; outside, all networks, and anywhere too."""
    return Report(
        _winners({BLOCK: "base", LARGE: "tip"}, SMALLER),
        _winners({BLOCK: "base", ANYWHERE: "base", LARGE: "tip"}, [*SMALLER, LARGEST, *CONVNETS]),
    )


def tip_wins_small_and_base_wins_large(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of X5: the two networks exchanged."""
    return Report(_winners({BLOCK: "tip", LARGE: "base"}, SMALLER))


def _winners(expected: dict[str, str], networks: list[Network]) -> Evidence:
    """Every contest of these tasks and networks, each by itself, from all its pairs."""
    contests = training.compare(training.stored_rows())

    def statements() -> Iterator[Case]:
        for (name, winner), (family, side, width) in product(expected.items(), networks):
            found = contests[name, family, side, width].winner
            where = f"{name}, {family}, {side} pixels, r = {width}"
            yield f"{where}: {found}", int(found == winner), 1

    return mismatches("contests that another network wins, or that are undecided", statements())


def convnets_turn_as_convacs_do(*, rng: np.random.Generator, profile: str) -> Report:
    """A6: the base does better on small digits in a block than on large ones; r = 8, outside 4."""
    return Report(*(_turn([("ConvNet", 64, width)], BLOCK, LARGE) for width in (8, 4)))


def convnets_turn_the_other_way(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of A6: worse."""
    return Report(_turn([("ConvNet", 64, 8)], LARGE, BLOCK))


def _turn(networks: list[Network], more: str, less: str) -> Evidence:
    """How much larger the lead of the base is on one task than on another, at least.

    Networks are (family, side, width); the one with the least gain counts.
    """
    contests = training.compare(training.stored_rows())
    gains = {one: contests[more, *one].minus(contests[less, *one]) for one in networks}
    (family, side, width), gain = min(gains.items(), key=lambda pair: pair[1].interval()[0])
    return Evidence(
        f"lower end of the 95% interval of: lead of the base on '{more}', minus that on '{less}'",
        gain.interval()[0],
        0.0,
        sum(len(one.base) for one in gains.values()),
        f"{family}, {side} pixels, r = {width}, mean {gain.lead:.3f}",
        relation=">=",
    )


# X5.1: where a small digit stands


def blocks_favour_the_base(*, rng: np.random.Generator, profile: str) -> Report:
    """X5.1: the base gains if small digits stand in blocks; outside, with the largest ConvACs."""
    return Report(_turn(SMALLER, BLOCK, ANYWHERE), _turn([LARGEST], BLOCK, ANYWHERE))


def blocks_favour_the_tip(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of X5.1: the base loses."""
    return Report(_turn(SMALLER, ANYWHERE, BLOCK))


# X5.2: ConvACs with shared weights on black frames


def neutral_black_is_needed(*, rng: np.random.Generator, profile: str) -> Report:
    """X5.2: without neutral black a ConvAC stays at ln 10, and with it it learns."""
    return Report(_losses(rng, profile, exchanged=False))


def neutral_black_is_not_needed(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of X5.2: the other way round."""
    return Report(_losses(rng, profile, exchanged=True))


def _losses(rng: np.random.Generator, profile: str, *, exchanged: bool) -> Evidence:
    digits = mnist.small_mnist(rng=rng)
    task = training.local_task(32, stride=8)
    steps = 300 if profile == "smoke" else 2000
    schedule = training.Schedule(steps=steps, batch=20, rate=1e-2, double=True)
    seed = int(rng.integers(2**31))

    def learns(neutral: bool) -> bool:
        model = training.convac(9, training.wide_tip(4, 5), neutral=neutral)
        run = training.train(model, task, digits, seed=seed, schedule=schedule)
        return run.losses[-1] < np.log(10) - STUCK

    return mismatches(
        "networks that learn where they should not, or do not learn where they should",
        (
            (f"neutral black: {neutral}", int(learns(neutral)), int(neutral != exchanged))
            for neutral in (True, False)
        ),
    )


# X5.3: what the caps say about small digits


def caps_do_not_name_the_winner(*, rng: np.random.Generator, profile: str) -> Report:
    """X5.3: between halves of a small digit caps tie in a block and favour the base anywhere.

    And the base wins in a block, and does not win anywhere.
    """
    return Report(_caps_and_winners(rng, profile, {BLOCK: "tie", ANYWHERE: "base"}))


def caps_name_the_winner(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of X5.3: they favour the network that wins."""
    return Report(_caps_and_winners(rng, profile, {BLOCK: "base", ANYWHERE: "tip"}))


def _caps_and_winners(rng: np.random.Generator, profile: str, favoured: dict[str, str]) -> Evidence:
    places = 20 if profile == "smoke" else 200
    contests = training.compare(training.stored_rows())

    def statements() -> Iterator[Case]:
        for name, (family, side, width) in product((BLOCK, ANYWHERE), [*SMALLER, LARGEST]):
            where = f"{name}, {side} pixels, r = {width}"
            base, tip = caps_of_halves(training.three_tasks(side)[name], width, places, rng=rng)
            found = _LARGER[int(np.median(np.sign(base - tip)))]
            yield f"caps, {where}: {found}", int(found == favoured[name]), 1
            winner = contests[name, family, side, width].winner
            yield f"training, {where}: {winner}", int((winner == "base") == (name == BLOCK)), 1

    return mismatches("statements on caps and on winners that are wrong", statements())
