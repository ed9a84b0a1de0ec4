"""What the checks of notebook 03a accept, and what they say to answers that are not right."""

import numpy as np

from nnlib import numerical_gradient
from nnlib.show.check import close, exercise


@exercise("03a-1")
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


@exercise("03a-2")
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


SIGMA_HINTS = {
    4.25: "4.25 is sigma squared, the variance.",
    4.123: "this is the root of the sum of squares. The likelihood is a mean over four errors.",
    1.920: "you took the spread around the mean of the errors. They are errors already: use 0.",
    3.688: "this is the variance around the mean of the errors. They are errors already: use 0.",
    2.0: "2 was the spread of an earlier cell. Look for a better one.",
    1.25: "1.25 belongs to Laplace's curve. The normal one squares the errors.",
    0.485: "this is 1 over sigma. Look at the density again.",
}
B_HINTS = {
    5.0: "5 is the sum of the sizes. The likelihood is a mean over four errors.",
    2.0: "2 was the spread of an earlier cell. Look for a better one.",
    2.062: "this is the root mean square, which is right for sigma. Laplace has no square.",
    0.8: "this is 1 over b. Look at the density again.",
    -0.75: "plus and minus have cancelled. Laplace's curve knows only the sizes.",
    0.75: "plus and minus have cancelled. Laplace's curve knows only the sizes.",
}


@exercise("03a-3")
def best_spreads(sigma, b):
    for name, got, right, hints, form in (
        ("sigma", sigma, np.sqrt(4.25), SIGMA_HINTS, "MSE / (2 sigma^2) + ln sigma"),
        ("b", b, 1.25, B_HINTS, "MAE / b + ln b"),
    ):
        if close(got, right, 3e-3):
            continue
        for value, hint in hints.items():
            if close(got, value, 3e-3):
                return f"{name}: {hint}"
        return f"{name}: what must become small is {form}, apart from a constant."
    return None


@exercise("03a-4")
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
        return f"for an error of 1000 it gives {far}. cosh overflows: take exp(|e|) out first."
    return None
