"""What the checks of notebook 04b accept, and what they say to answers that are not right."""

import numpy as np

from nnlib.show.check import close, exercise


@exercise("04b-1")
def shapes(delta, weight, bias, below):
    right = {"delta": (32, 256), "dW": (784, 256), "db": (256,), "dx": (32, 784)}
    given = dict(zip(right, (delta, weight, bias, below), strict=True))
    given = {name: tuple(np.atleast_1d(shape).tolist()) for name, shape in given.items()}
    if given == right:
        return None
    if given["dW"] == (256, 784):
        return "dW has the shape of W, and W is (n_in, n_out) in this course."
    if given["db"] == (32, 256):
        return "the bias is one number a unit, so its gradient is summed over the rows."
    if given["dx"] == (784,):
        return "every row of x has its own gradient. Keep the batch."
    wrong = [name for name in right if given[name] != right[name]]
    return (
        f"look again at {', '.join(wrong)}. A gradient has the shape of what it is a gradient of."
    )


@exercise("04b-2")
def judge(central_differences):
    def cubes(t):
        return float(np.sum(t * t * t))

    theta = np.array([1.0, -2.0, 0.5])
    kept = theta.copy()
    got = central_differences(cubes, theta, 1e-2)
    if got is None or got is ...:
        return "central_differences gives nothing back yet."
    if not np.array_equal(theta, kept):
        return f"theta was {kept.tolist()} and is now {theta.tolist()}: undo each nudge."
    got = np.asarray(got, dtype=float)
    if got.shape != theta.shape:
        return f"there should be one slope an entry, shape {theta.shape}; yours is {got.shape}."
    slope, h = 3 * theta**2, 1e-2
    if np.allclose(got, slope + h * h, atol=1e-9):
        return None
    if np.allclose(got, 2 * (slope + h * h), atol=1e-8):
        return "twice too large: the two places are 2h apart, not h."
    if np.allclose(got, slope + 3 * theta * h + h * h, atol=1e-9):
        return "this is the one-sided difference, whose error shrinks only as h. Go both ways."
    if np.allclose(got, -(slope + h * h), atol=1e-9):
        return "the sign is reversed: f(theta + h) comes first."
    return f"for the sum of cubes at {kept.tolist()} it gives {got.round(4).tolist()}."


@exercise("04b-3")
def wrong_line(name, factor):
    if name not in ("W1", "b1", "W2", "b2"):
        return 'wrong_array should be one of "W1", "b1", "W2", "b2".'
    if name == "W1":
        return "W1 agrees with the differences. Its delta is right, so look at what else uses it."
    if name in ("W2", "b2"):
        return f"{name} agrees with the differences, so the output layer is right."
    if close(factor, 4, 1e-4):
        return None
    if close(factor, 0.25, 1e-4):
        return "it is the right array. 0.25 is wrong / right; you were asked for right / wrong."
    return "it is the right array. Divide by_differences by it: which number comes out everywhere?"


@exercise("04b-4")
def price(n_parameters, n_passes):
    if n_parameters == 101_632:
        return "these are the weights. Each unit has a bias as well."
    if n_parameters == 101_760:
        return "the output units have biases, too."
    if n_parameters != 101_770:
        return "count n_in * n_out + n_out for each of the two layers."
    if n_passes == 101_770:
        return "the parameters are right. A central difference goes up and down."
    if n_passes != 203_540:
        return "the parameters are right. Each takes two forward passes, one on each side."
    return None
