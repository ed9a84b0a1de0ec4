"""What the checks of notebook 07b accept, and what they say to answers that are not right."""

import numpy as np

from nnlib.show.check import close, exercise


@exercise("07b-1")
def equal_parameters(one_layer, two_layers, width):
    if close(one_layer, 48) or close(two_layers, 304):
        return "these are the weights. Every unit has a bias as well, the output too."
    if close(one_layer, 64) or close(two_layers, 336):
        return "one is missing: the output unit has a bias too."
    if not close(one_layer, 65):
        return "2-16-1: two weights and a bias for each hidden unit, 16 weights and a bias behind."
    if close(two_layers, 320 + 1):
        return "2-16-1 is right. In 2-16-16-1 both hidden layers have biases."
    if not close(two_layers, 337):
        return "2-16-1 is right. 2-16-16-1 has 48 in its first layer, 272 in its second, 17 behind."
    if close(width, 32):
        return (
            "as many hidden units do not make as many parameters: between two layers of 16 there "
            "are 256 weights. Solve 4 w + 1 = 337."
        )
    if not close(width, 84):
        return "the two counts are right. A unit of 2-w-1 brings 4 parameters, and 1 is left over."
    return None


@exercise("07b-2")
def ten_tosses(p):
    right = 2 * (45 + 10 + 1) / 1024
    if close(p, right, 1e-4):
        return None
    if close(p, right / 2, 1e-4):
        return "that is 8 or more heads. Tails are as surprising: count both sides."
    if close(p, 2 * 45 / 1024, 1e-4) or close(p, 45 / 1024, 1e-4):
        return "that is exactly 8. Nine and ten are at least as lopsided: add them."
    if close(p, 1 - right, 1e-4):
        return "that is the probability of the other results, 3 to 7 heads."
    if close(p, 0.8**10, 1e-4) or close(p, 0.5**8, 1e-4):
        return "count the ways: comb(10, k) sequences have k heads, each has probability 1 / 1024."
    if close(p, 112):
        return "these are the sequences. Divide by how many there are of all kinds."
    return "add comb(10, k) for k = 8, 9, 10, double it, and divide by 2 to the power 10."


@exercise("07b-3")
def own_interval(interval):
    values = np.array([0.2, -0.1, 0.4, 0.3, 0.1, 0.5, -0.2, 0.3])
    result = interval(values, np.random.default_rng(0))
    if np.shape(result) != (2,):
        return f"return a pair (low, high); what came has the shape {np.shape(result)}."
    low, high = map(float, result)
    if low > high:
        return "the lower end comes first."
    rng = np.random.default_rng(1)
    means = values[rng.integers(0, 8, (20_000, 8))].mean(axis=1)
    right = np.quantile(means, (0.025, 0.975))
    if abs(high - low) < 1e-9:
        return "the interval has no width: draw with replacement, or every mean is the same."
    if close((low, high), np.quantile(values, (0.025, 0.975)), 0.02):
        return "these are quantiles of the differences. Take those of the means of resamples."
    if close((low, high), np.quantile(means, (0.05, 0.95)), 0.012):
        return "between these lie 90%. For 95% leave 2.5% out on each side."
    if close((low, high), (means.min(), means.max()), 0.05):
        return "these are the smallest and the largest mean. Leave 2.5% out on each side."
    if abs(high - low) > 1.5 * (right[1] - right[0]):
        return "too wide: draw as many values in a resample as there are differences."
    if abs(high - low) < 0.6 * (right[1] - right[0]):
        return "too narrow: draw as many values in a resample as there are differences, not more."
    if not close((low, high), right, 0.03):
        return f"for a test of ours about {right[0]:.2f} to {right[1]:.2f} is right; yours differs."
    return None


@exercise("07b-4")
def equal_updates(single, batches, everything):
    if close((single, batches, everything), (2400, 2400, 2400)):
        return "an epoch is a pass over the 750 points. How many updates does it hold for each?"
    if close((single, batches, everything), (750, 24, 1)):
        return "these are the updates in one epoch. How many epochs give 2,400 of them?"
    if close(single, 2400 * 750):
        return "with single points one epoch already makes 750 updates: divide."
    if not close(single, 3.2, 1e-3):
        return "single points: 750 updates an epoch. 2,400 updates are only a few."
    if close(batches, 2400 * 32 / 750, 1e-3) or close(batches, 2400 / 23, 1e-3):
        return "750 / 32 is not whole: the last, smaller batch is an update too. So 24 an epoch."
    if not close(batches, 100):
        return "single points are right. Batches of 32: 24 updates an epoch, the last one smaller."
    if not close(everything, 2400):
        return "the first two are right. All points at once make one update an epoch."
    return None
