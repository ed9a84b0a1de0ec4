"""The one protocol of nnlib: what a layer promises. Everything else is an instance of it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from nnlib._checks import Array, count, floats


@cache
def _argument_names(kind: type) -> tuple[str, ...]:
    return tuple(inspect.signature(kind).parameters)


class Configured:
    """Keeps each argument of ``__init__`` as an attribute of that name; ``repr`` types it back."""

    def config(self) -> dict[str, Any]:
        """Return the arguments that make this again (none that is None)."""
        names = _argument_names(type(self))
        return {name: value for name in names if (value := getattr(self, name, None)) is not None}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in self.config().items())})"


class Layer(Configured):
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


class PerFeature(Layer):
    """A layer with arrays of one number a feature, (n_features,); the width of its input stays."""

    starts: Mapping[str, float]  # initial value of each array

    def __init__(self, n_features: int) -> None:
        self.n_features = count("n_features", n_features)

    def initialize(self, rng: Any, dtype: DTypeLike) -> None:
        for name in self.offsets + self.buffers:
            setattr(self, name, np.full(self.n_features, self.starts[name], dtype))
        for name in self.offsets:
            setattr(self, f"{name}_grad", np.zeros(self.n_features, dtype))

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {name: (self.n_features,) for name in self.offsets + self.buffers}

    def n_outputs(self, n_inputs: int | None) -> int:
        if n_inputs not in (None, self.n_features):
            raise ValueError(f"{self} expects {self.n_features} features, but gets {n_inputs}.")
        return self.n_features

    def rows(self, x: ArrayLike) -> Array:
        """Return ``x`` checked. A layer used alone starts here: nothing needs to be drawn."""
        if not hasattr(self, self.offsets[0]):
            self.initialize(None, np.float64)
        return input_rows(self, x, self.n_features, getattr(self, self.offsets[0]).dtype)


def input_rows(layer: Layer, x: ArrayLike, n_in: int, dtype: np.dtype[Any]) -> Array:
    """Return ``x`` as (n, n_in) array of the layer's dtype, or say what is wrong with its shape."""
    array = floats("x", x, dtype)
    if array.ndim != 2:
        raise ValueError(
            f"{layer} expected a 2-D input (n, {n_in}), got shape {array.shape}. "
            "For one example pass x[np.newaxis, :]."
        )
    if array.shape[1] != n_in:
        raise ValueError(
            f"{layer} expected {n_in} input features, got {array.shape[1]} "
            f"(input shape {array.shape})."
        )
    if len(array) == 0:
        raise ValueError(f"{layer} got an empty batch (input shape {array.shape}).")
    return array


def saved_input(owner: object, name: str) -> Array:
    """Return what ``forward`` kept under ``name``, or say that ``forward`` has not been called."""
    kept = getattr(owner, name, None)
    if kept is None:
        raise RuntimeError(f"{owner!r}.backward was called before forward: call forward first.")
    return np.asarray(kept)
