"""What the checks of notebook 06d accept, and what they say to answers that are not right."""

import numpy as np

from nnlib import RMSNorm
from nnlib.show.check import close, exercise


@exercise("06d-1")
def first_output(y):
    normed = -3 / np.sqrt(5)
    if close(y, 1 + 3 * normed, 1e-3):
        return None
    if close(y, 1 - 3 * 3 / np.sqrt(20 / 3), 1e-3):
        return "batch norm divides by the variance with n, here 20 / 4, not with n - 1."
    if close(y, 1 - 3 * 3 / 5, 1e-3):
        return "you divided by the variance; it is the standard deviation, its square root."
    if close(y, normed, 1e-3):
        return "this is the standardized value. Scale and shift are still to come."
    if close(y, 3 * normed, 1e-3):
        return "the shift is missing."
    if close(y, 3 * (normed + 1), 1e-3):
        return "scale first, then shift: the shift is not multiplied."
    return "the mean is 5 and the variance is 5. Standardize the 2, times 3, plus 1."


@exercise("06d-2")
def batch_of_two(grad_x, grad_scale, grad_shift):
    grad_x = np.ravel(np.asarray(grad_x, dtype=float))
    if grad_x.shape != (2,):
        return f"grad_x should be two numbers, one an example; got shape {grad_x.shape}."
    if np.allclose(grad_x, [0.3, -0.5]) or np.allclose(grad_x, [0.6, -1.0]):
        return "grad_x is the blame as it arrived at the norm. Now the formula takes parts away."
    if any(np.allclose(grad_x, [part, -part]) for part in (0.4, 0.8)):
        return "only the mean is taken away. The part along the standardized x goes as well."
    if not np.allclose(grad_x, 0, atol=1e-6):
        return "standardized, the two inputs are -1 and 1. What is left of g after the formula?"
    if close(grad_scale, -0.2) and close(grad_shift, -0.8):
        return "grad_scale and grad_shift are exchanged."
    if close(grad_scale, 0.8):
        return "grad_scale has the wrong sign: 0.3 belongs to -1 and -0.5 to 1."
    if not close(grad_scale, -0.8):
        return "grad_scale is the sum of the blame times the standardized x, without the scale."
    if not close(grad_shift, -0.2):
        return "grad_shift is the sum of the blame on the outputs."
    return None


@exercise("06d-3")
def memory(n):
    if n == 44:
        return None
    hints = {
        43: "after 43 batches 0.9 to the power 43 is still missing, 0.0108.",
        2: "that is with the momentum of PyTorch: here 0.9 of the old value is kept.",
        22: "0.9 to the power 22 is about 0.1: that is 90%, not 99%.",
        10: "10 batches give 1 - 0.9^10, about 0.65.",
    }
    return hints.get(n, "after n batches 0.9^n is missing. When is that at most 0.01?")


@exercise("06d-4")
def rms_backward(backward):
    rng = np.random.default_rng(0)
    x, grad_out, scale = (
        rng.standard_normal((3, 5)) + 1,
        rng.standard_normal((3, 5)),
        np.arange(5.0),
    )
    scale += 0.5
    norm = RMSNorm(5)
    norm.initialize(None, float)
    norm.scale[:] = scale
    norm.forward(x)
    right = norm.backward(grad_out)
    answer = backward(grad_out.copy(), x.copy(), scale.copy())
    if not isinstance(answer, np.ndarray) or answer.shape != x.shape:
        return f"it should return an array of shape {x.shape}, got {np.shape(answer)}."
    if np.allclose(answer, right, rtol=1e-6):
        return None
    inv_rms = 1 / np.sqrt(np.mean(x**2, axis=1, keepdims=True) + 1e-5)
    normed, g = x * inv_rms, grad_out * scale
    along = normed * np.mean(g * normed, axis=1, keepdims=True)
    if np.allclose(answer, g * inv_rms):
        return "this is the direct path only. The root mean square depends on x as well."
    if np.allclose(answer, (g - g.mean(axis=1, keepdims=True) - along) * inv_rms):
        return "no mean is subtracted in RMS norm, so no mean of g is either."
    if np.allclose(answer, g - along):
        return "the factor 1 / root mean square is missing."
    if np.allclose(
        answer,
        (grad_out - normed * np.mean(grad_out * normed, axis=1, keepdims=True)) * inv_rms,
    ):
        return "the blame has to go through the scale first."
    if np.allclose(answer, (g - normed * np.mean(g * normed, axis=0)) * inv_rms):
        return "the mean is over the features of an example, axis 1."
    return "take g = grad_out * scale, subtract its part along the normalized x, times 1 / rms."
