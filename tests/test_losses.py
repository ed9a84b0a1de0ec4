"""Losses: the numbers of the course worked out by hand, extreme logits, reductions, types."""

from __future__ import annotations

import numpy as np
import pytest

import nnlib as nn
from nnlib.losses import Loss

LOSSES: list[tuple[Loss, str]] = [
    (nn.MSE(), "values"),
    (nn.MAE(), "values"),
    (nn.Huber(), "values"),
    (nn.BinaryCrossEntropy(), "binary"),
    (nn.Focal(), "binary"),
    (nn.CrossEntropy(), "classes"),
]
IDS = [repr(loss) for loss, _ in LOSSES]


def example(kind: str, n: int = 6) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    if kind == "values":
        return rng.normal(size=(n, 2)), rng.normal(size=(n, 2))
    if kind == "binary":
        return rng.normal(size=(n, 1)), rng.integers(0, 2, (n, 1)).astype(float)
    return rng.normal(size=(n, 3)), rng.integers(0, 3, n)


def logit(p: list[float]) -> np.ndarray:
    return np.log(np.array(p) / (1 - np.array(p)))[:, np.newaxis]


def test_mse_and_mae_of_the_course_example() -> None:
    prediction, target = np.array([0.8, 0.2, 0.5]), np.array([1.0, 0.0, 1.0])
    assert round(nn.MSE().forward(prediction, target), 4) == 0.1100
    assert round(nn.MAE().forward(prediction, target), 4) == 0.3000


def test_mse_is_a_mean_over_all_entries_and_so_is_its_gradient() -> None:
    loss = nn.MSE()
    assert loss.forward(np.array([[1.0, 2.0], [3.0, 4.0]]), np.zeros((2, 2))) == 30 / 4
    np.testing.assert_array_equal(loss.backward(), np.array([[1, 2], [3, 4]]) * 2 / 4)


def test_mae_gradient_is_one_over_n_and_zero_where_it_hits() -> None:
    loss = nn.MAE()
    loss.forward(np.array([1.0, -5.0, 2.0, 2.0]), np.array([0.0, 0.0, 2.0, 7.0]))
    np.testing.assert_array_equal(loss.backward(), [0.25, -0.25, 0, -0.25])


@pytest.mark.parametrize("delta", [0.5, 1.0, 2.0])
def test_huber_is_a_parabola_inside_and_a_line_outside(delta: float) -> None:
    loss = nn.Huber(delta)
    inside, outside = delta / 2, delta * 3
    assert loss.forward([inside], [0.0]) == pytest.approx(inside**2 / 2)
    assert loss.forward([-outside], [0.0]) == pytest.approx(delta * (outside - delta / 2))
    assert loss.backward() == pytest.approx(-delta)


def test_binary_cross_entropy_of_the_course_example() -> None:
    logits, target = logit([0.9, 0.1, 0.8, 0.3, 0.8]), np.array([1, 0, 1, 0, 1])
    assert round(nn.BinaryCrossEntropy().forward(logits, target), 4) == 0.2027


def test_binary_cross_entropy_gradient_is_probability_minus_target() -> None:
    loss = nn.BinaryCrossEntropy()
    loss.forward(logit([0.9, 0.2]), np.array([1, 1]))
    np.testing.assert_allclose(loss.backward(), [[-0.1 / 2], [-0.8 / 2]])


def test_cross_entropy_of_the_course_example() -> None:
    logits = np.log([[0.85, 0.10, 0.05], [0.25, 0.20, 0.55]])
    assert round(nn.CrossEntropy().forward(logits, [0, 2]), 4) == 0.3802


def test_cross_entropy_gradient_is_softmax_minus_one_hot_over_n() -> None:
    loss = nn.CrossEntropy()
    loss.forward(np.log([[0.7, 0.2, 0.1], [0.25, 0.25, 0.5]]) + 5, [0, 1])
    np.testing.assert_allclose(loss.backward(), [[-0.15, 0.1, 0.05], [0.125, -0.375, 0.25]])


def test_undecided_classifier_pays_the_log_of_the_number_of_classes() -> None:
    assert nn.BinaryCrossEntropy().forward([[0.0]], [1]) == pytest.approx(np.log(2))
    assert nn.CrossEntropy().forward(np.zeros((2, 10)), [3, 4]) == pytest.approx(np.log(10))


def test_cross_entropy_of_two_classes_is_binary_cross_entropy_of_the_difference() -> None:
    logits, target = np.array([[0.3, -1.2], [2.0, 2.5]]), np.array([0, 1])
    difference = (logits[:, 1] - logits[:, 0])[:, np.newaxis]
    two = nn.CrossEntropy().forward(logits, target)
    assert two == pytest.approx(nn.BinaryCrossEntropy().forward(difference, target), rel=1e-14)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("loss", [nn.BinaryCrossEntropy(), nn.Focal(0.0), nn.Focal(2.0)], ids=repr)
