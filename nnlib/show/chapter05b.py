"""The figures of notebook 05b: what a step remembers, the race, and what each memory is worth.

``walk`` follows a point downhill with any optimizer of the library; ``Race`` is the model that
``race`` plays; ``Crowd`` trains many small networks side by side, so that seeds can be counted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import ipywidgets as widgets
import numpy as np
from contourpy import contour_generator
from matplotlib.collections import LineCollection
from matplotlib.patches import Rectangle

import nnlib as nn
from nnlib._checks import Array
from nnlib.show import style
from nnlib.show.crowd import Crowd, train_each
from nnlib.show.explore import Update, make_widget
from nnlib.show.player import Player

Draw = Callable[[Any], Update]
Gradient = Callable[[Array], Array]

WIDE = (7.6, 3.5)  # inches: a map, and curves beside it
FAR = 1e6  # a point that is farther out has diverged


def walk(optimizer: nn.Optimizer, gradient: Gradient, start: Any, n_steps: int) -> Array:
    """Return the points (n_steps + 1, n) that ``optimizer`` visits from ``start``.

    Where a point leaves the box of half-width ``FAR`` the walk ends: it stays there.
    """
    theta = np.array(start, dtype=float)
    path = np.empty((n_steps + 1, len(theta)))
    for step in range(n_steps + 1):
        path[step] = theta
        if not np.abs(theta).max() < FAR:
            path[step:] = np.clip(np.nan_to_num(theta), -FAR, FAR)
            break
        optimizer.step(theta, gradient(theta))
    return path


def steps_to(path: Array, share: float = 0.01) -> int | None:
    """Return after how many steps the norm stays below ``share`` of its start; None if never."""
    norms = np.hypot(*path.T)
    outside = np.flatnonzero(norms > share * norms[0])
    return int(outside[-1]) + 1 if outside[-1] < len(path) - 1 else None


def _map_and_curve(figure: Any, ylabel: str, n_steps: int) -> Any:
    """Return two axes: a plane, and a quantity on a log axis over the steps."""
    figure.get_layout_engine().set(wspace=0.06)
    left, right = figure.subplots(1, 2, width_ratios=(1.25, 1))
    left.set(xlabel="x", ylabel="y", aspect="equal")
    right.set(xlabel="step", ylabel=ylabel, yscale="decades", xlim=(0, n_steps))
    return left, right


# --- momentum -----------------------------------------------------------------------------------

RAVINE = np.array([1.0, 25.0])  # curvatures of the ravine (x² + 25 y²) / 2


def momentum(figure: Any, n_steps: int = 100) -> Update:
    """A ball in a ravine, and plain descent at the same rate: ``update(momentum, rate)``."""
    left, right = _map_and_curve(figure, "loss", n_steps)
    xs, ys = np.linspace(-5, 5, 120), np.linspace(-4, 4, 120)
    height = (RAVINE[0] * xs**2 + RAVINE[1] * ys[:, np.newaxis] ** 2) / 2
    left.contour(
        xs, ys, height, levels=np.geomspace(0.1, 200, 10), colors=style.PALE, linewidths=0.8
    )
    left.plot(0, 0, "+", color=style.INK, markersize=9)
    left.set(xlim=(-5, 5), ylim=(-4, 4))
    right.set(ylim=(1e-10, 1e5), xlim=(0, n_steps))
    plain = [ax.plot([], [], color=style.GRAY, linewidth=1.1)[0] for ax in (left, right)]
    ball = [ax.plot([], [], color=style.BLUE, linewidth=1.6)[0] for ax in (left, right)]
    (dots,) = left.plot([], [], "o", color=style.BLUE, markersize=3)
    titles = left.set_title(" "), right.set_title(" ")

    def update(momentum: float, rate: float) -> str:
        paths = [
            walk(nn.Momentum(rate, momentum=beta), lambda p: RAVINE * p, (-4.0, 2.0), n_steps)
            for beta in (0.0, momentum)
        ]
        ends = []
        for lines, path in zip((plain, ball), paths, strict=True):
            loss = (RAVINE * path**2).sum(axis=1) / 2
            lines[0].set_data(*np.clip(path, -1e4, 1e4).T)
            lines[1].set_data(np.arange(n_steps + 1), np.clip(loss, 1e-12, 1e7))
            ends.append("diverges" if loss[-1] > 1e5 else f"loss {loss[-1]:.0e}")
        dots.set_data(*np.clip(paths[1], -1e4, 1e4).T)
        titles[0].set_text(f"momentum {momentum:.2f}, rate {rate:.3f}: {ends[1]}")
        titles[1].set_text(f"gray, without momentum: {ends[0]}")
        return (
            f"Ravine of condition number 25, rate {rate:.3f}, {n_steps} steps. Momentum "
            f"{momentum:.2f}: {ends[1]}. Without momentum: {ends[0]}."
        )

    return update


# --- a rate for each parameter ------------------------------------------------------------------


def turned(condition: float, angle: float) -> tuple[Array, Array]:
    """Return the matrix H of a ravine p H p / 2 turned by ``angle`` degrees, and the rotation."""
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    rotation = np.array([[c, -s], [s, c]])
    return rotation @ np.diag([1.0, condition]) @ rotation.T, rotation


def own_rates(figure: Any, n_steps: int = 150) -> Update:
    """SGD, AdaGrad and RMSprop in a ravine that can turn: ``update(condition_number, angle)``."""
    left, right = _map_and_curve(figure, "distance to the minimum", n_steps)
    left.set(xlim=(-3.6, 3.6), ylim=(-3.4, 4.9))
    right.set(ylim=(1e-6, 10))
    edges = LineCollection([], colors=style.PALE, linewidths=0.8)
    left.add_collection(edges)
    left.plot(0, 0, "+", color=style.INK, markersize=9)
    looks = {
        "SGD": (style.GRAY, "-", "—"),
        "AdaGrad": (style.ORANGE, "--", "- -"),
        "RMSprop": (style.BLUE, ":", "· · ·"),
    }
    lines = {
        name: [ax.plot([], [], dash, color=color, linewidth=1.5)[0] for ax in (left, right)]
        for name, (color, dash, _) in looks.items()
    }
    notes = {
        name: left.text(-3.5, 4.8 - 0.45 * i, "", color=color, va="top")
        for i, (name, (color, _, _)) in enumerate(looks.items())
    }
    titles = left.set_title(" "), right.set_title(" ")
    circle = np.linspace(0, 2 * np.pi, 90)

    def update(condition_number: int, angle: int) -> str:
        matrix, rotation = turned(condition_number, angle)
        rings = np.array([np.cos(circle), np.sin(circle) / math.sqrt(condition_number)])
        edges.set_segments([(rotation @ rings).T * r for r in (0.5, 1, 2, 3)])
        said = []
        for name, optimizer in {
            "SGD": nn.SGD(2 / (1 + condition_number)),
            "AdaGrad": nn.AdaGrad(1.0),
            "RMSprop": nn.RMSprop(0.1, decay=0.9),
        }.items():
            start = rotation @ np.array([-3.0, 1.0])
            path = walk(optimizer, lambda p: matrix @ p, start, n_steps)
            lines[name][0].set_data(*path.T)
            lines[name][1].set_data(np.arange(n_steps + 1), np.maximum(np.hypot(*path.T), 1e-9))
            needed = steps_to(path)
            count = f"not in {n_steps}" if needed is None else needed
            said.append(f"{name} {count} step{'' if needed == 1 else 's'}")
            notes[name].set_text(f"{looks[name][2]} {said[-1]}")
        titles[0].set_text(f"condition number {condition_number}, turned by {angle}°")
        titles[1].set_text("left: steps until it stays within 1%")
        return (
            f"Ravine of condition number {condition_number}, turned by {angle} degrees. To a "
            f"hundredth of the distance, to stay: {'; '.join(said)}."
        )

    return update


# --- bias correction ----------------------------------------------------------------------------


def step_lengths(beta1: float, beta2: float, steps: Array) -> Array:
    """Return m / sqrt(v) after ``steps`` equal gradients, not corrected: 1 if it were."""
    return (1 - beta1**steps) / np.sqrt(1 - beta2**steps)


def bias(figure: Any) -> Update:
    """How long Adam's steps would be without bias correction: ``update(beta1, beta2)``."""
    ax = figure.subplots()
    steps = np.unique(np.geomspace(1, 20000, 160).astype(int))
    ax.set(xscale="decades", yscale="decades", xlim=(0.9, 20000), ylim=(0.006, 200))
    ax.set(xlabel="step", ylabel="length of the step, in learning rates")
    ax.axhline(1, color=style.GRAY, linewidth=1.2)
    ax.text(18000, 0.93, "corrected", color=style.GRAY, ha="right", va="top")
    (line,) = ax.plot([], [], color=style.BLUE)
    (dots,) = ax.plot([], [], "o", color=style.BLUE)
    named = np.array([1, 10, 1000])
    ax.text(18000, 90, "without correction", color=style.BLUE, ha="right", va="top")
    title = ax.set_title(" ")

    def update(beta1: float, beta2: float) -> str:
        lengths = step_lengths(beta1, beta2, steps)
        line.set_data(steps, lengths)
        at = step_lengths(beta1, beta2, named)
        dots.set_data(named, at)
        told = ", ".join(f"step {n}: {length:.2f}" for n, length in zip(named, at, strict=True))
        title.set_text(f"β₁ = {beta1:g}, β₂ = {beta2:g}; {told}")
        return (
            f"Equal gradients, beta1 = {beta1:g}, beta2 = {beta2:g}. Length without correction, in "
            f"learning rates: {told}. With correction every step has 1."
        )

    return update


