"""The figures of notebook 05c: noise floors, schedules, a range test, a cliff, Newton's step.

``train_together`` runs ``fit``'s loop for many small networks and many schedules at once; the
notebook and the tests compare it with ``fit``.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from nnlib._checks import Array
from nnlib.activations import sigmoid
from nnlib.network import Sequential
from nnlib.optimizers import Optimizer
from nnlib.show import plots, style
from nnlib.show.crowd import Crowd, minibatches, train_each
from nnlib.show.explore import Update

Draw = Callable[[Any], Update]
Schedule = Callable[[int], float]

FREE = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}  # keeps lines off a label


# --- a constant rate and its noise floor


def falling(fall: str, rate: float, n_steps: int) -> Array:
    """Return the rates of ``n_steps`` updates that start at ``rate``."""
    step = np.arange(n_steps)
    if fall == "cosine":
        return rate * 0.5 * (1 + np.cos(np.pi * step / n_steps))
    return rate / (1 + rate * step) if fall == "1/t" else np.full(n_steps, rate)


def noise_floor(n_steps: int = 300, n_runs: int = 1000) -> Draw:
    """Noisy descent on w²/2, many runs at once: ``update(rate, fall)``.

    ``fall`` is "stays", "1/t" or "cosine". The noise has variance 1, as in the notebook's cell.
    """
    noise = np.random.default_rng(0).standard_normal((n_steps, n_runs))

    def walk(rate: float, fall: str) -> tuple[Array, Array]:
        """Return three of the runs, (n_steps + 1, 3), and the mean of w² over all runs."""
        w = np.full(n_runs, 3.0)
        some, mean_square = [w[:3].copy()], [9.0]
        for eta, draw in zip(falling(fall, rate, n_steps), noise, strict=True):
            w = w - eta * (w + draw)
            some.append(w[:3].copy())
            mean_square.append(float(np.mean(w * w)))
        return np.array(some), np.array(mean_square)

    def draw(figure: Any) -> Update:
        left, right = figure.subplots(1, 2)
        steps = np.arange(n_steps + 1)
        runs = [left.plot([], [], color=c, linewidth=1)[0] for c in style.PALETTE[:3]]
        left.axhline(0, color=style.PALE, linewidth=0.8)
        left.set(xlim=(0, n_steps), ylim=(-3.4, 3.4), xlabel="update", ylabel="w, three runs")
        (line,) = right.plot([], [], color=style.BLUE)
        (floor,) = right.plot([], [], "--", color=style.RED)
        right.set(yscale="decades", xlim=(0, n_steps), ylim=(1e-3, 1e3))
        right.set(xlabel="update", ylabel=f"mean of w² over {n_runs} runs")
        right.text(0.97, 0.95, "measured", color=style.BLUE, ha="right", transform=right.transAxes)
        note = right.text(0.97, 0.88, "", color=style.RED, ha="right", transform=right.transAxes)
        titles = left.set_title(" "), right.set_title(" ")

        def update(rate: float, fall: str) -> str:
            some, mean_square = walk(rate, fall)
            for run, path in zip(runs, some.T, strict=True):
                out = int(np.argmax(np.abs(path) > 30)) or len(path)  # then it is gone for good
                run.set_data(steps[:out], path[:out])
            line.set_data(steps, np.minimum(mean_square, 1e6))
            end = float(mean_square[-20:].mean())
            settles = rate < 2
            height = rate / (2 - rate) if settles else math.nan
            floor.set_data([0, n_steps], [height, height])
            note.set_text(f"floor η/(2-η) = {height:.3f}" if settles else "no floor: η ≥ 2")
            kind = {"stays": "constant"}.get(fall, f"falling, {fall}")
            titles[0].set_text(f"rate {rate:.2f}, {kind}")
            fate = "grows without end" if end > 1e3 else f"mean of w² at the end {end:.3g}"
            titles[1].set_text(fate)
            floors = f"The floor of the constant rate is {height:.3f}." if settles else "No floor."
            return f"Noisy descent from w = 3, first rate {rate:.2f}, {kind}: {fate}. {floors}"

        return update

    return draw


# --- schedules on a small network


def train_together(
    nets: Sequence[Sequential], x: Array, y: Array, rates: Array, batch_size: int, every: int = 20
) -> Array:
    """Train copies of networks of one shape on two classes, under many schedules at once.

    Parameters
    ----------
    nets : Sequentials with one logit; they stay as they are
        Net number i gets the batches that ``fit(..., rng=i)`` would give it.
    x, y : arrays (n, n_features), (n,)
    rates : array (n_updates, n_schedules)

    Returns
    -------
    losses : array (n_records, n_schedules, n_nets)
        On all of (x, y), after 0, ``every``, 2 ``every``, ... updates.
    """
    crowd = Crowd([net for _ in rates[0] for net in nets])
    target = np.asarray(y, dtype=float)[:, np.newaxis]
    batches = minibatches(x, target, batch_size, [*range(len(nets))] * rates.shape[1])
    losses = [crowd.loss(x, target)]
    for step, rate in enumerate(np.repeat(rates, len(nets), axis=1), start=1):
        crowd.gradient(*next(batches))
        crowd.theta -= rate[:, np.newaxis] * crowd.grad
        if step % every == 0:
            losses.append(crowd.loss(x, target))
    return np.reshape(losses, (-1, rates.shape[1], len(nets)))


Key = tuple[str, int, float]  # name, variant, highest rate
Runs = Mapping[Key, tuple[Array, Array]]  # -> rates (n_updates,), losses (n_records, n_nets)


class AllRuns(dict[Key, tuple[Array, Array]]):
    """Runs under every schedule at every highest rate; ``schedules(highest, variant)`` gives them.

    Variant 1 is trained at once, side by side. What else is asked for is trained then, and kept.
    """

    def __init__(
        self,
        schedules: Callable[[float, int], Mapping[str, Schedule]],
        nets: Sequence[Sequential],
        data: tuple[Array, Array],
        highest: Sequence[float],
        n_updates: int,
        batch_size: int,
    ) -> None:
        self._schedules, self._nets, self._data = schedules, nets, data
        self._n_updates, self._batch_size = n_updates, batch_size
        self._train([(name, 1, top) for top in highest for name in schedules(top, 1)])

    def __missing__(self, key: Key) -> tuple[Array, Array]:
        self._train([key])
        return self[key]

    def _train(self, keys: Sequence[Key]) -> None:
        chosen = [self._schedules(top, variant)[name] for name, variant, top in keys]
        rates = np.array(
            [[schedule(step) for schedule in chosen] for step in range(self._n_updates)]
        )
        losses = train_together(self._nets, *self._data, rates, self._batch_size)
        self.update({key: (rates[:, i], losses[:, i]) for i, key in enumerate(keys)})


def schedule_explorer(runs: Runs) -> Draw:
    """The rate over the updates and what it does: ``update(schedule, highest_rate, variant)``."""
    n_updates, n_records = len(next(iter(runs.values()))[0]), len(next(iter(runs.values()))[1])
    at = np.linspace(0, n_updates, n_records)
    colors = {"constant": style.GRAY, "chosen": style.BLUE}

    def draw(figure: Any) -> Update:
        top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(1, 1.7))
        lines = {}
        for name, color in colors.items():
            (rate,) = top.plot([], [], color=color, drawstyle="steps-post")
            (median,) = bottom.plot([], [], color=color)
            band = bottom.fill(at, at * 0 + 1, color=color, alpha=0.18, linewidth=0)[0]
            lines[name] = rate, median, band
        top.set(yscale="decades", ylim=(2e-4, 16), ylabel="learning rate")
        bottom.set(yscale="decades", ylim=(0.05, 6), xlim=(0, n_updates), xlabel="update")
        bottom.set_ylabel("loss, mean per example")
        plots.log_ticks(bottom.yaxis, 1, 3)
        label = bottom.text(0.02, 0.16, "", color=style.BLUE, transform=bottom.transAxes)
        bottom.text(0.02, 0.05, "constant", color=style.GRAY, transform=bottom.transAxes)
        titles = top.set_title(" "), bottom.set_title(" ")

        def update(schedule: str, highest_rate: float, variant: int) -> str:
            ends = {}
            for kind, name in (("constant", "constant"), ("chosen", schedule)):
                rates, losses = runs[name, variant, highest_rate]
                line, median, band = lines[kind]
                line.set_data(np.arange(n_updates), np.maximum(rates, 1e-5))
                median.set_data(at, np.median(losses, axis=1))
                edge = np.concatenate([losses.min(axis=1), losses.max(axis=1)[::-1]])
                band.set_xy(np.column_stack([np.concatenate([at, at[::-1]]), edge]))
                ends[kind] = float(np.median(losses[-1]))
            rates = runs[schedule, variant, highest_rate][0]
            label.set_text(schedule)
            titles[0].set_text(
                f"{schedule}, variant {variant}: first rate {rates[0]:.3g}, highest "
                f"{rates.max():.3g}, last {rates[-1]:.2g}"
            )
            better = "below" if ends["chosen"] < ends["constant"] else "not below"
            titles[1].set_text(
                f"median loss at the end {ends['chosen']:.3f}, {better} the constant rate's "
                f"{ends['constant']:.3f}"
            )
            return (
                f"{schedule}, variant {variant}, with a highest rate of {highest_rate}: the rate "
                f"goes from {rates[0]:.3g} to {rates[-1]:.2g}; the median loss at the end is "
                f"{ends['chosen']:.3f}, with the rate constant {ends['constant']:.3f}."
            )

        return update

    return draw


def best_of(runs: Runs, variant: int = 1) -> dict[str, tuple[float, Array]]:
    """Return for each schedule the highest rate with the lowest median, and the last losses."""
    found: dict[str, tuple[float, Array]] = {}
    for (name, this, top), (_, losses) in runs.items():
        better = name not in found or np.median(losses[-1]) < np.median(found[name][1])
        if this == variant and better:
            found[name] = top, losses[-1]
    return found


@style.style()
def best_picture(best: Mapping[str, tuple[float, Array]]) -> tuple[Any, str]:
    """Draw the last losses of each schedule at its best rate, a mark a seed; with alt text."""
    ax = style.new_axes(size=(6.0, 3.2))
    for row, (name, (_, losses)) in enumerate(best.items()):
        color = style.GRAY if name == "constant" else style.BLUE
        ax.plot(losses, np.full(len(losses), row), "o", color=color, alpha=0.7, markersize=5)
        ax.plot([np.median(losses)], [row], "|", color=style.INK, markersize=18)
    ax.set_yticks(range(len(best)), [f"{name}, {top:g}" for name, (top, _) in best.items()])
    ax.set(xscale="decades", xlabel="loss after the last update (bar: median)", ylim=(5.5, -0.5))
    ax.set_xticks([0.1, 0.15, 0.2, 0.3])
    medians = {name: float(np.median(losses)) for name, (_, losses) in best.items()}
    low, *_, high = sorted(medians, key=lambda name: medians[name])
    ax.set_title(f"medians at the best rate: {low} {medians[low]:.2f}, {high} {medians[high]:.2f}")
    return ax.figure, (
        f"Last losses of {len(best[low][1])} seeds for each schedule at its best rate. Medians: "
        + ", ".join(f"{name} {value:.2f}" for name, value in medians.items())
        + "."
    )


# --- range test


def smoothed(losses: Array, smoothing: float) -> Array:
    """Return a fading mean of ``losses``, corrected for its start, as Adam does."""
    mean, means = 0.0, []
    for step, value in enumerate(losses, start=1):
        mean = smoothing * mean + (1 - smoothing) * float(value)
        means.append(mean / (1 - smoothing**step))
    return np.array(means)


def marks(rates: Array, losses: Array) -> tuple[int, int]:
    """Return where the loss falls fastest over the logarithm of the rate, and where it is least."""
    return int(np.argmin(np.gradient(losses, np.log(rates)))), int(np.argmin(losses))


def last_losses(
    nets: Sequence[Sequential],
    optimizers: Sequence[Optimizer],
    data: tuple[Array, Array],
    n_updates: int,
    batch_size: int,
) -> Array:
    """Train copies of ``nets`` with each optimizer, all side by side; return the last losses.

    Net number i gets the batches that ``fit(..., rng=i)`` would give it. The losses have the shape
    (n_optimizers, n_nets).
    """
    x, y = data[0], np.asarray(data[1], dtype=float)[:, np.newaxis]
    batches = minibatches(x, y, batch_size, [*range(len(nets))] * len(optimizers))
    crowds = train_each(nets, optimizers, itertools.islice(batches, n_updates))
    return np.array([each.loss(x, y) for each in crowds])


RangeTest = Callable[[str, int, int], tuple[Array, Array]]


def suggested(
    test: RangeTest, optimizer: str, batch_size: int, seeds: int, smoothing: float = 0.5
) -> tuple[float, float]:
    """Return the rates where the loss falls fastest and where it is least, medians over seeds."""
    found = []
    for seed in range(seeds):
        rates, losses = test(optimizer, batch_size, seed)
        found.append(rates[list(marks(rates, smoothed(losses, smoothing)))])
    fastest, least = np.median(found, axis=0)
    return float(fastest), float(least)


def range_explorer(test: RangeTest, best: Mapping[str, float]) -> Draw:
    """A range test and what it suggests: ``update(optimizer, batch_size, smoothing, seed)``.

    ``test(optimizer, batch_size, seed)`` returns rates and losses; ``best[optimizer]`` is the rate
    that real runs found best, among rates half a decade apart.
    """

    def draw(figure: Any) -> Update:
        ax = figure.subplots()
        (raw,) = ax.plot([], [], color=style.PALE, linewidth=1)
        (line,) = ax.plot([], [], color=style.BLUE)
        (fastest,) = ax.plot([], [], "^", color=style.ORANGE, markersize=9, zorder=4)
        (least,) = ax.plot([], [], "o", color=style.RED, markersize=8, zorder=4)
        (tenth,) = ax.plot([], [], "--", color=style.RED)
        (real,) = ax.fill([1, 1, 2, 2], [0, 1, 1, 0], color=style.GRAY, alpha=0.25, linewidth=0)
        ax.set(xscale="decades", yscale="decades", xlim=(1e-4, 1e2), ylim=(0.03, 8))
        ax.set(xlabel="learning rate of this update", ylabel="loss of this batch")
        plots.log_ticks(ax.yaxis, 1, 3)
        rows = (
            ("▲ falls fastest", style.ORANGE),
            ("● lowest", style.RED),
            ("- - a tenth of it", style.RED),
            ("gray: best in real runs", "#555555"),
        )
        for row, (text, color) in enumerate(rows):
            place = 0.02, 0.31 - 0.09 * row
            ax.text(*place, text, color=color, transform=ax.transAxes, bbox=FREE, zorder=3)
        title = ax.set_title(" ")

        def update(optimizer: str, batch_size: int, smoothing: float, seed: int) -> str:
            rates, losses = test(optimizer, batch_size, seed)
            curve = smoothed(losses, smoothing)
            steep, low = marks(rates, curve)
            raw.set_data(rates, losses)
            line.set_data(rates, curve)
            fastest.set_data([rates[steep]], [curve[steep]])
            least.set_data([rates[low]], [curve[low]])
            tenth.set_data([rates[low] / 10] * 2, [0.03, 8])
            left, right = best[optimizer] / 10**0.25, best[optimizer] * 10**0.25
            real.set_xy([(left, 0.03), (left, 8), (right, 8), (right, 0.03)])
            title.set_text(
                f"{optimizer}, batches of {batch_size}: lowest at {rates[low]:.2g}, a tenth is "
                f"{rates[low] / 10:.2g}; stopped at {rates[-1]:.2g}"
            )
            return (
                f"Range test of {optimizer} with batches of {batch_size}, smoothing "
                f"{smoothing:.2f}, seed {seed}: the loss falls fastest at {rates[steep]:.2g} and "
                f"is lowest at {rates[low]:.2g}; the test stopped at {rates[-1]:.2g}. In real "
                f"runs the best rate was {best[optimizer]:.2g}."
            )

        return update

    return draw


# --- a cliff, and clipping


def cliff_loss(w: float, b: float, n_times: int = 20) -> tuple[float, float, float]:
    """Return the loss (a - 0.7)² of a = sigmoid(w a + b) repeated from a = 0.5, and its slopes.

    After the example of Pascanu et al. (2013): one recurrent unit, the same w and b each time.
    """
    a, by_w, by_b = 0.5, 0.0, 0.0
    for _ in range(n_times):
        z = w * a + b
        new = 1 / (1 + math.exp(-z)) if z > -700 else 0.0
        slope = new * (1 - new)
        by_w, by_b = slope * (a + w * by_w), slope * (1 + w * by_b)
        a = new
    error = 2 * (a - 0.7)
    return (a - 0.7) ** 2, error * by_w, error * by_b


def cliff_descent(
    clip: str, threshold: float, rate: float = 0.3, n_steps: int = 150
) -> tuple[Array, Array, Array]:
    """Descend the cliff from (6, -2); return path (n_steps + 1, 2), losses and gradient norms.

    ``clip`` is "by norm", "by value" or "off".
    """
    w, b = 6.0, -2.0
    path, losses, norms = [(w, b)], [], []
    for _ in range(n_steps):
        loss, by_w, by_b = cliff_loss(w, b)
        norm = math.hypot(by_w, by_b)
        if clip == "by norm" and norm > threshold:
            by_w, by_b = by_w * threshold / norm, by_b * threshold / norm
        elif clip == "by value":
            by_w, by_b = (max(-threshold, min(threshold, g)) for g in (by_w, by_b))
        w, b = w - rate * by_w, b - rate * by_b
        path.append((w, b))
        losses.append(loss)
        norms.append(norm)
    losses.append(cliff_loss(w, b)[0])
    return np.array(path), np.array(losses), np.array(norms)


def cliff(n: int = 220) -> Draw:
    """The loss of the repeated unit from above, and a descent: ``update(clip, log_threshold)``."""
    ws, bs = np.linspace(3.6, 6.9, n), np.linspace(-3.6, -1.0, n)
    w, b = np.meshgrid(ws, bs)
    a = np.full_like(w, 0.5)
    for _ in range(20):
        a = sigmoid(w * a + b)

    def draw(figure: Any) -> Update:
        left, right = figure.subplots(1, 2, width_ratios=(1.25, 1))
        extent = ws[0], ws[-1], bs[0], bs[-1]
        image = left.imshow(
            (a - 0.7) ** 2, extent=extent, origin="lower", aspect="auto", cmap="Blues", vmax=0.6
        )
        figure.colorbar(image, ax=left, label="loss")
        (path,) = left.plot([], [], ".-", color=style.ORANGE, markersize=4, linewidth=1)
        (end,) = left.plot([], [], "o", color=style.RED, markersize=7, zorder=4)
        left.plot([6], [-2], "s", color=style.INK, markersize=6, zorder=4)
        left.text(6.05, -1.9, "start", color=style.INK)
        left.set(xlim=(3.6, 6.9), ylim=(-3.6, -1.0), xlabel="w", ylabel="b")
        (steps,) = right.plot([], [], color=style.ORANGE)
        (limit,) = right.plot([], [], "--", color=style.INK, linewidth=1)
        right.set(yscale="decades", xlim=(0, 150), ylim=(1e-3, 1e3), xlabel="update")
        right.set_ylabel("norm of the gradient")
        titles = left.set_title(" "), right.set_title(" ")

        def update(clip: str, log_threshold: float) -> str:
            threshold = 10**log_threshold
            points, losses, norms = cliff_descent(clip, threshold)
            path.set_data(*points.T)
            end.set_data(*points[-1:].T)
            steps.set_data(np.arange(len(norms)), np.maximum(norms, 1e-9))
            limit.set_data([0, 150], [threshold] * 2)
            above = int(np.sum(norms > threshold))
            longest = float(np.linalg.norm(np.diff(points, axis=0), axis=1).max())
            place = f"({points[-1][0]:.1f}, {points[-1][1]:.1f})"
            titles[0].set_text(f"longest step {longest:.2g}, lowest loss {losses.min():.4f}")
            many = f"{above} norm{'s' * (above != 1)}"
            titles[1].set_text(f"{clip}: {many} above {threshold:.3g}")
            what = "No clipping" if clip == "off" else f"Clipped {clip} at {threshold:.3g}"
            return (
                f"{what}: {above} of {len(norms)} gradients are longer than {threshold:.3g}, the "
                f"largest has norm {norms.max():.3g}; the longest step is "
                f"{longest:.2g}; the descent ends at {place}, its lowest loss is "
                f"{losses.min():.4f}."
            )

        return update

    return draw


# --- Newton


def valleys(p: Array) -> float:
    """Return x²/2 + y⁴/4 - y²/2: minima at (0, 1) and (0, -1), a saddle at (0, 0)."""
    return float(p[0] ** 2 / 2 + p[1] ** 4 / 4 - p[1] ** 2 / 2)


def newton_path(start: Array, n_steps: int = 30) -> Array:
    """Return the points of Newton's method on ``valleys``."""
    path = [np.array(start, dtype=float)]
    for _ in range(n_steps):
        x, y = path[-1]
        gradient = np.array([x, y**3 - y])
        hessian = np.diag([1.0, 3 * y**2 - 1])
        path.append(path[-1] - np.linalg.solve(hessian, gradient))
    return np.array(path)


