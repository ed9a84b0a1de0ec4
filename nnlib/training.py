"""The training loop: shuffle, forward, loss, backward, update, again. And what goes with it."""

from __future__ import annotations

import contextlib
import copy
import itertools
import math
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnlib._checks import Array, count, generator, has, matrix, number, same_length
from nnlib.losses import Loss, class_indices
from nnlib.network import Sequential
from nnlib.optimizers import Optimizer, clip_by_norm
from nnlib.protocol import Layer

Metric = Callable[[Array, Array], float]


class Diverged(ArithmeticError):
    """The loss became infinite or NaN. ``history`` holds the epochs completed before."""

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history = history


class History:
    """What ``fit`` recorded: one list a quantity, one number an epoch.

    ``history.train_loss`` and ``history["train_loss"]`` are the same list. ``stopped`` says why
    training ended. Losses are means over the epoch's batches, while training, without the penalty.
    """

    def __init__(self) -> None:
        self.records: dict[str, list[float]] = {}
        self.stopped = ""

    def append(self, **values: float) -> None:
        """Add one epoch."""
        for name, value in values.items():
            self.records.setdefault(name, []).append(value)

    def __getitem__(self, name: str) -> list[float]:
        if name not in self.records:
            raise KeyError(
                f"history has no {name!r}; it has {', '.join(self.records) or 'no epochs'}."
            )
        return self.records[name]

    def __getattr__(self, name: str) -> list[float]:
        if name.startswith("__") or name == "records" or name not in self.records:
            raise AttributeError(f"History has no {name!r}.")
        return self.records[name]

    def __len__(self) -> int:
        return len(next(iter(self.records.values()), []))

    def __repr__(self) -> str:
        last = ", ".join(f"{name} {values[-1]:.4g}" for name, values in self.records.items())
        return f"<History: {len(self)} epochs, {self.stopped}{'; last: ' + last if last else ''}>"


def minibatches(x: Array, y: Array, batch_size: int, rng: Any) -> Iterator[tuple[Array, Array]]:
    """Yield (x, y) batches that together hold every example once, in a new random order.

    The last batch is smaller when ``batch_size`` does not divide the number of examples. When one
    batch holds them all, it is ``x`` and ``y`` themselves, in the order given.
    """
    x, y = np.asarray(x), np.asarray(y)
    same_length("x", x, "y", y)
    size = count("batch_size", batch_size)
    if len(x) == 0:
        raise ValueError(f"x is empty: at least one example is needed, got shape {x.shape}.")
    draw = generator("rng", rng)
    if size >= len(x):
        return iter([(x, y)])  # all of them at once: order does not matter, no copy is made
    order = draw.permutation(len(x))
    batches = (order[start : start + size] for start in range(0, len(x), size))
    # take, a batch at a time: no shuffled copy of the whole data is made.
    return ((x.take(rows, axis=0), y.take(rows, axis=0)) for rows in batches)


def accuracy(probability: ArrayLike, target: ArrayLike) -> float:
    """Return the share of examples whose most probable class is the target.

    Shapes: probability (n, 1) of class 1, with target (n, 1) or (n,) of 0 and 1; or probability
    (n, n_classes) with target (n,) of class numbers.
    """
    probability = matrix("probability", probability)
    n_classes = max(2, probability.shape[1])
    target = np.asarray(target)
    if target.shape == (len(probability), 1):
        target = target[:, 0]
    if target.shape != (len(probability),):
        raise ValueError(f"target must have shape ({len(probability)},), got {target.shape}.")
    return float(np.mean(_decide(probability) == class_indices("target", target, n_classes)))


def _decide(probability: Array) -> Array:
    if probability.shape[1] > 1:
        return probability.argmax(axis=1)
    return (probability[:, 0] > 0.5).astype(np.intp)


def confusion_matrix(probability: ArrayLike, target: ArrayLike) -> Array:
    """Return counts (n_classes, n_classes): row = true class, column = predicted class."""
    probability = matrix("probability", probability)
    n_classes = max(2, probability.shape[1])
    target = class_indices("target", np.asarray(target).reshape(-1), n_classes)
    same_length("probability", probability, "target", target)
    counts = np.zeros((n_classes, n_classes), dtype=np.intp)
    np.add.at(counts, (target, _decide(probability)), 1)
    return counts


