"""The one protocol of nnlib: what a layer promises. Everything else is an instance of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nnlib._checks import Array


class Layer:
    """One differentiable step from an input (n, n_in) to an output (n, n_out).

    ``forward`` keeps what ``backward`` needs, so call them in that order. ``backward`` takes
    dL/d(output), writes the gradients of the parameters and returns dL/d(input). Neither changes
    its argument.

    A layer that learns names its arrays in ``weights`` (which penalties and weight decay act on)
    and ``offsets`` (which they leave alone). For each name, say ``weight``, the gradient is written
    into ``weight_grad``. A ``Sequential`` replaces all of these by views into its two flat vectors,
    so a layer writes *into* them (``out=``, ``[...] =``) and never binds new arrays to the names.
    """

    weights: tuple[str, ...] = ()
    offsets: tuple[str, ...] = ()
    buffers: tuple[str, ...] = ()  # state that is kept and saved but not learned

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return the output for ``x``. ``training`` matters to dropout and batch norm only."""
        raise NotImplementedError(f"{type(self).__name__} has no forward.")

    def backward(self, grad_out: Array) -> Array:
        """Write dL/d(parameters), return dL/d(input), given dL/d(output) of the last forward."""
        raise NotImplementedError(f"{type(self).__name__} has no backward.")

    def backward_parameters(self, grad_out: Array) -> None:
        """As ``backward`` without dL/d(input), which nobody needs from a network's first layer."""
        self.backward(grad_out)

    def initialize(self, rng: Any, dtype: DTypeLike) -> None:
        """Draw the initial parameters. Layers without parameters do nothing."""

    def n_outputs(self, n_inputs: int | None) -> int | None:
        """Return the number of output features for that number of inputs (None: not known yet)."""
        return n_inputs

    def leaves(self) -> Iterator[Layer]:
        """Yield the layers that hold parameters of their own: a container yields its parts."""
        yield self

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of each learned array and buffer by name, known before any is drawn."""
        return {}

    def parameters(self) -> dict[str, Array]:
        """Return the learned arrays by name."""
        return {name: getattr(self, name) for name in self.weights + self.offsets}

    def config(self) -> dict[str, Any]:
        """Return the arguments that make this layer again; ``repr`` and ``nnlib.save`` use it."""
        return {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in self.config().items())})"


def saved_input(owner: object, name: str) -> Array:
    """Return what ``forward`` kept under ``name``, or say that ``forward`` has not been called."""
    kept = getattr(owner, name, None)
    if kept is None:
        raise RuntimeError(f"{owner!r}.backward was called before forward: call forward first.")
    return np.asarray(kept)
