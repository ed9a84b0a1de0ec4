# %% 05a-1: Round up
n_steps = 9

# %% 05a-1: multiplied by 1 - 0.3
n_steps = 24

# %% 05a-1: for a start at 1
n_steps = 8

# %% 05a-1: Solve for t
n_steps = 20


# %% 05a-2: 21 places
def random_walk(rng):
    return descend(lambda w: 2 * w, rng.uniform(-5, 5, 2), 0.1, 20)[1:]


# %% 05a-2: Draw the start from rng
def random_walk(rng):
    return descend(lambda w: 2 * w, [4, 3], 0.1, 20)


# %% 05a-2: do not fill the square
def random_walk(rng):
    return descend(lambda w: 2 * w, rng.uniform(0, 5, 2), 0.1, 20)


# %% 05a-2: outside the square
def random_walk(rng):
    return descend(lambda w: 2 * w, 5 * rng.standard_normal(2), 0.1, 20)


# %% 05a-2: this walk goes up
def random_walk(rng):
    return descend(lambda w: -2 * w, rng.uniform(-5, 5, 2), 0.1, 20)


# %% 05a-2: should multiply by 0.8
def random_walk(rng):
    return descend(lambda w: w, rng.uniform(-5, 5, 2), 0.1, 20)


# %% 05a-2: Draw two
def random_walk(rng):
    return descend(lambda w: 2 * w, np.full(2, rng.uniform(-5, 5)), 0.1, 20)


# %% 05a-3: not the curvatures
limit, best_rate = 2 / 25, 2 / 28

# %% 05a-3: The steep one sets it
limit, best_rate = 2 / 6, 2 / 56

# %% 05a-3: lands at once
limit, best_rate = 1 / 50, 2 / 56

# %% 05a-3: not the compromise for both
limit, best_rate = 2 / 50, 1 / 50

# %% 05a-4: dropped the last batch
n_updates, last_batch = 620, 32

# %% 05a-4: not whole
n_updates, last_batch = 625, 8

# %% 05a-4: There are 20
n_updates, last_batch = 32, 8

# %% 05a-4: What is left
n_updates, last_batch = 640, 32

# %% 05a-5: divide the noise by √8 only
batch_size = 128

# %% 05a-5: how many times larger
batch_size = 64

# %% 05a-5: a smaller batch has more noise
batch_size = 2

# %% 05a-5: not to a tenth of what it was
batch_size = 1600