# --- weight decay -------------------------------------------------------------------------------


@lru_cache
def _noise(n_steps: int, n_copies: int) -> Array:
    return np.random.default_rng(0).standard_normal((n_steps, 2, n_copies))


def shrinking(
    kind: type[nn.Adam], decay: float, times_smaller: float, n_steps: int = 300, n_copies: int = 200
) -> Array:
    """Return the mean of two weights over the steps, (n_steps + 1, 2), both starting at 1.

    Their gradients are pure noise, that of the second ``times_smaller`` times smaller. The mean is
    over ``n_copies`` independent pairs. The rate is 0.01.
    """
    theta, means = np.ones((2, n_copies)), [np.ones(2)]
    optimizer = kind(0.01, weight_decay=decay)
    for gradient in _noise(n_steps, n_copies) * np.array([[1.0], [1 / times_smaller]]):
        optimizer.step(theta, gradient)
        means.append(theta.mean(axis=1))
    return np.array(means)


def decay(figure: Any, n_steps: int = 300) -> Update:
    """Two weights, L2 in Adam against AdamW: ``update(weight_decay, times_smaller)``."""
    figure.get_layout_engine().set(wspace=0.06)
    axes = figure.subplots(1, 2, sharey=True)
    lines = []
    for ax, name in zip(axes, ("L2 in Adam's gradient", "AdamW"), strict=True):
        ax.set(xlim=(0, n_steps), ylim=(-0.15, 1.25), xlabel="step")
        ax.axhline(0, color=style.PALE, linewidth=0.8)
        ax.text(0.98, 0.98, name, ha="right", va="top", transform=ax.transAxes)
        pair = [
            ax.plot([], [], line, color=color, linewidth=width)[0]
            for line, color, width in (("-", style.BLUE, 3.0), ("--", style.ORANGE, 1.8))
        ]
        lines.append(pair)
    axes[0].set(ylabel="weight, mean of 200")
    axes[1].text(8, -0.06, "large gradient", color=style.BLUE, va="center")
    axes[1].text(n_steps - 8, -0.06, "small gradient", color=style.ORANGE, va="center", ha="right")
    titles = [ax.set_title(" ") for ax in axes]

    def update(weight_decay: float, times_smaller: int) -> str:
        said = []
        for pair, title, kind in zip(lines, titles, (nn.Adam, nn.AdamW), strict=True):
            means = shrinking(kind, weight_decay, times_smaller, n_steps)
            for line, values in zip(pair, means.T, strict=True):
                line.set_data(np.arange(n_steps + 1), values)
            large, small = means[-1].round(2) + 0.0  # no minus before 0.00
            title.set_text(f"after {n_steps} steps {large:.2f} and {small:.2f}")
            said.append(f"{kind.__name__} {large:.2f} and {small:.2f}")
        return (
            f"Two weights from 1, decay {weight_decay:.2f}, the second gradient {times_smaller} "
            f"times smaller. After {n_steps} steps: {'; '.join(said)}."
        )

    return update


