"""The figures of notebooks 04a and 04b and the numbers behind them, without a browser."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import nnlib as nn
from nnlib.show import chapter04a, diagrams
from nnlib.show.explore import Scene

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = np.array([0, 1, 1, 0])


def shown(draw: Any, size: tuple[float, float] = (7.0, 4.0), **values: Any) -> Scene:
    return Scene(draw, size, values)


def test_machines_say_how_much_farther_f_moves_than_x() -> None:
    scene = shown(chapter04a.machines, x=3.0, nudge=0.001)
    assert "28.00 times as far" in scene.alt
    before = scene.pixels.copy()
    scene.show({"x": -4.0, "nudge": 0.5})
    assert "multiply to -28.00" in scene.alt and "-26.00 times" in scene.alt
    assert not np.array_equal(before, scene.pixels)


def test_trace_agrees_with_central_differences_and_autograd() -> None:
    v = chapter04a.trace(0.8, 0.6)
    numeric = nn.numerical_gradient(lambda w: chapter04a.trace(*w)["L"], [0.8, 0.6])
    np.testing.assert_allclose([v["dL/dw1"], v["dL/dw2"]], numeric, rtol=1e-8)
    w1, w2 = nn.autograd.Value(0.8), nn.autograd.Value(0.6)
    (((w2 * (w1 * 0.5).sigmoid()).sigmoid() - 1.0) ** 2).backward()
    np.testing.assert_allclose([v["dL/dw1"], v["dL/dw2"]], [w1.grad, w2.grad], rtol=1e-12)


def test_run_goes_down_by_gradient_steps() -> None:
    states = chapter04a.run(2.0, 5)
    assert len(states) == 6
    assert states[1]["w1"] == pytest.approx(0.8 - 2.0 * states[0]["dL/dw1"])
    losses = [state["L"] for state in states]
    assert losses == sorted(losses, reverse=True)


def test_stepper_shows_each_phase_and_both_ends() -> None:
    scene = shown(chapter04a.stepper, step=0, learning_rate=1.0)
    pictures, words = [scene.pixels.copy()], [scene.alt]
    for step in (1, 2, 3, 4, 39):
        scene.show({"step": step, "learning_rate": 1.0})
        pictures.append(scene.pixels.copy())
        words.append(scene.alt)
    for phase, alt in zip(chapter04a.PHASES, words, strict=False):
        assert f"iteration 0, {phase}" in alt
    assert "dL/dw2 is -0.1192 and dL/dw1 is -0.0143" in words[2]
    assert "iteration 9, update" in words[-1]
    assert len({picture.tobytes() for picture in pictures}) == len(pictures)


def test_stepper_blame_is_to_the_right_blame_times_the_local_slope() -> None:
    v = chapter04a.trace(-1.3, 2.1)
    assert v["dL/dz2"] == pytest.approx(v["dL/da2"] * v["da2/dz2"])
    assert v["dL/da1"] == pytest.approx(v["dL/dz2"] * v["dz2/da1"])
    assert v["dL/dw1"] == pytest.approx(v["dL/dz1"] * v["dz1/dw1"])


def test_outer_products_add_up_to_the_weight_gradient() -> None:
    delta = np.random.default_rng(0).standard_normal((4, 3))
    scene = shown(chapter04a.outer_products(X, delta), examples=4)
    total = [float(text) for text in re.findall(r"-?\d\.\d{3}", scene.alt)]
    np.testing.assert_allclose(total, (X.T @ delta).ravel(), atol=5e-4)
    scene.show({"examples": 0})
    assert "first 0 outer products is 0.000" in scene.alt


def test_difference_errors_have_the_shape_of_a_v() -> None:
    one_sided, central = chapter04a.difference_errors()
    best = chapter04a.EXPONENTS[central.argmin()]
    assert -6.5 <= best <= -4.5
    assert -8.5 <= chapter04a.EXPONENTS[one_sided.argmin()] <= -7
    assert central.min() < 1e-10 < 1e-3 < min(central[0], central[-1])
    # h ten times larger: a hundred times the error of the central difference, ten of the other
    assert central[-5] / central[-9] == pytest.approx(100, rel=0.05)
    assert one_sided[-9] / one_sided[-13] == pytest.approx(10, rel=0.1)


def test_choose_h_reads_the_curve_at_its_h() -> None:
    scene = shown(chapter04a.choose_h, log10_h=-5.0)
    one_sided, central = (errors[40] for errors in chapter04a.difference_errors())
    assert f"{one_sided:.0e}" in scene.alt and f"{central:.0e}" in scene.alt
    for end in (-15.0, 0.0):
        scene.show({"log10_h": end})
        assert f"h = {10.0**end:.1e}" in scene.alt


def test_hidden_space_says_where_the_corners_are() -> None:
    solved = (
        np.array([[4.0, 4.0], [4.0, 4.0]]),
        np.array([-2.0, -6.0]),
        np.array([[5.0], [-5.0]]),
        np.array([-5.0]),
    )
    zero = tuple(np.zeros_like(part) for part in solved)
    draw = chapter04a.hidden_space(X, Y, [zero, solved], [0.6931, 0.01], np.array([0, 99]))
    scene = shown(draw, snapshot=1)
    assert "4 of 4 are on their side" in scene.alt and "After 99 epochs" in scene.alt
    before = scene.pixels.copy()
    scene.show({"snapshot": 0})
    assert "2 of 4" in scene.alt and "(0.00, 0.00)" in scene.alt
    assert not np.array_equal(before, scene.pixels)


def test_sigmoid_xor_without_biases_stays_undecided_and_with_them_does_not() -> None:
    y = Y[:, np.newaxis]
    undecided, plain = chapter04a.sigmoid_xor(X, y, False, epochs=4000, learning_rate=1.0)
    decided, sure = chapter04a.sigmoid_xor(X, y, True, epochs=4000, learning_rate=1.0)
    assert len(decided) == 4000 and undecided[0] == pytest.approx(decided[0])
    assert decided[-1] < 0.01 < undecided[-1]
    assert plain.shape == (4,) and ((sure > 0.5) == Y).all()


def texts(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_graph_shows_names_values_and_gradients() -> None:
    a, b = nn.autograd.Value(2.0, "a"), nn.autograd.Value(3.0, "b")
    end = a * b + a
    end.backward()
    words = texts(diagrams.graph(end))
    assert {"a", "b", "*", "+", "8.0000", "4.0000"} <= set(words)
    assert words.count("2.0000") == 2  # the value of a and the gradient of b


def test_graph_puts_slopes_on_the_arrows_of_nodes_that_have_them() -> None:
    class Node:
        def __init__(self, parents: tuple[Any, ...] = (), slopes: tuple[float, ...] = ()) -> None:
            self.data, self.grad, self.name, self.op = 1.0, 0.0, "", ""
            self.parents, self.slopes = parents, slopes

    leaf = Node()
    assert "0.125" in texts(diagrams.graph(Node((leaf, leaf), (0.125, 7.0))))


def test_graph_leaves_no_two_boxes_on_one_spot() -> None:
    values = [nn.autograd.Value(float(i), f"v{i}") for i in range(4)]
    end = (values[0] * values[1] + values[2] * values[3]) * values[0]
    ax = diagrams.graph(end)
    places = [tuple(np.round(patch.get_bbox().p0, 3)) for patch in ax.patches]
    assert len(set(places)) == len(places) == 8


def test_graph_shows_arrays_by_their_shape() -> None:
    x, w = nn.autograd.Value(np.ones((3, 2)), "x"), nn.autograd.Value(np.ones((2, 1)), "w")
    assert "array (3, 2)" in texts(diagrams.graph((x @ w).sum()))
