"""What the checks of notebook 02 accept, and what they say to answers that are not right."""

import numpy as np

from nnlib import activations
from nnlib.show.check import close, exercise


@exercise("02-1")
def two_curves(ax):
    if isinstance(ax, list):
        return "this is the list of lines that plot returns. Hand over the axes that you drew on."
    if not hasattr(ax, "get_lines"):
        return f"the answer should be matplotlib axes, this is {type(ax).__name__}."
    curves = [np.asarray(line.get_xydata(), dtype=float).T for line in ax.get_lines()]
    curves = [curve for curve in curves if curve.shape[1] > 2]
    if len(curves) < 2:
        return f"the picture should hold two curves, it has {len(curves)}."
    for name, label in (("sigmoid", "sigmoid"), ("relu", "ReLU")):
        function, slope = activations.get(name)
        if not any(close(y, function(x)) for x, y in curves):
            if any(close(y, slope(x)) for x, y in curves):
                return f"one curve is the slope of {label}. Plot {label} itself."
            return f"no curve in the picture is {label}."
    if not all(close([x.min(), x.max()], [-5, 5]) for x, _ in curves):
        return "the curves are right, but z should run from -5 to 5."
    return None


@exercise("02-2")
def slopes(of_sigmoid, of_relu):
    z = np.array([-10.0, -5.0, 0.0, 5.0, 10.0])
    s = activations.sigmoid(z)
    if close(of_sigmoid, s) or close(of_relu, activations.relu(z)):
        return "these are the values. Asked for are the slopes."
    if close(of_sigmoid, z * (1 - z)):
        return "a (1 - a) needs the sigmoid's value a in both places; this has z there."
    if close(of_sigmoid, activations.sigmoid_slope(s)):
        return "the sigmoid was applied twice: the slope at z, not at the sigmoid of z."
    if not close(of_sigmoid, activations.sigmoid_slope(z)):
        return "sigmoid_slopes: take the five values s of the sigmoid; the slope is s (1 - s)."
    if close(of_relu, [0, 0, 1, 1, 1]):
        return "at z = 0 ReLU has a corner; nnlib, like other libraries, takes the slope 0 there."
    if not close(of_relu, [0, 0, 0, 1, 1]):
        return "relu_slopes: the slope is 1 where z is above 0, else 0."
    return None


@exercise("02-3")
def tempered(function):
    if not callable(function):
        return (
            "the answer should be the function itself, without calling it; this is "
            f"{type(function).__name__}."
        )
    logits = np.array([2.0, 1.0, 0.5])
    if function(logits, 0.5) is None:
        return "your function returns None: does it end with return?"
    got = np.asarray(function(logits, 0.5), dtype=float)
    if close(got, activations.softmax(logits)):
        return "the temperature has no effect."
    if close(got, activations.softmax(logits * 0.5)):
        return "you multiply by the temperature. Divide, so that a low one sharpens."
    if close(got, activations.softmax(logits) / 0.5):
        return "the row no longer sums to 1: divide the logits, before the softmax."
    if not close(got, activations.softmax(logits, 0.5)):
        return f"for the logits 2, 1, 0.5 at temperature 0.5 it gives {got.round(3)}."
    with np.errstate(all="ignore"):
        large = np.asarray(function(np.array([1000.0, 0.0]), 1.0), dtype=float)
    if not np.isfinite(large).all():
        return "a logit of 1000 gives nan: subtract the largest logit before exp."
    batch = np.array([[2.0, 1.0, 0.5], [0.0, 3.0, 0.0]])
    rows = np.asarray(function(batch, 2.0), dtype=float)
    if not close(rows, activations.softmax(batch, 2.0)):
        return "for one row it is right, for a batch it is not: each row must sum to 1 by itself."
    return None


@exercise("02-4")
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


@exercise("02-5")
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


@exercise("02-6")
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
