# %% 05a-1
# The factor is 1 - 2 * 0.3 = 0.4. 5 * 0.4^t < 0.001 means t > ln 5000 / ln 2.5 = 9.3.
n_steps = 10


# %% 05a-2
def random_walk(rng):
    return descend(lambda w: 2 * w, rng.uniform(-5, 5, 2), learning_rate=0.1, n_steps=20)


# %% 05a-3
# The slopes are 6 (w1 - 2) and 50 w2, so the curvatures are 6 and 50. Where the minimum lies
# does not matter.
limit = 2 / 50
best_rate = 2 / (6 + 50)

# %% 05a-4
# 31 full batches and one of 1000 - 31 * 32 examples.
n_updates = 20 * 32
last_batch = 8

# %% 05a-5
# An eighth of the noise needs 8 * 8 times the examples.
batch_size = 16 * 64
