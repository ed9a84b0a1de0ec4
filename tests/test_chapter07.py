"""The figures of notebook 07a, drawn without a browser: their words, and that each move shows."""

from __future__ import annotations

import copy
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import nnlib as nn
from nnlib.show import chapter07
from nnlib.show.explore import Scene
from tests.figures import check_controls, check_picture

X, Y = nn.datasets.make_spirals(80, rng=0)
SCALE = nn.datasets.Standardizer(X)


def trained(width: int = 8, layers: int = 1, epochs: int = 4, seed: int = 0) -> Any:
    """A short run, with what the notebook's own runs have and the parameters after each epoch."""
    widths = [2, *[width] * layers]
    hidden = [part for a, b in pairwise(widths) for part in (nn.Dense(a, b), nn.ReLU())]
    net = nn.Sequential(*hidden, nn.Dense(width, 1), rng=seed)
    snapshots = [net.theta.copy()]
    history = nn.fit(
        net,
        nn.BinaryCrossEntropy(),
        nn.Adam(0.01),
        (SCALE(X), Y),
        validation=(SCALE(X), Y),
        epochs=epochs,
        callbacks=[lambda net, history: snapshots.append(net.theta.copy())],
        progress=False,
    )
    right = chapter07.n_right(net.predict(SCALE(X)), Y)
    return SimpleNamespace(
        net=net, standardize=SCALE, history=history, right=right, snapshots=snapshots
    )


RUN = trained()


def scenes() -> dict[str, tuple[Any, dict[str, list[Any]]]]:
    """Each live figure with the positions of its controls; the first of each is where it starts."""
    noises = np.array([0.02, 0.1])
    by_rate = {0.01: RUN, 1.0: trained(epochs=6)}
    parts = (RUN.net, SCALE, RUN.snapshots, RUN.history, X, Y)
    return {
        "noise": (chapter07.noise_and_limit(noises, np.array([1.0, 0.8])), {"noise": [0.02, 0.1]}),
        "epochs": (chapter07.epochs(*parts), {"epoch": [0, 1, 4]}),
        "rates": (chapter07.rates(by_rate, X, Y), {"rate": [0.01, 1.0]}),
    }


SCENES = scenes()


@pytest.mark.parametrize("name", SCENES)
def test_every_position_of_a_live_figure_has_its_own_picture_and_words(name: str) -> None:
    draw, controls = SCENES[name]
    start = {control: positions[0] for control, positions in controls.items()}
    check_controls(draw, chapter07.WIDE, start, controls)


def test_the_epochs_show_the_run_as_it_was_and_leave_the_network_alone() -> None:
    theta = RUN.net.theta.copy()
    draw = SCENES["epochs"][0]
    scene = Scene(draw, chapter07.WIDE, {"epoch": 0})
    start = copy.deepcopy(RUN.net)
    start.theta[:] = RUN.snapshots[0]
    right = chapter07.n_right(start.predict(SCALE(X)), Y)
    assert right != RUN.right
    assert scene.alt == f"After epoch 0 of 4: held out, {right} of 80 right."
    scene.show({"epoch": 4})
    assert f"{RUN.right} of 80 right" in scene.alt
    assert f"training loss {RUN.history.train_loss[-1]:.3f}" in scene.alt
    np.testing.assert_array_equal(RUN.net.theta, theta)


def test_the_limit_shown_is_that_of_the_noise() -> None:
    scene = Scene(SCENES["noise"][0], chapter07.WIDE, {"noise": 0.1})
    assert "noise 0.10" in scene.alt and "80.00%" in scene.alt


@pytest.mark.parametrize(
    ("share", "words"),
    [(1.0, "100.00%"), (0.99996, "over 99.99%"), (0.9877, "98.77%"), (0.5, "50.00%")],
)
def test_what_is_not_all_is_not_called_100_percent(share: float, words: str) -> None:
    assert chapter07._percent_of(share) == words


def test_a_point_at_one_half_counts_as_class_0() -> None:
    assert chapter07.n_right(np.array([[0.5], [0.51], [0.2]]), np.array([0, 1, 1])) == 2


def test_dead_units_are_those_silent_on_all_points() -> None:
    net = nn.Sequential(nn.Dense(2, 4), nn.ReLU(), nn.Dense(4, 1), rng=0)
    net.layers[0].bias[:] = [-1e3, 0, 0, 1e3]
    assert chapter07.dead_units(net, SCALE(X)) == 0.25


def predict(points: np.ndarray) -> np.ndarray:
    """Class 1 above the first axis."""
    return (points[:, 1] > 0).astype(float)


CURVES = [X[Y == 0], X[Y == 1]]
PICTURES = {
    "spirals": (lambda: chapter07.spirals(X, Y), "80 points, 40 of them of class 0"),
    "generators": (lambda: chapter07.two_generators({"A": CURVES, "B": CURVES}), "Left, A"),
    "split": (
        lambda: chapter07.split_by_position(X, Y, 60),
        "training: 40 of class 0, 20 of class 1; held out: 0 of class 0, 20 of class 1",
    ),
    "verdicts": (
        lambda: chapter07.verdicts({"line": predict, "same": predict}, X, Y),
        f"line: {chapter07.n_right(predict(X), Y)} of 80 right",
    ),
    "curves": (
        lambda: chapter07.learning_curves(RUN.history),
        f"training loss {RUN.history.train_loss[-1]:.3f}",
    ),
    "seeds": (lambda: chapter07.seeds([250, 248], 250, 0.99996, 0.64), "250, 248. Dashed"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_draws_and_its_words_hold_the_numbers(name: str) -> None:
    make, words = PICTURES[name]
    for ax in check_picture(make(), words).axes:
        assert ax.get_xlabel() and ax.get_ylabel() and ax.get_title(loc="left")
