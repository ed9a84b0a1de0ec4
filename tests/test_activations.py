"""Activations: values from hand calculation, slopes, extreme inputs, types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nnlib as nn
from nnlib.activations import FUNCTIONS, log_sum_exp, softmax

SQRT_2_OVER_PI = np.sqrt(2 / np.pi)
EXTREME = np.array([-1e4, -100.0, -30.0, 0.0, 30.0, 100.0, 1e4])

# name: (values at -2, 0, 2), worked out by hand from the definition
VALUES = {
    "step": (0, 0, 1),
    "identity": (-2, 0, 2),
    "sigmoid": (0.11920292, 0.5, 0.88079708),
    "tanh": (-0.96402758, 0, 0.96402758),
    "relu": (0, 0, 2),
    "leaky_relu": (-0.02, 0, 2),
    "elu": (-0.86466472, 0, 2),
    "selu": (-1.52016647, 0, 2.10140198),
    "gelu": (-0.04540231, 0, 1.95459769),
    "silu": (-0.23840584, 0, 1.76159416),
    "softplus": (0.12692801, 0.69314718, 2.12692801),
}
SLOPES = {
    "step": (0, 0, 0),
    "identity": (1, 1, 1),
    "sigmoid": (0.10499359, 0.25, 0.10499359),
    "tanh": (0.07065082, 1, 0.07065082),
    "relu": (0, 0, 1),
    "leaky_relu": (0.01, 0.01, 1),
    "elu": (0.13533528, 1, 1),
    "selu": (0.23793287, 1.75809934, 1.05070099),
    "gelu": (-0.08609926, 0.5, 1.08609926),
    "silu": (-0.09078425, 0.5, 1.09078425),
    "softplus": (0.11920292, 0.5, 0.88079708),
}
# what each tends to far out: (value and slope at -1e4, value and slope at 1e4)
LIMITS = {
    "step": (0, 0, 1, 0),
    "identity": (-1e4, 1, 1e4, 1),
    "sigmoid": (0, 0, 1, 0),
    "tanh": (-1, 0, 1, 0),
    "relu": (0, 0, 1e4, 1),
    "leaky_relu": (-100, 0.01, 1e4, 1),
    "elu": (-1, 0, 1e4, 1),
    "selu": (-1.75809934, 0, 10507.009873554805, 1.05070099),
    "gelu": (0, 0, 1e4, 1),
    "silu": (0, 0, 1e4, 1),
    "softplus": (0, 0, 1e4, 1),
}
LAYERS: dict[str, Callable[[], nn.Layer]] = {
    "identity": nn.Identity,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "selu": nn.SELU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "softplus": nn.Softplus,
}


def test_every_function_has_its_row_in_the_tables() -> None:
    assert set(VALUES) == set(SLOPES) == set(LIMITS) == set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_and_slopes_are_those_of_the_definition(name: str) -> None:
    function, slope = FUNCTIONS[name]
    np.testing.assert_allclose(function([-2, 0, 2]), VALUES[name], atol=1e-8)
    np.testing.assert_allclose(slope([-2, 0, 2]), SLOPES[name], atol=1e-8)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_extreme_inputs_give_the_limits_without_a_warning(name: str, dtype: type) -> None:
    function, slope = FUNCTIONS[name]
    z = EXTREME.astype(dtype)
    value, gradient = function(z), slope(z)
    assert np.isfinite(value).all()
    assert np.isfinite(gradient).all()
    found = value[0], gradient[0], value[-1], gradient[-1]
    np.testing.assert_allclose(found, LIMITS[name], rtol=1e-6, atol=1e-30)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_far_beyond_ten_thousand_all_is_finite_and_silent(name: str) -> None:
    for dtype, far in ((np.float64, 1e300), (np.float32, 1e30)):
        for part in FUNCTIONS[name]:
            assert np.isfinite(part(np.array([-far, far], dtype))).all()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_float32_stays_float32_and_shapes_stay(name: str) -> None:
    z = np.linspace(-3, 3, 24, dtype=np.float32).reshape(2, 3, 4)
    for part in FUNCTIONS[name]:
        assert part(z).dtype == np.float32
        assert part(z).shape == z.shape
        assert part(np.array([1, 2])).dtype == np.float64


@pytest.mark.parametrize("name", FUNCTIONS)
def test_argument_is_neither_changed_nor_returned(name: str) -> None:
    z = np.linspace(-3, 3, 7)
    before = z.copy()
    for part in FUNCTIONS[name]:
        assert not np.shares_memory(part(z), z)
    np.testing.assert_array_equal(z, before)


@pytest.mark.parametrize("name", LAYERS)
def test_layer_applies_the_function_and_multiplies_by_the_slope(name: str) -> None:
    function, slope = FUNCTIONS[name]
    layer, z = LAYERS[name](), np.array([[-2.0, -0.5, 0.0], [0.5, 1.0, 3.0]])
    grad_out = np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]])
    np.testing.assert_allclose(layer.forward(z), function(z), rtol=1e-15)
    np.testing.assert_allclose(layer.backward(grad_out), grad_out * slope(z), rtol=1e-13)


def test_relu_slope_at_zero_is_zero_in_function_and_layer() -> None:
    layer = nn.ReLU()
    layer.forward(np.zeros((1, 2)))
    assert nn.activations.relu_slope(0.0) == 0
    np.testing.assert_array_equal(layer.backward(np.ones((1, 2))), 0)


@pytest.mark.parametrize(
    ("layer", "z", "value"),
    [
        (nn.LeakyReLU(0.2), -3.0, -0.6),
        (nn.ELU(2.0), -1.0, 2 * (np.exp(-1) - 1)),
        (nn.PReLU(1, start=0.5), -3.0, -1.5),
    ],
    ids=repr,
)
def test_hyperparameter_changes_value_and_slope(layer: nn.Layer, z: float, value: float) -> None:
    plain = type(layer)(1) if isinstance(layer, nn.PReLU) else type(layer)()
    x, ones = np.array([[z]]), np.ones((1, 1))
    assert layer.forward(x)[0, 0] == pytest.approx(value, rel=1e-14)
    assert layer.forward(x) != plain.forward(x)
    assert layer.backward(ones) != plain.backward(ones)


def test_tanh_is_a_stretched_sigmoid() -> None:
    z = np.linspace(-5, 5, 41)
    np.testing.assert_allclose(np.tanh(z), 2 * nn.activations.sigmoid(2 * z) - 1, atol=4e-16)


def test_gelu_is_within_5e_4_of_the_normal_distributions_form() -> None:
    from math import erf

    z = np.linspace(-6, 6, 1201)
    exact = np.array([a * (1 + erf(a / np.sqrt(2))) / 2 for a in z])
    assert 3e-4 < np.abs(nn.activations.gelu(z) - exact).max() < 5e-4


@pytest.mark.parametrize(
    ("temperature", "row"),
    [
        (0.1, (0.999954, 0.000045, 0.000000)),
        (0.5, (0.844, 0.114, 0.042)),
        (1, (0.629, 0.231, 0.140)),
        (2, (0.481, 0.292, 0.227)),
        (5, (0.391, 0.320, 0.289)),
    ],
)
def test_softmax_at_each_temperature(temperature: float, row: tuple[float, ...]) -> None:
    p = softmax([2, 1, 0.5], temperature)
    np.testing.assert_allclose(p, row, atol=6e-4 if temperature > 0.1 else 1e-6)
    assert p.sum() == pytest.approx(1, abs=1e-15)


def test_softmax_of_the_textbook_example() -> None:
    np.testing.assert_allclose(softmax([2, 1, 0.1]), (0.659, 0.242, 0.099), atol=5e-4)


def test_softmax_sums_to_one_along_each_row_of_a_batch() -> None:
    p = softmax([[1, 2, 3], [1e4, -1e4, 0]])
    np.testing.assert_allclose(p.sum(axis=1), 1)
    np.testing.assert_array_equal(p[1], (1, 0, 0))


def test_softmax_does_not_feel_a_constant() -> None:
    z = np.array([[0.3, -1.0, 2.0]])
    np.testing.assert_allclose(softmax(z), softmax(z + 1000), rtol=1e-12)


def test_log_sum_exp_is_exact_where_exp_overflows() -> None:
    np.testing.assert_allclose(log_sum_exp([[1e4, 1e4]]), [[1e4 + np.log(2)]], rtol=1e-15)
    np.testing.assert_allclose(log_sum_exp([[-1e4, -1e4]]), [[-1e4 + np.log(2)]], rtol=1e-15)


def test_softmax_layer_backward_is_the_full_jacobian() -> None:
    layer, z, g = nn.Softmax(), np.array([[0.2, -1.0, 0.7]]), np.array([[1.0, -2.0, 0.5]])
    p = layer.forward(z)[0]
    np.testing.assert_allclose(layer.backward(g)[0], (np.diag(p) - np.outer(p, p)) @ g[0])


def test_prelu_learns_one_slope_a_feature_from_the_negative_side_only() -> None:
    layer = nn.PReLU(2)
    layer.forward(np.array([[-2.0, 3.0], [-1.0, -4.0]]))
    grad_in = layer.backward(np.array([[1.0, 10.0], [2.0, 100.0]]))
    np.testing.assert_allclose(layer.negative_slope_grad, (-2 * 1 - 1 * 2, -4 * 100))
    np.testing.assert_allclose(grad_in, [[0.25, 10], [0.5, 25]])


@pytest.mark.parametrize("layer", [make() for make in LAYERS.values()] + [nn.Softmax()], ids=repr)
def test_repr_can_be_typed_back(layer: Any) -> None:
    again = eval(repr(layer), vars(nn).copy())
    assert type(again) is type(layer)
    assert again.config() == layer.config()
