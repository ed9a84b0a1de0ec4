"""Three ways to every gradient: by hand (``backward``), by ``nnlib.autograd``, by differences.

Every layer, activation and loss is a line of ``LAYERS`` or ``LOSSES``: how to make it, and the same
thing written as a graph. Layers with a planted mistake go through the same check and are caught.
The largest relative errors of the run are printed at the end.
"""

import copy
import inspect
import itertools
import math
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import nnlib as nn
from nnlib.autograd import Value, maximum, where

H = 5e-5  # larger step of the two in `differences`
TOLERANCE = 1e-7
WORST: dict[tuple[str, str], tuple[float, str]] = {}
# The same examples in every run. No shrinking: the message names the case, which is small anyway.
settings.register_profile(
    "gradients",
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
GRADIENTS = settings.get_profile("gradients")


class Case(NamedTuple):
    make: Any  # number of features -> layer
    graph: Any  # (x, parameters by name, layer, training) -> Value
    modes: tuple[bool, ...] = (False,)  # training or not
    kink: bool = False  # at 0, where central differences see the mean of two slopes


def sigmoid(x):
    return 1 / (1 + (-x).exp())


def elu(x, alpha):
    return where(x.data > 0, x, alpha * (x.exp() - 1))


def softmax(x):
    e = (x - x.data.max(axis=-1, keepdims=True)).exp()
    return e / e.sum(axis=-1, keepdims=True)


def gelu(x):
    return 0.5 * x * (1 + (math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)).tanh())


def normed(x, axis, eps):
    centred = x - x.mean(axis, keepdims=True)
    return centred / ((centred**2).mean(axis, keepdims=True) + eps) ** 0.5


def batch_norm(x, p, layer, training):
    running = (x - layer.running_mean) / np.sqrt(layer.running_var + layer.eps)
    return p["scale"] * (normed(x, 0, layer.eps) if training else running) + p["shift"]


def dropout(x, p, layer, training):
    # The mask is what comes out for ones: the layer is a copy with the generator's state.
    return x * layer.forward(np.ones_like(x.data), training)


SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
# eps is large enough to matter: 1e-5 could be forgotten in backward without a trace.
LAYERS = {
    nn.Dense: Case(lambda d: nn.Dense(d, 3), lambda x, p, *_: x @ p["weight"] + p["bias"]),
    nn.Identity: Case(lambda d: nn.Identity(), lambda x, *_: x * 1),
    nn.Sigmoid: Case(lambda d: nn.Sigmoid(), lambda x, *_: sigmoid(x)),
    nn.Tanh: Case(lambda d: nn.Tanh(), lambda x, *_: 2 * sigmoid(2 * x) - 1),
    nn.ReLU: Case(lambda d: nn.ReLU(), lambda x, *_: maximum(x, 0), kink=True),
    nn.LeakyReLU: Case(lambda d: nn.LeakyReLU(0.2), lambda x, *_: maximum(x, 0.2 * x), kink=True),
    nn.PReLU: Case(
        nn.PReLU,
        lambda x, p, *_: where(x.data > 0, x, p["negative_slope"] * x),
        kink=True,
    ),
    nn.ELU: Case(lambda d: nn.ELU(1.3), lambda x, *_: elu(x, 1.3), kink=True),
    nn.SELU: Case(lambda d: nn.SELU(), lambda x, *_: SELU_SCALE * elu(x, SELU_ALPHA), kink=True),
    nn.GELU: Case(lambda d: nn.GELU(), lambda x, *_: gelu(x)),
    nn.SiLU: Case(lambda d: nn.SiLU(), lambda x, *_: x * sigmoid(x)),
    nn.Softplus: Case(lambda d: nn.Softplus(), lambda x, *_: (1 + x.exp()).log()),
    nn.Softmax: Case(lambda d: nn.Softmax(), lambda x, *_: softmax(x)),
    nn.Dropout: Case(lambda d: nn.Dropout(0.4), dropout, modes=(True, False)),
    nn.BatchNorm: Case(lambda d: nn.BatchNorm(d, eps=0.1), batch_norm, modes=(True, False)),
    nn.LayerNorm: Case(
        lambda d: nn.LayerNorm(d, eps=0.1),
        lambda x, p, *_: p["scale"] * normed(x, 1, 0.1) + p["shift"],
    ),
    nn.RMSNorm: Case(
        lambda d: nn.RMSNorm(d, eps=0.1),
        lambda x, p, *_: p["scale"] * x / ((x * x).mean(1, keepdims=True) + 0.1) ** 0.5,
    ),
}


