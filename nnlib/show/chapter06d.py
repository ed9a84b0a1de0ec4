"""The figures of notebook 06d, and what it measures on networks with and without normalization.

Simplest first: numbers that share a mean, noise of the batch statistics, gradients through depth,
then three measurements on a network in training. None of them changes the network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.patches import Rectangle

from nnlib._checks import Array
from nnlib.activations import ReLU
from nnlib.datasets import make_spirals
from nnlib.layers import BatchNorm, Dense, LayerNorm
from nnlib.network import Sequential
from nnlib.optimizers import SGD
from nnlib.protocol import Layer
from nnlib.show import crowd, style
from nnlib.show.explore import Update

Draw = Callable[[Any], Update]

EPS = 1e-5
MONO = "DejaVu Sans Mono"
NORMS = ("batch", "layer", "instance", "group", "RMS")

# ---------------------------------------------------------------- which numbers share one mean


def sharing(norm: str, shape: tuple[int, int, int], example: int, channel: int) -> Array:
    """Return a mask (n, channels, positions): what is averaged for one row of one example.

    Group norm here has two groups of channels.
    """
    n, channels, _ = shape
    rows = np.ones(n, bool) if norm == "batch" else np.arange(n) == example
    half = channels // 2
    columns = {
        "batch": np.arange(channels) == channel,
        "instance": np.arange(channels) == channel,
        "group": np.arange(channels) // half == channel // half,
    }.get(norm, np.ones(channels, bool))
    return np.broadcast_to(rows[:, None, None] & columns[None, :, None], shape)


def normalized(norm: str, x: Array) -> Array:
    """Return ``x`` (n, channels, positions) normalized, without scale and shift."""
    n, channels, positions = x.shape
    if norm == "RMS":
        return np.asarray(x / np.sqrt(np.mean(x**2, axis=(1, 2), keepdims=True) + EPS))
    grouped = x.reshape(n, 2, -1) if norm == "group" else x
    axes = {"batch": (0, 2), "layer": (1, 2), "instance": (2,), "group": (2,)}[norm]
    mean, var = grouped.mean(axes, keepdims=True), grouped.var(axes, keepdims=True)
    return np.asarray((grouped - mean) / np.sqrt(var + EPS)).reshape(n, channels, positions)


def small_block() -> Array:
    """Return 3 examples of 4 channels and 3 positions, whole numbers; example 3 is darker."""
    noise = np.random.default_rng(3).uniform(-3, 3, (3, 4, 3))
    examples, channels = np.array([0, 1, -6]), np.array([9, 5, 2, 0])
    return np.round(examples[:, None, None] + channels[:, None] + noise)


def which_axis(x: Array) -> Draw:
    """One small tensor before and after: ``update(normalization, example, channel)``.

    The cells that share one mean and variance with the chosen row are coloured.
    """
    n, channels, positions = x.shape

    def rows(ax: Any, top: float) -> list[tuple[Any, Any]]:
        """Return a text for each row of numbers, and a transparent bar over it."""
        found = []
        for i, c in np.ndindex(n, channels):
            left, height = i * (positions + 1), top - c
            spot = {"xy": (left, height), "width": positions, "height": 1, "linewidth": 0}
            ax.add_patch(Rectangle(**spot, facecolor="#f0f0f0", zorder=0))
            # Above the numbers, so that they need not be drawn again when it appears.
            bar = Rectangle(**spot, facecolor=style.ORANGE, alpha=0.35, zorder=4)
            text = ax.text(left + positions / 2, height + 0.46, "", family=MONO, size=8.5)
            text.set(ha="center", va="center")
            found.append((text, ax.add_patch(bar)))
        return found

    def draw(figure: Any) -> Update:
        ax = figure.subplots()
        ax.set_axis_off()
        low = -channels - 1.0
        ax.set(xlim=(-1.9, n * (positions + 1) - 0.9), ylim=(low - channels + 0.6, 2.1))
        before, after = rows(ax, 0), rows(ax, low)
        for i in range(n):
            middle = i * (positions + 1) + positions / 2
            ax.text(middle, 1.25, f"example {i + 1}", ha="center", va="bottom")
        for top, name in ((0, "before"), (low, "after")):
            ax.text(-0.15, top + 1.25, name, ha="right", va="bottom", color=style.GRAY)
            for c in range(channels):
                ax.text(-0.15, top - c + 0.48, f"channel {c + 1}", ha="right", va="center")
        chosen = [
            ax.add_patch(Rectangle((0, 0), positions, 1, fill=False, linewidth=2, zorder=5))
            for _ in range(2)
        ]
        for (text, _), row in zip(before, x.reshape(-1, positions), strict=True):
            text.set_text("".join(f"{value:4.0f}  " for value in row + 0.0))
        title = ax.set_title(" ")

        def update(normalization: str, example: int, channel: int) -> str:
            mask = sharing(normalization, x.shape, example - 1, channel - 1)
            result = normalized(normalization, x)
            for (_, above), (text, bar), numbers, shared in zip(
                before, after, result.reshape(-1, positions), mask[..., 0].ravel(), strict=True
            ):
                above.set_visible(shared)
                bar.set_visible(shared)
                text.set_text("".join(f"{value:6.2f}" for value in numbers.round(2) + 0.0))
            for patch, top in zip(chosen, (0, low), strict=True):
                patch.set_xy(((example - 1) * (positions + 1), top - channel + 1))
            numbers = x[mask]
            what = (
                f"root mean square {np.sqrt(np.mean(numbers**2)):.2f}"
                if normalization == "RMS"
                else f"mean {numbers.mean():.2f}, std {numbers.std():.2f}"
            )
            title.set_text(f"{normalization} norm: {numbers.size} numbers share one {what}")
            row = ", ".join(f"{value:.2f}" for value in result[example - 1, channel - 1])
            return (
                f"{normalization} norm. The row of example {example}, channel {channel} shares one "
                f"{what} with the {numbers.size} coloured numbers, and becomes {row}."
            )

        return update

    return draw


# ---------------------------------------------------------------- noise of the batch statistics


def training_outputs(others: Array, x: float, batch_size: int) -> Array:
    """Return what batch norm says to ``x`` in training, in as many batches as ``others`` has rows.

    The batch is ``x`` and the first ``batch_size - 1`` numbers of the row. Scale 1, shift 0.
    """
    batches = np.column_stack([np.full(len(others), x), others[:, : batch_size - 1]])
    return np.asarray((x - batches.mean(axis=1)) / np.sqrt(batches.var(axis=1) + EPS))


def batch_noise(x: float = 1.5, largest: int = 64, n_batches: int = 100) -> Draw:
    """One example in many batches, training against inference: ``update(batch_size)``."""
    others = np.random.default_rng(0).standard_normal((2000, largest))
    sizes = np.arange(1, largest + 1)
    right = x / np.sqrt(1 + EPS)
    gaps = [np.sqrt(np.mean((training_outputs(others, x, int(b)) - right) ** 2)) for b in sizes]

    def draw(figure: Any) -> Update:
        figure.get_layout_engine().set(wspace=0.08)
        left, ax = figure.subplots(1, 2)
        left.axhline(right, color=style.ORANGE)
        left.text(0, 3.7, "training", color=style.BLUE)
        left.text(25, 3.7, "inference", color=style.ORANGE)
        (dots,) = left.plot([], [], "o", color=style.BLUE, markersize=3)
        left.set(xlim=(-2, n_batches + 2), ylim=(-3.2, 4.2))
        left.set(xlabel=f"batch (each holds the example x = {x})", ylabel="output for the example")
        ax.plot(sizes, gaps, color=style.GRAY)
        ax.plot(sizes, np.sqrt((1 + x**2 / 2) / sizes), ":", color=style.ORANGE)
        (here,) = ax.plot([], [], "o", color=style.BLUE, markersize=8)
        ax.set(xscale="decades", yscale="decades", ylim=(0.15, 2.6), xlabel="batch size")
        ax.set(ylabel="training - inference, root mean square")
        ax.set(xticks=(1, 2, 4, 8, 16, 32, 64), yticks=(0.2, 0.5, 1, 2))
        ax.text(5, 1.05, "falls as 1 / √(batch size)", color=style.ORANGE, va="bottom")
        titles = left.set_title(" "), ax.set_title(" ")

        def update(batch_size: int) -> str:
            found = training_outputs(others[:n_batches], x, batch_size)
            gap = gaps[batch_size - 1]
            dots.set_data(np.arange(n_batches), found)
            here.set_data([batch_size], [gap])
            titles[0].set_text(f"batch size {batch_size}: {found.min():.2f} to {found.max():.2f}")
            titles[1].set_text(f"a typical gap of {gap:.2f}")
            return (
                f"Batch size {batch_size}: in {n_batches} batches the example gets between "
                f"{found.min():.2f} and {found.max():.2f} in training, {right:.2f} at inference. "
                f"Over {len(others)} batches the root mean square of the gap is {gap:.2f}."
            )

        return update

    return draw


# ---------------------------------------------------------------- placement, through depth


PLACES = ("plain", "plain + norm", "residual", "post-norm", "pre-norm")
BRANCHES = ("one ReLU layer", "two layers")
Back = Callable[[Array], Array]


def _norm(a: Array) -> tuple[Array, Back]:
    """Layer norm of ``a`` (without scale and shift), and its way back."""
    inv_std = 1 / np.sqrt(a.var(axis=1, keepdims=True) + EPS)
    normed = (a - a.mean(axis=1, keepdims=True)) * inv_std

    def back(g: Array) -> Array:
        along = normed * (g * normed).mean(axis=1, keepdims=True)
        return np.asarray((g - g.mean(axis=1, keepdims=True) - along) * inv_std)

    return normed, back


def _branch(a: Array, weights: Sequence[Array]) -> tuple[Array, Back]:
    """relu(a W), or relu(a W) V where two matrices are given; and the way back."""
    on = a @ weights[0] > 0
    out = (a @ weights[0]) * on

    def back(g: Array) -> Array:
        for weight in weights[:0:-1]:
            g = g @ weight.T
        return np.asarray((g * on) @ weights[0].T)

    for weight in weights[1:]:
        out = out @ weight
    return out, back


def _block(place: str, a: Array, weights: Sequence[Array]) -> tuple[Array, Back]:
    """One block of a deep network, forward, and its way back."""
    if place == "plain":
        return _branch(a, weights)
    if place == "plain + norm":
        out, branch_back = _branch(a, weights)
        out, norm_back = _norm(out)
        return out, lambda g: branch_back(norm_back(g))
    if place == "pre-norm":
        normed, norm_back = _norm(a)
        out, branch_back = _branch(normed, weights)
        return a + out, lambda g: g + norm_back(branch_back(g))
    out, branch_back = _branch(a, weights)
    if place == "residual":
        return a + out, lambda g: g + branch_back(g)
    normed, norm_back = _norm(a + out)

    def back(g: Array) -> Array:
        g = norm_back(g)
        return np.asarray(g + branch_back(g))

    return normed, back


def deep_blame(
    place: str, branch: str, scale: float, depth: int = 30, width: int = 32, rows: int = 32
) -> tuple[Array, float]:
    """Return the norm of dL/da before each block and at the end, and the size of the last a.

    Weights have the standard deviation ``scale`` / sqrt(width). A blame of norm 1 comes in at the
    end; for pre-norm there stands the usual last norm, which belongs to it, before that.
    """
    rng = np.random.default_rng(0)
    a, backs = rng.standard_normal((rows, width)), []
    matrices = scale * rng.standard_normal((depth, 2, width, width)) / np.sqrt(width)
    for pair in matrices:
        a, back = _block(place, a, pair[: BRANCHES.index(branch) + 1])
        backs.append(back)
    size = float(np.sqrt(np.mean(a**2)))
    g = rng.standard_normal(a.shape)
    g /= np.linalg.norm(g)
    if place == "pre-norm":
        g = _norm(a)[1](g)
    norms = [float(np.linalg.norm(g))]
    for back in reversed(backs):
        g = back(g)
        norms.append(float(np.linalg.norm(g)))
    return np.array(norms[::-1]), size


def placement(depth: int = 30) -> Draw:
    """The blame through 30 blocks of five kinds: ``update(branch, scale)``."""
    known: dict[Any, tuple[Array, float]] = {}
    colors = dict(
        zip(PLACES, (style.GRAY, style.RED, style.BROWN, style.ORANGE, style.BLUE), strict=True)
    )
    low, high = 1e-10, 1e10

    def measured(place: str, branch: str, scale: float) -> Array:
        setting = place, branch, scale
        if setting not in known:
            known[setting] = deep_blame(place, branch, scale, depth)
        return known[setting][0]

    def draw(figure: Any) -> Update:
        ax = figure.subplots()
        lines = {name: ax.plot([], [], color=color)[0] for name, color in colors.items()}
        labels = {
            name: ax.text(-0.8, 1, name, color=color, va="center", clip_on=False)
            for name, color in colors.items()
        }
        ax.plot([0, depth], [1, 1], color=style.PALE, linewidth=0.8, zorder=0)
        ax.set(yscale="decades", ylim=(low, high), xlim=(depth + 0.5, -9))
        ax.set(xlabel="block (the blame comes in on the left)", ylabel="norm of dL/da")
        ax.set_xticks(range(depth, -1, -5))
        title = ax.set_title(" ")

        def update(branch: str, scale: float) -> str:
            found = {name: measured(name, branch, scale) for name in PLACES}
            heights = []
            for name in sorted(PLACES, key=lambda name: found[name][0]):
                lines[name].set_data(np.arange(depth + 1), np.maximum(found[name], 1e-60))
                heights.append(np.log10(np.clip(found[name][0], low, high)))
            for name, height in zip(
                sorted(PLACES, key=lambda name: found[name][0]), _apart(heights), strict=True
            ):
                labels[name].set_position((-0.8, 10.0**height))
            says = [f"{name} {_short(found[name][0])}" for name in PLACES]
            title.set_text(
                f"{branch}, weights {scale:.1f} / √n: "
                f"post {_short(found['post-norm'][0])}, pre {_short(found['pre-norm'][0])}"
            )
            return (
                f"Blocks of {branch}, weights of standard deviation {scale:.1f} / sqrt(n). Norm of "
                f"the blame before block 1 after {depth} blocks: {'; '.join(says)}."
            )

        return update

    return draw


def _apart(heights: Sequence[float], gap: float = 1.25, limit: float = 9.4) -> list[float]:
    """Return rising heights at least ``gap`` apart and within ``limit``, near the given ones."""
    found: list[float] = []
    for height in heights:
        found.append(max(height, -limit, found[-1] + gap if found else -limit))
    for i in reversed(range(len(found))):
        found[i] = min(found[i], limit - gap * (len(found) - 1 - i))
    return found


def _short(value: float) -> str:
    """Write a number of any size in few characters."""
    return f"{value:.1f}" if 0.05 < value < 1000 else f"{value:.0e}"


# ---------------------------------------------------------------- a network in training


SPIRAL = make_spirals(1000, noise=0.03, turns=1.0, rng=0)
TEST_SPIRAL = make_spirals(1000, noise=0.03, turns=1.0, rng=1)

# What follows each Dense, given its width. The notebook adds to it.
AFTER_DENSE: dict[str, Callable[[int], list[Layer]]] = {
    "without": lambda n: [ReLU()],
    "batch norm": lambda n: [BatchNorm(n), ReLU()],
    "layer norm": lambda n: [LayerNorm(n), ReLU()],
    "after ReLU": lambda n: [ReLU(), BatchNorm(n)],
}


def build(
    kind: str, seed: int, n_hidden: int = 3, width: int = 32, factor: float = 1.0
) -> Sequential:
    """Return a network 2-32-...-32-1 with He weights times ``factor``, of a kind in AFTER_DENSE."""
    layers: list[Layer] = []
    for n_in in [2, *[width] * (n_hidden - 1)]:
        layers += [Dense(n_in, width), *AFTER_DENSE[kind](width)]
    net = Sequential(*layers, Dense(width, 1), rng=seed)
    net.theta[: net.n_weights] *= factor
    return net


class Crowd(crowd.Crowd):
    """Networks side by side that may hold norms, or layers that the notebook makes.

    ``owner`` (n_parameters,) says which layer each parameter belongs to, counted from 0.
    """

    def __init__(self, nets: Sequence[Sequential]) -> None:
        super().__init__(nets)
        layers = list(nets[0].leaves())
        self.owner = np.empty(nets[0].theta.size, int)
        for _, layer, _, here in nets[0].places():
            self.owner[here] = layers.index(layer)

    def _stack(self, layer: Layer, *others: Any) -> Any:
        if isinstance(layer, BatchNorm | LayerNorm):
            views = (
                flat[:, self._places[id(layer), name]][:, np.newaxis]
                for name in ("scale", "shift")
                for flat in (self.theta, self.grad)
            )
            return _BatchNorm(*views) if isinstance(layer, BatchNorm) else _LayerNorm(*views)
        if isinstance(layer, Dense | ReLU):
            return super()._stack(layer, *others)
        return _Each([layer, *others])

    def state(self) -> list[Array]:
        """Return a copy of all that training changes."""
        return [array.copy() for array in self._state_places()]

    def restore(self, state: list[Array]) -> None:
        """Put back what ``state`` returned, in place."""
        for array, old in zip(self._state_places(), state, strict=True):
            array[...] = old

    def _state_places(self) -> list[Array]:
        norms = [layer for layer in self.layers if isinstance(layer, _BatchNorm)]
        return [self.theta, *(array for norm in norms for array in norm.running)]


class _Norm:
    """The norms at one place: scale and shift (k, 1, n_features), x (k, n, n_features)."""

    axis: int

    def __init__(self, scale: Array, scale_grad: Array, shift: Array, shift_grad: Array) -> None:
        self.scale, self.scale_grad = scale, scale_grad
        self.shift, self.shift_grad = shift, shift_grad

    def forward(self, x: Array, training: bool = False) -> Array:
        return self._finish(*_moments(x, self.axis)[1:])

    def _finish(self, centred: Array, var: Array) -> Array:
        self._inv_std = 1 / np.sqrt(var + EPS)
        self._normed = centred * self._inv_std
        out = self._normed * self.scale
        out += self.shift
        return out

    def backward(self, grad_out: Array) -> Array:
        np.add.reduce(grad_out * self._normed, axis=1, keepdims=True, out=self.scale_grad)
        np.add.reduce(grad_out, axis=1, keepdims=True, out=self.shift_grad)
        grad = grad_out * self.scale
        along = _mean(grad * self._normed, self.axis)
        grad -= _mean(grad, self.axis)
        grad -= self._normed * along
        grad *= self._inv_std
        return grad


class _LayerNorm(_Norm):
    axis = 2


class _BatchNorm(_Norm):
    axis = 1

    def __init__(self, *views: Array) -> None:
        super().__init__(*views)
        self.running = np.zeros_like(self.scale), np.ones_like(self.scale)  # mean, variance

    def forward(self, x: Array, training: bool = False) -> Array:
        if not training:
            return self._finish(x - self.running[0], self.running[1])
        mean, centred, var = _moments(x, self.axis)
        unbiased = var * (x.shape[1] / (x.shape[1] - 1))
        for running, new in zip(self.running, (mean, unbiased), strict=True):
            running *= 0.9
            running += 0.1 * new
        return self._finish(centred, var)


class _Each:
    """Layers without parameters at one place, each at work on its own network."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = layers

    def forward(self, x: Array, training: bool = False) -> Array:
        pairs = zip(self.layers, x, strict=True)
        return np.stack([layer.forward(own, training) for layer, own in pairs])

    def backward(self, grad_out: Array) -> Array:
        pairs = zip(self.layers, grad_out, strict=True)
        return np.stack([layer.backward(own) for layer, own in pairs])


