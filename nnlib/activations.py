"""Activations: pairs of a function and its slope, then the layers that apply them. Simplest first.

Every function takes pre-activations ``z`` of any shape and returns an array of that shape; every
slope is the derivative at ``z``. All of them are finite and silent for |z| up to 1e4 and beyond:
``exp`` is only ever taken of numbers that are not positive.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from nnlib._checks import Array, choice, floats, number
from nnlib.protocol import Layer, PerFeature, saved_input

# Klambauer et al. (2017), appendix: the pair that makes mean 0 and variance 1 a fixed point.
SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805


def _floats(z: ArrayLike) -> Array:
    """Integers become float64; float32 stays float32."""
    array = np.asarray(z)
    return array if array.dtype.kind == "f" else floats("z", z)


def step(z: ArrayLike) -> Array:
    """1 where z > 0, else 0: Rosenblatt's threshold (1958). At z = 0 it is 0."""
    z = _floats(z)
    return (z > 0).astype(z.dtype)


def step_slope(z: ArrayLike) -> Array:
    """0 everywhere, which is why gradients cannot train a step."""
    return np.zeros_like(_floats(z))


def identity(z: ArrayLike) -> Array:
    """z itself: the output of a regression network."""
    return _floats(z).copy()


def identity_slope(z: ArrayLike) -> Array:
    """1 everywhere."""
    return np.ones_like(_floats(z))


def sigmoid(z: ArrayLike) -> Array:
    """1 / (1 + exp(-z)), range (0, 1)."""
    z = _floats(z)
    # For z < 0 the same value is exp(z) / (1 + exp(z)): exp never sees a positive number, and the
    # tail keeps its relative precision.
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


def sigmoid_slope(z: ArrayLike) -> Array:
    """s(z) (1 - s(z)): 0.25 at 0, its largest value. Takes z, not the activated value s(z)."""
    s = sigmoid(z)
    return s * (1 - s)


def tanh(z: ArrayLike) -> Array:
    """(e^z - e^-z) / (e^z + e^-z), range (-1, 1); equals 2 sigmoid(2z) - 1."""
    return np.tanh(_floats(z))


def tanh_slope(z: ArrayLike) -> Array:
    """1 - tanh(z)^2: 1 at 0, its largest value."""
    return 1 - np.tanh(_floats(z)) ** 2


def relu(z: ArrayLike) -> Array:
    """max(0, z), range [0, inf). Nair & Hinton (2010)."""
    return np.maximum(_floats(z), 0)


def relu_slope(z: ArrayLike) -> Array:
    """1 where z > 0, else 0. At the kink z = 0 the slope is 0 by convention (PyTorch's as well)."""
    # Finite differences give 1/2 at the kink, so a gradient check cannot see this choice.
    return step(z)


def leaky_relu(z: ArrayLike, negative_slope: float = 0.01) -> Array:
    """z where z > 0, else negative_slope * z. Maas et al. (2013)."""
    z = _floats(z)
    return np.where(z > 0, z, negative_slope * z)


def leaky_relu_slope(z: ArrayLike, negative_slope: float = 0.01) -> Array:
    """1 where z > 0, else negative_slope (also at 0)."""
    z = _floats(z)
    return np.where(z > 0, 1, negative_slope).astype(z.dtype)


def elu(z: ArrayLike, alpha: float = 1.0) -> Array:
    """z where z > 0, else alpha (e^z - 1), range (-alpha, inf). Clevert et al. (2016)."""
    z = _floats(z)
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))


def elu_slope(z: ArrayLike, alpha: float = 1.0) -> Array:
    """1 where z > 0, else alpha e^z."""
    z = _floats(z)
    return np.where(z > 0, 1, alpha * np.exp(np.minimum(z, 0))).astype(z.dtype)


def selu(z: ArrayLike) -> Array:
    """scale * elu(z, alpha) with the two constants of Klambauer et al. (2017)."""
    return SELU_SCALE * elu(z, SELU_ALPHA)


def selu_slope(z: ArrayLike) -> Array:
    """scale * the slope of elu."""
    return SELU_SCALE * elu_slope(z, SELU_ALPHA)