# --- the race -----------------------------------------------------------------------------------


class Surface:
    """A loss over the plane for the race.

    ``value(x, y)`` takes arrays and is 0 at the minimum; ``slope(x, y)`` is its gradient. ``rates``
    holds for each optimizer the best rate out of 1 and 3 times a power of ten (see ``score``).
    """

    def __init__(
        self,
        value: Callable[[Any, Any], Any],
        slope: Callable[[Any, Any], tuple[Any, Any]],
        start: tuple[float, float],
        extent: tuple[float, float, float, float],
        minima: Sequence[tuple[float, float]],
        levels: tuple[float, float],
        rates: Sequence[float],
        noise: float = 0.0,
    ) -> None:
        self.value, self.slope, self.start, self.extent = value, slope, start, extent
        self.minima, self.levels, self.noise = minima, levels, noise
        self.rates = dict(zip(RACERS, rates, strict=True))


def _rosenbrock(x: Any, y: Any) -> Any:
    return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x)


def _rosenbrock_slope(x: Any, y: Any) -> tuple[Any, Any]:
    return -2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)


def _beale(x: Any, y: Any) -> Any:
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y
    return a * a + b * b + c * c


def _beale_slope(x: Any, y: Any) -> tuple[Any, Any]:
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y
    along = 2 * (a * (y - 1) + b * (y * y - 1) + c * (y * y * y - 1))
    return along, 2 * (a * x + 2 * b * x * y + 3 * c * x * y * y)


