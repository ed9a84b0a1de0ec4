"""nnlib as a user has it: what is timed is the loop of ``fit``, with all it does a step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

import nnlib as nn
from benchmarks.peers import Contender
from benchmarks.workloads import SEED, Array, Task
from nnlib.training import _Loop


class Ours(Contender):
    def __init__(self, task: Task) -> None:
        self.task, work = task, task.work
        activation = {"relu": nn.ReLU, "tanh": nn.Tanh}[work.activation]
        layers: list[nn.Layer] = []
        for weight, bias in task.start:
            layers += [nn.Dense(*weight.shape, init=weight, bias=bias), activation()]
        self.net = nn.Sequential(*layers[:-1], dtype=task.x.dtype)
        self.loss = nn.BinaryCrossEntropy() if work.sizes[-1] == 1 else nn.CrossEntropy()
        self.optimizer = {"adam": nn.Adam, "sgd": nn.SGD}[work.optimizer](work.learning_rate)

    def steps(self) -> Iterator[float]:
        """Yield losses. These are the lines of ``_Loop._epoch``, stopped after each update."""
        train, size = (self.task.x, self.task.y), self.task.work.batch
        loop = _Loop(self.net, self.loss, self.optimizer, train, size, SEED)
        while True:
            with np.errstate(over="ignore", invalid="ignore"):
                for x, y in loop.batches():
                    if len(x) == size:
                        yield loop.update(x, y, epoch=1)[0]

    def train(self, epochs: int) -> None:
        train, size = (self.task.x, self.task.y), self.task.work.batch
        nn.fit(self.net, self.loss, self.optimizer, train, epochs=epochs, batch_size=size, rng=SEED)

    def predict(self) -> Array:
        return self.net.predict(self.task.x)