def _mean(x: Array, axis: int) -> Array:
    total: Array = np.add.reduce(x, axis=axis, keepdims=True)  # x.mean does the same, slower
    total /= x.shape[axis]
    return total


def _moments(x: Array, axis: int) -> tuple[Array, Array, Array]:
    """Return the mean of x, x without it, and the variance."""
    mean = _mean(x, axis)
    centred = x - mean
    return mean, centred, _mean(centred * centred, axis)


Watch = Callable[[int, Crowd, Array, Array], None]


def train(
    nets: Sequence[Sequential],
    seeds: Iterable[int],
    rate: float = 0.1,
    batch_size: int = 64,
    n_steps: int = 200,
    every: int = 25,
    watch: Watch | None = None,
) -> Array:
    """Train copies of the networks with SGD on the spiral, side by side.

    Each takes batches drawn from its seed. ``watch(step, crowd, x, y)`` is called before each step
    with them. Return the test accuracies after every so many steps (nets, checks).
    """
    together, sgd, accuracies = Crowd(nets), SGD(rate), []
    rngs = [np.random.default_rng(seed) for seed in seeds]
    for step in range(n_steps):
        rows = np.array([rng.integers(0, len(SPIRAL[0]), batch_size) for rng in rngs])
        x, y = SPIRAL[0][rows], SPIRAL[1][rows][..., np.newaxis]
        if watch is not None:
            watch(step, together, x, y)
        together.gradient(x, y)
        sgd.step(together.theta, together.grad)
        if (step + 1) % every == 0:
            accuracies.append(together.accuracy(TEST_SPIRAL[0], TEST_SPIRAL[1][:, np.newaxis]))
    return np.transpose(accuracies)


