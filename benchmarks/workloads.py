"""The work that is timed: data, network, batches and start, the same for every contender."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Work:
    """One workload.

    ``sizes`` are the widths from input to output; one output means two classes on one logit.
    ``batch`` is the number of examples a step, all of them when it equals ``n_samples``. ``block``
    is the number of steps a contender makes before the next one has its turn.
    """

    name: str
    title: str
    sizes: tuple[int, ...]
    n_samples: int
    batch: int
    activation: str = "relu"
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    block: int = 32
    rounds: int = 16
    predicts: bool = False


WORKS = {
    work.name: work
    for work in (
        Work("W1", "spiral [2,64,32,1], batch 32, Adam", (2, 64, 32, 1), 1024, 32, rounds=24),
        Work(
            "W2",
            "300 points, full batch, [2,16,16,1] tanh, SGD",
            (2, 16, 16, 1),
            300,
            300,
            activation="tanh",
            optimizer="sgd",
            learning_rate=0.1,
            rounds=24,
        ),
        Work("W3", "digits [64,128,64,10], batch 64, Adam", (64, 128, 64, 10), 1792, 64, block=28),
        Work(
            "W4",
            "60,000 × [784,256,128,10], batch 128, Adam",
            (784, 256, 128, 10),
            60_000,
            128,
            block=12,
            rounds=12,
        ),
        Work(
            "W5",
            "predict on a 300 × 300 grid with W1's network",
            (2, 64, 32, 1),
            90_000,
            90_000,
            block=3,
            rounds=12,
            predicts=True,
        ),
    )
}


@dataclass(frozen=True)
class Task:
    """A workload with its arrays: ``x`` (n, n_in), ``y`` (n,) of class numbers, ``start`` pairs."""

    work: Work
    x: Array
    y: Array
    start: list[tuple[Array, Array]]  # weight (n_in, n_out) and bias (n_out,) of each layer

    @property
    def target(self) -> Array:
        """``y`` as floats (n, 1) for two classes, as it is for more."""
        binary = self.work.sizes[-1] == 1
        return self.y[:, np.newaxis].astype(self.x.dtype) if binary else self.y

    def batches(self) -> Iterator[Array]:
        """Yield the rows of one batch after the other, endlessly, as ``nnlib.minibatches`` does."""
        rng = np.random.default_rng(SEED)
        while True:
            order = rng.permutation(len(self.x))
            for i in range(0, len(order), self.work.batch):
                yield order[i : i + self.work.batch]

    def full_batches(self) -> Iterator[Array]:
        """Yield batches as ``batches`` does, without those that are smaller than the rest."""
        return (rows for rows in self.batches() if len(rows) == self.work.batch)


SEED = 11  # of the order of the examples


def write(work: Work, folder: Path) -> tuple[Path, str]:
    """Write the float64 arrays of ``work`` into ``folder``; return the file and any remark."""
    x, y, remark = _data(work)
    rng = np.random.default_rng(3)
    arrays = {"x": x, "y": y}
    for i, (n_in, n_out) in enumerate(zip(work.sizes, work.sizes[1:], strict=False)):
        limit = math.sqrt(6 / (n_in + n_out))
        arrays[f"weight{i}"] = rng.uniform(-limit, limit, (n_in, n_out))
        arrays[f"bias{i}"] = rng.uniform(-0.05, 0.05, n_out)
    file = folder / f"{work.name}.npz"
    np.savez(file, **arrays)
    return file, remark


def read(work: Work, file: Path, dtype: str) -> Task:
    """Read what ``write`` wrote, as arrays of ``dtype``."""
    with np.load(file, allow_pickle=False) as arrays:
        start = [
            (arrays[f"weight{i}"].astype(dtype), arrays[f"bias{i}"].astype(dtype))
            for i in range(len(work.sizes) - 1)
        ]
        return Task(work, arrays["x"].astype(dtype, copy=False), arrays["y"], start)


def _data(work: Work) -> tuple[Array, Array, str]:
    from nnlib import datasets

    if work.predicts:
        axis = np.linspace(-1.2, 1.2, math.isqrt(work.n_samples))
        grid = np.column_stack([a.ravel() for a in np.meshgrid(axis, axis)])
        return grid, np.zeros(work.n_samples, dtype=np.intp), ""
    if work.sizes[0] == 2:
        return *datasets.make_spirals(work.n_samples, rng=0), ""
    if work.sizes[0] == 64:
        try:
            from sklearn.datasets import load_digits
        except ImportError:
            remark = (
                "Digits come with scikit-learn, which is not installed: W3 ran on random numbers."
            )
            return *clouds(work), remark
        x, y = load_digits(return_X_y=True)
        return x[: work.n_samples] / 16, y[: work.n_samples].astype(np.intp), ""
    return *clouds(work), ""


def clouds(work: Work) -> tuple[Array, Array]:
    """Return x (n, n_in) and y (n,): noise around a point a class, made in place."""
    rng = np.random.default_rng(5)
    n_classes = work.sizes[-1]
    y = rng.integers(0, n_classes, work.n_samples)
    centres = 0.2 * rng.standard_normal((n_classes, work.sizes[0]))
    x = rng.standard_normal((work.n_samples, work.sizes[0]))
    for i in range(0, len(x), 1000):
        x[i : i + 1000] += centres[y[i : i + 1000]]
    return x, y


def shortened(work: Work) -> Work:
    """Return ``work`` with few rounds, for a quick look."""
    n_samples = 12_800 if work.name == "W4" else work.n_samples
    return replace(work, rounds=max(4, work.rounds // 4), n_samples=n_samples)
