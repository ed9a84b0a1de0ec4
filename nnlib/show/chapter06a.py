"""The figures of notebook 06a: under- and overfitting, bias and variance, honest and leaky scores.

The truth and the size of the noise are known, so the error on all future data is computed exactly:
mean squared distance to the truth, plus the noise's own mean square.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from nnlib._checks import Array
from nnlib.datasets import make_spirals
from nnlib.show import style
from nnlib.show.explore import Update
from nnlib.show.plots import curves, log_ticks

Draw = Callable[[Any], Update]
Function = Callable[[Array], Array]

GRID = np.linspace(-1, 1, 201)
HIGHEST = 14  # degree: with 15 points the curve then goes through all of them


def basis(x: Array, degree: int) -> Array:
    """Return the Legendre polynomials of degree 0 to ``degree`` at ``x``, (n, degree + 1).

    They span the same curves as the powers 1, x, x^2, ..., with less rounding.
    """
    return np.polynomial.legendre.legvander(x, degree)


def smoother(x: Array, degree: int, at: Array) -> Array:
    """Return the matrix (n_at, n) that turns targets at ``x`` into the fitted curve at ``at``."""
    return basis(at, degree) @ np.linalg.pinv(basis(x, degree))


class _EndLabels:
    """Names in a column beside a plot with logarithmic y axis, each at the height of its line."""

    def __init__(self, ax: Any, colors: Mapping[str, str], share: float = 0.075) -> None:
        self.ax, self.share = ax, share
        beside = {"va": "center", "transform": ax.get_yaxis_transform()}
        self.texts = {
            name: ax.text(1.02, 1, name, color=color, **beside) for name, color in colors.items()
        }

    def place(self, heights: Mapping[str, float]) -> None:
        """Move each name to its height within the axes, ``share`` of them apart from the next."""
        low, high = np.log10(self.ax.get_ylim())
        gap = self.share * (high - low)
        names = sorted(heights, key=lambda name: heights[name])
        places = [float(np.clip(np.log10(heights[name]), low, high)) for name in names]
        for i in range(1, len(places)):
            places[i] = max(places[i], places[i - 1] + gap)
        for i in range(len(places) - 1, -1, -1):  # those pushed over the top move down again
            above = high if i == len(places) - 1 else places[i + 1] - gap
            places[i] = min(places[i], above)
        for name, place in zip(names, places, strict=True):
            self.texts[name].set_y(10**place)


# ---------------------------------------------------------------- one training set


def one_fit(truth: Function, x: Array, y: Array, noise: float) -> Draw:
    """Fit a polynomial to one training set: ``update(degree)``. Errors of all degrees beside it."""
    fits = np.array([smoother(x, d, GRID) @ y for d in range(HIGHEST + 1)])
    known = np.array([smoother(x, d, x) @ y for d in range(HIGHEST + 1)])
    errors = {
        "training": np.mean((known - y) ** 2, axis=1),
        "future data": np.mean((fits - truth(GRID)) ** 2, axis=1) + noise**2,
    }
    best = int(errors["future data"].argmin())
    good = errors["future data"] < 1.25 * errors["future data"][best]

    lowest = 1e-5  # of the axis: all degrees but the last are above it

    def draw(figure: Any) -> Update:
        left, right = figure.subplots(1, 2, width_ratios=(1.1, 1))
        left.plot(GRID, truth(GRID), "--", color=style.GRAY)
        left.plot(x, y, "o", color=style.INK)
        (fit,) = left.plot([], [], color=style.BLUE)
        left.set(xlim=(-1.05, 1.05), ylim=(-2.2, 2.2), ylabel="y")
        left.set(xlabel="x  (dots: training points, dashed: truth)")
        colors = {"training": style.BLUE, "future data": style.ORANGE, "noise": style.GRAY}
        right.set(yscale="decades", ylim=(lowest, 10), xlim=(-0.5, HIGHEST + 0.5))
        right.set(xlabel="degree", ylabel="mean squared error", xticks=range(0, HIGHEST + 1, 2))
        right.axhline(noise**2, linestyle=":", color=style.GRAY)
        dots = {}
        for name, values in errors.items():
            shown = np.maximum(values, lowest)
            right.plot(shown, color=colors[name])
            (dots[name],) = right.plot([], [], "o", color=colors[name], markersize=7)
        ends = {name: float(max(values[-1], lowest)) for name, values in errors.items()}
        _EndLabels(right, colors).place({**ends, "noise": noise**2})
        titles = left.set_title(" "), right.set_title(" ")

        def update(degree: int) -> str:
            fit.set_data(GRID, fits[degree])
            now = {name: float(values[degree]) for name, values in errors.items()}
            for name, dot in dots.items():
                dot.set_data([degree], [max(now[name], lowest)])
            side = "underfitting" if degree < best else "overfitting"
            verdict = "good fit" if good[degree] else side
            train, future = (_short(value) for value in now.values())
            if now["training"] < 1e-3:  # 0 only where the curve goes through all points
                train = "0" if now["training"] < 1e-12 else f"{now['training']:.5f}"
            titles[0].set_text(f"degree {degree}: {verdict}")
            titles[1].set_text(f"training {train}, future {future}")
            return (
                f"A polynomial of degree {degree} fitted to {len(x)} points: {verdict}. Mean "
                f"squared error {train} on the training points, {future} on future data; "
                f"the noise alone makes {noise**2:.2f}."
            )

        return update

    return draw


def _short(value: float) -> str:
    """Write an error in few digits."""
    return f"{value:.3f}" if value < 10 else f"{value:.0f}"


@style.style()
def learning_curves(train: Sequence[float], validation: Sequence[float], noise: float) -> Any:
    """Draw the two losses of a run that overfits, the noise, and the epoch of the lowest."""
    ax = curves({"training": train, "validation": validation}, ax=style.new_axes(size=(6.0, 3.2)))
    ax.axhline(noise**2, linestyle=":", color=style.GRAY)
    ax.text(len(train), noise**2 * 0.9, "noise", color=style.GRAY, ha="right", va="top")
    best = int(np.argmin(validation))
    ax.plot([best + 1], [validation[best]], "o", color=style.ORANGE, markersize=7)
    # The first epochs are far above; what matters happens near the noise.
    ax.set(ylim=(min(train) * 0.8, max(0.5, 5 * noise**2)))
    log_ticks(ax.yaxis, 1, 2, 5)
    ax.set_title("training falls below the noise, validation turns round")
    return ax


# ---------------------------------------------------------------- what 100% means


def _line(n: int, rng: Any) -> tuple[Array, Array]:
    """Return points of the plane and on which side of the line x1 + x2 = 0 they lie."""
    x = rng.standard_normal((n, 2))
    return x, (x.sum(axis=1) > 0).astype(int)


def _coin(n: int, rng: Any) -> tuple[Array, Array]:
    """Return rows of 20 random numbers and coin tosses: there is nothing to learn."""
    return rng.standard_normal((n, 20)), rng.integers(0, 2, n)


# name: (number of examples, generator) -> x, y
TASKS: dict[str, Callable[[int, Any], tuple[Array, Array]]] = {
    "line": _line,
    "spiral": lambda n, rng: make_spirals(n, noise=0.1, turns=1.0, rng=rng),
    "coin": _coin,
}


# ---------------------------------------------------------------- 200 training sets


def decompose(fits: Array, truth: Array) -> tuple[float, float]:
    """Return bias^2 and variance of fits (n_sets, n_points), means over the points."""
    return float(np.mean((fits.mean(axis=0) - truth) ** 2)), float(fits.var(axis=0).mean())


def spread(truth: Function, noise: float, sizes: Sequence[int], n_sets: int = 200) -> Draw:
    """The fits of 200 training sets and what their error is made of: ``update(degree, n_train)``.

    The inputs are evenly spaced; each set has its own noise. ``sizes`` are the values of n_train.
    """
    f = truth(GRID)
    degrees = np.arange(HIGHEST + 1)
    fresh = noise * np.random.default_rng(1).standard_normal((n_sets, len(GRID)))

    def fits_of(degree: int, n_train: int) -> Array:
        x = np.linspace(-1, 1, n_train)
        rng = np.random.default_rng(0)
        targets = truth(x) + noise * rng.standard_normal((n_sets, n_train))
        return targets @ smoother(x, degree, GRID).T

    def parts_of(n_train: int) -> dict[str, Array]:
        rows = []
        for degree in degrees:
            fits = fits_of(int(degree), n_train)
            rows.append((*decompose(fits, f), float(np.mean((fits - f - fresh) ** 2))))
        bias, variance, test = np.array(rows).T
        total = bias + variance + noise**2
        return {"bias²": bias, "variance": variance, "sum": total, "measured": test}

    known = {n_train: parts_of(n_train) for n_train in sizes}

    def draw(figure: Any) -> Update:
        left, right = figure.subplots(1, 2, width_ratios=(1.1, 1))
        band = left.fill_between(GRID, f, f, color=style.BLUE, alpha=0.3, linewidth=0)
        (mean,) = left.plot([], [], color=style.BLUE)
        left.plot(GRID, f, "--", color=style.INK)
        left.set(xlim=(-1.05, 1.05), ylim=(-2.2, 2.2), ylabel="y")
        left.set(xlabel="x  (band: 90% of the fits, line: their mean, dashed: truth)")
        colors = {
            "bias²": style.PURPLE,
            "variance": style.BLUE,
            "noise": style.GRAY,
            "sum": style.INK,
        }
        right.set(yscale="decades", ylim=(1e-4, 1e3), xlim=(-0.5, HIGHEST + 0.5))
        right.set(
            xlabel="degree  (circles: test error, measured)",
            ylabel="mean squared error",
            xticks=range(0, HIGHEST + 1, 2),
        )
        right.axhline(noise**2, linestyle=":", color=style.GRAY)
        lines = {
            name: right.plot([], [], color=colors[name])[0] for name in colors if name != "noise"
        }
        (circles,) = right.plot([], [], "o", fillstyle="none", color=style.ORANGE, markersize=6)
        cursor = right.axvline(0, color=style.PALE, zorder=0)
        labels = _EndLabels(right, colors)
        titles = left.set_title(" "), right.set_title(" ")

        def update(degree: int, n_train: int) -> str:
            fits, parts = fits_of(degree, n_train), known[n_train]
            low, high = np.quantile(fits, (0.05, 0.95), axis=0)
            band.set_data(GRID, low, high)
            mean.set_data(GRID, fits.mean(axis=0))
            for name, line in lines.items():
                line.set_data(degrees, np.maximum(parts[name], 1e-5))
            circles.set_data(degrees, parts["measured"])
            cursor.set_xdata([degree, degree])
            ends = {name: float(parts[name][-1]) for name in lines}
            labels.place({**ends, "noise": noise**2})
            bias, variance, total, test = (float(values[degree]) for values in parts.values())
            titles[0].set_text(f"degree {degree}, {n_train} points a set")
            b, v, t, m = (_short(value) for value in (bias, variance, total, test))
            titles[1].set_text(f"{b} + {v} + {noise**2:.2f} = {t}, measured {m}")
            return (
                f"{n_sets} fits of degree {degree} to {n_train} points each: bias squared {b}, "
                f"variance {v}, noise {noise**2:.2f}, sum {t}; test error measured {m}."
            )

        return update

    return draw


def _in(ax: Any) -> dict[str, Any]:
    """Place a text in shares of the axes."""
    return {"transform": ax.transAxes}


# ---------------------------------------------------------------- choosing the best of many


def heads(n: int, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Draw how often n coins show heads, an array of ``shape``.

    ``rng.binomial`` does that too, but NumPy 2.5 draws other numbers than 2.4 from the same seed.
    """
    at_most = [ways / 2**n for ways in itertools.accumulate(math.comb(n, k) for k in range(n + 1))]
    return np.searchsorted(at_most, rng.random(shape), side="right")


