# %% 07a-1
largest_noise = noises[limits >= 0.95].max()

# %% 07a-2
new_point = np.array([[0.5, -0.2]])

standardized_point = (new_point - mean) / std  # or standardize(new_point)

# %% 07a-3
n_updates = math.ceil(750 / 64) * 100  # 12 in each epoch
last_batch = 750 - 11 * 64

# %% 07a-4
run_a = "rate too small"
run_b = "overfitting"
run_c = "rate too large"

# %% 07a-5
W, b = net.layers[0].weight, net.layers[0].bias

# (x - m) / s @ W + b  =  x @ (W / s) + (b - m / s @ W), a row of W for each feature
raw_weight = W / standardize.std[:, np.newaxis]
raw_bias = b - standardize.mean @ raw_weight
