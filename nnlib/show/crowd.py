"""Many networks of one shape, trained side by side, each as it would train alone.

Every array has a first axis k, a network each, and one ``@`` multiplies all their matrices. The
loops stand in the chapters, but for ``train_each``. A turn of one is

    crowd.gradient(*next(batches))
    optimizer.step(crowd.theta, crowd.grad)
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from nnlib._checks import Array
from nnlib.activations import Sigmoid
from nnlib.layers import Dense, Dropout
from nnlib.network import Sequential
from nnlib.optimizers import Optimizer
from nnlib.protocol import Layer


class Crowd:
    """Copies of k networks of one shape: those given do not change.

    Parameters
    ----------
    nets : Sequentials of Dense layers, activations and Dropout
        Weights, biases and dropout rates are each network's own.
    rng : numpy.random.Generator, optional
        Draws the masks of dropout, all networks' from one stream.

    Attributes
    ----------
    theta, grad : arrays (k, n_parameters)
        A row a network, in the order of ``Sequential.theta``: first its ``n_weights`` weights.

    Shapes
    ------
    x (n, n_in) for all or (k, n, n_in), y (n, 1) for all or (k, n, 1), outputs (k, n, n_out).
    """

    def __init__(self, nets: Sequence[Sequential], rng: np.random.Generator | None = None) -> None:
        shapes = [[_shape(leaf) for leaf in net.leaves()] for net in nets]
        if any(shape != shapes[0] for shape in shapes):
            raise ValueError(f"Crowd takes networks of one shape, got {list(nets)}.")
        self.theta = np.stack([net.theta for net in nets])
        self.grad = np.zeros_like(self.theta)
        self.n_weights, self._rng = nets[0].n_weights, rng
        self._places = {(id(leaf), name): here for _, leaf, name, here in nets[0].places()}
        columns = zip(*(net.leaves() for net in nets), strict=True)
        self.layers: list[Any] = [self._stack(*column) for column in columns]

    def _stack(self, layer: Layer, *others: Any) -> Any:
        """Return what does the work of all the layers at one place."""
        if isinstance(layer, Dense):
            views = (
                flat[:, self._places[id(layer), name]].reshape(len(flat), -1, layer.n_out)
                for name in ("weight", "bias")
                for flat in (self.theta, self.grad)
            )
            return _Dense(*views)
        if isinstance(layer, Dropout):
            rates = [layer.rate, *(other.rate for other in others)]
            return _Dropout(np.array(rates, self.theta.dtype), self._rng)
        if layer.shapes():
            raise ValueError(f"Crowd takes Dense, activations and Dropout, got {layer}.")
        return _Sigmoid() if isinstance(layer, Sigmoid) else copy.copy(layer)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return the outputs of all networks. ``training`` matters to dropout only."""
        for layer in self.layers:
            x = layer.forward(x, training)
        return x

    def backward(self, grad_out: Array) -> None:
        """Fill ``grad``, given dL/d(output) of the last ``forward``."""
        for layer in self.layers[:0:-1]:
            grad_out = layer.backward(grad_out)
        self.layers[0].backward_parameters(grad_out)

    def gradient(self, x: Array, y: Array) -> Array:
        """Fill ``grad`` with that of the mean binary cross-entropy; return the logits."""
        logits = self.forward(x, training=True)
        grad_out = sigmoid(logits)
        grad_out -= _checked(y, logits)
        grad_out /= y.shape[-2]
        self.backward(grad_out)
        return logits

    def loss(self, x: Array, y: Array) -> Array:
        """Return the mean binary cross-entropy of each network, (k,)."""
        return cross_entropy(self.forward(x), y)

    def accuracy(self, x: Array, y: Array) -> Array:
        """Return the share of the points that each network gets right, (k,)."""
        out = self.forward(x)
        middle = 0.5 if isinstance(self.layers[-1], Sigmoid) else 0.0
        return np.asarray(np.mean((out > middle) == (_checked(y, out) > 0.5), axis=(-2, -1)))


def train_each(
    nets: Sequence[Sequential],
    optimizers: Sequence[Optimizer],
    batches: Iterable[tuple[Array, Array]],
) -> list[Crowd]:
    """Return for each optimizer copies of ``nets``, trained with it, all side by side.

    A batch is (x, y) for as many networks as there are nets and optimizers: first all nets of the
    first optimizer. There is a step for each batch.
    """
    n = len(nets)
    together = Crowd([*nets] * len(optimizers))
    parts = [slice(i * n, (i + 1) * n) for i in range(len(optimizers))]
    for x, y in batches:
        together.gradient(x, y)
        for optimizer, part in zip(optimizers, parts, strict=True):
            optimizer.step(together.theta[part], together.grad[part])
    crowds = [Crowd(nets) for _ in parts]
    for crowd, part in zip(crowds, parts, strict=True):
        crowd.theta[:] = together.theta[part]
    return crowds