TILT, _ = turned(25, 30)  # the ravine of the race lies across both axes


def _ravine(x: Any, y: Any) -> Any:
    return (TILT[0, 0] * x * x + 2 * TILT[0, 1] * x * y + TILT[1, 1] * y * y) / 2


def _ravine_slope(x: Any, y: Any) -> tuple[Any, Any]:
    return TILT[0, 0] * x + TILT[0, 1] * y, TILT[0, 1] * x + TILT[1, 1] * y


def _saddle(x: Any, y: Any) -> Any:
    return x * x / 2 + (y * y - 1) * (y * y - 1) / 4


RACERS: dict[str, type[nn.Optimizer]] = {
    kind.__name__: kind
    for kind in (
        nn.SGD,
        nn.Momentum,
        nn.Nesterov,
        nn.AdaGrad,
        nn.RMSprop,
        nn.Adam,
        nn.AMSGrad,
        nn.AdamW,
    )
}
MARKERS = ("o", "^", "s", "D", "v", "P", "X", "p")

SURFACES = {
    "Rosenbrock": Surface(
        _rosenbrock,
        _rosenbrock_slope,
        (-1.2, 1.0),
        (-2.0, 2.0, -1.2, 2.8),
        [(1, 1)],
        (0.1, 3000),
        (0.003, 0.003, 0.001, 3, 0.3, 1, 1, 1),
    ),
    "Beale": Surface(
        _beale,
        _beale_slope,
        (1.0, 1.5),
        (-0.5, 4.5, -2.5, 2.5),
        [(3, 0.5)],
        (0.05, 3000),
        (0.03, 0.003, 0.003, 1, 0.1, 0.3, 0.3, 0.3),
    ),
    "ravine": Surface(
        _ravine,
        _ravine_slope,
        (-4.0, -1.0),
        (-5.0, 5.0, -5.0, 5.0),
        [(0, 0)],
        (0.05, 300),
        (0.03, 0.01, 0.03, 3, 0.3, 1, 1, 3),
    ),
    "saddle": Surface(
        _saddle,
        lambda x, y: (x, y * y * y - y),
        (1.5, 0.001),
        (-2.0, 2.0, -2.0, 2.0),
        [(0, 1), (0, -1)],
        (0.01, 5),
        (0.3, 0.3, 0.3, 1, 0.1, 1, 1, 1),
    ),
    "noisy bowl": Surface(
        lambda x, y: (x * x + y * y) / 2,
        lambda x, y: (x, y),
        (-3.0, 2.0),
        (-4.0, 4.0, -4.0, 4.0),
        [(0, 0)],
        (0.01, 20),
        (0.03, 0.003, 0.003, 0.3, 0.03, 0.1, 0.1, 0.1),
        noise=1.0,
    ),
}
RATE_TIMES = ["0.1", "0.3", "1", "3", "10"]
N_STEPS = 300
LOWEST = 1e-8  # losses below are drawn here
LOST = 1e15  # a loss above has run away; one long jump of a bounded step stays below