class LossCase(NamedTuple):
    make: Any  # reduction -> loss
    each: Any  # (prediction, target) -> Value, a loss an entry (an example, for CrossEntropy)
    target: str = "numbers"  # or "bits" or "classes"


def surprise(z, y):
    """-log p of the class y of 0 and 1, with p = sigmoid(z)."""
    return -(y * sigmoid(z).log() + (1 - y) * sigmoid(-z).log())


def focal(z, y, gamma):
    p = sigmoid((2 * y - 1) * z)  # of the right class
    return -((1 - p) ** gamma) * p.log()


def huber(e, delta):
    return where(np.abs(e.data) < delta, 0.5 * e * e, delta * (abs(e) - 0.5 * delta))


def class_surprise(z, y):
    return -softmax(z)[np.arange(len(y)), y].log()


LOSSES = {
    nn.MSE: LossCase(nn.MSE, lambda z, y: (z - y) ** 2),
    nn.MAE: LossCase(nn.MAE, lambda z, y: abs(z - y)),
    nn.Huber: LossCase(lambda r: nn.Huber(0.7, r), lambda z, y: huber(z - y, 0.7)),
    nn.BinaryCrossEntropy: LossCase(nn.BinaryCrossEntropy, surprise, "bits"),
    nn.Focal: LossCase(lambda r: nn.Focal(1.7, r), lambda z, y: focal(z, y, 1.7), "bits"),
    nn.CrossEntropy: LossCase(nn.CrossEntropy, class_surprise, "classes"),
}

# name: graph of the function; its slope is the gradient.
FUNCTIONS = {
    "step": lambda x: x * 0 + (x.data > 0),
    "identity": lambda x: x * 1,
    "sigmoid": sigmoid,
    "tanh": lambda x: 2 * sigmoid(2 * x) - 1,
    "relu": lambda x: maximum(x, 0),
    "leaky_relu": lambda x: maximum(x, 0.01 * x),
    "elu": lambda x: elu(x, 1.0),
    "selu": lambda x: SELU_SCALE * elu(x, SELU_ALPHA),
    "gelu": gelu,
    "silu": lambda x: x * sigmoid(x),
    "softplus": lambda x: (1 + x.exp()).log(),
}


# The check itself


def differences(f, at):
    """Central differences at two steps, combined so that their errors of size h^2 cancel."""
    return (4 * nn.numerical_gradient(f, at, H / 2) - nn.numerical_gradient(f, at, H)) / 3


def case_of(thing, table):
    """The line of the table for an object; a subclass (a control) is checked against its parent."""
    return next(table[kind] for kind in type(thing).__mro__ if kind in table)


def parameters(layer, suffix=""):
    """All learned arrays of a layer or network, or with suffix "_grad" their gradients, by name."""
    return {
        f"{i}.{name}": getattr(leaf, name + suffix)
        for i, leaf in enumerate(layer.leaves())
        for name in leaf.parameters()
    }


def draw_layer(make, n_features, seed, dtype=np.float64):
    """A layer whose parameters and running statistics are all random: no 0 or 1 hides a mistake."""
    rng = np.random.default_rng(seed)
    layer = make(n_features)
    for leaf in layer.leaves():
        leaf.initialize(rng, dtype)
        for name in (*leaf.weights, *leaf.offsets, *leaf.buffers):
            array = getattr(leaf, name)
            array[...] = rng.standard_normal(array.shape)
            if name == "running_var":
                array[...] = np.abs(array) + 0.5
    return layer


