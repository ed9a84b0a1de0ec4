# %% 02b-1: A column holds
z, a = weight @ x[0], weight @ x[0]

# %% 02b-1: added the weights
z, a = weight.sum(axis=1), weight.sum(axis=1)

# %% 02b-1: the four products
z, a = x.T * weight, x.T * weight

# %% 02b-1: its lower one
z, a = [1.5, 1.4], [1.5, 1.4]

# %% 02b-1: not the reverse
z, a = [1.5, 1.7], [0, 0]

# %% 02b-1: number by number
z, a = x @ weight, nn.activations.sigmoid(x @ weight)

# %% 02b-2: function itself
forward_3layer = x


# %% 02b-2: returns None
def forward_3layer(x, W1, b1, W2, b2, W3, b3):
    nn.activations.sigmoid(x @ W1)


# %% 02b-2: biases are missing
def forward_3layer(x, W1, b1, W2, b2, W3, b3):
    relu = nn.activations.relu
    return nn.activations.sigmoid(relu(relu(x @ W1) @ W2) @ W3)


# %% 02b-2: no activation
def forward_3layer(x, W1, b1, W2, b2, W3, b3):
    return nn.activations.sigmoid(((x @ W1 + b1) @ W2 + b2) @ W3 + b3)


# %% 02b-2: is a logit
def forward_3layer(x, W1, b1, W2, b2, W3, b3):
    relu = nn.activations.relu
    return relu(relu(x @ W1 + b1) @ W2 + b2) @ W3 + b3


# %% 02b-2: last layer has a ReLU
def forward_3layer(x, W1, b1, W2, b2, W3, b3):
    for weight, bias in ((W1, b1), (W2, b2), (W3, b3)):
        x = nn.activations.relu(x @ weight + bias)
    return x


# %% 02b-2: hidden layers have a sigmoid
def forward_3layer(x, W1, b1, W2, b2, W3, b3):
    for weight, bias in ((W1, b1), (W2, b2), (W3, b3)):
        x = nn.activations.sigmoid(x @ weight + bias)
    return x


# %% 02b-2: should be (6, 1)
def forward_3layer(x, W1, b1, W2, b2, W3, b3):
    return nn.activations.relu(nn.activations.relu(x @ W1 + b1) @ W2 + b2)


# %% 02b-2: ValueError
def forward_3layer(x, W1, b1, W2, b2, W3, b3):
    return nn.activations.relu(W1 @ x + b1)


# %% 02b-3: this is one array
forward_deep = forward


# %% 02b-3: start with x itself
def forward_deep(x, layers):
    outputs = []
    for weight, bias, name in layers:
        x = nn.activations.get(name)[0](x @ weight + bias)
        outputs.append(x)
    return outputs


# %% 02b-3: missing at the end
def forward_deep(x, layers):
    outputs = []
    for weight, bias, name in layers:
        outputs.append(x)
        x = nn.activations.get(name)[0](x @ weight + bias)
    return outputs


# %% 02b-3: every layer got a ReLU
def forward_deep(x, layers):
    outputs = [x]
    for weight, bias, _ in layers:
        outputs.append(nn.activations.relu(outputs[-1] @ weight + bias))
    return outputs


# %% 02b-3: entry 1 of the list
def forward_deep(x, layers):
    outputs = [x]
    for weight, _, name in layers:
        outputs.append(nn.activations.get(name)[0](outputs[-1] @ weight))
    return outputs


# %% 02b-3: should hold 6 arrays
def forward_deep(x, layers):
    return [x, forward(x, layers)]


# %% 02b-4: still
n_units = 40

# %% 02b-4: one unit less
n_units = 80

# %% 02b-4: a whole number
n_units = (25 / 8 / 0.001) ** 0.5

# %% 02b-4: far more than needed
n_units = 40 * 1000

# %% 02b-4: one number
n_units = np.array([5, 10, 20, 40, 80])
