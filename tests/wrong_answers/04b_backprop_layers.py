# %% 04b-1: has the shape of W
delta_shape, dW_shape, db_shape, dx_shape = (32, 256), (256, 784), (256,), (32, 784)

# %% 04b-1: summed over the rows
delta_shape, dW_shape, db_shape, dx_shape = (32, 256), (784, 256), (32, 256), (32, 784)

# %% 04b-1: Keep the batch
delta_shape, dW_shape, db_shape, dx_shape = (32, 256), (784, 256), (256,), (784,)

# %% 04b-1: look again at delta
delta_shape, dW_shape, db_shape, dx_shape = (32, 784), (784, 256), (256,), (32, 784)


# %% 04b-2: twice too large
def central_differences(f, theta, h=1e-5):
    return np.array([(f(theta + h * e) - f(theta - h * e)) / h for e in np.eye(len(theta))])


# %% 04b-2: one-sided
def central_differences(f, theta, h=1e-5):
    return np.array([(f(theta + h * e) - f(theta)) / h for e in np.eye(len(theta))])


# %% 04b-2: undo each nudge
def central_differences(f, theta, h=1e-5):
    gradient = np.zeros(len(theta))
    for i in range(len(theta)):
        theta[i] += h
        above = f(theta)
        theta[i] -= 2 * h
        gradient[i] = (above - f(theta)) / (2 * h)
    return gradient


# %% 04b-2: one slope an entry
def central_differences(f, theta, h=1e-5):
    return (f(theta + h) - f(theta - h)) / (2 * h)


# %% 04b-2: gives nothing back yet
def central_differences(f, theta, h=1e-5):
    np.zeros(len(theta))


# %% 04b-3: should be one of
wrong_array, factor = "delta1", 4

# %% 04b-3: W1 agrees
wrong_array, factor = "W1", 4

# %% 04b-3: output layer is right
wrong_array, factor = "b2", 4

# %% 04b-3: 0.25 is wrong / right
wrong_array, factor = "b1", 0.25

# %% 04b-3: which number comes out
wrong_array, factor = "b1", 2

# %% 04b-4: these are the weights
n_parameters, n_passes = 101_632, 203_264

# %% 04b-4: the output units have biases
n_parameters, n_passes = 101_760, 203_520

# %% 04b-4: count n_in
n_parameters, n_passes = 784 * 128 * 10, 2 * 784 * 128 * 10

# %% 04b-4: goes up and down
n_parameters, n_passes = 101_770, 101_770

# %% 04b-4: one on each side
n_parameters, n_passes = 101_770, 2