def by_hand(layer, x, training, projection):
    """Forward and backward of a copy of the layer; gradients by name, that of the input as "x"."""
    layer = copy.deepcopy(layer)
    given_x, given_grad = x.copy(), projection.copy()
    for gradient in parameters(layer, "_grad").values():
        gradient[...] = np.nan  # must be overwritten, not added to
    layer.forward(given_x, training)
    gradients = {"x": layer.backward(given_grad), **parameters(layer, "_grad")}
    assert (given_x == x).all(), "forward or backward changed its input"
    assert (given_grad == projection).all(), "backward changed its argument"
    return gradients


def as_graph(layer, x, values, training):
    """The output of the layer, or of a network leaf by leaf, as a graph."""
    for i, leaf in enumerate(layer.leaves()):
        own = {name: values[f"{i}.{name}"] for name in leaf.parameters()}
        x = case_of(leaf, LAYERS).graph(x, own, leaf, training)
    return x


def by_graph(layer, x, training, projection):
    values = {name: Value(array) for name, array in parameters(layer).items()} | {"x": Value(x)}
    out = as_graph(copy.deepcopy(layer), values["x"], values, training)
    (out * projection).sum().backward()
    return out.data, {name: value.grad for name, value in values.items()}


def same_masks(layer):
    """A copy of the layer, and what makes its dropout draw the same masks from now on again. (To
    copy the layer before each forward step instead would take most of the time.)"""
    layer = copy.deepcopy(layer)
    dropouts = [leaf for leaf in layer.leaves() if isinstance(leaf, nn.Dropout)]
    states = [leaf.rng.bit_generator.state for leaf in dropouts]

    def rewind():
        for leaf, state in zip(dropouts, states, strict=True):
            leaf.rng.bit_generator.state = state

    return layer, rewind


def by_differences(layer, x, training, projection):
    layer, rewind = same_masks(layer)

    def output(x):
        rewind()
        return float((layer.forward(x, training) * projection).sum())

    def with_parameter(place, array):
        before = place.copy()
        place[...] = array
        value = output(x)
        place[...] = before
        return value

    numeric = {"x": differences(output, x)}
    for name, place in parameters(layer).items():
        numeric[name] = differences(lambda a, place=place: with_parameter(place, a), place.copy())
    return numeric


def errors(a, b, scale):
    """Relative errors by name; tiny gradients against what differences resolve to 9 digits."""
    floor = 1e9 * np.finfo(float).eps / H * max(scale, 1.0)
    assert a.keys() == b.keys()
    for name in a:
        assert a[name].shape == b[name].shape, f"{name}: shapes {a[name].shape}, {b[name].shape}"
        assert np.isfinite(a[name]).all(), f"{name}: gradient not finite (or not written at all)"
    size = {name: np.linalg.norm(a[name]) + np.linalg.norm(b[name]) for name in a}
    return {name: np.linalg.norm(a[name] - b[name]) / max(size[name], floor) for name in a}


def compare(what, hand, graph, numeric, scale):
    """Fail, naming each gradient and its error, unless the three agree; note the worst."""
    pairs = {
        "by hand, autograd": errors(hand, graph, scale),
        "by hand, differences": errors(hand, numeric, scale),
        "autograd, differences": errors(graph, numeric, scale),
    }
    report = {f"{name} ({pair})": e for pair, each in pairs.items() for name, e in each.items()}
    wrong = {name: f"{error:.1e}" for name, error in report.items() if not error < TOLERANCE}
    assert not wrong, f"{what}: relative errors {wrong}"
    for pair, each in pairs.items():
        here = max(each.values())
        kind = "networks" if "Sequential" in what else "layers, losses"
        if here >= WORST.get((kind, pair), (0.0, ""))[0]:
            WORST[kind, pair] = (here, what)


def check_layer(layer, x, training):
    out = copy.deepcopy(layer).forward(x, training)
    projection = np.random.default_rng(out.size).standard_normal(out.shape)
    hand = by_hand(layer, x, training, projection)
    graph_out, graph = by_graph(layer, x, training, projection)
    np.testing.assert_allclose(out, graph_out, rtol=1e-12, atol=1e-13)
    numeric = by_differences(layer, x, training, projection)
    scale = float(np.abs(out * projection).sum())
    compare(f"{layer!r}, training={training}, x {x.shape}", hand, graph, numeric, scale)


