"""The figures of notebook 05a: a rate, a ravine, other landscapes, and batches of all sizes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure

from nnlib._checks import Array
from nnlib.activations import ReLU
from nnlib.datasets import Standardizer, make_moons
from nnlib.layers import Dense
from nnlib.network import Sequential
from nnlib.show import style
from nnlib.show.crowd import Crowd, minibatches
from nnlib.show.explore import Update

Draw = Callable[[Any], Update]
Picture = tuple[Figure, str]
Points = tuple[Array, Array]

# A batch size has its own colour, line and mark.
LOOKS = ((style.BLUE, "-", "—"), (style.ORANGE, "--", "- -"), (style.RED, ":", "· · ·"))


# ---------------------------------------------------------------- one weight


def fate_on_parabola(learning_rate: float) -> str:
    """Say what gradient descent does on x²: its factor a step is 1 - 2 learning_rate."""
    rate = round(learning_rate, 6)
    if rate < 0.5:
        return "straight down"
    if rate == 0.5:
        return "down in one step"
    if rate < 1:
        return "across and back, down"
    return "across and back for ever" if rate == 1 else "diverges"


def rate_on_parabola(figure: Any) -> Update:
    """Twenty steps on x² from 5, by the closed form: ``update(learning_rate)``."""
    left, right = figure.subplots(1, 2)
    xs, steps = np.linspace(-7.5, 7.5, 200), np.arange(21)
    left.plot(xs, xs**2, color=style.PALE, zorder=1)
    (path,) = left.plot([], [], "o-", color=style.BLUE, linewidth=0.9, markersize=4)
    (distance,) = right.plot([], [], "o-", color=style.BLUE, markersize=4)
    left.set(xlim=(-7.5, 7.5), ylim=(-3, 55), xlabel="x", ylabel="loss x²")
    right.axhline(5, color=style.PALE, linewidth=0.8)
    right.set(yscale="decades", ylim=(1e-6, 2e3), xlim=(-0.7, 20.7), xlabel="step")
    right.set(ylabel="distance |x| from the minimum", xticks=range(0, 21, 5))
    titles = left.set_title(" "), right.set_title(" ")

    def update(learning_rate: float) -> str:
        factor = 1 - 2 * learning_rate
        x = 5.0 * factor**steps
        path.set_data(x, x**2)
        distance.set_data(steps, np.maximum(np.abs(x), 1e-12))
        fate = fate_on_parabola(learning_rate)
        titles[0].set_text(f"rate {learning_rate:.2f}: {fate}")
        titles[1].set_text(f"factor {factor:.2f} a step, |x| after 20: {abs(x[-1]):.2g}")
        return (
            f"Gradient descent on x² from 5 with rate {learning_rate:.2f}: {fate}. Each step "
            f"multiplies x by {factor:.2f}; after 20 steps the distance is {abs(x[-1]):.2g}."
        )

    return update


# ---------------------------------------------------------------- two weights


@style.style()
def bowl(path: Array) -> Picture:
    """Draw a path (n, 2) on L = w1² + w2², as a surface and from above."""
    path = np.asarray(path, dtype=float)
    losses = (path**2).sum(axis=1)
    reach = 1.1 * max(1.0, float(np.abs(path).max()))
    w1, w2 = np.meshgrid(*[np.linspace(-reach, reach, 41)] * 2)
    figure = style.new_figure((7.6, 3.7))
    solid = figure.add_subplot(1, 2, 1, projection="3d")
    solid.plot_surface(w1, w2, w1**2 + w2**2, cmap="Blues_r", alpha=0.55, linewidth=0)
    solid.plot(*path.T, losses, "o-", color=style.RED, markersize=3, linewidth=1.2, zorder=5)
    solid.set(xlabel="w1", ylabel="w2", zlabel="loss")
    flat = figure.add_subplot(1, 2, 2)
    flat.contour(w1, w2, w1**2 + w2**2, levels=12, colors=style.PALE, linewidths=0.8)
    flat.plot(*path.T, "o-", color=style.RED, markersize=3.5, linewidth=1.2)
    flat.plot(0, 0, "+", color=style.INK, markersize=9)
    flat.set(xlabel="w1", ylabel="w2", aspect="equal")
    flat.set_title(f"after {len(path) - 1} steps the loss is {losses[-1]:.4f}")
    start, end = (f"({a:.4g}, {b:.4g})" for a, b in path[[0, -1]])
    return figure, (
        f"The bowl w1² + w2² as a surface and as contour lines. A path of {len(path) - 1} steps "
        f"leads from {start} to {end}, where the loss is {losses[-1]:.4f}."
    )


def ravine(figure: Any) -> Update:
    """Sixty steps on (w1² + κ w2²) / 2: ``update(condition_number, share_of_limit)``.

    The rate is that share of 2 / κ, the limit that the steep direction sets. Closed form.
    """
    left, right = figure.subplots(1, 2, width_ratios=(1.15, 1))
    angle, steps = np.linspace(0, 2 * np.pi, 200), np.arange(61)
    levels = 2.3**2 / 2 * np.array([0.02, 0.1, 0.25, 0.5, 0.8, 1.15]) ** 2
    rings = [left.plot([], [], color=style.PALE, linewidth=0.8, zorder=1)[0] for _ in levels]
    (path,) = left.plot([], [], "o-", color=style.RED, linewidth=1, markersize=3.2)
    left.plot(0, 0, "+", color=style.INK, markersize=9)
    left.set(xlim=(-2.3, 2.3), ylim=(-1.7, 1.7), xlabel="w1", ylabel="w2", aspect="equal")
    colors, marks = (style.BLUE, style.ORANGE), ("-", "--")
    lines = [
        right.plot([], [], mark, color=color)[0] for color, mark in zip(colors, marks, strict=True)
    ]
    for height, color, name in zip(
        (3e4, 3e3), colors, ("— flat, w1", "- - steep, w2"), strict=True
    ):
        right.text(60, height, name, color=color, ha="right", va="center")
    right.set(yscale="decades", ylim=(1e-6, 1e5), xlim=(-1, 61), xlabel="step")
    right.set(ylabel="distance from the minimum")
    titles = left.set_title(" "), right.set_title(" ")

    def update(condition_number: int, share_of_limit: float) -> str:
        rate = share_of_limit * 2 / condition_number
        factors = np.array([1 - rate, 1 - rate * condition_number])
        where = np.array([2.0, 1.0]) * factors ** steps[:, np.newaxis]
        path.set_data(*where.T)
        for ring, level in zip(rings, levels, strict=True):
            size = math.sqrt(2 * level)
            ring.set_data(size * np.cos(angle), size / math.sqrt(condition_number) * np.sin(angle))
        for line, values in zip(lines, where.T, strict=True):
            line.set_data(steps, np.maximum(np.abs(values), 1e-12))
        titles[0].set_text(
            f"κ = {condition_number}: rate {rate:.4f}, limit {2 / condition_number:.4f}"
        )
        flat, steep = factors
        titles[1].set_text(f"factors a step: flat {flat:.3f}, steep {steep:.3f}")
        ends = np.abs(where[-1])
        return (
            f"A ravine with condition number {condition_number} and rate {rate:.4f}. Each step "
            f"multiplies w1 by {flat:.3f} and w2 by {steep:.3f}; after 60 steps they are "
            f"{ends[0]:.2g} and {ends[1]:.2g} from the minimum."
        )

    return update


# ---------------------------------------------------------------- other landscapes

# name: loss, slope, and where its lowest place is
LANDSCAPES: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any], float]] = {
    "two valleys": (
        lambda w: (w**2 - 1) ** 2 / 4 + 0.1 * w + 0.15,
        lambda w: w * (w**2 - 1) + 0.1,
        -1.046680,
    ),
    "shelf": (
        lambda w: 0.35 * (w**4 / 4 + w**3 / 3) + 0.15,
        lambda w: 0.35 * w**2 * (w + 1),
        -1.0,
    ),
    "plateau": (
        lambda w: 2 - 2 * np.exp(-2 * w**2) + 0.15,
        lambda w: 8 * w * np.exp(-2 * w**2),
        0.0,
    ),
}


def landscape_path(landscape: str, start: float, n_steps: int = 100, rate: float = 0.1) -> Array:
    """Return the n_steps + 1 places of gradient descent from ``start``."""
    slope = LANDSCAPES[landscape][1]
    places = np.full(n_steps + 1, float(start))
    for step in range(n_steps):
        places[step + 1 :] -= rate * slope(places[step])
    return places


def landscapes(figure: Any) -> Update:
    """A hundred steps with rate 0.1 on three curves: ``update(landscape, start)``."""
    ax = figure.subplots()
    ws = np.linspace(-2.1, 2.1, 300)
    (curve,) = ax.plot([], [], color=style.PALE, zorder=1)
    (best,) = ax.plot([], [], "v", color=style.INK, markersize=7)
    (path,) = ax.plot([], [], ".-", color=style.BLUE, linewidth=0.8)
    (first,) = ax.plot([], [], "o", color=style.BLUE, fillstyle="none", markersize=9)
    (last,) = ax.plot([], [], "o", color=style.RED, markersize=8)
    ax.set(xlim=(-2.1, 2.1), ylim=(-0.05, 3.1), xlabel="w", ylabel="loss")
    keys = (("▼ lowest place", style.INK), ("○ start", style.BLUE), ("● after 100", style.RED))
    for i, (text, color) in enumerate(keys):
        ax.text(-2 + 1.35 * i, 2.95, text, color=color, va="center")
    title = ax.set_title(" ")

    def update(landscape: str, start: float) -> str:
        loss, _, lowest = LANDSCAPES[landscape]
        places = landscape_path(landscape, start)
        curve.set_data(ws, loss(ws))
        best.set_data([lowest], [loss(lowest) + 0.1])
        path.set_data(places, loss(places))
        first.set_data(places[:1], loss(places[:1]))
        last.set_data(places[-1:], loss(places[-1:]))
        there = abs(places[-1] - lowest) < 0.05
        end = f"{places[-1]:.2f}".replace("-0.00", "0.00")
        verdict = "the lowest place" if there else f"not the lowest place, {lowest:.2f}"
        title.set_text(f"{landscape}, start {start:.2f}: ends at {end}, {verdict}")
        return f"{landscape}: from {start:.2f}, 100 steps lead to {end}, {verdict}."

    return update


# ---------------------------------------------------------------- noise of a batch


def batch_noise(gradients: Array, batch_size: int, n_batches: int = 2000, rng: int = 0) -> Array:
    """Return gradients (n_batches, n_parameters) of batches drawn with replacement.

    ``gradients`` (n, n_parameters) are those of single examples.
    """
    draw = np.random.default_rng(rng)
    rows = draw.integers(0, len(gradients), (n_batches, batch_size))
    return np.array([gradients[batch].mean(axis=0) for batch in rows])


def spread(gradients: Array, centre: Array) -> float:
    """Return the root mean square distance of gradients (n, n_parameters) from ``centre``."""
    return math.sqrt(float(((gradients - centre) ** 2).sum(axis=1).mean()))


def gradient_cloud(gradients: Array, sizes: Sequence[int] = (1, 4, 16, 64, 256)) -> Draw:
    """Gradients of random batches in two parameters, and their noise: ``update(batch_size)``.

    ``gradients`` (n, n_parameters) are those of single examples.
    """
    full = gradients.mean(axis=0)
    one = spread(gradients, full)
    pair = np.argsort(gradients.std(axis=0))[-2:]
    clouds = {size: batch_noise(gradients, size) for size in sizes}
    noise = {size: spread(cloud, full) for size, cloud in clouds.items()}

    def draw(figure: Any) -> Update:
        left, right = figure.subplots(1, 2)
        (cloud,) = left.plot([], [], "o", color=style.BLUE, markersize=3, alpha=0.5, zorder=1)
        left.plot(*full[pair], "P", color=style.RED, markersize=9, markeredgecolor="white")
        reach = 1.05 * np.abs(clouds[min(sizes)][:300, pair] - full[pair]).max(axis=0)
        left.set(xlim=full[pair][0] + reach[0] * np.array([-1, 1]), xlabel="gradient of one weight")
        left.set(ylim=full[pair][1] + reach[1] * np.array([-1, 1.25]), ylabel="of another")
        left.text(0.97, 0.97, "✚ full gradient", color=style.RED, transform=left.transAxes,
                  ha="right", va="top")  # fmt: skip
        left.locator_params(nbins=6)
        ends = np.array([min(sizes), max(sizes)])
        right.plot(ends, one / np.sqrt(ends), "--", color=style.GRAY, linewidth=1.2)
        right.plot(list(noise), list(noise.values()), "o", color=style.BLUE)
        (ring,) = right.plot([], [], "o", color=style.RED, fillstyle="none", markersize=12)
        right.set(xscale="decades", yscale="decades", xlabel="batch size B", xticks=sizes)
        right.set(ylabel="noise: distance from full gradient")
        right.set(yticks=(0.05, 0.1, 0.2, 0.5, 1))
        right.set(ylim=(0.8 * one / math.sqrt(max(sizes)), 1.6 * one))
        right.text(0.97, 0.95, "- - noise of one / √B", color=style.GRAY, ha="right", va="top",
                   transform=right.transAxes)  # fmt: skip
        titles = left.set_title(" "), right.set_title(" ")

        def update(batch_size: int) -> str:
            cloud.set_data(*clouds[batch_size][:300, pair].T)
            ring.set_data([batch_size], [noise[batch_size]])
            titles[0].set_text(f"batch size {batch_size}: 300 batches")
            by_rule = one / math.sqrt(batch_size)
            titles[1].set_text(f"noise {noise[batch_size]:.3f}, by 1 / √B {by_rule:.3f}")
            return (
                f"Gradients of 300 random batches of {batch_size} around the "
                f"full gradient. Their noise is {noise[batch_size]:.3f}; that of single examples "
                f"divided by the root of {batch_size} is {by_rule:.3f}."
            )

        return update

    return draw


# ---------------------------------------------------------------- batch sizes compared


class Curve(NamedTuple):
    """Losses (moments, seeds) of one batch size at one rate, and when they were measured."""

    rate: float
    updates: Array
    examples: Array
    loss: Array


class Race(NamedTuple):
    """What ``race`` trained; losses on the ``fresh`` points are computed when asked for."""

    batch_size: int
    rates: tuple[float, ...]
    updates: Array
    examples: Array
    theta: Array  # (moments, rates, seeds, n_parameters)
    train_loss: Array  # (rates, seeds), at the end
    fresh: Points  # y as a column

    def at(self, clock: str, value: int) -> Array:
        """Return the losses (rates, seeds) at so many ``updates`` or ``examples``."""
        moment = int(np.flatnonzero(getattr(self, clock) == value)[0])
        return self._loss(self.theta[moment])

    def curve(self, position: int = 0) -> Curve:
        """Return what was measured for one of the rates."""
        loss = self._loss(self.theta[:, position])
        return Curve(self.rates[position], self.updates, self.examples, loss)

    def _loss(self, theta: Array) -> Array:
        *shape, n_parameters = theta.shape
        crowd = Crowd([network(0)] * math.prod(shape))
        crowd.theta[:] = theta.reshape(-1, n_parameters)
        with np.errstate(over="ignore", invalid="ignore"):
            return crowd.loss(*self.fresh).reshape(shape)

    def only(self, rate: float) -> Race:
        """Return what was measured for one rate, as if it had run alone."""
        here = [self.rates.index(rate)]
        theta, train_loss = self.theta[:, here], self.train_loss[here]
        return self._replace(rates=(rate,), theta=theta, train_loss=train_loss)

    def best(self) -> int:
        """Return the position of the rate with the lowest training loss, median over seeds."""
        return int(np.argmin(np.nan_to_num(np.median(self.train_loss, axis=1), nan=np.inf)))


def network(rng: Any, width: int = 16) -> Sequential:
    """Return the network of the comparison, [2, 16, 1] with ReLU."""
    return Sequential(Dense(2, width), ReLU(), Dense(width, 1), rng=rng)


def race(
    train: Points,
    fresh: Points,
    batch_size: int,
    rates: Sequence[float],
    n_updates: int,
    n_seeds: int = 5,
    marks: Iterable[int] = (),
) -> Race:
    """Train [2, 16, 1] for every rate and seed at once, each as ``nn.fit`` with SGD would.

    The networks are stacked along a first axis; a seed draws the weights and the order of the
    examples. The weights are kept at about 30 moments, evenly spaced on a logarithmic axis, and at
    ``marks``.
    """
    crowd = Crowd([network(seed) for _ in rates for seed in range(n_seeds)])
    step_sizes = np.repeat(np.asarray(rates, dtype=float), n_seeds)[:, np.newaxis]
    moments = {*np.geomspace(1, n_updates, 30).astype(int).tolist(), n_updates, *marks}
    (x, target), unseen = ((x, y[:, np.newaxis]) for x, y in (train, fresh))
    batches = minibatches(x, target, batch_size, [*range(n_seeds)] * len(rates))
    found: dict[int, tuple[int, Array]] = {}
    seen = 0
    with np.errstate(over="ignore", invalid="ignore"):  # rates that are too large are part of it
        for step, batch in zip(range(1, n_updates + 1), batches, strict=False):
            crowd.gradient(*batch)
            crowd.theta -= step_sizes * crowd.grad
            seen += batch[0].shape[-2]
            if step in moments:
                found[step] = seen, crowd.theta.copy()
        final = crowd.loss(x, target).reshape(len(rates), n_seeds)
    updates, examples = np.array(list(found)), np.array([seen for seen, _ in found.values()])
    theta = np.array([theta for _, theta in found.values()])
    theta = theta.reshape(-1, len(rates), n_seeds, theta.shape[-1])
    return Race(batch_size, tuple(rates), updates, examples, theta, final, unseen)


def moons(n_samples: int, noise: float, rng: int, ruler: Array | None = None) -> Points:
    """Return standardized moons; with ``ruler`` (raw points), standardized as those are."""
    x, y = make_moons(n_samples, noise, rng)
    return Standardizer(x if ruler is None else ruler)(x), y


def moons_floor(x: Array, y: Array, noise: float) -> float:
    """Return the cross-entropy of the true probabilities on raw moons, the best possible."""
    angle = np.linspace(0, np.pi, 400)
    upper = np.column_stack([np.cos(angle), np.sin(angle)]) - (0.5, 0.25)

    def density(curve: Array) -> Array:
        squares = ((x[:, np.newaxis] - curve) ** 2).sum(axis=2)
        return np.asarray(np.exp(-squares / (2 * noise**2)).mean(axis=1))

    zero, one = density(upper), density(-upper)
    return float(-np.log(np.where(y == 1, one, zero) / (zero + one)).mean())


def clocks(runs: Mapping[str, Mapping[int, Curve]], floor: float) -> Draw:
    """Loss on fresh points of three batch sizes, ``runs[rates][batch_size]``.

    ``update(rates, clock)``; ``floor`` is the lowest loss that is possible on these points.
    """

    def draw(figure: Any) -> Update:
        ax = figure.subplots()
        sizes = list(next(iter(runs.values())))
        lines = [ax.plot([], [], mark, color=color)[0] for color, mark, _ in LOOKS]
        bands = [
            ax.fill_between([1, 2], 0.5, 0.5, color=color, alpha=0.18, linewidth=0)
            for color, _, _ in LOOKS
        ]
        names = [
            ax.text(0.98, 0.95 - 0.08 * i, " ", color=color, transform=ax.transAxes, ha="right")
            for i, (color, _, _) in enumerate(LOOKS)
        ]
        ax.axhline(floor, color=style.GRAY, linewidth=1)
        ax.text(1.15, floor * 0.97, "the best that is possible", color=style.GRAY, va="top")
        ax.set(xscale="decades", yscale="decades", xlim=(1, 6e5), ylim=(0.057, 1.2))
        ax.set(ylabel="loss on fresh points, mean per example", yticks=(0.1, 0.2, 0.5, 1))
        label = ax.text(0.5, -0.13, " ", transform=ax.transAxes, ha="center", va="top")
        ax.set_xlabel(" ")
        title = ax.set_title(" ")

        def update(rates: str, clock: str) -> str:
            words = []
            for i, size in enumerate(sizes):
                rate, updates, examples, loss = runs[rates][size]
                x, middle = (updates if clock == "updates" else examples), np.median(loss, axis=1)
                lines[i].set_data(x, middle)
                top = np.minimum(loss.max(axis=1), 10)
                bands[i].set_verts(
                    [np.column_stack([[*x, *x[::-1]], [*loss.min(axis=1), *top[::-1]]])]
                )
                names[i].set_text(f"{LOOKS[i][2]} batch size {size}, rate {rate:g}")
                words.append(f"{middle[-1]:.2f} for batch size {size} at {x[-1]:,}")
            label.set_text("updates" if clock == "updates" else "examples processed")
            lead = _leader(runs[rates], clock)
            title.set_text(lead)
            return f"{rates}, by {clock}: {lead}. At the end: {', '.join(words)}."

        return update

    return draw


def _leader(runs: Mapping[int, Curve], clock: str) -> str:
    """Say how the sizes stand at the last moment that all of them reach."""
    budget = min(getattr(run, clock)[-1] for run in runs.values())
    losses = []
    for size, run in runs.items():
        here = int(np.flatnonzero(getattr(run, clock) <= budget)[-1])
        losses.append(f"{np.median(run.loss[here]):.2f} (size {size})")
    return f"after {budget:,} {clock} the loss is {', '.join(losses)}"


@style.style()
def per_update(losses: Mapping[int, Sequence[Array]], n_epochs: int = 5) -> Picture:
    """Draw the loss of every update of the first epochs, and the means of all epochs.

    ``losses[batch_size]`` holds for each epoch the losses of its batches.
    """
    figure = style.new_figure((7.6, 3.4))
    left, right = figure.subplots(1, 2)
    words, keys = [], []
    for i, (size, epochs) in enumerate(losses.items()):
        color, mark, sign = LOOKS[i]
        first = np.concatenate([np.asarray(epoch) for epoch in epochs[:n_epochs]])
        places = np.linspace(0, n_epochs, len(first), endpoint=False)
        dots = {"markersize": 2.2 if size == 1 else 4, "zorder": i}
        left.plot(places, np.maximum(first, 1e-5), ".^s"[i], color=color, **dots)
        means = np.array([np.mean(epoch) for epoch in epochs])
        right.plot(np.arange(1, len(means) + 1), means, mark, color=color)
        right.text(0.97, 0.95 - 0.09 * i, f"{sign} batch size {size}", color=color,
                   transform=right.transAxes, ha="right", va="top")  # fmt: skip
        jump = float(np.abs(np.diff(means)).mean())
        keys.append(f"{'•▲■'[i]} size {size}")
        words.append(
            f"batch size {size}: standard deviation of the first losses {first.std():.2f}, "
            f"mean jump from epoch to epoch {jump:.3f}"
        )
    left.set(yscale="decades", xlabel="epoch", ylabel="loss of the batch, per example")
    left.set_title(f"every update of {n_epochs} epochs: {', '.join(keys)}")
    right.set(yscale="decades", xlabel="epoch", ylabel="mean over the epoch")
    right.set(yticks=(0.1, 0.2, 0.3, 0.4), ylim=(0.1, 0.45))
    right.set_title("the same runs, a point an epoch")
    return figure, f"Losses a batch, and means an epoch. {'; '.join(words)}."
