# %% 06b-1: nn.L2 has a half in it
same_strength = 1 / 50

# %% 06b-1: the half goes the other way
same_strength = 0.5 / 50

# %% 06b-1: the half is right
same_strength = 2

# %% 06b-1: so must the penalties
same_strength = 1

# %% 06b-1: by a factor of 50
same_strength = 2 * 50

# %% 06b-1: compare its last term
same_strength = 0.001


# %% 06b-2: this is L1 alone
def elastic_net(a, l1, l2):
    return np.sign(a) * np.maximum(np.abs(a) - l1, 0)


# %% 06b-2: this is L2 alone
def elastic_net(a, l1, l2):
    return a / (1 + l2)


# %% 06b-2: by the factor second
def elastic_net(a, l1, l2):
    shrunk = a / (1 + l2)
    return np.sign(a) * np.maximum(np.abs(shrunk) - l1, 0)


# %% 06b-2: keep the sign
def elastic_net(a, l1, l2):
    return np.maximum(a - l1, 0) / (1 + l2)


# %% 06b-2: They should stop at 0
def elastic_net(a, l1, l2):
    return (a - l1 * np.sign(a)) / (1 + l2)


# %% 06b-2: the factor is not right
def elastic_net(a, l1, l2):
    return np.sign(a) * np.maximum(np.abs(a) - l1, 0) / (1 + 2 * l2)


# %% 06b-2: must return 5
def elastic_net(a, l1, l2):
    return l1 * np.sum(np.abs(a)) + l2 / 2 * np.sum(a**2)


# %% 06b-2: when is there no such w
def elastic_net(a, l1, l2):
    return np.sign(a) * np.maximum(np.abs(a) - l1, 0) * (1 - l2)


# %% 06b-3: by less than min_delta
last_epoch, kept_epoch, smallest_gain = 10, 10, 0.00005

# %% 06b-3: unless it passed the bar
last_epoch, kept_epoch, smallest_gain = 6, 5, 0.00005

# %% 06b-3: with the last weights
last_epoch, kept_epoch, smallest_gain = 6, 6, 0.00005

# %% 06b-3: one late
last_epoch, kept_epoch, smallest_gain = 7, 3, 0.00005

# %% 06b-3: one early
last_epoch, kept_epoch, smallest_gain = 5, 3, 0.00005

# %% 06b-3: go through it with a bar
last_epoch, kept_epoch, smallest_gain = 4, 3, 0.00005

# %% 06b-3: it has all 20
last_epoch, kept_epoch, smallest_gain = 6, 3, 0.001

# %% 06b-3: Divide by the patience
last_epoch, kept_epoch, smallest_gain = 6, 3, 0.001 * 20

# %% 06b-3: must pass min_delta
last_epoch, kept_epoch, smallest_gain = 6, 3, 0.0005
