"""Makes the reference values of this folder with PyTorch, in float64.

    python tests/reference/make_reference.py

It needs ``pip install torch==2.13.0`` (a CPU build), which the tests do not: they read the files.
Inputs are stored next to the results, and the PyTorch version as ``made_with``. Where PyTorch is
installed, tests/test_reference.py calls these functions too and compares with what they give then.
"""

import os
import runpy
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.optim import lr_scheduler

HERE = Path(__file__).resolve().parent
STEPS_KEPT = [1, 2, 3, 4, 5, *range(10, 101, 10)]


def tensor(array, grad=False):
    return torch.tensor(array, dtype=torch.float64, requires_grad=grad)


def run(function, x, projection, *parameters):
    """The output for x and the gradients of sum(output * projection): of x and each parameter."""
    x = tensor(x, grad=True)
    for parameter in parameters:
        parameter.grad = None
    out = function(x)
    (out * tensor(projection)).sum().backward()
    return [out.detach().numpy(), x.grad.numpy(), *(p.grad.numpy().copy() for p in parameters)]


def activations():
    """Values and slopes on a grid that holds 0 and numbers far out."""
    functions = {
        "identity": lambda z: z * 1,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": F.relu,
        "leaky_relu": lambda z: F.leaky_relu(z, 0.01),
        "elu": F.elu,
        "selu": F.selu,
        "gelu": lambda z: F.gelu(z, approximate="tanh"),
        "silu": F.silu,
        "softplus": lambda z: F.softplus(
            z, threshold=30
        ),  # z itself beyond it; by default beyond 20
    }
    z = np.concatenate([np.linspace(-8, 8, 65), [-1e4, -100.0, -30.0, 30.0, 100.0, 1e4]])
    found = {"z": z}
    for name, function in functions.items():
        found[f"{name}/value"], found[f"{name}/slope"] = run(function, z, np.ones_like(z))
    return found


def layers():
    """Outputs and gradients, under a random projection, with parameters other than 0 and 1."""
    rng = np.random.default_rng(1)
    x, projection, wide = (rng.standard_normal(shape) for shape in ((7, 4), (7, 4), (7, 3)))
    weight, bias, scale, shift = (rng.standard_normal(shape) for shape in ((4, 3), 3, 4, 4))
    found = {"x": x, "projection": projection, "wide": wide}
    found |= {"weight": weight, "bias": bias, "scale": scale, "shift": shift}

    def keep(name, function, projection, *parameters):
        for i, array in enumerate(run(function, x, projection, *parameters)):
            found[f"{name}/{('out', 'x_grad', 'first_grad', 'second_grad')[i]}"] = array

    dense = nn.Linear(4, 3, dtype=torch.float64)
    dense.weight.data, dense.bias.data = tensor(weight.T), tensor(bias)
    keep("Dense", dense, wide, dense.weight, dense.bias)
    found["Dense/first_grad"] = found["Dense/first_grad"].T.copy()
    keep("Softmax", nn.Softmax(dim=1), projection)
    prelu = nn.PReLU(4, dtype=torch.float64)
    prelu.weight.data = tensor(scale)
    keep("PReLU", prelu, projection, prelu.weight)
    norms = {"LayerNorm": nn.LayerNorm(4, dtype=torch.float64)}
    norms["RMSNorm"] = nn.RMSNorm(4, eps=1e-5, dtype=torch.float64)
    for name, norm in norms.items():
        norm.weight.data = tensor(scale)
        if name == "LayerNorm":
            norm.bias.data = tensor(shift)
        keep(name, norm, projection, *norm.parameters())
    return found


def batch_norm():
    """Three batches in training, the running statistics after each, then the use of them."""
    rng = np.random.default_rng(2)
    batches = [3 * rng.standard_normal((n, 4)) + [0, 1, -5, 100] for n in (8, 5, 3)]
    x, scale, shift = rng.standard_normal((6, 4)), rng.standard_normal(4), rng.standard_normal(4)
    norm = nn.BatchNorm1d(4, eps=1e-5, momentum=0.2, dtype=torch.float64)
    norm.weight.data, norm.bias.data = tensor(scale), tensor(shift)
    found = {"x": x, "scale": scale, "shift": shift}
    for i, batch in enumerate([*batches, x]):
        norm.train(i < 3)
        projection = rng.standard_normal(batch.shape)
        results = run(norm, batch, projection, norm.weight, norm.bias)
        found |= {f"{i}/batch": batch, f"{i}/projection": projection}
        for name, array in zip(("out", "x_grad", "scale_grad", "shift_grad"), results, strict=True):
            found[f"{i}/{name}"] = array
        found[f"{i}/running_mean"] = norm.running_mean.numpy().copy()
        found[f"{i}/running_var"] = norm.running_var.numpy().copy()
    return found


