import numpy as np
import torch

from nnlib.datasets import load_spirals

x, y = load_spirals()
held_out = np.arange(len(x)) % 4 == 0
mean, std = x[~held_out].mean(axis=0), x[~held_out].std(axis=0)
x_train, x_test = (torch.tensor((x[rows] - mean) / std) for rows in (~held_out, held_out))
y_train, y_test = (torch.tensor(y[rows, None] * 1.0) for rows in (~held_out, held_out))

dense = [torch.nn.Linear(*size, dtype=torch.float64) for size in ((2, 16), (16, 16), (16, 1))]
net = torch.nn.Sequential(dense[0], torch.nn.ReLU(), dense[1], torch.nn.ReLU(), dense[2])
rng = np.random.default_rng(0)
for layer in dense:  # He's weights, drawn by NumPy; PyTorch stores the transpose
    n_out, n_in = layer.weight.shape
    weight = np.sqrt(2 / n_in) * rng.standard_normal((n_in, n_out))
    layer.weight.data, layer.bias.data = torch.tensor(weight.T), torch.zeros_like(layer.bias)

loss, optimizer = torch.nn.BCEWithLogitsLoss(), torch.optim.Adam(net.parameters(), lr=0.01)
losses = []
for _ in range(300):
    optimizer.zero_grad()
    value = loss(net(x_train), y_train)
    value.backward()
    optimizer.step()
    losses.append(value.item())
logits = net(x_test).detach()
right = int(((logits > 0) == (y_test > 0.5)).sum())
print(f"loss {losses[0]:.6f}, {losses[100]:.6f}, {losses[-1]:.6f}; right {right} of {len(y_test)}")
