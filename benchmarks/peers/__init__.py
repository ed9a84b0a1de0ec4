"""Contenders. Each module has classes with the same doors:

``Contender(task)`` builds the network of ``task.work`` from ``task.start``; ``steps()`` yields the
loss of one update after the other, the batches being ``task.full_batches()``; ``predict()`` returns
the probabilities for ``task.x``. ``train(epochs)`` is what W6 runs: the library's own ``fit`` where
it has one. ``compile_seconds`` is 0 where nothing is compiled.
"""

from __future__ import annotations

import importlib
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.workloads import Task

# name: (module, class, what must be installed)
CONTENDERS = {
    "nnlib": ("ours", "Ours", "numpy"),
    "floor": ("floor", "Floor", "numpy"),
    "textbook NumPy": ("textbook", "Textbook", "numpy"),
    "scikit-learn": ("scikit", "ScikitLearn", "scikit-learn"),
    "PyTorch": ("pytorch", "PyTorch", "torch"),
    "PyTorch fused": ("pytorch", "Fused", "torch"),
    "JAX step": ("jaxed", "JaxStep", "jax"),
    "JAX scan": ("jaxed", "JaxScan", "jax"),
}


def contender(name: str) -> Any:
    """Import and return the class of that name; raises ImportError when its library is missing."""
    module, class_name, _ = CONTENDERS[name]
    return getattr(importlib.import_module(f"benchmarks.peers.{module}"), class_name)


class Contender:
    """What the contenders share."""

    compile_seconds = 0.0
    task: Task

    def steps(self) -> Iterator[float]:
        """Yield the loss of one update after the other."""
        raise NotImplementedError

    def train(self, epochs: int) -> None:
        """Make the updates of so many epochs."""
        n_steps = epochs * (self.task.work.n_samples // self.task.work.batch)
        for _ in islice(self.steps(), n_steps):
            pass
