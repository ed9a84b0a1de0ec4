"""Small promises of signatures and docstrings: defaults, ranges, widths, dtypes, first values.

Each stands here because a mutant of tests/mutation.py once survived without it.
"""

import inspect
import tracemalloc

import numpy as np
import pytest

import nnlib as nn

ADAM = {"learning_rate": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
DEFAULTS = {
    nn.Dropout: {"rate": 0.5},
    nn.BatchNorm: {"eps": 1e-5, "momentum": 0.9},
    nn.LayerNorm: {"eps": 1e-5},
    nn.RMSNorm: {"eps": 1e-5},
    nn.LeakyReLU: {"negative_slope": 0.01},
    nn.ELU: {"alpha": 1.0},
    nn.PReLU: {"start": 0.25},
    nn.MSE: {"reduction": "mean"},
    nn.Huber: {"delta": 1.0, "reduction": "mean"},
    nn.Focal: {"gamma": 2.0, "reduction": "mean"},
    nn.SGD: {"learning_rate": 0.01, "weight_decay": 0.0},
    nn.Momentum: {"learning_rate": 0.01, "momentum": 0.9, "weight_decay": 0.0},
    nn.Nesterov: {"learning_rate": 0.01, "momentum": 0.9, "weight_decay": 0.0},
    nn.AdaGrad: {"learning_rate": 0.01, "eps": 1e-10, "weight_decay": 0.0},
    nn.RMSprop: {"learning_rate": 0.01, "decay": 0.99, "eps": 1e-8, "weight_decay": 0.0},
    nn.Adam: ADAM | {"weight_decay": 0.0},
    nn.AMSGrad: ADAM | {"weight_decay": 0.0},
    nn.AdamW: ADAM | {"weight_decay": 0.01, "n_decayed": None},
}
NORMS = [nn.BatchNorm, nn.LayerNorm, nn.RMSNorm]


@pytest.mark.parametrize("kind", DEFAULTS)
def test_defaults_are_those_of_the_docstrings(kind):
    made = kind(3) if "n_features" in inspect.signature(kind).parameters else kind()
    assert {name: getattr(made, name) for name in DEFAULTS[kind]} == DEFAULTS[kind]


@pytest.mark.parametrize("kind", [kind for kind in DEFAULTS if issubclass(kind, nn.Optimizer)])
def test_a_step_allocates_no_vector(kind):
    theta, grad, optimizer = np.zeros(100_000), np.ones(100_000), kind()
    optimizer.step(theta, grad)  # the first one makes the moments
    tracemalloc.start()
    optimizer.step(theta, grad)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < theta.nbytes / 10


def test_an_optimizer_does_not_decay_unless_asked():
    assert nn.Optimizer(0.1).weight_decay == 0.0


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: nn.LeakyReLU(1.01), "negative_slope"),
        (lambda: nn.Dropout(1.0), "rate"),
        (lambda: nn.BatchNorm(3, momentum=1.0), "momentum"),
        (lambda: nn.Momentum(momentum=1.0), "momentum"),
        (lambda: nn.RMSprop(decay=1.0), "decay"),
        (lambda: nn.Adam(beta1=1.0), "beta1"),
        (lambda: nn.Adam(beta2=1.0), "beta2"),
    ],
)
def test_a_share_stays_below_its_bound(make, name):
    with pytest.raises(ValueError, match=f"{name} must be"):
        make()


@pytest.mark.parametrize("make", [nn.PReLU, *NORMS])
def test_a_layer_with_a_width_says_it_to_the_next(make):
    assert make(3).n_outputs(None) == make(3).n_outputs(3) == 3
    with pytest.raises(ValueError, match="3"):
        nn.Sequential(make(3), nn.Dense(4, 1), rng=0)


@pytest.mark.parametrize("make", [lambda n: nn.Dense(n, 5), nn.PReLU, *NORMS])
def test_shapes_are_known_before_anything_is_drawn(make):
    layer = make(3)
    shapes = layer.shapes()
    layer.initialize(np.random.default_rng(0), np.float64)
    made = {name: getattr(layer, name).shape for name in (*layer.parameters(), *layer.buffers)}
    assert shapes == made


@pytest.mark.parametrize("make", [lambda n: nn.Dense(n, 5), nn.PReLU, *NORMS])
def test_gradients_of_a_layer_are_0_before_backward(make):
    layer = make(3)
    layer.initialize(np.random.default_rng(0), np.float64)
    for name in layer.parameters():
        assert not getattr(layer, f"{name}_grad").any()


@pytest.mark.parametrize("make", [lambda n: nn.Dense(n, 5), *NORMS])
def test_a_layer_alone_takes_lists_and_keeps_its_dtype(make):
    rows = [[1, 2, 4], [0, -1, 3]]
    for dtype in (np.float32, np.float64):
        layer = make(3)
        layer.initialize(np.random.default_rng(0), dtype)
        from_list = layer.forward(rows, training=True)
        assert from_list.dtype == dtype
        for other in (np.int64, np.float32, np.float64):
            out = layer.forward(np.array(rows, other), training=True)
            assert out.dtype == dtype
            assert (out == from_list).all()


def test_dropout_that_drops_nothing_needs_no_rng():
    nn.Sequential(nn.Dense(2, 2, init=np.eye(2)), nn.Dropout(0.0))


def test_prelu_has_its_learned_slope_at_0_as_pytorch_has():
    layer = nn.PReLU(2, start=0.25)
    layer.initialize(None, np.float64)
    layer.forward(np.zeros((1, 2)))
    assert layer.backward(np.ones((1, 2))).tolist() == [[0.25, 0.25]]


@pytest.mark.parametrize("name", nn.activations.FUNCTIONS)
def test_functions_and_slopes_take_whole_numbers_and_keep_float32(name):
    for function in nn.activations.get(name):
        exact = function(np.array([-2.0, 0.0, 3.0]))
        assert exact.dtype == np.float64
        assert (function([-2, 0, 3]) == exact).all()
        for kind in (np.int8, np.int64):  # cubes of small integers would overflow, logs lose digits
            whole = function(np.array([-7, 0, 9], kind))
            assert whole.dtype == np.float64
            assert (whole == function(np.array([-7.0, 0.0, 9.0]))).all()
        assert function(np.array([-2, 0, 3], np.float32)).dtype == np.float32


def test_class_numbers_may_be_a_list():
    assert nn.losses.class_indices("target", [0, 2.0, 1], 3).tolist() == [0, 2, 1]


def test_base_classes_compute_nothing():
    layer, loss, one = nn.Layer(), nn.Loss(), np.ones(1)
    for call in (
        lambda: layer.forward(one),
        lambda: layer.backward(one),
        lambda: loss.value(one, one),
        loss.backward,
        lambda: nn.Optimizer(0.1).step(one, one),
    ):
        with pytest.raises(NotImplementedError):
            call()
