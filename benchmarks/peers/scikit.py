"""scikit-learn's MLPClassifier, the inner loop of its ``fit`` a step at a time."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator

import numpy as np
from sklearn.neural_network import MLPClassifier
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer
from sklearn.utils import _safe_indexing

from benchmarks.peers import Contender
from benchmarks.workloads import Array, Task


class ScikitLearn(Contender):
    def __init__(self, task: Task) -> None:
        self.task, work = task, task.work
        self.model = model = MLPClassifier(
            work.sizes[1:-1],
            activation=work.activation,
            solver=work.optimizer,
            alpha=0.0,
            learning_rate_init=work.learning_rate,
            max_iter=1,
        )
        n_classes = max(2, work.sizes[-1])
        with warnings.catch_warnings():  # one epoch on a few rows, only to have its arrays made
            warnings.simplefilter("ignore")
            model.fit(task.x[: 2 * n_classes], np.arange(2 * n_classes) % n_classes)
        self.parameters = model.coefs_ + model.intercepts_
        start = [weight for weight, _ in task.start] + [bias for _, bias in task.start]
        for parameter, value in zip(self.parameters, start, strict=True):
            parameter[...] = value
        if work.optimizer == "adam":
            self.optimizer = AdamOptimizer(self.parameters, work.learning_rate)
        else:
            self.optimizer = SGDOptimizer(
                self.parameters, work.learning_rate, momentum=0, nesterov=False
            )

    def steps(self) -> Iterator[float]:
        """Yield losses. These are the lines of ``BaseMultilayerPerceptron._fit_stochastic``."""
        model, x = self.model, self.task.x
        y = model._label_binarizer.transform(self.task.y).astype(bool)
        activations: list[Array | None] = [x] + [None] * len(model.coefs_)
        deltas: list[Array | None] = [None] * len(model.coefs_)
        coef_grads = [np.empty_like(w) for w in model.coefs_]
        intercept_grads = [np.empty_like(b) for b in model.intercepts_]
        t = 0
        for rows in self.task.full_batches():
            full = len(rows) == len(x)  # as fit(shuffle=False) does with a full batch
            x_batch, y_batch = (x, y) if full else (_safe_indexing(x, rows), y[rows])
            activations[0] = x_batch
            if self.task.work.optimizer == "adam":
                # scikit-learn adds eps to the uncorrected root, the others to the corrected one.
                # Told so, its losses agree to the last digits; else they are 1e-5 apart.
                t += 1
                self.optimizer.epsilon = 1e-8 * math.sqrt(1 - 0.999**t)
            loss, coef_grads, intercept_grads = model._backprop(
                x_batch, y_batch, None, activations, deltas, coef_grads, intercept_grads
            )
            self.optimizer.update_params(self.parameters, coef_grads + intercept_grads)
            yield float(loss)

    def train(self, epochs: int) -> None:
        work = self.task.work
        self.model = MLPClassifier(
            work.sizes[1:-1],
            alpha=0.0,
            batch_size=work.batch,
            learning_rate_init=work.learning_rate,
            max_iter=epochs,
            n_iter_no_change=epochs,
            tol=0.0,
            random_state=0,
        )
        with warnings.catch_warnings():  # that it has not converged yet
            warnings.simplefilter("ignore")
            self.model.fit(self.task.x, self.task.y)

    def predict(self) -> Array:
        return self.model.predict_proba(self.task.x)[:, 1:]
