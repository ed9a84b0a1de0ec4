# %% 06c-1
def dropout_backward(grad_out, mask, rate):
    # Forward multiplied by mask / (1 - rate); so does the way back.
    return grad_out * mask / (1 - rate)


# %% 06c-2
# sigma / sqrt(n) = 0.03, so n = (sigma / 0.03)²
n_masks = round((0.9 / 0.03) ** 2)

# %% 06c-3
new_point = 0.75 * np.array([0.2, 0.4]) + 0.25 * np.array([-0.6, 0])
new_target = 0.75 * 1 + 0.25 * 0
slope_at_logit = 0.6 - new_target
