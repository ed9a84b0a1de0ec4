# %% 07c-1: leave the sign out
smallest_logit = np.log(0.4 / 0.6)

# %% 07c-1: that is a probability
smallest_logit = 0.6

# %% 07c-1: a distance between probabilities
smallest_logit = 0.1

# %% 07c-1: took the sigmoid of 0.6
smallest_logit = 1 / (1 + np.exp(-0.6))

# %% 07c-1: is the loss at probability
smallest_logit = -np.log(0.6)

# %% 07c-2: without the bias of the hidden
n_weights = sum(2 + k for k in range(15)) + 18

# %% 07c-2: all biases are missing
n_weights = sum(2 + k for k in range(15)) + 17

# %% 07c-2: also sees all hidden units before
n_weights = 15 * 3 + 18

# %% 07c-2: the output unit is missing
n_weights = sum(3 + k for k in range(15))

# %% 07c-2: one hidden layer of 15
n_weights = 15 * 3 + 16

# %% 07c-2: no unit before it
n_weights = sum(3 + k for k in range(1, 16)) + 18


# %% 07c-3: the sign is wrong
def damped_step(J, e, mu):
    return np.linalg.solve(J.T @ J + mu * np.eye(J.shape[1]), J.T @ e)


# %% 07c-3: adds mu to all entries
def damped_step(J, e, mu):
    return np.linalg.solve(J.T @ J + mu, -J.T @ e)


# %% 07c-3: the damping is missing
def damped_step(J, e, mu):
    return -np.linalg.lstsq(J, e, rcond=None)[0]


# %% 07c-3: gradient descent with rate
def damped_step(J, e, mu):
    return -J.T @ e / mu


# %% 07c-3: should have the shape (4,)
def damped_step(J, e, mu):
    return np.linalg.solve(J.T @ J + mu * np.eye(J.shape[1]), -(J.T @ e)[:, np.newaxis])


# %% 07c-4: of the six that were solved
median_epochs = np.median([n for n in epochs_of_nine if n is not None])

# %% 07c-4: as if they had been the fastest
median_epochs = np.median([n or 0 for n in epochs_of_nine])

# %% 07c-4: the mean of the solved ones
median_epochs = np.mean([n for n in epochs_of_nine if n is not None])

# %% 07c-4: a mean with 2,000
median_epochs = np.mean([n or 2000 for n in epochs_of_nine])
