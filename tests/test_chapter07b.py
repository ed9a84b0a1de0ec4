"""Notebook 07b: networks side by side train as one by one, its figures, and its listings."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

import nnlib as nn
from nnlib.show import chapter07b
from nnlib.show.explore import Scene
from tests.figures import check_controls, check_picture

ROOT = Path(__file__).resolve().parent.parent
X, Y = nn.datasets.make_spirals(60, rng=0)


def small(seed: int, activation: Any = nn.ReLU, end: tuple[Any, ...] = (), width: int = 5) -> Any:
    return nn.Sequential(
        nn.Dense(2, width), activation(), nn.Dense(width, 4), activation(), nn.Dense(4, 1), *end,
        rng=seed,
    )  # fmt: skip


# Many networks


@pytest.mark.parametrize("activation", [nn.ReLU, nn.Tanh, nn.Sigmoid])
@pytest.mark.parametrize("batch_size", [None, 16])
def test_side_by_side_they_train_as_one_by_one(activation: Any, batch_size: int | None) -> None:
    nets = [small(seed, activation) for seed in (3, 4, 5)]
    before = nets[0].theta.copy()
    epochs = 6
    many, _ = chapter07b.train_many(
        nets, [nn.Adam(0.02)], X, Y, n_updates=epochs * (4 if batch_size else 1),
        batch_size=batch_size, seeds=[3, 4, 5],
    )  # fmt: skip
    np.testing.assert_array_equal(nets[0].theta, before)  # copies are trained
    for row, (seed, net) in enumerate(zip((3, 4, 5), nets, strict=True)):
        nn.fit(
            net, nn.BinaryCrossEntropy(), nn.Adam(0.02), (X, Y), epochs=epochs,
            batch_size=batch_size, rng=seed, progress=False,
        )  # fmt: skip
        np.testing.assert_allclose(many.theta[row], net.theta, rtol=1e-9, atol=1e-11)
        share = np.mean((net.predict_logits(X)[:, 0] > 0) == Y)
        assert chapter07b.right(many, X, Y)[row] == share


def test_squared_error_of_a_sigmoid_output_is_trained_as_mse_is() -> None:
    nets = [small(seed, nn.Sigmoid, (nn.Sigmoid(),)) for seed in (0, 1)]
    many, _ = chapter07b.train_many(nets, [nn.Momentum(1.0)], X, Y, n_updates=30, squared=True)
    nn.fit(
        nets[1],
        nn.MSE(),
        nn.Momentum(1.0),
        (X, Y[:, np.newaxis]),
        epochs=30,
        batch_size=None,
        progress=False,
    )
    np.testing.assert_allclose(many.theta[1], nets[1].theta, rtol=1e-9, atol=1e-11)
    right = np.mean((nets[1].predict(X)[:, 0] > 0.5) == Y)
    assert chapter07b.right(many, X, Y)[1] == right


def test_each_optimizer_moves_its_own_block_of_networks() -> None:
    nets = [small(seed) for seed in (0, 1, 0, 1)]
    many, _ = chapter07b.train_many(nets, [nn.SGD(0.1), nn.SGD(0.2)], X, Y, n_updates=1)
    start = np.stack([net.theta for net in nets])
    np.testing.assert_allclose(many.theta[2:] - start[2:], 2 * (many.theta[:2] - start[:2]))


def test_looks_come_before_the_first_update_and_after_each_so_many() -> None:
    nets = [small(0)]
    _, seen = chapter07b.train_many(
        nets, [nn.SGD(0.1)], X, Y, n_updates=6, every=3, look=lambda many: many.theta.copy()
    )
    assert len(seen) == 3
    np.testing.assert_array_equal(seen[0][0], nets[0].theta)
    assert not np.array_equal(seen[1], seen[2])


def test_each_network_may_have_its_own_points_and_the_rate_follows_the_schedule() -> None:
    nets, other = [small(0), small(0)], X[::-1].copy()
    optimizer = nn.SGD(0.1)
    many, _ = chapter07b.train_many(
        nets, [optimizer], np.stack([X, other]), np.stack([Y, Y]), n_updates=3,
        schedule=lambda step: 0.1 * (step + 1),
    )  # fmt: skip
    assert optimizer.learning_rate == pytest.approx(0.3)
    assert not np.allclose(many.theta[0], many.theta[1])


def test_splits_are_stacked_each_in_the_units_of_its_own_training_points() -> None:
    splits = [nn.datasets.split(X, Y, rng=seed) for seed in (0, 1, 2)]
    (x, y), (x_test, y_test), scales = chapter07b.standardized(splits)
    np.testing.assert_allclose(x.mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(x.std(axis=1), 1)
    np.testing.assert_array_equal(x_test[2], scales[2](splits[2][1][0]))
    np.testing.assert_array_equal(y[1], splits[1][0][1])
    np.testing.assert_array_equal(y_test[1], splits[1][1][1])


# Separating by a plane


def test_the_fitted_plane_separates_what_a_plane_can() -> None:
    rng = np.random.default_rng(0)
    a = rng.standard_normal((80, 3))
    y = (a @ [1.0, -2.0, 0.5] > 0.3).astype(int)
    a += 0.5 * np.outer(2 * y - 1, [1.0, -2.0, 0.5])  # a gap between them
    w, offset = chapter07b.fit_line(a, y)
    assert np.mean((a @ w + offset > 0) == y) == 1


def test_representations_are_the_inputs_and_what_follows_each_activation() -> None:
    net = small(0, nn.Tanh)
    found = chapter07b.representations(net, X)
    assert [a.shape[1] for a in found] == [2, 5, 4]
    np.testing.assert_array_equal(found[0], X)
    np.testing.assert_allclose(found[2] @ net.layers[4].weight, net.predict_logits(X))


# Figures


def snapshots() -> tuple[Any, list[Any]]:
    net = small(1, nn.Tanh)
    kept = [net.theta.copy()]
    nn.fit(
        net, nn.BinaryCrossEntropy(), nn.Adam(0.05), (X, Y), epochs=6, progress=False,
        callbacks=[lambda net, history: kept.append(net.theta.copy())],
    )  # fmt: skip
    return net, kept


def scenes() -> dict[str, tuple[Any, dict[str, list[Any]]]]:
    rng = np.random.default_rng(0)
    wide = {"loss": rng.uniform(0, 0.01, 10), "share": rng.uniform(0.97, 0.99, 10)}
    deep = {"loss": rng.uniform(0, 0.01, 10), "share": rng.uniform(0.97, 0.99, 10)}
    nets = {(n, w): [small(s, width=w) for s in (0, 1)] for n in (1, 2) for w in (3, 6)}
    shares = {key: np.array([0.5, 0.6]) + 0.01 * sum(key) for key in nets}
    net, kept = snapshots()
    return {
        "luck": (chapter07b.luck(wide, deep), {"seeds": [1, 10], "summary": ["mean", "median"]}),
        "sizes": (
            chapter07b.sizes(nets, shares, nn.datasets.Standardizer(X), X, Y),
            {"hidden_layers": [2, 1], "parameters": [3, 6]},
        ),
        "untangle": (
            chapter07b.untangle(net, kept[::3], [0, 3, 6], (X, Y), (X[::2], Y[::2])),
            {"layer": [2, 0, 1], "epoch": [6, 0, 3]},
        ),
    }


SCENES = scenes()


@pytest.mark.parametrize("name", SCENES)
def test_every_position_of_a_live_figure_has_its_own_picture_and_words(name: str) -> None:
    draw, controls = SCENES[name]
    start = {control: positions[0] for control, positions in controls.items()}
    if name == "luck":
        start["seeds"] = 10  # of one seed, mean and median are the same
    check_controls(draw, chapter07b.WIDE, start, controls)


def test_luck_counts_the_reports_that_one_run_each_would_give() -> None:
    wide = {"loss": np.full(10, 0.005), "share": np.full(10, 0.98)}
    deep = {"loss": np.r_[[0.004] * 7, [0.009] * 3], "share": np.r_[[0.99] * 2, [0.97] * 8]}
    scene = Scene(chapter07b.luck(wide, deep), chapter07b.WIDE, {"seeds": 1, "summary": "mean"})
    found = [int(share) for share in re.findall(r"wins (\d+)%", scene.alt)]
    assert abs(found[0] - 70) < 3
    assert abs(found[1] - 20) < 3


def test_untangle_says_what_a_plane_gets_right_and_leaves_the_network_alone() -> None:
    net, kept = snapshots()
    before, data = net.theta.copy(), ((X, Y), (X[::2], Y[::2]))
    draw = chapter07b.untangle(net, kept, range(7), *data)
    scene = Scene(draw, chapter07b.WIDE, {"layer": 2, "epoch": 6})
    np.testing.assert_array_equal(net.theta, before)
    shares = chapter07b.line_shares(net, *data)
    assert f"one plane gets {shares[2]:.0%}" in scene.alt
    assert ", ".join(f"{100 * share:.0f}%" for share in shares) in scene.alt


RUNS = {"16": np.array([0.3, 0.2]), "84": np.array([0.1, 0.2]), "16-16": np.array([0.01, 0.4])}
PICTURES = {
    "one turn": (lambda: chapter07b.one_turn(X, Y), "60 points"),
    "paired": (lambda: chapter07b.paired(RUNS, RUNS), "losses: 0.25, 0.15, 0.2"),
    "bootstrap": (
        lambda: chapter07b.bootstrap(np.linspace(-0.01, 0.02, 100), -0.009, 0.019),
        "between -0.90 and 1.90 percent of the points. The interval contains 0",
    ),
    "batches": (
        lambda: chapter07b.batches(
            {1: (np.arange(4), RUNS["16"] * np.ones((4, 2))), 9: (np.arange(4), np.ones((4, 2)))}
        ),
        "batches of 9: 100% after 3 updates",
    ),
    "grid": (
        lambda: chapter07b.grid(
            {"Tanh": np.array([[0.5, np.nan], [1.0, 0.96]])}, ["SGD", "Adam"], [0.1, 1.0]
        ),
        "Tanh: 2 of 3 combinations reach 95%, the best Adam at 0.1",
    ),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_draws_and_its_words_hold_the_numbers(name: str) -> None:
    make, words = PICTURES[name]
    for ax in check_picture(make(), words).axes:
        assert ax.get_xlabel() and ax.get_title(loc="left")


# The listing for PyTorch

LISTING = ROOT / "tests" / "reference" / "pytorch_spiral.py"


def test_the_listing_in_the_notebook_is_the_file_that_was_run() -> None:
    notebook = nbformat.read(ROOT / "notebooks" / "07b_judging.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    (listing,) = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert listing == LISTING.read_text(encoding="utf-8")


def test_the_network_of_the_listing_agrees_with_pytorch() -> None:
    x, y = nn.datasets.load_spirals()
    held_out = np.arange(len(x)) % 4 == 0
    scale = nn.datasets.Standardizer(x[~held_out])
    rng, layers = np.random.default_rng(0), []
    for n_in, n_out in itertools.pairwise((2, 16, 16, 1)):
        weight = np.sqrt(2 / n_in) * rng.standard_normal((n_in, n_out))
        layers += [nn.Dense(n_in, n_out, init=weight), nn.ReLU()]
    net = nn.Sequential(*layers[:-1])
    train = scale(x[~held_out]), y[~held_out]
    history = nn.fit(
        net, nn.BinaryCrossEntropy(), nn.Adam(0.01), train, epochs=300, batch_size=None,
        progress=False,
    )  # fmt: skip
    with np.load(LISTING.with_name("spiral.npz"), allow_pickle=False) as theirs:
        np.testing.assert_allclose(history.train_loss, theirs["losses"], rtol=1e-10)
        logits = net.predict_logits(scale(x[held_out]))
        np.testing.assert_allclose(logits, theirs["logits"], rtol=1e-8, atol=1e-8)
