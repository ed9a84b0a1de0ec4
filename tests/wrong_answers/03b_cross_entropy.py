# %% 03b-1: this is the sum
bce_by_hand = 3.7297

# %% 03b-1: the label is 0
bce_by_hand = -np.log([0.6, 0.2, 0.05]).mean()

# %% 03b-1: base 10
bce_by_hand = -np.log10([0.6, 0.8, 0.05]).mean()

# %% 03b-1: the sign is wrong
bce_by_hand = -1.2432

# %% 03b-1: first, then the mean
bce_by_hand = -np.log(np.mean([0.6, 0.8, 0.05]))


# %% 03b-2: gives nan
def divergence_of(t, p):
    return np.sum(t * np.log(t / p))


# %% 03b-2: cross-entropy
def divergence_of(t, p):
    return -np.sum(t * np.log(p))


# %% 03b-2: swapped
def divergence_of(t, p):
    return np.sum(p * np.log(p / t))


# %% 03b-2: never negative
def divergence_of(t, p):
    return np.sum(t * np.log(p / t))


# %% 03b-2: Add up the classes
def divergence_of(t, p):
    return t * np.log(t / p)


# %% 03b-2: in bits
def divergence_of(t, p):
    return np.sum(t * np.log2(t / p))


# %% 03b-3: something is clipped
def bce_on_logits(z, y):
    p = np.clip(nn.activations.sigmoid(z), 1e-15, 1 - 1e-15)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


# %% 03b-3: exp overflows
def bce_on_logits(z, y):
    with np.errstate(over="ignore"):
        return np.mean(np.log(1 + np.exp(z)) - y * z)


# %% 03b-3: it is the sum
def bce_on_logits(z, y):
    return np.sum(np.logaddexp(0, z) - y * z)


# %% 03b-3: swapped
def bce_on_logits(z, y):
    return np.mean(np.logaddexp(0, z) - (1 - y) * z)


# %% 03b-3: one number
def bce_on_logits(z, y):
    return np.logaddexp(0, z) - y * z


# %% 03b-4: before a probability is rounded
def softmax_cross_entropy(logits, labels):
    n = len(labels)
    p = nn.activations.softmax(logits)
    with np.errstate(divide="ignore"):
        value = -np.log(p[np.arange(n), labels]).mean()
    return value, (p - np.eye(logits.shape[1])[labels]) / n


# %% 03b-4: lacks the 1/n
def softmax_cross_entropy(logits, labels):
    n = len(labels)
    p = nn.activations.softmax(logits)
    return -np.log(p[np.arange(n), labels]).mean(), p - np.eye(3)[labels]


# %% 03b-4: wrong sign
def softmax_cross_entropy(logits, labels):
    n = len(labels)
    p = nn.activations.softmax(logits)
    return -np.log(p[np.arange(n), labels]).mean(), (np.eye(3)[labels] - p) / n


# %% 03b-4: only the probability
def softmax_cross_entropy(logits, labels):
    n = len(labels)
    p = nn.activations.softmax(logits)
    return -np.log(p[np.arange(n), labels]).mean(), p / n


# %% 03b-4: the value is divided by all entries
def softmax_cross_entropy(logits, labels):
    n = len(labels)
    p = nn.activations.softmax(logits)
    return -np.mean(np.eye(3)[labels] * np.log(p)), (p - np.eye(3)[labels]) / n


# %% 03b-4: the gradient is divided by all entries
def softmax_cross_entropy(logits, labels):
    n = len(labels)
    p = nn.activations.softmax(logits)
    return -np.log(p[np.arange(n), labels]).mean(), (p - np.eye(3)[labels]) / p.size


# %% 03b-4: the gradient for a logit of 1000 is not finite
def softmax_cross_entropy(logits, labels):
    n, e = len(labels), np.exp(logits)
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(n), labels]).mean(), (p - np.eye(logits.shape[1])[labels]) / n
