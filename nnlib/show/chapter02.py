"""The figures of 02a and 02b: what bends the line, and how an answer flows through a network."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb

from nnlib import activations
from nnlib._checks import Array
from nnlib.show import plots, style
from nnlib.show.explore import Update

Draw = Callable[[Any], Update]
Layers = Sequence[tuple[Array, Array, str]]

LABELS = {
    "step": "step",
    "identity": "identity (linear)",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "elu": "ELU",
    "selu": "SELU",
    "gelu": "GELU",
    "silu": "SiLU (swish)",
    "softplus": "softplus",
}
NONE = "none"
SATURATED = 0.05  # of the largest slope: below this share we call a unit saturated


# ---------------------------------------------------------------- layers without and with a bend


def random_stack(name: str, depth: int, x: Array, rng: int = 3, width: int = 12) -> Array:
    """Return the output (n,) of a random network of ``depth`` hidden layers for inputs x (n,)."""
    draw = np.random.default_rng(rng)
    function, _ = activations.get(name)
    a = x[:, np.newaxis]
    for _ in range(depth):
        weight = draw.standard_normal((a.shape[1], width)) * np.sqrt(2 / a.shape[1])
        a = function(a @ weight + draw.uniform(-1, 1, width))
    out: Array = a @ draw.standard_normal(width)
    return out


def count_pieces(x: Array, y: Array) -> int:
    """Return of how many straight pieces the curve through the points (x, y) consists."""
    bend = np.abs(np.diff(y, 2)) > 1e-9 * np.abs(y).max()
    # A kink between two grid points shows in one or two second differences: count the groups.
    return 1 + int(bend[0]) + int(np.sum(bend[1:] & ~bend[:-1]))


def collapse(figure: Any) -> Update:
    """The output of a random network over one input: ``update(hidden_layers, activation)``."""
    ax = figure.subplots()
    x = np.linspace(-3, 3, 1201)
    (line,) = ax.plot([], [], color=style.BLUE)
    ax.set(xlim=(-3, 3), ylim=(-1.12, 1.12), xlabel="input $x$", ylabel="output, scaled to fit")
    title = ax.set_title(" ")

    def update(hidden_layers: int, activation: str) -> str:
        y = random_stack("identity" if activation == NONE else activation, hidden_layers, x)
        line.set_data(x, (2 * y - y.max() - y.min()) / (y.max() - y.min()))
        layers = f"{hidden_layers} hidden layer{'s' if hidden_layers > 1 else ''}"
        if activation == "tanh":
            text = f"{layers} with tanh: a smooth curve"
        else:
            n = count_pieces(x, y)
            shape = "one straight line" if n == 1 else f"{n} straight pieces"
            name = "no activation" if activation == NONE else "ReLU"
            text = f"{layers} with {name}: {shape}"
        title.set_text(text)
        return f"Output of a random network of {text}."

    return update


# ---------------------------------------------------------------- the activations, overlaid


def gallery() -> Any:
    """Return a figure of all activations (line) and their slopes (dashed), small, side by side."""
    figure = style.new_figure((7.2, 5.0))
    z = np.linspace(-4, 4, 401)
    curves = {LABELS[name]: (f(z), s(z)) for name, (f, s) in activations.FUNCTIONS.items()}
    curves["step"] = (np.where(z == 0, np.nan, curves["step"][0]), curves["step"][1])
    learned = (activations.leaky_relu(z, 0.25), activations.leaky_relu_slope(z, 0.25))
    with style.style():
        axes = figure.subplots(3, 4, sharex=True, sharey=True)
        panels = [*curves.items(), ("PReLU, at its start 0.25", learned)]
        for ax, (label, (values, slopes)) in zip(axes.flat, panels, strict=True):
            ax.plot(z, slopes, color=style.ORANGE, linestyle="--", linewidth=1.3)
            ax.plot(z, values, color=style.BLUE)
            ax.set_title(label)
            ax.set(xlim=(-4, 4), ylim=(-2, 4), xticks=(-4, 0, 4), yticks=(-2, 0, 2, 4))
        axes[0, 0].text(0.4, 1.3, "function", color=style.BLUE)
        axes[0, 0].text(0.4, -0.8, "slope", color=style.ORANGE)
        for ax in axes[-1]:
            ax.set_xlabel("$z$")
    return figure


def options(start: str) -> list[str]:
    """Return the names of all activations, ``start`` first, and "none" last."""
    return [start, *(name for name in LABELS if name != start), NONE]


def largest_slope(name: str) -> float:
    """Return the largest slope that the activation takes anywhere."""
    _, slope = activations.get(name)
    return float(slope(np.linspace(-12, 12, 24001)).max())


def describe_point(name: str, z: float, largest: float) -> tuple[str, str]:
    """Return the value and the slope at z as text, the slope with what that means."""
    function, slope = activations.get(name)
    value, steep = float(function(z)) + 0.0, float(slope(z)) + 0.0
    if name == "step":
        return f"{value:z.4f}", f"{steep:z.4f}, flat everywhere"
    share = steep / largest
    note = ", saturated" if abs(share) < SATURATED else ""
    return f"{value:z.4f}", f"{steep:z.4f} ({share:z.0%} of its largest){note}"


def explorer(figure: Any) -> Update:
    """Up to three activations and their slopes, read at z: ``update(first, second, third, z)``."""
    layout = figure.add_gridspec(2, 2, height_ratios=(1, 0.33))
    left, right = figure.add_subplot(layout[0, 0]), figure.add_subplot(layout[0, 1])
    words = figure.add_subplot(layout[1, :])
    words.set_axis_off()
    words.set(xlim=(0, 1), ylim=(0, 1))
    grid = np.linspace(-5, 5, 401)
    curves = {
        name: [np.where(grid == 0, np.nan, f(grid)) if name == "step" else f(grid), s(grid)]
        for name, (f, s) in activations.FUNCTIONS.items()
    }
    largest = {name: largest_slope(name) for name in LABELS}
    looks = [(style.BLUE, "-"), (style.RED, "--"), (style.BROWN, "-.")]
    lines = [[ax.plot([], [], color=c, linestyle=k)[0] for ax in (left, right)] for c, k in looks]
    dots = [[ax.plot([], [], "o", color=c)[0] for ax in (left, right)] for c, _ in looks]
    rules = [ax.axvline(0, color=style.PALE, linewidth=1, zorder=0) for ax in (left, right)]
    left.set(xlim=(-5, 5), ylim=(-2, 5), xlabel="$z$", ylabel="activation $g(z)$")
    right.set(xlim=(-5, 5), ylim=(-0.25, 1.9), xlabel="$z$", ylabel="slope $g'(z)$")
    title = left.set_title(" ")
    for place, head in zip((0.0, 0.24, 0.42), ("", "value", "slope"), strict=True):
        words.text(place, 0.92, head, va="center", color=style.GRAY)
    rows = [
        [words.text(place, 0.62 - 0.28 * i, " ", va="center") for place in (0.0, 0.24, 0.42)]
        for i in range(3)
    ]

    def update(first: str, second: str, third: str, z: float) -> str:
        said = []
        for i, name in enumerate((first, second, third)):
            shown = name != NONE
            for artist in (*lines[i], *dots[i], *rows[i]):
                artist.set_visible(shown)
            if not shown:
                continue
            function, slope = activations.get(name)
            texts = (LABELS[name], *describe_point(name, z, largest[name]))
            for line, dot, curve, height in zip(
                lines[i], dots[i], curves[name], (function(z), slope(z)), strict=True
            ):
                line.set_data(grid, curve)
                dot.set_data([z], [float(height)])
            for text, word in zip(rows[i], texts, strict=True):
                text.set_text(word)
                text.set_color(style.TEXT_COLORS.get(looks[i][0], looks[i][0]))
            said.append(f"{texts[0]} is {texts[1]} with slope {texts[2]}")
        for rule in rules:
            rule.set_xdata([z, z])
        title.set_text(f"at z = {z:.1f}")
        return f"At z = {z:.1f}: {'; '.join(said)}."

    return update


# ---------------------------------------------------------------- dead units


def dead(x: Array, weight: Array, bias: Array) -> Array:
    """Return for each unit whether z is 0 or below for every one of the rows x."""
    silent: Array = np.all(x @ weight + bias <= 0, axis=0)
    return silent


def _edge(weight: Array, bias: Array, reach: float) -> list[Array]:
    """Return for each unit a segment of the line z = 0, of length 2 ``reach`` (n_units, 2, 2)."""
    length = np.maximum(np.hypot(*weight), 1e-12)
    normal = weight / length
    foot, along = -bias / length * normal, np.array([-normal[1], normal[0]])
    return list(np.stack([foot - reach * along, foot + reach * along]).transpose(2, 0, 1))


def dying_units(x: Array, y: Array, runs: Mapping[float, Sequence[tuple[Array, Array]]]) -> Draw:
    """Hidden ReLU units while they learn: ``update(learning_rate, step)``.

    ``runs[learning_rate]`` holds (weight (2, n_units), bias) before each step.
    """

    def draw(figure: Any) -> Update:
        left, right = figure.subplots(1, 2, width_ratios=(1.15, 1))
        plots.points(x, y, left, size=12)
        lines = left.add_collection(LineCollection([], linewidths=1.1, zorder=2))
        left.set(xlim=(-2.6, 2.6), ylim=(-2.2, 2.2), xlabel="$x_1$", ylabel="$x_2$")
        n_units = next(iter(runs.values()))[0][1].size
        places = np.arange(1, n_units + 1)
        bars = right.add_collection(LineCollection([], linewidths=4, colors=style.BLUE))
        (zeros,) = right.plot([], [], "x", color=style.RED)
        right.set(
            xlim=(0, n_units + 1),
            ylim=(-0.05, 1.02),
            xlabel="hidden unit",
            ylabel="share of points that switch it on",
        )
        title = left.set_title(" ")

        def update(learning_rate: float, step: int) -> str:
            weight, bias = runs[learning_rate][step]
            gone = dead(x, weight, bias)
            share = (x @ weight + bias > 0).mean(axis=0)
            lines.set_segments(_edge(weight, bias, 12.0))
            lines.set_color([style.RED if silent else style.GRAY for silent in gone])
            bars.set_segments([[(i, 0), (i, s)] for i, s in zip(places, share, strict=True)])
            zeros.set_data(places[gone], np.zeros(int(gone.sum())))
            n = int(gone.sum())
            title.set_text(f"rate {learning_rate:g}, step {step}: {n} of {n_units} units dead")
            return (
                f"With learning rate {learning_rate:g}, after {step} steps, {n} of {n_units} "
                "hidden units are off for every point."
            )

        return update

    return draw


# ---------------------------------------------------------------- signals through depth


def signal_histograms(signals: Mapping[str, Sequence[Array]]) -> Draw:
    """Histograms of a signal on its way through depth: ``update(activation, layer)``.

    ``signals[name][i]`` are the activations (n, width) of layer i + 1.
    """
    edges = np.linspace(-3, 3, 61)
    middles = (edges[1:] + edges[:-1]) / 2
    tables = {
        name: [
            (
                np.histogram(a, edges)[0] / a.size * 10,
                *(round(float(s), 3) + 0.0 for s in (a.mean(), a.var())),
            )
            for a in rows
        ]
        for name, rows in signals.items()
    }

    def draw(figure: Any) -> Update:
        left, right = figure.subplots(1, 2, width_ratios=(1.3, 1))
        (fill,) = left.plot([], [], color=style.BLUE, drawstyle="steps-mid")
        mean_line = left.axvline(0, color=style.RED, linewidth=1.2, linestyle="--")
        left.set(xlim=(-3, 3), ylim=(0, 1.6), xlabel="activation", ylabel="density (cut at 1.6)")
        depth = np.arange(1, len(next(iter(tables.values()))) + 1)
        (mean,) = right.plot([], [], color=style.RED)
        (variance,) = right.plot([], [], color=style.BLUE)
        (now,) = right.plot([], [], "o", color=style.BLUE)
        right.set(xlim=(0, depth[-1] + 1), ylim=(-0.4, 2.2), xlabel="layer")
        labels = [
            right.text(depth[-1] + 2, 0, word, color=color, va="center")
            for word, color in (("mean", style.RED), ("variance", style.BLUE))
        ]
        right.set_title("mean and variance by layer")
        title = left.set_title(" ")

        def update(activation: str, layer: int) -> str:
            rows = tables[activation]
            density, m, v = rows[layer - 1]  # + 0.0 below: -0.0 would be written with its sign
            fill.set_data(middles, density)
            mean_line.set_xdata([m, m])
            means, variances = np.array([row[1:] for row in rows]).T
            mean.set_data(depth, means)
            variance.set_data(depth, variances)
            now.set_data([layer], [v])
            close = abs(means[-1] - variances[-1]) < 0.25
            middle, apart = (means[-1] + variances[-1]) / 2, (-0.13, 0.13)
            above = int(means[-1] > variances[-1])
            labels[0].set_y(middle + apart[above] if close else means[-1])
            labels[1].set_y(middle + apart[1 - above] if close else variances[-1])
            title.set_text(f"{LABELS[activation]}, layer {layer}: mean {m:.3f}, variance {v:.3f}")
            return (
                f"Activations of layer {layer} with {LABELS[activation]}: mean {m:.3f}, variance "
                f"{v:.3f}; the last layer has mean {means[-1]:.3f}, variance {variances[-1]:.3f}."
            )

        return update

    return draw


# ---------------------------------------------------------------- softmax


def temperature(figure: Any) -> Update:
    """Softmax of three logits (first, 1, 0.5) as bars: ``update(temperature, first_logit)``."""
    ax = figure.subplots()
    bars = ax.bar([0, 1, 2], [0, 0, 0], width=0.6, color=style.BLUE)
    numbers = [ax.text(i, 0, " ", ha="center", va="bottom") for i in range(3)]
    names = [ax.text(i, -0.05, " ", ha="center", va="top") for i in range(3)]
    ax.plot([-0.5, 2.38], [1 / 3] * 2, color=style.GRAY, linewidth=1, linestyle=":", zorder=0)
    ax.text(2.42, 1 / 3, "one third", color=style.GRAY, va="center")
    ax.set(xlim=(-0.5, 2.9), ylim=(0, 1.1), ylabel="probability", xticks=())
    title = ax.set_title(" ")

    def update(temperature: float, first_logit: float) -> str:
        logits = np.array([first_logit, 1.0, 0.5])
        p = activations.softmax(logits, temperature)
        for bar, number, name, value, logit in zip(bars, numbers, names, p, logits, strict=True):
            bar.set_height(value)
            number.set_y(value + 0.015)
            number.set_text(f"{value:.3f}")
            name.set_text(f"logit {logit:.1f}")
        title.set_text(f"temperature {temperature:.1f}: the largest probability is {p.max():.3f}")
        return (
            f"Softmax of the logits {first_logit:.1f}, 1.0 and 0.5 at temperature "
            f"{temperature:.1f}: {p[0]:.3f}, {p[1]:.3f} and {p[2]:.3f}."
        )

    return update


# ---------------------------------------------------------------- the shapes of one layer


def _ruled(center: float, rows: int, columns: int) -> list[list[tuple[float, float]]]:
    """Return the lines of a grid of unit cells around (center, 0): its top and left side first."""
    x0, x1, y0, y1 = center - columns / 2, center + columns / 2, -rows / 2, rows / 2
    across = [[(x0, y1 - i), (x1, y1 - i)] for i in range(rows + 1)]
    down = [[(x0 + i, y0), (x0 + i, y1)] for i in range(columns + 1)]
    return [across[0], down[0], *across[1:], *down[1:]]


def shapes(figure: Any) -> Update:
    """x W + b = z as grids of numbers: ``update(n, n_in, n_out)``; equal sides, equal colours."""
    ax = figure.subplots()
    ax.set(xlim=(-0.5, 30.5), ylim=(-6.2, 5.6), xticks=(), yticks=(), aspect="equal")
    ax.spines[:].set_visible(False)
    centers = (3.0, 11.0, 19.0, 27.0)
    names = ("x (n, n_in)", "weight (n_in, n_out)", "bias (n_out,)", "z (n, n_out)")
    for center, name in zip(centers, names, strict=True):
        ax.text(center, 4.6, name, ha="center", color=style.GRAY)
    for center, sign in zip((7.0, 15.0, 23.0), "@+=", strict=True):
        ax.text(center, 0, sign, ha="center", va="center", fontsize=13)
    cells = ax.add_collection(LineCollection([], color=style.PALE, linewidth=0.8, zorder=1))
    sides = ax.add_collection(LineCollection([], linewidth=4, zorder=2))
    labels = [ax.text(center, -4.7, " ", ha="center", va="top") for center in centers]
    title = ax.set_title(" ")
    batch, inner, outer = style.GRAY, style.ORANGE, style.BLUE
    # The top (columns), then the left side (rows), of x, weight, bias and z.
    sides.set_color([inner, batch, outer, inner, outer, "none", outer, batch])

    def update(n: int, n_in: int, n_out: int) -> str:
        sizes = ((n, n_in), (n_in, n_out), (1, n_out), (n, n_out))
        grids = [_ruled(center, *size) for center, size in zip(centers, sizes, strict=True)]
        cells.set_segments([line for grid in grids for line in grid])
        sides.set_segments([line for grid in grids for line in grid[:2]])
        words = (str(sizes[0]), str(sizes[1]), f"({n_out},)", str(sizes[3]))
        for label, text in zip(labels, words, strict=True):
            label.set_text(text)
        sentence = f"{words[0]} @ {words[1]} + {words[2]} gives {words[3]}"
        n_weights, n_products = n_in * n_out, n * n_in * n_out
        counted = ", ".join(
            f"{number} {word}{'s' if number != 1 else ''}"
            for number, word in ((n_weights, "weight"), (n_products, "product"))
        )
        title.set_text(f"{sentence}: {counted}")
        return f"Shapes of a layer: {sentence}; {counted}."

    return update


# ---------------------------------------------------------------- a network at work


def forward(x: Array, layers: Layers) -> list[Array]:
    """Return the activations of every layer for the rows x, the input first."""
    outputs = [x]
    for weight, bias, name in layers:
        function, _ = activations.get(name)
        outputs.append(function(outputs[-1] @ weight + bias))
    return outputs


def ring_network() -> list[tuple[Array, Array, str]]:
    """Return the layers of a trained 2-4-3-1 network, rounded to one decimal.

    It tells the disc of ``make_circles(300, noise=0.15, rng=0)`` from the ring. Notebook 02b trains
    it at its end and finds these numbers again.
    """
    first = [[-1.2, -1.6, 2.1, 2.1], [-3.3, 1.2, -0.9, 1.6]]
    second = [[0.9, 1.6, -0.7], [2.6, 1.6, -1.6], [-0.4, 2.9, -1.1], [2.1, 1.5, -1.7]]
    third = [[-2.1], [-2.0], [1.8]]
    return [
        (np.array(first), np.array([-0.7, -0.4, -0.9, -0.7]), "relu"),
        (np.array(second), np.array([-1.6, -0.8, 2.0]), "relu"),
        (np.array(third), np.array([1.4]), "sigmoid"),
    ]


class _Drawing:
    """The units and connections of a network on an axes; ``show`` colours them by activation."""

    def __init__(self, ax: Any, layers: Layers, names: Sequence[str]) -> None:
        ax.set(xticks=(), yticks=())
        ax.spines[:].set_visible(False)
        self.widths = [layers[0][0].shape[0], *(bias.size for _, bias, _ in layers)]
        self.layers = layers
        columns = [np.linspace(n - 1, 1 - n, n) / 2 for n in self.widths]
        ends = [
            [(i, a), (i + 1, b)]
            for i in range(len(layers))
            for a in columns[i]
            for b in columns[i + 1]
        ]
        self.edges = ax.add_collection(LineCollection(ends, zorder=1))
        spots = np.array([(i, h) for i, column in enumerate(columns) for h in column])
        self.units = ax.scatter(*spots.T, s=900, edgecolor=style.INK, linewidth=1.1, zorder=3)
        self.texts = [
            ax.text(*spot, " ", ha="center", va="center", fontsize=8, zorder=4) for spot in spots
        ]
        lowest = -max(self.widths) / 2 - 0.15
        for i, name in enumerate(names):
            ax.text(i, lowest, name, ha="center", va="top", color=style.GRAY)
        ax.set(xlim=(-0.4, len(layers) + 0.4), ylim=(lowest - 0.4, max(self.widths) / 2 + 0.1))

    def show(self, outputs: Sequence[Array]) -> None:
        """Show one example: ``outputs`` are the activations (1, width) of each layer."""
        flows = [
            outputs[i][0][:, np.newaxis] * weight for i, (weight, _, _) in enumerate(self.layers)
        ]
        flow = np.concatenate([f.ravel() for f in flows])
        strength = np.clip(np.abs(flow) / 4, 0, 1)
        tint = np.where(flow[:, np.newaxis] >= 0, to_rgb(style.ORANGE), to_rgb(style.BLUE))
        still = np.array(to_rgb("#dddddd"))
        self.edges.set_color(np.where((strength > 0)[:, np.newaxis], tint, still))
        self.edges.set_linewidth(0.6 + 3.4 * strength)
        values = np.concatenate([a[0] for a in outputs])
        self.units.set_facecolor(style.DIVERGING(0.5 + np.clip(values / 6, -0.35, 0.35)))
        for text, value in zip(self.texts, values, strict=True):
            text.set_text(f"{value + 0.0:.2f}")


def flow(layers: Layers, x: Array, y: Array) -> Draw:
    """A network of two inputs at work: ``update(x1, x2)``, activations written into the units.

    Beside it the map of its output over the plane, with the points and the present input.
    """

    def draw(figure: Any) -> Update:
        left, right = figure.subplots(1, 2, width_ratios=(1.5, 1))
        drawing = _Drawing(left, layers, ("input", "hidden 1", "hidden 2", "output"))
        surface = plots.ProbabilityMap(right, (-1.5, 1.5, -1.5, 1.5), 80)
        surface.show(forward(surface.rows, layers)[-1])
        plots.points(x, y, right, size=7)
        right.set(xlabel="$x_1$", ylabel="$x_2$", xticks=(-1, 0, 1), yticks=(-1, 0, 1))
        (here,) = right.plot([], [], "P", color=style.RED, markersize=11, markeredgecolor="white")
        here.set_zorder(5)
        title = left.set_title(" ")

        def update(x1: float, x2: float) -> str:
            outputs = forward(np.array([[x1, x2]]), layers)
            drawing.show(outputs)
            here.set_data([x1], [x2])
            p = float(outputs[-1][0, 0])
            title.set_text(f"output {p:.4f} for ({x1:.2f}, {x2:.2f})")
            hidden = "; ".join(", ".join(f"{v + 0.0:.2f}" for v in a[0]) for a in outputs[1:-1])
            return f"Input ({x1:.2f}, {x2:.2f}); hidden activations {hidden}; output {p:.4f}."

        return update

    return draw


# ---------------------------------------------------------------- ReLU units that fit a curve


def relu_interpolant(f: Callable[[Array], Array], n: int, right: float) -> tuple[Array, Array]:
    """Return (knots, changes), (n,) each: f is about f(0) + sum of changes_i relu(x - knots_i).

    The n straight pieces meet f at 0, right / n, 2 right / n, ..., right.
    """
    corners = np.linspace(0, right, n + 1)
    return corners[:-1], np.diff(np.diff(f(corners)) / np.diff(corners), prepend=0.0)


def sine_fit(right: float = 5.0, largest: int = 40) -> Draw:
    """sin(x) on [0, right] by n ReLU units: ``update(n)``; beside it the error against n."""
    x = np.linspace(-1.0, right + 2, 1401)
    inside = (x >= 0) & (x <= right)

    def fitted(n: int) -> tuple[Array, Array]:
        knots, changes = relu_interpolant(np.sin, n, right)
        return knots, np.maximum(x[:, np.newaxis] - knots, 0) @ changes

    fits = {n: fitted(n) for n in range(1, largest + 1)}
    errors = {n: float(np.abs(y - np.sin(x))[inside].max()) for n, (_, y) in fits.items()}

    def draw(figure: Any) -> Update:
        ax, loss = figure.subplots(1, 2, width_ratios=(1.6, 1))
        for side in ((-1.0, 0.0), (right, right + 2)):
            ax.axvspan(*side, color="#eeeeee", zorder=0)
        ax.text(right + 0.1, 1.2, "outside", color=style.GRAY)
        ax.plot(x, np.sin(x), color=style.PALE, linewidth=3.5)
        (curve,) = ax.plot([], [], color=style.BLUE)
        (corners,) = ax.plot([], [], "o", color=style.RED, markersize=4)
        ax.set(xlim=(-1, right + 2), ylim=(-1.6, 1.6), xlabel="$x$", ylabel="output")
        loss.plot(list(errors), list(errors.values()), color=style.PALE)
        (dot,) = loss.plot([], [], "o", color=style.RED)
        loss.set(
            xscale="decades", yscale="decades", xlabel="units $n$", ylabel="largest error in [0, 5]"
        )
        title = ax.set_title(" ")

        def update(units: int) -> str:
            knots, y = fits[units]
            curve.set_data(x, y)
            corners.set_data(knots, np.sin(knots))
            dot.set_data([units], [errors[units]])
            title.set_text(
                f"{units} ReLU unit{'s' if units > 1 else ''}: "
                f"largest error {errors[units]:.4f} in [0, {right:g}]"
            )
            return (
                f"sin(x) and its fit by {units} ReLU units: largest error {errors[units]:.4f} "
                f"between 0 and {right:g}; at x = {right + 2:g} the error is "
                f"{abs(y[-1] - np.sin(x[-1])):.2f}."
            )

        return update

    return draw


# ---------------------------------------------------------------- what hidden units see


def _tinted(values: Array, output: bool) -> Array:
    """Return the map of one unit (n * n,) as colours (n, n, 3): a hidden unit against its top."""
    n, top = round(values.size**0.5), float(values.max())
    colors = style.PROBABILITY if output else colormaps["Purples"]
    shown = values if output or top <= 0 else values / top
    colored: Array = (255 * colors(shown.reshape(n, n))[..., :3]).astype(np.uint8)
    return colored


def unit_maps(
    snapshots: Sequence[Layers], epochs: Sequence[int], x: Array, y: Array, n: int = 72
) -> Draw:
    """Maps over the plane of each unit of a small network as it learns: ``update(snapshot)``.

    ``snapshots[i]`` are the layers after ``epochs[i]`` epochs; two hidden layers and one output.
    """
    box = (-1.5, 1.5, -1.5, 1.5)
    _, _, rows = plots.grid(box, n)
    maps = [np.concatenate(forward(rows, layers)[1:], axis=1).T for layers in snapshots]
    tops = [values[:-1].max(axis=1) for values in maps]  # (n_hidden_units,) each
    # The colours of all snapshots are computed here, so that a move only hands over pixels.
    pictures = [[_tinted(v, i == len(m) - 1) for i, v in enumerate(m)] for m in maps]
    scores = [int(np.sum((forward(x, layers)[-1][:, 0] > 0.5) == y)) for layers in snapshots]
    widths = [bias.size for _, bias, _ in snapshots[0]]

    def draw(figure: Any) -> Update:
        grid = figure.subplots(2, 4)
        names = [f"hidden {row + 1}, unit {i + 1}" for row in (0, 1) for i in range(widths[row])]
        axes = [*grid[0, : widths[0]], *grid[1, : widths[1] + 1]]
        look = {"extent": box, "origin": "lower", "interpolation": "nearest"}
        images = [ax.imshow(pictures[0][0], **look) for ax in axes]
        white = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        for ax, name in zip(axes, [*names, " "], strict=True):
            ax.set(xticks=(), yticks=(), title=name)
            ax.spines[:].set_visible(False)
        notes = [ax.text(-1.4, 1.38, " ", va="top", fontsize=8, bbox=white) for ax in axes[:-1]]
        plots.points(x, y, axes[-1], size=5)
        axes[-1].set(xlim=box[:2], ylim=box[2:])
        heading = axes[-1].set_title(" ")
        score = axes[-1].text(-1.42, -1.42, " ", fontsize=8)

        def update(snapshot: int) -> str:
            for image, colors in zip(images, pictures[snapshot], strict=True):
                image.set_data(colors)
            for note, top in zip(notes, tops[snapshot], strict=True):
                note.set_text("off everywhere" if top <= 0 else f"0 to {top:.1f}")
            heading.set_text(f"output, epoch {epochs[snapshot]}")
            score.set_text(f"{scores[snapshot]} of {len(x)} right")
            return (
                f"After {epochs[snapshot]} epochs {scores[snapshot]} of {len(x)} points are right; "
                f"{int(np.sum(tops[snapshot] <= 0))} of {len(notes)} hidden units are off over the "
                "whole plane shown."
            )

        return update

    return draw
