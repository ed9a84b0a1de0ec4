# %% 00-1
n_meetings = 5  # the last number of the title at 2.6 turns

# %% 00-2
marks = np.array([[2.0, 1.0, 3.0], [1.0, 1.0, 2.0], [3.0, 4.0, 5.0], [1.0, 2.0, 1.0]])
shares = np.array([0.5, 0.3, 0.2])

final = marks @ shares  # (4, 3) @ (3,) is (4,)

# %% 00-3
square = np.array([[1.0, 2.0, 6.0], [4.0, 4.0, 4.0], [0.0, 3.0, 9.0]])

centred = square - square.mean(axis=1, keepdims=True)  # (3, 3) - (3, 1)

# %% 00-4
slope_at_2 = 2 * (3 * 2 + 1) * 3  # slope of u^2 at u = 7, times the slope of 3x + 1

# %% 00-5
# The gradient at (2, 1) is (4, 6).
x1_new = 2 - 0.1 * 4
x2_new = 1 - 0.1 * 6