def check_loss(loss, prediction, target):
    case, value = case_of(loss, LOSSES), loss.forward(prediction, target)
    leaf = Value(prediction)
    each = case.each(leaf, target)
    total = each.mean() if loss.reduction == "mean" else each.sum()
    assert value == pytest.approx(float(total.data), rel=1e-12)
    total.backward()
    hand = {"prediction": loss.backward()}
    difference = differences(lambda z: loss.forward(z, target), prediction)
    compare(f"{loss!r}, {prediction.shape}", hand, {"prediction": leaf.grad},
            {"prediction": difference}, abs(value))  # fmt: skip


def off_the_kink(x, margin=0.05):
    """Move numbers away from 0, where relu and its like have no derivative."""
    return x + np.where(x >= 0, margin, -margin)


def draw_loss_data(kind, n, k, rng):
    """A prediction and a target; errors stay away from the kinks of MAE (0) and Huber (0.7)."""
    if kind == "classes":
        return rng.standard_normal((n, k)), rng.integers(0, k, n)
    if kind == "bits":
        return 2 * rng.standard_normal((n, 1)), rng.integers(0, 2, (n, 1)).astype(float)
    target = rng.standard_normal((n, k))
    error = rng.uniform(0.1, 0.6, (n, k)) + rng.integers(0, 2, (n, k))
    return target + error * rng.choice([-1, 1], (n, k)), target


# Every layer, activation and loss


def modes():
    return [(kind, training) for kind, case in LAYERS.items() for training in case.modes]


@pytest.mark.parametrize(("kind", "training"), modes())
def test_layer_has_the_right_gradients(kind, training):
    layer = draw_layer(LAYERS[kind].make, 4, seed=1)
    x = off_the_kink(np.random.default_rng(2).standard_normal((5, 4)))
    check_layer(layer, x, training)


@pytest.mark.parametrize(("kind", "training"), modes())
@settings(GRADIENTS, max_examples=30)
@given(data=st.data())
def test_layer_has_the_right_gradients_for_any_input(kind, training, data):
    shape = (data.draw(st.integers(2, 5), "n"), data.draw(st.integers(1, 4), "n_features"))
    x = off_the_kink(data.draw(arrays(np.float64, shape, elements=st.floats(-3, 3)), "x"))
    layer = draw_layer(LAYERS[kind].make, shape[1], data.draw(st.integers(0, 999), "seed"))
    check_layer(layer, x, training)


@pytest.mark.parametrize("kind", [kind for kind in LAYERS if kind is not nn.BatchNorm])
def test_layer_has_the_right_gradients_for_one_example(kind):
    x = off_the_kink(np.random.default_rng(5).standard_normal((1, 3)))
    check_layer(draw_layer(LAYERS[kind].make, 3, seed=4), x, training=False)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("kind", LOSSES)
def test_loss_has_the_right_gradient(kind, reduction):
    case = LOSSES[kind]
    check_loss(case.make(reduction), *draw_loss_data(case.target, 7, 3, np.random.default_rng(3)))


@pytest.mark.parametrize("kind", LOSSES)
@settings(GRADIENTS, max_examples=20)
@given(n=st.integers(1, 6), k=st.integers(1, 4), seed=st.integers(0, 999))
def test_loss_has_the_right_gradient_for_any_batch(kind, n, k, seed):
    case = LOSSES[kind]
    check_loss(case.make("mean"), *draw_loss_data(case.target, n, k, np.random.default_rng(seed)))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_slope_of_function_is_its_derivative(name):
    function, slope = nn.activations.get(name)
    z = off_the_kink(np.concatenate([np.linspace(-6, 6, 41), [-0.3, 0.3]]))
    leaf = Value(z)
    out = FUNCTIONS[name](leaf)
    np.testing.assert_allclose(function(z), out.data, rtol=1e-12, atol=1e-13)
    out.sum().backward()
    numeric = differences(lambda z: float(function(z).sum()), z)
    compare(f"{name}_slope", {"z": slope(z)}, {"z": leaf.grad}, {"z": numeric}, 1.0)


