"""What keeps a network from fitting noise: penalties, max-norm, early stopping, mixup, k-fold."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nnlib._checks import Array, count, generator, number, same_length
from nnlib.protocol import Configured

if TYPE_CHECKING:
    from nnlib.network import Sequential
    from nnlib.training import History


class L2(Configured):
    """strength / 2 * sum of squared weights; its gradient is strength * weight. Biases are spared.

    Independent of the batch size: the loss is a mean, and this is added to it.
    """

    def __init__(self, strength: float) -> None:
        self.strength = number("strength", strength, at_least=0)

    def value(self, weights: Array) -> float:
        """Return the penalty of the flat vector of weights."""
        return 0.5 * self.strength * float(weights @ weights)

    def gradient(self, weights: Array) -> Array:
        """Return the penalty's gradient; ``fit`` adds it to the loss's."""
        return self.strength * weights


class L1(L2):
    """strength * sum of absolute weights; gradient +-strength, and 0 at 0. Drives weights to 0."""

    def value(self, weights: Array) -> float:
        return self.strength * float(np.abs(weights).sum())

    def gradient(self, weights: Array) -> Array:
        return self.strength * np.sign(weights)


class MaxNorm(Configured):
    """Constraint: after each update, each unit's incoming weights have a norm of at most ``limit``.

    Srivastava et al. (2014), section 5.1.
    """

    def __init__(self, limit: float = 3.0) -> None:
        self.limit = number("limit", limit, above=0)

    def apply(self, net: Sequential) -> None:
        """Scale down, in place, the columns of each weight (n_in, n_out) that are too long."""
        for leaf in net.leaves():
            for name in leaf.weights:
                weight = getattr(leaf, name)
                norms = np.sqrt((weight * weight).sum(axis=0))
                weight *= self.limit / np.maximum(norms, self.limit)


class EarlyStopping(Configured):
    """Callback of ``fit``: stop when ``monitor`` has not improved for ``patience`` epochs.

    Parameters
    ----------
    patience : int, default 10
    min_delta : float, default 0
        An improvement on the best so far counts when it is larger than this. Smaller gains add
        up: training stops when those of ``patience`` epochs together are not larger.
    monitor : str, default "validation_loss"
        A record of the history; smaller is better, unless its name ends in "accuracy".
    restore : bool, default True
        Put back the best weights at the end, also when the epochs run out first.
    """

    def __init__(
        self,
        patience: int = 10,
        min_delta: float = 0.0,
        monitor: str = "validation_loss",
        restore: bool = True,
    ) -> None:
        self.patience = count("patience", patience)
        self.min_delta = number("min_delta", min_delta, at_least=0)
        self.monitor, self.restore = monitor, restore
        self.best_epoch, self._best = 0, math.inf
        self._saved: dict[str, Array] = {}

    def on_start(self, net: Sequential, names: Sequence[str]) -> None:
        """Start afresh; complain if ``monitor`` is not among the names that will be recorded."""
        if self.monitor not in names:
            raise ValueError(
                f"EarlyStopping monitors {self.monitor!r}, but fit records {', '.join(names)}. "
                "For validation_loss pass validation=(x, y) to fit."
            )
        self.best_epoch, self._best, self._saved = 0, math.inf, {}

    def on_epoch(self, net: Sequential, history: History) -> bool:
        """Note the epoch's figure; return True to stop."""
        sign = -1 if self.monitor.endswith("accuracy") else 1
        now, epoch = sign * history[self.monitor][-1], len(history)
        if epoch == 1 or now < self._best - self.min_delta:
            self._best, self.best_epoch = now, epoch
            self._saved = net.state()  # copies: the network goes on changing its arrays in place
        return epoch - self.best_epoch >= self.patience

    def on_end(self, net: Sequential, history: History) -> None:
        """Restore the best weights."""
        if self.restore and self.best_epoch:
            net.restore(self._saved)


def mixup(x: Array, y: Array, alpha: float = 0.2, rng: Any = None) -> tuple[Array, Array]:
    """Return convex mixtures of random pairs of examples, and of their targets.

    Zhang et al. (2018).

    Shapes: x (n, n_features), y (n, ...) as floats. One share from Beta(alpha, alpha) a pair.
    """
    x, y = np.asarray(x), np.asarray(y)
    same_length("x", x, "y", y)
    draw = generator("rng", rng)
    share = draw.beta(number("alpha", alpha, above=0), alpha, len(x))
    partner = draw.permutation(len(x))

    def mix(a: Array) -> Array:
        s = share.reshape(-1, *[1] * (a.ndim - 1)).astype(a.dtype if a.dtype.kind == "f" else float)
        return s * a + (1 - s) * a[partner]

    return mix(x), mix(y)


def kfold(n_samples: int, n_folds: int = 5, rng: Any = None) -> Iterator[tuple[Array, Array]]:
    """Yield (train rows, validation rows) ``n_folds`` times; each row is in validation once.

    Rows are shuffled first; the first folds are one longer where the split is uneven.
    """
    if count("n_folds", n_folds, at_least=2) > count("n_samples", n_samples):
        raise ValueError(f"n_folds must be at most n_samples, {n_samples}, got {n_folds}.")
    folds = np.array_split(generator("rng", rng).permutation(n_samples), n_folds)
    # A generator expression, not yield: mistakes are reported by the call, not by the first loop.
    return ((np.concatenate(folds[:k] + folds[k + 1 :]), fold) for k, fold in enumerate(folds))
