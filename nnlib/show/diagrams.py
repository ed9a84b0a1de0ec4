"""Drawings: the parts of a neuron, a network of units, and the graph of a computation."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import FancyBboxPatch

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


def graph(end: Any, ax: Any = None, digits: int = 4) -> Any:
    """Draw the graph of a computation: each node with its value and, below in red, its gradient.

    ``end`` is the last node. A node has ``data``, ``grad``, ``parents``, ``op`` and ``name``, as
    ``nnlib.autograd.Value`` has; where it also has ``slopes``, one a parent, they stand on the
    arrows. Arrays are shown by their shapes.
    """
    nodes = _nodes_before(end)
    column = _columns(nodes, end)
    row: dict[int, float] = {}
    for n in range(max(column.values()) + 1):
        _place_column([node for node in nodes if column[id(node)] == n], nodes, row)
    n_rows = max(row.values()) - min(row.values()) + 1
    width, height = 1.32 * (max(column.values()) + 1), n_rows + 0.4 * (n_rows == 1)
    ax = _blank(new_axes(ax, size=(max(width, 2.6), max(height, 1.0))))
    place = {id(node): (float(column[id(node)]), -row[id(node)]) for node in nodes}
    for node in nodes:
        slopes = getattr(node, "slopes", ())
        for i, parent in enumerate(node.parents):
            text = f"{slopes[i]:.{digits}g}" if len(slopes) > i else ""
            again = any(parent is other for other in node.parents[:i])
            _arrow(ax, place[id(parent)], place[id(node)], text, again)
    for node in nodes:
        _node_box(ax, *place[id(node)], node, digits)
    heights = [y for _, y in place.values()]
    low = 0.9 if any(len(node.parents) > 1 for node in nodes) and n_rows == 1 else 0.5
    ax.set(xlim=(-0.4, max(column.values()) + 0.4), ylim=(min(heights) - low, max(heights) + 0.5))
    return ax


def _nodes_before(end: Any) -> list[Any]:
    """Return ``end`` and all nodes that it depends on, parents before children."""
    nodes: list[Any] = []
    todo = [(end, False)]
    while todo:
        node, parents_are_in = todo.pop()
        if any(node is other for other in nodes):
            continue
        if parents_are_in:
            nodes.append(node)
        else:
            todo.append((node, True))
            todo.extend((parent, False) for parent in reversed(node.parents))
    return nodes


def _columns(nodes: list[Any], end: Any) -> dict[int, int]:
    """A node stands right of its parents; one without parents just left of its first child."""
    column: dict[int, int] = {}
    for node in nodes:
        column[id(node)] = 1 + max((column[id(p)] for p in node.parents), default=-1)
    for node in nodes:
        children = [column[id(c)] for c in nodes if any(p is node for p in c.parents)]
        if not node.parents and node is not end:
            column[id(node)] = min(children) - 1
    return column


def _place_column(members: list[Any], nodes: list[Any], row: dict[int, float]) -> None:
    """Give each node the mean height of its parents; those without stand below the others."""
    ranked = sorted(members, key=lambda node: not node.parents)
    for node in ranked:
        known = [row[id(p)] for p in node.parents if id(p) in row]
        children = [c for c in nodes if any(p is node for p in c.parents)]
        beside = [row[id(p)] for c in children for p in c.parents if id(p) in row]
        wanted = float(np.floor(np.mean(known))) if known else max([*beside, -1.0]) + 1
        taken = [row[id(other)] for other in members if id(other) in row]
        while any(abs(wanted - other) < 0.9 for other in taken):
            wanted += 1
        row[id(node)] = wanted


def _arrow(
    ax: Any, start: tuple[float, float], end: tuple[float, float], text: str, again: bool
) -> None:
    """Draw an arrow; below the boxes where it passes one, or where there is one ``again``."""
    below = start[1] == end[1] and (again or end[0] - start[0] > 1)
    rad = (0.25 if end[0] - start[0] > 1 else 0.35) if below else 0.0
    a = np.array(start) + ([0.12, -0.38] if below else [0.33, 0])
    b = np.array(end) - ([0.12, 0.38] if below else [0.33, 0])
    props = {"arrowstyle": "-|>", "color": style.GRAY, "lw": 1.1, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", b, a, arrowprops={**props, "connectionstyle": f"arc3,rad={rad}"}, zorder=1)
    if text:
        above = 0.12 if start[1] == end[1] and not below else 0.0  # a short arrow stays visible
        middle = (a + b) / 2 + [0, above - 0.5 * rad * (b - a)[0] * 1.3]
        spot = {"facecolor": "white", "edgecolor": "none", "pad": 0.4}
        look = {"color": style.BLUE, "ha": "center", "va": "center", "fontsize": 7.5}
        ax.text(*middle, text, **look, bbox=spot, zorder=2)


def _node_box(ax: Any, x: float, y: float, node: Any, digits: int) -> None:
    leaf = not node.parents
    box = FancyBboxPatch(
        (x - 0.28, y - 0.34),
        0.56,
        0.68,
        boxstyle="round,pad=0.03,rounding_size=0.06",
        facecolor="white" if leaf else "#dcecfb",
        edgecolor=style.INK,
        linewidth=1.0,
        zorder=3,
    )
    ax.add_patch(box)
    label = " = ".join(part for part in (node.name, node.op) if part) or "number"
    lines = (
        (0.21, label, style.INK),
        (0.0, _short(node.data, digits), style.INK),
        (-0.22, _short(node.grad, digits), style.RED),
    )
    for up, text, color in lines:
        ax.text(x, y + up, text, color=color, ha="center", va="center", fontsize=7.5, zorder=4)


def _short(value: Any, digits: int) -> str:
    array = np.asarray(value)
    return f"{array.item():.{digits}f}" if array.size == 1 else f"array {array.shape}"
