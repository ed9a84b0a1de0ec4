"""The floor: the same steps unrolled into bare NumPy calls, without layers, checks or choices.

Nothing written with NumPy a call at a time can be much faster, so the distance to it is what the
library's readability costs. Three kinds of step cover W1 to W4.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from benchmarks.peers import Contender
from benchmarks.workloads import Array, Task


class Floor(Contender):
    def __init__(self, task: Task) -> None:
        self.task = task
        parts = [weight for weight, _ in task.start] + [bias for _, bias in task.start]
        self.theta = np.concatenate([part.ravel() for part in parts])
        self.grad = np.zeros_like(self.theta)
        cuts = np.cumsum([part.size for part in parts])[:-1]
        self.views, self.grads = (
            [
                view.reshape(part.shape)
                for view, part in zip(np.split(flat, cuts), parts, strict=True)
            ]
            for flat in (self.theta, self.grad)
        )

    def steps(self) -> Iterator[float]:
        work = self.task.work
        if work.activation == "tanh":
            return self.tanh_binary_sgd()
        return self.relu_binary_adam() if work.sizes[-1] == 1 else self.relu_classes_adam()

    def relu_binary_adam(self) -> Iterator[float]:
        (w1, w2, w3, b1, b2, b3), (dw1, dw2, dw3, db1, db2, db3) = self.views, self.grads
        x, y, theta, grad = self.task.x, self.task.target, self.theta, self.grad
        n, rate = self.task.work.batch, self.task.work.learning_rate
        ones, zero = np.ones(n, x.dtype), x.dtype.type(0)
        m, v, scratch = np.zeros((3, theta.size), theta.dtype)
        for t, rows in enumerate(self.task.full_batches(), start=1):
            a0 = x.take(rows, axis=0)
            sign = y.take(rows, axis=0)
            sign *= -2
            sign += 1
            a1 = a0.dot(w1)
            a1 += b1
            np.maximum(a1, 0, out=a1)
            a2 = a1.dot(w2)
            a2 += b2
            np.maximum(a2, 0, out=a2)
            z = a2.dot(w3)
            z += b3
            z *= sign
            each = np.logaddexp(zero, z)
            loss = float(np.add.reduce(each, axis=None)) / n
            z -= each
            d3 = np.exp(z, out=z)
            d3 *= sign
            d3 /= n
            a2.T.dot(d3, out=dw3)
            ones.dot(d3, out=db3)
            d2 = d3.dot(w3.T)
            d2 *= a2 > 0
            a1.T.dot(d2, out=dw2)
            ones.dot(d2, out=db2)
            d1 = d2.dot(w2.T)
            d1 *= a1 > 0
            a0.T.dot(d1, out=dw1)
            ones.dot(d1, out=db1)
            root = math.sqrt(1 - 0.999**t)
            m *= 0.9
            np.multiply(grad, 0.1, out=scratch)
            m += scratch
            v *= 0.999
            np.multiply(grad, grad, out=scratch)
            scratch *= 0.001
            v += scratch
            np.sqrt(v, out=scratch)
            scratch += 1e-8 * root
            np.divide(m, scratch, out=scratch)
            scratch *= rate * root / (1 - 0.9**t)
            theta -= scratch
            yield loss

    def tanh_binary_sgd(self) -> Iterator[float]:
        (w1, w2, w3, b1, b2, b3), (dw1, dw2, dw3, db1, db2, db3) = self.views, self.grads
        a0, theta, grad, rate = self.task.x, self.theta, self.grad, self.task.work.learning_rate
        n, sign = len(a0), 1 - 2 * self.task.target
        ones, zero, scratch = np.ones(n, a0.dtype), a0.dtype.type(0), np.zeros_like(theta)
        while True:
            a1 = a0.dot(w1)
            a1 += b1
            np.tanh(a1, out=a1)
            a2 = a1.dot(w2)
            a2 += b2
            np.tanh(a2, out=a2)
            z = a2.dot(w3)
            z += b3
            z *= sign
            each = np.logaddexp(zero, z)
            loss = float(np.add.reduce(each, axis=None)) / n
            z -= each
            d3 = np.exp(z, out=z)
            d3 *= sign
            d3 /= n
            a2.T.dot(d3, out=dw3)
            ones.dot(d3, out=db3)
            d2 = d3.dot(w3.T)
            a2 *= a2
            np.subtract(1, a2, out=a2)
            d2 *= a2
            a1.T.dot(d2, out=dw2)
            ones.dot(d2, out=db2)
            d1 = d2.dot(w2.T)
            a1 *= a1
            np.subtract(1, a1, out=a1)
            d1 *= a1
            a0.T.dot(d1, out=dw1)
            ones.dot(d1, out=db1)
            np.multiply(grad, rate, out=scratch)
            theta -= scratch
            yield loss

    def relu_classes_adam(self) -> Iterator[float]:
        (w1, w2, w3, b1, b2, b3), (dw1, dw2, dw3, db1, db2, db3) = self.views, self.grads
        x, y, theta, grad = self.task.x, self.task.y, self.theta, self.grad
        n, rate = self.task.work.batch, self.task.work.learning_rate
        ones, each_row = np.ones(n, x.dtype), np.arange(n)
        m, v, scratch = np.zeros((3, theta.size), theta.dtype)
        for t, rows in enumerate(self.task.full_batches(), start=1):
            a0 = x.take(rows, axis=0)
            place = (each_row, y.take(rows))
            a1 = a0.dot(w1)
            a1 += b1
            np.maximum(a1, 0, out=a1)
            a2 = a1.dot(w2)
            a2 += b2
            np.maximum(a2, 0, out=a2)
            z = a2.dot(w3)
            z += b3
            z -= np.maximum.reduce(z, axis=1, keepdims=True)
            picked = float(np.add.reduce(z[place]))
            d3 = np.exp(z, out=z)
            total = np.add.reduce(d3, axis=1, keepdims=True)
            loss = (float(np.add.reduce(np.log(total), axis=None)) - picked) / n
            d3 /= total
            d3[place] -= 1
            d3 /= n
            a2.T.dot(d3, out=dw3)
            ones.dot(d3, out=db3)
            d2 = d3.dot(w3.T)
            d2 *= a2 > 0
            a1.T.dot(d2, out=dw2)
            ones.dot(d2, out=db2)
            d1 = d2.dot(w2.T)
            d1 *= a1 > 0
            a0.T.dot(d1, out=dw1)
            ones.dot(d1, out=db1)
            root = math.sqrt(1 - 0.999**t)
            m *= 0.9
            np.multiply(grad, 0.1, out=scratch)
            m += scratch
            v *= 0.999
            np.multiply(grad, grad, out=scratch)
            scratch *= 0.001
            v += scratch
            np.sqrt(v, out=scratch)
            scratch += 1e-8 * root
            np.divide(m, scratch, out=scratch)
            scratch *= rate * root / (1 - 0.9**t)
            theta -= scratch
            yield loss

    def predict(self) -> Array:
        w1, w2, w3, b1, b2, b3 = self.views
        chunks = []
        for i in range(0, len(self.task.x), 1024):
            a = self.task.x[i : i + 1024].dot(w1)
            a += b1
            np.maximum(a, 0, out=a)
            a = a.dot(w2)
            a += b2
            np.maximum(a, 0, out=a)
            z = a.dot(w3)
            z += b3
            chunks.append(z)
        z = np.concatenate(chunks)
        z *= 0.5
        np.tanh(z, out=z)
        z += 1
        z *= 0.5
        return z
