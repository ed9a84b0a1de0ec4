# %% 03-1
mse_by_hand = (1 + 0 + 0 + 16) / 4
mae_by_hand = (1 + 0 + 0 + 4) / 4
rmse_by_hand = mse_by_hand**0.5


# %% 03-2
def huber(error, delta):
    size = np.abs(error)
    return np.where(size <= delta, error**2 / 2, delta * size - delta**2 / 2)


# %% 03-3
bce_by_hand = -(np.log(0.6) + np.log(1 - 0.2) + np.log(0.05)) / 3


# %% 03-4
def bce_on_logits(z, y):
    return np.mean(np.logaddexp(0, z) - y * z)


# %% 03-5
def log_cosh_loss(prediction, target):
    error = prediction - target
    size = np.abs(error)
    value = np.mean(size + np.log1p(np.exp(-2 * size)) - np.log(2))
    return value, np.tanh(error) / error.size
