"""Central differences: the slow, sure way to a gradient, to check the fast one against."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

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
    start, buffers = net.theta.copy(), _moving_state(net)

    def value(theta: Array) -> float:
        net.theta[:] = theta
        _restore(net, buffers)
        return loss.forward(net.forward(x, training=training), y)

    rounding = np.finfo(float).eps * abs(value(start)) / h  # of an entry of the numeric gradient
    net.backward(loss.backward())
    analytic = net.grad.copy()
    numeric = numerical_gradient(value, start, h)
    net.theta[:] = start
    _restore(net, buffers)
    return _by_parameter(net, analytic, numeric, floor=1e9 * rounding)


def check_gradients(
    net: Sequential, loss: Loss, x: Array, y: ArrayLike, h: float = 1e-5, training: bool = False
) -> float:
    """Return the largest relative error between ``backward`` and central differences.

    Below 1e-7 the backward pass is right; near 1 it is wrong. A kink (ReLU at 0) within h of an
    input can show up as an error: then move the data a little.
    """
    errors = gradient_errors(net, loss, x, y, h, training)
    return max(errors.values(), default=0.0)


def _by_parameter(
    net: Sequential, analytic: Array, numeric: Array, floor: float
) -> dict[str, float]:
    leaves = list(net.leaves())
    places = [(i, leaf, name) for i, leaf in enumerate(leaves) for name in leaf.weights]
    places += [(i, leaf, name) for i, leaf in enumerate(leaves) for name in leaf.offsets]
    errors, start = {}, 0
    for i, leaf, name in places:
        here = slice(start, start + getattr(leaf, name).size)
        error = relative_error(analytic[here], numeric[here], floor)
        errors[f"{i} {type(leaf).__name__}.{name}"] = error
        start = here.stop
    return errors


def _moving_state(net: Sequential) -> list[tuple[Any, dict[str, Array], Any]]:
    """Remember what a training forward changes: running statistics, dropout's generator."""
    return [
        (
            leaf,
            {name: getattr(leaf, name).copy() for name in leaf.buffers},
            None if (rng := getattr(leaf, "rng", None)) is None else rng.bit_generator.state,
        )
        for leaf in net.leaves()
    ]


def _restore(net: Sequential, state: list[tuple[Any, dict[str, Array], Any]]) -> None:
    for leaf, buffers, rng_state in state:
        for name, array in buffers.items():
            getattr(leaf, name)[...] = array
        if rng_state is not None:
            leaf.rng.bit_generator.state = rng_state
