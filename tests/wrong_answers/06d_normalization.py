# %% 06d-1: not with n - 1
first_output = 3 * (2 - 5) / np.sqrt(20 / 3) + 1

# %% 06d-1: it is the standard deviation
first_output = 3 * (2 - 5) / 5 + 1

# %% 06d-1: still to come
first_output = (2 - 5) / np.sqrt(5)

# %% 06d-1: shift is missing
first_output = 3 * (2 - 5) / np.sqrt(5)

# %% 06d-1: scale first
first_output = 3 * ((2 - 5) / np.sqrt(5) + 1)

# %% 06d-1: the mean is 5
first_output = 3.5

# %% 06d-2: takes parts away
grad_x, grad_scale, grad_shift = [0.6, -1.0], -0.8, -0.2

# %% 06d-2: only the mean is taken away
grad_x, grad_scale, grad_shift = [0.4, -0.4], -0.8, -0.2

# %% 06d-2: What is left of g
grad_x, grad_scale, grad_shift = [0.1, 0.1], -0.8, -0.2

# %% 06d-2: are exchanged
grad_x, grad_scale, grad_shift = [0, 0], -0.2, -0.8

# %% 06d-2: wrong sign
grad_x, grad_scale, grad_shift = [0, 0], 0.8, -0.2

# %% 06d-2: without the scale
grad_x, grad_scale, grad_shift = [0, 0], -1.6, -0.2

# %% 06d-2: sum of the blame on the outputs
grad_x, grad_scale, grad_shift = [0, 0], -0.8, -0.4

# %% 06d-2: should be two numbers
grad_x, grad_scale, grad_shift = 0, -0.8, -0.2

# %% 06d-3: still missing, 0.0108
n_batches = 43

# %% 06d-3: momentum of PyTorch
n_batches = 2

# %% 06d-3: that is 90%
n_batches = 22

# %% 06d-3: about 0.65
n_batches = 10

# %% 06d-3: at most 0.01
n_batches = 90


# %% 06d-4: direct path only
def rms_backward(grad_out, x, scale):
    return grad_out * scale / np.sqrt(np.mean(x**2, axis=1, keepdims=True) + 1e-5)


# %% 06d-4: no mean of g
def rms_backward(grad_out, x, scale):
    inv_rms = 1 / np.sqrt(np.mean(x**2, axis=1, keepdims=True) + 1e-5)
    normed, g = x * inv_rms, grad_out * scale
    along = normed * np.mean(g * normed, axis=1, keepdims=True)
    return (g - g.mean(axis=1, keepdims=True) - along) * inv_rms


# %% 06d-4: root mean square is missing
def rms_backward(grad_out, x, scale):
    normed = x / np.sqrt(np.mean(x**2, axis=1, keepdims=True) + 1e-5)
    g = grad_out * scale
    return g - normed * np.mean(g * normed, axis=1, keepdims=True)


# %% 06d-4: through the scale first
def rms_backward(grad_out, x, scale):
    inv_rms = 1 / np.sqrt(np.mean(x**2, axis=1, keepdims=True) + 1e-5)
    normed = x * inv_rms
    return (grad_out - normed * np.mean(grad_out * normed, axis=1, keepdims=True)) * inv_rms


# %% 06d-4: axis 1
def rms_backward(grad_out, x, scale):
    inv_rms = 1 / np.sqrt(np.mean(x**2, axis=1, keepdims=True) + 1e-5)
    normed, g = x * inv_rms, grad_out * scale
    return (g - normed * np.mean(g * normed, axis=0)) * inv_rms


# %% 06d-4: array of shape
def rms_backward(grad_out, x, scale):
    return np.sum(grad_out * x * scale)


# %% 06d-4: subtract its part
def rms_backward(grad_out, x, scale):
    return grad_out * x
