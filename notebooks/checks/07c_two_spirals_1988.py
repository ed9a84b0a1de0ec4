"""What the checks of notebook 07c accept, and what they say to answers that are not right."""

import numpy as np

from nnlib.show.check import close, exercise


@exercise("07c-1")
def smallest_logit(z):
    right = np.log(1.5)
    if close(z, right, 5e-4):
        return None
    if close(z, -right, 5e-4):
        return "that is the logit of 0.4. The question is about |z|, so leave the sign out."
    if close(z, 0.6) or close(z, 0.4):
        return "that is a probability. Which logit has it as its sigmoid?"
    if close(z, 0.2) or close(z, 0.1):
        return "that is a distance between probabilities. Turn the sigmoid around."
    if close(z, 1 / (1 + np.exp(-0.6)), 1e-3):
        return "you took the sigmoid of 0.6. It is the other way: sigmoid(z) = 0.6."
    if close(z, -np.log(0.6), 1e-3):
        return "-ln 0.6 is the loss at probability 0.6, not the logit."
    return "solve 1 / (1 + exp(-z)) = 0.6 for z: the logit is ln(p / (1 - p))."


@exercise("07c-2")
def size_of_the_rival(n):
    hints = {
        153: "those are the weights without the bias of the hidden units. Each has one.",
        152: "all biases are missing: 15 of the hidden units and one of the output unit.",
        63: "each hidden unit also sees all hidden units before it.",
        150: "the output unit is missing: it sees the inputs, a bias and all hidden units.",
        61: "that is one hidden layer of 15 units. Here each unit sees those before it.",
        138: "that is the network of 1988. Count the one that grows.",
        183: "the first hidden unit has no unit before it: it has 3 weights, the second 4.",
        167: "the output unit has a bias, too.",
    }
    if n == 168:
        return None
    return hints.get(n, "hidden unit k has 3 + (k - 1) weights, for k = 1 to 15. Add the output's.")


@exercise("07c-3")
def one_step(damped_step):
    rng = np.random.default_rng(0)
    J, e, mu = rng.standard_normal((7, 4)), rng.standard_normal(7), 0.3
    kept = J.copy(), e.copy()
    d = damped_step(J, e, mu)
    if not (np.array_equal(J, kept[0]) and np.array_equal(e, kept[1])):
        return "your function changes J or e. Leave the arguments as they are."
    if not isinstance(d, np.ndarray):
        return f"damped_step must return an array, it returns {type(d).__name__}."
    if d.shape != (4,):
        return f"for J of shape (7, 4) the step should have the shape (4,), not {d.shape}."
    H, g = J.T @ J, J.T @ e
    right = -np.linalg.solve(H + mu * np.eye(4), g)
    if close(d, right, 1e-8):
        return None
    if close(d, -right, 1e-8):
        return "the sign is wrong: this step makes the errors larger."
    if close(d, -np.linalg.solve(H + mu, g), 1e-8):
        return "H + mu adds mu to all entries. It belongs on the diagonal only: np.eye."
    if close(d, -np.linalg.solve(H, g), 1e-8):
        return "the damping is missing: without mu this is the full step."
    if close(d, -g / mu, 1e-8):
        return "that is gradient descent with rate 1 / mu. Where is the curvature, J.T @ J?"
    if close(d, -(H + mu * np.eye(4)) @ g, 1e-8):
        return "you multiplied by the matrix. The equation has to be solved: np.linalg.solve."
    return "compare with (J.T @ J + mu I) d = -J.T @ e."


@exercise("07c-4")
def honest_median(median):
    if close(median, 1340):
        return None
    if close(median, 1095):
        return "that is the median of the six that were solved. What about the other three?"
    if close(median, 820):
        return "you counted the failures as 0 epochs, as if they had been the fastest."
    if close(median, 6500 / 6, 1e-3) or close(median, 1083, 1e-3):
        return "that is the mean of the solved ones. The median is asked for, over all nine."
    if close(median, 12500 / 9, 1e-3) or close(median, 1389, 1e-3):
        return (
            "that is a mean with 2,000 for the failures: they took longer, nobody knows how long."
        )
    if median in (None, np.inf) or close(median, 2000):
        return "fewer than half failed, so the median is one of the solved runs."
    return "sort the nine, failures last, and take the fifth."
