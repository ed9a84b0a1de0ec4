"""What the checks of notebook 06c accept, and what they say to answers that are not right."""

import numpy as np

from nnlib.show.check import close, exercise


@exercise("06c-1")
def dropout_backward(function):
    rng = np.random.default_rng(3)
    grad_out, mask, rate = rng.standard_normal((4, 5)), rng.random((4, 5)) >= 0.3, 0.3
    grad = function(grad_out.copy(), mask.copy(), rate)
    if np.shape(grad) != grad_out.shape:
        return f"it must have the shape of grad_out, (4, 5), it has {np.shape(grad)}."
    if close(grad, grad_out * mask / (1 - rate)):
        return None
    if close(grad, grad_out * mask):
        return "the mask is right. The forward pass divides the kept values: so must the way back."
    if close(grad, grad_out * mask * (1 - rate)):
        return "the factor is upside down: forward divides by 1 - rate, and so does backward."
    if close(grad, grad_out * mask / rate):
        return "divide by the probability to be kept, not by the one to be dropped."
    if close(grad, grad_out * ~mask / (1 - rate)) or close(grad, grad_out * ~mask):
        return "True means kept: you let the dropped ones through."
    if close(grad, grad_out) or close(grad, grad_out / (1 - rate)):
        return "a dropped unit had no part in the answer, so it gets no blame: where is the mask?"
    return "the layer multiplied by 0 or by 1 / (1 - rate). Multiply grad_out by the same numbers."


@exercise("06c-2")
def how_many_masks(n_masks):
    if close(n_masks, 900, 1e-9):
        return None
    hints = {
        30: "that is the root of n. Square it.",
        27: "you divided σ by the square; it is the quotient that is squared.",
        1000: "that was our number of masks. Solve 0.9 / √n = 0.03.",
        3600: "that is for a band of two standard errors. One was asked for.",
        0.03**2 / 0.9**2: "upside down: more masks are needed the smaller the error may be.",
    }
    for value, hint in hints.items():
        if close(n_masks, value, 1e-6 * value):
            return hint
    return "solve 0.9 / √n = 0.03 for n."


@exercise("06c-3")
def mix_by_hand(new_point, new_target, slope_at_logit):
    if close(new_point, [-0.4, 0.1]):
        return "the shares are swapped: the first point has 0.75."
    if close(new_point, [-0.2, 0.2]):
        return "that is halfway between the two. The first point weighs 0.75."
    if not close(new_point, [0.0, 0.3]):
        return "each coordinate is 0.75 of the first point's plus 0.25 of the second's."
    if close(new_target, 1):
        return "the point is right. The target is mixed as well, not taken from the larger share."
    if close(new_target, 0.25):
        return "the point is right. Class 1 is that of the first point, so its share counts."
    if not close(new_target, 0.75):
        return "the point is right. The target is 0.75 times 1 plus 0.25 times 0."
    if close(slope_at_logit, 0.15):
        return "point and target are right. The sign of the slope is not: it is p - y."
    if close(slope_at_logit, -0.4):
        return "point and target are right. The slope was taken with target 1 instead of yours."
    if not close(slope_at_logit, -0.15):
        return "point and target are right. The slope at the logit is p - y, also for fractions."
    return None
