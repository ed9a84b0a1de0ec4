"""Dense, Dropout and the three norms: values by hand, statistics, types."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import nnlib as nn
from nnlib import initializers

MAKE: dict[str, Callable[[], nn.Layer]] = {
    "Dense": lambda: nn.Dense(3, 2),
    "Dropout": lambda: nn.Dropout(0.5),
    "BatchNorm": lambda: nn.BatchNorm(3),
    "LayerNorm": lambda: nn.LayerNorm(3),
    "RMSNorm": lambda: nn.RMSNorm(3),
    "PReLU": lambda: nn.PReLU(3),
    "ReLU": nn.ReLU,
    "Tanh": nn.Tanh,
    "Softmax": nn.Softmax,
}
NORMS = [nn.BatchNorm, nn.LayerNorm, nn.RMSNorm]


def batch(n: int = 5, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, 3))


def test_dense_is_x_times_weight_plus_bias() -> None:
    layer = nn.Dense(2, 3, init=[[1, 2, 3], [4, 5, 6]], bias=[10, 20, 30])
    np.testing.assert_array_equal(layer.forward(np.array([[1.0, 2.0]])), [[19, 32, 45]])
    grad_in = layer.backward(np.array([[1.0, 0.0, -1.0]]))
    np.testing.assert_array_equal(layer.weight_grad, [[1, 0, -1], [2, 0, -2]])
    np.testing.assert_array_equal(layer.bias_grad, [1, 0, -1])
    np.testing.assert_array_equal(grad_in, [[-2, -2]])


def test_dense_sums_gradients_over_the_batch_and_does_not_divide() -> None:
    layer = nn.Dense(1, 1, init=[[2.0]])
    layer.forward(np.array([[1.0], [10.0]]))
    layer.backward(np.array([[1.0], [1.0]]))
    assert layer.weight_grad[0, 0] == 11
    assert layer.bias_grad[0] == 2


def test_backward_replaces_gradients_and_does_not_add_to_them() -> None:
    layer = nn.Dense(3, 2, rng=0)
    layer.forward(batch())
    layer.backward(np.ones((5, 2)))
    once = layer.weight_grad.copy()
    layer.backward(np.ones((5, 2)))
    np.testing.assert_array_equal(layer.weight_grad, once)


def test_a_given_initial_weight_is_copied() -> None:
    weight, bias = np.ones((2, 2)), np.zeros(2)
    layer = nn.Dense(2, 2, init=weight, bias=bias)
    weight[:], bias[:] = 7, 7
    np.testing.assert_array_equal(layer.weight, 1)
    np.testing.assert_array_equal(layer.bias, 0)
    layer.weight[:] = 3
    assert (weight == 7).all()
    later = nn.Dense(2, 2, bias=bias)  # its weights are drawn by the network
    bias[:] = 0
    np.testing.assert_array_equal(nn.Sequential(later, rng=0).layers[0].bias, 7)


@pytest.mark.parametrize("name", MAKE)
@pytest.mark.parametrize("training", [False, True])
def test_forward_and_backward_change_neither_argument(name: str, training: bool) -> None:
    net = nn.Sequential(MAKE[name](), rng=0)
    x = batch()
    out = net.forward(x, training=training)
    grad_out = np.random.default_rng(1).normal(size=out.shape)
    before = grad_out.copy()
    net.backward(grad_out)
    np.testing.assert_array_equal(x, batch())
    np.testing.assert_array_equal(grad_out, before)


@pytest.mark.parametrize("name", MAKE)
@pytest.mark.parametrize("training", [False, True])
def test_float32_is_kept_through_forward_gradients_and_state(name: str, training: bool) -> None:
    net = nn.Sequential(MAKE[name](), rng=0, dtype="float32")
    out = net.forward(batch(), training=training)
    assert out.dtype == np.float32
    assert net.backward(np.ones_like(out)).dtype == np.float32
    assert {array.dtype for array in net.state().values()} == {np.dtype(np.float32)}
    assert net.grad.dtype == np.float32


@pytest.mark.parametrize("name", MAKE)
def test_a_batch_of_one_gives_finite_output_and_gradient(name: str) -> None:
    net = nn.Sequential(MAKE[name](), rng=0)
    out = net.forward(batch(1), training=True)
    assert np.isfinite(out).all()
    assert np.isfinite(net.backward(np.ones_like(out))).all()
    assert np.isfinite(net.grad).all()
    assert all(np.isfinite(array).all() for array in net.state().values())


@pytest.mark.parametrize("kind", NORMS)
@pytest.mark.parametrize("value", [0.0, 0.1, -1e4, 1e4])
def test_constant_features_give_finite_numbers(kind: type, value: float) -> None:
    net = nn.Sequential(kind(3), rng=0)
    out = net.forward(np.full((4, 3), value), training=True)
    assert np.isfinite(out).all()
    if kind is not nn.RMSNorm:
        np.testing.assert_allclose(out, 0, atol=1e-9)
    assert np.isfinite(net.backward(batch(4))).all()


def test_batch_norm_values_and_running_statistics_by_hand() -> None:
    layer = nn.BatchNorm(1, eps=3.0, momentum=0.9)
    out = layer.forward(np.array([[1.0], [3.0]]), training=True)
    np.testing.assert_allclose(out, [[-0.5], [0.5]])  # (x - 2) / sqrt(1 + 3)
    assert layer.running_mean[0] == pytest.approx(0.9 * 0 + 0.1 * 2)
    assert layer.running_var[0] == pytest.approx(0.9 * 1 + 0.1 * 2)  # unbiased: 2, not 1


def test_batch_norm_predicts_with_the_running_statistics_and_leaves_them() -> None:
    layer = nn.BatchNorm(1, eps=1e-5)
    for _ in range(300):
        layer.forward(np.array([[1.0], [3.0]]), training=True)
    before = layer.running_mean.copy(), layer.running_var.copy()
    np.testing.assert_allclose(layer.forward(np.array([[2.0]])), 0, atol=1e-9)
    np.testing.assert_allclose(layer.forward(np.array([[4.0]])), 2 / np.sqrt(2), rtol=1e-4)
    assert (layer.running_mean, layer.running_var) == before


def test_batch_norm_of_one_example_is_the_shift_and_teaches_nothing() -> None:
    layer = nn.BatchNorm(2)
    out = layer.forward(np.array([[5.0, -7.0]]), training=True)
    np.testing.assert_array_equal(out, 0)
    np.testing.assert_array_equal(layer.backward(np.array([[1.0, 2.0]])), 0)
    np.testing.assert_array_equal(layer.running_var, 1)
    np.testing.assert_array_equal(layer.running_mean, 0)


def test_layer_norm_and_rms_norm_by_hand() -> None:
    x = np.array([[3.0, 5.0], [0.0, 4.0]])
    np.testing.assert_allclose(
        nn.LayerNorm(2, eps=3.0).forward(x), [[-0.5, 0.5], [-2 / np.sqrt(7), 2 / np.sqrt(7)]]
    )
    np.testing.assert_allclose(nn.RMSNorm(2, eps=8.0).forward(x)[0], x[0] / 5)  # sqrt(17 + 8)


@pytest.mark.parametrize("kind", [nn.LayerNorm, nn.RMSNorm])
def test_norms_over_features_do_not_see_the_other_examples(kind: type) -> None:
    layer, x = kind(3), batch(6)
    whole = layer.forward(x, training=True).copy()
    np.testing.assert_allclose(layer.forward(x[2:3], training=True), whole[2:3], rtol=1e-15)
    np.testing.assert_allclose(layer.forward(x), whole, rtol=1e-15)


@pytest.mark.parametrize("kind", NORMS)
def test_eps_scale_and_shift_have_an_effect(kind: type) -> None:
    x, plain = batch(), kind(3)
    usual = plain.forward(x, training=True)
    assert not np.allclose(kind(3, eps=1.0).forward(x, training=True), usual)
    plain.scale[:] = 2
    np.testing.assert_allclose(plain.forward(x, training=True), 2 * usual)
    if "shift" in plain.offsets:
        plain.shift[:] = 5
        np.testing.assert_allclose(plain.forward(x, training=True), 2 * usual + 5)


def test_batch_norm_momentum_decides_how_fast_statistics_move() -> None:
    moved = []
    for momentum in (0.0, 0.5, 0.99):
        layer = nn.BatchNorm(1, momentum=momentum)
        layer.forward(np.array([[9.0], [11.0]]), training=True)
        moved.append(layer.running_mean[0])
    assert moved == pytest.approx([10, 5, 0.1])


def test_dropout_keeps_the_mean_and_is_off_outside_training() -> None:
    layer, ones = nn.Dropout(0.3, rng=0), np.ones((200, 500))
    out = layer.forward(ones, training=True)
    assert set(np.unique(out)) == {0.0, 1 / 0.7}
    assert np.mean(out == 0) == pytest.approx(0.3, abs=0.005)
    assert out.mean() == pytest.approx(1, abs=0.01)
    np.testing.assert_array_equal(layer.forward(ones), ones)


def test_dropout_passes_gradients_through_the_same_mask() -> None:
    layer, ones = nn.Dropout(0.5, rng=0), np.ones((8, 8))
    out = layer.forward(ones, training=True)
    np.testing.assert_array_equal(layer.backward(ones), out)
    layer.forward(ones)
    np.testing.assert_array_equal(layer.backward(ones), ones)


def test_dropout_draws_a_new_mask_each_time() -> None:
    layer, ones = nn.Dropout(0.5, rng=0), np.ones((8, 8))
    first = layer.forward(ones, training=True).copy()
    assert (layer.forward(ones, training=True) != first).any()


def test_dropout_of_rate_zero_is_no_layer_at_all() -> None:
    x = batch()
    np.testing.assert_array_equal(nn.Dropout(0.0).forward(x, training=True), x)


def test_two_dropout_layers_of_a_network_have_different_masks() -> None:
    net = nn.Sequential(nn.Dropout(0.5), nn.Dropout(0.5), rng=0)
    first, second = net.layers
    ones = np.ones((10, 10))
    assert (first.forward(ones, training=True) != second.forward(ones, training=True)).any()


@pytest.mark.parametrize("kind", [*NORMS, nn.PReLU])
def test_layers_that_draw_nothing_can_be_used_alone(kind: type) -> None:
    layer = kind(3)
    out = layer.forward(batch(), training=True)
    assert layer.backward(np.ones_like(out)).shape == (5, 3)


@pytest.mark.parametrize(
    ("name", "variance"),
    [("he", 2 / 300), ("glorot", 2 / 500), ("glorot_normal", 2 / 500), ("lecun", 1 / 300)],
)
def test_initializers_have_their_variance_and_mean_zero(name: str, variance: float) -> None:
    weight = initializers.draw(name, 300, 200, np.random.default_rng(0))
    assert weight.shape == (300, 200)
    assert weight.var() == pytest.approx(variance, rel=0.02)
    assert abs(weight.mean()) < 4 * np.sqrt(variance / weight.size)


def test_glorot_is_uniform_within_its_limit() -> None:
    weight = initializers.glorot(300, 200, 0)
    limit = np.sqrt(6 / 500)
    assert np.abs(weight).max() <= limit
    assert np.abs(weight).max() > 0.999 * limit
    assert np.mean(np.abs(weight) < limit / 2) == pytest.approx(0.5, abs=0.01)


def test_normal_has_the_standard_deviation_asked_for_and_zeros_are_zero() -> None:
    assert initializers.normal(300, 200, 0).std() == pytest.approx(0.01, rel=0.02)
    assert initializers.normal(300, 200, 0, std=1.0).std() == pytest.approx(1, rel=0.02)
    assert not initializers.zeros(3, 2, 0).any()


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 4), (1, 1)])
def test_orthogonal_has_orthonormal_rows_or_columns(shape: tuple[int, int]) -> None:
    weight = initializers.orthogonal(*shape, rng=0)
    assert weight.shape == shape
    small = weight.T @ weight if shape[0] >= shape[1] else weight @ weight.T
    np.testing.assert_allclose(small, np.eye(min(shape)), atol=1e-14)


def test_zero_weights_keep_hidden_units_equal_and_he_does_not() -> None:
    for init, equal in (("zeros", True), ("he", False)):
        net = nn.Sequential(nn.Dense(2, 4, init), nn.Sigmoid(), nn.Dense(4, 1, init), rng=0)
        x, y = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
        nn.fit(net, nn.BinaryCrossEntropy(), nn.SGD(0.5), (x, y), epochs=20, progress=False)
        weight = net.layers[0].weight
        assert np.allclose(weight, weight[:, :1]) is equal


@pytest.mark.parametrize("name", initializers.INITIALIZERS)
def test_dense_takes_each_initializer_by_name(name: str) -> None:
    layer = nn.Dense(4, 3, init=name, rng=0)
    np.testing.assert_array_equal(layer.weight, initializers.INITIALIZERS[name](4, 3, 0))
    assert not layer.bias.any()


def test_repr_can_be_typed_back() -> None:
    for layer in (
        nn.Dense(3, 2),
        nn.Dense(3, 2, init="lecun"),
        nn.Dropout(0.1),
        nn.BatchNorm(3, momentum=0.5),
        nn.LayerNorm(3, eps=1e-3),
        nn.RMSNorm(2),
        nn.PReLU(4, start=0.1),
    ):
        assert eval(repr(layer), vars(nn).copy()).config() == layer.config()