def test_every_public_layer_loss_and_function_is_in_the_tables():
    public = [vars(nn)[name] for name in nn.__all__ if inspect.isclass(vars(nn)[name])]
    layers = {kind for kind in public if issubclass(kind, nn.Layer)} - {nn.Layer, nn.Sequential}
    losses = {kind for kind in public if issubclass(kind, nn.Loss)} - {nn.Loss}
    assert layers == set(LAYERS)
    assert losses == set(LOSSES)
    assert set(nn.activations.FUNCTIONS) == set(FUNCTIONS)


# Whole networks

HIDDEN = [kind for kind in LAYERS if kind not in (nn.Dense, nn.Identity)]


@st.composite
def networks(draw, dtype=np.float64, kind=None):
    """A network of 2 to 5 dense layers with anything between them, at times nested, and data; if
    ``kind`` is given, with such a layer in any case."""
    widths = draw(st.lists(st.integers(1, 5), min_size=2, max_size=5), "widths")
    parts: list[nn.Layer] = []
    for n_in, n_out in itertools.pairwise(widths):
        kinds = draw(st.lists(st.sampled_from(HIDDEN), max_size=2), "between")
        block = [nn.Dense(n_in, n_out), *(LAYERS[kind].make(n_out) for kind in kinds)]
        parts += [nn.Sequential(*block, rng=0, dtype=dtype)] if draw(st.booleans()) else block
    if kind is not None:
        parts.append(LAYERS[kind].make(widths[-1]))
    seed, training = draw(st.integers(0, 9999), "seed"), draw(st.booleans(), "training")
    rng = np.random.default_rng(seed)
    net = nn.Sequential(*parts, nn.Dense(widths[-1], 3), rng=rng, dtype=dtype)
    net.theta[:] = 0.7 * rng.standard_normal(net.theta.size)  # biases too: zero ones hide mistakes
    x = rng.standard_normal((draw(st.integers(2, 5), "n"), widths[0])).astype(dtype)
    for leaf in net.leaves():
        for name in leaf.buffers:
            getattr(leaf, name)[...] = rng.uniform(0.5, 1.5, leaf.n_features)
    assume(distance_to_a_kink(net, x, training) > 0.01)
    return net, x, training


def distance_to_a_kink(net, x, training):
    nearest = math.inf
    for leaf in copy.deepcopy(net).leaves():
        if case_of(leaf, LAYERS).kink:
            nearest = min(nearest, float(np.abs(x).min()))
        x = leaf.forward(x, training)
    return nearest


@pytest.mark.parametrize("kind", HIDDEN)
@settings(GRADIENTS, max_examples=6)
@given(data=st.data())
def test_network_with_a_layer_of_each_kind_has_the_right_gradients(data, kind):
    net, x, training = data.draw(networks(kind=kind))
    check_layer(net, x, training)


@settings(GRADIENTS, max_examples=60)
@given(drawn=networks(), kind=st.sampled_from(list(LOSSES)))
def test_network_under_a_loss_has_the_right_gradients(drawn, kind):
    net, x, training = drawn
    case, loss = LOSSES[kind], LOSSES[kind].make("mean")
    rng = np.random.default_rng(len(net.theta))
    if case.target == "bits":
        net = nn.Sequential(net, nn.Dense(3, 1, rng=0))
    _, target = draw_loss_data(case.target, len(x), 3, rng)
    out = copy.deepcopy(net).forward(x, training)
    if case.target == "numbers":
        target = out + off_the_kink(target, 0.1)
        assume(np.abs(np.abs(out - target) - 0.7).min() > 0.01)
    state = copy.deepcopy(net)
    moved, rewind = same_masks(net)

    def value(theta):
        rewind()
        moved.theta[:] = theta
        return loss.forward(moved.forward(x, training), target)

    scale = abs(value(net.theta))
    net.forward(x, training)
    loss.forward(out, target)
    net.backward_parameters(loss.backward())  # the way that fit takes
    values = {name: Value(array) for name, array in parameters(state).items()}
    total = case.each(as_graph(copy.deepcopy(state), Value(x), values, training), target).mean()
    total.backward()
    flat = np.zeros_like(net.grad)
    for name, place in views(state, flat).items():
        place[...] = values[name].grad
    compare(f"{net!r}, {loss!r}", {"theta": net.grad}, {"theta": flat},
            {"theta": differences(value, net.theta)}, scale)  # fmt: skip


