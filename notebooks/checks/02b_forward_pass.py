"""What the checks of notebook 02b accept, and what they say to answers that are not right."""

import numpy as np

from nnlib import activations
from nnlib.show.check import close, exercise


@exercise("02b-1")
def one_layer(z, a):
    flat = np.ravel(np.asarray(z, dtype=float))
    if close(flat, [1.1, 1.9]):
        return "you took the rows of the weight for the units. A column holds one unit's weights."
    if close(flat, [0.8, 1.2]) or close(flat, [1.0, 1.0]):
        return "you added the weights of a unit. Multiply each by its feature first, 1 and 2."
    if close(flat, [0.5, 0.3, 1.0, 1.4]):
        return "these are the four products. Add those that belong to the same unit."
    if not close(flat, [1.5, 1.7]):
        return "z of a unit is 1 times its upper weight plus 2 times its lower one."
    if close(np.ravel(a), [0, 0]):
        return "z is right. ReLU keeps what is above 0 and turns the rest into 0, not the reverse."
    if not close(np.ravel(a), [1.5, 1.7]):
        return "z is right. ReLU is max(0, z), number by number."
    return None


def _layers(rng, widths, names):
    return [
        (rng.standard_normal((n_in, n_out)), rng.standard_normal(n_out), name)
        for n_in, n_out, name in zip(widths[:-1], widths[1:], names, strict=True)
    ]


def _forward(x, layers, bias=1.0, transform=lambda name: name):
    outputs = [x]
    for weight, b, name in layers:
        function, _ = activations.get(transform(name))
        outputs.append(function(outputs[-1] @ weight + bias * b))
    return outputs


@exercise("02b-2")
def three_layers(function):
    if not callable(function):
        return (
            "the answer should be the function itself, without calling it; this is "
            f"{type(function).__name__}."
        )
    rng = np.random.default_rng(5)
    layers = _layers(rng, [4, 8, 4, 1], ["relu", "relu", "sigmoid"])
    x = rng.standard_normal((6, 4))
    got = function(x, *(array for weight, bias, _ in layers for array in (weight, bias)))
    if got is None:
        return "your function returns None: does it end with return?"
    if close(got, _forward(x, layers)[-1]):
        return None
    others = {
        "the biases are missing.": _forward(x, layers, bias=0.0),
        "the hidden layers have no activation.": _forward(
            x, layers, transform=lambda name: "identity" if name == "relu" else name
        ),
        "the output is a logit: a sigmoid belongs behind it.": _forward(
            x, layers, transform=lambda name: "identity" if name == "sigmoid" else name
        ),
        "the last layer has a ReLU. It should have a sigmoid.": _forward(
            x, layers, transform=lambda name: "relu"
        ),
        "the hidden layers have a sigmoid. They should have a ReLU.": _forward(
            x, layers, transform=lambda name: "sigmoid"
        ),
    }
    for hint, outputs in others.items():
        if close(got, outputs[-1]):
            return hint
    if np.shape(got) != (6, 1):
        return f"for 6 examples the output should be (6, 1), yours has shape {np.shape(got)}."
    return "the shape is right, the numbers are not. Compare with the steps of the two-layer cell."


@exercise("02b-3")
def every_layer(function):
    if not callable(function):
        return (
            "the answer should be the function itself, without calling it; this is "
            f"{type(function).__name__}."
        )
    rng = np.random.default_rng(6)
    widths, names = [10, 64, 32, 16, 8, 1], ["relu", "tanh", "relu", "tanh", "sigmoid"]
    layers = [(w * 0.3, b, name) for w, b, name in _layers(rng, widths, names)]
    x = rng.standard_normal((3, 10))
    wanted, got = _forward(x, layers), function(x, layers)
    if got is None:
        return "your function returns None: does it end with return?"
    if isinstance(got, np.ndarray):
        return "this is one array. Return a list with the activations of every layer."
    if len(got) == len(wanted) - 1:
        if close(got[0], wanted[1]):
            return "the list should start with x itself."
        return "one layer is missing at the end: append after each layer, the last one too."
    if len(got) != len(wanted):
        return f"for 5 layers the list should hold 6 arrays, yours holds {len(got)}."
    if close(got[-1], _forward(x, layers, transform=lambda name: "relu")[-1]):
        return "every layer got a ReLU. Take the activation from its name."
    for i, (mine, right) in enumerate(zip(got, wanted, strict=True)):
        if not close(mine, right):
            return (
                f"entry {i} of the list is the first that is wrong "
                f"(yours has shape {np.shape(mine)}, it should have {right.shape})."
            )
    return None


def _largest_error(n):
    """Return the largest error on [0, 5] of n straight pieces that meet the sine at their ends."""
    x, corners = np.linspace(0, 5, 5001), np.linspace(0, 5, n + 1)
    return np.abs(np.interp(x, corners, np.sin(corners)) - np.sin(x)).max()


@exercise("02b-4")
def how_many_units(n_units):
    if np.ndim(n_units) > 0:
        return f"the answer is one number, this has shape {np.shape(n_units)}."
    if n_units != int(n_units) or n_units < 1:
        return f"a number of units is a whole number from 1 on, this is {n_units}."
    n = int(n_units)
    if n > 5000:
        return "far more than needed: four times the units already give a sixteenth of the error."
    error = _largest_error(n)
    if error >= 0.001:
        return f"with {n} units the largest error is still {error:.5f}."
    if _largest_error(n - 1) < 0.001:
        return f"{n} units are enough, with {error:.5f}, but so is one unit less."
    return None
