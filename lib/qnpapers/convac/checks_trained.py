"""Checks and controls of claims T9.4 to T9.10: what trained networks use, and what data ask for.

Named in claims/levine2017.yml. Every function takes `rng` and `profile` ("smoke" or "full") and
returns a `Report`. A control is the same comparison where the claim must be rejected.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.stats import spearmanr

from qnpapers.convac.architecture import Architecture
from qnpapers.convac.comparisons import Case, mismatches
from qnpapers.convac.cut import min_cuts
from qnpapers.convac.data_entanglement import table_information
from qnpapers.convac.digit_tasks import STARTS, DigitTask, digit_task, start_weights
from qnpapers.convac.fit import accuracy, fit
from qnpapers.convac.rank import rank_modulo_p
from qnpapers.convac.regions import balanced_regions, interleaved, stripes
from qnpapers.convac.renyi import renyi_two
from qnpapers.convac.shallow_and_deep import paired_weights
from qnpapers.convac.spectrum import entanglement_entropy
from qnpapers.convac.tensor import coefficient_tensor, matricize
from qnpapers.convac.trained import class_entropies
from qnpapers.convac.truncation import truncated_accuracies
from qnpapers.convac.weights import Weights, random_weights
from qnpapers.evidence import Evidence, Report

ENTANGLED = ("Gaussian", "isometric")
"""Starts whose states are entangled; a start near a product leaves too little to put in order."""

SITES, LOCAL_DIM, CHANNELS = 16, 2, 8
"""The networks on 16 patches of 2 x 2 pixels: every region has a dense tensor of 65,536 entries."""

NOISE = 0.1
"""Variance of the noise on grey values of variance 1 when their information is estimated."""

REGIONS = tuple(stripes(SITES, width) for width in (8, 4, 2, 1))
"""Top against bottom, left against right, rows in turn, columns in turn."""

# T9.4: a decision can need far fewer coefficients than a score has


def decision_needs_three_coefficients(*, rng: np.random.Generator, profile: str) -> Report:
    """T9.4: the network of equal partners, against 1/2 - (i - j)^2 with its three coefficients."""
    return Report(_equal_partners(3, rng))


def decision_needs_two_coefficients(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T9.4: the two largest of the three coefficients."""
    return Report(_equal_partners(2, rng))


