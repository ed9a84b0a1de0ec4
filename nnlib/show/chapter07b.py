"""Notebook 07b: many networks trained side by side, and the figures that judge them.

A function that returns ``(figure, alt)`` is for ``show.picture``; one that makes a live figure
returns ``draw(figure)`` for ``show.explore``.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from nnlib._checks import Array
from nnlib.datasets import Standardizer
from nnlib.layers import Dense
from nnlib.network import Sequential
from nnlib.show import plots, style
from nnlib.show.crowd import Crowd, minibatches
from nnlib.show.explore import Update
from nnlib.show.plots import ProbabilityMap, extent_of

Draw = Callable[[Any], Update]
Picture = tuple[Figure, str]

WIDE = (7.6, 3.7)  # inches: a square map, and a plot beside it
MAP_SIZE = 100  # grid points along a side of a live map
SHADES = LinearSegmentedColormap.from_list("shades", ["#ffffff", style.BLUE])
N_REPORTS = 4000  # reports that the figure of luck draws

# ------------------------------------------------------------------ many networks, side by side


def train_many(
    nets: Sequence[Sequential],
    optimizers: Sequence[Any],
    x: Array,
    y: Array,
    *,
    n_updates: int,
    batch_size: int | None = None,
    seeds: Sequence[int] | None = None,
    schedule: Callable[[int], float] | None = None,
    look: Callable[[Crowd], Any] | None = None,
    every: int = 1,
    squared: bool = False,
) -> tuple[Crowd, list[Any]]:
    """Train copies of the k networks side by side; return them and what ``look`` saw.

    With m ``optimizers`` the first k / m networks follow the first, and so on. ``x`` is (k, n, 2)
    or (n, 2) for all, ``y`` (k, n) or (n,). Network i takes its batches in the order that
    ``nn.fit(..., rng=seeds[i])`` takes; ``batch_size=None`` takes all points at once. The loss is
    binary cross-entropy, or the squared error of networks that end in a Sigmoid.
    ``look(many)`` is called before the first update and after each ``every``.
    """
    crowd, seen = Crowd(nets), []
    x, y = (np.asarray(a, crowd.theta.dtype) for a in (x, np.asarray(y)[..., np.newaxis]))
    thetas = crowd.theta.reshape(len(optimizers), -1)
    grads = crowd.grad.reshape(len(optimizers), -1)
    batches = minibatches(x, y, batch_size or x.shape[-2], seeds or ())
    with np.errstate(over="ignore", invalid="ignore"):  # a rate that is too large is a result too
        for update in range(n_updates + 1):
            if look is not None and update % every == 0:
                seen.append(look(crowd))
            if update == n_updates:
                break
            points, targets = next(batches)
            if squared:
                crowd.backward(2 * (crowd.forward(points) - targets) / points.shape[-2])
            else:
                crowd.gradient(points, targets)
            for optimizer, theta, grad in zip(optimizers, thetas, grads, strict=True):
                if schedule is not None:
                    optimizer.learning_rate = schedule(update)
                optimizer.step(theta, grad)
    return crowd, seen


def standardized(
    splits: Sequence[tuple[tuple[Array, Array], tuple[Array, Array]]],
) -> tuple[tuple[Array, Array], tuple[Array, Array], list[Standardizer]]:
    """Stack k splits ((x, y), (x, y) held out): training part, held-out part, and the scales.

    Each split is standardized by its own training points.
    """
    scales = [Standardizer(train[0]) for train, _ in splits]
    parts = []
    for part in (0, 1):
        x = np.stack([scale(pair[part][0]) for scale, pair in zip(scales, splits, strict=True)])
        parts.append((x, np.stack([pair[part][1] for pair in splits])))
    return parts[0], parts[1], scales


def right(many: Crowd, x: Array, y: Array) -> Array:
    """Return for each network the share of the points that it gets right; y (n,) or (k, n)."""
    return many.accuracy(np.asarray(x, many.theta.dtype), np.asarray(y)[..., np.newaxis])


# ------------------------------------------------------------------------------------- figures


def _two(figure: Any, ratio: tuple[float, float] = (1, 1)) -> Any:
    figure.get_layout_engine().set(wspace=0.07)
    return figure.subplots(1, 2, width_ratios=ratio)


@style.style()
def one_turn(x: Array, y: Array) -> Picture:
    """Draw the data of the first comparison."""
    ax = plots.points(x, y, style.new_axes(size=(4.2, 4.0)), size=16)
    ax.set(xlabel="x1", ylabel="x2", title=f"{len(y)} points, one turn")
    return ax.figure, (
        f"{len(y)} points on two arms that make one turn each; the arms scatter, more so further "
        "out, and a gap stays between them."
    )


@style.style()
def paired(losses: Mapping[str, Array], shares: Mapping[str, Array]) -> Picture:
    """Draw the runs of several networks; a thin line joins those of one seed.

    ``losses`` are training losses, ``shares`` those of held-out points right, (n_seeds,) a name.
    """
    figure = style.new_figure((7.6, 3.6))
    axes, words = _two(figure), []
    parts = ((losses, "training loss, mean per point"), (shares, "held-out points right, %"))
    for ax, (runs, label), factor in zip(axes, parts, (1, 100), strict=True):
        table = factor * np.array(list(runs.values()))
        ax.plot(range(len(table)), table, color=style.PALE, linewidth=0.7, zorder=1)
        for i, values in enumerate(table):
            marker, color = style.CLASS_MARKERS[i], style.CLASS_COLORS[i]
            ax.plot(np.full(len(values), i), values, marker, color=color, markersize=6, alpha=0.75)
            ax.plot([i - 0.25, i + 0.25], [np.median(values)] * 2, color=style.INK, linewidth=2)
        ax.set(xticks=range(len(table)), xticklabels=list(runs), xlim=(-0.6, len(table) - 0.4))
        ax.set(ylabel=label, xlabel="hidden units")
        digits = ".2g" if factor == 1 else ".1f"
        words.append([f"{np.median(values):{digits}}" for values in table])
    axes[0].set_yscale("decades")
    lowest = min(losses, key=lambda name: float(np.median(losses[name])))
    highest = max(shares, key=lambda name: float(np.median(shares[name])))
    axes[0].set_title(f"training: {lowest} has the lowest median")
    axes[1].set_title(f"new points: {highest} has the highest median")
    names, n = ", ".join(losses), len(next(iter(losses.values())))
    return figure, (
        f"{n} runs each of the networks {names}, a line joining the runs on the same data. Median "
        f"training losses: {', '.join(words[0])}. Median shares of held-out points right, in "
        f"percent: {', '.join(words[1])}."
    )


def luck(wide: Mapping[str, Array], deep: Mapping[str, Array]) -> Draw:
    """Live: how often a report with n seeds would name each network the better one.

    Both hold, a run each, "loss" (training loss) and "share" (of held-out points right). A report
    draws n of the runs, with replacement, the same for both.
    """
    gaps = {  # positive where the deep network is ahead
        "training loss": (wide["loss"], deep["loss"], 0.02),
        "new points right": (-100 * wide["share"], -100 * deep["share"], 2.0),
    }
    units = ("lower loss of 16-16", "more points right with 16-16, %")

    def draw(figure: Any) -> Update:
        axes, bars, titles = _two(figure), [], []
        for ax, unit, (name, (_, _, reach)) in zip(axes, units, gaps.items(), strict=True):
            edges = np.linspace(-reach, reach, 41)
            middle = (edges[1:] + edges[:-1]) / 2
            colors = [style.RED if m > 0 else style.ORANGE for m in middle]
            bars.append((edges, ax.bar(middle, 0 * middle, np.diff(edges), color=colors)))
            ax.axvline(0, color=style.INK, linewidth=1)
            ax.set(xlabel=unit, ylabel="share of reports, %", ylim=(0, 50), xlim=(-reach, reach))
            ax.locator_params(axis="x", nbins=5)
            ax.text(0.03, 0.93, "84 ahead", transform=ax.transAxes, color=style.ORANGE)
            ahead = {"transform": ax.transAxes, "color": style.RED, "ha": "right"}
            ax.text(0.97, 0.93, "16-16 ahead", **ahead)
            titles.append(ax.set_title(name))

        def update(seeds: int, summary: str) -> str:
            drawn = np.random.default_rng(0).integers(0, len(wide["loss"]), (N_REPORTS, seeds))
            of: Any = np.mean if summary == "mean" else np.median
            words = []
            for (edges, some), title, (name, (a, b, _)) in zip(
                bars, titles, gaps.items(), strict=True
            ):
                gap = of(a[drawn], axis=1) - of(b[drawn], axis=1)
                counts = np.histogram(np.clip(gap, edges[0], edges[-1]), edges)[0]
                for bar, height in zip(some, 100 * counts / N_REPORTS, strict=True):
                    bar.set_height(min(height, 50))
                share = np.mean(gap > 0)
                title.set_text(f"{name}, {summary}: 16-16 wins {share:.0%}")
                words.append(f"by {name} 16-16 wins {share:.0%}")
            many = "1 seed" if seeds == 1 else f"{seeds} seeds"
            return f"Reports of {many}, by the {summary}: {' of them, '.join(words)}."

        return update

    return draw


def sizes(
    nets: Mapping[tuple[int, int], Sequence[Sequential]],
    shares: Mapping[tuple[int, int], Array],
    standardize: Any,
    x: Array,
    y: Array,
) -> Draw:
    """Live: the map of a network of chosen depth and number of parameters, and all compared.

    ``nets[layers, parameters]`` are networks, ``shares`` what they get right; (x, y) are the points
    held out from the first.
    """

    def draw(figure: Any) -> Update:
        left, right_ax = _two(figure)
        surface = ProbabilityMap(left, extent_of(x), MAP_SIZE)
        plane = standardize(surface.rows)
        maps = {size: some[0].predict(plane).astype(np.float32) for size, some in nets.items()}
        plots.points(x, y, left, size=14)
        left.set(xlabel="x1", ylabel="x2")
        _compare(right_ax, shares)
        (chosen,) = right_ax.plot([], [], "o", color=style.RED, markersize=10, fillstyle="none")
        titles = left.set_title(""), right_ax.set_title("")

        def update(hidden_layers: int, parameters: int) -> str:
            size = hidden_layers, parameters
            surface.show(maps[size])
            percent = 100 * shares[size]
            chosen.set_data(np.full(len(percent), parameters), percent)
            name, first = _name(nets[size][0]), f"{percent[0]:.0f}% right"
            titles[0].set_text(f"hidden units {name}, first seed: {first}")
            span = f"{percent.min():.0f}% to {percent.max():.0f}%"
            titles[1].set_text(f"{parameters:,} parameters: {span}")
            return (
                f"Hidden units {name}, {parameters:,} parameters: held out, {len(percent)} seeds "
                f"get {span} right. The map is that of the first seed, {first}."
            )

        return update

    return draw


def _name(net: Sequential) -> str:
    dense = [layer for layer in net.layers if isinstance(layer, Dense)]
    return "-".join(str(layer.weight.shape[1]) for layer in dense[:-1])


def _compare(ax: Any, shares: Mapping[tuple[int, int], Array]) -> None:
    """Draw the accuracy of all runs over the number of parameters, a line a depth."""
    ends: list[tuple[str, float, float, str]] = []
    ax.set(xscale="decades", xlabel="parameters", ylabel="held-out points right, %", ylim=(45, 104))
    counts = sorted({n for _, n in shares})
    ax.set_xticks(counts)
    for i, layers in enumerate(sorted({layers for layers, _ in shares})):
        percents = [100 * shares[layers, n] for n in counts]
        color, marker = style.PALETTE[i], style.CLASS_MARKERS[i]
        middles = [float(np.median(p)) for p in percents]
        ax.plot(counts, middles, color=color)
        for n, percent in zip(counts, percents, strict=True):
            ax.plot(np.full(len(percent), n), percent, marker, color=color, markersize=4)
        ends.append((f" {layers} layer{'s' * (layers > 1)}", counts[-1], middles[-1], color))
    plots.label_ends(ax, ends)


@style.style()
def bootstrap(means: Array, low: float, high: float) -> Picture:
    """Draw the means of resampled differences, and the interval that holds 95% of them."""
    ax = style.new_axes(size=(5.4, 3.1))
    ax.hist(100 * means, bins=40, color=style.BLUE)
    for end in (low, high):
        ax.axvline(100 * end, color=style.RED, linewidth=1.5)
    ax.axvline(0, color=style.INK, linewidth=1)
    ax.set(xlabel="mean difference, 84 minus 16-16, % of held-out points", ylabel="resamples")
    side = "leaves 0 out" if low > 0 or high < 0 else "contains 0"
    ax.set_title(f"95% lie from {100 * low:.2f} to {100 * high:.2f}: the interval {side}")
    return ax.figure, (
        f"Histogram of {len(means):,} resampled means; 95% of them lie between {100 * low:.2f} "
        f"and {100 * high:.2f} percent of the points. The interval {side}."
    )


@style.style()
def batches(runs: Mapping[int, tuple[Array, Array]]) -> Picture:
    """Draw accuracy over updates and over points seen, a band (quartiles) a batch size.

    ``runs[batch_size]`` is (updates (m,), shares (m, n_seeds)).
    """
    figure = style.new_figure((7.8, 3.6))
    axes, said = _two(figure), []
    for per_point, ax in enumerate(axes):
        ax.set(xscale="decades", ylim=(38, 104), ylabel="held-out points right, %")
        for i, (size, (updates, shares)) in enumerate(runs.items()):
            low, middle, high = 100 * np.quantile(shares[1:], (0.25, 0.5, 0.75), axis=1)
            steps, color = updates[1:] * (size if per_point else 1), style.PALETTE[i]
            ax.fill_between(steps, low, high, color=color, alpha=0.2, linewidth=0)
            ax.plot(steps, middle, color=color)
            ax.text(steps[0], 47, f"batch\n{size}", color=color, ha="left", va="top")
            if not per_point:
                said.append(f"batches of {size}: {middle[-1]:.0f}% after {updates[-1]:,} updates")
    axes[0].set(xlabel="updates", title="at equal updates the largest batch is ahead")
    axes[1].set(xlabel="points passed through", title="at equal points batches of 32 are ahead")
    return figure, (
        f"Medians and quartiles over seeds. {'; '.join(said)}. At equal updates the largest batch "
        "is ahead, at equal numbers of points seen the order of the two larger ones turns."
    )


@style.style()
def grid(table: Mapping[str, Array], optimizers: Sequence[str], rates: Sequence[float]) -> Picture:
    """Draw the median accuracy of every combination: ``table[activation]`` (optimizers, rates).

    Where it is nan, nothing was measured.
    """
    figure = style.new_figure((8.2, 2.9))
    axes, words = figure.subplots(1, len(table), sharey=True, squeeze=False)[0], []
    for ax, (name, shares) in zip(axes, table.items(), strict=True):
        percent = 100 * shares
        ax.set_facecolor(style.PALE)
        ax.imshow(percent, cmap=SHADES, vmin=50, vmax=100, aspect="auto", interpolation="nearest")
        for row, values in enumerate(percent):
            for column, value in enumerate(values):
                where = {"ha": "center", "va": "center", "fontsize": 8.5}
                ax.text(column, row, "~" if np.isnan(value) else f"{value:.0f}", **where)
        best = divmod(int(np.nanargmax(percent)), percent.shape[1])
        good, n = int(np.sum(percent >= 95)), int(np.isfinite(percent).sum())
        ax.set_title(f"{name}: {good} of {n} reach 95%")
        ax.set_xticks(range(len(rates)), [f"{rate:g}" for rate in rates], rotation=60)
        ax.set_yticks(range(len(optimizers)), list(optimizers))
        ax.set(xlabel="learning rate")
        words.append(
            f"{name}: {good} of {n} combinations reach 95%, the best "
            f"{optimizers[best[0]]} at {rates[best[1]]:g}"
        )
    axes[0].set_ylabel("optimizer")
    return figure, f"Median share of held-out points right, in percent. {'; '.join(words)}."


# ------------------------------------------------------------------------------- untangling


def fit_line(a: Array, y: Array) -> tuple[Array, float]:
    """Return (w, b) of the plane that fits targets -1 and 1 best in the sense of least squares."""
    rows = np.column_stack([a, np.ones(len(a))])
    square = rows.T @ rows + 1e-3 * np.eye(rows.shape[1])  # two units may say the same
    both = np.linalg.solve(square, rows.T @ (2.0 * np.ravel(y) - 1))
    return both[:-1], float(both[-1])


def representations(net: Sequential, x: Array) -> list[Array]:
    """Return the inputs and what each hidden layer makes of them, after its activation."""
    found = [x]
    for layer in net.layers[:-1]:
        x = layer.forward(x)
        if isinstance(layer, Dense):
            continue
        found.append(x)
    return found


def line_shares(
    net: Sequential, train: tuple[Array, Array], held_out: tuple[Array, Array]
) -> list[float]:
    """Return for each layer the share of held-out points that one fitted plane gets right."""
    shares = []
    for a, b in zip(representations(net, train[0]), representations(net, held_out[0]), strict=True):
        w, offset = fit_line(a, train[1])
        shares.append(float(np.mean((b @ w + offset > 0) == np.ravel(held_out[1]))))
    return shares


def untangle(
    net: Sequential,
    snapshots: Sequence[Array],
    epochs: Sequence[int],
    train: tuple[Array, Array],
    held_out: tuple[Array, Array],
) -> Draw:
    """Live: the held-out points as a layer sees them after an epoch, in a view with two axes.

    Across: the distance from the plane that separates best there. Up: the direction in which the
    points differ most besides. Both are in standard deviations. The thin lines are those of a
    square grid in the plane of the inputs.
    """
    worker, reach = copy.deepcopy(net), 1.05 * np.abs(held_out[0]).max()
    ticks, fine = np.linspace(-reach, reach, 15), np.linspace(-reach, reach, 61)
    lines = [np.column_stack([np.full(61, t), fine]) for t in ticks]
    lines += [line[:, ::-1] for line in lines]
    views: list[list[tuple[Array, Array]]] = []
    shares: list[list[float]] = []
    before: dict[int, Array] = {}
    for theta in snapshots:
        worker.theta[:] = theta
        shares.append(line_shares(worker, train, held_out))
        layers = zip(
            *(representations(worker, x) for x in (train[0], held_out[0], np.concatenate(lines))),
            strict=True,
        )
        views.append([])
        for layer, (a, points, mesh) in enumerate(layers):
            look = _view(a, train[1], before.get(layer))
            before[layer] = look(a)[:, 1]
            bent = look(mesh).reshape(len(lines), 61, 2)
            views[-1].append((look(points).astype(np.float32), bent.astype(np.float32)))
    n_layers, y = len(shares[0]), np.ravel(held_out[1])

    def draw(figure: Any) -> Update:
        left, side = _two(figure, (1.15, 1))
        mesh = left.add_collection(LineCollection([], colors=style.PALE, linewidths=0.6, zorder=1))
        left.axvline(0, color=style.INK, linewidth=1.2)
        dots = [
            left.scatter(
                [], [], s=16, marker=m, color=c, edgecolor="white", linewidth=0.4, zorder=3
            )
            for m, c in zip(style.CLASS_MARKERS[:2], style.CLASS_COLORS[:2], strict=True)
        ]
        left.set(xlim=(-3.5, 3.5), ylim=(-3.2, 3.2), xlabel="across the best dividing plane")
        left.set(ylabel="along it, where points differ most")
        (curve,) = side.plot([], [], "o-", color=style.GRAY)
        (here,) = side.plot([], [], "o", color=style.RED, markersize=11, fillstyle="none", mew=2)
        side.set(xlim=(-0.3, n_layers - 0.7), ylim=(45, 104), xticks=range(n_layers))
        side.set_xticklabels(["inputs", *(f"layer {i}" for i in range(1, n_layers))])
        side.set(ylabel="held-out points a plane gets right, %")
        titles = left.set_title(" "), side.set_title(" ")

        def update(layer: int, epoch: int) -> str:
            at = int(np.argmin(np.abs(np.array(epochs) - epoch)))
            points, bent = views[at][layer]
            mesh.set_segments(list(bent))
            for label, some in enumerate(dots):
                some.set_offsets(points[y == label])
            percent = 100 * np.array(shares[at])
            curve.set_data(range(n_layers), percent)
            here.set_data([layer], [percent[layer]])
            place = f"after layer {layer}" if layer else "the inputs"
            titles[0].set_text(f"epoch {epochs[at]}, {place}")
            titles[1].set_text(f"a plane gets {percent[layer]:.0f}% right here")
            listed = ", ".join(f"{value:.0f}%" for value in percent)
            return (
                f"Epoch {epochs[at]}, {place}: one plane gets {percent[layer]:.0f}% of the "
                f"held-out points right. From the inputs to the last hidden layer: {listed}."
            )

        return update

    return draw


def _view(a: Array, y: Array, before: Array | None) -> Callable[[Array], Array]:
    """Return a function from rows of a layer to two coordinates, in standard deviations of a's."""
    w, offset = fit_line(a, y)
    length = float(np.linalg.norm(w))
    w, offset = w / length, offset / length
    middle = a.mean(axis=0)
    rest = (a - middle) - np.outer((a - middle) @ w, w)
    up = np.linalg.eigh(rest.T @ rest)[1][:, -1]
    if before is not None and before @ (rest @ up) < 0:
        up = -up  # an axis has no sense of its own: keep the one of the epoch before
    scale = np.std(a @ w), np.std(rest @ up)

    def look(rows: Array) -> Array:
        return np.column_stack([(rows @ w + offset) / scale[0], ((rows - middle) @ up) / scale[1]])

    return look