def _shape(layer: Layer) -> tuple[Any, ...]:
    # Of activations the settings too, the slope of a leaky ReLU, say: they are one for all.
    settings = "" if layer.shapes() or isinstance(layer, Dropout) else repr(layer)
    return type(layer), layer.shapes(), settings


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z)) as it stands, in half the time of the library's, which avoids overflow."""
    out: Array = np.negative(z)
    with np.errstate(over="ignore"):  # exp of more than 709 is inf, and 1 / inf the right 0
        np.exp(out, out=out)
    out += 1
    return np.reciprocal(out, out=out)


def cross_entropy(logits: Array, y: Array) -> Array:
    """Return the mean binary cross-entropy of each network, (k,)."""
    losses = np.logaddexp(0, logits) - _checked(y, logits) * logits
    return np.asarray(losses.mean(axis=(-2, -1)))


def _checked(y: Array, logits: Array) -> Array:
    # (k, n, 1) - (n,) broadcasts to (k, n, n): no error, and a wrong loss.
    if y.shape not in (logits.shape, logits.shape[1:]):
        wanted = f"{logits.shape[1:]} or {logits.shape}"
        raise ValueError(f"y must have shape {wanted}, got {y.shape}. Pass y[..., np.newaxis].")
    return y


def minibatches(
    x: Array, y: Array, batch_size: int, seeds: Sequence[int]
) -> Iterator[tuple[Array, Array]]:
    """Yield (x, y) for ever, to network i as ``nn.fit(..., rng=seeds[i])`` takes them.

    Shapes as in ``Crowd``; a batch is (k, batch_size, ...), the last of an epoch may be smaller.
    When one batch holds all examples, it is ``x`` and ``y`` themselves and no seed is needed.
    """
    n = x.shape[-2]
    if batch_size >= n:
        yield from itertools.repeat((x, y))
    if len(seeds) == 0:
        raise ValueError(f"batches of {batch_size} of {n} examples need seeds, one a network.")
    whole = [np.broadcast_to(a, (len(seeds), *a.shape[-2:])) for a in (x, y)]
    rngs = {seed: np.random.default_rng(seed) for seed in seeds}
    while True:
        orders = {seed: rng.permutation(n) for seed, rng in rngs.items()}
        rows = np.array([orders[seed] for seed in seeds])
        x, y = (a[np.arange(len(seeds))[:, np.newaxis], rows] for a in whole)
        for start in range(0, n, batch_size):
            yield x[:, start : start + batch_size], y[:, start : start + batch_size]


class _Dense:
    """The Dense layers at one place: weight (k, n_in, n_out), bias (k, 1, n_out)."""

    def __init__(self, weight: Array, weight_grad: Array, bias: Array, bias_grad: Array) -> None:
        self.weight, self.weight_grad = weight, weight_grad
        self.bias, self.bias_grad = bias, bias_grad

    def forward(self, x: Array, training: bool = False) -> Array:
        self._x = x
        out: Array = x @ self.weight
        out += self.bias
        return out

    def backward_parameters(self, grad_out: Array) -> None:
        np.matmul(self._x.swapaxes(-1, -2), grad_out, out=self.weight_grad)
        np.add.reduce(grad_out, axis=1, keepdims=True, out=self.bias_grad)

    def backward(self, grad_out: Array) -> Array:
        self.backward_parameters(grad_out)
        weight = self.weight.swapaxes(-1, -2)
        # Column times row is the matrix product, and several times faster.
        back: Array = grad_out * weight if weight.shape[-2] == 1 else grad_out @ weight
        return back


class _Dropout:
    """The Dropout layers at one place, each with its own rate, (k,)."""

    def __init__(self, rates: Array, rng: np.random.Generator | None) -> None:
        if rates.any() and rng is None:
            raise ValueError("Crowd needs an rng for the masks of dropout: Crowd(nets, rng).")
        self.rates, self.rng = rates[:, np.newaxis, np.newaxis], rng

    def forward(self, x: Array, training: bool = False) -> Array:
        self._scale: Array | None = None
        if self.rng is None or not training or not self.rates.any():
            return x
        self._scale = (self.rng.random(x.shape) >= self.rates) / (1 - self.rates)
        return x * self._scale

    def backward(self, grad_out: Array) -> Array:
        return grad_out if self._scale is None else grad_out * self._scale


class _Sigmoid(Sigmoid):
    def forward(self, x: Array, training: bool = False) -> Array:
        self._out = sigmoid(x)
        return self._out
