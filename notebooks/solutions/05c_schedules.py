# %% 05c-1
# η / (2 - η) = 0.01, so η = 0.02 - 0.01 η and 1.01 η = 0.02.
rate_for_floor = 0.02 / 1.01  # 0.0198

# %% 05c-2
factor = (0.001 / 0.1) ** (1 / 1000)  # 0.995405

# %% 05c-3
growth = (1 / 0.001) ** (1 / 29)  # 30 rates have 29 gaps: 1.2690


# %% 05c-4
def clip_all(grads, max_norm):
    norm = np.sqrt(sum(np.sum(grad**2) for grad in grads))
    factor = min(1, max_norm / norm)
    return [factor * grad for grad in grads]


# %% 05c-5
landing = 0.4 - (0.4**3 - 0.4) / (3 * 0.4**2 - 1)  # -0.2462, across the saddle
