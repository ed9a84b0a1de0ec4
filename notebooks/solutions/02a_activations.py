# %% 02a-1
z = np.linspace(-5, 5, 101)

values = {"sigmoid": nn.activations.sigmoid(z), "ReLU": nn.activations.relu(z)}
ax = show.plots.curves(values, z, xlabel="z", ylabel="activation", log=False)
show.picture(
    ax, alt="Sigmoid and ReLU for z from -5 to 5: the first stays below 1, the second grows to 5."
)

# %% 02a-2
z = np.array([-10.0, -5.0, 0.0, 5.0, 10.0])

sigmoid_slopes = sigmoid(z) * (1 - sigmoid(z))
relu_slopes = np.where(z > 0, 1.0, 0.0)


# %% 02a-3
unit = np.array([1.0, -2.0])  # its two weights

largest_bias = -(x_moons @ unit).max()  # the point with the largest sum is the last to go off


# %% 02a-4
def softmax_with_temperature(logits, temperature):
    scaled = logits / temperature
    e = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