def selection(
    sizes: Sequence[int], most: int = 500, n_repeats: int = 400, n_test: int = 1000
) -> Draw:
    """The best of many useless classifiers, on both parts: ``update(n_models, n_validation)``."""
    rng = np.random.default_rng(0)
    best = {n: np.maximum.accumulate(heads(n, (n_repeats, most), rng) / n, axis=1) for n in sizes}
    # What the chosen one does on the test part has nothing to do with why it was chosen.
    test = heads(n_test, (n_repeats,), rng) / n_test
    edges = np.arange(0.3, 0.951, 0.02) - 1e-9
    middle = (edges[1:] + edges[:-1]) / 2

    def draw(figure: Any) -> Update:
        ax = figure.subplots()
        tested = np.histogram(test, edges)[0] / n_repeats
        ax.stairs(tested, edges, color=style.ORANGE, linewidth=1.8)
        bars = ax.bar(middle, 0 * middle, width=0.018, color=style.BLUE, alpha=0.55)
        ax.axvline(0.5, color=style.GRAY, linestyle=":")
        ax.set(xlim=(0.3, 0.95), ylim=(0, 1), xlabel="accuracy of the chosen classifier")
        ax.set(ylabel=f"share of {n_repeats} repetitions")
        ax.text(0.99, 0.95, "on the validation part", color=style.BLUE, ha="right", **_in(ax))
        ax.text(0.99, 0.87, "on the test part", color=style.ORANGE, ha="right", **_in(ax))
        title = ax.set_title(" ")

        def update(n_models: int, n_validation: int) -> str:
            scores = best[n_validation][:, n_models - 1]
            shares = np.histogram(scores, edges)[0] / n_repeats
            for bar, share in zip(bars, shares, strict=True):
                bar.set_height(share)
            title.set_text(
                f"best of {n_models} on {n_validation} points: validation says "
                f"{scores.mean():.1%}, test {test.mean():.1%}"
            )
            return (
                f"The best of {n_models} coin-flipping classifiers, chosen on {n_validation} "
                f"points: on average {scores.mean():.1%} right on the validation part and "
                f"{test.mean():.1%} on the test part."
            )

        return update

    return draw


