# %% 03b-1
bce_by_hand = -(np.log(0.6) + np.log(1 - 0.2) + np.log(0.05)) / 3


# %% 03b-2
def divergence_of(t, p):
    happens = t > 0
    return np.sum(t[happens] * np.log(t[happens] / p[happens]))


# %% 03b-3
def bce_on_logits(z, y):
    return np.mean(np.logaddexp(0, z) - y * z)


# %% 03b-4
def softmax_cross_entropy(logits, labels):
    n = len(labels)
    shifted = logits - logits.max(axis=1, keepdims=True)  # exp sees no positive number
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    gradient = np.exp(log_p)
    gradient[np.arange(n), labels] -= 1
    return -log_p[np.arange(n), labels].mean(), gradient / n
