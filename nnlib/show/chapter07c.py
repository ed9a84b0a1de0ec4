"""Figures of notebook 07c: the CMU two spirals, and what twenty networks at once make of them.

Two helpers, ``stacked`` and ``rows``, serve the notebook's stack of networks.

A function that returns ``(figure, alt)`` is for ``show.picture``. One that makes a live figure
returns ``draw(figure)`` for ``show.explore``.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.ticker import StrMethodFormatter

from nnlib._checks import Array
from nnlib.activations import sigmoid
from nnlib.layers import Dense
from nnlib.network import Sequential
from nnlib.protocol import Layer
from nnlib.show import plots, style
from nnlib.show.explore import Update
from nnlib.show.plots import ProbabilityMap

Draw = Callable[[Any], Update]
Picture = tuple[Figure, str]

WIDE = (7.6, 3.9)  # inches: a square map, and a plot beside it
REACH = 6.5  # radius at which the arms begin
EXTENT = (-7.4, 7.4, -7.4, 7.4)
MAP_SIZE = 80  # grid points along a side of a live map


def within_rule(probability: Array, y: Array) -> Array:
    """Return which outputs satisfy the 40-20-40 rule: above 0.6 for class 1, below 0.4 for 0."""
    p = np.ravel(probability)
    return np.where(np.ravel(y) == 1, p > 0.6, p < 0.4)


def stacked(nets: Sequence[Sequential], stack: Callable[[Sequence[Dense]], Layer]) -> Sequential:
    """Return one network whose layers do what those of all ``nets`` do, layer by layer.

    ``stack`` makes one layer of k dense ones. A layer made of layers is made anew from stacked
    parts; a layer without parameters works on a stack as it is.
    """

    def join(layers: Sequence[Any]) -> Layer:
        kind: Any = type(layers[0])
        if isinstance(layers[0], Dense):
            return stack(layers)
        parts = zip(*(getattr(layer, "layers", ()) for layer in layers), strict=True)
        made: Layer = kind(*map(join, parts))
        return made

    return Sequential(*map(join, zip(*(net.layers for net in nets), strict=True)))


def rows(net: Sequential) -> list[Array]:
    """Return views of a stack's weights, then of its biases, (k, size) each.

    Side by side they are the parameters of the k networks, each in the order of its ``theta``.
    """
    leaves = [leaf for leaf in net.leaves() if leaf.weights]
    places: list[Array] = [getattr(leaf, name) for leaf in leaves for name in leaf.weights]
    places += [getattr(leaf, name) for leaf in leaves for name in leaf.offsets]
    return [place.reshape(len(place), -1) for place in places]


def _light(net: Sequential) -> Sequential:
    """Return a copy in float32: for a picture it says the same, in half the time."""
    return Sequential(*copy.deepcopy(net.layers), dtype=np.float32)


def _two(figure: Any, ratio: tuple[float, float] = (1, 1)) -> Any:
    figure.get_layout_engine().set(wspace=0.06)
    return figure.subplots(1, 2, width_ratios=ratio)


def _plane(ax: Any) -> Any:
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal", xlim=EXTENT[:2], ylim=EXTENT[2:])
    ax.set(xticks=range(-6, 7, 3), yticks=range(-6, 7, 3))
    return ax


@style.style()
def spirals(x: Array, y: Array) -> Picture:
    """Draw the points, and the classes that follow each other along the first axis."""
    ax = _plane(plots.points(x, y, style.new_axes(size=(4.6, 4.4)), size=20))
    ax.axhline(0, color=style.PALE, linewidth=0.8, zorder=0)
    on_axis = np.sort(x[np.abs(x[:, 1]) < 1e-6, 0])
    ax.set_title(f"{len(y)} points; {len(on_axis)} of them lie on the first axis")
    return ax.figure, (
        f"The CMU two spirals: {len(y)} points on two arms that wind three times around each "
        f"other. {len(on_axis)} points lie on the first axis, from {on_axis[0]:g} to "
        f"{on_axis[-1]:g}, and their classes alternate."
    )


def first_layer(build: Callable[..., Sequential], x: Array, y: Array) -> Draw:
    """Live: where the first layer bends before training: ``update(scale, spread)``.

    ``build(seed, scale, spread)`` returns the network. On the left the line of each unit, on which
    its input is 0; on the right what some units say along the first axis.
    """
    known: dict[tuple[float, float], tuple[Array, Array]] = {}
    walk = np.linspace(-REACH, REACH, 261)

    def measured(scale: float, spread: float) -> tuple[Array, Array]:
        if (scale, spread) not in known:
            layer: Any = build(0, scale, spread).layers[0]
            known[scale, spread] = layer.weight.copy(), layer.bias.copy()
        return known[scale, spread]

    def draw(figure: Any) -> Update:
        left, right = _two(figure)
        plots.points(x, y, _plane(left), size=14)
        lines = left.add_collection(LineCollection([], colors=style.INK, linewidths=0.6, zorder=1))
        outputs = [
            right.plot([], [], color=c, linewidth=1.3)[0] for c in np.repeat(style.PALETTE[:4], 2)
        ]
        on_axis = np.abs(x[:, 1]) < 1e-6
        for label, marker in ((0, "o"), (1, "^")):
            spots = x[on_axis & (y == label), 0]
            color = style.CLASS_COLORS[label]
            right.plot(spots, np.full(len(spots), 1.25), marker, color=color, clip_on=False)
        right.set(xlabel="$x_1$, along the first axis", ylabel="output of a unit")
        right.set(xlim=(-REACH - 0.2, REACH + 0.2), ylim=(-1.1, 1.4), yticks=(-1, 0, 1))
        titles = left.set_title(" "), right.set_title(" ")

        def update(scale: float, spread: float) -> str:
            weight, bias = measured(scale, spread)
            norm = np.linalg.norm(weight, axis=0)
            foot, along = -bias * weight / norm**2, np.array([-weight[1], weight[0]]) / norm
            lines.set_segments(
                list(np.stack([foot - 20 * along, foot + 20 * along]).transpose(2, 0, 1))
            )
            for unit, line in enumerate(outputs):
                line.set_data(walk, np.tanh(weight[0, unit] * walk + bias[unit]))
            central = int(np.sum(np.abs(bias) / norm < 1 - 1e-9))
            width = float(np.median(2 * math.atanh(0.9) / norm))
            titles[0].set_text(f"{central} of {len(norm)} lines pass within 1 of the centre")
            titles[1].set_text(f"a bend: {width:.1f} wide; classes change every 1")
            return (
                f"Scale {scale:g}, spread {spread:g}: {central} of the {len(norm)} lines of the "
                f"first layer pass within 1 of the centre. Half of the units go from -0.9 to 0.9 "
                f"within {width:.1f} or less; the classes on the axis change every 1."
            )

        return update

    return draw


def film(
    nets: Sequence[Sequential],
    run: Any,
    x: Array,
    y: Array,
    probability: Callable[[Array], Array] = sigmoid,
    step: int = 5,
) -> Draw:
    """Live: the map of each network while it learns: ``update(seed, epoch)``.

    ``run.film[i]`` holds the parameters of all networks, a row each, after ``i * step`` epochs;
    ``run.epochs`` says when each was solved (inf: never). ``probability`` turns outputs into
    numbers from 0 to 1.
    """
    snapshots, epochs = run.film, run.epochs
    worker = _light(nets[0])
    times = step * np.arange(len(snapshots))

    def kept(seed: int, snapshot: int, rows: Array) -> Array:
        worker.theta[:] = snapshots[snapshot][seed]
        found: Array = probability(worker.predict_logits(rows))
        return found

    counts = np.array(
        [
            [within_rule(kept(seed, i, x), y).sum() for i in range(len(times))]
            for seed in range(len(nets))
        ]
    )

    def draw(figure: Any) -> Update:
        left, right = _two(figure, (1.1, 1))
        surface = ProbabilityMap(left, EXTENT, MAP_SIZE)
        plots.points(x, y, _plane(left), size=12)
        missing = left.scatter([], [], s=55, facecolor="none", edgecolor=style.RED, zorder=4)
        for line in counts:
            right.plot(times, line, color=style.PALE, linewidth=0.7)
        (chosen,) = right.plot([], [], color=style.BLUE)
        (dot,) = right.plot([], [], "o", color=style.RED, markersize=8)
        right.set(xlabel="epoch", ylabel="points within the rule", ylim=(0, len(y) + 6))
        right.set(xlim=(0, times[-1]))
        titles = left.set_title(" "), right.set_title(" ")

        def update(seed: int, epoch: int) -> str:
            i = min(epoch // step, len(times) - 1)
            surface.show(kept(seed, i, surface.rows))
            wrong = ~within_rule(kept(seed, i, x), y)
            missing.set_offsets(x[wrong].reshape(-1, 2))
            chosen.set_data(times, counts[seed])
            dot.set_data([times[i]], [counts[seed, i]])
            end = f"solved at epoch {epochs[seed]:.0f}" if np.isfinite(epochs[seed]) else "unsolved"
            titles[0].set_text(f"epoch {times[i]}: {counts[seed, i]} of {len(y)} within the rule")
            titles[1].set_text(f"seed {seed}: {end}")
            return (
                f"Seed {seed}, epoch {times[i]}: {counts[seed, i]} of {len(y)} points within the "
                f"40-20-40 rule; {end}."
            )

        return update

    return draw


def scales(runs: Mapping[float, Any], x: Array, y: Array, limit: int) -> Draw:
    """Live: what the scale of the initial weights decides: ``update(scale)``.

    ``runs[scale]`` has ``nets`` (at the end of their training), ``epochs`` (inf: not solved) and
    ``between``, the share of new points that each classifies right. ``limit`` epochs were allowed.
    """
    known: dict[float, Array] = {}

    def mapped(scale: float, rows: Array) -> Array:
        if scale not in known:
            known[scale] = _light(runs[scale].nets[0]).predict(rows)
        return known[scale]

    def draw(figure: Any) -> Update:
        left, right = _two(figure, (1.1, 1))
        surface = ProbabilityMap(left, EXTENT, MAP_SIZE)
        plots.points(x, y, _plane(left), size=12)
        for scale, run in runs.items():
            solved = np.isfinite(run.epochs)
            heights = np.where(solved, run.epochs, 1.12 * limit)
            ends = scale * np.linspace(0.94, 1.06, len(heights))  # apart where they coincide
            right.plot(ends[solved], heights[solved], "o", color=style.BLUE, markersize=4)
            right.plot(ends[~solved], heights[~solved], "x", color=style.RED, markersize=6)
        right.axhline(limit, color=style.PALE, linewidth=0.8)
        right.text(
            max(runs),
            1.05 * limit,
            f"not solved in {limit}",
            color=style.RED,
            ha="right",
            va="center",
        )
        band = right.axvspan(0.9, 1.1, color=style.ORANGE, alpha=0.25, linewidth=0, zorder=0)
        right.set(xscale="decades", xlabel="scale of the hidden weights, in Glorot's")
        right.set(ylabel="epochs until solved", ylim=(0, 1.2 * limit), xticks=list(runs))
        titles = left.set_title(" "), right.set_title(" ")

        def update(scale: float) -> str:
            run = runs[scale]
            surface.show(mapped(scale, surface.rows))
            band.set_x(scale / 1.12)
            band.set_width(scale * 1.12 - scale / 1.12)
            n, solved = len(run.epochs), int(np.isfinite(run.epochs).sum())
            between = f"{100 * np.mean(run.between):.1f}%"
            titles[0].set_text(f"between the points: {between} right")
            titles[1].set_text(f"scale {scale:g}: {solved} of {n} solved")
            return (
                f"Scale {scale:g}: {solved} of {n} networks solved within {limit} epochs; right "
                f"between the points: {between} on average. The map is that of the first network."
            )

        return update

    return draw


@style.style()
def benchmark(published: Mapping[str, float], ours: Mapping[str, Array]) -> Picture:
    """Draw the epochs of each network over a logarithmic axis, the published figures above them."""
    figure = style.new_figure((7.4, 3.0))
    ax = figure.subplots()
    names, words = [*published, *ours], []
    for row, name in enumerate(names):
        if name in published:
            ax.plot([published[name]], [row], "D", color=style.ORANGE, markersize=8)
            ax.text(published[name] / 1.25, row, f"{published[name]:,.0f}", va="center", ha="right")
            words.append(f"{name}: about {published[name]:,.0f}")
            continue
        solved = ours[name][np.isfinite(ours[name])]
        height = row + np.linspace(-0.22, 0.22, len(solved))
        ax.plot(solved, height, "o", color=style.BLUE, markersize=4, alpha=0.7)
        middle = float(np.median(ours[name]))
        ax.plot([middle] * 2, [row - 0.35, row + 0.35], color=style.INK, linewidth=2)
        ax.text(1.25 * solved.max(), row, f"median {middle:.1f}", va="center")
        words.append(f"{name}: {len(solved)} of {len(ours[name])} seeds, median {middle:.1f}")
    ax.set(
        xscale="decades", xlim=(30, 40_000), ylim=(len(names) - 0.4, -0.6), yticks=range(len(names))
    )
    ax.set_yticklabels(names)
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    ax.set(xlabel="epochs (passes over the 194 points) until the rule holds", ylabel="")
    ax.set_title("each dot is a seed, the bar their median; diamonds: as published")
    return figure, f"Epochs until solved, on a logarithmic axis. {'; '.join(words)}."