def views(net, vector):
    """Parts of a vector laid out as ``theta`` is, by name: all weights, then all offsets."""
    leaves, found, start = list(net.leaves()), {}, 0
    for group in ("weights", "offsets"):
        for i, leaf in enumerate(leaves):
            for name in getattr(leaf, group):
                shape = getattr(leaf, name).shape
                found[f"{i}.{name}"] = vector[start : start + math.prod(shape)].reshape(shape)
                start += math.prod(shape)
    assert start == len(vector)
    return found


@settings(GRADIENTS, max_examples=50)
@given(networks(np.float32))
def test_float32_network_has_the_gradients_of_its_float64_twin(drawn):
    net, x, training = drawn
    out = copy.deepcopy(net).forward(x, training)
    projection = np.random.default_rng(0).standard_normal(out.shape).astype(np.float32)
    hand = by_hand(net, x, training, projection)
    _, graph = by_graph(net, x, training, projection)
    assert {array.dtype for array in (out, *hand.values())} == {np.dtype(np.float32)}
    twin = nn.Sequential(*(remade(leaf) for leaf in net.leaves()), rng=0)
    twin.restore({key: array.astype(np.float64) for key, array in net.state().items()})
    exact = by_hand(twin, x.astype(np.float64), training, projection.astype(np.float64))
    scale = 1e-6 * float(np.abs(out * projection).sum())
    for name in exact:
        tolerance = 1e-4 * np.linalg.norm(exact[name]) + scale * 10
        assert np.linalg.norm(hand[name] - exact[name]) <= tolerance, name
        assert np.linalg.norm(graph[name] - exact[name]) <= tolerance, name


def remade(leaf):
    """The same layer without its arrays, with the generator's present state."""
    config = {key: value for key, value in leaf.config().items() if key != "init"}
    made = type(leaf)(**config)
    if isinstance(leaf, nn.Dropout):
        made.rng = copy.deepcopy(leaf.rng)
    return made


def test_check_gradients_of_the_library_agrees_with_this_file():
    net = nn.Sequential(nn.Dense(3, 6), nn.BatchNorm(6), nn.Tanh(), nn.Dense(6, 3), rng=0)
    net.theta += 0.1
    x, y = np.random.default_rng(1).standard_normal((8, 3)), np.arange(8) % 3
    # The bias before a batch norm has the gradient 0: what differences find there is rounding.
    assert nn.check_gradients(net, nn.CrossEntropy(), x, y, training=True) < TOLERANCE
    assert nn.check_gradients(net, nn.CrossEntropy(), x, y, training=False) < TOLERANCE


# Controls: planted mistakes, each of which the same check must catch


class WithoutTranspose(nn.Dense):
    def backward(self, grad_out):
        super().backward(grad_out)
        return grad_out @ self.weight


class MeanBiasGradient(nn.Dense):
    def backward_parameters(self, grad_out):
        super().backward_parameters(grad_out)
        self.bias_grad /= len(grad_out)


class AddsToGradient(nn.Dense):
    def backward_parameters(self, grad_out):
        before = self.weight_grad.copy()
        super().backward_parameters(grad_out)
        self.weight_grad += before


class MaskAfterActivation(nn.ReLU):
    def backward(self, grad_out):
        return grad_out * (self._out >= 0)  # always true


class SlopeOfTheOutput(nn.Sigmoid):
    def backward(self, grad_out):
        return grad_out * nn.activations.sigmoid_slope(self._out)


class WithoutMaskedScale(nn.Dropout):
    def backward(self, grad_out):
        return grad_out * (self._scale > 0)


class ChangesItsArgument(nn.Tanh):
    def backward(self, grad_out):
        grad_out *= 1 - self._out**2
        return grad_out


class DiagonalSoftmax(nn.Softmax):
    def backward(self, grad_out):
        return grad_out * self._out * (1 - self._out)


class ForgottenMean(nn.BatchNorm):
    def backward(self, grad_out):
        grad = self._affine_backward(grad_out)
        return (grad - self._normed * (grad * self._normed).mean(axis=0)) * self._inv_std


