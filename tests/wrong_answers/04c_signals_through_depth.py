# %% 04c-1: One more falls below
n_factors = 63

# %% 04c-1: two factors of one half
n_factors = 126

# %% 04c-1: not multiplied
n_factors = 252

# %% 04c-1: power -2
n_factors = 38

# %% 04c-2: these are the variances
he_std, glorot_std = 2 / 128, 2 / 160

# %% 04c-2: not that of outputs
he_std, glorot_std = np.sqrt(2 / 32), np.sqrt(2 / 160)

# %% 04c-2: LeCun
he_std, glorot_std = np.sqrt(1 / 128), np.sqrt(2 / 160)

# %% 04c-2: limit of the uniform
he_std, glorot_std = np.sqrt(2 / 128), np.sqrt(6 / 160)

# %% 04c-2: n_in + n_out
he_std, glorot_std = np.sqrt(2 / 128), np.sqrt(1 / 160)


# %% 04c-3: the standard deviation of He
def he_uniform(n_in, n_out, rng):
    limit = np.sqrt(2 / n_in)
    return rng.uniform(-limit, limit, (n_in, n_out))


# %% 04c-3: Glorot's limit
def he_uniform(n_in, n_out, rng):
    return nn.initializers.glorot(n_in, n_out, rng)


# %% 04c-3: should be (300, 200)
def he_uniform(n_in, n_out, rng):
    limit = np.sqrt(6 / n_in)
    return rng.uniform(-limit, limit, (n_out, n_in))


# %% 04c-3: the mean is not 0
def he_uniform(n_in, n_out, rng):
    return rng.uniform(0, np.sqrt(6 / n_in), (n_in, n_out))


# %% 04c-3: uniform distribution, and this far
def he_uniform(n_in, n_out, rng):
    return nn.initializers.he(n_in, n_out, rng)


# %% 04c-4: for α = 0
variance = 2 / 100

# %% 04c-4: that is the standard deviation
variance = np.sqrt(2 / 104)

# %% 04c-4: α enters squared
variance = 2 / (1.2 * 100)

# %% 04c-4: turned over
variance = 1.04 / 200