class Runner:
    """One optimizer of the library on one surface; a step at a time. Diverged, it stands still."""

    def __init__(self, surface: Surface, name: str, rate: float) -> None:
        self.surface, self.name, self.rate = surface, name, rate
        self.optimizer = RACERS[name](learning_rate=rate)
        self.theta = np.array(surface.start)
        self.path, self.losses = [self.theta.copy()], [float(surface.value(*self.theta))]
        self._rng = np.random.default_rng(0)  # every runner meets the same noise

    @property
    def diverged(self) -> bool:
        return not self.losses[-1] < LOST

    def advance(self) -> None:
        if self.diverged:
            return
        # Numbers of Python: NumPy's take several times as long, one by one, and warn of overflow.
        gradient = np.array(self.surface.slope(*self.theta.tolist()))
        if self.surface.noise:
            gradient += self.surface.noise * self._rng.standard_normal(2)
        with np.errstate(over="ignore", invalid="ignore"):
            self.optimizer.step(self.theta, gradient)
        loss = self.surface.value(*self.theta.tolist())
        self.losses.append(loss if loss < LOST else LOST)
        self.path.append(self.theta.copy() if loss < LOST else np.nan_to_num(self.theta))

    def run(self, n_steps: int = N_STEPS) -> Runner:
        while len(self.losses) <= n_steps and not self.diverged:
            self.advance()
        return self


def score(runner: Runner) -> float:
    """Mean logarithm of the loss over a run: low for one that comes down soon, and far."""
    losses = np.maximum(runner.losses, LOWEST)
    return math.inf if runner.diverged else float(np.log10(losses).mean())


@lru_cache
def _at_own_rates(surface_name: str) -> dict[str, Runner]:
    """Return all optimizers after a whole run."""
    surface = SURFACES[surface_name]
    return {name: Runner(surface, name, rate).run() for name, rate in surface.rates.items()}


class Race:
    """What ``play`` plays: optimizers from one start, with the run before drawn thin.

    The run before is at first that of all optimizers at their own rates, ``N_STEPS`` steps long.
    """

    def __init__(self) -> None:
        self.surface = ""
        self.earlier: dict[str, Runner] = {}
        self.runners: dict[str, Runner] = {}
        self.n_steps = 0

    def reset(self, **values: Any) -> None:
        """All to the start; the run so far becomes the one before."""
        if self.surface != values["surface"]:
            self.surface, self.n_steps = values["surface"], 0
            self.forget()
        if self.n_steps:
            self.earlier = {**self.earlier, **self.runners}
        self.runners, self.n_steps = {}, 0
        self._line_up(values)

    def forget(self) -> None:
        """The run before is again the one at the optimizers' own rates."""
        self.earlier = dict(_at_own_rates(self.surface))

    def advance(self, **values: Any) -> bool:
        """One step of each."""
        if self.n_steps < N_STEPS:
            self.n_steps += 1
            for runner in self._line_up(values):
                runner.advance()
        return self.n_steps >= N_STEPS

    def change(self, before: dict[str, Any], **values: Any) -> None:
        """A moved rate or surface starts anew; who joins later catches up."""
        same = (before["surface"], before["rate_times"]) == (
            values["surface"],
            values["rate_times"],
        )
        if same:
            for runner in self._line_up(values):
                runner.run(self.n_steps)
        else:
            self.reset(**values)

    def _line_up(self, values: dict[str, Any]) -> list[Runner]:
        surface, chosen = SURFACES[self.surface], [name for name in RACERS if values[name]]
        for name in chosen:
            if name not in self.runners:
                rate = surface.rates[name] * float(values["rate_times"])
                self.runners[name] = Runner(surface, name, rate).run(self.n_steps - 1)
        return [self.runners[name] for name in chosen]

    def _headline(self, names: list[str]) -> str:
        where = f"{self.surface}, step {self.n_steps}"
        if not self.n_steps or not names:
            return f"{where} (thin: the run before)"
        done = [name for name in names if self.runners[name].losses[-1] < LOWEST]
        if done:
            return f"{where}: {len(done)} of {len(names)} below {LOWEST:.0e}"
        best = min((self.runners[name] for name in names), key=lambda runner: runner.losses[-1])
        return f"{where}: lowest {best.name}, {_loss(best)}"

    def draw(self, figure: Any) -> Update:
        board = _Board(figure)

        def update(**values: Any) -> str:
            board.show_surface(self.surface)
            said = []
            for name in RACERS:
                now = self.runners[name] if values[name] else None
                before = self.earlier[name] if values[name] else None
                said += board.show_runner(name, now, before)
            board.title.set_text(self._headline([name for name in RACERS if values[name]]))
            return (
                f"{self.surface}, rates times {values['rate_times']}, step {self.n_steps}. Loss, "
                f"and at the end of the run before: {'; '.join(said) or 'nobody runs'}."
            )

        return update


