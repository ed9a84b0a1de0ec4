"""What the checks of notebook 03b accept, and what they say to answers that are not right."""

import warnings

import numpy as np

from nnlib import BinaryCrossEntropy, numerical_gradient
from nnlib.activations import log_sum_exp
from nnlib.show.check import close, exercise


@exercise("03b-1")
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


@exercise("03b-2")
def kullback_leibler(function):
    t, p = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.2, 0.6])
    right = np.sum(t * np.log(t / p))
    got = function(t, p)
    if np.shape(got) != ():
        return f"it returns shape {np.shape(got)}. Add up the classes: one number."
    if not close(got, right):
        hints = {
            -np.sum(t * np.log(p)): "this is the cross-entropy. Take the entropy of t away.",
            -np.sum(t * np.log(t)): "this is the entropy of t, which p does not change.",
            np.sum(p * np.log(p / t)): "t and p are swapped.",
            np.sum(p * np.log(t / p)): "the weight of each class is its true probability, t.",
            right / 3: "this is a mean over the classes. Take the sum.",
            right / np.log(2): "this is in bits. Use the natural logarithm.",
            -right: "the sign is wrong: a divergence is never negative.",
        }
        for value, hint in hints.items():
            if close(got, value):
                return hint
        return f"for t = {t} and p = {p} it should be {right:.4f}, yours is {float(got):.4f}."
    with np.errstate(all="ignore"):
        certain = float(function(np.array([0.0, 1.0, 0.0]), p))
    if np.isnan(certain):
        return "right if every class happens, but for t = [0, 1, 0] it gives nan, 0 times infinity."
    if not close(certain, -np.log(0.2)):
        return f"for t = [0, 1, 0] it should be -ln 0.2 = {-np.log(0.2):.4f}, yours: {certain:.4f}."
    return None


@exercise("03b-3")
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


@exercise("03b-4")
def softmax_cross_entropy(function):
    rng = np.random.default_rng(4)
    logits, labels = rng.normal(0, 2, (4, 3)), np.array([2, 0, 1, 1])
    result = function(logits.copy(), labels)
    if not isinstance(result, tuple) or len(result) != 2:
        return "return two things, the value and the gradient: return value, gradient"
    hint = wrong_value(result[0], logits, labels) or wrong_gradient(result[1], logits, labels)
    if hint:
        return hint
    with np.errstate(all="ignore"):
        far, slope = function(np.array([[1000.0, 0.0], [-1000.0, 0.0]]), np.array([1, 1]))
    if not np.isfinite(slope).all():
        return "right for small logits, but the gradient for a logit of 1000 is not finite."
    if not close(far, 500.0):
        return (
            f"right for small logits, but where the loss should be 500 it is {far}: "
            "take the logarithm before a probability is rounded to 0."
        )
    return None


def mean_cross_entropy(logits, labels):
    return float(np.mean(log_sum_exp(logits)[:, 0] - logits[np.arange(len(labels)), labels]))


def wrong_value(value, logits, labels):
    if np.shape(value) != ():
        return f"the loss has shape {np.shape(value)}. It is one number, the mean over the rows."
    right = mean_cross_entropy(logits, labels)
    if close(value, len(labels) * right):
        return "the value is the sum over the rows. Take the mean over the n examples."
    if close(value, right / 3):
        return "the value is divided by all entries. Take the mean over the n examples."
    if not close(value, right):
        return f"the value should be {right:.4f} for a batch of mine, yours is {float(value):.4f}."
    return None


def wrong_gradient(gradient, logits, labels):
    if np.shape(gradient) != logits.shape:
        return f"the gradient has shape {np.shape(gradient)}, the logits {logits.shape}."
    slope = numerical_gradient(lambda z: mean_cross_entropy(z, labels), logits)
    one_hot, n = np.eye(3)[labels], len(labels)
    for wrong, hint in (
        (n * slope, "the gradient lacks the 1/n of the mean."),
        (slope / 3, "the gradient is divided by all entries. The mean runs over the n examples."),
        (-slope, "the gradient has the wrong sign: it is probability minus label."),
        (slope + one_hot / n, "the gradient is only the probability. Take the label away."),
    ):
        if close(gradient, wrong, 1e-5):
            return hint
    if not close(gradient, slope, 1e-5):
        return "the value is right, the gradient does not agree with central differences."
    return None