def trained(kind: str, n_seeds: int = 5, n_hidden: int = 3, **options: Any) -> Array:
    """Train ``n_seeds`` networks of a kind; return their test accuracies (seeds, checks)."""
    return train([build(kind, s, n_hidden) for s in range(n_seeds)], range(n_seeds), **options)


def first_steps(accuracies: Array, goal: float = 0.95, every: int = 25) -> str:
    """Say after how many steps each run was at ``goal`` for the first time."""
    steps = [every * (1 + int(np.argmax(run >= goal))) for run in accuracies if max(run) >= goal]
    return ", ".join([*map(str, sorted(steps)), *["never"] * (len(accuracies) - len(steps))])


def n_learned(
    kind: str, rate: float, factors: Sequence[float], n_seeds: int = 3, goal: float = 0.85
) -> Array:
    """Return, for He weights times each factor, how many seeds learn in 80 steps."""
    nets = [build(kind, s, factor=factor) for factor in factors for s in range(n_seeds)]
    with np.errstate(all="ignore"):  # some settings overflow: that is what is measured
        ends = train(nets, [*range(n_seeds)] * len(factors), rate, n_steps=80, every=80)[:, -1]
    return np.asarray(np.sum(ends.reshape(len(factors), n_seeds) >= goal, axis=1))


