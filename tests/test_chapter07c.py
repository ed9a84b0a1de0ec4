"""The figures of notebook 07c and the numbers behind them, without a browser."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import nnlib as nn
from nnlib.show import chapter07c
from nnlib.show.explore import Scene
from tests.figures import check_controls, check_picture

X, Y = nn.datasets.load_cmu_spirals()


def build(seed: int, scale: float = 1.0, spread: float = 0.0) -> nn.Sequential:
    """A small stand-in for the notebook's network, with the same two decisions."""
    first = nn.Dense(2, 8, init="glorot")
    net = nn.Sequential(first, nn.Tanh(), nn.Dense(8, 1, init="glorot"), rng=seed)
    first.weight *= scale
    first.bias[:] = spread * 6.5 * np.linalg.norm(first.weight, axis=0) * np.linspace(-1, 1, 8)
    return net


NETS = [build(seed) for seed in range(3)]
START = np.array([net.theta for net in NETS])
FILM = [START, 1.5 * START, -2 * START]  # the last one says the opposite: other points are right
RUN = SimpleNamespace(film=FILM, epochs=np.array([4.0, np.inf, 10.0]))


def shown(draw: Any, **values: Any) -> Scene:
    return Scene(draw, chapter07c.WIDE, values)


def runs() -> dict[float, Any]:
    return {
        scale: SimpleNamespace(
            nets=[build(seed, scale) for seed in range(2)],
            epochs=np.array([30 * scale, np.inf]),
            between=np.array([0.9, 1.0]) / scale,
        )
        for scale in (1, 2)
    }


SCENES: dict[str, tuple[Any, dict[str, list[Any]]]] = {
    "first layer": (
        chapter07c.first_layer(build, X, Y),
        {"scale": [1.0, 20.0], "spread": [0.0, 0.5, 1.0]},
    ),
    "film": (
        chapter07c.film(NETS, RUN, X, Y),
        {"seed": [0, 1, 2], "epoch": [0, 5, 10]},
    ),
    "scales": (chapter07c.scales(runs(), X, Y, 100), {"scale": [1, 2]}),
}


class Stack(nn.Layer):
    """As the notebook's: the same dense layer of several networks."""

    weights, offsets = ("weight",), ("bias",)

    def __init__(self, layers: Any) -> None:
        self.weight = np.stack([layer.weight for layer in layers])
        self.bias = np.stack([layer.bias[np.newaxis] for layer in layers])
        self.weight_grad, self.bias_grad = np.zeros_like(self.weight), np.zeros_like(self.bias)

    def forward(self, x: Any, training: bool = False) -> Any:
        return x @ self.weight + self.bias


class Twice(nn.Layer):
    """A layer made of layers."""

    def __init__(self, *layers: Any) -> None:
        self.layers = layers

    def leaves(self) -> Any:
        for layer in self.layers:
            yield from layer.leaves()

    def forward(self, x: Any, training: bool = False) -> Any:
        for layer in self.layers:
            x = layer.forward(x)
        return np.concatenate([x, x], axis=-1)


def doubled(seed: int) -> nn.Sequential:
    return nn.Sequential(Twice(nn.Dense(2, 3, bias=[1, 2, 3]), nn.Tanh()), nn.Dense(6, 1), rng=seed)


@pytest.mark.parametrize("make", [build, doubled])
def test_a_stack_says_what_its_networks_say(make: Any) -> None:
    nets = [make(seed) for seed in range(3)]
    out = chapter07c.stacked(nets, Stack).forward(np.tile(X, (3, 1, 1)))
    for k, net in enumerate(nets):
        np.testing.assert_allclose(out[k], net.forward(X), atol=1e-12)


@pytest.mark.parametrize("make", [build, doubled])
def test_the_rows_of_a_stack_are_views_of_the_networks_parameters(make: Any) -> None:
    nets = [make(seed) for seed in range(3)]
    stack = chapter07c.stacked(nets, Stack)
    rows = chapter07c.rows(stack)
    np.testing.assert_array_equal(np.hstack(rows), [net.theta for net in nets])
    rows[0][1] = 7
    assert (stack.theta == 7).sum() == rows[0].shape[1]


