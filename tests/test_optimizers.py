"""Optimizers: first steps by hand, conversions between the forms of the field, effects, types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nnlib as nn

ALL = [nn.SGD, nn.Momentum, nn.Nesterov, nn.AdaGrad, nn.RMSprop, nn.Adam, nn.AMSGrad, nn.AdamW]


def descend(optimizer: nn.Optimizer, n_steps: int, start: float = 5.0) -> list[float]:
    """The path of a descent on x^2, whose gradient is 2x."""
    theta, path = np.array([start]), []
    for _ in range(n_steps):
        optimizer.step(theta, 2 * theta)
        path.append(float(theta[0]))
    return path


def run(optimizer: nn.Optimizer, n_steps: int = 5) -> np.ndarray:
    """Some steps with gradients that differ in size and sign, shrinking towards the end."""
    theta, rng = np.array([1.0, -2.0, 3.0]), np.random.default_rng(0)
    for step in range(n_steps):
        optimizer.step(theta, rng.normal(size=3) * np.array([1, 0.1, 10]) / (step + 1))
    return theta


def test_sgd_on_a_parabola_is_the_table_of_the_course() -> None:
    path = descend(nn.SGD(0.1), 20)
    np.testing.assert_allclose(path[:5], [4, 3.2, 2.56, 2.048, 1.6384], rtol=1e-14)
    assert (round(path[18], 6), round(path[19], 6)) == (0.072058, 0.057646)


@pytest.mark.parametrize(
    ("rate", "after_ten"), [(0.01, 4.085), (0.1, 0.537), (0.5, 0), (1.0, 5), (1.1, 30.96)]
)
def test_sgd_converges_oscillates_or_diverges_with_the_rate(rate: float, after_ten: float) -> None:
    assert abs(descend(nn.SGD(rate), 10)[-1]) == pytest.approx(after_ten, abs=5e-3)


def test_the_two_momentum_forms_agree_when_the_rate_is_ten_times_as_large() -> None:
    assert descend(nn.Momentum(0.01), 20)[-1] == pytest.approx(-1.353, abs=5e-4)
    # v = 0.9 v + 0.1 g with rate 0.01 is our form with rate 0.001
    x = v = 0.0
    x = 5.0
    for _ in range(20):
        v = 0.9 * v + 0.1 * 2 * x
        x -= 0.01 * v
    assert x == pytest.approx(3.863, abs=5e-4)
    assert descend(nn.Momentum(0.001), 20)[-1] == pytest.approx(x, rel=1e-14)


def test_momentum_and_nesterov_by_hand() -> None:
    # Momentum: v = 10, x = 4; v = 9 + 8 = 17, x = 2.3
    np.testing.assert_allclose(descend(nn.Momentum(0.1, 0.9), 2), [4, 2.3], rtol=1e-14)
    # Nesterov: v = 10, x = 5 - 0.1 (10 + 9) = 3.1; v = 9 + 6.2, x = 3.1 - 0.1 (6.2 + 13.68)
    np.testing.assert_allclose(descend(nn.Nesterov(0.1, 0.9), 2), [3.1, 1.112], rtol=1e-14)


def test_adagrad_and_rmsprop_by_hand() -> None:
    # first step: gradient 10, so rate * 10 / sqrt(100)
    assert descend(nn.AdaGrad(0.5), 1) == pytest.approx([4.5])
    # second: gradient 9, sum of squares 181
    assert descend(nn.AdaGrad(0.5), 2)[1] == pytest.approx(4.5 - 0.5 * 9 / np.sqrt(181))
    assert descend(nn.RMSprop(0.5, decay=0.9), 1) == pytest.approx([5 - 0.5 * 10 / np.sqrt(10)])


def test_adam_first_step_is_the_learning_rate_and_second_is_by_hand() -> None:
    first, second = descend(nn.Adam(0.1), 2)
    assert first == pytest.approx(4.9, rel=1e-9)
    m, v = 0.9 * 0.1 * 10 + 0.1 * 9.8, 0.999 * 0.001 * 100 + 0.001 * 9.8**2
    step = 0.1 * (m / (1 - 0.9**2)) / (np.sqrt(v / (1 - 0.999**2)) + 1e-8)
    assert second == pytest.approx(first - step, rel=1e-12)


@pytest.mark.parametrize(("gradient", "factor"), [(1e-4, 0.9999), (1e-5, 0.999), (1e-6, 0.990)])
def test_adam_adds_eps_outside_the_root(gradient: float, factor: float) -> None:
    theta = np.zeros(1)
    nn.Adam(1.0).step(theta, np.array([gradient]))
    assert -theta[0] == pytest.approx(factor, abs=1e-4)
    assert -theta[0] == pytest.approx(gradient / (gradient + 1e-8), rel=1e-9)


def test_amsgrad_never_lets_a_rate_grow_again() -> None:
    def last_step(kind: type[nn.Adam]) -> float:
        theta, optimizer = np.zeros(1), kind(0.1, beta2=0.9)
        for g in [100.0] + [0.1] * 60:
            before = theta.copy()
            optimizer.step(theta, np.array([g]))
        return abs(float((theta - before)[0]))

    assert last_step(nn.AMSGrad) < 0.1 * last_step(nn.Adam)


def test_adamw_shrinks_by_rate_times_decay_and_not_through_the_division() -> None:
    theta = np.array([2.0, -3.0])
    nn.AdamW(0.1, weight_decay=0.5).step(theta, np.zeros(2))
    np.testing.assert_allclose(theta, [2 * 0.95, -3 * 0.95], rtol=1e-15)


def test_adamw_spares_what_lies_behind_n_decayed() -> None:
    theta = np.array([2.0, -3.0])
    nn.AdamW(0.1, weight_decay=0.5, n_decayed=1).step(theta, np.zeros(2))
    np.testing.assert_allclose(theta, [1.9, -3], rtol=1e-15)


@pytest.mark.parametrize("kind", [k for k in ALL if k is not nn.AdamW])
def test_weight_decay_is_an_l2_penalty_in_the_gradient(kind: type) -> None:
    decayed, by_hand = kind(0.1, weight_decay=0.3), kind(0.1)
    a, b = np.array([1.0, -2.0]), np.array([1.0, -2.0])
    for g in (np.array([0.5, 1.0]), np.array([-1.0, 0.2])):
        decayed.step(a, g)
        by_hand.step(b, g + 0.3 * b)
    np.testing.assert_allclose(a, b, rtol=1e-14)


@pytest.mark.parametrize(
    ("kind", "settings"),
    [(kind, {"learning_rate": 0.02}) for kind in ALL]
    + [(kind, {"weight_decay": 0.2}) for kind in ALL]
    + [(nn.Momentum, {"momentum": 0.5}), (nn.Nesterov, {"momentum": 0.5})]
    + [(nn.RMSprop, {"decay": 0.9}), (nn.AdamW, {"n_decayed": 1})]
    + [(kind, {"eps": 0.1}) for kind in ALL[3:]]
    + [(kind, {beta: 0.5}) for kind in ALL[5:] for beta in ("beta1", "beta2")],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_every_hyperparameter_has_an_effect(kind: type, settings: dict[str, Any]) -> None:
    changed = run(kind(**settings))
    assert np.isfinite(changed).all()
    assert not np.allclose(changed, run(kind()), rtol=1e-9)


@pytest.mark.parametrize("kind", ALL)
def test_each_finds_the_bottom_of_a_bowl(kind: type) -> None:
    theta, curvature = np.array([3.0, -2.0]), np.array([1.0, 10.0])
    optimizer = kind(0.5 if kind is nn.AdaGrad else 0.02)
    for _ in range(1500):
        optimizer.step(theta, curvature * theta)
    assert np.abs(theta).max() < 0.03


@pytest.mark.parametrize("kind", ALL)
def test_gradient_is_not_changed_and_theta_is_changed_in_place(kind: type) -> None:
    theta, grad = np.ones(3), np.array([1.0, -2.0, 0.0])
    same = theta
    for _ in range(2):
        kind(0.1, weight_decay=0.1).step(theta, grad)
    assert same is theta
    np.testing.assert_array_equal(grad, [1, -2, 0])
    assert (theta[:2] != 1).all()


@pytest.mark.parametrize("kind", ALL)
def test_float32_is_kept_in_theta_and_state(kind: type) -> None:
    optimizer, theta = kind(0.1, weight_decay=0.1), np.ones(3, np.float32)
    for _ in range(3):
        optimizer.step(theta, np.ones(3, np.float32))
    arrays = [value for value in vars(optimizer).values() if isinstance(value, np.ndarray)]
    assert len(arrays) >= 1 + len(kind.state_names)
    assert {array.dtype for array in arrays} | {theta.dtype} == {np.dtype(np.float32)}


@pytest.mark.parametrize("kind", ALL)
def test_zero_gradients_move_nothing_and_warn_of_nothing(kind: type) -> None:
    theta, optimizer = np.ones(2), kind(0.1, weight_decay=0.0)
    for _ in range(3):
        optimizer.step(theta, np.zeros(2))
    np.testing.assert_array_equal(theta, 1)


@pytest.mark.parametrize("kind", ALL)
def test_reset_forgets_everything(kind: type) -> None:
    optimizer = kind(0.1)
    run(optimizer)
    optimizer.reset()
    np.testing.assert_array_equal(run(optimizer), run(kind(0.1)))


@pytest.mark.parametrize("kind", ALL)
def test_a_wrong_gradient_is_refused_before_anything_changes(kind: type) -> None:
    optimizer, theta = kind(0.1), np.ones(3)
    optimizer.step(theta, np.ones(3))
    state = {n: getattr(optimizer, n).copy() for n in optimizer.state_names}
    before = theta.copy()
    for wrong in (np.ones(2), np.ones((3, 1)), np.ones(3, np.float32)):
        with pytest.raises(ValueError, match="expected theta and grad of shape"):
            optimizer.step(theta, wrong)
    np.testing.assert_array_equal(theta, before)
    assert optimizer.n_steps == 1
    for name, array in state.items():
        np.testing.assert_array_equal(getattr(optimizer, name), array)


def test_clip_by_norm_keeps_the_direction_and_returns_the_norm_before() -> None:
    grad = np.array([3.0, -4.0, 12.0])
    assert nn.clip_by_norm(grad, 1.0) == 13
    np.testing.assert_allclose(grad, np.array([3, -4, 12]) / 13, rtol=1e-15)
    assert nn.clip_by_norm(grad, 2.0) == pytest.approx(1)
    assert np.linalg.norm(grad) == pytest.approx(1)


def test_clip_by_norm_takes_arrays_of_any_shape_and_leaves_zeros() -> None:
    grad = np.full((2, 2), 3.0)
    assert nn.clip_by_norm(grad, 3.0) == 6
    np.testing.assert_allclose(grad, 1.5)
    zeros = np.zeros(3)
    assert nn.clip_by_norm(zeros, 1.0) == 0
    assert not zeros.any()


def test_clip_by_value_cuts_each_entry() -> None:
    grad = np.array([-7.0, 0.5, 3.0])
    nn.clip_by_value(grad, 2.0)
    np.testing.assert_array_equal(grad, [-2, 0.5, 2])


@pytest.mark.parametrize(
    "make",
    [
        *ALL,
        lambda: nn.AdamW(weight_decay=0.0, n_decayed=3),
        lambda: nn.SGD(0.5, weight_decay=0.1),
        lambda: nn.RMSprop(decay=0.5, eps=1e-3),
    ],
)
def test_repr_can_be_typed_back(make: Callable[[], nn.Optimizer]) -> None:
    optimizer = make()
    again = eval(repr(optimizer), vars(nn).copy())
    assert again.config() == optimizer.config()
    np.testing.assert_array_equal(run(again), run(optimizer))