def count_learned(rates: Sequence[float], factors: Sequence[float]) -> dict[str, Array]:
    """Count with ``n_learned`` for every rate (a row) and every factor, with and without a norm."""
    return {
        kind: np.array([n_learned(kind, rate, factors) for rate in rates])
        for kind in ("without", "batch norm")
    }


def follow(kind: str, n_seeds: int = 5, every: int = 10) -> tuple[Array, Array, Array]:
    """Train, and measure how the ground moves under the layers; return three arrays.

    Mean and std of the inputs of the second ReLU (seeds, measurements, 2, units); the change of
    the gradient of the third Dense (seeds, measurements); test accuracies (seeds, checks).
    """
    inputs: list[tuple[Array, Array]] = []
    changes: list[Array] = []
    kinds = [type(layer) for layer in build(kind, 0).layers]
    relu, dense = (
        [i for i, found in enumerate(kinds) if found is wanted][number]
        for wanted, number in ((ReLU, 1), (Dense, 2))
    )

    def watch(step: int, nets: Crowd, x: Array, y: Array) -> None:
        if step % every == 0:
            inputs.append(moments(nets, SPIRAL[0][:200], relu))
            changes.append(gradient_change(nets, x, y, 0.1, dense))

    accuracies = trained(kind, n_seeds, watch=watch)
    return np.array(inputs).transpose(2, 0, 1, 3), np.transpose(changes), accuracies