# One text a row: drawing text is what costs time.
COLUMNS: dict[str, Any] = {"family": "DejaVu Sans Mono", "size": 8.3, "ha": "right", "va": "center"}


def _columns(rate: str, loss: str, before: str) -> str:
    return f"{rate:>6}{loss:>10}{before:>12}"


class _Board:
    """The artists of the race: a map, the loss curves, a table."""

    def __init__(self, figure: Any) -> None:
        figure.get_layout_engine().set(wspace=0.05, hspace=0.04)
        grid = figure.add_gridspec(2, 2, width_ratios=(1.05, 1), height_ratios=(1.35, 1))
        self.map, self.curves = figure.add_subplot(grid[:, 0]), figure.add_subplot(grid[0, 1])
        table = figure.add_subplot(grid[1, 1])
        table.set_axis_off()
        table.set(xlim=(0, 1), ylim=(-0.6, 8.6))
        self.surface = ""
        self.title = self.map.set_title(" ")
        self.map.set(xlabel="x", ylabel="y")
        self.curves.set(xlabel="step", ylabel="loss above the minimum", yscale="decades")
        self.curves.set(xlim=(0, N_STEPS), ylim=(LOWEST / 2, 1e4))
        self.rings = self.map.add_collection(
            LineCollection([], colors=style.PALE, linewidths=0.6, zorder=1)
        )
        (self.minima,) = self.map.plot([], [], "+", color=style.INK, markersize=10, zorder=2)
        table.text(0.06, 8.1, "optimizer", va="center", color="#555555")
        table.text(1.0, 8.1, _columns("rate", "loss", "run before"), color="#555555", **COLUMNS)
        self.rows = {
            name: _Row(i, name, (self.map, self.curves, table)) for i, name in enumerate(RACERS)
        }

    def show_surface(self, name: str) -> None:
        if name == self.surface:
            return
        self.surface, surface = name, SURFACES[name]
        left, right, bottom, top = surface.extent
        xs, ys = np.linspace(left, right, 200), np.linspace(bottom, top, 200)
        contours = contour_generator(xs, ys, surface.value(xs, ys[:, np.newaxis]))
        levels = np.geomspace(*surface.levels, 10)
        self.rings.set_segments([line for level in levels for line in contours.lines(level)])
        self.minima.set_data(*np.array(surface.minima, dtype=float).T)
        self.map.set(xlim=(left, right), ylim=(bottom, top))

    def show_runner(self, name: str, now: Runner | None, before: Runner | None) -> list[str]:
        row = self.rows[name]
        row.show_lines(now, before)
        if now is None or before is None:
            row.numbers.set_text("")
            return []
        words = _loss(now), _loss(before)
        row.numbers.set_text(_columns(f"{now.rate:g}", *words))
        return [f"{name} {words[0]}, before {words[1]} at rate {before.rate:g}"]


class _Row:
    """One optimizer on the board."""

    def __init__(self, i: int, name: str, axes: Any) -> None:
        plane, curves, table = axes
        color, marker = style.PALETTE[i], MARKERS[i]
        thin = {"color": color, "linewidth": 0.9, "alpha": 0.45}
        self.before = [ax.plot([], [], zorder=3, **thin)[0] for ax in (plane, curves)]
        self.now = [
            ax.plot([], [], color=color, linewidth=1.4, zorder=4)[0] for ax in (plane, curves)
        ]
        self.heads = [
            ax.plot([], [], marker, color=color, markersize=6, mec="white", mew=0.6, zorder=5)[0]
            for ax in (plane, curves)
        ]
        y = 7 - i
        table.plot(0.02, y, marker, color=color, markersize=6)
        table.text(0.06, y, name, va="center", color=color)
        self.numbers = table.text(1.0, y, "", color=style.INK, **COLUMNS)
        # Over sign and name of who does not run: faded themselves, they would be drawn each frame.
        look: dict[str, Any] = {"color": "white", "alpha": 0.65, "linewidth": 0, "zorder": 4}
        self.veil = table.add_patch(Rectangle((0, y - 0.45), 0.35, 0.9, **look))
        # Or the first tick of each box would draw the background anew (see ``Scene``).
        self.numbers.set_animated(True)
        self.veil.set_animated(True)

    def show_lines(self, now: Runner | None, before: Runner | None) -> None:
        for lines, runner in ((self.now, now), (self.before, before), (self.heads, now)):
            path = np.array(runner.path) if runner else np.empty((0, 2))
            losses = np.maximum(runner.losses, LOWEST) if runner else np.empty(0)
            steps, last = np.arange(len(losses)), slice(-1 if lines is self.heads else None, None)
            lines[0].set_data(*np.clip(path[last], -1e4, 1e4).T)
            lines[1].set_data(steps[last], losses[last])
        self.veil.set_visible(now is None)


