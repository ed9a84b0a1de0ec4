"""Figures of notebook 06b: penalties on the weights, and when to stop training."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from nnlib._checks import Array
from nnlib.activations import Tanh, sigmoid
from nnlib.initializers import glorot_normal
from nnlib.layers import Dense
from nnlib.network import Sequential
from nnlib.optimizers import Momentum
from nnlib.regularization import L1, L2
from nnlib.show import plots, style
from nnlib.show.crowd import Crowd
from nnlib.show.explore import Update

Draw = Callable[[Any], Update]
Picture = tuple[Figure, str]
# (losses, patience, min_delta) -> last epoch, epoch whose weights are kept
Rule = Callable[[Sequence[float], int, float], tuple[int, int]]

TALL = (7.6, 4.6)  # inches: a square map, and two plots beside it
WIDE = (7.6, 3.6)

CURVATURE = np.array([[1.0, 0.4], [0.4, 1.0]])
LOWEST = np.array([1.2, 0.5])


@style.style()
def growth(run: Any) -> Picture:
    """Draw both losses of a run and, below them, the sum of its squared weights."""
    figure = style.new_figure((5.8, 4.2))
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    losses = {"training": run.train_loss, "validation": run.validation_loss}
    plots.curves(losses, ax=top, xlabel="", ylabel="loss, mean per example")
    plots.log_ticks(top.yaxis, 2, 3, 4, 5, 7)
    best = int(np.argmin(run.validation_loss))
    top.plot([best + 1], [run.validation_loss[best]], "o", color=style.RED, markersize=7)
    top.set_title(f"validation loss is lowest at epoch {best + 1}")
    bottom.plot(np.arange(1, len(run.squares) + 1), run.squares, color=style.PURPLE)
    bottom.set(xlabel="epoch", ylabel="sum of squares", ylim=(0, None))
    start, middle, end = run.squares[0], run.squares[best], run.squares[-1]
    bottom.set_title(f"weights: {start:.0f} after epoch 1, {middle:.0f} there, {end:.0f} at last")
    return figure, (
        f"Training loss keeps falling, to {run.train_loss[-1]:.2f}. Validation loss is lowest "
        f"at epoch {best + 1}, {run.validation_loss[best]:.2f}, and ends at "
        f"{run.validation_loss[-1]:.2f}. The sum of squared weights grows from {start:.0f} to "
        f"{end:.0f}."
    )


def smallest(kind: str, strength: float) -> Array:
    """Return the two weights at which the bowl of ``geometry`` plus a penalty is lowest."""
    pull = CURVATURE @ LOWEST
    if kind == "L2":
        return np.asarray(np.linalg.solve(CURVATURE + strength * np.eye(2), pull))
    w = LOWEST.copy()
    for _ in range(30):  # one weight at a time: each has the closed form of the soft threshold
        for i in (0, 1):
            rest = pull[i] - CURVATURE[i, 1 - i] * w[1 - i]
            w[i] = np.sign(rest) * max(abs(rest) - strength, 0.0) / CURVATURE[i, i]
    return w


def geometry(figure: Any) -> Update:
    """Where a bowl in two weights and a penalty balance: ``update(strength)``, L2 beside L1."""
    axes = figure.subplots(1, 2, sharex=True, sharey=True)
    angle = np.linspace(0, 2 * np.pi, 181)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    diamond = circle / np.abs(circle).sum(axis=1, keepdims=True)
    low, directions = np.linalg.eigh(CURVATURE)
    oval = (circle / np.sqrt(low)) @ directions.T  # (w - lowest)' H (w - lowest) = 1
    panels = []
    for ax, kind, ball in zip(axes, ("L2", "L1"), (circle, diamond), strict=True):
        ax.axhline(0, color=style.PALE, linewidth=0.8)
        ax.axvline(0, color=style.PALE, linewidth=0.8)
        path = np.array([smallest(kind, s) for s in np.linspace(0, 8, 161)])
        ax.plot(*path.T, color=style.PALE, linewidth=3)
        for size in (0.25, 0.5, 0.75, 1.0, 1.25):
            ax.plot(*(LOWEST + size * oval).T, color=style.BLUE, linewidth=0.5, alpha=0.6)
        ax.plot(*LOWEST, "+", color=style.BLUE, markersize=9)
        (touching,) = ax.plot([], [], color=style.BLUE)
        (border,) = ax.plot([], [], color=style.ORANGE)
        (dot,) = ax.plot([], [], "o", color=style.RED, markersize=7, zorder=5)
        ax.set(xlim=(-1.0, 2.3), ylim=(-1.0, 1.7), aspect="equal", xlabel="weight $w_1$")
        panels.append((kind, ball, touching, border, dot, ax.set_title(" ")))
    axes[0].set_ylabel("weight $w_2$")

    def update(strength: float) -> str:
        says = []
        for kind, ball, touching, border, dot, title in panels:
            w = smallest(kind, strength)
            off = w - LOWEST
            touching.set_data(*(LOWEST + np.sqrt(off @ CURVATURE @ off) * oval).T)
            reach = np.sqrt(w @ w) if kind == "L2" else np.abs(w).sum()
            border.set_data(*(reach * ball).T)
            dot.set_data([w[0]], [w[1]])
            first, second = (f"{value:.2f}" if value else "0" for value in w)
            title.set_text(f"{kind}, strength {strength:.2f}: w = ({first}, {second})")
            says.append(f"{kind} ends at ({first}, {second})")
        return f"Strength {strength:.2f}: {says[0]}, {says[1]}."

    return update


@style.style()
def recovered(truth: Array, found: Mapping[str, Array]) -> Picture:
    """Draw the weights (n,) that each method finds, with the true ones as bars behind them."""
    figure = style.new_figure((7.2, 4.6))
    axes = figure.subplots(len(found), 1, sharex=True, sharey=True)
    places, says = np.arange(1, len(truth) + 1), []
    for ax, (name, w) in zip(axes, found.items(), strict=True):
        zeros = w == 0
        ax.bar(places, truth, color=style.PALE, width=0.8)
        ax.axhline(0, color=style.INK, linewidth=0.6)
        ax.plot(places[~zeros], w[~zeros], "o", color=style.BLUE, markersize=4.5)
        ax.plot(places[zeros], w[zeros], "x", color=style.ORANGE, markersize=5)
        ax.set_title(f"{name}: {zeros.sum()} weights are exactly 0")
        says.append(f"{name}: {zeros.sum() or 'none'}")
    axes[-1].set(xlabel="input (the true weights are the gray bars)", xticks=(1, 2, 3, 10, 20))
    figure.supylabel("weight", fontsize=9)
    return figure, f"The {len(truth)} weights found, and how many are exactly 0. {'; '.join(says)}."


def train_many(
    data: Sequence[tuple[Array, Array]],
    penalties: Sequence[L2],
    n_units: int = 16,
    n_steps: int = 700,
    learning_rate: float = 0.5,
    momentum: float = 0.9,
    dtype: Any = np.float32,
) -> SimpleNamespace:
    """Train a 2-n_units-1 tanh network on every data set with every penalty, all at once.

    The same as ``fit`` with ``Momentum``, one batch and binary cross-entropy, but the networks are
    stacked in arrays. L1 acts by the soft threshold after each step, not by its gradient. In
    float32 all of it takes half the time, and the losses agree with float64 to three digits.

    Returns
    -------
    Namespace of ``train_loss`` (n_data, n_penalties), ``weights`` (n_data, n_penalties, 3 n_units)
    and ``logits(x)``, (n_data, n_penalties, n), or ``logits(x, slice(1))`` of the first data alone.
    """
    kinds = np.array([isinstance(penalty, L1) for penalty in penalties])
    strengths = np.array([penalty.strength for penalty in penalties])
    l1, l2 = (np.where(k, strengths, 0).astype(dtype)[:, np.newaxis] for k in (kinds, ~kinds))
    crowds, losses = [], []
    for seed, (x, labels) in enumerate(data):  # one at a time: it stays in the processor's cache
        crowd = Crowd([network(seed, n_units, dtype)] * len(penalties))
        x, y = x.astype(dtype), labels[:, np.newaxis].astype(dtype)
        weights, grads = (flat[:, : crowd.n_weights] for flat in (crowd.theta, crowd.grad))
        optimizer = Momentum(learning_rate, momentum)
        for _ in range(n_steps):
            crowd.gradient(x, y)
            grads += l2 * weights
            optimizer.step(crowd.theta, crowd.grad)
            if kinds.any():
                weights -= np.clip(weights, -learning_rate * l1, learning_rate * l1)
        crowds.append(crowd)
        losses.append(crowd.loss(x, y))

    def logits(rows: Array, which: slice = slice(None)) -> Array:
        rows = rows.astype(dtype)
        return np.array([crowd.forward(rows)[..., 0] for crowd in crowds[which]])

    return SimpleNamespace(
        train_loss=np.array(losses),
        weights=np.array([crowd.theta[:, : crowd.n_weights] for crowd in crowds]),
        logits=logits,
    )


def network(seed: int, n_units: int = 16, dtype: Any = np.float64) -> Sequential:
    """Return a network of ``train_many`` before training."""
    rng = np.random.default_rng(seed)
    first = 2.5 * glorot_normal(2, n_units, rng)  # steep from the start: soon overfits
    last = Dense(n_units, 1, init=glorot_normal(n_units, 1, rng))
    return Sequential(Dense(2, n_units, init=first), Tanh(), last, dtype=dtype)


def cross_entropy(logits: Array, target: Array) -> Array:
    """Return the binary cross-entropy, mean over the last axis."""
    return np.asarray((np.logaddexp(0, logits) - target * logits).mean(axis=-1))


def strength_explorer(
    strengths: Array,
    trained: Mapping[str, SimpleNamespace],
    data: tuple[Array, Array],
    fresh: tuple[Array, Array],
    radius: float,
    best_possible: float,
    n: int = 80,
) -> Draw:
    """Map, weights and losses at a strength: ``update(penalty, log10_strength)``.

    ``trained[name]`` comes from ``train_many``. The map is that of the first data set, ``data``.
    """
    edges = np.linspace(-4.125, 4.125, 34)
    losses = {
        name: (many.train_loss, cross_entropy(many.logits(fresh[0]), fresh[1]))
        for name, many in trained.items()
    }

    def draw(figure: Any) -> Update:
        grid = figure.add_gridspec(2, 2, width_ratios=(1, 1.05), height_ratios=(1, 1.25))
        left = figure.add_subplot(grid[:, 0])
        top, bottom = figure.add_subplot(grid[0, 1]), figure.add_subplot(grid[1, 1])
        surface = plots.ProbabilityMap(left, (-1.05, 1.05, -1.05, 1.05), n)
        around = np.linspace(0, 2 * np.pi, 121)
        left.plot(radius * np.cos(around), radius * np.sin(around), "--", color=style.GRAY)
        plots.points(*data, ax=left, size=20)
        left.set(xlabel="x1 (dashed: the true border)", ylabel="x2")
        maps = {
            name: sigmoid(many.logits(surface.rows, slice(1))[0]) for name, many in trained.items()
        }
        bars = top.stairs(np.ones(len(edges) - 1), edges, fill=True, color=style.PURPLE)
        top.set(yscale="decades", ylim=(0.5, 600), xlim=(edges[0], edges[-1]))
        top.set(xlabel="weight (outer bars: and beyond)", ylabel="how many")
        lines, bands = _loss_bands(bottom, strengths)
        bottom.axhline(best_possible, color=style.GRAY, linestyle="--", linewidth=1)
        here = bottom.axvline(strengths[0], color=style.RED)
        for y, text, color in (
            (2.4, "— fresh points", style.ORANGE),
            (1.5, "- - training", style.BLUE),
            (0.37, "lowest\npossible", style.GRAY),
        ):
            bottom.text(0.4, y, text, color=color, va="top")
        titles = [ax.set_title(" ") for ax in (left, top, bottom)]

        def update(penalty: str, log10_strength: float) -> str:
            k = int(np.argmin(np.abs(np.log10(strengths) - log10_strength)))
            weights = trained[penalty].weights[:, k]
            surface.show(maps[penalty][k])
            bars.set_data(np.histogram(np.clip(weights, -4, 4), edges)[0] + 0.01)
            means = [values[:, k].mean() for values in losses[penalty]]
            for line, band, values in zip(lines, bands, losses[penalty], strict=True):
                line.set_data(strengths, values.mean(axis=0))
                low, high = values.min(axis=0), values.max(axis=0)
                across = np.concatenate([strengths, strengths[::-1]])
                band.set_verts([np.column_stack([across, np.concatenate([low, high[::-1]])])])
            here.set_xdata([strengths[k]] * 2)
            zeros, size = float(np.mean(weights == 0)), float(np.mean(np.abs(weights)))
            titles[0].set_text(f"{penalty}, strength {strengths[k]:.2g}, one of {len(weights)}")
            titles[1].set_text(f"mean |w| {size:.2f}, exactly 0: {zeros:.0%}")
            titles[2].set_text(f"loss: training {means[0]:.2f}, fresh points {means[1]:.2f}")
            return (
                f"{penalty} of strength {strengths[k]:.2g}: mean |w| {size:.2f}, {zeros:.0%} of "
                f"the weights exactly 0; mean loss over {len(weights)} data sets: training "
                f"{means[0]:.2f}, fresh points {means[1]:.2f}."
            )

        return update

    return draw


def _loss_bands(ax: Any, strengths: Array) -> tuple[list[Any], list[Any]]:
    """Prepare the axes of losses against strength: two lines, and bands from lowest to highest."""
    colors = (style.BLUE, style.ORANGE)
    ones = np.ones(len(strengths))
    bands = [ax.fill_between(strengths, ones, color=c, alpha=0.2, linewidth=0) for c in colors]
    lines = [ax.plot([], [], d, color=c)[0] for d, c in zip(("--", "-"), colors, strict=True)]
    # Room for the names at the right end.
    ax.set(xscale="decades", yscale="decades", xlim=(strengths[0] / 1.4, 10), ylim=(0.05, 3.2))
    ax.set(xlabel="strength", ylabel="loss, mean per example")
    plots.log_ticks(ax.yaxis, 1, 3)
    return lines, bands


def stopping(runs: Sequence[Any], rule: Rule) -> Draw:
    """When a rule stops, and what it hands back: ``update(patience, min_delta, run)``.

    Each run has ``train_loss``, ``validation_loss`` and ``test_loss``, a number an epoch.
    """
    length = len(runs[0].validation_loss)
    epochs = np.arange(1, length + 1)

    def draw(figure: Any) -> Update:
        left, right = figure.subplots(1, 2, width_ratios=(1.5, 1))
        (training,) = left.plot([], [], color=style.BLUE, linewidth=1)
        (unseen,) = left.plot([], [], color=style.PALE)
        (seen,) = left.plot([], [], color=style.ORANGE)
        (bar,) = left.plot([], [], ":", color=style.INK)
        (kept,) = left.plot([], [], "o", color=style.RED, markersize=7, zorder=5)
        left.set(xlim=(0, length), yscale="decades", ylim=(0.16, 1.3))
        left.set(xlabel="epoch", ylabel="loss, mean per example")
        plots.log_ticks(left.yaxis, 2, 3, 5, 7, 10)
        say = {"transform": left.transAxes, "ha": "right", "va": "top"}
        left.text(1.0, 1.0, "validation, pale: never seen", color=style.ORANGE, **say)
        left.text(1.0, 0.93, "training", color=style.BLUE, **say)
        (others,) = right.plot([], [], "o", color=style.GRAY, markersize=5)
        (this,) = right.plot([], [], "o", color=style.RED, markersize=7)
        right.set(xlim=(0, length + 4), ylim=(0.53, 0.76), xlabel="epochs spent")
        right.set(ylabel="test loss of what is kept")
        titles = left.set_title(" "), right.set_title(" ")

        def update(patience: int, min_delta: float, run: int) -> str:
            ends = [rule(each.validation_loss, patience, min_delta) for each in runs]
            spent = np.array([last for last, _ in ends])
            tests = np.array(
                [each.test_loss[best - 1] for each, (_, best) in zip(runs, ends, strict=True)]
            )
            last, best = ends[run]
            curve = np.asarray(runs[run].validation_loss)
            training.set_data(epochs, runs[run].train_loss)
            seen.set_data(epochs[:last], curve[:last])
            unseen.set_data(epochs[last - 1 :], curve[last - 1 :])
            bar.set_data([best, last], [curve[best - 1] - min_delta] * 2)
            kept.set_data([best], [curve[best - 1]])
            others.set_data(spent, tests)
            this.set_data([spent[run]], [tests[run]])
            fate = f"stops after epoch {last}" if last < length else "runs to the end"
            titles[0].set_text(f"run {run} {fate}, keeps epoch {best}")
            titles[1].set_text(f"mean test loss {tests.mean():.3f}")
            return (
                f"Patience {patience}, min_delta {min_delta:.3f}: run {run} {fate} and keeps the "
                f"weights of epoch {best}. All {len(runs)} runs: {spent.mean():.0f} epochs and a "
                f"test loss of {tests.mean():.3f} on average."
            )

        return update

    return draw


def shrinkage(
    curvature: Array, learning_rate: float, steps: Array, stopped: Array, penalized: Array
) -> Draw:
    """Gradient descent stopped early beside L2: ``update(log10_steps)``.

    ``curvature`` (n,) are the eigenvalues of one bowl. ``stopped`` and ``penalized`` are test
    losses (len(steps),), after so many steps and for the strength 1 / (learning_rate * steps).
    """
    h = np.geomspace(curvature.min() / 3, curvature.max() * 2, 200)

    def kept(at: Array, n_steps: float) -> tuple[Array, Array]:
        strength = 1 / (learning_rate * n_steps)
        return 1 - (1 - learning_rate * at) ** n_steps, at / (at + strength)

    def draw(figure: Any) -> Update:
        left, right = figure.subplots(1, 2)
        curves, dots, marks = [], [], []
        for marker, color in (("o", style.BLUE), ("^", style.ORANGE)):
            curves.append(left.plot([], [], color=color)[0])
            dots.append(left.plot([], [], marker, color=color, markersize=4.5)[0])
        left.set(xscale="decades", xlim=(h[0], h[-1]), ylim=(-0.03, 1.15))
        left.set(xlabel="curvature of the direction", ylabel="share of the weight kept")
        for values, marker, color in (
            (stopped, "o", style.BLUE),
            (penalized, "^", style.ORANGE),
        ):
            right.plot(steps, values, color=color)
            marks.append(right.plot([], [], marker, color=color, markersize=7)[0])
        right.set(xscale="decades", yscale="decades", xlabel="steps t", ylabel="test loss, mean")
        right.set(ylim=(1.2, 5))
        plots.log_ticks(right.yaxis, 1, 1.5, 2, 3, 4)
        say = {"transform": right.transAxes, "ha": "center", "va": "top"}
        right.text(0.5, 1.0, "o  stopped after t steps", color=style.BLUE, **say)
        right.text(0.5, 0.92, "▲  L2 of strength 1 / (ηt)", color=style.ORANGE, **say)
        titles = left.set_title(" "), right.set_title(" ")

        def update(log10_steps: float) -> str:
            n_steps = float(round(10**log10_steps))
            found = [np.interp(n_steps, steps, values) for values in (stopped, penalized)]
            for line, dot, shown, at in zip(
                curves, dots, kept(h, n_steps), kept(curvature, n_steps), strict=True
            ):
                line.set_data(h, shown)
                dot.set_data(curvature, at)
            for mark, value in zip(marks, found, strict=True):
                mark.set_data([n_steps], [value])
            apart = np.abs(np.subtract(*kept(h, n_steps))).max()
            titles[0].set_text(f"t = {n_steps:.0f}: at most {apart:.2f} apart")
            titles[1].set_text(f"stopped {found[0]:.2f}, L2 {found[1]:.2f}")
            return (
                f"At t = {n_steps:.0f} steps the shares kept by stopping and by L2 of strength "
                f"{1 / (learning_rate * n_steps):.2g} differ by at most {apart:.2f}; mean test "
                f"loss {found[0]:.2f} against {found[1]:.2f}."
            )

        return update

    return draw
