# %% 02b-1
x = np.array([[1.0, 2.0]])
weight = np.array([[0.5, 0.3], [0.5, 0.7]])  # (n_in, n_out): a column a unit
bias = np.array([0.0, 0.0])

z = [[1 * 0.5 + 2 * 0.5, 1 * 0.3 + 2 * 0.7]]  # the same as x @ weight + bias
a = z  # both are above 0, so ReLU leaves them


# %% 02b-2
def forward_3layer(x, W1, b1, W2, b2, W3, b3):
    a1 = nn.activations.relu(x @ W1 + b1)
    a2 = nn.activations.relu(a1 @ W2 + b2)
    return nn.activations.sigmoid(a2 @ W3 + b3)


# %% 02b-3
def forward_deep(x, layers):
    outputs = [x]
    for weight, bias, name in layers:
        function, _ = nn.activations.get(name)
        outputs.append(function(outputs[-1] @ weight + bias))
    return outputs


# %% 02b-4
n_units = 1
while np.abs(relu_network(np.sin, n_units, 5.0).forward(x) - np.sin(x)).max() >= 0.001:
    n_units += 1