def gelu(z: ArrayLike) -> Array:
    """z Phi(z), in the tanh form of Hendrycks & Gimpel (2016).

    PyTorch: ``GELU(approximate="tanh")``.

    The form with the exact normal distribution Phi differs by at most 5e-4.
    """
    z = _floats(z)
    return z * sigmoid(2 * _gelu_inner(z))


def gelu_slope(z: ArrayLike) -> Array:
    """Product rule on z s(u(z)), with s the sigmoid and u(z) = 2 sqrt(2/pi) (z + 0.044715 z^3)."""
    z = _floats(z)
    s = sigmoid(2 * _gelu_inner(z))
    # s (1 - s) is 0 long before z^3 overflows; the cut keeps 0 * inf out.
    cut = np.clip(z, -30, 30)
    inner_slope = 2 * math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * cut**2)
    return s + z * s * (1 - s) * inner_slope


def _gelu_inner(z: Array) -> Array:
    cut = np.clip(z, -30, 30)
    return math.sqrt(2 / math.pi) * (cut + 0.044715 * cut**3)


def silu(z: ArrayLike) -> Array:
    """z sigmoid(z), also called swish. Elfwing et al. (2018), Ramachandran et al. (2017)."""
    z = _floats(z)
    return z * sigmoid(z)


def silu_slope(z: ArrayLike) -> Array:
    """s + z s (1 - s) with s = sigmoid(z)."""
    z = _floats(z)
    s = sigmoid(z)
    return s + z * s * (1 - s)


def softplus(z: ArrayLike) -> Array:
    """log(1 + e^z), range (0, inf): a smooth relu whose slope is the sigmoid."""
    z = _floats(z)
    return np.logaddexp(z, np.zeros_like(z))


def softplus_slope(z: ArrayLike) -> Array:
    """sigmoid(z)."""
    return sigmoid(z)


def log_sum_exp(logits: ArrayLike) -> Array:
    """log(sum(exp(logits))) over the last axis, kept with length 1. The maximum goes first."""
    logits = _floats(logits)
    highest = logits.max(axis=-1, keepdims=True)
    return highest + np.log(np.exp(logits - highest).sum(axis=-1, keepdims=True))


def softmax(logits: ArrayLike, temperature: float = 1.0) -> Array:
    """exp(logits / temperature) over its sum along the last axis: each row sums to 1.

    Shapes: (n, n_classes) or (n_classes,). A temperature below 1 sharpens, above 1 flattens.
    """
    logits = _floats(logits) / number("temperature", temperature, above=0)
    return np.exp(logits - log_sum_exp(logits))


FUNCTIONS: dict[str, tuple[Callable[..., Array], Callable[..., Array]]] = {
    "step": (step, step_slope),
    "identity": (identity, identity_slope),
    "sigmoid": (sigmoid, sigmoid_slope),
    "tanh": (tanh, tanh_slope),
    "relu": (relu, relu_slope),
    "leaky_relu": (leaky_relu, leaky_relu_slope),
    "elu": (elu, elu_slope),
    "selu": (selu, selu_slope),
    "gelu": (gelu, gelu_slope),
    "silu": (silu, silu_slope),
    "softplus": (softplus, softplus_slope),
}


def get(name: str) -> tuple[Callable[..., Array], Callable[..., Array]]:
    """Return the pair (function, slope) of that name; an unknown name lists those that exist."""
    return FUNCTIONS[choice("activation", name, FUNCTIONS)]


class Activation(Layer):
    """Applies a function to every number: input and output have the same shape (n, n_features).

    ``backward`` multiplies by the slope at the input, element by element.
    """

    function: Callable[..., Array]
    slope: Callable[..., Array]

    def forward(self, x: Array, training: bool = False) -> Array:
        self._x = x
        return type(self).function(x, **self.config())

    def backward(self, grad_out: Array) -> Array:
        return grad_out * type(self).slope(saved_input(self, "_x"), **self.config())


