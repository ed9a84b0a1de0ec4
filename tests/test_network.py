"""Sequential: one flat vector that the layers look into, prediction, copies, state."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable

import numpy as np
import pytest

import nnlib as nn

COPIES: dict[str, Callable[[nn.Sequential], nn.Sequential]] = {
    "itself": lambda net: net,
    "copy.copy": copy.copy,
    "copy.deepcopy": copy.deepcopy,
    "pickle": lambda net: pickle.loads(pickle.dumps(net)),
}


def network(dtype: str = "float64") -> nn.Sequential:
    return nn.Sequential(
        nn.Dense(2, 4),
        nn.BatchNorm(4),
        nn.ReLU(),
        nn.Sequential(nn.Dense(4, 3), nn.PReLU(3), rng=1),
        nn.Dropout(0.2),
        nn.Dense(3, 1),
        rng=0,
        dtype=dtype,
    )


def x_of(n: int = 6) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(n, 2))


@pytest.mark.parametrize("how", COPIES)
def test_parameters_of_the_layers_are_views_into_theta_and_grad(how: str) -> None:
    net = COPIES[how](network())
    expected = np.arange(net.theta.size, dtype=float)
    net.theta[:], net.grad[:] = expected, -expected
    found = [
        (getattr(leaf, name).ravel(), getattr(leaf, f"{name}_grad").ravel())
        for names in ("weights", "offsets")
        for leaf in net.leaves()
        for name in getattr(leaf, names)
    ]
    np.testing.assert_array_equal(np.concatenate([p for p, _ in found]), expected)
    np.testing.assert_array_equal(np.concatenate([g for _, g in found]), -expected)
    net.theta[:] = network().theta
    net.backward(np.ones_like(net.forward(x_of())))
    assert np.abs(net.grad).max() > 0
    np.testing.assert_array_equal(net.layers[0].weight_grad.ravel(), net.grad[:8])


@pytest.mark.parametrize("how", [name for name in COPIES if name != "itself"])
def test_a_copy_computes_the_same_and_lives_its_own_life(how: str) -> None:
    net = network()
    before = net.forward(x_of())
    twin = COPIES[how](net)
    np.testing.assert_array_equal(twin.forward(x_of()), before)
    twin.theta += 1
    twin.layers[1].running_mean += 1
    np.testing.assert_array_equal(net.forward(x_of()), before)
    net.theta += 1
    assert (net.forward(x_of()) != before).any()


@pytest.mark.parametrize("how", COPIES)
def test_assigning_theta_or_grad_writes_in_place_so_that_the_layers_follow(how: str) -> None:
    net = COPIES[how](network("float32"))
    net.backward(np.ones_like(net.forward(x_of(), training=True)))
    theta, grad, expected = net.theta, net.grad, net.theta - 0.5 * net.grad
    net.theta = net.theta - 0.5 * net.grad
    np.testing.assert_array_equal(net.theta, expected)
    np.testing.assert_array_equal(net.layers[0].weight.ravel(), expected[:8])
    net.grad = np.arange(grad.size)  # float64 and whole numbers are rounded to the network's type
    np.testing.assert_array_equal(net.layers[0].weight_grad.ravel(), np.arange(8))
    net.theta -= 1
    net.grad *= 0
    assert net.theta is theta
    assert net.grad is grad
    assert theta.dtype == grad.dtype == np.float32
    np.testing.assert_array_equal(net.layers[0].weight.ravel(), expected[:8] - 1)
    assert not net.layers[0].weight_grad.any()


@pytest.mark.parametrize("name", ["theta", "grad"])
@pytest.mark.parametrize("wrong", [0.0, np.zeros(3), np.zeros((42, 1))], ids=np.shape)
def test_a_vector_of_another_shape_is_refused(name: str, wrong: np.ndarray) -> None:
    net = network()
    before = getattr(net, name).copy()
    with pytest.raises(ValueError, match=rf"{name} must have shape \(42,\), got \("):
        setattr(net, name, wrong)
    np.testing.assert_array_equal(getattr(net, name), before)


def test_theta_holds_all_weights_before_all_biases() -> None:
    net = nn.Sequential(nn.Dense(2, 3), nn.Tanh(), nn.Dense(3, 1), rng=0)
    assert (net.n_weights, net.theta.size) == (9, 13)
    first, last = net.layers[0], net.layers[2]
    parts = [first.weight.ravel(), last.weight.ravel(), first.bias, last.bias]
    np.testing.assert_array_equal(net.theta, np.concatenate(parts))


def test_the_numbers_of_the_course_example() -> None:
    net = nn.Sequential(
        nn.Dense(1, 1, [[0.8]]), nn.Sigmoid(), nn.Dense(1, 1, [[0.6]]), nn.Sigmoid()
    )
    loss = nn.MSE()
    value = loss.forward(net.forward([[0.5]]), [[1.0]])
    grad_in = net.backward(loss.backward())
    first, second = net.layers[0], net.layers[2]
    assert (round(net.forward([[0.5]])[0, 0], 4), round(value, 4)) == (0.5888, 0.1690)
    assert round(float(second.weight_grad[0, 0]), 4) == -0.1192
    assert round(float(second.bias_grad[0]), 4) == -0.1991
    assert round(float(first.weight_grad[0, 0]), 4) == -0.0143
    assert round(float(first.bias_grad[0]), 4) == -0.0287
    assert grad_in[0, 0] == pytest.approx(first.bias_grad[0] * 0.8)


def test_the_network_of_the_course_has_235146_parameters() -> None:
    net = nn.Sequential(
        nn.Dense(784, 256), nn.ReLU(), nn.Dense(256, 128), nn.ReLU(), nn.Dense(128, 10), rng=0
    )
    assert net.theta.size == 235_146
    assert net.forward(np.zeros((32, 784))).shape == (32, 10)
    assert "235,146" in net.summary()


def test_float32_reaches_layers_that_had_their_weights_before() -> None:
    inner = nn.Sequential(
        nn.Dense(2, 2, rng=0), nn.BatchNorm(2), nn.Sequential(nn.Dense(2, 2, rng=1))
    )
    net = nn.Sequential(inner, nn.Dense(2, 1, init=np.ones((2, 1))), dtype="float32")
    out = net.forward(x_of(), training=True)
    assert out.dtype == np.float32
    assert net.backward(np.ones_like(out)).dtype == np.float32
    kept = {
        a.dtype for leaf in net.leaves() for a in vars(leaf).values() if isinstance(a, np.ndarray)
    }
    assert kept - {np.dtype(np.float64)} == {np.dtype(np.float32)}
    assert {a.dtype for a in net.state().values()} == {np.dtype(np.float32)}


def test_float32_weights_are_the_float64_weights_rounded() -> None:
    np.testing.assert_array_equal(network("float32").theta, network().theta.astype(np.float32))


def test_a_network_within_a_network_is_its_layers_in_a_row() -> None:
    nested, flat = network(), None
    flat = nn.Sequential(*copy.deepcopy(list(nested.leaves())), rng=0)
    np.testing.assert_array_equal(nested.theta, flat.theta)
    np.testing.assert_array_equal(nested.forward(x_of()), flat.forward(x_of()))


def test_training_forward_differs_where_dropout_stands() -> None:
    net = nn.Sequential(nn.Dense(2, 50), nn.Dropout(0.5), nn.Dense(50, 1), rng=0)
    assert (net.forward(x_of(), training=True) != net.forward(x_of())).all()


def test_backward_parameters_fills_the_same_gradient() -> None:
    net = network()
    grad_out = np.ones_like(net.forward(x_of()))
    net.backward(grad_out)
    whole = net.grad.copy()
    net.grad[:] = 7
    net.backward_parameters(grad_out)
    np.testing.assert_array_equal(net.grad, whole)


def test_predict_gives_probabilities_and_works_in_chunks() -> None:
    net = nn.Sequential(nn.Dense(2, 8), nn.Tanh(), nn.Dense(8, 3), rng=0)
    x = x_of(2500)
    p = net.predict(x)
    assert p.shape == (2500, 3)
    np.testing.assert_allclose(p.sum(axis=1), 1)
    np.testing.assert_allclose(p, nn.activations.softmax(net.forward(x)), rtol=1e-12)
    one = nn.Sequential(nn.Dense(2, 1), rng=0)
    np.testing.assert_allclose(one.predict(x), nn.activations.sigmoid(one.forward(x)), rtol=1e-12)


@pytest.mark.parametrize(("last", "n_out"), [(nn.Sigmoid, 1), (nn.Softmax, 3)])
def test_predict_does_not_squash_twice(last: type, n_out: int) -> None:
    net = nn.Sequential(nn.Dense(2, n_out), last(), rng=0)
    np.testing.assert_array_equal(net.predict(x_of()), net.forward(x_of()))


def test_state_and_restore_bring_everything_back() -> None:
    net = network()
    state, before = net.state(), net.forward(x_of())
    theta = net.theta
    net.theta += 1
    net.forward(10 + x_of(), training=True)
    assert (net.forward(x_of()) != before).any()
    net.restore(state)
    np.testing.assert_array_equal(net.forward(x_of()), before)
    assert net.theta is theta


def test_each_seed_gives_its_own_weights_and_each_layer_its_own() -> None:
    net, other = (nn.Sequential(nn.Dense(3, 3), nn.Dense(3, 3), rng=seed) for seed in (0, 1))
    assert (net.theta[: net.n_weights] != other.theta[: net.n_weights]).all()
    assert (net.layers[0].weight != net.layers[1].weight).all()


def test_given_weights_are_kept_and_need_no_rng() -> None:
    net = nn.Sequential(nn.Dense(2, 1, init=[[1.0], [2.0]], bias=[3.0]), nn.ReLU())
    np.testing.assert_array_equal(net.theta, [1, 2, 3])


def test_summary_names_layers_outputs_and_counts() -> None:
    lines = network().summary().splitlines()
    assert lines[0].split() == ["layer", "output", "parameters"]
    assert lines[1].split() == ["Dense(2,", "4)", "(n,", "4)", "12"]
    assert lines[-1].split() == ["total", "42"]
    assert len({len(line) for line in lines}) == 1


def test_repr_can_be_typed_back() -> None:
    for dtype in ("float64", "float32"):
        net = nn.Sequential(
            nn.Dense(2, 3, "glorot"), nn.ELU(0.5), nn.Dense(3, 1), rng=0, dtype=dtype
        )
        text = repr(net)
        again = eval(text[:-1] + ", rng=0)", vars(nn).copy())
        assert repr(again) == text
        np.testing.assert_array_equal(again.theta, net.theta)
