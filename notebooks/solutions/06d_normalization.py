# %% 06d-1
# Mean 5, variance (9 + 1 + 1 + 9) / 4 = 5: 3 * (2 - 5) / sqrt(5) + 1.
first_output = 3 * (2 - 5) / np.sqrt(5) + 1

# %% 06d-2
# Standardized: -1 and 1, wherever the two inputs are. So nothing can be learned from them:
# g = (0.6, -1); its mean is -0.2, its part along (-1, 1) is -0.8 times (-1, 1); nothing is left.
grad_x = [0, 0]
grad_scale = 0.3 * -1 + -0.5 * 1
grad_shift = 0.3 + -0.5

# %% 06d-3
# 1 - 0.9^n >= 0.99 means 0.9^n <= 0.01, n >= ln 0.01 / ln 0.9 = 43.7.
n_batches = 44


# %% 06d-4
def rms_backward(grad_out, x, scale):
    inv_rms = 1 / np.sqrt(np.mean(x**2, axis=1, keepdims=True) + 1e-5)
    normed, g = x * inv_rms, grad_out * scale
    return (g - normed * np.mean(g * normed, axis=1, keepdims=True)) * inv_rms
