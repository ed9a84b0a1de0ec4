"""The figures of notebook 05c and the numbers behind them, without a browser."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nnlib as nn
from nnlib.show import chapter05c
from nnlib.show.explore import Scene
from nnlib.show.style import new_figure
from tests.figures import moved, undrawn

X, Y = nn.datasets.make_moons(20, noise=0.2, rng=0)


def shown(draw: Any, **values: Any) -> Scene:
    return Scene(draw, (7.6, 3.8), values)


def nets(n: int) -> list[nn.Sequential]:
    return [nn.Sequential(nn.Dense(2, 5), nn.Tanh(), nn.Dense(5, 1), rng=i) for i in range(n)]


# --- the noise floor


def test_falling_rates_start_at_the_rate_and_fall_as_named() -> None:
    np.testing.assert_allclose(chapter05c.falling("stays", 0.3, 3), [0.3] * 3)
    np.testing.assert_allclose(chapter05c.falling("1/t", 0.5, 3), [1 / 2, 1 / 3, 1 / 4])
    np.testing.assert_allclose(chapter05c.falling("cosine", 2.0, 2), [2, 1])


@pytest.mark.parametrize("rate", [0.1, 0.5, 1.5])
def test_the_measured_floor_is_the_formula(rate: float) -> None:
    _, update = undrawn(chapter05c.noise_floor())
    alt = update(rate=rate, fall="stays")
    measured = float(alt.split("at the end ")[1].split(". ")[0])
    assert measured == pytest.approx(rate / (2 - rate), rel=0.05)
    assert f"constant rate is {rate / (2 - rate):.3f}" in alt


def test_a_falling_rate_goes_below_the_floor_and_a_rate_over_two_explodes() -> None:
    scene = shown(chapter05c.noise_floor(), rate=1.0, fall="1/t")
    assert float(scene.alt.split("at the end ")[1].split(". ")[0]) < 0.01
    assert moved(scene, rate=2.1, fall="stays")
    assert "grows without end" in scene.alt and "No floor" in scene.alt


# --- schedules


def test_train_together_is_fit_for_every_schedule_and_net() -> None:
    schedules = [nn.Cosine(2.0, 12), nn.StepDecay(0.5, 3, 0.5)]
    rates = np.array([[schedule(step) for schedule in schedules] for step in range(12)])
    starts = nets(3)
    kept = [net.theta.copy() for net in starts]
    losses = chapter05c.train_together(starts, X, Y, rates, batch_size=5, every=4)
    assert losses.shape == (4, 2, 3)
    for i, net in enumerate(starts):
        np.testing.assert_array_equal(net.theta, kept[i])
        for k, schedule in enumerate(schedules):
            (alone,) = nets(i + 1)[i:]
            first = nn.evaluate(alone, nn.BinaryCrossEntropy(), X, Y)
            nn.fit(
                alone, nn.BinaryCrossEntropy(), nn.SGD(), (X, Y), epochs=3, batch_size=5, rng=i,
                schedule=schedule, progress=False,
            )  # fmt: skip
            last = nn.evaluate(alone, nn.BinaryCrossEntropy(), X, Y)
            np.testing.assert_allclose(losses[[0, -1], k, i], [first, last], rtol=1e-10)


def two(highest: float, variant: int) -> dict[str, Any]:
    return {"constant": lambda step: highest, "step": nn.StepDecay(highest, 10 * variant, 0.1)}


def test_schedules_are_run_at_every_rate_and_variant_and_shown() -> None:
    runs = chapter05c.AllRuns(two, nets(2), (X, Y), (0.5, 2.0), 40, 5)
    assert set(runs) == {(name, 1, top) for name in ("constant", "step") for top in (0.5, 2.0)}
    rates, losses = runs["step", 2, 0.5]  # trained now
    np.testing.assert_allclose(rates, [0.5] * 20 + [0.05] * 20)
    assert losses.shape == (3, 2)
    alone = chapter05c.train_together(nets(2), X, Y, rates[:, np.newaxis], 5)[:, 0]
    np.testing.assert_allclose(losses, alone, rtol=1e-10)
    assert runs["step", 2, 0.5][1] is losses  # and kept
    assert runs["constant", 1, 2.0][1] is not runs["constant", 1, 0.5][1]
    np.testing.assert_array_equal(runs["constant", 1, 2.0][1], runs["constant", 3, 2.0][1])
    scene = shown(
        chapter05c.schedule_explorer(runs), schedule="step", highest_rate=0.5, variant=1
    )  # fmt: skip
    assert f"at the end is {np.median(runs['step', 1, 0.5][1][-1]):.3f}" in scene.alt
    assert f"rate constant {np.median(runs['constant', 1, 0.5][1][-1]):.3f}" in scene.alt
    assert moved(scene, schedule="step", highest_rate=0.5, variant=3)
    assert moved(scene, schedule="step", highest_rate=2.0, variant=3)


def test_best_of_takes_each_schedules_own_best_rate() -> None:
    losses = {
        ("constant", 0.5): 0.3,
        ("constant", 2.0): 0.4,
        ("step", 0.5): 0.5,
        ("step", 2.0): 0.2,
    }
    runs = {
        (name, variant, top): (np.zeros(1), np.full((2, 3), value / variant))
        for (name, top), value in losses.items()
        for variant in (1, 2)
    }
    best = chapter05c.best_of(runs)
    assert {name: top for name, (top, _) in best.items()} == {"constant": 0.5, "step": 2.0}
    np.testing.assert_allclose(best["step"][1], 0.2)
    figure, alt = chapter05c.best_picture(best)
    assert "Medians: constant 0.30, step 0.20." in alt
    assert "step 0.20, constant 0.30" in figure.axes[0].get_title(loc="left")


# --- range test


def test_the_last_losses_are_those_of_fit_for_every_optimizer_and_net() -> None:
    starts = nets(2)
    losses = chapter05c.last_losses(starts, [nn.SGD(0.5), nn.Adam(0.03)], (X, Y), 12, 5)
    assert losses.shape == (2, 2)
    for row, (kind, rate) in zip(losses, ((nn.SGD, 0.5), (nn.Adam, 0.03)), strict=True):
        for i, net in enumerate(nets(2)):
            nn.fit(
                net, nn.BinaryCrossEntropy(), kind(rate), (X, Y), epochs=3, batch_size=5, rng=i,
                progress=False,
            )  # fmt: skip
            last = nn.evaluate(net, nn.BinaryCrossEntropy(), X, Y)
            assert row[i] == pytest.approx(last, rel=1e-10)
    np.testing.assert_array_equal(starts[1].theta, nets(2)[1].theta)


def test_smoothing_keeps_a_constant_and_none_keeps_everything() -> None:
    losses = np.array([3.0, 1.0, 2.0])
    np.testing.assert_allclose(chapter05c.smoothed(np.full(5, 2.0), 0.9), 2.0)
    np.testing.assert_allclose(chapter05c.smoothed(losses, 0.0), losses)
    np.testing.assert_allclose(chapter05c.smoothed(losses, 0.5), [3, 5 / 3, 13 / 7])


def made_up(optimizer: str, batch_size: int, seed: int) -> tuple[Any, Any]:
    """A test that falls fastest at 0.1 and is lowest at 1, shifted by the seed."""
    rates = 10.0 ** np.arange(-4, 2) * (1 + seed)
    return rates, np.array([1.0, 0.95, 0.9, 0.4, 0.1, 4.0]) * (2 if batch_size == 5 else 1)


def test_marks_and_suggestions_are_the_steepest_and_the_lowest_point() -> None:
    rates, losses = made_up("SGD", 200, 0)
    assert chapter05c.marks(rates, losses) == (3, 4)
    fastest, lowest = chapter05c.suggested(made_up, "SGD", 200, seeds=3, smoothing=0.0)
    assert (fastest, lowest) == pytest.approx((0.2, 2.0))  # of 0.1 to 0.3, and 1 to 3


def test_the_range_test_is_shown_with_what_real_runs_found() -> None:
    scene = shown(
        chapter05c.range_explorer(made_up, {"SGD": 0.3, "Adam": 0.03}),
        optimizer="SGD", batch_size=200, smoothing=0.0, seed=0,
    )  # fmt: skip
    assert "fastest at 0.1 and is lowest at 1; the test stopped at 10" in scene.alt
    assert "best rate was 0.3." in scene.alt
    assert moved(scene, optimizer="Adam", batch_size=200, smoothing=0.0, seed=0)
    assert moved(scene, optimizer="Adam", batch_size=5, smoothing=0.0, seed=0)
    assert moved(scene, optimizer="Adam", batch_size=5, smoothing=0.9, seed=0)
    assert moved(scene, optimizer="Adam", batch_size=5, smoothing=0.9, seed=1)


# --- the cliff


@pytest.mark.parametrize("place", [(6.0, -2.0), (5.4, -2.68), (3.0, -1.0)])
def test_the_slopes_of_the_cliff_are_right(place: tuple[float, float]) -> None:
    loss, *slopes = chapter05c.cliff_loss(*place)
    numeric = nn.numerical_gradient(lambda p: chapter05c.cliff_loss(*p)[0], np.array(place))
    assert nn.relative_error(np.array(slopes), numeric) < 1e-6
    a = 0.5
    for _ in range(20):
        a = 1 / (1 + np.exp(-(place[0] * a + place[1])))
    assert loss == pytest.approx((a - 0.7) ** 2)


def test_one_gradient_throws_the_unclipped_descent_out_and_clipping_saves_it() -> None:
    path, losses, norms = chapter05c.cliff_descent("off", 1.0)
    assert norms.argmax() == 89 and norms.max() > 1000 * norms[88]
    assert np.linalg.norm(path[-1] - path[0]) > 40 and norms[-1] < 1e-6
    saved, saved_losses, _ = chapter05c.cliff_descent("by norm", 0.3)
    assert saved_losses.min() < 0.01 < losses.min()
    assert np.linalg.norm(np.diff(saved, axis=0), axis=1).max() <= 0.3 * 0.3 * (1 + 1e-9)


def test_clipping_by_value_bounds_each_coordinate_of_a_step() -> None:
    path, _, _ = chapter05c.cliff_descent("by value", 0.3)
    steps = np.abs(np.diff(path, axis=0))
    assert steps.max() == pytest.approx(0.3 * 0.3)
    assert np.any(np.isclose(steps[:, 0], steps[:, 1]) & (steps[:, 0] > 0.08))


def test_the_cliff_tells_its_longest_step() -> None:
    scene = shown(chapter05c.cliff(40), clip="by norm", log_threshold=-0.5)
    assert "Clipped by norm at 0.316" in scene.alt and "longest step is 0.095" in scene.alt
    assert moved(scene, clip="by norm", log_threshold=2.5)
    assert moved(scene, clip="by value", log_threshold=2.5)
    assert moved(scene, clip="by norm", log_threshold=-2.5)
    assert moved(scene, clip="off", log_threshold=-2.5)
    assert "No clipping" in scene.alt and "(26.4, 39.4)" in scene.alt


# --- Newton


def test_newton_takes_one_step_across_a_parabola_and_goes_to_the_saddle() -> None:
    path = chapter05c.newton_path(np.array([1.6, 0.4]))
    assert path[1] == pytest.approx([0, 2 * 0.4**3 / (3 * 0.4**2 - 1)])
    np.testing.assert_allclose(path[-1], 0, atol=1e-12)


def test_gradient_descent_on_the_valleys_never_goes_up() -> None:
    path = chapter05c.downhill_path(np.array([1.6, 0.3]))
    assert np.all(np.diff([chapter05c.valleys(p) for p in path]) <= 0)
    numeric = nn.numerical_gradient(chapter05c.valleys, path[0].copy())
    np.testing.assert_allclose(path[0] - path[1], 0.1 * numeric, rtol=1e-6)


def test_newtons_figure_says_where_each_ends() -> None:
    scene = shown(chapter05c.newton, start_y=0.3)
    assert "goes to the saddle, gradient descent to minimum 1" in scene.alt
    for start_y, newton, descent in ((-1.5, "minimum -1", "minimum -1"),
                                     (0.45, "minimum -1", "minimum 1"),
                                     (0.0, "the saddle", "the saddle")):  # fmt: skip
        assert moved(scene, start_y=start_y)
        assert f"goes to {newton}, gradient descent to {descent}." in scene.alt
    update = chapter05c.newton(new_figure())
    for position in range(-30, 31):  # every position of the slider ends somewhere
        assert "no flat point" not in update(start_y=position / 20)