def probes(kind: str, factor: float, rates: Array, n_seeds: int = 3) -> tuple[Array, Array]:
    """Look along the gradient at every fifth of the first 50 steps: ``along_gradient`` of each.

    Returns
    -------
    ratios of losses, changes of gradients : arrays (probes, rates)
    """
    found: list[tuple[Array, Array]] = []

    def watch(step: int, nets: Crowd, x: Array, y: Array) -> None:
        if step % 5 == 0:
            found.append(along_gradient(nets, x, y, rates))

    nets = [build(kind, seed, factor=factor) for seed in range(n_seeds)]
    train(nets, range(n_seeds), rate=0.03, n_steps=50, watch=watch)
    ratios, changes = (np.concatenate(part) for part in zip(*found, strict=True))
    return ratios, changes


def smoothness(
    starts: Mapping[str, float], rates: Array, n_seeds: int = 3
) -> dict[str, dict[str, tuple[Array, Array]]]:
    """Return ``probes`` of both networks for each start, a factor on the He weights."""
    return {
        start: {kind: probes(kind, factor, rates, n_seeds) for kind in ("without", "batch norm")}
        for start, factor in starts.items()
    }


def say_steps(rates: Array, ratios: Array, changes: Array) -> str:
    """Say what steps do to loss and gradient, in the median over the probes (probes, rates)."""
    ratio, change = np.median(ratios, axis=0), np.median(changes, axis=0)
    short, one, long = (int(np.abs(rates - rate).argmin()) for rate in (0.1, 1, 10))
    return (
        f"best step {rates[ratio.argmin()]:.2f}; a step of 1: loss times {ratio[one]:.2f}; "
        f"gradient changes by {change[short]:.2f} at 0.1, {change[long]:.2f} at 10"
    )


