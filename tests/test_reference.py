"""Agreement with PyTorch, scikit-learn and, for initial weights, with theory.

PyTorch's values lie in tests/reference, made by make_reference.py there; where PyTorch is installed
the same tests run once more on what it gives now. Everything in float64, to 1e-10.
"""

import importlib.util
import itertools
import math
import warnings
from pathlib import Path

import numpy as np
import pytest

import nnlib as nn

FOLDER = Path(__file__).resolve().parent / "reference"
TOLERANCE = 1e-10
WORST: dict[str, float] = {}


@pytest.fixture(scope="module", params=["stored", "live"])
def reference(request):
    """A function from the name of a part to its arrays: read from the files, or made now."""
    if request.param == "stored":
        return stored
    if importlib.util.find_spec("torch") is None:
        pytest.skip("PyTorch is not installed (the stored values are compared all the same)")
    maker = load_maker()
    return lambda part: {key: np.asarray(a) for key, a in getattr(maker, part)().items()}


def stored(part):
    with np.load(FOLDER / f"{part}.npz", allow_pickle=False) as file:
        return dict(file)


def load_maker():
    spec = importlib.util.spec_from_file_location("make_reference", FOLDER / "make_reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def agree(what, ours, theirs, tolerance=TOLERANCE):
    """Fail unless every number agrees, relative to itself or, where it is tiny, to 1e-3 at most."""
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    assert ours.shape == theirs.shape, f"{what}: shapes {ours.shape} and {theirs.shape}"
    assert ours.dtype == theirs.dtype == np.float64
    # Finite first: comparisons would take nan for equal to nan.
    assert np.isfinite(ours).all(), what
    assert np.isfinite(theirs).all(), what
    scale = np.maximum(np.abs(theirs), 1e-3 * min(1.0, float(np.abs(theirs).max(initial=0.0))))
    error = float((np.abs(ours - theirs) / np.where(scale == 0, 1, scale)).max(initial=0.0))
    part = what.split("/")[0]
    WORST[part] = max(WORST.get(part, 0.0), error)
    assert error < tolerance, f"{what}: relative error {error:.1e}"


def ready(layer, **arrays):
    """A layer used alone, with these parameters."""
    layer.initialize(np.random.default_rng(0), np.float64)
    for name, array in arrays.items():
        getattr(layer, name)[...] = array
    return layer


PARTS = ("activations", "layers", "batch_norm", "losses") + (
    "optimizers", "schedules", "clipping", "network", "spiral",
)  # fmt: skip


def test_stored_values_say_which_pytorch_made_them_and_are_small():
    assert sorted(path.stem for path in FOLDER.glob("*.npz")) == sorted(PARTS)
    assert {str(stored(part)["made_with"]).split("+")[0] for part in PARTS} == {"torch 2.13.0"}
    assert sum(path.stat().st_size for path in FOLDER.iterdir() if path.is_file()) < 400_000


@pytest.mark.parametrize("part", PARTS)
def test_stored_values_are_what_pytorch_gives_today(part):
    pytest.importorskip("torch", reason="PyTorch is not installed")
    now, then = getattr(load_maker(), part)(), stored(part)
    assert now.keys() == then.keys() - {"made_with"}
    for name, array in now.items():
        np.testing.assert_allclose(array, then[name], rtol=1e-11, atol=1e-13, err_msg=name)


# Activations, layers, losses


@pytest.mark.parametrize("name", [name for name in nn.activations.FUNCTIONS if name != "step"])
def test_activation_agrees_with_pytorch(reference, name):
    values = reference("activations")
    function, slope = nn.activations.get(name)
    agree(f"activations/{name}", function(values["z"]), values[f"{name}/value"])
    agree(f"activations/{name}_slope", slope(values["z"]), values[f"{name}/slope"])


ACTIVATION_LAYERS = {
    "identity": nn.Identity, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU, "elu": nn.ELU, "selu": nn.SELU, "gelu": nn.GELU, "silu": nn.SiLU,
    "softplus": nn.Softplus,
}  # fmt: skip


@pytest.mark.parametrize("name", ACTIVATION_LAYERS)
def test_activation_layer_agrees_with_pytorch(reference, name):
    values = reference("activations")
    z, layer = values["z"][:, np.newaxis], ACTIVATION_LAYERS[name]()
    agree(f"activations/{name} layer", layer.forward(z)[:, 0], values[f"{name}/value"])
    agree(
        f"activations/{name} layer, backward",
        layer.backward(np.ones_like(z))[:, 0],
        values[f"{name}/slope"],
    )


LAYERS = {
    "Dense": (lambda: nn.Dense(4, 3), {"weight": "weight", "bias": "bias"}),
    "Softmax": (nn.Softmax, {}),
    "PReLU": (lambda: nn.PReLU(4), {"negative_slope": "scale"}),
    "LayerNorm": (lambda: nn.LayerNorm(4), {"scale": "scale", "shift": "shift"}),
    "RMSNorm": (lambda: nn.RMSNorm(4), {"scale": "scale"}),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layer_agrees_with_pytorch(reference, name):
    values = reference("layers")
    make, names = LAYERS[name]
    layer = ready(make(), **{ours: values[theirs] for ours, theirs in names.items()})
    projection = values["wide"] if name == "Dense" else values["projection"]
    agree(f"layers/{name}", layer.forward(values["x"], training=True), values[f"{name}/out"])
    agree(f"layers/{name} input", layer.backward(projection), values[f"{name}/x_grad"])
    for ours, place in zip(names, ("first_grad", "second_grad"), strict=False):
        agree(f"layers/{name} {ours}", getattr(layer, f"{ours}_grad"), values[f"{name}/{place}"])


def test_batch_norm_agrees_with_pytorch(reference):
    values = reference("batch_norm")
    # PyTorch's momentum, 0.2, is the share of the new statistics, ours the share of the old.
    layer = ready(nn.BatchNorm(4, momentum=0.8), scale=values["scale"], shift=values["shift"])
    for i in range(4):
        out = layer.forward(values[f"{i}/batch"], training=i < 3)
        agree(f"batch_norm/out {i}", out, values[f"{i}/out"])
        agree(f"batch_norm/x {i}", layer.backward(values[f"{i}/projection"]), values[f"{i}/x_grad"])
        for name in ("running_mean", "running_var", "scale_grad", "shift_grad"):
            agree(f"batch_norm/{name} {i}", getattr(layer, name), values[f"{i}/{name}"])


LOSSES = {
    "MSE": (nn.MSE, "prediction", "numbers"),
    "MAE": (nn.MAE, "prediction", "numbers"),
    "Huber": (lambda r: nn.Huber(0.8, r), "prediction", "numbers"),
    "BinaryCrossEntropy": (nn.BinaryCrossEntropy, "logit", "bits"),
    "Focal": (lambda r: nn.Focal(1.5, r), "moderate", "bits"),
    "CrossEntropy": (nn.CrossEntropy, "logits", "classes"),
}


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("name", LOSSES)
def test_loss_agrees_with_pytorch(reference, name, reduction):
    values = reference("losses")
    make, prediction, target = LOSSES[name]
    loss = make(reduction)
    value = loss.forward(values[prediction], values[target])
    agree(f"losses/{name} {reduction}", value, values[f"{name}/{reduction}/value"])
    agree(
        f"losses/{name} {reduction}, backward", loss.backward(), values[f"{name}/{reduction}/grad"]
    )


# Optimizers, schedules, clipping


OPTIMIZERS = {
    "SGD": lambda: nn.SGD(0.05),
    "SGD, decay": lambda: nn.SGD(0.05, weight_decay=0.1),
    "Momentum": lambda: nn.Momentum(0.02, momentum=0.85),
    "Momentum, decay": lambda: nn.Momentum(0.02, momentum=0.85, weight_decay=0.1),
    "Nesterov": lambda: nn.Nesterov(0.02, momentum=0.85),
    "Nesterov, decay": lambda: nn.Nesterov(0.02, momentum=0.85, weight_decay=0.1),
    "AdaGrad": lambda: nn.AdaGrad(0.1),
    "AdaGrad, decay": lambda: nn.AdaGrad(0.1, eps=1e-3, weight_decay=0.1),
    "RMSprop": nn.RMSprop,
    "RMSprop, decay": lambda: nn.RMSprop(0.01, decay=0.9, eps=1e-3, weight_decay=0.1),
    "Adam": nn.Adam,
    "Adam, all settings": lambda: nn.Adam(0.03, beta1=0.8, beta2=0.95, eps=1e-3),
    "Adam, decay": lambda: nn.Adam(0.03, weight_decay=0.1),
    "AMSGrad": lambda: nn.AMSGrad(0.03, beta1=0.8, beta2=0.95),
    "AMSGrad, decay": lambda: nn.AMSGrad(0.03, weight_decay=0.1),
    "AdamW": nn.AdamW,
    "AdamW, no decay": lambda: nn.AdamW(0.03, weight_decay=0.0),
    "AdamW, all settings": lambda: nn.AdamW(
        0.03, weight_decay=0.2, beta1=0.8, beta2=0.95, eps=1e-3
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizer_takes_pytorchs_100_steps(reference, name):
    values = reference("optimizers")
    theta, optimizer, path = values["start"].copy(), OPTIMIZERS[name](), []
    for step in range(1, 101):
        if step == 61:
            optimizer.learning_rate /= 2
        grad = values["curvature"] * (theta - values["target"]) + values["noise"][step - 1]
        given = grad.copy()
        optimizer.step(theta, grad)
        assert (grad == given).all(), "the optimizer changed its gradient"
        if step in values["steps"]:
            path.append(theta.copy())
    agree(f"optimizers/{name}", np.array(path), values[f"{name}/path"])


def test_every_optimizer_and_every_stored_path_is_compared():
    public = {name for name in nn.__all__ if isinstance(vars(nn)[name], type)}
    kinds = {name for name in public if issubclass(vars(nn)[name], nn.Optimizer)} - {"Optimizer"}
    assert {name.split(",")[0] for name in OPTIMIZERS} == kinds
    assert {f"{name}/path" for name in OPTIMIZERS} == {k for k in stored("optimizers") if "/" in k}


SCHEDULES = {
    "StepDecay": lambda: nn.StepDecay(0.4, every=7, factor=0.3),
    "Exponential": lambda: nn.Exponential(0.4, factor=0.93),
    "Cosine": lambda: nn.Cosine(0.4, n_steps=59, lowest=0.01),
    "WarmUp": lambda: nn.WarmUp(0.4, n_steps=8),
    "WarmUp then Cosine": lambda: nn.WarmUp(0.4, n_steps=8, then=nn.Cosine(0.4, n_steps=52)),
    "OneCycle": lambda: nn.OneCycle(0.4, n_steps=60),
    "OneCycle, all settings": lambda: nn.OneCycle(
        0.4, n_steps=60, rise=0.45, start_divisor=10, end_divisor=50
    ),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedule_agrees_with_pytorch(reference, name):
    schedule = SCHEDULES[name]()
    ours = np.array([schedule(step) for step in range(60)])
    # PyTorch's cosine rises again after its end, ours stays there: each ends at the last step.
    agree(f"schedules/{name}", ours, reference("schedules")[name])


def test_clipping_agrees_with_pytorch(reference):
    values = reference("clipping")
    by_norm, by_value = values["grad"].copy(), values["grad"].copy()
    norm = nn.clip_by_norm(by_norm, 0.5)
    # clip_grad_norm_ divides by the norm plus 1e-6, so that its result is a little shorter.
    agree("clipping/by norm", by_norm * norm / (norm + 1e-6), values["by_norm"])
    nn.clip_by_value(by_value, 0.5)
    agree("clipping/by value", by_value, values["by_value"])


def test_training_a_network_agrees_with_pytorch_over_100_steps(reference):
    values = reference("network")
    dense = [
        nn.Dense(*values[f"weight{i}"].shape, init=values[f"weight{i}"], bias=values[f"bias{i}"])
        for i in range(3)
    ]
    net = nn.Sequential(dense[0], nn.BatchNorm(8), nn.Tanh(), dense[1], nn.SiLU(), dense[2])
    loss, optimizer, losses = nn.CrossEntropy(), nn.Adam(0.01, weight_decay=0.01), []
    for step in range(100):
        losses.append(loss.forward(net.forward(values["x"], training=True), values["y"]))
        net.backward(loss.backward())
        if step == 0:
            # The bias before the batch norm has the gradient 0, up to rounding.
            assert np.abs(dense[0].bias_grad).max() < 1e-15
            for i in range(3):
                agree(f"network/weight {i}", dense[i].weight_grad, values[f"weight{i}_grad"])
            agree("network/bias", dense[2].bias_grad, values["bias2_grad"])
        # Adam would divide this rounding by its own size and walk off with it, in both libraries.
        dense[0].bias_grad[:] = 0
        optimizer.step(net.theta, net.grad)
    agree("network/losses", losses, values["losses"])
    agree("network/logits", net.predict_logits(values["x"]), values["logits"])


# scikit-learn


def sklearn_network(kind, sizes, rng):
    """An MLPClassifier that starts from given weights, and the nnlib network with the same ones."""
    mlp = pytest.importorskip("sklearn.neural_network", reason="scikit-learn is not installed")
    shapes = list(itertools.pairwise(sizes))
    weights = [rng.standard_normal(shape) / math.sqrt(shape[0]) for shape in shapes]
    biases = [0.1 * rng.standard_normal(n) for _, n in shapes]
    given = iter(zip(weights, biases, strict=True))

    class Given(mlp.MLPClassifier):
        def _init_coef(self, fan_in, fan_out, dtype):
            return tuple(array.copy() for array in next(given))

    layers = []
    for (n_in, n_out), weight, bias in zip(shapes, weights, biases, strict=True):
        layers += [nn.Dense(n_in, n_out, init=weight, bias=bias), kind()]
    return Given, nn.Sequential(*layers[:-1])


SOLVERS = {
    # eps is added to another root there (see Adam), so it is made to vanish.
    "Adam": ({"solver": "adam", "epsilon": 1e-300}, lambda: nn.Adam(0.02, eps=1e-300)),
    "Momentum": (
        {"solver": "sgd", "momentum": 0.8, "nesterovs_momentum": False},
        lambda: nn.Momentum(0.02, momentum=0.8),
    ),
    "Nesterov": (
        {"solver": "sgd", "momentum": 0.8, "nesterovs_momentum": True},
        lambda: nn.Nesterov(0.02, momentum=0.8),
    ),
}


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize(
    ("activation", "kind"), [("relu", nn.ReLU), ("tanh", nn.Tanh), ("logistic", nn.Sigmoid)]
)
def test_training_agrees_with_scikit_learn(solver, n_classes, activation, kind):
    x, y = nn.datasets.make_blobs(60, n_classes=n_classes, noise=0.8, rng=1)
    n_out = 1 if n_classes == 2 else n_classes
    settings, make = SOLVERS[solver]
    classifier, net = sklearn_network(kind, [2, 8, 6, n_out], np.random.default_rng(2))
    theirs = classifier(
        (8, 6), activation=activation, learning_rate_init=0.02, batch_size=20, shuffle=False,
        alpha=0.3, max_iter=8, tol=0, n_iter_no_change=1000, **settings,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that 8 epochs are few
        theirs.fit(x, y)
    loss = nn.BinaryCrossEntropy() if n_classes == 2 else nn.CrossEntropy()
    # Its alpha is divided by the batch size: 0.3 there is a strength of 0.3 / 20 here.
    ours = train_in_order(net, loss, make(), x, y, penalty=nn.L2(0.3 / 20))
    agree("scikit-learn/losses", ours, theirs.loss_curve_)
    probability = net.predict(x)
    agree("scikit-learn/probabilities", probability, theirs.predict_proba(x)[:, -n_out:])
    decided = probability[:, 0] > 0.5 if n_classes == 2 else probability.argmax(axis=1)
    assert (decided == theirs.predict(x)).all()


def train_in_order(net, loss, optimizer, x, y, penalty):
    """Eight epochs of batches of 20 in their order; the mean loss of each, with the penalty."""
    losses = []
    for _ in range(8):
        total = 0.0
        for start in range(0, len(x), 20):
            rows = slice(start, start + 20)
            weights = net.theta[: net.n_weights]
            value = loss.forward(net.forward(x[rows], training=True), y[rows])
            total += (value + penalty.value(weights)) * len(y[rows])
            net.backward(loss.backward())
            net.grad[: net.n_weights] += penalty.gradient(weights)
            optimizer.step(net.theta, net.grad)
        losses.append(total / len(x))
    return losses


# Initial weights against theory


MOMENTS = {  # name: (variance, bound) for n_in inputs and n_out outputs
    "normal": lambda n_in, n_out: (0.01**2, None),
    "glorot": lambda n_in, n_out: (2 / (n_in + n_out), math.sqrt(6 / (n_in + n_out))),
    "glorot_normal": lambda n_in, n_out: (2 / (n_in + n_out), None),
    "he": lambda n_in, n_out: (2 / n_in, None),
    "lecun": lambda n_in, n_out: (1 / n_in, None),
    "orthogonal": lambda n_in, n_out: (1 / max(n_in, n_out), None),
    "zeros": lambda n_in, n_out: (0.0, 0.0),
}


@pytest.mark.parametrize(("n_in", "n_out"), [(400, 200), (200, 400)])
@pytest.mark.parametrize("name", nn.initializers.INITIALIZERS)
def test_initial_weights_have_the_moments_of_their_paper(name, n_in, n_out):
    variance, bound = MOMENTS[name](n_in, n_out)
    weight = nn.initializers.draw(name, n_in, n_out, np.random.default_rng(7))
    assert weight.shape == (n_in, n_out)
    n, std = weight.size, math.sqrt(variance)
    # Five standard errors: of the mean std / sqrt(n), of the variance variance * sqrt(2 / n).
    assert abs(weight.mean()) <= 5 * std / math.sqrt(n)
    assert abs(weight.var() - variance) <= 5 * variance * math.sqrt(2 / n)
    if bound is not None:
        assert np.abs(weight).max() <= bound
        assert np.abs(weight).max() >= 0.99 * bound
    elif name != "orthogonal":
        kurtosis = (weight**4).mean() / variance**2
        assert abs(kurtosis - 3) < 5 * math.sqrt(24 / n)  # normal; uniform would be 1.8


@pytest.mark.parametrize(("n_in", "n_out"), [(5, 3), (3, 5), (4, 4)])
def test_orthogonal_weights_are_orthonormal_and_of_every_sign(n_in, n_out):
    draws = [
        nn.initializers.draw("orthogonal", n_in, n_out, np.random.default_rng(i)) for i in range(40)
    ]
    for weight in draws:
        small = weight.T @ weight if n_in >= n_out else weight @ weight.T
        np.testing.assert_allclose(small, np.eye(min(n_in, n_out)), atol=1e-14)
    # QR alone gives the diagonal of q one sign: rotations would not be drawn evenly.
    positive = sum(weight[0, 0] > 0 for weight in draws)
    assert 8 <= positive <= 32


def test_worst_disagreement_of_this_run(capsys):
    if not WORST:
        pytest.skip("nothing was compared in this run")
    with capsys.disabled():
        figures = ", ".join(f"{part} {error:.0e}" for part, error in sorted(WORST.items()))
        print(f"\nlargest relative difference from PyTorch 2.13.0 and scikit-learn: {figures}")
    assert max(WORST.values()) < TOLERANCE
