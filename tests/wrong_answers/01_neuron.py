# %% 01-1: without the bias
z, output = 0.7, 1

# %% 01-1: subtracted a negative bias
z, output = 1.1, 1

# %% 01-1: sum of the inputs and the bias
z, output = 1.0, 1

# %% 01-1: z is right
z, output = 0.3, 0

# %% 01-2: exact opposite
w1, w2, b = 1, 1, -1.5

# %% 01-2: never fires
w1, w2, b = -1, -1, 0

# %% 01-2: always fires
w1, w2, b = -1, -1, 3

# %% 01-2: (0, 1) and (1, 0) on the wrong side
w1, w2, b = -1, -1, 0.5

# %% 01-2: your answer stopped with ValueError
w1, w2, b = -1, "one", 0.5

# %% 01-3: has not been trained
or_neuron = nn.Perceptron(2)

# %% 01-3: this is int
or_neuron = nn.Perceptron(2).fit(x_or, y_or)

# %% 01-3: learned AND
or_neuron = nn.Perceptron(2)
or_neuron.fit(*nn.datasets.load_logic_gate("and"))

# %% 01-3: enough passes
or_neuron = nn.Perceptron(2)
or_neuron.fit(x_or, y_or, max_epochs=1)

# %% 01-4: with the bias -0.5
bound_for_or = mistake_bound(x_or, y_or, np.array([1, 1, -0.5]))

# %% 01-4: is its square
bound_for_or = mistake_bound(x_or, y_or, np.array([1, 1, -0.4])) ** 0.5

# %% 01-4: bound for AND
bound_for_or = mistake_bound(*gates["and"], np.array([1, 1, -1.5]))

# %% 01-5: XNOR
W1, b1, W2, b2 = [[1, 1], [1, 1]], [-0.5, -1.5], [-1, 1], 0.5

# %% 01-5: not AND
W1, b1, W2, b2 = [[1, -1], [1, -1]], [-0.5, 1.5], [1, 1], -1.5

# %% 01-5: W1 must be (2, 2)
W1, b1, W2, b2 = [1, 1], -0.5, [1, 1], -1.5

# %% 01-5: always agree
W1, b1, W2, b2 = [[1, 1], [1, 1]], [-0.5, -0.5], [1, -1], -0.5

# %% 01-5: [[0, 0], [1, 0], [1, 0], [1, 1]]
W1, b1, W2, b2 = [[1, 1], [1, 1]], [-0.5, -1.5], [1, 1], -0.5

# %% 01-6: weights only
n_parameters = 64 * 32 + 32 * 16 + 16 * 10

# %% 01-6: counted units
n_parameters = 64 + 32 + 16 + 10

# %% 01-6: 64 features, not 8
n_parameters = count_parameters([8, 32, 16, 10])

# %% 01-6: one layer is missing
n_parameters = count_parameters([64, 32, 16])
