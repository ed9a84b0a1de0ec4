# %% 04a-1
dy_dw = 2 * 7 * 2  # outer rate 2u = 14, times du/dw = x = 2
dy_db = 2 * 7 * 1  # du/db = 1
dy_dw_numeric = nn.numerical_gradient(lambda w: (2 * w + 1) ** 2, 3.0)

# %% 04a-2
dw2_cut = 2 * (0.5 - 1) * 0.25 * 0.5987  # sigmoid(0) = 0.5, its slope 0.25, a1 = sigmoid(0.4)
dw1_cut = 0  # the path to w1 goes through w2 = 0

# %% 04a-3
de_da = 5 + 2  # directly: a + b; by way of the sum: a times 1
de_db = 2  # by way of the sum only


# %% 04a-4
def tanh_of(v):
    a = np.tanh(v.data)
    return Value(a, "", "tanh", (v,), (1 - a**2,))
