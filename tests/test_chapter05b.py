"""The figures of notebook 05b and what they compute: walks, the race, the crowd of networks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nnlib as nn
from nnlib.show import chapter05b
from nnlib.show.explore import Scene
from tests.figures import undrawn

SMALL = {name: name in ("SGD", "Adam") for name in chapter05b.RACERS}
START = {"surface": "Rosenbrock", "rate_times": "1", **SMALL}


def shown(draw: Any, **values: Any) -> Scene:
    return Scene(draw, chapter05b.WIDE, values)


def moves(scene: Scene, *settings: dict[str, Any]) -> list[str]:
    """Show the settings; return their alt texts. Each must give another picture."""
    alts, pictures = [], {scene.pixels.tobytes()}
    for number, values in enumerate(settings, start=2):
        scene.show(values)
        alts.append(scene.alt)
        pictures.add(scene.pixels.tobytes())
        assert len(pictures) == number, values
    return alts


def test_walk_is_the_loop_and_stops_where_it_has_diverged() -> None:
    path = chapter05b.walk(nn.SGD(0.1), lambda w: 2 * w, [5.0, 0.0], 20)
    assert path.shape == (21, 2)
    np.testing.assert_allclose(path[:, 0], 5 * 0.8 ** np.arange(21), rtol=1e-12)
    away = chapter05b.walk(nn.SGD(2.0), lambda w: 2 * w, [5.0, 0.0], 900)
    assert np.abs(away).max() == chapter05b.FAR and np.isfinite(away).all()


def test_steps_to_counts_until_it_stays_near() -> None:
    path = np.array([[1.0, 0], [0.001, 0], [0.5, 0], [0.002, 0], [0.001, 0]])
    assert chapter05b.steps_to(path) == 3
    assert chapter05b.steps_to(path, share=1e-4) is None


def test_momentum_tells_who_diverges() -> None:
    scene = shown(chapter05b.momentum, momentum=0.9, rate=0.05)
    plain = 8 * 0.95**200  # the flat direction alone is left
    assert f"Without momentum: loss {plain:.0e}" in scene.alt
    low, edge, far = moves(
        scene,
        {"momentum": 0.6, "rate": 0.05},
        {"momentum": 0.9, "rate": 0.1},
        {"momentum": 0.99, "rate": 0.2},
    )
    assert "Momentum 0.60: loss" in low
    assert "Momentum 0.90: loss" in edge and "Without momentum: diverges" in edge
    assert "Momentum 0.99: diverges" in far


def test_a_turned_ravine_costs_adagrad_and_not_sgd() -> None:
    scene = shown(chapter05b.own_rates, condition_number=25, angle=0)
    start = scene.alt
    turned, narrow, round_bowl = moves(
        scene,
        {"condition_number": 25, "angle": 45},
        {"condition_number": 100, "angle": 0},
        {"condition_number": 1, "angle": 0},
    )

    def steps(alt: str, name: str) -> str:
        return alt.split(f"{name} ")[1].split(" step")[0]

    assert steps(start, "SGD") == steps(turned, "SGD") == "58"
    assert steps(start, "AdaGrad") == steps(narrow, "AdaGrad") == steps(round_bowl, "AdaGrad")
    assert int(steps(turned, "AdaGrad")) > 3 * int(steps(start, "AdaGrad"))
    assert steps(narrow, "SGD") == "not in 150" and steps(round_bowl, "SGD") == "1"


def test_step_lengths_are_those_of_adam_without_its_correction() -> None:
    m = v = 0.0
    for step in range(1, 30):
        m, v = 0.9 * m + 0.1, 0.99 * v + 0.01
        [length] = chapter05b.step_lengths(0.9, 0.99, np.array([step]))
        assert length == pytest.approx(m / np.sqrt(v), rel=1e-12)
    scene = shown(chapter05b.bias, beta1=0.9, beta2=0.999)
    assert "step 1: 3.16, step 10: 6.53" in scene.alt
    moves(scene, {"beta1": 0.0, "beta2": 0.9}, {"beta1": 0.98, "beta2": 0.999})


def test_adamw_shrinks_both_weights_and_l2_in_adam_the_one_with_small_gradients() -> None:
    both = chapter05b.shrinking(nn.AdamW, 0.3, 100)
    np.testing.assert_allclose(both[-1], (1 - 0.01 * 0.3) ** 300, atol=0.04)
    large, small = chapter05b.shrinking(nn.Adam, 0.3, 100)[-1]
    assert large > 0.35 and abs(small) < 0.02
    scene = shown(chapter05b.decay, weight_decay=0.3, times_smaller=100)
    assert f"Adam {large:.2f} and 0.00" in scene.alt
    moves(
        scene,
        {"weight_decay": 0.0, "times_smaller": 100},
        {"weight_decay": 1.0, "times_smaller": 1},
    )


@pytest.mark.parametrize("name", chapter05b.SURFACES)
def test_surfaces_have_the_slope_they_say_and_zero_at_the_minimum(name: str) -> None:
    surface, rng = chapter05b.SURFACES[name], np.random.default_rng(0)
    for point in rng.uniform(-1.5, 1.5, (5, 2)):
        numeric = nn.numerical_gradient(lambda w: float(surface.value(*w)), point)
        np.testing.assert_allclose(surface.slope(*point), numeric, rtol=1e-5, atol=1e-6)
    for minimum in surface.minima:
        assert surface.value(*minimum) == pytest.approx(0, abs=1e-12)
        np.testing.assert_allclose(surface.slope(*minimum), 0, atol=1e-12)
    left, right, bottom, top = surface.extent
    assert left < surface.start[0] < right and bottom < surface.start[1] < top


@pytest.mark.parametrize("surface_name", chapter05b.SURFACES)
def test_own_rates_are_the_best_of_the_stated_grid(surface_name: str) -> None:
    surface = chapter05b.SURFACES[surface_name]
    grid = [digit * 10.0**power for power in range(-4, 1) for digit in (1, 3)]
    for name, rate in surface.rates.items():
        scores = {r: chapter05b.score(chapter05b.Runner(surface, name, r).run()) for r in grid}
        assert min(grid, key=scores.__getitem__) == pytest.approx(rate), name


def test_a_runner_takes_the_steps_of_the_librarys_optimizer() -> None:
    surface = chapter05b.SURFACES["Beale"]
    runner = chapter05b.Runner(surface, "Adam", 0.1).run(40)
    path = chapter05b.walk(nn.Adam(0.1), lambda w: np.array(surface.slope(*w)), surface.start, 40)
    np.testing.assert_array_equal(runner.path, path)
    assert runner.losses[-1] == surface.value(*path[-1])


def test_every_runner_meets_the_same_noise() -> None:
    surface = chapter05b.SURFACES["noisy bowl"]
    first, second = (chapter05b.Runner(surface, "SGD", rate).run(1) for rate in (0.1, 0.2))
    steps = [runner.path[1] - runner.path[0] for runner in (first, second)]
    np.testing.assert_allclose(2 * steps[0], steps[1], rtol=1e-12)
    assert np.abs(steps[0] / -0.1 - np.array(surface.start)).max() > 0.01


def test_race_resets_to_the_same_start_and_keeps_the_run_before() -> None:
    race = chapter05b.Race()
    race.reset(**START)
    reference = race.earlier["SGD"].losses
    assert len(reference) == chapter05b.N_STEPS + 1
    for _ in range(7):
        assert not race.advance(**START)
    ran = race.runners["SGD"].losses
    assert ran == reference[:8]
    race.reset(**START)
    assert race.n_steps == 0 and race.runners["SGD"].losses == reference[:1]
    assert race.earlier["SGD"].losses == ran
    race.reset(**START)  # of no step: the run before stays
    assert race.earlier["SGD"].losses == ran
    race.forget()
    assert race.earlier["SGD"].losses == reference


def test_who_joins_later_catches_up_and_a_new_rate_starts_anew() -> None:
    race = chapter05b.Race()
    race.reset(**START)
    for _ in range(5):
        race.advance(**START)
    more = {**START, "Momentum": True}
    race.change(START, **more)
    assert [len(race.runners[name].losses) for name in ("SGD", "Momentum", "Adam")] == [6, 6, 6]
    race.advance(**more)
    assert [len(race.runners[name].losses) for name in ("SGD", "Momentum", "Adam")] == [7, 7, 7]
    race.change(more, **START)  # Momentum leaves, and comes back after two steps
    race.advance(**START)
    race.advance(**START)
    race.change(START, **more)
    assert len(race.runners["Momentum"].losses) == 9
    race.change(more, **{**more, "rate_times": "10"})
    assert race.n_steps == 0
    assert race.runners["SGD"].rate == pytest.approx(10 * race.earlier["SGD"].rate)
    assert len(race.earlier["SGD"].losses) == 9


def test_race_says_who_diverged_and_ends() -> None:
    race, values = chapter05b.Race(), {**START, "surface": "ravine", "rate_times": "3"}
    race.reset(**values)
    _, update = undrawn(race.draw)
    steps = 1
    while not race.advance(**values):
        steps += 1
    assert steps == chapter05b.N_STEPS
    alt = update(**values)
    assert "SGD diverged" in alt and "Adam diverged" not in alt
    nobody = {**values, "SGD": False, "Adam": False}
    race.change(values, **nobody)
    assert "nobody runs" in update(**nobody)


def test_race_board_steps_resets_and_forgets() -> None:
    player = chapter05b.race()
    try:
        first = player.scene.pixels.tobytes()
        player.step()
        assert "step 1." in player.scene.alt
        player.reset()
        assert "step 0." in player.scene.alt and player.scene.pixels.tobytes() != first
        player.forget()
        assert player.scene.pixels.tobytes() == first
        n_redraws = player.scene.redraws
        player.set(AdaGrad=True)
        assert "AdaGrad" in player.scene.alt and player.scene.redraws == n_redraws
        player.set(rate_times="10", SGD=False)
        assert "SGD" not in player.scene.alt and "rates times 10" in player.scene.alt
    finally:
        player.close()


def play_online(optimizer: nn.Optimizer, C: float, n_steps: int) -> np.ndarray:
    """As in the notebook, with a larger rate."""
    x, path = np.zeros(1), []
    for t in range(1, n_steps + 1):
        optimizer.learning_rate = 1 / np.sqrt(t)
        optimizer.step(x, np.array([C if t % 3 == 1 else -1.0]))
        np.clip(x, -1, 1, out=x)
        path.append(float(x[0]))
    return np.array(path)


def test_adam_goes_the_wrong_way_and_amsgrad_does_not() -> None:
    scene = shown(chapter05b.online(play_online, 300), C=3.0, beta2=0.1)
    assert "best x = -1; Adam ends at +1.00, AMSGrad ends at -0.9" in scene.alt
    long, right, even = moves(
        scene, {"C": 3.0, "beta2": 0.95}, {"C": 1.0, "beta2": 0.1}, {"C": 2.0, "beta2": 0.1}
    )
    assert "every x costs the same" in even
    assert "Adam ends at -0.9" in long
    assert "best x = +1; Adam ends at +1.00, AMSGrad ends at +1.00" in right


def small_nets() -> list[nn.Sequential]:
    return [
        nn.Sequential(nn.Dense(2, 5), nn.Tanh(), nn.Dense(5, 4), nn.Tanh(), nn.Dense(4, 1), rng=s)
        for s in range(3)
    ]


def test_train_many_trains_each_as_if_it_were_alone_and_leaves_the_originals() -> None:
    rng, nets = np.random.default_rng(0), small_nets()
    x, y = rng.standard_normal((3, 20, 2)), rng.integers(0, 2, (3, 20, 1)).astype(float)
    batches, before = rng.integers(0, 20, (15, 8)), nets[1].theta.copy()
    optimizers = [nn.AdamW(0.02), nn.Momentum(0.1)]
    crowds = chapter05b.train_many(nets, optimizers, x, y, batches)
    np.testing.assert_array_equal(nets[1].theta, before)
    loss = nn.BinaryCrossEntropy()
    for crowd, optimizer in zip(crowds, (nn.AdamW(0.02), nn.Momentum(0.1)), strict=True):
        nets[1].theta[:] = before
        for rows in batches:
            loss.forward(nets[1].forward(x[1, rows]), y[1, rows])
            nets[1].backward(loss.backward())
            optimizer.step(nets[1].theta, nets[1].grad)
        np.testing.assert_allclose(crowd.theta[1], nets[1].theta, rtol=1e-9, atol=1e-12)


def test_the_picture_of_rates_names_the_lowest_median() -> None:
    losses = {0.1: np.array([0.2, 0.3, 0.1]), 0.01: np.array([0.5, 0.6, 0.05])}
    figure, alt = chapter05b.rates_and_losses(dict.fromkeys(chapter05b.RACERS, losses))
    assert "Adam 2e-01 at 0.1" in alt and "range of 3 seeds" in alt
    assert len(figure.axes) == 8


def test_the_family_tree_names_everyone() -> None:
    _, alt = chapter05b.family_tree()
    assert all(name in alt for name in chapter05b.RACERS)
