"""The figures of 03a and 03b, without a browser: what they say follows what they are given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nnlib as nn
from nnlib.show import chapter03
from nnlib.show.explore import Scene
from tests.figures import check_positions

X_LINE = np.linspace(0.25, 4.75, 10)
Y_LINE = 1 + 0.5 * X_LINE + 0.1 * np.cos(9 * X_LINE)
DATA = np.array([1.0, 2.0, 2.5, 3.0, 3.5, 4.0, 12.0])
X_RARE = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [3.0, 3.0]])
Y_RARE = np.array([0, 0, 0, 1])
FITS = {0.0: (np.array([2.0, 2.0]), -6.0), 2.0: (np.array([0.5, 0.5]), -4.0)}
LOGITS = np.linspace(-6, 6, 400)
LABELS = (np.random.default_rng(0).random(400) < nn.activations.sigmoid(LOGITS / 3)).astype(int)

# Each: the function to draw, then positions with words that the alt text must hold.
CASES: dict[str, tuple[Any, list[tuple[dict[str, Any], str]]]] = {
    "shapes": (
        chapter03.shapes,
        [
            ({"error": 2.0, "delta": 1.0}, "Huber 1.50 with slope 1.00; log-cosh 1.33"),
            ({"error": -4.0, "delta": 4.0}, "squared 16.00 with slope -8.00"),
            ({"error": 0.0, "delta": 0.1}, "absolute 0.00 with slope 0.00; Huber 0.00"),
        ],
    ),
    "outlier": (
        chapter03.outlier(X_LINE, Y_LINE),
        [
            ({"outlier_x": 5.0, "outlier_y": 3.5, "delta": 1.0}, "Outlier at (5.0, 3.5)"),
            ({"outlier_x": 0.0, "outlier_y": 12.0, "delta": 5.0}, "squared -0.44, absolute 0.50"),
            ({"outlier_x": 20.0, "outlier_y": -10.0, "delta": 0.1}, "Huber's delta 0.1"),
        ],
    ),
    "likelihood": (
        chapter03.likelihood(DATA),
        [
            ({"noise": "normal", "centre": 4.0}, "3.050 a point; it is lowest at 4.0, the mean"),
            ({"noise": "laplace", "centre": 3.0}, "2.386 a point; it is lowest at 3.0, the median"),
            ({"noise": "normal", "centre": 12.0}, "Normal density with centre 12.0"),
        ],
    ),
    "surprise": (
        chapter03.surprise,
        [
            ({"p": 0.01}, "4.6052 with slope -100.00, the squared error 0.9801 with slope -1.98"),
            ({"p": 1.0}, "is 0.0000 with slope -1.00, the squared error 0.0000 with slope 0.00"),
        ],
    ),
    "floor": (
        chapter03.floor,
        [
            ({"true_share": 0.7, "prediction": 0.7}, "0.6109 is the entropy 0.6109"),
            ({"true_share": 0.0, "prediction": 0.99}, "4.6052 is the entropy 0.0000"),
            ({"true_share": 1.0, "prediction": 0.01}, "divergence 4.6052"),
        ],
    ),
    "landscapes": (
        chapter03.landscapes,
        [
            ({"w": -6.0}, "MSE is 0.9951 with slope -0.0049, BCE is 6.0025 with slope -0.9975"),
            ({"w": 0.0}, "MSE is 0.2500 with slope -0.2500, BCE is 0.6931 with slope -0.5000"),
            ({"w": 6.0}, "BCE is 0.0025"),
        ],
    ),
    "clipping": (
        chapter03.clipping,
        [
            ({"z": 50.0, "eps": "1e-15"}, "loss 50.00 (clipped 34.54), slope 1.00 (clipped 0.00)"),
            ({"z": 35.0, "eps": "1e-15"}, "slope 1.00 (clipped 0.40)"),
            ({"z": 0.0, "eps": "1e-8"}, "loss 0.69 (clipped 0.69), slope 0.50 (clipped 0.50)"),
        ],
    ),
    "focal": (
        chapter03.focal(X_RARE, Y_RARE, FITS),
        [
            ({"gamma": 0.0}, "has the loss 1.1e-01. The neuron trained with it finds 1 of 1"),
            ({"gamma": 2.0}, "has the loss 1.1e-03. The neuron trained with it finds 0 of 1"),
        ],
    ),
    "reliability": (
        chapter03.reliability(LOGITS, LABELS, 0.5),
        [
            ({"temperature": 0.4}, "Temperature 0.4"),
            ({"temperature": 3.0}, "Temperature 3.0"),
            ({"temperature": 8.0}, "Temperature 8.0"),
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_words_and_picture_follow_the_controls(name: str) -> None:
    draw, positions = CASES[name]
    check_positions(Scene(draw, (7.0, 3.6), positions[0][0]), positions)


def total(loss: nn.Loss, line: tuple[float, float], x: Any, y: Any) -> float:
    return loss.forward(line[0] * x + line[1], y)


FITTERS = {
    "squared": (nn.MSE(), chapter03.squared_line),
    "absolute": (nn.MAE(), chapter03.absolute_line),
    "huber small": (nn.Huber(0.1), lambda x, y: chapter03.huber_line(x, y, 0.1)),
    "huber large": (nn.Huber(2.0), lambda x, y: chapter03.huber_line(x, y, 2.0)),
}


@pytest.mark.parametrize("place", [(5.0, -7.0), (20.0, -10.0), (0.0, 12.0)])
@pytest.mark.parametrize("name", FITTERS)
def test_no_line_nearby_has_a_smaller_loss_than_the_fitted_one(
    name: str, place: tuple[float, float]
) -> None:
    loss, fit = FITTERS[name]
    x, y = np.append(X_LINE, place[0]), np.append(Y_LINE, place[1])
    slope, intercept = fit(x, y)
    least = total(loss, (slope, intercept), x, y)
    for angle in np.linspace(0, 2 * np.pi, 24):
        for step in (1e-4, 1e-2, 1.0):
            other = (slope + step * np.sin(angle), intercept + step * np.cos(angle))
            assert total(loss, other, x, y) >= least - 1e-12


def test_the_absolute_line_resists_a_strange_y_but_not_a_strange_x() -> None:
    def slope(x: float, y: float) -> float:
        return chapter03.absolute_line(np.append(X_LINE, x), np.append(Y_LINE, y))[0]

    assert slope(5.0, -7.0) == pytest.approx(0.5, abs=0.1)
    assert slope(20.0, -7.0) < -0.2


@pytest.mark.parametrize("delta", [0.3, 1.0, 4.0])
def test_losses_are_those_of_nnlib_and_slopes_their_derivatives(delta: float) -> None:
    errors = np.array([-3.7, -0.9, 0.2, 2.6])
    wanted = {"squared": nn.MSE("sum"), "absolute": nn.MAE("sum"), "Huber": nn.Huber(delta, "sum")}
    here = chapter03.losses_of(errors, delta)
    for name, loss in wanted.items():
        assert here[name][0].sum() == pytest.approx(loss.forward(errors, np.zeros(4)))
        np.testing.assert_allclose(here[name][1], loss.backward())
    np.testing.assert_allclose(here["log-cosh"][0], np.log(np.cosh(errors)))
    for name, (_, slope) in here.items():
        above, below = (chapter03.losses_of(errors + h, delta)[name][0] for h in (1e-6, -1e-6))
        np.testing.assert_allclose(slope, (above - below) / 2e-6, atol=1e-8)


def test_log_cosh_does_not_overflow() -> None:
    assert chapter03.log_cosh(np.array([1e4])) == pytest.approx(1e4 - np.log(2))


def test_densities_have_area_one() -> None:
    grid = np.linspace(-60, 60, 240_001)
    for density, _, _ in chapter03.DENSITIES.values():
        assert np.trapezoid(density(grid), grid) == pytest.approx(1)


def test_perfect_forecasts_have_no_gap_and_opposite_ones_the_largest() -> None:
    y = np.array([0, 1, 1, 0])
    assert chapter03.calibration_error(y.astype(float), y) == 0
    assert chapter03.calibration_error(1.0 - y, y) == 1
    assert chapter03.calibration_error(np.full(4, 0.5), y) == 0


def test_reliability_leaves_out_empty_bins_and_counts_everybody() -> None:
    said, true, count = chapter03.reliability_table(np.array([0.0, 0.05, 1.0]), np.array([0, 1, 1]))
    assert said.tolist() == [0.025, 1.0]
    assert true.tolist() == [0.5, 1.0]
    assert count.tolist() == [2, 1]
