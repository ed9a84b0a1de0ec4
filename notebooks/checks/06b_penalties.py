"""What the checks of notebook 06b accept, and what they say to answers that are not right."""

import numpy as np

from nnlib.show.check import close, exercise


@exercise("06b-1")
def same_strength(strength):
    if close(strength, 0.04):
        return None
    hints = {
        0.02: "the sum over 50 became a mean, but nn.L2 has a half in it that ridge has not.",
        0.01: "the half goes the other way: what stands after λ/2 must equal α / 50.",
        2.0: "the half is right. And the mean of the squares is the sum divided by what?",
        1.0: "the sum of squares and their mean differ by a factor, and so must the penalties.",
        100.0: "divide by the number of examples: MSE is smaller than the sum, by a factor of 50.",
    }
    for value, hint in hints.items():
        if close(strength, value):
            return hint
    return "divide the whole ridge formula by 50, then compare its last term with λ/2 times Σw²."


@exercise("06b-2")
def elastic_net(function):
    a = np.array([3.0, 0.7, -0.2, 0.0, -2.5])
    l1, l2 = 0.5, 0.25
    w = function(a.copy(), l1, l2)
    if np.shape(w) != a.shape:
        return f"for 5 values it must return 5, it returned something of shape {np.shape(w)}."
    thresholded = np.sign(a) * np.maximum(np.abs(a) - l1, 0)
    if close(w, thresholded / (1 + l2)):
        return None
    scaled = a / (1 + l2)
    if close(w, thresholded):
        return "this is L1 alone: the second price is missing."
    if close(w, scaled):
        return "this is L2 alone: where is the amount that every weight loses?"
    if close(w, np.sign(a) * np.maximum(np.abs(scaled) - l1, 0)):
        return "shrink by the amount first and by the factor second: solve w - a + l1 + l2 w = 0."
    if close(w, np.maximum(a - l1, 0) / (1 + l2)):
        return "negative values come out as 0. Threshold the size, and keep the sign."
    if close(w, np.sign(a) * (np.abs(a) - l1) / (1 + l2)):
        return "small values change their sign. They should stop at 0."
    if close(w, thresholded / (1 + 2 * l2)) or close(w, thresholded / (1 + l2 / 2)):
        return "the factor is not right: the slope of l2 / 2 times w² is l2 w."
    return "for w > 0 the slope is w - a + l1 + l2 w. Where is it 0, and when is there no such w?"


@exercise("06b-3")
def be_the_rule(last_epoch, kept_epoch, smallest_gain):
    if (last_epoch, kept_epoch) == (10, 10):
        return "0.54 is lower than 0.55, but by less than min_delta: it does not count."
    if (last_epoch, kept_epoch) == (6, 5):
        return "it ends there. But the lowest value seen is not kept unless it passed the bar."
    if (last_epoch, kept_epoch) == (6, 6):
        return "it ends there, but with the last weights. The best counted ones are put back."
    if last_epoch == 7:
        return "one late: at patience 3, the third epoch without a counted gain is the last."
    if last_epoch == 5:
        return "one early: epochs 4 and 5 are only two without a counted gain."
    if last_epoch != 6 or kept_epoch != 3:
        return "go through it with a bar: after 0.55 is kept, the next must be below 0.53."
    if close(smallest_gain, 0.001, 1e-9):
        return "the epochs are right. But the gain need not come in one epoch: it has all 20."
    if close(smallest_gain, 0.02, 1e-9):
        return "the epochs are right. Divide by the patience instead of multiplying."
    if not close(smallest_gain, 0.00005, 1e-9):
        return "the epochs are right. Twenty even gains together must pass min_delta."
    return None