def focal_loss(logits, target, reduction, gamma=1.5):
    """Lin et al. (2017), equation 4, which PyTorch has not: its gradient is what autograd gives."""
    entropy = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    each = (1 - torch.exp(-entropy)) ** gamma * entropy
    return each.mean() if reduction == "mean" else each.sum()


def losses():
    """Values and gradients of all losses with both reductions; logits of up to 1e4."""
    rng = np.random.default_rng(3)
    found = {"prediction": 2 * rng.standard_normal((9, 3)), "numbers": rng.standard_normal((9, 3))}
    found["logit"] = np.concatenate([[-1e4, -40, 40, 1e4], 3 * rng.standard_normal(8)])[:, None]
    found["bits"] = rng.integers(0, 2, (12, 1)).astype(float)
    found["moderate"] = 2 * rng.standard_normal((12, 1))
    found["logits"] = (
        3 * rng.standard_normal((9, 4)) * np.array([1, 1, 1, 1e4, 1, 1, 1, 1, 1])[:, None]
    )
    found["classes"] = rng.integers(0, 3, 9)  # class 3 never occurs
    cases = {
        "MSE": (F.mse_loss, "prediction", "numbers"),
        "MAE": (F.l1_loss, "prediction", "numbers"),
        "Huber": (lambda *a, **k: F.huber_loss(*a, delta=0.8, **k), "prediction", "numbers"),
        "BinaryCrossEntropy": (F.binary_cross_entropy_with_logits, "logit", "bits"),
        "Focal": (focal_loss, "moderate", "bits"),
        "CrossEntropy": (F.cross_entropy, "logits", "classes"),
    }
    for name, (function, prediction, target) in cases.items():
        for reduction in ("mean", "sum"):
            at = tensor(found[prediction], grad=True)
            value = function(at, torch.tensor(found[target]), reduction=reduction)
            value.backward()
            found[f"{name}/{reduction}/value"] = value.detach().numpy()
            found[f"{name}/{reduction}/grad"] = at.grad.numpy()
    return found


OPTIMIZERS = {
    "SGD": lambda p: torch.optim.SGD(p, lr=0.05),
    "SGD, decay": lambda p: torch.optim.SGD(p, lr=0.05, weight_decay=0.1),
    "Momentum": lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.85),
    "Momentum, decay": lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.85, weight_decay=0.1),
    "Nesterov": lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.85, nesterov=True),
    "Nesterov, decay": lambda p: torch.optim.SGD(
        p, lr=0.02, momentum=0.85, nesterov=True, weight_decay=0.1
    ),
    "AdaGrad": lambda p: torch.optim.Adagrad(p, lr=0.1),
    "AdaGrad, decay": lambda p: torch.optim.Adagrad(p, lr=0.1, eps=1e-3, weight_decay=0.1),
    "RMSprop": lambda p: torch.optim.RMSprop(p, lr=0.01),
    "RMSprop, decay": lambda p: torch.optim.RMSprop(
        p, lr=0.01, alpha=0.9, eps=1e-3, weight_decay=0.1
    ),
    "Adam": torch.optim.Adam,
    "Adam, all settings": lambda p: torch.optim.Adam(p, lr=0.03, betas=(0.8, 0.95), eps=1e-3),
    "Adam, decay": lambda p: torch.optim.Adam(p, lr=0.03, weight_decay=0.1),
    "AMSGrad": lambda p: torch.optim.Adam(p, lr=0.03, betas=(0.8, 0.95), amsgrad=True),
    "AMSGrad, decay": lambda p: torch.optim.Adam(p, lr=0.03, amsgrad=True, weight_decay=0.1),
    "AdamW": torch.optim.AdamW,
    "AdamW, no decay": lambda p: torch.optim.AdamW(p, lr=0.03, weight_decay=0),
    "AdamW, all settings": lambda p: torch.optim.AdamW(
        p, lr=0.03, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.2
    ),
}


def optimizers():
    """100 steps on a noisy quadratic bowl, the rate halved after 60; theta after STEPS_KEPT.

    The gradient is curvature * (theta - target) + noise[step], 0 throughout for the last entry.
    """
    rng = np.random.default_rng(4)
    start, target = 2 * rng.standard_normal(6), rng.standard_normal(6)
    curvature = np.array([0.01, 0.1, 1.0, 3.0, 10.0, 0.0])
    noise = rng.standard_normal((100, 6)) * [0.1, 1.0, 0.01, 2.0, 1.0, 0.0]
    found = {"start": start, "target": target, "curvature": curvature, "noise": noise}
    found["steps"] = np.array(STEPS_KEPT)
    for name, make in OPTIMIZERS.items():
        theta = tensor(start, grad=True)
        optimizer, path = make([theta]), []
        for step in range(1, 101):
            if step == 61:
                optimizer.param_groups[0]["lr"] /= 2
            gradient = tensor(curvature) * (theta.detach() - tensor(target)) + tensor(
                noise[step - 1]
            )
            theta.grad = gradient
            optimizer.step()
            if step in STEPS_KEPT:
                path.append(theta.detach().numpy().copy())
        found[f"{name}/path"] = np.array(path)
    return found