def evaluate(net: Sequential, loss: Loss, x: ArrayLike, y: ArrayLike) -> float:
    """Return the loss on (x, y) outside training: dropout off, running statistics in use."""
    return loss.forward(net.predict_logits(x), y)


def fit(
    net: Sequential,
    loss: Loss,
    optimizer: Optimizer,
    train: tuple[ArrayLike, ArrayLike],
    *,
    validation: tuple[ArrayLike, ArrayLike] | None = None,
    epochs: int = 100,
    batch_size: int | None = 32,
    rng: int | np.random.Generator = 0,
    penalty: Any = None,
    constraint: Any = None,
    schedule: Callable[[int], float] | None = None,
    max_norm: float | None = None,
    metric: Metric | None = None,
    callbacks: Sequence[Any] = (),
    progress: bool = True,
) -> History:
    """Train ``net`` in place and return what was recorded.

    Parameters
    ----------
    train, validation : (x, y)
        x (n, n_features); y as the loss wants it.
    epochs : int, default 100
        Passes over the training data.
    batch_size : int or None, default 32
        Examples an update; None takes all of them (batch gradient descent). The last batch of an
        epoch may be smaller. Data are shuffled anew every epoch, with ``rng`` (default seed 0).
    penalty : L1 or L2, optional
        Acts on the weights, not the biases.
    constraint : MaxNorm, optional
    schedule : function of the update number, optional
        Sets the learning rate before each update.
    max_norm : float, optional
        Clips the gradient to this norm.
    metric : function (prediction, target) -> float, optional
        Recorded after each epoch on both sets, for example ``nn.accuracy``. Predictions are
        probabilities (``net.predict``).
    callbacks : sequence
        Objects with ``on_epoch(net, history)`` and, if they like, ``on_start(net, names)`` and
        ``on_end(net, history)``, which is called however training ends; or plain functions,
        called as ``on_epoch``. A true answer stops training.
    progress : bool, default True
        On runs of more than two seconds, show a bar (with tqdm, where it is installed).

    Raises
    ------
    Diverged
        When the loss is no longer finite: which epoch, which layer, what to try.
    ValueError, TypeError
        For data or settings that do not fit, before the network is touched.

    Interrupting (Ctrl-C, or the notebook's stop button) ends training after the present update and
    returns what there is.
    """
    loop = _Loop(net, loss, optimizer, train, batch_size, rng)
    if validation is not None:
        loop.sets["validation"] = _data(net, loss, "validation", validation)
    loop.penalty = has("penalty", penalty, "gradient", optional=True)
    loop.constraint = has("constraint", constraint, "apply", optional=True)
    loop.schedule = has("schedule", schedule, "__call__", optional=True)
    loop.metric = has("metric", metric, "__call__", optional=True)
    loop.max_norm = None if max_norm is None else number("max_norm", max_norm, above=0)
    loop.callbacks = _checked_callbacks(callbacks)
    loop.run(_epochs(count("epochs", epochs), progress))
    return loop.history


