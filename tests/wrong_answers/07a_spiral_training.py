# %% 07a-1: is a noise
largest_noise = 95

# %% 07a-1: there is a larger noise
largest_noise = 0.05

# %% 07a-1: below 95%
largest_noise = 0.07

# %% 07a-1: steps of 0.01
largest_noise = 0.065

# %% 07a-2: point's own mean
standardized_point = new_point - new_point.mean(axis=0)

# %% 07a-2: still missing
standardized_point = new_point - mean

# %% 07a-2: the mean was not taken off
standardized_point = new_point / std

# %% 07a-2: divides by the variance
standardized_point = (new_point - mean) / std**2

# %% 07a-2: along axis 0
standardized_point = (new_point - mean) / raw_train[0].std()

# %% 07a-2: training part's mean and std
standardized_point = (new_point - x.mean(axis=0)) / x.std(axis=0)

# %% 07a-2: the shape should be (1, 2)
standardized_point = ((new_point - mean) / std)[0]

# %% 07a-3: smaller batch
n_updates, last_batch = 750 // 64 * 100, 64

# %% 07a-3: updates come whole
n_updates, last_batch = 750 / 64 * 100, 46

# %% 07a-3: in one epoch
n_updates, last_batch = 12, 46

# %% 07a-3: batches of 32
n_updates, last_batch = 2400, 14

# %% 07a-3: no multiple of 64
n_updates, last_batch = 1200, 64

# %% 07a-3: what 11 full batches leave over
n_updates, last_batch = 1200, 18

# %% 07a-4: none of
run_a, run_b, run_c = "slow", "overfitting", "rate too large"

# %% 07a-4: run A still falls
run_a, run_b, run_c = "fine", "overfitting", "rate too large"

# %% 07a-4: run B
run_a, run_b, run_c = "rate too small", "fine", "rate too large"

# %% 07a-4: run C
run_a, run_b, run_c = "rate too small", "overfitting", "rate too small"

# %% 07a-5: you multiplied
raw_weight, raw_bias = W * standardize.std[:, np.newaxis], b

# %% 07a-5: still W
raw_weight, raw_bias = W, b

# %% 07a-5: sign of the mean
raw_weight = W / standardize.std[:, np.newaxis]
raw_bias = b + standardize.mean @ raw_weight

# %% 07a-5: make up for the mean
raw_weight, raw_bias = W / standardize.std[:, np.newaxis], b

# %% 07a-5: not through W
raw_weight = W / standardize.std[:, np.newaxis]
raw_bias = b - standardize.mean @ W

# %% 07a-5: raw_weight should have the shape
raw_weight, raw_bias = W.T, b

# %% 07a-5: raw_bias should have the shape
raw_weight, raw_bias = W / standardize.std[:, np.newaxis], standardize.mean
