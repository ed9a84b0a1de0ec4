"""The live figures of notebooks 04a and 04b: whose fault it is, and how the blame gets there."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.collections import LineCollection

from nnlib._checks import Array
from nnlib.activations import sigmoid
from nnlib.show import plots, style
from nnlib.show.explore import Update

Draw = Callable[[Any], Update]
Weights = tuple[Array, Array, Array, Array]

ARROW = {"arrowstyle": "-|>", "color": style.GRAY, "lw": 1.2}


def _canvas(ax: Any, width: float, height: float) -> Any:
    ax.set_axis_off()
    ax.spines[:].set_visible(False)
    ax.set(xlim=(0, width), ylim=(0, height))
    return ax


# ---------------------------------------------------------------- the chain rule


def machines(figure: Any) -> Update:
    """Two machines in a row, g = 2x + 1 and f = g^2, and a nudge on x: ``update(x, nudge)``."""
    left, right = figure.subplots(1, 2, width_ratios=(2.4, 1))
    ax = _canvas(left, 10, 3)
    middle = {"ha": "center", "va": "center"}
    box = {"boxstyle": "round,pad=0.5", "facecolor": "#dcecfb", "edgecolor": style.INK}
    for place, formula in ((3, "$g = 2x + 1$"), (7.1, "$f = g^2$")):
        ax.text(place, 1.9, formula, bbox=box, **middle)
    for start, end in ((1.4, 1.9), (4.1, 4.4), (5.6, 6.2), (8.0, 8.4)):
        ax.annotate("", (end, 1.9), (start, 1.9), arrowprops=ARROW)
    values = [ax.text(place, 1.9, "", **middle) for place in (0.7, 5, 9.3)]
    moves = [ax.text(place, 1.4, "", color=style.RED, **middle) for place in (0.7, 5, 9.3)]
    rates = [ax.text(place, 1.1, "", color=style.BLUE, **middle) for place in (3, 7.1)]
    product = ax.text(5, 0.4, "", color=style.BLUE, **middle)
    title = ax.set_title(" ")
    curve = np.linspace(-4.5, 4.5, 121)
    right.plot(curve, (2 * curve + 1) ** 2, color=style.PALE)
    (tangent,) = right.plot([], [], color=style.BLUE, linewidth=1.2)
    (ends,) = right.plot([], [], "o-", color=style.RED, linewidth=1.2)
    right.set(xlim=(-4.5, 4.6), ylim=(-12, 105), xlabel="x", title="f and its slope")

    def update(x: float, nudge: float) -> str:
        before, after = ([v, 2 * v + 1, (2 * v + 1) ** 2] for v in (x, x + nudge))
        rise = [b - a for a, b in zip(before, after, strict=True)]
        for i, name in enumerate("xgf"):
            values[i].set_text(f"{name} = {before[i]:.2f}")
            moves[i].set_text(f"{rise[i]:+.4f}")
        slope = 2 * before[1]
        rates[0].set_text("rate 2")
        rates[1].set_text(f"rate 2g = {slope:.2f}")
        ends.set_data([before[0], after[0]], [before[2], after[2]])
        tangent.set_data([x - 2, x + 2], [before[2] - 2 * 2 * slope, before[2] + 2 * 2 * slope])
        product.set_text(f"rate of the whole: 2 · {slope:.2f} = {2 * slope:.2f}")
        title.set_text(f"f moved {rise[2] / nudge:.2f} times as far as x")
        return (
            f"x = {x:.2f} gives g = {before[1]:.2f} and f = {before[2]:.2f}. A nudge of "
            f"{nudge:.4f} on x moves g by {rise[1]:.4f} and f by {rise[2]:.4f}, "
            f"{rise[2] / nudge:.2f} times as far; the rates 2 and {slope:.2f} multiply to "
            f"{2 * slope:.2f}."
        )

    return update


# ---------------------------------------------------------------- the two-weight network


def trace(w1: float, w2: float, x: float = 0.5, y: float = 1.0) -> dict[str, float]:
    """Return every number of one pass through a2 = sigmoid(w2 sigmoid(w1 x)), L = (a2 - y)^2."""
    v = {"x": x, "y": y, "w1": w1, "w2": w2, "z1": w1 * x}
    v["a1"] = float(sigmoid(v["z1"]))
    v["z2"] = w2 * v["a1"]
    v["a2"] = float(sigmoid(v["z2"]))
    v["L"] = (v["a2"] - y) ** 2
    v["dL/da2"] = 2 * (v["a2"] - y)
    v["da2/dz2"], v["da1/dz1"] = v["a2"] * (1 - v["a2"]), v["a1"] * (1 - v["a1"])
    v["dz2/da1"], v["dz2/dw2"], v["dz1/dw1"] = w2, v["a1"], x
    v["dL/dz2"] = v["dL/da2"] * v["da2/dz2"]
    v["dL/dw2"], v["dL/da1"] = v["dL/dz2"] * v["dz2/dw2"], v["dL/dz2"] * v["dz2/da1"]
    v["dL/dz1"] = v["dL/da1"] * v["da1/dz1"]
    v["dL/dw1"] = v["dL/dz1"] * v["dz1/dw1"]
    return v


def run(learning_rate: float, n: int, w1: float = 0.8, w2: float = 0.6) -> list[dict[str, float]]:
    """Return the numbers of ``n`` + 1 iterations of gradient descent on the two weights."""
    states = []
    for _ in range(n + 1):
        states.append(trace(w1, w2))
        w1, w2 = (w - learning_rate * states[-1][f"dL/d{k}"] for w, k in ((w1, "w1"), (w2, "w2")))
    return states


PHASES = ("forward", "error", "backward", "update")
QUIET = "#767676"  # of the phases that are not on: 4.5 to 1 on white
ITERATIONS = 10
_PLACES = {"x": 0.6, "z1": 2.5, "a1": 4.4, "z2": 6.3, "a2": 8.2, "L": 10.1}
_ABOVE = {"w1": ("z1", 2.5), "w2": ("z2", 6.3), "y": ("L", 10.1)}
_LOCAL = {
    "da1/dz1": (3.45, 1.75),
    "dz2/da1": (5.35, 1.75),
    "da2/dz2": (7.25, 1.75),
    "dL/da2": (9.15, 1.75),
    "dz1/dw1": (1.85, 3.5),
    "dz2/dw2": (5.65, 3.5),
}


class _Stepper:
    """The drawn graph of the two-weight network, and the texts that change on it."""

    def __init__(self, figure: Any) -> None:
        ax = self.ax = _canvas(figure.subplots(), 11, 5.6)
        self.middle = {"ha": "center", "va": "center"}
        names = list(_PLACES)
        for name, place in _PLACES.items():
            self._unit(name, place, 2.4)
        for a, b in itertools.pairwise(names):
            self._arrow((_PLACES[a] + 0.48, 2.4), (_PLACES[b] - 0.48, 2.4))
        for name, (_, place) in _ABOVE.items():
            self._unit(name, place, 4.2)
            self._arrow((place, 3.74), (place, 2.86))
        self.values = {name: self._text(p, 2.24) for name, p in _PLACES.items()}
        self.values |= {name: self._text(p, 4.04) for name, (_, p) in _ABOVE.items()}
        self.local = {k: self._text(*p, color=style.BLUE) for k, p in _LOCAL.items()}
        blame = {"color": style.RED, "fontweight": "bold"}
        self.blame = {k: self._text(_PLACES[k], 1.1, **blame) for k in ("z1", "a1", "z2", "a2")}
        self.blame |= {k: self._text(_ABOVE[k][1] + 1.25, 4.2, **blame) for k in ("w1", "w2")}
        self.strip = [
            self._text(1.4 + 2.3 * i, 5.3, name, fontsize=10.5) for i, name in enumerate(PHASES)
        ]
        self.caption = self._text(5.5, 0.3)
        (self.underline,) = ax.plot([], [], color=style.RED)
        self.title = ax.set_title(" ")

    def _unit(self, name: str, x: float, y: float) -> None:
        color = "#dcecfb" if name in ("z1", "a1", "z2", "a2", "L") else "white"
        spot = self.ax.scatter([x], [y], s=1900, facecolor=color, edgecolor=style.INK, zorder=3)
        spot.set_clip_on(False)
        self._text(x, y + 0.17, name, fontweight="bold")

    def _arrow(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.ax.annotate("", end, start, arrowprops=ARROW)

    def _text(self, x: float, y: float, text: str = "", **look: Any) -> Any:
        return self.ax.text(x, y, text, **({"fontsize": 8, "zorder": 4} | self.middle | look))

    def show(self, v: dict[str, float], after: dict[str, float], phase: int) -> None:
        """Show the numbers ``v`` as far as ``phase`` knows them; ``after`` has the new weights."""
        for name, text in self.values.items():
            text.set_text("?" if name == "L" and phase == 0 else f"{v[name]:.4f}")
        for name, text in self.local.items():
            known = phase == 2 or (phase == 1 and name == "dL/da2")
            text.set_text(f"{name}\n{v[name]:.4f}" if known else "")
        for name, text in self.blame.items():
            known = phase >= 2 or (phase == 1 and name == "a2")
            text.set_text(f"dL/d{name}\n{v[f'dL/d{name}']:.4f}" if known else "")
        if phase == 3:
            for name in ("w1", "w2"):
                self.values[name].set_text(f"{after[name]:.4f}")
        self.underline.set_data([0.7 + 2.3 * phase, 2.1 + 2.3 * phase], [5.02, 5.02])
        for i, text in enumerate(self.strip):
            text.set_color(style.RED if i == phase else QUIET)


CAPTIONS = (
    "The input goes through: multiply, bend, multiply, bend.",
    "The output is compared with the target: L = (a2 - y)².",
    "Blame goes back: each red number is the one on its right times the blue one between.",
    "Each weight moves against its gradient: w ← w - η dL/dw.",
)


def stepper(figure: Any) -> Update:
    """Gradient descent on the two-weight network in four phases an iteration.

    ``update(step, learning_rate)``; four steps are an iteration.
    """
    picture = _Stepper(figure)
    runs: dict[float, list[dict[str, float]]] = {}

    def update(step: int, learning_rate: float) -> str:
        states = runs.setdefault(learning_rate, run(learning_rate, ITERATIONS))
        iteration, phase = divmod(step, 4)
        v, after = states[iteration], states[iteration + 1]
        picture.show(v, after, phase)
        picture.caption.set_text(CAPTIONS[phase])
        shown = "not known yet" if phase == 0 else f"{v['L']:.4f}"
        picture.title.set_text(
            f"iteration {iteration}   loss {shown}   learning rate {learning_rate:g}"
        )
        says = (
            f"the output is {v['a2']:.4f}, the target 1.",
            f"the loss is {v['L']:.4f} and dL/da2 is {v['dL/da2']:.4f}.",
            f"dL/dw2 is {v['dL/dw2']:.4f} and dL/dw1 is {v['dL/dw1']:.4f}.",
            f"w1 goes from {v['w1']:.4f} to {after['w1']:.4f}, "
            f"w2 from {v['w2']:.4f} to {after['w2']:.4f}.",
        )
        return (
            f"Two-weight network, learning rate {learning_rate:g}, iteration {iteration}, "
            f"{PHASES[phase]}: {says[phase]}"
        )

    return update


# ---------------------------------------------------------------- a layer


def outer_products(x: Array, delta: Array) -> Draw:
    """The gradient of a weight matrix as a sum over examples: ``update(examples)``.

    ``x`` (n, n_in) are the inputs of the layer, ``delta`` (n, n_out) is dL/dz.
    """
    products = np.einsum("ni,nj->nij", x, delta)
    sums = np.concatenate([np.zeros((1, *products.shape[1:])), products.cumsum(axis=0)])
    limit = float(max(np.abs(sums).max(), np.abs(delta).max()))

    def draw(figure: Any) -> Update:
        axes = figure.subplots(1, 3, width_ratios=(1, delta.shape[1], delta.shape[1]))
        shown = [
            _Numbers(ax, shape, limit)
            for ax, shape in zip(
                axes, [(x.shape[1], 1), (1, delta.shape[1]), sums.shape[1:]], strict=True
            )
        ]
        titles = [ax.set_title(" ") for ax in axes]

        def update(examples: int) -> str:
            row = max(examples - 1, 0)
            shown[0].show(x[row][:, np.newaxis])
            shown[1].show(delta[row][np.newaxis])
            shown[2].show(sums[examples])
            titles[0].set_text(f"x of row {row}")
            titles[1].set_text(f"δ of row {row}")
            titles[2].set_text(f"sum of {examples} of {len(x)} outer products")
            total = ", ".join(f"{value:.3f}" for value in sums[examples].ravel())
            return (
                f"Row {row}: input {x[row].tolist()}; the sum of the first {examples} outer "
                f"products is {total}."
            )

        return update

    return draw


class _Numbers:
    """A small matrix as coloured squares with its numbers in them."""

    def __init__(self, ax: Any, shape: tuple[int, ...], limit: float) -> None:
        self.image = ax.imshow(np.zeros(shape), cmap=style.DIVERGING, vmin=-limit, vmax=limit)
        self.image.set_interpolation("nearest")
        ax.set(xticks=(), yticks=())
        ax.spines[:].set_visible(False)
        self.texts = [
            [ax.text(j, i, "0", ha="center", va="center", fontsize=8) for j in range(shape[1])]
            for i in range(shape[0])
        ]

    def show(self, values: Array) -> None:
        self.image.set_data(values)
        for texts, row in zip(self.texts, values, strict=True):
            for text, value in zip(texts, row, strict=True):
                text.set_text(f"{value:.3f}")


# ---------------------------------------------------------------- checking with differences

EXPONENTS = np.arange(-15.0, 0.25, 0.25)


def difference_errors() -> tuple[Array, Array]:
    """Return the relative errors of forward and central differences for h = 10**EXPONENTS.

    Of f(x) = (2x + 1)^3, root mean square over 40 places. Only +, - and * are used, which round
    the same way on every machine.
    """
    x = 0.5 + np.arange(40) / 64

    def f(x: Array) -> Array:
        g = 2 * x + 1
        return g * g * g

    slope = 6 * (2 * x + 1) * (2 * x + 1)
    forward, central = [], []
    for exponent in EXPONENTS:
        h = float(f"1e{int(exponent)}") if exponent % 1 == 0 else float(f"{10**exponent:.3e}")
        forward.append((f(x + h) - f(x)) / h / slope - 1)
        central.append((f(x + h) - f(x - h)) / (2 * h) / slope - 1)
    rms = [np.sqrt(np.mean(np.square(errors), axis=1)) for errors in (forward, central)]
    return rms[0], rms[1]


def choose_h(figure: Any) -> Update:
    """The error of a numeric derivative against h: ``update(log10_h)``."""
    ax = figure.subplots()
    curves = dict(zip(("one-sided", "central"), difference_errors(), strict=True))
    h = 10.0**EXPONENTS
    for (name, errors), color in zip(curves.items(), (style.GRAY, style.BLUE), strict=True):
        ax.plot(h, errors, color=color)
        ax.annotate(
            name, (h[-1], errors[-1]), (6, 0), textcoords="offset points", color=color, va="center"
        )
    line = ax.axvline(1, color=style.INK, linestyle=":", linewidth=1)
    (dots,) = ax.plot([], [], "o", color=style.RED)
    ax.set(
        xscale="decades", yscale="decades", xlabel="h", ylabel="relative error of the derivative"
    )
    ax.text(3e-15, 3e-9, "rounding:\ntoo few digits\nare left", color="#555555", va="top")
    ax.text(3e-4, 2e-11, "truncation:\nthe curve bends\nbetween x - h and x + h", color="#555555")
    ax.set(ylim=(1e-13, 10), xlim=(4e-16, 1.5))
    title = ax.set_title(" ")

    def update(log10_h: float) -> str:
        i = round((log10_h - EXPONENTS[0]) / 0.25)
        one, two = (errors[i] for errors in curves.values())
        line.set_xdata([h[i]] * 2)
        dots.set_data([h[i]] * 2, [one, two])
        title.set_text(f"h = {h[i]:.1e}: one-sided off by {one:.0e}, central by {two:.0e}")
        return (
            f"With h = {h[i]:.1e} the one-sided difference is off by {one:.0e}, the central one "
            f"by {two:.0e} (relative). Both curves have the shape of a V."
        )

    return update


# ---------------------------------------------------------------- XOR


def sigmoid_xor(
    x: Array, y: Array, biases: bool, epochs: int = 10_000, learning_rate: float = 0.1
) -> tuple[list[float], Array]:
    """Train two sigmoid layers, 2-2-1, on half the sum of squares, as a widely read article does.

    Weights start uniform in 0 to 1. ``x`` is (n, 2), ``y`` (n, 1). Returns the mean squared error
    of each epoch and the ``n`` outputs of the last.
    """
    rng = np.random.default_rng(42)
    w1, w2, b1, b2 = rng.random((2, 2)), rng.random((2, 1)), np.zeros(2), np.zeros(1)
    errors, a2 = [], np.empty(0)
    for _ in range(epochs):
        a1 = sigmoid(x @ w1 + b1)
        a2 = sigmoid(a1 @ w2 + b2)
        errors.append(error := a2 - y)
        delta2 = error * a2 * (1 - a2)
        delta1 = (delta2 @ w2.T) * a1 * (1 - a1)
        w2, w1 = w2 - learning_rate * a1.T @ delta2, w1 - learning_rate * x.T @ delta1
        if biases:
            b2, b1 = b2 - learning_rate * delta2.sum(0), b1 - learning_rate * delta1.sum(0)
    return [float(mean) for mean in np.mean(np.square(errors), axis=(1, 2))], a2.ravel()


def hidden_tanh(x: Array, weights: Weights) -> tuple[Array, Array]:
    """Return the hidden units tanh(x W1 + b1) and the probabilities of a two-layer network."""
    w1, b1, w2, b2 = weights
    hidden = np.tanh(x @ w1 + b1)
    return hidden, sigmoid(hidden @ w2 + b2)


def _lattice(n_lines: int = 13, n_points: int = 40) -> list[Array]:
    """Lines of a grid over the input plane, each (n_points, 2)."""
    along, across = np.linspace(-0.5, 1.5, n_points), np.linspace(-0.5, 1.5, n_lines)
    lines = [np.column_stack([along, np.full(n_points, c)]) for c in across]
    return lines + [line[:, ::-1] for line in lines]


def hidden_space(
    x: Array, y: Array, states: Sequence[Weights], losses: Array, epochs: Array
) -> Draw:
    """XOR while a 2-2-1 network learns it, seen in both planes: ``update(snapshot)``.

    ``states[i]`` holds the weights after ``epochs[i]`` epochs, ``losses[i]`` the loss then.
    """
    lattice = _lattice()
    label = np.asarray(y).reshape(-1)

    def draw(figure: Any) -> Update:
        left, right = figure.subplots(1, 2)
        surface = plots.ProbabilityMap(left, (-0.5, 1.5, -0.5, 1.5), 60)
        plots.points(x, label, left, size=110)
        left.set(xlabel="$x_1$", ylabel="$x_2$", xticks=(0, 1), yticks=(0, 1))
        net = right.add_collection(LineCollection([], colors="#d5d5d5", linewidths=0.8, zorder=1))
        (line,) = right.plot([], [], color=style.INK, zorder=2)
        dots = [
            right.scatter([], [], s=110, marker=m, color=c, edgecolor="white", zorder=3)
            for m, c in zip(style.CLASS_MARKERS[:2], style.CLASS_COLORS[:2], strict=True)
        ]
        right.set(xlim=(-1.15, 1.15), ylim=(-1.15, 1.15), aspect="equal")
        right.set(xlabel="hidden unit 1", ylabel="hidden unit 2")
        titles = left.set_title(" "), right.set_title(" ")

        def update(snapshot: int) -> str:
            weights = states[snapshot]
            surface.show(hidden_tanh(surface.rows, weights)[1])
            net.set_segments([hidden_tanh(piece, weights)[0] for piece in lattice])
            hidden, says = hidden_tanh(x, weights)
            for c in (0, 1):
                dots[c].set_offsets(hidden[label == c])
            line.set_data(*_straight(weights[2][:, 0], float(weights[3][0])))
            right_ones = int(np.sum((says[:, 0] > 0.5) == (label == 1)))
            titles[0].set_text(f"epoch {epochs[snapshot]}: loss {losses[snapshot]:.4f}")
            titles[1].set_text(f"{right_ones} of 4 on their side")
            spots = ", ".join(f"({a:.2f}, {b:.2f})" for a, b in hidden)
            return (
                f"After {epochs[snapshot]} epochs the loss is {losses[snapshot]:.4f}. In the "
                f"hidden plane the corners lie at {spots}; {right_ones} of 4 are on their side."
            )

        return update

    return draw


def _straight(weight: Array, bias: float, reach: float = 4.0) -> Array:
    """Return two points (2, 2), as rows x and y, of the line weight . h + bias = 0."""
    length = float(np.hypot(*weight)) or 1.0
    normal = weight / length
    foot, along = -bias / length * normal, np.array([-normal[1], normal[0]])
    return np.transpose([foot - reach * along, foot + reach * along])