class ForgottenVariance(nn.LayerNorm):
    def backward(self, grad_out):
        grad = self._affine_backward(grad_out)
        return (grad - grad.mean(axis=1, keepdims=True)) * self._inv_std


class TrainingFormula(nn.BatchNorm):
    def forward(self, x, training=False):
        out = super().forward(x, training)
        self._training = True
        return out


class ForgottenScale(nn.RMSNorm):
    def backward(self, grad_out):
        super().backward(grad_out)
        n = self._normed
        return (grad_out - n * (grad_out * n).mean(axis=1, keepdims=True)) * self._inv_rms


class SharedSlopeGradient(nn.PReLU):
    def backward(self, grad_out):
        grad_in = super().backward(grad_out)
        self.negative_slope_grad[:] = self.negative_slope_grad.mean()
        return grad_in


BROKEN_LAYERS = [
    (WithoutTranspose, lambda d: WithoutTranspose(d, d), False),
    (MeanBiasGradient, lambda d: MeanBiasGradient(d, 3), False),
    (AddsToGradient, lambda d: AddsToGradient(d, 3), False),
    (MaskAfterActivation, lambda d: MaskAfterActivation(), False),
    (SlopeOfTheOutput, lambda d: SlopeOfTheOutput(), False),
    (WithoutMaskedScale, lambda d: WithoutMaskedScale(0.4), True),
    (ChangesItsArgument, lambda d: ChangesItsArgument(), False),
    (DiagonalSoftmax, lambda d: DiagonalSoftmax(), False),
    (ForgottenMean, ForgottenMean, True),
    (ForgottenVariance, lambda d: ForgottenVariance(d, eps=0.1), False),
    (TrainingFormula, TrainingFormula, False),
    (ForgottenScale, lambda d: ForgottenScale(d, eps=0.1), False),
    (SharedSlopeGradient, SharedSlopeGradient, False),
]


@pytest.mark.parametrize(("kind", "make", "training"), BROKEN_LAYERS)
def test_control_broken_layer_is_caught(kind, make, training):
    x = off_the_kink(np.random.default_rng(2).standard_normal((5, 4)))
    with pytest.raises(AssertionError, match=r"relative errors|changed its argument|not finite"):
        check_layer(draw_layer(make, 4, seed=1), x, training)


class WithoutFactorTwo(nn.MSE):
    def backward(self):
        return super().backward() / 2


class WithoutShare(nn.BinaryCrossEntropy):
    def backward(self):
        return super().backward() / self._share


class ReversedSign(nn.MAE):
    def backward(self):
        return -super().backward()


class WithoutCut(nn.Huber):
    def value(self, prediction, target):
        value = super().value(prediction, target)
        self._cut = prediction - target
        return value


class WithoutProductRule(nn.Focal):
    def backward(self):
        return self._wrong ** (self.gamma + 1) * self._sign * self._share


class WithoutOneHot(nn.CrossEntropy):
    def backward(self):
        return np.exp(self._log_p) * self._share


BROKEN_LOSSES = [WithoutFactorTwo, WithoutShare, ReversedSign, WithoutCut, WithoutProductRule,
                 WithoutOneHot]  # fmt: skip


@pytest.mark.parametrize("kind", BROKEN_LOSSES)
def test_control_broken_loss_is_caught(kind):
    case = case_of(kind(), LOSSES)
    # delta of Huber and gamma of Focal as in the table
    loss = kind(*{nn.Huber: (0.7,), nn.Focal: (1.7,)}.get(kind.__base__, ()))
    with pytest.raises(AssertionError, match="relative errors"):
        check_loss(loss, *draw_loss_data(case.target, 7, 3, np.random.default_rng(3)))


def test_worst_relative_errors_of_this_run(capsys):
    if not WORST:
        pytest.skip("no gradient was checked in this run")
    with capsys.disabled():
        print("\nlargest relative errors between three ways to a gradient, float64:")
        for (kind, pair), (error, what) in sorted(WORST.items()):
            print(f"  {kind:14}  {pair:22} {error:.1e}  {what[:90]}")
    assert max(error for error, _ in WORST.values()) < TOLERANCE
