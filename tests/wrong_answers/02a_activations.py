# %% 02a-1: should be matplotlib axes
ax = nn.activations.sigmoid(z)

# %% 02a-1: two curves, it has 1
ax = show.plots.curves({"sigmoid": nn.activations.sigmoid(z)}, z, log=False)

# %% 02a-1: slope of ReLU
ax = show.plots.curves(
    {"a": nn.activations.sigmoid(z), "b": nn.activations.relu_slope(z)}, z, log=False
)

# %% 02a-1: no curve in the picture is sigmoid
ax = show.plots.curves({"a": np.tanh(z), "b": nn.activations.relu(z)}, z, log=False)

# %% 02a-1: from -5 to 5
z = np.linspace(0, 5, 101)
ax = show.plots.curves({"a": nn.activations.sigmoid(z), "b": nn.activations.relu(z)}, z, log=False)

# %% 02a-1: list of lines
ax = show.plots.curves({"a": nn.activations.sigmoid(z)}, z, log=False).plot(
    z, nn.activations.relu(z)
)

# %% 02a-2: these are the values
sigmoid_slopes, relu_slopes = sigmoid(z), nn.activations.relu(z)

# %% 02a-2: both places
sigmoid_slopes, relu_slopes = z * (1 - z), np.array([0, 0, 0, 1, 1])

# %% 02a-2: applied twice
sigmoid_slopes, relu_slopes = nn.activations.sigmoid_slope(sigmoid(z)), np.array([0, 0, 0, 1, 1])

# %% 02a-2: takes the slope 0 there
sigmoid_slopes, relu_slopes = nn.activations.sigmoid_slope(z), np.array([0, 0, 1, 1, 1])

# %% 02a-2: relu_slopes
sigmoid_slopes, relu_slopes = nn.activations.sigmoid_slope(z), np.ones(5)

# %% 02a-3: with the wrong sign
largest_bias = (x_moons @ unit).max()

# %% 02a-3: smallest of the sums
largest_bias = -(x_moons @ unit).min()

# %% 02a-3: of the 200 points
largest_bias = 0.0

# %% 02a-3: it is dead too
largest_bias = -100.0

# %% 02a-3: one number
largest_bias = -(x_moons @ unit)

# %% 02a-4: function itself
softmax_with_temperature = softmax(np.array([2.0, 1.0, 0.5]) / 0.5)


# %% 02a-4: returns None
def softmax_with_temperature(logits, temperature):
    softmax(logits / temperature)


# %% 02a-4: no effect
def softmax_with_temperature(logits, temperature):
    return softmax(logits)


# %% 02a-4: you multiply
def softmax_with_temperature(logits, temperature):
    return softmax(logits * temperature)


# %% 02a-4: no longer sums to 1
def softmax_with_temperature(logits, temperature):
    return softmax(logits) / temperature


# %% 02a-4: a logit of 1000
def softmax_with_temperature(logits, temperature):
    e = np.exp(logits / temperature)
    return e / e.sum(axis=-1, keepdims=True)


# %% 02a-4: for a batch it is not
def softmax_with_temperature(logits, temperature):
    e = np.exp((logits - logits.max()) / temperature)
    return e / e.sum()
