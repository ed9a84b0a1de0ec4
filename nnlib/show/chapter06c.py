"""Figures of notebook 06c: dropout as thinned networks and as their mean; data made from data."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from matplotlib.collections import LineCollection

from nnlib._checks import Array
from nnlib.activations import ReLU, sigmoid
from nnlib.layers import Dense, Dropout
from nnlib.network import Sequential
from nnlib.optimizers import Adam
from nnlib.show import plots, style
from nnlib.show.crowd import Crowd, cross_entropy
from nnlib.show.explore import Update

Draw = Callable[[Any], Update]

WIDE = (7.6, 3.5)  # inches
BOARD = (7.6, 3.7)


# --- many networks at once ----------------------------------------------------------------------


def train_many(
    data: Sequence[tuple[Array, Array]],
    held: tuple[Array, Array],
    rate: Sequence[float] = (0.0,),
    noise: Sequence[float] = (0.0,),
    mixup: float = 0.0,
    n_units: int = 32,
    n_steps: int = 1000,
    batch_size: int = 16,
    learning_rate: float = 0.003,
    every: int = 100,
) -> SimpleNamespace:
    """Train a 2-n_units-n_units-1 ReLU network on every data set with every setting, all at once.

    The same as a loop with ``Sequential`` and ``Adam`` on binary cross-entropy, but the networks
    are stacked in arrays. A setting is a dropout rate after both hidden layers and the standard
    deviation of noise added to each batch; of ``rate`` and ``noise``, one may have several.
    ``mixup`` is the parameter of the Beta distribution for all, 0 for none.

    Returns
    -------
    Namespace of ``updates`` (n_records,), where losses were noted; ``on``, ``off`` and ``held``
    (n_settings, n_data, n_records), the training loss with and without dropout and the loss on
    ``held``; ``nets[setting][which]``; ``logits(x, setting, which)`` (n,) of one of them.
    """
    n_settings, n_data = max(len(rate), len(noise)), len(data)
    rates, sigmas = (np.broadcast_to(np.asarray(v, float), n_settings) for v in (rate, noise))
    x_all = np.array([x for x, _ in data])
    y_all = np.array([y for _, y in data], dtype=float)[..., None]
    whole = [np.tile(each, (n_settings, 1, 1)) for each in (x_all, y_all)]
    nets = [[network(seed, r, n_units) for seed in range(n_data)] for r in rates]
    # Streams of their own, so that noise does not change the order of the examples or the masks.
    order_rng, mask_rng, noise_rng, mix_rng = np.random.default_rng(0).spawn(4)
    crowd = Crowd(list(itertools.chain(*nets)), mask_rng)
    optimizer, order, n = Adam(learning_rate), np.zeros(0, dtype=int), x_all.shape[1]
    noted: dict[str, list[Array]] = {"on": [], "off": [], "held": []}
    recent: list[Array] = []
    for step in range(1, n_steps + 1):
        if len(order) < batch_size:
            order = order_rng.permutation(n)
        rows, order = order[:batch_size], order[batch_size:]
        x, y = x_all[:, rows], y_all[:, rows]
        if mixup:
            share = mix_rng.beta(mixup, mixup, (n_data, batch_size, 1))
            partner = mix_rng.permutation(n)[:batch_size]
            x = share * x + (1 - share) * x_all[:, partner]
            y = share * y + (1 - share) * y_all[:, partner]
        x = x + sigmas.reshape(-1, 1, 1, 1) * noise_rng.standard_normal(x.shape)
        y = np.tile(y, (n_settings, 1, 1))
        recent.append(cross_entropy(crowd.gradient(x.reshape(-1, batch_size, 2), y), y))
        optimizer.step(crowd.theta, crowd.grad)
        if step % every == 0:
            noted["on"].append(np.mean(recent, axis=0))
            noted["off"].append(crowd.loss(*whole))
            noted["held"].append(crowd.loss(held[0], held[1][:, None]))
            recent = []
    for net, theta in zip(itertools.chain(*nets), crowd.theta, strict=True):
        net.theta = theta

    def logits(rows: Array, setting: int, which: int = 0) -> Array:
        return nets[setting][which].predict_logits(rows)[:, 0]

    updates = np.arange(every, n_steps + 1, every)
    records = {name: np.transpose(v).reshape(n_settings, n_data, -1) for name, v in noted.items()}
    return SimpleNamespace(updates=updates, logits=logits, nets=nets, **records)


def network(seed: int, rate: float = 0.0, n_units: int = 32) -> Sequential:
    """Return a network of ``train_many`` before training."""
    return Sequential(
        *(Dense(2, n_units), ReLU(), Dropout(rate)),
        *(Dense(n_units, n_units), ReLU(), Dropout(rate)),
        Dense(n_units, 1),
        rng=seed,
    )


def masked_logits(many: SimpleNamespace, setting: int, rate: float, x: Array, n: int) -> Array:
    """Return the logits (n, n_rows) of n random masks on the first data set's network."""
    *hidden, last = many.nets[setting][0].layers[::3]
    rng = np.random.default_rng(0)
    for layer in hidden:
        scale = (rng.random((n, 1, layer.n_out)) >= rate) / (1 - rate)
        x = x @ layer.weight
        x += layer.bias
        x = np.maximum(x, 0, out=x) * scale
    return np.asarray(x @ last.weight + last.bias)[..., 0]


