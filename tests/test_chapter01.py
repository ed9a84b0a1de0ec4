"""The figures of notebook 01, without a browser: what they say follows what they are given."""

from __future__ import annotations

from typing import Any

import numpy as np

import nnlib as nn
from nnlib.show import chapter01
from nnlib.show.explore import Scene
from tests.figures import check_positions

X, AND = nn.datasets.load_logic_gate("and")
STATES = [(np.zeros(2), 0.0), (np.ones(2), -1.5), (np.array([2.0, 1.0]), 0.5)]


def shown(draw: Any, **values: Any) -> Scene:
    return Scene(draw, (6.6, 3.8), values)


def test_two_groups_are_forty_points_that_a_line_separates() -> None:
    x, y = chapter01.two_groups()
    assert x.shape == (40, 2) and np.bincount(y.astype(int)).tolist() == [20, 20]
    assert nn.Perceptron(n_in=2).fit(x, y) is not None


def test_decision_line_tells_its_distance_and_the_score() -> None:
    points, labels = np.array([[2.0, 2.0], [-2.0, -2.0], [-1.0, 1.5]]), np.array([1, 0, 0])
    scene = shown(chapter01.decision_line(points, labels), w1=0.0, w2=0.0, b=1.0)
    check_positions(
        scene,
        [
            ({"w1": 0.0, "w2": 0.0, "b": 1.0}, "every point gives 1; 1 of 3"),
            ({"w1": 1.0, "w2": 1.0, "b": 1.0}, "distance 0.71 from the origin; 2 of 3"),
            ({"w1": 2.0, "w2": 2.0, "b": 1.0}, "distance 0.35 from the origin; 2 of 3"),
            ({"w1": 1.0, "w2": 0.0, "b": 0.0}, "distance 0.00 from the origin; 3 of 3"),
        ],
    )


def test_step_and_sigmoid_cross_one_half_together() -> None:
    scene = shown(chapter01.step_and_sigmoid, w=2.0, b=1.0)
    positions = [({"w": 2.0, "b": 1.0}, "x = -0.50"), ({"w": 12.0, "b": 3.0}, "slope 3.00")]
    check_positions(scene, positions)


def test_perceptron_updates_count_the_corners_that_are_wrong() -> None:
    draw = chapter01.perceptron_updates({"and": (X, AND)}, {"and": STATES})
    scene = shown(draw, gate="and", updates=0)
    check_positions(
        scene,
        [
            ({"gate": "and", "updates": 0}, "weights (0, 0), bias 0, 1 of 4 corners wrong"),
            ({"gate": "and", "updates": 1}, "weights (1, 1), bias -1.5, 0 of 4 corners wrong"),
            ({"gate": "and", "updates": 2}, "after 2 of 2 updates: weights (2, 1), bias 0.5, 3"),
        ],
    )
    scene.show({"gate": "and", "updates": 9})  # the slider is as long as the longest history
    assert "after 2 of 2 updates" in scene.alt


def test_a_line_gets_three_corners_of_xor_and_no_more() -> None:
    scene = shown(chapter01.line_on_gate(*nn.datasets.load_logic_gate("xor")), angle=45, shift=0.0)
    check_positions(
        scene,
        [
            ({"angle": 45, "shift": 0.1}, "1 of 4"),
            ({"angle": 45, "shift": -0.35}, "3 of 4"),
            ({"angle": -135, "shift": -0.35}, "3 of 4"),
        ],
    )


def test_truth_table_has_a_row_for_each_input() -> None:
    x, y = nn.datasets.load_logic_gate("xor")
    hidden, output = np.array([[0, 1], [1, 1], [1, 1], [1, 0]]), np.array([0, 1, 1, 1])
    rows = chapter01.truth_table(x, hidden, output, y).splitlines()
    assert rows[0] == "x1 x2 | OR NAND | AND of both | XOR"
    assert rows[2] == " 0  1 |  1    1 |           1 |   1"
    assert rows[4] == " 1  1 |  1    0 |           1 |   0"  # a wrong output is not mended
    assert len(rows) == 5 and len(set(map(len, rows))) == 1


def test_logistic_training_shows_the_neuron_of_the_epoch_it_names() -> None:
    losses, epochs = np.array([0.6, 0.5, 0.4]), np.array([1, 3])
    scene = shown(chapter01.logistic_training(X, AND, STATES, losses, epochs), snapshot=0)
    for snapshot, epoch, loss, output in ((0, 1, 0.6, 0.5), (1, 3, 0.4, 0.622)):
        scene.show({"snapshot": snapshot})
        assert f"In epoch {epoch} the loss is {loss:.4f};" in scene.alt
        assert f"four corners are {output:.3f}," in scene.alt


def test_two_planes_draws_both_units_and_the_output() -> None:
    x, y = nn.datasets.load_logic_gate("xor")
    figure = chapter01.two_planes(x, y, np.array([[0, 1], [1, 1], [1, 1], [1, 0]]))
    words = [text.get_text() for ax in figure.axes for text in ax.texts]
    assert words == ["OR", "NAND", "AND", "two corners"]
