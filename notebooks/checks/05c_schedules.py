"""What the checks of notebook 05c accept, and what they say to answers that are not right."""

import numpy as np

from nnlib.show.check import close, exercise


@exercise("05c-1")
def rate_for_floor(rate):
    if close(rate, 0.02 / 1.01, 2e-5):
        return None
    if close(rate, 0.02, 2e-5):
        return (
            "0.02 / 2 is the floor of a small rate only roughly. Solve η / (2 - η) = 0.01 exactly."
        )
    if close(rate, 0.01, 2e-5):
        return "0.01 is the floor that is asked for. The rate that leads to it is about twice that."
    if close(rate, 0.005, 2e-5):
        return "the floor is about half of the rate, not the rate half of the floor."
    return "the floor is η / (2 - η). Set it equal to 0.01 and solve for η."


@exercise("05c-2")
def factor(f):
    if close(f, 0.01 ** (1 / 1000), 1e-6):
        return None
    if close(f, 0.001 ** (1 / 1000), 1e-6):
        return "that falls to a thousandth. From 0.1 to 0.001 it is a hundredth."
    if close(f, 0.01 ** (1 / 999), 1e-6):
        return (
            "at t = 1000 the factor has been applied 1000 times: the first rate is that of t = 0."
        )
    if close(f, 0.01):
        return "0.01 is what 1000 factors together should give. One of them is much closer to 1."
    if close(f, 1 - 0.099 / 1000, 1e-6) or close(f, 1 - 0.99 / 1000, 1e-6):
        return "you spread the fall evenly by subtraction. The schedule multiplies: take a root."
    return "0.1 times f to the power 1000 must be 0.001. Which root is that?"


@exercise("05c-3")
def growth(g):
    if close(g, 1000 ** (1 / 29), 1e-4):
        return None
    if close(g, 1000 ** (1 / 30), 1e-4):
        return "that is the misprint's mistake: 30 rates have fewer gaps between them."
    if close(g, 1000 / 29, 1e-4) or close(g, 1000 / 30, 1e-4):
        return "the factor is applied again and again, so the range is its power, not its multiple."
    if close(g, 1000 ** (1 / 28), 1e-4):
        return "one gap too few: count the gaps between 3 posts first."
    return (
        "from the first rate to the last the factor is applied once a gap; together they give 1000."
    )


@exercise("05c-4")
def clip_all(clip):
    rng = np.random.default_rng(0)
    grads = [3 * rng.standard_normal((4, 3)), rng.standard_normal(3), np.array([12.0])]
    given = [g.copy() for g in grads]
    result = clip(grads, 2.0)
    if any(not np.array_equal(a, b) for a, b in zip(grads, given, strict=True)):
        return "your function changed the arrays that it was given. Multiply into new ones."
    if not isinstance(result, list | tuple) or len(result) != 3:
        return "it should return a list with one array for each that it was given."
    if any(np.shape(a) != b.shape for a, b in zip(result, given, strict=True)):
        return "each array should keep its shape."
    right = [g * 2.0 / np.sqrt(sum(np.sum(g**2) for g in given)) for g in given]
    small = [np.array([0.3, 0.4]), np.array([[0.1]])]
    norms = [float(np.linalg.norm(g)) for g in result]
    if np.allclose(norms[::2], 2.0):
        return "you clipped each array for itself. Take one norm over all of them."
    if max(float(np.abs(g).max()) for g in result) == 2.0:
        return "that is clipping by value: the direction has changed."
    if not all(close(a, b) for a, b in zip(result, right, strict=True)):
        total = np.sqrt(sum(n**2 for n in norms))
        return f"the norm of all together should be 2, by one factor for all; yours is {total:.3f}."
    if not all(close(a, b) for a, b in zip(clip(small, 2.0), small, strict=True)):
        return "gradients that are short already must stay as they are, not be made longer."
    return None


@exercise("05c-5")
def landing(y):
    right = 2 * 0.4**3 / (3 * 0.4**2 - 1)
    if close(y, right, 1e-3):
        return None
    if close(y, 0.4 + (0.4**3 - 0.4) / (3 * 0.4**2 - 1), 1e-3):
        return "a sign: slope and curvature are both negative at 0.4, and Newton keeps both signs."
    if close(y, 0.4 - (0.4**3 - 0.4), 1e-3):
        return "that is a gradient step with rate 1. Newton divides the slope by the curvature."
    if close(y, 0.4 - (0.4**3 - 0.4) * (3 * 0.4**2 - 1), 1e-3):
        return "you multiplied by the second derivative. Newton divides by it."
    if close(y, 0.0, 1e-3):
        return "0 is where it ends in the long run. The question is about one step."
    return "y minus the slope y³ - y divided by the second derivative 3y² - 1, all at y = 0.4."
