"""The figures of notebook 06c and the numbers behind them, without a browser."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nnlib as nn
from nnlib.activations import sigmoid
from nnlib.show import chapter06c, play
from nnlib.show.explore import Scene

TRAINING, INFERENCE = {"mode": "training", "rate": 0.5}, {"mode": "inference", "rate": 0.5}


def disc(n: int, seed: int) -> tuple[Any, Any]:
    x = np.random.default_rng(seed).uniform(-1, 1, (n, 2))
    return x, (np.sum(x**2, axis=1) < 0.5).astype(int)


def pixels_differ(scene: Scene, *states: dict[str, Any]) -> bool:
    seen = set()
    for state in states:
        scene.show(state)
        seen.add(scene.pixels.tobytes())
    return len(seen) == len(states)


def by_nnlib(data: tuple[Any, Any], rate: float, sigma: float, alpha: float, seed: int) -> Any:
    """The first network of ``train_many``, trained with nnlib's layers: (network, last losses)."""
    x, target = data[0], data[1].astype(float)[:, None]
    order, masks, noise, mix = np.random.default_rng(0).spawn(4)
    first = [layer.weight for layer in chapter06c.network(seed, n_units=5).layers[::3]]
    net = nn.Sequential(
        nn.Dense(2, 5, init=first[0]), nn.ReLU(), nn.Dropout(rate, rng=masks),
        nn.Dense(5, 5, init=first[1]), nn.ReLU(), nn.Dropout(rate, rng=masks),
        nn.Dense(5, 1, init=first[2]),
    )  # fmt: skip
    optimizer, losses = nn.Adam(0.01), []
    for _ in range(6):
        perm = order.permutation(len(x))
        for rows in (perm[:10], perm[10:20]):
            seen, wanted = x[rows], target[rows]
            if alpha:
                share = mix.beta(alpha, alpha, (1, 10, 1))[0]
                partner = mix.permutation(len(x))[:10]
                seen = share * seen + (1 - share) * x[partner]
                wanted = share * wanted + (1 - share) * target[partner]
            if sigma:
                seen = seen + sigma * noise.standard_normal((1, 10, 2))[0]
            logits = net.forward(seen, training=True)
            losses.append(np.mean(np.logaddexp(0, logits) - wanted * logits))
            net.backward((sigmoid(logits) - wanted) / 10)
            optimizer.step(net.theta, net.grad)
    return net, losses[-4:]


@pytest.mark.parametrize(
    ("rate", "sigma", "alpha"), [(0.0, 0.0, 0.0), (0.4, 0.0, 0.0), (0.0, 0.3, 0.0), (0.3, 0.2, 0.5)]
)
def test_train_many_is_a_loop_with_nnlib(rate: float, sigma: float, alpha: float) -> None:
    data, held = disc(20, 1), disc(30, 2)
    many = chapter06c.train_many(
        [data], held, [rate], [sigma], alpha, n_units=5, n_steps=12, batch_size=10,
        learning_rate=0.01, every=4,
    )  # fmt: skip
    net, losses = by_nnlib(data, rate, sigma, alpha, 0)
    np.testing.assert_allclose(many.logits(held[0], 0), net.forward(held[0])[:, 0], atol=1e-12)
    assert many.on[0, 0, -1] == pytest.approx(np.mean(losses), rel=1e-12)
    loss = nn.BinaryCrossEntropy()
    assert many.off[0, 0, -1] == pytest.approx(nn.evaluate(net, loss, *data), rel=1e-12)
    assert many.held[0, 0, -1] == pytest.approx(nn.evaluate(net, loss, *held), rel=1e-12)
    assert list(many.updates) == [4, 8, 12]


def test_train_many_keeps_networks_apart() -> None:
    data, held = [disc(20, 1), disc(20, 2)], disc(30, 3)
    settings: dict[str, Any] = {"n_units": 5, "n_steps": 8, "batch_size": 10, "every": 4}
    both = chapter06c.train_many(data, held, noise=[0.0, 0.5], **settings)
    plain = chapter06c.train_many(data, held, **settings)
    assert both.held.shape == (2, 2, 2)
    np.testing.assert_allclose(both.held[0], plain.held[0], rtol=1e-12)
    assert np.abs(both.held[1] - both.held[0]).min() > 1e-6


def test_masked_logits_of_rate_0_are_the_networks_and_their_mean_comes_near() -> None:
    many = chapter06c.train_many([disc(20, 1)], disc(30, 2), [0.3], n_units=8, n_steps=40, every=20)
    x = disc(6, 5)[0]
    whole = many.logits(x, 0)
    np.testing.assert_allclose(chapter06c.masked_logits(many, 0, 0.0, x, 2), [whole] * 2)
    masked = chapter06c.masked_logits(many, 0, 0.3, x, 4000)
    assert masked.shape == (4000, 6) and masked.std(axis=0).min() > 0.02
    assert np.abs(masked.mean(axis=0) - whole).max() < 0.5 * masked.std(axis=0).max()


