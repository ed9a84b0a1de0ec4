"""The figures of notebook 06a and the numbers behind them, without a browser."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import nnlib as nn
from nnlib.show import chapter06a, style
from nnlib.show.explore import Scene

NOISE = 0.3
X = np.linspace(-1, 1, 15)


def truth(x: Any) -> Any:
    return np.sin(3 * x + 0.5)


Y = truth(X) + NOISE * np.random.default_rng(0).standard_normal(15)


def shown(draw: Any, **values: Any) -> Scene:
    return Scene(draw, (7.6, 3.5), values)


def numbers(alt: str) -> list[float]:
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", alt)]


@pytest.mark.parametrize("degree", [0, 3, 9])
def test_smoother_is_least_squares_on_the_powers(degree: int) -> None:
    at = np.array([-0.3, 0.8])
    weights = np.linalg.lstsq(X[:, np.newaxis] ** np.arange(degree + 1), Y, rcond=None)[0]
    wanted = at[:, np.newaxis] ** np.arange(degree + 1) @ weights
    np.testing.assert_allclose(chapter06a.smoother(X, degree, at) @ Y, wanted, rtol=1e-8)


def test_one_fit_names_all_three_situations() -> None:
    scene = shown(chapter06a.one_fit(truth, X, Y, NOISE), degree=0)
    said, pictures = [], set()
    for degree in range(15):
        scene.show({"degree": degree})
        said += re.findall(r"underfitting|good fit|overfitting", scene.alt)
        pictures.add(scene.pixels.tobytes())
    # The notebook's table names these degrees.
    assert said == ["underfitting"] * 3 + ["good fit"] * 6 + ["overfitting"] * 6
    assert len(pictures) == 15


def test_one_fit_tells_the_errors() -> None:
    scene = shown(chapter06a.one_fit(truth, X, Y, NOISE), degree=3)
    weights = np.polynomial.Polynomial.fit(X, Y, 3)
    train = np.mean((weights(X) - Y) ** 2)
    future = np.mean((weights(chapter06a.GRID) - truth(chapter06a.GRID)) ** 2) + NOISE**2
    assert f"{train:.3f} on the training points, {future:.3f} on future" in scene.alt
    for degree, said in ((13, "0.00015"), (14, "0")):  # 0 only through all 15 points
        scene.show({"degree": degree})
        assert f"error {said} on the training points" in scene.alt


def test_decompose_adds_up_to_the_distance_from_the_truth() -> None:
    rng = np.random.default_rng(0)
    fits, f = rng.standard_normal((7, 5)), rng.standard_normal(5)
    bias, variance = chapter06a.decompose(fits, f)
    assert bias + variance == pytest.approx(np.mean((fits - f) ** 2))
    assert chapter06a.decompose(np.tile(f + 2, (7, 1)), f) == pytest.approx((4, 0))


def test_spread_shows_a_sum_that_is_the_measured_error() -> None:
    scene = shown(chapter06a.spread(truth, NOISE, (15, 150)), degree=1, n_train=15)
    for degree, n_train in ((1, 15), (5, 15), (12, 15), (14, 150)):
        scene.show({"degree": degree, "n_train": n_train})
        bias, variance, noise, total, measured = numbers(scene.alt)[3:]
        assert total == pytest.approx(bias + variance + noise, abs=0.002)
        assert measured == pytest.approx(total, rel=0.03)


def test_more_data_lower_the_variance_and_leave_the_bias() -> None:
    scene = shown(chapter06a.spread(truth, NOISE, (15, 150)), degree=1, n_train=15)
    bias, variance = numbers(scene.alt)[3:5]
    scene.show({"degree": 1, "n_train": 150})
    bias_later, variance_later = numbers(scene.alt)[3:5]
    assert bias_later == pytest.approx(bias, rel=0.1)
    assert variance_later < variance / 5


@pytest.mark.parametrize(
    "heights", [(1.0, 1.0, 1.1, 2.0), (1e9, 1e8, 1e3, 900.0), (1e-9, 1e-9, 1e-9, 1e-4)]
)
def test_end_labels_stay_apart_and_inside(heights: tuple[float, ...]) -> None:
    ax = style.new_axes()
    ax.set(yscale="log", ylim=(1e-4, 1e3))
    labels = chapter06a._EndLabels(ax, dict.fromkeys("abcd", style.INK))
    labels.place(dict(zip("abcd", heights, strict=True)))
    places = sorted(np.log10(text.get_position()[1]) for text in labels.texts.values())
    assert np.diff(places).min() > 0.99 * labels.share * 7
    assert places[0] >= -4 - 1e-9 and places[-1] <= 3 + 1e-9


def test_selection_flatters_more_with_more_models_and_fewer_points() -> None:
    scene = shown(chapter06a.selection((25, 400)), n_models=1, n_validation=25)

    def says(n_models: int, n_validation: int) -> tuple[float, float]:
        scene.show({"n_models": n_models, "n_validation": n_validation})
        (score,) = re.findall(r"([\d.]+)% right", scene.alt)
        (test,) = re.findall(r"([\d.]+)% on the test", scene.alt)
        return float(score), float(test)

    one, few, many, large = says(1, 25), says(10, 25), says(500, 25), says(500, 400)
    assert one[0] == pytest.approx(50, abs=1.5)
    assert one[0] < few[0] < many[0] and large[0] < many[0]
    for n_models, n, (score, test) in ((10, 25, few), (500, 25, many), (500, 400, large)):
        assert test == pytest.approx(50, abs=0.5)
        assert score <= 100 * (0.5 + np.sqrt(np.log(n_models) / (2 * n)))


def test_held_out_errors_are_those_of_training_without_the_fold() -> None:
    rng = np.random.default_rng(1)
    x = rng.uniform(-1, 1, 30)
    y = truth(x) + rng.standard_normal(30)
    folds = [held for _, held in nn.kfold(30, 4, rng=0)]
    wanted = []
    for train, held in nn.kfold(30, 4, rng=0):
        fit = np.polynomial.Polynomial.fit(x[train], y[train], 3)
        wanted.append(np.mean((fit(x[held]) - y[held]) ** 2))
    np.testing.assert_allclose(chapter06a.held_out_errors(x, y, 3, folds), wanted, rtol=1e-9)


def test_estimates_use_the_folds_asked_for() -> None:
    rng = np.random.default_rng(1)
    x = rng.uniform(-1, 1, 20)
    y = truth(x) + rng.standard_normal(20)
    fifth = [held for _, held in nn.kfold(20, 5, rng=0)]
    errors = chapter06a.held_out_errors(x, y, 2, fifth)
    assert chapter06a.estimates(x, y, "5", [2], 1)[0, 0] == pytest.approx(errors.mean())
    assert chapter06a.estimates(x, y, "one split", [2], 1)[0, 0] == pytest.approx(errors[0])
    alone = chapter06a.held_out_errors(x, y, 2, [np.array([i]) for i in range(20)])
    left_out = chapter06a.estimates(x, y, "leave one out", [2], 3)
    np.testing.assert_allclose(left_out, alone.mean())
    assert chapter06a.estimates(x, y, "5", [2], 30).std() > 0


def test_cross_validation_shows_less_spread_with_more_folds() -> None:
    rng = np.random.default_rng(3)
    x = rng.uniform(-1, 1, 40)
    y = truth(x) + NOISE * rng.standard_normal(40)
    ways = ["one split", "5", "leave one out"]
    draw = chapter06a.cross_validation(truth, x, y, NOISE, ways)
    scene = shown(draw, folds="one split", shuffles=40)
    spans, pictures = [], []
    for way in ways:
        scene.show({"folds": way, "shuffles": 40})
        low, high = re.findall(r"estimates ([\d.]+) to ([\d.]+)", scene.alt)[0]
        spans.append(float(high) - float(low))
        pictures.append(scene.pixels.copy())
    assert spans[0] > 2 * spans[1] > 0 == spans[2]
    # Said in the notebook of five folds.
    scene.show({"folds": "5", "shuffles": 40})
    assert scene.alt.endswith("in some shuffle: 3, 5, 6.")
    scene.show({"folds": "5", "shuffles": 1})
    assert " to " not in scene.alt and not np.array_equal(scene.pixels, pictures[1])


def ridge_solution(n_units: int, seed: int, noise: float, ridge: float) -> float:
    """One run of the double descent figure, by the normal equations."""
    rng = np.random.default_rng(seed)
    x, direction = rng.standard_normal((140, 10)), rng.standard_normal(10)
    plane = x @ direction / np.linalg.norm(direction)
    y = plane[:40] + noise * rng.standard_normal(40)
    hidden = rng.standard_normal((10, 800))
    F = chapter06a.random_features(x, hidden[:, :n_units])
    weights = F[:40].T @ np.linalg.solve(F[:40] @ F[:40].T + ridge * np.eye(40), y)
    return float(np.mean((F[40:] @ weights - plane[40:]) ** 2) + noise**2)


def descent(scene: Scene, noise: float, log10_ridge: float) -> tuple[float, float, float]:
    scene.show({"noise": noise, "log10_ridge": log10_ridge})
    lowest, _, peak, _, end, _ = numbers(scene.alt.split("lowest")[1])
    return lowest, peak, end


def test_double_descent_is_what_ridge_regression_gives() -> None:
    scene = shown(chapter06a.double_descent(), noise=0.3, log10_ridge=0.0)
    _, at_40, at_800 = descent(scene, 0.3, 0.0)
    for n_units, said in ((40, at_40), (800, at_800)):
        wanted = np.median([ridge_solution(n_units, seed, 0.3, 1.0) for seed in range(20)])
        assert said == pytest.approx(wanted, abs=0.006)


def test_double_descent_shows_what_the_notebook_says() -> None:
    scene = shown(chapter06a.double_descent(), noise=0.3, log10_ridge=-8.0)
    for noise, second_is_lower in ((0.3, True), (1.0, False)):
        lowest, peak, end = descent(scene, noise, -8.0)
        assert peak > 10 * lowest and peak > 10 * end
        assert (end < lowest) is second_is_lower
        restrained = descent(scene, noise, 0.0)
        assert restrained[1] < 1.05 * restrained[0]  # no peak
        assert restrained[0] < lowest and restrained[2] < end
    assert descent(scene, 0.0, 0.0)[1] < 1.05 * descent(scene, 0.0, 0.0)[0]
    assert min(descent(scene, 0.3, 2.0)) > 0.8


def test_straight_finds_a_line_and_cannot_remember() -> None:
    x, y = chapter06a.TASKS["line"](400, np.random.default_rng(0))
    assert np.mean(chapter06a.straight(x, y, x) == y) > 0.97
    x, y = chapter06a.TASKS["coin"](4000, np.random.default_rng(0))
    assert x.shape == (4000, 20)
    assert np.mean(chapter06a.straight(x[:2000], y[:2000], x[2000:]) == y[2000:]) < 0.55
    x, y = chapter06a.TASKS["spiral"](30, np.random.default_rng(0))
    assert x.shape == (30, 2) and set(y) == {0, 1}


def test_still_figures_say_what_they_show() -> None:
    ax = chapter06a.learning_curves([1.0, 0.1, 0.01], [1.0, 0.2, 0.3], NOISE)
    (dot,) = [line for line in ax.lines if line.get_marker() == "o"]
    assert dot.get_xydata().tolist() == [[2, 0.2]]
    scores = {"first": ([0.5, 0.7], [0.4, 0.4]), "second": ([1.0, 1.0], [0.9, 0.9])}
    ax = chapter06a.leaks(scores)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["first", "second"]
    assert ax.get_title(loc="left") == "first: validation 60%, fresh data 40%"
    assert "first: validation 60.0%, fresh data 40.0%" in chapter06a.leaks_alt(scores)


def test_heads_are_counted_as_often_as_chance_has_it() -> None:
    few = chapter06a.heads(2, (100_000,), np.random.default_rng(0))
    np.testing.assert_allclose(np.bincount(few) / len(few), [0.25, 0.5, 0.25], atol=0.006)
    many = chapter06a.heads(1600, (10_000,), np.random.default_rng(0))
    assert abs(many.mean() - 800) < 1  # its standard error is 20 / 100
    assert many.std() == pytest.approx(20, rel=0.03)