# --- each mask is another network ---------------------------------------------------------------

UNITS = (3, 5, 5, 1)
LAYER_NAMES = ("Input", "Hidden 1", "Hidden 2", "Output")
EXAMPLE = np.array([[0.8, 0.5, 1.0]])


class Thinning:
    """What ``play`` plays: a small network of which each training iteration drops other units."""

    def __init__(self) -> None:
        rng = np.random.default_rng(2)
        self.weights = [rng.uniform(-0.4, 0.8, pair) for pair in itertools.pairwise(UNITS)]
        self.reset()

    def reset(self, **values: Any) -> None:
        """Iteration 0, with the first mask drawn already."""
        self.rng, self.iteration, self.asked = np.random.default_rng(1), 0, 0
        self.drawn = self.rng.random((2, 5))

    def change(self, before: dict[str, Any], **values: Any) -> None:
        """A moved control keeps the numbers drawn: a unit is dropped when its is below the rate."""

    def advance(self, **values: Any) -> None:
        """One training iteration: a fresh mask. In inference the network is asked once more."""
        if values["mode"] == "training":
            self.iteration += 1
        self.new_mask()

    def new_mask(self) -> None:
        """Draw again without counting an iteration; in inference nothing comes of it."""
        self.asked += 1
        self.drawn = self.rng.random((2, 5))

    def kept(self, mode: str, rate: float) -> Array:
        """Return which of the hidden units are there, (2, 5) of bool."""
        return np.asarray(self.drawn >= rate) if mode == "training" else np.ones((2, 5), bool)

    def output(self, kept: Array, scale: float) -> float:
        """Return the answer to ``EXAMPLE``."""
        a = EXAMPLE
        for weight, mask in zip(self.weights[:2], kept, strict=True):
            a = np.maximum(a @ weight, 0) * mask * scale
        return float((a @ self.weights[2])[0, 0])

    def draw(self, figure: Any) -> Update:
        ax = figure.subplots()
        ax.set_axis_off()
        places = [
            np.column_stack([np.full(n, 2.0 * k), np.arange(n) - (n - 1) / 2])
            for k, n in enumerate(UNITS)
        ]
        lines = ax.add_collection(LineCollection([], colors=style.GRAY, linewidths=0.9, zorder=1))
        every = np.concatenate(places)
        units = ax.scatter(*every.T, s=430, edgecolor=style.INK, linewidth=1.2, zorder=3)
        (crosses,) = ax.plot([], [], "x", color=style.RED, markersize=19, mew=2.4, zorder=4)
        for k, name in enumerate(LAYER_NAMES):
            ax.text(2 * k, 2.75, name, ha="center", color=style.INK)
        answer = ax.text(6.35, 0, "", va="center")
        counters = ax.text(0, -3.0, "", ha="left", va="center", fontsize=10)
        title = ax.set_title(" ")
        ax.set(xlim=(-0.6, 8.2), ylim=(-3.3, 3.1))

        def update(mode: str, rate: float) -> str:
            kept = self.kept(mode, rate)
            shown = [np.ones(3, bool), *kept, np.ones(1, bool)]
            lines.set_segments(
                [
                    (a, b)
                    for k in range(3)
                    for a in places[k][shown[k]]
                    for b in places[k + 1][shown[k + 1]]
                ]
            )
            here = np.concatenate(shown)
            units.set_facecolor([style.BLUE if there else "white" for there in here])
            units.set_edgecolor([style.INK if there else style.PALE for there in here])
            crosses.set_data(*every[~here].T)
            n = int(kept.sum())
            training = mode == "training"
            value = self.output(kept, 1 / (1 - rate) if training else 1.0)
            answer.set_text(f"answer {value:+.2f}".replace("-", "−"))
            lost = training and not kept.any(axis=1).all()
            count = "Training (iter" if training else "Inference (call"
            count += f" {self.iteration if training else self.asked})"
            counters.set_text(f"{count}     Hidden neurons {n} of 10, {10 - n} dropped")
            if not training:
                title.set_text(f"inference: every unit works, the rate {rate:.1f} is not used")
            elif lost:
                title.set_text("a whole layer is gone: nothing of the input gets through")
            else:
                title.set_text(
                    f"one of {2**10} networks: kept values are times {1 / (1 - rate):.2f}"
                )
            gone = [f"unit {i + 1} of hidden layer {k + 1}" for k, i in np.argwhere(~kept)]
            return (
                f"{count}, rate {rate:.1f}: {n} of 10 hidden neurons work, {10 - n} dropped"
                f"{': ' if gone else ''}{', '.join(gone)}. The answer is {value:+.2f}."
            )

        return update