class _Loop:
    """One call of ``fit``: its data, its settings, its history."""

    penalty: Any = None
    constraint: Any = None
    schedule: Callable[[int], float] | None = None
    metric: Metric | None = None
    max_norm: float | None = None
    callbacks: Sequence[Any] = ()

    def __init__(
        self, net: Any, loss: Any, optimizer: Any, train: Any, batch_size: int | None, rng: Any
    ) -> None:
        self.net = has("net", net, "forward", "backward_parameters", "predict_logits")
        self.loss = has("loss", loss, "check", "value", "backward")
        self.optimizer = has("optimizer", optimizer, "step")
        self.sets = {"train": _data(net, loss, "train", train)}
        self.n_samples = len(self.sets["train"][0])
        self.batch_size = count("batch_size", self.n_samples if batch_size is None else batch_size)
        self.rng = generator("rng", rng)
        self.history, self.n_updates = History(), 0

    def run(self, epochs: Generator[int, None, None]) -> None:
        self._tell("on_start", self.net, self._names())
        try:
            for epoch in epochs:
                self._epoch(epoch)
                # Every callback is told, also when an earlier one has asked to stop.
                answers = [
                    getattr(c, "on_epoch", c)(self.net, self.history) for c in self.callbacks
                ]
                if any(answers):
                    self.history.stopped = f"stopped by a callback after epoch {epoch}"
                    break
            else:
                self.history.stopped = "all epochs done"
        except KeyboardInterrupt:
            self.history.stopped = f"interrupted in epoch {len(self.history) + 1}"
        finally:
            epochs.close()  # and with them the bar
            self._tell("on_end", self.net, self.history)

    def _tell(self, method: str, *news: Any) -> None:
        for callback in self.callbacks:
            if hasattr(callback, method):
                getattr(callback, method)(*news)

    def _epoch(self, epoch: int) -> None:
        total, norms = 0.0, 0.0
        # Overflow on the way to divergence is reported once, by Diverged, in words.
        with np.errstate(over="ignore", invalid="ignore"):
            for x, y in self.batches():
                value, norm = self.update(x, y, epoch)
                total += value * len(x)
                norms += norm * len(x)
            self._record(total / self.n_samples, norms / self.n_samples, epoch)

    def batches(self) -> Iterator[tuple[Array, Array]]:
        """Return the batches of one epoch."""
        return minibatches(*self.sets["train"], self.batch_size, self.rng)

    def update(self, x: Array, y: Array, epoch: int) -> tuple[float, float]:
        """One step downhill; return the batch's loss and the norm of its gradient."""
        net, grad = self.net, self.net.grad
        value = self.loss.value(net.forward(x, training=True), y)
        if not math.isfinite(value):
            raise self._diverged(f"the loss is {value}", epoch)
        net.backward_parameters(self.loss.backward())
        if self.penalty is not None:
            grad[: net.n_weights] += self.penalty.gradient(net.theta[: net.n_weights])
        norm = math.sqrt(float(grad.dot(grad)))
        if not math.isfinite(norm):  # before the step, so that theta stays finite
            raise self._diverged(f"the norm of the gradient is {norm}", epoch)
        if self.max_norm is not None:
            clip_by_norm(grad, self.max_norm)
        if self.schedule is not None:
            self.optimizer.learning_rate = self.schedule(self.n_updates)
        self.optimizer.step(net.theta, grad)
        if self.constraint is not None:
            self.constraint.apply(net)
        self.n_updates += 1
        return value, norm

    def _record(self, train_loss: float, gradient_norm: float, epoch: int) -> None:
        values = [train_loss]
        if "validation" in self.sets:
            values.append(evaluate(self.net, self.loss, *self.sets["validation"]))
            if not math.isfinite(values[-1]):
                raise self._diverged(f"the validation loss is {values[-1]}", epoch)
        if self.metric is not None:
            for x, y in self.sets.values():
                prediction = self.net.predict(x)
                if not np.isfinite(prediction).all():
                    raise self._diverged("predictions are not finite", epoch)
                values.append(self.metric(prediction, y))
        values += [gradient_norm, self.optimizer.learning_rate]
        self.history.append(**dict(zip(self._names(), values, strict=True)))

    def _names(self) -> list[str]:
        """Return the names of what ``_record`` records, known before the first epoch."""
        names = [f"{name}_loss" for name in self.sets]
        if self.metric is not None:
            metric = getattr(self.metric, "__name__", type(self.metric).__name__)
            names += [f"{name}_{metric}" for name in self.sets]
        return [*names, "gradient_norm", "learning_rate"]

    def _diverged(self, what: str, epoch: int) -> Diverged:
        norms = [
            (_gradient_norm(leaf), i, leaf)
            for i, leaf in enumerate(self.net.leaves())
            if leaf.parameters()
        ]
        norm, i, layer = max(norms, key=lambda row: (not math.isfinite(row[0]), row[0]))
        message = (
            f"Training diverged in epoch {epoch}, update {self.n_updates + 1}: {what}. "
            f"The last gradient was largest in layer {i}, {layer} (norm {norm:.3g}). "
            f"Try a smaller learning_rate (now {self.optimizer.learning_rate:g}), "
            "clipping (max_norm=1.0), or inputs standardized to mean 0 and standard deviation 1."
        )
        self.history.stopped = f"diverged in epoch {epoch}"
        return Diverged(message, self.history)


