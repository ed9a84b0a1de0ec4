# %% 02-1: should be matplotlib axes
ax = nn.activations.sigmoid(z)

# %% 02-1: two curves, it has 1
ax = show.plots.curves({"sigmoid": nn.activations.sigmoid(z)}, z, log=False)

# %% 02-1: slope of ReLU
ax = show.plots.curves(
    {"a": nn.activations.sigmoid(z), "b": nn.activations.relu_slope(z)}, z, log=False
)

# %% 02-1: no curve in the picture is sigmoid
ax = show.plots.curves({"a": np.tanh(z), "b": nn.activations.relu(z)}, z, log=False)

# %% 02-1: from -5 to 5
z = np.linspace(0, 5, 101)
ax = show.plots.curves({"a": nn.activations.sigmoid(z), "b": nn.activations.relu(z)}, z, log=False)

# %% 02-1: list of lines
ax = show.plots.curves({"a": nn.activations.sigmoid(z)}, z, log=False).plot(
    z, nn.activations.relu(z)
)

# %% 02-2: these are the values
sigmoid_slopes, relu_slopes = sigmoid(z), nn.activations.relu(z)

# %% 02-2: both places
sigmoid_slopes, relu_slopes = z * (1 - z), np.array([0, 0, 0, 1, 1])

# %% 02-2: applied twice
sigmoid_slopes, relu_slopes = nn.activations.sigmoid_slope(sigmoid(z)), np.array([0, 0, 0, 1, 1])

# %% 02-2: takes the slope 0 there
sigmoid_slopes, relu_slopes = nn.activations.sigmoid_slope(z), np.array([0, 0, 1, 1, 1])

# %% 02-2: relu_slopes
sigmoid_slopes, relu_slopes = nn.activations.sigmoid_slope(z), np.ones(5)

# %% 02-3: function itself
softmax_with_temperature = softmax(np.array([2.0, 1.0, 0.5]) / 0.5)


# %% 02-3: returns None
def softmax_with_temperature(logits, temperature):
    softmax(logits / temperature)


# %% 02-3: no effect
def softmax_with_temperature(logits, temperature):
    return softmax(logits)


# %% 02-3: you multiply
def softmax_with_temperature(logits, temperature):
    return softmax(logits * temperature)


# %% 02-3: no longer sums to 1
def softmax_with_temperature(logits, temperature):
    return softmax(logits) / temperature


# %% 02-3: a logit of 1000
def softmax_with_temperature(logits, temperature):
    e = np.exp(logits / temperature)
    return e / e.sum(axis=-1, keepdims=True)


# %% 02-3: for a batch it is not
def softmax_with_temperature(logits, temperature):
    e = np.exp((logits - logits.max()) / temperature)
    return e / e.sum()


# %% 02-4: A column holds
z, a = weight @ x[0], weight @ x[0]

# %% 02-4: added the weights
z, a = weight.sum(axis=1), weight.sum(axis=1)

# %% 02-4: the four products
z, a = x.T * weight, x.T * weight

# %% 02-4: its lower one
z, a = [1.5, 1.4], [1.5, 1.4]

# %% 02-4: not the reverse
z, a = [1.5, 1.7], [0, 0]

# %% 02-4: number by number
z, a = x @ weight, sigmoid(x @ weight)

# %% 02-5: function itself
forward_3layer = x


# %% 02-5: returns None
def forward_3layer(x, W1, b1, W2, b2, W3, b3):
    nn.activations.sigmoid(x @ W1)


# %% 02-5: biases are missing
def forward_3layer(x, W1, b1, W2, b2, W3, b3):
    relu = nn.activations.relu
    return nn.activations.sigmoid(relu(relu(x @ W1) @ W2) @ W3)


# %% 02-5: no activation
def forward_3layer(x, W1, b1, W2, b2, W3, b3):
    return nn.activations.sigmoid(((x @ W1 + b1) @ W2 + b2) @ W3 + b3)


# %% 02-5: is a logit
def forward_3layer(x, W1, b1, W2, b2, W3, b3):
    relu = nn.activations.relu
    return relu(relu(x @ W1 + b1) @ W2 + b2) @ W3 + b3


# %% 02-5: last layer has a ReLU
def forward_3layer(x, W1, b1, W2, b2, W3, b3):
    for weight, bias in ((W1, b1), (W2, b2), (W3, b3)):
        x = nn.activations.relu(x @ weight + bias)
    return x


# %% 02-5: hidden layers have a sigmoid
def forward_3layer(x, W1, b1, W2, b2, W3, b3):
    for weight, bias in ((W1, b1), (W2, b2), (W3, b3)):
        x = nn.activations.sigmoid(x @ weight + bias)
    return x


# %% 02-5: should be (6, 1)
def forward_3layer(x, W1, b1, W2, b2, W3, b3):
    return nn.activations.relu(nn.activations.relu(x @ W1 + b1) @ W2 + b2)


# %% 02-5: ValueError
def forward_3layer(x, W1, b1, W2, b2, W3, b3):
    return nn.activations.relu(W1 @ x + b1)


# %% 02-6: this is one array
forward_deep = forward


# %% 02-6: start with x itself
def forward_deep(x, layers):
    outputs = []
    for weight, bias, name in layers:
        x = nn.activations.get(name)[0](x @ weight + bias)
        outputs.append(x)
    return outputs


# %% 02-6: missing at the end
def forward_deep(x, layers):
    outputs = []
    for weight, bias, name in layers:
        outputs.append(x)
        x = nn.activations.get(name)[0](x @ weight + bias)
    return outputs


# %% 02-6: every layer got a ReLU
def forward_deep(x, layers):
    outputs = [x]
    for weight, bias, _ in layers:
        outputs.append(nn.activations.relu(outputs[-1] @ weight + bias))
    return outputs


# %% 02-6: entry 1 of the list
def forward_deep(x, layers):
    outputs = [x]
    for weight, _, name in layers:
        outputs.append(nn.activations.get(name)[0](outputs[-1] @ weight))
    return outputs


# %% 02-6: should hold 6 arrays
def forward_deep(x, layers):
    return [x, forward(x, layers)]
