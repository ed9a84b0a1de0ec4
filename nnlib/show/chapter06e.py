"""The clinic of notebook 06e: six sick networks, the instruments, and the figures.

Who has not made a diagnosis yet should not read ``admit``.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.ticker import NullLocator

from nnlib._checks import Array
from nnlib.activations import LeakyReLU, ReLU, Sigmoid, sigmoid
from nnlib.datasets import make_moons, split
from nnlib.layers import Dense
from nnlib.losses import BinaryCrossEntropy, Loss
from nnlib.network import Sequential
from nnlib.optimizers import SGD, Optimizer, clip_by_norm
from nnlib.protocol import Layer
from nnlib.show import style
from nnlib.show.explore import Update
from nnlib.training import accuracy, minibatches

Draw = Callable[[Any], Update]
Pair = tuple[Array, Array]

NAMES = ("A", "B", "C", "D", "E", "F")
INSTRUMENTS = ["curves", "gradients", "units", "tests", "data"]
WIDE = (7.6, 3.6)  # inches
N_UPDATES = 384
WATCHED = (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384)
BATCHES = (8, 32, 128)

# ---------------------------------------------------------------- patients


@dataclass
class Patient:
    """A network with all that its training needs. The cures replace one of these."""

    net: Sequential
    loss: Loss
    optimizer: Optimizer
    train: Pair
    validation: Pair
    batch_size: int = 32
    max_norm: float | None = None
    seed: int = 0
    fresh: Pair | None = None  # rows that came later, when the network was in use


def network(
    widths: Sequence[int], activation: Callable[[], Layer], rng: int, init: str = "he"
) -> Sequential:
    """Return dense layers of these widths, the activation behind each, and one logit."""
    layers: list[Layer] = []
    for n_in, n_out in itertools.pairwise(widths):
        layers += [Dense(n_in, n_out, init=init), activation()]
    return Sequential(*layers, Dense(widths[-1], 1, init=init), rng=rng)


def moons(seed: int, noise: float = 0.2) -> tuple[Pair, Pair]:
    """Return 450 points to train on and 150 to validate on, shuffled and stratified."""
    return split(*make_moons(600, noise=noise, rng=seed), rng=seed)


def healthy(seed: int = 0) -> Patient:
    """Return the network that all patients are compared with."""
    net = network([2, 16, 16, 16], ReLU, seed)
    return Patient(net, BinaryCrossEntropy(), SGD(0.3), *moons(seed), seed=seed)


class OtherLoss(BinaryCrossEntropy):
    """A loss that somebody has written."""

    def backward(self) -> Array:
        return np.asarray(super().backward() * self._share)


def cities(seed: int, n_fresh: int = 2000) -> tuple[Pair, Pair, Pair]:
    """Return training, validation and fresh rows with a third column that comes from a city.

    The city is drawn at random, so it says nothing about the class.
    """
    rng, n = np.random.default_rng(seed), 600
    (x, y), (fresh_x, fresh_y) = (make_moons(k, noise=0.5, rng=rng) for k in (n, n_fresh))
    order, city, fresh_city = (
        rng.permutation(n),
        rng.integers(300, size=n),
        rng.integers(300, size=n_fresh),
    )
    x, y = x[order], y[order]
    counts, ones = np.bincount(city, minlength=300), np.bincount(city, weights=y, minlength=300)
    score = 4 * np.where(counts > 0, ones / np.maximum(counts, 1), 0.5) - 2
    x = np.column_stack([x, score[city]])
    fresh = np.column_stack([fresh_x, score[fresh_city]]), fresh_y
    return (x[:450], y[:450]), (x[450:], y[450:]), fresh


def admit(name: str, seed: int = 0) -> Patient:
    """Return patient "A" to "F" as it came in, before training."""
    patient = healthy(seed)
    if name == "A":
        patient.net = network([2, 16, 16, 16, 16, 16], Sigmoid, seed, init="glorot")
    elif name == "B":
        patient.net = network([2, 16, 16, 16, 16, 16], LeakyReLU, seed)
        patient.net.theta[: patient.net.n_weights] *= 3
    elif name == "C":
        patient.optimizer = SGD(5.0)
    elif name == "D":
        x, y = make_moons(600, noise=0.2, rng=seed)
        order = np.lexsort((x[:, 0], y))
        x, y = x[order], y[order]
        patient.train, patient.validation = (x[:450], y[:450]), (x[450:], y[450:])
    elif name == "E":
        patient.loss = OtherLoss()
    elif name == "F":
        patient.train, patient.validation, patient.fresh = cities(seed)
        patient.net = network([3, 16, 16, 16], ReLU, seed)
    else:
        raise ValueError(f"there is no patient {name!r}; there are {', '.join(NAMES)}.")
    return patient


# ---------------------------------------------------------------- instruments


def gradient_norms(net: Sequential, loss: Loss, x: Array, y: Array) -> Array:
    """Return the norm of the weight gradient of each Dense layer, first layer first."""
    loss.forward(net.forward(x, training=True), y)
    net.backward(loss.backward())
    return np.array([np.linalg.norm(p.weight_grad) for p in net.layers if isinstance(p, Dense)])


def hidden_outputs(net: Sequential, x: Array) -> list[Array]:
    """Return the output of each activation for the rows of ``x``."""
    outputs = []
    for layer in net.layers[:-1]:
        x = layer.forward(x)
        if not isinstance(layer, Dense):
            outputs.append(x)
    return outputs


def unit_report(net: Sequential, x: Array) -> Array:
    """Return (hidden layers, 2): spread of the outputs over the rows, share of silent units.

    A silent unit gives every row the same answer.
    """
    spreads = [out.std(axis=0) for out in hidden_outputs(net, x)]
    return np.array([[np.sqrt(np.mean(s**2)), np.mean(s < 1e-12)] for s in spreads])


def gradient_ratio(net: Sequential, loss: Loss, x: Array, y: Array, h: float = 1e-6) -> float:
    """Return the slope that backward claims, along its gradient, over the one that is measured."""
    loss.forward(net.forward(x), y)
    net.backward(loss.backward())
    start, size = net.theta.copy(), float(np.linalg.norm(net.grad))
    direction, values = net.grad / size, []
    for step in (h, -h):
        net.theta = start + step * direction
        values.append(loss.forward(net.forward(x), y))
    net.theta = start
    return size / ((values[0] - values[1]) / (2 * h))


@dataclass
class Record:
    """What the instruments saw at the updates ``steps``."""

    patient: Patient
    steps: list[int] = field(default_factory=list)
    train_loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    train_accuracy: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    norms: list[Array] = field(default_factory=list)
    units: list[Array] = field(default_factory=list)
    stopped: int | None = None  # the update at which the loss or its gradient was no longer finite


def _watch(record: Record, step: int) -> None:
    p, record.steps = record.patient, [*record.steps, step]
    for (x, y), losses, accuracies in (
        (p.train, record.train_loss, record.train_accuracy),
        (p.validation, record.validation_loss, record.validation_accuracy),
    ):
        logits = p.net.forward(x)
        losses.append(p.loss.forward(logits, y))
        accuracies.append(accuracy(sigmoid(logits), y))
    record.norms.append(gradient_norms(p.net, p.loss, *p.train))
    record.units.append(unit_report(p.net, p.train[0]))


@np.errstate(over="ignore", invalid="ignore")
def examine(
    patient: Patient, n_updates: int = N_UPDATES, watched: Sequence[int] = WATCHED
) -> Record:
    """Train ``patient`` in place and look at it now and then, and always at the end."""
    record, rng, step = Record(patient), np.random.default_rng(patient.seed), 0
    net, loss = patient.net, patient.loss
    x_train, y_train = patient.train[0], patient.train[1][:, np.newaxis]
    while True:
        for x, y in minibatches(x_train, y_train, patient.batch_size, rng):
            if step in watched or step == n_updates:
                _watch(record, step)
            if step == n_updates:
                return record
            value = loss.value(net.forward(x, training=True), y)
            net.backward_parameters(loss.backward())
            if not math.isfinite(value + net.grad.dot(net.grad)):
                record.stopped = step + 1
                return record
            if patient.max_norm is not None:
                clip_by_norm(net.grad, patient.max_norm)
            patient.optimizer.step(net.theta, net.grad)
            step += 1


def outcome(patient: Patient) -> tuple[float, float]:
    """Train; return the accuracies in validation and in use. They are 0 if training broke off.

    In use means: on fresh rows, or where there are none on the validation rows.
    """
    if examine(patient, watched=()).stopped:
        return 0.0, 0.0
    held, fresh = patient.validation, patient.fresh or patient.validation
    in_validation, in_use = (accuracy(patient.net.predict(x), y) for x, y in (held, fresh))
    return in_validation, in_use


def treat_and_compare(
    name: str, *cures: Callable[[Patient], Any], n_seeds: int = 3
) -> dict[str, tuple[list[float], list[float]]]:
    """Return what came of each cure in validation and in use, by its name, for a few seeds.

    A cure changes the patient before it is trained. "nothing" is done first.
    """
    found: dict[str, tuple[list[float], list[float]]] = {}
    for cure in (None, *cures):
        patients = [admit(name, seed) for seed in range(n_seeds)]
        for patient in patients:
            if cure is not None:
                cure(patient)
        key = "nothing" if cure is None else getattr(cure, "__name__", "cure")
        in_validation, in_use = zip(*(outcome(patient) for patient in patients), strict=True)
        found[key] = list(in_validation), list(in_use)
    return found


def treat(name: str, *cures: Callable[[Patient], Any], n_seeds: int = 3) -> dict[str, list[float]]:
    """Return what came of each cure in use: the second part of ``treat_and_compare``."""
    found = treat_and_compare(name, *cures, n_seeds=n_seeds)
    return {cure: in_use for cure, (_, in_use) in found.items()}


@np.errstate(over="ignore", invalid="ignore")
def overfit(patient: Patient, n_rows: int = 8, n_updates: int = 200) -> Array:
    """Train ``patient`` on a few rows, half of each class; return the loss of every update."""
    x, y = patient.train
    rows = [np.flatnonzero(y == label)[::40][: n_rows // 2] for label in (0, 1)]
    x, y = x[np.concatenate(rows)], y[np.concatenate(rows), np.newaxis]
    net, losses = patient.net, []
    for _ in range(n_updates):
        value = patient.loss.value(net.forward(x, training=True), y)
        if not math.isfinite(value):
            break
        losses.append(value)
        net.backward_parameters(patient.loss.backward())
        if not math.isfinite(net.grad.dot(net.grad)):
            break
        patient.optimizer.step(net.theta, net.grad)
    return np.array(losses)


def ratios(patient: Patient) -> list[float]:
    """Return the gradient check at the start for batches of 8, 32 and 128 rows."""
    rows = np.random.default_rng(0).permutation(len(patient.train[0]))
    return [
        gradient_ratio(
            patient.net, patient.loss, patient.train[0][rows[:n]], patient.train[1][rows[:n]]
        )
        for n in BATCHES
    ]


def best_column(train: Pair, held: Pair) -> tuple[int, float]:
    """Return which column alone, cut once, is right most often in training; and its validation."""
    found = []
    for column in range(train[0].shape[1]):
        values = train[0][:, column]
        for cut in np.quantile(values, np.linspace(0.02, 0.98, 49)):
            right = np.mean((values > cut) == train[1])
            held_right = np.mean((held[0][:, column] > cut) == held[1])
            found.append((right, column, held_right))
            found.append((1 - right, column, 1 - held_right))
    _, column, says = max(found)
    return int(column), float(says)


# ---------------------------------------------------------------- the clinic


@dataclass
class Chart:
    """All that the figure shows of one patient, measured once."""

    record: Record
    ratios: list[float]
    overfit: Array


def chart(admitted: Callable[..., Patient], *which: Any) -> Chart:
    """Measure the patient ``admitted(*which)`` with every instrument, each time as it came in."""
    record, factors = examine(admitted(*which)), ratios(admitted(*which))
    return Chart(record, factors, overfit(admitted(*which)))


def _short(value: float) -> str:
    """Write a number of any size in few characters."""
    if not np.isfinite(value):
        return "inf"
    if value == 0 or 0.005 <= value < 1000:
        return f"{value:.2f}" if value else "0"
    return f"{value:.0e}"


Curve = tuple[Any, Any, str, str, str]  # x, y, colour, marker, line style
Across = tuple[str, str, tuple[float, float], Sequence[float]]  # label, scale, limits, ticks
Up = tuple[str, str, tuple[float, float]]


class _Panel:
    """Axes whose lines, scales and words are all set anew for each instrument."""

    def __init__(self, ax: Any) -> None:
        self.ax = ax
        self.lines = [ax.plot([], [])[0] for _ in range(4)]
        self.labels = [
            ax.text(x, 1.02, "", transform=ax.transAxes, va="bottom") for x in (0, 0.36, 0.76)
        ]
        self.title = ax.set_title(" ", pad=18)
        self.shown: Any = None

    def show(
        self,
        title: str,
        names: Sequence[tuple[str, str]],
        curves: Sequence[Curve],
        x: Across,
        y: Up,
    ) -> None:
        """Show curves, and ``names`` (text, colour) in a row above them."""
        self.title.set_text(title)
        for i, label in enumerate(self.labels):
            text, color = names[i] if i < len(names) else ("", style.INK)
            label.set(text=text, color=style.for_text(color))
        for i, line in enumerate(self.lines):
            at, values, color, marker, dashes = (
                curves[i] if i < len(curves) else ([], [], style.INK, "", "")
            )
            line.set_data(at, np.clip(values, *y[2]) if y[1] == "decades" else values)
            line.set(
                color=color, marker=marker, linestyle=dashes, markersize=3 if not dashes else 4.5
            )
        if (x, y) != self.shown:  # only then is the background drawn anew
            self.shown = x, y
            self._rule(x, y)

    def _rule(self, x: Across, y: Up) -> None:
        with style.style():
            self.ax.set(xlabel=x[0], ylabel=y[0], xscale=x[1], yscale=y[1], xlim=x[2], ylim=y[2])
            if x[1] == "symlog":
                self.ax.set_xscale("symlog", linthresh=1)
            self.ax.set_xticks(x[3], labels=[f"{tick:g}" for tick in x[3]])
            self.ax.xaxis.set_minor_locator(NullLocator())


UPDATES = ("update", "symlog", (-0.2, 500.0), (0, 1, 10, 100))
WELL = ("healthy", style.GRAY)


def _curves(left: _Panel, right: _Panel, seen: Record, well: Record | None) -> str:
    other: list[Curve] = [(well.steps, well.train_loss, style.GRAY, "", ":")] if well else []
    names = [("● training", style.BLUE), ("▲ validation", style.ORANGE), *([WELL] if well else [])]
    highest = max(map(max, (seen.train_loss, seen.validation_loss)))
    top = 3.0 if highest < 3 else 3 * highest
    begin, end = _short(seen.train_loss[0]), _short(seen.train_loss[-1])
    says = f"training loss {begin} at first, {end} at update {seen.steps[-1]}"
    left.show(
        f"training loss {begin}, at last {end}"
        if not seen.stopped
        else f"update {seen.steps[-1]}: loss {end}; then overflow",
        names,
        [
            *other,
            (seen.steps, seen.train_loss, style.BLUE, "o", "-"),
            (seen.steps, seen.validation_loss, style.ORANGE, "^", "-"),
        ],
        UPDATES,
        ("loss, mean per example", "decades", (0.02, top)),
    )
    other = [(well.steps, 100 * np.array(well.train_accuracy), style.GRAY, "", ":")] if well else []
    last = [f"{100 * a[-1]:.0f}%" for a in (seen.train_accuracy, seen.validation_accuracy)]
    right.show(
        f"right at last: training {last[0]}, validation {last[1]}",
        names,
        [
            *other,
            (seen.steps, 100 * np.array(seen.train_accuracy), style.BLUE, "o", "-"),
            (seen.steps, 100 * np.array(seen.validation_accuracy), style.ORANGE, "^", "-"),
        ],
        UPDATES,
        ("accuracy, %", "linear", (-3.0, 103.0)),
    )
    stop = f" Update {seen.stopped} overflowed." if seen.stopped else ""
    says += f", validation loss {_short(seen.validation_loss[-1])}"
    return f"{says}; accuracy {' and '.join(last)}.{stop}"


def _gradients(left: _Panel, right: _Panel, seen: Record, well: Record | None) -> str:
    says = []
    for panel, when, i in ((left, "at the start", 0), (right, "at the end", -1)):
        norms = seen.norms[i]
        layers = np.arange(1, len(norms) + 1)
        curves = [(layers, np.nan_to_num(norms, posinf=1e9), style.BLUE, "o", "-")]
        if well:
            curves.insert(
                0, (np.arange(1, len(well.norms[i]) + 1), well.norms[i], style.GRAY, "s", ":")
            )
        title = f"{when}: layer 1 {_short(norms[0])}, layer {layers[-1]} {_short(norms[-1])}"
        panel.show(
            title,
            [("● patient", style.BLUE), ("■ healthy", style.GRAY)] if well else [],
            curves,
            ("layer", "linear", (0.7, 6.3), range(1, 7)),
            ("norm of dL/dW", "decades", (1e-6, 1e3)),
        )
        says.append(title)
    return f"Norm of the weight gradient {'; '.join(says)}."


def _units(left: _Panel, right: _Panel, seen: Record, well: Record | None) -> str:
    first, last = seen.units[0], seen.units[-1]
    silent = [16 * seen_units[:, 1].sum() for seen_units in (first, last)]
    layers, x = np.arange(1, len(last) + 1), ("hidden layer", "linear", (0.7, 5.3), range(1, 6))
    names = [
        ("△ at the start", style.ORANGE),
        ("● at the end", style.BLUE),
        *([WELL] if well else []),
    ]
    titles = (
        f"spread in layer {layers[-1]}: {_short(first[-1, 0])}, at the end {_short(last[-1, 0])}",
        f"silent units: {silent[0]:.0f}, at the end {silent[1]:.0f} of {16 * len(last)}",
    )
    y = (
        ("spread of outputs over the rows", "decades", (1e-6, 1e4)),
        ("units with one answer to all, %", "linear", (-4.0, 104.0)),
    )
    for k, panel in enumerate((left, right)):
        factor = 100 if k else 1
        curves = [
            (layers, factor * np.nan_to_num(first[:, k], posinf=1e9), style.ORANGE, "^", "-"),
            (layers, factor * np.nan_to_num(last[:, k], posinf=1e9), style.BLUE, "o", "-"),
        ]
        if well:
            rows = np.arange(1, len(well.units[-1]) + 1)
            curves.insert(0, (rows, factor * well.units[-1][:, k], style.GRAY, "s", ":"))
        panel.show(titles[k], names, curves, x, y[k])
    return f"Of the hidden units: {titles[0]}; {titles[1]}."


def _tests(left: _Panel, right: _Panel, found: Chart, well: Chart | None) -> str:
    names = [("● patient", style.BLUE), WELL] if well else []
    check = ", ".join(f"{ratio:.3f}" for ratio in found.ratios)
    curves: list[Curve] = [(BATCHES, found.ratios, style.BLUE, "o", "-")]
    if well:
        curves.insert(0, (BATCHES, well.ratios, style.GRAY, "s", ":"))
    left.show(
        f"backward / differences: {check}",
        names,
        curves,
        ("rows in the batch", "decades", (6.0, 170.0), BATCHES),
        ("gradient, claimed / measured", "decades", (1e-3, 1e1)),
    )
    losses, end = found.overfit, _short(found.overfit[-1])
    curves = [(np.arange(len(losses)), losses, style.BLUE, "", "-")]
    if well:
        curves.insert(0, (np.arange(len(well.overfit)), well.overfit, style.GRAY, "", ":"))
    right.show(
        f"trained on 8 rows only: loss {end} after {len(losses)}",
        names,
        curves,
        ("update", "linear", (-4.0, 204.0), range(0, 201, 50)),
        ("loss on the 8 rows", "decades", (1e-4, 1e3)),
    )
    return (
        f"The gradient of backward over that of differences, in batches of 8, 32, 128: {check}. "
        f"Trained on 8 rows only, the loss is {end} after {len(losses)} updates."
    )


def _data(left: _Panel, right: _Panel, patient: Patient) -> str:
    column, score = best_column(patient.train, patient.validation)
    n_columns = patient.train[0].shape[1]
    shown, says = n_columns - 1, []
    parts = ((left, "training", patient.train), (right, "validation", patient.validation))
    for panel, name, (x, y) in parts:
        counts = np.bincount(y, minlength=2)
        title = f"{name}: {counts[0]} rows of class 0, {counts[1]} of class 1"
        names = [("● class 0", style.BLUE), ("▲ class 1", style.ORANGE)]
        if name == "validation":
            names = [
                (f"one column alone, column {column + 1}: {100 * score:.0f}% right", style.INK)
            ]
        panel.show(
            title,
            names,
            [
                (x[y == label][:, 0], x[y == label][:, shown], color, marker, "")
                for label, color, marker in ((0, style.BLUE, "o"), (1, style.ORANGE, "^"))
            ],
            ("column 1", "linear", (-3.2, 3.2), range(-3, 4)),
            (f"column {shown + 1} of {n_columns}", "linear", (-2.6, 2.6)),
        )
        says.append(title)
    alone = f"Column {column + 1} alone is right on {100 * score:.0f}% of the validation rows."
    return f"{'; '.join(says)}. {alone}"


def clinic(charts: Mapping[str, Chart], well: Chart | None = None) -> Draw:
    """Every patient under every instrument: ``update(patient, instrument)``.

    ``well`` is drawn beside it in gray. With one patient, ``update(instrument)`` will do.
    """
    alone = next(iter(charts))

    def draw(figure: Any) -> Update:
        figure.set_layout_engine("none")
        left, right = (_Panel(figure.add_axes((x, 0.15, 0.385, 0.665))) for x in (0.085, 0.6))

        def update(instrument: str, patient: str = alone) -> str:
            found, other = charts[patient], well.record if well else None
            views: dict[str, Callable[[], str]] = {
                "curves": lambda: _curves(left, right, found.record, other),
                "gradients": lambda: _gradients(left, right, found.record, other),
                "units": lambda: _units(left, right, found.record, other),
                "tests": lambda: _tests(left, right, found, well),
                "data": lambda: _data(left, right, found.record.patient),
            }
            return f"{patient}, {instrument}: {views[instrument]()}"

        return update

    return draw


# ---------------------------------------------------------------- pictures


@style.style()
def overfitting(curves: Mapping[str, Array], limit: float = 0.1) -> Any:
    """Draw the loss on a few rows, a line a patient, named at its end."""
    ax = style.new_axes(size=(6.4, 3.4))
    heights: list[float] = []
    for name, losses in sorted(curves.items(), key=lambda item: item[1][-1]):
        high = losses[-1] > 100
        height = np.log10(np.clip(losses[-1], 1e-4, 500))
        height = max(height, heights[-1] + 0.32) if heights and not high else height
        heights.append(height)
        color = style.RED if losses[-1] > limit else style.BLUE
        ax.plot(np.clip(losses, 1e-4, 1e3), color=color, linewidth=1.3)
        ax.text(min(len(losses), 200) + 3, 10**height, name, color=color, va="center")
    ax.axhline(limit, color=style.GRAY, linestyle=":", linewidth=1)
    ax.set(yscale="decades", ylim=(1e-4, 1e3), xlim=(-3, 225), xlabel="update")
    ax.set(ylabel="loss on the 8 rows")
    passed = sum(losses[-1] < limit for losses in curves.values())
    ax.set_title(f"8 rows learned by heart: {passed} of {len(curves)} get below {limit:g}")
    return ax


def overfitting_alt(curves: Mapping[str, Array]) -> str:
    """Say what ``overfitting`` shows."""
    rows = [f"{name} {_short(losses[-1])}" for name, losses in curves.items()]
    return f"Loss on 8 rows after up to 200 updates on them alone: {', '.join(rows)}."


@style.style()
def outcomes(found: Mapping[str, tuple[Sequence[float], Sequence[float]]]) -> Any:
    """Draw accuracies before and after the cure, a row a patient, a mark a seed."""
    ax = style.new_axes(size=(6.4, 3.2))
    for row, pair in enumerate(found.values()):
        looks = ((style.RED, "x", 0.14), (style.BLUE, "o", -0.14))
        for values, (color, marker, shift) in zip(pair, looks, strict=True):
            ax.plot(100 * np.array(values), [-row + shift] * len(values), marker, color=color)
    ax.set(yticks=[-row for row in range(len(found))], yticklabels=list(found))
    ax.set(xlabel="accuracy on rows it has not trained on, %", xlim=(-4, 103))
    ax.set(ylim=(0.6 - len(found), 1.1))
    ax.text(0, 0.62, "× before", color=style.RED)
    ax.text(20, 0.62, "● after the cure", color=style.BLUE)
    low = min(min(after) for _, after in found.values())
    ax.set_title(f"after the cure: at least {np.floor(100 * low):.0f}% in every seed")
    return ax


def outcomes_alt(found: Mapping[str, tuple[Sequence[float], Sequence[float]]]) -> str:
    """Say what ``outcomes`` shows."""
    rows = [
        f"{name} {100 * np.median(before):.0f}% before, {100 * np.median(after):.0f}% after"
        for name, (before, after) in found.items()
    ]
    return f"Median accuracy of three seeds: {'; '.join(rows)}."