def _loss(runner: Runner) -> str:
    if runner.diverged:
        return "diverged"
    return f"< {LOWEST:.0e}" if runner.losses[-1] < LOWEST else f"{runner.losses[-1]:.1e}"


class RacePlayer(Player):
    """The player of the race: its check boxes stand in rows instead of a tall column."""

    def _arrange(self) -> list[Any]:
        boxes = [self.controls[name] for name in RACERS]
        for box in boxes:
            box.indent, box.layout.width = False, "8em"
        self.controls["rate_times"].value = "1"
        look = {"margin": "0 0 0 9.5em", "flex_flow": "row wrap", "max_width": "38em"}
        team = make_widget(widgets.HBox, self.identity, "team", look, children=boxes)
        return [
            self.controls["surface"],
            self.controls["rate_times"],
            team,
            self._transport(),
            self.message,
        ]


def race() -> RacePlayer:
    """Return the race, ready to play: three of the eight optimizers are chosen."""
    chosen = {name: name in ("SGD", "Momentum", "Adam") for name in RACERS}
    controls = {"surface": list(SURFACES), "rate_times": RATE_TIMES, **chosen}
    return RacePlayer(Race(), (7.8, 4.5), controls, steps_per_frame=2)


# --- the example on which Adam goes the wrong way -----------------------------------------------

# (optimizer, C, n_steps) -> the points x_1 ... x_n
Online = Callable[[nn.Optimizer, float, int], Array]


def online(run: Online, n_steps: int = 999) -> Draw:
    """The online example of Reddi et al. (2018), Adam and AMSGrad: ``update(C, beta2)``."""

    def draw(figure: Any) -> Update:
        ax = figure.subplots()
        ax.set(
            xlim=(0, n_steps * 1.17), ylim=(-1.25, 1.25), xlabel="step t", ylabel="x after step t"
        )
        ax.set(xticks=range(0, n_steps + 2, 200))
        (target,) = ax.plot([], [], ":", color=style.INK, linewidth=1.2)
        note = ax.text(n_steps / 2, 0, "", ha="center", va="center")
        kinds = {nn.Adam: style.BLUE, nn.AMSGrad: style.ORANGE}
        lines = {
            kind: ax.plot([], [], look, color=color)[0]
            for (kind, color), look in zip(kinds.items(), ("-", "--"), strict=True)
        }
        labels = {
            kind: ax.text(n_steps * 1.01, 0, kind.__name__, color=color, va="center")
            for kind, color in kinds.items()
        }
        title = ax.set_title(" ")

        def update(C: float, beta2: float) -> str:
            best = float(np.sign(2 - C))  # three steps cost (C - 2) x
            words_best = f"best x = {best:+.0f}" if best else "C = 2: every x costs the same"
            target.set_data([0, n_steps], [best, best] if best else [np.nan, np.nan])
            note.set_y(1.13 * (best or 1))  # no path leaves [-1, 1]
            note.set_text(words_best)
            ends = {}
            for kind, line in lines.items():
                path = run(kind(beta1=0.0, beta2=beta2), C, n_steps)[2::3]  # ends of the cycles
                line.set_data(np.arange(3, n_steps + 1, 3), path)
                ends[kind.__name__] = float(path[-1])
            apart = abs(ends["Adam"] - ends["AMSGrad"]) > 0.2
            for (kind, label), nudge in zip(labels.items(), (0.08, -0.08), strict=True):
                label.set_y(np.clip(ends[kind.__name__], -0.9, 0.9) + (0 if apart else nudge))
            words = ", ".join(f"{name} ends at {x:+.2f}" for name, x in ends.items())
            title.set_text(f"C = {C:g}, β₂ = {beta2:.2f}: {words}")
            return f"C = {C:g}, beta2 = {beta2:.2f}, {n_steps} steps. {words_best}; {words}."

        return update

    return draw


# --- many small networks side by side -----------------------------------------------------------