@pytest.mark.parametrize("name", SCENES)
def test_every_position_of_a_live_figure_has_its_own_picture_and_words(name: str) -> None:
    draw, controls = SCENES[name]
    start = {control: positions[0] for control, positions in controls.items()}
    check_controls(draw, chapter07c.WIDE, start, controls)


@pytest.mark.parametrize(
    ("probability", "label", "within"),
    [(0.61, 1, True), (0.59, 1, False), (0.39, 0, True), (0.41, 0, False), (0.9, 0, False)],
)
def test_the_rule_is_40_20_40(probability: float, label: int, within: bool) -> None:
    found = chapter07c.within_rule(np.array([[probability]]), np.array([label]))
    assert found.tolist() == [within]


def test_without_a_bias_every_line_passes_through_the_centre() -> None:
    scene = shown(chapter07c.first_layer(build, X, Y), scale=1.0, spread=0.0)
    assert "8 of the 8 lines" in scene.alt
    # Spread evenly over -6.5 .. 6.5, two of eight lines are within 1: at 13/14 on either side.
    scene.show({"scale": 1.0, "spread": 1.0})
    assert "2 of the 8 lines" in scene.alt
    scene.show({"scale": 1.0, "spread": 0.3})
    assert "4 of the 8 lines" in scene.alt


def test_larger_weights_bend_within_less() -> None:
    scene = shown(chapter07c.first_layer(build, X, Y), scale=1.0, spread=0.0)
    norms = np.linalg.norm(build(0).layers[0].parameters()["weight"], axis=0)
    width = np.median(2 * np.arctanh(0.9) / norms)
    assert f"within {width:.1f} or less" in scene.alt
    scene.show({"scale": 4.0, "spread": 0.0})
    assert f"within {width / 4:.1f} or less" in scene.alt


def test_the_film_counts_with_the_parameters_of_that_seed_and_epoch() -> None:
    theta = NETS[2].theta.copy()
    scene = shown(chapter07c.film(NETS, RUN, X, Y), seed=2, epoch=10)
    other = build(2)
    other.theta = FILM[2][2]
    right = chapter07c.within_rule(other.predict(X), Y).sum()
    assert scene.alt.startswith(f"Seed 2, epoch 10: {right} of 194 points")
    assert "solved at epoch 10" in scene.alt
    scene.show({"seed": 1, "epoch": 3})
    assert scene.alt.startswith("Seed 1, epoch 0: ") and "unsolved" in scene.alt
    np.testing.assert_array_equal(NETS[2].theta, theta)


def test_the_film_takes_outputs_that_are_not_logits() -> None:
    draw = chapter07c.film(NETS, RUN, X, Y, lambda out: np.where(out > 0, 1.0, 0.0))
    scene = shown(draw, seed=0, epoch=5)
    other = build(0)
    other.theta = FILM[1][0]
    right = int(np.sum((other.predict_logits(X)[:, 0] > 0) == Y))
    assert f": {right} of 194 points" in scene.alt


def test_the_scales_tell_what_was_solved_and_what_lies_between() -> None:
    scene = shown(chapter07c.scales(runs(), X, Y, 100), scale=2)
    assert "1 of 2 networks solved within 100 epochs" in scene.alt
    assert "47.5% on average" in scene.alt


PICTURES: dict[str, tuple[Any, str]] = {
    "spirals": (lambda: chapter07c.spirals(X, Y), "12 points lie on the first axis, from -6 to 6"),
    "benchmark": (
        lambda: chapter07c.benchmark({"then": 1700}, {"now": np.array([90.0, 40.0, np.inf])}),
        "then: about 1,700; now: 2 of 3 seeds, median 90.0",
    ),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_draws_and_its_words_hold_the_numbers(name: str) -> None:
    make, words = PICTURES[name]
    assert check_picture(make(), words).axes[0].get_title(loc="left")
