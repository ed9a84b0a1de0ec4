"""What the checks of notebook 02a accept, and what they say to answers that are not right."""

import numpy as np

from nnlib import activations, datasets
from nnlib.show.check import close, exercise


@exercise("02a-1")
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


@exercise("02a-2")
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


@exercise("02a-3")
def deadly_bias(bias):
    if np.ndim(bias) > 0:
        return f"the answer is one number, this has shape {np.shape(bias)}."
    x, _ = datasets.make_moons(200, rng=0)
    sums = x @ np.array([1.0, -2.0])
    bias = float(bias)
    if close(bias, -sums.max()):
        return None
    if close(bias, sums.max()):
        return "the right size with the wrong sign: added to the largest sum it should give 0."
    if close(bias, -sums.min()):
        return "this takes the smallest of the sums. Which point is the last to be switched off?"
    n_on = int((sums + bias > 0).sum())
    if n_on:
        return f"with this bias the unit is on for {n_on} of the 200 points."
    return "the unit is dead with it, but with a somewhat larger bias it is dead too."


@exercise("02a-4")
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
