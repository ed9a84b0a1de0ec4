"""What the checks of notebook 03 accept, and what they say to answers that are not right."""

import warnings

import numpy as np

from nnlib import BinaryCrossEntropy, numerical_gradient
from nnlib.show.check import close, exercise


@exercise("03-1")
def three_numbers(mse, mae, rmse):
    hints = {
        17.0: "17 is the sum of the squared errors. Divide by their number.",
        8.5: "8.5 is half the sum of the squares. The mean divides by the number of examples.",
        5.667: "you divided by 3. There are four examples; errors of 0 count as well.",
        2.25: "you squared the mean. Square each error first, then take the mean.",
    }
    for value, hint in hints.items():
        if close(mse, value, 1e-3):
            return f"MSE: {hint}"
    if not close(mse, 4.25, 1e-3):
        return "MSE: the errors are 1, 0, 0 and -4. Square each, add them, divide by 4."
    if close(mae, -0.75, 1e-3) or close(mae, 0.75, 1e-3):
        return "MAE: plus and minus have cancelled. Take the size of each error before you add."
    if close(mae, 5.0, 1e-3):
        return "MAE: 5 is the sum. Divide by the number of examples."
    if not close(mae, 1.25, 1e-3):
        return "MAE: add the sizes of the errors, 1, 0, 0 and 4, and divide by 4."
    if close(rmse, np.sqrt(17), 1e-3):
        return "RMSE: this is the root of the sum. Take the root of the MSE."
    if not close(rmse, np.sqrt(4.25), 1e-3):
        return "RMSE: take the square root of the MSE."
    return None


@exercise("03-2")
def huber_function(huber):
    error = np.array([-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 10.0])
    for delta in (1.0, 2.0, 0.5):
        inside = np.abs(error) <= delta
        right = np.where(inside, error**2 / 2, delta * np.abs(error) - delta**2 / 2)
        got = np.asarray(huber(error, delta), dtype=float)
        if got.shape != right.shape:
            return f"for 8 errors it returns shape {got.shape}: return one loss for each, no mean."
        if close(got, right):
            continue
        far = got[~inside] - right[~inside]
        if not close(got[inside], right[inside]):
            factor = " Is the factor one half there?" * close(got[inside], error[inside] ** 2)
            return f"with delta = {delta:g} it is wrong for errors up to delta.{factor}"
        if close(got[~inside], error[~inside] ** 2 / 2):
            return (
                f"with delta = {delta:g} it stays a square beyond delta. It should be a line there."
            )
        if (got[~inside] < 0).any():
            return (
                "a loss came out negative: use the size of the error, not the error, beyond delta."
            )
        if np.ptp(far) < 1e-9:
            return (
                f"with delta = {delta:g} the line starts {abs(far[0]):g} too "
                f"{'high' if far[0] > 0 else 'low'}: both pieces must meet at delta."
            )
        return f"with delta = {delta:g} the line beyond delta is wrong: look at its slope."
    return None


@exercise("03-3")
def three_messages(value):
    p = np.array([0.6, 0.8, 0.05])
    if close(value, -np.log(p).mean(), 1e-4):
        return None
    hints = {
        -np.log(p).sum(): "this is the sum. BCE is the mean over the three messages.",
        -np.log([0.6, 0.2, 0.05]).mean(): (
            "for the second message the label is 0: the probability of what happened is 1 - 0.2."
        ),
        np.log(
            p
        ).mean(): "the sign is wrong. A logarithm of a probability is negative; BCE is not.",
        -np.log10(p).mean(): "this is with logarithms to base 10. Use the natural logarithm.",
        -np.log2(
            p
        ).mean(): "this is in bits, with logarithms to base 2. Use the natural logarithm.",
        -np.log(p.mean()): "take the logarithm of each probability first, then the mean.",
        np.mean((1 - p) ** 2): "this is the squared error. BCE takes the logarithm.",
    }
    for wrong, hint in hints.items():
        if close(value, wrong, 1e-4):
            return hint
    return "add -ln 0.6, -ln (1 - 0.2) and -ln 0.05, and divide by 3. Give four digits."


@exercise("03-4")
def bce_on_logits(function):
    z, y = np.array([0.5, -2.0, 3.0, -1.0]), np.array([1, 0, 0, 1])
    right = BinaryCrossEntropy().forward(z[:, np.newaxis], y)
    got = function(z, y)
    if np.shape(got) != ():
        return f"it returns shape {np.shape(got)}. The loss of a batch is one number, the mean."
    if not close(got, right):
        hints = {
            4 * right: "it is the sum. Take the mean over the batch.",
            BinaryCrossEntropy().forward(-z[:, np.newaxis], y): (
                "the two targets are swapped: a large z should be cheap for target 1."
            ),
            -right: "the sign is wrong: the loss is minus the logarithm.",
        }
        for value, hint in hints.items():
            if close(got, value):
                return hint
        return f"for z = {z} and y = {y} it should be {right:.4f}, yours is {float(got):.4f}."
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        far = float(function(np.array([1000.0, -1000.0]), np.array([0, 1])))
    if not np.isfinite(far):
        return f"right for small logits, but for logits of +-1000 it gives {far}. exp overflows."
    if far < 999:
        return (
            f"for logits of +-1000 on the wrong side the loss is 1000, yours stops at {far:.2f}: "
            "something is clipped."
        )
    if caught:
        return f"the values are right, but it warns: {caught[0].message}."
    return None


@exercise("03-5")
def log_cosh(function):
    rng = np.random.default_rng(3)
    a, y = rng.normal(0, 2, (5, 2)), rng.normal(0, 2, (5, 2))
    result = function(a, y)
    if not isinstance(result, tuple) or len(result) != 2:
        return "return two things, the value and the gradient: return value, gradient"
    value, gradient = result
    right = float(np.mean(np.log(np.cosh(a - y))))
    if close(value, 10 * right):
        return "the value is the sum. Take the mean."
    if not close(value, right):
        return f"the value should be {right:.4f} for a batch of mine, yours is {value!s:.60}."
    slope = numerical_gradient(lambda b: float(np.mean(np.log(np.cosh(b - y)))), a)
    if np.shape(gradient) != a.shape:
        return f"the gradient has shape {np.shape(gradient)}, the prediction {a.shape}."
    if not close(gradient, slope, 1e-5):
        for factor, hint in (
            (10.0, "the gradient lacks the 1/n of the mean."),
            (2.0, "the gradient is divided by the rows, shape[0]. The mean runs over all entries."),
            (-1.0, "the gradient has the wrong sign. It is taken with respect to the prediction."),
        ):
            if close(np.asarray(gradient), factor * slope, 1e-5):
                return hint
        return "the value is right, the gradient does not agree with central differences."
    with np.errstate(over="ignore"):
        far, far_slope = function(np.array([1000.0]), np.array([0.0]))
    if not np.isfinite(far) or not np.isfinite(far_slope).all():
        return f"for an error of 1000 it gives {far}. cosh overflows; use the form with |e|."
    return None