def moments(nets: Crowd, x: Array, layer: int) -> tuple[Array, Array]:
    """Return mean and standard deviation of each input of a layer in training, (k, units)."""
    state = nets.state()  # a forward in training moves the running statistics
    for earlier in nets.layers[:layer]:
        x = earlier.forward(x, training=True)
    nets.restore(state)
    return x.mean(axis=1), x.std(axis=1)


def gradient_change(nets: Crowd, x: Array, y: Array, rate: float, layer: int) -> Array:
    """Return how the gradient of a layer changes by the step of the layers before it, (k,).

    The change relative to the gradient, on the same batch: the measure that Santurkar et al.
    (2018) propose for internal covariate shift, there as an absolute distance and an angle.
    """
    state, own, before = nets.state(), nets.owner == layer, nets.owner < layer
    nets.gradient(x, y)
    old = nets.grad[:, own]
    nets.theta[:, before] -= rate * nets.grad[:, before]
    nets.gradient(x, y)
    change = nets.grad[:, own] - old
    nets.restore(state)
    return np.asarray(np.linalg.norm(change, axis=1) / np.linalg.norm(old, axis=1))


def along_gradient(nets: Crowd, x: Array, y: Array, rates: Array) -> tuple[Array, Array]:
    """Return loss after / loss before and |change of gradient| / |gradient|, both (k, rates).

    All steps start at the same point and go along its gradient, on the same batch.
    """
    state, start = nets.state(), nets.theta.copy()
    before = crowd.cross_entropy(nets.gradient(x, y), y)
    grad = nets.grad.copy()
    losses, changes = [], []
    for rate in rates:
        nets.theta[:] = start - rate * grad
        losses.append(crowd.cross_entropy(nets.gradient(x, y), y) / before)
        changes.append(np.linalg.norm(nets.grad - grad, axis=1) / np.linalg.norm(grad, axis=1))
    nets.restore(state)
    return np.transpose(losses), np.transpose(changes)


