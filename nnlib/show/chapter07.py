"""Figures of notebook 07a: the spirals, a run through its epochs, seeds and rates.

A function named after what it shows returns ``(figure, alt)`` for ``show.picture``. One that makes
a live figure returns ``draw(figure)`` for ``show.explore``; all it needs is computed beforehand, so
that a move only exchanges numbers.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from nnlib._checks import Array
from nnlib.activations import ReLU
from nnlib.datasets import Standardizer, make_spirals
from nnlib.network import Sequential
from nnlib.show import plots, style
from nnlib.show.plots import Predict, ProbabilityMap, curves, extent_of, log_ticks
from nnlib.training import History

Draw = Callable[[Any], Callable[..., str]]
Picture = tuple[Figure, str]

WIDE = (7.6, 3.5)  # inches: a square map, and a plot beside it
MAP_SIZE = 100  # grid points along a side of a live map


def n_right(probability: Array, y: Array) -> int:
    """Return how many points lie on the right side of one half."""
    return int(np.sum((np.ravel(probability) > 0.5) == np.ravel(y)))


def _panels(size: tuple[float, float] = WIDE) -> Any:
    """Return a new figure and its two axes."""
    figure = style.new_figure(size)
    return figure, _two(figure)


def _two(figure: Any) -> Any:
    """Divide a figure into two axes side by side."""
    figure.get_layout_engine().set(wspace=0.07)
    return figure.subplots(1, 2)


def _plane(ax: Any) -> Any:
    ax.set(xlabel="x1", ylabel="x2", aspect="equal")
    ax.locator_params(nbins=6)
    return ax


def _loss_curves(history: History, ax: Any) -> dict[str, list[float]]:
    """Draw the two losses of a run; return them by name."""
    losses = {"training": history.train_loss, "validation": history.validation_loss}
    log_ticks(curves(losses, ax=ax).yaxis, 1, 3)
    return losses


@style.style()
def spirals(x: Array, y: Array) -> Picture:
    """Draw the data as they are, with the class named at the outer end of each arm."""
    ax = _plane(plots.points(x, y, style.new_axes(size=(4.6, 4.3)), size=16))
    for label, side in ((0, 1), (1, -1)):  # the outer ends lie at (1, 0) and (-1, 0)
        color = style.CLASS_COLORS[label]
        ax.text(1.02 * side, 0.1 * side, f"class {label}", color=color, ha="center", va="center")
    ax.set(title=f"{len(y)} points on two arms", xlim=(-1.25, 1.25), ylim=(-1.15, 1.15))
    turned = "Each arm starts near the middle, winds outwards twice and is the other turned by half"
    return ax.figure, f"{len(y)} points, {int(np.sum(y == 0))} of them of class 0. {turned} a turn."


def noise_and_limit(noises: Array, limits: Array, n_samples: int = 600) -> Draw:
    """Live: the spirals at a noise, and the best accuracy that is possible there."""

    def draw(figure: Any) -> Callable[..., str]:
        left, right = _two(figure)
        arms = [left.scatter([], [], s=12, marker=m, color=c) for m, c in _classes()]
        _plane(left).set(xlim=(-1.45, 1.45), ylim=(-1.45, 1.45))
        right.plot(noises, 100 * limits, color=style.GRAY)
        (dot,) = right.plot([], [], "o", color=style.RED, markersize=8)
        right.set(xlabel="noise, standard deviation", ylabel="best possible accuracy, %")
        right.set(ylim=(65, 102))
        titles = left.set_title(""), right.set_title("")

        def update(noise: float) -> str:
            x, y = make_spirals(n_samples, noise, rng=0)
            for label, arm in enumerate(arms):
                arm.set_offsets(x[y == label])
            limit = float(np.interp(noise, noises, limits))
            dot.set_data([noise], [100 * limit])
            titles[0].set_text(f"noise {noise:.2f}")
            titles[1].set_text(f"best possible: {_percent_of(limit)}")
            return (
                f"Two spirals with noise {noise:.2f}. Best possible accuracy: {_percent_of(limit)}."
            )

        return update

    return draw


def _percent_of(share: float) -> str:
    """Write a share in percent; one that rounds to 100% and is not, as more than 99.99%."""
    return "over 99.99%" if 0.9999 <= share < 1 else f"{100 * share:.2f}%"


def _classes() -> list[tuple[str, str]]:
    return list(zip(style.CLASS_MARKERS[:2], style.CLASS_COLORS[:2], strict=True))


@style.style()
def two_generators(sets: Mapping[str, Sequence[Array]]) -> Picture:
    """Draw the curves of both classes of two generators side by side, each under its name."""
    figure, axes = _panels((7.6, 3.9))
    for ax, (name, arms) in zip(axes, sets.items(), strict=True):
        for label, ((marker, color), arm) in enumerate(zip(_classes(), arms, strict=True)):
            ax.plot(*arm.T, color=color, linewidth=0.8)
            some = arm[5 * label :: 11]  # where two curves coincide, their markers alternate
            ax.scatter(*some.T, s=24, marker=marker, color=color, label=f"class {label}", zorder=3)
        _plane(ax).set(title=name, xlim=(-1.45, 1.45), ylim=(-1.45, 1.45))
        ax.legend(loc="upper right", fontsize=8, handletextpad=0.1, borderaxespad=0)
    first, second = sets
    return figure, (
        f"Left, {first}: both classes lie on one and the same curve; class 1 starts and ends half "
        f"a turn further out. Right, {second}: two separate arms."
    )


@style.style()
def split_by_position(x: Array, y: Array, n_train: int) -> Picture:
    """Draw the first ``n_train`` points and the rest of a data set sorted by class."""
    figure, axes = _panels((7.6, 3.9))
    parts = {"training": slice(None, n_train), "held out": slice(n_train, None)}
    words = []
    for ax, (name, rows) in zip(axes, parts.items(), strict=True):
        plots.points(x[rows], y[rows], ax, size=14)
        counts = np.bincount(y[rows], minlength=2)
        words.append(f"{name}: {counts[0]} of class 0, {counts[1]} of class 1")
        _plane(ax).set(title=words[-1], xlim=(-1.3, 1.3), ylim=(-1.3, 1.3))
    return figure, f"The two parts of the data. {'; '.join(words)}."


@style.style()
def verdicts(judges: Mapping[str, Predict], x: Array, y: Array) -> Picture:
    """Draw what classifiers say over the plane, with the points; mistakes are ringed."""
    figure, axes = _panels((7.8, 3.9))
    words = []
    for ax, (name, predict) in zip(axes, judges.items(), strict=True):
        surface = ProbabilityMap(ax, extent_of(x), 200)
        surface.show(predict(surface.rows))
        plots.points(x, y, _plane(ax), size=16)
        probability = predict(x)
        _mistakes(ax).set_offsets(_wrong(probability, x, y))
        words.append(f"{name}: {n_right(probability, y)} of {len(y)} right")
        ax.set_title(words[-1])
    return figure, f"The plane shaded by predicted class, mistakes ringed. {'; '.join(words)}."


def _wrong(probability: Array, x: Array, y: Array) -> Array:
    return x[(np.ravel(probability) > 0.5) != y].reshape(-1, 2)


def _mistakes(ax: Any) -> Any:
    return ax.scatter([], [], s=55, facecolor="none", edgecolor=style.RED, linewidth=1.2, zorder=4)


@style.style()
def learning_curves(history: History) -> Picture:
    """Draw training and validation loss, and the norm of the gradient, over the epochs."""
    figure, (left, right) = _panels((7.8, 3.3))
    names = _loss_curves(history, left)
    left.set_title("both losses fall")
    norms = curves({"": history.gradient_norm}, ax=right, ylabel="gradient norm, mean")
    log_ticks(norms.yaxis, 1, 3)
    right.set_title("and so does the gradient")
    ends = ", ".join(f"{name} loss {values[-1]:.3f}" for name, values in names.items())
    return figure, (
        f"Curves over {len(history)} epochs, falling together. At the end: {ends}, "
        f"gradient norm {history.gradient_norm[-1]:.3f}."
    )


def epochs(
    net: Sequential,
    standardize: Standardizer,
    snapshots: Sequence[Array],
    history: History,
    x: Array,
    y: Array,
) -> Draw:
    """Live: the map of a run after any epoch, and where that is on its loss curves.

    ``snapshots`` are copies of ``net.theta`` at the start and after each epoch; (x, y) are held
    out and not yet standardized. ``net`` itself is not changed.
    """
    worker = copy.deepcopy(net)

    def draw(figure: Any) -> Callable[..., str]:
        left, right = _two(figure)
        surface = ProbabilityMap(left, extent_of(x), MAP_SIZE)
        plane, held_out = standardize(surface.rows), standardize(x)
        plots.points(x, y, _plane(left), size=14)
        mistakes = _mistakes(left)
        losses = _loss_curves(history, right)
        titles = left.set_title(""), right.set_title("")
        dots = [right.plot([], [], "o", color=c, markersize=8)[0] for c in style.PALETTE[:2]]

        def update(epoch: int) -> str:
            worker.theta[:] = snapshots[epoch]
            surface.show(worker.predict(plane))
            probability = worker.predict(held_out)
            mistakes.set_offsets(_wrong(probability, x, y))
            for dot, values in zip(dots, losses.values(), strict=True):
                dot.set_data([epoch][:epoch], values[epoch - 1 : epoch] if epoch else [])
            right_now = f"{n_right(probability, y)} of {len(y)} right"
            said = f", training loss {losses['training'][epoch - 1]:.3f}" if epoch else ""
            titles[0].set_text(f"held out: {right_now}")
            titles[1].set_text(f"epoch {epoch}{said}" if epoch else "before training")
            return f"After epoch {epoch} of {len(history)}: held out, {right_now}{said}."

        return update

    return draw


@style.style()
def seeds(counts: Sequence[int], n: int, limit: float, baseline: float) -> Picture:
    """Draw the accuracy of each run as a dot, beside the limit, the goal and a baseline."""
    ax = style.new_axes(size=(6.6, 2.9))
    values = 100 * np.array(counts) / n
    lines = {"best possible": (limit, style.GRAY, 9), "goal": (0.99, style.RED, -12)}
    for name, (share, color, shift) in lines.items():
        ax.axhline(100 * share, color=color, linewidth=1.2, linestyle="--", zorder=0)
        place, words = (len(counts) - 0.45, 100 * share), f"{name} {_percent_of(share)}"
        ax.annotate(words, place, (0, shift), textcoords="offset points", color=color, ha="right")
    ax.plot(range(len(counts)), values, "o", color=style.BLUE, markersize=8)
    ax.text(-0.45, 98.5, f"↓ one neuron: {100 * baseline:.1f}%", color=style.BROWN)
    ax.set(xlabel="seed", ylabel="held-out accuracy, %", ylim=(98.4, 100.4))
    ax.set(xlim=(-0.6, len(counts) - 0.4), xticks=range(len(counts)), yticks=(98.5, 99, 99.5, 100))
    ax.set_title(f"{len(counts)} seeds: from {min(values):.1f}% to {max(values):.1f}%")
    listed = ", ".join(map(str, counts))
    return ax.figure, (
        f"Dots: held-out points right of {n}, a seed each: {listed}. Dashed: the best possible "
        f"{_percent_of(limit)}, the goal 99.00%, one neuron {100 * baseline:.1f}%."
    )


def _map(run: Any, surface: ProbabilityMap) -> Array:
    probability: Array = run.net.predict(run.standardize(surface.rows))
    return probability.astype(np.float32)


def rates(runs: Mapping[float, Any], x: Array, y: Array) -> Draw:
    """Live: what a learning rate leads to, on the map and on the loss curve.

    ``runs[rate]`` has ``net``, ``standardize``, ``history`` and ``right``; (x, y) are held out.
    """

    def draw(figure: Any) -> Callable[..., str]:
        left, right = _two(figure)
        surface = ProbabilityMap(left, extent_of(x), MAP_SIZE)
        maps = {rate: _map(run, surface) for rate, run in runs.items()}
        dead = {rate: dead_units(run.net, run.standardize(x)) for rate, run in runs.items()}
        plots.points(x, y, _plane(left), size=14)
        for run in runs.values():
            right.plot(*_loss_line(run), color=style.PALE, linewidth=1)
        (line,) = right.plot([], [], color=style.RED)
        right.set(xlabel="epoch", ylabel="training loss, mean per example", yscale="decades")
        titles = left.set_title(""), right.set_title("")

        def update(rate: float) -> str:
            run = runs[rate]
            surface.show(maps[rate])
            line.set_data(*_loss_line(run))
            right_now = f"{run.right} of {len(y)} right"
            end = f"{run.history.train_loss[-1]:.3f}"
            titles[0].set_text(f"rate {rate:g}: {right_now}")
            titles[1].set_text(f"last loss {end}, dead units {dead[rate]:.0%}")
            return (
                f"Learning rate {rate:g}: held out, {right_now}; last training loss {end}; "
                f"dead units {dead[rate]:.0%}."
            )

        return update

    return draw


def _loss_line(run: Any) -> tuple[Array, list[float]]:
    return np.arange(1, len(run.history) + 1), run.history.train_loss


def dead_units(net: Sequential, x: Array) -> float:
    """Return the share of ReLU units that give 0 for every row of ``x``: they get no gradient."""
    silent, out = [], x
    for layer in net.layers:
        out = layer.forward(out)
        if isinstance(layer, ReLU):
            silent.append(out.max(axis=0) <= 0)
    return float(np.concatenate(silent).mean())