def train_many(
    nets: Sequence[nn.Sequential],
    optimizers: Sequence[nn.Optimizer],
    x: Array,
    y: Array,
    batches: Array,
) -> list[Crowd]:
    """Return for each optimizer copies of ``nets``, trained with it.

    There is a step for each row of ``batches``, which holds row numbers of x (k, n, n_in) and y
    (k, n, 1).
    """
    x, y = (np.tile(a, (len(optimizers), 1, 1)) for a in (x, y))
    return train_each(nets, optimizers, ((x[:, rows], y[:, rows]) for rows in batches))


Losses = Mapping[float, Array]


@style.style()
def rates_and_losses(results: Mapping[str, Losses]) -> Any:
    """Draw the final loss over the rate, a panel an optimizer; return (figure, alt).

    ``results[name][rate]`` holds a loss for each seed.
    """
    figure = style.new_figure((7.6, 3.9))
    axes = figure.subplots(2, 4, sharex=True, sharey=True)
    told = []
    for i, (ax, (name, losses)) in enumerate(zip(axes.flat, results.items(), strict=True)):
        color, rates = style.PALETTE[i], sorted(losses)
        lines = np.array([[losses[r].min(), np.median(losses[r]), losses[r].max()] for r in rates])
        ax.fill_between(rates, lines[:, 0], lines[:, 2], color=color, alpha=0.25, linewidth=0)
        ax.plot(rates, lines[:, 1], marker=MARKERS[i], color=color)
        best = min(rates, key=lambda rate: np.median(losses[rate]))
        median = f"{np.median(losses[best]):.0e}"
        ax.set_title(f"{name}: {median} at {best:g}", color=color)
        told.append(f"{name} {median} at {best:g}")
    axes[0, 0].set(xscale="decades", yscale="decades", ylim=(3e-4, 1), xlim=(6e-4, 2))
    figure.supxlabel("learning rate", fontsize=9)
    figure.supylabel("loss after training, mean per example", fontsize=9)
    n_seeds = len(next(iter(next(iter(results.values())).values())))
    return figure, (
        f"Eight panels: loss after training over the learning rate, median and range of {n_seeds} "
        f"seeds. Lowest medians: {', '.join(told)}."
    )


# --- the family tree ----------------------------------------------------------------------------

FAMILY = {  # name: (place from left, place from bottom, year, what it added)
    "SGD": (0, 1, "1951", "the slope here"),
    "Momentum": (1, 2, "1964", "where it was going"),
    "Nesterov": (2, 2.75, "1983", "looks ahead"),
    "AdaGrad": (1, 0, "2011", "all slopes squared"),
    "RMSprop": (2, 0, "2012", "forgets the old ones"),
    "Adam": (2.5, 1.3, "2015", "both, corrected"),
    "AMSGrad": (3.5, 0.55, "2018", "keeps the largest"),
    "AdamW": (3.5, 2.05, "2019", "decays outside"),
}
DESCENT = (
    ("SGD", "Momentum"),
    ("SGD", "AdaGrad"),
    ("Momentum", "Nesterov"),
    ("AdaGrad", "RMSprop"),
    ("Momentum", "Adam"),
    ("RMSprop", "Adam"),
    ("Adam", "AMSGrad"),
    ("Adam", "AdamW"),
)


@style.style()
def family_tree() -> Any:
    """Draw which optimizer grew out of which, and what each remembers; return (figure, alt)."""
    figure = style.new_figure((7.6, 3.4))
    ax = figure.subplots()
    ax.set_axis_off()
    ax.set(xlim=(-0.45, 4.0), ylim=(-0.45, 3.2))
    boxes = {}
    for i, (name, (x, y, year, added)) in enumerate(FAMILY.items()):
        box = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": style.PALETTE[i]}
        words = f"{name}, {year}\n{added}"
        text = ax.text(x, y, words, ha="center", va="center", bbox=box, fontsize=8.5)
        boxes[name] = text.get_bbox_patch()
    for parent, child in DESCENT:
        ends = {"patchA": boxes[parent], "patchB": boxes[child], "shrinkA": 2, "shrinkB": 2}
        look = {"arrowstyle": "->", "color": "#888888", **ends}
        ax.annotate("", FAMILY[child][:2], FAMILY[parent][:2], arrowprops=look)
    ax.set_title("what each step remembers, and from whom it has it")
    grown = "; ".join(f"{parent} to {child}" for parent, child in DESCENT)
    added = "; ".join(f"{name} ({year}): {what}" for name, (_, _, year, what) in FAMILY.items())
    return figure, f"Family tree with arrows from {grown}. What each remembers: {added}."