def moving_inputs(
    runs: Mapping[str, tuple[Array, Array, Array]], every: int = 10, check: int = 25
) -> Draw:
    """Inputs of a layer during training, and the accuracy: ``update(network)``.

    ``runs[name]`` is what ``follow`` returns; shown are the inputs of its first seed.
    """
    first, _, rated = next(iter(runs.values()))
    steps = every * np.arange(first.shape[1])
    checks = check * np.arange(1, rated.shape[1] + 1)
    inputs = {name: found[0][0] for name, found in runs.items()}
    accuracies = {name: found[2] for name, found in runs.items()}
    colors = (style.BLUE, style.ORANGE, style.PURPLE)

    def draw(figure: Any) -> Update:
        figure.get_layout_engine().set(wspace=0.08)
        left, ax = figure.subplots(1, 2)
        middles = [left.plot([], [], color=color)[0] for color in colors]
        edges = [left.plot([], [], color=c, linewidth=0.7)[0] for c in colors for _ in range(2)]
        left.set(xlim=(0, steps[-1]), ylim=(-4, 4), xlabel="step")
        left.set(ylabel="input of three ReLU units, mean ± std")
        lines = {}
        for name, found in accuracies.items():
            lines[name] = ax.plot(checks, 100 * np.median(found, axis=0), color=style.PALE)[0]
        low, high = (ax.plot([], [], ":", color=style.RED, linewidth=1)[0] for _ in range(2))
        for y, text, color in (
            (52, "chosen: median of the seeds", style.RED),
            (47.5, "dotted: lowest, highest seed", style.RED),
            (43, "the other networks", style.GRAY),
        ):
            ax.text(checks[-1], y, text, color=color, ha="right")
        ax.set(xlim=(0, checks[-1]), ylim=(40, 101), xlabel="step", ylabel="test accuracy, %")
        titles = left.set_title(" "), ax.set_title(" ")

        def update(network: str) -> str:
            mean, std = inputs[network][:, 0], inputs[network][:, 1]
            for unit, line in enumerate(middles):
                line.set_data(steps, mean[:, unit])
                for edge, sign in zip(edges[2 * unit : 2 * unit + 2], (-1, 1), strict=True):
                    edge.set_data(steps, mean[:, unit] + sign * std[:, unit])
            for name, line in lines.items():
                line.set(color=style.RED if name == network else style.PALE)
                line.set_zorder(3 if name == network else 2)
            found = 100 * accuracies[network]
            low.set_data(checks, found.min(axis=0))
            high.set_data(checks, found.max(axis=0))
            shift = relative_shift(inputs[network])
            titles[0].set_text(f"{network}: moves by {shift:.2g} std")
            titles[1].set_text(f"median of {len(found)} seeds at the end: {_last(found):.0f}%")
            return (
                f"{network}: from one measurement to the next, {steps[1] - steps[0]} steps apart, "
                f"the inputs of the layer move by {shift:.2g} of their standard deviation. Median "
                f"test accuracy of {len(found)} seeds after {checks[1]} steps: "
                f"{np.median(found[:, 1]):.0f}%, after {checks[-1]} steps: {_last(found):.0f}%."
            )

        return update

    return draw


def _last(found: Array) -> float:
    return float(np.median(found[:, -1]))


def relative_shift(inputs: Array) -> float:
    """Return by how much mean and std of the units move between measurements, in their std.

    ``inputs`` is (measurements, 2, units). The median over the measurements.
    """
    moved = np.sum(np.diff(inputs, axis=0) ** 2, axis=(1, 2))
    return float(np.median(np.sqrt(moved / np.sum(inputs[:-1, 1] ** 2, axis=1))))


