# %% 00-1: where the slider stood
n_meetings = 2

# %% 00-1: where the slider stands
n_meetings = 2.6

# %% 00-1: not those of one arm
n_meetings = 3

# %% 00-1: last number of the title
n_meetings = 6

# %% 00-2: not added up
final = marks * shares

# %% 00-2: plain mean
final = marks.mean(axis=1)

# %% 00-2: one a column
final = marks.sum(axis=0) * shares

# %% 00-2: (4, 1)
final = marks @ shares[:, np.newaxis]

# %% 00-2: one number came out
final = (marks * shares).sum()

# %% 00-3: laid along the columns
centred = square - square.mean(axis=1)

# %% 00-3: every column has mean 0
centred = square - square.mean(axis=0)

# %% 00-3: of the whole table
centred = square - square.mean()

# %% 00-3: means of the rows. Subtract
centred = square.mean(axis=1, keepdims=True)

# %% 00-3: all should be 0
centred = square + square.mean(axis=1, keepdims=True)

# %% 00-4: of what is inside
slope_at_2 = 2 * (3 * 2 + 1)

# %% 00-4: value of f
slope_at_2 = (3 * 2 + 1) ** 2

# %% 00-4: is 2u, not u
slope_at_2 = 3 * (3 * 2 + 1)

# %% 00-4: dropped the 1
slope_at_2 = 2 * 9 * 2

# %% 00-4: slope of u^2, times slope of u
slope_at_2 = 7

# %% 00-5: uphill
x1_new, x2_new = 2.4, 1.6

# %% 00-5: Take 0.1 of it
x1_new, x2_new = -2, -5

# %% 00-5: the gradient at (2, 1). Now
x1_new, x2_new = 4, 6

# %% 00-5: the factor 3
x1_new, x2_new = 1.6, 0.8