# ---------------------------------------------------------------- cross-validation


def held_out_errors(x: Array, y: Array, degree: int, folds: Sequence[Array]) -> Array:
    """Return the mean squared error on each fold of the fit to the other rows.

    One fit for all of them: the residuals r of the fit to all rows and its matrix H give those of
    the fit without the rows F as (I - H_FF)^-1 r_F, exactly.
    """
    matrix = smoother(x, degree, x)
    return _errors_of(folds, matrix, y - matrix @ y)


def _errors_of(folds: Sequence[Array], matrix: Array, residual: Array) -> Array:
    sizes, errors = np.array([len(rows) for rows in folds]), np.zeros(len(folds))
    for size in np.unique(sizes):  # folds of one size are solved together
        rows = np.array([fold for fold in folds if len(fold) == size])
        blocks = np.eye(size) - matrix[rows[:, :, np.newaxis], rows[:, np.newaxis]]
        left_out = np.linalg.solve(blocks, residual[rows][..., np.newaxis])
        errors[sizes == size] = np.mean(left_out**2, axis=(1, 2))
    return errors


def estimates(
    x: Array, y: Array, folds: str, degrees: Sequence[int], n_shuffles: int, seed: int = 0
) -> Array:
    """Return the estimated error, (n_shuffles, n_degrees), with the rows dealt anew each time.

    ``folds`` is a number, "one split" (a fifth is held out, once) or "leave one out", which has
    nothing to shuffle: all its rows are the same.
    """
    once = folds == "leave one out"
    n_folds = {"one split": 5, "leave one out": len(x)}.get(folds) or int(folds)
    matrices = [smoother(x, degree, x) for degree in degrees]
    fits = [(matrix, y - matrix @ y) for matrix in matrices]
    rng, found = np.random.default_rng(seed), []
    for _ in range(1 if once else n_shuffles):
        parts = np.array_split(rng.permutation(len(x)), n_folds)
        parts = parts[:1] if folds == "one split" else parts
        found.append([_errors_of(parts, *fit).mean() for fit in fits])
    return np.repeat(found, n_shuffles, axis=0) if once else np.array(found)


