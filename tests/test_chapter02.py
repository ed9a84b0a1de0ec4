"""The figures of 02a and 02b, without a browser: what they say follows what they are given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nnlib as nn
from nnlib.show import chapter02
from nnlib.show.explore import Scene
from tests.figures import check_positions, undrawn

X, Y = nn.datasets.make_circles(40, rng=0)
LAYERS = [
    (np.array([[1.0, -1.0, 0.5, 0.0], [0.0, 1.0, -0.5, -2.0]]), np.zeros(4), "relu"),
    (np.linspace(-1, 1, 12).reshape(4, 3), np.array([0.1, 0.0, -0.1]), "relu"),
    (np.array([[1.0], [-1.0], [0.5]]), np.array([0.2]), "sigmoid"),
]
RUNS = {
    0.1: [(np.eye(2), np.zeros(2)), (np.eye(2), np.array([0.0, -9.0]))],
    1.0: [(np.eye(2), np.zeros(2)), (np.eye(2), np.array([-9.0, -9.0]))],
}
SIGNALS = {
    "selu": [np.linspace(-1, 1, 60).reshape(6, 10) * scale for scale in (1.0, 2.0)],
    "relu": [np.linspace(0, 1, 60).reshape(6, 10) * scale for scale in (1.0, 0.0)],
}
THREE = {"first": "sigmoid", "second": "none", "third": "none"}
SILENT = [(np.zeros_like(w), b * 0 - 1, name) for w, b, name in LAYERS]

# Each: the function to draw, then positions with words that the alt text must hold.
CASES: dict[str, tuple[Any, list[tuple[dict[str, Any], str]]]] = {
    "collapse": (
        chapter02.collapse,
        [
            ({"hidden_layers": 8, "activation": "none"}, "no activation: one straight line"),
            ({"hidden_layers": 1, "activation": "relu"}, "straight pieces"),
            ({"hidden_layers": 8, "activation": "tanh"}, "a smooth curve"),
        ],
    ),
    "explorer": (
        chapter02.explorer,
        [
            ({**THREE, "z": 0.0}, "sigmoid is 0.5000 with slope 0.2500 (100% of its largest)."),
            ({**THREE, "z": 5.0}, "slope 0.0066 (3% of its largest), saturated"),
            ({**THREE, "third": "step", "z": -5.0}, "step is 0.0000 with slope 0.0000, flat"),
            ({**THREE, "second": "relu", "z": 2.0}, "ReLU is 2.0000 with slope 1.0000"),
            ({**THREE, "second": "gelu", "z": -5.0}, "GELU is 0.0000 with slope 0.0000 (0%"),
            # Negative, and steep enough to learn from.
            ({**THREE, "second": "gelu", "z": -1.5}, "slope -0.1277 (-11% of its largest)."),
        ],
    ),
    "dying_units": (
        chapter02.dying_units(X, Y, RUNS),
        [
            ({"learning_rate": 0.1, "step": 0}, "after 0 steps, 0 of 2"),
            ({"learning_rate": 0.1, "step": 1}, "after 1 steps, 1 of 2"),
            ({"learning_rate": 1.0, "step": 1}, "after 1 steps, 2 of 2"),
        ],
    ),
    "signal_histograms": (
        chapter02.signal_histograms(SIGNALS),
        [
            ({"activation": "selu", "layer": 1}, "layer 1 with SELU: mean 0.000, variance 0.345"),
            ({"activation": "relu", "layer": 1}, "layer 1 with ReLU: mean 0.500, variance 0.086"),
            ({"activation": "relu", "layer": 2}, "layer 2 with ReLU: mean 0.000, variance 0.000"),
        ],
    ),
    "temperature": (
        chapter02.temperature,
        [
            ({"temperature": 1.0, "first_logit": 2.0}, "0.629, 0.231 and 0.140"),
            ({"temperature": 0.1, "first_logit": 2.0}, "1.000, 0.000 and 0.000"),
            ({"temperature": 5.0, "first_logit": -3.0}, "at temperature 5.0: 0.191"),
        ],
    ),
    "shapes": (
        chapter02.shapes,
        [
            (
                {"n": 5, "n_in": 3, "n_out": 4},
                "(5, 3) @ (3, 4) + (4,) gives (5, 4); 12 weights, 60",
            ),
            ({"n": 8, "n_in": 3, "n_out": 4}, "gives (8, 4); 12 weights, 96 products"),
            (
                {"n": 1, "n_in": 1, "n_out": 1},
                "(1,) gives (1, 1); 1 weight, 1 product.",
            ),
        ],
    ),
    "flow": (
        chapter02.flow(LAYERS, X, Y),
        [
            ({"x1": 0.0, "x2": 0.0}, "hidden activations 0.00, 0.00, 0.00, 0.00; 0.10, 0.00, 0.00"),
            ({"x1": 1.5, "x2": -1.5}, "hidden activations 1.50, 0.00, 1.50, 3.00"),
        ],
    ),
    "sine_fit": (
        chapter02.sine_fit(),
        [
            ({"units": 1}, "by 1 ReLU units: largest error"),
            ({"units": 40}, "largest error 0.0020 between 0 and 5"),
        ],
    ),
    "unit_maps": (
        chapter02.unit_maps([LAYERS, SILENT], [0, 9], X, Y, n=12),
        [
            ({"snapshot": 0}, "After 0 epochs"),
            ({"snapshot": 1}, "After 9 epochs 20 of 40 points are right; 7 of 7 hidden units"),
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_words_and_picture_follow_the_controls(name: str) -> None:
    draw, positions = CASES[name]
    check_positions(Scene(draw, (7.0, 3.6), positions[0][0]), positions)


def test_every_activation_can_be_overlaid() -> None:
    _, update = undrawn(chapter02.explorer)
    for name in nn.activations.FUNCTIONS:
        alt = update(first=name, second=name, third=name, z=-1.3)
        value = float(nn.activations.get(name)[0](-1.3)) + 0.0
        assert f"{chapter02.LABELS[name]} is {value:.4f}" in alt


def test_options_start_with_the_chosen_one_and_hold_all() -> None:
    names = chapter02.options("tanh")
    assert names[0] == "tanh"
    assert names[-1] == chapter02.NONE
    assert sorted(names[:-1]) == sorted(nn.activations.FUNCTIONS)


def test_gallery_shows_each_activation_once() -> None:
    titles = [ax.get_title(loc="left") for ax in chapter02.gallery().axes]
    assert titles[:-1] == list(chapter02.LABELS.values())
    assert titles[-1].startswith("PReLU")


@pytest.mark.parametrize(("kinks", "pieces"), [([], 1), ([0.0], 2), ([-1.003, 0.5, 2.0017], 4)])
def test_pieces_are_counted_on_and_between_grid_points(kinks: list[float], pieces: int) -> None:
    x = np.linspace(-3, 3, 1201)
    y = 0.3 * x + sum(np.maximum(x - kink, 0) for kink in kinks)
    assert chapter02.count_pieces(x, y) == pieces


def test_one_layer_of_relu_has_a_piece_more_than_corners_inside() -> None:
    x = np.linspace(-3, 3, 1201)
    assert chapter02.count_pieces(x, chapter02.random_stack("identity", 8, x)) == 1
    assert 2 <= chapter02.count_pieces(x, chapter02.random_stack("relu", 1, x)) <= 13


def test_a_unit_is_dead_only_if_it_is_off_for_all_rows() -> None:
    x = np.array([[1.0], [-1.0]])
    weight, bias = np.array([[1.0, 1.0, 1.0]]), np.array([0.0, -1.0, -0.999])
    assert chapter02.dead(x, weight, bias).tolist() == [False, True, False]


@pytest.mark.parametrize("n", [1, 2, 7, 30])
def test_the_interpolant_meets_the_curve_at_its_corners(n: int) -> None:
    knots, changes = chapter02.relu_interpolant(np.sin, n, 5.0)
    corners = np.linspace(0, 5, n + 1)
    fit = np.maximum(corners[:, np.newaxis] - knots, 0) @ changes
    np.testing.assert_allclose(fit, np.sin(corners), atol=1e-12)


def test_the_error_of_the_interpolant_falls_with_the_square_of_n() -> None:
    x = np.linspace(0, 5, 5001)

    def error(n: int) -> float:
        knots, changes = chapter02.relu_interpolant(np.sin, n, 5.0)
        return float(np.abs(np.maximum(x[:, np.newaxis] - knots, 0) @ changes - np.sin(x)).max())

    assert error(40) / error(80) == pytest.approx(4, rel=0.02)
    assert error(80) * 80**2 < 25 / 8


def test_forward_is_what_sequential_computes() -> None:
    dense = [nn.Dense(*weight.shape, init=weight, bias=bias) for weight, bias, _ in LAYERS]
    net = nn.Sequential(dense[0], nn.ReLU(), dense[1], nn.ReLU(), dense[2], nn.Sigmoid())
    outputs = chapter02.forward(X, LAYERS)
    np.testing.assert_allclose(outputs[-1], net.forward(X), rtol=1e-12)
    assert [a.shape for a in outputs] == [(40, 2), (40, 4), (40, 3), (40, 1)]


def test_the_network_of_the_flow_figure_knows_disc_from_ring() -> None:
    x, y = nn.datasets.make_circles(300, noise=0.15, rng=0)
    layers = chapter02.ring_network()
    assert [bias.size for _, bias, _ in layers] == [4, 3, 1]
    assert nn.accuracy(chapter02.forward(x, layers)[-1], y) > 0.95


def test_sides_of_one_colour_have_one_length() -> None:
    figure, update = undrawn(chapter02.shapes)
    update(n=5, n_in=3, n_out=4)
    sides = figure.axes[0].collections[1]
    lengths: dict[tuple[float, ...], set[float]] = {}
    for color, (start, end) in zip(sides.get_color(), sides.get_segments(), strict=True):
        if color[3] > 0:  # the bias has one row in every case: no colour for that side
            lengths.setdefault(tuple(color), set()).add(float(np.abs(end - start).sum().round(6)))
    assert sorted(map(sorted, lengths.values())) == [[3.0], [4.0], [5.0]]
