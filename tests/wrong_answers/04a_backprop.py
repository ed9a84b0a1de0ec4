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


# %% 04a-2: gives nothing back yet
def tanh_of(v):
    np.tanh(v.data)


# %% 04a-2: must return a Value
def tanh_of(v):
    return np.tanh(v.data)


# %% 04a-2: parent is missing
def tanh_of(v):
    return Value(np.tanh(v.data), op="tanh")


# %% 04a-2: uses the input
def tanh_of(v):
    return Value(np.tanh(v.data), "", "tanh", (v,), (1 - v.data**2,))


# %% 04a-2: should be 1 - tanh²
def tanh_of(v):
    a = np.tanh(v.data)
    return Value(a, "", "tanh", (v,), (a * (1 - a),))


# %% 04a-3: has the shape of W
delta_shape, dW_shape, db_shape, dx_shape = (32, 256), (256, 784), (256,), (32, 784)

# %% 04a-3: summed over the rows
delta_shape, dW_shape, db_shape, dx_shape = (32, 256), (784, 256), (32, 256), (32, 784)

# %% 04a-3: Keep the batch
delta_shape, dW_shape, db_shape, dx_shape = (32, 256), (784, 256), (256,), (784,)

# %% 04a-3: look again at delta
delta_shape, dW_shape, db_shape, dx_shape = (32, 784), (784, 256), (256,), (32, 784)


# %% 04a-4: twice too large
def central_differences(f, theta, h=1e-5):
    return np.array([(f(theta + h * e) - f(theta - h * e)) / h for e in np.eye(len(theta))])


# %% 04a-4: one-sided
def central_differences(f, theta, h=1e-5):
    return np.array([(f(theta + h * e) - f(theta)) / h for e in np.eye(len(theta))])


# %% 04a-4: undo each nudge
def central_differences(f, theta, h=1e-5):
    gradient = np.zeros(len(theta))
    for i in range(len(theta)):
        theta[i] += h
        above = f(theta)
        theta[i] -= 2 * h
        gradient[i] = (above - f(theta)) / (2 * h)
    return gradient


# %% 04a-4: one slope an entry
def central_differences(f, theta, h=1e-5):
    return (f(theta + h) - f(theta - h)) / (2 * h)


# %% 04a-4: gives nothing back yet
def central_differences(f, theta, h=1e-5):
    np.zeros(len(theta))


# %% 04a-5: should be one of
wrong_array, factor = "delta1", 4

# %% 04a-5: W1 agrees
wrong_array, factor = "W1", 4

# %% 04a-5: output layer is right
wrong_array, factor = "b2", 4

# %% 04a-5: 0.25 is wrong / right
wrong_array, factor = "b1", 0.25

# %% 04a-5: which number comes out
wrong_array, factor = "b1", 2