def test_binary_logits_of_ten_thousand_are_exact(loss: Loss, dtype: type) -> None:
    logits = np.array([[1e4], [-1e4], [1e4], [-1e4]], dtype)
    assert loss.forward(logits, [1, 0, 0, 1]) == 5000.0
    np.testing.assert_array_equal(loss.backward(), [[0], [0], [0.25], [-0.25]])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_class_logits_of_ten_thousand_are_exact(dtype: type) -> None:
    loss = nn.CrossEntropy()
    assert loss.forward(np.array([[1e4, -1e4], [1e4, -1e4]], dtype), [0, 1]) == 10000.0
    np.testing.assert_array_equal(loss.backward(), [[0, 0], [0.5, -0.5]])


def test_far_tail_keeps_its_relative_precision() -> None:
    assert nn.BinaryCrossEntropy().forward([[40.0]], [1]) == pytest.approx(np.exp(-40), rel=1e-12)


def test_focal_with_gamma_zero_is_cross_entropy_and_larger_gamma_favours_hard_examples() -> None:
    logits, target = example("binary")
    plain = nn.BinaryCrossEntropy()
    value = plain.forward(logits, target)
    none = nn.Focal(gamma=0)
    assert none.forward(logits, target) == pytest.approx(value, rel=1e-14)
    np.testing.assert_allclose(none.backward(), plain.backward(), rtol=1e-13)
    easy, hard = [[3.0]], [[-3.0]]
    ratios = [nn.Focal(g).forward(hard, [1]) / nn.Focal(g).forward(easy, [1]) for g in (0, 1, 2)]
    assert ratios[0] < ratios[1] < ratios[2]


def test_focal_value_by_hand() -> None:
    # p = 0.9 for the right class: (1 - 0.9)^2 * -log(0.9)
    assert nn.Focal(2.0).forward(logit([0.9]), [1]) == pytest.approx(0.01 * -np.log(0.9))


@pytest.mark.parametrize(("loss", "kind"), LOSSES, ids=IDS)
def test_sum_is_the_mean_times_the_count_in_value_and_gradient(loss: Loss, kind: str) -> None:
    prediction, target = example(kind)
    total = type(loss)(reduction="sum")
    count = prediction.size if kind == "values" else len(prediction)
    mean = loss.forward(prediction, target)
    assert total.forward(prediction, target) == pytest.approx(count * mean, rel=1e-14)
    np.testing.assert_allclose(total.backward(), count * loss.backward(), rtol=1e-13)


@pytest.mark.parametrize(("loss", "kind"), LOSSES, ids=IDS)
def test_repeating_the_batch_changes_neither_value_nor_the_sum_of_gradients(
    loss: Loss, kind: str
) -> None:
    prediction, target = example(kind)
    value, gradient = loss.forward(prediction, target), loss.backward().sum()
    twice = loss.forward(np.concatenate([prediction] * 2), np.concatenate([target] * 2))
    assert twice == pytest.approx(value, rel=1e-14)
    assert loss.backward().sum() == pytest.approx(gradient, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(("loss", "kind"), LOSSES, ids=IDS)
def test_float32_predictions_keep_gradients_float32_whatever_the_target(
    loss: Loss, kind: str
) -> None:
    prediction, target = example(kind)
    value = loss.forward(prediction.astype(np.float32), target)
    assert isinstance(value, float)
    assert loss.backward().dtype == np.float32
    assert value == pytest.approx(loss.forward(prediction, target), rel=1e-5)
    assert loss.backward().dtype == np.float64


@pytest.mark.parametrize(("loss", "kind"), LOSSES, ids=IDS)
def test_arguments_are_not_changed_and_backward_can_be_repeated(loss: Loss, kind: str) -> None:
    prediction, target = example(kind)
    before = prediction.copy(), target.copy()
    loss.forward(prediction, target)
    first = loss.backward().copy()
    np.testing.assert_array_equal(loss.backward(), first)
    np.testing.assert_array_equal(prediction, before[0])
    np.testing.assert_array_equal(target, before[1])


@pytest.mark.parametrize(("loss", "kind"), LOSSES, ids=IDS)
def test_a_batch_of_one_is_a_batch(loss: Loss, kind: str) -> None:
    prediction, target = example(kind, n=1)
    assert np.isfinite(loss.forward(prediction, target))
    assert loss.backward().shape == prediction.shape


def test_whole_number_predictions_do_not_cut_the_target() -> None:
    assert nn.MSE().forward([1, 2], [0.5, 1.5]) == 0.25


def test_a_class_that_never_occurs_is_only_pushed_down() -> None:
    loss = nn.CrossEntropy()
    loss.forward(np.random.default_rng(0).normal(size=(8, 3)), [0, 1] * 4)
    gradient = loss.backward()
    assert (gradient[:, 2] > 0).all()
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-16)


def test_binary_targets_may_be_flat_or_a_column_and_of_any_number_type() -> None:
    logits, target = example("binary")
    loss = nn.BinaryCrossEntropy()
    expected = loss.forward(logits, target)
    for same in (target[:, 0], target.astype(int), target.astype(bool), target.tolist()):
        assert loss.forward(logits, same) == expected


def test_repr_can_be_typed_back() -> None:
    for loss in (nn.Huber(2.0, "sum"), nn.Focal(1.5), nn.MSE("sum"), nn.CrossEntropy()):
        assert eval(repr(loss), vars(nn).copy()).config() == loss.config()
