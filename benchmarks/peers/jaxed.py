"""JAX: a jitted step, and a jitted ``lax.scan`` over a block of steps (an epoch of W1 and W3)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.peers import Contender
from benchmarks.workloads import Array, Task

jax.config.update("jax_enable_x64", True)  # float32 arrays stay float32


def logits(parameters: Any, x: Any, activation: Any) -> Any:
    for weight, bias in parameters[:-1]:
        x = activation(x @ weight + bias)
    weight, bias = parameters[-1]
    return x @ weight + bias


def mean_loss(parameters: Any, x: Any, y: Any, activation: Any) -> Any:
    z = logits(parameters, x, activation)
    if z.shape[1] == 1:
        return jnp.logaddexp(0, z * (1 - 2 * y)).mean()
    return -jnp.take_along_axis(jax.nn.log_softmax(z), y[:, jnp.newaxis], axis=1).mean()


def sgd(parameters: Any, state: Any, gradient: Any, rate: float) -> Any:
    return jax.tree.map(lambda p, g: p - rate * g, parameters, gradient), state


def adam(parameters: Any, state: Any, gradient: Any, rate: float) -> Any:
    m, v, t = state
    t = t + 1
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, gradient)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, gradient)
    root = jnp.sqrt(1 - 0.999**t)
    size = rate * root / (1 - 0.9**t)
    moved = jax.tree.map(
        lambda p, m, v: p - size * m / (jnp.sqrt(v) + 1e-8 * root), parameters, m, v
    )
    return moved, (m, v, t)


class JaxStep(Contender):
    """One call of a compiled function a step, its loss read each time."""

    def __init__(self, task: Task) -> None:
        self.task, self.dtype, work = task, task.x.dtype, task.work
        self.activation = {"relu": jax.nn.relu, "tanh": jnp.tanh}[work.activation]
        self.optimizer = {"adam": adam, "sgd": sgd}[work.optimizer]
        self.x, self.y = jnp.asarray(task.x), jnp.asarray(task.target)
        parameters = [(jnp.array(weight), jnp.array(bias)) for weight, bias in task.start]
        zeros = [jax.tree.map(jnp.zeros_like, parameters) for _ in range(2)]
        self.carry = (parameters, (*zeros, jnp.zeros((), self.dtype)))
        self.probability = jax.jit(self._probability)
        begin = time.perf_counter()
        if work.predicts:
            self.probability = self.probability.lower(parameters, self.x).compile()
        else:
            update = jax.jit(self.update, donate_argnums=0)
            self.compiled = update.lower(self.carry, self.x, self.y, self.rows_like()).compile()
        self.compile_seconds = time.perf_counter() - begin

    def rows_like(self) -> Any:
        return jax.ShapeDtypeStruct((self.task.work.batch,), np.int64)

    def update(self, carry: Any, x: Any, y: Any, rows: Any) -> Any:
        parameters, state = carry
        if len(rows) < len(x):
            x, y = x[rows], y[rows]
        loss, gradient = jax.value_and_grad(mean_loss)(parameters, x, y, self.activation)
        return self.optimizer(parameters, state, gradient, self.task.work.learning_rate), loss

    def steps(self) -> Iterator[float]:
        for rows in self.task.full_batches():
            self.carry, loss = self.compiled(self.carry, self.x, self.y, rows)
            yield float(loss)

    def _probability(self, parameters: Any, x: Any) -> Any:
        return jax.nn.sigmoid(logits(parameters, x, self.activation))

    def predict(self) -> Array:
        return np.asarray(self.probability(self.carry[0], self.x))


class JaxScan(JaxStep):
    """One call of a compiled function a block of steps: nobody can look in between."""

    def rows_like(self) -> Any:
        return jax.ShapeDtypeStruct((self.task.work.block, self.task.work.batch), np.int64)

    def update(self, carry: Any, x: Any, y: Any, rows: Any) -> Any:
        step = super().update
        return jax.lax.scan(lambda carry, r: step(carry, x, y, r), carry, rows)

    def blocks(self) -> Iterator[list[float]]:
        """Yield the losses of one block of steps after the other."""
        batches = self.task.full_batches()
        while True:
            rows = np.stack(list(islice(batches, self.task.work.block)))
            self.carry, losses = self.compiled(self.carry, self.x, self.y, rows)
            yield np.asarray(losses).tolist()

    def steps(self) -> Iterator[float]:
        return chain.from_iterable(self.blocks())
