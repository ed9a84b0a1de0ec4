"""What the checks of notebook 04a accept, and what they say to answers that are not right."""

import numpy as np

from nnlib.show.check import close, exercise


@exercise("04a-1")
def chain_rule(dy_dw, dy_db, dy_dw_numeric):
    if close(dy_dw, 14) and close(dy_db, 14):
        return "dy/db is right. For w the inner rate is not 1: one more on w is x more on u."
    if close(dy_dw, 14) and close(dy_db, 7):
        return "you have the inner rates. The outer one, of u squared, is 2u, not u."
    if close(dy_dw, 28) and close(dy_db, 28):
        return "dy/dw is right. One more on b is one more on u, whatever x is."
    if close(dy_dw, 42):
        return "42 multiplies by w. Which factor of x w stays when w moves?"
    if not close(dy_dw, 28) or not close(dy_db, 14):
        return "u is 7. The outer rate is 2u; multiply it by du/dw and by du/db."
    if not close(dy_dw_numeric, 28, 1e-6):
        return (
            "the two by hand are right. The numeric one should come near them: pass a function "
            "of w alone, and the place 3.0."
        )
    return None


@exercise("04a-2")
def tanh_node(tanh_of, Value, backward):
    v = Value(0.5, "v")
    out = tanh_of(v)
    if out is None or out is ...:
        return "tanh_of gives nothing back yet."
    if not isinstance(out, Value):
        return f"tanh_of must return a Value, it returns {type(out).__name__}."
    if not close(out.data, np.tanh(0.5)):
        return f"the value at 0.5 should be np.tanh(0.5), yours is {float(out.data):.4f}."
    if len(out.parents) != 1 or out.parents[0] is not v:
        return "the parent is missing, so no blame can flow back. parents is the tuple (v,)."
    if len(out.slopes) == 1 and close(out.slopes[0], 1 - 0.5**2):
        return "the slope uses the input, 1 - v². It needs the result: 1 - tanh(v)²."
    backward(out)
    if not close(v.grad, 1 - np.tanh(0.5) ** 2):
        return f"the value is right, the slope at 0.5 should be 1 - tanh², yours is {v.grad:.4f}."
    return None


@exercise("04a-3")
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


@exercise("04a-4")
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


@exercise("04a-5")
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
