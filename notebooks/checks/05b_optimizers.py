"""What the checks of notebook 05b accept, and what they say to answers that are not right."""

import numpy as np

import nnlib as nn
from nnlib.show.check import close, exercise


@exercise("05b-1")
def converted(rate):
    hints = {
        0.02: "that is the mean's own rate. The sum takes longer steps at the same rate.",
        0.4: "the other way round: the sum is longer than the mean, so its rate must be smaller.",
        0.002: "a factor of 10 belongs to 0.9. Here the factor is 1 / (1 - 0.95).",
        0.019: "you multiplied by 0.95. The mean gives the gradient what is left, 1 - 0.95.",
    }
    if close(rate, 0.001, 1e-9):
        return None
    for wrong, hint in hints.items():
        if close(rate, wrong, 1e-9):
            return hint
    return "for a constant gradient the sum ends at 1 / (1 - 0.95) times the mean."


@exercise("05b-2")
def first_step(answer):
    if close(answer, 2.0):
        return None
    if close(answer, 1.0):
        return "1 is the length with correction."
    if close(answer, 20.0):
        return "you divided by v. Adam divides by its root."
    if close(answer, 0.2):
        return "that is m alone. It is divided by the root of v."
    if close(answer, 0.5):
        return "turned over: m stands above, the root of v below."
    if close(answer, 0.8 / np.sqrt(0.99), 1e-3):
        return "the new gradient gets the share 1 - β, not β."
    return "after one step m = 1 - β₁ and v = 1 - β₂. What is m over the root of v?"


def _gradient(w):
    return np.array([1.0, 25.0]) * (w - 1.0)


def _with(start, n_steps, rate, l2=0.0, decay=0.0):
    theta, optimizer = np.array(start), nn.Adam(rate, weight_decay=l2)
    for _ in range(n_steps):
        gradient = _gradient(theta)
        theta *= 1 - rate * decay
        optimizer.step(theta, gradient)
    return theta


@exercise("05b-3")
def decoupled(adamw):
    start, n_steps, rate, decay = [3.0, -2.0], 30, 0.1, 0.5
    got = adamw(_gradient, list(start), n_steps, rate, decay)
    if not isinstance(got, np.ndarray):
        return f"adamw must return the parameters, an array; it returns {type(got).__name__}."
    right = _with(start, n_steps, rate, decay=decay)
    if close(got, right, 1e-9):
        return None
    if close(got, _with(start, n_steps, rate, l2=decay), 1e-9):
        return "the decay is in the gradient: that is L2 inside Adam. Leave the gradient alone."
    if close(got, _with(start, n_steps, rate), 1e-9):
        return "the weights do not shrink: this is still Adam without decay."
    if close(got, _with(start, n_steps, rate, decay=decay / rate), 1e-9):
        return "weights shrink too much: decay times theta is multiplied by the rate as well."
    if close(got, _with(start, n_steps, rate, decay=-decay), 1e-9):
        return "the sign of the decay: the weights grow."
    if got.shape == right.shape and np.abs(got - right).max() < 0.2:
        return (
            "close. Does the decay use theta from before the step, and does the gradient stay "
            "without it?"
        )
    return "AdamW takes Adam's step, and subtracts rate * decay * theta besides."


@exercise("05b-4")
def diverged(names):
    names = {names} if isinstance(names, str) else set(names)
    known = {kind.__name__ for kind in nn.Optimizer.__subclasses__()}
    known |= {"Nesterov", "AMSGrad", "AdamW"}
    if names - known:
        return (
            f"unknown: {', '.join(sorted(map(str, names - known)))}. Write names as on the board."
        )
    if names == {"SGD", "Nesterov"}:
        return None
    if names & {"Adam", "AMSGrad", "AdamW", "RMSprop", "AdaGrad"}:
        return "one that divides by the size of its gradients has bounded steps and can't run away."
    if "Momentum" in names:
        return "Momentum's rate is the smallest of the three, and it bears more than plain descent."
    if names == {"SGD"}:
        return "SGD, yes: 0.09 is above 2 / 25. One more on the board says diverged."
    if names == {"Nesterov"}:
        return "Nesterov, yes. What about 0.09 against 2 / 25 for plain descent?"
    return "somebody does. Choose all eight, rates times 3, and play to the end."


@exercise("05b-5")
def enough(beta2):
    if close(beta2, 0.25):
        return None
    if close(beta2, 1 / 26, 1e-3):
        return "1 / (1 + C²) is the value of the proof, at which Adam goes wrong."
    hints = {
        0.1: "that is where the slider starts. Set C = 5 and read the title.",
        0.2: "look again: there Adam ends above 0.",
        0.3: "there it does end below 0, but a smaller one will do.",
        0.5: "that is about right for C = 3. Set C = 5.",
    }
    for wrong, hint in hints.items():
        if close(beta2, wrong):
            return hint
    return "set C = 5, move beta2 up step by step, and read where Adam ends in the title."
