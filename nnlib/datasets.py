"""Data of the course: generators with a seed, and loaders for the files of ``data/``.

Everywhere: ``x`` (n_samples, n_features) float64, ``y`` (n_samples,) of class numbers.
"""

from __future__ import annotations

import math
import os
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnlib._checks import Array, choice, count, generator, matrix, number, same_length

# data/ stands beside the package in the repository, and inside it in an installed wheel.
_HERE = Path(__file__).resolve().parent
_FOLDERS = (_HERE / "data", _HERE.parent / "data")

# Heading, number of rows, and CRC-32 of the lines joined by "\n": Windows line ends do no harm.
_FILES = {
    "cmu_two_spirals.csv": ("x1,x2,label", 194, 0xA18A0034),
    "logic_gates.csv": ("x1,x2,and,or,nand,nor,xor", 4, 0x6A5959A0),
    "spirals.csv": ("x1,x2,label", 1000, 0x1DC6E78A),
}


def _two_classes(n_samples: int, noise: float, rng: Any) -> tuple[Array, float, Any]:
    """Return labels, half of them 0 and then half 1, with noise and generator checked."""
    n, sigma = count("n_samples", n_samples, at_least=2), number("noise", noise, at_least=0)
    return np.repeat([0, 1], [n - n // 2, n // 2]), sigma, generator("rng", rng)


def _on_circle(angle: Array) -> Array:
    return np.column_stack([np.cos(angle), np.sin(angle)])


def _noisy(x: Array, sigma: float, draw: np.random.Generator) -> Array:
    return x + sigma * draw.standard_normal(x.shape)


def make_spirals(
    n_samples: int = 1000, noise: float = 0.03, turns: float = 2.0, rng: Any = None
) -> tuple[Array, Array]:
    """Return two spiral arms, class 1 being class 0 turned by half a circle.

    Parameters
    ----------
    n_samples : int, default 1000
        Points in all; class 0 has one more when it is odd.
    noise : float, default 0.03
        Standard deviation of what is added to both coordinates. The arms end at radius 1.
    turns : float, default 2
        Full turns for a unit of radius. Neighbouring arms are 1 / (2 turns) apart along a radius.
    rng : int or numpy.random.Generator

    Points lie at radius r and angle 2 pi turns r, with r uniform between 0.1 and 1.
    """
    y, sigma, draw = _two_classes(n_samples, noise, rng)
    full_turn = 2 * math.pi * number("turns", turns, above=0)
    radius = draw.uniform(0.1, 1.0, len(y))
    # The radius belongs to the angle before it is turned: turn it as well, and both classes share
    # a curve.
    angle = full_turn * radius + math.pi * y
    return _noisy(radius[:, np.newaxis] * _on_circle(angle), sigma, draw), y


def make_cmu_spirals() -> tuple[Array, Array]:
    """Return the CMU "two spirals" benchmark: 194 points, 97 an arm, three turns, no noise.

    Points i = 0..96 at angle i pi / 16 and radius 6.5 (104 - i) / 104: class 1 at (r sin, r cos),
    class 0 mirrored through the origin. Lang & Witbrock (1988).
    """
    i = np.arange(97)
    angle, radius = i * math.pi / 16, 6.5 * (104 - i) / 104
    arm = np.column_stack([radius * np.sin(angle), radius * np.cos(angle)])
    return np.concatenate([-arm, arm]), np.repeat([0, 1], 97)


def make_circles(n_samples: int = 500, noise: float = 0.05, rng: Any = None) -> tuple[Array, Array]:
    """Return a disc of radius 0.5 (class 1) inside a ring of radius 1 (class 0), with noise."""
    y, sigma, draw = _two_classes(n_samples, noise, rng)
    n = len(y)
    radius = np.where(y == 1, 0.5 * np.sqrt(draw.random(n)), draw.uniform(0.8, 1.0, n))
    angle = draw.uniform(0, 2 * math.pi, n)
    return _noisy(radius[:, np.newaxis] * _on_circle(angle), sigma, draw), y


def make_moons(n_samples: int = 500, noise: float = 0.1, rng: Any = None) -> tuple[Array, Array]:
    """Return two interleaving half circles of radius 1."""
    y, sigma, draw = _two_classes(n_samples, noise, rng)
    upper = _on_circle(draw.uniform(0, math.pi, len(y))) - (0.5, 0.25)
    return _noisy(np.where(y[:, np.newaxis] == 0, upper, -upper), sigma, draw), y


def make_xor(n_samples: int = 500, noise: float = 0.1, rng: Any = None) -> tuple[Array, Array]:
    """Return points of [-1, 1]^2 whose class is 1 where the two signs differ; then noise."""
    n, sigma = count("n_samples", n_samples), number("noise", noise, at_least=0)
    draw = generator("rng", rng)
    x = draw.uniform(-1, 1, (n, 2))
    return _noisy(x, sigma, draw), (x[:, 0] * x[:, 1] < 0).astype(int)


def make_blobs(
    n_samples: int = 500, n_classes: int = 3, noise: float = 0.3, rng: Any = None
) -> tuple[Array, Array]:
    """Return round clouds whose centres stand on a circle of radius 1."""
    n, k = count("n_samples", n_samples), count("n_classes", n_classes, at_least=2)
    sigma, draw = number("noise", noise, at_least=0), generator("rng", rng)
    y = np.arange(n) % k
    return _noisy(_on_circle(2 * math.pi * y / k), sigma, draw), y


def split(
    x: Array, y: Array, share: float = 0.25, rng: Any = None
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Return (x, y) for training and (x, y) held out, shuffled and stratified.

    ``share`` (0.25) of each class is held out, so that both parts hold the classes in the same
    proportion.
    """
    x, y = np.asarray(x), np.asarray(y)
    same_length("x", x, "y", y)
    if y.size != len(y):
        raise ValueError(f"y must hold one class an example, ({len(y)},), got shape {y.shape}.")
    fraction, draw = number("share", share, above=0, below=1), generator("rng", rng)
    held = np.zeros(len(y), dtype=bool)
    for label in np.unique(y):
        rows = draw.permutation(np.flatnonzero(y == label))
        held[rows[: round(fraction * len(rows))]] = True
    if held.all() or not held.any():
        raise ValueError(f"share {share} of {len(y)} examples leaves one part empty.")
    order = draw.permutation(len(y))
    train, test = order[~held[order]], order[held[order]]
    return (x[train], y[train]), (x[test], y[test])


class Standardizer:
    """Subtracts the mean and divides by the standard deviation of the data it was made from.

    Make it from the training part only, and apply it to every part. A constant feature stays 0.
    """

    def __init__(self, x: ArrayLike) -> None:
        rows = matrix("x", x)
        self.mean, self.std = rows.mean(axis=0), rows.std(axis=0)
        # The mean of equal numbers may be off by a rounding, and the deviation then is not quite 0.
        constant = np.ptp(rows, axis=0) == 0
        self.mean[constant], self.std[constant] = rows[0, constant], 1.0

    def __call__(self, x: ArrayLike) -> Array:
        """Return the standardized ``x`` (n, n_features)."""
        rows = matrix("x", x)
        if rows.shape[1] != len(self.mean):
            raise ValueError(f"x must have {len(self.mean)} features, got {rows.shape[1]}.")
        return (rows - self.mean) / self.std


def load_logic_gate(name: str, path: str | os.PathLike[str] | None = None) -> tuple[Array, Array]:
    """Return the inputs (4, 2) and outputs (4,) of the gate "and", "or", "nand", "nor" or "xor"."""
    gates = ("and", "or", "nand", "nor", "xor")
    column = gates.index(choice("name", name, gates))
    table = _read_csv("logic_gates.csv", path)
    return table[:, :2], table[:, 2 + column].astype(int)


def load_spirals(path: str | os.PathLike[str] | None = None) -> tuple[Array, Array]:
    """Return the noisy two-arm spiral of the course, x (1000, 2), y (1000,). See data/README.md."""
    table = _read_csv("spirals.csv", path)
    return table[:, :2], table[:, 2].astype(int)


def load_cmu_spirals(path: str | os.PathLike[str] | None = None) -> tuple[Array, Array]:
    """Return the CMU two-spirals benchmark, x (194, 2) and y (194,). See data/README.md."""
    table = _read_csv("cmu_two_spirals.csv", path)
    return table[:, :2], table[:, 2].astype(int)


def _read_csv(name: str, path: str | os.PathLike[str] | None) -> Array:
    """Return the numbers of a file of ``data/``, or say which line is damaged and how."""
    heading, n_rows, checksum = _FILES[name]
    file = Path(path) if path is not None else _find(name)
    lines = _lines(file)
    found = lines[0][:60] if lines else ""
    if found != heading:
        raise ValueError(f"{file.name}, line 1: expected {heading!r}, got {found!r}.")
    if len(lines) != n_rows + 1:
        raise ValueError(
            f"{file.name} should have {n_rows} rows under its heading, got {len(lines) - 1}."
        )
    width = len(heading.split(","))
    table = np.array([_numbers(file.name, i, lines[i - 1], width) for i in range(2, n_rows + 2)])
    labels = table[:, 2:]
    if (wrong := labels[(labels != 0) & (labels != 1)]).size:
        raise ValueError(f"{file.name}: labels must be 0 or 1, got {wrong[0]:g}.")
    if zlib.crc32("\n".join(lines).encode()) != checksum:
        raise ValueError(
            f"{file.name} has the right form, but its content is not that of the course's file: "
            "a number was changed or rows were swapped. Write it again with python data/make.py."
        )
    return table


def _lines(file: Path) -> list[str]:
    if not file.is_file():
        raise FileNotFoundError(f"there is no data file {str(file)!r}.")
    if file.stat().st_size > 1_000_000:
        raise ValueError(
            f"{file.name} is {file.stat().st_size} bytes: far more than any file of this course."
        )
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise ValueError(f"{file.name} is not text: is it damaged?") from None


def _find(name: str) -> Path:
    files = [folder / name for folder in _FOLDERS]
    return next((file for file in files if file.is_file()), files[-1])


def _numbers(name: str, line_number: int, line: str, n_columns: int) -> list[float]:
    cells = line.split(",")
    try:
        values = [float(cell) for cell in cells]
    except ValueError:
        values = []
    if len(values) != n_columns or not all(map(math.isfinite, values)):
        raise ValueError(
            f"{name}, line {line_number}: expected {n_columns} finite numbers, got {line[:60]!r}."
        )
    return values
