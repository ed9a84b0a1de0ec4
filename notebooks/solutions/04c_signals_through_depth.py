# %% 04c-1
# 0.25^n = 2^(-2n). 2^(-126) is reached at n = 63, so 64 factors are below it.
n_factors = 64

# %% 04c-2
he_std = np.sqrt(2 / 128)  # 0.1250
glorot_std = np.sqrt(2 / (128 + 32))  # 0.1118


# %% 04c-3
def he_uniform(n_in, n_out, rng):
    limit = np.sqrt(3 * 2 / n_in)  # limit² / 3 = 2 / n_in
    return rng.uniform(-limit, limit, (n_in, n_out))


# %% 04c-4
variance = 2 / ((1 + 0.2**2) * 100)
