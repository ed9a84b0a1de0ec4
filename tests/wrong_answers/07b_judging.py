# %% 07b-1: these are the weights
parameters_16, parameters_16_16, width = 48, 304, 76

# %% 07b-1: one is missing
parameters_16, parameters_16_16, width = 64, 336, 84

# %% 07b-1: both hidden layers have biases
parameters_16, parameters_16_16, width = 65, 321, 80

# %% 07b-1: do not make as many parameters
parameters_16, parameters_16_16, width = 65, 337, 32

# %% 07b-1: brings 4 parameters
parameters_16, parameters_16_16, width = 65, 337, 112

# %% 07b-2: count both sides
import math

p_value = sum(math.comb(10, k) for k in (8, 9, 10)) / 2**10

# %% 07b-2: exactly 8
import math

p_value = 2 * math.comb(10, 8) / 2**10

# %% 07b-2: the other results
import math

p_value = 1 - 2 * sum(math.comb(10, k) for k in (8, 9, 10)) / 2**10

# %% 07b-2: count the ways
p_value = 0.5**8

# %% 07b-2: these are the sequences
p_value = 112


# %% 07b-3: no width
def interval(differences, rng):
    means = [rng.permutation(differences).mean() for _ in range(5000)]
    return np.quantile(means, (0.025, 0.975))


# %% 07b-3: quantiles of the differences
def interval(differences, rng):
    drawn = rng.choice(differences, 5000)
    return np.quantile(drawn, (0.025, 0.975))


# %% 07b-3: between these lie 90%
def interval(differences, rng):
    drawn = rng.integers(0, len(differences), (5000, len(differences)))
    return np.quantile(differences[drawn].mean(axis=1), (0.05, 0.95))


# %% 07b-3: return a pair
def interval(differences, rng):
    drawn = rng.integers(0, len(differences), (5000, len(differences)))
    return differences[drawn].mean(axis=1)


# %% 07b-3: too narrow
def interval(differences, rng):
    drawn = rng.integers(0, len(differences), (5000, 100))
    return np.quantile(differences[drawn].mean(axis=1), (0.025, 0.975))


# %% 07b-4: is a pass over the 750 points
epochs_single, epochs_32, epochs_all = 2400, 2400, 2400

# %% 07b-4: updates in one epoch
epochs_single, epochs_32, epochs_all = 750, 24, 1

# %% 07b-4: divide
epochs_single, epochs_32, epochs_all = 2400 * 750, 100, 2400

# %% 07b-4: is not whole
epochs_single, epochs_32, epochs_all = 3.2, 102.4, 2400

# %% 07b-4: one update an epoch
epochs_single, epochs_32, epochs_all = 3.2, 100, 3.2
