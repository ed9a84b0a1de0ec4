# %% 05c-1: only roughly
rate_for_floor = 0.02

# %% 05c-1: twice that
rate_for_floor = 0.01

# %% 05c-1: not the rate half of the floor
rate_for_floor = 0.005

# %% 05c-1: solve for η
rate_for_floor = 0.1

# %% 05c-2: falls to a thousandth
factor = 0.001 ** (1 / 1000)

# %% 05c-2: has been applied 1000 times
factor = 0.01 ** (1 / 999)

# %% 05c-2: much closer to 1
factor = 0.01

# %% 05c-2: take a root
factor = 1 - 0.99 / 1000

# %% 05c-2: Which root is that
factor = 0.9

# %% 05c-3: the misprint's mistake
growth = 1000 ** (1 / 30)

# %% 05c-3: not its multiple
growth = 1000 / 29

# %% 05c-3: one gap too few
growth = 1000 ** (1 / 28)

# %% 05c-3: once a gap
growth = 10.0


# %% 05c-4: each array for itself
def clip_all(grads, max_norm):
    return [g * min(1, max_norm / np.linalg.norm(g)) for g in grads]


# %% 05c-4: clipping by value
def clip_all(grads, max_norm):
    return [np.clip(g, -max_norm, max_norm) for g in grads]


# %% 05c-4: must stay as they are
def clip_all(grads, max_norm):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    return [g * max_norm / norm for g in grads]


# %% 05c-4: changed the arrays
def clip_all(grads, max_norm):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    for g in grads:
        g *= min(1, max_norm / norm)
    return grads


# %% 05c-4: norm of all together
def clip_all(grads, max_norm):
    norm = sum(np.linalg.norm(g) for g in grads)
    return [g * min(1, max_norm / norm) for g in grads]


# %% 05c-5: keeps both signs
landing = 0.4 + (0.4**3 - 0.4) / (3 * 0.4**2 - 1)

# %% 05c-5: with rate 1
landing = 0.4 - (0.4**3 - 0.4)

# %% 05c-5: you multiplied
landing = 0.4 - (0.4**3 - 0.4) * (3 * 0.4**2 - 1)

# %% 05c-5: in the long run
landing = 0.0
