"""Data of the playground: the course's generators at one size, and the best that is possible."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

from nnlib import datasets
from nnlib._checks import Array, matrix
from nnlib.show.playground_code import CMU_RADIUS, SCALE
from nnlib.show.playground_settings import Settings

N_PROBES = 1000
SMALLEST, LARGEST = 1e-50, 1e50  # of own coordinates: their squares have squares, too
NARROWEST = 1e-6  # width of own data, relative to their largest coordinate
FUNCTIONS: dict[str, Any] = {
    "x1": lambda x1, x2: x1,
    "x2": lambda x1, x2: x2,
    "x1^2": lambda x1, x2: x1**2,
    "x2^2": lambda x1, x2: x2**2,
    "x1*x2": lambda x1, x2: x1 * x2,
    "sin(x1)": lambda x1, x2: np.sin(x1),
    "sin(x2)": lambda x1, x2: np.sin(x2),
}


def features(x: Array, names: tuple[str, ...]) -> Array:
    """Return the named functions of the plane's points (n, 2) as columns."""
    x1, x2 = x.T
    return np.column_stack([FUNCTIONS[name](x1, x2) for name in names])


def own_arrays(x: Any, y: Any) -> tuple[Array, Array]:
    """Return a learner's arrays, checked: x (n, 2) of numbers, y (n,) of 0 and 1."""
    rows, labels = matrix("x", x), np.asarray(y).reshape(-1)
    if rows.shape[1] != 2 or len(rows) < 10:
        raise ValueError(f"x must be (n, 2) with n of at least 10, got shape {rows.shape}.")
    if labels.shape != (len(rows),):
        raise ValueError(f"y must have {len(rows)} entries, as x has rows, got {labels.shape}.")
    if not np.isin(labels, (0, 1)).all() or len(np.unique(labels)) < 2:
        raise ValueError("y must hold two classes, 0 and 1.")
    largest, width = float(np.abs(rows).max()), float(np.ptp(rows, axis=0).max())
    if not SMALLEST <= largest <= LARGEST or width < NARROWEST * largest:
        raise ValueError(
            f"x must spread over the plane: its largest coordinate is {largest:.3g}, and its "
            f"points lie within {width:.3g} of each other. Shift it or scale it."
        )
    return rows, labels.astype(int)


def make(s: Settings, own: tuple[Array, Array] | None = None) -> tuple[Array, Array]:
    """Return the points (n, 2) and their classes (n,)."""
    if s.data == "own":
        if own is None:
            raise ValueError("data=own needs arrays: show.playground(x=..., y=...).")
        return own
    if s.data == "cmu":
        x, y = datasets.make_cmu_spirals()
        if s.noise:
            draw = np.random.default_rng(s.seed)
            x = x + CMU_RADIUS * s.noise * draw.standard_normal(x.shape)
        return x, y
    x, y = _generate(s.data, s.points, s.noise, s.seed)
    return SCALE * x, y


def _generate(name: str, n: int, noise: float, seed: int) -> tuple[Array, Array]:
    if name == "blobs":
        return datasets.make_blobs(n, n_classes=2, noise=noise, rng=seed)
    maker = getattr(datasets, f"make_{name}")
    x, y = maker(n, noise=noise, rng=seed)
    return x, y


def bayes_limit(s: Settings) -> float | None:
    """Return the accuracy that no classifier exceeds on fresh points; None for own arrays.

    Blobs and XOR have a formula. For the others it is estimated: the density of each class is the
    average of the noise around 1,000 points without noise, and the limit the mean probability of
    the more probable class at 1,000 noisy ones.
    """
    return None if s.data == "own" else _limit(s.data, s.noise)


@lru_cache(maxsize=256)
def _limit(name: str, noise: float) -> float:
    if noise == 0:
        return 1.0
    if name == "blobs":  # centres 2 apart, the border half-way
        return _normal(1 / noise)
    if name == "xor":  # each coordinate may cross its axis; two crossings undo each other
        u = (np.arange(2000) + 0.5) / 2000
        crossed = float(np.mean([_normal(-value / noise) for value in u]))
        return (1 - crossed) ** 2 + crossed**2
    return _mixture_limit(*_pure(name), noise)


def _normal(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))


def _pure(name: str) -> tuple[Array, Array]:
    """Return points without noise and their classes."""
    if name == "cmu":
        x, y = datasets.make_cmu_spirals()
        return x / CMU_RADIUS, y
    return _generate(name, N_PROBES, 0.0, seed=1)


def _mixture_limit(x: Array, y: Array, noise: float) -> float:
    draw = np.random.default_rng(2)
    rows = draw.permutation(np.resize(np.arange(len(x)), N_PROBES))
    places = x[rows] + noise * draw.standard_normal((len(rows), 2))
    squares = (places**2).sum(axis=1)[:, np.newaxis] + (x**2).sum(axis=1)
    distance = (squares - 2 * places @ x.T) / (2 * noise**2)
    # Divided by the largest density, so that no density underflows where all points are far.
    density = np.exp(distance.min(axis=1, keepdims=True) - distance)
    ones = density[:, y == 1].sum(axis=1) / density.sum(axis=1)
    return float(np.maximum(ones, 1 - ones).mean())
