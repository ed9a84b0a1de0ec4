# %% 06a-1
model_a = "good fit"  # both near 0.09
model_b = "overfitting"  # far below the noise on one side, far above on the other
model_c = "underfitting"  # misses its own training points
model_d = "overfitting"  # training below the noise, validation four times above it

# %% 06a-2
# 0.3² · 8 / n = 0.004: degree 7 has 8 weights.
n_points = 180


# %% 06a-3
def three_parts(n, rng):
    rows = rng.permutation(n)
    first, second = n * 3 // 5, n * 4 // 5
    return rows[:first], rows[first:second], rows[second:]


# %% 06a-4
n_trainings = 8 * 5 + 1
n_examples = 200 * 4 // 5


# %% 06a-5
def honest_score(x, y):
    scores = []
    for train, held in nn.kfold(len(y), 5, rng=0):
        keep = np.argsort(-np.abs(x[train].T @ y[train]))[:10]  # the training rows choose
        scores.append(fold_score(x, y, keep, train, held))
    return np.mean(scores)