def step_lengths(rates: Array, found: Mapping[str, Mapping[str, tuple[Array, Array]]]) -> Draw:
    """Loss and gradient after steps of many lengths: ``update(start)``.

    ``found[start][network]`` holds ratios of losses and changes of gradients, (probes, rates).
    """

    def draw(figure: Any) -> Update:
        figure.get_layout_engine().set(wspace=0.08)
        axes = figure.subplots(1, 2)
        colors = {"without": style.GRAY, "batch norm": style.BLUE}
        marks = {"without": "s", "batch norm": "o"}
        lines, limits = {}, ((0.2, 1e3), (0.01, 100.0))
        for ax, limit in zip(axes, limits, strict=True):
            for name, color in colors.items():
                (middle,) = ax.plot([], [], marks[name] + "-", color=color, markersize=5)
                edges = [ax.plot([], [], ":", color=color, linewidth=1)[0] for _ in range(2)]
                lines[ax, name] = (middle, *edges)
            ax.set(
                xscale="decades",
                yscale="decades",
                ylim=limit,
                xlabel="length of the step, as a rate",
            )
            ax.set(xlim=(rates[0] / 1.3, rates[-1] * 1.3))
            ax.axhline(1, color=style.PALE, linewidth=0.8, zorder=0)
        axes[0].set(ylabel="loss after / loss before")
        axes[1].set(ylabel="change of the gradient, relative")
        for name, height in (("● batch norm", 500), ("■ without", 220)):
            axes[0].text(rates[0], height, name, color=colors[name[2:]], va="center")
        titles = axes[0].set_title(" "), axes[1].set_title(" ")

        def update(start: str) -> str:
            says, best, turns = [], [], []
            for name in colors:
                for ax, values in zip(axes, found[start][name], strict=True):
                    shown = np.percentile(values, (50, 10, 90), axis=0)
                    for line, height in zip(lines[ax, name], shown, strict=True):
                        line.set_data(rates, np.clip(height, 1e-3, 1e6))
                ratio, turn = (np.median(values, axis=0) for values in found[start][name])
                best.append(f"{name} {rates[ratio.argmin()]:.2g}")
                turns.append(f"{turn[np.abs(rates - 0.1).argmin()]:.2f}")
                says.append(
                    f"{name}: the loss falls most at a step of {rates[ratio.argmin()]:.2g}; at 0.1 "
                    f"the gradient changes by {turns[-1]} of its norm"
                )
            titles[0].set_text(f"best step: {', '.join(best)}")
            titles[1].set_text(f"at 0.1: without {turns[0]}, batch norm {turns[1]}")
            return f"Start {start}. {'. '.join(says)}."

        return update

    return draw


@style.style()
def tolerance(
    learned: Mapping[str, Array], rates: Sequence[float], factors: Sequence[float], n_seeds: int
) -> tuple[Any, str]:
    """Draw how many seeds learned, for each rate and each factor on the first weights."""
    figure = style.new_figure((6.6, 3.0))
    axes = figure.subplots(1, len(learned), sharey=True)
    for ax, (name, counts) in zip(axes, learned.items(), strict=True):
        ax.imshow(
            counts,
            cmap=style.PROBABILITY,
            vmin=0,
            vmax=n_seeds,
            aspect="auto",
            interpolation="nearest",
        )
        for (i, j), count in np.ndenumerate(counts):
            ax.text(j, i, f"{count:g}", ha="center", va="center")
        ax.set_xticks(range(len(factors)), labels=[f"{factor:g}" for factor in factors])
        full = np.sum(counts == n_seeds)
        ax.set_title(f"{name}: all {n_seeds} learn in {full} of {counts.size}")
        ax.set(xlabel="He weights times (number: seeds that learn)")
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
    axes[0].set_yticks(range(len(rates)), labels=[f"{rate:g}" for rate in rates])
    axes[0].set(ylabel="learning rate")
    says = [
        f"{name}: all {n_seeds} seeds learn in {np.sum(counts == n_seeds)} of {counts.size} "
        f"settings, none in {np.sum(counts == 0)}"
        for name, counts in learned.items()
    ]
    return figure, (
        f"How many of {n_seeds} seeds learn, for rates from {rates[0]:g} to {rates[-1]:g} and He "
        f"weights times {factors[0]:g} to {factors[-1]:g}. {'. '.join(says)}."
    )
