# %% 06b-1
# Divided by 50, ridge is MSE + (1 / 50) Σw². With λ / 2 = 1 / 50, λ is 0.04.
same_strength = 2 * 1 / 50


# %% 06b-2
def elastic_net(a, l1, l2):
    # Slope 0 for w > 0: w - a + l1 + l2 w = 0, so w = (a - l1) / (1 + l2), if that is above 0.
    return np.sign(a) * np.maximum(np.abs(a) - l1, 0) / (1 + l2)


# %% 06b-3
# The bar after epoch 3 is 0.53: 0.56, 0.54 and 0.545 are not below it.
last_epoch = 6
kept_epoch = 3
smallest_gain = 0.001 / 20
