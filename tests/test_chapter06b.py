"""The figures of notebook 06b and the numbers behind them, without a browser."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import nnlib as nn
from nnlib.show import chapter06b
from nnlib.show.explore import Scene


def disc(n: int, seed: int) -> tuple[Any, Any]:
    x = np.random.default_rng(seed).uniform(-1, 1, (n, 2))
    return x, (np.sum(x**2, axis=1) < 0.5).astype(int)


def run_like(seed: int, epochs: int = 60) -> SimpleNamespace:
    """A stand-in for a run: a valley with noise, the test loss 0.05 above the validation loss."""
    t = np.arange(epochs)
    noise = 0.01 * np.random.default_rng(seed).standard_normal(epochs)
    valley = 0.5 + (t - 20) ** 2 / 9000 + noise
    return SimpleNamespace(
        train_loss=list(0.7 * 0.98**t),
        validation_loss=list(valley),
        test_loss=list(valley + 0.05),
        squares=list(50.0 + t),
    )


def stop_at_the_end(losses: Any, patience: int, min_delta: float) -> tuple[int, int]:
    """A rule that only counts: last epoch = patience, kept = half of it, or 1 for min_delta."""
    return patience, 1 if min_delta else max(1, patience // 2)


def test_growth_tells_the_best_epoch_and_the_sizes() -> None:
    run = run_like(0)
    figure, alt = chapter06b.growth(run)
    best = int(np.argmin(run.validation_loss)) + 1
    assert f"at epoch {best}, " in alt and "from 50 to 109" in alt
    assert figure.axes[0].get_title(loc="left").endswith(f"epoch {best}")


@pytest.mark.parametrize("strength", [0.0, 0.3, 0.69, 0.71, 1.39, 1.41, 3.0])
def test_smallest_is_the_minimum(strength: float) -> None:
    values = np.linspace(-0.5, 1.5, 401)
    w = np.stack(np.meshgrid(values, values), axis=-1)
    off = w - chapter06b.LOWEST
    loss = 0.5 * np.einsum("...i,ij,...j", off, chapter06b.CURVATURE, off)
    for kind, price in (("L2", (w**2).sum(-1) / 2), ("L1", np.abs(w).sum(-1))):
        total = loss + strength * price
        searched = w[np.unravel_index(total.argmin(), total.shape)]
        found = chapter06b.smallest(kind, strength)
        np.testing.assert_allclose(found, searched, atol=0.0051)
        if kind == "L1":
            assert (found[1] == 0) == (strength > 0.7)
            assert (found[0] == 0) == (strength > 1.4)


def test_geometry_shows_the_zero_of_l1() -> None:
    scene = Scene(chapter06b.geometry, (7.6, 3.7), {"strength": 0.9})
    assert "L1 ends at (0.50, 0)" in scene.alt and "L2 ends at (0.66, 0.38)" in scene.alt
    before = scene.pixels.copy()
    for strength in (0.0, 2.0):
        scene.show({"strength": strength})
        assert not np.array_equal(before, scene.pixels)


def test_recovered_counts_exact_zeros_only() -> None:
    found = {"near": np.array([1.0, 1e-9, 0.0]), "none": np.ones(3)}
    figure, alt = chapter06b.recovered(np.array([1.0, 0.0, 0.0]), found)
    assert "exactly 0. near: 1; none: none." in alt
    assert len(figure.axes) == 2


def trained_by_fit(data: tuple[Any, Any], seed: int, penalty: Any) -> nn.Sequential:
    """The network of ``train_many``, trained by nn.fit."""
    net = chapter06b.network(seed, 5)
    nn.fit(net, nn.BinaryCrossEntropy(), nn.Momentum(0.5), data, epochs=40, batch_size=None,
           penalty=penalty, progress=False)  # fmt: skip
    return net


def test_train_many_is_fit() -> None:
    data = [disc(30, 1), disc(30, 2)]
    penalties = [nn.L2(0.0), nn.L2(0.02)]
    many = chapter06b.train_many(data, penalties, n_units=5, n_steps=40, dtype=np.float64)
    quick = chapter06b.train_many(data, penalties, n_units=5, n_steps=40)
    rows = disc(7, 3)[0]
    for i, pair in enumerate(data):
        for k, penalty in enumerate(penalties):
            net = trained_by_fit(pair, i, penalty)
            np.testing.assert_allclose(many.weights[i, k], net.theta[: net.n_weights], atol=1e-11)
            np.testing.assert_allclose(many.logits(rows)[i, k], net.forward(rows)[:, 0], atol=1e-11)
            loss = nn.evaluate(net, nn.BinaryCrossEntropy(), *pair)
            assert many.train_loss[i, k] == pytest.approx(loss, rel=1e-11)
            assert quick.train_loss[i, k] == pytest.approx(loss, rel=1e-4)
    np.testing.assert_array_equal(many.logits(rows, slice(1)), many.logits(rows)[:1])
    assert quick.weights.dtype == quick.logits(rows).dtype == np.float32
    assert np.abs(many.weights[:, 0] - many.weights[:, 1]).max() > 0.01


def test_train_many_applies_the_soft_threshold_for_l1() -> None:
    data = [disc(30, 1)]
    one = chapter06b.train_many(
        data, [nn.L1(0.3), nn.L2(0.0)], n_units=5, n_steps=1, dtype=np.float64
    )
    plain, amount = one.weights[0, 1], 0.5 * 0.3
    expected = np.sign(plain) * np.maximum(np.abs(plain) - amount, 0)
    np.testing.assert_allclose(one.weights[0, 0], expected, atol=1e-15)
    assert np.sum(one.weights[0, 0] == 0) > 0
    assert not np.array_equal(chapter06b.network(0, 5).theta[:10], plain[:10])
    assert (chapter06b.train_many(data, [nn.L1(2.0)], n_units=5, n_steps=60).weights == 0).all()


def test_strength_explorer_tells_losses_and_zeros() -> None:
    strengths = 10.0 ** np.array([-4.0, -2.0, 0.0])
    data, fresh = [disc(30, 1), disc(30, 2)], disc(50, 3)
    trained = {
        kind.__name__: chapter06b.train_many(
            data, [kind(s) for s in strengths], n_units=5, n_steps=60
        )
        for kind in (nn.L2, nn.L1)
    }
    draw = chapter06b.strength_explorer(strengths, trained, data[0], fresh, 0.7, 0.4, n=20)
    scene = Scene(draw, chapter06b.TALL, {"penalty": "L2", "log10_strength": -4.0})
    losses = chapter06b.cross_entropy(trained["L2"].logits(fresh[0]), fresh[1])
    assert (
        f"fresh points {losses[:, 0].mean():.2f}" in scene.alt and " 0% of the weights" in scene.alt
    )
    before = scene.pixels.copy()
    scene.show({"penalty": "L1", "log10_strength": 0.0})
    assert "L1 of strength 1:" in scene.alt and "100% of the weights exactly 0" in scene.alt
    assert not np.array_equal(before, scene.pixels)


def test_cross_entropy_is_the_librarys() -> None:
    logits, target = np.array([[2.0], [-1.0], [0.5]]), np.array([1, 1, 0])
    value = nn.BinaryCrossEntropy().forward(logits, target)
    assert chapter06b.cross_entropy(logits[:, 0], target) == pytest.approx(value, rel=1e-14)


def test_stopping_shows_what_the_rule_says() -> None:
    runs = [run_like(seed) for seed in range(3)]
    draw = chapter06b.stopping(runs, stop_at_the_end)
    scene = Scene(draw, chapter06b.WIDE, {"patience": 10, "min_delta": 0.0, "run": 1})
    mean = np.mean([run.test_loss[4] for run in runs])
    assert "run 1 stops after epoch 10 and keeps the weights of epoch 5" in scene.alt
    assert f"10 epochs and a test loss of {mean:.3f}" in scene.alt
    seen = {scene.pixels.tobytes()}
    for change in ({"patience": 60}, {"min_delta": 0.1}, {"run": 2}):
        scene.show({"patience": 10, "min_delta": 0.0, "run": 1} | change)
        seen.add(scene.pixels.tobytes())
    assert len(seen) == 4
    scene.show({"patience": 60, "min_delta": 0.0, "run": 0})
    assert "runs to the end" in scene.alt


def test_shrinkage_keeps_what_gradient_descent_keeps() -> None:
    curvature, rate = np.array([0.01, 0.1, 1.0]), 0.1
    steps = 10.0 ** np.arange(6)
    draw = chapter06b.shrinkage(curvature, rate, steps, 2 + 0 * steps, np.arange(1.5, 4.5, 0.5))
    scene = Scene(draw, chapter06b.WIDE, {"log10_steps": 2.0})
    assert "L2 of strength 0.1 " in scene.alt and "2.00 against 2.50" in scene.alt
    w = np.zeros(3)
    for _ in range(100):
        w -= rate * curvature * (w - 1)
    stopped, penalized = scene.figure.axes[0].lines[1], scene.figure.axes[0].lines[3]
    np.testing.assert_allclose(stopped.get_ydata(), w)
    np.testing.assert_allclose(penalized.get_ydata(), curvature / (curvature + 0.1))
    before = scene.pixels.copy()
    for value in (0.0, 5.0):
        scene.show({"log10_steps": value})
        assert not np.array_equal(before, scene.pixels)