def test_thinning_starts_with_a_mask_and_counts() -> None:
    model = chapter06c.Thinning()
    player = play(model, size=chapter06c.BOARD, actions={"New random mask": model.new_mask},
                  mode=["training", "inference"], rate=(0.0, 0.9, 0.1, 0.5))  # fmt: skip
    try:
        first = player.scene.pixels.tobytes()
        assert "Training (iter 0), rate 0.5: 5 of 10 hidden neurons work, 5" in player.scene.alt
        player.step()
        assert "Training (iter 1)" in player.scene.alt
        before = player.scene.pixels.tobytes()
        player.buttons["New random mask"].click()
        assert "Training (iter 1)" in player.scene.alt and player.scene.pixels.tobytes() != before
        player.set(mode="inference")
        assert "Inference (call 2)" in player.scene.alt and "10 of 10" in player.scene.alt
        answer = player.scene.alt.split("dropped")[-1]
        player.step()
        assert "Inference (call 3)" in player.scene.alt and player.scene.alt.endswith(answer)
        player.set(mode="training", rate=0.0)
        assert "10 of 10 hidden neurons work, 0 dropped" in player.scene.alt
        player.set(rate=0.5)
        player.reset()
        assert player.scene.pixels.tobytes() == first and not player.errors
    finally:
        player.close()


def test_thinning_drops_at_the_rate_and_keeps_the_mean() -> None:
    model = chapter06c.Thinning()
    kept = []
    for _ in range(4000):
        model.advance(**TRAINING)
        kept.append(model.kept("training", 0.3))
    assert np.mean(kept) == pytest.approx(0.7, abs=0.01)
    assert model.kept("inference", 0.3).all() and model.iteration == 4000
    model.advance(**INFERENCE)
    assert model.iteration == 4000
    whole = model.output(np.ones((2, 5), bool), 1.0)
    assert np.mean([model.output(k, 1 / 0.7) for k in kept]) == pytest.approx(whole, abs=0.1)
    assert model.output(np.zeros((2, 5), bool), 2.0) == 0


def test_thinning_draws_no_line_to_a_dropped_unit() -> None:
    model = chapter06c.Thinning()
    scene = Scene(model.draw, chapter06c.BOARD, TRAINING)
    one, two = model.kept("training", 0.5)
    (lines,) = (c for c in scene.figure.axes[0].collections if hasattr(c, "get_segments"))
    expected = 3 * one.sum() + one.sum() * two.sum() + two.sum()
    assert len(lines.get_segments()) == expected
    scene.show({"mode": "training", "rate": 0.9})
    assert "8 dropped" in scene.alt
    scene.show(INFERENCE)
    assert len(lines.get_segments()) == 15 + 25 + 5


def small(**settings: Any) -> Any:
    data = [disc(20, 1), disc(20, 2)]
    return data, chapter06c.train_many(
        data, disc(30, 3), n_units=5, n_steps=20, batch_size=10, every=5, **settings
    )


def test_running_mean_says_mean_and_whole() -> None:
    data, many = small(rate=[0.0, 0.5])
    draw = chapter06c.running_mean(many, [0.0, 0.5], data[0][0][:2], 50)
    scene = Scene(draw, chapter06c.WIDE, {"rate": 0.5, "point": 1})
    values = chapter06c.masked_logits(many, 1, 0.5, data[0][0][:2], 50)[:, 1]
    assert f"deviation of {values.std():.1f}" in scene.alt
    mean = np.asarray(scene.figure.axes[0].lines[1].get_ydata())
    assert mean[-1] == pytest.approx(values.mean()) and mean[0] == values[0]
    assert pixels_differ(
        scene, {"rate": 0.5, "point": 1}, {"rate": 0.0, "point": 1}, {"rate": 0.5, "point": 0}
    )


@pytest.mark.parametrize(("name", "key"), [("rate", "rate"), ("sigma", "noise")])
def test_setting_explorer_says_the_losses(name: str, key: str) -> None:
    values = np.array([0.0, 0.6])
    data, many = small(**{key: values})
    draw = chapter06c.setting_explorer(name, values, many, data[0], 0.7, 0.4, n=20)
    scene = Scene(draw, chapter06c.WIDE, {name: 0.6})
    end = many.held[1, :, -1]
    assert f"is {end.mean():.2f}, from {end.min():.2f} to {end.max():.2f}" in scene.alt
    assert f"training loss is {many.on[1, :, -1].mean():.2f} with" in scene.alt
    assert pixels_differ(scene, {name: 0.0}, {name: 0.6})


def test_mixtures_lie_between_pairs() -> None:
    data = disc(40, 1)
    scene = Scene(chapter06c.mixtures(data), chapter06c.WIDE, {"alpha": 1.0})
    mixed = scene.figure.axes[0].collections[-1]
    assert np.abs(mixed.get_offsets()).max() <= np.abs(data[0]).max()
    targets = np.asarray(mixed.get_array())
    assert (
        targets.min() >= 0 and targets.max() <= 1 and np.mean((targets > 0) & (targets < 1)) > 0.2
    )
    assert "alpha 1:" in scene.alt and "in 20% of" in scene.alt
    assert pixels_differ(scene, {"alpha": 0.1}, {"alpha": 2.0})