def running_mean(many: SimpleNamespace, rates: Sequence[float], points: Array, n: int) -> Draw:
    """Means of more and more masks beside the whole network: ``update(rate, point)``."""
    counts = np.unique(np.geomspace(1, n, 200).round().astype(int))
    setting = {round(rate, 6): k for k, rate in enumerate(rates)}

    def draw(figure: Any) -> Update:
        ax = figure.subplots()
        each = {k: masked_logits(many, k, r, points, n) for r, k in setting.items()}
        whole = {k: many.logits(points, k) for k in each}
        (dots,) = ax.plot([], [], ".", color=style.PALE, markersize=3)
        band = ax.fill_between(counts, counts * 0.0, color=style.BLUE, alpha=0.18, linewidth=0)
        (mean,) = ax.plot([], [], color=style.BLUE)
        (scaled,) = ax.plot([1, n], [0, 0], "--", color=style.ORANGE)
        ax.set(xscale="decades", xlim=(0.9, n * 1.05), xlabel="masks so far", ylabel="logit")
        say = {"transform": ax.transAxes, "ha": "right", "va": "top"}
        ax.text(1.0, 1.0, "dots: one mask each", color=style.GRAY, **say)
        ax.text(1.0, 0.93, "— mean so far, band: last mean ± 2 σ / √n", color=style.BLUE, **say)
        ax.text(1.0, 0.86, "- - whole network, no mask", color=style.ORANGE, **say)
        title = ax.set_title(" ")

        def update(rate: float, point: int) -> str:
            k = setting[round(rate, 6)]
            values, target = each[k][:, point], float(whole[k][point])
            means, sigma = np.cumsum(values) / np.arange(1, n + 1), float(values.std())
            last = float(means[-1])
            says = [f"{v:.1f}".replace("-0.0", "0.0") for v in (last, target)]
            dots.set_data(np.arange(1, n + 1), values)
            mean.set_data(counts, means[counts - 1])
            half = 2 * sigma / np.sqrt(counts)
            edge = np.concatenate([last - half, (last + half)[::-1]])
            band.set_verts([np.column_stack([np.concatenate([counts, counts[::-1]]), edge])])
            scaled.set_ydata([target, target])
            low, high = min(values.min(), target), max(values.max(), target)
            reach = max(high - low, 0.4)
            ax.set_ylim(low - 0.06 * reach, high + 0.35 * reach)
            title.set_text(
                f"rate {rate:.1f}, point {point}: mean of {n} masks {says[0]}, "
                f"whole network {says[1]}, σ {sigma:.1f}"
            )
            return (
                f"Rate {rate:.1f}, point {point}: single masks give logits with a standard "
                f"deviation of {sigma:.1f}; their mean over {n} masks is {says[0]}, the whole "
                f"network says {says[1]}."
            )

        return update

    return draw


