# %% 06a-1: model C misses even
model_a, model_b, model_c, model_d = "good fit", "overfitting", "good fit", "overfitting"

# %% 06a-1: Compare its validation error
model_a, model_b, model_c, model_d = "good fit", "overfitting", "underfitting", "good fit"

# %% 06a-1: flexible enough
model_a, model_b, model_c, model_d = "good fit", "overfitting", "underfitting", "underfitting"

# %% 06a-1: as every fit is
model_a, model_b, model_c, model_d = "overfitting", "overfitting", "underfitting", "overfitting"

# %% 06a-1: What did it learn there
model_a, model_b, model_c, model_d = "good fit", "good fit", "underfitting", "overfitting"

# %% 06a-1: should be one of
model_a, model_b, model_c, model_d = "good", "overfitting", "underfitting", "overfitting"

# %% 06a-2: there is the constant
n_points = 0.3**2 * 7 / 0.004

# %% 06a-2: the square of the standard deviation
n_points = 600

# %% 06a-2: exactly 0.004
n_points = 181

# %% 06a-2: solve sigma
n_points = 360


# %% 06a-3: Deal one permutation
def three_parts(n, rng):
    return tuple(rng.integers(0, n, k) for k in (n * 3 // 5, n // 5, n // 5))


# %% 06a-3: still in their order
def three_parts(n, rng):
    rows = np.arange(n)
    return rows[: n * 3 // 5], rows[n * 3 // 5 : n * 4 // 5], rows[n * 4 // 5 :]


# %% 06a-3: yours hold
def three_parts(n, rng):
    return tuple(np.array_split(rng.permutation(n), 3))


# %% 06a-3: draw from rng
def three_parts(n, rng):
    rows = np.random.default_rng(0).permutation(n)
    return rows[: n * 3 // 5], rows[n * 3 // 5 : n * 4 // 5], rows[n * 4 // 5 :]


# %% 06a-4: One more follows
n_trainings, n_examples = 40, 160

# %% 06a-4: multiply
n_trainings, n_examples = 14, 160

# %% 06a-4: how many are left
n_trainings, n_examples = 41, 40

# %% 06a-4: not each of the eight
n_trainings, n_examples = 48, 160


# %% 06a-5: the same as before
def honest_score(x, y):
    return leaky_score(x, y)


# %% 06a-5: now the held-out rows choose
def honest_score(x, y):
    scores = []
    for train, held in nn.kfold(len(y), 5, rng=0):
        keep = np.argsort(-np.abs(x[held].T @ y[held]))[:10]
        scores.append(fold_score(x, y, keep, train, held))
    return np.mean(scores)


# %% 06a-5: one number
def honest_score(x, y):
    scores = []
    for train, held in nn.kfold(len(y), 5, rng=0):
        keep = np.argsort(-np.abs(x[train].T @ y[train]))[:10]
        scores.append(fold_score(x, y, keep, train, held))
    return np.array(scores)


# %% 06a-5: the same for any data
def honest_score(x, y):
    return 0.5


# %% 06a-5: Same folds
def honest_score(x, y):
    scores = []
    for train, held in nn.kfold(len(y), 10, rng=0):
        keep = np.argsort(-np.abs(x[train].T @ y[train]))[:10]
        scores.append(fold_score(x, y, keep, train, held))
    return np.mean(scores)