def cross_validation(
    truth: Function,
    x: Array,
    y: Array,
    noise: float,
    folds: Sequence[str],
    highest: int = 9,
    n_shuffles: int = 40,
) -> Draw:
    """Estimates of the error over reshuffled folds, and the truth: ``update(folds, shuffles)``."""
    degrees = list(range(highest + 1))
    fits = np.array([smoother(x, d, GRID) @ y for d in degrees])
    true = np.mean((fits - truth(GRID)) ** 2, axis=1) + noise**2
    known = {name: estimates(x, y, name, degrees, n_shuffles) for name in folds}

    def draw(figure: Any) -> Update:
        ax = figure.subplots()
        look = {"color": style.BLUE, "linewidth": 1.0, "alpha": 0.5}
        lines = [ax.plot([], [], **look)[0] for _ in range(n_shuffles)]
        ax.plot(degrees, true, "o--", color=style.INK, zorder=4)
        ax.set(yscale="decades", ylim=(0.03, 3), xlim=(-0.3, highest + 0.3), xticks=degrees)
        ax.set(ylabel="mean squared error")
        ax.set(xlabel="degree  (blue: estimates, a line a shuffle; dashed: true error of the fit)")
        log_ticks(ax.yaxis, 1, 3)
        title = ax.set_title(" ")

        def update(folds: str, shuffles: int) -> str:
            found = known[folds][:shuffles]
            for i, line in enumerate(lines):
                line.set_data(degrees, found[i]) if i < shuffles else line.set_data([], [])
            low, high = found[:, 4].min(), found[:, 4].max()
            spans = f"{low:.2f}" if shuffles == 1 else f"{low:.2f} to {high:.2f}"
            name = f"{folds} folds" if folds.isdigit() else folds
            chosen = ", ".join(str(d) for d in np.unique(found.argmin(axis=1)))
            title.set_text(f"{name}: degree 4: {spans} (true {true[4]:.2f}); lowest: {chosen}")
            return (
                f"Estimated error against degree, {name}, {shuffles} shuffles. Degree 4: "
                f"estimates {spans}, true error {true[4]:.2f}. Degrees with the lowest "
                f"estimate in some shuffle: {chosen}."
            )

        return update

    return draw


