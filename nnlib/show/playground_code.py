"""The nnlib code that does what the playground does: to copy, to run, to go on from."""

from __future__ import annotations

from nnlib.show.playground_settings import ACTIVATIONS, LOSSES, OPTIMIZERS, PENALTIES, Settings

SCALE = 5.0  # the figures of radius 1 are drawn this large, so that sin x1 has waves in them
CMU_RADIUS = 6.5
HORIZON = 200  # epochs that a schedule is laid out for

MAKERS = {
    "spirals": "datasets.make_spirals({n}, noise={noise}, rng={seed})",
    "circles": "datasets.make_circles({n}, noise={noise}, rng={seed})",
    "xor": "datasets.make_xor({n}, noise={noise}, rng={seed})",
    "moons": "datasets.make_moons({n}, noise={noise}, rng={seed})",
    "blobs": "datasets.make_blobs({n}, n_classes=2, noise={noise}, rng={seed})",
}
COLUMNS = {
    "x1": "x1",
    "x2": "x2",
    "x1^2": "x1**2",
    "x2^2": "x2**2",
    "x1*x2": "x1 * x2",
    "sin(x1)": "np.sin(x1)",
    "sin(x2)": "np.sin(x2)",
}


def code(settings: Settings, epochs: int = 100, updates_per_epoch: int = 1) -> str:
    """Return a program that trains with these settings for so many epochs."""
    lines = ["import numpy as np", "", "import nnlib as nn", "from nnlib import datasets", ""]
    lines += [*_data(settings), "", *_features(settings), "", *_net(settings)]
    lines += [*_fit(settings, max(1, epochs), updates_per_epoch), ""]
    lines += ["probability = net.predict(prepare(x_test))"]
    lines += ['print(f"test: {nn.accuracy(probability, y_test):.1%} right")']
    return "\n".join(lines) + "\n"


def _data(s: Settings) -> list[str]:
    lines = []
    if s.data == "own":
        lines += ["# x (n, 2) and y (n,) of 0 and 1 are your own arrays"]
    elif s.data == "cmu":
        lines += ["x, y = datasets.make_cmu_spirals()"]
        if s.noise:
            noise = f"{CMU_RADIUS} * {s.noise!r} * np.random.default_rng({s.seed})"
            lines += [f"x = x + {noise}.standard_normal(x.shape)"]
    else:
        maker = MAKERS[s.data].format(n=s.points, noise=repr(s.noise), seed=s.seed)
        lines += [f"x, y = {maker}", f"x = {SCALE} * x"]
    share = f"datasets.split(x, y, share={s.test!r}, rng={s.seed})"
    return [*lines, f"(x_train, y_train), (x_test, y_test) = {share}"]


def _features(s: Settings) -> list[str]:
    columns = ", ".join(COLUMNS[name] for name in s.features)
    return [
        "def features(x):",
        "    x1, x2 = x.T",
        f"    return np.column_stack([{columns}])",
        "",
        "standardize = datasets.Standardizer(features(x_train))",
        "",
        "def prepare(x):",
        "    return standardize(features(x))",
    ]


def _net(s: Settings) -> list[str]:
    lines, width = ["net = nn.Sequential("], len(s.features)
    for n_out in s.hidden:
        parts = [f'nn.Dense({width}, {n_out}, init="{s.init}")']
        parts += [f"nn.BatchNorm({n_out})"] * s.batchnorm
        parts += [f"nn.{ACTIVATIONS[s.activation]}()"]
        parts += [f"nn.Dropout({s.dropout!r})"] * (s.dropout > 0)
        lines, width = [*lines, f"    {', '.join(parts)},"], n_out
    end = ", nn.Sigmoid()" if s.loss == "mse" else ""
    return [*lines, f'    nn.Dense({width}, 1, init="{s.init}"){end},', f"    rng={s.seed},", ")"]


def _fit(s: Settings, epochs: int, updates_per_epoch: int) -> list[str]:
    def rows(name: str) -> str:
        target = f"y_{name}[:, np.newaxis]" if s.loss == "mse" else f"y_{name}"
        return f"(prepare(x_{name}), {target})"

    tools = f"net, nn.{LOSSES[s.loss]}(), nn.{OPTIMIZERS[s.optimizer]}({s.rate!r})"
    lines = ["history = nn.fit(", f"    {tools},"]
    lines += [f"    {rows('train')}, validation={rows('test')},"]
    lines += [f"    epochs={epochs}, batch_size={s.batch}, rng={s.seed}, metric=nn.accuracy,"]
    if s.penalty != "none":
        lines += [f"    penalty=nn.{PENALTIES[s.penalty]}({s.strength!r}),"]
    if s.schedule != "constant":
        lines += [f"    schedule={_schedule(s, updates_per_epoch)},"]
    return [*lines, ")"]


def _schedule(s: Settings, updates_per_epoch: int) -> str:
    n = HORIZON * updates_per_epoch
    return {
        "step": f"nn.StepDecay({s.rate!r}, every={n // 4}, factor=0.3)",
        "exponential": f"nn.Exponential({s.rate!r}, factor={0.01 ** (1 / n):.8f})",
        "cosine": f"nn.Cosine({s.rate!r}, n_steps={n})",
        "warmup": f"nn.WarmUp({s.rate!r}, n_steps={n // 10})",
        "onecycle": f"nn.OneCycle({s.rate!r}, n_steps={n})",
    }[s.schedule]