def _data(net: Sequential, loss: Loss, name: str, pair: Any) -> tuple[Array, Array]:
    """Return (x, y) ready for the loop, after a forward pass of a few rows to see that all fits."""
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        size = f" of {len(pair)}" if isinstance(pair, (tuple, list)) else ""
        raise TypeError(f"{name} must be a pair (x, y), got {type(pair).__name__}{size}.")
    x = matrix(f"{name} x", pair[0], net.dtype)
    y = np.asarray(pair[1])
    if y.ndim == 0:
        raise ValueError(
            f"{name} y must be an array with one target an example, got the single value {y}."
        )
    same_length(f"{name} x", x, f"{name} y", y)
    n_out = net.forward(x[:1]).shape[1:]
    return x, loss.check(np.broadcast_to(np.zeros((), net.dtype), (len(x), *n_out)), y)


def _gradient_norm(layer: Layer) -> float:
    grads = [getattr(layer, f"{name}_grad") for name in layer.parameters()]
    return math.sqrt(sum(float((grad**2).sum()) for grad in grads))


def _checked_callbacks(callbacks: Any) -> list[Any]:
    if not isinstance(callbacks, Sequence):
        raise TypeError(f"callbacks must be a list, got {callbacks!r}. Write [{callbacks!r}].")
    for callback in callbacks:
        has("callbacks", callback, "on_epoch" if hasattr(callback, "on_epoch") else "__call__")
    return list(callbacks)


def _epochs(n: int, progress: bool) -> Generator[int, None, None]:
    """Yield 1 to ``n``, under a tqdm bar that appears only when a run turns out to be long."""
    bar, begin = None, time.monotonic() + 2.0 if progress else math.inf
    try:
        for epoch in range(1, n + 1):
            yield epoch
            if bar is None and time.monotonic() > begin:
                begin = math.inf
                with contextlib.suppress(ImportError):
                    from tqdm.auto import tqdm

                    bar = tqdm(total=n, unit="epoch", leave=False)
            if bar is not None:
                bar.update(epoch - bar.n)
    finally:
        if bar is not None:
            bar.close()


def range_test(
    net: Sequential,
    loss: Loss,
    optimizer: Optimizer,
    train: tuple[ArrayLike, ArrayLike],
    *,
    lowest: float = 1e-5,
    highest: float = 10.0,
    n_steps: int = 100,
    batch_size: int = 32,
    rng: int | np.random.Generator = 0,
) -> tuple[Array, Array]:
    """Return learning rates, growing by a constant factor, and the loss of one update at each.

    Smith (2017).

    Stops early when the loss exceeds 4 times the smallest so far. The last rate is ``highest``.
    Works on copies: network and optimizer stay as they are.
    """
    number("highest", highest, above=number("lowest", lowest, above=0))
    ratio = (highest / lowest) ** (1 / (count("n_steps", n_steps, at_least=2) - 1))
    loop = _Loop(copy.deepcopy(net), loss, copy.deepcopy(optimizer), train, batch_size, rng)
    loop.schedule = lambda step: lowest * ratio**step
    losses: list[float] = []
    epochs = (loop.batches() for _ in range(n_steps))
    batches = itertools.islice(itertools.chain.from_iterable(epochs), n_steps)
    # Divergence is the end of the range: what was measured before is the answer.
    with contextlib.suppress(Diverged), np.errstate(over="ignore", invalid="ignore"):
        for batch in batches:
            losses.append(loop.update(*batch, epoch=1)[0])
            if losses[-1] > 4 * min(losses):
                break
    return lowest * ratio ** np.arange(len(losses)), np.array(losses)
