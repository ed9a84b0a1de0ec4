"""The figures of notebook 05a and the numbers behind them, without a browser."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nnlib as nn
from nnlib.show import chapter05a
from nnlib.show.explore import Scene
from nnlib.show.picture import pixels
from tests.figures import undrawn


def shown(draw: Any, **values: Any) -> Scene:
    return Scene(draw, (7.4, 3.5), values)


@pytest.mark.parametrize(
    ("rate", "fate", "end"),
    [
        (0.01, "straight down", 5 * 0.98**20),
        (0.5, "down in one step", 0.0),
        (0.9, "across and back, down", 5 * 0.8**20),
        (1.0, "for ever", 5.0),
        (1.2, "diverges", 5 * 1.4**20),
    ],
)
def test_the_rate_decides_the_fate_on_a_parabola(rate: float, fate: str, end: float) -> None:
    _, update = undrawn(chapter05a.rate_on_parabola)
    alt = update(learning_rate=rate)
    assert fate in alt and alt.endswith(f"the distance is {end:.2g}.")
    # The slider's values are sums of its step: 0.5 and 1 must be recognized all the same.
    assert chapter05a.fate_on_parabola(rate + 1e-12) == chapter05a.fate_on_parabola(rate)


def test_every_rate_has_another_picture() -> None:
    scene = shown(chapter05a.rate_on_parabola, learning_rate=0.01)
    seen = {scene.pixels.tobytes()}
    for rate in (0.1, 0.5, 0.9, 1.0, 1.2):
        scene.show({"learning_rate": rate})
        seen.add(scene.pixels.tobytes())
    assert len(seen) == 6


def test_bowl_tells_where_the_path_ends() -> None:
    path = np.array([4.0, 3.0]) * 0.8 ** np.arange(21)[:, np.newaxis]
    figure, alt = chapter05a.bowl(path)
    assert "from (4, 3) to (0.04612, 0.03459), where the loss is 0.0033" in alt
    figure.canvas.draw()
    before = pixels(figure).copy()
    other, _ = chapter05a.bowl(-path)
    other.canvas.draw()
    assert not np.array_equal(before, pixels(other))


@pytest.mark.parametrize(("kappa", "share"), [(1, 0.5), (20, 0.9), (100, 1.05)])
def test_ravine_is_gradient_descent(kappa: int, share: float) -> None:
    w, rate = np.array([2.0, 1.0]), share * 2 / kappa
    for _ in range(60):
        w -= rate * np.array([1, kappa]) * w
    _, update = undrawn(chapter05a.ravine)
    alt = update(condition_number=kappa, share_of_limit=share)
    ends = alt.split("they are ")[1].split(" from")[0].split(" and ")
    np.testing.assert_allclose([float(end) for end in ends], np.abs(w), rtol=0.06, atol=1e-12)


def test_ravine_diverges_just_above_the_limit_only() -> None:
    _, update = undrawn(chapter05a.ravine)
    for share, grows in ((0.99, False), (1.01, True)):
        alt = update(condition_number=50, share_of_limit=share)
        assert (abs(float(alt.split("w2 by ")[1].split(";")[0])) > 1) is grows


@pytest.mark.parametrize("name", list(chapter05a.LANDSCAPES))
def test_slopes_of_the_landscapes_are_right(name: str) -> None:
    loss, slope, lowest = chapter05a.LANDSCAPES[name]
    w = np.linspace(-2, 2, 41)
    numeric = nn.numerical_gradient(lambda w: float(loss(w).sum()), w)
    np.testing.assert_allclose(slope(w), numeric, atol=1e-8)
    assert abs(slope(lowest)) < 1e-5
    assert loss(lowest) <= loss(np.linspace(-2.1, 2.1, 4201)).min() + 1e-6


def test_the_start_decides_the_valley() -> None:
    _, update = undrawn(chapter05a.landscapes)
    alt = update(landscape="two valleys", start=1.5)
    assert "lead to 0.95, not the lowest place, -1.05" in alt
    alt = update(landscape="two valleys", start=-0.1)
    assert "lead to -1.05, the lowest place" in alt
    assert "not the lowest place" in update(landscape="shelf", start=1.5)
    assert (chapter05a.landscape_path("shelf", 1.5, n_steps=2000) > 0).all()


def test_landscape_path_is_gradient_descent() -> None:
    slope, w = chapter05a.LANDSCAPES["two valleys"][1], 1.2
    path = chapter05a.landscape_path("two valleys", w, n_steps=5)
    for place in path:
        assert place == pytest.approx(w)
        w -= 0.1 * slope(w)


def test_noise_falls_as_the_root_of_the_batch_size() -> None:
    gradients = np.random.default_rng(0).standard_normal((3000, 4)) * [1, 2, 0.5, 1] + 3
    full = gradients.mean(axis=0)
    one = chapter05a.spread(gradients, full)
    assert one == pytest.approx(np.sqrt(gradients.var(axis=0).sum()))
    for size in (1, 4, 64):
        noise = chapter05a.spread(chapter05a.batch_noise(gradients, size), full)
        assert noise * np.sqrt(size) == pytest.approx(one, rel=0.05)
    scene = shown(chapter05a.gradient_cloud(gradients), batch_size=1)
    before = scene.pixels.copy()
    scene.show({"batch_size": 64})
    assert f"the root of 64 is {one / 8:.3f}" in scene.alt
    assert not np.array_equal(before, scene.pixels)


TRAIN, FRESH = chapter05a.moons(50, 0.2, rng=0), chapter05a.moons(80, 0.2, rng=1)


@pytest.mark.parametrize("batch_size", [1, 16, 50])
def test_race_is_fit_for_every_rate_and_seed(batch_size: int) -> None:
    an_epoch = -(-50 // batch_size)
    run = chapter05a.race(TRAIN, FRESH, batch_size, [0.1, 0.5], 3 * an_epoch, n_seeds=2, marks=[2])
    loss = nn.BinaryCrossEntropy()
    for i, rate in enumerate((0.1, 0.5)):
        for seed in range(2):
            net = chapter05a.network(seed)
            nn.fit(net, loss, nn.SGD(rate), TRAIN, epochs=3, batch_size=batch_size, rng=seed)
            fresh = nn.evaluate(net, loss, *FRESH)
            assert run.at("examples", 150)[i, seed] == pytest.approx(fresh, rel=1e-9)
            assert run.curve(i).loss[-1, seed] == pytest.approx(fresh, rel=1e-9)
            trained = nn.evaluate(net, loss, *TRAIN)
            assert run.train_loss[i, seed] == pytest.approx(trained, rel=1e-9)
    assert run.updates[-1] == 3 * an_epoch and run.examples[-1] == 150
    np.testing.assert_array_equal(run.at("examples", 150), run.at("updates", 3 * an_epoch))
    alone = run.only(0.5)
    assert alone.rates == (0.5,) and alone.best() == 0
    np.testing.assert_array_equal(alone.curve().loss, run.curve(1).loss)
    np.testing.assert_array_equal(alone.train_loss, run.train_loss[1:])
    assert 2 in run.updates  # a mark


def test_race_takes_rates_that_diverge_and_picks_another() -> None:
    run = chapter05a.race(TRAIN, FRESH, 1, [0.05, 1e9], 100, n_seeds=2)
    assert run.rates[run.best()] == 0.05
    assert run.curve(run.best()).loss.shape == (len(run.updates), 2)


def test_no_network_is_better_than_the_floor() -> None:
    x, y = nn.datasets.make_moons(4000, 0.2, rng=1)
    floor = chapter05a.moons_floor(x, y, 0.2)
    assert 0.05 < floor < 0.1
    # Any other noise in the true model gives a worse loss on these points.
    assert chapter05a.moons_floor(x, y, 0.15) > floor < chapter05a.moons_floor(x, y, 0.27)


def test_clocks_show_other_orders() -> None:
    runs = {B: chapter05a.race(TRAIN, FRESH, B, [0.1], n) for B, n in ((1, 60), (16, 20), (50, 9))}
    curves = {name: {B: run.curve() for B, run in runs.items()} for name in ("same", "best")}
    curves["best"][1] = curves["best"][1]._replace(rate=0.7)
    scene = shown(chapter05a.clocks(curves, 0.08), rates="same", clock="updates")
    assert "after 9 updates the loss is" in scene.alt
    first = scene.pixels.copy()
    scene.show({"rates": "same", "clock": "examples"})
    assert "after 60 examples the loss is" in scene.alt
    second = scene.pixels.copy()
    scene.show({"rates": "best", "clock": "examples"})
    assert not np.array_equal(first, second) and not np.array_equal(second, scene.pixels)


def test_per_update_measures_updates_and_epochs() -> None:
    losses = {
        1: [np.array([0.4, 0.2]), np.array([0.1, 0.3]), np.array([0.5, 0.3])],
        32: [np.array([0.4]), np.array([0.2]), np.array([0.2])],
    }
    _, alt = chapter05a.per_update(losses, n_epochs=2)
    spread = np.std([0.4, 0.2, 0.1, 0.3])
    assert f"batch size 1: standard deviation of the first losses {spread:.2f}" in alt
    # Epoch means 0.3, 0.2, 0.4 and 0.4, 0.2, 0.2.
    assert "epoch to epoch 0.150; batch size 32" in alt and "epoch to epoch 0.100" in alt