def downhill_path(start: Array, rate: float = 0.1, n_steps: int = 200) -> Array:
    """Return the points of gradient descent on ``valleys``."""
    path = [np.array(start, dtype=float)]
    for _ in range(n_steps):
        x, y = path[-1]
        path.append(path[-1] - rate * np.array([x, y**3 - y]))
    return np.array(path)


def newton(figure: Any) -> Update:
    """Newton and gradient descent on two valleys with a saddle: ``update(start_y)``."""
    ax = figure.subplots()
    xs, ys = np.linspace(-2, 2, 161), np.linspace(-1.7, 1.7, 137)
    x, y = np.meshgrid(xs, ys)
    ax.contour(xs, ys, x**2 / 2 + y**4 / 4 - y**2 / 2, 18, colors=style.PALE, linewidths=0.7)
    (slow,) = ax.plot([], [], ".-", color=style.BLUE, markersize=4, linewidth=1)
    (fast,) = ax.plot([], [], "s-", color=style.RED, markersize=6, linewidth=1, fillstyle="none")
    ax.plot([0, 0], [1, -1], "*", color=style.INK, markersize=11)
    ax.plot([0], [0], "x", color=style.INK, markersize=8, markeredgewidth=2)
    for text, place in (
        ("minimum 1", (-0.12, 1.08)),
        ("minimum -1", (-0.12, -1.16)),
        ("saddle", (-0.12, 0)),
    ):
        ax.text(*place, text, ha="right", va="center", bbox=FREE)
    ax.text(-1.93, 1.5, "gradient descent", color=style.BLUE, bbox=FREE)
    ax.text(-1.93, 1.25, "Newton", color=style.RED, bbox=FREE)
    ax.set(xlim=(-2, 2), ylim=(-1.7, 1.7), xlabel="x", ylabel="y")
    title = ax.set_title(" ")

    def update(start_y: float) -> str:
        start = np.array([1.6, start_y])
        paths = newton_path(start), downhill_path(start)
        for line, path in zip((fast, slow), paths, strict=True):
            line.set_data(*path.T)
        ends = [_place(path[-1]) for path in paths]
        title.set_text(f"start y = {start_y:.2f}: Newton to {ends[0]}, descent to {ends[1]}")
        return (
            f"Start at x = 1.6, y = {start_y:.2f}. Newton's method goes to {ends[0]}, gradient "
            f"descent to {ends[1]}."
        )

    return update


def _place(p: Array) -> str:
    """Say which of the three flat points of ``valleys`` a point is."""
    x, y = p
    if abs(x) > 0.01 or abs(y**3 - y) > 0.01:
        return "no flat point"
    return "the saddle" if abs(y) < 0.01 else f"minimum {y:.0f}"
