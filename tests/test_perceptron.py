"""Rosenblatt's perceptron: the run on AND by hand, what it learns, what it cannot."""

from __future__ import annotations

import numpy as np
import pytest

import nnlib as nn

GATES = ("and", "or", "nand", "nor", "xor")


def test_the_whole_run_on_and_by_hand() -> None:
    unit = nn.Perceptron(2)
    assert unit.fit(*nn.datasets.load_logic_gate("and")) == 6
    states = [(*map(int, weight), int(bias)) for weight, bias in unit.updates]
    assert states == [
        (1, 1, 1),
        *[(1, 1, 0), (1, 0, -1), (2, 1, 0)],
        *[(2, 0, -1), (1, 0, -2), (2, 1, -1)],
        *[(1, 1, -2), (2, 2, -1)],
        (2, 1, -2),
    ]
    np.testing.assert_array_equal(unit.weight, [2, 1])
    assert unit.bias == -2


@pytest.mark.parametrize("gate", GATES[:4])
def test_it_learns_every_gate_that_a_line_separates(gate: str) -> None:
    x, y = nn.datasets.load_logic_gate(gate)
    unit = nn.Perceptron(2)
    assert unit.fit(x, y) is not None
    np.testing.assert_array_equal(unit.predict(x), y)


def test_it_does_not_learn_xor_and_says_so() -> None:
    x, y = nn.datasets.load_logic_gate("xor")
    unit = nn.Perceptron(2)
    assert unit.fit(x, y, max_epochs=1000) is None
    assert (unit.predict(x) == y).sum() <= 3


def test_max_epochs_is_obeyed() -> None:
    x, y = nn.datasets.load_logic_gate("and")
    assert nn.Perceptron(2).fit(x, y, max_epochs=5) is None
    assert nn.Perceptron(2).fit(x, y, max_epochs=6) == 6


def test_learning_rate_scales_the_weights_and_changes_no_decision() -> None:
    x, y = nn.datasets.load_logic_gate("nand")
    one, half = nn.Perceptron(2), nn.Perceptron(2, learning_rate=0.5)
    assert one.fit(x, y) == half.fit(x, y)
    np.testing.assert_allclose(half.weight, one.weight / 2)
    assert half.bias == one.bias / 2


def test_output_on_the_line_is_zero() -> None:
    np.testing.assert_array_equal(nn.Perceptron(2).predict([[0, 0], [5, -3]]), [0, 0])


def test_recorded_updates_and_arguments_are_not_changed_later() -> None:
    x, y = nn.datasets.load_logic_gate("and")
    before = x.copy(), y.copy()
    unit = nn.Perceptron(2)
    unit.fit(x, y, max_epochs=1)
    first = unit.updates[0][0].copy()
    unit.fit(x, y)
    np.testing.assert_array_equal(unit.updates[0][0], first)
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(y, before[1])
