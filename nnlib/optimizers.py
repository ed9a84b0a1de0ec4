"""Optimizers: ``step(theta, grad)`` moves a flat vector of parameters downhill, in place.

The same object walks a point over a two-variable bowl and trains a network: both are a vector and
its gradient. State (velocity, moments) is made at the first step and has the vector's dtype.
Within ``_move`` the arithmetic is in place: a dozen NumPy calls a step however deep the network.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nnlib._checks import Array, count, number
from nnlib.protocol import Configured


class Optimizer(Configured):
    """What all optimizers share.

    Parameters
    ----------
    learning_rate : float, default 0.01 (0.001 for Adam and what is made from it)
        May be changed between steps (schedules do).
    weight_decay : float, default 0
        Adds ``weight_decay * theta`` to the gradient (as an L2 penalty would), as PyTorch does.
        ``AdamW`` shrinks theta directly instead.
    """

    state_names: tuple[str, ...] = ()

    def __init__(self, learning_rate: float = 0.01, weight_decay: float = 0.0) -> None:
        self.learning_rate = number("learning_rate", learning_rate, above=0)
        self.weight_decay = number("weight_decay", weight_decay, at_least=0)
        self.n_steps = 0

    def step(self, theta: Array, grad: Array) -> None:
        """Update ``theta`` in place, given the gradient there. ``grad`` is not changed."""
        if self.n_steps == 0:
            self._start(theta, grad)
        for array in (theta, grad):
            if array.shape != self._scratch.shape or array.dtype != self._scratch.dtype:
                raise ValueError(
                    f"{self} expected theta and grad of shape {self._scratch.shape} and type "
                    f"{self._scratch.dtype}, as in its first step, got {theta.shape} {theta.dtype} "
                    f"and {grad.shape} {grad.dtype}. Use one optimizer a network."
                )
        self.n_steps += 1
        if self.weight_decay:
            grad = self._decay(theta, grad)
        self._move(theta, grad)

    @property
    def learning_rate(self) -> float:
        """The step size. A schedule may bring it to 0, not below."""
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self._learning_rate = number("learning_rate", value, at_least=0)

    def reset(self) -> None:
        """Forget velocity and moments, as if no step had been made."""
        self.n_steps = 0

    def _start(self, theta: Array, grad: Array) -> None:
        _changeable("theta", theta)
        got = f"{grad.shape} {grad.dtype}" if isinstance(grad, np.ndarray) else repr(grad)
        if got != (wanted := f"{theta.shape} {theta.dtype}"):
            raise ValueError(f"grad must be an array like theta, {wanted}, got {got}.")
        self._scratch = np.zeros_like(theta)
        for name in self.state_names:
            setattr(self, name, np.zeros_like(theta))

    def _decay(self, theta: Array, grad: Array) -> Array:
        return grad + self.weight_decay * theta

    def _move(self, theta: Array, grad: Array) -> None:
        raise NotImplementedError

    def _average(self, mean: Array, new: Array, kept: float) -> None:
        """mean = kept * mean + (1 - kept) * new."""
        mean *= kept
        np.multiply(new, 1 - kept, out=self._scratch)
        mean += self._scratch

    def _descend(
        self, theta: Array, direction: Array, squares: Array, eps: float, rate: float
    ) -> None:
        """theta -= rate * direction / (sqrt(squares) + eps)."""
        scratch = self._scratch
        np.sqrt(squares, out=scratch)
        scratch += eps
        np.divide(direction, scratch, out=scratch)
        scratch *= rate
        theta -= scratch


class SGD(Optimizer):
    """theta -= learning_rate * grad. Batch, mini-batch or stochastic: that is the batch's doing."""

    def _move(self, theta: Array, grad: Array) -> None:
        np.multiply(grad, self.learning_rate, out=self._scratch)
        theta -= self._scratch


class Momentum(Optimizer):
    """velocity = momentum * velocity + grad; theta -= learning_rate * velocity. Polyak (1964).

    PyTorch's ``SGD(momentum=...)`` is this form. Texts that write velocity = momentum * velocity +
    (1 - momentum) * grad need a learning rate 1 / (1 - momentum) times as large: 10 times at 0.9.
    """

    state_names = ("velocity",)
    velocity: Array

    def __init__(
        self, learning_rate: float = 0.01, momentum: float = 0.9, weight_decay: float = 0.0
    ) -> None:
        super().__init__(learning_rate, weight_decay)
        self.momentum = number("momentum", momentum, at_least=0, below=1)

    def _move(self, theta: Array, grad: Array) -> None:
        self.velocity *= self.momentum
        self.velocity += grad
        np.multiply(self.velocity, self.learning_rate, out=self._scratch)
        theta -= self._scratch


class Nesterov(Momentum):
    """Momentum that looks ahead: theta -= learning_rate * (grad + momentum * velocity).

    Nesterov (1983) in the form of Sutskever et al. (2013); PyTorch's ``SGD(nesterov=True)``.
    """

    def _move(self, theta: Array, grad: Array) -> None:
        self.velocity *= self.momentum
        self.velocity += grad
        np.multiply(self.velocity, self.momentum, out=self._scratch)
        self._scratch += grad
        self._scratch *= self.learning_rate
        theta -= self._scratch