# --- one setting of many ------------------------------------------------------------------------


def setting_explorer(
    name: str,
    values: Sequence[float],
    many: SimpleNamespace,
    data: tuple[Array, Array],
    radius: float,
    best_possible: float,
    n: int = 60,
) -> Draw:
    """Map, learning curves and loss by setting: ``update(rate)`` or ``update(sigma)``.

    ``name`` is "rate" (of dropout) or "sigma" (of noise on the inputs). The map is that of the
    first data set, ``data``; with noise, what two epochs see is drawn small beside its points.
    """
    noisy = name == "sigma"
    shifts = np.random.default_rng(0).standard_normal((2, *data[0].shape))

    def draw(figure: Any) -> Update:
        box = figure.add_gridspec(1, 3, width_ratios=(1.15, 1.1, 1))
        left, middle, right = (figure.add_subplot(box[0, k]) for k in range(3))
        surface = plots.ProbabilityMap(left, (-1.05, 1.05, -1.05, 1.05), n)
        around = np.linspace(0, 2 * np.pi, 121)
        left.plot(radius * np.cos(around), radius * np.sin(around), "--", color=style.GRAY)
        copies = [
            left.plot([], [], marker, color=color, markersize=2.2, alpha=0.7)[0]
            for marker, color in zip(style.CLASS_MARKERS, style.CLASS_COLORS[:2], strict=False)
        ]
        plots.points(*data, ax=left, size=18)
        left.set(xlabel="x1 (dashed: the true border)", ylabel="x2", xticks=(-1, 0, 1))
        left.set(yticks=(-1, 0, 1))
        maps = [
            sigmoid(many.logits(surface.rows, k)).astype(np.float32) for k in range(len(values))
        ]
        colors = {"held": style.ORANGE, "on": style.BLUE, "off": style.PURPLE}
        dashes = {"held": "-", "on": "-", "off": ":"}
        lines = {
            key: middle.plot([], [], dashes[key], color=color)[0] for key, color in colors.items()
        }
        seen = "noise" if noisy else "dropout"
        names = {
            key: middle.text(
                x, y, " ", color=colors[key], ha=side, va="top", transform=middle.transAxes
            )
            for key, x, y, side in (
                ("held", 1.0, 0.99, "right"),
                ("on", 0.04, 0.16, "left"),
                ("off", 0.04, 0.08, "left"),
            )
        }
        words = {
            "held": "fresh points",
            "on": f"training, {seen} on",
            "off": f"{seen} off (dotted)",
        }
        middle.set(xlim=(0, many.updates[-1]), xlabel="updates", ylabel="loss, mean per example")
        ends = many.held[:, :, -1]
        right.fill_between(
            values, ends.min(axis=1), ends.max(axis=1), color=style.ORANGE, alpha=0.2, linewidth=0
        )
        right.plot(values, ends.mean(axis=1), color=style.ORANGE)
        right.text(values[-1], 1.75, "fresh points at the end:\nmean, lowest, highest",
                   color=style.ORANGE, ha="right", va="top", fontsize=8.5)  # fmt: skip
        right.axhline(best_possible, color=style.GRAY, linestyle="--", linewidth=1)
        right.text(values[0], best_possible * 0.985, "lowest possible", color=style.GRAY, va="top",
                   fontsize=8.5)  # fmt: skip
        (here,) = right.plot([], [], "o", color=style.RED, markersize=7, zorder=5)
        right.set(xlabel="dropout rate" if not noisy else "noise, standard deviation")
        for ax in (middle, right):
            ax.set(yscale="decades", ylim=(0.17, 1.9))
            plots.log_ticks(ax.yaxis, 2, 3, 4, 6, 10)
        titles = [ax.set_title(" ") for ax in (left, middle, right)]

        def update(**chosen: float) -> str:
            k = int(np.argmin(np.abs(np.subtract(values, chosen[name]))))
            surface.show(maps[k])
            means = {key: getattr(many, key)[k].mean(axis=0) for key in colors}
            for key, line in lines.items():
                line.set_data(many.updates, means[key])
            if noisy:
                for label, copy in enumerate(copies):
                    rows = data[1] == label
                    moved = data[0][rows] + values[k] * shifts[:, rows]
                    copy.set_data(*moved.reshape(-1, 2).T)
            here.set_data([values[k]], [ends[k].mean()])
            last = {key: mean[-1] for key, mean in means.items()}
            titles[0].set_text(f"{name} {values[k]:.1f}, first of {ends.shape[1]} data sets")
            for key, text in names.items():
                text.set_text(f"{words[key]}: {last[key]:.2f}")
            titles[1].set_text(f"mean loss of {ends.shape[1]} data sets")
            span = f"{ends[k].min():.2f} to {ends[k].max():.2f}"
            titles[2].set_text(f"mean {ends[k].mean():.2f} ({span})")
            return (
                f"{name} {values[k]:.1f}: after {many.updates[-1]} updates the mean loss on "
                f"fresh points of {ends.shape[1]} data sets is {ends[k].mean():.2f}, from "
                f"{ends[k].min():.2f} to {ends[k].max():.2f}; the training loss is "
                f"{last['on']:.2f} with {seen}, {last['off']:.2f} without."
            )

        return update

    return draw


