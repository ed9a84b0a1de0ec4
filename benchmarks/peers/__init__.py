"""Contenders. Each module has classes with the same three doors:

``Contender(task)`` builds the network of ``task.work`` from ``task.start``; ``steps()`` yields the loss
of one update after the other, the batches being ``task.full_batches()``; ``predict()`` returns the
probabilities for ``task.x``. ``compile_seconds`` is 0 where nothing is compiled.
"""

from __future__ import annotations

import importlib
from typing import Any

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