class Identity(Activation):
    """z itself. PyTorch: ``nn.Identity``."""

    function, slope = identity, identity_slope


class Sigmoid(Activation):
    """1 / (1 + exp(-z)). As the last layer use ``BinaryCrossEntropy`` on logits instead."""

    def forward(self, x: Array, training: bool = False) -> Array:
        self._out = sigmoid(x)
        return self._out

    def backward(self, grad_out: Array) -> Array:
        out = saved_input(self, "_out")
        return grad_out * (out * (1 - out))


class Tanh(Activation):
    """tanh(z); the slope 1 - tanh(z)^2 is taken from the output, which is at hand."""

    def forward(self, x: Array, training: bool = False) -> Array:
        self._out = np.tanh(x)
        return self._out

    def backward(self, grad_out: Array) -> Array:
        out = saved_input(self, "_out")
        return grad_out * (1.0 - out * out)


class ReLU(Activation):
    """max(0, z); the slope at 0 is 0."""

    def forward(self, x: Array, training: bool = False) -> Array:
        self._out = np.maximum(x, 0.0)
        return self._out

    def backward(self, grad_out: Array) -> Array:
        return grad_out * (saved_input(self, "_out") > 0.0)


class LeakyReLU(Activation):
    """max(z, negative_slope * z), default 0.01 (PyTorch's too)."""

    function, slope = leaky_relu, leaky_relu_slope

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = number("negative_slope", negative_slope, at_least=0, at_most=1)


class ELU(Activation):
    """z where z > 0, else alpha (e^z - 1), alpha 1.0 by default."""

    function, slope = elu, elu_slope

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = number("alpha", alpha, above=0)


class SELU(Activation):
    """Self-normalizing: with ``init="lecun"`` signals keep mean 0 and variance 1 through depth."""

    function, slope = selu, selu_slope


class GELU(Activation):
    """z Phi(z) in its tanh form. PyTorch: ``nn.GELU(approximate="tanh")``."""

    function, slope = gelu, gelu_slope


class SiLU(Activation):
    """z sigmoid(z). Also called swish."""

    function, slope = silu, silu_slope


class Softplus(Activation):
    """log(1 + e^z). PyTorch: ``nn.Softplus``, which gives z itself beyond 20 (2e-9 off)."""

    function, slope = softplus, softplus_slope


class Softmax(Layer):
    """Each row becomes probabilities that sum to 1. Shapes (n, n_classes) to (n, n_classes).

    For training leave it out: ``CrossEntropy`` takes logits and is exact where this saturates.
    """

    def forward(self, x: Array, training: bool = False) -> Array:
        self._out = softmax(x)
        return self._out

    def backward(self, grad_out: Array) -> Array:
        # The Jacobian of a row is diag(p) - p p^T, so no (n_classes, n_classes) matrix is needed.
        p = saved_input(self, "_out")
        return p * (grad_out - (grad_out * p).sum(axis=-1, keepdims=True))


class PReLU(PerFeature):
    """Leaky ReLU whose slope for z < 0 is learned, one a feature. He et al. (2015), start 0.25.

    PyTorch's ``nn.PReLU()`` shares one slope; this is ``nn.PReLU(num_parameters=n_features)``.
    """

    offsets = ("negative_slope",)
    negative_slope: Array
    negative_slope_grad: Array

    def __init__(self, n_features: int, start: float = 0.25) -> None:
        super().__init__(n_features)
        self.start = number("start", start)
        self.starts = {"negative_slope": self.start}

    def forward(self, x: Array, training: bool = False) -> Array:
        if np.ndim(x) != 2 or np.shape(x)[1] != self.n_features:
            raise ValueError(f"{self} expected (n, {self.n_features}), got shape {np.shape(x)}.")
        self._x = self.rows(x)
        return np.where(self._x > 0, self._x, self.negative_slope * self._x)

    def backward(self, grad_out: Array) -> Array:
        x = saved_input(self, "_x")
        (np.minimum(x, 0) * grad_out).sum(axis=0, out=self.negative_slope_grad)
        return grad_out * np.where(x > 0, 1, self.negative_slope)
