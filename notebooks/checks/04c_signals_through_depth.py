"""What the checks of notebook 04c accept, and what they say to answers that are not right."""

import numpy as np

from nnlib.show.check import close, exercise


@exercise("04c-1")
def factors(n):
    if n == 64:
        return None
    hints = {
        63: "63 factors give exactly the smallest number. One more falls below it.",
        126: "a factor of 0.25 is two factors of one half.",
        127: "a factor of 0.25 is two factors of one half.",
        252: "write 0.25 as a power of 2: the exponent is divided by 2, not multiplied.",
    }
    return hints.get(n, "0.25 is 2 to the power -2. When does -2 n fall below -126?")


@exercise("04c-2")
def standard_deviations(he, glorot):
    right = np.sqrt(2 / 128), np.sqrt(2 / 160)
    if close(he, right[0] ** 2, 1e-4) and close(glorot, right[1] ** 2, 1e-4):
        return "these are the variances. The standard deviation is the square root."
    if close(he, np.sqrt(2 / 32), 1e-4):
        return "He's rule takes the number of inputs, 128, not that of outputs."
    if close(he, np.sqrt(1 / 128), 1e-4):
        return "0.0884 is LeCun's. He's variance is twice that, for the half that ReLU sets to 0."
    if not close(he, right[0], 1e-3):
        return "he_std should be the square root of 2 / n_in."
    if close(glorot, np.sqrt(6 / 160), 1e-3):
        return "he_std is right. For Glorot you gave the limit of the uniform distribution."
    if not close(glorot, right[1], 1e-3):
        return "he_std is right. Glorot's variance is 2 / (n_in + n_out)."
    return None


@exercise("04c-3")
def he_uniform(draw):
    n_in, n_out = 300, 200
    W = draw(n_in, n_out, np.random.default_rng(0))
    if not isinstance(W, np.ndarray):
        return f"he_uniform must return an array, it returns {type(W).__name__}."
    if W.shape != (n_in, n_out):
        return f"for 300 inputs and 200 outputs the shape should be (300, 200), not {W.shape}."
    largest, limit = float(np.abs(W).max()), np.sqrt(6 / n_in)
    if abs(float(W.mean())) > 0.2 * limit:
        return "the mean is not 0: the distribution must reach as far below 0 as above."
    if largest > 1.5 * limit:
        return f"the largest weight is {largest:.3f}. Is this a uniform distribution, and this far?"
    if close(largest, np.sqrt(2 / n_in), 0.01):
        return (
            "the limit is the standard deviation of He. A uniform distribution that reaches to r "
            "has the variance r² / 3, so it must reach further."
        )
    if close(largest, np.sqrt(6 / (n_in + n_out)), 0.01):
        return "this is Glorot's limit. He's variance is 2 / n_in."
    if not close(largest, limit, 0.01) or not close(W.var(), 2 / n_in, 0.05):
        return f"the variance should be 2 / 300 = {2 / 300:.5f}, yours is {W.var():.5f}."
    if np.array_equal(W, draw(n_in, n_out, np.random.default_rng(1))):
        return "two generators give the same weights: draw them from rng."
    return None


@exercise("04c-4")
def leaky(variance):
    answer = 100 * float(variance)
    right = 2 / 1.04
    if close(answer, right, 1e-3):
        return None
    if close(answer, 2.0):
        return "0.02 is He's, for α = 0. Leaky ReLU keeps a little more, so weights may be smaller."
    if close(answer, 100 * np.sqrt(right / 100), 1e-3):
        return "that is the standard deviation; the question is about the variance."
    if close(answer, 2 / 1.2, 1e-3):
        return "you used 1 + α. It is a mean square, so α enters squared."
    if close(answer, 1.04 / 2, 1e-3):
        return "turned over: the variance has to undo the factor, so divide by it."
    return "n_in · Var(w) · (1 + α²) / 2 must be 1. Solve it for Var(w)."