def mixtures(data: tuple[Array, Array]) -> Draw:
    """Mixtures of pairs of points and the shares they are made with: ``update(alpha)``."""
    x, y = data

    def draw(figure: Any) -> Update:
        left, right = figure.subplots(1, 2, width_ratios=(1, 1.1))
        plots.points(x, y, ax=left, size=14)
        mixed = left.scatter(
            x[:, 0], x[:, 1], c=y, cmap=style.DIVERGING, vmin=0, vmax=1, marker="s", s=22,
            edgecolor=style.INK, linewidth=0.7, zorder=4,
        )  # fmt: skip
        left.set(xlim=(-1.05, 1.05), ylim=(-1.05, 1.05), xlabel="x1", ylabel="x2")
        edges = np.linspace(0, 1, 21)
        bars = right.stairs(np.ones(20), edges, fill=True, color=style.PURPLE)
        right.set(xlim=(0, 1), ylim=(0, 45), xlabel="share of the first point")
        right.set_ylabel("of 100 pairs")
        titles = left.set_title(" "), right.set_title(" ")

        def update(alpha: float) -> str:
            rng = np.random.default_rng(1)
            share, partner = rng.beta(alpha, alpha, len(x))[:, None], rng.permutation(len(x))
            mixed.set_offsets(share * x + (1 - share) * x[partner])
            mixed.set_array(share[:, 0] * y + (1 - share[:, 0]) * y[partner])
            shares = np.random.default_rng(2).beta(alpha, alpha, 20_000)
            bars.set_data(np.histogram(shares, edges)[0] / 200)
            near = float(np.mean(np.minimum(shares, 1 - shares) < 0.1))
            titles[0].set_text("squares: new points, colour = target")
            titles[1].set_text(f"alpha {alpha:g}: {near:.0%} nearly a copy of one point")
            return (
                f"Mixup with alpha {alpha:g}: {len(x)} new points on the lines between pairs; in "
                f"{near:.0%} of the pairs one point has a share above 0.9."
            )

        return update

    return draw