def schedules():
    """The learning rate of updates 0 to 59."""

    def warm(optimizer):
        return lr_scheduler.LinearLR(optimizer, 1 / 8, total_iters=7)

    def warm_then_cosine(optimizer):
        after = lr_scheduler.CosineAnnealingLR(optimizer, 52)
        return lr_scheduler.SequentialLR(optimizer, [warm(optimizer), after], [8])

    makers = {
        "StepDecay": lambda o: lr_scheduler.StepLR(o, 7, 0.3),
        "Exponential": lambda o: lr_scheduler.ExponentialLR(o, 0.93),
        "Cosine": lambda o: lr_scheduler.CosineAnnealingLR(o, 59, eta_min=0.01),
        "WarmUp": warm,
        "WarmUp then Cosine": warm_then_cosine,
        "OneCycle": lambda o: lr_scheduler.OneCycleLR(o, 0.4, total_steps=60),
        "OneCycle, all settings": lambda o: lr_scheduler.OneCycleLR(
            o, 0.4, total_steps=60, pct_start=0.45, div_factor=10, final_div_factor=50
        ),
    }
    found = {}
    for name, make in makers.items():
        optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.4)
        schedule, rates = make(optimizer), []
        for _ in range(60):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step()
        found[name] = np.array(rates)
    return found


def clipping():
    """Gradients clipped by norm and by value. clip_grad_norm_ divides by the norm plus 1e-6."""
    grad = np.random.default_rng(5).standard_normal(20)
    found = {"grad": grad}
    for name, clip in (("norm", nn.utils.clip_grad_norm_), ("value", nn.utils.clip_grad_value_)):
        theta = torch.zeros(20, dtype=torch.float64)
        theta.grad = tensor(grad)
        clip([theta], 0.5)
        found[f"by_{name}"] = theta.grad.numpy()
    return found


def network():
    """A classifier with everything in it, trained for 100 steps of Adam: losses and parameters."""
    rng = np.random.default_rng(6)
    x, y = rng.standard_normal((32, 2)), rng.integers(0, 3, 32)
    sizes = [(2, 8), (8, 6), (6, 3)]
    weights = [rng.standard_normal(size) for size in sizes]
    biases = [0.1 * rng.standard_normal(n) for _, n in sizes]
    found = {"x": x, "y": y}
    dense = [nn.Linear(*size, dtype=torch.float64) for size in sizes]
    for i, (layer, weight, bias) in enumerate(zip(dense, weights, biases, strict=True)):
        layer.weight.data, layer.bias.data = tensor(weight.T), tensor(bias)
        found |= {f"weight{i}": weight, f"bias{i}": bias}
    norm = nn.BatchNorm1d(8, dtype=torch.float64)
    net = nn.Sequential(dense[0], norm, nn.Tanh(), dense[1], nn.SiLU(), dense[2])
    optimizer, losses = torch.optim.Adam(net.parameters(), lr=0.01, weight_decay=0.01), []
    for _ in range(100):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(tensor(x)), torch.tensor(y))
        loss.backward()
        if not losses:
            found |= {
                f"weight{i}_grad": layer.weight.grad.numpy().T.copy()
                for i, layer in enumerate(dense)
            }
            found |= {
                f"bias{i}_grad": layer.bias.grad.numpy().copy() for i, layer in enumerate(dense)
            }
        optimizer.step()
        losses.append(loss.item())
    net.eval()
    found["losses"] = np.array(losses)
    found["logits"] = net(tensor(x)).detach().numpy()
    return found


def spiral():
    """The listing of notebook 07b, run as it stands: its losses, and its logits at the end."""
    found = runpy.run_path(str(HERE / "pytorch_spiral.py"))
    return {"losses": np.array(found["losses"]), "logits": found["logits"].numpy()}


PARTS = (
    activations, layers, batch_norm, losses, optimizers, schedules, clipping, network, spiral,
)  # fmt: skip


def main():
    torch.set_num_threads(1)
    for part in PARTS:
        path = HERE / f"{part.__name__}.npz"
        temporary = path.with_suffix(".part")
        with open(temporary, "wb") as file:
            np.savez_compressed(file, made_with=np.array(f"torch {torch.__version__}"), **part())
        os.replace(temporary, path)
        print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