# ---------------------------------------------------------------- double descent

WIDTHS = (2, 5, 10, 15, 20, 25, 30, 34, 37, 39, 40, 41, 43, 46, 50, 60, 80, 120, 200, 400, 800)


def double_descent(
    n_train: int = 40, n_inputs: int = 10, n_seeds: int = 20, n_test: int = 100
) -> Draw:
    """Error of random ReLU features against their number: ``update(noise, log10_ridge)``.

    Belkin et al. (2019), scaled down. The target is a plane over the inputs plus noise. The output
    weights w minimize |F w - y|^2 + ridge |w|^2.
    """
    # Per seed and width, padded to n_train: the singular values of the training features, what
    # they see of the plane and of noise of size 1 (U^T t, U^T e), and test features times V.
    shape = (n_seeds, len(WIDTHS))
    values, tests = np.ones((*shape, n_train)), np.zeros((*shape, n_test, n_train))
    seen = np.zeros((2, *shape, n_train))
    wanted = np.zeros((n_seeds, 1, n_test))
    for seed in range(n_seeds):
        rng = np.random.default_rng(seed)
        x = rng.standard_normal((n_train + n_test, n_inputs))
        direction = rng.standard_normal(n_inputs)
        plane = x @ direction / np.linalg.norm(direction)
        extra = rng.standard_normal(n_train)
        hidden = rng.standard_normal((n_inputs, max(WIDTHS)))
        wanted[seed, 0] = plane[n_train:]
        for i, width in enumerate(WIDTHS):
            features = random_features(x, hidden[:, :width])
            u, s, vt = np.linalg.svd(features[:n_train], full_matrices=False)
            k = len(s)
            values[seed, i, :k] = s
            tests[seed, i, :, :k] = features[n_train:] @ vt.T
            seen[0, seed, i, :k], seen[1, seed, i, :k] = u.T @ plane[:n_train], u.T @ extra

    def errors(noise: float, ridge: float) -> Array:
        """Return the error on future data, (n_seeds, n_widths)."""
        shrunk = (seen[0] + noise * seen[1]) * values / (values**2 + ridge)
        fitted = (tests @ shrunk[..., np.newaxis])[..., 0]
        return np.mean((fitted - wanted) ** 2, axis=-1) + noise**2

    def draw(figure: Any) -> Update:
        ax = figure.subplots()
        band = ax.fill_between(WIDTHS, 1, 1, color=style.BLUE, alpha=0.25, linewidth=0)
        (line,) = ax.plot([], [], "o-", color=style.BLUE, markersize=4)
        ax.axvline(n_train, color=style.GRAY, linestyle=":")
        (floor,) = ax.plot([], [], ":", color=style.ORANGE)
        word = ax.text(2, 0.1, "noise", color=style.ORANGE, va="top")
        ax.set(xscale="decades", yscale="decades", xlim=(1.8, 900), ylim=(0.008, 3000))
        ax.set(xlabel="number of random ReLU units", ylabel="error on future data")
        ax.set_xticks((2, 5, 10, 20, 40, 80, 200, 800))
        ax.text(n_train * 1.06, 1000, "as many as training points", color=style.GRAY)
        title = ax.set_title(" ")

        def update(noise: float, log10_ridge: float) -> str:
            found = errors(noise, 10.0**log10_ridge)
            middle = np.median(found, axis=0)
            low, high = np.quantile(found, (0.1, 0.9), axis=0)
            line.set_data(WIDTHS, middle)
            band.set_data(WIDTHS, low, high)
            floor.set_data([1.8, 900] if noise else [], [noise**2] * 2 if noise else [])
            word.set_position((2, noise**2 * 0.8 if noise else 1))
            word.set_text("noise" if noise else "")
            at = WIDTHS.index(n_train)
            before = middle[:at].min()
            title.set_text(
                f"ridge {10.0**log10_ridge:.0e}: at best {before:.2f} below {n_train} units, "
                f"{_two(middle[at])} with {n_train}, {middle[-1]:.2f} with {WIDTHS[-1]}"
            )
            return (
                f"Error on future data of a plane with noise {noise} learned from {n_train} points,"
                f" ridge penalty {10.0**log10_ridge:.0e}, median of {n_seeds} seeds: lowest "
                f"{before:.2f} with fewer than {n_train} units, {_two(middle[at])} with {n_train}, "
                f"{middle[-1]:.2f} with {WIDTHS[-1]}."
            )

        return update

    return draw