def _equal_partners(keep: int, rng: np.random.Generator) -> Evidence:
    def cases() -> Iterator[Case]:
        for sites in (4, 8, 16):
            numbers = np.arange(2 ** (sites // 2))
            rank = rank_modulo_p(paired_weights(sites, [1, 1]), interleaved(sites), rng=rng)
            yield f"rank of the score, {sites} sites", rank, len(numbers)
            left, values, right = np.linalg.svd(0.5 - np.subtract.outer(numbers, numbers) ** 2)
            few = (left[:, :keep] * values[:keep]) @ right[:keep]
            wrong = int(np.sum((few > 0) != np.eye(len(numbers), dtype=bool)))
            yield f"inputs decided otherwise, {sites} sites, {keep} coefficients", wrong, 0

    return mismatches("statements on ranks and decisions that are wrong", cases())


# T9.5: probabilities that are squares share no more information than the state has entropy


def information_is_at_most_the_entropy(*, rng: np.random.Generator, profile: str) -> Report:
    """T9.5: mutual information of the squared entries of a state minus its entropy."""
    return Report(_information_excess(np.square, rng, profile))


def information_of_entries_is_at_most_the_entropy(
    *, rng: np.random.Generator, profile: str
) -> Report:
    """Control of T9.5: the entries themselves are the probabilities, not their squares."""
    return Report(_information_excess(np.abs, rng, profile))


def _information_excess(
    probabilities: np.ufunc, rng: np.random.Generator, profile: str
) -> Evidence:
    found = []
    for what, table in _tables(rng, 60 if profile == "smoke" else 2000):
        values = np.linalg.svd(table, compute_uv=False)
        entropy = entanglement_entropy(values / np.linalg.norm(values))
        found.append((table_information(probabilities(table)) - entropy, what))
    worst, where = max(found)
    return Evidence(
        "largest (mutual information - entanglement entropy) in nats",
        worst,
        0.0,
        len(found),
        where,
        relation="<=",
        tolerance=1e-12,  # round-off of sums of at most 256 terms of order 1
    )


def _tables(rng: np.random.Generator, draws: int) -> Iterator[tuple[str, np.ndarray]]:
    """Real tables of all kinds, and states of ConvACs."""
    for _ in range(draws):
        rows, columns = rng.integers(2, 12, size=2)
        normal = rng.normal(size=(rows, columns))
        yield "normal entries", normal
        yield "large and small entries", normal**5
        yield "sparse", normal * (rng.uniform(size=normal.shape) < 0.4) + 1e-3
        yield "diagonal", np.diag(rng.exponential(size=rows) ** 2)
        weights = random_weights(Architecture(8, 2, (3, 3, 3)), rng=rng)
        yield "ConvAC", matricize(coefficient_tensor(weights), interleaved(8))


# T9.6 to T9.8: trained networks on 16 patches


def start_decides_the_entropy(*, rng: np.random.Generator, profile: str) -> Report:
    """T9.6: three starts, test accuracies within 0.1, odd-even entropies at least 1.5 apart."""
    return Report(_apart(rng, profile, of="entropy"))


def start_decides_the_accuracy(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T9.6: the same factor between the best and the worst accuracy."""
    return Report(_apart(rng, profile, of="accuracy"))


def _apart(rng: np.random.Generator, profile: str, of: str) -> Evidence:
    def cases() -> Iterator[Case]:
        for child in rng.spawn(1 if profile == "smoke" else 10):
            task = digit_task(SITES, LOCAL_DIM, rng=child)
            nets = [_trained(kind, task, child) for kind in STARTS]
            named = [accuracy(net, task.test_features, task.test_labels) for net in nets]
            yield f"accuracies {_words(named)} within 0.1", int(np.ptp(named) <= 0.1), 1
            mean = [float(class_entropies(net, [interleaved(SITES)]).mean()) for net in nets]
            found = {"entropy": mean, "accuracy": named}[of]
            apart = int(max(found) >= 1.5 * min(found))
            yield f"{of} {_words(found)}: a factor of 1.5", apart, 1

    return mismatches("statements on three starts that are wrong", cases())


def _words(values: list[float]) -> str:
    return ", ".join(f"{value:.2f}" for value in values)


def few_coefficients_are_enough(*, rng: np.random.Generator, profile: str) -> Report:
    """T9.7: what is lost of the test accuracy when 16 Schmidt coefficients are kept."""
    return Report(_largest_loss(16, rng, profile))


def one_coefficient_is_enough(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T9.7: the best product state only."""
    return Report(_largest_loss(1, rng, profile))


def _largest_loss(keep: int, rng: np.random.Generator, profile: str) -> Evidence:
    losses = []
    regions = REGIONS[::3] if profile == "smoke" else REGIONS
    for child in rng.spawn(1 if profile == "smoke" else 10):
        task = digit_task(SITES, LOCAL_DIM, rng=child)
        inputs = task.orthonormal.features(task.test_features)
        for kind in STARTS:
            net = task.orthonormal.weights(_trained(kind, task, child))
            for region in regions:
                found = truncated_accuracies(net, region, inputs, task.test_labels)
                losses.append((float(found[-1] - found[keep - 1]), f"{kind} start, {region}"))
    worst, where = max(losses)
    return Evidence(
        f"largest loss of test accuracy with {keep} of up to 256 coefficients",
        worst,
        0.03,
        len(losses),
        where,
        relation="<=",
    )


def trained_entropies_follow_the_tree(*, rng: np.random.Generator, profile: str) -> Report:
    """T9.8: on scrambled images, entangled starts, rank correlation of entropies with caps."""
    return Report(_follow("tree", rng, profile))


def trained_entropies_follow_the_data(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T9.8: rank correlation with the mutual information of the images."""
    return Report(_follow("data", rng, profile))


def _follow(what: str, rng: np.random.Generator, profile: str) -> Evidence:
    found = []
    for child in rng.spawn(1 if profile == "smoke" else 10):
        task = digit_task(SITES, LOCAL_DIM, rng=child, scrambled=True)
        regions = balanced_regions(SITES, 6, rng=child)
        order = _caps(regions) if what == "tree" else task.information(regions, NOISE)
        for kind in ENTANGLED:
            entropies = class_entropies(_trained(kind, task, child), regions).mean(axis=0)
            found.append((float(spearmanr(entropies, order).statistic), f"{kind} start"))
    worst, where = min(found)
    return Evidence(
        f"smallest rank correlation of trained entropies with what the {what} allow",
        worst,
        0.6,
        len(found) * len(regions),
        where,
        relation=">=",
    )


def _caps(regions: Sequence[tuple[int, ...]]) -> np.ndarray:
    return np.log(min_cuts(_network(), regions).astype(float))


def _network() -> Architecture:
    return Architecture(SITES, LOCAL_DIM, (CHANNELS,) * 4, classes=10)


def _trained(kind: str, task: DigitTask, rng: np.random.Generator) -> Weights:
    start = start_weights(kind, _network(), task.features, rng=rng)
    return fit(start, task.features, task.labels, steps=150, pace=0.5).weights


# T9.9: 64 pixels, local and global task


def trained_states_stay_nearly_products(*, rng: np.random.Generator, profile: str) -> Report:
    """T9.9: largest mean Renyi entropy of order two, stripes of all widths, both tasks."""
    return Report(_largest_renyi("product", rng, profile))


def trained_states_stay_so_from_any_start(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T9.9: the same after a start with isometric weights."""
    return Report(_largest_renyi("isometric", rng, profile))


def _largest_renyi(kind: str, rng: np.random.Generator, profile: str) -> Evidence:
    found = []
    count, steps, repeats = (500, 60, 1) if profile == "smoke" else (None, 200, 3)
    for child in rng.spawn(repeats):
        for small in (False, True):
            task = digit_task(64, 3, rng=child, small=small, count=count)
            for channels in ((8, 8, 6, 6, 4, 4), (4, 4, 6, 6, 8, 8)):
                net = Architecture(64, 3, channels, classes=10)
                start = start_weights(kind, net, task.features, rng=child)
                fitted = fit(start, task.features, task.labels, steps=steps, pace=0.3).weights
                state = task.orthonormal.weights(fitted)
                for width in (1, 4, 32):
                    region = stripes(64, width)
                    mean = np.mean([renyi_two(state, region, label) for label in range(10)])
                    where = f"{'local' if small else 'global'} task, {channels}, width {width}"
                    found.append((float(mean), where))
    worst, where = max(found)
    return Evidence(
        "largest mean S_2 of a trained state in nats", worst, 1.0, len(found), where, relation="<="
    )


# T9.10: the data order partitions otherwise than the tree


def data_and_tree_order_partitions_differently(*, rng: np.random.Generator, profile: str) -> Report:
    """T9.10: pairs of partitions where more information is shared across the smaller cut."""
    return Report(_reversed_pairs(False, rng, profile))


def transposed_data_and_tree_do_too(*, rng: np.random.Generator, profile: str) -> Report:
    """Control of T9.10: rows and columns of all images exchanged."""
    return Report(_reversed_pairs(True, rng, profile))


def _reversed_pairs(transposed: bool, rng: np.random.Generator, profile: str) -> Evidence:
    fewest, where, cases = len(REGIONS) ** 2, "", 0
    for child in rng.spawn(2 if profile == "smoke" else 20):
        task = digit_task(SITES, LOCAL_DIM, rng=child, transposed=transposed)
        shared, caps = task.information(REGIONS, NOISE), _caps(REGIONS)
        pairs = [(i, j) for i in range(4) for j in range(4) if caps[i] < caps[j] - 1e-9]
        reverse = [pair for pair in pairs if shared[pair[0]] > shared[pair[1]]]
        cases += len(pairs)
        if len(reverse) < fewest:
            fewest, where = len(reverse), f"stripes {[(8, 4, 2, 1)[i] for p in reverse for i in p]}"
    return Evidence(
        "fewest pairs of partitions in opposite order", fewest, 1, cases, where, relation=">="
    )
