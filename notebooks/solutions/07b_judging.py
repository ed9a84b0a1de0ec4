# %% 07b-1
parameters_16 = 2 * 16 + 16 + 16 + 1
parameters_16_16 = (2 * 16 + 16) + (16 * 16 + 16) + (16 + 1)
width = (parameters_16_16 - 1) // 4  # 2 w + w + w + 1 = 4 w + 1

# %% 07b-2
import math

p_value = 2 * sum(math.comb(10, k) for k in (8, 9, 10)) / 2**10


# %% 07b-3
def interval(differences, rng):
    drawn = rng.integers(0, len(differences), (5000, len(differences)))
    return np.quantile(differences[drawn].mean(axis=1), (0.025, 0.975))


# %% 07b-4
epochs_single = 2400 / 750
epochs_32 = 2400 / 24  # 23 full batches and one of 14
epochs_all = 2400
