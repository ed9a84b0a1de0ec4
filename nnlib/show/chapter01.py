"""The live figures of notebook 01: what one neuron decides, and how it learns to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from matplotlib.colors import ListedColormap

from nnlib._checks import Array
from nnlib.activations import sigmoid, step
from nnlib.datasets import make_blobs
from nnlib.show import plots, style
from nnlib.show.explore import Update

Draw = Callable[[Any], Update]

GATE_BOX = (-0.6, 1.6, -0.6, 1.6)
SIDES = ListedColormap(["#dcecfb", "#ffedcc"])


class DecisionLine:
    """The line w . x + b = 0 on an axes, with its two sides coloured; ``show`` moves it."""

    def __init__(self, ax: Any, box: tuple[float, float, float, float]) -> None:
        self.box = box
        _, _, self.rows = plots.grid(box, 220)
        self.image = ax.imshow(
            np.zeros((220, 220)), extent=box, origin="lower", cmap=SIDES, vmin=0, vmax=1, zorder=0
        )
        self.image.set_interpolation("nearest")
        (self.line,) = ax.plot([], [], color=style.INK, zorder=2)
        ax.set(xlim=box[:2], ylim=box[2:], xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
        if box == GATE_BOX:
            ax.set(xticks=(0, 1), yticks=(0, 1))

    def show(self, weight: Array, bias: float) -> None:
        """Show the line and the side on which the neuron fires."""
        fires = self.rows @ weight + bias > 0
        self.image.set_data(fires.reshape(220, 220))
        length = float(np.hypot(*weight))
        if length == 0:
            self.line.set_data([], [])
            return
        normal = weight / length
        foot, along = -bias / length * normal, np.array([-normal[1], normal[0]])
        reach = np.abs(self.box).max() * 4
        self.line.set_data(*np.transpose([foot - reach * along, foot + reach * along]))


def n_right(x: Array, y: Array, weight: Array, bias: float) -> int:
    """Return how many of the points the step neuron puts into their class."""
    return int(np.sum((x @ weight + bias > 0) == (y == 1)))


def describe_line(weight: Array, bias: float) -> str:
    """Return where the decision line lies, in words."""
    length = float(np.hypot(*weight))
    if length == 0:
        return f"No line: both weights are 0, so every point gives {int(bias > 0)}"
    return f"Decision line at distance {abs(bias) / length:.2f} from the origin"


def two_groups() -> tuple[Array, Array]:
    """Return forty points of two classes that a line can separate: two blobs of three."""
    x, y = make_blobs(60, n_classes=3, noise=0.35, rng=1)
    return x[y < 2], y[y < 2]


def decision_line(x: Array, y: Array) -> Draw:
    """Points and the decision line of a neuron: ``update(w1, w2, b)``."""

    def draw(figure: Any) -> Update:
        ax = figure.subplots()
        box = (-3.0, 3.0, -2.5, 2.5)
        line = DecisionLine(ax, box)
        plots.points(x, y, ax)
        arrow = ax.quiver(
            [0],
            [0],
            [0],
            [0],
            angles="xy",
            scale_units="xy",
            scale=1,
            color=style.RED,
            zorder=4,
            width=0.012,
        )
        (distance,) = ax.plot([], [], color=style.INK, linestyle=":", zorder=2)
        ax.plot([0], [0], "+", color=style.INK, zorder=4)
        title = ax.set_title(" ")

        def update(w1: float, w2: float, b: float) -> str:
            weight = np.array([w1, w2])
            squared = float(weight @ weight)
            foot = -b * weight / squared if squared else np.zeros(2)
            line.show(weight, b)
            arrow.set_offsets([foot])
            arrow.set_UVC([w1], [w2])
            distance.set_data([0, foot[0]], [0, foot[1]])
            score = n_right(x, y, weight, b)
            title.set_text(f"{score} of {len(x)} points on their side of the line")
            return f"{describe_line(weight, b)}; {score} of {len(x)} points are on their side."

        return update

    return draw


def step_and_sigmoid(figure: Any) -> Update:
    """A step neuron and a sigmoid neuron with the same weight and bias: ``update(w, b)``."""
    ax = figure.subplots()
    x = np.linspace(-4, 4, 801)
    (hard,) = ax.plot([], [], color=style.GRAY)
    (soft,) = ax.plot([], [], color=style.BLUE)
    threshold = ax.axvline(0, color=style.INK, linestyle=":", linewidth=1)
    ax.set(xlim=(-4, 4), ylim=(-0.08, 1.12), xlabel="input $x$", ylabel="output")
    ax.text(4.05, 1.0, "step", color=style.GRAY, va="bottom")
    ax.text(4.05, 0.93, "sigmoid", color=style.BLUE, va="top")
    title = ax.set_title(" ")

    def update(w: float, b: float) -> str:
        hard.set_data(x, step(w * x + b))
        soft.set_data(x, sigmoid(w * x + b))
        threshold.set_xdata([-b / w] * 2)
        title.set_text(
            f"both cross one half at x = {0 - b / w:.2f}; the sigmoid's slope there is {w / 4:.2f}"
        )
        return (
            f"Step and sigmoid of {w:.1f} x + {b:.1f}. Both change sides at x = {0 - b / w:.2f}, "
            f"the step at once, the sigmoid with slope {w / 4:.2f}."
        )

    return update


def perceptron_updates(
    gates: Mapping[str, tuple[Array, Array]], states: Mapping[str, list[Any]]
) -> Draw:
    """The line after each update of the perceptron rule: ``update(gate, updates)``.

    ``states[gate]`` is a list of (weight, bias), the start first.
    """

    def draw(figure: Any) -> Update:
        ax = figure.subplots()
        line = DecisionLine(ax, GATE_BOX)
        corners = [
            ax.scatter([], [], s=110, edgecolor="white", zorder=3, marker=m, color=c)
            for m, c in zip(style.CLASS_MARKERS[:2], style.CLASS_COLORS[:2], strict=True)
        ]
        wrong = ax.scatter(
            [], [], s=330, facecolor="none", edgecolor=style.RED, linewidth=1.6, zorder=4
        )
        title = ax.set_title(" ")

        def update(gate: str, updates: int) -> str:
            x, y = gates[gate]
            done = min(updates, len(states[gate]) - 1)
            weight, bias = states[gate][done]
            line.show(weight, bias)
            for label, dots in enumerate(corners):
                dots.set_offsets(x[y == label])
            misses = (x @ weight + bias > 0) != (y == 1)
            wrong.set_offsets(x[misses])
            n = int(misses.sum())
            title.set_text(
                f"{gate.upper()}, update {done} of {len(states[gate]) - 1}: {n} of 4 wrong"
            )
            return (
                f"{gate.upper()} after {done} of {len(states[gate]) - 1} updates: weights "
                f"({weight[0]:g}, {weight[1]:g}), bias {bias:g}, {n} of 4 corners wrong."
            )

        return update

    return draw


def line_on_gate(x: Array, y: Array) -> Draw:
    """A line that you turn and shift over the four corners of a gate: ``update(angle, shift)``.

    ``angle`` is the direction of the weights in degrees, ``shift`` how far the line is from the
    middle of the square, along the weights.
    """

    def draw(figure: Any) -> Update:
        ax = figure.subplots()
        line = DecisionLine(ax, GATE_BOX)
        plots.points(x, y, ax, size=110)
        title = ax.set_title(" ")

        def update(angle: int, shift: float) -> str:
            weight = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
            bias = -float(weight @ [0.5, 0.5]) - shift
            line.show(weight, bias)
            score = n_right(x, y, weight, bias)
            title.set_text(f"{score} of 4 corners right")
            return (
                f"Weights at {angle} degrees, line {shift:.2f} from the middle: "
                f"{score} of 4 corners right."
            )

        return update

    return draw


def truth_table(x: Array, hidden: Array, output: Array, y: Array) -> str:
    """Return as a table what the two hidden units and the output say to each row of ``x``."""
    lines = ["x1 x2 | OR NAND | AND of both | XOR"]
    for (x1, x2), (or_, nand), out, target in zip(x, hidden, output, y, strict=True):
        lines.append(f"{x1:2.0f} {x2:2.0f} | {or_:2} {nand:4} | {out:11} | {target:3.0f}")
    return "\n".join(lines)


def two_planes(x: Array, y: Array, hidden: Array) -> Any:
    """XOR before and after a hidden layer: the inputs and what two units make of them."""
    figure = style.new_figure((6.6, 3.1))
    with style.style():
        left, right = figure.subplots(1, 2)
        for ax, spots, names in (
            (left, x, ("$x_1$", "$x_2$")),
            (right, hidden, ("OR unit", "NAND unit")),
        ):
            plots.points(spots, y, ax, size=110)
            ax.set(xlim=GATE_BOX[:2], ylim=GATE_BOX[2:], xlabel=names[0], ylabel=names[1])
            ax.set(xticks=(0, 1), yticks=(0, 1))
        ends = np.array(GATE_BOX[:2])
        left.plot(ends, 0.5 - ends, color=style.PURPLE)
        left.plot(ends, 1.5 - ends, color=style.BROWN)
        left.text(-0.45, 1.08, "OR", color=style.PURPLE)
        left.text(1.0, 0.68, "NAND", color=style.BROWN)
        right.plot(ends, 1.5 - ends, color=style.INK)
        right.text(0.36, 0.68, "AND", color=style.INK)
        right.text(0.72, 1.25, "two corners", color=style.INK)
        left.set_title("no line separates the inputs")
        right.set_title("one line separates the outputs")
    return figure


def logistic_training(x: Array, y: Array, states: list[Any], losses: Array, epochs: Array) -> Draw:
    """A sigmoid neuron while it learns a gate, its map and its loss curve: ``update(snapshot)``.

    ``states[i]`` is (weight, bias) at the start of epoch i + 1 and ``losses[i]`` the loss there;
    ``snapshot`` counts through ``epochs``, the ones to show.
    """

    def draw(figure: Any) -> Update:
        left, right = figure.subplots(1, 2, width_ratios=(1, 1.15))
        surface = plots.ProbabilityMap(left, GATE_BOX, 60)
        plots.points(x, y, left, size=110)
        left.set(xlabel="$x_1$", ylabel="$x_2$")
        right.plot(np.arange(1, len(losses) + 1), losses, color=style.PALE)
        (dot,) = right.plot([], [], "o", color=style.RED)
        right.set(
            xscale="decades", yscale="decades", xlabel="epoch", ylabel="loss, mean per example"
        )
        title = left.set_title(" ")

        def update(snapshot: int) -> str:
            epoch = int(epochs[snapshot])
            (weight, bias), loss = states[epoch - 1], float(losses[epoch - 1])
            surface.show(sigmoid(surface.rows @ weight + bias))
            dot.set_data([epoch], [loss])
            title.set_text(f"epoch {epoch}: loss {loss:.4f}")
            says = ", ".join(f"{p:.3f}" for p in sigmoid(x @ weight + bias))
            return (
                f"In epoch {epoch} the loss is {loss:.4f}; "
                f"the outputs for the four corners are {says}."
            )

        return update

    return draw
