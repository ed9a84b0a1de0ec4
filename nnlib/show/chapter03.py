"""The figures of 03a and 03b: what a loss counts, what it overlooks, what its slope teaches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from matplotlib.collections import LineCollection

from nnlib._checks import Array
from nnlib.activations import sigmoid
from nnlib.show import plots, style
from nnlib.show.explore import Update

Draw = Callable[[Any], Update]

# A loss differs in line as well as in colour.
LOOKS = {
    "squared": {"color": style.BLUE, "linestyle": "-"},
    "absolute": {"color": style.RED, "linestyle": "--"},
    "Huber": {"color": style.PURPLE, "linestyle": "-"},
    "log-cosh": {"color": style.BROWN, "linestyle": ":"},
}


def _readouts(ax: Any, looks: Mapping[str, Any], top: float = 0.98, gap: float = 0.1) -> list[Any]:
    """Return texts to the right of ``ax``, one a line in its colour, to be filled by an update."""
    return [
        ax.text(1.03, top - i * gap, "", color=look["color"], va="top", transform=ax.transAxes)
        for i, look in enumerate(looks.values())
    ]


# ---------------------------------------------------------------- losses of an error


def huber(error: Array, delta: float) -> Array:
    """Return e^2 / 2 within ``delta``, delta (|e| - delta / 2) beyond."""
    cut = np.clip(error, -delta, delta)
    return cut * (error - cut / 2)


def log_cosh(error: Array) -> Array:
    """Return log(cosh(e)) without overflow: |e| + log(1 + exp(-2 |e|)) - log 2."""
    size = np.abs(error)
    return size + np.log1p(np.exp(-2 * size)) - np.log(2)


def losses_of(error: Array, delta: float) -> dict[str, tuple[Array, Array]]:
    """Return the value and the slope of each loss for one error (or an array of errors)."""
    return {
        "squared": (error * error, 2 * error),
        "absolute": (np.abs(error), np.sign(error)),
        "Huber": (huber(error, delta), np.clip(error, -delta, delta)),
        "log-cosh": (log_cosh(error), np.tanh(error)),
    }


def shapes(figure: Any) -> Update:
    """Four losses of one error and their slopes: ``update(error, delta)``."""
    left, right = figure.subplots(1, 2)
    grid = np.linspace(-4, 4, 321)
    start = losses_of(grid, 1.0)
    lines, dots = {}, {}
    for i, ax in enumerate((left, right)):
        for name, look in LOOKS.items():
            (lines[name, i],) = ax.plot(grid, start[name][i], **look)
        for name, look in LOOKS.items():
            (dots[name, i],) = ax.plot([], [], "o", color=look["color"])
    left.set(xlim=(-4, 4), ylim=(-0.3, 8), xlabel="error $e$", ylabel="loss")
    right.set(xlim=(-4, 4), ylim=(-4.3, 4.3), xlabel="error $e$", ylabel="slope of the loss")
    words = _readouts(right, LOOKS, gap=0.2)
    title = left.set_title(" ")

    def update(error: float, delta: float) -> str:
        here = losses_of(np.array(error), delta)
        for i in range(2):
            lines["Huber", i].set_data(grid, losses_of(grid, delta)["Huber"][i])
            for name in LOOKS:
                dots[name, i].set_data([error], [here[name][i]])
        for word, (name, (value, slope)) in zip(words, here.items(), strict=True):
            word.set_text(f"{name}\n{value:.2f}, slope {slope + 0.0:.2f}")
        title.set_text(f"error {error:.1f}; Huber with delta = {delta:.1f}")
        each = "; ".join(f"{n} {v:.2f} with slope {s + 0.0:.2f}" for n, (v, s) in here.items())
        return f"Losses of the error {error:.1f}, Huber's delta {delta:.1f}: {each}."

    return update


# ---------------------------------------------------------------- a line for each loss


def weighted_line(x: Array, y: Array, weight: Array) -> tuple[float, float]:
    """Return slope and intercept of the line with the least weighted squared error."""
    share = weight / weight.sum()
    x0, y0 = share @ x, share @ y
    slope = float(share @ ((x - x0) * (y - y0)) / (share @ (x - x0) ** 2))
    return slope, float(y0 - slope * x0)


def squared_line(x: Array, y: Array) -> tuple[float, float]:
    """Return slope and intercept of the line with the least squared error."""
    return weighted_line(x, y, np.ones(len(x)))


def absolute_line(x: Array, y: Array) -> tuple[float, float]:
    """Return slope and intercept of a line with the least absolute error, x all different.

    Some best line goes through two of the points (a vertex of the linear program): try all pairs.
    """
    i, j = np.triu_indices(len(x), 1)
    slope = (y[j] - y[i]) / (x[j] - x[i])
    intercept = y[i] - slope * x[i]
    total = np.abs(y - slope[:, np.newaxis] * x - intercept[:, np.newaxis]).sum(axis=1)
    best = int(total.argmin())
    return float(slope[best]), float(intercept[best])


def huber_line(x: Array, y: Array, delta: float) -> tuple[float, float]:
    """Return slope and intercept of the line with the least Huber loss.

    Reweighting (IRLS): an error beyond delta counts as a squared one with weight delta / |e|.
    """
    slope, intercept = absolute_line(x, y)
    for _ in range(500):
        size = np.abs(y - slope * x - intercept)
        previous = slope, intercept
        slope, intercept = weighted_line(x, y, delta / np.maximum(size, delta))
        if abs(slope - previous[0]) + abs(intercept - previous[1]) < 1e-9:
            break
    return slope, intercept


def outlier(x: Array, y: Array) -> Draw:
    """Points, one more that you move, and the best line by each of three losses.

    ``update(outlier_x, outlier_y, delta)``.
    """
    looks = {name: LOOKS[name] for name in ("squared", "absolute", "Huber")}

    def draw(figure: Any) -> Update:
        ax = figure.subplots()
        box = np.array([-1.0, 21.0])
        ax.scatter(x, y, color=style.GRAY, s=24)
        lines = {name: ax.plot([], [], **look)[0] for name, look in looks.items()}
        (spot,) = ax.plot([], [], "X", color=style.INK, markersize=10, zorder=4)
        ax.set(xlim=box, ylim=(-11, 13), xlabel="$x$", ylabel="$y$")
        words = _readouts(ax, looks, gap=0.16)
        title = ax.set_title(" ")

        def update(outlier_x: float, outlier_y: float, delta: float) -> str:
            xs, ys = np.append(x, outlier_x), np.append(y, outlier_y)
            spot.set_data([outlier_x], [outlier_y])
            fits = squared_line(xs, ys), absolute_line(xs, ys), huber_line(xs, ys, delta)
            slopes = [f"{slope + 0.0:.2f}" for slope, _ in fits]
            for word, (name, line), fit, text in zip(
                words, lines.items(), fits, slopes, strict=True
            ):
                line.set_data(box, fit[0] * box + fit[1])
                word.set_text(f"{name}:\nslope {text}")
            without = squared_line(x, y)[0]
            title.set_text(
                f"slope without the outlier {without:.2f}, squared error with it: {slopes[0]}"
            )
            return (
                f"Outlier at ({outlier_x:.1f}, {outlier_y:.1f}), Huber's delta {delta:.1f}. "
                f"Slopes: squared {slopes[0]}, absolute {slopes[1]}, Huber {slopes[2]}; "
                f"{without:.2f} without the outlier."
            )

        return update

    return draw


# ---------------------------------------------------------------- maximum likelihood

SCALE = 2.0  # sigma of the normal, b of the Laplace distribution
DENSITIES: dict[str, tuple[Callable[[Array], Array], Callable[[Array], float], str]] = {
    "normal": (
        lambda e: np.exp(-(e**2) / (2 * SCALE**2)) / (SCALE * np.sqrt(2 * np.pi)),
        lambda data: float(np.mean(data)),
        "mean",
    ),
    "laplace": (
        lambda e: np.exp(-np.abs(e) / SCALE) / (2 * SCALE),
        lambda data: float(np.median(data)),
        "median",
    ),
}


def likelihood(data: Array) -> Draw:
    """A density shifted over data, and minus its log likelihood: ``update(noise, centre)``."""

    def draw(figure: Any) -> Update:
        left, right = figure.subplots(1, 2)
        grid = np.linspace(-2, 14, 641)
        (bell,) = left.plot([], [], color=style.BLUE)
        stems = left.add_collection(LineCollection([], colors=style.RED, linewidths=1.4))
        left.plot(data, np.zeros(len(data)), "o", color=style.RED, clip_on=False, zorder=4)
        left.set(xlim=(-2, 14), ylim=(0, 0.28), xlabel="$y$", ylabel="density")
        (curve,) = right.plot([], [], color=style.BLUE)
        (dot,) = right.plot([], [], "o", color=style.RED, zorder=4)
        bottom = right.axvline(0, color=style.INK, linestyle=":", linewidth=1)
        right.set(xlim=(0, 12), ylim=(2, 11), xlabel="centre", ylabel="$-\\ln$ likelihood, mean")
        title, other = left.set_title(" "), right.set_title(" ")

        def update(noise: str, centre: float) -> str:
            density, best, name = DENSITIES[noise]
            heights = density(data - centre)
            bell.set_data(grid, density(grid - centre))
            stems.set_segments([[(d, 0), (d, h)] for d, h in zip(data, heights, strict=True)])
            inner = grid[(grid >= 0) & (grid <= 12)]
            values = -np.log(density(data[:, np.newaxis] - inner)).mean(axis=0)
            value = float(-np.log(heights).mean())
            curve.set_data(inner, values)
            dot.set_data([centre], [value])
            bottom.set_xdata([best(data)] * 2)
            title.set_text(f"{noise} density, centre {centre:.1f}")
            other.set_text(f"{value:.3f} here; lowest at {best(data):.1f}, the {name}")
            return (
                f"{noise.capitalize()} density with centre {centre:.1f}: minus log likelihood "
                f"{value:.3f} a point; it is lowest at {best(data):.1f}, the {name}."
            )

        return update

    return draw


# ---------------------------------------------------------------- losses of a probability


def surprise(figure: Any) -> Update:
    """-log p and the squared error for the probability given to the right class: ``update(p)``."""
    ax = figure.subplots()
    grid = np.linspace(0.005, 1, 400)
    looks = {"log": {"color": style.BLUE}, "square": {"color": style.RED, "linestyle": "--"}}
    for look, values in zip(looks.values(), (-np.log(grid), (1 - grid) ** 2), strict=True):
        ax.plot(grid, values, **look)
    (first,) = ax.plot([], [], "o", color=style.BLUE)
    (second,) = ax.plot([], [], "o", color=style.RED)
    ax.set(xlim=(0, 1.01), ylim=(-0.1, 5.3), ylabel="loss")
    ax.set_xlabel("probability $p$ that was given to the right answer")
    words = _readouts(ax, looks, gap=0.24)
    title = ax.set_title(" ")

    def update(p: float) -> str:
        loss, square = -np.log(p) + 0.0, (1 - p) ** 2
        first.set_data([p], [loss])
        second.set_data([p], [square])
        words[0].set_text(f"$-\\ln p$\n{loss:.4f}\nslope {-1 / p:.2f}")
        words[1].set_text(f"$(1 - p)^2$\n{square:.4f}\nslope {-2 * (1 - p) + 0.0:.2f}")
        title.set_text(f"p = {p:.2f} for what really happened")
        return (
            f"Probability {p:.2f} for the right answer: minus log p is {loss:.4f} with slope "
            f"{-1 / p:.2f}, the squared error {square:.4f} with slope {-2 * (1 - p) + 0.0:.2f}."
        )

    return update


def entropy_of(p: float) -> float:
    """Return the entropy of a coin in nats, 0 for p = 0 and p = 1."""
    return float(sum(-share * np.log(share) for share in (p, 1 - p) if share > 0)) + 0.0


def floor(figure: Any) -> Update:
    """Cross-entropy over what is predicted, and its floor: ``update(true_share, prediction)``."""
    ax = figure.subplots()
    grid = np.linspace(0.005, 0.995, 397)
    (curve,) = ax.plot([], [], color=style.BLUE)
    (ground,) = ax.plot([], [], color=style.INK, linestyle=":")
    (gap,) = ax.plot([], [], color=style.RED)
    (dot,) = ax.plot([], [], "o", color=style.BLUE, zorder=4)
    ax.set(xlim=(0, 1), ylim=(-0.1, 4.8), xlabel="predicted probability of 1", ylabel="mean loss")
    looks = {
        "loss": {"color": style.BLUE},
        "floor": {"color": style.INK},
        "gap": {"color": style.RED},
    }
    words = _readouts(ax, looks, gap=0.2)
    title = ax.set_title(" ")

    def update(true_share: float, prediction: float) -> str:
        lowest = entropy_of(true_share)
        curve.set_data(grid, -true_share * np.log(grid) - (1 - true_share) * np.log(1 - grid))
        loss = float(-true_share * np.log(prediction) - (1 - true_share) * np.log(1 - prediction))
        ground.set_data([0, 1], [lowest, lowest])
        gap.set_data([prediction, prediction], [lowest, loss])
        dot.set_data([prediction], [loss])
        divergence = max(loss - lowest, 0.0)
        for word, name, value in zip(
            words, ("cross-entropy", "entropy", "KL"), (loss, lowest, divergence), strict=True
        ):
            word.set_text(f"{name}\n{value:.4f}")
        title.set_text(f"{true_share:.0%} are 1; predicted {prediction:.0%}")
        return (
            f"{true_share:.0%} of the answers are 1, predicted {prediction:.0%}: cross-entropy "
            f"{loss:.4f} is the entropy {lowest:.4f} plus the divergence {divergence:.4f}."
        )

    return update


# ---------------------------------------------------------------- under a sigmoid


def under_sigmoid(w: Array) -> dict[str, tuple[Array, Array]]:
    """Return value and slope of both losses for the neuron sigmoid(w x) at x = 1, target 1."""
    a = sigmoid(w)
    return {
        "MSE": ((a - 1) ** 2, 2 * (a - 1) * a * (1 - a)),
        "BCE": (np.logaddexp(0, -np.asarray(w)), a - 1),
    }


def landscapes(figure: Any) -> Update:
    """MSE and cross-entropy of one sigmoid neuron over its weight: ``update(w)``."""
    axes = figure.subplots(1, 2, sharey=True)
    grid = np.linspace(-7, 7, 281)
    parts = []
    for ax, (name, (values, _)) in zip(axes, under_sigmoid(grid).items(), strict=True):
        ax.plot(grid, values, color=style.BLUE)
        (tangent,) = ax.plot([], [], color=style.RED, linewidth=1.4)
        (dot,) = ax.plot([], [], "o", color=style.RED, zorder=4)
        ax.set(xlim=(-7, 7), ylim=(-0.6, 7.2), xlabel="weight $w$")
        parts.append((name, tangent, dot, ax.set_title(" ")))
    axes[0].set_ylabel("loss")

    def update(w: float) -> str:
        says = []
        for name, tangent, dot, title in parts:
            value, slope = (float(v) for v in under_sigmoid(np.array(w))[name])
            reach = 2.5 / np.hypot(1, slope)
            tangent.set_data([w - reach, w + reach], [value - reach * slope, value + reach * slope])
            dot.set_data([w], [value])
            title.set_text(f"{name} {value:.4f}, slope {slope:.4f}")
            says.append(f"{name} is {value:.4f} with slope {slope:.4f}")
        return f"At w = {w:.1f}, target 1: {', '.join(says)}."

    return update


def clipped_loss(z: Array, eps: float) -> Array:
    """Return -log(1 - p) for target 0, with p = sigmoid(z) kept between eps and 1 - eps."""
    return -np.log(1 - np.clip(sigmoid(z), eps, 1 - eps))


def clipped_slope(z: Array, eps: float) -> Array:
    """Return the slope for target 0 in two steps as printed: (1/(1 - p + eps)) times p (1 - p)."""
    p = sigmoid(z)
    return p * (1 - p) / (1 - p + eps)


def clipping(figure: Any) -> Update:
    """Loss and slope for target 0, clipped and on logits: ``update(z, eps)``."""
    left, right = figure.subplots(1, 2)
    grid = np.linspace(0, 50, 401)
    left.plot(grid, np.logaddexp(0, grid), color=style.BLUE)
    right.plot(grid, sigmoid(grid), color=style.BLUE)
    clipped = [ax.plot([], [], color=style.RED, linestyle="--")[0] for ax in (left, right)]
    stable_dots = [ax.plot([], [], "o", color=style.BLUE)[0] for ax in (left, right)]
    clipped_dots = [ax.plot([], [], "o", color=style.RED)[0] for ax in (left, right)]
    left.set(xlim=(0, 50), ylim=(-1, 52), xlabel="logit $z$, target 0", ylabel="loss")
    right.set(xlim=(0, 50), ylim=(-0.05, 1.15), xlabel="logit $z$, target 0", ylabel="slope")
    left.text(3, 46, "on the logit", color=style.BLUE)
    left.text(3, 41, "clipped", color=style.RED)
    titles = [ax.set_title(" ") for ax in (left, right)]

    def update(z: float, eps: str) -> str:
        here, size = np.array(z), float(eps)
        pairs = (
            (np.logaddexp(0, here), clipped_loss(here, size), clipped_loss(grid, size)),
            (sigmoid(here), clipped_slope(here, size), clipped_slope(grid, size)),
        )
        for i, (right_one, cut, curve) in enumerate(pairs):
            clipped[i].set_data(grid, curve)
            stable_dots[i].set_data([z], [right_one])
            clipped_dots[i].set_data([z], [cut])
        (loss, cut_loss, _), (slope, cut_slope, _) = pairs
        titles[0].set_text(f"loss {loss:.2f}, clipped {cut_loss:.2f}")
        titles[1].set_text(f"slope {slope:.2f}, clipped {cut_slope:.2f}")
        return (
            f"Logit {z:.1f}, target 0, eps {eps}: loss {loss:.2f} (clipped {cut_loss:.2f}), "
            f"slope {slope:.2f} (clipped {cut_slope:.2f})."
        )

    return update


# ---------------------------------------------------------------- focal loss


def focal(x: Array, y: Array, fits: Mapping[float, tuple[Array, float]]) -> Draw:
    """The focal loss over p, and the neuron trained with it: ``update(gamma)``.

    ``fits[gamma]`` is (weight, bias) of that neuron.
    """

    def draw(figure: Any) -> Update:
        left, right = figure.subplots(1, 2)
        grid = np.linspace(0.005, 1, 400)
        left.plot(grid, -np.log(grid), color=style.PALE)
        left.text(0.37, 2.3, "gamma = 0: cross-entropy", color=style.GRAY)
        (curve,) = left.plot([], [], color=style.BLUE)
        (dot,) = left.plot([], [], "o", color=style.BLUE)
        left.set(xlim=(0, 1.01), ylim=(-0.1, 5.3), ylabel="loss")
        left.set_xlabel("probability $p$ of the right class")
        surface = plots.ProbabilityMap(right, (-3.5, 5.0, -3.5, 4.0), 50)
        for label, marker in enumerate("o^"):  # plot draws a thousand markers faster than scatter
            look = {"markersize": 4 + label, "markeredgecolor": "white", "markeredgewidth": 0.4}
            color = style.CLASS_COLORS[label]
            right.plot(*x[y == label].T, marker, color=color, zorder=3, **look)
        right.set(xlabel="$x_1$", ylabel="$x_2$")
        titles = [ax.set_title(" ") for ax in (left, right)]

        def update(gamma: float) -> str:
            weight, bias = fits[min(fits, key=lambda known: abs(known - gamma))]
            easy = 0.1**gamma * -np.log(0.9)
            curve.set_data(grid, (1 - grid) ** gamma * -np.log(grid))
            dot.set_data([0.9], [easy])
            surface.show(sigmoid(surface.rows @ weight + bias))
            p = sigmoid(x @ weight + bias)
            found, n_rare = int(np.sum((p > 0.5) & (y == 1))), int(np.sum(y == 1))
            titles[0].set_text(f"gamma {gamma:.1f}: at p = 0.9 loss {easy:.1e}")
            titles[1].set_text(f"{found} of {n_rare} found; mean p {p.mean():.3f}")
            return (
                f"Gamma {gamma:.1f}: an example with p = 0.9 has the loss {easy:.1e}. The neuron "
                f"trained with it finds {found} of {n_rare} rare points; it says {p.mean():.3f} "
                f"on average, the true share is {n_rare / len(y):.3f}."
            )

        return update

    return draw


# ---------------------------------------------------------------- calibration


def reliability_table(p: Array, y: Array, n_bins: int = 10) -> tuple[Array, Array, Array]:
    """Return, for each bin of p that holds examples, mean p, share of class 1, and count."""
    place = np.minimum((p * n_bins).astype(int), n_bins - 1)
    count = np.bincount(place, minlength=n_bins)
    filled = count > 0
    said = np.bincount(place, weights=p, minlength=n_bins)[filled] / count[filled]
    true = np.bincount(place, weights=y, minlength=n_bins)[filled] / count[filled]
    return said, true, count[filled]


def calibration_error(p: Array, y: Array, n_bins: int = 10) -> float:
    """Return the mean over examples of |mean p - share of class 1| in their bin (ECE)."""
    said, true, count = reliability_table(p, y, n_bins)
    return float(count @ np.abs(said - true) / count.sum())


def reliability(logits: Array, y: Array, lowest: float) -> Draw:
    """Reliability diagram and loss of logits divided by a temperature: ``update(temperature)``.

    ``lowest`` is the loss of the true probabilities.
    """
    signed = (1 - 2 * y) * logits

    def loss_at(temperature: float) -> float:
        return float(np.logaddexp(0, signed / temperature).mean())

    def draw(figure: Any) -> Update:
        left, right = figure.subplots(1, 2)
        left.plot([0, 1], [0, 1], color=style.INK, linestyle=":")
        gaps = left.add_collection(LineCollection([], colors=style.RED, linewidths=1.6))
        bubbles = left.scatter([], [], color=style.BLUE, zorder=3)
        left.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), aspect="equal")
        left.set(xlabel="predicted probability of class 1", ylabel="share that is class 1")
        temperatures = np.geomspace(0.4, 8, 60)
        right.plot(temperatures, [loss_at(t) for t in temperatures], color=style.BLUE)
        right.axhline(lowest, color=style.INK, linestyle=":")
        right.axhline(np.log(2), color=style.GRAY, linestyle=":")
        right.text(8.3, lowest, "truth", va="center")
        right.text(8.3, np.log(2), "always\n0.5", color=style.GRAY, va="center")
        (dot,) = right.plot([], [], "o", color=style.RED)
        right.set(xscale="decades", xlim=(0.4, 8), ylim=(0.4, 1.5), xlabel="temperature")
        right.set(ylabel="cross-entropy on fresh data", xticks=(0.5, 1, 2, 4, 8))
        titles = [ax.set_title(" ") for ax in (left, right)]

        def update(temperature: float) -> str:
            p, loss = sigmoid(logits / temperature), loss_at(temperature)
            said, true, count = reliability_table(p, y)
            error, correct = calibration_error(p, y), float(np.mean((logits > 0) == (y == 1)))
            gaps.set_segments([[(s, s), (s, t)] for s, t in zip(said, true, strict=True)])
            bubbles.set_offsets(np.column_stack([said, true]))
            bubbles.set_sizes(12 + 400 * count / count.sum())
            dot.set_data([temperature], [loss])
            titles[0].set_text(f"gap {error:.3f} on average")
            titles[1].set_text(f"loss {loss:.3f}, accuracy {correct:.1%}")
            return (
                f"Temperature {temperature:.1f}: predicted probabilities and shares differ by "
                f"{error:.3f} on average, cross-entropy {loss:.3f}, accuracy {correct:.1%}."
            )

        return update

    return draw
