"""`AmplitudeClassifier` beside scikit-learn's Gaussian naive Bayes on the same spins."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest
from measuring import once, peer
from sklearn.naive_bayes import GaussianNB

from qnpapers.mnist import small_mnist
from qnpapers.spinnet import AmplitudeClassifier
from qnpapers.spinnet.readings import NAIVE_BAYES

TITLE = "Fit and predict digits of 28 x 28 pixels, 2,349 edges, ten classes"


@pytest.fixture(scope="module")
def digits():
    small = small_mnist(rng=np.random.default_rng(2022))
    images = np.concatenate([small.train_images, small.test_images])
    return images, np.concatenate([small.train_labels, small.test_labels])


@pytest.mark.parametrize("times", [1, 4, 12])
def test_fit_and_predict(benchmark, tables, digits, times):
    """All of MNIST has 60,000 digits to fit on: here the 5,000 that need no fetch, repeated."""
    images, labels = (np.concatenate([part] * times) for part in digits)

    def ours(options: AmplitudeClassifier = NAIVE_BAYES) -> np.ndarray:
        return options.fit(images, labels).predict(images)

    def theirs() -> np.ndarray:
        spins = AmplitudeClassifier().spins(images)
        return GaussianNB(var_smoothing=0.05).fit(spins, labels).predict(spins)

    benchmark.pedantic(lambda: ours(AmplitudeClassifier()), rounds=1)
    multiply_adds = 4 * len(images) * 2349 * 10  # two moments, two terms of a square
    most = 4  # the array of all spins grows to 1.1 GB
    tables.add(
        TITLE,
        digits=len(images),
        **{"multiply-adds": multiply_adds},
        **{"qnpapers, eqs 33 and 34, s": benchmark.stats["mean"]},
        **{"qnpapers, naive Bayes, s": once(ours), "peak, MB": _peak(ours)},
        **{f"{peer('scikit-learn')} GaussianNB, s": once(theirs) if times <= most else "not run"},
        **{"its peak, MB": _peak(theirs) if times <= most else "not run"},
    )


def _peak(call: Callable[[], object]) -> float:
    """Largest amount of memory that numpy and Python held during a call, in MB."""
    tracemalloc.start()
    call()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1e6
