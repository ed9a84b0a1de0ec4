# %% 02-1
z = np.linspace(-5, 5, 101)

values = {"sigmoid": nn.activations.sigmoid(z), "ReLU": nn.activations.relu(z)}
ax = show.plots.curves(values, z, xlabel="z", ylabel="activation", log=False)
show.picture(
    ax, alt="Sigmoid and ReLU for z from -5 to 5: the first stays below 1, the second grows to 5."
)

# %% 02-2
z = np.array([-10.0, -5.0, 0.0, 5.0, 10.0])

sigmoid_slopes = sigmoid(z) * (1 - sigmoid(z))
relu_slopes = np.where(z > 0, 1.0, 0.0)


# %% 02-3
def softmax_with_temperature(logits, temperature):
    scaled = logits / temperature
    e = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# %% 02-4
x = np.array([[1.0, 2.0]])
weight = np.array([[0.5, 0.3], [0.5, 0.7]])  # (n_in, n_out): a column a unit
bias = np.array([0.0, 0.0])

z = [[1 * 0.5 + 2 * 0.5, 1 * 0.3 + 2 * 0.7]]  # the same as x @ weight + bias
a = z  # both are above 0, so ReLU leaves them


# %% 02-5
def forward_3layer(x, W1, b1, W2, b2, W3, b3):
    a1 = nn.activations.relu(x @ W1 + b1)
    a2 = nn.activations.relu(a1 @ W2 + b2)
    return nn.activations.sigmoid(a2 @ W3 + b3)


# %% 02-6
def forward_deep(x, layers):
    outputs = [x]
    for weight, bias, name in layers:
        function, _ = nn.activations.get(name)
        outputs.append(function(outputs[-1] @ weight + bias))
    return outputs