def _two(value: float) -> str:
    """Write a number with two digits, or those before its point."""
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"


def random_features(x: Array, hidden: Array) -> Array:
    """Return the outputs (n, n_units) of a hidden ReLU layer that is drawn and never trained."""
    return np.maximum(x @ hidden, 0) / np.sqrt(hidden.shape[1])


# ---------------------------------------------------------------- leaks


def straight(x_train: Array, y_train: Array, x: Array) -> Array:
    """Return the classes of ``x`` by a straight line, fitted by least squares to labels +-1."""
    inputs, targets = np.column_stack([np.ones(len(x_train)), x_train]), 2 * y_train - 1
    weights = np.linalg.lstsq(inputs, targets, rcond=None)[0]
    return (np.column_stack([np.ones(len(x)), x]) @ weights > 0).astype(int)


@style.style()
def leaks(scores: Mapping[str, tuple[Sequence[float], Sequence[float]]]) -> Any:
    """Draw what validation said and what fresh data said, mean and middle 80%, a row a recipe."""
    ax = style.new_axes(size=(6.4, 0.9 + 0.55 * len(scores)))
    for row, pair in enumerate(scores.values()):
        looks = ((style.BLUE, "o", 0.14), (style.ORANGE, "s", -0.14))
        for values, (color, marker, shift) in zip(pair, looks, strict=True):
            low, high = np.quantile(values, (0.1, 0.9))
            ax.plot([100 * low, 100 * high], [-row + shift] * 2, color=color, linewidth=1.4)
            ax.plot([100 * np.mean(values)], [-row + shift], marker, color=color, markersize=6)
    ax.set(yticks=[-row for row in range(len(scores))], yticklabels=list(scores))
    ax.set(xlabel="accuracy, %", ylim=(0.5 - len(scores), 0.75))
    worst = max(scores, key=lambda name: np.mean(scores[name][0]) - np.mean(scores[name][1]))
    says, fresh = (np.mean(values) for values in scores[worst])
    ax.set_title(f"{worst}: validation {says:.0%}, fresh data {fresh:.0%}")
    ax.text(0.02, 1.0, "● validation says", color=style.BLUE, va="top", **_in(ax))
    ax.text(0.32, 1.0, "■ fresh data say", color=style.ORANGE, va="top", **_in(ax))
    return ax


def leaks_alt(scores: Mapping[str, tuple[Sequence[float], Sequence[float]]]) -> str:
    """Say what ``leaks`` shows."""
    rows = [
        f"{name}: validation {np.mean(says):.1%}, fresh data {np.mean(fresh):.1%}"
        for name, (says, fresh) in scores.items()
    ]
    return f"Accuracies with the range of the middle 80% of 200 repetitions. {'; '.join(rows)}."
