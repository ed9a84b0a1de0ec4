"""The figures of notebook 04c and the numbers behind them, without a browser."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nnlib import numerical_gradient
from nnlib.show import chapter04c
from nnlib.show.explore import Scene


def shown(draw: Any, **values: Any) -> Scene:
    return Scene(draw, (6.6, 3.8), values)


def halving(activation: str, init: str, depth: int) -> tuple[list[Any], list[Any], list[Any]]:
    """A stand-in for the notebook's deep_pass whose blame halves (or doubles) a layer."""
    factor = 2.0 if init == "large" else 0.5
    rng = np.random.default_rng(0)
    base = rng.standard_normal((40, 30))
    blames = [base * factor ** (depth - layer) for layer in range(1, depth + 1)]
    return [np.tanh(base)] * depth, blames, [3 * base] * depth


def test_norms_are_euclidean() -> None:
    np.testing.assert_allclose(chapter04c.norms([np.array([[3.0, 4.0]]), np.zeros(2)]), [5, 0])


def test_gradient_norms_names_the_fate_of_the_blame() -> None:
    draw = chapter04c.gradient_norms(halving)
    scene = shown(draw, activation="sigmoid", init="small", depth=11)
    assert "vanishes" in scene.alt and "9.8e-04 times" in scene.alt
    size = 3 * np.linalg.norm(np.random.default_rng(0).standard_normal((40, 30)))
    assert f"between {size:.0e} and {size:.0e}" in scene.alt
    before = scene.pixels.copy()
    scene.show({"activation": "relu", "init": "large", "depth": 30})
    assert "explodes" in scene.alt and f"{2.0**29:.1e} times" in scene.alt
    assert not np.array_equal(before, scene.pixels)
    scene.show({"activation": "tanh", "init": "small", "depth": 2})
    assert "survives" in scene.alt


@pytest.mark.parametrize(
    ("activation", "c", "low", "high"),
    [
        ("identity", 1.0, 0.8, 1.3),
        ("relu", 2**0.5, 0.5, 2.0),
        ("relu", 1.0, 2**-11, 2**-9),
        ("tanh", 1.0, 0.1, 0.4),
    ],
)
def test_spread_keeps_the_size_for_the_right_weights(
    activation: str, c: float, low: float, high: float
) -> None:
    scene = shown(chapter04c.spread(), activation=activation, c=c)
    last = float(scene.alt.split(" to ")[1].split(" in ")[0])
    assert low < last < high


def test_spread_survives_both_ends_of_its_slider() -> None:
    scene = shown(chapter04c.spread(), activation="relu", c=0.4)
    first = scene.pixels.copy()
    scene.show({"activation": "relu", "c": 2.4})
    assert not np.array_equal(first, scene.pixels)


def test_histograms_tell_the_standard_deviations() -> None:
    scene = shown(chapter04c.histograms(halving), activation="tanh", init="small")
    base = np.random.default_rng(0).standard_normal((40, 30))
    assert f"to {np.tanh(base).std():.2g} in layer 5" in scene.alt
    assert f"blame from {base.std() / 16:.2g} in layer 1" in scene.alt
    before = scene.pixels.copy()
    scene.show({"activation": "tanh", "init": "large"})
    assert not np.array_equal(before, scene.pixels)


def test_symmetry_counts_the_different_units() -> None:
    same = [np.full((2, 4), 0.5), np.full((2, 4), 0.7)]
    mixed = [np.arange(8.0).reshape(2, 4) / 4, np.arange(8.0).reshape(2, 4) / 3]
    draw = chapter04c.symmetry({"same": same, "mixed": mixed}, np.array([1, 10]))
    scene = shown(draw, start="same", snapshot=1)
    assert "have 1 different" in scene.alt and "after 10 steps" in scene.alt
    before = scene.pixels.copy()
    scene.show({"start": "mixed", "snapshot": 0})
    assert "have 4 different" in scene.alt
    assert not np.array_equal(before, scene.pixels)


def test_blame_norms_agree_with_the_slope_of_a_small_network() -> None:
    found = chapter04c.blame_norms(0.3, depth=3, width=4, n=5)
    assert all(len(sizes) == 4 and sizes[-1] == 1.0 for sizes in found.values())
    # The same draws by hand, one entry of the way back at a time.
    rng = np.random.default_rng(0)
    a = rng.standard_normal((5, 4))
    weights = 0.3 * rng.standard_normal((3, 4, 4)) / 2
    g = rng.standard_normal((5, 4))
    g /= np.linalg.norm(g)

    def end(a: Any) -> float:
        for weight in weights:
            a = a + np.tanh(a @ weight)
        return float(np.sum(g * a))

    numeric = np.linalg.norm(numerical_gradient(end, a))
    assert found["residual"][0] == pytest.approx(numeric, rel=1e-8)


def test_residual_keeps_what_plain_loses() -> None:
    scene = shown(chapter04c.residual, scale=0.5)
    found = chapter04c.blame_norms(0.5)
    assert found["plain"][0] < 1e-12 and found["residual"][0] > 1
    assert f"{found['plain'][0]:.0e} to its input" in scene.alt
    before = scene.pixels.copy()
    for scale in (0.1, 1.5):
        scene.show({"scale": scale})
        assert not np.array_equal(before, scene.pixels)
