# %% 04a-1: inner rate is not 1
dy_dw, dy_db, dy_dw_numeric = 14, 14, 28.0

# %% 04a-1: not u
dy_dw, dy_db, dy_dw_numeric = 14, 7, 28.0

# %% 04a-1: whatever x is
dy_dw, dy_db, dy_dw_numeric = 28, 28, 28.0

# %% 04a-1: multiplies by w
dy_dw, dy_db, dy_dw_numeric = 42, 14, 28.0

# %% 04a-1: should come near them
dy_dw, dy_db = 28, 14
dy_dw_numeric = nn.numerical_gradient(lambda x: (3 * x + 1) ** 2, 2.0)

# %% 04a-2: w2 can still move
dw2_cut, dw1_cut = 0, 0

# %% 04a-2: only by way of w2
dw2_cut, dw1_cut = -0.1497, -0.0143

# %% 04a-2: sign is reversed
dw2_cut, dw1_cut = 0.1497, 0

# %% 04a-2: half of it
dw2_cut, dw1_cut = -0.0748, 0

# %% 04a-2: One step is missing
dw2_cut, dw1_cut = -0.25, 0

# %% 04a-2: a2 is one half
dw2_cut, dw1_cut = -0.3, 0

# %% 04a-3: only one path from a
de_da, de_db = 5, 2

# %% 04a-3: do not multiply
de_da, de_db = 10, 2

# %% 04a-3: other factor of the product
de_da, de_db = 7, 5

# %% 04a-3: b has one path
de_da, de_db = 7, 1

# %% 04a-3: the slopes into the product
de_da, de_db = 4, 1


# %% 04a-4: gives nothing back yet
def tanh_of(v):
    np.tanh(v.data)


# %% 04a-4: must return a Value
def tanh_of(v):
    return np.tanh(v.data)


# %% 04a-4: parent is missing
def tanh_of(v):
    return Value(np.tanh(v.data), op="tanh")


# %% 04a-4: uses the input
def tanh_of(v):
    return Value(np.tanh(v.data), "", "tanh", (v,), (1 - v.data**2,))


# %% 04a-4: should be 1 - tanh²
def tanh_of(v):
    a = np.tanh(v.data)
    return Value(a, "", "tanh", (v,), (a * (1 - a),))
