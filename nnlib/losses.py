"""Losses: ``forward`` gives the mean over the batch, ``backward`` its gradient. Simplest first.

The mean's 1/n is in here and nowhere else: no layer and no optimizer knows the batch size.
Classification losses take logits, not probabilities: in the stable forms below, logits of +-1e4
give finite losses and right gradients without an eps inside a log.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnlib._checks import Array, choice, count, finite, floats, number
from nnlib.activations import log_sum_exp, sigmoid
from nnlib.protocol import Configured, saved_input


class Loss(Configured):
    """A number that says how wrong predictions are, and its gradient with respect to them.

    Parameters
    ----------
    reduction : {"mean", "sum"}, default "mean"
        Mean over all entries of the batch, or their sum.

    ``forward(prediction, target)`` checks shapes and values and returns a float; ``backward()``
    returns dL/d(prediction), of the shape of ``prediction``, for the last ``forward``.
    """

    def __init__(self, reduction: str = "mean") -> None:
        self.reduction = choice("reduction", reduction, ("mean", "sum"))

    def forward(self, prediction: ArrayLike, target: ArrayLike) -> float:
        """Return the loss of ``prediction`` for ``target``."""
        prediction = _floats("prediction", prediction)
        return self.value(prediction, self.check(prediction, target))

    def check(self, prediction: Array, target: ArrayLike) -> Array:
        """Return ``target`` ready for ``value``, or say what is wrong with it."""
        target = np.asarray(target)
        if prediction.size == 0:
            raise ValueError(f"{self} got an empty batch (prediction shape {prediction.shape}).")
        if prediction.shape != target.shape:
            # (n, 1) - (n,) broadcasts to (n, n): no error, and a wrong loss.
            raise ValueError(
                f"{self} expected target of shape {prediction.shape}, as prediction has, "
                f"got {target.shape}." + _fix(prediction.shape, target.shape)
            )
        return finite("target", floats("target", target, prediction.dtype))

    def value(self, prediction: Array, target: Array) -> float:
        """As ``forward``, for a target that ``check`` has returned: no checks."""
        raise NotImplementedError

    def backward(self) -> Array:
        """Return dL/d(prediction)."""
        raise NotImplementedError

    def _reduce(self, each: Array) -> float:
        # The reciprocal count is kept for backward: the same 1/n in value and gradient.
        self._share = 1.0 if self.reduction == "sum" else 1.0 / each.size
        return float(np.add.reduce(each, axis=None)) * self._share

    def config(self) -> dict[str, Any]:
        """Return the arguments; ``reduction`` only where it is not the mean."""
        return {name: value for name, value in super().config().items() if value != "mean"}


def _floats(name: str, value: ArrayLike) -> Array:
    """Whole numbers become float64, lest the target be cut to them; float32 stays float32."""
    kept = isinstance(value, np.ndarray) and value.dtype == np.float32
    return floats(name, value, np.float32 if kept else np.float64)


def _fix(wanted: tuple[int, ...], got: tuple[int, ...]) -> str:
    if wanted == (*got, 1):
        return " Pass target[:, np.newaxis]."
    if got == (*wanted, 1):
        return " Pass target[:, 0]."
    return ""


class MSE(Loss):
    """Mean squared error, mean of (prediction - target)^2 over all entries. No factor 1/2.

    Maximum likelihood under normal noise. PyTorch: ``nn.MSELoss``.
    """

    def value(self, prediction: Array, target: Array) -> float:
        self._error = prediction - target
        return self._reduce(self._error * self._error)

    def backward(self) -> Array:
        error = saved_input(self, "_error")
        return error * error.dtype.type(2 * self._share)


class MAE(Loss):
    """Mean absolute error. Its gradient is +-1/n, and 0 where prediction equals target.

    Maximum likelihood under Laplace noise. PyTorch: ``nn.L1Loss``.
    """

    def value(self, prediction: Array, target: Array) -> float:
        self._error = prediction - target
        return self._reduce(np.abs(self._error))

    def backward(self) -> Array:
        error = saved_input(self, "_error")
        return np.sign(error) * error.dtype.type(self._share)


class Huber(Loss):
    """Squared within ``delta`` of the target (e^2 / 2), linear beyond: delta (|e| - delta / 2).

    Huber (1964). PyTorch: ``nn.HuberLoss``; its ``SmoothL1Loss`` is this divided by delta.
    """

    def __init__(self, delta: float = 1.0, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.delta = number("delta", delta, above=0)

    def value(self, prediction: Array, target: Array) -> float:
        error = prediction - target
        # With e cut to +-delta, both branches are cut * (error - cut / 2), and cut is the slope.
        self._cut = np.clip(error, -self.delta, self.delta)
        return self._reduce(self._cut * (error - 0.5 * self._cut))

    def backward(self) -> Array:
        cut = saved_input(self, "_cut")
        return cut * cut.dtype.type(self._share)


class BinaryCrossEntropy(Loss):
    """-log of the probability given to the right one of two classes; on logits z.

    log(1 + exp(-z)) for target 1 and log(1 + exp(z)) for target 0; the gradient is
    sigmoid(z) - target.

    Shapes: logits (n, 1); target (n, 1) or (n,) of 0 and 1.
    PyTorch: ``nn.BCEWithLogitsLoss``, which wants a float target of the logits' shape.
    """

    def check(self, prediction: Array, target: ArrayLike) -> Array:
        target = np.asarray(target)
        if target.ndim == 1 and prediction.shape == (len(target), 1):
            target = target[:, np.newaxis]
        target = super().check(prediction, target)
        wrong = target[(target != 0) & (target != 1)]
        if wrong.size:
            raise ValueError(
                f"{self} expected target values 0 or 1, "
                f"got {wrong[0]:g} ({wrong.size} such values)."
            )
        return target

    def value(self, prediction: Array, target: Array) -> float:
        self._sign = 1 - 2 * target  # u = sign z is the logit of the wrong class
        self._u = prediction * self._sign
        self._entropy = np.logaddexp(prediction.dtype.type(0), self._u)  # log(1 + e^u)
        return self._reduce(self._entropy)

    def backward(self) -> Array:
        # The slope of log(1 + e^u) is e^u / (1 + e^u), which is exp(u - log(1 + e^u)).
        grad: Array = np.exp(saved_input(self, "_u") - self._entropy)
        grad *= self._sign
        grad *= self._share
        return grad


class Focal(BinaryCrossEntropy):
    """Binary cross-entropy times (1 - p)^gamma, p the probability of the right class. On logits.

    Easy examples count less; gamma = 0 is plain cross-entropy. Lin et al. (2017), equation 4.
    """

    def __init__(self, gamma: float = 2.0, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.gamma = number("gamma", gamma, at_least=0)

    def value(self, prediction: Array, target: Array) -> float:
        super().value(prediction, target)  # leaves u, and log(1 + e^u) as the entropy
        self._wrong = sigmoid(self._u)
        return self._reduce(self._wrong**self.gamma * self._entropy)

    def backward(self) -> Array:
        # d/du of s(u)^g log(1 + e^u), by the product rule with s' = s (1 - s)
        s, g = saved_input(self, "_wrong"), self.gamma
        grad = s**g * (g * (1 - s) * self._entropy + s)
        return grad * self._sign * s.dtype.type(self._share)


class CrossEntropy(Loss):
    """-log of the probability that softmax gives to the right class; on logits.

    The gradient is softmax(logits) - one_hot(target), divided by n.

    Shapes: logits (n, n_classes); target (n,) of class numbers 0 .. n_classes - 1.
    PyTorch: ``nn.CrossEntropyLoss``. The mean is over the n examples.
    """

    def check(self, prediction: Array, target: ArrayLike) -> Array:
        target = np.asarray(target)
        if prediction.ndim != 2 or prediction.size == 0:
            raise ValueError(
                f"{self} expected logits (n, n_classes), got shape {prediction.shape}."
            )
        if target.shape != prediction.shape[:1]:
            one_hot = " For one-hot rows pass target.argmax(axis=1)." * (target.ndim == 2)
            raise ValueError(
                f"{self} expected class indices of shape {prediction.shape[:1]}, "
                f"got {target.shape}.{one_hot}"
            )
        return class_indices("target", target, prediction.shape[1])

    def value(self, prediction: Array, target: Array) -> float:
        rows = np.arange(len(target))
        self._log_p = prediction - log_sum_exp(prediction)
        self._place = (rows, target)
        return self._reduce(-self._log_p[self._place])

    def backward(self) -> Array:
        grad = np.exp(saved_input(self, "_log_p"))
        grad[self._place] -= 1
        grad *= self._share
        return grad


def class_indices(name: str, target: ArrayLike, n_classes: int) -> Array:
    """Return ``target`` as integers 0 .. n_classes - 1, or say which value is none."""
    target, n_classes = np.asarray(target), count("n_classes", n_classes)
    if target.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold whole class numbers, got dtype {target.dtype}.")
    right = (target >= 0) & (target < n_classes)  # false for NaN
    right &= target == np.floor(target)
    if not right.all():
        wrong = target[~right]
        raise ValueError(
            f"{name} must hold whole class numbers 0 to {n_classes - 1}, "
            f"got {wrong[0]} ({wrong.size} such values)."
        )
    return target.astype(np.intp)
