"""Layers with parameters, and dropout: forward and backward side by side. Simplest first.

Convention: batch first. ``x`` is (n, n_in), ``weight`` is (n_in, n_out), ``y = x @ weight + bias``.
The loss divides by the batch size; no layer does.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from nnlib import initializers
from nnlib._checks import Array, choice, count, finite, floats, generator, number
from nnlib.protocol import Layer, PerFeature, input_rows, saved_input


@lru_cache(maxsize=64)
def _ones(n: int, dtype: np.dtype[Any]) -> Array:
    ones = np.ones(n, dtype)
    ones.flags.writeable = False
    return ones


def _column_sums(array: Array, out: Array) -> None:
    # A product with a row of ones: BLAS sums columns several times faster than array.sum(axis=0).
    _ones(len(array), array.dtype).dot(array, out=out)


class Dense(Layer):
    """Fully connected layer, y = x W + b.

    Parameters
    ----------
    n_in, n_out : int
        Number of input and output features.
    init : {"he", "glorot", "glorot_normal", "lecun", "orthogonal", "normal", "zeros"} or array
        Initial weights, default "he"; an array (n_in, n_out) is taken as it is. Biases start at 0.
    bias : array (n_out,), optional
        Initial biases other than 0.
    rng : int or numpy.random.Generator, optional
        Draws the weights at once, for a layer used alone. A ``Sequential`` draws them itself.

    Shapes
    ------
    input (n, n_in), output (n, n_out), weight (n_in, n_out), bias (n_out,).
    PyTorch's ``nn.Linear`` stores the transpose, (n_out, n_in).
    """

    weights = ("weight",)
    offsets = ("bias",)

    def __init__(
        self,
        n_in: int,
        n_out: int,
        init: str | ArrayLike = "he",
        bias: ArrayLike | None = None,
        rng: int | np.random.Generator | None = None,
    ) -> None:
        self.n_in, self.n_out = count("n_in", n_in), count("n_out", n_out)
        self.init: str | Array = "he"
        if isinstance(init, str):
            self.init = choice("init", init, initializers.INITIALIZERS)
        else:
            self.init = self._given("init", init, (n_in, n_out))
        self.start_bias = None if bias is None else self._given("bias", bias, (n_out,))
        if rng is not None or not isinstance(init, str):
            self.initialize(rng, np.float64)

    def _given(self, name: str, value: ArrayLike, shape: tuple[int, ...]) -> Array:
        array = finite(name, floats(name, value)).copy()
        if array.shape != shape:
            raise ValueError(f"{self}: {name} must have shape {shape}, got {array.shape}.")
        return array

    def initialize(self, rng: Any, dtype: DTypeLike) -> None:
        """Set ``weight`` and ``bias``, drawing from ``rng`` where ``init`` is a name."""
        drawn = self.init
        if isinstance(drawn, str):
            drawn = initializers.draw(drawn, self.n_in, self.n_out, generator("rng", rng))
        self.weight = np.array(drawn, dtype, order="C")
        self.bias = np.zeros(self.n_out, dtype)
        if self.start_bias is not None:
            self.bias[:] = self.start_bias
        self.weight_grad, self.bias_grad = np.zeros_like(self.weight), np.zeros_like(self.bias)

    def forward(self, x: Array, training: bool = False) -> Array:
        if not hasattr(self, "weight"):
            raise RuntimeError(
                f"{self} has no weights yet: "
                "put it in a Sequential(..., rng=0) or make it with rng=0."
            )
        self._x = input_rows(self, x, self.n_in, self.weight.dtype)
        # x.dot(w), not x @ w: the same product, 8 to 14% less overhead a call on small networks.
        out: Array = self._x.dot(self.weight)  # (n, n_in) @ (n_in, n_out)
        out += self.bias  # broadcast over the n rows
        return out

    def backward_parameters(self, grad_out: Array) -> None:
        x = saved_input(self, "_x")
        x.T.dot(grad_out, out=self.weight_grad)  # (n_in, n) @ (n, n_out)
        _column_sums(grad_out, out=self.bias_grad)  # bias was broadcast over n, so sum over n

    def backward(self, grad_out: Array) -> Array:
        self.backward_parameters(grad_out)
        grad_in: Array = grad_out.dot(self.weight.T)  # (n, n_out) @ (n_out, n_in)
        return grad_in

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {"weight": (self.n_in, self.n_out), "bias": (self.n_out,)}

    def n_outputs(self, n_inputs: int | None) -> int:
        if n_inputs not in (None, self.n_in):
            raise ValueError(
                f"{self} expects {self.n_in} input features, "
                f"but the layer before it gives {n_inputs}."
            )
        return self.n_out

    def config(self) -> dict[str, Any]:
        return {"n_in": self.n_in, "n_out": self.n_out, "init": self.init}

    def __repr__(self) -> str:
        init = repr(self.init) if isinstance(self.init, str) else "array"
        return f"Dense({self.n_in}, {self.n_out}{f', init={init}' if init != repr('he') else ''})"


class Dropout(Layer):
    """In training, drops each number with probability ``rate``; scales the rest by 1 / (1 - rate).

    So the expected value stays, and at prediction the layer does nothing (inverted dropout).
    Srivastava et al. (2014), who scaled the weights at test time instead.
    PyTorch: ``nn.Dropout(p=rate)``.
    """

    def __init__(self, rate: float = 0.5, rng: int | np.random.Generator | None = None) -> None:
        self.rate = number("rate", rate, at_least=0, below=1)
        self.rng = None if rng is None else generator("rng", rng)

    def initialize(self, rng: Any, dtype: DTypeLike) -> None:
        if self.rng is None and self.rate > 0:
            # Its own stream, so that masks do not depend on how many weights are drawn after it.
            self.rng = generator("rng", rng).spawn(1)[0]

    def forward(self, x: Array, training: bool = False) -> Array:
        self._scale: Array | None = None
        if not training or self.rate == 0:
            return x
        if self.rng is None:
            raise RuntimeError(
                f"{self} has no rng: put it in a Sequential(..., rng=0) or pass rng=0."
            )
        kept = self.rng.random(x.shape) >= self.rate
        self._scale = kept.astype(x.dtype) / x.dtype.type(1 - self.rate)
        return x * self._scale

    def backward(self, grad_out: Array) -> Array:
        if not hasattr(self, "_scale"):
            saved_input(self, "_scale")
        return grad_out if self._scale is None else grad_out * self._scale

    def config(self) -> dict[str, Any]:
        return {"rate": self.rate}


class _Norm(PerFeature):
    """What the three norms share: a learned scale and, but for RMSNorm, a learned shift."""

    # Weight decay would pull the scale to 0, so it is not a "weight".
    offsets: tuple[str, ...] = ("scale", "shift")
    starts: Mapping[str, float] = {"scale": 1, "shift": 0, "running_mean": 0, "running_var": 1}
    scale: Array
    shift: Array
    scale_grad: Array
    shift_grad: Array
    _normed: Array

    def __init__(self, n_features: int, eps: float = 1e-5) -> None:
        super().__init__(n_features)
        self.eps = number("eps", eps, above=0)

    def _affine_backward(self, grad_out: Array) -> Array:
        """Write the gradients of scale and shift; return dL/d(normalized)."""
        np.multiply(grad_out, self._normed).sum(axis=0, out=self.scale_grad)
        if "shift" in self.offsets:
            _column_sums(grad_out, out=self.shift_grad)
        return grad_out * self.scale


class BatchNorm(_Norm):
    """Each feature gets mean 0 and variance 1 over the batch, then a learned scale and shift.

    At prediction the running mean and variance stand in for the batch's. Ioffe & Szegedy (2015).

    Parameters
    ----------
    n_features : int
    eps : float, default 1e-5
        Added to the variance, inside the root.
    momentum : float, default 0.9
        Share of the old running statistics that is kept. PyTorch's momentum is 1 minus this one.

    The running variance takes the unbiased estimate, n / (n - 1) times the batch's, as in PyTorch.
    A batch of one is its own mean: the output is the shift, the gradient 0, and the running
    statistics stay (PyTorch raises an error instead).
    """

    buffers = ("running_mean", "running_var")
    running_mean: Array
    running_var: Array

    def __init__(self, n_features: int, eps: float = 1e-5, momentum: float = 0.9) -> None:
        super().__init__(n_features, eps)
        self.momentum = number("momentum", momentum, at_least=0, below=1)

    def forward(self, x: Array, training: bool = False) -> Array:
        x = self.rows(x)
        self._training = training
        mean, var = self.running_mean, self.running_var
        if training:
            mean, var = x.mean(axis=0), x.var(axis=0)
            if len(x) > 1:  # one example says nothing about the variance
                self._remember(mean, var * (len(x) / (len(x) - 1)))
        self._inv_std = 1 / np.sqrt(var + self.eps)
        self._normed = (x - mean) * self._inv_std
        return self._normed * self.scale + self.shift

    def _remember(self, mean: Array, var: Array) -> None:
        for running, new in ((self.running_mean, mean), (self.running_var, var)):
            running *= self.momentum
            running += (1 - self.momentum) * new

    def backward(self, grad_out: Array) -> Array:
        normed = saved_input(self, "_normed")
        grad = self._affine_backward(grad_out)
        if self._training:  # mean and variance depended on x too: subtract what flows through them
            grad = grad - grad.mean(axis=0) - normed * (grad * normed).mean(axis=0)
        return grad * self._inv_std


class LayerNorm(_Norm):
    """Each example gets mean 0 and variance 1 over its features. Ba et al. (2016).

    ``eps`` 1e-5, inside the root.
    The same in training and at prediction; independent of the other examples in the batch.
    """

    def forward(self, x: Array, training: bool = False) -> Array:
        x = self.rows(x)
        mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
        self._inv_std = 1 / np.sqrt(var + self.eps)  # (n, 1)
        self._normed = (x - mean) * self._inv_std
        return self._normed * self.scale + self.shift

    def backward(self, grad_out: Array) -> Array:
        normed = saved_input(self, "_normed")
        grad = self._affine_backward(grad_out)
        along = normed * (grad * normed).mean(axis=1, keepdims=True)
        return (grad - grad.mean(axis=1, keepdims=True) - along) * self._inv_std


class RMSNorm(_Norm):
    """Each example is divided by the root mean square of its features. Zhang & Sennrich (2019).

    No mean is subtracted and no shift is learned. ``eps`` 1e-5, inside the root.
    """

    offsets = ("scale",)

    def forward(self, x: Array, training: bool = False) -> Array:
        x = self.rows(x)
        self._inv_rms = 1 / np.sqrt((x * x).mean(axis=1, keepdims=True) + self.eps)  # (n, 1)
        self._normed = x * self._inv_rms
        return self._normed * self.scale

    def backward(self, grad_out: Array) -> Array:
        normed = saved_input(self, "_normed")
        grad = self._affine_backward(grad_out)
        return (grad - normed * (grad * normed).mean(axis=1, keepdims=True)) * self._inv_rms
