"""Rosenblatt's perceptron (1958): a step on a weighted sum; it learns from its mistakes only."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from nnlib._checks import Array, count, matrix, number
from nnlib.protocol import Configured


class Perceptron(Configured):
    """One neuron with a step: output 1 where w . x + b > 0, else 0.

    Parameters
    ----------
    n_in : int
        Number of inputs. Weights and bias start at 0.
    learning_rate : float, default 1.0
        Scales weights and bias together; from a start at 0 it changes no decision.

    Attributes
    ----------
    weight (n_in,), bias : float
    updates : list of (weight, bias)
        The state after each mistake was corrected, in order.
    """

    def __init__(self, n_in: int, learning_rate: float = 1.0) -> None:
        self.n_in = count("n_in", n_in)
        self.learning_rate = number("learning_rate", learning_rate, above=0)
        self.weight, self.bias = np.zeros(self.n_in), 0.0
        self.updates: list[tuple[Array, float]] = []

    def predict(self, x: ArrayLike) -> Array:
        """Return 0 or 1 for each row of ``x`` (n, n_in); shape (n,)."""
        return (self._rows(x) @ self.weight + self.bias > 0).astype(int)

    def fit(self, x: ArrayLike, y: ArrayLike, max_epochs: int = 100) -> int | None:
        """Show the examples in order, again and again, until a whole pass has no mistake.

        On a mistake: weight += learning_rate (target - output) x and
        bias += learning_rate (target - output).
        Return the number of passes that were needed, or None if ``max_epochs`` did not suffice.
        """
        rows, targets = self._rows(x), np.asarray(y)
        if targets.shape != (len(rows),) or not np.isin(targets, (0, 1)).all():
            raise ValueError(
                f"y must be ({len(rows)},) of 0 and 1, got shape {targets.shape}: {targets!r}."
            )
        for epoch in range(1, count("max_epochs", max_epochs) + 1):
            if self._pass(rows, targets) == 0:
                return epoch
        return None

    def _pass(self, x: Array, y: Array) -> int:
        """One pass over the data; return the number of mistakes."""
        mistakes = 0
        for row, target in zip(x, y, strict=True):
            error = int(target) - int(row @ self.weight + self.bias > 0)  # -1, 0 or 1
            if error:
                self.weight = self.weight + self.learning_rate * error * row
                self.bias += self.learning_rate * error
                self.updates.append((self.weight, self.bias))
                mistakes += 1
        return mistakes

    def _rows(self, x: ArrayLike) -> Array:
        rows = matrix("x", x)
        if rows.shape[1] != self.n_in:
            raise ValueError(f"{self} expected {self.n_in} input features, got {rows.shape[1]}.")
        return rows
