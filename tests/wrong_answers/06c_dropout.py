# %% 06c-1: so must the way back
def dropout_backward(grad_out, mask, rate):
    return grad_out * mask


# %% 06c-1: upside down
def dropout_backward(grad_out, mask, rate):
    return grad_out * mask * (1 - rate)


# %% 06c-1: not by the one to be dropped
def dropout_backward(grad_out, mask, rate):
    return grad_out * mask / rate


# %% 06c-1: you let the dropped ones through
def dropout_backward(grad_out, mask, rate):
    return np.where(mask, 0, grad_out) / (1 - rate)


# %% 06c-1: where is the mask
def dropout_backward(grad_out, mask, rate):
    return grad_out


# %% 06c-1: by the same numbers
def dropout_backward(grad_out, mask, rate):
    fresh = np.random.default_rng(0).random(grad_out.shape) >= rate
    return grad_out * fresh / (1 - rate)


# %% 06c-1: the shape of grad_out
def dropout_backward(grad_out, mask, rate):
    return grad_out[mask] / (1 - rate)


# %% 06c-2: Square it
n_masks = 0.9 / 0.03

# %% 06c-2: it is the quotient that is squared
n_masks = 0.9**2 / 0.03

# %% 06c-2: our number of masks
n_masks = 1000

# %% 06c-2: two standard errors
n_masks = (2 * 0.9 / 0.03) ** 2

# %% 06c-2: more masks are needed
n_masks = (0.03 / 0.9) ** 2

# %% 06c-2: for n.
n_masks = 90

# %% 06c-3: the shares are swapped
new_point, new_target, slope_at_logit = (-0.4, 0.1), 0.25, 0.35

# %% 06c-3: halfway
new_point, new_target, slope_at_logit = (-0.2, 0.2), 0.5, 0.1

# %% 06c-3: each coordinate
new_point, new_target, slope_at_logit = (0.15, 0.3), 0.75, -0.15

# %% 06c-3: mixed as well
new_point, new_target, slope_at_logit = (0.0, 0.3), 1, -0.4

# %% 06c-3: so its share counts
new_point, new_target, slope_at_logit = (0.0, 0.3), 0.25, 0.35

# %% 06c-3: 0.75 times 1
new_point, new_target, slope_at_logit = (0.0, 0.3), 0.5, 0.1

# %% 06c-3: The sign of the slope
new_point, new_target, slope_at_logit = (0.0, 0.3), 0.75, 0.15

# %% 06c-3: instead of yours
new_point, new_target, slope_at_logit = (0.0, 0.3), 0.75, -0.4

# %% 06c-3: also for fractions
new_point, new_target, slope_at_logit = (0.0, 0.3), 0.75, 0.6
