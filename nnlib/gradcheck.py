"""Central differences: the slow, sure way to a gradient, to check the fast one against."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from nnlib._checks import Array, number

if TYPE_CHECKING:
    from nnlib.losses import Loss
    from nnlib.network import Sequential


def numerical_gradient(f: Callable[[Array], float], theta: ArrayLike, h: float = 1e-5) -> Array:
    """Return df/dtheta by (f(theta + h) - f(theta - h)) / 2h, one entry after the other.

    Parameters
    ----------
    f : function of an array that returns a float
    theta : array of any shape, float64; not changed
    h : float, default 1e-5
        Smaller h: rounding errors of size 1e-16 / h. Larger h: truncation errors of size h^2.
    """
    h = number("h", h, above=0)
    point = np.array(theta, dtype=np.float64)
    gradient = np.zeros_like(point)
    for index in np.ndindex(point.shape):
        here = point[index]
        point[index] = here + h
        above = f(point)
        point[index] = here - h
        gradient[index] = (above - f(point)) / (2 * h)
        point[index] = here
    return gradient


def relative_error(a: ArrayLike, b: ArrayLike, floor: float = 0.0) -> float:
    """Return |a - b| / (|a| + |b|) with Euclidean norms; 0 when both are 0.

    A denominator below ``floor`` (default 0) is replaced by it.
    """
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    scale = max(float(np.linalg.norm(a) + np.linalg.norm(b)), floor)
    return float(np.linalg.norm(a - b)) / scale if scale else 0.0


def gradient_errors(
    net: Sequential, loss: Loss, x: Array, y: ArrayLike, h: float = 1e-5, training: bool = False
) -> dict[str, float]:
    """Return the relative error of each parameter array, as ``{"0 Dense.weight": 3e-11, ...}``.

    The network is left as it was. Dropout draws the same mask for every evaluation. A gradient so
    small that differences find little but rounding (the bias before a batch norm: exactly 0) is
    measured against the smallest they can resolve to 9 digits.
    """
    if net.dtype != np.float64:
        raise TypeError(
            f"a gradient check needs float64, this network is {net.dtype.name}: "
            "its rounding hides errors."
        )
    start, rewind = net.theta.copy(), _rewinder(net)

    def value(theta: Array) -> float:
        rewind(theta)
        return loss.forward(net.forward(x, training=training), y)

    rounding = np.finfo(float).eps * abs(value(start)) / h  # of an entry of the numeric gradient
    net.backward(loss.backward())
    analytic = net.grad.copy()
    numeric = numerical_gradient(value, start, h)
    rewind(start)
    return {
        label: relative_error(analytic[here], numeric[here], floor=1e9 * rounding)
        for label, _, _, here in net.places()
    }


def _rewinder(net: Sequential) -> Callable[[Array], None]:
    """Return a function that sets ``theta`` and takes back what a training forward changes."""
    state, rngs = net.state(), [getattr(leaf, "rng", None) for leaf in net.leaves()]
    draws = [(rng.bit_generator, rng.bit_generator.state) for rng in rngs if rng is not None]

    def rewind(theta: Array) -> None:
        net.restore(state | {"theta": theta})
        for bits, bits_state in draws:  # dropout draws the same mask again
            bits.state = bits_state

    return rewind


def check_gradients(
    net: Sequential, loss: Loss, x: Array, y: ArrayLike, h: float = 1e-5, training: bool = False
) -> float:
    """Return the largest relative error between ``backward`` and central differences.

    Below 1e-7 the backward pass is right; near 1 it is wrong. A kink (ReLU at 0) within h of an
    input can show up as an error: then move the data a little.
    """
    errors = gradient_errors(net, loss, x, y, h, training)
    return max(errors.values(), default=0.0)
