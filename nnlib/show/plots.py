"""Plots that several chapters use. Most take ``ax=None``, draw, and return the axes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from contourpy import contour_generator
from matplotlib.collections import LineCollection
from matplotlib.ticker import LogLocator
from numpy.typing import ArrayLike

from nnlib._checks import Array
from nnlib.show import style
from nnlib.show.style import new_axes

Predict = Callable[[Array], Array]


def points(
    x: Array, y: ArrayLike, ax: Any = None, names: tuple[str, ...] = (), size: float = 26
) -> Any:
    """Scatter points (n, 2) by class: another colour and marker for each; ``names`` label them."""
    ax, y = new_axes(ax), np.asarray(y).reshape(-1)
    for label in np.unique(y).astype(int):
        here = y == label
        ax.scatter(
            *x[here].T,
            s=size,
            color=style.CLASS_COLORS[label],
            marker=style.CLASS_MARKERS[label],
            edgecolor="white",
            linewidth=0.6,
            zorder=3,
            label=names[label] if names else f"class {label}",
        )
    ax.set_aspect("equal")
    return ax


def grid(extent: tuple[float, float, float, float], n: int = 100) -> tuple[Array, Array, Array]:
    """Return (xs, ys, rows): axes of an n by n grid over ``extent`` and its points, (n * n, 2)."""
    left, right, bottom, top = extent
    xs, ys = np.linspace(left, right, n), np.linspace(bottom, top, n)
    return xs, ys, np.column_stack([a.ravel() for a in np.meshgrid(xs, ys)])


def extent_of(x: Array, margin: float = 0.1) -> tuple[float, float, float, float]:
    """Return (left, right, bottom, top) around the points, a share of their range as margin."""
    low, high = x.min(axis=0), x.max(axis=0)
    pad = margin * (high - low)
    low, high = low - pad, high + pad
    return float(low[0]), float(high[0]), float(low[1]), float(high[1])


class ProbabilityMap:
    """An image of the probability of class 1 over the plane, and the line where it is one half.

    Built once on an axes; ``show(values)`` replaces its numbers, (n * n,) in the order of ``grid``.
    """

    def __init__(self, ax: Any, extent: tuple[float, float, float, float], n: int = 100) -> None:
        self.xs, self.ys, self.rows = grid(extent, n)
        self.image = ax.imshow(
            np.full((n, n), 0.5),
            extent=extent,
            origin="lower",
            cmap=style.PROBABILITY,
            vmin=0,
            vmax=1,
            zorder=0,
            interpolation="nearest",
        )
        self.line = ax.add_collection(
            LineCollection([], colors=style.INK, linewidths=1.4, zorder=2)
        )
        ax.set(xlim=extent[:2], ylim=extent[2:], aspect="equal")

    def show(self, probability: Array) -> None:
        """Show ``probability`` (n * n,)."""
        values = np.asarray(probability).reshape(len(self.ys), len(self.xs))
        self.image.set_data(values)
        lines = contour_generator(self.xs, self.ys, values).lines(0.5)
        self.line.set_segments([line for line in lines if len(line) > 1])


def decision_map(
    predict: Predict,
    x: Array,
    y: ArrayLike,
    ax: Any = None,
    n: int = 150,
    names: tuple[str, ...] = (),
) -> Any:
    """Draw what a classifier says over the plane around the points (n, 2), and the points.

    ``predict`` takes rows (m, 2) and returns the probability of class 1, (m, 1) or (m,).
    """
    ax = new_axes(ax, size=(4.4, 4.0))
    surface = ProbabilityMap(ax, extent_of(x), n)
    surface.show(predict(surface.rows))
    points(x, y, ax, names)
    ax.set(xlabel="x1", ylabel="x2")
    return ax


def curves(
    series: Mapping[str, ArrayLike],
    x: ArrayLike | None = None,
    ax: Any = None,
    xlabel: str = "epoch",
    ylabel: str = "loss, mean per example",
    log: bool = True,
) -> Any:
    """Draw one line a series, labelled at its end with its name; y axis logarithmic by default."""
    ax = new_axes(ax)
    ends = []
    for i, (name, values) in enumerate(series.items()):
        values = np.asarray(values, dtype=float)
        xs = np.arange(1, len(values) + 1) if x is None else np.asarray(x)
        ax.plot(xs, values, color=style.PALETTE[i])
        ends.append((name, float(xs[-1]), float(values[-1]), style.PALETTE[i]))
    if log:
        ax.set_yscale("decades")
    ax.set(xlabel=xlabel, ylabel=ylabel)
    label_ends(ax, ends)
    return ax


def log_ticks(axis: Any, *subs: float) -> None:
    """Put the ticks of a logarithmic axis at ``subs`` of each decade: 1 and 3, say."""
    axis.set_major_locator(LogLocator(subs=subs))


def label_ends(ax: Any, ends: list[tuple[str, float, float, str]]) -> None:
    """Write names beside the ends (name, x, y, colour) of lines, apart where they would overlap."""
    to_screen = ax.transData.transform
    heights = [to_screen((x, y))[1] for _, x, y, _ in ends]
    gap = 1.25 * ax.figure.dpi * 9 / 72  # a line of 9-point text, in pixels
    last = -np.inf
    for i in np.argsort(heights):
        name, x, y, color = ends[i]
        place = max(heights[i], last + gap)
        last = place
        ax.annotate(
            name,
            (x, y),
            xytext=(6, (place - heights[i]) * 72 / ax.figure.dpi),
            textcoords="offset points",
            color=color,
            va="center",
            annotation_clip=False,
        )
