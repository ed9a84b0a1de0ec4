# %% 01-1
z = 0.5 * 0.6 + 0.5 * 0.8 - 0.4  # 0.3 + 0.4 - 0.4
output = 1 if z > 0 else 0

# %% 01-2
# Both weights pull down, and only both together pull below 0.
w1 = -1
w2 = -1
b = 1.5

# %% 01-3
x_or, y_or = nn.datasets.load_logic_gate("or")

or_neuron = nn.Perceptron(n_in=2)
or_neuron.fit(x_or, y_or)

# %% 01-4
bound_for_or = round(mistake_bound(x_or, y_or, np.array([1, 1, -0.4])), 1)

# %% 01-5
W1 = np.array([[1, 1], [1, 1]])  # one column for each unit: OR, AND
b1 = np.array([-0.5, -1.5])
W2 = np.array([[1], [-1]])  # OR and not AND
b2 = np.array([-0.5])

# %% 01-6
n_parameters = count_parameters([64, 32, 16, 10])
