"""PyTorch, eager, with plain and with fused optimizers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import torch

from benchmarks.peers import Contender
from benchmarks.workloads import Array, Task


class PyTorch(Contender):
    options: ClassVar[dict[str, bool]] = {}

    def __init__(self, task: Task) -> None:
        self.task, work = task, task.work
        activation = {"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh}[work.activation]
        layers: list[torch.nn.Module] = []
        for weight, bias in task.start:
            layers += [torch.nn.Linear(*weight.shape), activation()]
            layers[-2].weight.data = torch.from_numpy(weight.T.copy())
            layers[-2].bias.data = torch.from_numpy(bias.copy())
        self.net = torch.nn.Sequential(*layers[:-1])
        binary = work.sizes[-1] == 1
        self.loss = torch.nn.BCEWithLogitsLoss() if binary else torch.nn.CrossEntropyLoss()
        optimizer = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}[work.optimizer]
        self.optimizer = optimizer(self.net.parameters(), lr=work.learning_rate, **self.options)
        self.x, self.y = torch.from_numpy(task.x), torch.from_numpy(task.target)

    def steps(self) -> Iterator[float]:
        for rows in self.task.full_batches():
            x, y = self.x, self.y
            if len(rows) < len(x):
                rows = torch.from_numpy(rows)
                x, y = x[rows], y[rows]
            self.optimizer.zero_grad()
            loss = self.loss(self.net(x), y)
            loss.backward()
            self.optimizer.step()
            yield loss.item()

    def predict(self) -> Array:
        with torch.inference_mode():
            return torch.sigmoid(self.net(self.x)).numpy()


class Fused(PyTorch):
    options: ClassVar[dict[str, bool]] = {"fused": True}