class AdaGrad(Optimizer):
    """Each parameter's rate is divided by the root of its summed squared gradients.

    Duchi et al. (2011).

    ``eps`` (1e-10) is added outside the root. PyTorch: ``Adagrad``.
    """

    state_names = ("sum_of_squares",)
    sum_of_squares: Array

    def __init__(
        self, learning_rate: float = 0.01, eps: float = 1e-10, weight_decay: float = 0.0
    ) -> None:
        super().__init__(learning_rate, weight_decay)
        self.eps = number("eps", eps, above=0)

    def _move(self, theta: Array, grad: Array) -> None:
        self.sum_of_squares += np.multiply(grad, grad, out=self._scratch)
        self._descend(theta, grad, self.sum_of_squares, self.eps, self.learning_rate)


class RMSprop(Optimizer):
    """As AdaGrad with a fading mean of squares instead of their sum.

    Tieleman & Hinton (2012), lecture 6.5.

    ``decay`` (0.99) is the share of the old mean; ``eps`` (1e-8) is added outside the root.
    PyTorch: ``RMSprop(alpha=decay)``.
    """

    state_names = ("mean_of_squares",)
    mean_of_squares: Array

    def __init__(
        self,
        learning_rate: float = 0.01,
        decay: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(learning_rate, weight_decay)
        self.decay = number("decay", decay, at_least=0, below=1)
        self.eps = number("eps", eps, above=0)

    def _move(self, theta: Array, grad: Array) -> None:
        squared = np.multiply(grad, grad, out=self._scratch)
        self._average(self.mean_of_squares, squared, self.decay)
        self._descend(theta, grad, self.mean_of_squares, self.eps, self.learning_rate)


class Adam(Optimizer):
    """Momentum and RMSprop together, both corrected for their start at 0.

    Kingma & Ba (2015), algorithm 1.

    Parameters
    ----------
    learning_rate : float, default 0.001
    beta1, beta2 : float, defaults 0.9 and 0.999
        Share of the old mean of gradients, and of squared gradients, kept at each step.
    eps : float, default 1e-8
        Added to the root, outside it; inside, small gradients would take much shorter steps.

    theta -= learning_rate * m_hat / (sqrt(v_hat) + eps), m_hat = m / (1 - beta1^t), likewise v_hat.
    ``v`` is the uncentred second moment, not a variance. PyTorch: ``Adam``.
    scikit-learn adds eps to sqrt(v) before the correction: a little shorter first steps.
    """

    state_names: tuple[str, ...] = ("m", "v")
    m: Array
    v: Array

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(learning_rate, weight_decay)
        self.beta1 = number("beta1", beta1, at_least=0, below=1)
        self.beta2 = number("beta2", beta2, at_least=0, below=1)
        self.eps = number("eps", eps, above=0)

    def _move(self, theta: Array, grad: Array) -> None:
        self._average(self.m, grad, self.beta1)
        self._average(self.v, np.multiply(grad, grad, out=self._scratch), self.beta2)
        # Both corrections are scalars, so they move out of the vectors:
        # m_hat / (sqrt(v_hat) + eps) = m / (sqrt(v) + eps root) * root / (1 - beta1^t)
        root = math.sqrt(1 - self.beta2**self.n_steps)
        rate = self.learning_rate * root / (1 - self.beta1**self.n_steps)
        self._descend(theta, self.m, self._second_moment(), self.eps * root, rate)

    def _second_moment(self) -> Array:
        return self.v


class AMSGrad(Adam):
    """Adam that divides by the largest second moment so far, so a rate never grows.

    Reddi et al. (2018).

    PyTorch's ``Adam(amsgrad=True)``: the maximum is taken before the bias correction.
    """

    state_names = ("m", "v", "v_max")
    v_max: Array

    def _second_moment(self) -> Array:
        return np.maximum(self.v_max, self.v, out=self.v_max)


class AdamW(Adam):
    """Adam with decoupled weight decay. Loshchilov & Hutter (2019), algorithm 2.

    theta shrinks by the factor 1 - learning_rate * weight_decay each step, outside the division by
    sqrt(v). The first ``n_decayed`` entries shrink: with ``n_decayed=net.n_weights`` biases do not.
    By default all do, as in PyTorch's ``AdamW``.
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        weight_decay: float = 0.01,
        beta1: float = 0.9,
        beta2: float = 0.999,
        eps: float = 1e-8,
        n_decayed: int | None = None,
    ) -> None:
        super().__init__(learning_rate, beta1, beta2, eps, weight_decay)
        self.n_decayed = None if n_decayed is None else count("n_decayed", n_decayed, at_least=0)

    def _decay(self, theta: Array, grad: Array) -> Array:
        theta[: self.n_decayed] *= 1 - self.learning_rate * self.weight_decay
        return grad


def _changeable(name: str, array: Any) -> Array:
    """Return ``array`` if it holds floats and can be changed in place."""
    if isinstance(array, np.ndarray) and array.dtype.kind == "f" and array.flags.writeable:
        return array
    raise TypeError(f"{name} must be a float array that can be changed in place, got {array!r}.")


def clip_by_norm(grad: Array, max_norm: float) -> float:
    """Scale ``grad`` in place to a Euclidean norm of at most ``max_norm``; return the norm before.

    Pascanu et al. (2013). The direction stays.
    PyTorch: ``clip_grad_norm_``, which adds 1e-6 to the norm.
    """
    flat = _changeable("grad", grad).ravel()
    norm = math.sqrt(float(flat.dot(flat)))
    if norm > number("max_norm", max_norm, above=0):
        grad *= max_norm / norm
    return norm


def clip_by_value(grad: Array, max_value: float) -> None:
    """Cut each entry of ``grad`` to [-max_value, max_value], in place. The direction may change."""
    limit = number("max_value", max_value, above=0)
    np.clip(_changeable("grad", grad), -limit, limit, out=grad)
