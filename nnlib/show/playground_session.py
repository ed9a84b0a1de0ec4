"""A run of the playground without widgets: data, network, training step by step, its curves."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import nnlib as nn
from nnlib._checks import Array
from nnlib.datasets import Standardizer, split
from nnlib.protocol import Layer
from nnlib.show import playground_code
from nnlib.show.playground_code import HORIZON
from nnlib.show.playground_data import bayes_limit, features, make
from nnlib.show.playground_settings import (
    ACTIVATIONS,
    LIVE,
    LOSSES,
    OPTIMIZERS,
    PENALTIES,
    Settings,
    parse,
)
from nnlib.training import Diverged, _Loop

CURVES = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")
MOST_RUNS = 3  # earlier runs whose curves are kept


@dataclass
class Curves:
    """What was measured at the start and after each epoch, outside training (dropout off)."""

    name: str
    records: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in CURVES})

    def __getitem__(self, name: str) -> list[float]:
        return self.records[name]

    def __len__(self) -> int:
        return len(self.records["train_loss"])


class Session:
    """One setting being trained.

    Parameters
    ----------
    settings : Settings
    own : (x, y), optional
        Arrays for ``data=own``.

    Attributes
    ----------
    net, loss, optimizer : of nnlib
    x_train, y_train, x_test, y_test : arrays
        Points of the plane and their classes.
    epochs, updates : int
        Whole epochs done, and updates of all.
    curves : Curves
    earlier : list of Curves
        Of the last runs, the latest at the end.
    diverged : str
        What ``nnlib.Diverged`` said, or "".
    mixed : bool
        Whether settings were changed on the way: the code starts with the present ones.
    """

    def __init__(self, settings: Settings, own: tuple[Array, Array] | None = None) -> None:
        self.settings, self.own = settings, own
        self.earlier: list[Curves] = []
        self.diverged = ""
        self._build()

    @property
    def limit(self) -> float | None:
        return bayes_limit(self.settings)

    @property
    def updates_per_epoch(self) -> int:
        return math.ceil(len(self.y_train) / self.settings.batch)

    @property
    def updates(self) -> int:
        return self._loop.n_updates

    def reset(self) -> None:
        """Start again from the same initial weights; the curves so far are kept as a run."""
        self._keep_run()
        self._build()

    def change(self, settings: Settings) -> None:
        """Go on with other settings; where they alter data or network, start again.

        So does a run that has diverged: it has no weights to go on with.
        """
        different = self.settings.differences(settings)
        if not different:
            return
        if different <= LIVE and not self.diverged:
            self._go_on(settings, different)
            return
        before = self.settings
        self._keep_run()
        self.settings = settings
        try:
            self._build()
        except Exception:
            self.settings = before
            raise

    def forget(self) -> None:
        """Drop the curves of earlier runs."""
        self.earlier = []

    def step(self) -> bool:
        """Train with one batch; return True when it is over, because it diverged."""
        if not self.diverged:
            try:
                with np.errstate(over="ignore", invalid="ignore"):
                    self._update()
            except Diverged as report:
                self.diverged = str(report)
        return bool(self.diverged)

    def epoch(self, seconds: float = math.inf) -> bool:
        """Train to the end of the epoch, or until ``seconds`` are over; return as ``step``."""
        end, target = time.monotonic() + seconds, self.epochs + 1
        while not self.step():
            if self.epochs == target or time.monotonic() > end:
                return False
        return True

    def predict(self, x: Array) -> Array:
        """Return the probability of class 1 at points (n, 2) of the plane, (n,)."""
        return self.net.predict(self.prepare(x))[:, 0]

    def prepare(self, x: Array) -> Array:
        """Return the network's inputs for points (n, 2) of the plane."""
        return self._standardize(features(x, self.settings.features))

    def unit_values(self, x: Array) -> list[Array]:
        """Return what each column of units says at points (n, 2): inputs, hidden layers, logit."""
        out = self.prepare(x)
        columns = [out]
        for block in self.blocks:
            for layer in block:
                out = layer.forward(out)
            columns.append(out)
        return columns

    def dense(self) -> list[nn.Dense]:
        """Return the layers with weights, in order."""
        return [layer for layer in self.net.layers if isinstance(layer, nn.Dense)]

    def gradient_norms(self) -> list[float]:
        """Return the norm of the last update's gradient of each layer's weights."""
        with np.errstate(over="ignore", invalid="ignore"):
            return [float(np.linalg.norm(layer.weight_grad)) for layer in self.dense()]

    def code(self) -> str:
        """Return the nnlib program of the present settings, for the epochs done."""
        program = playground_code.code(self.settings, self.epochs, self.updates_per_epoch)
        notes = ""
        if self.mixed:
            notes += "# Settings were changed on the way; this starts with the present ones.\n"
        if self._left:
            notes += "# The updates of the epoch that has begun are not in it.\n"
        return notes + program

    def _build(self) -> None:
        s = self.settings
        x, y = make(s, self.own)
        (self.x_train, self.y_train), (self.x_test, self.y_test) = split(x, y, s.test, rng=s.seed)
        self._standardize = Standardizer(features(self.x_train, s.features))
        self._assemble()
        self.loss = getattr(nn, LOSSES[s.loss])()
        self.optimizer = getattr(nn, OPTIMIZERS[s.optimizer])(s.rate)
        self.epochs, self.diverged, self.mixed = 0, "", False
        self._sets = {"train": self._set("train"), "test": self._set("test")}
        rng = np.random.default_rng(s.seed)
        self._loop = _Loop(self.net, self.loss, self.optimizer, self._sets["train"], s.batch, rng)
        self._configure()
        self._batches: Iterator[tuple[Array, Array]] = iter(())
        self._left = 0  # updates to the end of the epoch that has begun
        self.curves = Curves(str(s))
        self.seen_norms: deque[list[float]] = deque(maxlen=10)  # of the last epochs
        self._measure()

    def _set(self, name: str) -> tuple[Array, Array]:
        x, y = getattr(self, f"x_{name}"), getattr(self, f"y_{name}")
        return self.prepare(x), self.loss.check(np.zeros((len(y), 1)), y[:, np.newaxis])

    def _assemble(self) -> None:
        """Make the network. ``blocks`` are its layers from one column of units to the next."""
        s = self.settings
        self.blocks: list[list[Layer]] = []
        width = len(s.features)
        for n_out in s.hidden:
            block: list[Layer] = [nn.Dense(width, n_out, init=s.init)]
            block += [nn.BatchNorm(n_out)] if s.batchnorm else []
            block += [getattr(nn, ACTIVATIONS[s.activation])()]
            block += [nn.Dropout(s.dropout)] if s.dropout > 0 else []
            self.blocks.append(block)
            width = n_out
        last: list[Layer] = [nn.Dense(width, 1, init=s.init)]
        self.blocks.append(last + ([nn.Sigmoid()] if s.loss == "mse" else []))
        self.net = nn.Sequential(*(layer for block in self.blocks for layer in block), rng=s.seed)

    def _configure(self) -> None:
        """Give the loop what may change on the way."""
        s, loop = self.settings, self._loop
        loop.batch_size = s.batch
        kind = PENALTIES[s.penalty]
        loop.penalty = getattr(nn, kind)(s.strength) if kind else None
        loop.schedule = self._schedule()

    def _schedule(self) -> Any:
        s, n = self.settings, HORIZON * self.updates_per_epoch
        if s.schedule == "constant":
            return None
        if s.schedule == "step":
            return nn.StepDecay(s.rate, every=n // 4, factor=0.3)
        if s.schedule == "exponential":
            return nn.Exponential(s.rate, factor=round(0.01 ** (1 / n), 8))
        if s.schedule == "warmup":
            return nn.WarmUp(s.rate, n_steps=n // 10)
        return {"cosine": nn.Cosine, "onecycle": nn.OneCycle}[s.schedule](s.rate, n_steps=n)

    def _go_on(self, settings: Settings, different: set[str]) -> None:
        self.settings = settings
        self.mixed = self.mixed or self.updates > 0
        if "dropout" in different:
            state = self.net.state()
            self._assemble()
            self._restore(state)
            self._loop.net = self.net
        if "optimizer" in different:
            self.optimizer = getattr(nn, OPTIMIZERS[settings.optimizer])(settings.rate)
            self._loop.optimizer = self.optimizer
        self.optimizer.learning_rate = settings.rate
        self._configure()

    def _restore(self, state: dict[str, Array]) -> None:
        """Put back a state although dropout layers have moved the numbers of the others."""
        places = self.net.state_places()
        for (_, place), (_, array) in zip(places.items(), state.items(), strict=True):
            place[...] = array

    def _update(self) -> None:
        if self._left == 0:
            self._batches, self._left = self._loop.batches(), self.updates_per_epoch
        self._loop.update(*next(self._batches), epoch=self.epochs + 1)
        self._left -= 1
        if self._left == 0:
            self._measure()  # where it raises, the epoch does not count
            self.epochs += 1

    def _measure(self) -> None:
        measured = {}
        border = 0.5 if self.settings.loss == "mse" else 0.0
        for name, (x, target) in self._sets.items():
            logits = self.net.predict_logits(x)
            value = self.loss.value(logits, target)
            if not math.isfinite(value):
                raise Diverged(f"Training diverged: the {name} loss is {value}.", nn.History())
            measured[f"{name}_loss"] = value
            measured[f"{name}_accuracy"] = float(((logits > border) == (target == 1)).mean())
        for name, value in measured.items():
            self.curves[name].append(value)
        self.seen_norms.append(self.gradient_norms())

    def _keep_run(self) -> None:
        if len(self.curves) > 1:
            self.earlier = [*self.earlier, self.curves][-MOST_RUNS:]


def trained(setting: str, epochs: int) -> Session:
    """Return the session of a short text after so many epochs, fewer where it diverges."""
    session = Session(parse(setting))
    for _ in range(epochs):
        if session.epoch():
            break
    return session
