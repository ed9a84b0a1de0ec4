"""Drawings: the parts of a neuron, and a network of units and connections."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.collections import LineCollection

from nnlib.show import style
from nnlib.show.style import new_axes


def _blank(ax: Any) -> Any:
    ax.set_axis_off()
    return ax


def _unit(ax: Any, x: float, y: float, text: str, color: str = "white", size: float = 1500) -> None:
    ax.scatter([x], [y], s=size, facecolor=color, edgecolor=style.INK, linewidth=1.2, zorder=3)
    ax.text(x, y, text, ha="center", va="center", zorder=4)


def neuron(
    inputs: tuple[str, ...] = ("$x_1$", "$x_2$", "$x_3$"),
    weights: tuple[str, ...] = ("$w_1$", "$w_2$", "$w_3$"),
    ax: Any = None,
) -> Any:
    """Draw one neuron: inputs, weights on the arrows, bias, sum, activation, output."""
    ax = _blank(new_axes(ax, size=(6.4, 2.7)))
    arrow = {"arrowstyle": "-|>", "color": style.GRAY, "shrinkA": 16, "shrinkB": 19, "lw": 1.3}
    heights = np.linspace(1, -1, len(inputs))
    for height, name, weight in zip(heights, inputs, weights, strict=True):
        _unit(ax, 0, height, name, size=800)
        ax.annotate("", (2, 0), (0, height), arrowprops=arrow)
        ax.text(0.75, 0.62 * height + 0.14, weight, color=style.BLUE, va="bottom", ha="center")
    _unit(ax, 2, 0, "$z$")
    _unit(ax, 4, 0, "activation", size=3600)
    ax.annotate("", (2, 0), (2, 1.15), arrowprops=arrow)
    ax.text(2, 1.2, "bias $b$", ha="center", color=style.BLUE)
    ax.annotate("", (4, 0), (2, 0), arrowprops={**arrow, "shrinkB": 31})
    ax.annotate("", (5.9, 0), (4, 0), arrowprops={**arrow, "shrinkA": 31, "shrinkB": 2})
    ax.text(6.0, 0, "output $a$", va="center")
    ax.text(2, -0.62, r"$z = \sum_i w_i x_i + b$", ha="center")
    ax.set(xlim=(-0.5, 7.1), ylim=(-1.45, 1.5))
    return ax


def network(widths: list[int], names: tuple[str, ...] = (), ax: Any = None) -> Any:
    """Draw a fully connected network, a column a layer, with ``names`` under the columns."""
    ax = _blank(new_axes(ax, size=(6.0, 3.2)))
    columns = [np.linspace(-(n - 1) / 2, (n - 1) / 2, n) for n in widths]
    lines = [
        [(i, a), (i + 1, b)]
        for i in range(len(widths) - 1)
        for a in columns[i]
        for b in columns[i + 1]
    ]
    ax.add_collection(LineCollection(lines, colors=style.PALE, linewidths=1.0, zorder=1))
    for i, column in enumerate(columns):
        color = "white" if i == 0 else "#dcecfb"
        ax.scatter(
            np.full(len(column), i), column, s=330, facecolor=color, edgecolor=style.INK, zorder=3
        )
        if names:
            ax.text(i, -max(widths) / 2 - 0.25, names[i], ha="center", va="top")
    ax.set(xlim=(-0.5, len(widths) - 0.5), ylim=(-max(widths) / 2 - 0.9, max(widths) / 2 + 0.1))
    return ax
