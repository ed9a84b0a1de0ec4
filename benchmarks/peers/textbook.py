"""What lecture notes write: dictionaries of arrays, a cache, fresh arrays everywhere."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.peers import Contender
from benchmarks.workloads import Array, Task

Arrays = dict[str, Array]


class Textbook(Contender):
    def __init__(self, task: Task) -> None:
        self.task, self.n_layers = task, len(task.start)
        self.parameters: Arrays = {}
        for i, (weight, bias) in enumerate(task.start, start=1):
            self.parameters[f"W{i}"], self.parameters[f"b{i}"] = (
                weight.copy(),
                bias[np.newaxis].copy(),
            )
        self.m = {key: np.zeros_like(value) for key, value in self.parameters.items()}
        self.v = {key: np.zeros_like(value) for key, value in self.parameters.items()}
        self.t = 0

    def steps(self) -> Iterator[float]:
        x, y, work = self.task.x, self.task.target, self.task.work
        for rows in self.task.full_batches():
            x_batch, y_batch = (x, y) if len(rows) == len(x) else (x[rows], y[rows])
            if work.sizes[-1] > 1:
                y_batch = np.eye(work.sizes[-1], dtype=x.dtype)[y_batch]
            cache = self.forward(x_batch)
            loss = self.cost(cache[f"A{self.n_layers}"], y_batch)
            gradients = self.backward(cache, y_batch)
            (self.adam if work.optimizer == "adam" else self.sgd)(gradients, work.learning_rate)
            yield loss

    def forward(self, x: Array) -> Arrays:
        cache, p = {"A0": x}, self.parameters
        for i in range(1, self.n_layers + 1):
            z = np.dot(cache[f"A{i - 1}"], p[f"W{i}"]) + p[f"b{i}"]
            cache[f"Z{i}"] = z
            if i < self.n_layers:
                cache[f"A{i}"] = (
                    np.maximum(0, z) if self.task.work.activation == "relu" else np.tanh(z)
                )
            elif z.shape[1] == 1:
                cache[f"A{i}"] = 1 / (1 + np.exp(-z))
            else:
                e = np.exp(z - np.max(z, axis=1, keepdims=True))
                cache[f"A{i}"] = e / np.sum(e, axis=1, keepdims=True)
        return cache

    def cost(self, a: Array, y: Array) -> float:
        if a.shape[1] == 1:
            return float(-np.mean(y * np.log(a) + (1 - y) * np.log(1 - a)))
        return float(-np.sum(y * np.log(a)) / len(y))

    def backward(self, cache: Arrays, y: Array) -> Arrays:
        gradients: Arrays = {}
        dz = cache[f"A{self.n_layers}"] - y
        for i in range(self.n_layers, 0, -1):
            gradients[f"W{i}"] = np.dot(cache[f"A{i - 1}"].T, dz) / len(y)
            gradients[f"b{i}"] = np.sum(dz, axis=0, keepdims=True) / len(y)
            if i > 1:
                da = np.dot(dz, self.parameters[f"W{i}"].T)
                if self.task.work.activation == "relu":
                    dz = da * (cache[f"Z{i - 1}"] > 0)
                else:
                    dz = da * (1 - cache[f"A{i - 1}"] ** 2)
        return gradients

    def sgd(self, gradients: Arrays, rate: float) -> None:
        for key in self.parameters:
            self.parameters[key] = self.parameters[key] - rate * gradients[key]

    def adam(self, gradients: Arrays, rate: float) -> None:
        self.t += 1
        for key, g in gradients.items():
            self.m[key] = 0.9 * self.m[key] + 0.1 * g
            self.v[key] = 0.999 * self.v[key] + 0.001 * g**2
            m_hat = self.m[key] / (1 - 0.9**self.t)
            v_hat = self.v[key] / (1 - 0.999**self.t)
            self.parameters[key] = self.parameters[key] - rate * m_hat / (np.sqrt(v_hat) + 1e-8)

    def predict(self) -> Array:
        return self.forward(self.task.x)[f"A{self.n_layers}"]
